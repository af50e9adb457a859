import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeId } from '../../../local/github/json/node-id.ts';
import type { Repository } from '../../../local/github/state.ts';
import { byLane, fieldOf, type Forge, openForge, ORG, violationsOfTheBox, type Who } from './forge.ts';
import { type Answer, gql, idOf, rest } from './graphql-asking.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

/** Ids by the names of variables, of a repository with a comment on its pull request and a thread on a line of it. */
async function scene(): Promise<{ readonly repository: Repository; readonly ids: Readonly<Record<string, string>> }> {
  const repository = forge.freshRepository();
  const at = `/repos/${ORG}/${repository.name}`;
  const { state, app } = forge.github;
  const account = (login: string): string =>
    nodeId('User', [...state.accounts.values()].find((each) => each.login === login)?.id ?? 0);
  const label = (name: string): string =>
    nodeId('Label', [...repository.labels.values()].find((each) => each.name === name)?.id ?? 0);
  const comment = await rest(forge, 'joan', `POST ${at}/issues/1/comments`, { body: 'Please look' });
  const review = await rest(forge, 'grace', `POST ${at}/pulls/1/reviews`, {
    event: 'APPROVE',
    comments: [{ path: 'src/lines.txt', line: 2, side: 'RIGHT', body: 'Why?' }],
  });
  const line = [...repository.reviewComments.values()][0]?.id ?? 0;
  await forge.heard();
  const issue = repository.issues.get(1);
  return {
    repository,
    ids: {
      repository: nodeId('Repository', repository.id),
      pull: nodeId('PullRequest', issue?.pull?.id ?? 0),
      issue: nodeId('Issue', repository.issues.get(2)?.id ?? 0),
      comment: idOf(comment),
      review: idOf(review),
      line: nodeId('PullRequestReviewComment', line),
      thread: nodeId('PullRequestReviewThread', line),
      bug: label('bug'),
      question: label('question'),
      grace: account('grace-example'),
      ada: account('ada-example'),
      head: issue?.pull?.head.sha ?? '',
      bot: `${app.slug}[bot]`,
    },
  };
}

/** `$pull` and so on stand for the ids. */
const carriedOut = (who: Who, ids: Readonly<Record<string, string>>, text: string): Promise<Answer> => {
  const names = [...new Set([...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => name))];
  const declared = names.map((name) => `$${name}: ${name === 'head' ? 'GitObjectID' : 'ID'}!`).join(', ');
  return gql(forge, who, `mutation(${declared}) { ${text} }`, ids);
};

function protect(repository: Repository): void {
  const at = forge.github.box.now().toISOString();
  repository.protections.set('main', {
    id: 1,
    pattern: 'main',
    createdAt: at,
    updatedAt: at,
    requiredStatusChecks: { strict: false, checks: [{ context: 'ci', appId: null }] },
    requiredPullRequestReviews: null,
    restrictions: null,
    enforceAdmins: true,
    requiredLinearHistory: false,
    allowForcePushes: false,
    allowDeletions: false,
    blockCreations: false,
    requiredConversationResolution: false,
    lockBranch: false,
    allowForkSyncing: false,
    requiredSignatures: false,
  });
}

const FORBIDDEN = [expect.objectContaining({ type: 'FORBIDDEN' })];
const UNPROCESSABLE = [expect.objectContaining({ type: 'UNPROCESSABLE' })];

describe('a mutation', () => {
  test.each<
    [
      title: string,
      who: Who,
      text: string,
      given: (repository: Repository) => void,
      payload: unknown,
      errors: unknown,
      webhooks: readonly string[],
    ]
  >([
    [
      'reacts to a comment',
      'app',
      'addReaction(input: {subjectId: $comment, content: EYES, clientMutationId: "m1"}) { clientMutationId reaction { content } subject { __typename } reactionGroups { content viewerHasReacted reactors(first: 1) { totalCount } } }',
      () => undefined,
      {
        clientMutationId: 'm1',
        reaction: { content: 'EYES' },
        subject: { __typename: 'IssueComment' },
        reactionGroups: expect.arrayContaining([
          { content: 'EYES', viewerHasReacted: true, reactors: { totalCount: 1 } },
          { content: 'HEART', viewerHasReacted: false, reactors: { totalCount: 0 } },
        ]),
      },
      undefined,
      [],
    ],
    [
      'reacts to a review',
      'joan',
      'addReaction(input: {subjectId: $review, content: HOORAY}) { reaction { content user { login } } }',
      () => undefined,
      { reaction: { content: 'HOORAY', user: { login: 'joan-example' } } },
      undefined,
      [],
    ],
    [
      'takes back a reaction that was not given',
      'app',
      'removeReaction(input: {subjectId: $pull, content: EYES}) { reaction { content } subject { id } }',
      () => undefined,
      { reaction: null, subject: { id: expect.any(String) } },
      undefined,
      [],
    ],
    [
      'comments',
      'app',
      'addComment(input: {subjectId: $pull, body: "Hello"}) { commentEdge { cursor node { body author { login } } } subject { id } }',
      () => undefined,
      {
        commentEdge: { cursor: expect.any(String), node: { body: 'Hello', author: { login: 'bowsprit' } } },
        subject: { id: expect.any(String) },
      },
      undefined,
      ['issue_comment.created'],
    ],
    [
      'comments where the conversation is locked',
      'joan',
      'addComment(input: {subjectId: $pull, body: "Hello"}) { subject { id } }',
      (repository) => Object.assign(repository.issues.get(1) ?? {}, { locked: true }),
      null,
      [
        {
          type: 'FORBIDDEN',
          path: ['addComment'],
          locations: expect.any(Array),
          message: 'Unable to create comment because issue is locked.',
        },
      ],
      [],
    ],
    [
      'edits a comment',
      'joan',
      'updateIssueComment(input: {id: $comment, body: "Please"}) { issueComment { body } }',
      () => undefined,
      { issueComment: { body: 'Please' } },
      undefined,
      ['issue_comment.edited'],
    ],
    [
      "edits somebody else's comment",
      'alan',
      'updateIssueComment(input: {id: $comment, body: "Please"}) { issueComment { body } }',
      () => undefined,
      null,
      FORBIDDEN,
      [],
    ],
    [
      'deletes a comment',
      'app',
      'deleteIssueComment(input: {id: $comment}) { clientMutationId }',
      () => undefined,
      { clientMutationId: null },
      undefined,
      ['issue_comment.deleted'],
    ],
    [
      'hides a comment',
      'app',
      'minimizeComment(input: {subjectId: $comment, classifier: OFF_TOPIC}) { minimizedComment { isMinimized minimizedReason } }',
      () => undefined,
      { minimizedComment: { isMinimized: true, minimizedReason: 'off-topic' } },
      undefined,
      [],
    ],
    [
      'hides a comment without being one who writes',
      'joan',
      'minimizeComment(input: {subjectId: $comment, classifier: OUTDATED}) { minimizedComment { isMinimized } }',
      () => undefined,
      null,
      FORBIDDEN,
      [],
    ],
    [
      'shows a review that was hidden',
      'grace',
      'unminimizeComment(input: {subjectId: $review}) { unminimizedComment { __typename isMinimized } }',
      () => undefined,
      { unminimizedComment: { __typename: 'PullRequestReview', isMinimized: false } },
      undefined,
      [],
    ],
    [
      'puts labels on',
      'app',
      'addLabelsToLabelable(input: {labelableId: $pull, labelIds: [$bug, $question]}) { labelable { labels(first: 5) { nodes { name } } } }',
      () => undefined,
      { labelable: { labels: { nodes: [{ name: 'bug' }, { name: 'question' }] } } },
      undefined,
      ['pull_request.labeled', 'pull_request.labeled'],
    ],
    [
      'puts labels on without being one who triages',
      'joan',
      'addLabelsToLabelable(input: {labelableId: $pull, labelIds: [$bug]}) { labelable { viewerCanLabel } }',
      () => undefined,
      null,
      FORBIDDEN,
      [],
    ],
    [
      'puts labels on with an App that may only look',
      'reader-app',
      'addLabelsToLabelable(input: {labelableId: $pull, labelIds: [$bug]}) { labelable { viewerCanLabel } }',
      () => undefined,
      null,
      [expect.objectContaining({ type: 'FORBIDDEN', message: 'Resource not accessible by integration' })],
      [],
    ],
    [
      'takes a label off, and one that is not on',
      'alan',
      'removeLabelsFromLabelable(input: {labelableId: $issue, labelIds: [$bug, $question]}) { labelable { labels(first: 5) { totalCount } } }',
      (repository) => Object.assign(repository.issues.get(2) ?? {}, { labels: [[...repository.labels.keys()][0]] }),
      { labelable: { labels: { totalCount: 0 } } },
      undefined,
      ['issues.unlabeled'],
    ],
    [
      'takes all labels off',
      'alan',
      'clearLabelsFromLabelable(input: {labelableId: $issue}) { labelable { labels(first: 5) { totalCount } } }',
      (repository) =>
        Object.assign(repository.issues.get(2) ?? {}, { labels: [...repository.labels.keys()].slice(0, 2) }),
      { labelable: { labels: { totalCount: 0 } } },
      undefined,
      ['issues.unlabeled', 'issues.unlabeled'],
    ],
    [
      'labels with an id of nothing',
      'app',
      'addLabelsToLabelable(input: {labelableId: $pull, labelIds: [$pull]}) { labelable { viewerCanLabel } }',
      () => undefined,
      null,
      [expect.objectContaining({ type: 'NOT_FOUND' })],
      [],
    ],
    [
      'makes a draft',
      'joan',
      'convertPullRequestToDraft(input: {pullRequestId: $pull}) { pullRequest { isDraft mergeStateStatus } }',
      () => undefined,
      { pullRequest: { isDraft: true, mergeStateStatus: 'DRAFT' } },
      undefined,
      ['pull_request.converted_to_draft'],
    ],
    [
      'makes a draft that is one',
      'app',
      'convertPullRequestToDraft(input: {pullRequestId: $pull}) { pullRequest { isDraft } }',
      (repository) => Object.assign(repository.issues.get(1)?.pull ?? {}, { draft: true }),
      { pullRequest: { isDraft: true } },
      undefined,
      [],
    ],
    [
      'ends a draft',
      'app',
      'markPullRequestReadyForReview(input: {pullRequestId: $pull}) { pullRequest { isDraft } }',
      (repository) => Object.assign(repository.issues.get(1)?.pull ?? {}, { draft: true }),
      { pullRequest: { isDraft: false } },
      undefined,
      ['pull_request.ready_for_review'],
    ],
    [
      'ends a draft without being one who writes',
      'alan',
      'markPullRequestReadyForReview(input: {pullRequestId: $pull}) { pullRequest { isDraft } }',
      (repository) => Object.assign(repository.issues.get(1)?.pull ?? {}, { draft: true }),
      null,
      FORBIDDEN,
      [],
    ],
    [
      'lets merge when ready',
      'app',
      'enablePullRequestAutoMerge(input: {pullRequestId: $pull, mergeMethod: SQUASH, expectedHeadOid: $head}) { actor { __typename login } pullRequest { autoMergeRequest { mergeMethod enabledBy { login } } viewerCanDisableAutoMerge } }',
      (repository) => {
        repository.settings.allowAutoMerge = true;
        protect(repository);
      },
      {
        actor: { __typename: 'Bot', login: 'bowsprit' },
        pullRequest: {
          autoMergeRequest: { mergeMethod: 'SQUASH', enabledBy: { login: 'bowsprit' } },
          viewerCanDisableAutoMerge: true,
        },
      },
      undefined,
      ['pull_request.auto_merge_enabled'],
    ],
    [
      'lets merge when ready what is ready',
      'app',
      'enablePullRequestAutoMerge(input: {pullRequestId: $pull}) { pullRequest { id } }',
      (repository) => Object.assign(repository.settings, { allowAutoMerge: true }),
      null,
      [expect.objectContaining({ type: 'UNPROCESSABLE', message: 'Pull request is in clean status' })],
      [],
    ],
    [
      'merges no more when ready',
      'app',
      'disablePullRequestAutoMerge(input: {pullRequestId: $pull}) { pullRequest { autoMergeRequest { mergeMethod } } }',
      (repository) =>
        Object.assign(repository.issues.get(1)?.pull ?? {}, {
          autoMerge: { enabledById: repository.ownerId, method: 'merge', commitTitle: '', commitMessage: '' },
        }),
      { pullRequest: { autoMergeRequest: null } },
      undefined,
      ['pull_request.auto_merge_disabled'],
    ],
    [
      'merges',
      'app',
      'mergePullRequest(input: {pullRequestId: $pull, mergeMethod: SQUASH, commitHeadline: "One line", expectedHeadOid: $head}) { actor { login } pullRequest { state merged mergedBy { login } mergeCommit { messageHeadline } } }',
      () => undefined,
      {
        actor: { login: 'bowsprit' },
        pullRequest: {
          state: 'MERGED',
          merged: true,
          mergedBy: { login: 'bowsprit' },
          mergeCommit: { messageHeadline: 'One line' },
        },
      },
      undefined,
      ['push', 'pull_request.closed'],
    ],
    [
      'merges what has moved on',
      'app',
      'mergePullRequest(input: {pullRequestId: $pull, expectedHeadOid: "0000000000000000000000000000000000000000"}) { pullRequest { state } }',
      () => undefined,
      null,
      [
        expect.objectContaining({
          type: 'UNPROCESSABLE',
          message: 'Head branch was modified. Review and try the merge again.',
        }),
      ],
      [],
    ],
    [
      'merges what must wait',
      'app',
      'mergePullRequest(input: {pullRequestId: $pull}) { pullRequest { state } }',
      protect,
      null,
      [expect.objectContaining({ type: 'UNPROCESSABLE', message: 'Required status check "ci" is expected.' })],
      [],
    ],
    [
      'merges without being one who writes',
      'alan',
      'mergePullRequest(input: {pullRequestId: $pull}) { pullRequest { state } }',
      () => undefined,
      null,
      FORBIDDEN,
      [],
    ],
    [
      'closes',
      'app',
      'closePullRequest(input: {pullRequestId: $pull}) { pullRequest { state closed } }',
      () => undefined,
      { pullRequest: { state: 'CLOSED', closed: true } },
      undefined,
      ['pull_request.closed'],
    ],
    [
      'reopens',
      'joan',
      'reopenPullRequest(input: {pullRequestId: $pull}) { pullRequest { state } }',
      (repository) => Object.assign(repository.issues.get(1) ?? {}, { state: 'closed' }),
      { pullRequest: { state: 'OPEN' } },
      undefined,
      ['pull_request.reopened'],
    ],
    [
      'reopens what was merged',
      'grace',
      'reopenPullRequest(input: {pullRequestId: $pull}) { pullRequest { state } }',
      (repository) => {
        Object.assign(repository.issues.get(1) ?? {}, { state: 'closed' });
        Object.assign(repository.issues.get(1)?.pull ?? {}, { merged: true });
      },
      null,
      UNPROCESSABLE,
      [],
    ],
    [
      'changes a pull request',
      'alan',
      'updatePullRequest(input: {pullRequestId: $pull, title: "Better", body: "", labelIds: [$bug], assigneeIds: [$grace]}) { pullRequest { title body labels(first: 1) { nodes { name } } assignees(first: 1) { nodes { login } } } }',
      () => undefined,
      {
        pullRequest: {
          title: 'Better',
          body: '',
          labels: { nodes: [{ name: 'bug' }] },
          assignees: { nodes: [{ login: 'grace-example' }] },
        },
      },
      undefined,
      ['pull_request.labeled', 'pull_request.assigned', 'pull_request.edited', 'pull_request.edited'],
    ],
    [
      'asks for reviews',
      'joan',
      'requestReviews(input: {pullRequestId: $pull, userIds: [$ada]}) { requestedReviewersEdge { node { login } } pullRequest { reviewRequests(first: 5) { nodes { requestedReviewer { ... on User { login } } } } } }',
      (repository) =>
        Object.assign(repository.issues.get(1)?.pull ?? {}, {
          requestedReviewers: [[...repository.collaborators.keys()][1]],
        }),
      {
        requestedReviewersEdge: { node: { login: 'ada-example' } },
        pullRequest: { reviewRequests: { nodes: [{ requestedReviewer: { login: 'ada-example' } }] } },
      },
      undefined,
      ['pull_request.review_request_removed', 'pull_request.review_requested'],
    ],
    [
      'reviews, with a remark on a line',
      'alan',
      'addPullRequestReview(input: {pullRequestId: $pull, event: REQUEST_CHANGES, body: "Not yet", threads: [{path: "src/new.txt", line: 1, body: "Old?"}]}) { pullRequestReview { state commit { oid } comments(first: 5) { nodes { path line body } } } reviewEdge { node { author { login } } } }',
      () => undefined,
      {
        pullRequestReview: {
          state: 'CHANGES_REQUESTED',
          commit: { oid: expect.any(String) },
          comments: { nodes: [{ path: 'src/new.txt', line: 1, body: 'Old?' }] },
        },
        reviewEdge: { node: { author: { login: 'alan-example' } } },
      },
      undefined,
      ['pull_request_review.submitted', 'pull_request_review_comment.created'],
    ],
    [
      'approves its own pull request',
      'joan',
      'addPullRequestReview(input: {pullRequestId: $pull, event: APPROVE}) { clientMutationId }',
      () => undefined,
      null,
      [expect.objectContaining({ type: 'UNPROCESSABLE', message: 'Can not approve your own pull request' })],
      [],
    ],
    [
      'dismisses a review',
      'grace',
      'dismissPullRequestReview(input: {pullRequestReviewId: $review, message: "Outdated"}) { pullRequestReview { state } }',
      () => undefined,
      { pullRequestReview: { state: 'DISMISSED' } },
      undefined,
      ['pull_request_review.dismissed'],
    ],
    [
      'resolves a thread',
      'joan',
      'resolveReviewThread(input: {threadId: $thread}) { thread { isResolved resolvedBy { login } viewerCanUnresolve } }',
      () => undefined,
      { thread: { isResolved: true, resolvedBy: { login: 'joan-example' }, viewerCanUnresolve: true } },
      undefined,
      ['pull_request_review_thread.resolved'],
    ],
    [
      "resolves a thread on somebody else's pull request",
      'alan',
      'resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }',
      () => undefined,
      null,
      FORBIDDEN,
      [],
    ],
    [
      'opens a thread that is open',
      'grace',
      'unresolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }',
      () => undefined,
      { thread: { isResolved: false } },
      undefined,
      [],
    ],
    [
      'brings a branch up to date that is',
      'app',
      'updatePullRequestBranch(input: {pullRequestId: $pull}) { pullRequest { id } }',
      () => undefined,
      null,
      [expect.objectContaining({ type: 'UNPROCESSABLE', message: 'There are no new commits on the base branch.' })],
      [],
    ],
    [
      'opens a pull request where one is open',
      'grace',
      'createPullRequest(input: {repositoryId: $repository, headRefName: "feature", baseRefName: "main", title: "Again"}) { pullRequest { number } }',
      () => undefined,
      null,
      [
        expect.objectContaining({
          type: 'UNPROCESSABLE',
          message: `A pull request already exists for ${ORG}:feature.`,
        }),
      ],
      [],
    ],
    [
      'opens a pull request as a draft',
      'grace',
      'createPullRequest(input: {repositoryId: $repository, headRefName: "feature", baseRefName: "main", title: "Again", draft: true}) { pullRequest { number isDraft } }',
      (repository) => Object.assign(repository.issues.get(1) ?? {}, { state: 'closed' }),
      { pullRequest: { number: 3, isDraft: true } },
      undefined,
      ['pull_request.opened'],
    ],
    [
      'opens an issue',
      'alan',
      'createIssue(input: {repositoryId: $repository, title: "It creaks", labelIds: [$bug]}) { issue { number title labels(first: 1) { nodes { name } } } }',
      () => undefined,
      { issue: { number: 3, title: 'It creaks', labels: { nodes: [{ name: 'bug' }] } } },
      undefined,
      ['issues.opened', 'issues.labeled'],
    ],
    [
      'changes an issue',
      'joan',
      'updateIssue(input: {id: $issue, title: "It leaks again"}) { actor { login } issue { title } }',
      () => undefined,
      { actor: { login: 'joan-example' }, issue: { title: 'It leaks again' } },
      undefined,
      ['issues.edited'],
    ],
    [
      'pins an issue',
      'app',
      'pinIssue(input: {issueId: $issue}) { issue { isPinned } }',
      () => undefined,
      { issue: { isPinned: true } },
      undefined,
      [],
    ],
    [
      'pins no fourth',
      'app',
      'pinIssue(input: {issueId: $issue}) { issue { isPinned } }',
      (repository) => {
        for (const number of [7, 8, 9]) {
          const issue = repository.issues.get(2);
          if (issue !== undefined) repository.issues.set(number, { ...issue, number, pinned: true });
        }
      },
      null,
      UNPROCESSABLE,
      [],
    ],
    [
      'unpins an issue',
      'app',
      'unpinIssue(input: {issueId: $issue}) { issue { isPinned } }',
      (repository) => Object.assign(repository.issues.get(2) ?? {}, { pinned: true }),
      { issue: { isPinned: false } },
      undefined,
      [],
    ],
    [
      'pins nothing for who may only triage',
      'alan',
      'pinIssue(input: {issueId: $issue}) { issue { isPinned } }',
      () => undefined,
      null,
      FORBIDDEN,
      [],
    ],
    [
      'transfers no issue to where it is',
      'app',
      'transferIssue(input: {issueId: $issue, repositoryId: $repository}) { issue { number } }',
      () => undefined,
      null,
      UNPROCESSABLE,
      [],
    ],
    [
      'closes an issue',
      'app',
      'closeIssue(input: {issueId: $issue, stateReason: DUPLICATE}) { issue { state stateReason known: stateReason(enableDuplicate: true) } }',
      () => undefined,
      { issue: { state: 'CLOSED', stateReason: 'NOT_PLANNED', known: 'DUPLICATE' } },
      undefined,
      ['issues.closed'],
    ],
    [
      'reopens an issue',
      'joan',
      'reopenIssue(input: {issueId: $issue}) { issue { state stateReason } }',
      (repository) => Object.assign(repository.issues.get(2) ?? {}, { state: 'closed' }),
      { issue: { state: 'OPEN', stateReason: 'REOPENED' } },
      undefined,
      ['issues.reopened'],
    ],
    [
      'assigns',
      'alan',
      'addAssigneesToAssignable(input: {assignableId: $issue, assigneeIds: [$grace]}) { assignable { assignees(first: 1) { nodes { login } } } }',
      () => undefined,
      { assignable: { assignees: { nodes: [{ login: 'grace-example' }] } } },
      undefined,
      ['issues.assigned'],
    ],
    [
      'assigns nobody any more',
      'alan',
      'removeAssigneesFromAssignable(input: {assignableId: $issue, assigneeIds: [$grace]}) { assignable { assignees(first: 1) { totalCount } } }',
      (repository) =>
        Object.assign(repository.issues.get(2) ?? {}, { assignees: [[...repository.collaborators.keys()][0]] }),
      { assignable: { assignees: { totalCount: 0 } } },
      undefined,
      ['issues.unassigned'],
    ],
    [
      'locks',
      'grace',
      'lockLockable(input: {lockableId: $pull, lockReason: TOO_HEATED}) { lockedRecord { locked activeLockReason } }',
      () => undefined,
      { lockedRecord: { locked: true, activeLockReason: 'TOO_HEATED' } },
      undefined,
      ['pull_request.locked'],
    ],
    [
      'unlocks',
      'grace',
      'unlockLockable(input: {lockableId: $issue}) { unlockedRecord { locked activeLockReason } }',
      (repository) => Object.assign(repository.issues.get(2) ?? {}, { locked: true, activeLockReason: 'spam' }),
      { unlockedRecord: { locked: false, activeLockReason: null } },
      undefined,
      ['issues.unlocked'],
    ],
  ])('%s', async (_, who, text, before, payload, errors, webhooks) => {
    const { repository, ids } = await scene();
    before(repository);
    const [field = ''] = text.split('(');
    const { status, data, errors: given } = await carriedOut(who, ids, text);
    const told = byLane(await forge.heard()).map(({ name }) => name);
    expect({ status, payload: fieldOf(data, field), errors: given, webhooks: told }).toEqual({
      status: 200,
      payload,
      errors,
      webhooks,
    });
    expect(violationsOfTheBox(forge)).toEqual([]);
  });

  test('is told as REST would tell of it', async () => {
    const [one, other] = [await scene(), await scene()];
    await carriedOut(
      'app',
      one.ids,
      'addLabelsToLabelable(input: {labelableId: $pull, labelIds: [$bug]}) { clientMutationId }',
    );
    const [byGraphql] = await forge.heard();
    await rest(forge, 'app', `POST /repos/${ORG}/${other.repository.name}/issues/1/labels`, { labels: ['bug'] });
    const [byRest] = await forge.heard();
    const facts = (heard: typeof byRest): unknown => [
      heard?.name,
      fieldOf(heard?.payload, 'label', 'name'),
      fieldOf(heard?.payload, 'sender', 'login'),
      fieldOf(heard?.payload, 'installation', 'id'),
      fieldOf(heard?.payload, 'pull_request', 'labels', 0, 'name'),
    ];
    expect(facts(byGraphql)).toEqual(facts(byRest));
    expect(fieldOf(byGraphql?.payload, 'sender', 'login')).toBe(one.ids['bot']);
  });

  test('that fails stops none of those after it', async () => {
    const { ids } = await scene();
    const { data, errors } = await gql(
      forge,
      'joan',
      `mutation($pull: ID!) {
         merge: mergePullRequest(input: {pullRequestId: $pull}) { clientMutationId }
         comment: addComment(input: {subjectId: $pull, body: "Then not"}) { clientMutationId }
       }`,
      { pull: ids['pull'] },
    );
    expect(data).toEqual({ merge: null, comment: { clientMutationId: null } });
    expect(errors).toMatchObject([{ type: 'FORBIDDEN', path: ['merge'] }]);
  });
});

const update = (ids: Readonly<Record<string, string>>, updates: string): Promise<Answer> =>
  carriedOut(
    'app',
    ids,
    `updateRefs(input: {repositoryId: $repository, refUpdates: [${updates}]}) { clientMutationId }`,
  );

describe('refs', () => {
  const ZERO = '0'.repeat(40);

  test('are made, moved and deleted, all or none', async () => {
    const { repository, ids } = await scene();
    const { head = '' } = ids;
    const main = repository.refs.get('refs/heads/main') ?? '';
    expect(
      (await update(ids, `{name: "refs/heads/one", afterOid: "${head}", beforeOid: "${ZERO}"}`)).errors,
    ).toBeUndefined();
    expect(repository.refs.get('refs/heads/one')).toBe(head);
    const half = await update(
      ids,
      `{name: "refs/heads/two", afterOid: "${head}"}, {name: "refs/heads/one", afterOid: "${ZERO}", beforeOid: "${main}"}`,
    );
    expect(half.errors).toEqual(UNPROCESSABLE);
    expect([repository.refs.has('refs/heads/two'), repository.refs.get('refs/heads/one')]).toEqual([false, head]);
    await update(ids, `{name: "refs/heads/one", afterOid: "${main}", beforeOid: "${head}", force: true}`);
    expect(repository.refs.get('refs/heads/one')).toBe(main);
    await update(ids, `{name: "refs/heads/one", afterOid: "${ZERO}", beforeOid: "${main}"}`);
    expect(repository.refs.has('refs/heads/one')).toBe(false);
  });
});
