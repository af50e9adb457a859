import { expect, test } from 'vitest';
import { hourOf, lowest, secondsUntilReset, suffices, type Quota, type Use } from '../shared/quota.ts';

const NOW = new Date('2026-11-25T10:00:00Z');
const left = (remaining: number, resetAt = '2026-11-25T10:39:30.000Z'): Quota => ({ limit: 5_000, remaining, resetAt });

test.each<[remaining: number, may: readonly Use[]]>([
  [5_000, ['command', 'sweep', 'cosmetic']],
  [1_001, ['command', 'sweep', 'cosmetic']],
  [1_000, ['command', 'sweep']],
  [501, ['command', 'sweep']],
  [500, ['command']],
  [101, ['command']],
  [100, []],
  [0, []],
])('of 5000 requests %i are left: %j go on', (remaining, may) => {
  const uses: readonly Use[] = ['command', 'sweep', 'cosmetic'];
  expect(uses.filter((use) => suffices(left(remaining), use, NOW))).toEqual(may);
});

test.each<[what: string, quota: Quota | undefined]>([
  ['nothing is known', undefined],
  ['the window is over', left(0, '2026-11-25T09:59:59.000Z')],
])('everything goes on where %s', (_, quota) => {
  expect(suffices(quota, 'cosmetic', NOW)).toBe(true);
});

test.each<[what: string, one: Quota | undefined, other: Quota | undefined, lower: Quota | undefined]>([
  ['the lower of one window', left(10), left(20), left(10)],
  ['whichever comes first', left(20), left(10), left(10)],
  ['the later window', left(10), left(4_000, '2026-11-25T11:39:30.000Z'), left(4_000, '2026-11-25T11:39:30.000Z')],
  ['the only one', undefined, left(3), left(3)],
  ['none', undefined, undefined, undefined],
])('of two figures, %s', (_, one, other, lower) => {
  expect(lowest(one, other)).toEqual(lower);
});

test('the hour that is told is one by which it is done', () => {
  expect(hourOf(left(0))).toBe('10:40 UTC');
  expect(secondsUntilReset(left(0), NOW)).toBe(2_371);
});
