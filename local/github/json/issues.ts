/** Issues and what hangs on them as GitHub shows it. */
import type { Box } from '../box.ts';
import { associationOf } from '../roles.ts';
import {
  type Comment,
  type CommitComment,
  commentsOn,
  DEFAULT_LABEL_NAMES,
  type Issue,
  type IssueEvent,
  type Label,
  labelsOn,
  type Milestone,
  type Reaction,
  REACTIONS,
  type Repository,
} from '../state.ts';
import { appJsonOf, nullableUserJson, teamJson, userJsonOf } from './accounts.ts';
import { nodeId } from './node-id.ts';
import { repositoryPage, repositoryUrl } from './repositories.ts';

export function labelJson(box: Box, repository: Repository, { id, name, color, description }: Label) {
  return {
    id,
    node_id: nodeId('Label', id),
    url: `${repositoryUrl(box, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    color,
    default: DEFAULT_LABEL_NAMES.has(name),
    description,
  };
}

export function milestoneJson(box: Box, repository: Repository, milestone: Milestone) {
  const { id, number, title, description, state, creatorId, createdAt, updatedAt, closedAt, dueOn } = milestone;
  const url = `${repositoryUrl(box, repository)}/milestones/${number}`;
  const inside = [...repository.issues.values()].filter((each) => each.milestone === number);
  const open = inside.filter((each) => each.state === 'open').length;
  return {
    url,
    html_url: `${repositoryPage(box, repository)}/milestone/${number}`,
    labels_url: `${url}/labels`,
    id,
    node_id: nodeId('Milestone', id),
    number,
    title,
    description,
    creator: userJsonOf(box, creatorId),
    open_issues: open,
    closed_issues: inside.length - open,
    state,
    created_at: createdAt,
    updated_at: updatedAt,
    due_on: dueOn,
    closed_at: closedAt,
  };
}

/** The milestone that an issue is in; null for none. */
export function milestoneJsonOf(box: Box, repository: Repository, number: number | null) {
  const milestone = number === null ? undefined : repository.milestones.get(number);
  return milestone === undefined ? null : milestoneJson(box, repository, milestone);
}

/** `reaction-rollup`; `url` is that of what was reacted to. */
export function reactionsJson(url: string, reactions: readonly Reaction[]) {
  const count = (content: Reaction['content']): number => reactions.filter((each) => each.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  } satisfies Record<Reaction['content'], number> & Record<string, unknown>;
}

export const isReactionContent = (value: unknown): value is Reaction['content'] =>
  REACTIONS.some((each) => each === value);

export const reactionJson = (box: Box, { id, userId, content, createdAt }: Reaction) => ({
  id,
  node_id: nodeId('Reaction', id),
  user: userJsonOf(box, userId),
  content,
  created_at: createdAt,
});

export const issuePage = (box: Box, repository: Repository, { number, pull }: Issue): string =>
  `${repositoryPage(box, repository)}/${pull === undefined ? 'issues' : 'pull'}/${number}`;

/** `issue`, for pull requests too: then with `pull_request` and `draft`. */
export function issueJson(box: Box, repository: Repository, issue: Issue) {
  const { number, pull } = issue;
  const [api, page] = [repositoryUrl(box, repository), issuePage(box, repository, issue)];
  const url = `${api}/issues/${number}`;
  const assignees = issue.assignees.map((id) => userJsonOf(box, id));
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: pull === undefined ? nodeId('Issue', issue.id) : nodeId('PullRequest', pull.id),
    number,
    title: issue.title,
    user: userJsonOf(box, issue.authorId),
    labels: labelsOn(repository, issue).map((each) => labelJson(box, repository, each)),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: milestoneJsonOf(box, repository, issue.milestone),
    comments: commentsOn(repository, number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(box.state, repository, issue.authorId),
    active_lock_reason: issue.activeLockReason,
    ...(pull === undefined
      ? {}
      : {
          draft: pull.draft,
          pull_request: {
            url: `${api}/pulls/${number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: pull.mergedAt,
          },
        }),
    body: issue.body,
    reactions: reactionsJson(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: appJsonOf(box, issue.appId),
    state_reason: issue.stateReason,
  };
}

/** An issue asked for by itself also says who closed it. */
export const fullIssueJson = (box: Box, repository: Repository, issue: Issue) => ({
  ...issueJson(box, repository, issue),
  closed_by: nullableUserJson(box, issue.closedById),
});

export function commentJson(box: Box, repository: Repository, comment: Comment) {
  const api = repositoryUrl(box, repository);
  const url = `${api}/issues/comments/${comment.id}`;
  const issue = repository.issues.get(comment.issueNumber);
  const page = issue === undefined ? repositoryPage(box, repository) : issuePage(box, repository, issue);
  return {
    url,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issueNumber}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: userJsonOf(box, comment.authorId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(box.state, repository, comment.authorId),
    reactions: reactionsJson(url, comment.reactions),
    performed_via_github_app: appJsonOf(box, comment.appId),
  };
}

export function commitCommentJson(box: Box, repository: Repository, comment: CommitComment) {
  const url = `${repositoryUrl(box, repository)}/comments/${comment.id}`;
  return {
    url,
    html_url: `${repositoryPage(box, repository)}/commit/${comment.sha}#commitcomment-${comment.id}`,
    id: comment.id,
    node_id: nodeId('CommitComment', comment.id),
    user: userJsonOf(box, comment.authorId),
    position: comment.position,
    line: comment.line,
    path: comment.path,
    commit_id: comment.sha,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(box.state, repository, comment.authorId),
    body: comment.body,
    reactions: reactionsJson(url, comment.reactions),
  };
}

/** An entry of `…/issues/{issue_number}/events` and, for what is an event there, of the timeline. */
export function eventJson(box: Box, repository: Repository, event: IssueEvent) {
  const { state } = box;
  const team = event.requestedTeamId === undefined ? undefined : state.teams.get(event.requestedTeamId);
  const review = event.dismissedReview;
  return {
    id: event.id,
    node_id: nodeId('Event', event.id),
    url: `${repositoryUrl(box, repository)}/issues/events/${event.id}`,
    actor: userJsonOf(box, event.actorId),
    event: event.event,
    commit_id: event.commitId ?? null,
    commit_url: event.commitId === undefined ? null : `${repositoryUrl(box, repository)}/commits/${event.commitId}`,
    created_at: event.createdAt,
    ...(event.label === undefined ? {} : { label: event.label }),
    ...(event.assigneeId === undefined
      ? {}
      : { assignee: userJsonOf(box, event.assigneeId), assigner: userJsonOf(box, event.actorId) }),
    ...(event.milestone === undefined ? {} : { milestone: { title: event.milestone } }),
    ...(event.rename === undefined ? {} : { rename: event.rename }),
    ...(event.requestedReviewerId === undefined && team === undefined
      ? {}
      : { review_requester: userJsonOf(box, event.actorId) }),
    ...(event.requestedReviewerId === undefined
      ? {}
      : { requested_reviewer: userJsonOf(box, event.requestedReviewerId) }),
    ...(team === undefined ? {} : { requested_team: teamJson(box, team) }),
    ...(review === undefined
      ? {}
      : {
          dismissed_review: {
            state: review.state,
            review_id: review.reviewId,
            dismissal_message: review.message,
            ...(review.commitId === undefined ? {} : { dismissal_commit_id: review.commitId }),
          },
        }),
    ...(event.lockReason === undefined ? {} : { lock_reason: event.lockReason }),
    ...(event.stateReason === undefined ? {} : { state_reason: event.stateReason }),
    performed_via_github_app: appJsonOf(box, event.appId),
  };
}
