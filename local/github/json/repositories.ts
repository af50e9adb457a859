/** Repositories as GitHub shows them. */
import type { Box } from '../box.ts';
import { flagsOf } from '../roles.ts';
import { accountOf, forksOf, fullNameOf, type Repository, repositoryOf, type Role } from '../state.ts';
import { userJson } from './accounts.ts';
import { nodeId } from './node-id.ts';

export const repositoryUrl = (box: Box, repository: Repository): string =>
  `${box.url}/repos/${fullNameOf(box.state, repository)}`;

export const repositoryPage = (box: Box, repository: Repository): string =>
  `${box.htmlUrl}/${fullNameOf(box.state, repository)}`;

/** What all of GitHub's descriptions of a repository have in common. */
function sharedJson(box: Box, repository: Repository) {
  const { state, htmlUrl } = box;
  const owner = accountOf(state, repository.ownerId);
  const fullName = fullNameOf(state, repository);
  const [api, page] = [repositoryUrl(box, repository), repositoryPage(box, repository)];
  const open = [...repository.issues.values()].filter((each) => each.state === 'open').length;
  const forks = forksOf(state, repository).length;
  const { settings } = repository;
  const host = new URL(htmlUrl).host;
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner: userJson(box, owner),
    html_url: page,
    description: repository.description,
    fork: repository.parentId !== null,
    url: api,
    forks_url: `${api}/forks`,
    keys_url: `${api}/keys{/key_id}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    teams_url: `${api}/teams`,
    hooks_url: `${api}/hooks`,
    issue_events_url: `${api}/issues/events{/number}`,
    events_url: `${api}/events`,
    assignees_url: `${api}/assignees{/user}`,
    branches_url: `${api}/branches{/branch}`,
    tags_url: `${api}/tags`,
    blobs_url: `${api}/git/blobs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    trees_url: `${api}/git/trees{/sha}`,
    statuses_url: `${api}/statuses/{sha}`,
    languages_url: `${api}/languages`,
    stargazers_url: `${api}/stargazers`,
    contributors_url: `${api}/contributors`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    commits_url: `${api}/commits{/sha}`,
    git_commits_url: `${api}/git/commits{/sha}`,
    comments_url: `${api}/comments{/number}`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    contents_url: `${api}/contents/{+path}`,
    compare_url: `${api}/compare/{base}...{head}`,
    merges_url: `${api}/merges`,
    archive_url: `${api}/{archive_format}{/ref}`,
    downloads_url: `${api}/downloads`,
    issues_url: `${api}/issues{/number}`,
    pulls_url: `${api}/pulls{/number}`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    labels_url: `${api}/labels{/name}`,
    releases_url: `${api}/releases{/id}`,
    deployments_url: `${api}/deployments`,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://${host}/${fullName}.git`,
    ssh_url: `git@${host}:${fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: repository.homepage,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: settings.hasIssues,
    has_projects: settings.hasProjects,
    has_downloads: true,
    has_wiki: settings.hasWiki,
    has_pages: false,
    forks_count: forks,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: settings.allowForking,
    is_template: settings.isTemplate,
    web_commit_signoff_required: settings.webCommitSignoffRequired,
    topics: repository.topics,
    visibility: repository.private ? 'private' : 'public',
    forks,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

const mergeSettings = ({ settings }: Repository) => ({
  allow_squash_merge: settings.allowSquashMerge,
  allow_merge_commit: settings.allowMergeCommit,
  allow_rebase_merge: settings.allowRebaseMerge,
  allow_auto_merge: settings.allowAutoMerge,
  delete_branch_on_merge: settings.deleteBranchOnMerge,
});

const messageSettings = ({ settings }: Repository) => ({
  squash_merge_commit_title: settings.squashMergeCommitTitle,
  squash_merge_commit_message: settings.squashMergeCommitMessage,
  merge_commit_title: settings.mergeCommitTitle,
  merge_commit_message: settings.mergeCommitMessage,
});

/** `minimal-repository`, in lists. With a role, what that role may. */
export const minimalRepositoryJson = (box: Box, repository: Repository, role?: Role) => ({
  ...sharedJson(box, repository),
  has_discussions: repository.settings.hasDiscussions,
  ...(role === undefined ? {} : { permissions: flagsOf(role) }),
});

/** `repository-webhooks`: the repository of a payload. */
export const webhookRepositoryJson = (box: Box, repository: Repository) => ({
  ...sharedJson(box, repository),
  has_discussions: repository.settings.hasDiscussions,
});

/** `repository`, inside pull requests and forks. */
export const repositoryJson = (box: Box, repository: Repository) => ({
  ...webhookRepositoryJson(box, repository),
  ...mergeSettings(repository),
  allow_update_branch: repository.settings.allowUpdateBranch,
  ...messageSettings(repository),
});

/** `team-repository`. */
export const teamRepositoryJson = (box: Box, repository: Repository, role: Role) => ({
  ...sharedJson(box, repository),
  permissions: flagsOf(role),
  role_name: role,
});

/** `full-repository`, asked for by itself. */
export function fullRepositoryJson(box: Box, repository: Repository, role?: Role) {
  const { state } = box;
  const owner = accountOf(state, repository.ownerId);
  const parent = repository.parentId === null ? undefined : state.repositories.get(repository.parentId);
  const source =
    parent === undefined ? undefined : (state.repositories.get(repository.networkId) ?? repositoryOf(state, parent.id));
  return {
    ...repositoryJson(box, repository),
    ...(role === undefined ? {} : { permissions: flagsOf(role) }),
    ...(owner.type === 'Organization' ? { organization: userJson(box, owner) } : {}),
    ...(parent === undefined ? {} : { parent: repositoryJson(box, parent) }),
    ...(source === undefined ? {} : { source: repositoryJson(box, source) }),
    subscribers_count: 0,
    network_count: forksOf(state, repository).length,
  };
}
