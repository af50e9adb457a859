import ignore from 'ignore';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  approvalState,
  codeownersOf,
  compileCodeowners,
  groupsIn,
  MAX_CODEOWNERS_BYTES,
  mayApproveAny,
  type CodeownersIndex,
} from '../../shared/owners/index.ts';

const indexOf = (text: string, more: Partial<Pick<CodeownersIndex, 'members' | 'otherwise'>> = {}): CodeownersIndex =>
  compileCodeowners({ path: '.github/CODEOWNERS', text, members: new Map(), otherwise: new Set(), ...more });

// The examples of GitHub's documentation, with what it says about each.
test.each<[pattern: string, owned: readonly string[], others: readonly string[]]>([
  ['*', ['a', 'a/b', '.x', 'a/.b'], []],
  ['*.js', ['a.js', 'x/y/a.js'], ['a.jsx', 'ajs']],
  ['/build/logs/', ['build/logs/a', 'build/logs/b/c'], ['x/build/logs/a', 'build/logs']],
  ['docs/*', ['docs/getting-started.md'], ['docs/build-app/troubleshooting.md', 'x/docs/a.md']],
  ['apps/', ['apps/a', 'x/apps/b/c'], ['apps', 'apps2/a']],
  ['/docs/', ['docs/a', 'docs/b/c'], ['x/docs/a']],
  ['/scripts/', ['scripts/a'], ['x/scripts/a']],
  ['**/logs', ['logs/a', 'build/logs/a', 'deeply/nested/logs/b', 'x/logs'], ['logs2/a']],
  ['/apps/github', ['apps/github', 'apps/github/a'], ['apps/github2', 'x/apps/github']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'x/a/b']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b/c'], ['a/xb', 'b']],
  ['a?c', ['abc', 'x/abc/d'], ['ac', 'a/c']],
  [String.raw`my\ file.txt`, ['my file.txt', 'x/my file.txt'], ['my']],
  [String.raw`a\*b`, ['a*b'], ['axb']],
  ['a.b+(c)|^$', ['a.b+(c)|^$'], ['axb+(c)|^$']],
  ['/', [], ['a']],
])('%s', (pattern, owned, others) => {
  const index = indexOf(`${pattern} @ada`);
  expect(index.skipped).toEqual([]);
  expect(owned.filter((path) => codeownersOf(index, path).length === 0)).toEqual([]);
  expect(others.filter((path) => codeownersOf(index, path).length > 0)).toEqual([]);
});

test('the last line that matches decides, and one without owners takes them away', () => {
  const index = indexOf(
    '*  @Org/Everyone\n\n# docs\n/docs/ @ada docs@example.org # by night\n/docs/free\n*.md @grace\n',
  );
  expect(codeownersOf(index, 'x')).toEqual(['org/everyone']);
  expect(codeownersOf(index, 'docs/a.txt')).toEqual(['ada', 'docs@example.org']);
  expect(codeownersOf(index, 'docs/free/a.txt')).toEqual([]);
  expect(codeownersOf(index, 'docs/free/a.md')).toEqual(['grace']);
});

test('paths are compared with their case', () => {
  expect(codeownersOf(indexOf('/Docs/ @ada'), 'docs/a')).toEqual([]);
});

test.each<[line: string, column: number, problem: RegExp]>([
  ['!docs/ @ada', 1, /negate/],
  ['  src/[ab] @ada', 3, /ranges/],
  ['[Section] @ada', 1, /sections/],
  [String.raw`\#file @ada`, 1, /begin a pattern/],
  ['docs/ ada', 1, /An owner is/],
  ['docs/ @ada, @grace', 1, /An owner is/],
  [`${'a'.repeat(300)} @ada`, 1, /longer than/],
])('the line "%s" is skipped, as on GitHub, and reported', (line, column, problem) => {
  const index = indexOf(`* @grace\n${line}\r\n`);
  expect(index.rules).toHaveLength(1);
  expect(index.skipped).toEqual([{ line: 2, column, problem: expect.stringMatching(problem) }]);
});

test('teams and addresses are named once, for whoever looks up their members', () => {
  expect(groupsIn('* @Org/b @ada\nx/ @org/a a@example.org\ny/ @org/b\n')).toEqual(['a@example.org', 'org/a', 'org/b']);
});

test.each([
  ['too large', `* @ada\n${'#'.repeat(MAX_CODEOWNERS_BYTES)}`],
  ['too long', '* @ada\n'.repeat(20_001)],
])('a file that is %s names nobody and says so', (_, text) => {
  const index = indexOf(text, { otherwise: new Set(['root']) });
  const state = ask(index, ['a'], ['ada']);
  expect(state).toMatchObject({ approved: false, suggested: ['root'], reasons: [{ is: 'unreadable', line: 1 }] });
  expect(ask(index, ['a'], ['root']).approved).toBe(true);
});

const ask = (index: CodeownersIndex, paths: readonly string[], approvals: readonly string[], filesComplete = true) =>
  approvalState({
    index,
    files: paths.map((path) => ({ path })),
    filesComplete,
    approvals: new Set(approvals),
    author: 'author',
    selfApproval: true,
    pull: 1,
  });

describe('approval', () => {
  const text = '/api/ @org/api @ada\n/web/ @grace\n/free/\n';
  const index = indexOf(text, { members: new Map([['org/api', ['edsger']]]), otherwise: new Set(['maintainer']) });

  test.each<[paths: readonly string[], approvals: readonly string[], approved: boolean]>([
    [['api/a'], ['edsger'], true],
    [['api/a'], ['Ada'], true],
    [['api/a'], ['grace', 'maintainer'], false],
    [['api/a', 'web/b'], ['ada'], false],
    [['api/a', 'web/b'], ['ada', 'grace'], true],
    [['free/a'], ['ada'], false],
    [['free/a', 'elsewhere'], ['maintainer'], true],
    [[], ['maintainer'], false],
  ])('%j approved by %j: %s', (paths, approvals, approved) => {
    expect(ask(index, paths, approvals).approved).toBe(approved);
  });

  test('shows one group per pattern', () => {
    expect(ask(index, ['api/a', 'api/b', 'web/c', 'x'], ['ada']).groups).toMatchObject([
      {
        directory: '',
        ownersFile: '.github/CODEOWNERS',
        files: 1,
        approvedBy: [],
        missing: true,
        partial: false,
        canApprove: ['maintainer'],
      },
      {
        directory: '/api/',
        ownersFile: '.github/CODEOWNERS',
        files: 2,
        approvedBy: ['ada'],
        missing: false,
        partial: false,
        canApprove: [],
      },
      {
        directory: '/web/',
        ownersFile: '.github/CODEOWNERS',
        files: 1,
        approvedBy: [],
        missing: true,
        partial: false,
        canApprove: ['grace'],
      },
    ]);
  });

  test('of an incomplete list needs an owner of everything as well', () => {
    expect(ask(index, ['api/a'], ['ada'], false).approved).toBe(false);
    expect(ask(index, ['api/a'], ['ada', 'maintainer'], false).approved).toBe(true);
    expect(ask(indexOf('* @olga\n/api/ @ada'), ['api/a'], ['ada', 'olga'], false).approved).toBe(true);
  });

  test('may be given by whoever owns one of the files', () => {
    expect(mayApproveAny(index, [{ path: 'api/a' }, { path: 'web/b' }], 'Grace')).toBe(true);
    expect(mayApproveAny(index, [{ path: 'api/a' }], 'grace')).toBe(false);
  });
});

test('patterns match what gitignore would, apart from what GitHub leaves out', () => {
  const name = fc.constantFrom('a', 'b', 'ab', 'a.b');
  const wild = fc.constantFrom('a', 'b', 'ab', '*', '*b', 'a*', '?', '**', 'a.b');
  const pattern = fc
    .tuple(fc.boolean(), fc.array(wild, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([rooted, segments, folder]) => `${rooted ? '/' : ''}${segments.join('/')}${folder ? '/' : ''}`)
    // Such a pattern ends with the files of a folder on GitHub; gitignore goes on below.
    .filter((text) => !text.endsWith('/*'));
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));
  fc.assert(
    fc.property(pattern, path, (text, file) => {
      const ours = codeownersOf(indexOf(`${text} @ada`), file).length > 0;
      expect(ours).toBe(ignore({ ignorecase: false }).add(text).ignores(file));
    }),
    { numRuns: 2_000 },
  );
});

test('a pattern of many wildcards takes no longer', () => {
  const index = indexOf(`${'**/a/'.repeat(12)}**/b @ada\n${'*a'.repeat(100)}b @ada`);
  expect(codeownersOf(index, 'a/'.repeat(2_000) + 'a')).toEqual([]);
});
