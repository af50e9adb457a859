import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fewestGlobs, globOf, globsOf, quotedGlob } from '../../shared/language/index.ts';

test.each<[pattern: string, matches: readonly string[], others: readonly string[]]>([
  ['docs/', ['docs/a', 'docs/a/b'], ['docs', 'docsy/a', 'x/docs/a']],
  ['docs', ['docs', 'docs/a', 'docs/a/b'], ['docsy', 'x/docs']],
  ['/docs', ['docs/a'], ['x/docs']],
  ['./docs//a', ['docs/a'], ['docs/b']],
  ['docs/**', ['docs/a', 'docs/a/b'], ['docs', 'docsy/a']],
  ['docs/*', ['docs/a', 'docs/a/b'], ['docs']],
  ['docs/*.md', ['docs/a.md', 'docs/.md', 'docs/a.md/b'], ['docs/a.mdx', 'docs/x/a.md', 'a.md']],
  ['**/*.md', ['a.md', 'x/y/a.md', 'a.md/b'], ['a.mdx']],
  ['**/docs/', ['docs/a', 'x/docs/a'], ['x/docs', 'docs']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'a/b/c'], ['a', 'b', 'x/a/b']],
  ['a/**/b/**/c', ['a/b/c', 'a/b/x/b/y/c', 'a/b/b/c'], ['a/c', 'a/c/b']],
  ['a/**/**/b', ['a/b', 'a/x/b'], ['a/c']],
  ['?.ts', ['a.ts'], ['ab.ts', '.ts', 'a/x.ts']],
  ['a*c*e', ['abcde', 'ace', 'acce'], ['ace.', 'aec', 'a/c/e']],
  [String.raw`a\*b`, ['a*b'], ['axb']],
  [String.raw`a\\b`, [String.raw`a\b`], ['ab']],
  [String.raw`a*\?`, ['ab?'], ['abc']],
  ['[id].ts', ['[id].ts'], ['i.ts']],
  ['{a,b}', ['{a,b}'], ['a']],
  ['Docs', [], ['docs']],
  ['..', ['..'], ['a']],
  ['**', ['a', 'a/b'], []],
  ['/', ['a', 'a/b'], []],
  ['.', ['a', 'a/b'], []],
])('%s', (pattern, matches, others) => {
  const matched = globOf(pattern);
  expect(matches.filter((path) => !matched(path))).toEqual([]);
  expect(others.filter((path) => matched(path))).toEqual([]);
});

test('of several patterns one suffices, and none matches nothing', () => {
  expect(['a/x', 'b/x', 'c/x'].filter(globsOf(['a', 'b/*']))).toEqual(['a/x', 'b/x']);
  expect(globsOf([])('a')).toBe(false);
});

const name = fc.stringMatching(/^[ab]{1,4}$/);
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
const pattern = fc
  .tuple(
    fc.array(fc.oneof(fc.stringMatching(/^[ab*?]{1,4}$/), fc.constant('**')), { minLength: 1, maxLength: 5 }),
    fc.constantFrom('', '/'),
  )
  .map(([names, end]) => names.join('/') + end);

/** The same by a regular expression, which may take its time on paths this short. */
function expressionFor(glob: string): RegExp {
  const names = glob.split('/').filter((each) => each !== '');
  const parts = names.map((each, index) => {
    const last = index === names.length - 1;
    if (each === '**') return last ? '.+' : '(?:[^/]+/)*';
    return each.replaceAll(/\*+/g, '[^/]*').replaceAll('?', '[^/]') + (last ? '' : '/');
  });
  return new RegExp(`^${parts.join('')}${names.at(-1) === '**' ? '' : glob.endsWith('/') ? '/.+' : '(?:/.+)?'}$`);
}

describe('for any pattern', () => {
  test('it matches what the regular expression of the same meaning matches', () => {
    fc.assert(
      fc.property(pattern, path, (glob, each) => {
        expect(globOf(glob)(each)).toBe(expressionFor(glob).test(each));
      }),
      { numRuns: 5_000 },
    );
  });

  test('a quoted path matches itself and what is below it alone', () => {
    const any = fc.stringMatching(/^[a*?\\b]{1,6}(\/[a*?\\b]{1,6}){0,2}$/);
    fc.assert(
      fc.property(any, any, (one, other) => {
        expect(globOf(quotedGlob(one))(other)).toBe(other === one || other.startsWith(`${one}/`));
      }),
    );
  });

  test('the fewest patterns hold the wanted paths and no others', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 12 }), fc.func(fc.boolean()), (paths, isWanted) => {
        // A path is a file or a folder, never both.
        const files = paths.filter((each) => !paths.some((other) => other.startsWith(`${each}/`)));
        const wanted = new Set(files.filter((each) => isWanted(each)));
        const globs = fewestGlobs(wanted, files);
        expect(files.filter(globsOf(globs))).toEqual([...wanted]);
        expect(globs.length).toBeLessThanOrEqual(wanted.size);
        expect(globs.includes('**')).toBe(wanted.size > 0 && wanted.size === files.length);
      }),
    );
  });
});

test('stars that would keep a backtracking engine busy for ever are answered at once', () => {
  const hostile = globOf(`${'**/a*a*a*a*a*'.repeat(15)}b`);
  expect(hostile(`${'a'.repeat(100)}/`.repeat(40))).toBe(false);
});
