/** Mutations of pull requests and reviews. */
import { type Call, GitHubError } from '../box.ts';
import { leaveQueue, type MergeMethod } from '../changes.ts';
import type { Need } from '../gate.ts';
import { mustBeQueueable, putInQueue, queuesWorkedOff } from '../merge-queue.ts';
import type { Acting } from '../routes/acting.ts';
import { issueRoutes } from '../routes/issues.ts';
import { autoMergeDisabled, autoMergeEnabled, drafted, readied } from '../routes/pull-changes.ts';
import { pullRoutes } from '../routes/pulls.ts';
import { reviewRoutes } from '../routes/reviews.ts';
import { fullNameOf, loginOf, type PullRequest, type Repository, reviewsOn } from '../state.ts';
import { userNode } from './accounts.ts';
import { cursorAt } from './connections.ts';
import { Failure } from './failing.ts';
import type { GraphNode } from './graph-node.ts';
import { accountFound, foundBy, nodeNamed, teamFound } from './lookup.ts';
import {
  actingIn,
  actorShown,
  given,
  type Ids,
  ISSUE,
  issueFacts,
  mutation,
  ofIssue,
  ofPull,
  PULL,
  REPOSITORY,
  rest,
} from './mutating.ts';
import { entryNode } from './merge-queues.ts';
import { pullNode, reviewNode } from './pulls.ts';

const SPEAK: Need = { permission: 'pull_requests', level: 'write', role: 'read' };
const WRITE: Need = { permission: 'pull_requests', level: 'write', role: 'write' };
const MERGE: Need = { permission: 'contents', level: 'write', role: 'write' };

interface OfPull {
  readonly pullRequestId: string;
}

interface Merging extends OfPull {
  readonly commitHeadline?: string | null;
  readonly commitBody?: string | null;
  readonly expectedHeadOid?: string | null;
  readonly mergeMethod?: 'MERGE' | 'SQUASH' | 'REBASE' | null;
}

const METHODS = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const satisfies Record<string, MergeMethod>;

interface Updating extends OfPull {
  readonly baseRefName?: string | null;
  readonly title?: string | null;
  readonly body?: string | null;
  readonly maintainerCanModify?: boolean | null;
  readonly state?: string | null;
  readonly labelIds?: Ids;
  readonly assigneeIds?: Ids;
  readonly milestoneId?: string | null;
}

interface Requesting extends OfPull {
  readonly userIds?: Ids;
  readonly teamIds?: Ids;
  readonly union?: boolean | null;
}

interface Opening {
  readonly repositoryId: string;
  readonly headRepositoryId?: string | null;
  readonly title: string;
  readonly body?: string | null;
  readonly headRefName: string;
  readonly baseRefName: string;
  readonly draft?: boolean | null;
  readonly maintainerCanModify?: boolean | null;
}

interface Reviewing extends OfPull {
  readonly body?: string | null;
  readonly event?: string | null;
  readonly commitOID?: string | null;
  readonly comments?:
    readonly ({ readonly path: string; readonly position: number; readonly body: string } | null)[] | null;
  readonly threads?:
    | readonly ({
        readonly path: string;
        readonly line: number;
        readonly side?: string | null;
        readonly startLine?: number | null;
        readonly startSide?: string | null;
        readonly body: string;
      } | null)[]
    | null;
}

/** A review as REST takes it. */
const reviewFacts = ({ body, event, commitOID, comments, threads }: Reviewing): Call['body'] =>
  given({
    body: body ?? undefined,
    event: event ?? undefined,
    commit_id: commitOID ?? undefined,
    comments: [
      ...(comments ?? []).filter((each) => each !== null),
      ...(threads ?? [])
        .filter((each) => each !== null)
        .map(({ startLine, startSide, side, ...thread }) =>
          given({
            ...thread,
            side: side ?? undefined,
            start_line: startLine ?? undefined,
            start_side: startLine ? (startSide ?? undefined) : undefined,
          }),
        ),
    ],
  });

function mustBeAtHead({ pull }: PullRequest, expected: string | null | undefined): void {
  if (expected && expected !== pull.head.sha)
    throw new Failure('UNPROCESSABLE', 'Head branch was modified. Review and try the merge again.');
}

export function pullMutations(call: Call): GraphNode {
  const { state } = call.box;
  const pullOf = ({ pullRequestId }: OfPull) => foundBy(call, pullRequestId, 'PullRequest');
  const payload = (repository: Repository, issue: PullRequest): GraphNode => ({
    actor: () => actorShown(call),
    pullRequest: () => pullNode(call, repository, issue),
  });

  /** For its author and for those who may write; an App must be allowed to change files too: https://github.com/cli/cli/issues/8910 */
  const redrafted = (input: OfPull, change: (who: Acting, issue: PullRequest) => void): GraphNode => {
    const { repository, issue } = pullOf(input);
    const who = actingIn(call, repository, SPEAK);
    if (who.appId !== null && !who.can(MERGE)) throw new GitHubError(403, 'Resource not accessible by integration');
    if (issue.authorId !== who.actor.id && !who.can(WRITE))
      throw new GitHubError(403, 'Must have write access to Repository.');
    change(who, issue);
    return payload(repository, issue);
  };

  const patched = async (input: OfPull, body: Call['body']): Promise<GraphNode> => {
    const { repository, issue } = pullOf(input);
    await rest(call, pullRoutes, `PATCH ${PULL}`, repository, ofPull(issue), body);
    return payload(repository, issue);
  };

  return {
    createPullRequest: mutation(async (input: Opening) => {
      const { repository } = foundBy(call, input.repositoryId, 'Repository');
      const from = input.headRepositoryId ? foundBy(call, input.headRepositoryId, 'Repository').repository : repository;
      const owner = loginOf(state, from.ownerId);
      const body = given({
        title: input.title,
        body: input.body ?? undefined,
        head: from === repository ? input.headRefName : `${owner}:${input.headRefName}`,
        head_repo: from === repository ? undefined : fullNameOf(state, from),
        base: input.baseRefName,
        draft: input.draft ?? undefined,
        maintainer_can_modify: input.maintainerCanModify ?? undefined,
      });
      const made = await rest(call, pullRoutes, `POST ${REPOSITORY}/pulls`, repository, {}, body);
      return { pullRequest: () => nodeNamed(call, String(made['node_id'])) };
    }),
    updatePullRequest: mutation(async (input: Updating) => {
      const { repository, issue } = pullOf(input);
      const facts = issueFacts(call, repository, input);
      const { baseRefName, title, body, maintainerCanModify } = input;
      const own = given({
        base: baseRefName ?? undefined,
        title: title ?? undefined,
        body: body ?? undefined,
        maintainer_can_modify: maintainerCanModify ?? undefined,
        state: input.state?.toLowerCase(),
      });
      if (Object.keys(facts).length > 0)
        await rest(call, issueRoutes, `PATCH ${ISSUE}`, repository, ofIssue(issue), facts);
      return patched(input, own);
    }),
    closePullRequest: mutation((input: OfPull) => patched(input, { state: 'closed' })),
    reopenPullRequest: mutation((input: OfPull) => patched(input, { state: 'open' })),
    convertPullRequestToDraft: mutation((input: OfPull) => redrafted(input, drafted)),
    markPullRequestReadyForReview: mutation((input: OfPull) => redrafted(input, readied)),

    mergePullRequest: mutation(async (input: Merging) => {
      const { repository, issue } = pullOf(input);
      const body = given({
        merge_method: METHODS[input.mergeMethod ?? 'MERGE'],
        sha: input.expectedHeadOid ?? undefined,
        commit_title: input.commitHeadline ?? undefined,
        commit_message: input.commitBody ?? undefined,
      });
      await rest(call, pullRoutes, `PUT ${PULL}/merge`, repository, ofPull(issue), body);
      return payload(repository, issue);
    }),
    enablePullRequestAutoMerge: mutation((input: Merging) => {
      const { repository, issue } = pullOf(input);
      const who = actingIn(call, repository, MERGE);
      mustBeAtHead(issue, input.expectedHeadOid);
      autoMergeEnabled(who, issue, {
        method: METHODS[input.mergeMethod ?? 'MERGE'],
        commitTitle: input.commitHeadline ?? '',
        commitMessage: input.commitBody ?? '',
      });
      return payload(repository, issue);
    }),
    disablePullRequestAutoMerge: mutation((input: OfPull) => {
      const { repository, issue } = pullOf(input);
      autoMergeDisabled(actingIn(call, repository, MERGE), issue);
      return payload(repository, issue);
    }),
    enqueuePullRequest: mutation(
      (input: OfPull & { readonly expectedHeadOid?: string | null; readonly jump?: boolean | null }) => {
        const { repository, issue } = pullOf(input);
        const who = actingIn(call, repository, MERGE);
        mustBeAtHead(issue, input.expectedHeadOid);
        mustBeQueueable(who.box, repository, issue);
        putInQueue(who.box, repository, issue, { sender: who.actor.login, jump: input.jump === true });
        const mergeQueueEntry = entryNode(call, repository, issue);
        queuesWorkedOff(who.box, repository);
        return { mergeQueueEntry };
      },
    ),
    dequeuePullRequest: mutation(({ id }: { readonly id: string }) => {
      const { repository, issue } = pullOf({ pullRequestId: id });
      const who = actingIn(call, repository, MERGE);
      const mergeQueueEntry = entryNode(call, repository, issue);
      if (mergeQueueEntry === null) throw new Failure('UNPROCESSABLE', 'Pull request is not in the queue');
      leaveQueue(who.box, repository, issue, { sender: who.actor.login, reason: 'MANUAL' });
      queuesWorkedOff(who.box, repository);
      return { mergeQueueEntry };
    }),
    updatePullRequestBranch: mutation(
      async (input: OfPull & { readonly expectedHeadOid?: string | null; readonly updateMethod?: string | null }) => {
        const { repository, issue } = pullOf(input);
        if (input.updateMethod === 'REBASE') throw new Failure('UNPROCESSABLE', 'This branch can’t be rebased');
        const body = given({ expected_head_sha: input.expectedHeadOid ?? undefined });
        await rest(call, pullRoutes, `PUT ${PULL}/update-branch`, repository, ofPull(issue), body);
        return payload(repository, issue);
      },
    ),

    requestReviews: mutation(async (input: Requesting) => {
      const { repository, issue } = pullOf(input);
      const { pull } = issue;
      const users = (input.userIds ?? []).map((id) => accountFound(call, id));
      const teams = (input.teamIds ?? []).map((id) => teamFound(call, id));
      if (input.union !== true) {
        // The new requests take the place of the old ones.
        const gone = {
          reviewers: pull.requestedReviewers
            .filter((id) => users.every((each) => each.id !== id))
            .map((id) => loginOf(state, id)),
          team_reviewers: pull.requestedTeams
            .filter((id) => teams.every((each) => each.id !== id))
            .flatMap((id) => state.teams.get(id)?.slug ?? []),
        };
        await rest(call, pullRoutes, `DELETE ${PULL}/requested_reviewers`, repository, ofPull(issue), gone);
      }
      const asked = { reviewers: users.map(({ login }) => login), team_reviewers: teams.map(({ slug }) => slug) };
      await rest(call, pullRoutes, `POST ${PULL}/requested_reviewers`, repository, ofPull(issue), asked);
      const [first] = users;
      const edge = first === undefined ? null : { cursor: cursorAt(0), node: () => userNode(call, first) };
      return { ...payload(repository, issue), requestedReviewersEdge: edge };
    }),
    addPullRequestReview: mutation(async (input: Reviewing) => {
      const { repository, issue } = pullOf(input);
      if (input.event === 'DISMISS')
        throw new Failure('UNPROCESSABLE', 'Can not dismiss a pending pull request review');
      const body = reviewFacts(input);
      const made = await rest(call, reviewRoutes, `POST ${PULL}/reviews`, repository, ofPull(issue), body);
      const node = () => nodeNamed(call, String(made['node_id']));
      const cursor = cursorAt(reviewsOn(repository, issue.number).length - 1);
      return { pullRequestReview: node, reviewEdge: { cursor, node } };
    }),
    dismissPullRequestReview: mutation(
      async (input: { readonly pullRequestReviewId: string; readonly message: string }) => {
        const { repository, review, issue } = foundBy(call, input.pullRequestReviewId, 'PullRequestReview');
        const params = { ...ofPull(issue), review_id: String(review.id) };
        const { message } = input;
        await rest(call, reviewRoutes, `PUT ${PULL}/reviews/{review_id}/dismissals`, repository, params, { message });
        return { pullRequestReview: () => reviewNode(call, repository, review) };
      },
    ),
  };
}
