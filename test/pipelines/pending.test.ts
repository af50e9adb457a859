/** Whom the clock asks about runs, and when. */
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Delivery, Target } from '../../shared/delivery.ts';
import { Refusal, Retryable } from '../../shared/errors.ts';
import type { Engine, JobRequest, JobRun } from '../../shared/pipelines/engine.ts';
import { askRuns, forgetRun, remembered } from '../../shared/pipelines/pending.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { overlaidOn } from '../../shared/store/overlay.ts';
import { grace } from '../support/given.ts';
import { engineInMemory, KEY, requestOf } from '../support/jobs.ts';
import { readNothing, unasked } from '../support/reading-nothing.ts';

type Here = Parameters<typeof askRuns>[0];

const START = Date.parse('2026-03-01T13:00:00.000Z');

function clockwork(state: Engine['state']): {
  readonly engine: Engine;
  readonly asked: string[];
  readonly looked: number[];
  readonly sent: Delivery[];
  readonly cache: Here['cache'];
  /** Runs the clock so many minutes after the start. */
  readonly tick: (minutes: number) => Promise<number>;
  readonly forget: (key: string) => Promise<void>;
} {
  const kept = new Map<string, unknown>();
  const cache: Here['cache'] = {
    ...overlaidOn({ get: async () => undefined, getBytes: async () => undefined }),
    get: async (key) => kept.get(key),
    put: async (key, value) => void kept.set(key, value),
    // At once, as the table does.
    async swap(key, version, value) {
      const known = z.object({ version: z.string() }).safeParse(kept.get(key));
      if (known.data?.version !== version) return false;
      kept.set(key, value);
      return true;
    },
  };
  const [asked, looked, sent]: [string[], number[], Delivery[]] = [[], [], []];
  let [ids, minutes] = [0, 0];
  const provider: Provider = {
    id: 'github',
    name: 'GitHub',
    can: new Set(),
    connect: unasked,
    async look({ owner, name }, number) {
      looked.push(number);
      const target: Target = {
        kind: 'pull',
        number,
        author: grace,
        state: 'open',
        title: '',
        labels: [],
        locked: false,
      };
      return { installation: '5', repository: { id: '1', owner, name }, target, read: readNothing, person: unasked };
    },
    find: unasked,
    findOld: unasked,
    deliveryLog: undefined,
  };
  const plain: Engine = {
    ...engineInMemory(),
    id: 'jenkins',
    state: async (ref) => {
      asked.push(ref.key);
      return state(ref);
    },
  };
  const here: Omit<Here, 'engines'> = {
    cache,
    newId: () => {
      ids += 1;
      return String(ids);
    },
    now: () => new Date(START + minutes * 60_000),
    provider: () => provider,
    send: async (delivery) => void sent.push(delivery),
  };
  const engine = remembered(plain, here);
  const engines = new Map([[engine.id, engine]]);
  return {
    engine,
    asked,
    looked,
    sent,
    cache,
    tick(after) {
      minutes = after;
      return askRuns({ ...here, engines });
    },
    forget: (key) => forgetRun(key, here),
  };
}

const running = async (): Promise<JobRun> => ({ id: '1', state: 'running', url: 'https://ci.example/1' });
const request = (number = 12): JobRequest => requestOf({ key: KEY.replace('pr12', `pr${number}`), pull: number });

test('where nothing was started, nobody is asked', async () => {
  const { tick, asked, looked } = clockwork(running);
  expect(await tick(0)).toBe(0);
  expect({ asked, looked }).toEqual({ asked: [], looked: [] });
});

test('what is started is asked about until its end, and told once for each state', async () => {
  let now: JobRun = { id: '1', state: 'queued' };
  const { engine, tick, asked, sent, looked } = clockwork(async () => now);
  await engine.start(request());
  expect(await tick(2)).toBe(0);
  now = await running();
  expect(await tick(4)).toBe(1);
  expect(await tick(6)).toBe(0);
  now = { id: '1', state: 'failure', summary: '2 failed' };
  expect(await tick(8)).toBe(1);
  expect(await tick(10)).toBe(0);
  expect(asked).toHaveLength(4);
  expect(looked).toEqual([12, 12]);
  expect(sent.map(({ job }) => job?.state)).toEqual(['running', 'failure']);
  expect(sent[1]).toMatchObject({
    event: 'job-result',
    job: { key: KEY, engine: 'jenkins', run: '1', summary: '2 failed' },
  });
});

test('what was found to run already is asked about as well, once', async () => {
  const { engine, tick, asked } = clockwork(running);
  await engine.start(request());
  await engine.find(request());
  await tick(2);
  expect(asked).toEqual([KEY]);
});

test('what came by itself is asked about no more', async () => {
  const { engine, tick, asked, forget } = clockwork(running);
  await engine.start(request());
  await engine.start(request(13));
  await forget(KEY);
  await forget('never heard of');
  await tick(2);
  expect(asked).toEqual([request(13).key]);
});

test('what takes long is asked about less often', async () => {
  const { engine, tick, asked } = clockwork(running);
  await engine.start(request());
  for (let minute = 2; minute <= 240; minute += 2) {
    // oxlint-disable-next-line no-await-in-loop
    await tick(minute);
  }
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.length).toBeLessThan(40);
});

test('who does not answer is asked no more in this run, and everything in the next', async () => {
  let away = true;
  const { engine, tick, asked } = clockwork(async () => {
    if (away) throw new Retryable('away');
    return running();
  });
  await engine.start(request());
  await engine.start(request(13));
  expect(await tick(2)).toBe(0);
  expect(asked).toHaveLength(1);
  away = false;
  expect(await tick(4)).toBe(2);
});

test('of what nobody has heard for a day it is told, and then it is forgotten', async () => {
  const { engine, tick, sent } = clockwork(async () => undefined);
  await engine.start(request());
  expect(await tick(60)).toBe(0);
  expect(await tick(25 * 60)).toBe(1);
  expect(sent).toMatchObject([{ job: { state: 'error', summary: 'No result came within a day.' } }]);
  expect(await tick(26 * 60)).toBe(0);
});

test('what does not fit is forgotten from its oldest end', async () => {
  const { engine, tick, asked, cache } = clockwork(running);
  await engine.start(request(1));
  const kept = z.object({ version: z.string(), entries: z.array(z.looseObject({})) }).parse(await cache.get('runs#1'));
  const many = Array.from({ length: 600 }, (_, index) => ({ ...kept.entries[0], key: request(index + 1).key }));
  await cache.put('runs#1', { ...kept, entries: many }, 60);
  await engine.start(request(601));
  await tick(2);
  expect(asked[0]).toBe(request(2).key);
  expect(asked).toHaveLength(100);
});

test('of all that have the same lock one runs at a time, wherever it was asked for', async () => {
  let now: JobRun = { id: '1', state: 'running' };
  const { engine, tick } = clockwork(async () => now);
  const locked = (number: number): JobRequest => ({ ...request(number), lock: 'deploy@github:acme/widgets' });
  const both = await Promise.allSettled([engine.start(locked(12)), engine.start(locked(13))]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(engine.start(locked(14))).rejects.toThrow(/is running already, for `github:acme\/widgets#1[23]`/);
  // The same start again, and what has another lock or none.
  await engine.start(locked(both[0]?.status === 'fulfilled' ? 12 : 13));
  await engine.start({ ...request(15), lock: 'deploy@github:acme/gears' });
  await engine.start(request(16));
  now = { id: '1', state: 'success' };
  await tick(2);
  expect(await engine.start(locked(14))).toMatchObject({ state: 'queued' });
});

test('what the engine refused locks nothing', async () => {
  const { cache, engine } = clockwork(running);
  const here = { cache, newId: () => 'x', now: () => new Date(START) };
  const refusing = remembered({ ...engine, start: async () => Promise.reject(new Refusal('no such job')) }, here);
  await expect(refusing.start({ ...request(12), lock: 'a' })).rejects.toThrow('no such job');
  expect(await engine.start({ ...request(13), lock: 'a' })).toMatchObject({ state: 'queued' });
});
