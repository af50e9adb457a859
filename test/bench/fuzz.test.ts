import { expect, test } from 'vitest';
import { fuzzDoor } from '../../bench/fuzz.ts';

test('the door answers whatever comes, and takes nothing that is not signed', { timeout: 120_000 }, async () => {
  const { statuses, queued, problems } = await fuzzDoor({ requests: 3_000, seed: 26 });
  expect(problems).toEqual([]);
  // Otherwise it would be about nothing.
  expect(queued).toBeGreaterThan(50);
  expect(Object.keys(statuses).toSorted()).toEqual(['202', '400', '401', '415']);
});
