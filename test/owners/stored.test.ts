import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  compileOwners,
  decodeIndex,
  digestOf,
  encodeIndex,
  ownersOf,
  type OwnersInput,
} from '../../shared/owners/index.ts';
import { blobOf, generatedChange, generatedOwnersTree, treeOf } from '../support/owners-tree.ts';

const texts = {
  OWNERS:
    'filters:\n  ".*": {approvers: [core], labels: [Repo]}\n  "\\\\.go$": {reviewers: [grace], required_reviewers: [rita]}\n',
  'a/OWNERS': 'approvers: [ada]\noptions: {no_parent_owners: true}\nunknown: 1\n',
  'b/OWNERS': 'approvers: ada\n',
  'c/OWNERS': 'options: {auto_approve_unowned_subfolders: true, min_approvals: 2}\n',
  'c/x.md': '---\napprovers: [ada]\n---\n',
  '__proto__/OWNERS': 'approvers: [ada]\n',
  OWNERS_ALIASES: 'aliases: {core: [ada, grace], constructor: [__proto__]}\n',
};

test.each<[what: string, input: OwnersInput]>([
  ['a complete index', treeOf(texts, { options: { frontMatter: true, denied: ['^x/'] } })],
  [
    'a partial one',
    {
      ...treeOf(texts),
      files: new Map([
        ['OWNERS', blobOf(texts.OWNERS)],
        ['z/OWNERS', null],
      ]),
      complete: false,
    },
  ],
  ['one whose aliases cannot be read', treeOf({ ...texts, OWNERS_ALIASES: 'aliases: [x]' })],
  ['an empty one', treeOf({})],
])('%s is the same after storing', (_, input) => {
  const index = compileOwners(input);
  expect(decodeIndex(encodeIndex(index))).toEqual(index);
});

test('the order in which files were read leaves no trace', () => {
  const input = treeOf(texts);
  const reversed = { ...input, files: new Map([...input.files].toReversed()) };
  expect(encodeIndex(compileOwners(reversed))).toEqual(encodeIndex(compileOwners(input)));
  expect(digestOf(reversed)).toBe(digestOf(input));
});

const one = {
  format: 2,
  complete: true,
  options: {
    ownersFile: 'OWNERS',
    aliasesFile: 'OWNERS_ALIASES',
    frontMatter: false,
    denied: [],
    builtInDenied: true,
  },
  names: ['ada'],
  aliases: null,
  files: [['o', 0, [['.*', [0], [], [], []]], [], 0]],
  folders: [['', 0]],
  documents: [],
};

test.each<[what: string, bytes: Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['noise', new Uint8Array([1, 2, 3, 4])],
  ['other JSON', gzipSync('{"format":1}')],
  ['another format', gzipSync(JSON.stringify({ format: 3, complete: true }))],
])('%s is a miss, not an index', (_, bytes) => {
  expect(decodeIndex(bytes)).toBeUndefined();
});

// Written before files could ask for more than one approval.
test('an index of the format before is a miss', () => {
  const { format: _, ...rest } = one;
  const file = ['o', 0, [['.*', [0], [], [], []]], []];
  expect(decodeIndex(gzipSync(JSON.stringify({ ...rest, format: 1, files: [file] })))).toBeUndefined();
});

test('an index that points outside its tables is a miss', () => {
  expect(decodeIndex(gzipSync(JSON.stringify(one)))).toMatchObject({ complete: true });
  const stored = { ...one, files: [['o', 0, [['.*', [1], [], [], []]], [], 0]] };
  expect(decodeIndex(gzipSync(JSON.stringify(stored)))).toBeUndefined();
});

test('a digest changes with a path, a blob, the aliases, an option, and what is known', () => {
  const input = treeOf(texts);
  const changed: readonly OwnersInput[] = [
    treeOf({ ...texts, 'd/OWNERS': 'approvers: [ada]' }),
    treeOf({ ...texts, 'a/OWNERS': 'approvers: [grace]' }),
    treeOf({ ...texts, OWNERS_ALIASES: 'aliases: {}' }),
    { ...input, aliases: null },
    { ...input, complete: false },
    { ...input, files: new Map([...input.files, ['d/OWNERS', null]]) },
    { ...input, options: { frontMatter: true } },
    { ...input, options: { denied: ['x'] } },
    { ...input, options: { builtInDenied: false } },
    { ...input, options: { ownersFile: 'MAINTAINERS' } },
  ];
  const digests = [input, ...changed].map(digestOf);
  expect(new Set(digests).size).toBe(digests.length);
  expect(digestOf({ ...input, options: { frontMatter: false, denied: [] } })).toBe(digests[0]);
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
});

// DynamoDB holds items of 400 KB; reading one costs by its size.
test.each<[files: number, atMost: number]>([
  [800, 20_000],
  [5_000, 120_000],
])('a repository of %i OWNERS files is one item of at most %i bytes', (count, atMost) => {
  const tree = generatedOwnersTree(count, 7);
  expect(tree.files.size).toBe(count);
  const index = compileOwners(tree);
  expect([...index.folders.values()].filter((file) => file?.is !== 'owners')).toEqual([]);
  const bytes = encodeIndex(index);
  expect(bytes.length).toBeLessThanOrEqual(atMost);
  const [change] = generatedChange(tree, 1, 'scattered', 7);
  const path = change?.path ?? '';
  const again = decodeIndex(bytes);
  expect(again === undefined ? undefined : ownersOf(again, path)).toEqual(ownersOf(index, path));
});
