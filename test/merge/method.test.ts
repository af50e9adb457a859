import { describe, expect, test } from 'vitest';
import { filledIn, type MergeMethod } from '../../shared/language/index.ts';
import { contradictingLabels, messageFor, wayOf } from '../../shared/merge/method.ts';
import { settingsOf } from '../support/given.ts';

type Merge = Parameters<typeof settingsOf<'merge'>>[1];
const ALL: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];
const LABELS: Merge = { mergeLabel: 'tide/merge', squashLabel: 'tide/squash', rebaseLabel: 'tide/rebase' };
const BRANCHES: Merge = {
  method: 'squash',
  methods: [
    { method: 'rebase', branches: ['release-*', 'stable'] },
    { method: 'merge', matching: '^dev(elop)?$' },
    { method: 'rebase', matching: '^dev' },
  ],
};

describe('which way', () => {
  test.each<[what: string, baseRef: string, labels: readonly string[], merge: Merge, way: MergeMethod]>([
    ['that of the settings', 'main', [], { method: 'rebase' }, 'rebase'],
    ['that of a label before any other', 'release-1', ['tide/merge'], { ...BRANCHES, ...LABELS }, 'merge'],
    ['a label in another case', 'main', ['Tide/Squash'], LABELS, 'squash'],
    ['labels that are not set mean nothing', 'main', ['tide/merge'], { method: 'squash' }, 'squash'],
    ['a branch by the beginning of its name', 'release-1.2', [], BRANCHES, 'rebase'],
    ['a branch by its whole name', 'stable', [], BRANCHES, 'rebase'],
    ['a branch by an expression: the first that fits', 'develop', [], BRANCHES, 'merge'],
    ['the next where the first does not', 'dev-2', [], BRANCHES, 'rebase'],
    ['the repository where no branch fits', 'stable-2', [], BRANCHES, 'squash'],
    ['an entry for all', 'main', [], { methods: [{ method: 'rebase' }] }, 'rebase'],
  ])('%s', (_, baseRef, labels, merge, method) => {
    expect(wayOf({ baseRef, methods: ALL }, new Set(labels), settingsOf('merge', merge))).toMatchObject({ method });
  });

  test.each<[what: string, labels: readonly string[], methods: readonly MergeMethod[], merge: Merge, problem: string]>([
    [
      'two labels',
      ['tide/squash', 'tide/rebase'],
      ALL,
      LABELS,
      '`tide/squash` and `tide/rebase` ask for different ways',
    ],
    ['a label for what is not allowed', ['tide/rebase'], ['merge'], LABELS, '`tide/rebase` asks for it'],
    [
      'a branch for what is not allowed',
      [],
      ['merge'],
      { methods: [{ method: 'rebase', branches: ['main'] }] },
      'since `merge.methods` says so for `main`',
    ],
    ['nothing is allowed', ['tide/rebase'], [], LABELS, 'allows no way'],
  ])('none: %s', (_, labels, methods, merge, problem) => {
    const way = wayOf({ baseRef: 'main', methods }, new Set(labels), settingsOf('merge', merge));
    expect(way).toMatchObject({ is: 'none', problem: expect.stringContaining(problem) });
    expect(way.is === 'none' && way.next !== '').toBe(true);
  });

  test('of the settings alone another way takes the place', () => {
    expect(wayOf({ baseRef: 'main', methods: ['squash'] }, new Set(), settingsOf('merge', {}))).toMatchObject({
      method: 'squash',
    });
  });
});

test.each<[merge: Merge, problem: string | undefined]>([
  [LABELS, undefined],
  [{}, undefined],
  [{ mergeLabel: 'a', rebaseLabel: 'A' }, 'The label `a` cannot ask for two ways to merge.'],
])('labels %j: %s', (merge, problem) => {
  expect(contradictingLabels(settingsOf('merge', merge).merge)).toBe(problem);
});

describe('what the commit says', () => {
  test.each<[method: MergeMethod, merge: Merge, message: unknown]>([
    ['merge', {}, undefined],
    ['squash', { commitTitle: '{title} (#{number})' }, { title: '{title} (#{number})' }],
    ['merge', { commitBody: '{body}' }, { body: '{body}' }],
    ['rebase', { commitTitle: '{title}' }, undefined],
  ])('%s, %j: %j', (method, merge, message) => {
    expect(messageFor(method, settingsOf('merge', merge))).toEqual(message);
  });

  test('words in braces are filled in at once, and no others', () => {
    const words = { title: '{author}', number: '7', author: 'ada', head: 'fix', base: 'main', body: '$& {number}' };
    expect(filledIn('{title} #{number} {body} {constructor} {Title} {{head}}', words)).toBe(
      '{author} #7 $& {number} {constructor} {Title} {fix}',
    );
  });
});
