/** Commits, trees, blobs and tags as GraphQL shows them. */
import type { Call } from '../box.ts';
import {
  blobOf,
  changesOf,
  commitAt,
  entryAt,
  history,
  type PathEntry,
  treeOf,
  treeShaOf,
  type Signature,
} from '../git.ts';
import { accountByEmail, filesOfCommit } from '../json/git.ts';
import { nodeId, nodeFrom } from '../json/node-id.ts';
import { commitsOf } from '../pulls.ts';
import { objectNamed } from '../revisions.ts';
import { fullNameOf, objectsOf, type PullRequest, pullsOf, type Repository } from '../state.ts';
import { userNode } from './accounts.ts';
import { rollupNode, statusNode, suiteConnection, type SuitesAsked } from './checks.ts';
import { connection, type Order, ordered, type Paging } from './connections.ts';
import type { GraphNode } from './graph-node.ts';
import { pullNode } from './pulls.ts';
import { repositoryNode } from './repositories.ts';

const SHORT_SHA = 7;
/** GitHub's documentation gives no figure; so much of a text has been seen to come before `isTruncated`. */
const MAX_TEXT_BYTES = 512_000;
const SNIFFED_BYTES = 8000;
/** As `git fsck` does, GitHub takes a file with a zero byte near its start for binary. */
const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, SNIFFED_BYTES).includes(0);

function shared(call: Call, repository: Repository, sha: string): GraphNode {
  const path = `/${fullNameOf(call.box.state, repository)}/commit/${sha}`;
  return {
    abbreviatedOid: sha.slice(0, SHORT_SHA),
    commitResourcePath: path,
    commitUrl: call.box.htmlUrl + path,
    oid: sha,
    repository: () => repositoryNode(call, repository),
  };
}

const idIn = ({ networkId }: Repository, kind: 'Blob' | 'Commit' | 'Tag' | 'Tree', sha: string): string =>
  nodeId(kind, `${networkId}:${sha}`);

function gitActor(call: Call, { name, email, date }: Signature): GraphNode {
  const account = accountByEmail(call.box.state, email);
  return { date, email, name, user: () => (account?.type === 'User' ? userNode(call, account) : null) };
}

/** Null for what is not there: the commit of a submodule, for one. `path` is where it stands, as far as that is known. */
export function gitObjectNode(call: Call, repository: Repository, sha: string, path = ''): GraphNode | null {
  const object = objectsOf(call.box.state, repository).get(sha);
  if (object === undefined) return null;
  switch (object.type) {
    case 'commit':
      return commitNode(call, repository, sha);
    case 'tree':
      return treeNode(call, repository, sha, path);
    case 'blob': {
      const { bytes } = object;
      const binary = isBinary(bytes);
      return {
        __typename: 'Blob',
        id: idIn(repository, 'Blob', sha),
        ...shared(call, repository, sha),
        byteSize: bytes.byteLength,
        isBinary: binary,
        isTruncated: bytes.byteLength > MAX_TEXT_BYTES,
        text: () => (binary ? null : Buffer.from(bytes.subarray(0, MAX_TEXT_BYTES)).toString('utf8')),
      };
    }
    default: {
      const { tag, message, tagger, object: target } = object;
      return {
        __typename: 'Tag',
        id: idIn(repository, 'Tag', sha),
        ...shared(call, repository, sha),
        message,
        name: tag,
        tagger: () => gitActor(call, tagger),
        target: () => gitObjectNode(call, repository, target),
      };
    }
  }
}

const TYPES = {
  '040000': 'tree',
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '160000': 'commit',
} as const;
const OCTAL = 8;

function treeEntry(call: Call, repository: Repository, { path, mode, sha }: PathEntry): GraphNode {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return {
    extension: mode === '040000' || dot < 0 ? '' : name.slice(dot),
    mode: Number.parseInt(mode, OCTAL),
    name,
    oid: sha,
    path,
    size: blobOf(objectsOf(call.box.state, repository), sha)?.bytes.byteLength ?? 0,
    type: TYPES[mode],
    object: () => gitObjectNode(call, repository, sha, path),
    repository: () => repositoryNode(call, repository),
  };
}

function treeNode(call: Call, repository: Repository, sha: string, path: string): GraphNode {
  const below = path === '' ? '' : `${path}/`;
  return {
    __typename: 'Tree',
    id: idIn(repository, 'Tree', sha),
    ...shared(call, repository, sha),
    entries: () =>
      (treeOf(objectsOf(call.box.state, repository), sha)?.entries ?? []).map(({ name, mode, sha: entry }) =>
        treeEntry(call, repository, { path: below + name, mode, sha: entry }),
      ),
  };
}

interface HistoryAsked extends Paging {
  readonly author?: { readonly emails?: readonly string[] | null; readonly id?: string | null } | null;
  readonly path?: string | null;
  readonly since?: string | null;
  readonly until?: string | null;
}

function historyOf(call: Call, repository: Repository, tip: string, asked: HistoryAsked): readonly string[] {
  const { state } = call.box;
  const objects = objectsOf(state, repository);
  const { author, path, since, until } = asked;
  const touching = path ? changesOf(objects, tip, path) : undefined;
  return history(objects, tip).filter((sha) => {
    const { committer, author: writer } = commitAt(objects, sha);
    if (since && Date.parse(committer.date) < Date.parse(since)) return false;
    if (until && Date.parse(committer.date) > Date.parse(until)) return false;
    if (author?.emails && !author.emails.includes(writer.email)) return false;
    if (author?.id && nodeFrom(author.id)?.id !== String(accountByEmail(state, writer.email)?.id)) return false;
    return touching?.has(sha) ?? true;
  });
}

/** Pull requests, open or merged, that brought or would bring the commit. */
const pullsWith = ({ box }: Call, repository: Repository, sha: string): readonly PullRequest[] =>
  pullsOf(repository).filter(
    (each) =>
      (each.state === 'open' || each.pull.merged) &&
      (each.pull.mergeCommitSha === sha || commitsOf(box.state, repository, each).includes(sha)),
  );

export function commitNode(call: Call, repository: Repository, sha: string): GraphNode {
  const { state } = call.box;
  const objects = objectsOf(state, repository);
  const { author, committer, message, parents, tree } = commitAt(objects, sha);
  const [headline = '', ...rest] = message.split('\n');
  const files = () => filesOfCommit(objects, sha);
  const fields = shared(call, repository, sha);
  return {
    __typename: 'Commit',
    id: idIn(repository, 'Commit', sha),
    ...fields,
    resourcePath: fields['commitResourcePath'],
    url: fields['commitUrl'],
    authoredDate: author.date,
    committedDate: committer.date,
    message,
    messageBody: rest.join('\n').trim(),
    messageHeadline: headline,
    additions: () => files().reduce((sum, each) => sum + each.additions, 0),
    deletions: () => files().reduce((sum, each) => sum + each.deletions, 0),
    changedFilesIfAvailable: () => files().length,
    author: () => gitActor(call, author),
    committer: () => gitActor(call, committer),
    tree: () => treeNode(call, repository, tree, ''),
    file({ path }: { readonly path: string }) {
      const entry = entryAt(objects, tree, path);
      return entry === undefined || entry.path === '' ? null : treeEntry(call, repository, entry);
    },
    parents: (paging: Paging) => connection('parents', parents, paging, (each) => commitNode(call, repository, each)),
    history: (asked: HistoryAsked) =>
      connection('history', historyOf(call, repository, sha, asked), asked, (each) =>
        commitNode(call, repository, each),
      ),
    associatedPullRequests(asked: Paging & { readonly orderBy?: Order | null }) {
      const keys = {
        CREATED_AT: ({ number }: PullRequest) => number,
        UPDATED_AT: ({ updatedAt }: PullRequest) => updatedAt,
      };
      const found = ordered(pullsWith(call, repository, sha), asked.orderBy, keys);
      return connection('associatedPullRequests', found, asked, (each) => pullNode(call, repository, each));
    },
    checkSuites: (asked: SuitesAsked) => suiteConnection(call, repository, sha, asked),
    status: () => statusNode(call, repository, sha),
    statusCheckRollup: () => rollupNode(call, repository, sha),
  };
}

/** `name~2`, `name^`: the steps back from the commit that is named. */
function stepped(objects: ReturnType<typeof objectsOf>, sha: string, steps: string): string | undefined {
  let at: string | undefined = sha;
  for (const [, sign, digits = ''] of steps.matchAll(/([~^])(\d*)/g)) {
    const count = digits === '' ? 1 : Number(digits);
    for (let left = sign === '~' ? count : 1; left > 0 && at !== undefined; left -= 1) {
      const parents: readonly string[] = objects.get(at)?.type === 'commit' ? commitAt(objects, at).parents : [];
      at = sign === '~' ? parents[0] : parents[count - 1];
    }
  }
  return at;
}

/** What git's revision syntax calls an object: `main`, `HEAD~1`, `<oid>:docs/README.md`. */
export function objectAt(call: Call, repository: Repository, expression: string): GraphNode | null {
  const { state } = call.box;
  const objects = objectsOf(state, repository);
  const colon = expression.indexOf(':');
  const revision = colon < 0 ? expression : expression.slice(0, colon);
  const [, name = '', steps = ''] = /^(.*?)((?:[~^]\d*)*)$/.exec(revision) ?? [];
  const named = objectNamed(state, repository, name);
  const sha = named === undefined ? undefined : stepped(objects, named, steps);
  if (sha === undefined) return null;
  if (colon < 0) return gitObjectNode(call, repository, sha);
  const tree = treeShaOf(objects, sha);
  const entry = tree === undefined ? undefined : entryAt(objects, tree, expression.slice(colon + 1));
  return entry === undefined ? null : gitObjectNode(call, repository, entry.sha, entry.path);
}
