import { describe, expect, test } from 'vitest';
import { Refusal, Retryable } from '../../shared/errors.ts';
import { reviewersToAsk, type ReviewersSources } from '../../shared/facts/reviewers.ts';
import { compileCodeowners, compileOwners } from '../../shared/owners/index.ts';
import type { Owned } from '../../shared/ownership.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { ada, grace, HEAD, linus, robot } from '../support/given.ts';

const OWNERS = 'reviewers: [Grace, linus, ken]\napprovers: [anna]\n';
const commit = 'c'.repeat(40);
const index = compileOwners({
  files: new Map([['OWNERS', { oid: '1', text: OWNERS }]]),
  aliases: null,
  complete: true,
});
const owners: Owned = { rung: 'owners', index, commit };
const code = compileCodeowners({ path: 'CODEOWNERS', text: '* @gus @gil', members: new Map(), otherwise: new Set() });

const unasked = (): Promise<never> => Promise.reject(new Error('nobody should have asked'));
const sources = (more: Partial<ReviewersSources> = {}): ReviewersSources => ({
  owned: async () => owners,
  files: async () => [{ path: 'x' }],
  pull: { requested: [], reviews: [] },
  number: 12,
  author: 'Ada',
  asked: false,
  before: false,
  settings: { ...defaultSettings.blunderbuss, requestCount: 1 },
  absences: async () => new Map(),
  waiting: async () => new Map(),
  limited: unasked,
  ...more,
});
const review = (by: typeof ada) => ({ id: '1', verdict: 'commented', headSha: HEAD, by, at: '' }) as const;

const byCode = async (): Promise<Owned> => ({ rung: 'codeowners', index: code, commit });
const byRoles = async (): Promise<Owned> => ({ rung: 'roles', index: code, commit });
const busy = async (): Promise<Map<string, number>> =>
  new Map([
    ['grace', 2],
    ['ken', 1],
  ]);
const two = async (): Promise<Map<string, object>> =>
  new Map([
    ['grace', {}],
    ['ken', {}],
    ['zoe', {}],
  ]);

describe('whom to ask', () => {
  test('whoever has fewer waiting', async () => {
    expect(await reviewersToAsk(sources({ waiting: busy }))).toEqual({
      rung: 'owners',
      engaged: [],
      chosen: ['linus'],
      required: [],
      away: [],
    });
  });

  test.each([new Retryable('away'), new Refusal('not granted')])('somebody where that is not told: %s', async (why) => {
    const { chosen } = await reviewersToAsk(sources({ waiting: () => Promise.reject(why) }));
    expect(chosen).toHaveLength(1);
  });

  test('what is wrong with us is not passed over', async () => {
    await expect(reviewersToAsk(sources({ waiting: unasked }))).rejects.toThrow('nobody should have asked');
  });

  test('who waits is not asked where there is no choice', async () => {
    const all = { ...defaultSettings.blunderbuss, requestCount: 9 };
    const { chosen } = await reviewersToAsk(sources({ settings: all, waiting: unasked }));
    expect(chosen.toSorted()).toEqual(['anna', 'grace', 'ken', 'linus']);
    const engaged = await reviewersToAsk(sources({ pull: { requested: ['Linus'], reviews: [] }, waiting: unasked }));
    expect(engaged).toMatchObject({ engaged: ['linus'], chosen: [] });
  });

  test('teams that were asked and people who reviewed count; bots and the author do not', async () => {
    const reviews = [review(grace), review(robot), review({ ...ada, login: 'ADA' }), review(linus)];
    const pull = { requested: ['acme/docs', 'grace'], reviews };
    const settings = { ...defaultSettings.blunderbuss, requestCount: 4 };
    const { engaged, chosen } = await reviewersToAsk(sources({ pull, settings }));
    expect(engaged).toEqual(['acme/docs', 'grace', 'linus']);
    expect(chosen).toEqual(['ken']);
  });

  test('nobody who is away, and that is told', async () => {
    const { chosen, away } = await reviewersToAsk(
      sources({
        absences: two,
        waiting: unasked,
        settings: { ...defaultSettings.blunderbuss, requestCount: 2, excludeApprovers: true },
      }),
    );
    expect({ chosen, away }).toEqual({ chosen: ['linus'], away: ['grace', 'ken'] });
  });

  test('nobody a second time by an event, but whoever asks gets an answer', async () => {
    const quiet = sources({ before: true, owned: unasked, waiting: unasked });
    expect((await reviewersToAsk(quiet)).chosen).toEqual([]);
    expect((await reviewersToAsk(sources({ before: true, asked: true }))).chosen).toHaveLength(1);
  });

  test('by CODEOWNERS the forge asks by itself, unless somebody wants more', async () => {
    expect(await reviewersToAsk(sources({ owned: byCode, waiting: unasked }))).toMatchObject({
      rung: 'codeowners',
      chosen: [],
    });
    const { chosen } = await reviewersToAsk(sources({ owned: byCode, asked: true }));
    expect(['gil', 'gus']).toContain(chosen[0]);
  });

  test('roles name nobody', async () => {
    const told = await reviewersToAsk(sources({ owned: byRoles, asked: true, waiting: unasked }));
    expect(told).toMatchObject({ rung: 'roles', chosen: [] });
  });
});

const saying = (...logins: string[]) => {
  const asked: (readonly string[])[] = [];
  const limited = async (some: readonly string[]): Promise<ReadonlySet<string>> => {
    asked.push(some);
    return new Set(some.filter((login) => logins.includes(login)));
  };
  return { asked, limited };
};

describe('who says to have little time', () => {
  const settings = { ...defaultSettings.blunderbuss, requestCount: 1, useStatusAvailability: true };
  test('is not asked, and only of whom would be is it looked up', async () => {
    const all = await reviewersToAsk(sources({ settings, limited: saying().limited }));
    const [first = ''] = all.chosen;
    const { asked, limited } = saying(first);
    const { chosen } = await reviewersToAsk(sources({ settings, limited }));
    expect(chosen).toHaveLength(1);
    expect(chosen).not.toContain(first);
    expect(asked).toEqual([[first], chosen]);
  });

  test('is replaced a few times at most', async () => {
    const everybody = saying('grace', 'linus', 'ken', 'anna');
    const { chosen } = await reviewersToAsk(sources({ settings, limited: everybody.limited }));
    expect(everybody.asked.length).toBeLessThanOrEqual(3);
    expect(chosen.every((login) => !everybody.asked.flat().includes(login))).toBe(true);
  });

  test.each([new Retryable('away'), new Refusal('not granted')])('is asked where that is not told: %s', async (why) => {
    const { chosen } = await reviewersToAsk(sources({ settings, limited: () => Promise.reject(why) }));
    expect(chosen).toHaveLength(1);
  });

  test('is not looked up where the settings do not want it', async () => {
    expect((await reviewersToAsk(sources())).chosen).toHaveLength(1);
  });
});
