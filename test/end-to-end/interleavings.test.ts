/** Threat 1: whatever the order in which people act and deliveries come, nothing is merged that was not agreed to. */
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Delivery } from '../../shared/delivery.ts';
import { APPROVER, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
let place: Workplace | undefined;

beforeAll(async () => {
  place = await engine().workplace();
});

type Act = 'push' | 'go back' | '/lgtm' | '/approve' | 'review' | '/hold' | '/lgtm cancel' | 'deliver';

/** What people said, by the head they could see. */
type Agreed = { readonly lgtm: Set<string>; readonly approved: Set<string> };

let contents = 0;

async function done(act: Exclude<Act, 'deliver'>, pull: Pull, heads: string[], agreed: Agreed): Promise<void> {
  const head = pull.head();
  switch (act) {
    case 'push':
      // Never the same twice: no vote is carried over.
      contents += 1;
      heads.push(pull.push({ 'src/turn.ts': `export const turn = 'content ${contents}';\n` }));
      return;
    case 'go back':
      if (heads[0] !== undefined && heads[0] !== head) await pull.reset(heads[0]);
      return;
    case 'review':
      agreed.approved.add(head);
      await pull.review(APPROVER, 'APPROVE');
      return;
    case '/approve':
      agreed.approved.add(head);
      await pull.comment(APPROVER, act);
      return;
    case '/lgtm':
      agreed.lgtm.add(head);
      await pull.comment(REVIEWER, act);
      return;
    default:
      await pull.comment(REVIEWER, act);
  }
}

/** Hands over one of what is waiting; which one, `dice` says. */
async function delivered(waiting: Delivery[], dice: number): Promise<void> {
  const { arrived, finish } = engine();
  waiting.push(...(await arrived()));
  const [delivery] = waiting.splice(dice % Math.max(waiting.length, 1), 1);
  if (delivery !== undefined) await finish(delivery);
}

const acts = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Act>('push') },
      { weight: 1, arbitrary: fc.constant<Act>('go back') },
      { weight: 4, arbitrary: fc.constant<Act>('/lgtm') },
      { weight: 3, arbitrary: fc.constant<Act>('/approve') },
      { weight: 2, arbitrary: fc.constant<Act>('review') },
      { weight: 1, arbitrary: fc.constantFrom<Act>('/hold', '/lgtm cancel') },
      { weight: 6, arbitrary: fc.constant<Act>('deliver') },
    ),
    fc.nat(10),
  ),
  { minLength: 4, maxLength: 10 },
);

const RUNS = 200;

test('no head is merged that was not agreed to', { timeout: 300_000 }, async () => {
  let merges = 0;
  await fc.assert(
    fc.asyncProperty(acts, fc.array(fc.nat(10), { minLength: 12, maxLength: 12 }), async (steps, rest) => {
      if (place === undefined) throw new Error('nothing has been set up');
      const pull = await place.open();
      const heads = [pull.head()];
      const agreed: Agreed = { lgtm: new Set(), approved: new Set() };
      const waiting: Delivery[] = [];
      for (const [act, dice] of steps) {
        // Each in its time.
        // oxlint-disable-next-line no-await-in-loop
        if (await pull.merged()) break;
        // oxlint-disable-next-line no-await-in-loop
        await (act === 'deliver' ? delivered(waiting, dice) : done(act, pull, heads, agreed));
      }
      for (const dice of rest) {
        // oxlint-disable-next-line no-await-in-loop
        await delivered(waiting, dice);
      }
      const { merged, head } = await pull.pull();
      if (!merged) return;
      merges += 1;
      expect({ head: head.sha, agreed }).toSatisfy(() => agreed.lgtm.has(head.sha) && agreed.approved.has(head.sha));
    }),
    {
      // Away and back again, told of the other way round: an approval of what is not the head any more.
      examples: [
        [
          [
            ['push', 0],
            ['/approve', 0],
            ['go back', 0],
            ['/lgtm', 0],
            ['/lgtm', 0],
            ['deliver', 5],
            ['/lgtm', 0],
          ],
          [10, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        ],
      ],
      numRuns: RUNS,
      seed: 20_261_125,
    },
  );
  // Otherwise it would be about nothing.
  expect(merges).toBeGreaterThan(RUNS / 20);
});
