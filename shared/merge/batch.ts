/**
 * Pull requests that are tested on top of each other, each in a commit of its own, so that what is merged is what was tested,
 * one after the other, without a round of checks between them.
 */
import {
  code,
  joinBatch,
  leaveBatch,
  listed,
  notice,
  shownUrl,
  type Action,
  type Batch,
  type BatchPlace,
  type Check,
  type GateLeaf,
} from '../language/index.ts';
import { countingChecks } from './checks.ts';
import type { GateFacts } from './facts.ts';
import { UP_TO_DATE } from './leaves/ids.ts';
import { wayOf } from './method.ts';

type Tested =
  | { readonly is: 'green' }
  | { readonly is: 'red' | 'pending'; readonly checks: readonly Check[] }
  /** The forge did not list all checks. */
  | { readonly is: 'unknown' };

/** What the tests of the batch say of its place: those that its own head has to pass, and whatever else counts there. */
export function testedAs({ checks, checksComplete }: BatchPlace, facts: Pick<GateFacts, 'pull' | 'settings'>): Tested {
  if (!checksComplete) return { is: 'unknown' };
  const { pull, settings } = facts;
  const [required, waived] = [requiredNames(facts), waivedNames(facts)];
  const reported = new Set(checks.map(({ name }) => name));
  const all = [
    ...checks
      .filter(({ name }) => !waived.has(name))
      .map((check) => ({ ...check, required: required.has(check.name) })),
    ...[...required]
      .filter((name) => !reported.has(name))
      .map((name): Check => ({ name, state: 'pending', required: true })),
  ];
  const counting = countingChecks({ checks: all, baseRef: pull.baseRef }, settings);
  const red = counting.filter(({ state }) => state === 'failure');
  if (red.length > 0) return { is: 'red', checks: red };
  const pending = counting.filter(({ state }) => state === 'pending');
  return pending.length > 0 ? { is: 'pending', checks: pending } : { is: 'green' };
}

/** Only of checks that are required is it known that they have to come. */
function requiredNames({ pull, settings }: Pick<GateFacts, 'pull' | 'settings'>): ReadonlySet<string> {
  const waived = waivedNames({ pull });
  const counting = countingChecks(pull, settings);
  return new Set(counting.flatMap(({ name, required }) => (required && !waived.has(name) ? [name] : [])));
}

/** Whoever said that it counts as green for this head meant the change. */
function waivedNames({ pull }: Pick<GateFacts, 'pull'>): ReadonlySet<string> {
  const waived = pull.checks.filter(({ override }) => override !== undefined && override.ended === undefined);
  return new Set(waived.map(({ name }) => name));
}

/** Its place, where merging it now makes what was tested there. */
export function coveredBy(facts: GateFacts): BatchPlace | undefined {
  const place = facts.batch?.place;
  if (place?.next !== true || goesAlone(facts) !== undefined) return undefined;
  return testedAs(place, facts).is === 'green' ? place : undefined;
}

/** Why it is merged without a batch, as a sentence, though the settings ask for batches. */
export function goesAlone(facts: GateFacts): string | undefined {
  const { pull, labels, settings, batching, refusedMerge } = facts;
  const way = wayOf(pull, labels, settings);
  if (way.is !== 'way') return undefined;
  if (way.method === 'rebase') return 'What is rebased is not what a batch would test.';
  if (pull.reviewsRequired === true) {
    return 'The forge waits for reviews of its own, and what a batch tests runs with the secrets of a push.';
  }
  if (requiredNames(facts).size === 0) return 'No check is required here, so a batch would prove nothing.';
  if (refusedMerge?.headSha === pull.headSha) return 'The forge would not merge this head.';
  return batching?.is === 'left' && batching.why === 'timeout' && batching.headSha === pull.headSha
    ? batching.said
    : undefined;
}

/** What failed when this head was tested with others: it stays out until somebody says otherwise, or it is pushed to. */
export function failedThere({ pull, batching }: GateFacts): string | undefined {
  return batching?.is === 'left' && batching.why === 'checks' && batching.headSha === pull.headSha
    ? batching.said
    : undefined;
}

/** Who is merged before it, although it could be merged now: their tests would be worth nothing. */
export function mergedBefore(facts: GateFacts): readonly number[] {
  const { batch } = facts;
  if (batch === undefined || goesAlone(facts) !== undefined || failedThere(facts) !== undefined) return [];
  return batch.place?.after ?? batch.members;
}

/** Undefined where batches have nothing to say: it is merged, or brought up to date, or waits for something else. */
export function inBatch(missing: readonly GateLeaf[], facts: GateFacts, turn: string): readonly Action[] | undefined {
  const { batch, batching, pull } = facts;
  const others = missing.filter(({ id }) => id !== UP_TO_DATE);
  const place = batch?.place;
  if (place !== undefined || batching?.is === 'in') {
    if (batch === undefined || pull.state !== 'open') return [leaveBatch('ended', pull.headSha)];
    const waits = others.every(({ id }) => id === 'checks' || id.startsWith('checks/')) && !isRed(facts);
    if (!waits) return [leaveBatch('not-ready', pull.headSha)];
    if (place !== undefined) {
      if (missing.length === 0) return undefined;
      if (goesAlone(facts) !== undefined) return [leaveBatch('ended', pull.headSha)];
      return others.length > 0 ? [] : atItsPlace(place, facts);
    }
  }
  if (batch === undefined || missing.length === 0) return undefined;
  const came = joining(missing, batch, facts, turn);
  // Its new head comes when it is ready, and keeps nobody waiting until then.
  return batch.outdated === true && came?.[0]?.is !== 'join-batch' ? [leaveBatch('not-ready', pull.headSha)] : came;
}

function joining(
  missing: readonly GateLeaf[],
  batch: Batch,
  facts: GateFacts,
  turn: string,
): readonly Action[] | undefined {
  const { pull, settings } = facts;
  if (missing.length !== 1 || missing[0]?.id !== UP_TO_DATE) return undefined;
  if (failedThere(facts) !== undefined) return [];
  if (goesAlone(facts) !== undefined) return undefined;
  // Whoever goes alone has been there first.
  if (batch.apart || batch.members.length >= settings.merge.batch || turn === 'taken') return [];
  return [joinBatch(pull.headSha, settings.merge.batch, pull.baseRef)];
}

/** It goes into another base than that with which it is tested: whoever is tested on top of it waits for nothing. */
export function leftBehind({ batching, pull }: Pick<GateFacts, 'batching' | 'pull'>): readonly Action[] {
  return batching?.is === 'in' && batching.baseRef !== undefined && batching.baseRef !== pull.baseRef
    ? [leaveBatch('ended', pull.headSha, { baseRef: batching.baseRef })]
    : [];
}

function isRed({ pull, settings }: GateFacts): boolean {
  return countingChecks(pull, settings).some(({ state }) => state === 'failure');
}

/** Whose fault it is shows once all before it are merged. */
function atItsPlace(place: BatchPlace, facts: GateFacts): readonly Action[] {
  const { headSha } = facts.pull;
  const tested = testedAs(place, facts);
  if (!place.next || tested.is === 'green' || tested.is === 'unknown') return [];
  if (tested.is === 'red') {
    const said = `Tested together with what ${code(facts.pull.baseRef)} has, ${namedChecks(tested.checks)} failed.`;
    return [leaveBatch('checks', headSha, { said }), notice('merge', `**Not merged.** ${said} ${MEND}`)];
  }
  if (!place.overdue) return [];
  const said = `Tested together with what ${code(facts.pull.baseRef)} has, ${namedChecks(tested.checks)} did not report in time.`;
  return [leaveBatch('timeout', headSha, { said }), notice('merge', `**Not merged yet.** ${said} ${ALONE}`)];
}

export const MEND = `The author mends it and pushes, or, where that was not its fault, somebody comments ${code('/refresh')}.`;
const ALONE = `It is brought up to date and merged alone. Should this happen again: workflows have to run on pushes to ${code('bowsprit/batch/**')} as well.`;

/** Checks named in a sentence. */
const MAX_NAMED = 5;

export function namedChecks(checks: readonly Check[]): string {
  const named = checks.slice(0, MAX_NAMED).map(({ name, url }) => {
    const shown = url === undefined ? undefined : shownUrl(url);
    return shown === undefined ? code(name) : `[${code(name)}](${shown})`;
  });
  const more = checks.length - named.length;
  return listed([...named, ...(more > 0 ? [`${more} more`] : [])]);
}
