/**
 * Approval held against a model of it: slow, plain, and written apart from it, file by file and person by person. Aliases,
 * filters, folders that shut their parents out, broken files, renames, approvals of some paths and outdated ones.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  approvalState,
  compileOwners,
  type ApprovalState,
  type ChangedFile,
  type OwnersFile,
  type OwnersIndex,
  type Unreadable,
  type Word,
} from '../../shared/owners/index.ts';

type Names = readonly string[];
/** What an OWNERS file says: under each pattern who approves. `*` stands for a file without filters. */
type Rules = readonly (readonly [pattern: string, approvers: Names])[];
type Folder =
  | { readonly rules: Rules; readonly alone: boolean; readonly spares: boolean; readonly min?: number | undefined }
  | 'broken';
type Aliases = Readonly<Record<string, Names>>;
type World = { readonly folders: ReadonlyMap<string, Folder>; readonly aliases: Aliases };
type Votes = ReadonlyMap<string, readonly Word[]>;
type Case = {
  readonly world: World;
  readonly files: readonly ChangedFile[];
  readonly votes: Votes;
  readonly author: string;
};

const PEOPLE = ['ada', 'ben', 'cleo', 'dan'] as const;
const ALIASES = ['team-a', 'team-b'] as const;
const FOLDERS = ['', 'a', 'a/b', 'a/b/c', 'd', 'd/e'] as const;
const PATTERNS = [String.raw`\.go$`, '^b/', '^x', '.*'] as const;

const person = fc.constantFrom(...PEOPLE);
const names: fc.Arbitrary<Names> = fc.uniqueArray(fc.constantFrom(...PEOPLE, ...ALIASES, 'nobody'), { maxLength: 2 });
const rules: fc.Arbitrary<Rules> = fc.oneof(
  names.map((each): Rules => [['*', each]]),
  fc
    .subarray([...PATTERNS])
    .chain((some) => fc.tuple(...some.map((pattern) => names.map((each) => [pattern, each] as const)))),
);
const min = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 1 });
const folder: fc.Arbitrary<Folder> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ rules, alone: fc.boolean(), spares: fc.boolean(), min }) },
  { weight: 1, arbitrary: fc.constant('broken' as const) },
);
const world: fc.Arbitrary<World> = fc
  .tuple(
    fc.tuple(...FOLDERS.map(() => fc.option(folder))),
    fc.tuple(...ALIASES.map(() => fc.uniqueArray(person, { maxLength: 2 }))),
  )
  .map(([folders, [one, other]]) => ({
    folders: new Map(FOLDERS.flatMap((at, index) => (folders[index] ? [[at, folders[index]] as const] : []))),
    aliases: { 'team-a': one ?? [], 'team-b': other ?? [] },
  }));
const path = fc
  .tuple(fc.constantFrom(...FOLDERS, 'a/x', 'd/e/x'), fc.constantFrom('x.go', 'y.md', 'OWNERS'))
  .map(([at, name]) => (at === '' ? name : `${at}/${name}`));
const change: fc.Arbitrary<ChangedFile> = fc.record({
  path,
  previousPath: fc.option(path, { nil: undefined, freq: 2 }),
});
const scope = fc.array(fc.constantFrom('a/', 'a/b', 'd/**', '**/*.go', '*.md', 'x.go', '**', 'a/*/x.go'), {
  maxLength: 2,
});
const word: fc.Arbitrary<Word> = fc.record(
  { stale: fc.array(path, { maxLength: 2 }), paths: scope, except: scope },
  { requiredKeys: ['stale'] },
);
const votes: fc.Arbitrary<Votes> = fc
  .uniqueArray(fc.tuple(person, fc.array(word, { minLength: 1, maxLength: 3 })), {
    maxLength: 3,
    selector: ([who]) => who,
  })
  .map((entries) => new Map(entries));
const anyCase: fc.Arbitrary<Case> = fc.record({
  world,
  files: fc.uniqueArray(change, { maxLength: 4, selector: (each) => each.path }),
  votes,
  author: fc.constantFrom('author', 'ada'),
});

/** As the parser gives it; that it reads what is written is held elsewhere, and takes most of the time. */
function parsed(each: Folder): OwnersFile | Unreadable {
  if (each === 'broken') return { is: 'unreadable', line: 1, column: 1, problem: 'It is broken.' };
  return {
    is: 'owners',
    rules: each.rules.map(([pattern, approvers]) => ({
      pattern: pattern === '*' ? ALWAYS : pattern,
      approvers,
      reviewers: [],
      requiredReviewers: [],
      labels: [],
    })),
    noParentOwners: each.alone,
    autoApproveUnownedSubfolders: each.spares,
    minApprovals: each.min,
    remarks: [],
  };
}

function compiled({ folders, aliases }: World): OwnersIndex {
  const files = [...folders].map(
    ([at, each]) => [at === '' ? 'OWNERS' : `${at}/OWNERS`, { oid: at, parsed: parsed(each) }] as const,
  );
  return compileOwners({
    files: new Map(files),
    aliases: { oid: '', parsed: { is: 'aliases', entries: Object.entries(aliases) } },
    complete: true,
  });
}

function decided({ world: at, files, votes: given, author }: Case): ApprovalState {
  return approvalState({
    index: compiled(at),
    files,
    filesComplete: true,
    approvals: new Set(given.keys()),
    words: given,
    author,
    selfApproval: true,
    pull: 7,
  });
}

// The model.

const expression = (pattern: string): RegExp => new RegExp(pattern === '*' ? '' : pattern);

function namedAt(at: string, side: string, { folders, aliases }: World): Names {
  const here = folders.get(at);
  if (here === undefined || here === 'broken') return [];
  const rest = at === '' ? side : side.slice(at.length + 1);
  return here.rules
    .filter(([pattern]) => expression(pattern).test(rest))
    .flatMap(([, who]) => who.flatMap((each) => aliases[each] ?? [each]));
}

const above = (side: string): readonly string[] => {
  const segments = side.split('/').slice(0, -1);
  return [...segments.map((_, index) => segments.slice(0, segments.length - index).join('/')), ''];
};

/** Who may consent to a side; undefined where nobody has to. */
function ownersOf(side: string, at: World): { readonly who: Names; readonly needed: number } | undefined {
  const found: string[] = [];
  const root = at.folders.get('');
  let needed: number | undefined;
  let nearest: string | undefined;
  for (const each of above(side)) {
    const here = at.folders.get(each);
    // Only what the root says of the repository as a whole.
    if (here === 'broken') {
      return { who: namedAt('', '.', at), needed: needed ?? (root === 'broken' ? 1 : (root?.min ?? 1)) };
    }
    needed ??= here?.min;
    const who = namedAt(each, side, at);
    if (who.length > 0) nearest ??= each;
    found.push(...who);
    if (here?.alone === true && found.length > 0) break;
  }
  const owning = at.folders.get(nearest ?? '');
  const deeper = above(side)[0] !== (nearest ?? '');
  const spared = owning !== undefined && owning !== 'broken' && owning.spares && deeper && !/(^|\/)OWNERS$/.test(side);
  return spared ? undefined : { who: found, needed: needed ?? 1 };
}

function globbed(glob: string, side: string): boolean {
  const text = glob
    .replace(/\/$/, '/**')
    .split('/')
    .map((each, index, all) => {
      if (each === '**') return index === all.length - 1 ? '.+' : '(?:[^/]+/)*';
      return each.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*') + (index === all.length - 1 ? '' : '/');
    })
    .join('');
  return new RegExp(`^${text}(?:/.+)?$`).test(side);
}

function consents(who: string, file: string, side: string, { votes: given, author }: Case): boolean {
  if (who === author) return true;
  return (given.get(who) ?? []).some(
    ({ stale, paths, except = [] }) =>
      !stale.includes(file) &&
      (paths === undefined || paths.some((each) => globbed(each, side))) &&
      !except.some((each) => globbed(each, side)),
  );
}

/** Changed files that still lack a consent. */
function openIn(one: Case): readonly string[] {
  const lacks = (file: string, side: string): boolean => {
    const owners = ownersOf(side, one.world);
    if (owners === undefined) return false;
    return new Set(owners.who.filter((who) => consents(who, file, side, one))).size < owners.needed;
  };
  return one.files
    .filter(({ path: file, previousPath }) => lacks(file, file) || lacks(file, previousPath ?? file))
    .map((each) => each.path);
}

test('the answer is that of a model which looks at each file by itself', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const { approved, unapproved } = decided(one);
      const open = openIn(one);
      expect(unapproved).toEqual(open);
      expect(approved).toBe(one.files.length > 0 && open.length === 0);
    }),
    { numRuns: 10_000 },
  );
}, 60_000);

const isWithin = (some: readonly string[], all: readonly string[]): boolean => some.every((each) => all.includes(each));

test('as many as are missing are suggested, and with them only what has too few owners is left', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const { suggested } = decided(one);
      expect(suggested).not.toContain(one.author);
      const left = (some: readonly string[]): readonly string[] => {
        const all = new Map(one.votes);
        for (const who of some) all.set(who, [{ stale: [] }]);
        return decided({ ...one, votes: all }).unapproved;
      };
      expect(left(suggested)).toEqual(left([...PEOPLE, 'nobody'].filter((who) => who !== one.author)));
    }),
    { numRuns: 2_000 },
  );
});

describe('what adds power takes no approval away', () => {
  test('one more word, of whomever, about whatever', () => {
    fc.assert(
      fc.property(anyCase, person, word, (one, who, more) => {
        const after = { ...one, votes: new Map(one.votes).set(who, [...(one.votes.get(who) ?? []), more]) };
        expect(isWithin(decided(after).unapproved, decided(one).unapproved)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('one piece less that was taken back, one file less that changed', () => {
    fc.assert(
      fc.property(anyCase, person, word, (one, who, { stale, paths, except = [] }) => {
        const narrow: Word = { stale, ...(paths === undefined ? {} : { paths }), except };
        const wide: Word = { ...narrow, stale: stale.slice(1), except: except.slice(1) };
        const of = (each: Word): Case => ({ ...one, votes: new Map(one.votes).set(who, [each]) });
        expect(isWithin(decided(of(wide)).unapproved, decided(of(narrow)).unapproved)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  /**
   * Naming somebody besides in an OWNERS file that names somebody for the same files already. Where it named nobody for a
   * file, the new name may become its nearest owner: then the folder's own options begin to hold for it, which shut its
   * parents out (`no_parent_owners`) or stop sparing it (`auto_approve_unowned_subfolders`). That is what they are for.
   */
  test('one more approver in an OWNERS file, where it names somebody already', () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(...FOLDERS), person, (one, at, who) => {
        const here = one.world.folders.get(at);
        fc.pre(here !== undefined && here !== 'broken');
        const more: Folder = {
          ...here,
          rules: here.rules.map(([pattern, some]) => [pattern, some.length === 0 ? some : [...some, who]] as const),
        };
        const named = (each: Names): boolean => each.some((name) => (one.world.aliases[name] ?? [name]).length > 0);
        // An alias without members names nobody.
        fc.pre(here.rules.every(([, some]) => some.length === 0 || named(some)));
        const after = { ...one, world: { ...one.world, folders: new Map(one.world.folders).set(at, more) } };
        expect(isWithin(decided(after).unapproved, decided(one).unapproved)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('a file is approved or not by what concerns it alone', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const alone = one.files.flatMap((each) => decided({ ...one, files: [each] }).unapproved);
      expect(decided(one).unapproved).toEqual(alone);
    }),
    { numRuns: 1_000 },
  );
});
