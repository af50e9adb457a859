import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundedToRoot,
  compileCodeowners,
  compileOwners,
  reviewersFor,
  type OwnersIndex,
  type ReviewersQuestion,
} from '../../shared/owners/index.ts';

function indexOf(files: Readonly<Record<string, string>>, aliases?: string): OwnersIndex {
  const blobs = Object.entries(files).map(([path, text]) => [path, { oid: path, text }] as const);
  const named = aliases === undefined ? null : { oid: 'aliases', text: aliases };
  return compileOwners({ files: new Map(blobs), aliases: named, complete: true });
}

const index = indexOf(
  {
    OWNERS: 'reviewers: [rita, rolf]\napprovers: [anna]\n',
    'a/OWNERS': 'reviewers: [al, amy]\napprovers: [art]\n',
    'a/b/OWNERS': 'reviewers: [bea]\n',
    'b/OWNERS': 'reviewers: [bob, amy]\n',
    'c/OWNERS': 'reviewers: [cleo]\noptions:\n  no_parent_owners: true\n',
    'team/OWNERS': 'reviewers: [crew]\noptions:\n  no_parent_owners: true\n',
    'must/OWNERS': 'reviewers: [mia]\nrequired_reviewers: [sec, mia, crew]\n',
    'robots/OWNERS': 'reviewers: ["robot[bot]"]\n',
    'broken/OWNERS': 'reviewers: [',
    'alone/OWNERS': 'approvers: [zed]\noptions:\n  no_parent_owners: true\n',
  },
  'aliases:\n  crew: [kim, kai, ken]\n',
);

type Asked = Partial<Omit<ReviewersQuestion, 'files' | 'engaged' | 'never' | 'away'>> & {
  readonly away?: readonly string[];
  readonly engaged?: readonly string[];
  readonly never?: readonly string[];
};

function asked(paths: readonly string[], { engaged = [], never = [], away = [], ...more }: Asked = {}) {
  return reviewersFor({
    index,
    files: paths.map((path) => ({ path })),
    wanted: 2,
    most: 0,
    approversToo: true,
    engaged: new Set(engaged),
    never: new Set(never),
    away: new Set(away),
    seed: 12,
    ...more,
  });
}

const everybody = (paths: readonly string[], more: Asked = {}): readonly string[] => {
  const { chosen, required } = asked(paths, more);
  return [...chosen, ...required].toSorted();
};

function questionOf(): ReviewersQuestion {
  const none: ReadonlySet<string> = new Set();
  return {
    index,
    files: [],
    wanted: 2,
    most: 0,
    approversToo: true,
    engaged: none,
    never: none,
    away: none,
    seed: 1,
  };
}

describe('who is asked for a review', () => {
  test.each<[title: string, paths: readonly string[], more: Asked, who: readonly string[]]>([
    ['the folder’s own reviewers', ['a/x'], {}, ['al', 'amy']],
    ['first the nearest, then those above', ['a/b/x'], { wanted: 3 }, ['al', 'amy', 'bea']],
    ['up to the root', ['a/b/x'], { wanted: 5 }, ['al', 'amy', 'bea', 'rita', 'rolf']],
    ['approvers where reviewers are too few', ['a/b/x'], { wanted: 7 }, 'al amy anna art bea rita rolf'.split(' ')],
    [
      'no approvers where they are excluded',
      ['a/b/x'],
      { wanted: 7, approversToo: false },
      'al amy bea rita rolf'.split(' '),
    ],
    ['never the author', ['a/x'], { never: ['al'] }, ['amy', expect.stringMatching(/^r/)]],
    ['nobody who is away, but whoever is next', ['a/b/x'], { wanted: 1, never: ['bea', 'al'] }, ['amy']],
    ['nobody at all where all are away', ['c/x'], { never: ['cleo', 'anna'] }, []],
    ['approvers where all reviewers are away', ['alone/x'], { never: ['rita', 'rolf'] }, ['zed']],
    ['no bot', ['robots/x'], { wanted: 1 }, [expect.stringMatching(/^r(?:ita|olf)$/)]],
    ['members of an alias', ['team/x'], { wanted: 3 }, ['kai', 'ken', 'kim']],
    ['somebody for each folder, even beyond the count', ['a/x', 'b/x', 'c/x'], { wanted: 1 }, ['amy', 'cleo']],
    ['one who is near to several before one for each', ['a/x', 'b/x'], { wanted: 1 }, ['amy']],
    [
      'one for each where nobody is near to several',
      ['a/b/x', 'b/x', 'c/x'],
      { wanted: 1, never: ['amy'] },
      ['bea', 'bob', 'cleo'],
    ],
    [
      'no more than the bound',
      ['a/b/x', 'b/x', 'c/x'],
      { wanted: 1, most: 2, never: ['amy'] },
      [expect.any(String), expect.any(String)],
    ],
    [
      'required reviewers beyond count and bound',
      ['must/x'],
      { wanted: 1, most: 1 },
      ['kai', 'ken', 'kim', 'mia', 'sec'],
    ],
    [
      'no required reviewer who wrote it or is away',
      ['must/x'],
      { wanted: 1, never: ['sec', 'kai'] },
      ['ken', 'kim', 'mia'],
    ],
    ['nobody where nothing is changed', [], {}, []],
    ['owners of the root where a file is broken', ['broken/x'], {}, ['rita', 'rolf']],
  ])('%s', (_, paths, more, who) => {
    expect(everybody(paths, more)).toEqual(who);
  });

  test('both sides of a rename have somebody', () => {
    const { chosen } = reviewersFor({ ...questionOf(), files: [{ path: 'c/x', previousPath: 'a/b/x' }], wanted: 1 });
    expect(chosen.toSorted()).toEqual(['bea', 'cleo']);
  });

  test.each<[title: string, engaged: readonly string[], who: readonly string[]]>([
    ['one more where one is there', ['al'], ['amy']],
    ['nobody more where two are', ['al', 'somebody'], []],
    ['whoever is there speaks for the folder', ['bea', 'al'], []],
  ])('who was asked or has reviewed counts: %s', (_, engaged, who) => {
    expect(everybody(['a/x'], { engaged })).toEqual(who);
  });

  test('the bound counts who is there as well', () => {
    expect(everybody(['a/b/x'], { wanted: 9, most: 3, engaged: ['x', 'y'] })).toHaveLength(1);
    expect(everybody(['a/b/x'], { wanted: 9, most: 2, engaged: ['x', 'y'] })).toEqual([]);
  });

  test('a change too wide to be looked at is for reviewers of the root', () => {
    expect(everybody(['a/b/x'], { index: boundedToRoot(index) })).toEqual(['rita', 'rolf']);
  });

  test('by CODEOWNERS those of the line that counts, members of its teams among them', () => {
    const members = new Map([['acme/docs', ['dora', 'dan']]]);
    const text = '* @gus\n/docs/ @acme/docs @docs-lead\n';
    const owners = compileCodeowners({ path: 'CODEOWNERS', text, members, otherwise: new Set(['mo']) });
    expect(everybody(['docs/x'], { index: owners, wanted: 3 })).toEqual(['dan', 'docs-lead', 'dora']);
    expect(everybody(['x'], { index: owners })).toEqual(['gus']);
  });

  test('whoever has fewer reviews waiting goes first, among those as near', () => {
    const waiting = new Map([
      ['al', 3],
      ['amy', 1],
      ['rita', 0],
    ]);
    expect(asked(['a/x'], { wanted: 1, waiting }).chosen).toEqual(['amy']);
    expect(asked(['a/x'], { wanted: 1, waiting: new Map([['amy', 4]]) }).chosen).toEqual(['al']);
    // To be near matters more.
    expect(asked(['a/b/x'], { wanted: 1, waiting: new Map([['bea', 40]]) }).chosen).toEqual(['bea']);
  });

  test('tells how many there were to choose from', () => {
    expect(asked(['c/x'], { wanted: 1 }).candidates).toBe(2);
    expect(asked(['c/x'], { wanted: 1, approversToo: false }).candidates).toBe(1);
    expect(asked(['a/x'], { wanted: 1, never: ['rita'] }).candidates).toBe(5);
  });
});

describe('the choice', () => {
  const crowd = Array.from({ length: 40 }, (_, number) => `person-${String(number).padStart(2, '0')}`);
  const wide = indexOf({ OWNERS: `reviewers: [${crowd.join(', ')}]\n` });
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const chosenBy = (seed: number): readonly string[] => asked(['x'], { index: wide, seed }).chosen;

  test('is the same for the same pull request, and another for another', () => {
    expect(seeds.map(chosenBy)).toEqual(seeds.map(chosenBy));
    expect(new Set(seeds.map((seed) => chosenBy(seed).join())).size).toBeGreaterThan(150);
  });

  test('favors no letter of the alphabet', () => {
    const counts = Map.groupBy(seeds.flatMap(chosenBy), (login) => login);
    expect(counts.size).toBe(crowd.length);
    // 400 choices among 40 people.
    expect(Math.max(...[...counts.values()].map((each) => each.length))).toBeLessThan(25);
  });

  const paths = fc.uniqueArray(fc.constantFrom('a/x', 'a/b/x', 'b/x', 'c/x', 'must/x', 'robots/x', 'alone/x', 'x'));
  const logins = fc.uniqueArray(fc.constantFrom(...'al amy bea bob cleo rita rolf anna art mia sec zed'.split(' ')));

  test('is never who must not be asked, holds nobody twice, and keeps to the bound', () => {
    fc.assert(
      fc.property(
        paths,
        logins,
        logins,
        fc.nat(12),
        fc.nat(12),
        fc.nat(),
        (touched, engaged, never, wanted, most, seed) => {
          const { chosen, required } = asked(touched, { engaged, never, wanted, most, seed });
          const all = [...chosen, ...required];
          expect(new Set(all).size).toBe(all.length);
          expect(all.filter((login) => engaged.includes(login) || never.includes(login))).toEqual([]);
          expect(chosen.length).toBeLessThanOrEqual(most === 0 ? 10 : Math.max(0, most - engaged.length));
        },
      ),
    );
  });

  test('is somebody wherever anybody could be asked and is wanted', () => {
    fc.assert(
      fc.property(paths, logins, fc.nat(), (touched, never, seed) => {
        const { chosen, candidates } = asked(touched, { never, seed, wanted: 1 });
        expect(chosen.length > 0).toBe(candidates > 0);
      }),
    );
  });
});
