/** Who owns what a pull request changes, by the first that the repository has: OWNERS, CODEOWNERS, the forge's roles. */
import type { Rung, Settings } from './language/index.ts';
import {
  CODEOWNERS_PATHS,
  compileCodeowners,
  compileOwners,
  extendOwners,
  groupsIn,
  ownersFilesOf,
  ownsAnything,
  unknownFilesOf,
  type Blob,
  type CodeownersIndex,
  type OwnersFile,
  type OwnersIndex,
  type OwnersOptions,
  type Unreadable,
} from './owners/index.ts';
import type { FileAtCommit } from './providers/provider.ts';

/** The owners' files at one commit, as far as they have been read. */
export type OwnersMemory = {
  find(commit: string): Promise<OwnersIndex | undefined>;
  keep(commit: string, index: OwnersIndex, oids: ReadonlyMap<string, string | null>): Promise<void>;
};

export type OwnershipSources = {
  readonly filesAt: (commit: string, paths: readonly string[]) => Promise<ReadonlyMap<string, FileAtCommit>>;
  readonly teamMembers: (team: string) => Promise<readonly string[]>;
  /** Those of the people who matter here who maintain the repository: who may approve where nobody else is named. */
  readonly maintainers: () => Promise<ReadonlySet<string>>;
  readonly memory: OwnersMemory;
};

export type Owned = {
  readonly rung: Rung;
  readonly index: OwnersIndex | CodeownersIndex;
  /** The base commit the files were read at. */
  readonly commit: string;
};

export function ownersOptions({ owners }: Settings): OwnersOptions {
  return { frontMatter: owners.markdownFrontMatter, denied: owners.denied };
}

export async function ownedBy(
  commit: string,
  paths: readonly string[],
  options: OwnersOptions,
  sources: OwnershipSources,
): Promise<Owned> {
  const owners = await ownersAt(commit, paths, options, sources);
  if (ownsAnything(owners, paths)) return { rung: 'owners', index: owners, commit };
  const found = await sources.filesAt(commit, CODEOWNERS_PATHS);
  const path = CODEOWNERS_PATHS.find((each) => (found.get(each)?.is ?? 'absent') !== 'absent');
  const file = path === undefined ? undefined : found.get(path);
  const otherwise = await sources.maintainers();
  if (path === undefined || file === undefined || file.is === 'absent') {
    const nobody = compileCodeowners({ path: '', text: '', members: new Map(), otherwise });
    return { rung: 'roles', index: nobody, commit };
  }
  // A CODEOWNERS that cannot be read names nobody, and is not the same as none: maintainers alone may approve.
  const text = file.is === 'text' ? file.text : '';
  const groups = groupsIn(text).filter((group) => !group.includes('@'));
  const members = new Map(
    await Promise.all(groups.map(async (group) => [group, await sources.teamMembers(group)] as const)),
  );
  return { rung: 'codeowners', index: compileCodeowners({ path, text, members, otherwise }), commit };
}

async function ownersAt(
  commit: string,
  paths: readonly string[],
  options: OwnersOptions,
  { filesAt, memory }: OwnershipSources,
): Promise<OwnersIndex> {
  const known = await memory.find(commit);
  const missing = known === undefined ? ownersFilesOf(paths, options) : unknownFilesOf(known, paths);
  if (known !== undefined && missing.length === 0) return known;
  const aliasesFile = options.aliasesFile ?? 'OWNERS_ALIASES';
  const asked = known === undefined ? [...missing, aliasesFile] : missing;
  const files = await filesAt(commit, asked);
  const blobs = new Map(missing.map((path) => [path, blobOf<OwnersFile | Unreadable>(files.get(path))]));
  const index =
    known === undefined
      ? compileOwners({ files: blobs, aliases: blobOf(files.get(aliasesFile)), complete: false, options })
      : extendOwners(known, blobs);
  await memory.keep(commit, index, new Map(asked.map((path) => [path, oidOf(files.get(path))])));
  return index;
}

function blobOf<T>(file: FileAtCommit | undefined): Blob<T | Unreadable> {
  if (file === undefined || file.is === 'absent') return null;
  if (file.is === 'text') return { oid: file.oid, text: file.text };
  return { oid: file.oid, parsed: { is: 'unreadable', line: 1, column: 1, problem: file.problem } };
}

function oidOf(file: FileAtCommit | undefined): string | null {
  return file === undefined || file.is === 'absent' ? null : file.oid;
}
