/**
 * The batch of a branch, kept in the cache: who is tested on top of whom. Each pull request takes and gives up its own place, in
 * its own turn and while no other of the branch does; what is built on a place goes with it.
 */
import { randomUUID } from 'node:crypto';
import { branchOf, type Delivery } from './delivery.ts';
import { reasonOf, Refusal, Retryable } from './errors.ts';
import { apartKey, isWhatWasTested, keptBatch, standingPlaces, type KeptBatch, type KeptPlace } from './facts/batch.ts';
import { batchBranch, code, listed, type Action, type ActionResult } from './language/index.ts';
import { log } from './log.ts';
import { alone, endTurn } from './pool.ts';
import type { Batches, Read, Compared } from './providers/provider.ts';
import type { Cache } from './store/stores.ts';

/** Longer than anything in it counts. */
const KEPT_SECONDS = 3 * 3_600;
/** Heads remembered that could not be put on top of others. */
const MAX_APART = 100;

const keyOf = (branch: string): string => `batch#${branch}`;

export async function batchOf(branch: string, cache: Pick<Cache, 'get'>): Promise<KeptBatch | undefined> {
  return keptBatch(await cache.get(keyOf(branch)));
}

export type Batching = {
  readonly delivery: Delivery;
  readonly number: number;
  readonly baseRef: string;
  readonly read: Pick<Read, 'standing'>;
  /** Undefined where the forge has no such thing. */
  readonly batches: Batches | undefined;
  readonly cache: Cache;
  readonly now: () => Date;
  /** The commit in which it is tested, by the records: its branch goes also where the cache was lost. */
  readonly sha: string | undefined;
  /** An earlier attempt may have done part of it. */
  readonly resumed: boolean;
  /** Has all looked at that wait for the branch. */
  readonly lookAgain: () => Promise<unknown>;
};

type Join = Extract<Action, { readonly is: 'join-batch' }>;
type Leave = Extract<Action, { readonly is: 'leave-batch' }>;

/** On top of the last of them; whatever does not count any more, and what is built on a head that moved, goes first. */
export async function joined({ headSha, most }: Join, of: Batching): Promise<ActionResult> {
  const { delivery, number, baseRef, read, batches, cache, now } = of;
  if (batches === undefined) return { result: 'refused', note: 'The forge makes no commits to be tested.' };
  const branch = branchOf(delivery, baseRef);
  let others = of.resumed;
  const result = await alone(branch, cache, async (): Promise<ActionResult> => {
    // First what is kept, then the end of the branch: that moves along what is kept, and never back.
    const before = await batchOf(branch, cache);
    const standing = await read.standing(baseRef, headSha);
    const places = before === undefined ? [] : standingPlaces(before, standing.base, now());
    const own = places.findIndex((each) => each.number === number);
    const there = places[own];
    if (there?.headSha === headSha) return { result: 'unchanged', ref: there.sha };
    const stay = own < 0 ? places : places.slice(0, own);
    const lost = (before?.places ?? []).filter((each) => !stay.includes(each));
    others ||= lost.some((each) => each.number !== number);
    await withoutBranches(lost, of);
    const put = async (more: readonly KeptPlace[], apart: readonly string[] = []): Promise<void> => {
      const after = { places: [...stay, ...more], apart: [...(before?.apart ?? []), ...apart] };
      // Where a row begins nothing is known of those before it, which may have been lost; a cut-off attempt left what it made.
      if (stay.length === 0 || of.resumed) await tidied(after.places, of);
      await written(branch, before, after, cache);
    };
    if (stay.length >= most) {
      await put([]);
      return { result: 'superseded', note: 'There is no room in the batch.' };
    }
    const top = stay.at(-1);
    const onto = top === undefined ? standing.base : { sha: top.sha, tree: top.tree };
    const made = await builtOn(top, onto, { headSha, standing, of, batches }).catch(async (error: unknown) => {
      // What went with it is not kept as if it were still tested.
      if (error instanceof Refusal) await put([]);
      throw error;
    });
    if (typeof made === 'string') {
      await put([], [apartKey(headSha, onto.sha)]);
      return { result: 'superseded', note: made };
    }
    const { mergeBase, ahead } = standing;
    await put([{ number, headSha, ...made, onto, mergeBase, ahead, at: now().toISOString() }]);
    const where = listed([code(baseRef), ...stay.map((each) => `#${each.number}`)]);
    return { result: 'done', ref: made.sha, note: `It is tested on top of ${where}.` };
  });
  if (result.result === 'done') await endTurn(branch, number, cache);
  if (others) await of.lookAgain();
  return result;
}

/** A sentence where it has to wait for what is before it. */
async function builtOn(
  top: KeptPlace | undefined,
  onto: Compared['base'],
  {
    headSha,
    standing,
    of: { read, baseRef, number },
    batches,
  }: {
    readonly headSha: string;
    readonly standing: Compared;
    readonly of: Batching;
    readonly batches: Batches;
  },
): Promise<Compared['base'] | string> {
  if (top !== undefined) {
    // With commits of theirs, what comes of merging it depends on how they are merged.
    const above = await read.standing(top.sha, headSha);
    if (above.ahead !== standing.ahead || above.mergeBase !== standing.mergeBase) return BUILDS_ON;
  }
  const made = await batches.made({
    branch: batchBranch(baseRef, number),
    number,
    baseRef,
    onto: onto.sha,
    head: headSha,
  });
  switch (made.is) {
    case 'made':
      return { sha: made.sha, tree: made.tree };
    case 'conflict':
      return 'It conflicts with what is tested before it.';
    default:
      throw new Refusal(`There is a branch ${code(batchBranch(baseRef, number))} that is not of Bowsprit's making.`);
  }
}

const BUILDS_ON = 'It builds on commits of what is tested before it.';

/** That merging it now makes what was tested: its own head with all that the base has, or a commit that is both. */
export async function isTested(
  batch: string | undefined,
  headSha: string,
  { delivery, baseRef, read, cache }: Pick<Batching, 'delivery' | 'baseRef' | 'read' | 'cache'>,
): Promise<boolean> {
  const kept = batch === undefined ? undefined : await batchOf(branchOf(delivery, baseRef), cache);
  const compared = await read.standing(baseRef, headSha);
  if (!compared.behind) return true;
  const place = kept?.places.find((each) => each.sha === batch && each.headSha === headSha);
  return place !== undefined && isWhatWasTested(place, compared);
}

/**
 * What is built on its place goes with it. Where it is merged, that stays, since it was tested on what the base is now; and
 * whatever was before it is done with.
 */
export async function left({ why }: Leave, of: Batching): Promise<ActionResult> {
  const { delivery, number, baseRef, cache } = of;
  const branch = branchOf(delivery, baseRef);
  // Its place is for its own turn to take, so that none is taken meanwhile.
  const has = (await batchOf(branch, cache))?.places.some((each) => each.number === number) === true;
  if (!has) await ownRemoved(of);
  const { taken, others } = has ? await alone(branch, cache, () => takenOut(why, of)) : { taken: false, others: false };
  if (why !== 'merged' && (others || of.resumed || why === 'timeout' || why === 'ended')) await of.lookAgain();
  return { result: taken ? 'done' : 'unchanged' };
}

/**
 * To be called while no other of the branch is merged. `others`: there were some on top of it, and they are not any more.
 */
export async function takenOut(
  why: Leave['why'],
  of: Batching,
): Promise<{ readonly taken: boolean; readonly others: boolean }> {
  const { delivery, number, baseRef, cache } = of;
  const branch = branchOf(delivery, baseRef);
  const before = await batchOf(branch, cache);
  const own = before?.places.findIndex((each) => each.number === number) ?? -1;
  if (before === undefined || own < 0) {
    await ownRemoved(of);
    return { taken: false, others: false };
  }
  const { places, apart } = before;
  const [stay, lost] =
    why === 'merged' ? [places.slice(own + 1), places.slice(0, own + 1)] : [places.slice(0, own), places.slice(own)];
  await withoutBranches(lost, of);
  await written(branch, before, { places: stay, apart }, cache);
  return { taken: true, others: why !== 'merged' && lost.length > 1 };
}

/** An attempt that was cut off may have begun what is not wanted any more. */
export async function abandoned(of: Batching): Promise<void> {
  const branch = branchOf(of.delivery, of.baseRef);
  const { others } = await alone(branch, of.cache, async () => {
    const out = await takenOut('not-ready', of);
    await tidied((await batchOf(branch, of.cache))?.places ?? [], of);
    return out;
  });
  if (others) await of.lookAgain();
}

async function withoutBranches(places: readonly KeptPlace[], of: Batching): Promise<void> {
  for (const { number, sha } of places) {
    // oxlint-disable-next-line no-await-in-loop
    await removed(number, sha, of);
  }
}

/** Of which the records alone tell. */
async function ownRemoved(of: Batching): Promise<void> {
  if (of.sha !== undefined) await removed(of.number, of.sha, of);
}

type Tidying = Pick<Batching, 'delivery' | 'baseRef' | 'batches'>;

function removed(number: number, sha: string, of: Tidying): Promise<void> {
  return whereAllowed(of, (batches) => batches.removed(batchBranch(of.baseRef, number), sha));
}

function tidied(places: readonly KeptPlace[], of: Tidying): Promise<void> {
  const living = new Map(places.map(({ number, sha }) => [batchBranch(of.baseRef, number), sha]));
  return whereAllowed(of, (batches) => batches.tidied(of.baseRef, living));
}

/** A branch that the forge keeps is in nobody's way: least of all in that of what is merged already. */
async function whereAllowed({ delivery, batches }: Tidying, act: (of: Batches) => Promise<void>): Promise<void> {
  try {
    if (batches !== undefined) await act(batches);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.warn('a branch for tests stays behind', { delivery: delivery.id, reason: reasonOf(error) });
  }
}

async function written(
  branch: string,
  before: KeptBatch | undefined,
  { places, apart }: Pick<KeptBatch, 'places' | 'apart'>,
  cache: Cache,
): Promise<void> {
  const after = { version: randomUUID(), places, apart: apart.slice(-MAX_APART) };
  if (await cache.swap(keyOf(branch), before?.version, after, KEPT_SECONDS)) return;
  throw new Retryable('the batch changed meanwhile', { retryAfter: 1 });
}
