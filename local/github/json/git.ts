/** Commits, trees, refs and changed files as GitHub shows them. */
import type { Box } from '../box.ts';
import { type FileChange, filesBetween } from '../diff.ts';
import { commitAt, type Objects, type Signature } from '../git.ts';
import { type Account, moment, objectsOf, type Repository, type State } from '../state.ts';
import { userJson } from './accounts.ts';
import { nodeId } from './node-id.ts';
import { repositoryPage, repositoryUrl } from './repositories.ts';

/** GitHub shows so many files of a commit or a comparison at most. */
export const MAX_FILES = 300;

const VERIFICATION = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

const noReplyEmail = ({ id, login }: Account): string => `${id}+${login}@users.noreply.github.com`;

export const emailOf = (account: Account): string => account.email ?? noReplyEmail(account);

/** Who commits what is merged or edited through GitHub itself: https://github.com/web-flow */
const WEB_FLOW: Account = {
  id: 19_864_447,
  login: 'web-flow',
  type: 'User',
  name: 'GitHub',
  email: 'noreply@github.com',
  createdAt: '2016-06-10T18:37:50Z',
  organization: undefined,
};

export const webFlowSignature = (at: Date): Signature => signatureOf(WEB_FLOW, at);

/** How an account signs a commit. */
export const signatureOf = (account: Account, at: Date): Signature => ({
  name: account.name ?? account.login,
  email: emailOf(account),
  date: moment(at),
});

export function accountByEmail(state: State, email: string): Account | undefined {
  for (const account of state.accounts.values())
    if (account.email === email || noReplyEmail(account) === email) return account;
  return email === WEB_FLOW.email ? WEB_FLOW : undefined;
}

const authorJson = (box: Box, { email }: Signature) => {
  const account = accountByEmail(box.state, email);
  return account === undefined ? null : userJson(box, account);
};

const signatureJson = ({ name, email, date }: Signature) => ({ name, email, date });

/** `git-commit`. */
export function gitCommitJson(box: Box, repository: Repository, sha: string) {
  const commit = commitAt(objectsOf(box.state, repository), sha);
  const [api, page] = [repositoryUrl(box, repository), repositoryPage(box, repository)];
  return {
    sha,
    node_id: nodeId('Commit', `${repository.networkId}:${sha}`),
    url: `${api}/git/commits/${sha}`,
    html_url: `${page}/commit/${sha}`,
    author: signatureJson(commit.author),
    committer: signatureJson(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${api}/git/commits/${parent}`,
      html_url: `${page}/commit/${parent}`,
    })),
    verification: VERIFICATION,
  };
}

/** `commit`, without its files. */
export function commitJson(box: Box, repository: Repository, sha: string) {
  const commit = commitAt(objectsOf(box.state, repository), sha);
  const [api, page] = [repositoryUrl(box, repository), repositoryPage(box, repository)];
  const comments = [...repository.commitComments.values()].filter((each) => each.sha === sha).length;
  return {
    sha,
    node_id: nodeId('Commit', `${repository.networkId}:${sha}`),
    commit: {
      author: signatureJson(commit.author),
      committer: signatureJson(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: comments,
      verification: VERIFICATION,
    },
    url: `${api}/commits/${sha}`,
    html_url: `${page}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    author: authorJson(box, commit.author),
    committer: authorJson(box, commit.committer),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${page}/commit/${parent}`,
    })),
  };
}

/** `diff-entry`: one changed file; `sha` is the commit at which it can be read. */
export function fileJson(box: Box, repository: Repository, change: FileChange, sha: string, before?: string) {
  const { path, previousPath, status, additions, deletions, patch } = change;
  const [api, page] = [repositoryUrl(box, repository), repositoryPage(box, repository)];
  const at = status === 'removed' ? (before ?? sha) : sha;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: (change.after ?? change.before)?.sha ?? null,
    filename: path,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${page}/blob/${at}/${encoded}`,
    raw_url: `${page}/raw/${at}/${encoded}`,
    contents_url: `${api}/contents/${encoded}?ref=${at}`,
    ...(patch === undefined ? {} : { patch }),
    ...(previousPath === undefined ? {} : { previous_filename: previousPath }),
  };
}

/** What a commit changed against its first parent. */
export function filesOfCommit(objects: Objects, sha: string): readonly FileChange[] {
  const { tree, parents } = commitAt(objects, sha);
  const [parent] = parents;
  return filesBetween(objects, parent === undefined ? undefined : commitAt(objects, parent).tree, tree);
}

/** `commit` with its files and their sum. */
export function fullCommitJson(box: Box, repository: Repository, sha: string) {
  const files = filesOfCommit(objectsOf(box.state, repository), sha);
  const additions = files.reduce((sum, each) => sum + each.additions, 0);
  const deletions = files.reduce((sum, each) => sum + each.deletions, 0);
  return {
    ...commitJson(box, repository, sha),
    stats: { total: additions + deletions, additions, deletions },
    files: files.slice(0, MAX_FILES).map((each) => fileJson(box, repository, each, sha)),
  };
}

/** `simple-commit`. */
export function simpleCommitJson(box: Box, repository: Repository, sha: string) {
  const { tree, message, author, committer } = commitAt(objectsOf(box.state, repository), sha);
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: committer.date,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

/** A commit in the payload of a push. */
export function pushedCommitJson(box: Box, repository: Repository, sha: string) {
  const objects = objectsOf(box.state, repository);
  const { tree, message, author, committer } = commitAt(objects, sha);
  const files = filesOfCommit(objects, sha);
  const pathsOf = (...wanted: readonly FileChange['status'][]): string[] =>
    files.filter(({ status }) => wanted.includes(status)).map(({ path }) => path);
  const person = (signature: Signature) => {
    const account = accountByEmail(box.state, signature.email);
    return { ...signatureJson(signature), ...(account === undefined ? {} : { username: account.login }) };
  };
  return {
    id: sha,
    tree_id: tree,
    distinct: true,
    message,
    timestamp: committer.date,
    url: `${repositoryPage(box, repository)}/commit/${sha}`,
    author: person(author),
    committer: person(committer),
    // A push knows no renames: the file is gone here and new there.
    added: [...pathsOf('added'), ...pathsOf('renamed')],
    removed: [
      ...pathsOf('removed'),
      ...files.filter(({ previousPath }) => previousPath !== undefined).map(({ previousPath }) => previousPath),
    ],
    modified: pathsOf('modified', 'changed'),
  };
}
