/** From a node id to what it names, where the caller can see it. */
import type { Call } from '../box.ts';
import { canSee } from '../gate.ts';
import { nodeFrom, nodeId } from '../json/node-id.ts';
import {
  type Account,
  accountOf,
  type Comment,
  isPull,
  type Issue,
  type Label,
  type Milestone,
  objectsOf,
  type PullRequest,
  pullNumbered,
  pullsOf,
  type Repository,
  type Review,
  type ReviewComment,
  type Team,
} from '../state.ts';
import { accountNode, appNode, teamNode } from './accounts.ts';
import {
  checkRunNode,
  contextNode,
  rollupNode,
  statusNode,
  suiteNode,
  workflowNode,
  workflowRunNode,
} from './checks.ts';
import { noNode } from './failing.ts';
import { gitObjectNode } from './git-objects.ts';
import { type GraphNode, mustRead } from './graph-node.ts';
import { commentNode, issueNode, labelNode, milestoneNode, reactionNode } from './issues.ts';
import { pullNode, reviewCommentNode, reviewNode, threadNode } from './pulls.ts';
import { protectionNode, refNode, repositoryNode } from './repositories.ts';
import { timelineEventNode } from './timeline.ts';

const visible = ({ box, caller }: Call): readonly Repository[] =>
  [...box.state.repositories.values()].filter((each) => canSee(box.state, caller, each));

/** The first thing that `find` has to say of a repository. */
function firstOf<T>(call: Call, find: (repository: Repository) => T | undefined): T | undefined {
  for (const repository of visible(call)) {
    const found = find(repository);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What mutations change or look for, together with the repository it is in. */
export type Found =
  | { readonly is: 'Repository'; readonly repository: Repository }
  | { readonly is: 'Issue'; readonly repository: Repository; readonly issue: Issue }
  | { readonly is: 'PullRequest'; readonly repository: Repository; readonly issue: PullRequest }
  | { readonly is: 'IssueComment'; readonly repository: Repository; readonly comment: Comment; readonly issue: Issue }
  | {
      readonly is: 'PullRequestReview';
      readonly repository: Repository;
      readonly review: Review;
      readonly issue: PullRequest;
    }
  | {
      readonly is: 'PullRequestReviewComment';
      readonly repository: Repository;
      readonly comment: ReviewComment;
      readonly issue: PullRequest;
    }
  | {
      readonly is: 'PullRequestReviewThread';
      readonly repository: Repository;
      readonly comment: ReviewComment;
      readonly issue: PullRequest;
    }
  | { readonly is: 'Label'; readonly repository: Repository; readonly label: Label }
  | { readonly is: 'Milestone'; readonly repository: Repository; readonly milestone: Milestone };

function reviewCommentIn(repository: Repository, id: number) {
  const comment = repository.reviewComments.get(id);
  const issue = comment === undefined ? undefined : pullNumbered(repository, comment.pullNumber);
  return comment === undefined || issue === undefined ? undefined : { repository, comment, issue };
}

function foundIn(repository: Repository, kind: string, id: number): Found | undefined {
  switch (kind) {
    case 'Issue': {
      const issue = [...repository.issues.values()].find((each) => each.id === id && !isPull(each));
      return issue && { is: kind, repository, issue };
    }
    case 'PullRequest': {
      const issue = pullsOf(repository).find(({ pull }) => pull.id === id);
      return issue && { is: kind, repository, issue };
    }
    case 'IssueComment': {
      const comment = repository.comments.get(id);
      const issue = comment && repository.issues.get(comment.issueNumber);
      return issue && { is: kind, repository, comment, issue };
    }
    case 'PullRequestReview': {
      const review = repository.reviews.get(id);
      const issue = review && pullNumbered(repository, review.pullNumber);
      return issue && { is: kind, repository, review, issue };
    }
    case 'PullRequestReviewComment':
    case 'PullRequestReviewThread': {
      const found = reviewCommentIn(repository, id);
      const isThread = found?.comment.inReplyToId === null;
      return found && (kind === 'PullRequestReviewComment' || isThread) ? { is: kind, ...found } : undefined;
    }
    case 'Label': {
      const label = repository.labels.get(id);
      return label && { is: kind, repository, label };
    }
    case 'Milestone': {
      const milestone = [...repository.milestones.values()].find((each) => each.id === id);
      return milestone && { is: kind, repository, milestone };
    }
    default:
      return undefined;
  }
}

/** What a mutation was pointed at; throws for what is not there or is nothing of these kinds. */
export function foundBy<K extends Found['is']>(
  call: Call,
  id: string,
  ...kinds: readonly [K, ...K[]]
): Extract<Found, { is: K }> {
  const named = nodeFrom(id);
  const is = (each: Found | undefined): each is Extract<Found, { is: K }> =>
    each !== undefined && kinds.some((kind) => kind === each.is);
  const all =
    named === undefined
      ? undefined
      : named.kind === 'Repository'
        ? firstOf(call, (each): Found | undefined =>
            each.id === Number(named.id) ? { is: 'Repository', repository: each } : undefined,
          )
        : firstOf(call, (each) => foundIn(each, named.kind, Number(named.id)));
  if (!is(all)) throw noNode(id);
  return all;
}

export function accountFound({ box }: Call, id: string): Account {
  const named = nodeFrom(id);
  const account = box.state.accounts.get(Number(named?.id));
  if (account === undefined || account.type !== named?.kind) throw noNode(id);
  return account;
}

export function teamFound({ box }: Call, id: string): Team {
  const named = nodeFrom(id);
  const team = named?.kind === 'Team' ? box.state.teams.get(Number(named.id)) : undefined;
  if (team === undefined) throw noNode(id);
  return team;
}

function shown(call: Call, what: Found): GraphNode {
  const { repository } = what;
  switch (what.is) {
    case 'Repository':
      return repositoryNode(call, repository);
    case 'Issue':
      mustRead(call, repository, 'issues');
      return issueNode(call, repository, what.issue);
    case 'PullRequest':
      mustRead(call, repository, 'pull_requests');
      return pullNode(call, repository, what.issue);
    case 'IssueComment':
      mustRead(call, repository, ['issues', 'pull_requests']);
      return commentNode(call, repository, what.comment);
    case 'PullRequestReview':
      mustRead(call, repository, 'pull_requests');
      return reviewNode(call, repository, what.review);
    case 'PullRequestReviewComment':
      mustRead(call, repository, 'pull_requests');
      return reviewCommentNode(call, repository, what.comment);
    case 'PullRequestReviewThread':
      mustRead(call, repository, 'pull_requests');
      return threadNode(call, repository, what.issue, what.comment);
    case 'Label':
      return labelNode(call, repository, what.label);
    default:
      return milestoneNode(call, repository, what.milestone);
  }
}

/** `<number>:<rest>`, by which refs, objects and rollups are named: the number is a repository's. */
const parts = (id: string): readonly [owner: number, rest: string] => {
  const colon = id.indexOf(':');
  return [Number(id.slice(0, colon)), id.slice(colon + 1)];
};

function otherNode(call: Call, kind: string, id: string): GraphNode | null | undefined {
  const { state } = call.box;
  const [owner, rest] = parts(id);
  switch (kind) {
    case 'User':
    case 'Bot':
    case 'Organization': {
      const account = state.accounts.get(Number(id));
      return account?.type === kind ? accountNode(call, accountOf(state, account.id)) : undefined;
    }
    case 'Team': {
      const team = state.teams.get(Number(id));
      return team && teamNode(call, team);
    }
    case 'App':
      return appNode(call, Number(id));
    case 'Ref':
      return firstOf(call, (each) => (each.id === owner ? refNode(call, each, rest) : undefined));
    case 'Commit':
    case 'Tree':
    case 'Blob':
    case 'Tag':
      return firstOf(call, (each) =>
        each.networkId === owner && objectsOf(state, each).has(rest) ? gitObjectNode(call, each, rest) : undefined,
      );
    case 'StatusCheckRollup':
      return firstOf(call, (each) => (each.id === owner ? rollupNode(call, each, rest) : undefined));
    case 'Status':
      return firstOf(call, (each) => (each.id === owner ? statusNode(call, each, rest) : undefined));
    default:
      return firstOf(call, (each) => innerNode(call, each, kind, Number(id)));
  }
}

function reactionIn(call: Call, repository: Repository, id: number): GraphNode | undefined {
  const { issues, comments, reviews, reviewComments } = repository;
  const subjects = [
    ...[...issues.values()].map((each) => ({
      of: each,
      id: isPull(each) ? nodeId('PullRequest', each.pull.id) : nodeId('Issue', each.id),
    })),
    ...[...comments.values()].map((each) => ({ of: each, id: nodeId('IssueComment', each.id) })),
    ...[...reviews.values()].map((each) => ({ of: each, id: nodeId('PullRequestReview', each.id) })),
    ...[...reviewComments.values()].map((each) => ({ of: each, id: nodeId('PullRequestReviewComment', each.id) })),
  ];
  for (const { of, id: subject } of subjects) {
    const reaction = of.reactions.find((each) => each.id === id);
    if (reaction !== undefined) return reactionNode(call, reaction, () => nodeNamed(call, subject));
  }
  return undefined;
}

function innerNode(call: Call, repository: Repository, kind: string, id: number): GraphNode | undefined {
  const { statuses, checkRuns, checkSuites, workflows, workflowRuns, protections } = repository;
  switch (kind) {
    case 'AutomaticBaseChangeSucceededEvent':
    case 'BaseRefChangedEvent':
    case 'HeadRefForcePushedEvent': {
      const event = repository.events.get(id);
      const issue = event && pullNumbered(repository, event.issueNumber);
      return issue && timelineEventNode(call, repository, issue, event);
    }
    case 'StatusContext': {
      const status = statuses.get(id);
      return status && contextNode(call, repository, status);
    }
    case 'CheckRun': {
      const run = checkRuns.get(id);
      return run && checkRunNode(call, repository, run);
    }
    case 'CheckSuite': {
      const suite = checkSuites.get(id);
      return suite && suiteNode(call, repository, suite);
    }
    case 'WorkflowRun': {
      const run = workflowRuns.get(id);
      return run && workflowRunNode(call, repository, run);
    }
    case 'Workflow': {
      const workflow = workflows.get(id);
      return workflow && workflowNode(call, repository, workflow);
    }
    case 'Reaction':
      return reactionIn(call, repository, id);
    case 'BranchProtectionRule': {
      const protection = [...protections.values()].find((each) => each.id === id);
      return protection && protectionNode(call, repository, protection);
    }
    default:
      return undefined;
  }
}

/** Throws for what is not there. Of the kinds of nodes, those that nobody asks for by id are left out. */
export function nodeNamed(call: Call, id: string): GraphNode {
  const named = nodeFrom(id);
  if (named === undefined) throw noNode(id);
  const repository =
    named.kind === 'Repository' ? visible(call).find((each) => each.id === Number(named.id)) : undefined;
  if (repository !== undefined) return repositoryNode(call, repository);
  const what = firstOf(call, (each) => foundIn(each, named.kind, Number(named.id)));
  const node = what === undefined ? otherNode(call, named.kind, named.id) : shown(call, what);
  if (node === undefined || node === null) throw noNode(id);
  return node;
}
