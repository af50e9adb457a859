/** People, organizations, memberships and teams. */
import { repositoryAsked } from '../asked.ts';
import { type Call, GitHubError, type Routes } from '../box.ts';
import { actorOf, canSee, demand, invalid, notFound, organizationFor, textIn, textsIn } from '../gate.ts';
import {
  fullOrganizationJson,
  fullTeamJson,
  organizationJson,
  privateUserJson,
  publicUserJson,
  teamJson,
  userJson,
  userJsonOf,
  webhookTeamJson,
} from '../json/accounts.ts';
import {
  minimalRepositoryJson,
  repositoryJson,
  teamRepositoryJson,
  webhookRepositoryJson,
} from '../json/repositories.ts';
import { givenRole, permissionOf, roleFrom } from '../roles.ts';
import {
  type Account,
  accountNamed,
  addTeam,
  isOrganization,
  membersOfTeam,
  moment,
  type OrganizationAccount,
  repositoriesOf,
  type Repository,
  type Role,
  slugOf,
  type Team,
  teamNamed,
  teamsOf,
  withChildTeams,
} from '../state.ts';

function accountFor({ params, box }: Call): Account {
  const account = accountNamed(box.state, params['username'] ?? '');
  if (account === undefined) throw notFound();
  return account;
}

/** A person; a name that belongs to nobody is a 404. */
function personFor(call: Call): Account {
  const account = accountFor(call);
  if (account.type !== 'User') throw notFound();
  return account;
}

/** The role shown beside a repository: that of the person who asks. */
export const roleShown = ({ box, caller }: Call, repository: Repository): Role | undefined =>
  caller.is === 'user' ? permissionOf(box.state, repository, caller.login).role : undefined;

/** Sorted as asked: by `sort`, then `direction`. */
function sorted(call: Call, repositories: readonly Repository[], byDefault: string): readonly Repository[] {
  const sort = call.query.get('sort') ?? byDefault;
  const keys = {
    created: (each: Repository): string => each.createdAt,
    updated: (each: Repository): string => each.updatedAt,
    pushed: (each: Repository): string => each.pushedAt,
    full_name: (each: Repository): string => each.name.toLowerCase(),
  };
  const key = Object.entries(keys).find(([name]) => name === sort)?.[1] ?? keys.full_name;
  const direction = call.query.get('direction') ?? (sort === 'full_name' ? 'asc' : 'desc');
  const ascending = repositories.toSorted((one, other) => key(one).localeCompare(key(other)) || one.id - other.id);
  return direction === 'asc' ? ascending : ascending.toReversed();
}

function listed(call: Call, repositories: readonly Repository[], byDefault: string) {
  const { box, caller } = call;
  const visible = repositories.filter((each) => canSee(box.state, caller, each));
  const body = sorted(call, visible, byDefault).map((each) => minimalRepositoryJson(box, each, roleShown(call, each)));
  return { status: 200, body, list: true } as const;
}

const fitsType = (type: string | null, repository: Repository): boolean => {
  if (type === 'public') return !repository.private;
  if (type === 'private') return repository.private;
  if (type === 'forks') return repository.parentId !== null;
  return type !== 'sources' || repository.parentId === null;
};

function membershipJson({ box }: Call, organization: OrganizationAccount, member: Account) {
  return {
    url: `${box.url}/orgs/${organization.login}/memberships/${member.login}`,
    state: 'active',
    role: organization.organization.members.get(member.id) ?? 'member',
    organization_url: `${box.url}/orgs/${organization.login}`,
    organization: organizationJson(box, organization),
    user: userJson(box, member),
  };
}

function tellOfMember(
  { box }: Call,
  action: 'member_added' | 'member_removed',
  organization: OrganizationAccount,
  member: Account,
  sender: string,
): void {
  const membership = {
    url: `${box.url}/orgs/${organization.login}/memberships/${member.login}`,
    state: 'active',
    role: organization.organization.members.get(member.id) ?? 'member',
    organization_url: `${box.url}/orgs/${organization.login}`,
    user: userJson(box, member),
  };
  const payload = { membership, organization: organizationJson(box, organization) };
  box.emit({ event: 'organization', action, repository: null, sender, payload });
}

function leave(call: Call, organization: OrganizationAccount, member: Account): void {
  if (!organization.organization.members.has(member.id)) throw notFound();
  tellOfMember(call, 'member_removed', organization, member, actorOf(call).login);
  organization.organization.members.delete(member.id);
  for (const team of teamsOf(call.box.state, organization.id)) team.members.delete(member.id);
}

// Teams

interface InTeam {
  readonly organization: OrganizationAccount;
  readonly team: Team;
}

function teamFor(call: Call, level: 'read' | 'write'): InTeam {
  const organization = organizationFor(call, { level, role: 'member' });
  const team = teamNamed(call.box.state, organization.id, call.params['team_slug'] ?? '');
  if (team === undefined) throw notFound();
  if (level === 'write' && call.caller.is === 'user') {
    const { id } = actorOf(call);
    const rules = organization.organization.members.get(id) === 'admin' || team.members.get(id) === 'maintainer';
    if (!rules) throw new GitHubError(403, 'You must be an owner of this organization or a maintainer of this team.');
  }
  return { organization, team };
}

function tellOfTeam(
  call: Call,
  { organization, team }: InTeam,
  event: string,
  action: string,
  extra: Readonly<Record<string, unknown>> = {},
  repository?: Repository,
): void {
  const { box } = call;
  box.emit({
    event,
    action,
    repository: null,
    sender: actorOf(call).login,
    payload: {
      team: webhookTeamJson(box, team),
      organization: organizationJson(box, organization),
      ...(repository === undefined ? {} : { repository: webhookRepositoryJson(box, repository) }),
      ...extra,
    },
  });
}

function parentIn({ body, box }: Call, organization: OrganizationAccount): number | null | undefined {
  const id = body['parent_team_id'];
  const slug = body['parent_team_slug'];
  if (id === null || slug === null) return null;
  const parent =
    typeof slug === 'string'
      ? teamNamed(box.state, organization.id, slug)
      : teamsOf(box.state, organization.id).find((each) => each.id === id);
  if (parent === undefined && (id !== undefined || slug !== undefined))
    throw invalid('Team', 'parent_team_id', 'invalid');
  return parent?.id;
}

/** The repository named in a team's path; it must belong to the organization. */
function repositoryIn({ params, box }: Call, { organization }: InTeam): Repository {
  const repository = repositoryAsked(box, params['owner'] ?? '', params['repo'] ?? '');
  if (repository === undefined || repository.ownerId !== organization.id) throw notFound();
  return repository;
}

const membershipOfTeam = ({ box }: Call, team: Team, member: Account) => {
  const role = membersOfTeam(box.state, team).get(member.id);
  if (role === undefined) throw notFound();
  const url = `${box.url}/organizations/${team.organizationId}/team/${team.id}/memberships/${member.login}`;
  return { url, role, state: 'active' };
};

export const accountRoutes: Routes = {
  'GET /user': (call) => {
    if (call.caller.is !== 'user') actorOf(call);
    if (call.caller.is === 'installation') throw new GitHubError(403, 'Resource not accessible by integration');
    return { status: 200, body: privateUserJson(call.box, actorOf(call)) };
  },
  'GET /user/{account_id}': ({ box, params }) => {
    const account = box.state.accounts.get(Number(params['account_id']));
    if (account === undefined) throw notFound();
    return { status: 200, body: publicUserJson(box, account) };
  },
  'GET /users/{username}': (call) => ({ status: 200, body: publicUserJson(call.box, accountFor(call)) }),
  'GET /user/repos': (call) => {
    const { box, query } = call;
    const { id } = actorOf(call);
    const affiliated = new Set((query.get('affiliation') ?? 'owner,collaborator,organization_member').split(','));
    const visibility = query.get('visibility') ?? query.get('type');
    const found = [...box.state.repositories.values()].filter((each) => {
      if (givenRole(box.state, each, id) === 'none' || !fitsType(visibility, each)) return false;
      if (each.ownerId === id) return affiliated.has('owner');
      return affiliated.has(each.collaborators.has(id) ? 'collaborator' : 'organization_member');
    });
    const body = sorted(call, found, 'full_name').map((each) => repositoryJson(box, each));
    return { status: 200, body, list: true };
  },
  'GET /users/{username}/repos': (call) =>
    listed(call, repositoriesOf(call.box.state, accountFor(call).id), 'full_name'),
  'GET /users/{username}/orgs': (call) => {
    const { id } = accountFor(call);
    const found = [...call.box.state.accounts.values()]
      .filter(isOrganization)
      .filter(({ organization }) => organization.members.has(id));
    return { status: 200, body: found.map((each) => organizationJson(call.box, each)), list: true };
  },

  'GET /orgs/{org}': (call) => ({
    status: 200,
    body: fullOrganizationJson(call.box, organizationFor(call, { level: 'read', role: 'anyone' })),
  }),
  'GET /orgs/{org}/repos': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'anyone' });
    const found = repositoriesOf(call.box.state, organization.id);
    const type = call.query.get('type');
    return listed(
      call,
      found.filter((each) => fitsType(type, each)),
      'created',
    );
  },
  'GET /orgs/{org}/members': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'member' });
    const role = call.query.get('role') ?? 'all';
    const found = [...organization.organization.members].filter(([, each]) => role === 'all' || each === role);
    return { status: 200, body: found.map(([id]) => userJsonOf(call.box, id)), list: true };
  },
  'GET /orgs/{org}/members/{username}': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'member' });
    if (!organization.organization.members.has(accountFor(call).id)) throw notFound();
    return { status: 204 };
  },
  'DELETE /orgs/{org}/members/{username}': (call) => {
    leave(call, organizationFor(call, { level: 'write', role: 'admin' }), accountFor(call));
    return { status: 204 };
  },
  'GET /orgs/{org}/memberships/{username}': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'member' });
    const member = accountFor(call);
    if (!organization.organization.members.has(member.id)) throw notFound();
    return { status: 200, body: membershipJson(call, organization, member) };
  },
  'PUT /orgs/{org}/memberships/{username}': (call) => {
    const organization = organizationFor(call, { level: 'write', role: 'admin' });
    const member = personFor(call);
    const { members } = organization.organization;
    const fresh = !members.has(member.id);
    members.set(member.id, call.body['role'] === 'admin' ? 'admin' : 'member');
    // Everybody accepts an invitation at once here.
    if (fresh) tellOfMember(call, 'member_added', organization, member, actorOf(call).login);
    return { status: 200, body: membershipJson(call, organization, member) };
  },
  'DELETE /orgs/{org}/memberships/{username}': (call) => {
    leave(call, organizationFor(call, { level: 'write', role: 'admin' }), accountFor(call));
    return { status: 204 };
  },
  'GET /orgs/{org}/outside_collaborators': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'member' });
    const outside = new Set(
      repositoriesOf(call.box.state, organization.id)
        .flatMap((each) => [...each.collaborators.keys()])
        .filter((id) => !organization.organization.members.has(id)),
    );
    return { status: 200, body: [...outside].map((id) => userJsonOf(call.box, id)), list: true };
  },

  'GET /orgs/{org}/teams': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'member' });
    const body = teamsOf(call.box.state, organization.id).map((each) => teamJson(call.box, each));
    return { status: 200, body, list: true };
  },
  'POST /orgs/{org}/teams': (call) => {
    const { box, body } = call;
    const organization = organizationFor(call, { level: 'write', role: 'member' });
    const name = textIn(body, 'name') ?? '';
    if (teamNamed(box.state, organization.id, slugOf(name)) !== undefined)
      throw invalid('Team', 'name', 'already_exists', 'Name must be unique for this org');
    const parentId = parentIn(call, organization) ?? null;
    const team = addTeam(box.state, box.now(), organization.id, {
      name,
      description: textIn(body, 'description') ?? null,
      privacy: body['privacy'] === 'secret' && parentId === null ? 'secret' : 'closed',
      parentId,
    });
    for (const login of textsIn(body, 'maintainers') ?? []) {
      const account = accountNamed(box.state, login);
      if (account !== undefined) team.members.set(account.id, 'maintainer');
    }
    if (call.caller.is === 'user') team.members.set(actorOf(call).id, 'maintainer');
    for (const fullName of textsIn(body, 'repo_names') ?? []) {
      const [owner = '', repo = ''] = fullName.split('/');
      const repository = repositoryAsked(box, owner, repo);
      if (repository?.ownerId === organization.id)
        team.repositories.set(repository.id, roleFrom(body['permission']) ?? 'read');
    }
    tellOfTeam(call, { organization, team }, 'team', 'created');
    return { status: 201, body: fullTeamJson(box, team) };
  },
  'GET /orgs/{org}/teams/{team_slug}': (call) => ({
    status: 200,
    body: fullTeamJson(call.box, teamFor(call, 'read').team),
  }),
  'PATCH /orgs/{org}/teams/{team_slug}': (call) => {
    const { box, body } = call;
    const inTeam = teamFor(call, 'write');
    const { team, organization } = inTeam;
    const name = textIn(body, 'name');
    const parentId = parentIn(call, organization);
    if (name !== undefined) Object.assign(team, { name, slug: slugOf(name) });
    if (parentId !== undefined) {
      const below = withChildTeams(box.state, team).some(({ id }) => id === parentId);
      if (below) throw invalid('Team', 'parent_team_id', 'invalid', 'A team cannot be below itself');
      team.parentId = parentId;
    }
    team.description = textIn(body, 'description') ?? team.description;
    if (body['privacy'] === 'secret' || body['privacy'] === 'closed') team.privacy = body['privacy'];
    const setting = body['notification_setting'];
    if (setting === 'notifications_enabled' || setting === 'notifications_disabled') team.notificationSetting = setting;
    team.updatedAt = moment(box.now());
    tellOfTeam(call, inTeam, 'team', 'edited', { changes: {} });
    return { status: 200, body: fullTeamJson(box, team) };
  },
  'DELETE /orgs/{org}/teams/{team_slug}': (call) => {
    const inTeam = teamFor(call, 'write');
    tellOfTeam(call, inTeam, 'team', 'deleted');
    for (const each of withChildTeams(call.box.state, inTeam.team)) call.box.state.teams.delete(each.id);
    return { status: 204 };
  },
  'GET /orgs/{org}/teams/{team_slug}/members': (call) => {
    const { team } = teamFor(call, 'read');
    const role = call.query.get('role') ?? 'all';
    const found = [...membersOfTeam(call.box.state, team)].filter(([, each]) => role === 'all' || each === role);
    return { status: 200, body: found.map(([id]) => userJsonOf(call.box, id)), list: true };
  },
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': (call) => ({
    status: 200,
    body: membershipOfTeam(call, teamFor(call, 'read').team, accountFor(call)),
  }),
  'PUT /orgs/{org}/teams/{team_slug}/memberships/{username}': (call) => {
    const inTeam = teamFor(call, 'write');
    const { team, organization } = inTeam;
    const member = personFor(call);
    const { members } = organization.organization;
    if (!members.has(member.id)) members.set(member.id, 'member');
    const fresh = !team.members.has(member.id);
    team.members.set(member.id, call.body['role'] === 'maintainer' ? 'maintainer' : 'member');
    if (fresh) tellOfTeam(call, inTeam, 'membership', 'added', { scope: 'team', member: userJson(call.box, member) });
    return { status: 200, body: membershipOfTeam(call, team, member) };
  },
  'DELETE /orgs/{org}/teams/{team_slug}/memberships/{username}': (call) => {
    const inTeam = teamFor(call, 'write');
    const member = accountFor(call);
    if (!inTeam.team.members.delete(member.id)) throw notFound();
    tellOfTeam(call, inTeam, 'membership', 'removed', { scope: 'team', member: userJson(call.box, member) });
    return { status: 204 };
  },
  'GET /orgs/{org}/teams/{team_slug}/repos': (call) => {
    const { team } = teamFor(call, 'read');
    const { box } = call;
    const found = [...team.repositories].flatMap(([id, role]) => {
      const repository = box.state.repositories.get(id);
      return repository === undefined ? [] : [minimalRepositoryJson(box, repository, role)];
    });
    return { status: 200, body: found, list: true };
  },
  'GET /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}': (call) => {
    const inTeam = teamFor(call, 'read');
    const repository = repositoryIn(call, inTeam);
    const role = inTeam.team.repositories.get(repository.id);
    if (role === undefined) throw notFound();
    if (!call.accept.includes('repository+json')) return { status: 204 };
    return { status: 200, body: teamRepositoryJson(call.box, repository, role) };
  },
  'PUT /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'member' });
    const team = teamNamed(call.box.state, organization.id, call.params['team_slug'] ?? '');
    if (team === undefined) throw notFound();
    const inTeam = { organization, team };
    const repository = repositoryIn(call, inTeam);
    demand(call, repository, { permission: 'administration', level: 'write', role: 'admin' });
    const role = roleFrom(call.body['permission'] ?? 'push');
    if (role === undefined) throw invalid('Team', 'permission', 'invalid');
    const fresh = !team.repositories.has(repository.id);
    team.repositories.set(repository.id, role);
    if (fresh) tellOfTeam(call, inTeam, 'team', 'added_to_repository', {}, repository);
    return { status: 204 };
  },
  'DELETE /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}': (call) => {
    const organization = organizationFor(call, { level: 'read', role: 'member' });
    const team = teamNamed(call.box.state, organization.id, call.params['team_slug'] ?? '');
    if (team === undefined) throw notFound();
    const inTeam = { organization, team };
    const repository = repositoryIn(call, inTeam);
    demand(call, repository, { permission: 'administration', level: 'write', role: 'admin' });
    if (team.repositories.delete(repository.id))
      tellOfTeam(call, inTeam, 'team', 'removed_from_repository', {}, repository);
    return { status: 204 };
  },
  'GET /orgs/{org}/teams/{team_slug}/teams': (call) => {
    const { team } = teamFor(call, 'read');
    const children = teamsOf(call.box.state, team.organizationId).filter((each) => each.parentId === team.id);
    return { status: 200, body: children.map((each) => teamJson(call.box, each)), list: true };
  },
};
