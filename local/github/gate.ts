/** What every route does first: find the repository or organization, and refuse who may not. */
import { repositoryAsked } from './asked.ts';
import { type Call, type Caller, GitHubError } from './box.ts';
import { atLeast, permissionOf } from './roles.ts';
import {
  type Account,
  accountNamed,
  addBot,
  isPull,
  type Issue,
  loginOf,
  type OrganizationAccount,
  organizationNamed,
  type PullRequest,
  type Repository,
  type Role,
  type State,
} from './state.ts';

/** https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
export type PermissionName =
  | 'actions'
  | 'administration'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'members'
  | 'metadata'
  | 'pull_requests'
  | 'statuses'
  | 'workflows';

export interface Need {
  /** The App permission; of several, any one will do. */
  readonly permission: PermissionName | readonly PermissionName[];
  readonly level: 'read' | 'write' | 'admin';
  /** What a person must be; `read` is enough to see things. */
  readonly role: Role;
}

export const notFound = (): GitHubError => new GitHubError(404, 'Not Found');
const LEVELS = ['read', 'write', 'admin'] as const;
const NO_INTEGRATION = 'Resource not accessible by integration';

type InstallationCaller = Extract<Caller, { is: 'installation' }>;

function granted(caller: InstallationCaller, { permission, level }: Need): boolean {
  const names = typeof permission === 'string' ? [permission] : permission;
  return names.some((name) => {
    const given = name === 'metadata' ? 'read' : caller.permissions[name];
    return given !== undefined && LEVELS.indexOf(given) >= LEVELS.indexOf(level);
  });
}

const covers = (state: State, caller: InstallationCaller, { id, ownerId }: Repository): boolean =>
  caller.repositoryIds === null
    ? loginOf(state, ownerId).toLowerCase() === caller.account.toLowerCase()
    : caller.repositoryIds.includes(id);

/** Whether the caller can see that the repository is there. */
export function canSee(state: State, caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true;
  if (caller.is === 'user') return permissionOf(state, repository, caller.login).role !== 'none';
  return caller.is === 'installation' && covers(state, caller, repository);
}

/** Whether the caller may, without throwing. For installations the token's permissions decide, for people their role. */
export function may(state: State, caller: Caller, repository: Repository, need: Need): boolean {
  if (!canSee(state, caller, repository)) return false;
  const reading = need.level === 'read' && need.role === 'read';
  switch (caller.is) {
    case 'user':
      return atLeast(permissionOf(state, repository, caller.login).role, need.role);
    case 'installation':
      return covers(state, caller, repository) ? granted(caller, need) : reading;
    default:
      return caller.is === 'nobody' && reading;
  }
}

/** Throws GitHub's 401, 403 or 404 for who may not. */
export function demand({ box, caller }: Call, repository: Repository, need: Need): void {
  const { state } = box;
  if (!canSee(state, caller, repository)) throw notFound();
  if (may(state, caller, repository, need)) {
    if (repository.archived && need.level !== 'read' && need.permission !== 'administration')
      throw new GitHubError(403, 'Repository was archived so is read-only.');
    return;
  }
  if (caller.is === 'nobody') throw new GitHubError(401, 'Requires authentication');
  if (caller.is !== 'user') throw new GitHubError(403, NO_INTEGRATION);
  throw new GitHubError(
    403,
    need.role === 'admin' ? 'Must have admin rights to Repository.' : `Must have ${need.role} access to Repository.`,
  );
}

const READ: Need = { permission: 'metadata', level: 'read', role: 'read' };

/** The repository of a `/repos/{owner}/{repo}/…` path, for a caller who may. */
export function repositoryFor(call: Call, need: Need = READ): Repository {
  const { params, box } = call;
  const repository = repositoryAsked(box, params['owner'] ?? '', params['repo'] ?? '');
  if (repository === undefined) throw notFound();
  demand(call, repository, need);
  return repository;
}

/** The path's issue or pull request. */
export function issueFor({ params }: Call, repository: Repository): Issue {
  const issue = repository.issues.get(Number(params['issue_number'] ?? params['pull_number']));
  if (issue === undefined) throw notFound();
  return issue;
}

export function pullFor(call: Call, repository: Repository): PullRequest {
  const issue = issueFor(call, repository);
  if (!isPull(issue)) throw notFound();
  return issue;
}

/** The person or bot that acts. */
export function actorOf({ caller, box }: Call): Account {
  const { state } = box;
  if (caller.is === 'nobody') throw new GitHubError(401, 'Requires authentication');
  if (caller.is === 'app') throw new GitHubError(403, NO_INTEGRATION);
  if (caller.is === 'installation') return addBot(state, box.now(), caller.login);
  const account = accountNamed(state, caller.login);
  if (account === undefined) throw new GitHubError(401, 'Bad credentials');
  return account;
}

/** The id of the App that acts; null for people. */
export const appIdOf = ({ caller }: Call): number | null => (caller.is === 'installation' ? caller.appId : null);

/** The organization of an `/orgs/{org}/…` path; `role` is what a person must be in it. */
export function organizationFor(
  call: Call,
  need: { readonly level: 'read' | 'write'; readonly role: 'anyone' | 'member' | 'admin' },
): OrganizationAccount {
  const { params, box, caller } = call;
  const organization = organizationNamed(box.state, params['org'] ?? '');
  if (organization === undefined) throw notFound();
  if (need.role === 'anyone') return organization;
  if (caller.is === 'installation') {
    const own = caller.account.toLowerCase() === organization.login.toLowerCase();
    if (!own || !granted(caller, { permission: 'members', level: need.level, role: 'none' }))
      throw new GitHubError(403, NO_INTEGRATION);
    return organization;
  }
  const membership = organization.organization.members.get(actorOf(call).id);
  if (membership === undefined) throw new GitHubError(need.level === 'read' ? 404 : 403, 'Not Found');
  if (need.role === 'admin' && membership !== 'admin')
    throw new GitHubError(403, 'You must be an admin of this organization.');
  return organization;
}

// Reading bodies and queries. The referee has judged their shapes before a route sees them only in strict mode.

export const textIn = (body: Call['body'], name: string): string | undefined => {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
};

export const flagIn = (body: Call['body'], name: string): boolean | undefined => {
  const value = body[name];
  return typeof value === 'boolean' ? value : undefined;
};

export const numberIn = (body: Call['body'], name: string): number | undefined => {
  const value = body[name];
  return typeof value === 'number' ? value : undefined;
};

export const textsIn = (body: Call['body'], name: string): readonly string[] | undefined => {
  const value = body[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordIn = (body: Call['body'], name: string): Readonly<Record<string, unknown>> | undefined => {
  const value = body[name];
  return isRecord(value) ? value : undefined;
};

export const recordsIn = (body: Call['body'], name: string): readonly Readonly<Record<string, unknown>>[] => {
  const value = body[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
};

/** GitHub's 422 for one field. */
export const invalid = (resource: string, field: string, code: string, message?: string): GitHubError =>
  new GitHubError(422, 'Validation Failed', [{ resource, field, code, ...(message === undefined ? {} : { message }) }]);
