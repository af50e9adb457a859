import { GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
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

test.each<[what: string, act: (seen: Seen, key: string) => Promise<unknown>, abandoned: boolean]>([
  ['nobody took', async () => undefined, false],
  ['somebody took', (seen, key) => seen.claim(key, 'one'), true],
  ['somebody gave back', (seen, key) => seen.claim(key, 'one').then(() => seen.release(key, 'one')), false],
  ['somebody finished', (seen, key) => seen.claim(key, 'one').then(() => seen.finish(key, 'one')), false],
])('what %s is, or is not, abandoned', async (_, act, abandoned) => {
  const seen = seenAt(clock().now);
  const key = freshKey();
  await act(seen, key);
  expect(await seen.abandoned(key)).toBe(abandoned);
});

test.each([-300, 300])(
  'what a worker gives back is free at once, though its clock is off by %i seconds',
  async (off) => {
    const right = clock();
    const wrong = clock();
    wrong.pass(off);
    const key = freshKey();
    await seenAt(wrong.now).claim(key, 'one');
    await seenAt(wrong.now).release(key, 'one');
    expect(await seenAt(right.now).claim(key, 'two')).toEqual(mine(2));
  },
);

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

/** Letters that weigh three bytes each and cannot be packed. */
function ideographs(count: number): string {
  const random = randomBytes(count * 2);
  return Array.from({ length: count }, (_, index) =>
    String.fromCodePoint(0x4e00 + (random.readUInt16LE(index * 2) % 20_000)),
  ).join('');
}

/** DynamoDB's own limit, in bytes. */
const MAX_ITEM_BYTES = 400 * 1_024;

/** More than DynamoDB would count, except for what is binary, which is counted as it is. */
function weightOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(String(value)) + 4;
  return Object.entries(value).reduce((sum, [name, each]) => sum + Buffer.byteLength(name) + 4 + weightOf(each), 0);
}

describe('the limit of an item', () => {
  test('is of no concern to how much is decided about one delivery', async () => {
    const { now, pass } = clock();
    const { documents, emulators } = here();
    const seen = seenAt(now);
    const key = freshKey();
    const many = Array.from({ length: 110 }, (_, position) =>
      decision(position, { actions: [{ is: 'reply', text: ideographs(2_500) }] }),
    );
    await seen.claim(key, 'one');
    for (const each of many) {
      // oxlint-disable-next-line no-await-in-loop
      await seen.decide(key, 'one', each);
    }
    const { Item } = await documents.send(
      new GetCommand({ TableName: emulators.cacheTable, Key: { key: `seen#${key}` } }),
    );
    expect(weightOf(Item)).toBeLessThan(MAX_ITEM_BYTES);
    pass(LEASE_SECONDS);
    expect(await seen.claim(key, 'two')).toEqual(mine(2, { decisions: many }));
  });

  test.each([600, 900, 2_000, 4_000])('is kept where each decision has %i letters of three bytes', async (count) => {
    const { documents, emulators } = here();
    const { now, pass } = clock();
    const seen = seenAt(now);
    const key = freshKey();
    const only = decision(0, { actions: [{ is: 'reply', text: ideographs(count) }] });
    await seen.claim(key, 'one');
    await seen.decide(key, 'one', only);
    const { Item } = await documents.send(
      new GetCommand({ TableName: emulators.cacheTable, Key: { key: `seen#${key}` } }),
    );
    // A hundred lines and what follows from them: each has its share.
    expect(weightOf(Item)).toBeLessThan(MAX_ITEM_BYTES / 120);
    pass(LEASE_SECONDS);
    expect(await seen.claim(key, 'two')).toEqual(mine(2, { decisions: [only] }));
  });

  test('refuses a single decision that no item could hold, and says so', async () => {
    const seen = seenAt(clock().now);
    const key = freshKey();
    await seen.claim(key, 'one');
    const huge = decision(0, { actions: [{ is: 'reply', text: ideographs(300_000) }] });
    const error = await seen.decide(key, 'one', huge).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Retryable);
    expect(String(error)).toContain('a decision over 350000 bytes');
  });
});

function large(position: number): StoredDecision {
  return decision(position, { actions: [{ is: 'reply', text: ideographs(3_000) }] });
}

describe('a large decision', () => {
  test('of a worker that lost its lease does not count', async () => {
    const { now, pass } = clock();
    const seen = seenAt(now);
    const key = freshKey();
    await seen.claim(key, 'zombie');
    pass(LEASE_SECONDS);
    await seen.claim(key, 'other');
    await expect(seen.decide(key, 'zombie', large(0))).rejects.toThrow(Retryable);
    const other = large(0);
    await seen.decide(key, 'other', other);
    await expect(seen.decide(key, 'zombie', large(0))).rejects.toThrow(Retryable);
    pass(LEASE_SECONDS);
    expect(await seen.claim(key, 'third')).toEqual(mine(3, { decisions: [other] }));
  });

  test('is decided once, though its answer was lost', async () => {
    const { now, pass } = clock();
    const key = freshKey();
    await seenAt(now).claim(key, 'one');
    const { documents, faults } = await here().through({ on: ['PutItem', 'UpdateItem'], is: 'cut', times: 2 });
    const first = large(0);
    await seenAt(now, documents).decide(key, 'one', first);
    expect(faults()).toBe(2);
    await expect(seenAt(now).decide(key, 'one', large(0))).rejects.toThrow(Retryable);
    pass(LEASE_SECONDS);
    expect(await seenAt(now).claim(key, 'two')).toEqual(mine(2, { decisions: [first] }));
  });

  test('is forgotten some time after its delivery, never before', async () => {
    const seen = seenAt(clock().now);
    const key = freshKey();
    await seen.claim(key, 'one');
    await seen.decide(key, 'one', large(0));
    const { documents, emulators } = here();
    const { Items = [] } = await documents.send(
      new ScanCommand({
        TableName: emulators.cacheTable,
        FilterExpression: 'begins_with(#key, :key)',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':key': `seen#${key}` },
      }),
    );
    const [own, apart] = Items.toSorted((one, other) => String(one['key']).length - String(other['key']).length);
    expect(Number(apart?.['expires'])).toBeGreaterThan(Number(own?.['expires']));
  });
});

test.each<[how: string, stored: (json: string) => unknown]>([
  ['as it is', (json) => json],
  ['packed', (json) => gzipSync(json)],
])('a decision that an earlier version put inside the item, %s, is read', async (_, stored) => {
  const { now, pass } = clock();
  const { documents, emulators } = here();
  const seen = seenAt(now);
  const key = freshKey();
  await seen.claim(key, 'one');
  const earlier = decision(0, { actions: [{ is: 'reply', text: ideographs(1_000) }] });
  await documents.send(
    new UpdateCommand({
      TableName: emulators.cacheTable,
      Key: { key: `seen#${key}` },
      UpdateExpression: 'SET decisions.#position = :decision',
      ExpressionAttributeNames: { '#position': '0' },
      ExpressionAttributeValues: { ':decision': stored(JSON.stringify(earlier)) },
    }),
  );
  pass(LEASE_SECONDS);
  expect(await seen.claim(key, 'two')).toEqual(mine(2, { decisions: [earlier] }));
});
