/** Files by their path: reading them, and writing them one commit at a time. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { mediaParam } from '../answering.ts';
import { commitOn } from '../changes.ts';
import { actorOf, isRecord, may, type Need, notFound, repositoryFor, textIn } from '../gate.ts';
import {
  blobOf,
  commitAt,
  edited,
  entryAt,
  type Objects,
  type PathEntry,
  put,
  type Signature,
  treeOf,
} from '../git.ts';
import { gitCommitJson, signatureOf, webFlowSignature } from '../json/git.ts';
import { repositoryPage, repositoryUrl } from '../json/repositories.ts';
import { branchRef } from '../pulls.ts';
import { demandPush, workflowRefused } from '../pushing.ts';
import { commitNamed } from '../revisions.ts';
import { moment, objectsOf, type Repository } from '../state.ts';

const READ: Need = { permission: 'contents', level: 'read', role: 'read' };
const WRITE: Need = { permission: 'contents', level: 'write', role: 'write' };
/** https://docs.github.com/en/rest/repos/contents */
const MAX_INLINE_BYTES = 1024 * 1024;
const MAX_BYTES = 100 * 1024 * 1024;
const MAX_LISTED = 1000;
/** GitHub breaks base64 into lines, as the ancient mail standards do. */
const BASE64_LINE = 60;
const README = /^readme(?:\.(?:md|markdown|mdown|rst|txt|adoc|org))?$/i;

interface Place {
  readonly call: Call;
  readonly repository: Repository;
  readonly objects: Objects;
  readonly commit: string;
  /** As it was asked for; the default branch when it was not. */
  readonly ref: string;
}

export const inLines = (base64: string): string =>
  base64.replaceAll(new RegExp(`.{1,${BASE64_LINE}}`, 'g'), (line) => `${line}\n`);

export const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function placeFor(call: Call): Place {
  const { box, query } = call;
  const repository = repositoryFor(call, READ);
  const ref = query.get('ref') ?? repository.defaultBranch;
  const commit = commitNamed(box.state, repository, ref);
  if (commit === undefined)
    throw new GitHubError(404, query.has('ref') ? `No commit found for the ref ${ref}` : 'This repository is empty.');
  return { call, repository, objects: objectsOf(box.state, repository), commit, ref };
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

const TYPES = {
  '040000': 'dir',
  '120000': 'symlink',
  '160000': 'submodule',
  '100644': 'file',
  '100755': 'file',
} as const;

function entryJson({ call, repository, objects, ref }: Place, { path, mode, sha }: PathEntry) {
  const [api, page] = [repositoryUrl(call.box, repository), repositoryPage(call.box, repository)];
  const folder = mode === '040000';
  const submodule = mode === '160000';
  const self = `${api}/contents/${encoded(path)}?ref=${encodeURIComponent(ref)}`;
  const git = submodule ? null : `${api}/git/${folder ? 'trees' : 'blobs'}/${sha}`;
  const html = submodule ? null : `${page}/${folder ? 'tree' : 'blob'}/${ref}/${encoded(path)}`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size: blobOf(objects, sha)?.bytes.byteLength ?? 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: folder || submodule ? null : `${page}/raw/${ref}/${encoded(path)}`,
    type: TYPES[mode],
    _links: { self, git, html },
  };
}

function fileAnswer(place: Place, entry: PathEntry): Answer {
  const { call, objects } = place;
  const blob = blobOf(objects, entry.sha);
  if (blob === undefined) throw notFound();
  const { bytes } = blob;
  const raw = mediaParam(call.accept) === 'raw' || call.accept.includes('.raw');
  if (bytes.byteLength > MAX_BYTES) throw new GitHubError(403, 'This API returns blobs up to 100 MB in size.');
  if (raw) return { status: 200, body: bytes };
  const inline = bytes.byteLength <= MAX_INLINE_BYTES;
  const content = inline
    ? { content: inLines(base64Of(bytes)), encoding: 'base64' }
    : { content: '', encoding: 'none' };
  return { status: 200, body: { ...entryJson(place, entry), type: 'file', ...content } };
}

/** Where a symbolic link leads, if to a file of the repository. */
function linkTarget({ objects, commit }: Place, { path, sha }: PathEntry) {
  const target = Buffer.from(blobOf(objects, sha)?.bytes ?? []).toString('utf8');
  const from = path.split('/').slice(0, -1);
  const steps = target.startsWith('/') ? undefined : [...from, ...target.split('/')];
  const resolved: string[] = [];
  for (const step of steps ?? []) {
    if (step === '..') resolved.pop();
    else if (step !== '.' && step !== '') resolved.push(step);
  }
  const entry = steps === undefined ? undefined : entryAt(objects, commitAt(objects, commit).tree, resolved.join('/'));
  return { target, entry: entry?.mode === '100644' || entry?.mode === '100755' ? entry : undefined };
}

function contents(call: Call): Answer {
  const place = placeFor(call);
  const { objects, commit } = place;
  const path = (call.params['path'] ?? '').replaceAll(/^\/+|\/+$/g, '');
  const entry = entryAt(objects, commitAt(objects, commit).tree, path);
  if (entry === undefined) throw notFound();
  if (entry.mode === '040000') {
    const entries = (treeOf(objects, entry.sha)?.entries ?? [])
      .slice(0, MAX_LISTED)
      .map(({ name, mode, sha }) => entryJson(place, { path: path === '' ? name : `${path}/${name}`, mode, sha }));
    if (mediaParam(call.accept) !== 'object') return { status: 200, body: entries };
    return { status: 200, body: { ...entryJson(place, entry), entries } };
  }
  if (entry.mode === '160000') {
    return { status: 200, body: { ...entryJson(place, entry), type: 'submodule', submodule_git_url: '' } };
  }
  if (entry.mode === '120000') {
    const { target, entry: led } = linkTarget(place, entry);
    if (led !== undefined) return fileAnswer(place, { ...led, path: entry.path });
    return { status: 200, body: { ...entryJson(place, entry), type: 'symlink', target } };
  }
  return fileAnswer(place, entry);
}

function readme(call: Call): Answer {
  const place = placeFor(call);
  const { objects, commit } = place;
  for (const folder of ['.github', '', 'docs']) {
    const at = entryAt(objects, commitAt(objects, commit).tree, folder);
    for (const { name, mode, sha } of at === undefined ? [] : (treeOf(objects, at.sha)?.entries ?? [])) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (README.test(name) && mode !== '040000') return fileAnswer(place, { path, mode, sha });
    }
  }
  throw notFound();
}

/** Author or committer of a request; `otherwise` where it names none. */
export function signatureIn(value: unknown, otherwise: Signature): Signature {
  if (!isRecord(value)) return otherwise;
  const { name, email, date } = value;
  return {
    name: typeof name === 'string' ? name : otherwise.name,
    email: typeof email === 'string' ? email : otherwise.email,
    date: typeof date === 'string' && !Number.isNaN(Date.parse(date)) ? moment(new Date(date)) : otherwise.date,
  };
}

interface Target {
  readonly repository: Repository;
  readonly objects: Objects;
  readonly branch: string;
  readonly tip: string | undefined;
  readonly path: string;
  /** The file as it is, which the request must name. */
  readonly known: PathEntry | undefined;
}

function targetFor(call: Call): Target {
  const { box, body } = call;
  const repository = repositoryFor(call, WRITE);
  const objects = objectsOf(box.state, repository);
  const branch = textIn(body, 'branch') ?? repository.defaultBranch;
  const tip = repository.refs.get(branchRef(branch));
  const empty = [...repository.refs.keys()].every((ref) => !ref.startsWith('refs/heads/'));
  if (tip === undefined && !empty) throw new GitHubError(404, `Branch ${branch} not found`);
  const path = call.params['path'] ?? '';
  if (path === '' || /^\/|\/$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)|(?:^|\/)\.git(?:\/|$)/.test(path))
    throw new GitHubError(422, 'path is invalid');
  const workflows = { permission: 'workflows', level: 'write', role: 'write' } as const;
  if (path.startsWith('.github/workflows/') && !may(box.state, call.caller, repository, workflows))
    throw workflowRefused(path);
  const known = tip === undefined ? undefined : entryAt(objects, commitAt(objects, tip).tree, path);
  if (known?.mode === '040000') throw new GitHubError(422, `${path} is a directory`);
  return { repository, objects, branch, tip, path, known };
}

/** Writes or, for null, takes away the file in one commit. */
function written(call: Call, target: Target, content: Uint8Array | null): Answer {
  const { box, body } = call;
  const { repository, objects, branch, tip, path, known } = target;
  const sha = textIn(body, 'sha');
  if (known !== undefined && sha === undefined)
    throw new GitHubError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== undefined && known?.sha !== sha) throw new GitHubError(409, `${path} does not match ${sha}`);
  const actor = actorOf(call);
  const author = signatureIn(body['author'] ?? body['committer'], signatureOf(actor, box.now()));
  const committer = signatureIn(body['committer'], webFlowSignature(box.now()));
  const blob = content === null ? undefined : put(objects, { type: 'blob', bytes: content });
  const mode = known?.mode === '100755' ? known.mode : '100644';
  const tree = edited(
    objects,
    tip === undefined ? undefined : commitAt(objects, tip).tree,
    new Map([[path, blob === undefined ? null : { mode, sha: blob }]]),
  );
  const message = textIn(body, 'message') ?? '';
  const parents = tip === undefined ? [] : [tip];
  const after = put(objects, { type: 'commit', tree, parents, author, committer, message });
  demandPush(call, repository, { branch, after }, 409);
  const commit = commitOn(box, repository, branch, { tree, message, author, committer }, actor.login);
  const place = { call, repository, objects, commit, ref: branch };
  return {
    status: known === undefined ? 201 : 200,
    body: {
      content: blob === undefined ? null : entryJson(place, { path, mode, sha: blob }),
      commit: gitCommitJson(box, repository, commit),
    },
  };
}

export const contentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/readme': readme,
  'GET /repos/{owner}/{repo}/contents/{path}': contents,
  'PUT /repos/{owner}/{repo}/contents/{path}': (call) => {
    const content = textIn(call.body, 'content') ?? '';
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) throw new GitHubError(422, 'content is not valid Base64');
    return written(call, targetFor(call), Buffer.from(content, 'base64'));
  },
  'DELETE /repos/{owner}/{repo}/contents/{path}': (call) => {
    const target = targetFor(call);
    if (target.known === undefined) throw notFound();
    return written(call, target, null);
  },
};
