/** Mutations of comments, reactions and review threads. */
import type { Call } from '../box.ts';
import { GitHubError } from '../box.ts';
import type { Need } from '../gate.ts';
import { webhookReviewCommentJson, webhookSimplePullJson } from '../json/pulls.ts';
import { nodeId } from '../json/node-id.ts';
import { type Acting, tell } from '../routes/acting.ts';
import { onIssue } from '../routes/issue-changes.ts';
import { issueRoutes } from '../routes/issues.ts';
import { reacted, reactionOf } from '../routes/reactions.ts';
import { commentsOn, type PullRequest, type ReactionContent, type ReviewComment, reviewCommentsOn } from '../state.ts';
import { cursorAt } from './connections.ts';
import type { GraphNode } from './graph-node.ts';
import { contentFrom, reactionGroups, reactionNode } from './issues.ts';
import { foundBy, type Found, nodeNamed } from './lookup.ts';
import { actingIn, ISSUE, mutation, ofIssue, REPOSITORY, rest, shownIssue } from './mutating.ts';
import { threadNode } from './pulls.ts';

const COMMENT = `${REPOSITORY}/issues/comments/{comment_id}`;
const SHARED = ['issues', 'pull_requests'] as const;
const WRITE: Need = { permission: 'pull_requests', level: 'write', role: 'write' };
const REACT: Need = { permission: SHARED, level: 'write', role: 'read' };
const REACT_TO_REVIEW: Need = { permission: 'pull_requests', level: 'write', role: 'read' };

interface Reacting {
  readonly subjectId: string;
  readonly content: string;
}

type Reactables = Extract<
  Found,
  { is: 'Issue' | 'PullRequest' | 'IssueComment' | 'PullRequestReview' | 'PullRequestReviewComment' }
>;

function reactableOf(what: Reactables) {
  switch (what.is) {
    case 'Issue':
    case 'PullRequest':
      return what.issue;
    case 'PullRequestReview':
      return what.review;
    default:
      return what.comment;
  }
}

export function commentMutations(call: Call): GraphNode {
  const subjectOf = ({ subjectId, content }: Reacting) => {
    const what = foundBy(
      call,
      subjectId,
      'Issue',
      'PullRequest',
      'IssueComment',
      'PullRequestReview',
      'PullRequestReviewComment',
    );
    const ofReview = what.is === 'PullRequestReview' || what.is === 'PullRequestReviewComment';
    const who = actingIn(call, what.repository, ofReview ? REACT_TO_REVIEW : REACT);
    const named: ReactionContent | undefined = contentFrom(content);
    if (named === undefined) throw new Error(`no reaction ${content}`);
    return { who, subject: reactableOf(what), content: named };
  };
  const reactionPayload = (id: string, subject: Reactables['issue'] | ReturnType<typeof reactableOf>): GraphNode => ({
    subject: () => nodeNamed(call, id),
    reactionGroups: () => reactionGroups(call, subject, () => nodeNamed(call, id)),
  });

  const minimized = (subjectId: string, classifier: string | null): GraphNode => {
    const what = foundBy(call, subjectId, 'IssueComment', 'PullRequestReview', 'PullRequestReviewComment');
    actingIn(call, what.repository, what.is === 'IssueComment' ? onIssue(what.issue, 'write', 'write') : WRITE);
    (what.is === 'PullRequestReview' ? what.review : what.comment).minimizedReason = classifier;
    return nodeNamed(call, subjectId);
  };

  const threadChanged = (threadId: string, resolved: boolean): GraphNode => {
    const { repository, comment, issue } = foundBy(call, threadId, 'PullRequestReviewThread');
    const who = actingIn(call, repository, { ...WRITE, role: 'read' });
    if (issue.authorId !== who.actor.id && !who.can(WRITE))
      throw new GitHubError(403, 'Must have write access to Repository.');
    if ((comment.resolvedById !== null) !== resolved) {
      comment.resolvedById = resolved ? who.actor.id : null;
      tellOfThread(who, issue, comment, resolved ? 'resolved' : 'unresolved');
    }
    return { thread: () => threadNode(call, repository, issue, comment) };
  };

  return {
    addComment: mutation(async ({ subjectId, body }: { readonly subjectId: string; readonly body: string }) => {
      const { repository, issue } = foundBy(call, subjectId, 'Issue', 'PullRequest');
      const made = await rest(call, issueRoutes, `POST ${ISSUE}/comments`, repository, ofIssue(issue), { body });
      const node = () => nodeNamed(call, String(made['node_id']));
      const commentEdge = { cursor: cursorAt(commentsOn(repository, issue.number).length - 1), node };
      return { commentEdge, subject: () => shownIssue(call, repository, issue) };
    }),
    updateIssueComment: mutation(async ({ id, body }: { readonly id: string; readonly body: string }) => {
      const { repository, comment } = foundBy(call, id, 'IssueComment');
      const params = { comment_id: String(comment.id) };
      await rest(call, issueRoutes, `PATCH ${COMMENT}`, repository, params, { body });
      return { issueComment: () => nodeNamed(call, id) };
    }),
    deleteIssueComment: mutation(async ({ id }: { readonly id: string }) => {
      const { repository, comment } = foundBy(call, id, 'IssueComment');
      await rest(call, issueRoutes, `DELETE ${COMMENT}`, repository, { comment_id: String(comment.id) });
      return {};
    }),
    minimizeComment: mutation(
      ({ subjectId, classifier }: { readonly subjectId: string; readonly classifier: string }) => ({
        minimizedComment: minimized(subjectId, classifier),
      }),
    ),
    unminimizeComment: mutation(({ subjectId }: { readonly subjectId: string }) => ({
      unminimizedComment: minimized(subjectId, null),
    })),

    addReaction: mutation((input: Reacting) => {
      const { who, subject, content } = subjectOf(input);
      const reaction = reacted(who, subject, content);
      return {
        ...reactionPayload(input.subjectId, subject),
        reaction: () => reactionNode(call, reaction, () => nodeNamed(call, input.subjectId)),
      };
    }),
    // Gone is gone: where the actor has not reacted there is nothing to do.
    removeReaction: mutation((input: Reacting) => {
      const { who, subject, content } = subjectOf(input);
      const reaction = reactionOf(who, subject, content);
      subject.reactions = subject.reactions.filter((each) => each !== reaction);
      return {
        ...reactionPayload(input.subjectId, subject),
        reaction: () =>
          reaction === undefined ? null : reactionNode(call, reaction, () => nodeNamed(call, input.subjectId)),
      };
    }),

    resolveReviewThread: mutation(({ threadId }: { readonly threadId: string }) => threadChanged(threadId, true)),
    unresolveReviewThread: mutation(({ threadId }: { readonly threadId: string }) => threadChanged(threadId, false)),
  };
}

function tellOfThread(who: Acting, issue: PullRequest, first: ReviewComment, action: string): void {
  const { box, repository } = who;
  const inside = reviewCommentsOn(repository, issue.number).filter(
    ({ id, inReplyToId }) => id === first.id || inReplyToId === first.id,
  );
  tell(who, 'pull_request_review_thread', action, {
    pull_request: webhookSimplePullJson(box, repository, issue),
    thread: {
      node_id: nodeId('PullRequestReviewThread', first.id),
      comments: inside.map((each) => webhookReviewCommentJson(box, repository, each)),
    },
  });
}
