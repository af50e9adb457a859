/** Pull requests and their reviews as GitHub shows them. */
import type { Box } from '../box.ts';
import { commitsOf, endLabel, filesOf, shownMergeability } from '../pulls.ts';
import { associationOf } from '../roles.ts';
import {
  type AutoMerge,
  commentsOn,
  labelsOn,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewComment,
  reviewCommentsOn,
} from '../state.ts';
import { nullableUserJson, simpleTeamJson, teamJson, userJsonOf, webhookTeamJson } from './accounts.ts';
import { labelJson, milestoneJsonOf, reactionsJson } from './issues.ts';
import { nodeId } from './node-id.ts';
import { repositoryJson, repositoryPage, repositoryUrl } from './repositories.ts';

const pullUrl = (box: Box, repository: Repository, number: number): string =>
  `${repositoryUrl(box, repository)}/pulls/${number}`;
const pullPage = (box: Box, repository: Repository, number: number): string =>
  `${repositoryPage(box, repository)}/pull/${number}`;

export const autoMergeJson = (box: Box, autoMerge: AutoMerge | null) =>
  autoMerge === null
    ? null
    : {
        enabled_by: userJsonOf(box, autoMerge.enabledById),
        merge_method: autoMerge.method,
        commit_title: autoMerge.commitTitle,
        commit_message: autoMerge.commitMessage,
      };

function sharedJson(box: Box, repository: Repository, issue: PullRequest) {
  const { number, pull } = issue;
  const { state } = box;
  const [api, page] = [pullUrl(box, repository, number), pullPage(box, repository, number)];
  const issueUrl = `${repositoryUrl(box, repository)}/issues/${number}`;
  const statuses = `${repositoryUrl(box, repository)}/statuses/${pull.head.sha}`;
  const headRepository = pull.head.repositoryId === null ? undefined : state.repositories.get(pull.head.repositoryId);
  const assignees = issue.assignees.map((id) => userJsonOf(box, id));
  return {
    url: api,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userJsonOf(box, issue.authorId),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.requestedReviewers.map((id) => userJsonOf(box, id)),
    labels: labelsOn(repository, issue).map((each) => labelJson(box, repository, each)),
    milestone: milestoneJsonOf(box, repository, issue.milestone),
    draft: pull.draft,
    commits_url: `${api}/commits`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${repositoryUrl(box, repository)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    head: {
      label: endLabel(state, pull.head.ownerId, pull.head.ref),
      ref: pull.head.ref,
      sha: pull.head.sha,
      user: userJsonOf(box, pull.head.ownerId),
      repo: headRepository === undefined ? null : repositoryJson(box, headRepository),
    },
    base: {
      label: endLabel(state, repository.ownerId, pull.base.ref),
      ref: pull.base.ref,
      sha: pull.base.sha,
      user: userJsonOf(box, repository.ownerId),
      repo: repositoryJson(box, repository),
    },
    _links: {
      self: { href: api },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${api}/comments` },
      review_comment: { href: `${repositoryUrl(box, repository)}/pulls/comments{/number}` },
      commits: { href: `${api}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(state, repository, issue.authorId),
    auto_merge: autoMergeJson(box, pull.autoMerge),
    active_lock_reason: issue.activeLockReason,
  };
}

const requestedTeams = (box: Box, { pull }: PullRequest) =>
  pull.requestedTeams.map((id) => box.state.teams.get(id)).filter((each) => each !== undefined);

/** `pull-request-simple`, in lists. */
export const simplePullJson = (box: Box, repository: Repository, issue: PullRequest) => ({
  ...sharedJson(box, repository, issue),
  requested_teams: requestedTeams(box, issue).map((each) => teamJson(box, each)),
});

function sums(box: Box, repository: Repository, issue: PullRequest) {
  const { state } = box;
  const files = filesOf(state, repository, issue);
  const { mergeable, rebaseable, state: mergeableState } = shownMergeability(state, repository, issue);
  return {
    merged: issue.pull.merged,
    mergeable,
    rebaseable,
    mergeable_state: mergeableState,
    merged_by: nullableUserJson(box, issue.pull.mergedById),
    comments: commentsOn(repository, issue.number).length,
    review_comments: reviewCommentsOn(repository, issue.number).length,
    maintainer_can_modify: issue.pull.maintainerCanModify,
    commits: commitsOf(state, repository, issue).length,
    additions: files.reduce((sum, each) => sum + each.additions, 0),
    deletions: files.reduce((sum, each) => sum + each.deletions, 0),
    changed_files: files.length,
  };
}

/** `pull-request`, asked for by itself. */
export const pullJson = (box: Box, repository: Repository, issue: PullRequest) => ({
  ...sharedJson(box, repository, issue),
  requested_teams: requestedTeams(box, issue).map((each) => simpleTeamJson(box, each)),
  ...sums(box, repository, issue),
});

/** The pull request of a `pull_request` payload. */
export const webhookPullJson = (box: Box, repository: Repository, issue: PullRequest) => ({
  ...sharedJson(box, repository, issue),
  requested_teams: requestedTeams(box, issue).map((each) => webhookTeamJson(box, each)),
  ...sums(box, repository, issue),
});

/** The pull request of the payloads of reviews and review comments, which lack the sums. */
export const webhookSimplePullJson = (box: Box, repository: Repository, issue: PullRequest) => ({
  ...sharedJson(box, repository, issue),
  requested_teams: requestedTeams(box, issue).map((each) => webhookTeamJson(box, each)),
});

/** `pull-request-minimal`, inside check runs and workflow runs. */
export function minimalPullJson(box: Box, repository: Repository, { number, pull }: PullRequest) {
  const end = (id: number | null, ref: string, sha: string) => {
    const from = id === null ? undefined : box.state.repositories.get(id);
    const { id: shownId, name } = from ?? repository;
    return { ref, sha, repo: { id: shownId, url: repositoryUrl(box, from ?? repository), name } };
  };
  return {
    id: pull.id,
    number,
    url: pullUrl(box, repository, number),
    head: end(pull.head.repositoryId, pull.head.ref, pull.head.sha),
    base: end(repository.id, pull.base.ref, pull.base.sha),
  };
}

/** `pull-request-review`. */
export function reviewJson(box: Box, repository: Repository, review: Review) {
  const [api, page] = [pullUrl(box, repository, review.pullNumber), pullPage(box, repository, review.pullNumber)];
  const html = `${page}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: userJsonOf(box, review.authorId),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    author_association: associationOf(box.state, repository, review.authorId),
    _links: { html: { href: html }, pull_request: { href: api } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  };
}

/** The review of a payload: its state in lower case, its body null when empty. */
export const webhookReviewJson = (box: Box, repository: Repository, review: Review) => ({
  ...reviewJson(box, repository, review),
  body: review.body === '' ? null : review.body,
  state: review.state.toLowerCase(),
  submitted_at: review.submittedAt,
  updated_at: review.updatedAt,
});

/** The comment of a payload: every position is there, null where it has none. */
export function webhookReviewCommentJson(box: Box, repository: Repository, comment: ReviewComment) {
  const [api, page] = [pullUrl(box, repository, comment.pullNumber), pullPage(box, repository, comment.pullNumber)];
  const url = `${repositoryUrl(box, repository)}/pulls/comments/${comment.id}`;
  const html = `${page}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.originalCommitId,
    user: userJsonOf(box, comment.authorId),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: api,
    author_association: associationOf(box.state, repository, comment.authorId),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: api } },
    reactions: reactionsJson(url, comment.reactions),
    start_line: comment.startLine,
    original_start_line: comment.originalStartLine,
    start_side: comment.startSide,
    line: comment.line,
    original_line: comment.originalLine ?? 1,
    side: comment.side,
    original_position: comment.originalPosition,
    position: comment.position,
    subject_type: comment.subjectType,
    ...(comment.inReplyToId === null ? {} : { in_reply_to_id: comment.inReplyToId }),
  };
}

/** `pull-request-review-comment`: an outdated comment lacks `line` and `position`, as the description has no null there. */
export function reviewCommentJson(box: Box, repository: Repository, comment: ReviewComment) {
  const { line, position, ...rest } = webhookReviewCommentJson(box, repository, comment);
  return { ...rest, ...(line === null ? {} : { line }), ...(position === null ? {} : { position }) };
}

/** `review-comment`, in the list of one review's comments. */
export function commentOfReviewJson(box: Box, repository: Repository, comment: ReviewComment) {
  const { line, ...rest } = webhookReviewCommentJson(box, repository, comment);
  return { ...rest, ...(line === null ? {} : { line }) };
}
