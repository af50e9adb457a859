/** The forge's own merge queue: where a pull request stands in it, and why it left. */

/** Its place on the forge; undefined while it is not in the queue of its base branch. */
export type MergeQueue = { readonly place: QueuePlace | undefined };

export type QueuePlace = {
  /** From 1. */
  readonly position: number;
  readonly state: 'waiting' | 'testing' | 'ready' | 'merging' | 'failing';
};

/** Why the forge, or somebody, took it out. */
export const QUEUE_REMOVALS = ['checks', 'timeout', 'conflict', 'rules', 'person', 'cleared', 'unknown'] as const;
export type QueueRemoval = (typeof QUEUE_REMOVALS)[number];

/** What the records say of it. */
export type Queueing =
  /** Put there by Bowsprit, or by somebody. */
  | { readonly is: 'waiting'; readonly by: 'us' | 'person'; readonly headSha: string }
  | { readonly is: 'removed'; readonly why: QueueRemoval; readonly by: string; readonly at: string };
