/** What the queries ask for: any of them, each with all it lists. `lgtm` and `approved` are worth the votes behind them. */
import { APPROVED, code, leaf, LGTM, listed, needsAll, needsAny, type Gate } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { isOnBranch } from '../branches.ts';
import { choicesIn, lowerCase } from '../queries.ts';
import { settingRule } from '../rule.ts';
import type { Query } from '../settings.ts';
import { lgtmGate } from './lgtm.ts';
import { approvedGate, OWNERS, ownersGate } from './owners.ts';

const KEY = 'merge.queries';

export function queriesGate(facts: GateFacts): Gate {
  const { queries } = facts.settings.merge;
  const [only, ...others] = queries.map((query, index) => queryGate(query, index + 1, facts));
  if (only === undefined) {
    return leaf({
      id: 'query',
      name: 'a query',
      passed: false,
      fact: `${code(KEY)} is empty here.`,
      next: `A maintainer says in ${code(KEY)} what a pull request needs.`,
      rule: settingRule(KEY, facts),
    });
  }
  return others.length === 0 ? only : needsAny('queries', 'one of the queries', [only, ...others]);
}

function queryGate(query: Query, number: number, facts: GateFacts): Gate {
  const gates = gatesOf(query, facts);
  // Wherever settings or OWNERS change: what says who may is for those who may now.
  const asked = gates.some(({ id }) => id === OWNERS);
  const owners = facts.approval.ofPower && !asked ? [ownersGate(facts)] : [];
  return needsAll(`query/${number}`, `query ${number}`, [...gates, ...owners]);
}

function gatesOf(query: Query, facts: GateFacts): readonly Gate[] {
  const { pull, labels } = facts;
  const on = lowerCase(labels);
  const rule = settingRule(KEY, facts);
  const { author, milestone, reviewApproved = false } = query;
  return [
    ...(query.labels ?? []).map((wanted) => labelGate(wanted, on, facts)),
    ...(query.missingLabels ?? []).map((label) => {
      const isOn = on.has(label.toLowerCase());
      const next = `Somebody who may label it comments ${code(`/remove-label ${label}`)}, or what put it on takes it off.`;
      return leaf({
        id: `without/${label}`,
        name: `no label ${code(label)}`,
        passed: !isOn,
        fact: factOf(label, on),
        next,
        rule,
      });
    }),
    ...(query.branches === undefined && query.exceptBranches === undefined
      ? []
      : [
          leaf({
            id: 'branch',
            name: 'branch',
            passed: isOnBranch(query, pull.baseRef),
            fact: isOnBranch(query, pull.baseRef)
              ? `It goes into ${code(pull.baseRef)}.`
              : `Nothing is merged into ${code(pull.baseRef)} like this.`,
            next: 'The author retargets it, or a maintainer merges it by hand.',
            rule,
          }),
        ]),
    ...(author === undefined
      ? []
      : [
          leaf({
            id: 'author',
            name: `author ${code(author)}`,
            passed: pull.author.login.toLowerCase() === author.toLowerCase(),
            fact: `It is by ${code(pull.author.login)}.`,
            next: `${code(author)} opens it, or a maintainer merges it by hand: nothing else is merged like this.`,
            rule,
          }),
        ]),
    ...(milestone === undefined
      ? []
      : [
          leaf({
            id: 'milestone',
            name: `milestone ${code(milestone)}`,
            passed: pull.milestone?.toLowerCase() === milestone.toLowerCase(),
            fact:
              pull.milestone === undefined
                ? 'It is in no milestone.'
                : `It is in the milestone ${code(pull.milestone)}.`,
            next: `Somebody who may triage puts it in the milestone ${code(milestone)}.`,
            rule,
          }),
        ]),
    ...(reviewApproved
      ? [
          leaf({
            id: 'review',
            name: 'approving review',
            passed: pull.reviewApproved,
            fact: pull.reviewApproved ? 'Its reviews on the forge approve it.' : 'No review on the forge approves it.',
            next: 'A reviewer approves it on the forge.',
            rule,
          }),
        ]
      : []),
  ];
}

export function labelGate(wanted: string, on: ReadonlySet<string>, facts: GateFacts): Gate {
  const choices = choicesIn(wanted);
  const [only, ...others] = choices;
  const rule = settingRule(KEY, facts);
  if (only === undefined) {
    const next = `A maintainer mends the label in ${code(KEY)}.`;
    return leaf({
      id: 'label/',
      name: 'label',
      passed: false,
      fact: 'It asks for a label without a name.',
      next,
      rule,
    });
  }
  // One that stands for votes counts with them alone.
  if (others.length > 0) {
    const name = `label ${listed(choices.map(code), 'or')}`;
    return needsAny(
      `label/${wanted}`,
      name,
      choices.map((each) => labelGate(each, on, facts)),
    );
  }
  const name = only.toLowerCase();
  if (name === LGTM) return lgtmGate(facts);
  if (name === APPROVED) return approvedGate(facts);
  return leaf({
    id: `label/${only}`,
    name: `label ${code(only)}`,
    passed: on.has(name),
    fact: factOf(only, on),
    next: `Somebody who may label it comments ${code(`/label ${only}`)}, or what puts it on is satisfied.`,
    rule,
  });
}

function factOf(label: string, on: ReadonlySet<string>): string {
  return `${code(label)} is ${on.has(label.toLowerCase()) ? '' : 'not '}on.`;
}
