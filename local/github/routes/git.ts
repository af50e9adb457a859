/** Git's own objects and refs over HTTP. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { moveRef } from '../changes.ts';
import { actorOf, invalid, type Need, notFound, recordsIn, repositoryFor, textIn, textsIn } from '../gate.ts';
import {
  blobOf,
  commitOf,
  descendsFrom,
  edited,
  type FileMode,
  isSha,
  type Objects,
  put,
  putText,
  type TreeMode,
  treeOf,
  treeShaOf,
  walk,
} from '../git.ts';
import { gitCommitJson, signatureOf } from '../json/git.ts';
import { nodeId } from '../json/node-id.ts';
import { repositoryUrl } from '../json/repositories.ts';
import { demandPush, demandWorkflows } from '../pushing.ts';
import { isRefName, objectNamed } from '../revisions.ts';
import { objectsOf, type Repository } from '../state.ts';
import { base64Of, inLines, signatureIn } from './contents.ts';

const READ: Need = { permission: 'contents', level: 'read', role: 'read' };
const WRITE: Need = { permission: 'contents', level: 'write', role: 'write' };
/** https://docs.github.com/en/rest/git/trees#get-a-tree */
const MAX_TREE_ENTRIES = 100_000;
const MAX_TREE_BYTES = 7 * 1024 * 1024;
const MAX_BLOB_BYTES = 100 * 1024 * 1024;

interface Here {
  readonly repository: Repository;
  readonly objects: Objects;
  readonly api: string;
}

function here(call: Call, need: Need): Here {
  const repository = repositoryFor(call, need);
  if (need === READ && repository.refs.size === 0) throw new GitHubError(409, 'Git Repository is empty.');
  return { repository, objects: objectsOf(call.box.state, repository), api: repositoryUrl(call.box, repository) };
}

function refJson({ repository, objects, api }: Here, ref: string, sha: string) {
  const type = objects.get(sha)?.type ?? 'commit';
  return {
    ref,
    node_id: nodeId('Ref', `${repository.id}:${ref}`),
    url: `${api}/git/${ref}`,
    object: { sha, type, url: `${api}/git/${type}s/${sha}` },
  };
}

const TYPES = { '040000': 'tree', '160000': 'commit', '100644': 'blob', '100755': 'blob', '120000': 'blob' } as const;

function treeJson({ objects, api }: Here, tree: string, recursive: boolean) {
  const entries: unknown[] = [];
  let bytes = 0;
  let truncated = false;
  const direct = (treeOf(objects, tree)?.entries ?? []).map(({ name, mode, sha }) => ({ path: name, mode, sha }));
  for (const { path, mode, sha } of recursive ? walk(objects, tree) : direct) {
    const type = TYPES[mode];
    const entry = {
      path,
      mode,
      type,
      sha,
      ...(type === 'blob' ? { size: blobOf(objects, sha)?.bytes.byteLength ?? 0 } : {}),
      ...(type === 'commit' ? {} : { url: `${api}/git/${type}s/${sha}` }),
    };
    bytes += JSON.stringify(entry).length;
    truncated = entries.length >= MAX_TREE_ENTRIES || bytes > MAX_TREE_BYTES;
    if (truncated) break;
    entries.push(entry);
  }
  return { sha: tree, url: `${api}/git/trees/${tree}`, tree: entries, truncated };
}

const MODES: readonly TreeMode[] = ['100644', '100755', '040000', '160000', '120000'];

function treeMade(call: Call): Answer {
  const place = here(call, WRITE);
  const { objects } = place;
  const base = textIn(call.body, 'base_tree');
  const baseTree = base === undefined ? undefined : treeShaOf(objects, base);
  if (base !== undefined && baseTree === undefined) throw new GitHubError(404, 'base_tree is not a valid tree SHA');
  const changes = new Map<string, { mode: FileMode; sha: string } | { mode: '040000'; sha: string } | null>();
  for (const entry of recordsIn(call.body, 'tree')) {
    const path = textIn(entry, 'path') ?? '';
    if (path === '' || /^\/|\/$|\/\/|(?:^|\/)(?:\.{1,2}|\.git)(?:\/|$)/.test(path))
      throw new GitHubError(422, `tree.path contains a malformed path component: ${path}`);
    if (entry['sha'] === null) {
      changes.set(path, null);
      continue;
    }
    const mode = MODES.find((each) => each === entry['mode']) ?? '100644';
    const content = textIn(entry, 'content');
    const sha = content === undefined ? textIn(entry, 'sha') : putText(objects, content);
    if (sha === undefined) throw new GitHubError(422, 'Must supply either tree.sha or tree.content.');
    const known = mode === '160000' || objects.get(sha)?.type === TYPES[mode];
    if (!isSha(sha) || !known) throw new GitHubError(422, `tree.sha ${sha} is not a valid ${TYPES[mode]}`);
    changes.set(path, { mode, sha });
  }
  if (changes.size === 0) throw new GitHubError(422, 'Invalid tree info');
  return { status: 201, body: treeJson(place, edited(objects, baseTree, changes), false) };
}

function commitMade(call: Call): Answer {
  const { box, body } = call;
  const { repository, objects } = here(call, WRITE);
  const tree = textIn(body, 'tree') ?? '';
  if (treeOf(objects, tree) === undefined) throw new GitHubError(422, 'Tree SHA does not exist');
  const parents = textsIn(body, 'parents') ?? [];
  if (parents.some((parent) => commitOf(objects, parent) === undefined))
    throw new GitHubError(422, 'Parent SHA does not exist or is not a commit object');
  const author = signatureIn(body['author'], signatureOf(actorOf(call), box.now()));
  const committer = signatureIn(body['committer'], author);
  const message = textIn(body, 'message') ?? '';
  const sha = put(objects, { type: 'commit', tree, parents: [...parents], author, committer, message });
  return { status: 201, body: gitCommitJson(box, repository, sha) };
}

function tagJson(call: Call, { repository, objects, api }: Here, sha: string) {
  const tag = objects.get(sha);
  if (tag?.type !== 'tag') throw notFound();
  return {
    node_id: nodeId('Tag', `${repository.networkId}:${sha}`),
    tag: tag.tag,
    sha,
    url: `${api}/git/tags/${sha}`,
    message: tag.message,
    tagger: { name: tag.tagger.name, email: tag.tagger.email, date: tag.tagger.date },
    object: { sha: tag.object, type: tag.objectType, url: `${api}/git/${tag.objectType}s/${tag.object}` },
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}

function tagMade(call: Call): Answer {
  const place = here(call, WRITE);
  const { objects } = place;
  const object = textIn(call.body, 'object') ?? '';
  const target = objects.get(object);
  if (target === undefined || target.type !== call.body['type'])
    throw new GitHubError(422, 'Object does not exist or is not of that type');
  const tagger = signatureIn(call.body['tagger'], signatureOf(actorOf(call), call.box.now()));
  const [tag, message] = [textIn(call.body, 'tag') ?? '', textIn(call.body, 'message') ?? ''];
  const sha = put(objects, { type: 'tag', object, objectType: target.type, tag, tagger, message });
  return { status: 201, body: tagJson(call, place, sha) };
}

/** The full name of the path's ref, given without `refs/`. */
const refIn = ({ params }: Call): string => `refs/${(params['ref'] ?? '').replace(/^refs\//, '')}`;

const branchOf = (ref: string): string | undefined => /^refs\/heads\/(.+)$/.exec(ref)?.[1];

/** Branches hold commits; anything else may hold any object. */
function demandTarget({ objects }: Here, ref: string, sha: string): void {
  if (!objects.has(sha)) throw new GitHubError(422, 'Object does not exist');
  if (branchOf(ref) !== undefined && commitOf(objects, sha) === undefined)
    throw new GitHubError(422, 'Reference cannot be updated: the object is not a commit');
}

function demandBranch(call: Call, { repository, objects }: Here, ref: string, sha: string): void {
  const branch = branchOf(ref);
  if (branch === undefined) return;
  demandPush(call, repository, { branch, after: sha });
  demandWorkflows(call, repository, commitOf(objects, sha)?.tree ?? '');
}

function refMade(call: Call): Answer {
  const place = here(call, WRITE);
  const { repository } = place;
  const [ref, sha] = [textIn(call.body, 'ref') ?? '', textIn(call.body, 'sha') ?? ''];
  if (!/^refs\/[^/]+\/./.test(ref)) {
    const message = "Reference name must start with 'refs/' and contain at least one slash after it.";
    throw new GitHubError(422, message);
  }
  if (!isRefName(ref) || ref.startsWith('refs/pull/')) throw new GitHubError(422, `${ref} is not a valid ref name.`);
  if (repository.refs.has(ref)) throw new GitHubError(422, 'Reference already exists');
  demandTarget(place, ref, sha);
  demandBranch(call, place, ref, sha);
  moveRef(call.box, repository, ref, sha, actorOf(call).login);
  return { status: 201, body: refJson(place, ref, sha) };
}

function refMoved(call: Call): Answer {
  const place = here(call, WRITE);
  const { repository, objects } = place;
  const ref = refIn(call);
  const sha = textIn(call.body, 'sha') ?? '';
  const before = repository.refs.get(ref);
  if (before === undefined) throw new GitHubError(422, 'Reference does not exist');
  demandTarget(place, ref, sha);
  const forward = commitOf(objects, sha) !== undefined && descendsFrom(objects, sha, before);
  if (!forward && call.body['force'] !== true) throw new GitHubError(422, 'Update is not a fast forward');
  demandBranch(call, place, ref, sha);
  moveRef(call.box, repository, ref, sha, actorOf(call).login);
  return { status: 200, body: refJson(place, ref, sha) };
}

function refDeleted(call: Call): Answer {
  const { repository } = here(call, WRITE);
  const ref = refIn(call);
  if (!repository.refs.has(ref) || ref.startsWith('refs/pull/')) throw new GitHubError(422, 'Reference does not exist');
  const branch = branchOf(ref);
  if (branch === repository.defaultBranch) throw new GitHubError(422, 'Cannot delete the default branch');
  if (branch !== undefined) demandPush(call, repository, { branch, after: null });
  moveRef(call.box, repository, ref, null, actorOf(call).login);
  return { status: 204 };
}

export const gitRoutes: Routes = {
  'GET /repos/{owner}/{repo}/git/ref/{ref}': (call) => {
    const place = here(call, READ);
    const ref = refIn(call);
    const sha = place.repository.refs.get(ref);
    if (sha === undefined) throw notFound();
    return { status: 200, body: refJson(place, ref, sha) };
  },
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': (call) => {
    const place = here(call, READ);
    const prefix = refIn(call);
    const found = [...place.repository.refs]
      .filter(([ref]) => ref.startsWith(prefix))
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    return { status: 200, body: found.map(([ref, sha]) => refJson(place, ref, sha)) };
  },
  'POST /repos/{owner}/{repo}/git/refs': refMade,
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': refMoved,
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': refDeleted,
  'POST /repos/{owner}/{repo}/git/blobs': (call) => {
    const { objects, api } = here(call, WRITE);
    const content = textIn(call.body, 'content') ?? '';
    const encoding = textIn(call.body, 'encoding') ?? 'utf-8';
    if (encoding !== 'utf-8' && encoding !== 'base64') throw invalid('Blob', 'encoding', 'invalid');
    const bytes = Buffer.from(content, encoding);
    const sha = put(objects, { type: 'blob', bytes });
    return { status: 201, body: { sha, url: `${api}/git/blobs/${sha}` } };
  },
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': (call) => {
    const { repository, objects, api } = here(call, READ);
    const sha = call.params['file_sha'] ?? '';
    const blob = blobOf(objects, sha);
    if (blob === undefined) throw notFound();
    if (blob.bytes.byteLength > MAX_BLOB_BYTES)
      throw new GitHubError(403, 'This API returns blobs up to 100 MB in size.');
    if (call.accept.includes('.raw')) return { status: 200, body: blob.bytes };
    return {
      status: 200,
      body: {
        sha,
        node_id: nodeId('Blob', `${repository.networkId}:${sha}`),
        size: blob.bytes.byteLength,
        url: `${api}/git/blobs/${sha}`,
        content: inLines(base64Of(blob.bytes)),
        encoding: 'base64',
      },
    };
  },
  'POST /repos/{owner}/{repo}/git/trees': treeMade,
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': (call) => {
    const place = here(call, READ);
    // A branch, a tag or a commit will do as well as the tree itself.
    const named = objectNamed(call.box.state, place.repository, call.params['tree_sha'] ?? '');
    const tree = named === undefined ? undefined : treeShaOf(place.objects, named);
    if (tree === undefined) throw notFound();
    // Any value switches it on, "0" and "false" too.
    return { status: 200, body: treeJson(place, tree, call.query.has('recursive')) };
  },
  'POST /repos/{owner}/{repo}/git/commits': commitMade,
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': (call) => {
    const { repository, objects } = here(call, READ);
    const sha = call.params['commit_sha'] ?? '';
    if (commitOf(objects, sha) === undefined) throw notFound();
    return { status: 200, body: gitCommitJson(call.box, repository, sha) };
  },
  'POST /repos/{owner}/{repo}/git/tags': tagMade,
  'GET /repos/{owner}/{repo}/git/tags/{tag_sha}': (call) => ({
    status: 200,
    body: tagJson(call, here(call, READ), call.params['tag_sha'] ?? ''),
  }),
};
