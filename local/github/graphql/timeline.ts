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

export function forcedPushNode(call: Call, repository: Repository, issue: PullRequest, event: IssueEvent): GraphNode {
  const { id, actorId, createdAt, forced } = event;
  return {
    __typename: 'HeadRefForcePushedEvent',
    id: nodeId('HeadRefForcePushedEvent', id),
    createdAt,
    actor: () => actorNode(call, actorId),
    // GitHub has none either once a commit is gone for good.
    beforeCommit: () => (forced === undefined ? null : commitNode(call, repository, forced.before)),
    afterCommit: () => (forced === undefined ? null : commitNode(call, repository, forced.after)),
    pullRequest: () => pullNode(call, repository, issue),
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
  const forced = eventsOn(repository, issue.number)
    .filter(({ event }) => event === 'head_ref_force_pushed')
    .map((event) => ({
      type: 'HEAD_REF_FORCE_PUSHED_EVENT',
      at: event.createdAt,
      node: () => forcedPushNode(call, repository, issue, event),
    }));
  // Sorting keeps what happened in the same second in the order given here.
  return [...commits, ...reviews, ...threads, ...comments, ...forced].toSorted((one, other) =>
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
