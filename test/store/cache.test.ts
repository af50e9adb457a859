import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { cacheIn } from '../../shared/store/cache.ts';
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
