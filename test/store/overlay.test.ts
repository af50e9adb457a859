import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { overlaidOn } from '../../shared/store/overlay.ts';

/** A cache that can be read and nothing else. */
const below = {
  get: async (key: string): Promise<unknown> => (key === 'known' ? { version: '1', n: 1 } : undefined),
  getBytes: async (key: string): Promise<Uint8Array | undefined> => (key === 'bytes' ? Uint8Array.of(1) : undefined),
};

test('what lies below is seen until it is covered', async () => {
  const cache = overlaidOn(below);
  expect(await cache.get('known')).toEqual({ version: '1', n: 1 });
  expect(await cache.getBytes('bytes')).toEqual(Uint8Array.of(1));
  await cache.put('known', { n: 2 }, 1);
  await cache.putBytes('bytes', Uint8Array.of(2), 1);
  expect(await cache.get('known')).toEqual({ n: 2 });
  expect(await cache.getBytes('bytes')).toEqual(Uint8Array.of(2));
  await cache.remove('known');
  expect(await cache.get('known')).toBeUndefined();
  expect(await below.get('known')).toEqual({ version: '1', n: 1 });
  expect(await overlaidOn(below).get('known')).toEqual({ version: '1', n: 1 });
});

test.each<[key: string, version: string | undefined, swapped: boolean]>([
  ['known', '1', true],
  ['known', '2', false],
  ['known', undefined, false],
  ['new', undefined, true],
  ['new', '1', false],
])('of %s the version %s is swapped: %s', async (key, version, swapped) => {
  const cache = overlaidOn(below);
  const before = await cache.get(key);
  expect(await cache.swap(key, version, { version: '9' }, 1)).toBe(swapped);
  expect(await cache.get(key)).toEqual(swapped ? { version: '9' } : before);
});

test('a counter counts from one', async () => {
  const cache = overlaidOn(below);
  expect([await cache.count('a', 1), await cache.count('a', 1), await cache.count('b', 1)]).toEqual([1, 2, 1]);
});

test('what was put comes back as a table would give it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const cache = overlaidOn(below);
      await cache.put('key', value, 1);
      expect(await cache.get('key')).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
