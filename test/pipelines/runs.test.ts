/** What records add up to about jobs: the last start of a job on a commit counts, and what it says once. */
import { describe, expect, test } from 'vitest';
import { isNews, type JobResult, type JobState, type RunKept } from '../../shared/language/index.ts';
import { MAX_RUNS, withResult, withStart, type Started } from '../../shared/pipelines/runs.ts';
import { BEFORE, HEAD } from '../support/given.ts';
import { KEY, runOf } from '../support/jobs.ts';

const WHO = { by: 'grace', at: '2026-03-01T13:00:00Z' };
const started = (more: Partial<Started> = {}): Started => ({
  job: 'unit',
  context: 'ci/unit',
  engine: 'https',
  target: 'https://ci.example/unit',
  headSha: HEAD,
  rerun: '/test unit',
  optional: false,
  key: KEY,
  ref: '7',
  result: 'done',
  ...more,
});
const OTHER = KEY.replace('0', '1');
const result = (state: JobState, more: Partial<JobResult> = {}): JobResult => ({
  key: KEY,
  engine: 'https',
  run: '7',
  state,
  ...more,
});

describe('a start', () => {
  test('is queued, and its run is known', () => {
    expect(withStart([], started({ url: 'https://ci.example/7' }), WHO)).toEqual([
      runOf({ state: 'queued', url: 'https://ci.example/7', ...WHO }),
    ]);
  });

  test('is of the branch that it was made for', () => {
    expect(withStart([], started({ baseRef: 'main' }), WHO)).toMatchObject([{ baseRef: 'main' }]);
  });

  test('that the engine would not make is an error, with its reason', () => {
    const [run] = withStart([], started({ result: 'refused', ref: '', note: 'No such project.' }), WHO);
    expect(run).toMatchObject({ state: 'error', run: '', summary: 'No such project.' });
  });

  test('takes the place of the one before on the same commit, and counts', () => {
    const once = withResult(withStart([], started(), WHO), result('failure'));
    const twice = withStart(once, started({ key: OTHER, ref: '8' }), WHO);
    expect(twice.map(({ key, state, times }) => [key, state, times])).toEqual([[OTHER, 'queued', 2]]);
  });

  test('that another line of the same comment has made already counts once, and stays as it is known', () => {
    const runs = withStart([], started({ url: 'https://ci.example/7' }), WHO);
    expect(withStart(runs, started({ result: 'unchanged' }), WHO)).toEqual(runs);
  });

  test('on another commit, and of another job, stands beside it', () => {
    const all = [started(), started({ headSha: BEFORE }), started({ job: 'lint' })];
    expect(all.reduce<readonly RunKept[]>((soFar, each) => withStart(soFar, each, WHO), [])).toHaveLength(3);
  });

  test('leaves the last ones', () => {
    const many = Array.from({ length: MAX_RUNS + 2 }, (_, index) => started({ job: `job-${index}` }));
    const kept = many.reduce<readonly RunKept[]>((soFar, each) => withStart(soFar, each, WHO), []);
    expect([kept.length, kept[0]?.job]).toEqual([MAX_RUNS, 'job-2']);
  });
});

test.each<[what: string, run: Partial<RunKept>, result: JobResult, news: boolean]>([
  ['it runs', {}, result('running'), true],
  ['it passed', { state: 'running' }, result('success'), true],
  ['it failed without ever having been told to run', {}, result('failure'), true],
  ['it is queued, which is known', {}, result('queued'), false],
  ['it is queued, told after it ran', { state: 'running' }, result('queued'), false],
  ['it runs, told twice', { state: 'running' }, result('running'), false],
  ['it passed, told twice', { state: 'success' }, result('success'), false],
  ['it failed after it passed', { state: 'success' }, result('failure'), false],
  ['it runs, told after it failed', { state: 'failure' }, result('running'), false],
  ['of a start before', { key: OTHER }, result('failure'), false],
  ['of another run of the same start', {}, result('failure', { run: '8' }), false],
  ['by another engine', { engine: 'jenkins' }, result('failure'), false],
  ['the id is known only now', { run: '' }, result('success'), true],
])('news: %s', (_, run, told, news) => {
  const kept = runOf({ state: 'queued', ...run });
  expect(isNews(kept, told)).toBe(news);
  expect(withResult([kept], told)).toEqual(news ? [{ ...kept, state: told.state }] : [kept]);
});

test('the address and the sentence of a result are kept', () => {
  const [run] = withResult(
    [runOf({ state: 'queued', url: 'https://ci.example/queue' })],
    result('failure', { url: 'https://ci.example/7', summary: '2 of 40 failed.' }),
  );
  expect(run).toMatchObject({ url: 'https://ci.example/7', summary: '2 of 40 failed.' });
});
