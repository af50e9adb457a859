import { expect, test } from 'vitest';
import { Retryable } from '../shared/errors.ts';
import { alone, endTurn, takeTurn, turnOn } from '../shared/pool.ts';
import type { Cache } from '../shared/store/stores.ts';

const MAIN = 'github:acme/widgets@main';
const unasked = (): Promise<never> => Promise.reject(new Error('nobody should have asked'));

function cacheOf(): Cache {
  const kept = new Map<string, { readonly version: string; readonly seconds: number }>();
  return {
    get: async (key) => kept.get(key),
    put: unasked,
    async swap(key, version, value, seconds) {
      const there = kept.get(key);
      // What ends within a second is over by the next question.
      const standing = there !== undefined && there.seconds > 1 ? there.version : undefined;
      if (standing !== version) return false;
      kept.set(key, { ...value, seconds });
      return true;
    },
    getBytes: unasked,
    putBytes: unasked,
    remove: async (key) => void kept.delete(key),
    count: unasked,
  };
}

test('one has its turn until it ends it, and nobody else ends it', async () => {
  const cache = cacheOf();
  expect(await turnOn(MAIN, cache)).toBe(undefined);
  expect(await takeTurn(MAIN, 1, cache)).toBe(true);
  expect(await takeTurn(MAIN, 1, cache)).toBe(true);
  expect(await takeTurn(MAIN, 2, cache)).toBe(false);
  expect(await takeTurn('github:acme/widgets@dev', 2, cache)).toBe(true);
  await endTurn(MAIN, 2, cache);
  expect(await turnOn(MAIN, cache)).toBe(1);
  await endTurn(MAIN, 1, cache);
  expect(await takeTurn(MAIN, 2, cache)).toBe(true);
});

test('one merges at a time, and the next once it is over, however it ended', async () => {
  const cache = cacheOf();
  const inside = await alone(MAIN, cache, async () => alone(MAIN, cache, unasked).catch((error: unknown) => error));
  expect(inside).toBeInstanceOf(Retryable);
  await expect(alone(MAIN, cache, unasked)).rejects.toThrow('nobody should have asked');
  expect(await alone(MAIN, cache, async () => 'merged')).toBe('merged');
});
