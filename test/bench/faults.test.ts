import { expect, test } from 'vitest';
import { faultRun } from '../../bench/faults/run.ts';

/** Half a minute on two free cores. */
const TIME_LIMIT_MS = 280_000;

test('nothing is lost, doubled or out of order in the fault model', { timeout: TIME_LIMIT_MS }, async () => {
  const { figures, struck, breaches } = await faultRun(
    { deliveries: 8, seed: 7, speed: undefined, workers: 3, calm: false, log: undefined, patienceSeconds: 240 },
    () => undefined,
  );
  expect(breaches).toEqual([]);
  expect(figures).toEqual({ record: 0, missing: 0, doubled: 0, 'dead letters': 0, order: 0, unsettled: 0 });
  // Otherwise it would be about nothing.
  expect(struck.forge).toBeGreaterThan(10);
  expect(struck.tables).toBeGreaterThan(10);
});
