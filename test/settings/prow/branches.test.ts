import { RE2JS } from 're2js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchesCovered, branchesCovering } from '../../../shared/settings/prow/branches.ts';

test.each<[pattern: string, covering: readonly string[] | undefined, covered: readonly string[] | undefined]>([
  ['^main$', ['main'], ['main']],
  ['main', undefined, ['main*']],
  ['^main', ['main*'], ['main*']],
  ['main$', undefined, ['main']],
  ['^(main|master)$', ['main', 'master'], ['main', 'master']],
  ['^(?:main|release/v1)$', ['main', 'release/v1'], ['main', 'release/v1']],
  ['^release-.*$', ['release-*'], ['release-*']],
  ['release-.*', undefined, ['release-*']],
  [String.raw`^release-1\.2$`, ['release-1.2'], ['release-1.2']],
  ['^release-1.2$', ['release-1*'], ['release-1.2']],
  [String.raw`^release-\d+\.\d+$`, ['release-*'], undefined],
  ['^release-?1$', ['release*'], undefined],
  [String.raw`^a\.?b$`, ['a*'], undefined],
  ['^main|dev$', undefined, undefined],
  ['(?i)^main$', undefined, undefined],
  ['^(main)?$', undefined, undefined],
  ['.*', undefined, undefined],
  ['', undefined, undefined],
])('%j covers at most %j, and at least %j', (pattern, covering, covered) => {
  expect([branchesCovering(pattern), branchesCovered(pattern)]).toEqual([covering, covered]);
});

const named = (names: readonly string[], branch: string): boolean =>
  names.some((name) => (name.endsWith('*') ? branch.startsWith(name.slice(0, -1)) : name === branch));

/** undefined: it is no pattern. */
function matchesIn(pattern: string, branch: string): boolean | undefined {
  try {
    return RE2JS.compile(pattern).matcher(branch).find();
  } catch {
    return undefined;
  }
}

test('no branch is forgotten, and none is let off that the expression does not match', () => {
  const piece = fc.constantFrom(
    'main',
    'x',
    '-',
    '/',
    '.',
    String.raw`\.`,
    '.*',
    '?',
    '+',
    '*',
    '|',
    '(',
    ')',
    '^',
    '$',
    String.raw`\d`,
    '1',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')),
      fc.boolean(),
      fc.boolean(),
      fc
        .array(fc.constantFrom('main', 'x', '-', '/', '.', '1', 'y'), { maxLength: 5 })
        .map((pieces) => pieces.join('')),
      (middle, start, end, branch) => {
        const pattern = `${start ? '^' : ''}${middle}${end ? '$' : ''}`;
        const matches = matchesIn(pattern, branch);
        fc.pre(matches !== undefined);
        const [covering = [branch], covered = []] = [branchesCovering(pattern), branchesCovered(pattern)];
        expect({ pattern, branch, forgotten: matches && !named(covering, branch) }).toMatchObject({
          forgotten: false,
        });
        expect({ pattern, branch, letOff: !matches && named(covered, branch) }).toMatchObject({
          letOff: false,
        });
      },
    ),
    { numRuns: 20_000 },
  );
});
