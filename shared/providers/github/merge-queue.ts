/** Into GitHub's merge queue and out of it. Only GraphQL knows of it. */
import * as z from 'zod/mini';
import { code, type ActionResult, type MergeQueue, type QueuePlace } from '../../language/index.ts';
import type { Client } from './client.ts';
import { isAnswer, queried, saidIn } from './graphql.ts';

export const entryFields = '{ position state }';
export const entry = z.nullish(z.object({ position: z.number(), state: z.string() }));

const STATES: ReadonlyMap<string, QueuePlace['state']> = new Map([
  ['QUEUED', 'waiting'],
  ['AWAITING_CHECKS', 'testing'],
  ['MERGEABLE', 'ready'],
  ['LOCKED', 'merging'],
  ['UNMERGEABLE', 'failing'],
]);

/** Undefined where the base branch has no queue. */
export function queueFrom(queue: unknown, at: z.infer<typeof entry>): MergeQueue | undefined {
  if (at !== null && at !== undefined) {
    return { place: { position: at.position, state: STATES.get(at.state) ?? 'waiting' } };
  }
  return queue === null || queue === undefined ? undefined : { place: undefined };
}

const LOOK = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { pullRequest(number: $number) { id headRefOid mergeQueueEntry { position } } }
}`;
const looked = z.object({
  repository: z.nullable(
    z.object({
      pullRequest: z.nullable(
        z.object({ id: z.string(), headRefOid: z.string(), mergeQueueEntry: z.nullish(z.object({})) }),
      ),
    }),
  ),
});
const ENQUEUE = `mutation($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { position } }
}`;
const DEQUEUE = 'mutation($id: ID!) { dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { position } } }';

export type Which = { readonly owner: string; readonly repo: string; readonly number: number };
type Octokit = Client['octokit'];

export const MOVED: ActionResult = {
  result: 'refused',
  note: 'The head moved, so this is not the commit that was agreed to.',
};
const UNCHANGED: ActionResult = { result: 'unchanged' };

/** With the head that was agreed to; in the queue already, it stays there. */
export async function enqueued(octokit: Octokit, which: Which, headSha: string): Promise<ActionResult> {
  const found = await look(octokit, which);
  if (found === undefined) return { result: 'refused', note: 'GitHub shows no such pull request any more.' };
  if (found.headRefOid !== headSha) return MOVED;
  if (isThere(found)) return UNCHANGED;
  try {
    await octokit.graphql(ENQUEUE, { id: found.id, head: headSha });
    return { result: 'done' };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    // Somebody was faster, or the head moved in between.
    const now = await look(octokit, which);
    if (now !== undefined && now.headRefOid !== headSha) return MOVED;
    if (now !== undefined && isThere(now)) return UNCHANGED;
    return { result: 'refused', note: `GitHub did not take it into the merge queue: ${code(saidIn(error))}.` };
  }
}

export async function dequeued(octokit: Octokit, which: Which): Promise<ActionResult> {
  const found = await look(octokit, which);
  if (found === undefined || !isThere(found)) return UNCHANGED;
  try {
    await octokit.graphql(DEQUEUE, { id: found.id });
    return { result: 'done' };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const now = await look(octokit, which);
    if (now === undefined || !isThere(now)) return UNCHANGED;
    return { result: 'refused', note: `GitHub did not take it out of the merge queue: ${code(saidIn(error))}.` };
  }
}

type Found = NonNullable<NonNullable<z.infer<typeof looked>['repository']>['pullRequest']>;

async function look(octokit: Octokit, which: Which): Promise<Found | undefined> {
  const data = looked.parse(await queried(octokit, LOOK, which));
  return data.repository?.pullRequest ?? undefined;
}

function isThere({ mergeQueueEntry }: Found): boolean {
  return mergeQueueEntry !== null && mergeQueueEntry !== undefined;
}
