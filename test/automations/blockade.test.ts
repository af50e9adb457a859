import { describe, expect, test } from 'vitest';
import { blockade } from '../../shared/automations/blockade.ts';
import { blockedPathsIn } from '../../shared/facts/blocked-paths.ts';
import { wakenBy, type Action, type BlockedPaths, type ChangedFiles } from '../../shared/language/index.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { decided, pullOf, settingsOf } from '../support/given.ts';

const LABEL = 'do-not-merge/blocked-paths';
const on = new Set([LABEL]);
const stands = new Set(['blockade']);
const none: ReadonlySet<string> = new Set();
const VENDORED: BlockedPaths = [{ explanation: 'Vendored.', paths: ['vendor/a.go', 'vendor/b.go'], more: false }];
const protecting = settingsOf('blockade', { paths: [{ patterns: ['^vendor/'] }] });

function deeds(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    if (action.is === 'notice') return `${action.quiet ? 'quietly' : 'aloud'}: ${action.text}`;
    return 'label' in action ? `${action.is} ${action.label}` : action.is;
  });
}

const TOLD = `aloud: **Blocked: this pull request changes protected files.**

- \`Vendored.\`: \`vendor/a.go\` and \`vendor/b.go\`

It is not merged like this, whoever agrees. Leave these files out, or ask whoever keeps the settings of this repository (\`blockade.paths\`).`;

test.each<
  [
    what: string,
    blocked: BlockedPaths,
    labels: ReadonlySet<string>,
    notices: ReadonlySet<string>,
    deeds: readonly string[],
  ]
>([
  ['blocked files are labeled and told', VENDORED, none, none, [`add-label ${LABEL}`, TOLD]],
  ['labeled already, they are told as they are now', VENDORED, on, stands, [TOLD]],
  [
    'none: the label goes, and the notice says so',
    [],
    on,
    stands,
    [`remove-label ${LABEL}`, 'quietly: It changes no protected files any more.'],
  ],
  ['none, and nothing was said: the label goes', [], on, none, [`remove-label ${LABEL}`]],
  ['none from the beginning', [], none, none, []],
])('%s', (_, blockedPaths, labels, notices, expected) => {
  expect(deeds(decided(blockade, { blockedPaths, labels, notices, settings: protecting }))).toEqual(expected);
});

test('a label that somebody puts on where nothing is protected is theirs', () => {
  expect(decided(blockade, { labels: on })).toEqual([]);
});

test('what is closed is left alone', () => {
  expect(decided(blockade, { blockedPaths: VENDORED, pull: pullOf({ state: 'merged' }) })).toEqual([]);
});

test.each(['opened', 'reopened', 'synchronized', 'retargeted', 'base-moved'])(
  'it is looked at when it is %s',
  (name) => {
    expect(wakenBy(blockade, { name, kind: 'pull', label: undefined }, defaultSettings)).toBe(true);
  },
);

test('many files are counted, and what a file is called is no markup', () => {
  const paths = Array.from({ length: 13 }, (_, index) => `v/${index}@ada\n`);
  const [, told] = deeds(decided(blockade, { blockedPaths: [{ explanation: '@here `x`', paths, more: true }] }));
  expect(told).toContain('`` @here `x` ``: `v/0@adaU+000A`');
  expect(told).toContain(' and 3 more; the forge does not list all changed files, and one of them may be');
});

const files = (...paths: readonly string[]): ChangedFiles['files'] =>
  paths.map((path) => ({ path, additions: 1, deletions: 0 }));
const cutOff = async (): Promise<ChangedFiles> => ({ files: files('x'), complete: false });
const unasked = (): Promise<ChangedFiles> => Promise.reject(new Error('nothing asked for it'));

describe('which files are blocked', () => {
  type Entries = Parameters<typeof blockedPathsIn>[1]['blockade']['paths'];

  test.each<[what: string, entries: Entries, files: ChangedFiles['files'], blocked: BlockedPaths]>([
    ['nothing without an entry', [], files('a'), []],
    [
      'a pattern matches anywhere in a path',
      [{ patterns: ['b/c'] }],
      files('a/b/c.go', 'x'),
      [{ explanation: 'Files are protected', paths: ['a/b/c.go'], more: false }],
    ],
    [
      'an exception of the same entry',
      [{ patterns: ['^a/'], except: ['^a/ours/'] }],
      files('a/ours/x', 'a/y'),
      [{ explanation: 'Files are protected', paths: ['a/y'], more: false }],
    ],
    [
      'an exception of another entry is none',
      [{ patterns: ['^a/'] }, { patterns: ['^b/'], except: ['^a/'] }],
      files('a/y'),
      [{ explanation: 'Files are protected', paths: ['a/y'], more: false }],
    ],
    ['another branch', [{ patterns: ['a'], branch: '^release-' }], files('a'), []],
    [
      'this branch',
      [{ patterns: ['a'], branch: '^ma.n$' }],
      files('a'),
      [{ explanation: 'Files are protected', paths: ['a'], more: false }],
    ],
    [
      'reasons are told apart, and each once',
      [
        { patterns: ['^a'], explanation: 'One.' },
        { patterns: ['^b'], explanation: 'Two.' },
        { patterns: ['^c'], explanation: 'One.' },
      ],
      files('c', 'a', 'b'),
      [
        { explanation: 'One.', paths: ['a', 'c'], more: false },
        { explanation: 'Two.', paths: ['b'], more: false },
      ],
    ],
    [
      'where a file came from counts as well',
      [{ patterns: ['^a/'] }],
      [{ path: 'b/x', previousPath: 'a/x', additions: 0, deletions: 0 }],
      [{ explanation: 'Files are protected', paths: ['a/x'], more: false }],
    ],
  ])('%s', async (_, paths, changed, blocked) => {
    const ask = async (): Promise<ChangedFiles> => ({ files: changed, complete: true });
    expect(await blockedPathsIn('main', { blockade: { paths } }, ask)).toEqual(blocked);
  });

  test('a list that is not whole may hide one', async () => {
    const found = await blockedPathsIn('main', { blockade: { paths: [{ patterns: ['^a/'] }] } }, cutOff);
    expect(found).toEqual([{ explanation: 'Files are protected', paths: [], more: true }]);
  });

  test('files are asked for only where something is protected', async () => {
    const elsewhere = { blockade: { paths: [{ patterns: ['a'], branch: '^release-' }] } };
    expect(await blockedPathsIn('main', elsewhere, unasked)).toEqual([]);
  });
});
