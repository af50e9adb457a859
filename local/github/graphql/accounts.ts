/** People, bots, organizations, teams and Apps as GraphQL shows them. */
import { repositoryAsked } from '../asked.ts';
import type { Call } from '../box.ts';
import { actorOf, canSee, organizationFor } from '../gate.ts';
import { nodeId } from '../json/node-id.ts';
import {
  type Account,
  accountNamed,
  accountOf,
  appOf,
  isOrganization,
  membersOfTeam,
  type OrganizationAccount,
  organizationNamed,
  type Team,
  teamNamed,
  teamsOf,
  withChildTeams,
} from '../state.ts';
import { connection, type Order, ordered, type Paging } from './connections.ts';
import { notFoundBy } from './failing.ts';
import type { GraphNode } from './graph-node.ts';
import { repositoryNode } from './repositories.ts';

/** Where REST says `name[bot]`, GraphQL says `name` and that it is a Bot. */
const loginOf = ({ login, type }: Account): string => (type === 'Bot' ? login.replace(/\[bot\]$/, '') : login);

const pathOf = (account: Account): string =>
  account.type === 'Bot' ? `/apps/${loginOf(account)}` : `/${account.login}`;

const actorFields = ({ box }: Call, account: Account) => ({
  id: nodeId(account.type, account.id),
  databaseId: account.id,
  login: loginOf(account),
  avatarUrl: `${box.htmlUrl}/avatars/u/${account.id}`,
  resourcePath: pathOf(account),
  url: box.htmlUrl + pathOf(account),
  createdAt: account.createdAt,
  updatedAt: account.createdAt,
});

const isCaller = ({ caller }: Call, { login }: Account): boolean =>
  (caller.is === 'user' || caller.is === 'installation') && caller.login === login;

const ownRepository =
  (call: Call, { login }: Account) =>
  ({ name }: { readonly name: string }) => {
    const found = repositoryAsked(call.box, login, name);
    if (found === undefined || !canSee(call.box.state, call.caller, found))
      throw notFoundBy('a Repository', `name '${login}/${name}'`);
    return repositoryNode(call, found);
  };

export const userNode = (call: Call, account: Account): GraphNode => ({
  __typename: 'User',
  ...actorFields(call, account),
  email: account.email ?? '',
  isSiteAdmin: false,
  isViewer: isCaller(call, account),
  name: account.name,
  status: () => statusNode(account),
  organization({ login }: { readonly login: string }) {
    const found = organizationNamed(call.box.state, login);
    return found?.organization.members.has(account.id) ? organizationNode(call, found) : null;
  },
  repository: ownRepository(call, account),
});

const statusNode = ({ id, status }: Account): GraphNode | null =>
  status === undefined
    ? null
    : {
        __typename: 'UserStatus',
        id: `US_${Buffer.from(String(id)).toString('base64url')}`,
        indicatesLimitedAvailability: status.limitedAvailability,
        message: status.message,
      };

/** `viewer` is a User even where it is a bot, and then by the login that REST knows. */
export const viewerNode = (call: Call): GraphNode => {
  const account = actorOf(call);
  return { ...userNode(call, account), login: account.login };
};

export function accountNode(call: Call, account: Account): GraphNode {
  if (isOrganization(account)) return organizationNode(call, account);
  return account.type === 'Bot' ? { __typename: 'Bot', ...actorFields(call, account) } : userNode(call, account);
}

export const actorNode = (call: Call, id: number | null): GraphNode | null =>
  id === null ? null : accountNode(call, accountOf(call.box.state, id));

/** Only people: bots are no users. */
export function userNodeOf(call: Call, id: number | null): GraphNode | null {
  const account = id === null ? undefined : accountOf(call.box.state, id);
  return account?.type === 'User' ? userNode(call, account) : null;
}

/** Each once, in the order given; only people, as connections of users have them. */
export const usersFrom = ({ box }: Call, ids: Iterable<number>): readonly Account[] =>
  [...new Set(ids)].map((id) => accountOf(box.state, id)).filter(({ type }) => type === 'User');

/** Those whose login or name has the text in it. */
export function matching<T extends Account>(accounts: readonly T[], query: string | null | undefined): readonly T[] {
  const wanted = (query ?? '').toLowerCase();
  return accounts.filter(({ login, name }) => `${login} ${name ?? ''}`.toLowerCase().includes(wanted));
}

export const userConnection = (call: Call, field: string, users: readonly Account[], paging: Paging) =>
  connection(field, users, paging, (each) => userNode(call, each));

// Organizations and teams

interface TeamsAsked extends Paging {
  readonly notificationSetting?: string | null;
  readonly orderBy?: Order | null;
  readonly privacy?: string | null;
  readonly query?: string | null;
  readonly role?: 'ADMIN' | 'MEMBER' | null;
  readonly rootTeamsOnly?: boolean | null;
  readonly userLogins?: readonly string[] | null;
  readonly immediateOnly?: boolean | null;
}

const PRIVACY = { closed: 'VISIBLE', secret: 'SECRET' } as const;
const nameOf = ({ name }: Team): string => name.toLowerCase();

function teamsAsked(call: Call, teams: readonly Team[], asked: TeamsAsked): readonly Team[] {
  const { state } = call.box;
  const { notificationSetting, orderBy, privacy, query, role, rootTeamsOnly, userLogins } = asked;
  const viewer = actorOf(call).id;
  const found = teams.filter(
    (team) =>
      (!notificationSetting || team.notificationSetting.toUpperCase() === notificationSetting) &&
      (!privacy || PRIVACY[team.privacy] === privacy) &&
      (!query || `${team.name} ${team.slug}`.toLowerCase().includes(query.toLowerCase())) &&
      (!role || membersOfTeam(state, team).get(viewer) === (role === 'ADMIN' ? 'maintainer' : 'member')) &&
      (rootTeamsOnly !== true || team.parentId === null) &&
      (!userLogins ||
        userLogins.some((login) => membersOfTeam(state, team).has(accountNamed(state, login)?.id ?? Number.NaN))),
  );
  return ordered(found, orderBy, { NAME: nameOf });
}

const teamConnection = (call: Call, field: string, teams: readonly Team[], asked: TeamsAsked) =>
  connection(field, teamsAsked(call, teams, asked), asked, (each) => teamNode(call, each));

/** Throws for an App without a look at members; false for who is not one. */
function seesMembers(call: Call, { login }: Account): boolean {
  const { caller } = call;
  const organization = organizationNamed(call.box.state, login);
  if (caller.is === 'user') return organization?.organization.members.has(actorOf(call).id) ?? false;
  organizationFor({ ...call, params: { org: login } }, { level: 'read', role: 'member' });
  return true;
}

export function organizationNode(call: Call, account: OrganizationAccount): GraphNode {
  const { state } = call.box;
  const { members } = account.organization;
  const role = (): 'admin' | 'member' | undefined =>
    call.caller.is === 'user' ? members.get(actorOf(call).id) : undefined;
  return {
    __typename: 'Organization',
    ...actorFields(call, account),
    description: account.organization.description,
    name: account.name,
    membersWithRole(paging: Paging) {
      const shown = seesMembers(call, account) ? usersFrom(call, members.keys()) : [];
      return connection(
        'membersWithRole',
        shown,
        paging,
        (each) => userNode(call, each),
        ({ id }) => ({ role: members.get(id)?.toUpperCase() ?? null }),
      );
    },
    repository: ownRepository(call, account),
    team({ slug }: { readonly slug: string }) {
      const team = seesMembers(call, account) ? teamNamed(state, account.id, slug) : undefined;
      return team === undefined ? null : teamNode(call, team);
    },
    teams: (asked: TeamsAsked) =>
      teamConnection(call, 'teams', seesMembers(call, account) ? teamsOf(state, account.id) : [], asked),
    viewerCanAdminister: () => role() === 'admin',
    viewerIsAMember: () => role() !== undefined,
  };
}

interface MembersAsked extends Paging {
  readonly membership?: 'ALL' | 'CHILD_TEAM' | 'IMMEDIATE' | null;
  readonly orderBy?: Order | null;
  readonly query?: string | null;
  readonly role?: string | null;
}

export function teamNode(call: Call, team: Team): GraphNode {
  const { box } = call;
  const { state } = box;
  const owner = accountOf(state, team.organizationId);
  const path = `/orgs/${owner.login}/teams/${team.slug}`;
  const ancestors = (of: Team): readonly Team[] => {
    const parent = of.parentId === null ? undefined : state.teams.get(of.parentId);
    return parent === undefined ? [] : [parent, ...ancestors(parent)];
  };
  return {
    __typename: 'Team',
    id: nodeId('Team', team.id),
    databaseId: team.id,
    combinedSlug: `${owner.login}/${team.slug}`,
    createdAt: team.createdAt,
    description: team.description,
    name: team.name,
    notificationSetting: team.notificationSetting.toUpperCase(),
    privacy: PRIVACY[team.privacy],
    resourcePath: path,
    slug: team.slug,
    updatedAt: team.updatedAt,
    url: box.htmlUrl + path,
    organization: () => accountNode(call, owner),
    parentTeam() {
      const [parent] = ancestors(team);
      return parent === undefined ? null : teamNode(call, parent);
    },
    ancestors: (paging: Paging) => teamConnection(call, 'ancestors', ancestors(team), paging),
    childTeams(asked: TeamsAsked) {
      const below = withChildTeams(state, team).filter((each) => each !== team);
      const shown = asked.immediateOnly === false ? below : below.filter(({ parentId }) => parentId === team.id);
      return teamConnection(call, 'childTeams', shown, asked);
    },
    members(asked: MembersAsked) {
      const { membership, orderBy, query, role } = asked;
      const members = membersOfTeam(state, team);
      const roleOf = ({ id }: Account): string => (members.get(id) ?? 'member').toUpperCase();
      const found = matching(usersFrom(call, members.keys()), query)
        .filter(
          ({ id }) => !membership || membership === 'ALL' || team.members.has(id) === (membership === 'IMMEDIATE'),
        )
        .filter((each) => !role || roleOf(each) === role);
      const keys = {
        LOGIN: ({ login }: Account) => login.toLowerCase(),
        CREATED_AT: ({ createdAt }: Account) => createdAt,
      };
      return connection(
        'members',
        ordered(found, orderBy, keys),
        asked,
        (each) => userNode(call, each),
        (each) => ({ role: roleOf(each) }),
      );
    },
  };
}

export function appNode({ box }: Call, id: number | null): GraphNode | null {
  const app = appOf(box.state, id);
  if (app === undefined) return null;
  return {
    __typename: 'App',
    id: nodeId('App', app.id),
    databaseId: app.id,
    clientId: app.clientId,
    createdAt: app.createdAt,
    description: '',
    name: app.name,
    slug: app.slug,
    updatedAt: app.createdAt,
    url: `${box.htmlUrl}/apps/${app.slug}`,
  };
}
