/** What the cache holds of the batch of a branch, held against the end of that branch. Lost, it costs a batch. */
import * as z from 'zod/mini';
import type { Batch, Check } from '../language/index.ts';
import type { Compared } from '../providers/provider.ts';

const commit = z.strictObject({ sha: z.string(), tree: z.string() });
const place = z.strictObject({
  number: z.number(),
  headSha: z.string(),
  /** What is tested: the head, merged onto the commit below. */
  sha: z.string(),
  tree: z.string(),
  onto: commit,
  /** Where the head left the base, and how many commits it has since. */
  mergeBase: z.string(),
  ahead: z.number(),
  /** ISO 8601. */
  at: z.string(),
});
export type KeptPlace = z.infer<typeof place>;
const kept = z.object({
  version: z.string(),
  places: z.array(place),
  /** Heads that could not be put on top of a commit: `head onto commit`. */
  apart: z.array(z.string()),
});
export type KeptBatch = z.infer<typeof kept>;

/** Longer than most checks run; then whoever has the first place gives it up. */
const OVERDUE_MS = 3_600_000;
/** Then anybody may. */
const DEAD_MS = 2 * OVERDUE_MS;

export function keptBatch(value: unknown): KeptBatch | undefined {
  const parsed = kept.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** Places that count: the base is what the first of them was tested on. Those before it are merged. */
export function standingPlaces(
  { places }: Pick<KeptBatch, 'places'>,
  base: Compared['base'],
  now: Date,
): readonly KeptPlace[] {
  const first = places.findIndex(({ onto }) => onto.tree === base.tree);
  if (first < 0) return [];
  const standing = places.slice(first);
  const dead = standing.findIndex(({ at }) => now.getTime() - Date.parse(at) > DEAD_MS);
  return dead < 0 ? standing : standing.slice(0, dead);
}

/**
 * Whether merging the head into the base as it is now makes what was tested: the same files on the one side, the same
 * commits on the other, and the same commit from which both come.
 */
export function isWhatWasTested(tested: KeptPlace, { base, mergeBase, ahead }: Compared): boolean {
  return tested.onto.tree === base.tree && tested.mergeBase === mergeBase && tested.ahead === ahead;
}

/** That a head cannot be put on top of this commit. */
export function apartKey(headSha: string, onto: string): string {
  return `${headSha} onto ${onto}`;
}

/** @param of the batch as it was before the end of the branch was asked for. */
export async function batchFrom(
  of: KeptBatch | undefined,
  {
    standing,
    own: { number, headSha },
    now,
    checksAt,
  }: {
    readonly standing: Compared;
    readonly own: Pick<KeptPlace, 'number' | 'headSha'>;
    readonly now: Date;
    readonly checksAt: (sha: string) => Promise<{ readonly checks: readonly Check[]; readonly complete: boolean }>;
  },
): Promise<Batch> {
  const all = of === undefined ? [] : standingPlaces(of, standing.base, now);
  const left = all.findIndex((each) => each.number === number && each.headSha !== headSha);
  const places = left < 0 ? all : all.slice(0, left);
  const members = places.map((each) => each.number);
  const own = places.find((each) => each.number === number);
  const top = places.at(-1)?.sha;
  const apart = top !== undefined && of?.apart.includes(apartKey(headSha, top)) === true;
  if (own === undefined) return { members, place: undefined, apart, ...(left < 0 ? {} : { outdated: true }) };
  const { checks, complete } = await checksAt(own.sha);
  const after = members.slice(0, members.indexOf(number));
  const overdue = now.getTime() - Date.parse(own.at) > OVERDUE_MS;
  const next = isWhatWasTested(own, standing);
  return { members, place: { sha: own.sha, after, next, overdue, checks, checksComplete: complete }, apart: false };
}
