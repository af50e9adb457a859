/**
 * What is wrong with the settings and the owners' files of a repository: paths and texts in, findings out. `bowsprit check`
 * on a checkout and the check of a pull request say the same words.
 */
import { code } from './language/index.ts';
import { directoriesOf, folderOf } from './owners/compile.ts';
import {
  CODEOWNERS_PATHS,
  compileCodeowners,
  compileOwners,
  outOfReachIn,
  parseAliases,
  parseFrontMatter,
  parseOwners,
  type OwnersOptions,
  type Problem,
} from './owners/index.ts';
import {
  inForceAt,
  ORGANIZATION_FILE,
  REPOSITORY_FILE,
  settingsFrom,
  settingsOf,
  type InForce,
  type Layer,
  type LayerName,
  type Mistake,
  type SettingsDocument,
  type Where,
} from './settings/index.ts';
import type { importedFrom } from './settings/prow/index.ts';

export type Finding = Mistake & {
  /** All of the file would not take effect because of it, and not only what stands there. */
  readonly breaks: boolean;
};

/** A file by its path from the root: its text, or why it has none. */
export type CheckedFile = { readonly path: string } & ({ readonly text: string } | { readonly problem: string });

/** An organization's `.github` repository holds its settings besides its own. */
export type RepositoryKind = 'repository' | 'organization';

/** `settings` are all files that hold any, in the order of their layers. */
export type CheckedSettings = {
  readonly findings: readonly Finding[];
  readonly inForce: InForce;
  readonly layers: readonly Layer[];
};

type SettingsLayer = Exclude<LayerName, 'prow'>;

/**
 * A settings file on top of those that count before it: its own mistakes, what they have locked, and what does not fit
 * together with them.
 */
export function checkedSettings(
  file: CheckedFile | undefined,
  layer: SettingsLayer,
  below: readonly Layer[],
  where: Where | undefined,
): CheckedSettings {
  const without = { inForce: inForceAt(below, where), layers: below };
  if (file === undefined) return { ...without, findings: [] };
  if ('problem' in file) return { ...without, findings: [wholly(file.path, file.problem)] };
  const read = settingsFrom(file.text, file.path, layer);
  if (read.is === 'mistaken') {
    return { ...without, findings: read.mistakes.map((mistake) => ({ ...mistake, breaks: true })) };
  }
  const layers = [...below, { layer, document: read.document, commit: '' }];
  const ignored = placesIn(read.document, layer, where).flatMap((place) => inForceAt(layers, place).ignored);
  const own = ignored.filter((each) => each.layer === layer);
  return {
    findings: distinct(own.map(({ path, line, column, problem }) => ({ path, line, column, problem, breaks: false }))),
    inForce: inForceAt(layers, where),
    layers,
  };
}

/** Prow's own files, below all of ours: what Prow refuses as well breaks them, and what is dead there does nothing here. */
export function checkedProw(
  { document, findings }: ReturnType<typeof importedFrom>,
  path: string,
): Pick<CheckedSettings, 'findings' | 'layers'> {
  const told = findings
    .filter(({ kind }) => kind === 'error' || kind === 'dead')
    .map(({ file, line, column, key, reason, kind }) => ({
      path: file,
      line,
      column,
      problem: key === '' ? reason : `${key}: ${reason}`,
      breaks: kind === 'error',
    }));
  if (document === undefined) return { findings: told, layers: [] };
  const { value, placeOf } = document;
  const read = settingsOf({ value, placeOf, path, kind: 'deployment' });
  if (read.is === 'mistaken') {
    return { findings: [...told, ...read.mistakes.map((each) => ({ ...each, breaks: true }))], layers: [] };
  }
  return { findings: told, layers: [{ layer: 'prow', document: read.document, commit: '' }] };
}

/** Where a file says something of its own: in general, and for each account and repository that it names. */
function placesIn(
  { organizations, repositories }: SettingsDocument,
  layer: SettingsLayer,
  where: Where | undefined,
): readonly (Where | undefined)[] {
  if (layer === 'repository') return [where];
  const named = [...repositories.keys()].map((full): Where => {
    const [owner = '', name = ''] = layer === 'organization' ? [where?.owner ?? '', full] : full.split('/');
    return { owner, name };
  });
  // No repository has an empty name.
  return [where, ...[...organizations.keys()].map((owner): Where => ({ owner, name: '' })), ...named];
}

/** Files that look like settings and are not read, with what to do. */
export function misplacedSettings(paths: readonly string[], kind: RepositoryKind): readonly Finding[] {
  const read = kind === 'organization' ? [REPOSITORY_FILE, ORGANIZATION_FILE] : [REPOSITORY_FILE];
  const there = new Set(paths);
  return paths
    .filter((path) => SETTINGS_LIKE.test(path) && !read.includes(path))
    .map((path) => {
      const right = read.find((each) => folderOf(each) === folderOf(path)) ?? REPOSITORY_FILE;
      const todo = there.has(right)
        ? `Settings are read from ${code(right)}, which is there as well: remove this one.`
        : `Settings are read from ${code(right)}: move it there.`;
      const why =
        path === ORGANIZATION_FILE
          ? ` Only in an organization's ${code('.github')} repository does ${code(ORGANIZATION_FILE)} in the root count.`
          : '';
      return wholly(path, `This file is not read. ${todo}${why}`);
    });
}

const SETTINGS_LIKE = /^(?:\.github\/)?\.?bowsprit\.(?:ya?ml|json)$/i;

/** Of all files of a repository those that {@link ownersFindings} wants to see. */
export function ownersPathsIn(paths: readonly string[], options: OwnersOptions): readonly string[] {
  const { owners, aliases } = namesFrom(options);
  const names = new Set([owners, aliases, CODEOWNERS]);
  const named = paths.filter((path) => names.has(nameOf(path)) || (options.frontMatter && path.endsWith('.md')));
  const counting = new Set(directoriesOf(named, options));
  return named.filter((path) => path.endsWith('.md') || counting.has(folderOf(path)));
}

const CODEOWNERS = 'CODEOWNERS';
type OwnersNames = { readonly owners: string; readonly aliases: string };

function namesFrom({ ownersFile = 'OWNERS', aliasesFile = 'OWNERS_ALIASES' }: OwnersOptions): OwnersNames {
  return { owners: ownersFile, aliases: aliasesFile };
}

/** @param files of {@link ownersPathsIn}, or some of them */
export function ownersFindings(files: readonly CheckedFile[], options: OwnersOptions = {}): readonly Finding[] {
  const names = namesFrom(options);
  const paths = new Set(files.map(({ path }) => path));
  const codeowners = CODEOWNERS_PATHS.find((path) => paths.has(path));
  return files.flatMap((file) => {
    const elsewhere = misplacedOwners(file.path, codeowners, names);
    if (elsewhere !== undefined) return [wholly(file.path, elsewhere)];
    if ('problem' in file) return [wholly(file.path, file.problem)];
    return ownersProblems(file, names).map(([breaks, { line, column, problem }]) => ({
      path: file.path,
      line,
      column,
      problem,
      breaks,
    }));
  });
}

/** @param files all that decide with them, OWNERS_ALIASES among them; what cannot be read is no mistake of this kind. */
export function outOfReachFindings(files: readonly CheckedFile[], options: OwnersOptions = {}): readonly Finding[] {
  const { owners, aliases: aliasesName } = namesFrom(options);
  const texts = new Map(files.flatMap((file) => ('text' in file ? [[file.path, file.text] as const] : [])));
  const wanted = [...texts].filter(([path]) => nameOf(path) === owners || path.endsWith('.md'));
  if (!wanted.some(([, text]) => asksForMore(text) !== -1)) return [];
  const aliases = texts.get(aliasesName);
  const index = compileOwners({
    files: new Map(wanted.map(([path, text]) => [path, { oid: path, text }])),
    aliases: aliases === undefined ? null : { oid: aliasesName, text: aliases },
    complete: true,
    options,
  });
  return outOfReachIn(index).map(({ path, needed, owners: count }) => ({
    path,
    line: asksForMore(texts.get(path) ?? '') + 1,
    column: 1,
    problem: `${needed} approvals are asked for, and only ${count === 1 ? '1 person' : `${count} people`} could approve: nobody can merge what lies here.`,
    breaks: false,
  }));
}

/** The line in which a file asks for more than one approval, from 0; -1 where none does. */
export function asksForMore(text: string): number {
  return text.split('\n').findIndex((line) => /\bmin_approvals\b/i.test(line));
}

function misplacedOwners(path: string, codeowners: string | undefined, { aliases }: OwnersNames): string | undefined {
  const name = nameOf(path);
  if (name === aliases && path !== name) return `This file is not read: only ${code(name)} in the root is.`;
  if (name !== CODEOWNERS || path === codeowners) return undefined;
  return codeowners !== undefined && CODEOWNERS_PATHS.includes(path)
    ? `This file is not read: ${code(codeowners)} comes before it.`
    : `This file is not read: only ${CODEOWNERS_PATHS.map(code).join(', ')} are looked for, in this order.`;
}

type Found = readonly [breaks: boolean, problem: Problem];

function ownersProblems(
  { path, text }: { readonly path: string; readonly text: string },
  { owners, aliases }: OwnersNames,
): readonly Found[] {
  switch (nameOf(path)) {
    case owners: {
      const file = parseOwners(text);
      return file.is === 'unreadable' ? [[true, file]] : file.remarks.map((remark) => [false, remark]);
    }
    case aliases: {
      const file = parseAliases(text);
      return file.is === 'unreadable' ? [[true, file]] : [];
    }
    case CODEOWNERS: {
      const { broken, skipped } = compileCodeowners({ path, text, members: new Map(), otherwise: new Set() });
      return broken === undefined ? skipped.map((problem) => [false, problem]) : [[true, broken]];
    }
    default: {
      const file = parseFrontMatter(text);
      return file?.is === 'unreadable' ? [[true, file]] : [];
    }
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function wholly(path: string, problem: string): Finding {
  return { path, line: 1, column: 1, problem, breaks: true };
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** By path, then from top to bottom. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (one, other) => compared(one.path, other.path) || one.line - other.line || one.column - other.column,
  );
}

function compared(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
