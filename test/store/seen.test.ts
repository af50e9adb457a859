import { describe, expect, test } from 'vitest';
import { Retryable } from '../../shared/errors.ts';
import { seenIn } from '../../shared/store/seen.ts';
import type { Claim, Seen, StoredDecision } from '../../shared/store/stores.ts';
import { draft, givenTables } from './here.ts';

const here = givenTables();
const LEASE_SECONDS = 45;
const DAY = 24 * 3_600;

let keys = 0;
function freshKey(): string {
  keys += 1;
  return `delivery#github#${keys}`;
}

/** A clock that is moved by hand. */
function clock(start = Date.parse('2026-11-25T10:00:00Z')): { now: () => Date; pass: (seconds: number) => void } {
  let millis = start;
  return {
    now: () => new Date(millis),
    pass(seconds) {
      millis += seconds * 1_000;
    },
  };
}

function seenAt(now: () => Date, documents = here().documents): Seen {
  return seenIn({ documents, table: here().emulators.cacheTable, leaseSeconds: LEASE_SECONDS, now });
}

function decision(position: number, given: Partial<StoredDecision> = {}): StoredDecision {
  return {
    position,
    actions: [{ is: 'add-label', label: 'lgtm' }],
    draft: draft({ position }),
    since: { sequence: 3, hash: 'c'.repeat(64) },
    ...given,
  };
}

const mine = (attempt: number, given: Partial<Extract<Claim, { is: 'mine' }>> = {}): Claim => ({
  is: 'mine',
  attempt,
  decisions: [],
  finished: 0,
  ...given,
});

test('one of twenty who ask at once has it', async () => {
  const seen = seenAt(clock().now);
  const key = freshKey();
  const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => seen.claim(key, `owner-${index}`)));
  expect(claims.filter(({ is }) => is === 'mine')).toEqual([mine(1)]);
  expect(claims.filter(({ is }) => is === 'busy')).toHaveLength(19);
});

test('who holds the lease may ask again', async () => {
  const seen = seenAt(clock().now);
  const key = freshKey();
  await seen.claim(key, 'one');
  expect(await seen.claim(key, 'one')).toMatchObject({ is: 'mine' });
});

test('somebody else is told how long to wait, and resumes what was decided', async () => {
  const { now, pass } = clock();
  const seen = seenAt(now);
  const key = freshKey();
  await seen.claim(key, 'one');
  await seen.decide(key, 'one', decision(1));
  await seen.decide(key, 'one', decision(0));
  await seen.progress(key, 'one', 1);
  pass(15);
  expect(await seen.claim(key, 'two')).toEqual({ is: 'busy', seconds: LEASE_SECONDS - 15 });
  pass(LEASE_SECONDS - 15);
  expect(await seen.claim(key, 'two')).toEqual(mine(2, { decisions: [decision(0), decision(1)], finished: 1 }));
});

test('each write extends the lease', async () => {
  const { now, pass } = clock();
  const seen = seenAt(now);
  const key = freshKey();
  await seen.claim(key, 'one');
  pass(40);
  await seen.decide(key, 'one', decision(0));
  pass(40);
  await seen.progress(key, 'one', 1);
  expect(await seen.claim(key, 'two')).toEqual({ is: 'busy', seconds: LEASE_SECONDS });
});

test('what is finished suppresses, for whoever asks', async () => {
  const { now, pass } = clock();
  const seen = seenAt(now);
  const key = freshKey();
  await seen.claim(key, 'one');
  await seen.decide(key, 'one', decision(0));
  await seen.finish(key, 'one');
  expect(await seen.claim(key, 'one')).toEqual({ is: 'done' });
  pass(30 * DAY);
  expect(await seen.claim(key, 'two')).toEqual({ is: 'done' });
});

test('a key is forgotten after 35 days by the clock, whether the table has deleted it or not', async () => {
  const { now, pass } = clock();
  const seen = seenAt(now);
  const key = freshKey();
  await seen.claim(key, 'one');
  await seen.finish(key, 'one');
  pass(35 * DAY);
  expect(await seen.claim(key, 'two')).toEqual(mine(1));
});

test('what was given back can be taken at once', async () => {
  const seen = seenAt(clock().now);
  const key = freshKey();
  await seen.claim(key, 'one');
  await seen.release(key, 'one');
  expect(await seen.claim(key, 'two')).toEqual(mine(2));
  await seen.release(key, 'one');
  expect(await seen.claim(key, 'three')).toMatchObject({ is: 'busy' });
});

describe('a worker that wakes after its lease', () => {
  type Write = (seen: Seen, key: string) => Promise<void>;
  const writes: readonly (readonly [string, Write])[] = [
    ['decide', (seen, key) => seen.decide(key, 'zombie', decision(0))],
    ['progress', (seen, key) => seen.progress(key, 'zombie', 1)],
    ['finish', (seen, key) => seen.finish(key, 'zombie')],
  ];

  test.each(writes)('cannot %s while nobody has taken over', async (_, write) => {
    const { now, pass } = clock();
    const seen = seenAt(now);
    const key = freshKey();
    await seen.claim(key, 'zombie');
    pass(LEASE_SECONDS);
    await expect(write(seen, key)).rejects.toThrow(Retryable);
  });

  test.each(writes)('cannot %s once somebody else has it, though its own clock is slow', async (_, write) => {
    const { now, pass } = clock();
    const key = freshKey();
    const zombie = seenAt(now);
    await zombie.claim(key, 'zombie');
    const ahead = clock(now().getTime());
    ahead.pass(300);
    const other = seenAt(ahead.now);
    expect(await other.claim(key, 'other')).toEqual(mine(2));
    pass(1);
    await expect(write(zombie, key)).rejects.toThrow(Retryable);
    await other.decide(key, 'other', decision(0));
    await other.finish(key, 'other');
    await expect(write(zombie, key)).rejects.toThrow(Retryable);
    expect(await zombie.claim(key, 'third')).toEqual({ is: 'done' });
  });
});

test('an invocation is decided once', async () => {
  const { now, pass } = clock();
  const seen = seenAt(now);
  const key = freshKey();
  await seen.claim(key, 'one');
  await seen.decide(key, 'one', decision(0));
  const other = decision(0, { actions: [{ is: 'remove-label', label: 'lgtm' }] });
  await expect(seen.decide(key, 'one', other)).rejects.toThrow(Retryable);
  pass(LEASE_SECONDS);
  expect(await seen.claim(key, 'two')).toMatchObject({ decisions: [decision(0)] });
});

describe('an answer lost on the way back', () => {
  test('of a claim: the lease is ours', async () => {
    const { documents, faults } = await here().through({ on: ['UpdateItem'], is: 'cut', times: 1 });
    const seen = seenAt(clock().now, documents);
    expect(await seen.claim(freshKey(), 'one')).toMatchObject({ is: 'mine' });
    expect(faults()).toBe(1);
  });

  test('of any other write: it has happened once', async () => {
    const { now, pass } = clock();
    const key = freshKey();
    await seenAt(now).claim(key, 'one');
    const { documents, faults } = await here().through({ on: ['UpdateItem'], is: 'cut', times: 1 });
    await seenAt(now, documents).decide(key, 'one', decision(0));
    expect(faults()).toBe(1);
    const again = await here().through({ on: ['UpdateItem'], is: 'cut', times: 1 });
    await seenAt(now, again.documents).progress(key, 'one', 1);
    pass(LEASE_SECONDS);
    expect(await seenAt(now).claim(key, 'two')).toEqual(mine(2, { decisions: [decision(0)], finished: 1 }));
    const last = await here().through({ on: ['UpdateItem'], is: 'cut', times: 1 });
    await seenAt(now, last.documents).finish(key, 'two');
    expect(last.faults()).toBe(1);
    expect(await seenAt(now).claim(key, 'three')).toEqual({ is: 'done' });
  });
});

test('a long decision is packed and read again as it was', async () => {
  const { now, pass } = clock();
  const seen = seenAt(now);
  const key = freshKey();
  const altered = Array.from({ length: 3_000 }, (_, index) => `a/rather/deep/folder/${'d'.repeat(200)}/${index}.ts`);
  const long = decision(0, { actions: [{ is: 'carry-votes', from: 'a', to: 'b', altered }] });
  await seen.claim(key, 'one');
  await seen.decide(key, 'one', long);
  pass(LEASE_SECONDS);
  expect(await seen.claim(key, 'two')).toEqual(mine(2, { decisions: [long] }));
});
