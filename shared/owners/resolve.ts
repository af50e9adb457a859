/**
 * Whose a path is. Ownership is inherited: from the file's own front matter, its folder, each folder above, to the root
 * (https://www.kubernetes.dev/docs/guide/owners/).
 *
 * An OWNERS file that cannot be read fails closed for all that would inherit through it: nobody but an approver of the
 * root approves there, neither the folders above (it might have shut them out) nor those below. A folder that takes
 * nothing from its parents (`no_parent_owners`) is not touched by what happens above it.
 */
import { fileIn, folderOf, unknownFilesOf, type OwnersIndex } from './compile.ts';
import { ALWAYS, type OwnersFile, type Problem, type Rule, type Unreadable } from './parse.ts';
import { compilePattern } from './patterns.ts';

/** Owners asked for where the index does not know every OWNERS file that matters: read `files`, extend it, ask again. */
export class UnknownOwners extends Error {
  override readonly name = 'UnknownOwners';
  readonly files: readonly string[];
  constructor(files: readonly string[]) {
    super('The OWNERS files that decide are not known yet.');
    this.files = files;
  }
}

/** A file that fails closed, and why. */
export type Broken = Problem & { readonly path: string };

export type Kind = 'approvers' | 'reviewers';

/** The owners of one kind, from the nearest layer to the root; who is in one layer is in no later one. */
export type Heirs = {
  readonly layers: readonly (readonly string[])[];
  readonly all: ReadonlySet<string>;
  /** The nearest folder (or Markdown file) that names anyone; '' where none does. */
  readonly owner: string;
  /** How many of `all` have to approve: what the nearest file says that says it; one where none does. */
  readonly needed: number;
  /** The unreadable file that decides instead; `layers` are then the approvers (or reviewers) of the root. */
  readonly broken: Broken | undefined;
};

/** All that OWNERS files say about one path. */
export type PathOwners = {
  readonly approvers: Heirs;
  readonly reviewers: Heirs;
  readonly requiredReviewers: readonly string[];
  readonly labels: readonly string[];
};

/** Answers about one index; remembers per folder, so that thousands of paths cost little more than their folders. */
export type Resolver = {
  readonly heirsOf: (path: string, kind: Kind) => Heirs;
  readonly requiredReviewersOf: (path: string) => readonly string[];
  readonly labelsOf: (path: string) => readonly string[];
  /** The nearest file that makes `login` an approver or a reviewer of `path`. */
  readonly namedIn: (path: string, login: string) => string | undefined;
  /** Approvers (or reviewers) whom the OWNERS file of the root names for the whole repository. */
  readonly ofRoot: (kind: Kind) => ReadonlySet<string>;
  /** How many of them have to approve what concerns it as a whole. */
  readonly neededAtRoot: () => number;
};

type File = OwnersFile | Unreadable;
type Step = { readonly at: string; readonly file: File };
type Chain = {
  readonly steps: readonly Step[];
  /** Rules whose pattern decides per path, with the folder the pattern is relative to. */
  readonly conditions: readonly { readonly rule: Rule; readonly folder: string }[];
  readonly found: Map<string, Heirs>;
};
type Names = Exclude<keyof Rule, 'pattern'>;

// Derived from the index alone and dropped with it: a cache, not state.
const resolvers = new WeakMap<OwnersIndex, Resolver>();

export function resolverOf(index: OwnersIndex): Resolver {
  const known = resolvers.get(index);
  if (known !== undefined) return known;
  const resolver = newResolver(index);
  resolvers.set(index, resolver);
  return resolver;
}

/** Throws {@link UnknownOwners} where the index is partial and does not reach `path`. */
export function ownersOf(index: OwnersIndex, path: string): PathOwners {
  assertKnown(index, [path]);
  const resolver = resolverOf(index);
  return {
    approvers: resolver.heirsOf(path, 'approvers'),
    reviewers: resolver.heirsOf(path, 'reviewers'),
    requiredReviewers: resolver.requiredReviewersOf(path),
    labels: resolver.labelsOf(path),
  };
}

/** Labels for a change to these paths, sorted. Where the change is too wide to be looked at, those of the root. */
export function labelsFor(index: OwnersIndex, paths: readonly string[]): readonly string[] {
  const concerned = index.bounded === true ? ['.'] : paths;
  assertKnown(index, concerned);
  const { labelsOf } = resolverOf(index);
  return [...new Set(concerned.flatMap(labelsOf))].toSorted();
}

export function assertKnown(index: OwnersIndex, paths: Iterable<string>): void {
  const unknown = unknownFilesOf(index, paths);
  if (unknown.length > 0) throw new UnknownOwners(unknown);
}

/** The path of the file that speaks for `owner`: an OWNERS file, or the Markdown file itself. */
export function sourceOf(index: OwnersIndex, owner: string): string {
  return isDocument(index, owner) ? owner : fileIn(owner, index.options.ownersFile);
}

export function fileOf(index: OwnersIndex, owner: string): File | undefined {
  return (isDocument(index, owner) ? index.documents.get(owner) : index.folders.get(owner)) ?? undefined;
}

function isDocument(index: OwnersIndex, owner: string): boolean {
  return (index.documents.get(owner) ?? null) !== null;
}

function newResolver(index: OwnersIndex): Resolver {
  const members = membersOf(index);
  const chains = new Map<string, Chain>();
  const nothingAbove: Chain = { steps: [], conditions: [], found: new Map() };
  const expanded = new Map<Rule, Map<Names, readonly string[]>>();
  const patterns = new Map<string, (path: string) => boolean>();

  function chainOf(folder: string): Chain {
    const known = chains.get(folder);
    if (known !== undefined) return known;
    const above = folder === '' ? nothingAbove : chainOf(folderOf(folder));
    const file = index.folders.get(folder) ?? null;
    if (file === null) {
      chains.set(folder, above);
      return above;
    }
    const steps = [{ at: folder, file }, ...above.steps];
    const own = file.is === 'unreadable' ? [] : file.rules.filter(({ pattern }) => pattern !== ALWAYS);
    const conditions = [...own.map((rule) => ({ rule, folder })), ...above.conditions];
    const chain = { steps, conditions, found: new Map<string, Heirs>() };
    chains.set(folder, chain);
    return chain;
  }

  function matches(rule: Rule, folder: string, path: string): boolean {
    if (rule.pattern === ALWAYS) return true;
    let pattern = patterns.get(rule.pattern);
    if (pattern === undefined) {
      const compiled = compilePattern(rule.pattern);
      // The parser has refused files with such patterns already; a stored index that holds one matches nothing.
      pattern = typeof compiled === 'string' ? () => false : compiled.matches;
      patterns.set(rule.pattern, pattern);
    }
    return pattern(folder === '' ? path : path.slice(folder.length + 1));
  }

  function namesIn(rule: Rule, names: Names): readonly string[] {
    if (names === 'labels') return rule.labels;
    let byKind = expanded.get(rule);
    if (byKind === undefined) expanded.set(rule, (byKind = new Map<Names, readonly string[]>()));
    let logins = byKind.get(names);
    if (logins === undefined) {
      const written = rule[names];
      const expands = written.some((name) => members.has(name));
      logins = expands ? [...new Set(written.flatMap((name) => members.get(name) ?? [name]))] : written;
      byKind.set(names, logins);
    }
    return logins;
  }

  function layersOf(steps: readonly Step[], path: string, names: Names): Heirs {
    const all = new Set<string>();
    const layers: string[][] = [];
    let owner: string | undefined;
    let needed: number | undefined;
    for (const { at, file } of steps) {
      if (file.is === 'unreadable') {
        // Labels give nobody power.
        if (names === 'labels' || names === 'requiredReviewers') continue;
        const root = ofRoot(names);
        const broken = { path: sourceOf(index, at), line: file.line, column: file.column, problem: file.problem };
        needed ??= neededAtRoot();
        return { layers: root.size === 0 ? [] : [[...root]], all: root, owner: at, needed, broken };
      }
      needed ??= file.minApprovals;
      const layer: string[] = [];
      for (const rule of file.rules) {
        if (!matches(rule, at, path)) continue;
        for (const name of namesIn(rule, names)) {
          owner ??= at;
          if (all.has(name)) continue;
          all.add(name);
          layer.push(name);
        }
      }
      if (layer.length > 0) layers.push(layer);
      // Prow's rule: a folder that shuts its parents out does so only for those who have an owner by then.
      if (file.noParentOwners && all.size > 0) break;
    }
    return { layers, all, owner: owner ?? '', needed: needed ?? 1, broken: undefined };
  }

  function namedFor(path: string, names: Names): Heirs {
    const chain = chainOf(folderOf(path));
    const document = index.documents.get(path) ?? null;
    if (document !== null) return layersOf([{ at: path, file: document }, ...chain.steps], path, names);
    const met = chain.conditions.map(({ rule, folder }) => (matches(rule, folder, path) ? '1' : '0'));
    const key = names + met.join('');
    let heirs = chain.found.get(key);
    if (heirs === undefined) chain.found.set(key, (heirs = layersOf(chain.steps, path, names)));
    return heirs;
  }

  function stepsTo(path: string): readonly Step[] {
    const { steps } = chainOf(folderOf(path));
    const document = index.documents.get(path) ?? null;
    return document === null ? steps : [{ at: path, file: document }, ...steps];
  }

  function namedIn(path: string, login: string): string | undefined {
    const kinds = (['approvers', 'reviewers'] as const).filter((kind) => namedFor(path, kind).all.has(login));
    const sound = kinds.filter((kind) => namedFor(path, kind).broken === undefined);
    // Where a file is broken the root decides, whoever is named in between.
    if (sound.length === 0) return kinds.length === 0 ? undefined : sourceOf(index, '');
    const step = stepsTo(path).find(
      ({ at, file }) =>
        file.is === 'owners' &&
        file.rules.some((rule) => matches(rule, at, path) && sound.some((kind) => namesIn(rule, kind).includes(login))),
    );
    return step === undefined ? undefined : sourceOf(index, step.at);
  }

  function ofRoot(kind: Kind): ReadonlySet<string> {
    const file = index.folders.get('') ?? null;
    if (file === null || file.is === 'unreadable') return new Set();
    return new Set(file.rules.filter((rule) => matches(rule, '', '.')).flatMap((rule) => namesIn(rule, kind)));
  }

  function neededAtRoot(): number {
    const file = index.folders.get('') ?? null;
    return file?.is === 'owners' ? (file.minApprovals ?? 1) : 1;
  }

  return {
    heirsOf: namedFor,
    requiredReviewersOf: (path) => [...namedFor(path, 'requiredReviewers').all],
    labelsOf: (path) => [...namedFor(path, 'labels').all],
    namedIn,
    ofRoot,
    neededAtRoot,
  };
}

/** An alias whose file cannot be read stands for nobody: its name stays a name, which is no person's login. */
function membersOf({ aliases }: OwnersIndex): ReadonlyMap<string, readonly string[]> {
  return new Map(aliases?.is === 'aliases' ? aliases.entries : []);
}
