import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_CHAIN, type RecordedAction } from '../../shared/audit-record.ts';
import { NO_STATE, withRecords } from '../../shared/pull-state.ts';
import { cacheIn } from '../../shared/store/cache.ts';
import { statesIn } from '../../shared/store/states.ts';
import type { States } from '../../shared/store/stores.ts';
import { draft, givenTables } from './here.ts';

const here = givenTables();

let pulls = 0;
function freshPull(): string {
  pulls += 1;
  return `github:acme/states#${pulls}`;
}

const now = (): Date => new Date('2026-11-25T10:00:00Z');

function statesHere(): States {
  const { documents, emulators, trail } = here();
  return statesIn({ audit: trail, cache: cacheIn({ documents, table: emulators.cacheTable, now }) });
}

const login = fc.constantFrom('ada', 'grace', 'Edsger');
const sha = fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(40));
const kind = fc.constantFrom('lgtm', 'approve');
const recorded = fc.constant('recorded' as const);
const action: fc.Arbitrary<RecordedAction> = fc.oneof(
  fc.record({ is: fc.constant('vote'), vote: kind, by: login, headSha: sha, result: recorded }),
  fc.record({ is: fc.constant('withdraw'), vote: kind, by: login, result: recorded }),
  fc.record({ is: fc.constant('withdraw-all'), vote: kind, result: recorded }),
  fc.record({ is: fc.constant('hold'), by: login, reason: fc.string(), result: recorded }),
  fc.record({ is: fc.constant('lift-holds'), result: recorded }),
  fc.record({ is: fc.constant('observe-head'), headSha: sha, at: fc.constant('2026-11-25'), result: recorded }),
  fc.record({
    is: fc.constant('carry-votes'),
    from: sha,
    to: sha,
    altered: fc.oneof(fc.constant('all'), fc.array(fc.constantFrom('x', 'y'))),
    result: recorded,
  }),
  fc.record({
    is: fc.constant('notice'),
    subject: fc.constantFrom('approval', 'merge'),
    ref: fc.string(),
    digest: fc.string(),
    result: fc.constant('done' as const),
  }),
);

test('an empty, an older and a newest sum give the same state', async () => {
  const { trail } = here();
  const states = statesHere();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(action, { maxLength: 3 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      async (turns, when) => {
        const pull = freshPull();
        for (const [position, actions] of turns.entries()) {
          // A chain grows one record after the other.
          // oxlint-disable-next-line no-await-in-loop
          await trail.append(draft({ pull, position, actions }), EMPTY_CHAIN);
        }
        const records = await trail.after(pull, 0);
        const whole = withRecords(NO_STATE, records);
        expect(await states.read(pull)).toEqual(whole);
        await states.write(pull, withRecords(NO_STATE, records.slice(0, when % (records.length + 1))));
        expect(await states.read(pull)).toEqual(whole);
        await states.write(pull, whole);
        expect(await states.read(pull)).toEqual(whole);
      },
    ),
    { numRuns: 25 },
  );
});

test('a pull request without records has no state', async () => {
  expect(await statesHere().read(freshPull())).toEqual(NO_STATE);
});

test.each<[what: string, sequence: number, hash: string]>([
  ['of another chain', 1, 'f'.repeat(64)],
  ['from beyond the end of the chain', 7, 'f'.repeat(64)],
])('a sum %s is not believed', async (_, sequence, hash) => {
  const states = statesHere();
  const pull = freshPull();
  const { record } = await here().trail.append(draft({ pull }), EMPTY_CHAIN);
  await states.write(pull, { ...NO_STATE, sequence, hash, holds: [{ by: 'mallory', reason: '', at: '' }] });
  expect(await states.read(pull)).toEqual(withRecords(NO_STATE, [record]));
});

test('a sum that cannot be read is as none', async () => {
  const { documents, emulators, trail } = here();
  const pull = freshPull();
  const { record } = await trail.append(draft({ pull }), EMPTY_CHAIN);
  const cache = cacheIn({ documents, table: emulators.cacheTable, now });
  await cache.put(`state#2#${pull}`, { sequence: 1, votes: 'all of them' }, 3_600);
  expect(await statesIn({ audit: trail, cache }).read(pull)).toEqual(withRecords(NO_STATE, [record]));
});

test('what a living comment says is known from the record that made it say so, and not from older ones', async () => {
  const { trail } = here();
  const pull = freshPull();
  const notice = (position: number, digest?: string) =>
    draft({ pull, position, actions: [{ is: 'notice', subject: 'approval', ref: '7', result: 'done', digest }] });
  await trail.append(notice(0, 'd1'), EMPTY_CHAIN);
  expect((await statesHere().read(pull)).said).toEqual({ approval: 'd1' });
  await trail.append(notice(1), EMPTY_CHAIN);
  expect(await statesHere().read(pull)).toMatchObject({ notices: { approval: '7' }, said: { approval: '' } });
});
