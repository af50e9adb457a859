import { expect, test } from 'vitest';
import { mergeMethodComment } from '../../shared/automations/merge-method-comment.ts';
import { wakenBy, type Action } from '../../shared/language/index.ts';
import { defaultSettings, type Settings } from '../../shared/settings/index.ts';
import { decided, pullOf, settingsOf } from '../support/given.ts';

const commits = { list: [], count: 3 };
const labels = { squashLabel: 'tide/squash', mergeLabel: 'tide/merge' };

function words(actions: readonly Action[]): readonly string[] {
  return actions.map((action) =>
    action.is === 'notice' ? `${action.quiet ? 'quietly: ' : ''}${action.text}` : action.is,
  );
}

test.each<[what: string, settings: Settings, on: readonly string[], base: string, words: string]>([
  [
    'merged, and a label squashes',
    settingsOf('merge', labels),
    [],
    'main',
    'This pull request has 3 commits. They are merged as they are, with a merge commit: `merge.method` says so. The label `tide/squash` has them squashed.',
  ],
  [
    'squashed, and no label asks for merging',
    settingsOf('merge', { method: 'squash' }),
    [],
    'main',
    'This pull request has 3 commits. They are squashed into one: `merge.method` says so. No label asks for anything else.',
  ],
  [
    'squashed, and a label merges',
    settingsOf('merge', { ...labels, method: 'squash' }),
    [],
    'main',
    'This pull request has 3 commits. They are squashed into one: `merge.method` says so. The label `tide/merge` has them merged as they are.',
  ],
  [
    'a label that is on',
    settingsOf('merge', labels),
    ['tide/squash'],
    'main',
    'This pull request has 3 commits. They are squashed into one: `tide/squash` asks for it. The label `tide/merge` has them merged as they are.',
  ],
  [
    'by its branch',
    settingsOf('merge', { methods: [{ method: 'rebase', branches: ['release-*'] }] }),
    [],
    'release-1',
    'This pull request has 3 commits. They are rebased onto the end of the base branch, each for itself: `merge.methods` says so for `release-1`. No label asks for anything else.',
  ],
])('%s', (_, settings, on, baseRef, expected) => {
  const actions = decided(mergeMethodComment, { commits, settings, labels: new Set(on), pull: pullOf({ baseRef }) });
  expect(words(actions)).toEqual([expected]);
});

test('labels that ask for two ways are told of', () => {
  const on = new Set(['tide/squash', 'tide/merge']);
  const [told] = words(decided(mergeMethodComment, { commits, labels: on, settings: settingsOf('merge', labels) }));
  expect(told).toContain('ask for different ways to merge. Take all of them off but one.');
});

test('one commit is not worth a word, and what was said is taken back', () => {
  const one = { list: [], count: 1 };
  expect(decided(mergeMethodComment, { commits: one })).toEqual([]);
  expect(words(decided(mergeMethodComment, { commits: one, notices: new Set(['merge-method']) }))).toEqual([
    'quietly: It has one commit now.',
  ]);
});

test('a label that asks for a way wakes it, and no other does', () => {
  const settings = settingsOf('merge', labels);
  const wakes = (label: string): boolean =>
    wakenBy(mergeMethodComment, { name: 'labeled', kind: 'pull', label }, settings);
  expect([wakes('tide/squash'), wakes('kind/bug')]).toEqual([true, false]);
  expect(wakenBy(mergeMethodComment, { name: 'edited', kind: 'pull', label: undefined }, defaultSettings)).toBe(true);
  expect(mergeMethodComment.onRequest).toBe(true);
});
