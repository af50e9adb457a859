import { expect, test } from 'vitest';
import { mergeCommits } from '../../shared/automations/merge-commits.ts';
import type { Action, Commits } from '../../shared/language/index.ts';
import { decided, pullOf } from '../support/given.ts';

const LABEL = 'do-not-merge/contains-merge-commits';
const on = new Set([LABEL]);
const stands = new Set(['merge-commits']);
const none: ReadonlySet<string> = new Set();

const commitsOf = (...parents: readonly number[]): Commits => ({
  list: parents.map((count, index) => ({ sha: `${index}`.repeat(40), parents: count, message: 'x' })),
  count: parents.length,
});

function deeds(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    if (action.is === 'notice') return `${action.quiet ? 'quietly' : 'aloud'}: ${action.text}`;
    return 'label' in action ? `${action.is} ${action.label}` : action.is;
  });
}

const TOLD =
  'aloud: **Blocked: this pull request brings merge commits along**: `1111111`. Rebase it onto the end of its base branch instead of merging that into it, and push.';

test.each<
  [what: string, commits: Commits, labels: ReadonlySet<string>, notices: ReadonlySet<string>, deeds: readonly string[]]
>([
  ['none', commitsOf(1, 1), none, none, []],
  ['a commit without a parent is no merge', commitsOf(0), none, none, []],
  ['one', commitsOf(1, 2), none, none, [`add-label ${LABEL}`, TOLD]],
  ['one that has been told of', commitsOf(1, 2), on, stands, [TOLD]],
  [
    'none any more',
    commitsOf(1),
    on,
    stands,
    [`remove-label ${LABEL}`, 'quietly: It brings no merge commits along any more.'],
  ],
  [
    'more than the forge lists',
    { ...commitsOf(1), count: 1_500 },
    none,
    none,
    [
      `add-label ${LABEL}`,
      'aloud: **Blocked: whether this pull request brings merge commits along cannot be told.** The forge does not list 1499 of its commits. Rebase it into fewer commits, and push.',
    ],
  ],
])('%s', (_, commits, labels, notices, expected) => {
  expect(deeds(decided(mergeCommits, { commits, labels, notices }))).toEqual(expected);
});

test('many are counted', () => {
  const [, told] = deeds(
    decided(mergeCommits, { commits: { ...commitsOf(...Array.from({ length: 12 }, () => 2)), count: 13 } }),
  );
  expect(told).toContain(' and 2 more. The forge does not list 1 further commits.');
});

test('it is asked for, and what is closed is left alone', () => {
  expect(mergeCommits.onRequest).toBe(true);
  expect(decided(mergeCommits, { commits: commitsOf(2), pull: pullOf({ state: 'closed' }) })).toEqual([]);
});
