/** Pull requests of a branch that are tested on top of each other before any of them is merged. */
import type { Check } from './facts.ts';

/** All branches of our own begin so. */
export const OUR_BRANCHES = 'bowsprit/';
/** Those that end with a commit to be tested; workflows run on pushes to them. */
export const BATCH_BRANCHES = `${OUR_BRANCHES}batch/`;
/** Where such a commit is made, so that nothing runs before it is whole. */
export const MAKING_BRANCHES = `${OUR_BRANCHES}making/`;

export function makingBranch(baseRef: string, number: number): string {
  return `${MAKING_BRANCHES}${baseRef}/${number}`;
}

/** `bowsprit/batch/release/1.2/12` */
export function batchBranch(baseRef: string, number: number): string {
  return `${BATCH_BRANCHES}${baseRef}/${number}`;
}

/** Whose it is; undefined for any other branch. Some say of a commit where it was seen first. */
export function batchOn(branch: string): { readonly ref: string; readonly number: number } | undefined {
  const [, ref, number] = /^bowsprit\/(?:batch|making)\/(.+)\/([1-9]\d{0,14})$/.exec(branch) ?? [];
  return ref === undefined || number === undefined ? undefined : { ref, number: Number(number) };
}

export type Batch = {
  /** Who is in it, in the order in which they are to be merged. */
  readonly members: readonly number[];
  /** Its own place; undefined while it has none that counts. */
  readonly place: BatchPlace | undefined;
  /** It cannot be merged on top of the last of them, or has commits of theirs: it waits until they are merged. */
  readonly apart: boolean;
  /** A head that it had before has a place: whoever is tested on top of that waits for nothing. */
  readonly outdated?: boolean;
};

export type BatchPlace = {
  /** The commit that is tested: the base, all before it, and its head. */
  readonly sha: string;
  /** Members before it. */
  readonly after: readonly number[];
  /** Whether the base is by now what it was tested on, so that its merge makes what was tested. */
  readonly next: boolean;
  /** Its checks had their time. */
  readonly overdue: boolean;
  /** Of that commit. */
  readonly checks: readonly Check[];
  /** Whether these are all. */
  readonly checksComplete: boolean;
};

/** Why it is in no batch any more. `not-ready`: something else is missing; `ended`: closed, or it is not for batches any more; `merged`: by hand. */
export const BATCH_ENDS = ['checks', 'timeout', 'not-ready', 'ended', 'merged'] as const;
export type BatchEnd = (typeof BATCH_ENDS)[number];

/** What the records say of it. */
export type Batching =
  /** `sha`: the commit in which it is tested; `baseRef`: of which branch, since it may go into another by now. */
  | { readonly is: 'in'; readonly sha?: string | undefined; readonly baseRef?: string | undefined }
  /** Its tests there failed, or never came, or could not be begun; `said`: which, as a sentence. */
  | { readonly is: 'left'; readonly why: 'checks' | 'timeout'; readonly headSha: string; readonly said: string };
