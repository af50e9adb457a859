import { describe, expect, test } from 'vitest';
import type { Delivery, Target } from '../shared/delivery.ts';
import { Retryable } from '../shared/errors.ts';
import {
  addLabel,
  close,
  member,
  removeLabel,
  reopen,
  retitle,
  role,
  team,
  type Action,
  type Role,
} from '../shared/language/index.ts';
import type { FileAtCommit, PullNow, Read } from '../shared/providers/provider.ts';
import { NO_STATE, type HeadSeen, type PullState } from '../shared/pull-state.ts';
import { readingFor, type Reading } from '../shared/reading.ts';
import { inForceAt, settingsBook } from '../shared/settings/index.ts';
import type { Cache } from '../shared/store/stores.ts';
import { ada, BEFORE, catalogue, grammar, grace, HEAD, pullOf, voteOf } from './support/given.ts';
import { readNothing, unasked } from './support/reading-nothing.ts';

const NO_FLAGS: ReadonlySet<string> = new Set();
const DONE = { result: 'done' } as const;
const WRITTEN = '2026-03-01T13:00:00Z';

const now: PullNow = {
  ...pullOf(),
  baseSha: 'c'.repeat(40),
  labels: ['size/XS'],
  changedFiles: 1,
  reviews: [],
  reviewApproved: false,
  assignees: [],
  description: '',
  baseFilesUrl: 'https://forge.example/acme/widgets/blob/main/',
  headCommittedAt: '2026-03-01T12:00:00Z',
  updatedAt: '2026-03-01T12:00:00Z',
  public: true,
  requested: [],
};

/** A forge that answers nothing but what is given. */
const readOf = (more: Partial<Read>): Read => ({ ...readNothing, ...more });

/** A cache in which nothing expires. */
function cacheOf(kept = new Map<string, unknown>()): Cache {
  return {
    get: async (key) => kept.get(key),
    put: async (key, value) => void kept.set(key, value),
    async swap(key, version, value) {
      if (version !== undefined || kept.has(key)) return false;
      kept.set(key, value);
      return true;
    },
    getBytes: async () => undefined,
    putBytes: async () => undefined,
    remove: async (key) => void kept.delete(key),
    count: async () => 1,
  };
}

const target: Target = {
  kind: 'pull',
  number: 12,
  author: ada,
  state: 'open',
  title: 'Turn',
  labels: [],
  locked: false,
};
const delivery: Delivery = {
  version: 1,
  id: 'd-now',
  provider: 'github',
  installation: '1',
  repository: { id: '5', owner: 'acme', name: 'widgets' },
  event: 'comment-created',
  sender: grace,
  at: WRITTEN,
  receivedAt: WRITTEN,
  target,
  text: { kind: 'comment', id: '7', url: '', at: WRITTEN, lines: [], cut: false },
};

type Given = {
  readonly read?: Partial<Read>;
  readonly cache?: Cache;
  readonly state?: Partial<PullState>;
  readonly delivery?: Partial<Delivery>;
};

function reading({ read = {}, cache = cacheOf(), state = {}, delivery: more = {} }: Given): Reading {
  return readingFor({
    delivery: { ...delivery, ...more },
    read: readOf({ pull: async () => now, ...read }),
    cache,
    owners: () => ({ find: async () => undefined, keep: async () => undefined }),
    inForce: inForceAt([], undefined),
    files: {},
    book: settingsBook([]),
    grammar,
    catalogue,
    state: { ...NO_STATE, ...state },
    commands: [],
    ledger: { entries: async () => [] },
    now: () => new Date('2026-03-01T13:00:00Z'),
  });
}

const away = (): Promise<never> => Promise.reject(new Retryable('the forge does not say'));
const roleIs = (is: Role): Partial<Read> => ({
  role: async () => ({ role: is, public: true }),
  // Whom else to ask is only looked up for the words of a refusal.
  changedFiles: away,
});

const votersIn = async (given: Given): Promise<unknown> =>
  (await reading(given).seen(['votes'])).votes?.map(({ by }) => by);

describe('facts', () => {
  test('are the same for every rule of a delivery', async () => {
    let asked = 0;
    const facts = reading({
      read: {
        async pull() {
          asked += 1;
          return { ...now, title: `title ${asked}` };
        },
      },
    });
    const [first, second] = [await facts.seen(['pull', 'labels']), await facts.seen(['pull', 'votes'])];
    expect(first.pull).toEqual(second.pull);
  });

  test('of an issue are asked of the issue', async () => {
    const facts = reading({
      read: { pull: unasked, labels: async () => ['kind/bug'] },
      delivery: { target: { ...target, kind: 'issue' } },
    });
    expect((await facts.seen(['labels'])).labels).toEqual(new Set(['kind/bug']));
  });

  test('that are not asked for are not fetched', async () => {
    const facts = reading({ read: { pull: unasked } });
    expect(await facts.seen(['holds', 'catalogue'])).toMatchObject({ holds: [], actor: grace });
  });

  test('that the delivery does not hold are refused', async () => {
    await expect(reading({}).seen(['review'])).rejects.toThrow('This delivery tells nothing of it.');
  });

  test('during a push, votes for the head before are among them', async () => {
    const votes = [voteOf('grace'), voteOf('linus', { headSha: BEFORE })];
    const moved = { headMoved: { before: BEFORE, after: HEAD } };
    expect(await votersIn({ state: { votes } })).toEqual(['grace']);
    expect(await votersIn({ state: { votes }, delivery: moved })).toEqual(['grace', 'linus']);
  });
});

describe('what was done is so from then on', () => {
  test.each<[what: string, actions: readonly Action[], expected: unknown]>([
    ['a label on', [addLabel('kind/bug')], { labels: new Set(['size/XS', 'kind/bug']) }],
    ['a label off, in any case', [removeLabel('SIZE/xs')], { labels: new Set() }],
    ['off and on again', [removeLabel('size/XS'), addLabel('Size/XS')], { labels: new Set(['Size/XS']) }],
    ['closed', [close('completed')], { pull: { state: 'closed' }, subject: { state: 'closed' } }],
    ['reopened', [close('completed'), reopen()], { pull: { state: 'open' }, subject: { state: 'open' } }],
    ['retitled', [retitle('Back')], { pull: { title: 'Back' }, subject: { title: 'Back' } }],
  ])('%s', async (_, actions, expected) => {
    const facts = reading({});
    for (const action of actions) facts.learn(action, DONE);
    expect(await facts.seen(['pull', 'labels'])).toMatchObject(Object(expected));
  });

  test('but not what the forge refused', async () => {
    const facts = reading({});
    facts.learn(addLabel('kind/bug'), { result: 'refused', note: 'no' });
    facts.learn(retitle('Back'), { result: 'refused', note: 'no' });
    expect(await facts.seen(['pull', 'labels'])).toMatchObject({
      pull: { title: now.title },
      labels: new Set(['size/XS']),
    });
  });
});

const at = (second: number): string => new Date(Date.parse(WRITTEN) + second * 1_000).toISOString();

const head = (headSha: string, second: number, comments?: number, before?: string): HeadSeen => ({
  headSha,
  at: at(second),
  comments,
  before,
});

describe('the head that could be seen', () => {
  test.each<[what: string, heads: readonly HeadSeen[], comments: number | undefined, seen: boolean]>([
    ['pushed before', [head(BEFORE, -9), head(HEAD, -1)], undefined, true],
    ['pushed after', [head(BEFORE, -9), head(HEAD, 1)], undefined, false],
    ['pushed after, and nothing before', [head(HEAD, 1)], undefined, false],
    ['not told of yet', [head(BEFORE, -9)], undefined, false],
    ['left and come back to', [head(HEAD, -9), head(BEFORE, -5), head(HEAD, -1)], undefined, true],
    ['left before, come back to after', [head(HEAD, -9), head(BEFORE, -5), head(HEAD, 1)], undefined, false],
    [
      'pushed away and back again, half of it told',
      [head(HEAD, -9), head(HEAD, 1, undefined, BEFORE)],
      undefined,
      false,
    ],
    ['pushed away and back again before', [head(HEAD, -9), head(HEAD, -1, undefined, BEFORE)], undefined, true],
    ['of the same second, nothing tells', [head(BEFORE, -9), head(HEAD, 0)], undefined, false],
    ['of the same second, with fewer comments', [head(BEFORE, -9), head(HEAD, 0, 2)], 3, true],
    ['of the same second, with this comment there', [head(BEFORE, -9), head(HEAD, 0, 3)], 3, false],
    ['of the same second, the count unknown', [head(BEFORE, -9), head(HEAD, 0)], 3, false],
    ['opened in the same second', [head(HEAD, 0, 0)], 1, true],
    ['two of the same second around it', [head(HEAD, 0, 2), head(BEFORE, 0, 4)], 3, true],
    ['two of the same second before it', [head(BEFORE, 0, 1), head(HEAD, 0, 2)], 3, true],
  ])('%s', async (_, heads, comments, seen) => {
    const text = { kind: 'comment', id: '7', url: '', at: WRITTEN, lines: [], cut: false, comments } as const;
    const facts = reading({ state: { heads }, delivery: { text: { ...text, lines: [] } } });
    expect(await facts.headSeen()).toEqual({ sha: HEAD, seen });
  });

  test.each<[what: string, updated: number | undefined, forced: number | undefined, seen: boolean]>([
    ['nothing happened since, whatever there was before', 0, -5, true],
    ['something happened since, and no push by force', 1, undefined, true],
    ['something happened since, and a push by force was what it came by', 1, -9, true],
    ['a push by force that nobody told of', 1, 1, false],
    ['a push by force before, that nobody told of', 1, -5, false],
    ['a push by force, the forge not telling of changes', undefined, -5, false],
  ])('that was told of, where there was: %s', async (_, updated, forced, seen) => {
    const facts = reading({
      state: { heads: [head(HEAD, -9)] },
      read: {
        pull: async () => ({ ...now, updatedAt: updated === undefined ? '' : at(updated) }),
        lastForcedAt: async () => (forced === undefined ? undefined : at(forced)),
      },
    });
    expect(await facts.headSeen()).toEqual({ sha: HEAD, seen });
  });

  test.each<[what: string, more: Partial<PullNow>, seen: boolean]>([
    ['nothing happened since', {}, true],
    ['something happened since', { updatedAt: '2026-03-01T13:00:01Z' }, false],
    ['its commit says that it is younger', { headCommittedAt: '2026-03-01T13:00:01Z' }, false],
    ['the forge tells nothing', { updatedAt: '', headCommittedAt: '' }, true],
  ])('that no delivery told of: %s', async (_, more, seen) => {
    const facts = reading({ read: { pull: async () => ({ ...now, ...more }) } });
    expect(await facts.headSeen()).toEqual({ sha: HEAD, seen });
  });

  test.each<[what: string, headSha: string, seen: boolean]>([
    ['this one', HEAD, true],
    ['another one', BEFORE, false],
  ])('a review or an inline comment names: %s', async (_, headSha, seen) => {
    const review = { id: 'r', verdict: 'commented', headSha, by: grace } as const;
    const text = { kind: 'review-comment', id: '7', url: '', at: WRITTEN, lines: [], cut: false, headSha } as const;
    expect((await reading({ delivery: { review } }).headSeen()).seen).toBe(seen);
    expect((await reading({ delivery: { text: { ...text, lines: [] } } }).headSeen()).seen).toBe(seen);
  });

  test('is known without asking as far as deliveries tell', () => {
    expect(reading({}).knownHead()).toBe('');
    expect(reading({ state: { heads: [head(BEFORE, -9), head(HEAD, -1)] } }).knownHead()).toBe(HEAD);
    expect(reading({ delivery: { headMoved: { before: HEAD, after: BEFORE } } }).knownHead()).toBe(BEFORE);
  });
});

const noFiles: Read['filesAt'] = async (_, paths) =>
  new Map(paths.map((path): readonly [string, FileAtCommit] => [path, { is: 'absent' }]));

const remembered = (): Cache => cacheOf(new Map([['role#github:acme/widgets#2', { role: 'read', public: true }]]));

describe('nobody is refused because of something remembered', () => {
  test('a role is asked for again', async () => {
    const facts = reading({ read: roleIs('write'), cache: remembered() });
    expect((await facts.permission(role('write'), NO_FLAGS)).permitted).toBe(false);
    expect(await facts.refreshed()).toBe(true);
    expect((await facts.permission(role('write'), NO_FLAGS)).permitted).toBe(true);
    expect(await facts.refreshed()).toBe(false);
  });

  test('what is not remembered is not asked twice', async () => {
    const facts = reading({ read: roleIs('read') });
    expect((await facts.permission(role('write'), NO_FLAGS)).permitted).toBe(false);
    expect(await facts.refreshed()).toBe(false);
  });

  test('who maintains a repository without owners is asked for again', async () => {
    const changed = { files: [{ path: 'a.ts', additions: 1, deletions: 0 }], complete: true };
    const facts = reading({
      read: { ...roleIs('maintain'), filesAt: noFiles, changedFiles: async () => changed },
      cache: remembered(),
    });
    expect((await facts.seen(['actorOwns'])).actorOwns).toEqual({ approver: false, reviewer: false });
    expect(await facts.refreshed()).toBe(true);
    expect((await facts.seen(['actorOwns'])).actorOwns).toEqual({ approver: true, reviewer: true });
  });

  test.each<[was: 'open' | 'closed', is: PullNow['state'], again: boolean, state: string]>([
    ['closed', 'open', true, 'open'],
    ['closed', 'closed', false, 'closed'],
    ['closed', 'merged', false, 'closed'],
    ['open', 'closed', false, 'open'],
  ])('a pull request that was %s and is %s', async (was, is, again, state) => {
    const facts = reading({
      read: { pull: async () => ({ ...now, state: is }) },
      delivery: { target: { ...target, kind: 'pull', state: was } },
    });
    expect(await facts.refreshed()).toBe(again);
    expect((await facts.seen([])).subject.state).toBe(state);
  });
});

describe('what cannot be found out', () => {
  test.each([
    ['a role', role('write')],
    ['who is a member', member],
    ['who is in a team', team('acme/docs')],
  ])('%s is neither yes nor no', async (_, need) => {
    const facts = reading({ read: { role: away, member: away, inTeam: away } });
    await expect(facts.permission(need, NO_FLAGS)).rejects.toBeInstanceOf(Retryable);
  });
});
