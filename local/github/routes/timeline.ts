/** Everything that happened on an issue or pull request, in one list and in order. */
import type { Box } from '../box.ts';
import { commitAt } from '../git.ts';
import { userJsonOf } from '../json/accounts.ts';
import { gitCommitJson } from '../json/git.ts';
import { commentJson, eventJson } from '../json/issues.ts';
import { reviewCommentJson, reviewJson } from '../json/pulls.ts';
import { commitsOf } from '../pulls.ts';
import {
  commentsOn,
  eventsOn,
  isPull,
  type Issue,
  type Moment,
  objectsOf,
  type PullRequest,
  type Repository,
  reviewCommentsOn,
  reviewsOn,
} from '../state.ts';

interface Entry {
  readonly at: Moment;
  readonly body: unknown;
}

function pullEntries(box: Box, repository: Repository, issue: PullRequest): readonly Entry[] {
  const { state } = box;
  const objects = objectsOf(state, repository);
  const commits = commitsOf(state, repository, issue).map((sha) => ({
    at: commitAt(objects, sha).committer.date,
    body: { event: 'committed', ...gitCommitJson(box, repository, sha) },
  }));
  const reviews = reviewsOn(repository, issue.number)
    .filter((each) => each.submittedAt !== null)
    .map((review) => ({
      at: review.submittedAt ?? review.updatedAt,
      body: { event: 'reviewed', ...reviewJson(box, repository, review), state: review.state.toLowerCase() },
    }));
  const threads = reviewCommentsOn(repository, issue.number)
    .filter((each) => each.inReplyToId === null)
    .map((first) => {
      const all = reviewCommentsOn(repository, issue.number).filter(
        (each) => each === first || each.inReplyToId === first.id,
      );
      const comments = all.map((each) => reviewCommentJson(box, repository, each));
      return { at: first.createdAt, body: { event: 'line-commented', node_id: comments[0]?.node_id, comments } };
    });
  return [...commits, ...reviews, ...threads];
}

export function timelineOf(box: Box, repository: Repository, issue: Issue): readonly unknown[] {
  const comments = commentsOn(repository, issue.number).map((comment) => ({
    at: comment.createdAt,
    body: {
      event: 'commented',
      actor: userJsonOf(box, comment.authorId),
      ...commentJson(box, repository, comment),
    },
  }));
  const events = eventsOn(repository, issue.number).map((event) => {
    // The timeline leaves out who assigned, which is the actor.
    const { assigner: _, ...body } = { assigner: undefined, ...eventJson(box, repository, event) };
    return { at: event.createdAt, body };
  });
  const pull = isPull(issue) ? pullEntries(box, repository, issue) : [];
  // Sorting keeps what happened in the same second in the order given here.
  return [...pull, ...comments, ...events]
    .toSorted((one, other) => one.at.localeCompare(other.at))
    .map(({ body }) => body);
}
