/** Who may do what in a repository, by ownership, organization, teams and invitation; the highest wins. */
import {
  type Account,
  accountNamed,
  accountOf,
  isOrganization,
  membersOfTeam,
  type Repository,
  type Role,
  ROLES,
  type State,
  teamsOf,
} from './state.ts';

export const rankOf = (role: Role): number => ROLES.indexOf(role);
export const atLeast = (role: Role, wanted: Role): boolean => rankOf(role) >= rankOf(wanted);
const higher = (one: Role, other: Role): Role => (atLeast(one, other) ? one : other);

/** The role that an account has been given, without what everybody has in a public repository. */
export function givenRole(state: State, repository: Repository, userId: number): Role {
  if (repository.ownerId === userId) return 'admin';
  const owner = accountOf(state, repository.ownerId);
  let role = repository.collaborators.get(userId) ?? 'none';
  if (!isOrganization(owner)) return role;
  const membership = owner.organization.members.get(userId);
  if (membership === 'admin') return 'admin';
  if (membership === 'member') role = higher(role, owner.organization.basePermission);
  for (const team of teamsOf(state, owner.id)) {
    const granted = team.repositories.get(repository.id);
    if (granted !== undefined && membersOfTeam(state, team).has(userId)) role = higher(role, granted);
  }
  return role;
}

export interface Permission {
  readonly role: Role;
  /** GitHub's older scale: triage counts as read, maintain as write. */
  readonly permission: 'none' | 'read' | 'write' | 'admin';
}

const FOLDED = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
} as const satisfies Record<Role, Permission['permission']>;

/** `role` is exact, `permission` folded; everybody can read what is public. */
export function permissionOf(state: State, repository: Repository, login: string): Permission {
  const account = accountNamed(state, login);
  const given = account === undefined ? 'none' : givenRole(state, repository, account.id);
  const role = repository.private || account === undefined ? given : higher(given, 'read');
  return { role, permission: FOLDED[role] };
}

/** GitHub's five flags for a role. */
export const flagsOf = (role: Role): Readonly<Record<'admin' | 'maintain' | 'push' | 'triage' | 'pull', boolean>> => ({
  admin: atLeast(role, 'admin'),
  maintain: atLeast(role, 'maintain'),
  push: atLeast(role, 'write'),
  triage: atLeast(role, 'triage'),
  pull: atLeast(role, 'read'),
});

const BY_FLAG = { pull: 'read', triage: 'triage', push: 'write', maintain: 'maintain', admin: 'admin' } as const;

/** What requests call a role: `pull` and `push` in most places, our own words in newer ones. */
export function roleFrom(given: unknown): Role | undefined {
  for (const [flag, role] of Object.entries(BY_FLAG)) if (given === flag || given === role) return role;
  return undefined;
}

/** What an older answer calls a role. */
export const flagFor = (role: Role): string => Object.entries(BY_FLAG).find(([, each]) => each === role)?.[0] ?? 'pull';

/** Those who were given a role here, in the order of their ids; owners of the organization included. */
export const collaboratorsOf = (state: State, repository: Repository): readonly Account[] =>
  [...state.accounts.values()].filter(({ id, type }) => type === 'User' && givenRole(state, repository, id) !== 'none');

/** What an account is to a repository, as shown beside everything it writes there. */
export function associationOf(
  state: State,
  repository: Repository,
  userId: number,
): 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE' {
  if (repository.ownerId === userId) return 'OWNER';
  const owner = accountOf(state, repository.ownerId);
  if (isOrganization(owner) && owner.organization.members.has(userId)) return 'MEMBER';
  if (givenRole(state, repository, userId) !== 'none') return 'COLLABORATOR';
  for (const { pull, authorId } of repository.issues.values())
    if (authorId === userId && pull?.merged === true) return 'CONTRIBUTOR';
  return 'NONE';
}
