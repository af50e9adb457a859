/** Repositories, their refs and what protects those, as GraphQL shows them. */
import type { Call } from '../box.ts';
import { may } from '../gate.ts';
import { commitOf, peeled } from '../git.ts';
import { nodeId } from '../json/node-id.ts';
import { type EffectiveRule, fitsPattern, protectionOn, rulesOn } from '../protection.ts';
import { branchRef } from '../pulls.ts';
import { isAssignable } from '../routes/issue-changes.ts';
import { mayPush } from '../routes/pull-changes.ts';
import { atLeast, collaboratorsOf, givenRole } from '../roles.ts';
import {
  type Account,
  accountOf,
  forksOf,
  fullNameOf,
  isOrganization,
  isPull,
  type Label,
  labelNamed,
  type Milestone,
  objectsOf,
  type Protection,
  pullNumbered,
  pullsOf,
  type Repository,
} from '../state.ts';
import { accountNode, appNode, matching, userConnection, userNode } from './accounts.ts';
import { connection, type Order, ordered, type Paging } from './connections.ts';
import { Failure, notFoundBy } from './failing.ts';
import { gitObjectNode, objectAt } from './git-objects.ts';
import { type GraphNode, mustRead, viewerRole } from './graph-node.ts';
import { issueConnection, issueNode, type IssuesAsked, labelConnection, labelNode, milestoneNode } from './issues.ts';
import { queueNode } from './merge-queues.ts';
import { pullConnection, pullNode, type PullsAsked } from './pulls.ts';

const SHARED = ['issues', 'pull_requests'] as const;

interface CollaboratorsAsked extends Paging {
  readonly affiliation?: 'ALL' | 'DIRECT' | 'OUTSIDE' | null;
  readonly login?: string | null;
  readonly query?: string | null;
}

function collaboratorConnection(call: Call, repository: Repository, asked: CollaboratorsAsked): GraphNode {
  const { state } = call.box;
  if (call.caller.is === 'user' && !atLeast(viewerRole(call, repository), 'write'))
    throw new Failure('FORBIDDEN', 'Must have push access to view repository collaborators.');
  const owner = accountOf(state, repository.ownerId);
  const direct = ({ id }: Account): boolean => repository.collaborators.has(id);
  const member = ({ id }: Account): boolean => isOrganization(owner) && owner.organization.members.has(id);
  const fits = {
    ALL: () => true,
    DIRECT: direct,
    OUTSIDE: (each: Account) => direct(each) && !member(each),
  };
  const { affiliation, login, query } = asked;
  const found = matching(collaboratorsOf(state, repository), query)
    .filter(fits[affiliation ?? 'ALL'])
    .filter((each) => !login || each.login.toLowerCase() === login.toLowerCase());
  return connection(
    'collaborators',
    found,
    asked,
    (each) => userNode(call, each),
    ({ id }) => ({ permission: givenRole(state, repository, id).toUpperCase() }),
  );
}

interface RefsAsked extends Paging {
  readonly refPrefix: string;
  readonly query?: string | null;
  readonly direction?: 'ASC' | 'DESC' | null;
  readonly orderBy?: Order | null;
}

function refConnection(call: Call, repository: Repository, asked: RefsAsked): GraphNode {
  mustRead(call, repository, 'contents');
  const { refPrefix, query, orderBy } = asked;
  const objects = objectsOf(call.box.state, repository);
  const committedAt = (ref: string): string => {
    const sha = peeled(objects, repository.refs.get(ref) ?? '');
    return (sha === undefined ? undefined : commitOf(objects, sha)?.committer.date) ?? '';
  };
  const found = [...repository.refs.keys()]
    .filter((ref) => ref.startsWith(refPrefix))
    .filter((ref) => !query || ref.slice(refPrefix.length).includes(query))
    .toSorted();
  const order = orderBy ?? { field: 'ALPHABETICAL', direction: asked.direction ?? 'ASC' };
  const inOrder = ordered(found, order, { ALPHABETICAL: (ref) => ref, TAG_COMMIT_DATE: committedAt });
  return connection('refs', inOrder, asked, (ref) => refNode(call, repository, ref));
}

/** In full, where it is there: `main`, `heads/main` and `refs/heads/main` are one. */
const refNamed = ({ refs }: Repository, name: string): string | undefined =>
  [name, `refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`].find((each) => refs.has(each));

interface MilestonesAsked extends Paging {
  readonly orderBy?: Order | null;
  readonly query?: string | null;
  readonly states?: readonly string[] | null;
}

function milestoneConnection(call: Call, repository: Repository, asked: MilestonesAsked): GraphNode {
  mustRead(call, repository, SHARED);
  const { orderBy, query, states } = asked;
  const found = [...repository.milestones.values()].filter(
    ({ title, state }) =>
      (!query || title.toLowerCase().includes(query.toLowerCase())) &&
      (!states || states.includes(state.toUpperCase())),
  );
  const keys = {
    CREATED_AT: ({ number }: Milestone) => number,
    DUE_DATE: ({ dueOn }: Milestone) => dueOn ?? '9',
    NUMBER: ({ number }: Milestone) => number,
    UPDATED_AT: ({ updatedAt }: Milestone) => updatedAt,
  };
  return connection('milestones', ordered(found, orderBy, keys), asked, (each) =>
    milestoneNode(call, repository, each),
  );
}

export function repositoryNode(call: Call, repository: Repository): GraphNode {
  const { box, caller } = call;
  const { state, htmlUrl } = box;
  const { settings, issues, milestones } = repository;
  const owner = accountOf(state, repository.ownerId);
  const fullName = fullNameOf(state, repository);
  return {
    __typename: 'Repository',
    id: nodeId('Repository', repository.id),
    databaseId: repository.id,
    allowUpdateBranch: settings.allowUpdateBranch,
    autoMergeAllowed: settings.allowAutoMerge,
    createdAt: repository.createdAt,
    deleteBranchOnMerge: settings.deleteBranchOnMerge,
    description: repository.description,
    forkCount: forksOf(state, repository).length,
    forkingAllowed: settings.allowForking,
    hasDiscussionsEnabled: settings.hasDiscussions,
    hasIssuesEnabled: settings.hasIssues,
    hasProjectsEnabled: settings.hasProjects,
    hasWikiEnabled: settings.hasWiki,
    homepageUrl: repository.homepage,
    isArchived: repository.archived,
    isDisabled: false,
    isEmpty: [...repository.refs.keys()].every((ref) => !ref.startsWith('refs/heads/')),
    isFork: repository.parentId !== null,
    isInOrganization: isOrganization(owner),
    isLocked: false,
    isMirror: false,
    isPrivate: repository.private,
    isTemplate: settings.isTemplate,
    mergeCommitAllowed: settings.allowMergeCommit,
    mergeCommitMessage: settings.mergeCommitMessage,
    mergeCommitTitle: settings.mergeCommitTitle,
    name: repository.name,
    nameWithOwner: fullName,
    pushedAt: repository.pushedAt,
    rebaseMergeAllowed: settings.allowRebaseMerge,
    resourcePath: `/${fullName}`,
    squashMergeAllowed: settings.allowSquashMerge,
    squashMergeCommitMessage: settings.squashMergeCommitMessage,
    squashMergeCommitTitle: settings.squashMergeCommitTitle,
    sshUrl: `git@${new URL(htmlUrl).host}:${fullName}.git`,
    stargazerCount: 0,
    updatedAt: repository.updatedAt,
    url: `${htmlUrl}/${fullName}`,
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    webCommitSignoffRequired: settings.webCommitSignoffRequired,
    owner: () => accountNode(call, owner),
    parent() {
      const parent = repository.parentId === null ? undefined : state.repositories.get(repository.parentId);
      return parent === undefined ? null : repositoryNode(call, parent);
    },
    viewerCanAdminister: () => atLeast(viewerRole(call, repository), 'admin'),
    viewerPermission: () => viewerRole(call, repository).toUpperCase(),

    assignableUsers({ query, ...paging }: Paging & { readonly query?: string | null }) {
      const all = [...state.accounts.values()].filter((each) => isAssignable(state, repository, each));
      return userConnection(call, 'assignableUsers', matching(all, query), paging);
    },
    collaborators: (asked: CollaboratorsAsked) => collaboratorConnection(call, repository, asked),

    branchProtectionRules(paging: Paging) {
      const seen = may(state, caller, repository, { permission: 'administration', level: 'read', role: 'admin' });
      const shown = seen ? [...repository.protections.values()] : [];
      return connection('branchProtectionRules', shown, paging, (each) => protectionNode(call, repository, each));
    },
    defaultBranchRef: () => refNode(call, repository, branchRef(repository.defaultBranch)),
    ref({ qualifiedName }: { readonly qualifiedName: string }) {
      const ref = refNamed(repository, qualifiedName);
      return ref === undefined ? null : refNode(call, repository, ref);
    },
    refs: (asked: RefsAsked) => refConnection(call, repository, asked),
    object({ expression, oid }: { readonly expression?: string | null; readonly oid?: string | null }) {
      mustRead(call, repository, 'contents');
      return oid ? gitObjectNode(call, repository, oid) : objectAt(call, repository, expression ?? '');
    },

    issue({ number }: { readonly number: number }) {
      mustRead(call, repository, 'issues');
      const issue = issues.get(number);
      if (issue === undefined || isPull(issue)) throw notFoundBy('an Issue', `number of ${number}`);
      return issueNode(call, repository, issue);
    },
    issues: (asked: IssuesAsked) =>
      issueConnection(
        call,
        repository,
        [...issues.values()].filter((each) => !isPull(each)),
        asked,
      ),
    issueOrPullRequest({ number }: { readonly number: number }) {
      const issue = issues.get(number);
      if (issue === undefined) throw notFoundBy('an issue or pull request', `number of ${number}`);
      mustRead(call, repository, isPull(issue) ? 'pull_requests' : 'issues');
      return isPull(issue) ? pullNode(call, repository, issue) : issueNode(call, repository, issue);
    },
    pullRequest({ number }: { readonly number: number }) {
      mustRead(call, repository, 'pull_requests');
      const issue = pullNumbered(repository, number);
      if (issue === undefined) throw notFoundBy('a PullRequest', `number of ${number}`);
      return pullNode(call, repository, issue);
    },
    pullRequests: (asked: PullsAsked) => pullConnection(call, repository, 'pullRequests', pullsOf(repository), asked),

    label({ name }: { readonly name: string }) {
      mustRead(call, repository, SHARED);
      const label = labelNamed(repository, name);
      return label === undefined ? null : labelNode(call, repository, label);
    },
    labels({ query, ...asked }: Paging & { readonly query?: string | null; readonly orderBy?: Order | null }) {
      mustRead(call, repository, SHARED);
      const wanted = (query ?? '').toLowerCase();
      const fits = ({ name, description }: Label): boolean =>
        `${name} ${description ?? ''}`.toLowerCase().includes(wanted);
      return labelConnection(call, repository, [...repository.labels.values()].filter(fits), asked);
    },
    mergeQueue: ({ branch }: { readonly branch?: string | null }) =>
      queueNode(call, repository, branch ?? repository.defaultBranch),
    milestone({ number }: { readonly number: number }) {
      mustRead(call, repository, SHARED);
      const milestone = milestones.get(number);
      return milestone === undefined ? null : milestoneNode(call, repository, milestone);
    },
    milestones: (asked: MilestonesAsked) => milestoneConnection(call, repository, asked),
  };
}

// Refs and what protects them

/** Null for a ref that is not there. */
export function refNode(call: Call, repository: Repository, ref: string): GraphNode | null {
  mustRead(call, repository, 'contents');
  const { state } = call.box;
  const sha = repository.refs.get(ref);
  if (sha === undefined) return null;
  const [, prefix = 'refs/', name = ref] = /^(refs\/(?:heads|tags)\/|refs\/)(.+)$/.exec(ref) ?? [];
  const isBranch = prefix === 'refs/heads/';
  return {
    __typename: 'Ref',
    id: nodeId('Ref', `${repository.id}:${ref}`),
    name,
    prefix,
    repository: () => repositoryNode(call, repository),
    target: () => gitObjectNode(call, repository, sha),
    associatedPullRequests(asked: PullsAsked) {
      const found = pullsOf(repository).filter(
        ({ pull }) => isBranch && pull.head.repositoryId === repository.id && pull.head.ref === name,
      );
      return pullConnection(call, repository, 'associatedPullRequests', found, asked);
    },
    branchProtectionRule() {
      const protection = isBranch ? protectionOn(repository, name) : undefined;
      const need = { permission: 'administration', level: 'read', role: 'admin' } as const;
      if (may(state, call.caller, repository, need))
        return protection === undefined ? null : protectionNode(call, repository, protection);
      // People without admin rights are shown none; see refUpdateRule.
      if (call.caller.is === 'user') return null;
      throw new Failure('FORBIDDEN', 'Resource not accessible by integration');
    },
    refUpdateRule() {
      const protection = isBranch ? protectionOn(repository, name) : undefined;
      return protection === undefined ? null : updateRule(call, repository, protection);
    },
    rules(asked: Paging & { readonly orderBy?: Order | null }) {
      const keys = {
        CREATED_AT: ({ ruleset }: EffectiveRule) => ruleset.createdAt,
        TYPE: ({ type }: EffectiveRule) => type,
        UPDATED_AT: ({ ruleset }: EffectiveRule) => ruleset.updatedAt,
      };
      const rules = ordered(isBranch ? rulesOn(repository, name) : [], asked.orderBy, keys);
      return connection('rules', rules, asked, ruleNode);
    },
  };
}

const contextsOf = ({ requiredStatusChecks }: Protection): readonly string[] =>
  requiredStatusChecks?.checks.map(({ context }) => context) ?? [];

/** What of a protection everybody may know who can see the branch. */
function updateRule(call: Call, repository: Repository, protection: Protection): GraphNode {
  const { state } = call.box;
  const { requiredPullRequestReviews: reviews } = protection;
  const viewer = call.caller.is === 'user' ? collaboratorsOf(state, repository) : [];
  const me = viewer.find(({ login }) => call.caller.is === 'user' && login === call.caller.login);
  return {
    allowsDeletions: protection.allowDeletions,
    allowsForcePushes: protection.allowForcePushes,
    blocksCreations: protection.blockCreations,
    pattern: protection.pattern,
    requiredApprovingReviewCount: reviews?.requiredApprovingReviewCount ?? null,
    requiredStatusCheckContexts: contextsOf(protection),
    requiresCodeOwnerReviews: reviews?.requireCodeOwnerReviews ?? false,
    requiresConversationResolution: protection.requiredConversationResolution,
    requiresLinearHistory: protection.requiredLinearHistory,
    requiresSignatures: protection.requiredSignatures,
    viewerCanPush: () =>
      atLeast(viewerRole(call, repository), 'write') &&
      !protection.lockBranch &&
      (me === undefined ? protection.restrictions === null : mayPush(state, protection, me.id)),
  };
}

export function protectionNode(call: Call, repository: Repository, protection: Protection): GraphNode {
  const { requiredPullRequestReviews: reviews, requiredStatusChecks: checks } = protection;
  return {
    __typename: 'BranchProtectionRule',
    id: nodeId('BranchProtectionRule', protection.id),
    databaseId: protection.id,
    allowsDeletions: protection.allowDeletions,
    allowsForcePushes: protection.allowForcePushes,
    blocksCreations: protection.blockCreations,
    dismissesStaleReviews: reviews?.dismissStaleReviews ?? false,
    isAdminEnforced: protection.enforceAdmins,
    lockAllowsFetchAndMerge: protection.allowForkSyncing,
    lockBranch: protection.lockBranch,
    pattern: protection.pattern,
    requireLastPushApproval: reviews?.requireLastPushApproval ?? false,
    requiredApprovingReviewCount: reviews?.requiredApprovingReviewCount ?? null,
    requiredStatusCheckContexts: contextsOf(protection),
    requiredStatusChecks: (checks?.checks ?? []).map(({ context, appId }) => ({
      context,
      app: () => appNode(call, appId),
    })),
    requiresApprovingReviews: reviews !== null,
    requiresCodeOwnerReviews: reviews?.requireCodeOwnerReviews ?? false,
    requiresCommitSignatures: protection.requiredSignatures,
    requiresConversationResolution: protection.requiredConversationResolution,
    requiresLinearHistory: protection.requiredLinearHistory,
    requiresStatusChecks: checks !== null,
    requiresStrictStatusChecks: checks?.strict ?? false,
    restrictsPushes: protection.restrictions !== null,
    restrictsReviewDismissals: (reviews?.dismissalRestrictions ?? null) !== null,
    repository: () => repositoryNode(call, repository),
    matchingRefs({ query, ...paging }: Paging & { readonly query?: string | null }) {
      const found = [...repository.refs.keys()].filter((ref) => {
        const [, branch] = /^refs\/heads\/(.+)$/.exec(ref) ?? [];
        return branch !== undefined && fitsPattern(protection.pattern, branch) && branch.includes(query ?? '');
      });
      return connection('matchingRefs', found, paging, (ref) => refNode(call, repository, ref));
    },
  };
}

/** The parameters of a rule as a ruleset holds them, in the schema's names; null for those that are not served. */
function parametersOf({ type, parameters = {} }: EffectiveRule): GraphNode | null {
  const is = (name: string): boolean => parameters[name] === true;
  const list = (name: string): readonly unknown[] => {
    const value = parameters[name];
    return Array.isArray(value) ? value : [];
  };
  switch (type) {
    case 'required_status_checks':
      return {
        __typename: 'RequiredStatusChecksParameters',
        doNotEnforceOnCreate: is('do_not_enforce_on_create'),
        requiredStatusChecks: list('required_status_checks').map((each) => {
          const facts = new Map<string, unknown>(Object.entries(each ?? {}));
          return { context: facts.get('context'), integrationId: facts.get('integration_id') ?? null };
        }),
        strictRequiredStatusChecksPolicy: is('strict_required_status_checks_policy'),
      };
    case 'pull_request':
      return {
        __typename: 'PullRequestParameters',
        allowedMergeMethods: parameters['allowed_merge_methods'] ?? null,
        dismissStaleReviewsOnPush: is('dismiss_stale_reviews_on_push'),
        requireCodeOwnerReview: is('require_code_owner_review'),
        requireLastPushApproval: is('require_last_push_approval'),
        requiredApprovingReviewCount: parameters['required_approving_review_count'] ?? 0,
        requiredReviewThreadResolution: is('required_review_thread_resolution'),
      };
    case 'update':
      return {
        __typename: 'UpdateParameters',
        updateAllowsFetchAndMerge: is('update_allows_fetch_and_merge'),
      };
    case 'merge_queue':
      return {
        __typename: 'MergeQueueParameters',
        checkResponseTimeoutMinutes: parameters['check_response_timeout_minutes'],
        groupingStrategy: parameters['grouping_strategy'],
        maxEntriesToBuild: parameters['max_entries_to_build'],
        maxEntriesToMerge: parameters['max_entries_to_merge'],
        mergeMethod: parameters['merge_method'],
        minEntriesToMerge: parameters['min_entries_to_merge'],
        minEntriesToMergeWaitMinutes: parameters['min_entries_to_merge_wait_minutes'],
      };
    default:
      return null;
  }
}

const ruleNode = (rule: EffectiveRule): GraphNode => ({
  __typename: 'RepositoryRule',
  id: nodeId('RepositoryRule', `${rule.ruleset.id}:${rule.type}`),
  type: rule.type.toUpperCase(),
  parameters: () => parametersOf(rule),
});
