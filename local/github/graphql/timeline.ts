/** What happened on a pull request, as GraphQL lists it: of the many kinds of it those that are served (schema/served.ts). */
import type { Call } from '../box.ts';
import { commitAt } from '../git.ts';
import { nodeId } from '../json/node-id.ts';
import { commitsOf } from '../pulls.ts';
import {
  commentsOn,
  eventsOn,
  type IssueEvent,
  type Moment,
  objectsOf,
  type PullRequest,
  type Repository,
} from '../state.ts';
import { actorNode } from './accounts.ts';
import { connection, type Paging } from './connections.ts';
import { commitNode } from './git-objects.ts';
import type { GraphNode } from './graph-node.ts';
import { commentNode } from './issues.ts';
import { pullCommitNode, pullNode, reviewNode, shownReviews, threadNode, threadsOf } from './pulls.ts';

export interface TimelineAsked extends Paging {
  readonly itemTypes?: readonly string[] | null;
  readonly since?: string | null;
  readonly skip?: number | null;
}

interface Item {
  readonly type: string;
  readonly at: Moment;
  readonly node: () => GraphNode;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['head_ref_force_pushed', 'HEAD_REF_FORCE_PUSHED_EVENT'],
  ['base_ref_changed', 'BASE_REF_CHANGED_EVENT'],
  ['automatic_base_change_succeeded', 'AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT'],
]);

export function timelineEventNode(
  call: Call,
  repository: Repository,
  issue: PullRequest,
  event: IssueEvent,
): GraphNode {
  const { id, actorId, createdAt, forced, rebased } = event;
  const common = {
    createdAt,
    actor: () => actorNode(call, actorId),
    pullRequest: () => pullNode(call, repository, issue),
  };
  switch (event.event) {
    case 'base_ref_changed':
      return {
        ...common,
        __typename: 'BaseRefChangedEvent',
        id: nodeId('BaseRefChangedEvent', id),
        databaseId: id,
        previousRefName: rebased?.from ?? '',
        currentRefName: rebased?.to ?? '',
      };
    case 'automatic_base_change_succeeded':
      return {
        ...common,
        __typename: 'AutomaticBaseChangeSucceededEvent',
        id: nodeId('AutomaticBaseChangeSucceededEvent', id),
        oldBase: rebased?.from ?? '',
        newBase: rebased?.to ?? '',
      };
  }
  return {
    ...common,
    __typename: 'HeadRefForcePushedEvent',
    id: nodeId('HeadRefForcePushedEvent', id),
    // GitHub has none either once a commit is gone for good.
    beforeCommit: () => (forced === undefined ? null : commitNode(call, repository, forced.before)),
    afterCommit: () => (forced === undefined ? null : commitNode(call, repository, forced.after)),
  };
}

function itemsOf(call: Call, repository: Repository, issue: PullRequest): readonly Item[] {
  const { state } = call.box;
  const objects = objectsOf(state, repository);
  const commits = commitsOf(state, repository, issue).map((sha) => ({
    type: 'PULL_REQUEST_COMMIT',
    at: commitAt(objects, sha).committer.date,
    node: () => pullCommitNode(call, repository, issue, sha),
  }));
  const reviews = shownReviews(call, repository, issue)
    .filter((each) => each.submittedAt !== null)
    .map((review) => ({
      type: 'PULL_REQUEST_REVIEW',
      at: review.submittedAt ?? review.updatedAt,
      node: () => reviewNode(call, repository, review),
    }));
  const threads = threadsOf(call, repository, issue).map((first) => ({
    type: 'PULL_REQUEST_REVIEW_THREAD',
    at: first.createdAt,
    node: () => threadNode(call, repository, issue, first),
  }));
  const comments = commentsOn(repository, issue.number).map((comment) => ({
    type: 'ISSUE_COMMENT',
    at: comment.createdAt,
    node: () => commentNode(call, repository, comment),
  }));
  const events = eventsOn(repository, issue.number).flatMap((event): readonly Item[] => {
    const type = TYPES.get(event.event);
    return type === undefined
      ? []
      : [{ type, at: event.createdAt, node: () => timelineEventNode(call, repository, issue, event) }];
  });
  // Sorting keeps what happened in the same second in the order given here.
  return [...commits, ...reviews, ...threads, ...comments, ...events].toSorted((one, other) =>
    one.at.localeCompare(other.at),
  );
}

export function timelineItems(call: Call, repository: Repository, issue: PullRequest, asked: TimelineAsked): GraphNode {
  const { itemTypes, since, skip, ...paging } = asked;
  const items = itemsOf(call, repository, issue).filter(
    ({ type, at }) =>
      (itemTypes === null || itemTypes === undefined || itemTypes.includes(type)) &&
      (since === null || since === undefined || Date.parse(at) >= Date.parse(since)),
  );
  return connection('timelineItems', items.slice(skip ?? 0), paging, ({ node }) => node());
}
