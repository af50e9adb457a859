/** Reviews of pull requests, and the comments on lines that belong to them. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { invalid, type Need, notFound, numberIn, pullFor, recordsIn, repositoryFor, textIn } from '../gate.ts';
import { commitOf } from '../git.ts';
import {
  commentOfReviewJson,
  reviewCommentJson,
  reviewJson,
  webhookReviewCommentJson,
  webhookReviewJson,
  webhookSimplePullJson,
} from '../json/pulls.ts';
import {
  accountNamed,
  nextId,
  objectsOf,
  type PullRequest,
  pullNumbered,
  type Repository,
  type Review,
  type ReviewComment,
  reviewCommentsOn,
  reviewsOn,
} from '../state.ts';
import { type Acting, acting, fitting, note, oneOf, required, tell, visibleRepository } from './acting.ts';
import { mustBeOpenTo } from './issue-changes.ts';
import { type Outside, type Place, placeIn, type Spot } from './line-places.ts';
import { mergedWhereReady, requestsAnswered } from './pull-changes.ts';
import { reactionRoutes } from './reactions.ts';

const PULL = '/repos/{owner}/{repo}/pulls/{pull_number}';
const REVIEW = `${PULL}/reviews/{review_id}`;
const COMMENT = '/repos/{owner}/{repo}/pulls/comments/{comment_id}';
const READ: Need = { permission: 'pull_requests', level: 'read', role: 'read' };
/** Everybody who can read may review; whose reviews count is another matter. */
const SPEAK: Need = { permission: 'pull_requests', level: 'write', role: 'read' };
const WRITE: Need = { permission: 'pull_requests', level: 'write', role: 'write' };

const VERDICTS = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;
const EVENTS = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'] as const;
type ReviewEvent = (typeof EVENTS)[number];

/** The errors of reviews are bare sentences. */
const refused = (message: string): GitHubError => new GitHubError(422, 'Unprocessable Entity', [message]);

// Telling

function tellOfReview(who: Acting, issue: PullRequest, review: Review, action: string, extra = {}): void {
  const { box, repository } = who;
  const pull = webhookSimplePullJson(box, repository, issue);
  tell(who, 'pull_request_review', action, {
    review: webhookReviewJson(box, repository, review),
    pull_request: pull,
    ...extra,
  });
}

function tellOfComment(who: Acting, issue: PullRequest, comment: ReviewComment, action: string, extra = {}): void {
  const { box, repository } = who;
  const pull = webhookSimplePullJson(box, repository, issue);
  tell(who, 'pull_request_review_comment', action, {
    comment: webhookReviewCommentJson(box, repository, comment),
    pull_request: pull,
    ...extra,
  });
}

// Reviews

function reviewIn(call: Call, repository: Repository): { readonly issue: PullRequest; readonly review: Review } {
  const issue = pullFor(call, repository);
  const review = repository.reviews.get(Number(call.params['review_id']));
  if (review?.pullNumber !== issue.number || !isShownTo(call, review)) throw notFound();
  return { issue, review };
}

/** A review that was not submitted yet is seen by its author alone. */
function isShownTo({ caller, box }: Call, { state, authorId }: Review): boolean {
  if (state !== 'PENDING') return true;
  const login = caller.is === 'user' || caller.is === 'installation' ? caller.login : '';
  return accountNamed(box.state, login)?.id === authorId;
}

function mustBeAllowed(who: Acting, issue: PullRequest, event: ReviewEvent, body: string, comments: number): void {
  const own = issue.authorId === who.actor.id;
  if (own && event === 'APPROVE') throw refused('Can not approve your own pull request');
  if (own && event === 'REQUEST_CHANGES') throw refused('Can not request changes on your own pull request');
  if (event !== 'APPROVE' && body.trim() === '' && comments === 0)
    throw refused('Body can not be blank when the review has no comments');
}

function submitted(who: Acting, issue: PullRequest, review: Review, event: ReviewEvent): void {
  const { state, at, repository, actor } = who;
  review.state = VERDICTS[event];
  review.submittedAt = at;
  review.updatedAt = at;
  issue.updatedAt = at;
  requestsAnswered(state, issue, actor.id);
  tellOfReview(who, issue, review, 'submitted');
  for (const comment of repository.reviewComments.values())
    if (comment.reviewId === review.id) tellOfComment(who, issue, comment, 'created');
  mergedWhereReady(who, issue.pull.head.sha);
}

function newReview(who: Acting, issue: PullRequest, body: string, commitId: string): Review {
  const { state, at, repository, actor } = who;
  const review: Review = {
    id: nextId(state),
    pullNumber: issue.number,
    authorId: actor.id,
    body,
    state: 'PENDING',
    commitId,
    submittedAt: null,
    updatedAt: at,
    minimizedReason: null,
    reactions: [],
  };
  repository.reviews.set(review.id, review);
  return review;
}

function commitIn({ state, repository }: Acting, { pull }: PullRequest, body: Call['body']): string {
  const sha = textIn(body, 'commit_id') ?? pull.head.sha;
  if (commitOf(objectsOf(state, repository), sha) === undefined)
    throw invalid('PullRequestReviewComment', 'commit_id', 'custom', 'commit_id is not part of the pull request');
  return sha;
}

const SIDES = ['LEFT', 'RIGHT'] as const;
const RESOURCE = 'PullRequestReviewComment';

function spotIn(body: Call['body']): Spot {
  const subject = oneOf(['line', 'file'], body, 'subject_type', RESOURCE);
  const [line, position] = [numberIn(body, 'line'), numberIn(body, 'position')];
  return {
    path: textIn(body, 'path') ?? '',
    side: oneOf(SIDES, body, 'side', RESOURCE) ?? 'RIGHT',
    line,
    startLine: numberIn(body, 'start_line'),
    startSide: body['start_side'] === 'side' ? undefined : oneOf(SIDES, body, 'start_side', RESOURCE),
    position,
    subject: subject ?? 'line',
  };
}

const notInDiff = (field: Outside['outside']): GitHubError => {
  const name = `pull_request_review_thread.${field}`;
  return invalid(RESOURCE, name, 'custom', `${name} must be part of the diff`);
};

/** Throws what `refusal` makes of a spot outside the diff. */
function placeFor(
  { state, repository }: Acting,
  issue: PullRequest,
  head: string,
  spot: Spot,
  refusal: (field: Outside['outside']) => GitHubError,
): Place {
  const place = placeIn(state, repository, issue, head, spot);
  if ('outside' in place) throw refusal(place.outside);
  return place;
}

interface NewComment {
  readonly body: string;
  readonly spot: Spot;
  readonly review: Review;
}

/** Stores a comment where its line stands in the diff; throws where the line is not part of it. */
function placed(who: Acting, issue: PullRequest, { body, spot, review }: NewComment): ReviewComment {
  const { state, at, repository, actor } = who;
  const place = placeFor(who, issue, review.commitId, spot, notInDiff);
  const comment: ReviewComment = {
    id: nextId(state),
    pullNumber: issue.number,
    reviewId: review.id,
    authorId: actor.id,
    body: fitting(required(body, RESOURCE, 'body'), RESOURCE),
    path: spot.path,
    ...place,
    commitId: review.commitId,
    originalCommitId: review.commitId,
    inReplyToId: null,
    createdAt: at,
    updatedAt: at,
    resolvedById: null,
    minimizedReason: null,
    reactions: [],
  };
  repository.reviewComments.set(comment.id, comment);
  return comment;
}

/** Checks before it stores: a review is there with all of its comments or not at all. */
function created(call: Call): Answer {
  const { who, issue } = reviewing(call);
  const { box, repository, actor } = who;
  const { body } = call;
  const text = fitting(textIn(body, 'body') ?? '', 'PullRequestReview');
  const event = oneOf(EVENTS, body, 'event', 'PullRequestReview');
  const comments = recordsIn(body, 'comments');
  const pending = reviewsOn(repository, issue.number).some(
    (each) => each.state === 'PENDING' && each.authorId === actor.id,
  );
  if (pending) throw refused('User can only have one pending review per pull request');
  if (event !== undefined) mustBeAllowed(who, issue, event, text, comments.length);
  const commitId = commitIn(who, issue, body);
  for (const each of comments) {
    const words = { path: 'Path', line: 'Line', position: 'Position', start_line: 'Start line' } as const;
    placeFor(who, issue, commitId, spotIn(each), (field) => refused(`${words[field]} could not be resolved`));
  }
  const review = newReview(who, issue, text, commitId);
  for (const each of comments) placed(who, issue, { body: textIn(each, 'body') ?? '', spot: spotIn(each), review });
  if (event !== undefined) submitted(who, issue, review, event);
  return { status: 200, body: reviewJson(box, repository, review) };
}

/** The path's pull request, for who may speak there. */
function reviewing(call: Call): { readonly who: Acting; readonly issue: PullRequest } {
  const issue = pullFor(call, visibleRepository(call));
  const who = acting(call, SPEAK);
  mustBeOpenTo(who, issue, 'create review');
  return { who, issue };
}

const mustBeOwn = (who: Acting, review: { readonly authorId: number }): void => {
  if (review.authorId !== who.actor.id) throw new GitHubError(403, 'Must be the author of the review.');
};

function submittedLater(call: Call): Answer {
  const { who } = reviewing(call);
  const { box, repository } = who;
  const { issue, review } = reviewIn(call, repository);
  mustBeOwn(who, review);
  if (review.state !== 'PENDING') throw refused('Can not submit a review that has been submitted');
  const event = oneOf(EVENTS, call.body, 'event', 'PullRequestReview');
  if (event === undefined) throw refused('Event can not be blank');
  const body = fitting(textIn(call.body, 'body') ?? review.body, 'PullRequestReview');
  const comments = reviewCommentsOn(repository, issue.number).filter((each) => each.reviewId === review.id);
  mustBeAllowed(who, issue, event, body, comments.length);
  review.body = body;
  submitted(who, issue, review, event);
  return { status: 200, body: reviewJson(box, repository, review) };
}

function rewritten(call: Call): Answer {
  const { who } = reviewing(call);
  const { box, repository, at } = who;
  const { issue, review } = reviewIn(call, repository);
  mustBeOwn(who, review);
  const body = fitting(required(textIn(call.body, 'body'), 'PullRequestReview', 'body'), 'PullRequestReview');
  const { body: from } = review;
  if (body !== from) {
    review.body = body;
    review.updatedAt = at;
    if (review.state !== 'PENDING') tellOfReview(who, issue, review, 'edited', { changes: { body: { from } } });
  }
  return { status: 200, body: reviewJson(box, repository, review) };
}

function deleted(call: Call): Answer {
  const { who } = reviewing(call);
  const { box, repository } = who;
  const { review } = reviewIn(call, repository);
  mustBeOwn(who, review);
  if (review.state !== 'PENDING') throw refused('Can not delete a non-pending pull request review');
  const body = reviewJson(box, repository, review);
  repository.reviews.delete(review.id);
  for (const [id, { reviewId }] of repository.reviewComments)
    if (reviewId === review.id) repository.reviewComments.delete(id);
  return { status: 200, body };
}

function dismissed(call: Call): Answer {
  const who = acting(call, WRITE);
  const { box, repository, at } = who;
  const { issue, review } = reviewIn(call, repository);
  const message = textIn(call.body, 'message')?.trim() ?? '';
  if (message === '') throw refused('Message can not be blank');
  const { state } = review;
  if (state !== 'APPROVED' && state !== 'CHANGES_REQUESTED')
    throw refused(`Can not dismiss a ${state.toLowerCase()} pull request review`);
  review.state = 'DISMISSED';
  review.updatedAt = at;
  const dismissedReview = { state: state.toLowerCase(), reviewId: review.id, message };
  note(who, issue, 'review_dismissed', { dismissedReview });
  tellOfReview(who, issue, review, 'dismissed');
  mergedWhereReady(who, issue.pull.head.sha);
  return { status: 200, body: reviewJson(box, repository, review) };
}

// Comments on lines

function commentIn(call: Call, repository: Repository): ReviewComment {
  const comment = repository.reviewComments.get(Number(call.params['comment_id']));
  if (comment === undefined || !commentIsShown(call, repository, comment)) throw notFound();
  return comment;
}

function commentIsShown(call: Call, repository: Repository, { reviewId }: ReviewComment): boolean {
  const review = reviewId === null ? undefined : repository.reviews.get(reviewId);
  return review === undefined || isShownTo(call, review);
}

/** A comment by itself is a review with nothing else in it. */
function commented(call: Call): Answer {
  const { who, issue } = reviewing(call);
  const { body } = call;
  const text = required(textIn(body, 'body'), RESOURCE, 'body');
  const parent = numberIn(body, 'in_reply_to');
  if (parent !== undefined) return replied(who, issue, parent, text);
  const { box, repository } = who;
  const [spot, commitId] = [spotIn(body), commitIn(who, issue, body)];
  placeFor(who, issue, commitId, spot, notInDiff);
  const review = newReview(who, issue, '', commitId);
  const comment = placed(who, issue, { body: text, spot, review });
  submitted(who, issue, review, 'COMMENT');
  return { status: 201, body: reviewCommentJson(box, repository, comment) };
}

/** Stands where the comment stands that it answers. Only the first one of a thread can be answered. */
function replied(who: Acting, issue: PullRequest, parentId: number, body: string): Answer {
  const { box, state, at, repository, actor } = who;
  const parent = repository.reviewComments.get(parentId);
  if (parent?.pullNumber !== issue.number) throw notFound();
  if (parent.inReplyToId !== null)
    throw invalid(RESOURCE, 'in_reply_to', 'custom', 'Replies to replies are not supported');
  const review = newReview(who, issue, '', issue.pull.head.sha);
  const comment: ReviewComment = {
    ...parent,
    id: nextId(state),
    reviewId: review.id,
    authorId: actor.id,
    body: fitting(required(body, RESOURCE, 'body'), RESOURCE),
    inReplyToId: parent.id,
    createdAt: at,
    updatedAt: at,
    resolvedById: null,
    minimizedReason: null,
    reactions: [],
  };
  repository.reviewComments.set(comment.id, comment);
  submitted(who, issue, review, 'COMMENT');
  return { status: 201, body: reviewCommentJson(box, repository, comment) };
}

/** The path's comment, for its author and for those who may write. */
function ownComment(call: Call): {
  readonly who: Acting;
  readonly comment: ReviewComment;
  readonly issue: PullRequest;
} {
  const repository = visibleRepository(call);
  const comment = commentIn(call, repository);
  const issue = pullNumbered(repository, comment.pullNumber);
  if (issue === undefined) throw notFound();
  const who = acting(call, SPEAK);
  if (comment.authorId !== who.actor.id && !who.can(WRITE))
    throw new GitHubError(403, 'Must have write access to Repository.');
  return { who, comment, issue };
}

function commentEdited(call: Call): Answer {
  const { who, comment, issue } = ownComment(call);
  const { box, repository, at } = who;
  const body = fitting(required(textIn(call.body, 'body'), RESOURCE, 'body'), RESOURCE);
  const { body: from } = comment;
  if (body !== from) {
    comment.body = body;
    comment.updatedAt = at;
    tellOfComment(who, issue, comment, 'edited', { changes: { body: { from } } });
  }
  return { status: 200, body: reviewCommentJson(box, repository, comment) };
}

function listedComments(call: Call, repository: Repository, comments: readonly ReviewComment[]): Answer {
  const { query, box } = call;
  const since = query.get('since');
  const sort = query.get('sort');
  const found = comments
    .filter((each) => commentIsShown(call, repository, each))
    .filter(({ updatedAt }) => since === null || Date.parse(updatedAt) >= Date.parse(since))
    .toSorted(
      (one, other) => (sort === 'updated' ? one.updatedAt.localeCompare(other.updatedAt) : 0) || one.id - other.id,
    );
  // Without `sort` GitHub does not read `direction`.
  const ordered = sort !== null && query.get('direction') === 'desc' ? found.toReversed() : found;
  return { status: 200, body: ordered.map((each) => reviewCommentJson(box, repository, each)), list: true };
}

export const reviewRoutes: Routes = {
  [`GET ${PULL}/reviews`]: (call) => {
    const repository = repositoryFor(call, READ);
    const found = reviewsOn(repository, pullFor(call, repository).number).filter((each) => isShownTo(call, each));
    return { status: 200, body: found.map((each) => reviewJson(call.box, repository, each)), list: true };
  },
  [`POST ${PULL}/reviews`]: created,
  [`GET ${REVIEW}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: reviewJson(call.box, repository, reviewIn(call, repository).review) };
  },
  [`PUT ${REVIEW}`]: rewritten,
  [`DELETE ${REVIEW}`]: deleted,
  [`POST ${REVIEW}/events`]: submittedLater,
  [`PUT ${REVIEW}/dismissals`]: dismissed,
  [`GET ${REVIEW}/comments`]: (call) => {
    const repository = repositoryFor(call, READ);
    const { issue, review } = reviewIn(call, repository);
    const found = reviewCommentsOn(repository, issue.number).filter((each) => each.reviewId === review.id);
    return { status: 200, body: found.map((each) => commentOfReviewJson(call.box, repository, each)), list: true };
  },

  [`GET ${PULL}/comments`]: (call) => {
    const repository = repositoryFor(call, READ);
    return listedComments(call, repository, reviewCommentsOn(repository, pullFor(call, repository).number));
  },
  [`POST ${PULL}/comments`]: commented,
  [`POST ${PULL}/comments/{comment_id}/replies`]: (call) => {
    const { who, issue } = reviewing(call);
    return replied(who, issue, Number(call.params['comment_id']), textIn(call.body, 'body') ?? '');
  },
  'GET /repos/{owner}/{repo}/pulls/comments': (call) => {
    const repository = repositoryFor(call, READ);
    return listedComments(call, repository, [...repository.reviewComments.values()]);
  },
  [`GET ${COMMENT}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: reviewCommentJson(call.box, repository, commentIn(call, repository)) };
  },
  [`PATCH ${COMMENT}`]: commentEdited,
  [`DELETE ${COMMENT}`]: (call) => {
    const { who, comment, issue } = ownComment(call);
    who.repository.reviewComments.delete(comment.id);
    tellOfComment(who, issue, comment, 'deleted');
    return { status: 204 };
  },
  ...reactionRoutes(COMMENT, 'pull_requests', commentIn),
};
