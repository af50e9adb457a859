/** What a pull request would change about who may what: read at its head, held against what is in force at its base. */
import {
  asksForMore,
  misplacedSettings,
  outOfReachFindings,
  ownersFindings,
  ownersPathsIn,
  type CheckedFile,
} from './checkout.ts';
import type { ChangedFiles, Proposal } from './language/index.ts';
import { ownersFilesOf, parseFrontMatter, type OwnersOptions } from './owners/index.ts';
import { ownersOptions } from './ownership.ts';
import type { FileAtCommit, Read } from './providers/provider.ts';
import {
  commandShifts,
  differencesBetween,
  mistakesIn,
  ORGANIZATION_FILE,
  REPOSITORY_FILE,
  type FileInForce,
  type FilesInForce,
  type InForce,
  type SettingsBook,
  type Where,
} from './settings/index.ts';

export type ProposalSources = {
  readonly where: Where;
  readonly headSha: string;
  readonly changedFiles: ChangedFiles;
  readonly read: Pick<Read, 'filesAt' | 'ownersRepositories'>;
  readonly book: SettingsBook;
  /** As in force at the base. */
  readonly files: FilesInForce;
};

/** Files of owners of which the mistakes are told; whoever changes more at once mends these first. */
const MAX_OWNERS_FILES = 100;
const MAX_NAMED = 10;

const NOTHING: Proposal = { files: [], mistakes: [], changes: [] };

/** The organization's repository for its settings: they count for all of its repositories. */
export function isOrganizations({ name }: Where): boolean {
  return name.toLowerCase() === '.github';
}

/** Whether what changes says who may what: settings, and owners' files that count. */
export function ofPower(files: ChangedFiles['files'], options: OwnersOptions): boolean {
  const touched = files.flatMap(({ path, previousPath = path }) => [path, previousPath]);
  return (
    touched.some((path) => path === REPOSITORY_FILE || path === ORGANIZATION_FILE) ||
    ownersPathsIn(touched, { ...options, frontMatter: false }).length > 0
  );
}

export async function proposalOf(sources: ProposalSources): Promise<Proposal> {
  const { where, headSha, changedFiles, read, book } = sources;
  const touched = new Set(changedFiles.files.flatMap(({ path, previousPath = path }) => [path, previousPath]));
  const { complete } = changedFiles;
  // Of a list that is not complete, what it does not hold may have changed as well.
  const looked = [REPOSITORY_FILE, ...(isOrganizations(where) ? [ORGANIZATION_FILE] : [])].filter(
    (path) => touched.has(path) || !complete,
  );
  const options = ownersOptions(book.inForce(where, sources.files).settings);
  const candidates = ownersPathsIn([...touched], options).slice(0, MAX_OWNERS_FILES);
  const misplaced = misplacedSettings([...touched], isOrganizations(where) ? 'organization' : 'repository');
  const others = misplaced.map(({ path }) => path);
  if (looked.length + candidates.length + others.length === 0) return NOTHING;
  const files = await read.filesAt(headSha, [...new Set([...looked, ...candidates, ...others])]);
  const owners = candidates.filter((path) => !path.endsWith('.md') || namesOwners(files.get(path)));
  const named = [...owners, ...others];
  const settings = looked.filter((path) => touched.has(path) || !isAsNow(path, files.get(path), sources.files));
  const paths = [...new Set([...settings, ...named])];
  if (paths.length === 0) return NOTHING;
  const isThere = (path: string): boolean => (files.get(path)?.is ?? 'absent') !== 'absent';
  const checked = owners.flatMap((path) => checkedFile(path, files.get(path)));
  const inOwners = [...ownersFindings(checked, options), ...(await outOfReach(checked, options, sources))];
  const inSettings = await Promise.all(settings.map((path) => settingsProposal(path, files.get(path), sources)));
  return {
    files: paths,
    mistakes: [
      ...inSettings.flatMap(({ mistakes }) => mistakes),
      ...misplaced.filter(({ path }) => isThere(path)).map((each) => ({ ...each, breaks: false })),
      ...inOwners,
    ],
    changes: inSettings.flatMap(({ changes }) => changes),
    commands: inSettings.flatMap(({ commands = [] }) => commands),
    affected: inSettings.map(({ affected }) => affected).find((each) => each !== undefined),
  };
}

/** Who could approve depends on the files above as well, which are read only where one of these asks for more than one. */
async function outOfReach(
  touched: readonly CheckedFile[],
  options: OwnersOptions,
  { headSha, read }: ProposalSources,
): Promise<Proposal['mistakes']> {
  const asking = touched.flatMap((file) => ('text' in file && asksForMore(file.text) !== -1 ? [file.path] : []));
  if (asking.length === 0) return [];
  const own = new Set(touched.map(({ path }) => path));
  const others = [...ownersFilesOf(asking, options), options.aliasesFile ?? 'OWNERS_ALIASES'].filter(
    (path) => !own.has(path),
  );
  const files = await read.filesAt(headSha, others.slice(0, MAX_OWNERS_FILES));
  const above = others.flatMap((path) => checkedFile(path, files.get(path)));
  const mine = new Set(asking);
  return outOfReachFindings([...touched, ...above], options).filter(({ path }) => mine.has(path));
}

/** Most Markdown says nothing of owners, and is no file of theirs. */
function namesOwners(file: FileAtCommit | undefined): boolean {
  return file?.is === 'text' && parseFrontMatter(file.text) !== null;
}

function isAsNow(path: string, file: FileAtCommit | undefined, now: FilesInForce): boolean {
  const { oid } = (path === ORGANIZATION_FILE ? now.organization : now.repository) ?? {};
  return oid === (file === undefined || file.is === 'absent' ? undefined : file.oid);
}

function checkedFile(path: string, file: FileAtCommit | undefined): readonly CheckedFile[] {
  if (file === undefined || file.is === 'absent') return [];
  return file.is === 'text' ? [{ path, text: file.text }] : [{ path, problem: file.problem }];
}

async function settingsProposal(
  path: string,
  file: FileAtCommit | undefined,
  { where, headSha, book, files, read }: ProposalSources,
): Promise<Pick<Proposal, 'mistakes' | 'changes' | 'commands' | 'affected'>> {
  const layer = path === ORGANIZATION_FILE ? 'organization' : 'repository';
  if (file?.is === 'unreadable') {
    return { mistakes: [{ path, line: 1, column: 1, problem: file.problem, breaks: true }], changes: [] };
  }
  const proposed: FileInForce | undefined =
    file?.is === 'text' ? { text: file.text, oid: file.oid, commit: headSha } : undefined;
  const mistakes = proposed === undefined ? [] : mistakesIn(proposed.text, layer);
  if (mistakes.length > 0) return { mistakes: mistakes.map((each) => ({ ...each, breaks: true })), changes: [] };

  const [before, after] = [book.inForce(where, files), book.inForce(where, { ...files, [layer]: proposed })];
  const ignored = after.ignored.filter((each) => each.layer === layer);
  const told = {
    mistakes: ignored.map(({ line, column, problem }) => ({ path, line, column, problem, breaks: false })),
    changes: differencesBetween(before, after),
    commands: commandShifts(before, after),
  };
  if (layer === 'repository') return told;
  const { repositories, complete } = await read.ownersRepositories();
  const changed = repositories.filter(({ name, settings }) => {
    const own = settings.file.is === 'text' ? { ...settings.file, commit: settings.commit } : undefined;
    const there = { owner: where.owner, name };
    const [now, then] = [
      book.inForce(there, { organization: files.organization, repository: own }),
      book.inForce(there, { organization: proposed, repository: own }),
    ];
    return differs(now, then);
  });
  const names = changed.slice(0, MAX_NAMED).map(({ name }) => name);
  const particular = changed
    .slice(0, MAX_NAMED)
    .flatMap(({ name, settings }) => forOne({ owner: where.owner, name }, settings.file, { book, files, proposed }));
  const general = new Set(told.changes);
  return {
    mistakes: told.mistakes,
    commands: told.commands,
    changes: [...told.changes, ...particular.filter(({ sentence }) => !general.has(sentence)).map(inOne)],
    affected: { names, count: changed.length, complete },
  };
}

function differs(before: InForce, after: InForce): boolean {
  return differencesBetween(before, after).length > 0;
}

type InOne = { readonly name: string; readonly sentence: string };

/** What would change in one repository of the organization. */
function forOne(
  where: Where,
  file: FileAtCommit,
  { book, files, proposed }: Pick<ProposalSources, 'book' | 'files'> & { readonly proposed: FileInForce | undefined },
): readonly InOne[] {
  const own = file.is === 'text' ? { ...file, commit: '' } : undefined;
  const before = book.inForce(where, { organization: files.organization, repository: own });
  const after = book.inForce(where, { organization: proposed, repository: own });
  return differencesBetween(before, after).map((sentence) => ({ name: where.name, sentence }));
}

function inOne({ name, sentence }: InOne): string {
  return `In \`${name}\`: ${sentence}`;
}
