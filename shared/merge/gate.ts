/** Whether a pull request may be merged now: one pure list of reasons, so that what blocks it can be shown. */
import {
  APPROVED,
  code,
  DO_NOT_MERGE,
  groupOf,
  labelName,
  LGTM,
  listed,
  listOf,
  login,
  merge,
  NEEDS_REBASE,
  notice,
  onOff,
  section,
  setting,
  textLike,
  type Action,
  type Check,
  type FactTypes,
  type PullFact,
  type SettingsIn,
} from '../language/index.ts';
import { branch, isOnBranch } from './branches.ts';
import { checkKeys, contradictingChecks, countingChecks } from './checks.ts';
import { contradictingLabels, messageFor, methodKeys, methodLabels, wayOf, type Way } from './method.ts';

/** Tide writes labels of which one suffices with commas between them. */
const labelChoice = textLike(/^[^\p{C}]{1,500}$/u, 'the name of a label, or several with commas between them');

/** Of both rules that merge: the automation and the sweep. */
export const mergeSettings = section(
  {
    enabled: setting(onOff, true, 'Merge a pull request as soon as nothing blocks it.'),
    ...methodKeys,
    queries: setting(
      listOf(
        groupOf({
          labels: listOf(labelChoice),
          missingLabels: listOf(labelName),
          branches: listOf(branch),
          exceptBranches: listOf(branch),
          author: login,
          milestone: textLike(/^[^\p{C}]{1,200}$/u, 'the title of a milestone'),
          reviewApproved: onOff,
        }),
      ),
      [{ labels: [LGTM, APPROVED] }],
      'What a pull request needs; where several are listed, one of them. With `lgtm` and `approved` go the votes they stand for; `do-not-merge/…` always blocks.',
    ),
    ...checkKeys,
  },
  (values) => contradictingLabels(values) ?? contradictingChecks(values),
);
type MergeSettings = SettingsIn<{ readonly merge: typeof mergeSettings }>;
type Query = MergeSettings['merge']['queries'][number];

export type GateFacts = Pick<FactTypes, 'pull' | 'labels' | 'lgtms' | 'holds' | 'approval'> & {
  readonly settings: MergeSettings;
};

export type GateLeaf = {
  readonly name: string;
  readonly passed: boolean;
  /** What is so, as a sentence. */
  readonly fact: string;
  /** What to do about it; empty where it passed. */
  readonly next: string;
};

export type Gate = { readonly passed: boolean; readonly leaves: readonly GateLeaf[] };

/** Of several queries the one that lacks least is shown. */
export function gateOf(facts: GateFacts): Gate {
  const always = leavesOfAll(facts);
  const { queries } = facts.settings.merge;
  const each = queries.length === 0 ? [[NO_QUERY]] : queries.map((query) => leavesOf(query, facts));
  const [best = []] = each.toSorted((one, other) => lacking(one) - lacking(other));
  const needless = !facts.approval.ofPower || best.some(({ name }) => name === OWNERS);
  const leaves = [...always, ...best, ...(needless ? [] : [ownersLeaf(facts)])];
  return { passed: leaves.every(({ passed }) => passed), leaves };
}

const NO_QUERY: GateLeaf = {
  name: 'a query',
  passed: false,
  fact: '`merge.queries` is empty here.',
  next: 'Say there what a pull request needs.',
};

function lacking(leaves: readonly GateLeaf[]): number {
  return leaves.filter(({ passed }) => !passed).length;
}

/** What every pull request needs, whatever the queries say. */
function leavesOfAll({ pull, labels, holds, settings }: GateFacts): readonly GateLeaf[] {
  const on = lowerCase(labels);
  const blocking = [...on].filter((label) => label.startsWith(DO_NOT_MERGE)).toSorted();
  return [
    leaf('open', pull.state === 'open', `It is ${pull.state}.`, pull.state === 'merged' ? '' : 'Comment `/reopen`.'),
    leaf('not a draft', !pull.draft, pull.draft ? 'It is a draft.' : 'It is ready for review.', 'Mark it as ready.'),
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
    checksLeaf(pull, settings),
    leaf(
      'merging is on',
      settings.merge.enabled,
      settings.merge.enabled ? 'Bowsprit merges here.' : 'Bowsprit does not merge here.',
      'Set `merge.enabled`, or merge by hand.',
    ),
    wayLeaf(wayOf(pull, labels, settings)),
  ];
}

function leavesOf(query: Query, facts: GateFacts): readonly GateLeaf[] {
  const { pull, labels } = facts;
  const on = lowerCase(labels);
  const { author, milestone, reviewApproved = false } = query;
  return [
    ...(query.labels ?? []).flatMap((wanted) => labelLeaves(wanted, on, facts)),
    ...(query.missingLabels ?? []).map((label) =>
      leaf(`no label ${label}`, !on.has(label.toLowerCase()), labelFact(label, on), `${code(label)} has to go.`),
    ),
    ...(isOnBranch(query, pull.baseRef)
      ? []
      : [
          leaf(
            'branch',
            false,
            `Nothing is merged into ${code(pull.baseRef)} like this.`,
            'Retarget it, or merge by hand.',
          ),
        ]),
    ...(author === undefined
      ? []
      : [
          leaf(
            'author',
            pull.author.login.toLowerCase() === author.toLowerCase(),
            `It is by ${code(pull.author.login)}.`,
            `Only what ${code(author)} opens is merged like this.`,
          ),
        ]),
    ...(milestone === undefined
      ? []
      : [
          leaf(
            'milestone',
            pull.milestone?.toLowerCase() === milestone.toLowerCase(),
            pull.milestone === undefined ? 'It is in no milestone.' : `It is in the milestone ${code(pull.milestone)}.`,
            `It has to be in the milestone ${code(milestone)}.`,
          ),
        ]),
    ...(reviewApproved
      ? [
          leaf(
            'approving review',
            pull.reviewApproved,
            pull.reviewApproved ? 'Its reviews on the forge approve it.' : 'No review on the forge approves it.',
            'A reviewer approves it on the forge.',
          ),
        ]
      : []),
  ];
}

const OWNERS = 'approved by the owners';

/** Where the query asks for `approved`, and wherever settings or OWNERS change: what says who may is for those who may now. */
function ownersLeaf({ approval, pull }: GateFacts): GateLeaf {
  return leaf(
    OWNERS,
    approval.approved,
    approval.approved
      ? `The owners of every changed file approved ${short(pull)}.`
      : approval.unapproved.length === 1
        ? '1 changed file lacks an approval.'
        : `${approval.unapproved.length} changed files lack an approval.`,
    'Approvers comment `/approve`.',
  );
}

/** `lgtm` and `approved` are worth no more than the votes behind them. */
function labelLeaves(wanted: string, on: ReadonlySet<string>, facts: GateFacts): readonly GateLeaf[] {
  const { pull } = facts;
  const choices = choicesIn(wanted);
  const [only] = choices;
  if (choices.length > 1 || only === undefined) {
    // One that stands for votes counts with them alone.
    const met = choices.some((each) => labelLeaves(each, on, facts).every(({ passed }) => passed));
    const names = listed(choices.map(code), 'or');
    return [leaf(`label ${wanted}`, met, `${names} is ${met ? '' : 'not '}on.`, `It needs ${names}.`)];
  }
  const name = only.toLowerCase();
  if (name === LGTM) {
    const lgtms = facts.lgtms.filter(
      ({ vote, headSha, by }) => vote === 'lgtm' && headSha === pull.headSha && by !== pull.author.login.toLowerCase(),
    );
    return [
      leaf('lgtm label', on.has(LGTM), labelFact(LGTM, on), 'A reviewer comments `/lgtm`.'),
      leaf(
        'lgtm for this head',
        lgtms.length > 0,
        lgtms.length > 0
          ? `${listed(lgtms.map(({ by }) => code(by)))} said lgtm to ${short(pull)}.`
          : `Nobody said lgtm to ${short(pull)}.`,
        'A reviewer comments `/lgtm`.',
      ),
    ];
  }
  if (name === APPROVED) {
    return [
      leaf('approved label', on.has(APPROVED), labelFact(APPROVED, on), 'Approvers comment `/approve`.'),
      ownersLeaf(facts),
    ];
  }
  return [leaf(`label ${only}`, on.has(name), labelFact(only, on), `It needs ${code(only)}.`)];
}

function choicesIn(wanted: string): readonly string[] {
  return wanted
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Labels that the queries of a repository are about, or the way to merge: a change of one may make a pull request ready. */
export function labelsOfQueries({ merge: here }: MergeSettings): readonly string[] {
  return [
    ...here.queries.flatMap(({ labels = [], missingLabels = [] }) => [
      ...labels.flatMap((each) => each.split(',').map((label) => label.trim())),
      ...missingLabels,
    ]),
    // Of two that contradict each other one may go.
    ...methodLabels(here).map(({ label }) => label),
  ];
}

/**
 * What the queries want on, and what they want off, in lower case: `/label` and `/remove-label` are open to more people than
 * what it says there. `lgtm` and `approved` count with their votes alone.
 */
export function labelsForMerging({ merge: { queries } }: MergeSettings): {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
} {
  const on = queries.flatMap(({ labels = [] }) => labels.flatMap(choicesIn)).map((label) => label.toLowerCase());
  return {
    on: new Set(on.filter((label) => label !== LGTM && label !== APPROVED)),
    off: lowerCase(new Set(queries.flatMap(({ missingLabels = [] }) => missingLabels))),
  };
}

/** Whether labels alone keep it from being merged. */
export function couldMerge({ merge: { enabled, queries } }: MergeSettings, labels: readonly string[]): boolean {
  const on = lowerCase(new Set(labels));
  if (!enabled || [...on].some((label) => label.startsWith(DO_NOT_MERGE) || label === NEEDS_REBASE)) return false;
  return queries.some(
    (query) =>
      (query.labels ?? []).every((each) => each.split(',').some((label) => on.has(label.trim().toLowerCase()))) &&
      !(query.missingLabels ?? []).some((label) => on.has(label.toLowerCase())),
  );
}

function lowerCase(labels: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...labels].map((label) => label.toLowerCase()));
}

/** Says nothing while something blocks: what does is on the pull request to be seen. */
export function mergeWhenReady(facts: GateFacts): readonly Action[] {
  const { pull, labels, settings } = facts;
  const way = wayOf(pull, labels, settings);
  const { passed, leaves } = gateOf(facts);
  if (way.is === 'way' && passed) return [merge(pull.headSha, way.method, messageFor(way.method, settings))];
  const open = leaves.filter((each) => !each.passed).map(({ name }) => name);
  return open.length === 1 && open[0] === CONFLICT && pull.mergeable === 'conflicting'
    ? [notice('merge', CONFLICTING)]
    : [];
}

/** Of what can be in the way, the one thing that nobody sees on the pull request without looking for it. */
const CONFLICT = 'needs no rebase';
const CONFLICTING =
  '**Not merged.** It conflicts with its base, and is ready otherwise. Rebase it or merge the base into it, and push; an lgtm stays where the change itself does.';

function wayLeaf(way: Way): GateLeaf {
  return way.is === 'way'
    ? leaf(WAY, true, `It goes by ${code(way.method)}: ${way.because}.`, '')
    : leaf(WAY, false, way.problem, way.next);
}

const WAY = 'a way to merge';

/** A list that is not complete proves nothing. */
function checksLeaf(pull: PullFact, { merge: here }: MergeSettings): GateLeaf {
  const name = 'checks are green';
  if (!pull.checksComplete) {
    return leaf(name, false, 'The forge did not list all checks.', 'It is looked at again later.');
  }
  const counting = countingChecks(pull, here);
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
