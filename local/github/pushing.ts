/** Whether a branch lets somebody push to it: classic protection and rulesets, with those who may pass them. */
import type { Call } from './box.ts';
import { GitHubError } from './box.ts';
import { may, type Need } from './gate.ts';
import { commitAt, descendsFrom, entryAt, history } from './git.ts';
import { protectionOn, type RequiredCheck, rulesOn } from './protection.ts';
import { branchRef, outcomeOfCheck } from './pulls.ts';
import { atLeast, permissionOf } from './roles.ts';
import {
  type Account,
  accountNamed,
  type ActorLists,
  membersOfTeam,
  objectsOf,
  type Protection,
  type Repository,
  type Ruleset,
  type State,
} from './state.ts';

export interface Push {
  readonly branch: string;
  /** Null for a deletion. */
  readonly after: string | null;
}

/** Ids that GitHub gives to its own roles among those who may pass a ruleset. */
const ROLE_IDS = { 2: 'maintain', 4: 'write', 5: 'admin' } as const;

interface Pusher {
  readonly account: Account | undefined;
  readonly appId: number | null;
  readonly admin: boolean;
}

function pusherOf({ caller, box }: Call, repository: Repository): Pusher {
  if (caller.is === 'installation') return { account: undefined, appId: caller.appId, admin: false };
  if (caller.is !== 'user') return { account: undefined, appId: null, admin: false };
  const { role } = permissionOf(box.state, repository, caller.login);
  return { account: accountNamed(box.state, caller.login), appId: null, admin: role === 'admin' };
}

function isAmong(state: State, { account }: Pusher, { users, teams }: ActorLists): boolean {
  if (account === undefined) return false;
  return (
    users.includes(account.id) ||
    teams.some((id) => {
      const team = state.teams.get(id);
      return team !== undefined && membersOfTeam(state, team).has(account.id);
    })
  );
}

function passes({ state }: Call['box'], repository: Repository, pusher: Pusher, { bypassActors }: Ruleset): boolean {
  return bypassActors.some((actor) => {
    if (actor['bypass_mode'] === 'pull_request') return false;
    const { actor_id: id, actor_type: type } = actor;
    switch (type) {
      case 'Integration':
        return pusher.appId !== null && pusher.appId === id;
      case 'OrganizationAdmin':
        return pusher.admin;
      case 'Team':
        return typeof id === 'number' && isAmong(state, pusher, { users: [], teams: [id] });
      case 'RepositoryRole': {
        const role = Object.entries(ROLE_IDS).find(([each]) => Number(each) === id)?.[1];
        const { account } = pusher;
        return (
          role !== undefined &&
          account !== undefined &&
          atLeast(permissionOf(state, repository, account.login).role, role)
        );
      }
      default:
        return false;
    }
  });
}

interface Facts {
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
  readonly merges: boolean;
  readonly missing: (check: RequiredCheck) => boolean;
}

function factsOf(state: State, repository: Repository, { branch, after }: Push): Facts {
  const objects = objectsOf(state, repository);
  const before = repository.refs.get(branchRef(branch));
  return {
    created: before === undefined,
    deleted: after === null,
    forced: before !== undefined && after !== null && !descendsFrom(objects, after, before),
    merges: after !== null && history(objects, after, before).some((sha) => commitAt(objects, sha).parents.length > 1),
    missing: (check) => after !== null && outcomeOfCheck(repository, after, check) !== 'success',
  };
}

const THROUGH_PULLS = 'Changes must be made through a pull request.';

function refusedByProtection(
  state: State,
  pusher: Pusher,
  facts: Facts,
  protection: Protection | undefined,
): string | undefined {
  if (protection === undefined || (pusher.admin && !protection.enforceAdmins)) return undefined;
  if (protection.lockBranch) return 'Cannot change this locked branch';
  if (facts.deleted) return protection.allowDeletions ? undefined : 'Cannot delete this protected branch';
  if (facts.forced && !protection.allowForcePushes) return 'Cannot force-push to this protected branch';
  if (protection.restrictions !== null && !isAmong(state, pusher, protection.restrictions))
    return 'You are not authorized to push to this branch.';
  const reviews = protection.requiredPullRequestReviews;
  if (reviews !== null && !isAmong(state, pusher, reviews.bypassAllowances ?? { users: [], teams: [] }))
    return THROUGH_PULLS;
  const check = protection.requiredStatusChecks?.checks.find(facts.missing);
  if (check !== undefined) return `Required status check "${check.context}" is expected.`;
  return protection.requiredLinearHistory && facts.merges ? 'This branch must not contain merge commits.' : undefined;
}

function refusedByRule(type: string, facts: Facts): string | undefined {
  switch (type) {
    case 'creation':
      return facts.created ? 'Cannot create ref due to creations being restricted.' : undefined;
    case 'deletion':
      return facts.deleted ? 'Cannot delete this branch' : undefined;
    case 'update':
      return facts.created || facts.deleted ? undefined : 'Cannot update this protected ref.';
    case 'non_fast_forward':
      return facts.forced ? 'Cannot force-push to this branch' : undefined;
    case 'pull_request':
      return facts.created || facts.deleted ? undefined : THROUGH_PULLS;
    case 'required_linear_history':
      return facts.merges ? 'This branch must not contain merge commits.' : undefined;
    default:
      return undefined;
  }
}

/** Why the caller must not push this; undefined where nothing stands against it. */
export function refusalOf(call: Call, repository: Repository, push: Push): string | undefined {
  const { state } = call.box;
  const pusher = pusherOf(call, repository);
  const facts = factsOf(state, repository, push);
  const byProtection = refusedByProtection(state, pusher, facts, protectionOn(repository, push.branch));
  if (byProtection !== undefined) return byProtection;
  for (const { type, ruleset } of rulesOn(repository, push.branch)) {
    const refused = refusedByRule(type, facts);
    if (refused !== undefined && !passes(call.box, repository, pusher, ruleset)) return refused;
  }
  return undefined;
}

/** Throws where the caller must not push this. */
export function demandPush(call: Call, repository: Repository, push: Push, status = 422): void {
  const refused = refusalOf(call, repository, push);
  if (refused === undefined) return;
  throw new GitHubError(status, status === 409 ? `Could not update file: ${refused}` : refused);
}

const WORKFLOWS = '.github/workflows';
const WRITE_WORKFLOWS: Need = { permission: 'workflows', level: 'write', role: 'write' };

export function workflowRefused(path: string): GitHubError {
  const message = `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`;
  return new GitHubError(403, message);
}

/**
 * Throws where an App without leave for workflows would bring one into the repository, by merging as well as by pushing; a file
 * that some branch there has in the same words is none of its making.
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps (`workflow`)
 */
export function demandWorkflows({ caller, box: { state } }: Call, repository: Repository, tree: string): void {
  if (caller.is !== 'installation' || may(state, caller, repository, WRITE_WORKFLOWS)) return;
  const objects = objectsOf(state, repository);
  const folder = entryAt(objects, tree, WORKFLOWS);
  const found = folder === undefined ? undefined : objects.get(folder.sha);
  if (found?.type !== 'tree') return;
  const heads = [...repository.refs].filter(([ref]) => ref.startsWith('refs/heads/'));
  const trees = heads.map(([, sha]) => commitAt(objects, sha).tree);
  for (const { name, sha } of found.entries) {
    const path = `${WORKFLOWS}/${name}`;
    if (!trees.some((each) => entryAt(objects, each, path)?.sha === sha)) throw workflowRefused(path);
  }
}
