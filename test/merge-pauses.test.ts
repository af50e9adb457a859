import { expect, test } from 'vitest';
import { pauseAfter, pauses } from '../shared/merge-pauses.ts';

const PULL = 'github:acme/widgets#12';
const QUARTER = 15;

/** Minutes pass; each entry of `happens` is a record of something else, before the run of that number. */
async function attemptsIn(runs: number, happens: ReadonlySet<number> = new Set()): Promise<readonly number[]> {
  const kept = new Map<string, unknown>();
  let minutes = 0;
  const services = {
    cache: {
      get: async (key: string) => kept.get(key),
      put: async (key: string, value: unknown) => void kept.set(key, value),
    },
    now: () => new Date(minutes * 60_000),
  };
  let sequence = 1;
  await pauseAfter(PULL, { since: 0, sequence }, services);
  const attempts: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    minutes += QUARTER;
    if (happens.has(run)) sequence += 1;
    // oxlint-disable-next-line no-await-in-loop
    if (await pauses(PULL, sequence, services)) continue;
    attempts.push(run);
    // oxlint-disable-next-line no-await-in-loop
    await pauseAfter(PULL, { since: sequence, sequence }, services);
  }
  return attempts;
}

test.each<[what: string, runs: number, happens: readonly number[], attempts: readonly number[]]>([
  ['half an hour, one, two, four, eight, sixteen, then a day each', 400, [], [2, 6, 14, 30, 62, 126, 222, 318]],
  ['what happens meanwhile ends the pause and begins anew', 16, [4], [2, 4, 6, 10]],
])('%s', async (_, runs, happens, attempts) => {
  expect(await attemptsIn(runs, new Set(happens))).toEqual(attempts);
});

test('where nothing is remembered it is tried', async () => {
  expect(await pauses(PULL, 1, { cache: { get: async () => undefined }, now: () => new Date(0) })).toBe(false);
});
