/** What an engine says reaches the pull request that it was told about, and no other. */
import { expect, test } from 'vitest';
import type { Delivery } from '../../shared/delivery.ts';
import { Refusal } from '../../shared/errors.ts';
import { resultArrived, type Reported } from '../../shared/pipelines/results.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { grace } from '../support/given.ts';
import { KEY } from '../support/jobs.ts';
import { readNothing, unasked } from '../support/reading-nothing.ts';

const RESULT: Reported = {
  pull: 'github:acme/widgets#12',
  key: KEY,
  engine: 'https',
  run: '7',
  state: 'failure',
  summary: '2 of 40 failed.',
};

async function arriving(...results: readonly Reported[]): Promise<{
  readonly taken: readonly boolean[];
  readonly sent: readonly Delivery[];
}> {
  const sent: Delivery[] = [];
  const provider: Provider = {
    id: 'github',
    name: 'GitHub',
    can: new Set(),
    connect: unasked,
    async look({ owner, name }, number) {
      if (owner !== 'acme' || name !== 'widgets') throw new Refusal('no such repository');
      return {
        installation: '5',
        repository: { id: '1', owner, name },
        target: { kind: 'pull', number, author: grace, state: 'open', title: '', labels: [], locked: false },
        read: readNothing,
        person: unasked,
      };
    },
    find: unasked,
    findOld: unasked,
    deliveryLog: undefined,
  };
  const services = {
    provider: () => provider,
    send: async (delivery: Delivery) => void sent.push(delivery),
    now: () => new Date('2026-03-01T13:00:00Z'),
  };
  const taken: boolean[] = [];
  for (const result of results) {
    // oxlint-disable-next-line no-await-in-loop
    taken.push(await resultArrived(result, services));
  }
  return { taken, sent };
}

test('a result becomes a delivery of its pull request', async () => {
  const { pull: _, ...job } = RESULT;
  const { taken, sent } = await arriving(RESULT);
  expect(taken).toEqual([true]);
  expect(sent).toMatchObject([{ event: 'job-result', installation: '5', target: { number: 12 }, job }]);
});

test('the same result told twice is one delivery, another state is another', async () => {
  const { sent } = await arriving(RESULT, { ...RESULT, summary: 'Told again.' }, { ...RESULT, state: 'success' });
  expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
});

test.each([
  ['of another pull request than the key says', { pull: 'github:acme/widgets#13' }],
  ['with a key that is none of ours', { key: 'pr12-' }],
  ['of no pull request', { pull: 'github:acme/widgets' }],
  ['of a repository that is none', { pull: 'github:acme#12' }],
  ['of a forge that is none', { pull: 'sourceforge:acme/widgets#12' }],
  ['where we are not installed', { pull: 'github:other/widgets#12' }],
])('a result %s is none', async (_, more) => {
  expect(await arriving({ ...RESULT, ...more })).toEqual({ taken: [false], sent: [] });
});
