/** Pull requests, their files, commits and reviews, as GraphQL shows them. */
import type { Call } from '../box.ts';
import type { FileChange } from '../diff.ts';
import { actorOf } from '../gate.ts';
import { nodeId } from '../json/node-id.ts';
import { emailOf } from '../json/git.ts';
import { mergeQueueOn, requirementsOn } from '../protection.ts';
import { branchRef, commitsOf, filesOf, filesWithoutOwnersApproval, shownMergeability, verdicts } from '../pulls.ts';
import { atLeast, givenRole } from '../roles.ts';
import {
  type Account,
  accountNamed,
  accountOf,
  commentsOn,
  type PullRequest,
  pullNumbered,
  type Repository,
  type Review,
  type ReviewComment,
  reviewCommentsOn,
  reviewsOn,
  type Team,
} from '../state.ts';
import { accountNode, actorNode, teamNode, userNodeOf } from './accounts.ts';
import { rollupNode } from './checks.ts';
import { connection, type Order, type Paging } from './connections.ts';
import { commitNode } from './git-objects.ts';
import { canWrite, type GraphNode, mustRead } from './graph-node.ts';
import { conversation, hasAnyLabel, inIssueOrder, minimizedReason, pathOf, reactable, written } from './issues.ts';
import { entryNode, queueNode } from './merge-queues.ts';
import { refNode, repositoryNode } from './repositories.ts';
import { timelineItems, type TimelineAsked } from './timeline.ts';

export interface PullsAsked extends Paging {
  readonly baseRefName?: string | null;
  readonly headRefName?: string | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: Order | null;
  readonly states?: readonly string[] | null;
}

const stateOf = ({ state, pull }: PullRequest): string => (pull.merged ? 'MERGED' : state.toUpperCase());

export function pullConnection(
  call: Call,
  repository: Repository,
  field: string,
  pulls: readonly PullRequest[],
  asked: PullsAsked,
): GraphNode {
  mustRead(call, repository, 'pull_requests');
  const { baseRefName, headRefName, labels, orderBy, states } = asked;
  const found = pulls.filter(
    (each) =>
      (!baseRefName || each.pull.base.ref === baseRefName) &&
      (!headRefName || each.pull.head.ref === headRefName) &&
      (!states || states.includes(stateOf(each))) &&
      hasAnyLabel(repository, each, labels),
  );
  return connection(field, inIssueOrder(repository, found, orderBy), asked, (each) => pullNode(call, repository, each));
}

const CHANGE_TYPES = {
  added: 'ADDED',
  changed: 'CHANGED',
  modified: 'MODIFIED',
  removed: 'DELETED',
  renamed: 'RENAMED',
} as const satisfies Record<FileChange['status'], string>;

const fileNode = ({ path, status, additions, deletions }: FileChange): GraphNode => ({
  path,
  additions,
  deletions,
  changeType: CHANGE_TYPES[status],
  viewerViewedState: 'UNVIEWED',
});

/** What the reviews that count come to; null where the base asks for none. */
function decisionOn({ box }: Call, repository: Repository, issue: PullRequest): string | null {
  const { state } = box;
  const asked = requirementsOn(repository, issue.pull.base.ref);
  if (!asked.pullRequest || (asked.approvals === 0 && !asked.codeOwners)) return null;
  const counted = verdicts(repository, issue.number).filter(({ authorId }) =>
    atLeast(givenRole(state, repository, authorId), 'write'),
  );
  if (counted.some((each) => each.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvers = new Set(counted.map(({ authorId }) => authorId).filter((id) => id !== issue.authorId));
  const owned = !asked.codeOwners || filesWithoutOwnersApproval(state, repository, issue, approvers).length === 0;
  return approvers.size >= asked.approvals && owned ? 'APPROVED' : 'REVIEW_REQUIRED';
}

/** A review that was not submitted yet is seen by its author alone. */
export const shownReviews = (call: Call, repository: Repository, { number }: PullRequest): readonly Review[] =>
  reviewsOn(repository, number).filter(({ state, authorId }) => state !== 'PENDING' || authorId === actorOf(call).id);

interface ReviewsAsked extends Paging {
  readonly author?: string | null;
  readonly states?: readonly string[] | null;
}

const reviewConnection = (
  call: Call,
  repository: Repository,
  field: string,
  reviews: readonly Review[],
  paging: Paging,
): GraphNode => connection(field, reviews, paging, (each) => reviewNode(call, repository, each));

/** The last review of each author, whatever it said. */
const latestReviews = (call: Call, repository: Repository, issue: PullRequest): readonly Review[] => [
  ...new Map(
    shownReviews(call, repository, issue)
      .filter(({ state }) => state !== 'PENDING')
      .map((each) => [each.authorId, each]),
  ).values(),
];

type Asked = { readonly account: Account } | { readonly team: Team };

function requestConnection(call: Call, repository: Repository, issue: PullRequest, paging: Paging): GraphNode {
  const { state } = call.box;
  const { requestedReviewers, requestedTeams } = issue.pull;
  const teams = requestedTeams.map((id) => state.teams.get(id)).filter((each) => each !== undefined);
  const all: readonly Asked[] = [
    ...requestedReviewers.map((id) => ({ account: accountOf(state, id) })),
    ...teams.map((team) => ({ team })),
  ];
  return connection('reviewRequests', all, paging, (asked) => ({
    __typename: 'ReviewRequest',
    id: nodeId('ReviewRequest', `${issue.pull.id}:${'team' in asked ? `T${asked.team.id}` : `U${asked.account.id}`}`),
    asCodeOwner: false,
    databaseId: null,
    pullRequest: () => pullNode(call, repository, issue),
    requestedReviewer: () => ('team' in asked ? teamNode(call, asked.team) : accountNode(call, asked.account)),
  }));
}

function autoMergeNode(call: Call, repository: Repository, issue: PullRequest): GraphNode | null {
  const { autoMerge } = issue.pull;
  if (autoMerge === null) return null;
  return {
    authorEmail: emailOf(accountOf(call.box.state, autoMerge.enabledById)),
    commitBody: autoMerge.commitMessage,
    commitHeadline: autoMerge.commitTitle,
    mergeMethod: autoMerge.method.toUpperCase(),
    enabledBy: () => actorNode(call, autoMerge.enabledById),
    pullRequest: () => pullNode(call, repository, issue),
  };
}

function commitConnection(call: Call, repository: Repository, issue: PullRequest, paging: Paging): GraphNode {
  return connection('commits', commitsOf(call.box.state, repository, issue), paging, (sha) =>
    pullCommitNode(call, repository, issue, sha),
  );
}

export function pullCommitNode(call: Call, repository: Repository, issue: PullRequest, sha: string): GraphNode {
  const path = `${pathOf(call, repository, issue)}/commits/${sha}`;
  return {
    __typename: 'PullRequestCommit',
    id: nodeId('PullRequestCommit', `${issue.pull.id}:${sha}`),
    resourcePath: path,
    url: call.box.htmlUrl + path,
    commit: () => commitNode(call, repository, sha),
    pullRequest: () => pullNode(call, repository, issue),
  };
}

export function pullNode(call: Call, repository: Repository, issue: PullRequest): GraphNode {
  const { state } = call.box;
  const { pull } = issue;
  const self = (): GraphNode => pullNode(call, repository, issue);
  const headRepository = pull.head.repositoryId === null ? undefined : state.repositories.get(pull.head.repositoryId);
  const files = () => filesOf(state, repository, issue);
  const mergeability = () => shownMergeability(state, repository, issue);
  const merges = (): boolean => canWrite(call, repository, 'contents', 'write');
  return {
    __typename: 'PullRequest',
    ...conversation(call, repository, issue, self),
    id: nodeId('PullRequest', pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    isCrossRepository: pull.head.repositoryId !== repository.id,
    isDraft: pull.draft,
    isInMergeQueue: pull.queued !== undefined,
    isMergeQueueEnabled: mergeQueueOn(repository, pull.base.ref) !== undefined,
    maintainerCanModify: pull.maintainerCanModify,
    merged: pull.merged,
    mergedAt: pull.mergedAt,
    permalink: `${call.box.htmlUrl}${pathOf(call, repository, issue)}`,
    state: stateOf(issue),
    additions: () => files().reduce((sum, each) => sum + each.additions, 0),
    changedFiles: () => files().length,
    deletions: () => files().reduce((sum, each) => sum + each.deletions, 0),
    files: (paging: Paging) => connection('files', files(), paging, fileNode),
    commits: (paging: Paging) => commitConnection(call, repository, issue, paging),
    statusCheckRollup: () => rollupNode(call, repository, pull.head.sha),

    baseRef: () => refNode(call, repository, branchRef(pull.base.ref)),
    baseRepository: () => repositoryNode(call, repository),
    headRef: () => (headRepository === undefined ? null : refNode(call, headRepository, branchRef(pull.head.ref))),
    headRepository: () => (headRepository === undefined ? null : repositoryNode(call, headRepository)),
    headRepositoryOwner: () => actorNode(call, pull.head.ownerId),

    autoMergeRequest: () => autoMergeNode(call, repository, issue),
    canBeRebased: () => mergeability().rebaseable === true,
    mergeCommit: () =>
      pull.merged && pull.mergeCommitSha !== null ? commitNode(call, repository, pull.mergeCommitSha) : null,
    mergeQueue: () => queueNode(call, repository, pull.base.ref),
    mergeQueueEntry: () => entryNode(call, repository, issue),
    mergeStateStatus: () => mergeability().state.toUpperCase(),
    mergeable() {
      const { mergeable } = mergeability();
      return mergeable === null ? 'UNKNOWN' : mergeable ? 'MERGEABLE' : 'CONFLICTING';
    },
    mergedBy: () => actorNode(call, pull.mergedById),

    reviewDecision: () => decisionOn(call, repository, issue),
    reviewRequests: (paging: Paging) => requestConnection(call, repository, issue, paging),
    reviewThreads: (paging: Paging) =>
      connection('reviewThreads', threadsOf(call, repository, issue), paging, (each) =>
        threadNode(call, repository, issue, each),
      ),
    reviews({ author, states, ...paging }: ReviewsAsked) {
      const wanted = author ? accountNamed(state, author)?.id : undefined;
      const found = shownReviews(call, repository, issue).filter(
        (each) => (!author || each.authorId === wanted) && (!states || states.includes(each.state)),
      );
      return reviewConnection(call, repository, 'reviews', found, paging);
    },
    latestReviews: (paging: Paging) =>
      reviewConnection(call, repository, 'latestReviews', latestReviews(call, repository, issue), paging),
    latestOpinionatedReviews({ writersOnly, ...paging }: Paging & { readonly writersOnly?: boolean | null }) {
      const found = verdicts(repository, issue.number).filter(
        ({ authorId }) => writersOnly !== true || atLeast(givenRole(state, repository, authorId), 'write'),
      );
      return reviewConnection(call, repository, 'latestOpinionatedReviews', found, paging);
    },
    timelineItems: (asked: TimelineAsked) => timelineItems(call, repository, issue, asked),
    totalCommentsCount: () =>
      commentsOn(repository, issue.number).length + shownComments(call, repository, issue).length,

    viewerCanDisableAutoMerge: () => merges() && pull.autoMerge !== null,
    viewerCanEnableAutoMerge: () =>
      merges() && pull.autoMerge === null && repository.settings.allowAutoMerge && mergeability().state === 'blocked',
    viewerCanUpdateBranch: () =>
      headRepository !== undefined &&
      canWrite(call, headRepository, 'contents', 'write') &&
      mergeability().state === 'behind',
  };
}

// Reviews

export function reviewNode(call: Call, repository: Repository, review: Review): GraphNode {
  const issue = pullOf(repository, review.pullNumber);
  const path = `${pathOf(call, repository, issue)}#pullrequestreview-${review.id}`;
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PullRequestReview', review.id),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    ...written(call, repository, { ...review, createdAt: review.submittedAt ?? review.updatedAt }),
    ...reactable(call, review, () => reviewNode(call, repository, review)),
    isMinimized: review.minimizedReason !== null,
    minimizedReason: minimizedReason(review.minimizedReason),
    publishedAt: review.submittedAt,
    resourcePath: path,
    state: review.state,
    submittedAt: review.submittedAt,
    url: call.box.htmlUrl + path,
    comments: (paging: Paging) =>
      connection(
        'comments',
        reviewCommentsOn(repository, issue.number).filter(({ reviewId }) => reviewId === review.id),
        paging,
        (each) => reviewCommentNode(call, repository, each),
      ),
    commit: () => commitNode(call, repository, review.commitId),
    pullRequest: () => pullNode(call, repository, issue),
    viewerCanDelete: () => review.state === 'PENDING' && actorOf(call).id === review.authorId,
    viewerCanMinimize: () => canWrite(call, repository, 'pull_requests', 'write'),
    viewerCanReact: () => canWrite(call, repository, 'pull_requests', 'read'),
    viewerCanUpdate: () => actorOf(call).id === review.authorId,
  };
}

function pullOf(repository: Repository, number: number): PullRequest {
  const issue = pullNumbered(repository, number);
  if (issue === undefined) throw new Error(`no pull request ${number}`);
  return issue;
}

const isShown = (call: Call, { reviews }: Repository, { reviewId }: ReviewComment): boolean => {
  const review = reviewId === null ? undefined : reviews.get(reviewId);
  return review?.state !== 'PENDING' || review.authorId === actorOf(call).id;
};

const shownComments = (call: Call, repository: Repository, { number }: PullRequest): readonly ReviewComment[] =>
  reviewCommentsOn(repository, number).filter((each) => isShown(call, repository, each));

export function reviewCommentNode(call: Call, repository: Repository, comment: ReviewComment): GraphNode {
  const issue = pullOf(repository, comment.pullNumber);
  const { reviews, reviewComments } = repository;
  const path = `${pathOf(call, repository, issue)}#discussion_r${comment.id}`;
  const review = comment.reviewId === null ? undefined : reviews.get(comment.reviewId);
  const changes = (): boolean =>
    actorOf(call).id === comment.authorId || canWrite(call, repository, 'pull_requests', 'write');
  return {
    __typename: 'PullRequestReviewComment',
    id: nodeId('PullRequestReviewComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    ...written(call, repository, comment),
    ...reactable(call, comment, () => reviewCommentNode(call, repository, comment)),
    ...lines(comment),
    diffHunk: comment.diffHunk,
    isMinimized: comment.minimizedReason !== null,
    minimizedReason: minimizedReason(comment.minimizedReason),
    outdated: isOutdated(comment),
    resourcePath: path,
    state: review?.state === 'PENDING' ? 'PENDING' : 'SUBMITTED',
    url: call.box.htmlUrl + path,
    commit: () => commitNode(call, repository, comment.commitId),
    originalCommit: () => commitNode(call, repository, comment.originalCommitId),
    pullRequest: () => pullNode(call, repository, issue),
    pullRequestReview: () => (review === undefined ? null : reviewNode(call, repository, review)),
    replyTo() {
      const parent = comment.inReplyToId === null ? undefined : reviewComments.get(comment.inReplyToId);
      return parent === undefined ? null : reviewCommentNode(call, repository, parent);
    },
    viewerCanDelete: changes,
    viewerCanMinimize: () => canWrite(call, repository, 'pull_requests', 'write'),
    viewerCanReact: () => canWrite(call, repository, 'pull_requests', 'read'),
    viewerCanUpdate: changes,
  };
}

const isOutdated = ({ line, subjectType }: ReviewComment): boolean => subjectType === 'line' && line === null;

const lines = (comment: ReviewComment): GraphNode => ({
  line: comment.line,
  originalLine: comment.originalLine,
  originalStartLine: comment.originalStartLine,
  path: comment.path,
  startLine: comment.startLine,
  subjectType: comment.subjectType.toUpperCase(),
});

/** The first comment of each conversation on a line, which stands for it. */
export const threadsOf = (call: Call, repository: Repository, issue: PullRequest): readonly ReviewComment[] =>
  shownComments(call, repository, issue).filter(({ inReplyToId }) => inReplyToId === null);

export function threadNode(call: Call, repository: Repository, issue: PullRequest, first: ReviewComment): GraphNode {
  const resolved = first.resolvedById !== null;
  const resolves = (): boolean =>
    actorOf(call).id === issue.authorId || canWrite(call, repository, 'pull_requests', 'write');
  return {
    __typename: 'PullRequestReviewThread',
    id: nodeId('PullRequestReviewThread', first.id),
    ...lines(first),
    diffSide: first.side,
    isCollapsed: resolved,
    isOutdated: isOutdated(first),
    isResolved: resolved,
    startDiffSide: first.startSide,
    comments({ skip, ...paging }: Paging & { readonly skip?: number | null }) {
      const inside = shownComments(call, repository, issue).filter(
        ({ id, inReplyToId }) => id === first.id || inReplyToId === first.id,
      );
      return connection('comments', inside.slice(skip ?? 0), paging, (each) =>
        reviewCommentNode(call, repository, each),
      );
    },
    pullRequest: () => pullNode(call, repository, issue),
    repository: () => repositoryNode(call, repository),
    resolvedBy: () => userNodeOf(call, first.resolvedById),
    viewerCanReply: () => canWrite(call, repository, 'pull_requests', issue.locked ? 'write' : 'read'),
    viewerCanResolve: () => !resolved && resolves(),
    viewerCanUnresolve: () => resolved && resolves(),
  };
}
