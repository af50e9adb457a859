/** Who owns what a pull request changes, by the first that the repository has: OWNERS, CODEOWNERS, the forge's roles. */
import {
  labelName,
  listOf,
  onOff,
  pattern,
  section,
  setting,
  textLike,
  type Rung,
  type SettingsIn,
} from './language/index.ts';
import {
  boundedToRoot,
  CODEOWNERS_PATHS,
  compileCodeowners,
  compileOwners,
  extendOwners,
  groupsIn,
  isWiderThan,
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

/**
 * Files read for one pull request. The widest change of kubernetes lies in some 2,800 folders; at a second for each
 * question, four at once, all of them take less than half of a worker's time.
 */
export const MAX_OWNERS_FILES = 3_000;
/** What one query of a forge holds. */
const FILES_PER_QUESTION = 100;
const QUESTIONS_AT_ONCE = 4;

/** The door knows by the name alone that a push may change who owns what, and knows no settings. */
const ownersName = textLike(
  /^(?!CODEOWNERS$)(?=[\w.-]{1,100}$)(?!.*\.md$)[\w.-]*owners[\w.-]*$/i,
  'a file name with OWNERS in it, and not at its end `.md`',
);

export const ownersSettings = {
  owners: section({
    skipCollaborators: setting(
      onOff,
      false,
      'Only people whom OWNERS name may review; being able to write is not enough.',
      { prow: { at: 'owners.skip_collaborators' } },
    ),
    markdownFrontMatter: setting(onOff, false, 'Markdown files may name their owners in a YAML block at their top.', {
      prow: { at: 'owners.mdyamlrepos' },
    }),
    labelsDenylist: setting(
      listOf(labelName),
      ['approved', 'lgtm'],
      'Labels that OWNERS cannot have put on; those that a rule here keeps are never put on by them.',
      { prow: { at: 'owners.labels_denylist' } },
    ),
    file: setting(ownersName, 'OWNERS', 'Name of the files that name owners, in any folder.', {
      prow: { at: 'owners.filenames.*.owners' },
    }),
    aliasesFile: setting(ownersName, 'OWNERS_ALIASES', 'Name of the file in the root that names groups of people.', {
      prow: { at: 'owners.filenames.*.owners_aliases' },
    }),
    denied: setting(listOf(pattern), [], 'Regular expressions (RE2) of folders whose OWNERS do not count.'),
    builtInDenied: setting(
      onOff,
      true,
      'Nor do those in folders that end in `.git` or `_output`, and what lies two levels below `vendor/`.',
      { prow: { at: 'owners_dir_denylist.ignore_preconfigured_defaults', negated: true } },
    ),
  }),
};

export function ownersOptions({ owners }: SettingsIn<typeof ownersSettings>): OwnersOptions {
  return {
    ownersFile: owners.file,
    aliasesFile: owners.aliasesFile,
    frontMatter: owners.markdownFrontMatter,
    denied: owners.denied,
    builtInDenied: owners.builtInDenied,
  };
}

export async function ownedBy(
  commit: string,
  paths: readonly string[],
  options: OwnersOptions,
  sources: OwnershipSources,
): Promise<Owned> {
  const owners = await ownersAt(commit, paths, options, sources);
  if (ownsAnything(owners, owners.bounded === true ? [] : paths)) return { rung: 'owners', index: owners, commit };
  const bounded = owners.bounded === true ? { bounded: true } : {};
  const found = await sources.filesAt(commit, CODEOWNERS_PATHS);
  const path = CODEOWNERS_PATHS.find((each) => (found.get(each)?.is ?? 'absent') !== 'absent');
  const file = path === undefined ? undefined : found.get(path);
  const otherwise = await sources.maintainers();
  if (path === undefined || file === undefined || file.is === 'absent') {
    const nobody = compileCodeowners({ path: '', text: '', members: new Map(), otherwise });
    return { rung: 'roles', index: { ...nobody, ...bounded }, commit };
  }
  // A CODEOWNERS that cannot be read names nobody, and is not the same as none: maintainers alone may approve.
  const text = file.is === 'text' ? file.text : '';
  const groups = groupsIn(text).filter((group) => !group.includes('@'));
  const members = new Map(
    await Promise.all(groups.map(async (group) => [group, await sources.teamMembers(group)] as const)),
  );
  const index = compileCodeowners({ path, text, members, otherwise });
  return { rung: 'codeowners', index: { ...index, ...bounded }, commit };
}

async function ownersAt(
  commit: string,
  paths: readonly string[],
  options: OwnersOptions,
  { filesAt, memory }: OwnershipSources,
): Promise<OwnersIndex> {
  const tooWide = isWiderThan(MAX_OWNERS_FILES, paths, options);
  const concerned = tooWide ? [] : paths;
  const aliasesFile = options.aliasesFile ?? 'OWNERS_ALIASES';
  let index = await memory.find(commit);
  const missing =
    index === undefined ? [aliasesFile, ...ownersFilesOf(concerned, options)] : unknownFilesOf(index, concerned);
  for (let start = 0; start < missing.length; start += FILES_PER_QUESTION * QUESTIONS_AT_ONCE) {
    const asked = missing.slice(start, start + FILES_PER_QUESTION * QUESTIONS_AT_ONCE);
    // A few at once and no more: the forge answers each with many files.
    // oxlint-disable-next-line no-await-in-loop
    const files = await inQuestions(asked, (part) => filesAt(commit, part));
    const owners = asked.filter((path) => path !== aliasesFile);
    const blobs = new Map(owners.map((path) => [path, blobOf<OwnersFile | Unreadable>(files.get(path))]));
    index =
      index === undefined
        ? compileOwners({ files: blobs, aliases: blobOf(files.get(aliasesFile)), complete: false, options })
        : extendOwners(index, blobs);
    // Whoever is interrupted here goes on from here.
    // oxlint-disable-next-line no-await-in-loop
    await memory.keep(commit, index, new Map(asked.map((path) => [path, oidOf(files.get(path))])));
  }
  index ??= compileOwners({ files: new Map(), aliases: null, complete: false, options });
  return tooWide ? boundedToRoot(index) : index;
}

async function inQuestions<T>(
  paths: readonly string[],
  ask: (part: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<ReadonlyMap<string, T>> {
  const parts = Array.from({ length: Math.ceil(paths.length / FILES_PER_QUESTION) }, (_, part) =>
    paths.slice(part * FILES_PER_QUESTION, (part + 1) * FILES_PER_QUESTION),
  );
  const answers = await Promise.all(parts.map((part) => ask(part)));
  return new Map(answers.flatMap((files) => [...files]));
}

function blobOf<T>(file: FileAtCommit | undefined): Blob<T | Unreadable> {
  if (file === undefined || file.is === 'absent') return null;
  if (file.is === 'text') return { oid: file.oid, text: file.text };
  return { oid: file.oid, parsed: { is: 'unreadable', line: 1, column: 1, problem: file.problem } };
}

function oidOf(file: FileAtCommit | undefined): string | null {
  return file === undefined || file.is === 'absent' ? null : file.oid;
}
