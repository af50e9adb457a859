import { expect, test } from 'vitest';
import { benchForgeCalls } from '../../bench/forge-calls.ts';

test('no command costs the forge more than it may', { timeout: 120_000 }, async () => {
  const rows = await benchForgeCalls();
  expect(rows.map(({ command, cold, warm }) => [command, cold, warm])).toEqual([
    ['a comment without a command', 0, 0],
    ['/hold', 3, 2],
    ['/label', 5, 2],
    ['/lgtm', 5, 3],
    ['/why', 4, 3],
    ['/approve over 10 directories', 5, 4],
    ['refused', 4, 3],
    ['the /lgtm that merges', 6, 4],
    ['an idle hour', 11, 11],
    ['an idle hour of recovery, once for the App', 12, 12],
  ]);
  expect(rows.filter(({ met }) => !met)).toEqual([]);
  // Comments are what GitHub limits most.
  expect(rows.filter(({ content }) => content > 1)).toEqual([]);
  // What we do ourselves sets nothing off, but for a merge: the branch moved, and one request lists what else goes into it.
  expect(rows.filter(({ cascade }) => cascade > 0).map(({ command, cascade }) => [command, cascade])).toEqual([
    ['the /lgtm that merges', 1],
  ]);
});
