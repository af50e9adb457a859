import { expect, test } from 'vitest';
import { cherryPickLabels } from '../../shared/automations/cherry-pick-labels.ts';
import { cherryPick, pickLater, pickNever, removeLabel, type Action } from '../../shared/language/index.ts';
import { type All, decided, pullOf, robot, settingsOf } from '../support/given.ts';

const label = 'cherrypick/release-1';
const labels = new Set([label]);
const asked: All['picks'] = [{ target: 'release-1', by: 'grace', label: true }];

const done = (facts: Partial<All>): readonly (Action | string)[] =>
  decided(cherryPickLabels, { event: 'labeled', label, labels, ...facts }).map((each) =>
    each.is === 'notice' ? each.text : each,
  );

test.each<[title: string, facts: Partial<All>, does: readonly (Action | string)[]]>([
  ['before the merge', {}, [pickLater('release-1', 'Grace', 'label')]],
  ['after the merge', { pull: pullOf({ state: 'merged' }) }, [cherryPick('release-1', 'Grace', [])]],
  ['on what is closed', { pull: pullOf({ state: 'closed' }) }, []],
  ['by a bot', { actor: robot }, []],
  ['off again meanwhile', { labels: new Set<string>() }, []],
  ['without a branch', { label: 'cherrypick/' }, []],
  [
    'by somebody who may not ask',
    { actorPicks: false },
    [
      removeLabel(label),
      '`cherrypick/release-1` was taken off again: `Grace` may not ask for cherry-picks here; `/commands cherrypick` says who may.',
    ],
  ],
  [
    'for its own base',
    { label: 'cherrypick/main', labels: new Set(['cherrypick/main']) },
    [
      removeLabel('cherrypick/main'),
      '`cherrypick/main` was taken off again: `main` is the base of this pull request, so what is merged is there already.',
    ],
  ],
  [
    'for what is no branch',
    { label: 'cherrypick/a b', labels: new Set(['cherrypick/a b']) },
    [removeLabel('cherrypick/a b'), '`cherrypick/a b` was taken off again: `a b` cannot be the name of a branch.'],
  ],
  ['taken off', { event: 'unlabeled', labels: new Set<string>(), picks: asked }, [pickNever('release-1', 'label')]],
  [
    'taken off, and a command asks for it',
    { event: 'unlabeled', labels: new Set<string>(), picks: [{ target: 'release-1', by: 'ada' }] },
    [],
  ],
])('%s', (_, facts, does) => {
  expect(done(facts)).toEqual(does);
});

test('the prefix is a setting', () => {
  const settings = settingsOf('cherrypick', { labelPrefix: 'backport/' });
  expect(cherryPickLabels.labelsBySettings?.(settings)).toEqual(['backport/']);
  expect(done({ settings, label: 'backport/v2', labels: new Set(['backport/v2']) })).toEqual([
    pickLater('v2', 'Grace', 'label'),
  ]);
  expect(cherryPickLabels.labelsBySettings?.(settingsOf('cherrypick', { labelPrefix: '' }))).toEqual([]);
});
