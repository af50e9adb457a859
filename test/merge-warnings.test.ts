/** Pushes of people that somebody is told of, and what it costs where nobody is. */
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../shared/delivery.ts';
import { Refusal } from '../shared/errors.ts';
import {
  mergeWarning,
  mergeWarningSettings,
  type MergeWarningSettings,
  type PushByHand,
} from '../shared/language/index.ts';
import { warnOfPush } from '../shared/merge-warnings.ts';
import type { Event } from '../shared/publish.ts';
import { settingsBook, settingsFrom, type SettingsBook } from '../shared/settings/index.ts';
import { warnsKey } from '../shared/settings-here.ts';
import { keptLog } from './support/log-lines.ts';

const log = keptLog();

const ON: MergeWarningSettings = { enabled: true, channels: [], exemptUsers: [], exemptBranches: [] };
const PUSH: PushByHand = {
  kind: 'plain',
  branch: 'main',
  repository: 'acme/widgets',
  sender: 'ada-example',
  pusher: 'ada-example',
  commits: 2,
  andMore: false,
};

describe('what is told', () => {
  test.each<[change: Partial<PushByHand>, told: string]>([
    [{}, '`ada-example` pushed 2 commits to `main` of `acme/widgets`.'],
    [{ commits: 1 }, '`ada-example` pushed 1 commit to `main` of `acme/widgets`.'],
    [{ commits: 2_048, andMore: true }, '`ada-example` pushed 2048 or more commits to `main` of `acme/widgets`.'],
    [{ kind: 'forced' }, '`ada-example` pushed 2 commits to `main` of `acme/widgets` by force.'],
    [{ kind: 'created' }, '`ada-example` created the branch `main` of `acme/widgets` with 2 commits.'],
    [{ kind: 'deleted' }, '`ada-example` deleted the branch `main` of `acme/widgets`.'],
  ])('%j: %s', (change, told) => {
    expect(mergeWarning({ ...PUSH, ...change }, ON)).toBe(told);
  });

  test('a branch is data', () => {
    expect(mergeWarning({ ...PUSH, branch: '`@acme/all`' }, ON)).toContain('to `` `@acme/all` `` of');
  });
});

describe('of whom nothing is told', () => {
  const on = { branch: 'main', users: ['ada-example'] };
  test.each<[what: string, set: Partial<MergeWarningSettings>, push: Partial<PushByHand>, told: boolean]>([
    ['where it is off', { enabled: false }, {}, false],
    ['an exempt sender', { exemptUsers: ['Ada-Example'] }, {}, false],
    ['an exempt sender, another pusher', { exemptUsers: ['ada-example'] }, { pusher: 'grace-example' }, false],
    ['an exempt pusher', { exemptUsers: ['ADA-example'] }, { sender: 'grace-example' }, false],
    ['somebody else', { exemptUsers: ['grace-example'] }, {}, true],
    ['exempt on this branch', { exemptBranches: [on] }, {}, false],
    ['exempt on this branch as the pusher', { exemptBranches: [on] }, { sender: 'grace-example' }, false],
    ['exempt on another branch', { exemptBranches: [{ ...on, branch: 'release' }] }, {}, true],
    ['exempt on a branch whose name it begins', { exemptBranches: [on] }, { branch: 'main-2' }, true],
  ])('%s', (_, set, push, told) => {
    expect(mergeWarning({ ...PUSH, ...push }, { ...ON, ...set }) !== undefined).toBe(told);
  });

  test('it is off unless the settings say otherwise', () => {
    expect(mergeWarningSettings.mergeWarnings.keys.enabled.byDefault).toBe(false);
  });
});

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const BY_HAND = {
  kind: 'plain',
  pusher: 'ada-example',
  commits: 1,
  compare: 'https://github.com/acme/widgets/c',
} as const;
const push: NonNullable<Delivery['push']> = {
  ref: 'refs/heads/main',
  before: SHA,
  after: SHA,
  ownersMayHaveChanged: false,
  byHand: BY_HAND,
};
const delivery: Delivery = {
  version: 1,
  id: 'd-1',
  provider: 'github',
  installation: '1',
  repository: { id: '5', owner: 'acme', name: 'widgets' },
  event: 'pushed',
  sender: { login: 'ada-example', id: '7', bot: false },
  at: '2026-03-01T12:00:00.000Z',
  receivedAt: '2026-03-01T12:00:00.000Z',
  push,
};

function bookOf(text: string): SettingsBook {
  const read = settingsFrom(text, 'bowsprit.yaml', 'deployment');
  if (read.is !== 'document') throw new Error(JSON.stringify(read.mistakes));
  return settingsBook([{ layer: 'deployment', document: read.document, commit: '' }]);
}

const unasked = (): Promise<never> => Promise.reject(new Error('nobody should have asked'));

/** Whatever asks the forge is counted, and told that nothing is there. */
function world(settings: string, kept: Readonly<Record<string, unknown>> = {}) {
  const cache = new Map(Object.entries(kept));
  const put: Event[] = [];
  const did = { gets: 0, asked: 0 };
  return {
    cache,
    put,
    did,
    services: {
      settings: bookOf(settings),
      put: async (event: Event) => void put.push(event),
      provider: () => ({
        id: 'github' as const,
        name: 'GitHub',
        can: new Set<never>(),
        connect: async () => {
          did.asked += 1;
          throw new Refusal('It is not installed here.');
        },
        look: unasked,
        find: unasked,
        findOld: unasked,
        deliveryLog: undefined,
      }),
      cache: {
        get: async (key: string) => {
          did.gets += 1;
          return cache.get(key);
        },
        put: async (key: string, value: unknown) => void cache.set(key, value),
        swap: unasked,
        getBytes: unasked,
        putBytes: unasked,
        remove: async (key: string) => void cache.delete(key),
        count: unasked,
      },
    },
  };
}

/** As the cache keeps the file of a repository, or of its organization, that is there or not. */
const fileOf = (text?: string) => ({
  oid: text === undefined ? '' : SHA,
  good: text === undefined ? null : { text, oid: SHA, commit: SHA },
  broken: null,
});
const KEPT = { 'settings#github:acme': fileOf(), 'settings#github:acme/widgets#..': fileOf() };
const DEPLOYMENT = 'merge_warnings: { enabled: true, channels: [releases] }\n';
const OWN = 'merge_warnings: { enabled: true }\n';

describe('a push', () => {
  test('costs one look where nobody switched it on, and asks the forge nothing', async () => {
    const { services, put, did } = world('');
    await warnOfPush(delivery, push, services);
    expect([put, did]).toEqual([[], { gets: 1, asked: 0 }]);
  });

  test('costs nothing where a bot did it', async () => {
    const { byHand: _, ...byBot } = push;
    const { services, put, did } = world(DEPLOYMENT);
    await warnOfPush(delivery, byBot, services);
    expect([put, did]).toEqual([[], { gets: 0, asked: 0 }]);
  });

  test('is told where the deployment says so', async () => {
    const { services, put, did } = world(DEPLOYMENT, KEPT);
    await warnOfPush(delivery, push, services);
    expect(did.asked).toBe(0);
    expect(put.map(({ type, at, detail }) => [type, at, JSON.parse(detail)])).toEqual([
      [
        'Branch pushed',
        delivery.at,
        {
          id: 'd-1',
          at: delivery.at,
          pull: 'github:acme/widgets@main',
          actor: { login: 'ada-example', id: '7' },
          pusher: 'ada-example',
          command: 'merge-warnings',
          reason: '`ada-example` pushed 1 commit to `main` of `acme/widgets`.',
          source: { kind: 'push', id: SHA, url: BY_HAND.compare },
          push: { kind: 'plain', branch: 'main', before: SHA, after: SHA, commits: 1 },
          channels: ['releases'],
        },
      ],
    ]);
  });

  test('is told where the repository says so, once somebody has read that', async () => {
    const noted = { [warnsKey(delivery)]: true, ...KEPT, 'settings#github:acme/widgets#..': fileOf(OWN) };
    const { services, put } = world('', noted);
    await warnOfPush(delivery, push, services);
    expect(put).toHaveLength(1);
  });

  test('forgets that it was on where it is off by now', async () => {
    const { services, put, cache } = world('', { [warnsKey(delivery)]: true, ...KEPT });
    await warnOfPush(delivery, push, services);
    expect([put, cache.has(warnsKey(delivery))]).toEqual([[], false]);
  });

  test('is not told where the forge lets nobody read the settings', async () => {
    const { services, put, did } = world(DEPLOYMENT);
    await warnOfPush(delivery, push, services);
    expect([put, did.asked]).toEqual([[], 1]);
    expect(log().at(-1)).toContain('push not told');
  });
});

test.each<[settings: string, deletions: boolean]>([
  ['', false],
  ['merge_warnings: { enabled: false, channels: [a] }\n', false],
  [DEPLOYMENT, true],
  ['organizations:\n  acme:\n    merge_warnings: { enabled: true }\n', true],
  ['repositories:\n  acme/widgets:\n    merge_warnings: { enabled: true }\n', true],
])('%j has the door take deleted branches: %s', (settings, deletions) => {
  expect(bookOf(settings).deletions).toBe(deletions);
});
