/** Merge queues and who waits in them, as GraphQL shows them. */
import type { Call } from '../box.ts';
import { nodeId } from '../json/node-id.ts';
import { entryState, queueOf } from '../merge-queue.ts';
import { mergeQueueOn } from '../protection.ts';
import { fullNameOf, type PullRequest, type Repository } from '../state.ts';
import { actorNode } from './accounts.ts';
import { connection, type Paging } from './connections.ts';
import { commitNode } from './git-objects.ts';
import type { GraphNode } from './graph-node.ts';
import { pullNode } from './pulls.ts';
import { repositoryNode } from './repositories.ts';

/** Null for a branch that has none. */
export function queueNode(call: Call, repository: Repository, branch: string): GraphNode | null {
  if (mergeQueueOn(repository, branch) === undefined) return null;
  const path = `/${fullNameOf(call.box.state, repository)}/queue/${branch}`;
  return {
    __typename: 'MergeQueue',
    id: nodeId('MergeQueue', `${repository.id}:${branch}`),
    resourcePath: path,
    url: `${call.box.htmlUrl}${path}`,
    repository: () => repositoryNode(call, repository),
    entries: (paging: Paging) =>
      connection('entries', queueOf(repository, branch), paging, (each) => entryNode(call, repository, each)),
  };
}

/** As it is now: what becomes of the entry does not change what was shown. Null for one that is in no queue. */
export function entryNode(call: Call, repository: Repository, issue: PullRequest): GraphNode | null {
  const { queued, base, id } = issue.pull;
  if (queued === undefined) return null;
  const { group, at, byId, jump, order } = queued;
  return {
    __typename: 'MergeQueueEntry',
    id: nodeId('MergeQueueEntry', `${id}:${order}`),
    enqueuedAt: at,
    jump,
    position: queueOf(repository, base.ref).indexOf(issue) + 1,
    state: entryState(repository, issue),
    baseCommit: () => (group === undefined ? null : commitNode(call, repository, group.base)),
    headCommit: () => (group === undefined ? null : commitNode(call, repository, group.sha)),
    enqueuer: () => actorNode(call, byId),
    mergeQueue: () => queueNode(call, repository, base.ref),
    pullRequest: () => pullNode(call, repository, issue),
  };
}
