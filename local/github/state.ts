/**
 * All that the GitHub in a box remembers. Plain data that refers to itself by id, so that it can be saved as JSON, plus
 * the functions that find and make its parts. What changes a repository in ways that others hear of is in changes.ts.
 */
import type { Objects } from './git.ts';
import type { AppFacts } from './apps.ts';

export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** ISO 8601 in whole seconds, as GitHub writes it. */
export type Moment = string;

export interface Account {
  readonly id: number;
  login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  name: string | null;
  email: string | null;
  readonly createdAt: Moment;
  /** For organizations only. */
  readonly organization: Organization | undefined;
  /** What a person says of themselves, and whether of having little time. */
  status?: { readonly message: string; readonly limitedAvailability: boolean };
}

export interface Organization {
  description: string | null;
  /** What every member may do in every repository. */
  basePermission: 'none' | 'read' | 'write' | 'admin';
  /** By user id. */
  readonly members: Map<number, 'admin' | 'member'>;
}

export interface Team {
  readonly id: number;
  readonly organizationId: number;
  slug: string;
  name: string;
  description: string | null;
  privacy: 'closed' | 'secret';
  notificationSetting: 'notifications_enabled' | 'notifications_disabled';
  parentId: number | null;
  /** By user id. */
  readonly members: Map<number, 'member' | 'maintainer'>;
  /** Roles by repository id. */
  readonly repositories: Map<number, Role>;
  readonly createdAt: Moment;
  updatedAt: Moment;
}

export interface RepositorySettings {
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  allowAutoMerge: boolean;
  allowUpdateBranch: boolean;
  allowForking: boolean;
  deleteBranchOnMerge: boolean;
  squashMergeCommitTitle: 'PR_TITLE' | 'COMMIT_OR_PR_TITLE';
  squashMergeCommitMessage: 'PR_BODY' | 'COMMIT_MESSAGES' | 'BLANK';
  mergeCommitTitle: 'PR_TITLE' | 'MERGE_MESSAGE';
  mergeCommitMessage: 'PR_BODY' | 'PR_TITLE' | 'BLANK';
  webCommitSignoffRequired: boolean;
  hasIssues: boolean;
  hasProjects: boolean;
  hasWiki: boolean;
  hasDiscussions: boolean;
  isTemplate: boolean;
}

export interface Repository {
  readonly id: number;
  ownerId: number;
  name: string;
  private: boolean;
  description: string | null;
  homepage: string | null;
  topics: readonly string[];
  archived: boolean;
  defaultBranch: string;
  readonly parentId: number | null;
  /** Forks share the objects of the repository they come from. */
  readonly networkId: number;
  readonly settings: RepositorySettings;
  /** Roles by user id, of those who were added to this very repository. */
  readonly collaborators: Map<number, Role>;
  readonly createdAt: Moment;
  updatedAt: Moment;
  pushedAt: Moment;
  /** Full names such as `refs/heads/main`, to object ids. */
  readonly refs: Map<string, string>;
  /** What moved them, oldest first; absent from what was saved before it was kept. */
  activities?: Activity[];
  /** Issues and pull requests by number. */
  readonly issues: Map<number, Issue>;
  lastNumber: number;
  readonly labels: Map<number, Label>;
  /** By number. */
  readonly milestones: Map<number, Milestone>;
  lastMilestone: number;
  readonly comments: Map<number, Comment>;
  readonly reviews: Map<number, Review>;
  readonly reviewComments: Map<number, ReviewComment>;
  readonly commitComments: Map<number, CommitComment>;
  readonly events: Map<number, IssueEvent>;
  readonly statuses: Map<number, Status>;
  readonly checkSuites: Map<number, CheckSuite>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly workflows: Map<number, Workflow>;
  readonly workflowRuns: Map<number, WorkflowRun>;
  readonly jobs: Map<number, Job>;
  readonly deployments: Map<number, Deployment>;
  readonly deploymentStatuses: Map<number, DeploymentStatus>;
  /** By branch name or pattern. */
  readonly protections: Map<string, Protection>;
  readonly rulesets: Map<number, Ruleset>;
}

export interface Label {
  readonly id: number;
  name: string;
  /** Six hexadecimal digits. */
  color: string;
  description: string | null;
}

export interface Milestone {
  readonly id: number;
  readonly number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  readonly creatorId: number;
  readonly createdAt: Moment;
  updatedAt: Moment;
  closedAt: Moment | null;
  dueOn: Moment | null;
}

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type ReactionContent = (typeof REACTIONS)[number];

export interface Reaction {
  readonly id: number;
  readonly userId: number;
  readonly content: ReactionContent;
  readonly createdAt: Moment;
}

/** An issue, and with `pull` a pull request: one number, one conversation. */
export interface Issue {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'reopened' | 'not_planned' | 'duplicate' | null;
  readonly authorId: number;
  /** Ids, in the order in which they were put on. */
  labels: readonly number[];
  /** User ids. */
  assignees: readonly number[];
  /** Its number. */
  milestone: number | null;
  locked: boolean;
  activeLockReason: 'off-topic' | 'too heated' | 'resolved' | 'spam' | null;
  readonly createdAt: Moment;
  updatedAt: Moment;
  closedAt: Moment | null;
  closedById: number | null;
  /** Id of the App that made it, if one did. */
  readonly appId: number | null;
  reactions: readonly Reaction[];
  /** Among those shown first; left out where it is not. */
  pinned?: boolean;
  readonly pull: Pull | undefined;
}

export interface Pull {
  readonly id: number;
  readonly head: {
    /** Null after the fork was deleted. */
    repositoryId: number | null;
    readonly ownerId: number;
    /** Branch name without `refs/heads/`. */
    ref: string;
    sha: string;
  };
  readonly base: { ref: string; sha: string };
  draft: boolean;
  merged: boolean;
  mergedAt: Moment | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  /** User ids. */
  requestedReviewers: readonly number[];
  /** Team ids. */
  requestedTeams: readonly number[];
  maintainerCanModify: boolean;
  autoMerge: AutoMerge | null;
  /** Its place in the merge queue of its base branch. */
  queued?: Queued | undefined;
}

export interface Queued {
  /** Of two, the lower goes first. */
  readonly order: number;
  readonly at: Moment;
  readonly byId: number;
  readonly jump: boolean;
  /** What it would be merged as, on top of what is before it. */
  group?: { readonly base: string; readonly sha: string; readonly ref: string } | undefined;
}

export interface AutoMerge {
  readonly enabledById: number;
  readonly method: 'merge' | 'squash' | 'rebase';
  readonly commitTitle: string;
  readonly commitMessage: string;
}

/** An issue that is known to be a pull request. */
export type PullRequest = Issue & { readonly pull: Pull };

export interface Comment {
  readonly id: number;
  readonly issueNumber: number;
  readonly authorId: number;
  body: string;
  readonly createdAt: Moment;
  updatedAt: Moment;
  readonly appId: number | null;
  /** GraphQL's classifier in capitals, such as `OUTDATED`. */
  minimizedReason: string | null;
  reactions: readonly Reaction[];
}

export type ReviewState = 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';

export interface Review {
  readonly id: number;
  readonly pullNumber: number;
  readonly authorId: number;
  body: string;
  state: ReviewState;
  commitId: string;
  submittedAt: Moment | null;
  updatedAt: Moment;
  minimizedReason: string | null;
  /** Only GraphQL can add and show them: REST has no reactions to reviews. */
  reactions: readonly Reaction[];
}

export interface ReviewComment {
  readonly id: number;
  readonly pullNumber: number;
  readonly reviewId: number | null;
  readonly authorId: number;
  body: string;
  readonly path: string;
  readonly diffHunk: string;
  readonly side: 'LEFT' | 'RIGHT';
  readonly startSide: 'LEFT' | 'RIGHT' | null;
  /** Null once the line is no longer part of the diff: the comment is outdated. */
  line: number | null;
  startLine: number | null;
  readonly originalLine: number | null;
  readonly originalStartLine: number | null;
  position: number | null;
  readonly originalPosition: number;
  commitId: string;
  readonly originalCommitId: string;
  readonly inReplyToId: number | null;
  readonly subjectType: 'line' | 'file';
  readonly createdAt: Moment;
  updatedAt: Moment;
  /** Who resolved the thread; on its first comment only. */
  resolvedById: number | null;
  minimizedReason: string | null;
  reactions: readonly Reaction[];
}

export interface CommitComment {
  readonly id: number;
  readonly sha: string;
  readonly authorId: number;
  body: string;
  readonly path: string | null;
  readonly position: number | null;
  readonly line: number | null;
  readonly createdAt: Moment;
  updatedAt: Moment;
  reactions: readonly Reaction[];
}

/** A ref that moved; forty zeros stand for one that was or is not there. */
export interface Activity {
  readonly id: number;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly type: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion';
  readonly actorId: number;
  readonly at: Moment;
}

/** One entry of the timeline: `labeled`, `assigned`, `renamed`, `head_ref_force_pushed` and so on. */
export interface IssueEvent {
  readonly id: number;
  readonly issueNumber: number;
  readonly event: string;
  readonly actorId: number;
  readonly createdAt: Moment;
  readonly appId: number | null;
  readonly commitId?: string;
  readonly label?: { readonly name: string; readonly color: string };
  readonly assigneeId?: number;
  /** Of a push by force: the commits it led from and to. */
  readonly forced?: { readonly before: string; readonly after: string };
  /** Of a change of the base branch: the names it had. */
  readonly rebased?: { readonly from: string; readonly to: string };
  readonly milestone?: string;
  readonly rename?: { readonly from: string; readonly to: string };
  readonly requestedReviewerId?: number;
  readonly requestedTeamId?: number;
  readonly dismissedReview?: {
    readonly state: string;
    readonly reviewId: number;
    readonly message: string | null;
    readonly commitId?: string;
  };
  readonly lockReason?: string | null;
  readonly stateReason?: string | null;
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creatorId: number;
  readonly createdAt: Moment;
  readonly updatedAt: Moment;
}

export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export type CheckConclusion =
  'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | 'timed_out' | 'action_required' | 'stale';

export interface CheckSuite {
  readonly id: number;
  readonly appId: number;
  readonly headBranch: string | null;
  readonly headSha: string;
  readonly before: string | null;
  readonly after: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  readonly createdAt: Moment;
  updatedAt: Moment;
}

export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  readonly endColumn: number | null;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string | null;
  readonly message: string;
  readonly rawDetails: string | null;
}

export interface CheckRun {
  readonly id: number;
  readonly suiteId: number;
  readonly appId: number;
  name: string;
  readonly headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  detailsUrl: string | null;
  externalId: string;
  startedAt: Moment | null;
  completedAt: Moment | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: readonly CheckAnnotation[];
  actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
}

export interface Workflow {
  readonly id: number;
  name: string;
  readonly path: string;
  state: 'active' | 'deleted' | 'disabled_fork' | 'disabled_inactivity' | 'disabled_manually';
  readonly createdAt: Moment;
  updatedAt: Moment;
}

export interface WorkflowRun {
  readonly id: number;
  readonly workflowId: number;
  readonly suiteId: number;
  readonly runNumber: number;
  runAttempt: number;
  readonly event: string;
  readonly displayTitle: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  readonly headBranch: string | null;
  readonly headSha: string;
  readonly headRepositoryId: number;
  readonly actorId: number;
  triggeringActorId: number;
  readonly createdAt: Moment;
  updatedAt: Moment;
  startedAt: Moment;
}

export interface Job {
  readonly id: number;
  readonly runId: number;
  readonly runAttempt: number;
  readonly checkRunId: number;
  readonly name: string;
  readonly createdAt: Moment;
  readonly labels: readonly string[];
  readonly steps: readonly string[];
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creatorId: number;
  readonly appId: number | null;
  readonly createdAt: Moment;
  updatedAt: Moment;
}

export interface DeploymentStatus {
  readonly id: number;
  readonly deploymentId: number;
  readonly state: 'error' | 'failure' | 'inactive' | 'pending' | 'success' | 'queued' | 'in_progress';
  readonly creatorId: number;
  readonly description: string;
  readonly environment: string;
  readonly targetUrl: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly appId: number | null;
  readonly createdAt: Moment;
}

export interface ActorLists {
  /** User ids. */
  readonly users: readonly number[];
  /** Team ids. */
  readonly teams: readonly number[];
}

export interface ReviewProtection {
  readonly dismissStaleReviews: boolean;
  readonly requireCodeOwnerReviews: boolean;
  readonly requiredApprovingReviewCount: number;
  readonly requireLastPushApproval: boolean;
  readonly dismissalRestrictions: ActorLists | null;
  readonly bypassAllowances: ActorLists | null;
}

export interface Protection {
  readonly id: number;
  readonly pattern: string;
  readonly createdAt: Moment;
  updatedAt: Moment;
  requiredStatusChecks: {
    readonly strict: boolean;
    readonly checks: readonly { readonly context: string; readonly appId: number | null }[];
  } | null;
  requiredPullRequestReviews: ReviewProtection | null;
  restrictions: ActorLists | null;
  enforceAdmins: boolean;
  requiredLinearHistory: boolean;
  allowForcePushes: boolean;
  allowDeletions: boolean;
  blockCreations: boolean;
  requiredConversationResolution: boolean;
  lockBranch: boolean;
  allowForkSyncing: boolean;
  requiredSignatures: boolean;
}

export interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface Ruleset {
  readonly id: number;
  name: string;
  target: 'branch' | 'tag' | 'push';
  enforcement: 'disabled' | 'active' | 'evaluate';
  bypassActors: readonly Readonly<Record<string, unknown>>[];
  /** `refName` patterns as GitHub takes them: `~DEFAULT_BRANCH`, `~ALL`, `refs/heads/release/*`. */
  conditions: { readonly include: readonly string[]; readonly exclude: readonly string[] } | null;
  rules: readonly Rule[];
  readonly createdAt: Moment;
  updatedAt: Moment;
}

export interface State {
  lastId: number;
  readonly accounts: Map<number, Account>;
  readonly teams: Map<number, Team>;
  readonly repositories: Map<number, Repository>;
  /** Git objects by the id of the network of forks that share them. */
  readonly networks: Map<number, Objects>;
  /** Apps by id: the box's own, and the one behind Actions. */
  readonly apps: Map<number, AppFacts>;
}

const FIRST_ID = 1000;
export const ACTIONS_APP_ID = 15_368;
/** Everything GitHub puts into a new repository: https://docs.github.com/en/issues/using-labels-and-milestones-to-track-work/managing-labels */
const DEFAULT_LABELS: readonly (readonly [name: string, color: string, description: string])[] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
];
export const DEFAULT_LABEL_NAMES: ReadonlySet<string> = new Set(DEFAULT_LABELS.map(([name]) => name));

export function freshState(): State {
  return {
    lastId: FIRST_ID,
    accounts: new Map(),
    teams: new Map(),
    repositories: new Map(),
    networks: new Map(),
    apps: new Map(),
  };
}

export function nextId(state: State): number {
  state.lastId += 1;
  return state.lastId;
}

export const moment = (at: Date): Moment => at.toISOString().replace(/\.\d+Z$/, 'Z');

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

// Finding. Names are compared as GitHub does: without regard to case.

export function accountNamed(state: State, login: string): Account | undefined {
  for (const account of state.accounts.values()) if (same(account.login, login)) return account;
  return undefined;
}

/** Throws where the state refers to an account that it does not hold, which is a mistake of the box. */
export function accountOf(state: State, id: number): Account {
  const account = state.accounts.get(id);
  if (account === undefined) throw new Error(`no account ${id}`);
  return account;
}

export const loginOf = (state: State, id: number): string => accountOf(state, id).login;

export type OrganizationAccount = Account & { readonly organization: Organization };

export const isOrganization = (account: Account | undefined): account is OrganizationAccount =>
  account?.organization !== undefined;

export function organizationNamed(state: State, login: string): OrganizationAccount | undefined {
  const account = accountNamed(state, login);
  return isOrganization(account) ? account : undefined;
}

export function repositoryNamed(state: State, owner: string, name: string): Repository | undefined {
  for (const repository of state.repositories.values()) {
    if (same(repository.name, name) && same(loginOf(state, repository.ownerId), owner)) return repository;
  }
  return undefined;
}

export function repositoryOf(state: State, id: number): Repository {
  const repository = state.repositories.get(id);
  if (repository === undefined) throw new Error(`no repository ${id}`);
  return repository;
}

export const fullNameOf = (state: State, repository: Repository): string =>
  `${loginOf(state, repository.ownerId)}/${repository.name}`;

export function objectsOf(state: State, repository: Repository): Objects {
  const objects = state.networks.get(repository.networkId);
  if (objects === undefined) throw new Error(`no objects for repository ${repository.id}`);
  return objects;
}

export const repositoriesOf = (state: State, ownerId: number): readonly Repository[] =>
  [...state.repositories.values()].filter((each) => each.ownerId === ownerId);

export const forksOf = (state: State, repository: Repository): readonly Repository[] =>
  [...state.repositories.values()].filter((each) => each.parentId === repository.id);

export const teamsOf = (state: State, organizationId: number): readonly Team[] =>
  [...state.teams.values()].filter((each) => each.organizationId === organizationId);

export const teamNamed = (state: State, organizationId: number, slug: string): Team | undefined =>
  teamsOf(state, organizationId).find((each) => same(each.slug, slug));

/** The team and all teams below it: who is a member of those is a member of it. */
export function withChildTeams(state: State, team: Team): readonly Team[] {
  const children = teamsOf(state, team.organizationId).filter((each) => each.parentId === team.id);
  return [team, ...children.flatMap((each) => withChildTeams(state, each))];
}

/** User ids with the highest role each has in the team or below it. */
export function membersOfTeam(state: State, team: Team): ReadonlyMap<number, 'member' | 'maintainer'> {
  const members = new Map<number, 'member' | 'maintainer'>(team.members);
  for (const each of withChildTeams(state, team))
    for (const id of each.members.keys()) if (!members.has(id)) members.set(id, 'member');
  return members;
}

export const labelNamed = (repository: Repository, name: string): Label | undefined =>
  [...repository.labels.values()].find((each) => same(each.name, name));

export const labelsOn = (repository: Repository, issue: Issue): readonly Label[] =>
  issue.labels.map((id) => repository.labels.get(id)).filter((each) => each !== undefined);

export const isPull = (issue: Issue | undefined): issue is PullRequest => issue?.pull !== undefined;

export function pullNumbered(repository: Repository, number: number): PullRequest | undefined {
  const issue = repository.issues.get(number);
  return isPull(issue) ? issue : undefined;
}

export const pullsOf = (repository: Repository): readonly PullRequest[] =>
  [...repository.issues.values()].filter(isPull);

export const commentsOn = (repository: Repository, issueNumber: number): readonly Comment[] =>
  [...repository.comments.values()].filter((each) => each.issueNumber === issueNumber);

export const reviewsOn = (repository: Repository, pullNumber: number): readonly Review[] =>
  [...repository.reviews.values()].filter((each) => each.pullNumber === pullNumber);

export const reviewCommentsOn = (repository: Repository, pullNumber: number): readonly ReviewComment[] =>
  [...repository.reviewComments.values()].filter((each) => each.pullNumber === pullNumber);

export const eventsOn = (repository: Repository, issueNumber: number): readonly IssueEvent[] =>
  [...repository.events.values()].filter((each) => each.issueNumber === issueNumber);

/** What an App is known by to others; undefined for what no App did. */
export const appOf = (state: State, id: number | null): AppFacts | undefined =>
  id === null ? undefined : state.apps.get(id);

// Making. Nobody is told: that is for changes.ts and the routes.

export interface NewAccount {
  readonly login: string;
  readonly id?: number;
  readonly name?: string | null;
  readonly email?: string | null;
}

function addAccount(
  state: State,
  now: Date,
  type: Account['type'],
  given: NewAccount,
  organization?: Organization,
): Account {
  if (accountNamed(state, given.login) !== undefined) throw new Error(`there is an account ${given.login} already`);
  const id = given.id ?? nextId(state);
  if (state.accounts.has(id)) throw new Error(`there is an account with id ${id} already`);
  const { login, name = null, email = null } = given;
  const account = { id, login, type, name, email, createdAt: moment(now), organization };
  state.accounts.set(id, account);
  return account;
}

export const addUser = (state: State, now: Date, given: NewAccount): Account => addAccount(state, now, 'User', given);

export const addBot = (state: State, now: Date, login: string): Account =>
  accountNamed(state, login) ?? addAccount(state, now, 'Bot', { login });

export function addOrganization(
  state: State,
  now: Date,
  given: NewAccount & {
    readonly description?: string;
    readonly basePermission?: Organization['basePermission'];
    readonly members?: Readonly<Record<string, 'admin' | 'member'>>;
  },
): OrganizationAccount {
  const members = new Map<number, 'admin' | 'member'>();
  for (const [login, role] of Object.entries(given.members ?? {})) {
    const member = accountNamed(state, login);
    if (member === undefined) throw new Error(`no account ${login}`);
    members.set(member.id, role);
  }
  const organization = {
    description: given.description ?? null,
    basePermission: given.basePermission ?? 'read',
    members,
  };
  return Object.assign(addAccount(state, now, 'Organization', given, organization), { organization });
}

export function addTeam(
  state: State,
  now: Date,
  organizationId: number,
  given: { readonly name: string } & Partial<
    Pick<Team, 'description' | 'privacy' | 'notificationSetting' | 'parentId'>
  >,
): Team {
  const { name, description = null, privacy = 'closed', parentId = null } = given;
  const team: Team = {
    id: nextId(state),
    organizationId,
    slug: slugOf(name),
    name,
    description,
    privacy,
    notificationSetting: given.notificationSetting ?? 'notifications_enabled',
    parentId,
    members: new Map(),
    repositories: new Map(),
    createdAt: moment(now),
    updatedAt: moment(now),
  };
  state.teams.set(team.id, team);
  return team;
}

export type NewRepository = { readonly name: string } & Partial<
  Pick<Repository, 'private' | 'description' | 'homepage' | 'defaultBranch'>
> & {
    readonly settings?: Partial<RepositorySettings>;
    readonly forkOf?: Repository;
    /** Whether GitHub's nine labels come with it. */
    readonly defaultLabels?: boolean;
  };

export function addRepository(state: State, now: Date, ownerId: number, given: NewRepository): Repository {
  const { name, forkOf } = given;
  const id = nextId(state);
  const at = moment(now);
  const repository: Repository = {
    id,
    ownerId,
    name,
    private: given.private ?? forkOf?.private ?? false,
    description: given.description ?? forkOf?.description ?? null,
    homepage: given.homepage ?? null,
    topics: [],
    archived: false,
    defaultBranch: given.defaultBranch ?? forkOf?.defaultBranch ?? 'main',
    parentId: forkOf?.id ?? null,
    networkId: forkOf?.networkId ?? id,
    settings: {
      allowMergeCommit: true,
      allowSquashMerge: true,
      allowRebaseMerge: true,
      allowAutoMerge: false,
      allowUpdateBranch: false,
      allowForking: true,
      deleteBranchOnMerge: false,
      squashMergeCommitTitle: 'COMMIT_OR_PR_TITLE',
      squashMergeCommitMessage: 'COMMIT_MESSAGES',
      mergeCommitTitle: 'MERGE_MESSAGE',
      mergeCommitMessage: 'PR_TITLE',
      webCommitSignoffRequired: false,
      hasIssues: forkOf === undefined,
      hasProjects: true,
      hasWiki: true,
      hasDiscussions: false,
      isTemplate: false,
      ...given.settings,
    },
    collaborators: new Map(),
    createdAt: at,
    updatedAt: at,
    pushedAt: at,
    refs: new Map([...(forkOf?.refs ?? [])].filter(([ref]) => !ref.startsWith('refs/pull/'))),
    issues: new Map(),
    lastNumber: 0,
    labels: new Map(),
    milestones: new Map(),
    lastMilestone: 0,
    comments: new Map(),
    reviews: new Map(),
    reviewComments: new Map(),
    commitComments: new Map(),
    events: new Map(),
    statuses: new Map(),
    checkSuites: new Map(),
    checkRuns: new Map(),
    workflows: new Map(),
    workflowRuns: new Map(),
    jobs: new Map(),
    deployments: new Map(),
    deploymentStatuses: new Map(),
    protections: new Map(),
    rulesets: new Map(),
  };
  state.repositories.set(id, repository);
  if (forkOf === undefined) state.networks.set(id, new Map());
  if (given.defaultLabels ?? true)
    for (const [label, color, description] of DEFAULT_LABELS)
      addLabel(state, repository, { name: label, color, description });
  return repository;
}

/** What GitHub gives to a label that is put on an issue before it exists. */
export const DEFAULT_LABEL_COLOR = 'ededed';

export function addLabel(
  state: State,
  repository: Repository,
  {
    name,
    color = DEFAULT_LABEL_COLOR,
    description = null,
  }: { name: string; color?: string; description?: string | null },
): Label {
  const label = { id: nextId(state), name, color, description };
  repository.labels.set(label.id, label);
  return label;
}

/** An issue; with `pull`, a pull request. The number is the repository's next. */
export function addIssue(
  state: State,
  now: Date,
  repository: Repository,
  given: Pick<Issue, 'title' | 'body' | 'authorId' | 'appId'> & { readonly pull?: Omit<Pull, 'id'> },
): Issue {
  repository.lastNumber += 1;
  const at = moment(now);
  const { title, body, authorId, appId, pull } = given;
  const issue: Issue = {
    id: nextId(state),
    repositoryId: repository.id,
    number: repository.lastNumber,
    title,
    body,
    state: 'open',
    stateReason: null,
    authorId,
    labels: [],
    assignees: [],
    milestone: null,
    locked: false,
    activeLockReason: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedById: null,
    appId,
    reactions: [],
    pull: pull === undefined ? undefined : { id: nextId(state), ...pull },
  };
  repository.issues.set(issue.number, issue);
  return issue;
}

/** Writes an entry of the timeline. */
export function addEvent(
  state: State,
  now: Date,
  repository: Repository,
  event: Omit<IssueEvent, 'id' | 'createdAt' | 'appId'> & { readonly appId?: number | null },
): IssueEvent {
  const made = { appId: null, ...event, id: nextId(state), createdAt: moment(now) };
  repository.events.set(made.id, made);
  return made;
}
