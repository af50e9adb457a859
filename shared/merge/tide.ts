/**
 * What Tide would say of it: the commit status of that context, word for word, for dashboards and tools that read it. It says
 * the first class of what is missing by the query that lacks least; all of it is in the check.
 */
import { DO_NOT_MERGE, freezesOn, missingIn, NEEDS_REBASE, type FactTypes, type Gate } from '../language/index.ts';
import { blockersOf } from './blockers.ts';
import { isOnBranch } from './branches.ts';
import { countingChecks, TIDE_CHECK } from './checks.ts';
import type { GateFacts } from './facts.ts';
import { FORGE } from './leaves/forge.ts';
import { labelGate } from './leaves/queries.ts';
import { methodLabels, wayOf } from './method.ts';
import { choicesIn, lowerCase } from './queries.ts';
import type { Query } from './settings.ts';

export type TideStatus = { readonly state: 'success' | 'pending' | 'error'; readonly description: string };

const IN_POOL = 'In merge pool.';
const NOT_IN_POOL = 'Not mergeable.';
/** What every forge shows of a status. */
const MAX_CHARS = 140;
/** Of names in one list; the first is named in any case. */
const MAX_NAMES_CHARS = 50;

/** How far away it is that something is so. */
const WEIGHTS = { branch: 2_000, author: 1_000, milestone: 100, blocked: 100, review: 50, one: 1 } as const;

export function tideStatus(gate: Gate, facts: GateFacts & Pick<FactTypes, 'turn'>): TideStatus {
  const { pull } = facts;
  const missing = missingIn(gate);
  if (missing.every(({ id }) => id === FORGE)) {
    return { state: 'success', description: isBlocked(facts) ? 'In merge pool (despite BLOCKED).' : IN_POOL };
  }
  const error = errorOf(facts);
  if (error !== undefined) return { state: 'error', description: `${NOT_IN_POOL} ${error}` };
  const retesting = retestingOf(facts, missing);
  if (retesting !== undefined) return { state: 'pending', description: `${NOT_IN_POOL} ${retesting}` };
  const gaps = facts.settings.merge.queries.map((query) => gapOf(query, facts));
  if (facts.settings.merge.tideAllQueries) {
    return { state: 'pending', description: `${NOT_IN_POOL}${allOf(gaps, pull.baseRef)}` };
  }
  const [nearest] = gaps.toSorted((one, other) => one.weight - other.weight);
  // What Tide knows nothing of is said in our words.
  const own = (missing[0]?.fact ?? '').replaceAll('`', '');
  const said = nearest?.said ?? '';
  return { state: 'pending', description: `${NOT_IN_POOL}${said === '' && own !== '' ? ` ${own}` : said}` };
}

/** Where the branch requires this very status, the forge blocks until it is green. */
function isBlocked({ pull }: GateFacts): boolean {
  const waitsForThis = pull.checks.some(
    ({ name, required, state }) => name === TIDE_CHECK && required && state !== 'success',
  );
  return pull.blocked === true && !waitsForThis;
}

function errorOf(facts: GateFacts): string | undefined {
  const { pull, labels, settings, blockers } = facts;
  if (pull.mergeable === 'conflicting') return 'PR has a merge conflict.';
  if (methodLabels(settings.merge).filter(({ label }) => lowerCase(labels).has(label.toLowerCase())).length > 1) {
    return 'PR has conflicting merge method override labels';
  }
  const way = wayOf(pull, labels, settings);
  if (way.is === 'none' && way.method !== undefined) {
    return `Merge type "${way.method}" disallowed by repo settings`;
  }
  const issues = blockersOf(blockers, pull.baseRef).map(({ number }) => number);
  if (issues.length === 0) return undefined;
  const sorted = issues.toSorted((one, other) => one - other);
  return `Merging is blocked by issue${issues.length === 1 ? '' : 's'} ${cut(sorted.map(String)).join(', ')}.`;
}

/** The base was merged into it, and its checks run again. */
function retestingOf(
  { turn, pull, settings }: GateFacts & Pick<FactTypes, 'turn'>,
  missing: readonly { readonly id: string }[],
): string | undefined {
  const running = countingChecks(pull, settings)
    .filter(({ state }) => state === 'pending')
    .map(({ name }) => name)
    .toSorted();
  const ofThem = new Set(running.map((name) => `checks/${name}`));
  if ((turn !== 'mine' && turn !== 'moving') || running.length === 0) return undefined;
  if (!missing.every(({ id }) => ofThem.has(id))) return undefined;
  const all = `Retesting: ${running.join(' ')}`;
  return all.length + NOT_IN_POOL.length < MAX_CHARS ? all : `Retesting ${running.length} jobs.`;
}

type Gap = { readonly weight: number; readonly onBranch: boolean; readonly said: string };

function gapOf(query: Query, facts: GateFacts): Gap {
  const { pull, labels, freezes } = facts;
  const on = lowerCase(labels);
  const onBranch = isOnBranch(query, pull.baseRef);
  const { author, milestone, reviewApproved = false } = query;
  const byOther = author !== undefined && pull.author.login.toLowerCase() !== author.toLowerCase();
  const elsewhere = milestone !== undefined && pull.milestone?.toLowerCase() !== milestone.toLowerCase();
  const needed = (query.labels ?? [])
    .filter((wanted) => !labelGate(wanted, on, facts).passed)
    .map((wanted) => choicesIn(wanted).join(' or '));
  const off = new Set((query.missingLabels ?? []).map((label) => label.toLowerCase()));
  const blocking = [...on].filter(
    (label) => label.startsWith(DO_NOT_MERGE) || label === NEEDS_REBASE || off.has(label),
  );
  const checks = countingChecks(pull, facts.settings)
    .filter(({ state }) => state !== 'success')
    .map(({ name }) => name);
  const unreviewed = reviewApproved && !pull.reviewApproved;
  const blocked = facts.refusedMerge?.headSha === pull.headSha && isBlocked(facts);
  const frozen = freezesOn(freezes, pull.baseRef, labels).length > 0;
  const weight =
    (onBranch && !frozen ? 0 : WEIGHTS.branch) +
    (byOther ? WEIGHTS.author : 0) +
    (elsewhere ? WEIGHTS.milestone : 0) +
    (blocked ? WEIGHTS.blocked : 0) +
    (unreviewed ? WEIGHTS.review : 0) +
    (needed.length + blocking.length + checks.length) * WEIGHTS.one;
  const classes: readonly (readonly [boolean, () => string])[] = [
    [!onBranch || frozen, () => ` Merging to branch ${pull.baseRef} is forbidden.`],
    [byOther, () => ` Must be by author ${author ?? ''}.`],
    [elsewhere, () => ` Must be in milestone ${milestone ?? ''}.`],
    [needed.length > 0, () => labelsInWords('Needs', needed)],
    [blocking.length > 0, () => labelsInWords('Should not have', blocking)],
    [checks.length > 0, () => checksInWords(checks)],
    [unreviewed, () => ' PullRequest is missing sufficient approving GitHub review(s)'],
    [blocked, () => ' Blocked by GitHub (branch rulesets or protection)'],
  ];
  return { weight, onBranch, said: classes.find(([is]) => is)?.[1]() ?? '' };
}

function allOf(gaps: readonly Gap[], branch: string): string {
  const here = gaps.filter(({ onBranch }) => onBranch).map(({ said }) => said);
  return here.length === 0 ? ` No Tide query for branch ${branch} found.` : here.join(' OR');
}

function labelsInWords(what: string, labels: readonly string[]): string {
  const named = cut(labels.toSorted());
  return ` ${what} ${named.join(', ')} label${named.length === 1 ? '' : 's'}.`;
}

function checksInWords(checks: readonly string[]): string {
  const named = cut(checks.toSorted());
  return named.length === 1
    ? ` Job ${named.join('')} has not succeeded.`
    : ` Jobs ${named.join(', ')} have not succeeded.`;
}

function cut(names: readonly string[]): readonly string[] {
  let left = MAX_NAMES_CHARS;
  return names.filter((name, index) => {
    left -= name.length;
    return index === 0 || left >= 0;
  });
}
