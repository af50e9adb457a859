/** The owners of every changed file agree: one leaf for each OWNERS file, or what stands for it. */
import {
  APPROVED,
  code,
  leaf,
  listed,
  needsAll,
  type Approval,
  type Evidence,
  type Gate,
  type GateRule,
} from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { lowerCase } from '../queries.ts';
import { settingRule } from '../rule.ts';

export const OWNERS = 'owners';
const NAME = 'approved by the owners';
/** People named for one folder. */
const MAX_NAMED = 5;

type Group = Approval['groups'][number];

export function ownersGate(facts: GateFacts): Gate {
  const { approval } = facts;
  const groups = approval.groups.map((group) => groupLeaf(group, facts));
  const told = groups.some(({ passed }) => !passed) || (approval.approved && groups.length > 0);
  const issue = approval.issue === undefined ? [] : [issueLeaf(approval.issue, facts)];
  const whole = told || issue.some(({ passed }) => !passed) ? [] : [wholeLeaf(approval)];
  return needsAll(OWNERS, NAME, [...groups, ...whole, ...issue], approval.reasons);
}

function issueLeaf({ found, waivedBy }: NonNullable<Approval['issue']>, facts: GateFacts): Gate {
  const by = named(waivedBy, 'and');
  return leaf({
    id: `${OWNERS}/issue`,
    name: 'an issue',
    passed: found !== undefined || waivedBy.length > 0,
    fact:
      found !== undefined
        ? `It is about ${code(found)}.`
        : waivedBy.length > 0
          ? `No issue is needed, by the word of ${by}.`
          : 'The description names no issue.',
    next: `The author names one in the description, or an approver comments ${code('/approve no-issue')}.`,
    rule: settingRule('approve.issue_required', facts),
    evidence: evidenceOf(waivedBy, facts),
  });
}

/** Where the query asks for the label as well. The label follows the owners, so it is told of where it alone is missing. */
export function approvedGate(facts: GateFacts): Gate {
  const { approval, labels } = facts;
  const owners = ownersGate(facts);
  const on = lowerCase(labels).has(APPROVED);
  const label = leaf({
    id: 'approved-label',
    name: `label ${code(APPROVED)}`,
    passed: on,
    fact: `${code(APPROVED)} is ${on ? '' : 'not '}on.`,
    next: `Somebody who may label it puts ${code(APPROVED)} on again.`,
    rule: settingRule('merge.queries', facts),
  });
  if (owners.is === 'leaf' || !(on || approval.approved)) return owners;
  return needsAll(OWNERS, NAME, [...owners.of, label], owners.notes);
}

/** Where no group says it: nothing has to be approved, or nothing could be. */
function wholeLeaf({ approved, unapproved, rung, commit }: Approval): Gate {
  const count = unapproved.length;
  return leaf({
    id: `${OWNERS}/.`,
    name: NAME,
    passed: approved,
    fact: approved
      ? 'No changed file needs an approval.'
      : count === 0
        ? 'There is nothing that could be approved.'
        : count === 1
          ? '1 changed file lacks an approval.'
          : `${count} changed files lack an approval.`,
    next: count === 0 ? 'The author pushes a change, or closes it.' : `Approvers comment ${code('/approve')}.`,
    rule: { says: RUNGS[rung], ...(commit === '' ? {} : { commit }) },
  });
}

function groupLeaf(group: Group, facts: GateFacts): Gate {
  const { approval } = facts;
  const { directory, files, approvedBy, missing, partial, quota } = group;
  const count = `${files} ${files === 1 ? 'file' : 'files'}`;
  const by = named(approvedBy, 'and');
  const still = partial
    ? `only part of it is approved, by ${by}`
    : approvedBy.length > 0
      ? `approved by ${by} so far`
      : 'no approval';
  const of = quota === undefined ? '' : `, ${quota.given} of ${quota.needed} approvals`;
  return leaf({
    id: `${OWNERS}/${directory === '' ? '.' : directory}`,
    name: `${NAME} of ${placeOf(group, approval.rung)}`,
    passed: !missing,
    fact: `${count}: ${missing ? still : `approved by ${by}`}${of}.`,
    next: nextFor(group, approval),
    rule: ruleOf(group, approval),
    evidence: evidenceOf(approvedBy, facts),
  });
}

function placeOf({ directory, ownersFile }: Group, rung: Approval['rung']): string {
  if (rung === 'roles') return 'the whole change';
  if (rung === 'owners') return directory === '' ? 'the root' : code(directory);
  return directory === '' ? `what ${code(ownersFile)} leaves open` : code(directory);
}

/** Whom the engine would ask comes first: with them fewest people have to act. */
function nextFor({ canApprove, ownersFile, quota }: Group, { suggested, rung }: Approval): string {
  const people = canApprove.toSorted(
    (one, other) => Number(suggested.includes(other)) - Number(suggested.includes(one)),
  );
  if (people.length === 1) return `${code(people[0] ?? '')} comments ${code('/approve')}.`;
  if (people.length > 1) {
    const lacking = quota === undefined ? 1 : quota.needed - quota.given;
    if (lacking <= 1) return `One of ${named(people, 'or')} comments ${code('/approve')}.`;
    return `${Math.min(lacking, people.length)} of ${named(people, 'and')} comment ${code('/approve')}.`;
  }
  if (rung !== 'owners') return `Somebody who maintains the repository comments ${code('/approve')}.`;
  return `Nobody is left whom ${code(ownersFile)} names: an approver above it adds somebody there, on the base branch.`;
}

const RUNGS = {
  owners: 'OWNERS of the base branch',
  codeowners: 'CODEOWNERS of the base branch',
  roles: "the forge's roles, without OWNERS and CODEOWNERS",
} as const satisfies Record<Approval['rung'], string>;

function ruleOf({ ownersFile }: Group, { rung, commit }: Approval): GateRule {
  const says = RUNGS[rung];
  if (rung === 'roles' || ownersFile === '') return { says };
  return { says, file: ownersFile, ...(commit === '' ? {} : { commit }) };
}

function evidenceOf(people: readonly string[], { votes, pull }: GateFacts): readonly Evidence[] {
  const given = votes.filter(({ headSha }) => headSha === pull.headSha);
  return people.flatMap((login) => {
    const own = given.filter(({ by }) => by === login.toLowerCase());
    const last = own.findLast(({ vote }) => vote === 'approve') ?? own.at(-1);
    return last === undefined ? [] : [{ by: last.by, at: last.at, delivery: last.delivery }];
  });
}

function named(people: readonly string[], word: 'and' | 'or'): string {
  if (people.length <= MAX_NAMED) return listed(people.map(code), word);
  return `${people.slice(0, MAX_NAMED).map(code).join(', ')} ${word} ${people.length - MAX_NAMED} more`;
}
