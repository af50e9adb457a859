/** People, organizations, teams and Apps as GitHub shows them. */
import type { AppFacts } from '../apps.ts';
import type { Box } from '../box.ts';
import { flagFor, flagsOf } from '../roles.ts';
import {
  type Account,
  accountNamed,
  accountOf,
  membersOfTeam,
  type OrganizationAccount,
  repositoriesOf,
  type Role,
  type Team,
} from '../state.ts';
import { nodeId } from './node-id.ts';

/** `simple-user` in GitHub's description. */
export function userJson({ url, htmlUrl }: Box, { id, login, type }: Account) {
  const self = `${url}/users/${encodeURIComponent(login)}`;
  const page = type === 'Bot' ? `${htmlUrl}/apps/${login.replace(/\[bot\]$/, '')}` : `${htmlUrl}/${login}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${htmlUrl}/avatars/u/${id}`,
    gravatar_id: '',
    url: self,
    html_url: page,
    followers_url: `${self}/followers`,
    following_url: `${self}/following{/other_user}`,
    gists_url: `${self}/gists{/gist_id}`,
    starred_url: `${self}/starred{/owner}{/repo}`,
    subscriptions_url: `${self}/subscriptions`,
    organizations_url: `${self}/orgs`,
    repos_url: `${self}/repos`,
    events_url: `${self}/events{/privacy}`,
    received_events_url: `${self}/received_events`,
    type,
    site_admin: false,
  };
}

export const userJsonOf = (box: Box, id: number) => userJson(box, accountOf(box.state, id));

export const nullableUserJson = (box: Box, id: number | null) => (id === null ? null : userJsonOf(box, id));

/** `public-user`. */
export function publicUserJson(box: Box, account: Account) {
  const own = repositoriesOf(box.state, account.id);
  return {
    ...userJson(box, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: own.filter((each) => !each.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

/** `private-user`: what a person sees of itself. */
export function privateUserJson(box: Box, account: Account) {
  const hidden = repositoriesOf(box.state, account.id).filter((each) => each.private).length;
  return {
    ...publicUserJson(box, account),
    private_gists: 0,
    total_private_repos: hidden,
    owned_private_repos: hidden,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

/** `organization-simple`. */
export function organizationJson({ url, htmlUrl }: Box, account: OrganizationAccount) {
  const { id, login } = account;
  const self = `${url}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId('Organization', id),
    url: self,
    repos_url: `${self}/repos`,
    events_url: `${self}/events`,
    hooks_url: `${self}/hooks`,
    issues_url: `${self}/issues`,
    members_url: `${self}/members{/member}`,
    public_members_url: `${self}/public_members{/member}`,
    avatar_url: `${htmlUrl}/avatars/u/${id}`,
    description: account.organization.description,
  };
}

/** `team-organization`, to which `organization-full` only adds. */
export function fullOrganizationJson(box: Box, account: OrganizationAccount) {
  const own = repositoriesOf(box.state, account.id);
  return {
    ...organizationJson(box, account),
    ...(account.name === null ? {} : { name: account.name }),
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: own.filter((each) => !each.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${box.htmlUrl}/${account.login}`,
    type: 'Organization',
    default_repository_permission: account.organization.basePermission,
    members_can_create_repositories: true,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  };
}

/** `team-simple`: a team without its parent. */
export function simpleTeamJson({ url, htmlUrl, state }: Box, team: Team) {
  const { id, organizationId, slug, name, description, privacy, notificationSetting } = team;
  const self = `${url}/organizations/${organizationId}/team/${id}`;
  return {
    id,
    node_id: nodeId('Team', id),
    url: self,
    html_url: `${htmlUrl}/orgs/${accountOf(state, organizationId).login}/teams/${slug}`,
    name,
    slug,
    description,
    privacy,
    notification_setting: notificationSetting,
    permission: 'pull',
    members_url: `${self}/members{/member}`,
    repositories_url: `${self}/repos`,
    type: 'organization',
  };
}

/** `team`; with a role, the one it has in some repository. */
export function teamJson(box: Box, team: Team, role?: Role) {
  const parent = team.parentId === null ? undefined : box.state.teams.get(team.parentId);
  return {
    ...simpleTeamJson(box, team),
    ...(role === undefined ? {} : { permission: flagFor(role), permissions: flagsOf(role) }),
    parent: parent === undefined ? null : simpleTeamJson(box, parent),
  };
}

/** The team as webhooks have it: the teams that a payload's pull request asks for lack two newer fields. */
export function webhookTeamJson(box: Box, team: Team) {
  const { id, organizationId, slug, name, description, privacy } = team;
  const parent = team.parentId === null ? undefined : box.state.teams.get(team.parentId);
  const self = `${box.url}/organizations/${organizationId}/team/${id}`;
  const own = {
    id,
    node_id: nodeId('Team', id),
    url: self,
    html_url: `${box.htmlUrl}/orgs/${accountOf(box.state, organizationId).login}/teams/${slug}`,
    name,
    slug,
    description,
    privacy,
    permission: 'pull',
    members_url: `${self}/members{/member}`,
    repositories_url: `${self}/repos`,
  };
  return { ...own, parent: parent === undefined ? null : simpleTeamJson(box, parent) };
}

/** `team-full`. */
export function fullTeamJson(box: Box, team: Team) {
  const organization = accountOf(box.state, team.organizationId);
  return {
    ...teamJson(box, team),
    members_count: membersOfTeam(box.state, team).size,
    repos_count: team.repositories.size,
    created_at: team.createdAt,
    updated_at: team.updatedAt,
    organization:
      organization.organization === undefined
        ? undefined
        : fullOrganizationJson(box, { ...organization, organization: organization.organization }),
  };
}

/** `integration`. */
export function appJson(box: Box, app: AppFacts) {
  const { id, slug, name, clientId, permissions, events, createdAt } = app;
  const owner = app.owner === undefined ? undefined : accountNamed(box.state, app.owner);
  return {
    id,
    slug,
    node_id: nodeId('App', id),
    client_id: clientId,
    owner: owner === undefined ? userJson(box, ghost) : userJson(box, owner),
    name,
    description: '',
    external_url: box.htmlUrl,
    html_url: `${box.htmlUrl}/apps/${slug}`,
    created_at: createdAt,
    updated_at: createdAt,
    permissions,
    events,
  };
}

export const appJsonOf = (box: Box, id: number | null) => {
  const app = id === null ? undefined : box.state.apps.get(id);
  return app === undefined ? null : appJson(box, app);
};

/** Who GitHub shows in place of an account that is not there: https://github.com/ghost */
const ghost: Account = {
  id: 10_137,
  login: 'ghost',
  type: 'User',
  name: null,
  email: null,
  createdAt: '2012-05-01T00:00:00Z',
  organization: undefined,
};
