/** Git's objects with git's own ids: blobs, trees, commits and tags, and the walks over them. */
import { createHash } from 'node:crypto';

export type FileMode = '100644' | '100755' | '120000' | '160000';
export type TreeMode = FileMode | '040000';

export interface Blob {
  readonly type: 'blob';
  readonly bytes: Uint8Array;
}

export interface TreeEntry {
  readonly name: string;
  readonly mode: TreeMode;
  readonly sha: string;
}

export interface Tree {
  readonly type: 'tree';
  /** In git's order. */
  readonly entries: readonly TreeEntry[];
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 in whole seconds. */
  readonly date: string;
}

export interface Commit {
  readonly type: 'commit';
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export interface Tag {
  readonly type: 'tag';
  readonly object: string;
  readonly objectType: GitObject['type'];
  readonly tag: string;
  readonly tagger: Signature;
  readonly message: string;
}

export type GitObject = Blob | Tree | Commit | Tag;
export type Objects = Map<string, GitObject>;

/** What stands at a path: a file's mode and blob. */
export interface FileEntry {
  readonly mode: FileMode;
  readonly sha: string;
}

export const NO_OBJECT = '0'.repeat(40);
export const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** Git sorts a folder as if its name ended in a slash, by bytes. */
function inGitOrder(entries: readonly TreeEntry[]): TreeEntry[] {
  const key = ({ name, mode }: TreeEntry): Buffer => Buffer.from(mode === '040000' ? `${name}/` : name);
  return entries
    .map((entry) => ({ entry, key: key(entry) }))
    .toSorted((one, other) => Buffer.compare(one.key, other.key))
    .map(({ entry }) => entry);
}

const signed = ({ name, email, date }: Signature): string =>
  `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} +0000`;

function contentOf(object: GitObject): Uint8Array {
  switch (object.type) {
    case 'blob':
      return object.bytes;
    case 'tree':
      return Buffer.concat(
        inGitOrder(object.entries).flatMap(({ mode, name, sha }) => [
          Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
          Buffer.from(sha, 'hex'),
        ]),
      );
    case 'commit':
      return Buffer.from(
        [
          `tree ${object.tree}`,
          ...object.parents.map((parent) => `parent ${parent}`),
          `author ${signed(object.author)}`,
          `committer ${signed(object.committer)}`,
          '',
          object.message,
        ].join('\n'),
      );
    default:
      return Buffer.from(
        [
          `object ${object.object}`,
          `type ${object.objectType}`,
          `tag ${object.tag}`,
          `tagger ${signed(object.tagger)}`,
          '',
          object.message,
        ].join('\n'),
      );
  }
}

export function idOf(object: GitObject): string {
  const content = contentOf(object);
  return createHash('sha1').update(`${object.type} ${content.byteLength}\0`).update(content).digest('hex');
}

/** Stores an object under its id, which it gives. */
export function put(objects: Objects, object: GitObject): string {
  const stored = object.type === 'tree' ? { ...object, entries: inGitOrder(object.entries) } : object;
  const sha = idOf(stored);
  objects.set(sha, stored);
  return sha;
}

export const putText = (objects: Objects, text: string): string =>
  put(objects, { type: 'blob', bytes: Buffer.from(text) });

export function blobOf(objects: Objects, sha: string): Blob | undefined {
  const object = objects.get(sha);
  return object?.type === 'blob' ? object : undefined;
}

export function treeOf(objects: Objects, sha: string): Tree | undefined {
  const object = objects.get(sha);
  return object?.type === 'tree' ? object : undefined;
}

export function commitOf(objects: Objects, sha: string): Commit | undefined {
  const object = objects.get(sha);
  return object?.type === 'commit' ? object : undefined;
}

/** Throws where history refers to a commit that is not there, which is a mistake of the box. */
export function commitAt(objects: Objects, sha: string): Commit {
  const commit = commitOf(objects, sha);
  if (commit === undefined) throw new Error(`no commit ${sha}`);
  return commit;
}

/** Follows annotated tags to the commit. */
export function peeled(objects: Objects, sha: string): string | undefined {
  const object = objects.get(sha);
  if (object?.type === 'tag') return peeled(objects, object.object);
  return object?.type === 'commit' ? sha : undefined;
}

/** The tree of a commit, a tag or a tree. */
export function treeShaOf(objects: Objects, sha: string): string | undefined {
  const object = objects.get(sha);
  if (object?.type === 'tag') return treeShaOf(objects, object.object);
  if (object?.type === 'commit') return object.tree;
  return object?.type === 'tree' ? sha : undefined;
}

// Trees

export interface PathEntry {
  readonly path: string;
  readonly mode: TreeMode;
  readonly sha: string;
}

/** Everything below a tree, folders before what is in them. */
export function* walk(objects: Objects, tree: string, below = ''): Generator<PathEntry> {
  for (const { name, mode, sha } of treeOf(objects, tree)?.entries ?? []) {
    const path = below + name;
    yield { path, mode, sha };
    if (mode === '040000') yield* walk(objects, sha, `${path}/`);
  }
}

/** What stands at a path; the empty path is the tree itself. */
export function entryAt(objects: Objects, tree: string, path: string): PathEntry | undefined {
  let at: PathEntry = { path: '', mode: '040000', sha: tree };
  for (const name of path.split('/').filter((each) => each !== '')) {
    const entry = treeOf(objects, at.sha)?.entries.find((each) => each.name === name);
    if (entry === undefined) return undefined;
    at = { path: at.path === '' ? name : `${at.path}/${name}`, mode: entry.mode, sha: entry.sha };
  }
  return at;
}

export const EMPTY_TREE: Tree = { type: 'tree', entries: [] };

type Change = FileEntry | { readonly mode: '040000'; readonly sha: string } | null;

/** The tree with entries set and, for null, taken away; folders that become empty go as well. */
export function edited(objects: Objects, tree: string | undefined, changes: ReadonlyMap<string, Change>): string {
  if (changes.size === 0 && tree !== undefined) return tree;
  const here = entriesByName(objects, tree);
  const below = new Map<string, Map<string, Change>>();
  for (const [path, change] of changes) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      if (change !== null) here.set(path, { name: path, ...change });
      // A folder of this name was put here by another change if a file was taken away.
      else here.delete(path);
      continue;
    }
    const name = path.slice(0, slash);
    below.set(name, (below.get(name) ?? new Map<string, Change>()).set(path.slice(slash + 1), change));
  }
  for (const [name, inside] of below) {
    const old = here.get(name);
    const folder = old?.mode === '040000' ? old.sha : undefined;
    if (folder === undefined && [...inside.values()].every((change) => change === null)) continue;
    const sha = edited(objects, folder, inside);
    if ((treeOf(objects, sha)?.entries.length ?? 0) === 0) here.delete(name);
    else here.set(name, { name, mode: '040000', sha });
  }
  return put(objects, { type: 'tree', entries: [...here.values()] });
}

export interface EntryChange {
  readonly path: string;
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
}

const asFile = (mode: TreeMode, sha: string): FileEntry | undefined => (mode === '040000' ? undefined : { mode, sha });

const entriesByName = (objects: Objects, tree: string | undefined): Map<string, TreeEntry> =>
  new Map((tree === undefined ? [] : (treeOf(objects, tree)?.entries ?? [])).map((each) => [each.name, each]));

/** Files that differ between two trees, equal folders skipped; in order of their paths. */
export function changedEntries(objects: Objects, before: string | undefined, after: string | undefined): EntryChange[] {
  const found: EntryChange[] = [];
  const compare = (one: string | undefined, other: string | undefined, folder: string): void => {
    if (one === other) return;
    const [old, fresh] = [entriesByName(objects, one), entriesByName(objects, other)];
    for (const name of new Set([...old.keys(), ...fresh.keys()])) {
      const [was, is] = [old.get(name), fresh.get(name)];
      if (was?.sha === is?.sha && was?.mode === is?.mode) continue;
      const path = folder + name;
      const [fileBefore, fileAfter] = [was && asFile(was.mode, was.sha), is && asFile(is.mode, is.sha)];
      if (fileBefore !== undefined || fileAfter !== undefined)
        found.push({ path, before: fileBefore, after: fileAfter });
      const [treeBefore, treeAfter] = [
        was?.mode === '040000' ? was.sha : undefined,
        is?.mode === '040000' ? is.sha : undefined,
      ];
      if (treeBefore !== undefined || treeAfter !== undefined) compare(treeBefore, treeAfter, `${path}/`);
    }
  };
  compare(before, after, '');
  return found.toSorted((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
}

// History

/** The commit and all it descends from. */
export function ancestors(objects: Objects, tip: string): ReadonlySet<string> {
  const seen = new Set([tip]);
  // A set iterates over what is added during the iteration too.
  for (const sha of seen) for (const parent of commitOf(objects, sha)?.parents ?? []) seen.add(parent);
  return seen;
}

export const descendsFrom = (objects: Objects, tip: string, from: string): boolean =>
  tip === from || ancestors(objects, tip).has(from);

/** Newest first, every commit before its parents, as `git log` with topological order; without what `excluded` reaches. */
export function history(objects: Objects, tip: string, excluded?: string): string[] {
  const hidden = excluded === undefined ? new Set<string>() : ancestors(objects, excluded);
  const wanted = [...ancestors(objects, tip)].filter((sha) => !hidden.has(sha));
  const waitingFor = new Map<string, number>();
  for (const sha of wanted)
    for (const parent of commitOf(objects, sha)?.parents ?? [])
      waitingFor.set(parent, (waitingFor.get(parent) ?? 0) + 1);
  const timeOf = (sha: string): number => Date.parse(commitAt(objects, sha).committer.date);
  const ready = wanted.filter((sha) => !waitingFor.has(sha));
  const ordered: string[] = [];
  for (;;) {
    let newest: string | undefined;
    for (const sha of ready) if (newest === undefined || timeOf(sha) > timeOf(newest)) newest = sha;
    if (newest === undefined) return ordered;
    ready.splice(ready.indexOf(newest), 1);
    ordered.push(newest);
    for (const parent of commitAt(objects, newest).parents) {
      const left = (waitingFor.get(parent) ?? 1) - 1;
      waitingFor.set(parent, left);
      if (left === 0 && !hidden.has(parent)) ready.push(parent);
    }
  }
}

/**
 * The commits that made a path what it is, as `git log -- path`: where a merge took the path from one side as it is, the
 * others are not followed.
 */
export function changesOf(objects: Objects, tip: string, path: string): ReadonlySet<string> {
  const at = (sha: string): string | undefined => {
    const entry = entryAt(objects, commitAt(objects, sha).tree, path);
    return entry === undefined ? undefined : `${entry.mode} ${entry.sha}`;
  };
  const found = new Set<string>();
  const seen = new Set([tip]);
  for (const sha of seen) {
    const { parents } = commitAt(objects, sha);
    const here = at(sha);
    const same = parents.find((parent) => at(parent) === here);
    if (same !== undefined) seen.add(same);
    else {
      for (const parent of parents) seen.add(parent);
      if (parents.length > 0 || here !== undefined) found.add(sha);
    }
  }
  return found;
}

/** A best common ancestor: one of which no other common ancestor descends. */
export function mergeBase(objects: Objects, one: string, other: string): string | undefined {
  if (one === other) return one;
  const reached = ancestors(objects, one);
  if (reached.has(other)) return other;
  const candidates: string[] = [];
  const seen = new Set([other]);
  for (const sha of seen) {
    if (reached.has(sha)) candidates.push(sha);
    else for (const parent of commitOf(objects, sha)?.parents ?? []) seen.add(parent);
  }
  const [only] = candidates;
  if (candidates.length < 2) return only;
  const behind = candidates.flatMap((each) => [...ancestors(objects, each)].filter((sha) => sha !== each));
  const hidden = new Set(behind);
  return candidates.find((each) => !hidden.has(each));
}
