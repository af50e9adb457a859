/**
 * Fills the box with made-up people and their work: before it runs with `seedInto(state, now)`, where nobody is told,
 * and while it runs with `seedThrough(box)`, which sends the webhooks that the same change through the API would.
 */
import type { Box } from './box.ts';
import { commitOn, moveRef, type NewPull, openPull, senderOf } from './changes.ts';
import { edited, type FileEntry, type FileMode, put, putText, commitAt } from './git.ts';
import { signatureOf } from './json/git.ts';
import { branchRef } from './pulls.ts';
import {
  type Account,
  accountNamed,
  addOrganization,
  addRepository,
  addTeam,
  addUser,
  type NewRepository,
  objectsOf,
  type OrganizationAccount,
  organizationNamed,
  type PullRequest,
  type Repository,
  repositoryNamed,
  type Role,
  type State,
  type Team,
} from './state.ts';

export interface Seed {
  createUser(login: string, given?: { readonly id?: number; readonly name?: string; readonly email?: string }): Account;
  createOrganization(
    login: string,
    given?: {
      readonly id?: number;
      readonly name?: string;
      readonly description?: string;
      readonly basePermission?: 'none' | 'read' | 'write' | 'admin';
      readonly members?: Readonly<Record<string, 'admin' | 'member'>>;
    },
  ): OrganizationAccount;
  createTeam(
    organization: string,
    name: string,
    given?: {
      readonly members?: readonly string[];
      readonly maintainers?: readonly string[];
      /** Roles by repository name. */
      readonly repositories?: Readonly<Record<string, Role>>;
      readonly parent?: string;
      readonly privacy?: Team['privacy'];
      readonly description?: string;
    },
  ): Team;
  /** `owner/name`; with files, its default branch holds them in one commit. */
  createRepository(
    fullName: string,
    given?: Omit<NewRepository, 'name' | 'forkOf'> & {
      readonly files?: Files;
      readonly collaborators?: Readonly<Record<string, Role>>;
    },
  ): Repository;
  fork(fullName: string, owner: string): Repository;
  addCollaborator(fullName: string, login: string, role: Role): void;
  /** A branch where another one stands. */
  createBranch(fullName: string, branch: string, from?: string): string;
  /** Commits to a branch, which starts at the default branch where it is not there yet, and gives the commit's id. */
  commitFiles(fullName: string, branch: string, files: Files, author: string, message: string): string;
  openPull(fullName: string, author: string, given: NewPull): PullRequest;
}

/** Content by path; null takes a file away. */
export type Files = Readonly<Record<string, string | Uint8Array | { mode: FileMode; text: string } | null>>;

/** A box that nobody listens to. */
const silent = (state: State, now: () => Date): Box => ({
  state,
  now,
  url: 'http://127.0.0.1',
  htmlUrl: 'http://127.0.0.1',
  emit: () => undefined,
});

export const seedInto = (state: State, now: () => Date): Seed => seedThrough(silent(state, now));

function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
}

export function seedThrough(box: Box): Seed {
  const { state } = box;
  const account = (login: string): Account => known(accountNamed(state, login), `account ${login}`);
  const organizationOf = (login: string): OrganizationAccount =>
    known(organizationNamed(state, login), `organization ${login}`);
  const repositoryOf = (fullName: string): Repository => {
    const [owner = '', name = ''] = fullName.split('/');
    return known(repositoryNamed(state, owner, name), `repository ${fullName}`);
  };

  const commitFiles: Seed['commitFiles'] = (fullName, branch, files, author, message) => {
    const repository = repositoryOf(fullName);
    const objects = objectsOf(state, repository);
    const ref = branchRef(branch);
    const start = repository.refs.get(ref) ?? repository.refs.get(branchRef(repository.defaultBranch));
    const changes = new Map<string, FileEntry | null>();
    for (const [path, content] of Object.entries(files)) {
      if (content === null) changes.set(path, null);
      else if (typeof content === 'string') changes.set(path, { mode: '100644', sha: putText(objects, content) });
      else if (content instanceof Uint8Array)
        changes.set(path, { mode: '100644', sha: put(objects, { type: 'blob', bytes: content }) });
      else changes.set(path, { mode: content.mode, sha: putText(objects, content.text) });
    }
    const tree = edited(objects, start === undefined ? undefined : commitAt(objects, start).tree, changes);
    const signature = signatureOf(senderOf(box, author), box.now());
    const commit = { tree, message, author: signature, committer: signature };
    if (repository.refs.has(ref) || start === undefined) return commitOn(box, repository, branch, commit, author);
    // A new branch is there from its first commit on, as when it is pushed.
    const sha = put(objects, { type: 'commit', ...commit, parents: [start] });
    moveRef(box, repository, ref, sha, author);
    return sha;
  };

  return {
    createUser: (login, given = {}) => addUser(state, box.now(), { login, ...given }),
    createOrganization: (login, given = {}) => addOrganization(state, box.now(), { login, ...given }),
    createTeam(organization, name, given = {}) {
      const owner = organizationOf(organization);
      const { members = [], maintainers = [], repositories = {}, parent, privacy, description } = given;
      const parentTeam = [...state.teams.values()].find(
        (each) => each.organizationId === owner.id && each.name === parent,
      );
      const team = addTeam(state, box.now(), owner.id, {
        name,
        parentId: parent === undefined ? null : known(parentTeam, `team ${parent}`).id,
        ...(privacy === undefined ? {} : { privacy }),
        ...(description === undefined ? {} : { description }),
      });
      for (const login of members) team.members.set(account(login).id, 'member');
      for (const login of maintainers) team.members.set(account(login).id, 'maintainer');
      for (const id of team.members.keys())
        if (!owner.organization.members.has(id)) owner.organization.members.set(id, 'member');
      for (const [repository, role] of Object.entries(repositories))
        team.repositories.set(repositoryOf(`${organization}/${repository}`).id, role);
      return team;
    },
    createRepository(fullName, { files, collaborators = {}, ...given } = {}) {
      const [owner = '', name = ''] = fullName.split('/');
      if (repositoryNamed(state, owner, name) !== undefined)
        throw new Error(`there is a repository ${fullName} already`);
      const owning = account(owner);
      const repository = addRepository(state, box.now(), owning.id, { name, ...given });
      for (const [login, role] of Object.entries(collaborators)) repository.collaborators.set(account(login).id, role);
      const [admin] = [...(owning.organization?.members ?? [])].filter(([, role]) => role === 'admin');
      const author = admin === undefined ? owner : known(state.accounts.get(admin[0]), `account ${admin[0]}`).login;
      if (files !== undefined) commitFiles(fullName, repository.defaultBranch, files, author, 'Initial commit');
      return repository;
    },
    fork(fullName, owner) {
      const forkOf = repositoryOf(fullName);
      return addRepository(state, box.now(), account(owner).id, { name: forkOf.name, forkOf });
    },
    addCollaborator(fullName, login, role) {
      repositoryOf(fullName).collaborators.set(account(login).id, role);
    },
    createBranch(fullName, branch, from) {
      const repository = repositoryOf(fullName);
      const sha = known(repository.refs.get(branchRef(from ?? repository.defaultBranch)), `branch ${from ?? ''}`);
      repository.refs.set(branchRef(branch), sha);
      return sha;
    },
    commitFiles,
    openPull: (fullName, author, given) => openPull(box, repositoryOf(fullName), author, given),
  };
}
