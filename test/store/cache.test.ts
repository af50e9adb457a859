import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Retryable } from '../../shared/errors.ts';
import { cacheIn } from '../../shared/store/cache.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import type { Cache } from '../../shared/store/stores.ts';
import { givenTables } from './here.ts';

const here = givenTables();

let keys = 0;
function freshKey(): string {
  keys += 1;
  return `test#${keys}`;
}

function cacheAt(seconds: () => number, documents = here().documents): Cache {
  const now = (): Date => new Date(Date.parse('2026-11-25T10:00:00Z') + seconds() * 1_000);
  return cacheIn({ documents, table: here().emulators.cacheTable, now });
}

test.each<[unknown]>([[{ a: [1, 'two', null, { three: true }] }], ['text'], [0], [false], [null], [[]]])(
  '%j is kept as it is until it expires',
  async (value) => {
    let passed = 0;
    const cache = cacheAt(() => passed);
    const key = freshKey();
    expect(await cache.get(key)).toBeUndefined();
    await cache.put(key, value, 60);
    passed = 59;
    expect(await cache.get(key)).toEqual(value);
    passed = 60;
    expect(await cache.get(key)).toBeUndefined();
  },
);

test('bytes are kept as they are until they expire', async () => {
  let passed = 0;
  const cache = cacheAt(() => passed);
  const key = freshKey();
  const bytes = randomBytes(10_000);
  await cache.putBytes(key, bytes, 60);
  expect(Buffer.from((await cache.getBytes(key)) ?? [])).toEqual(bytes);
  expect(await cache.get(key)).toBeUndefined();
  passed = 60;
  expect(await cache.getBytes(key)).toBeUndefined();
});

test('what is removed is gone, and what was never there may be removed', async () => {
  const cache = cacheAt(() => 0);
  const key = freshKey();
  await cache.remove(key);
  await cache.put(key, 'here', 60);
  await cache.remove(key);
  expect(await cache.get(key)).toBeUndefined();
});

test('what is too large is not kept, and nothing fails', async () => {
  const cache = cacheAt(() => 0);
  const key = freshKey();
  await cache.put(key, 'x'.repeat(350_000), 60);
  expect(await cache.get(key)).toBeUndefined();
  await cache.putBytes(key, randomBytes(350_001), 60);
  expect(await cache.getBytes(key)).toBeUndefined();
  expect(await cache.swap(key, undefined, { version: '1', text: 'x'.repeat(350_000) }, 60)).toBe(false);
  await cache.putBytes(key, randomBytes(350_000), 60);
  expect(await cache.getBytes(key)).toHaveLength(350_000);
});

test('what has too long a name is not kept, and nothing fails, nor whatever is asked for beside it', async () => {
  const cache = cacheAt(() => 0);
  const [long, other] = [`${freshKey()}${'é'.repeat(1_024)}`, freshKey()];
  await Promise.all([cache.put(long, 'kept', 60), cache.put(other, 'kept', 60)]);
  expect(await cache.swap(long, undefined, { version: 'one' }, 60)).toBe(false);
  expect(await Promise.all([cache.get(other), cache.get(long), cache.getBytes(long)])).toEqual([
    'kept',
    undefined,
    undefined,
  ]);
});

/** A client of its own, and the operations it asks for, in order. */
function counting(): { readonly documents: DynamoDBDocumentClient; readonly operations: readonly string[] } {
  const { dynamodbEndpoint: endpoint, region } = here().emulators;
  const documents = connectDocuments({ endpoint, region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const operations: string[] = [];
  documents.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        operations.push(commandName ?? '');
        return next(args);
      },
    { step: 'initialize' },
  );
  return { documents, operations };
}

describe('what is asked for in one breath', () => {
  const ONE = 'GetItemCommand';
  const SEVERAL = 'BatchGetItemCommand';

  test('goes as one request, and each is answered for itself', async () => {
    let passed = 0;
    const { documents, operations } = counting();
    const cache = cacheAt(() => passed, documents);
    const [text, bytes, expired, missing] = [freshKey(), freshKey(), freshKey(), freshKey()];
    const before = cacheAt(() => 0);
    await before.put(text, 'kept', 60);
    await before.putBytes(bytes, Buffer.from('kept'), 60);
    await before.put(expired, 'old', 30);
    passed = 30;
    const [got, again, ...others] = await Promise.all([
      cache.get(text),
      cache.get(text),
      cache.get(expired),
      cache.get(missing),
      cache.getBytes(missing),
    ]);
    expect([got, again]).toEqual(['kept', 'kept']);
    expect(others).toEqual([undefined, undefined, undefined]);
    expect(operations).toEqual([SEVERAL]);
    const [first, second] = await Promise.all([cache.getBytes(bytes), cache.get(text)]);
    expect([Buffer.from(first ?? []).toString(), second]).toEqual(['kept', 'kept']);
    await cache.get(text);
    expect(operations).toEqual([SEVERAL, SEVERAL, ONE]);
  });

  test('sees what was written before it, whoever asked meanwhile', async () => {
    const { documents } = counting();
    const cache = cacheAt(() => 0, documents);
    const [key, other] = [freshKey(), freshKey()];
    const early = cache.get(other);
    await cache.put(key, 'written', 60);
    expect(await Promise.all([cache.get(key), cache.get(other), early])).toEqual(['written', undefined, undefined]);
  });

  test('may be more than the table takes at once', async () => {
    const { documents, operations } = counting();
    const cache = cacheAt(() => 0, documents);
    const asked = Array.from({ length: 101 }, freshKey);
    const [first = '', last = ''] = [asked[0], asked.at(-1)];
    await Promise.all([cacheAt(() => 0).put(first, 1, 60), cacheAt(() => 0).put(last, 101, 60)]);
    const found = await Promise.all(asked.map((key) => cache.get(key)));
    expect(found).toEqual([1, ...Array.from({ length: 99 }, () => undefined), 101]);
    expect(operations).toEqual([SEVERAL, SEVERAL]);
  });

  test('may weigh more than the table gives at once', async () => {
    const { documents, operations } = counting();
    const cache = cacheAt(() => 0, documents);
    const asked = Array.from({ length: 6 }, freshKey);
    await Promise.all(asked.map((key, index) => cacheAt(() => 0).putBytes(key, Buffer.alloc(350_000, index), 60)));
    const found = await Promise.all(asked.map((key) => cache.getBytes(key)));
    expect(found.map((bytes) => [bytes?.byteLength, bytes?.at(-1)])).toEqual(asked.map((_, index) => [350_000, index]));
    // Of the six it left some out, which were asked for again.
    expect(operations[0]).toBe(SEVERAL);
    expect(operations.length).toBeGreaterThan(1);
  });

  test('fails for all where the table does not answer, and not for those who ask later', async () => {
    const { documents, faults } = await here().through({ on: ['BatchGetItem'], is: 'throttled', times: 4 });
    const cache = cacheAt(() => 0, documents);
    const asked = await Promise.allSettled([freshKey(), freshKey()].map((key) => cache.get(key)));
    expect(asked).toEqual(asked.map(() => ({ status: 'rejected', reason: expect.any(Retryable) })));
    expect(faults()).toBe(4);
    expect(await Promise.all([freshKey(), freshKey()].map((key) => cache.get(key)))).toEqual([undefined, undefined]);
  });
});

describe('swap', () => {
  test('writes only over what was expected', async () => {
    let passed = 0;
    const cache = cacheAt(() => passed);
    const key = freshKey();
    expect(await cache.swap(key, '0', { version: '1' }, 60)).toBe(false);
    expect(await cache.swap(key, undefined, { version: '1', by: 'one' }, 60)).toBe(true);
    expect(await cache.swap(key, undefined, { version: '1', by: 'two' }, 60)).toBe(false);
    expect(await cache.swap(key, '1', { version: '2', by: 'two' }, 60)).toBe(true);
    expect(await cache.swap(key, '1', { version: '2', by: 'three' }, 60)).toBe(false);
    expect(await cache.get(key)).toEqual({ version: '2', by: 'two' });
    passed = 60;
    expect(await cache.swap(key, '2', { version: '3' }, 60)).toBe(false);
    expect(await cache.swap(key, undefined, { version: '3' }, 60)).toBe(true);
  });

  test('of twenty who expect the same, one writes', async () => {
    const cache = cacheAt(() => 0);
    const key = freshKey();
    await cache.swap(key, undefined, { version: 'before' }, 60);
    const swapped = await Promise.all(
      Array.from({ length: 20 }, (_, by) => cache.swap(key, 'before', { version: 'after', by }, 60)),
    );
    expect(swapped.filter(Boolean)).toHaveLength(1);
    expect(await cache.get(key)).toEqual({ version: 'after', by: swapped.indexOf(true) });
  });

  test('knows its own write when the answer was lost', async () => {
    const { documents, faults } = await here().through({ on: ['PutItem'], is: 'cut', times: 1 });
    expect(await cacheAt(() => 0, documents).swap(freshKey(), undefined, { version: '1' }, 60)).toBe(true);
    expect(faults()).toBe(1);
  });
});

describe('count', () => {
  test('adds one, and starts again after its time', async () => {
    let passed = 0;
    const cache = cacheAt(() => passed);
    const key = freshKey();
    expect(await cache.count(key, 60)).toBe(1);
    passed = 30;
    expect(await cache.count(key, 60)).toBe(2);
    passed = 59;
    expect(await cache.count(key, 60)).toBe(3);
    passed = 60;
    expect(await cache.count(key, 60)).toBe(1);
  });

  test('gives twenty at once twenty numbers, also where an old count has expired', async () => {
    let passed = 0;
    const cache = cacheAt(() => passed);
    const key = freshKey();
    await cache.count(key, 60);
    passed = 60;
    const counts = await Promise.all(Array.from({ length: 20 }, () => cache.count(key, 60)));
    expect(counts.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});
