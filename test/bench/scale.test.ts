import { expect, test } from 'vitest';
import { countedCommands } from '../../bench/forge-calls.ts';
import { costRows } from '../../bench/scale.ts';
import { costOf, simulated, workerMs, type Counted, type Scale } from '../../bench/scale/model.ts';

const COUNTED: Counted = {
  forgeCalls: 3,
  tableCalls: 16,
  readUnits: 9,
  writeUnits: 10,
  anchors: 1,
  events: 1,
  messageBytes: 800,
  logBytes: 300,
};
const SCALE: Scale = { repositories: 100, deliveries: 100, commandShare: 0.1, installations: 10 };

test('a million webhooks cost no more than they may, by what is counted', { timeout: 120_000 }, async () => {
  const counted = await countedCommands();
  // Of six commands one merges, and one more request lists what else goes into that branch.
  expect(counted.forgeCalls).toBeLessThanOrEqual(3.2);
  expect(counted.tableCalls).toBeLessThanOrEqual(13);
  expect(counted.writeUnits).toBeLessThanOrEqual(12);
  expect(costRows(counted).at(-1)).toMatchObject({ met: true });
});

test.each<[what: keyof Counted, row: string]>([
  ['forgeCalls', 'worker: time'],
  ['writeUnits', 'tables: writes'],
  ['readUnits', 'tables: reads'],
  ['anchors', 'anchors'],
  ['events', 'events'],
  ['logBytes', 'logs'],
])('twice the %s make a dearer %s', (what, row) => {
  const dollars = (counted: Counted): number => costOf(counted, 0.1).find((each) => each.what === row)?.dollars ?? 0;
  expect(dollars({ ...COUNTED, [what]: 2 * COUNTED[what] })).toBeGreaterThan(dollars(COUNTED));
});

test('a message of more than 64 KiB counts twice in the queue', () => {
  const [one = 0, two = 0] = [65_536, 65_537].map(
    (messageBytes) =>
      costOf({ ...COUNTED, messageBytes }, 0.1).find(({ what }) => what.startsWith('queue: send'))?.dollars,
  );
  expect(two).toBeCloseTo(2 * one);
});

test('the simulation is the same for the same seed, and needs the workers that arithmetic says', () => {
  const row = simulated(SCALE, COUNTED, 1);
  expect(simulated(SCALE, COUNTED, 1)).toEqual(row);
  // Little's law: what is under way is what arrives in the time that it takes.
  const mean = (SCALE.deliveries * SCALE.commandShare * workerMs(COUNTED)) / 1_000;
  expect(row.workers).toBeGreaterThan(mean);
  expect(row.workers).toBeLessThan(5 * mean);
});

test('more installations share the load of the forge', () => {
  const one = simulated({ ...SCALE, installations: 1 }, COUNTED, 1);
  const ten = simulated(SCALE, COUNTED, 1);
  expect(ten.forgeShare).toBeLessThan(one.forgeShare);
  expect(one.ceiling).toContain('the quota of the forge');
});
