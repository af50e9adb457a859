/** A job is started for the commit that was decided about, and once. */
import { describe, expect, test } from 'vitest';
import { Refusal, Retryable } from '../../shared/errors.ts';
import type { JobAction, RunKept } from '../../shared/language/index.ts';
import { jobDone, keyOfStart, pullOfKey } from '../../shared/pipelines/starting.ts';
import { BEFORE, grace, HEAD } from '../support/given.ts';
import { engineInMemory, KEY, runOf } from '../support/jobs.ts';
import { readNothing } from '../support/reading-nothing.ts';

const START: Extract<JobAction, { is: 'start-job' }> = {
  is: 'start-job',
  job: 'unit',
  context: 'ci/unit',
  engine: 'https',
  target: 'https://ci.example/unit',
  parameters: { SUITE: 'all' },
  headSha: HEAD,
  baseRef: 'main',
  rerun: '/test unit',
  optional: false,
  key: KEY,
};
const CANCEL: JobAction = {
  is: 'cancel-job',
  job: 'unit',
  engine: 'https',
  target: '',
  headSha: HEAD,
  key: KEY,
  run: '7',
};

const NO_RUNS: readonly RunKept[] = [];
type Engine = ReturnType<typeof engineInMemory>;

function doing(
  action: JobAction,
  engine: Engine,
  { head = HEAD, resumed = false, runs = NO_RUNS } = {},
): ReturnType<typeof jobDone> {
  return jobDone(action, {
    delivery: {
      provider: 'github',
      repository: { id: '1', owner: 'acme', name: 'widgets' },
      target: { kind: 'pull', number: 12, author: grace, state: 'open', title: '', labels: [], locked: false },
      sender: grace,
      at: '2026-03-01T13:00:00Z',
    },
    connection: { read: { ...readNothing, headNow: async () => head } },
    engines: new Map([[engine.id, engine]]),
    resumed,
    runs,
  });
}

describe('a start', () => {
  test('gives the engine the commit, the key and who asked', async () => {
    const engine = engineInMemory();
    expect(await doing(START, engine)).toEqual({ result: 'done', ref: '1', url: 'https://ci.example/1' });
    expect(engine.started).toMatchObject([{ key: KEY, headSha: HEAD, pull: 12, by: 'Grace', target: START.target }]);
  });

  test('is not made where the head moved since', async () => {
    const engine = engineInMemory();
    expect(await doing(START, engine, { head: BEFORE })).toEqual({
      result: 'superseded',
      note: '`unit` was not started: the head is `bbbbbbb` by now.',
    });
    expect(engine.started).toEqual([]);
  });

  test('taken up again is looked for first, wherever the head is by then', async () => {
    const engine = engineInMemory();
    await doing(START, engine);
    expect(await doing(START, engine, { resumed: true, head: BEFORE })).toMatchObject({ result: 'done', ref: '1' });
    expect(engine.started).toHaveLength(1);
  });

  test('taken up again that was never made is made, if the head is still the same', async () => {
    const engine = engineInMemory();
    expect(await doing(START, engine, { resumed: true, head: BEFORE })).toMatchObject({ result: 'superseded' });
    expect(await doing(START, engine, { resumed: true })).toMatchObject({ result: 'done' });
    expect(engine.started).toHaveLength(1);
  });

  test('that another line of the same comment made already is not made twice', async () => {
    const engine = engineInMemory();
    expect(await doing(START, engine, { runs: [runOf({ key: KEY, run: '7', state: 'queued' })] })).toEqual({
      result: 'unchanged',
      ref: '7',
    });
    expect(engine.started).toEqual([]);
  });

  test('that the engine refuses is refused in its words; weather comes again', async () => {
    const refusing = engineInMemory(() => {
      throw new Refusal('No such project.');
    });
    expect(await doing(START, refusing)).toEqual({ result: 'refused', note: 'No such project.' });
    const raining = engineInMemory(() => {
      throw new Retryable('no answer');
    });
    await expect(doing(START, raining)).rejects.toThrow(Retryable);
  });

  test('by an engine that is not there is refused', async () => {
    expect(await doing({ ...START, engine: 'jenkins' }, engineInMemory())).toEqual({
      result: 'refused',
      note: 'The engine `jenkins` is not set up here.',
    });
  });
});

test.each([
  ['cancelled', { result: 'done' }],
  ['over', { result: 'unchanged' }],
  ['unable', { result: 'unchanged', note: 'an endpoint cannot stop `unit`, so it goes on.' }],
] as const)('a run that is %s', async (how, result) => {
  expect(await doing(CANCEL, { ...engineInMemory(), cancel: async () => how })).toEqual(result);
});

describe('the key of a start', () => {
  const key = keyOfStart('text#1', 12, START);
  test('is the same for one decision, job and commit, and no other', () => {
    expect(keyOfStart('text#1', 12, START)).toBe(key);
    const others = [
      keyOfStart('text#2', 12, START),
      keyOfStart('text#1', 12, { ...START, job: 'lint' }),
      keyOfStart('text#1', 12, { ...START, headSha: BEFORE }),
    ];
    expect(new Set([key, ...others]).size).toBe(4);
  });

  test.each([
    [key, 12],
    ['pr12-short', undefined],
    [`pr0-${'0'.repeat(32)}`, undefined],
    [`${KEY}0`, undefined],
    [`x${KEY}`, undefined],
  ])('%s is about %s', (written, number) => {
    expect(pullOfKey(written)).toBe(number);
  });
});
