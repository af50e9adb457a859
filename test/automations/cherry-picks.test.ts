import { expect, test } from 'vitest';
import { cherryPicks } from '../../shared/automations/cherry-picks.ts';
import { cherryPick, type Action } from '../../shared/language/index.ts';
import { type All, decided, subjectOf } from '../support/given.ts';

const picks: All['picks'] = [
  { target: 'release-1', by: 'ada' },
  { target: 'release-2', by: 'grace', label: true },
];
const merged = subjectOf({ state: 'closed', merged: true, labels: ['kind/bug', 'size/S'] });

test.each<[title: string, facts: Partial<All>, does: readonly Action[]]>([
  [
    'merged',
    { subject: merged, picks },
    [cherryPick('release-1', 'ada', ['kind/bug']), cherryPick('release-2', 'grace', ['kind/bug'])],
  ],
  ['merged, and nobody asked', { subject: merged }, []],
  ['closed', { subject: subjectOf({ state: 'closed' }), picks }, []],
])('%s', (_, facts, does) => {
  expect(decided(cherryPicks, { event: 'closed', ...facts })).toEqual(does);
});
