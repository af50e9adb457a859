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
  type Check,
  type Override,
  type Person,
  type Role,
  type Sight,
} from '../shared/language/index.ts';
import type { FileAtCommit, ForcedPush, HeadSince, PullNow, Read } from '../shared/providers/provider.ts';
import { NO_STATE, type HeadSeen, type PullState } from '../shared/pull-state.ts';
import { readingFor, type Reading } from '../shared/reading.ts';
import { inForceAt, settingsBook } from '../shared/settings/index.ts';
import type { Cache } from '../shared/store/stores.ts';
import { ada, BEFORE, catalogue, grammar, grace, HEAD, pullOf, settingsOf, voteOf } from './support/given.ts';
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
  forced: { pushes: [], more: false },
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
  /** Of cherry-picks. */
  readonly approvers?: readonly string[];
};

function reading({ read = {}, cache = cacheOf(), state = {}, delivery: more = {}, approvers }: Given): Reading {
  const inForce = inForceAt([], undefined);
  const settings = approvers === undefined ? inForce.settings : settingsOf('cherryPick', { approvers });
  return readingFor({
    delivery: { ...delivery, ...more },
    read: readOf({ pull: async () => now, ...read }),
    cache,
    owners: () => ({ find: async () => undefined, keep: async () => undefined }),
    inForce: { ...inForce, settings },
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

const forced = (second: number, after?: string, before?: string): ForcedPush => ({ at: at(second), before, after });
const OTHER = 'd'.repeat(40);

describe('of an override that ended', () => {
  const said: Override = {
    check: 'unit',
    by: 'grace',
    headSha: now.headSha,
    baseRef: now.baseRef,
    baseSha: 'another',
    sticky: false,
    reason: '',
    from: ['status', 'run'],
    at: '2026-03-01T12:00:00Z',
  };
  const by = 'Overridden by grace BaseSHA:another';

  type Shown = Pick<Check, 'from' | 'state' | 'description'>;
  const ownRun: Shown = { from: 'run', state: 'success', description: by };

  test.each<[what: string, checks: readonly Shown[], shown: Override['from'], green: boolean]>([
    ['what the forge shows of it', [{ from: 'status', state: 'success', description: by }], ['status', 'run'], false],
    ['what it does not list', [], ['status', 'run'], false],
    [
      'not what was reported since',
      [{ from: 'status', state: 'success', description: '3 tests passed' }],
      ['run'],
      false,
    ],
    ['not what runs again', [{ from: 'status', state: 'pending' }], ['run'], false],
    ['a run beside one that failed', [{ from: 'run', state: 'failure' }, ownRun], ['status', 'run'], false],
    ['a run beside one that is green since', [{ from: 'run', state: 'success' }, ownRun], ['status', 'run'], true],
    ['a run alone', [ownRun], ['status', 'run'], false],
  ])('it is told %s', async (_, given, shown, green) => {
    const checks = given.map((each): Check => ({ name: 'unit', required: true, ...each }));
    const facts = reading({ state: { overrides: [said] }, read: { pull: async () => ({ ...now, checks }) } });
    const { overridesEnded } = await facts.seen(['overridesEnded']);
    expect(overridesEnded).toEqual([{ ...said, because: `${now.baseRef} moved`, from: shown, green }]);
  });
});

describe('the head that could be seen', () => {
  test.each<[what: string, heads: readonly HeadSeen[], sight: Sight]>([
    ['pushed before', [head(BEFORE, -9), head(HEAD, -1)], 'seen'],
    ['pushed after', [head(BEFORE, -9), head(HEAD, 1)], 'moved'],
    ['pushed after, and nothing before', [head(HEAD, 1)], 'moved'],
    ['not told of yet', [head(BEFORE, -9)], 'moved'],
    ['left and come back to', [head(HEAD, -9), head(BEFORE, -5), head(HEAD, -1)], 'seen'],
    ['left before, come back to after', [head(HEAD, -9), head(BEFORE, -5), head(HEAD, 1)], 'moved'],
    ['pushed away and back again, half of it told', [head(HEAD, -9), head(HEAD, 1, undefined, BEFORE)], 'moved'],
    ['pushed away and back again before', [head(HEAD, -9), head(HEAD, -1, undefined, BEFORE)], 'seen'],
    ['of the same second, nothing tells', [head(BEFORE, -9), head(HEAD, 0)], 'same-moment'],
    ['of the same second, neither of which it is', [head(OTHER, -9), head(BEFORE, 0, undefined, OTHER)], 'moved'],
    ['of the same second, left in that', [head(HEAD, -9), head(BEFORE, 0, undefined, HEAD)], 'same-moment'],
    ['found in the same second', [head(HEAD, 0, undefined, '')], 'same-moment'],
    ['opened in the same second', [head(HEAD, 0, 0)], 'seen'],
    ['opened in the same second, and pushed to since', [head(HEAD, 0, 0), head(BEFORE, 1, 1, HEAD)], 'seen'],
  ])('%s', async (_, heads, sight) => {
    expect(await reading({ state: { heads } }).headSeen()).toEqual({ sha: HEAD, sight });
  });

  test.each<[what: string, heads: readonly HeadSeen[], comments: number, sight: Sight]>([
    ['fewer comments', [head(BEFORE, -9), head(HEAD, 0, 2)], 3, 'seen'],
    ['this comment there', [head(BEFORE, -9), head(HEAD, 0, 3)], 3, 'moved'],
    ['the count unknown', [head(BEFORE, -9), head(HEAD, 0)], 3, 'same-moment'],
    ['the pull request itself', [head(HEAD, 0, 0)], 1, 'seen'],
    ['another one after it', [head(HEAD, 0, 2), head(BEFORE, 0, 4)], 3, 'seen'],
    ['another one before', [head(BEFORE, 0, 1), head(HEAD, 0, 2)], 3, 'seen'],
  ])('of the same second, with %s', async (_, heads, comments, sight) => {
    const text = { kind: 'comment', id: '7', url: '', at: WRITTEN, lines: [], cut: false, comments } as const;
    const facts = reading({ state: { heads }, delivery: { text: { ...text, lines: [] } } });
    expect(await facts.headSeen()).toEqual({ sha: HEAD, sight });
  });

  const told = [head(HEAD, -9)];
  test.each<[what: string, heads: readonly HeadSeen[], pushes: readonly ForcedPush[], sight: Sight]>([
    ['before it was told of', told, [forced(-10, BEFORE)], 'seen'],
    ['to it, before anybody wrote', told, [forced(-5, HEAD, BEFORE)], 'seen'],
    ['to it, in the very second', told, [forced(0, HEAD, BEFORE)], 'unknown'],
    ['to it, since', told, [forced(1, HEAD, BEFORE)], 'unknown'],
    ['away from it, and back as if nothing had been', told, [forced(-5, BEFORE, HEAD)], 'unknown'],
    ['away from it in the very second', told, [forced(0, BEFORE, HEAD)], 'unknown'],
    ['away from it, of which nobody knows where to', told, [forced(-5)], 'unknown'],
    [
      'which was told of, and to it since',
      [head(HEAD, -9), head(BEFORE, 1, 4, HEAD), head(HEAD, 2, 4, BEFORE)],
      [forced(1, BEFORE, HEAD), forced(2, HEAD, BEFORE)],
      'seen',
    ],
    [
      'which was told of, after two that were not',
      [head(HEAD, -9), head(BEFORE, 2, 4, HEAD), head(HEAD, 3, 4, BEFORE)],
      [forced(-1, OTHER, HEAD), forced(1, HEAD, OTHER), forced(2, BEFORE, HEAD), forced(3, HEAD, BEFORE)],
      'unknown',
    ],
    [
      'the same again, told of once',
      [head(HEAD, -9, 1, BEFORE)],
      [forced(-9, HEAD, BEFORE), forced(0, HEAD, BEFORE)],
      'unknown',
    ],
    ['told of a second later than it was', [head(HEAD, -2, 1, BEFORE)], [forced(-1, HEAD, BEFORE)], 'seen'],
  ])('with a push by force %s', async (_, heads, pushes, sight) => {
    const pull = async (): Promise<PullNow> => ({ ...now, forced: { pushes, more: false } });
    expect(await reading({ state: { heads }, read: { pull } }).headSeen()).toEqual({ sha: HEAD, sight });
  });

  test.each<[when: string, second: number | undefined, sight: Sight]>([
    ['never', undefined, 'seen'],
    ['before', -1, 'seen'],
    ['in the very second', 0, 'retargeted'],
    ['since', 1, 'retargeted'],
  ])('retargeted %s', async (_, second, sight) => {
    const pull = async (): Promise<PullNow> => ({
      ...now,
      ...(second === undefined ? {} : { retargetedAt: at(second) }),
    });
    expect(await reading({ state: { heads: told }, read: { pull } }).headSeen()).toEqual({ sha: HEAD, sight });
    const review = { id: 'r', verdict: 'approved', headSha: HEAD, by: grace } as const;
    const reviewed = reading({ read: { pull }, delivery: { review, text: undefined } });
    expect((await reviewed.seen(['retargetedSince'])).retargetedSince).toBe(sight === 'retargeted');
  });

  test('with more pushes by force than are shown, nothing tells', async () => {
    const pushes = [forced(-3, HEAD, BEFORE), forced(-2, BEFORE, HEAD)];
    const heads = [head(HEAD, -9), head(HEAD, -3, 1, BEFORE), head(BEFORE, -2, 1, HEAD), head(HEAD, -1, 1, BEFORE)];
    const sightWith = async (more: boolean, seen: readonly HeadSeen[]): Promise<Sight> =>
      (
        await reading({
          state: { heads: seen },
          read: { pull: async () => ({ ...now, forced: { pushes, more } }) },
        }).headSeen()
      ).sight;
    expect(await sightWith(true, heads)).toBe('seen');
    expect(await sightWith(true, [head(HEAD, -9)])).toBe('unknown');
  });

  test.each<[what: string, second: number, sight: Sight]>([
    ['before it was told of', -10, 'seen'],
    ['of which nobody knows where to', -5, 'unknown'],
    ['in the very second that was told of', -9, 'seen'],
  ])('a forge that tells no commits of pushes by force is asked for those: %s', async (_, second, sight) => {
    const { forced: __, ...rest } = now;
    const forcedPushes = async () => ({ pushes: [forced(second)], more: false });
    const facts = reading({ state: { heads: told }, read: { pull: async () => rest, forcedPushes } });
    expect(await facts.headSeen()).toEqual({ sha: HEAD, sight });
  });

  test.each<[what: string, since: HeadSince | undefined, pushes: readonly ForcedPush[], sight: Sight]>([
    ['there before', { headSha: HEAD, at: at(-1) }, [], 'seen'],
    ['pushed in the very second', { headSha: HEAD, at: at(0) }, [], 'same-moment'],
    ['pushed since', { headSha: HEAD, at: at(1) }, [], 'moved'],
    ['the record ends with another one', { headSha: BEFORE, at: at(-1) }, [], 'unknown'],
    ['there is no record', undefined, [], 'unknown'],
    ['the record lags behind a push by force', { headSha: HEAD, at: at(-9) }, [forced(0, HEAD, BEFORE)], 'unknown'],
    ['a push by force led to it before', undefined, [forced(-1, HEAD, BEFORE)], 'seen'],
    ['a push by force led to it in the very second', undefined, [forced(0, HEAD, BEFORE)], 'unknown'],
  ])('that no delivery told of: %s', async (_, since, pushes, sight) => {
    const pull = async (): Promise<PullNow> => ({ ...now, updatedAt: WRITTEN, forced: { pushes, more: false } });
    const facts = reading({ read: { pull, headSince: async () => since } });
    const known = sight === 'seen' && since !== undefined ? { since: since.at } : {};
    expect(await facts.headSeen()).toEqual({ sha: HEAD, sight, ...known });
  });

  test.each<[what: string, heads: readonly HeadSeen[], sight: Sight, told: boolean]>([
    ['pushed before', [head(BEFORE, -9), head(HEAD, -1, 0, BEFORE)], 'seen', true],
    ['pushed in the very second', [head(BEFORE, -9), head(HEAD, 0, 0, BEFORE)], 'same-moment', true],
    ['not told of yet', [head(BEFORE, -9)], 'moved', false],
  ])('when a label was put on: %s', async (_, heads, sight, known) => {
    const labeled: Partial<Delivery> = { event: 'labeled', label: 'lgtm', text: undefined };
    const seen = await reading({ state: { heads }, delivery: labeled }).seen(['labelSight']);
    expect(seen.labelSight).toMatchObject({ sight, told: known, now: '2026-03-01T13:00:00Z' });
    const other = { event: 'unlabeled', label: 'lgtm', text: undefined } as const;
    expect((await reading({ delivery: other }).seen(['labelSight'])).labelSight).toMatchObject({
      sight: 'seen',
      told: true,
    });
  });

  test.each<[what: string, heads: readonly HeadSeen[], pushes: readonly ForcedPush[], before: Sight | undefined]>([
    ['that it is not any more', [head(BEFORE, -9)], [], 'seen'],
    ['that was left by force since', [head(BEFORE, -9)], [forced(1, HEAD, BEFORE)], 'seen'],
    ['that came by force in the very second', [head(BEFORE, -9)], [forced(0, BEFORE, OTHER)], 'unknown'],
    ['that was pushed in the very second', [head(OTHER, -9), head(BEFORE, 0, 0, OTHER)], [], 'same-moment'],
    ['that was pushed since', [head(OTHER, -9), head(BEFORE, 1, 0, OTHER)], [], 'moved'],
    ['that no delivery told of', [], [], 'unknown'],
  ])('when a label was put on, of a head %s', async (_, heads, pushes, before) => {
    const tells = { ...target, headSha: BEFORE };
    const labeled: Partial<Delivery> = { event: 'labeled', label: 'ok-to-test', text: undefined, target: tells };
    const pull = async (): Promise<PullNow> => ({ ...now, forced: { pushes, more: false } });
    const read = { pull, headSince: async () => undefined };
    const seen = await reading({ state: { heads }, delivery: labeled, read }).seen(['labelSight']);
    expect(seen.labelSight?.before).toBe(before);
  });

  test.each<[who: string, approvers: readonly string[], by: Person, first: string, may: boolean]>([
    ['who is listed', ['Grace'], grace, grace.id, true],
    ['who is not', ['linus'], grace, grace.id, false],
    ['who has taken a login that is', ['grace'], { ...grace, id: '99' }, grace.id, false],
  ])('a cherry-pick is approved by somebody %s: %s', async (_, approvers, by, first, may) => {
    const cache = cacheOf(new Map([['identity#github#grace', { version: WRITTEN, id: first }]]));
    const review = { id: 'r', verdict: 'approved', headSha: HEAD, by } as const;
    const seen = await reading({ cache, delivery: { review }, approvers }).seen(['cherryPickRules']);
    expect(seen.cherryPickRules).toMatchObject({ mayApprove: may });
  });

  test.each<[what: string, headSha: string, sight: Sight]>([
    ['this one', HEAD, 'seen'],
    ['another one', BEFORE, 'moved'],
  ])('a review or an inline comment names: %s', async (_, headSha, sight) => {
    const review = { id: 'r', verdict: 'commented', headSha, by: grace } as const;
    const text = { kind: 'review-comment', id: '7', url: '', at: WRITTEN, lines: [], cut: false, headSha } as const;
    expect((await reading({ delivery: { review } }).headSeen()).sight).toBe(sight);
    expect((await reading({ delivery: { text: { ...text, lines: [] } } }).headSeen()).sight).toBe(sight);
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
