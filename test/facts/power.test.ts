import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { powerDiffOf, powerFilesAt } from '../../shared/facts/power.ts';
import type { PowerDiff } from '../../shared/language/index.ts';
import { compileOwners, ownersOf, type OwnersOptions } from '../../shared/owners/index.ts';
import type { FileAtCommit } from '../../shared/providers/provider.ts';

type Files = Readonly<Record<string, string>>;
const TREE: Files = {
  'README.md': 'x',
  OWNERS: 'approvers: [root]\n',
  'src/a.ts': 'x',
  'src/deep/b.ts': 'x',
  'docs/OWNERS': 'approvers: [docs]\n',
  'docs/a.md': 'x',
  'docs/b.md': 'x',
};

async function diffOf(
  before: Files,
  change: Readonly<Record<string, string | null>>,
  complete = true,
  options: OwnersOptions = { frontMatter: true },
): Promise<PowerDiff> {
  const after: Record<string, string> = { ...before };
  for (const [path, text] of Object.entries(change)) {
    if (text === null) delete after[path];
    else after[path] = text;
  }
  const read = {
    filesAt: async (commit: string, paths: readonly string[]) => {
      const tree = commit === 'base' ? before : after;
      return new Map(
        paths.map((path): [string, FileAtCommit] => {
          const text = tree[path];
          return [path, text === undefined ? { is: 'absent' } : { is: 'text', oid: text, text }];
        }),
      );
    },
    treeAt: async () => ({ paths: Object.keys(before), complete }),
  };
  const files = Object.keys(change).map((path) => ({ path, additions: 1, deletions: 0 }));
  const power = await powerFilesAt({ headSha: 'head', baseSha: 'base', files, options, read });
  return powerDiffOf(power, options, read);
}

const inFew = ({ gains, losses }: PowerDiff): readonly string[] => [
  ...gains.map(({ who, files, folder }) => `+${who} ${files} ${folder}`),
  ...losses.map(({ who, files, folder }) => `-${who} ${files} ${folder}`),
];

test.each<[what: string, before: Files, change: Readonly<Record<string, string | null>>, diff: readonly string[]]>([
  ['nothing', TREE, { 'docs/OWNERS': 'approvers:\n- Docs # the same\n' }, []],
  ['somebody more in a folder', TREE, { 'docs/OWNERS': 'approvers: [docs, eve]\n' }, ['+eve 3 docs']],
  ['somebody less', TREE, { 'docs/OWNERS': '{}\n' }, ['-docs 3 docs']],
  ['at the root, over everything', TREE, { OWNERS: 'approvers: [eve]\n' }, ['+eve 7 ', '-root 7 ']],
  [
    'a folder that shuts its parents out',
    TREE,
    { 'docs/OWNERS': 'options: {no_parent_owners: true}\napprovers: [docs]\n' },
    ['-root 3 docs'],
  ],
  ['a new file of owners', TREE, { 'src/OWNERS': 'approvers: [eve]\n' }, ['+eve 2 src']],
  [
    'below a folder, which folder',
    TREE,
    { 'src/OWNERS': 'filters: {"^deep/": {approvers: [eve]}}\n' },
    ['+eve 1 src/deep'],
  ],
  ['one that goes', TREE, { 'docs/OWNERS': null }, ['-docs 3 docs']],
  ['one that can no longer be read leaves the root', TREE, { 'docs/OWNERS': 'approvers: [' }, ['-docs 3 docs']],
  ['reviewers are no approvers', TREE, { 'docs/OWNERS': 'approvers: [docs]\nreviewers: [eve]\n' }, []],
  [
    'an alias',
    { ...TREE, 'docs/OWNERS': 'approvers: [crew]\n', OWNERS_ALIASES: 'aliases: {crew: [docs]}\n' },
    { OWNERS_ALIASES: 'aliases: {crew: [eve]}\n' },
    ['+eve 3 docs', '-docs 3 docs'],
  ],
  ['front matter', TREE, { 'docs/a.md': '---\napprovers: [eve]\n---\n' }, ['+eve 1 docs']],
  ['Markdown that says nothing of owners', TREE, { 'docs/a.md': 'y' }, []],
  [
    'CODEOWNERS, where there are no OWNERS',
    { CODEOWNERS: '* @ada\n', 'a/x': '', 'b/y': '' },
    { CODEOWNERS: '* @ada\na/ @org/team\n' },
    ['+org/team 1 a', '-ada 1 a'],
  ],
  ['CODEOWNERS that OWNERS go before', { ...TREE, CODEOWNERS: '* @ada\n' }, { CODEOWNERS: '* @eve\n' }, []],
  [
    'the first OWNERS take it from whoever maintains',
    { 'a/x': '', 'b/y': '' },
    { OWNERS: 'approvers: [ada]\n' },
    ['+ada 2 ', '-maintainers 2 '],
  ],
])('%s', async (_, before, change, expected) => {
  expect(inFew(await diffOf(before, change))).toEqual(expected);
});

test('where the forge does not list all files, it counts at least these', async () => {
  expect((await diffOf(TREE, { OWNERS: 'approvers: [eve]\n' }, false)).complete).toBe(false);
  expect((await diffOf(TREE, { OWNERS: 'approvers: [eve]\n' })).complete).toBe(true);
});

const modelOf = (tree: Files) =>
  compileOwners({
    files: new Map(Object.entries(tree).map(([path, written]) => [path, { oid: written, text: written }])),
    aliases: null,
    complete: true,
  });

describe('a naive model of every file', () => {
  const folder = fc.constantFrom('', 'a/', 'a/b/', 'c/');
  const people = fc.uniqueArray(fc.constantFrom('ada', 'eve', 'joan'), { maxLength: 2 });
  const owners = fc
    .tuple(people, fc.boolean())
    .map(([who, alone]) => `options: {no_parent_owners: ${String(alone)}}\napprovers: [${who.join(', ')}]\n`);
  const files = fc
    .array(fc.tuple(folder, owners), { maxLength: 4 })
    .map((all) => Object.fromEntries(all.map(([at, text]) => [`${at}OWNERS`, text])));

  test('says the same', async () => {
    const leaves = { x: '', 'a/x': '', 'a/y': '', 'a/b/x': '', 'c/x': '' };
    await fc.assert(
      fc.asyncProperty(files, folder, fc.option(owners), async (before, at, text) => {
        const root = { OWNERS: 'approvers: [root]\n', ...before };
        const changed: Record<string, string> = { ...root };
        if (text === null) delete changed[`${at}OWNERS`];
        else changed[`${at}OWNERS`] = text;
        const [then, now] = [modelOf(root), modelOf(changed)];
        const gone = Object.keys(changed).length === 0;
        const expected = new Map<string, number>();
        for (const path of Object.keys({ ...leaves, ...root })) {
          const was = ownersOf(then, path).approvers.all;
          for (const who of ownersOf(now, path).approvers.all) {
            if (!was.has(who)) expected.set(who, (expected.get(who) ?? 0) + 1);
          }
        }
        fc.pre(!gone && 'OWNERS' in changed);
        const { gains } = await diffOf({ ...leaves, ...root }, { [`${at}OWNERS`]: text });
        expect(new Map(gains.map(({ who, files: count }) => [who, count]))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

test('files of owners by another name count, and those by the usual one do not', async () => {
  const before = { ...TREE, MAINOWNERS: 'approvers: [crew]\n', CREW_OWNERS: 'aliases: {crew: [root]}\n' };
  const options = { ownersFile: 'MAINOWNERS', aliasesFile: 'CREW_OWNERS' };
  const change = { 'src/MAINOWNERS': 'approvers: [eve]\n', 'docs/OWNERS': 'approvers: [mallory]\n' };
  expect(inFew(await diffOf(before, change, true, options))).toEqual(['+eve 2 src']);
  expect(inFew(await diffOf(before, { CREW_OWNERS: 'aliases: {crew: [eve]}\n' }, true, options))).toEqual([
    '+eve 9 ',
    '-root 9 ',
  ]);
});

const text = (path: string): FileAtCommit => ({ is: 'text', oid: path, text: '---\napprovers: [eve]\n---\n' });

test('of too many files those by name come first, from the root down, and the rest is told', async () => {
  const many = Array.from({ length: 130 }, (_, index) => `docs/${index}.md`);
  const files = [...many, 'a/b/OWNERS', 'OWNERS'].map((path) => ({ path, additions: 1, deletions: 0 }));
  const read = {
    filesAt: async (_: string, paths: readonly string[]) => new Map(paths.map((path) => [path, text(path)])),
  };
  const found = await powerFilesAt({ headSha: 'h', baseSha: 'b', files, options: { frontMatter: true }, read });
  expect(found.touched.slice(0, 2)).toEqual(['OWNERS', 'a/b/OWNERS']);
  expect([found.touched.length, found.unseen]).toEqual([100, 32]);
});
