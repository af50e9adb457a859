/** What is looked for in a repository where things grow old; what comes of it is in test/end-to-end/labels.test.ts. */
import { expect, test } from 'vitest';
import { hourFor, soughtIn } from '../shared/ageing.ts';
import type { Settings } from '../shared/settings/index.ts';
import { settingsOf } from './support/given.ts';

const NOW = new Date('2026-12-01T12:00:00.000Z');
const [STALE, ROTTEN, FROZEN] = ['lifecycle/stale', 'lifecycle/rotten', 'lifecycle/frozen'];
const [NINETY, THIRTY, TEN] = ['2026-09-02T12:00:00Z', '2026-11-01T12:00:00Z', '2026-11-21T12:00:00Z'];

type Shown = readonly [kind: string, labels: readonly string[], without: readonly string[], before: string | undefined];

const issuesAlone = { pulls: false, exempt: [] };

test.each<[what: string, set: Partial<Settings['ageing']>, sought: readonly Shown[]]>([
  [
    'issues and pull requests',
    { exempt: ['keep'] },
    [
      ['issue', [], [STALE, ROTTEN, FROZEN, 'keep'], NINETY],
      ['issue', [STALE, ROTTEN], [FROZEN, 'keep'], THIRTY],
      ['pull', [], [STALE, ROTTEN, FROZEN, 'keep'], NINETY],
      ['pull', [STALE, ROTTEN], [FROZEN, 'keep'], THIRTY],
    ],
  ],
  [
    'what closes soon is found in time',
    { ...issuesAlone, closes: true, closeDays: 10 },
    [
      ['issue', [], [STALE, ROTTEN, FROZEN], NINETY],
      ['issue', [STALE, ROTTEN], [FROZEN], TEN],
    ],
  ],
  [
    'what an answer revives is found whenever it changed',
    { ...issuesAlone, revives: true },
    [
      ['issue', [], [STALE, ROTTEN, FROZEN], NINETY],
      ['issue', [STALE, ROTTEN], [FROZEN], undefined],
    ],
  ],
  ['neither', { issues: false, pulls: false }, []],
])('%s', (_, set, sought) => {
  const found = soughtIn(settingsOf('ageing', set), NOW, 7);
  expect(found.map(({ kind, labels, without, before }) => [kind, labels, without, before])).toEqual(sought);
  expect(found.every(({ most, turn }) => most === 20 && turn === 7)).toBe(true);
});

test('repositories are spread over the hours of the day', () => {
  const hours = Array.from({ length: 500 }, (_, index) => hourFor(`github:acme/r${index}`));
  expect(new Set(hours)).toEqual(new Set(Array.from({ length: 24 }, (_, hour) => hour)));
  expect(hourFor('github:acme/r1')).toBe(hours[1]);
});
