/**
 * Threat 1: whatever the order in which people act and deliveries come, nothing is merged that was not agreed to or that
 * somebody holds, and nobody's hold is released by the author alone. `BOWSPRIT_RUNS=10000` looks at so many orders,
 * `BOWSPRIT_SEED=1` at others.
 */
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Delivery } from '../../shared/delivery.ts';
import { isOwnHold, kindOfHold, type Hold } from '../../shared/language/index.ts';
import { NO_STATE, withRecord } from '../../shared/pull-state.ts';
import { APPROVER, AUTHOR, REVIEWER, STRANGER, type Pull, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
let place: Workplace | undefined;

beforeAll(async () => {
  place = await engine().workplace();
});

type Act =
  | 'push'
  | 'go back'
  | '/lgtm in the second of a push'
  | '/approve in the second of going back'
  | '/lgtm'
  | '/approve'
  | 'review'
  | '/hold'
  | '/unhold'
  | '/lgtm cancel'
  | 'stranger holds'
  | 'author holds'
  | 'author unholds'
  | 'author takes hold off'
  | 'author puts lgtm on'
  | 'approver unholds'
  | 'deliver';

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
    case '/lgtm in the second of a push':
      await engine().atOnce(async () => {
        await done('/lgtm', pull, heads, agreed);
        await done('push', pull, heads, agreed);
      });
      return;
    case '/approve in the second of going back':
      await engine().atOnce(async () => {
        await done('/approve', pull, heads, agreed);
        await done('go back', pull, heads, agreed);
      });
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
    case 'stranger holds':
      await pull.comment(STRANGER, '/hold until 2099-01-01 not before');
      return;
    case 'author holds':
      await pull.comment(AUTHOR, '/hold');
      return;
    case 'author unholds':
      await pull.comment(AUTHOR, '/unhold');
      return;
    case 'author takes hold off':
      if ((await pull.labels()).includes(HOLD)) await pull.unlabel(AUTHOR, HOLD);
      return;
    case 'author puts lgtm on':
      await pull.label(AUTHOR, 'lgtm');
      return;
    case 'approver unholds':
      await pull.comment(APPROVER, '/unhold');
      return;
    default:
      await pull.comment(REVIEWER, act);
  }
}

const HOLD = 'do-not-merge/hold';
const named = (hold: Hold): string => `${hold.by}/${kindOfHold(hold)}`;

/** What the trail says of holds, from its beginning. */
async function holdsRespected(pull: Pull): Promise<number> {
  let state = NO_STATE;
  let tried = 0;
  for (const record of await engine().records(pull)) {
    const { actor, actions } = record;
    const merges = actions.some(({ is, result }) => is === 'merge' && result === 'done');
    expect(merges ? state.holds : []).toEqual([]);
    const others = state.holds.filter((hold) => !isOwnHold(hold, actor));
    state = withRecord(state, record);
    if (actor.login !== AUTHOR || others.length === 0) continue;
    tried += 1;
    expect(state.holds.map(named)).toEqual(expect.arrayContaining(others.map(named)));
  }
  return tried;
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
      { weight: 1, arbitrary: fc.constant<Act>('/lgtm in the second of a push') },
      { weight: 1, arbitrary: fc.constant<Act>('/approve in the second of going back') },
      { weight: 4, arbitrary: fc.constant<Act>('/lgtm') },
      { weight: 3, arbitrary: fc.constant<Act>('/approve') },
      { weight: 2, arbitrary: fc.constant<Act>('review') },
      { weight: 2, arbitrary: fc.constantFrom<Act>('/hold', '/unhold', '/lgtm cancel') },
      { weight: 1, arbitrary: fc.constantFrom<Act>('stranger holds', 'author holds', 'author puts lgtm on') },
      { weight: 2, arbitrary: fc.constantFrom<Act>('author unholds', 'author takes hold off', 'approver unholds') },
      { weight: 6, arbitrary: fc.constant<Act>('deliver') },
    ),
    fc.nat(10),
  ),
  { minLength: 4, maxLength: 10 },
);

const RUNS = Number(process.env['BOWSPRIT_RUNS'] ?? 20);
const SEED = Number(process.env['BOWSPRIT_SEED'] ?? 20_261_125);

test(
  'no head is merged that was not agreed to, and no hold released by the author alone',
  { timeout: 300_000 + RUNS * 10_000 },
  async () => {
    let merges = 0;
    let tries = 0;
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
        tries += await holdsRespected(pull);
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
        seed: SEED,
      },
    );
    // Otherwise it would be about nothing.
    expect(merges).toBeGreaterThan(RUNS / 20);
    expect(tries).toBeGreaterThan(RUNS / 20);
  },
);
