/**
 * Who gains and who loses approval by a change of OWNERS, OWNERS_ALIASES or CODEOWNERS, over how many files: the models of
 * the base and of what it would become are asked about every file of the base, and differ or do not.
 */
import type { ChangedFiles, PowerDiff, PowerShift } from '../language/index.ts';
import {
  CODEOWNERS_PATHS,
  compileCodeowners,
  compileOwners,
  directoriesOf,
  folderOf,
  groupsIn,
  ownersFilesOf,
  ownersOf,
  ownsAnything,
  parseFrontMatter,
  type Blob,
  type CodeownersIndex,
  type OwnersFile,
  type OwnersIndex,
  type OwnersOptions,
  type Unreadable,
} from '../owners/index.ts';
import { codeownersResolverOf } from '../owners/codeowners.ts';
import type { FileAtCommit, Read } from '../providers/provider.ts';

/** Files of owners that a pull request touches, as they are at its base and at its head. */
export type PowerFiles = {
  readonly baseSha: string;
  readonly touched: readonly string[];
  /** More of them than are looked at. */
  readonly unseen: number;
  /** What such files are called here. */
  readonly names: Names;
  readonly atBase: ReadonlyMap<string, FileAtCommit>;
  readonly atHead: ReadonlyMap<string, FileAtCommit>;
};

type Names = { readonly owners: string; readonly aliases: string };

function namesFrom({ ownersFile = 'OWNERS', aliasesFile = 'OWNERS_ALIASES' }: OwnersOptions): Names {
  return { owners: ownersFile, aliases: aliasesFile };
}

/** Files of owners of one pull request that are looked at: whoever changes more at once is told that these are not all. */
const MAX_TOUCHED = 100;
/** Files of owners of the base that are read; a forge gives a hundred at a time. */
const MAX_READ = 800;
const MAX_SHIFTS = 100;
/** Whoever maintains the repository: they approve where no file names anybody. */
const MAINTAINERS = 'maintainers';

type Sources = {
  readonly headSha: string;
  readonly baseSha: string;
  readonly files: ChangedFiles['files'];
  readonly options: OwnersOptions;
  readonly read: Pick<Read, 'filesAt'>;
};

export async function powerFilesAt({ headSha, baseSha, files, options, read }: Sources): Promise<PowerFiles> {
  const sides = new Set(files.flatMap(({ path, previousPath = path }) => [path, previousPath]));
  const counting = new Set(directoriesOf(sides, options));
  const names = namesFrom(options);
  const ofOwners = [...sides]
    .filter((path) => isOfOwners(path, options) && (!isNamed(path, names.owners) || counting.has(folderOf(path))))
    // Most Markdown is no file of owners: what is one by its name comes first, and what is nearest to the root.
    .toSorted((one, other) => rankOf(one) - rankOf(other));
  const touched = ofOwners.slice(0, MAX_TOUCHED);
  const unseen = ofOwners.length - touched.length;
  if (touched.length === 0) return { baseSha, touched, unseen, names, atBase: new Map(), atHead: new Map() };
  const [atBase, atHead] = await Promise.all([read.filesAt(baseSha, touched), read.filesAt(headSha, touched)]);
  return {
    baseSha,
    // Markdown without a word about owners is no file of owners.
    touched: touched.filter((path) => !path.endsWith('.md') || speaks(atBase.get(path)) || speaks(atHead.get(path))),
    unseen,
    names,
    atBase,
    atHead,
  };
}

function speaks(file: FileAtCommit | undefined): boolean {
  return file?.is === 'text' && parseFrontMatter(file.text) !== null;
}

const MARKDOWN_RANK = 1_000;

function rankOf(path: string): number {
  return (path.endsWith('.md') ? MARKDOWN_RANK : 0) + path.split('/').length;
}

function isOfOwners(path: string, options: OwnersOptions): boolean {
  const { owners, aliases } = namesFrom(options);
  return (
    isNamed(path, owners) ||
    path === aliases ||
    CODEOWNERS_PATHS.includes(path) ||
    (options.frontMatter === true && path.endsWith('.md'))
  );
}

function isNamed(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

export async function powerDiffOf(
  { baseSha, touched, unseen, names, atBase, atHead }: PowerFiles,
  options: OwnersOptions,
  read: Pick<Read, 'treeAt' | 'filesAt'>,
): Promise<PowerDiff> {
  const { paths, complete } = await read.treeAt(baseSha);
  const everywhere = touched.some((path) => path === names.aliases || CODEOWNERS_PATHS.includes(path));
  const folders = touched.filter((path) => isNamed(path, names.owners)).map(folderOf);
  const isBelow = (path: string): boolean =>
    everywhere || touched.includes(path) || folders.some((folder) => folder === '' || path.startsWith(`${folder}/`));
  const counted = new Set(directoriesOf(paths, options));
  const below = paths.filter((path) => isNamed(path, names.owners) && isBelow(path) && counted.has(folderOf(path)));
  const above = ownersFilesOf(touched, { ...options, frontMatter: false });
  const all = [...new Set([...above, ...below])];
  const looked = all.slice(0, MAX_READ);
  const rest = [names.aliases, ...CODEOWNERS_PATHS];
  const files = await read.filesAt(baseSha, [...new Set([...looked, ...rest, ...touched])]);
  const before = modelOf(looked, options, (path) => atBase.get(path) ?? files.get(path));
  const changed = new Set(touched);
  const after = modelOf([...new Set([...looked, ...touched])], options, (path) =>
    changed.has(path) ? atHead.get(path) : files.get(path),
  );
  const tally = tallyOf();
  for (const path of paths) if (isBelow(path)) tally.count(path, before(path), after(path));
  return { ...tally.result(), complete: complete && looked.length === all.length && unseen === 0 };
}

type Model = (path: string) => ReadonlySet<string>;
const NOBODY_ELSE: ReadonlySet<string> = new Set([MAINTAINERS]);

/** Who may approve a path, by the first that has a say: OWNERS above it, CODEOWNERS, the forge's roles. */
function modelOf(
  paths: readonly string[],
  options: OwnersOptions,
  fileAt: (path: string) => FileAtCommit | undefined,
): Model {
  const { owners, aliases } = namesFrom(options);
  const files = new Map(
    paths
      .filter((path) => isNamed(path, owners) || path.endsWith('.md'))
      .map((path) => [path, blobOf<OwnersFile | Unreadable>(fileAt(path))] as const),
  );
  const index = compileOwners({ files, aliases: blobOf(fileAt(aliases)), complete: true, options });
  const codeowners = codeownersOf(fileAt);
  const owned = new Map<string, boolean>();
  return (path) => {
    const folder = folderOf(path);
    const isOwned = owned.get(folder) ?? ownsAnything(index, [path]);
    owned.set(folder, isOwned);
    if (isOwned || hasDocument(index, path)) return ownersOf(index, path).approvers.all;
    return codeowners === undefined ? NOBODY_ELSE : codeownersResolverOf(codeowners).heirsOf(path, 'approvers').all;
  };
}

function hasDocument(index: OwnersIndex, path: string): boolean {
  return (index.documents.get(path) ?? null) !== null;
}

function codeownersOf(fileAt: (path: string) => FileAtCommit | undefined): CodeownersIndex | undefined {
  const path = CODEOWNERS_PATHS.find((each) => (fileAt(each)?.is ?? 'absent') !== 'absent');
  const file = path === undefined ? undefined : fileAt(path);
  if (path === undefined || file === undefined) return undefined;
  const text = file.is === 'text' ? file.text : '';
  // A team stays a team: who is in it is not what changes.
  const members = new Map(groupsIn(text).map((group) => [group, [group]]));
  return compileCodeowners({ path, text, members, otherwise: NOBODY_ELSE });
}

function blobOf<T>(file: FileAtCommit | undefined): Blob<T | Unreadable> {
  if (file === undefined || file.is === 'absent') return null;
  if (file.is === 'text') return { oid: file.oid, text: file.text };
  return { oid: file.oid, parsed: { is: 'unreadable', line: 1, column: 1, problem: file.problem } };
}

type Difference = { readonly gain: readonly string[]; readonly lose: readonly string[] };

function tallyOf(): {
  readonly count: (path: string, before: ReadonlySet<string>, after: ReadonlySet<string>) => void;
  readonly result: () => Pick<PowerDiff, 'gains' | 'losses'>;
} {
  const gains = new Map<string, PowerShift>();
  const losses = new Map<string, PowerShift>();
  // Files of a folder share their owners, and so what becomes of them.
  const known = new WeakMap<ReadonlySet<string>, WeakMap<ReadonlySet<string>, Difference>>();
  const differenceOf = (before: ReadonlySet<string>, after: ReadonlySet<string>): Difference => {
    const same = known.get(before) ?? new WeakMap<ReadonlySet<string>, Difference>();
    known.set(before, same);
    const found = same.get(after) ?? {
      gain: [...after].filter((who) => !before.has(who)),
      lose: [...before].filter((who) => !after.has(who)),
    };
    same.set(after, found);
    return found;
  };
  return {
    count(path, before, after) {
      const { gain, lose } = differenceOf(before, after);
      for (const who of gain) add(gains, who, path);
      for (const who of lose) add(losses, who, path);
    },
    result: () => ({ gains: inOrder(gains), losses: inOrder(losses) }),
  };
}

function add(to: Map<string, PowerShift>, who: string, path: string): void {
  const so = to.get(who);
  const folder = so === undefined ? folderOf(path) : commonFolder(so.folder, folderOf(path));
  to.set(who, { who, files: (so?.files ?? 0) + 1, folder });
}

function inOrder(shifts: ReadonlyMap<string, PowerShift>): readonly PowerShift[] {
  return [...shifts.values()]
    .toSorted((one, other) => other.files - one.files || (one.who < other.who ? -1 : 1))
    .slice(0, MAX_SHIFTS);
}

function commonFolder(one: string, other: string): string {
  let folder = one;
  while (folder !== '' && folder !== other && !other.startsWith(`${folder}/`)) folder = folderOf(folder);
  return folder;
}
