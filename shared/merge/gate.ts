/** Whether a pull request may be merged now: one pure list of reasons, so that what blocks it can be shown. */
import {
  APPROVED,
  code,
  DO_NOT_MERGE,
  LGTM,
  listed,
  merge,
  NEEDS_REBASE,
  notice,
  type Action,
  type Check,
  type FactTypes,
  type MergeMethod,
  type PullFact,
  type Settings,
} from '../language/index.ts';

export type GateFacts = Pick<FactTypes, 'pull' | 'labels' | 'lgtms' | 'holds' | 'approval' | 'settings'>;

export type GateLeaf = {
  readonly name: string;
  readonly passed: boolean;
  /** What is so, as a sentence. */
  readonly fact: string;
  /** What to do about it; empty where it passed. */
  readonly next: string;
};

export type Gate = { readonly passed: boolean; readonly leaves: readonly GateLeaf[] };

export function gateOf(facts: GateFacts): Gate {
  const { pull, labels, holds, approval, settings } = facts;
  const on = new Set([...labels].map((label) => label.toLowerCase()));
  const blocking = [...on].filter((label) => label.startsWith(DO_NOT_MERGE)).toSorted();
  const lgtms = facts.lgtms.filter(
    ({ vote, headSha, by }) => vote === 'lgtm' && headSha === pull.headSha && by !== pull.author.login.toLowerCase(),
  );
  const leaves = [
    leaf('open', pull.state === 'open', `It is ${pull.state}.`, pull.state === 'merged' ? '' : 'Comment `/reopen`.'),
    leaf('not a draft', !pull.draft, pull.draft ? 'It is a draft.' : 'It is ready for review.', 'Mark it as ready.'),
    leaf('lgtm label', on.has(LGTM), labelFact(LGTM, on), 'A reviewer comments `/lgtm`.'),
    leaf(
      'lgtm for this head',
      lgtms.length > 0,
      lgtms.length > 0
        ? `${listed(lgtms.map(({ by }) => code(by)))} said lgtm to ${short(pull)}.`
        : `Nobody said lgtm to ${short(pull)}.`,
      'A reviewer comments `/lgtm`.',
    ),
    leaf('approved label', on.has(APPROVED), labelFact(APPROVED, on), 'Approvers comment `/approve`.'),
    leaf(
      'approved by the owners',
      approval.approved,
      approval.approved
        ? `The owners of every changed file approved ${short(pull)}.`
        : `${approval.unapproved.length} changed files lack an approval.`,
      'Approvers comment `/approve`.',
    ),
    leaf(
      'not held',
      holds.length === 0,
      holds.length === 0 ? 'Nobody holds it.' : `It is held by ${listed(holds.map(({ by }) => code(by)))}.`,
      'Whoever holds it, or an approver, comments `/hold cancel`.',
    ),
    leaf(
      'no blocking label',
      blocking.length === 0,
      blocking.length === 0 ? 'No do-not-merge label is on.' : `${listed(blocking.map(code))} is on.`,
      'Do what the label asks for.',
    ),
    leaf(
      CONFLICT,
      !on.has(NEEDS_REBASE) && pull.mergeable !== 'conflicting',
      pull.mergeable === 'conflicting' || on.has(NEEDS_REBASE) ? 'It conflicts with its base.' : 'It has no conflict.',
      'Rebase it and push.',
    ),
    checksLeaf(pull),
    leaf(
      'merging is on',
      settings.merge.enabled,
      settings.merge.enabled ? 'Bowsprit merges here.' : 'Bowsprit does not merge here.',
      'Set `merge.enabled`, or merge by hand.',
    ),
    leaf(
      'a way to merge',
      methodFor(pull, settings) !== undefined,
      pull.methods.length === 0 ? 'The repository allows no way of merging.' : `Allowed: ${listed(pull.methods)}.`,
      'Allow one in the settings of the repository.',
    ),
  ];
  return { passed: leaves.every(({ passed }) => passed), leaves };
}

/** Says nothing while something blocks: what does is on the pull request to be seen. */
export function mergeWhenReady(facts: GateFacts): readonly Action[] {
  const { pull, settings } = facts;
  const method = methodFor(pull, settings);
  const { passed, leaves } = gateOf(facts);
  if (method !== undefined && passed) return [merge(pull.headSha, method)];
  const open = leaves.filter((each) => !each.passed).map(({ name }) => name);
  return open.length === 1 && open[0] === CONFLICT && pull.mergeable === 'conflicting'
    ? [notice('merge', CONFLICTING)]
    : [];
}

/** Of what can be in the way, the one thing that nobody sees on the pull request without looking for it. */
const CONFLICT = 'needs no rebase';
const CONFLICTING =
  '**Not merged.** It conflicts with its base, and is ready otherwise. Rebase it or merge the base into it, and push; an lgtm stays where the change itself does.';

/** The one of the settings where the repository allows it, else the first it allows. */
function methodFor({ methods }: PullFact, { merge: { method } }: Settings): MergeMethod | undefined {
  return methods.includes(method) ? method : methods[0];
}

/** Required checks where the branch requires any, else all; a list that is not complete proves nothing. */
function checksLeaf({ checks, checksComplete }: PullFact): GateLeaf {
  const name = 'checks are green';
  if (!checksComplete) return leaf(name, false, 'The forge did not list all checks.', 'It is looked at again later.');
  const required = checks.filter((check) => check.required);
  const counting = required.length > 0 ? required : checks;
  const notGreen = counting.filter(({ state }) => state !== 'success');
  if (notGreen.length > 0) {
    return leaf(name, false, `Not green: ${shown(notGreen)}.`, 'Wait for what is pending; mend what failed.');
  }
  return leaf(name, true, counting.length === 0 ? 'There are no checks.' : `${counting.length} checks are green.`, '');
}

const MAX_CHECKS_SHOWN = 10;

function shown(checks: readonly Check[]): string {
  const names = checks.slice(0, MAX_CHECKS_SHOWN).map(({ name, state }) => `${code(name)} (${state})`);
  return checks.length > names.length ? `${names.join(', ')} and ${checks.length - names.length} more` : listed(names);
}

function leaf(name: string, passed: boolean, fact: string, next: string): GateLeaf {
  return { name, passed, fact, next: passed ? '' : next };
}

function labelFact(label: string, on: ReadonlySet<string>): string {
  return `${code(label)} is ${on.has(label) ? '' : 'not '}on.`;
}

function short({ headSha }: PullFact): string {
  return code(headSha.slice(0, 7));
}
