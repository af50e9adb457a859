/** Repositories: settings, topics, who works on them, forks. */
import { CODEOWNERS_PATHS, compileCodeowners } from '../../../shared/owners/codeowners.ts';
import { type Call, GitHubError, type Routes } from '../box.ts';
import { moveRef } from '../changes.ts';
import {
  actorOf,
  flagIn,
  invalid,
  type Need,
  notFound,
  organizationFor,
  recordIn,
  repositoryFor,
  textIn,
  textsIn,
} from '../gate.ts';
import { blobOf, commitAt, entryAt, peeled, put, putText } from '../git.ts';
import { teamJson, userJson, userJsonOf } from '../json/accounts.ts';
import { signatureOf, webFlowSignature } from '../json/git.ts';
import { nodeId } from '../json/node-id.ts';
import {
  fullRepositoryJson,
  minimalRepositoryJson,
  repositoryPage,
  repositoryUrl,
  webhookRepositoryJson,
} from '../json/repositories.ts';
import { branchRef } from '../pulls.ts';
import { commitNamed } from '../revisions.ts';
import { atLeast, collaboratorsOf, flagsOf, givenRole, permissionOf, roleFrom } from '../roles.ts';
import {
  type Account,
  accountNamed,
  accountOf,
  addRepository,
  forksOf,
  isOrganization,
  loginOf,
  moment,
  objectsOf,
  organizationNamed,
  type Repository,
  repositoriesOf,
  repositoryNamed,
  type RepositorySettings,
  type Role,
  teamsOf,
} from '../state.ts';
import { roleShown } from './accounts.ts';

const SEE: Need = { permission: 'metadata', level: 'read', role: 'read' };
const ADMINISTER: Need = { permission: 'administration', level: 'write', role: 'admin' };
const READ_CONTENTS: Need = { permission: 'contents', level: 'read', role: 'read' };
const WRITE_CONTENTS: Need = { permission: 'contents', level: 'write', role: 'write' };
/** To see who works on a repository one must be able to push to it. */
const SEE_PEOPLE: Need = { permission: 'metadata', level: 'read', role: 'write' };
const MAX_TOPICS = 20;

/** A boolean setting by the name that requests give it. */
const FLAGS = {
  allow_merge_commit: 'allowMergeCommit',
  allow_squash_merge: 'allowSquashMerge',
  allow_rebase_merge: 'allowRebaseMerge',
  allow_auto_merge: 'allowAutoMerge',
  allow_update_branch: 'allowUpdateBranch',
  allow_forking: 'allowForking',
  delete_branch_on_merge: 'deleteBranchOnMerge',
  web_commit_signoff_required: 'webCommitSignoffRequired',
  has_issues: 'hasIssues',
  has_projects: 'hasProjects',
  has_wiki: 'hasWiki',
  has_discussions: 'hasDiscussions',
  is_template: 'isTemplate',
} as const satisfies Readonly<Record<string, keyof RepositorySettings>>;

const oneOf = <T extends string>(value: unknown, ...allowed: readonly T[]): T | undefined =>
  allowed.find((each) => each === value);

function settingsIn(body: Call['body']): Partial<RepositorySettings> {
  const flags = Object.entries(FLAGS).flatMap(([name, key]) => {
    const value = flagIn(body, name);
    return value === undefined ? [] : [[key, value] as const];
  });
  const texts = {
    squashMergeCommitTitle: oneOf(body['squash_merge_commit_title'], 'PR_TITLE', 'COMMIT_OR_PR_TITLE'),
    squashMergeCommitMessage: oneOf(body['squash_merge_commit_message'], 'PR_BODY', 'COMMIT_MESSAGES', 'BLANK'),
    mergeCommitTitle: oneOf(body['merge_commit_title'], 'PR_TITLE', 'MERGE_MESSAGE'),
    mergeCommitMessage: oneOf(body['merge_commit_message'], 'PR_BODY', 'PR_TITLE', 'BLANK'),
  };
  const given = Object.entries(texts).filter(([, value]) => value !== undefined);
  return Object.fromEntries<unknown>([...flags, ...given]);
}

const privateIn = (body: Call['body']): boolean | undefined =>
  body['visibility'] === undefined ? flagIn(body, 'private') : body['visibility'] !== 'public';

/** Letters, digits, dots, dashes and underscores; GitHub turns everything else into dashes. */
const repositoryName = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-');

function created(call: Call, owner: Account) {
  const { box, body } = call;
  const { state } = box;
  const name = repositoryName(textIn(body, 'name') ?? '');
  if (repositoryNamed(state, owner.login, name) !== undefined) {
    throw new GitHubError(422, 'Repository creation failed.', [
      { resource: 'Repository', code: 'custom', field: 'name', message: 'name already exists on this account' },
    ]);
  }
  const hidden = privateIn(body);
  const description = textIn(body, 'description');
  const homepage = textIn(body, 'homepage');
  const repository = addRepository(state, box.now(), owner.id, {
    name,
    settings: settingsIn(body),
    ...(hidden === undefined ? {} : { private: hidden }),
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
  });
  const actor = actorOf(call);
  box.emit({ event: 'repository', action: 'created', repository: repository.id, sender: actor.login, payload: {} });
  if (body['auto_init'] === true) {
    const objects = objectsOf(state, repository);
    const readme = putText(objects, `# ${name}\n${description === undefined ? '' : `${description}\n`}`);
    const tree = put(objects, { type: 'tree', entries: [{ name: 'README.md', mode: '100644', sha: readme }] });
    const author = signatureOf(actor, box.now());
    const committer = webFlowSignature(box.now());
    const commit = { type: 'commit', tree, parents: [], author, committer, message: 'Initial commit' } as const;
    moveRef(box, repository, branchRef(repository.defaultBranch), put(objects, commit), actor.login);
  }
  return { status: 201, body: fullRepositoryJson(box, repository, 'admin') };
}

function tellOfRepository(
  { box }: Call,
  repository: Repository,
  action: string,
  sender: string,
  payload: Readonly<Record<string, unknown>> = {},
): void {
  box.emit({ event: 'repository', action, repository: repository.id, sender, payload });
}

function edited(call: Call) {
  const { box, body } = call;
  const repository = repositoryFor(call, ADMINISTER);
  const sender = actorOf(call).login;
  const { name: oldName, defaultBranch, description } = repository;
  const name = textIn(body, 'name');
  const branch = textIn(body, 'default_branch');
  if (branch !== undefined && !repository.refs.has(branchRef(branch))) {
    const message = `The branch ${branch} was not found. Please push that ref first or create it via the Git Data API.`;
    throw invalid('Repository', 'default_branch', 'custom', message);
  }
  if (name !== undefined && name.toLowerCase() !== oldName.toLowerCase()) {
    if (repositoryNamed(box.state, loginOf(box.state, repository.ownerId), name) !== undefined)
      throw invalid('Repository', 'name', 'custom', 'name already exists on this account');
  }
  Object.assign(repository.settings, settingsIn(body));
  repository.name = name === undefined ? oldName : repositoryName(name);
  repository.private = privateIn(body) ?? repository.private;
  repository.description = textIn(body, 'description') ?? repository.description;
  repository.homepage = textIn(body, 'homepage') ?? repository.homepage;
  repository.defaultBranch = branch ?? repository.defaultBranch;
  repository.updatedAt = moment(box.now());
  if (repository.name !== oldName)
    tellOfRepository(call, repository, 'renamed', sender, { changes: { repository: { name: { from: oldName } } } });
  const archived = flagIn(body, 'archived');
  if (archived === true && !repository.archived) {
    repository.archived = true;
    tellOfRepository(call, repository, 'archived', sender);
  } else repository.archived = archived ?? repository.archived;
  const changes = {
    ...(repository.defaultBranch === defaultBranch ? {} : { default_branch: { from: defaultBranch } }),
    ...(repository.description === description ? {} : { description: { from: description } }),
  };
  if (Object.keys(changes).length > 0) tellOfRepository(call, repository, 'edited', sender, { changes });
  return { status: 200, body: fullRepositoryJson(box, repository, roleShown(call, repository)) };
}

function collaboratorJson({ box }: Call, account: Account, role: Role) {
  return { ...userJson(box, account), permissions: flagsOf(role), role_name: role };
}

function personNamed({ box }: Call, login: string | undefined): Account {
  const account = accountNamed(box.state, login ?? '');
  if (account === undefined || account.type === 'Organization') throw notFound();
  return account;
}

/** Whether issues can be assigned to somebody: https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/assigning-issues-and-pull-requests-to-other-github-users */
export const canBeAssigned = (call: Call, repository: Repository, account: Account): boolean =>
  atLeast(givenRole(call.box.state, repository, account.id), 'read');

function affiliated(call: Call, repository: Repository): readonly Account[] {
  const { state } = call.box;
  const affiliation = call.query.get('affiliation') ?? 'all';
  const owner = accountOf(state, repository.ownerId);
  const all = collaboratorsOf(state, repository);
  if (affiliation === 'all') return all;
  const direct = all.filter(({ id }) => repository.collaborators.has(id));
  if (affiliation === 'direct' || !isOrganization(owner)) return direct;
  return direct.filter(({ id }) => !owner.organization.members.has(id));
}

function tellOfMember(
  { box }: Call,
  repository: Repository,
  action: string,
  member: Account,
  sender: string,
  changes?: Readonly<Record<string, unknown>>,
): void {
  const payload = { member: userJson(box, member), ...(changes === undefined ? {} : { changes }) };
  box.emit({ event: 'member', action, repository: repository.id, sender, payload });
}

function addCollaborator(call: Call) {
  const { box, body } = call;
  const { state } = box;
  const repository = repositoryFor(call, ADMINISTER);
  const person = personNamed(call, call.params['username']);
  const role = roleFrom(body['permission'] ?? 'push');
  if (role === undefined) throw invalid('RepositoryInvitation', 'permission', 'invalid');
  const sender = actorOf(call);
  const owner = accountOf(state, repository.ownerId);
  if (person.id === owner.id)
    throw invalid('RepositoryInvitation', 'user', 'custom', 'Repository owner cannot be a collaborator');
  const before = repository.collaborators.get(person.id);
  const trusted = before !== undefined || (isOrganization(owner) && owner.organization.members.has(person.id));
  // Everybody accepts an invitation at once here.
  repository.collaborators.set(person.id, role);
  if (before === undefined) tellOfMember(call, repository, 'added', person, sender.login, { role_name: { to: role } });
  else if (before !== role)
    tellOfMember(call, repository, 'edited', person, sender.login, { permission: { from: before, to: role } });
  if (trusted) return { status: 204 };
  const page = repositoryPage(box, repository);
  const id = person.id;
  return {
    status: 201,
    body: {
      id,
      node_id: nodeId('User', `${repository.id}:${id}`),
      repository: minimalRepositoryJson(box, repository),
      invitee: userJson(box, person),
      inviter: userJson(box, sender),
      permissions: role,
      created_at: moment(box.now()),
      url: `${box.url}/user/repository_invitations/${id}`,
      html_url: `${page}/invitations`,
    },
  };
}

function permissionAsked(call: Call) {
  const { box } = call;
  const repository = repositoryFor(call, SEE_PEOPLE);
  const account = accountNamed(box.state, call.params['username'] ?? '');
  // GitHub tells this apart from a repository that is not there by these words alone.
  if (account === undefined) throw new GitHubError(404, `${call.params['username']} is not a user`);
  const { role, permission } = permissionOf(box.state, repository, account.login);
  return {
    status: 200,
    body: { permission, role_name: role, user: collaboratorJson(call, account, role) },
  };
}

function fork(call: Call) {
  const { box, body } = call;
  const { state } = box;
  const forkOf = repositoryFor(call, READ_CONTENTS);
  const actor = actorOf(call);
  const organization = textIn(body, 'organization');
  const owner = organization === undefined ? actor : organizationNamed(state, organization);
  if (owner === undefined) throw invalid('Fork', 'organization', 'invalid');
  if (isOrganization(owner) && !owner.organization.members.has(actor.id) && call.caller.is === 'user')
    throw new GitHubError(403, 'You must be a member of this organization.');
  const known = repositoriesOf(state, owner.id).find((each) => each.parentId === forkOf.id);
  if (known !== undefined) return { status: 202, body: fullRepositoryJson(box, known, 'admin') };
  const wanted = textIn(body, 'name') ?? forkOf.name;
  const taken = repositoryNamed(state, owner.login, wanted) !== undefined;
  const made = addRepository(state, box.now(), owner.id, { name: taken ? `${wanted}-1` : wanted, forkOf });
  if (body['default_branch_only'] === true) {
    for (const ref of made.refs.keys()) if (ref !== branchRef(made.defaultBranch)) made.refs.delete(ref);
  }
  const payload = { forkee: webhookRepositoryJson(box, made) };
  box.emit({ event: 'fork', repository: forkOf.id, sender: actor.login, payload });
  return { status: 202, body: fullRepositoryJson(box, made, 'admin') };
}

function codeownersErrors(call: Call) {
  const { box, query } = call;
  const { state } = box;
  const repository = repositoryFor(call, READ_CONTENTS);
  const objects = objectsOf(state, repository);
  const sha = commitNamed(state, repository, query.get('ref') ?? 'HEAD');
  const tree = sha === undefined ? undefined : commitAt(objects, sha).tree;
  const found = CODEOWNERS_PATHS.flatMap((path) => {
    const entry = tree === undefined ? undefined : entryAt(objects, tree, path);
    const blob = entry === undefined ? undefined : blobOf(objects, entry.sha);
    return blob === undefined ? [] : [{ path, text: Buffer.from(blob.bytes).toString('utf8') }];
  });
  const [first] = found;
  if (first === undefined) throw notFound();
  const { rules, skipped, broken } = compileCodeowners({ ...first, members: new Map(), otherwise: new Set() });
  const lines = first.text.split('\n');
  const unknown = rules.flatMap(({ line, owners }) =>
    owners
      .filter((owner) => !isKnownOwner(call, repository, owner))
      .map((owner) => {
        const source = lines[line - 1] ?? '';
        return { line, column: Math.max(0, source.toLowerCase().indexOf(owner)) || 1, kind: 'Unknown owner', owner };
      }),
  );
  const broke = [...skipped, ...(broken === undefined ? [] : [broken])].map(({ line, column, problem }) => ({
    line,
    column,
    kind: 'Invalid pattern',
    owner: problem,
  }));
  const errors = [...broke, ...unknown].toSorted((one, other) => one.line - other.line);
  return {
    status: 200,
    body: {
      errors: errors.map(({ line, column, kind, owner }) => {
        const source = lines[line - 1] ?? '';
        const why =
          kind === 'Unknown owner' ? `make sure ${owner} exists and has write access to the repository` : owner;
        return {
          line,
          column,
          kind,
          source,
          suggestion: null,
          message: `${kind} on line ${line}: ${why}\n\n  ${source}\n  ${' '.repeat(Math.max(0, column - 1))}^`,
          path: first.path,
        };
      }),
    },
  };
}

/** Owners are people who can write, teams that can, or addresses of such people. */
function isKnownOwner({ box }: Call, repository: Repository, owner: string): boolean {
  const { state } = box;
  const [organization, slug] = owner.split('/');
  if (slug !== undefined) {
    const team = teamsOf(state, repository.ownerId).find((each) => each.slug === slug);
    const role = team?.repositories.get(repository.id) ?? 'none';
    return loginOf(state, repository.ownerId).toLowerCase() === organization && atLeast(role, 'write');
  }
  const account = owner.includes('@')
    ? [...state.accounts.values()].find(({ email }) => email?.toLowerCase() === owner)
    : accountNamed(state, owner);
  return account !== undefined && atLeast(givenRole(state, repository, account.id), 'write');
}

export const repositoryRoutes: Routes = {
  'POST /user/repos': (call) => created(call, actorOf(call)),
  'POST /orgs/{org}/repos': (call) => created(call, organizationFor(call, { level: 'write', role: 'member' })),
  'GET /repos/{owner}/{repo}': (call) => {
    const repository = repositoryFor(call, SEE);
    return { status: 200, body: fullRepositoryJson(call.box, repository, roleShown(call, repository)) };
  },
  'PATCH /repos/{owner}/{repo}': edited,
  'DELETE /repos/{owner}/{repo}': (call) => {
    const { box } = call;
    const repository = repositoryFor(call, ADMINISTER);
    tellOfRepository(call, repository, 'deleted', actorOf(call).login);
    for (const each of box.state.repositories.values())
      for (const { pull } of each.issues.values())
        if (pull?.head.repositoryId === repository.id) pull.head.repositoryId = null;
    for (const team of box.state.teams.values()) team.repositories.delete(repository.id);
    box.state.repositories.delete(repository.id);
    return { status: 204 };
  },
  'GET /repos/{owner}/{repo}/topics': (call) => ({ status: 200, body: { names: repositoryFor(call, SEE).topics } }),
  'PUT /repos/{owner}/{repo}/topics': (call) => {
    const repository = repositoryFor(call, ADMINISTER);
    const names = (textsIn(call.body, 'names') ?? []).map((each) => each.toLowerCase());
    if (names.length > MAX_TOPICS)
      throw new GitHubError(422, `A repository cannot have more than ${MAX_TOPICS} topics.`);
    repository.topics = [...new Set(names)];
    return { status: 200, body: { names: repository.topics } };
  },
  'GET /repos/{owner}/{repo}/tags': (call) => {
    const { box } = call;
    const repository = repositoryFor(call, READ_CONTENTS);
    const api = repositoryUrl(box, repository);
    const tags = [...repository.refs]
      .flatMap(([ref, sha]) => {
        const commit = peeled(objectsOf(box.state, repository), sha);
        return ref.startsWith('refs/tags/') && commit !== undefined ? [{ name: ref.slice(10), commit }] : [];
      })
      .toSorted((one, other) => other.name.localeCompare(one.name, 'en', { numeric: true }));
    const body = tags.map(({ name, commit }) => ({
      name,
      zipball_url: `${api}/zipball/refs/tags/${name}`,
      tarball_url: `${api}/tarball/refs/tags/${name}`,
      commit: { sha: commit, url: `${api}/commits/${commit}` },
      node_id: nodeId('Ref', `${repository.id}:refs/tags/${name}`),
    }));
    return { status: 200, body, list: true };
  },
  'GET /repos/{owner}/{repo}/teams': (call) => {
    const { box } = call;
    const repository = repositoryFor(call, { permission: 'administration', level: 'read', role: 'write' });
    const body = teamsOf(box.state, repository.ownerId).flatMap((team) => {
      const role = team.repositories.get(repository.id);
      return role === undefined ? [] : [teamJson(box, team, role)];
    });
    return { status: 200, body, list: true };
  },
  'GET /repos/{owner}/{repo}/collaborators': (call) => {
    const { state } = call.box;
    const repository = repositoryFor(call, SEE_PEOPLE);
    const wanted = roleFrom(call.query.get('permission') ?? 'pull') ?? 'read';
    const body = affiliated(call, repository)
      .map((account) => ({ account, role: givenRole(state, repository, account.id) }))
      .filter(({ role }) => atLeast(role, wanted))
      .map(({ account, role }) => collaboratorJson(call, account, role));
    return { status: 200, body, list: true };
  },
  'GET /repos/{owner}/{repo}/collaborators/{username}': (call) => {
    const repository = repositoryFor(call, SEE_PEOPLE);
    const account = personNamed(call, call.params['username']);
    if (givenRole(call.box.state, repository, account.id) === 'none') throw notFound();
    return { status: 204 };
  },
  'PUT /repos/{owner}/{repo}/collaborators/{username}': addCollaborator,
  'DELETE /repos/{owner}/{repo}/collaborators/{username}': (call) => {
    const repository = repositoryFor(call, ADMINISTER);
    const person = personNamed(call, call.params['username']);
    if (repository.collaborators.delete(person.id))
      tellOfMember(call, repository, 'removed', person, actorOf(call).login);
    return { status: 204 };
  },
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': permissionAsked,
  'GET /repos/{owner}/{repo}/assignees': (call) => {
    const repository = repositoryFor(call, SEE);
    const body = collaboratorsOf(call.box.state, repository).map(({ id }) => userJsonOf(call.box, id));
    return { status: 200, body, list: true };
  },
  'GET /repos/{owner}/{repo}/assignees/{assignee}': (call) => {
    const repository = repositoryFor(call, SEE);
    const account = accountNamed(call.box.state, call.params['assignee'] ?? '');
    if (account === undefined || !canBeAssigned(call, repository, account)) throw notFound();
    return { status: 204 };
  },
  'GET /repos/{owner}/{repo}/codeowners/errors': codeownersErrors,
  'GET /repos/{owner}/{repo}/forks': (call) => {
    const repository = repositoryFor(call, SEE);
    const forks = forksOf(call.box.state, repository).toSorted((one, other) => one.id - other.id);
    const ordered = call.query.get('sort') === 'oldest' ? forks : forks.toReversed();
    return { status: 200, body: ordered.map((each) => minimalRepositoryJson(call.box, each)), list: true };
  },
  'POST /repos/{owner}/{repo}/forks': fork,
  'POST /repos/{owner}/{repo}/dispatches': (call) => {
    const { box, body } = call;
    const repository = repositoryFor(call, WRITE_CONTENTS);
    box.emit({
      event: 'repository_dispatch',
      action: textIn(body, 'event_type') ?? '',
      repository: repository.id,
      sender: actorOf(call).login,
      payload: { branch: repository.defaultBranch, client_payload: recordIn(body, 'client_payload') ?? {} },
    });
    return { status: 204 };
  },
};
