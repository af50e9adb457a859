import { expect, test } from 'vitest';
import type { Delivery } from '../shared/delivery.ts';
import type { Read, SettingsAt } from '../shared/providers/provider.ts';
import { settingsBook } from '../shared/settings/index.ts';
import { settingsReader, type SettingsReader } from '../shared/settings-here.ts';
import type { Cache } from '../shared/store/stores.ts';
import { ada, grace } from './support/given.ts';
import { readNothing, unasked } from './support/reading-nothing.ts';

const AT = '2026-03-01T12:00:00Z';
const BROKEN = { is: 'text', text: 'hold: [', oid: 'broken' } as const;

const NOBODY: Read = { ...readNothing, organizationSettings: async () => undefined };

function cacheOf(): Cache {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => kept.get(key),
    put: async (key, value) => void kept.set(key, value),
    swap: unasked,
    getBytes: unasked,
    putBytes: unasked,
    remove: async (key) => void kept.delete(key),
    count: unasked,
  };
}

/** A forge on which each branch has a broken file, and had another good one before. */
function readerFor(baseRef: string | undefined, ref: string, cache: Cache): SettingsReader {
  const delivery: Delivery = {
    version: 1,
    id: 'd-now',
    provider: 'github',
    installation: '1',
    repository: { id: '5', owner: 'acme', name: 'widgets' },
    event: 'comment-created',
    sender: grace,
    at: AT,
    receivedAt: AT,
    target: {
      kind: 'pull',
      number: 12,
      author: ada,
      state: 'open',
      title: 'Turn',
      labels: [],
      locked: false,
      ...(baseRef === undefined ? {} : { baseRef }),
    },
  };
  const before: SettingsAt = {
    ref: '',
    commit: `before-${ref}`,
    file: { is: 'text', text: `merge: { method: ${ref === 'main' ? 'squash' : 'rebase'} }`, oid: `good-${ref}` },
  };
  const read: Read = {
    ...NOBODY,
    settings: async () => ({ ref, commit: `tip-${ref}`, file: BROKEN }),
    earlierSettings: async (_, __, fits) => (fits(before) ? before : undefined),
  };
  return settingsReader({ delivery, read: async () => read, cache, book: settingsBook([]) });
}

test('the same broken file on another base leaves what was good there, not what was good here', async () => {
  const cache = cacheOf();
  expect((await readerFor('main', 'main', cache).now()).inForce.settings.merge.method).toBe('squash');
  // Retargeted, and nobody told of it: the forge does, with the pull request.
  const reader = readerFor(undefined, 'release', cache);
  expect((await reader.now()).inForce.settings.merge.method).toBe('squash');
  expect((await reader.changed())?.inForce.settings.merge.method).toBe('rebase');
});

test('what is asked for ahead is not asked for again, and the base that was met last is only a guess', async () => {
  const asked: string[] = [];
  const kept = cacheOf();
  const cache: Cache = {
    ...kept,
    get: (key) => {
      asked.push(key);
      return kept.get(key);
    },
  };
  await readerFor('release', 'release', cache).now();
  await readerFor('main', 'main', cache).now();
  const methodNow = async (reader: SettingsReader): Promise<unknown> => {
    asked.length = 0;
    await reader.ahead();
    return (await reader.now()).inForce.settings.merge.method;
  };
  expect(await methodNow(readerFor(undefined, 'main', cache))).toBe('squash');
  expect(asked).toEqual(['settings#github:acme', 'base#github:acme/widgets#12', 'settings#github:acme/widgets#main']);
  await cache.put('base#github:acme/widgets#12', { ref: 'release' }, 60);
  expect(await methodNow(readerFor(undefined, 'release', cache))).toBe('rebase');
  expect(asked).toHaveLength(4);
});
