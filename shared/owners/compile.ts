/** From the OWNERS files of one commit to an index in which owners are looked up without parsing anything again. */
import { createHash } from 'node:crypto';
import {
  parseAliases,
  parseFrontMatter,
  parseOwners,
  type Aliases,
  type OwnersFile,
  type Unreadable,
} from './parse.ts';
import { compilePattern } from './patterns.ts';

/** What a repository may choose; the defaults are Prow's. */
export type OwnersOptions = {
  /** Default `OWNERS`. */
  readonly ownersFile?: string;
  /** In the root of the repository only; default `OWNERS_ALIASES`. */
  readonly aliasesFile?: string;
  /** Whether the front matter of `*.md` names owners of that file; default no. */
  readonly frontMatter?: boolean;
  /** RE2 patterns, unanchored, on the paths of folders below the root: OWNERS files there and deeper do not count. */
  readonly denied?: readonly string[];
  /** Whether {@link BUILT_IN_DENIED} holds besides; default yes. */
  readonly builtInDenied?: boolean;
};

/** Copies of other repositories and what builds leave behind. `vendor/OWNERS` counts, `vendor/x/y/OWNERS` does not. */
export const BUILT_IN_DENIED: readonly string[] = [String.raw`\.git$`, '_output$', '(^|/)vendor/[^/]+/.'];

/**
 * A file at the commit: its blob id with its text, or with what a parser said about it before. What cannot be had as
 * text (cut off by the forge, a symbolic link, a submodule) is given as `unreadable`. Null: there is no such file.
 */
export type Blob<T> =
  { readonly oid: string; readonly text: string } | { readonly oid: string; readonly parsed: T } | null;

export type OwnersInput = {
  /** By path from the root: OWNERS files and, with front matter on, Markdown files. */
  readonly files: ReadonlyMap<string, Blob<OwnersFile | Unreadable>>;
  readonly aliases: Blob<Aliases | Unreadable>;
  /** Whether every OWNERS file of the commit is among `files`. If not, what is missing is unknown, never absent. */
  readonly complete: boolean;
  readonly options?: OwnersOptions;
};

/** The OWNERS of one commit, or of the part of it that is known. */
export type OwnersIndex = {
  readonly is: 'owners';
  readonly complete: boolean;
  readonly options: Required<OwnersOptions>;
  readonly aliases: Aliases | Unreadable | null;
  /** By folder, '' for the root; null where the folder is known to have no OWNERS file. */
  readonly folders: ReadonlyMap<string, OwnersFile | Unreadable | null>;
  /** Markdown files by path; null where one is known to name no owners. Empty unless front matter is on. */
  readonly documents: ReadonlyMap<string, OwnersFile | Unreadable | null>;
  /** A change touches more folders than are read for one: approvers of the root decide about all of it. */
  readonly bounded?: boolean;
};

/** Vendored trees are wide. */
const MAX_DENIED_FOR_EACH = 8;

/** Part of every digest: raise it when the same files would be resolved differently. */
const RULES_VERSION = 2;

/** Compiles what is given. Throws a TypeError where a pattern of `options.denied` is none: settings are checked before. */
export function compileOwners({ files, aliases, complete, options = {} }: OwnersInput): OwnersIndex {
  const all = withDefaults(options);
  const empty: OwnersIndex = {
    is: 'owners',
    complete,
    options: all,
    aliases: aliases === null ? null : 'parsed' in aliases ? aliases.parsed : parseAliases(aliases.text),
    folders: new Map(),
    documents: new Map(),
  };
  return extendOwners(empty, files);
}

/** The same index, knowing `files` besides: how a part of a large repository grows by what a pull request touches. */
export function extendOwners(index: OwnersIndex, files: OwnersInput['files']): OwnersIndex {
  const { options } = index;
  const denied = deniedBy(options);
  const folders = new Map(index.folders);
  const documents = new Map(index.documents);
  const owners = parsedOnce(parseOwners);
  const frontMatter = parsedOnce(parseFrontMatter);
  for (const [path, blob] of files) {
    const folder = folderOf(path);
    if (path.slice(folder === '' ? 0 : folder.length + 1) === options.ownersFile) {
      if (!denied(folder)) folders.set(folder, owners(blob));
    } else if (options.frontMatter && path.endsWith('.md')) {
      documents.set(path, frontMatter(blob));
    }
  }
  return { ...index, folders, documents };
}

type Parsed = OwnersFile | Unreadable | null;

/** Many folders share the same file, and its blob id tells: each is parsed once. */
function parsedOnce(parse: (text: string) => Parsed): (blob: Blob<OwnersFile | Unreadable>) => Parsed {
  const parsed = new Map<string, Parsed>();
  return (blob) => {
    if (blob === null) return null;
    if ('parsed' in blob) return blob.parsed;
    const known = parsed.get(blob.oid);
    if (known !== undefined) return known;
    const file = parse(blob.text);
    parsed.set(blob.oid, file);
    return file;
  };
}

/**
 * SHA-256 (hex) of all that decides how owners are resolved: paths, blob ids, options, our own rules. Equal digests,
 * equal answers; the texts are not read.
 */
export function digestOf(input: {
  readonly files: ReadonlyMap<string, { readonly oid: string } | null>;
  readonly aliases: { readonly oid: string } | null;
  readonly complete: boolean;
  readonly options?: OwnersOptions;
}): string {
  const lines = [...input.files].map(([path, blob]) => JSON.stringify([path, blob?.oid ?? null]));
  const { ownersFile, aliasesFile, frontMatter, denied, builtInDenied } = withDefaults(input.options ?? {});
  const head = [RULES_VERSION, input.complete, input.aliases?.oid ?? null];
  const settings = [ownersFile, aliasesFile, frontMatter, denied, builtInDenied];
  const text = [JSON.stringify(head), JSON.stringify(settings), ...lines.toSorted()].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

/** The folders in which an OWNERS file may concern `paths`: each ancestor once, the root ('') always, sorted. */
export function directoriesOf(paths: Iterable<string>, options: OwnersOptions = {}): readonly string[] {
  const denied = deniedBy(withDefaults(options));
  const folders = new Set(['']);
  for (const path of paths) {
    for (let folder = folderOf(path); !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
  }
  return [...folders].filter((folder) => !denied(folder)).toSorted();
}

/**
 * The files that must be read at the base before the owners of `paths` are known: OWNERS of every ancestor, Markdown
 * files themselves where front matter counts. OWNERS_ALIASES is not among them.
 */
export function ownersFilesOf(paths: Iterable<string>, options: OwnersOptions = {}): readonly string[] {
  const { ownersFile, frontMatter } = withDefaults(options);
  const known = [...paths];
  const folders = directoriesOf(known, options).map((folder) => fileIn(folder, ownersFile));
  return frontMatter ? [...new Set([...folders, ...known.filter((path) => path.endsWith('.md'))])] : folders;
}

/** Whether {@link ownersFilesOf} are more than `most`; found out without listing them, however deep the folders are. */
export function isWiderThan(most: number, paths: readonly string[], options: OwnersOptions = {}): boolean {
  const denied = deniedBy(withDefaults(options));
  const folders = new Set(['']);
  let counted = options.frontMatter === true ? 1 + paths.filter((path) => path.endsWith('.md')).length : 1;
  for (const path of paths) {
    for (let folder = folderOf(path); !folders.has(folder); folder = folderOf(folder)) {
      folders.add(folder);
      if (!denied(folder)) counted += 1;
      // Folders on the deny list are not read, but are looked at time and again.
      if (counted > most || folders.size > most * MAX_DENIED_FOR_EACH) return true;
    }
  }
  return counted > most;
}

/** Only what the root says, for the repository as a whole. */
export function boundedToRoot(index: OwnersIndex): OwnersIndex {
  return {
    ...index,
    complete: false,
    bounded: true,
    folders: new Map([['', index.folders.get('') ?? null]]),
    documents: new Map(),
  };
}

/** Those of {@link ownersFilesOf} that the index knows nothing about; nothing is unknown to a complete index. */
export function unknownFilesOf(index: OwnersIndex, paths: Iterable<string>): readonly string[] {
  if (index.complete) return [];
  return ownersFilesOf(paths, index.options).filter((path) => {
    const folder = folderOf(path);
    return path === fileIn(folder, index.options.ownersFile) ? !index.folders.has(folder) : !index.documents.has(path);
  });
}

/**
 * Whether a folder above one of `paths` has an OWNERS file, readable or not: the first rung of "who may". What else the
 * index happens to know is no fact about these paths.
 */
export function ownsAnything(index: OwnersIndex, paths: Iterable<string>): boolean {
  return directoriesOf(paths, index.options).some((folder) => (index.folders.get(folder) ?? null) !== null);
}

/** '' for what lies in the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

export function fileIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function withDefaults(options: OwnersOptions): Required<OwnersOptions> {
  return {
    ownersFile: options.ownersFile ?? 'OWNERS',
    aliasesFile: options.aliasesFile ?? 'OWNERS_ALIASES',
    frontMatter: options.frontMatter ?? false,
    denied: options.denied ?? [],
    builtInDenied: options.builtInDenied ?? true,
  };
}

/** Whether a folder or one above it is on the deny list; the root never is. */
function deniedBy(options: Required<OwnersOptions>): (folder: string) => boolean {
  const patterns = [...(options.builtInDenied ? BUILT_IN_DENIED : []), ...options.denied].map((source) => {
    const pattern = compilePattern(source);
    if (typeof pattern === 'string') throw new TypeError(`${pattern} It is ${JSON.stringify(source)}.`);
    return pattern;
  });
  const known = new Map([['', false]]);
  return function denied(folder: string): boolean {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const answer = denied(folderOf(folder)) || patterns.some((pattern) => pattern.matches(folder));
    known.set(folder, answer);
    return answer;
  };
}
