/** Whether the owners of every changed file have approved, who is missing, and whom to ask. */
import { CODEOWNERS_PATHS, codeownersResolverOf, type CodeownersIndex } from './codeowners.ts';
import { folderOf, type OwnersIndex } from './compile.ts';
import { normalizeLogin } from './parse.ts';
import { assertKnown, fileOf, resolverOf, sourceOf, type Broken, type Heirs, type Kind } from './resolve.ts';
import { suggestionsFor, type Need } from './suggest.ts';
import { wordsOf, type Word } from './words.ts';

export type ChangedFile = {
  readonly path: string;
  /** Of a rename: the owners of the old place are asked as well. */
  readonly previousPath?: string | undefined;
};

export type Ownership = OwnersIndex | CodeownersIndex;

export type ApprovalQuestion = {
  /** Suggested only where nobody else could approve; lower-case. */
  readonly away?: ReadonlySet<string> | undefined;
  readonly index: Ownership;
  readonly files: readonly ChangedFile[];
  /** Whether `files` are all of them; forges stop listing at some number. */
  readonly filesComplete: boolean;
  /** Logins of those whose approval stands. */
  readonly approvals: ReadonlySet<string>;
  /** By login, what each of their approvals is about; whoever is missing here approved all that they own, as it is now. */
  readonly words?: ReadonlyMap<string, readonly Word[]> | undefined;
  readonly author: string;
  /** Whether the author counts as having approved. */
  readonly selfApproval: boolean;
  /** Patterns for which the author took that back. */
  readonly selfExcept?: readonly string[] | undefined;
  /** Number of the pull request: the same one gets the same suggestions. */
  readonly pull: number;
  /** Asked already, so suggested first where they can approve. */
  readonly assignees?: ReadonlySet<string> | undefined;
  /** When given, nobody else counts or is suggested. Ownership itself does not move. */
  readonly collaborators?: ReadonlySet<string> | undefined;
};

/** What is shown of one owner; which files it stands for is decided file by file before. */
export type ApprovalGroup = {
  /** '' for the root; a folder, a Markdown file with front matter, or a pattern of CODEOWNERS. */
  readonly directory: string;
  readonly ownersFile: string;
  /** Changed files with a side (new or old path) here. */
  readonly files: number;
  readonly approvedBy: readonly string[];
  /** Which commits those approvals were given for, where that is known: a login with each. */
  readonly approvedAt: readonly (readonly [login: string, commit: string])[];
  /** Who approved what is missing, as it was before it changed: asked again. */
  readonly again: readonly string[];
  readonly missing: boolean;
  /** Missing, though some of it is approved. */
  readonly partial: boolean;
  /** Where more than one has to approve a file: how many have, of how many, where most are missing. */
  readonly quota?: { readonly given: number; readonly needed: number };
  /** Who can approve all that is missing, nearest first; where nobody can alone, who can approve part of it. */
  readonly canApprove: readonly string[];
};

export type Reason =
  | { readonly is: 'no-files' }
  | { readonly is: 'files-incomplete' }
  | { readonly is: 'too-many-folders' }
  | ({ readonly is: 'unreadable' } & Broken)
  | { readonly is: 'aliases-unreadable'; readonly path: string; readonly line: number; readonly problem: string }
  | { readonly is: 'nobody'; readonly directory: string; readonly ownersFile: string }
  | { readonly is: 'too-few'; readonly ownersFile: string; readonly needed: number; readonly owners: number };

export type ApprovalState = {
  readonly approved: boolean;
  /** By directory. */
  readonly groups: readonly ApprovalGroup[];
  /** Changed paths that still lack an approval, as given. */
  readonly unapproved: readonly string[];
  /** Files that need nobody: new subfolders under `auto_approve_unowned_subfolders`. */
  readonly automatic: number;
  /** A few people who together could approve all that is missing, sorted; never the author. */
  readonly suggested: readonly string[];
  /** What made the answer stricter than OWNERS alone would, or leaves nobody to ask. */
  readonly reasons: readonly Reason[];
};

/** What approval needs of either kind of ownership. */
type View = {
  readonly heirsOf: (path: string, kind: Kind) => Heirs;
  readonly ofRoot: () => ReadonlySet<string>;
  readonly neededAtRoot: () => number;
  /** The file that gives `login` a say over `path`. */
  readonly namedIn: (path: string, login: string) => string | undefined;
  readonly sourceOf: (owner: string) => string;
  readonly needsNobody: (path: string, heirs: Heirs) => boolean;
  /** Whether `owner` takes nothing from the folders above. */
  readonly standsAlone: (owner: string) => boolean;
};

/** Paths with the same owners and the same approvals that count: approved together or not at all. */
type Unit = {
  readonly heirs: Heirs;
  readonly approvedBy: readonly string[];
  readonly approvedAt: Map<string, Set<string>>;
  readonly again: Set<string>;
  /** Positions in `files`. */
  readonly files: number[];
};

/** Throws `UnknownOwners` where the index is partial and does not reach every changed path. */
export function approvalState(question: ApprovalQuestion): ApprovalState {
  const { index, files, filesComplete, collaborators } = question;
  const view = viewOf(index, files);
  const author = normalizeLogin(question.author);
  const counts = (login: string): boolean => collaborators === undefined || collaborators.has(login);
  const approvals = new Set([...question.approvals].map(normalizeLogin).filter(counts));
  if (question.selfApproval && counts(author)) approvals.add(author);

  // An author knows every version of the change, so only what others agreed to can be outdated.
  const implicit: readonly Word[] = [{ stale: [], except: question.selfExcept }];
  const given = new Map([...(question.words ?? [])].map(([login, words]) => [normalizeLogin(login), words]));
  const words = wordsOf(approvals, (login) => [
    ...(given.get(login) ?? (question.selfApproval && login === author ? [] : [ALL])),
    ...(question.selfApproval && login === author ? implicit : []),
  ]);

  const units = new Map<Heirs, Map<string, Unit>>();
  const unitOf = (heirs: Heirs, silent: ReadonlySet<string>): Unit => {
    let bySilent = units.get(heirs);
    if (bySilent === undefined) units.set(heirs, (bySilent = new Map<string, Unit>()));
    const key = [...silent].filter((login) => heirs.all.has(login)).join(' ');
    const known = bySilent.get(key);
    if (known !== undefined) return known;
    const counting = [...approvals].filter((login) => heirs.all.has(login) && !silent.has(login));
    const unit: Unit = {
      heirs,
      approvedBy: counting.toSorted(),
      approvedAt: new Map(counting.map((login) => [login, new Set<string>()])),
      again: new Set(),
      files: [],
    };
    bySilent.set(key, unit);
    return unit;
  };

  const unapproved: string[] = [];
  let automatic = 0;
  for (const [position, file] of files.entries()) {
    const duties = sidesOf(file)
      .map((path) => ({ path, heirs: view.heirsOf(path, 'approvers') }))
      .filter(({ path, heirs }) => !view.needsNobody(path, heirs))
      .map(({ path, heirs }) => {
        const unit = unitOf(heirs, words.silentAbout(file.path, path));
        for (const [login, commits] of unit.approvedAt) words.commitsFor(login, file.path, path, commits);
        if (isMissing(unit)) {
          for (const login of words.outdatedAbout(file.path, path)) {
            if (heirs.all.has(login) && !unit.approvedBy.includes(login)) unit.again.add(login);
          }
        }
        return unit;
      });
    for (const unit of duties) if (unit.files.at(-1) !== position) unit.files.push(position);
    if (duties.length === 0) automatic += 1;
    if (duties.some(isMissing)) unapproved.push(file.path);
  }
  if (!filesComplete || index.bounded === true) {
    const root = view.ofRoot();
    // What is not listed may be just what changed since, and is what nobody named.
    const heirs = { layers: [[...root]], all: root, owner: '', needed: view.neededAtRoot(), broken: undefined };
    unitOf(heirs, words.silentAboutTheRest());
  }

  const all = [...units.values()].flatMap((each) => [...each.values()]);
  const missing = all.filter(isMissing);
  return {
    approved: files.length > 0 && missing.length === 0,
    groups: groupsOf(all, view, counts),
    unapproved,
    automatic,
    suggested: suggestionsFor({
      needs: missing.map(needOf),
      seed: question.pull,
      assignees: new Set([...(question.assignees ?? [])].map(normalizeLogin)),
      eligible: (login) => login !== author && counts(login),
      away: question.away,
    }),
    reasons: reasonsFor(question, missing, all, view, counts),
  };
}

const NOBODY: ReadonlySet<string> = new Set();
const NO_HEIRS: Heirs = { layers: [], all: NOBODY, owner: '', needed: 1, broken: undefined };
const ALL: Word = { stale: [] };

function isMissing({ heirs, approvedBy }: Unit): boolean {
  return approvedBy.length < heirs.needed;
}

/** Whoever has approved is not asked for what else is missing there. */
function needOf({ heirs, approvedBy }: Unit): Need {
  const lacking = heirs.needed - approvedBy.length;
  if (approvedBy.length === 0) return { layers: heirs.layers, all: heirs.all, lacking };
  const layers = heirs.layers.map((layer) => layer.filter((login) => !approvedBy.includes(login)));
  return { layers, all: new Set(layers.flat()), lacking };
}

/** One side of a changed file, as it looks to one person. */
export type Side = {
  readonly path: string;
  /** See {@link ApprovalGroup}. */
  readonly ownersFile: string;
  /** Whether they may approve it. */
  readonly mine: boolean;
  /** Whether the nearest owners that there are name them. */
  readonly nearest: boolean;
};

/** Every side of every changed file that needs somebody. */
export function sidesFor(index: Ownership, files: readonly ChangedFile[], login: string): readonly Side[] {
  const view = viewOf(index, files);
  const name = normalizeLogin(login);
  return files.flatMap(sidesOf).flatMap((path): readonly Side[] => {
    const heirs = view.heirsOf(path, 'approvers');
    if (view.needsNobody(path, heirs)) return [];
    const nearest = heirs.layers[0]?.includes(name) === true;
    return [{ path, ownersFile: view.sourceOf(heirs.owner), mine: heirs.all.has(name), nearest }];
  });
}

/** Whether `login` may approve at least one side of one changed file. */
export function mayApproveAny(index: Ownership, files: readonly ChangedFile[], login: string): boolean {
  return ownsAny(index, files, login, ['approvers']);
}

/** Whether OWNERS name `login` as approver or reviewer of at least one side of one changed file. */
export function mayReviewAny(index: Ownership, files: readonly ChangedFile[], login: string): boolean {
  return ownsAny(index, files, login, ['approvers', 'reviewers']);
}

/** Whether `login` may approve every side of every changed file; nobody may where no file is changed. */
export function mayApproveAll(index: Ownership, files: readonly ChangedFile[], login: string): boolean {
  const view = viewOf(index, files);
  const name = normalizeLogin(login);
  const approves = (path: string): boolean => view.heirsOf(path, 'approvers').all.has(name);
  return files.length > 0 && files.every((file) => sidesOf(file).every(approves));
}

/** Who is named for the repository as a whole: by the OWNERS file of the root, by `*` in CODEOWNERS, or by neither. */
export function rootApproversOf(index: Ownership): ReadonlySet<string> {
  return viewOf(index, []).ofRoot();
}

/** The file that names `login` as approver or reviewer of a changed path, the nearest to the first such path. */
export function basisOf(
  index: Ownership,
  files: readonly ChangedFile[],
  login: string,
): { readonly path: string } | undefined {
  const { namedIn } = viewOf(index, files);
  const name = normalizeLogin(login);
  for (const side of files.flatMap(sidesOf)) {
    const path = namedIn(side, name);
    if (path !== undefined) return { path };
  }
  return undefined;
}

function ownsAny(index: Ownership, files: readonly ChangedFile[], login: string, kinds: readonly Kind[]): boolean {
  const view = viewOf(index, files);
  const name = normalizeLogin(login);
  return files.some((file) =>
    sidesOf(file).some((path) => kinds.some((kind) => view.heirsOf(path, kind).all.has(name))),
  );
}

/** A reason as a sentence. `code` marks what came from the repository, so that it is shown and never interpreted. */
export function reasonInWords(reason: Reason, code: (text: string) => string): string {
  switch (reason.is) {
    case 'no-files':
      return 'No file is changed, so there is nothing to approve.';
    case 'files-incomplete':
      return 'The list of changed files is not complete, so an approver of the root is needed as well.';
    case 'too-many-folders':
      return 'The change touches more folders than are asked for owners, so an approver of the root is needed as well.';
    case 'unreadable':
      return `${code(reason.path)} cannot be read (line ${reason.line}: ${reason.problem}) What depends on it needs an approver of the root.`;
    case 'aliases-unreadable':
      return `${code(reason.path)} cannot be read (line ${reason.line}: ${reason.problem}) Until it is mended its aliases stand for nobody.`;
    case 'too-few':
      return `${code(reason.ownersFile)} asks for ${reason.needed} approvals, and only ${reason.owners === 1 ? '1 person' : `${reason.owners} people`} could approve.`;
    default:
      return `${code(reason.ownersFile)} leaves nobody who could approve.`;
  }
}

export function sidesOf({ path, previousPath }: ChangedFile): readonly string[] {
  return previousPath === undefined || previousPath === path ? [path] : [path, previousPath];
}

export function viewOf(index: Ownership, files: readonly ChangedFile[]): View {
  if (index.is === 'codeowners') {
    const { heirsOf, ofRoot } = codeownersResolverOf(index);
    return {
      heirsOf,
      ofRoot,
      neededAtRoot: () => 1,
      namedIn(path, login) {
        const { all, owner } = heirsOf(path, 'approvers');
        // What no line owns belongs to people whom no file names.
        return owner !== '' && all.has(login) ? index.path : undefined;
      },
      sourceOf: () => index.path,
      needsNobody: () => false,
      standsAlone: () => true,
    };
  }
  if (index.bounded === true) return viewOfRoot(index);
  assertKnown(index, files.flatMap(sidesOf));
  const { heirsOf, ofRoot, neededAtRoot, namedIn } = resolverOf(index);
  const { aliasesFile, ownersFile } = index.options;
  // A new one in a subfolder would say who may do what, so it is never approved automatically.
  const givesPower = (path: string): boolean =>
    [aliasesFile, 'bowsprit.yaml', ...CODEOWNERS_PATHS].includes(path) ||
    path.startsWith('.github/') ||
    path.slice(path.lastIndexOf('/') + 1) === ownersFile;
  return {
    heirsOf,
    ofRoot: () => ofRoot('approvers'),
    neededAtRoot,
    namedIn,
    sourceOf: (owner) => sourceOf(index, owner),
    needsNobody(path, { owner, broken }) {
      if (broken !== undefined || folderOf(path) === owner || path === owner || givesPower(path)) return false;
      const file = fileOf(index, owner);
      return file?.is === 'owners' && file.autoApproveUnownedSubfolders;
    },
    standsAlone(owner) {
      const file = fileOf(index, owner);
      return file?.is === 'unreadable' || (file?.is === 'owners' && file.noParentOwners);
    },
  };
}

/** Approvers of the root for every path. */
function viewOfRoot(index: OwnersIndex): View {
  const { ofRoot, neededAtRoot } = resolverOf(index);
  const heirs = new Map(
    (['approvers', 'reviewers'] as const).map((kind): [Kind, Heirs] => {
      const all = ofRoot(kind);
      const layers = all.size === 0 ? [] : [[...all]];
      return [kind, { layers, all, owner: '', needed: neededAtRoot(), broken: undefined }];
    }),
  );
  const root = sourceOf(index, '');
  const heirsOf = (_path: string, kind: Kind): Heirs => heirs.get(kind) ?? NO_HEIRS;
  return {
    heirsOf,
    ofRoot: () => ofRoot('approvers'),
    neededAtRoot,
    namedIn: (_path, login) => ([...heirs.values()].some(({ all }) => all.has(login)) ? root : undefined),
    sourceOf: () => root,
    needsNobody: () => false,
    standsAlone: () => true,
  };
}

function groupsOf(units: readonly Unit[], view: View, counts: (login: string) => boolean): readonly ApprovalGroup[] {
  const shown = shownAs(new Set(units.map(({ heirs }) => heirs.owner)), view);
  const byOwner = Map.groupBy(units, ({ heirs }) => shown.get(heirs.owner) ?? heirs.owner);
  const groups = [...byOwner].map(([directory, members]): ApprovalGroup => {
    const missing = members.filter(isMissing);
    return {
      directory,
      ownersFile: view.sourceOf(directory),
      files: new Set(members.flatMap((unit) => unit.files)).size,
      approvedBy: [...new Set(members.flatMap((unit) => unit.approvedBy))].toSorted(),
      approvedAt: approvedAtOf(members),
      again: [...new Set(members.flatMap((unit) => [...unit.again]))].toSorted(),
      missing: missing.length > 0,
      partial: missing.length > 0 && missing.length < members.length,
      ...quotaOf(missing.length > 0 ? missing : members),
      canApprove: ableTo(missing).filter(counts),
    };
  });
  return groups.toSorted((one, other) => (one.directory < other.directory ? -1 : 1));
}

function approvedAtOf(units: readonly Unit[]): ApprovalGroup['approvedAt'] {
  const commits = new Map<string, Set<string>>();
  for (const { approvedAt } of units) {
    for (const [login, some] of approvedAt) {
      const all = commits.get(login) ?? new Set<string>();
      for (const commit of some) all.add(commit);
      commits.set(login, all);
    }
  }
  const sorted = [...commits].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return sorted.flatMap(([login, all]) => [...all].map((commit) => [login, commit] as const));
}

function quotaOf(units: readonly Unit[]): Pick<ApprovalGroup, 'quota'> {
  const quotas = units.map(({ heirs: { needed }, approvedBy: { length: given } }) => ({ given, needed }));
  const [worst] = quotas.toSorted((one, other) => other.needed - other.given - (one.needed - one.given));
  return worst === undefined || worst.needed === 1 ? {} : { quota: worst };
}

function ableTo(missing: readonly Unit[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { layers } of missing.map(needOf)) {
    for (const layer of layers) for (const login of layer) counts.set(login, (counts.get(login) ?? 0) + 1);
  }
  const everybody = [...counts.keys()];
  const alone = everybody.filter((login) => counts.get(login) === missing.length);
  return alone.length > 0 ? alone : everybody;
}

/** An owner is shown under the highest owner above it that it inherits from. */
function shownAs(owners: ReadonlySet<string>, view: View): ReadonlyMap<string, string> {
  return new Map(
    [...owners].map((owner) => {
      let shown = owner;
      for (let at = owner; at !== '' && !view.standsAlone(at);) {
        at = folderOf(at);
        if (owners.has(at)) shown = at;
      }
      return [owner, shown];
    }),
  );
}

function reasonsFor(
  { index, files, filesComplete }: ApprovalQuestion,
  missing: readonly Unit[],
  all: readonly Unit[],
  view: View,
  counts: (login: string) => boolean,
): readonly Reason[] {
  const broken = new Map(
    all.flatMap(({ heirs }) => (heirs.broken === undefined ? [] : [[heirs.broken.path, heirs.broken]])),
  );
  const aliases = index.is === 'owners' && index.aliases?.is === 'unreadable' ? index.aliases : undefined;
  const few = [...new Set(missing.map(({ heirs }) => heirs))]
    .map((heirs) => ({ heirs, owners: [...heirs.all].filter(counts).length }))
    .filter(({ heirs, owners }) => owners > 0 && owners < heirs.needed);
  const forsaken = missing.filter(({ heirs }) => ![...heirs.all].some(counts)).map(({ heirs }) => heirs.owner);
  return [
    ...(files.length === 0 ? [{ is: 'no-files' } as const] : []),
    ...(filesComplete ? [] : [{ is: 'files-incomplete' } as const]),
    ...(index.bounded === true ? [{ is: 'too-many-folders' } as const] : []),
    ...[...broken.values()].map((each) => ({ is: 'unreadable', ...each }) as const),
    ...(index.is === 'owners' && aliases !== undefined
      ? [
          {
            is: 'aliases-unreadable',
            path: index.options.aliasesFile,
            line: aliases.line,
            problem: aliases.problem,
          } as const,
        ]
      : []),
    ...[...new Set(forsaken)].map(
      (directory) => ({ is: 'nobody', directory, ownersFile: view.sourceOf(directory) }) as const,
    ),
    ...few.map(
      ({ heirs: { owner, needed }, owners }) =>
        ({ is: 'too-few', ownersFile: view.sourceOf(owner), needed, owners }) as const,
    ),
  ];
}
