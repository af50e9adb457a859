import { expect, test } from 'vitest';
import { jobResults } from '../../shared/automations/job-results.ts';
import { noteRun, setStatus, type JobResult, type RunKept } from '../../shared/language/index.ts';
import { BEFORE, decided, HEAD } from '../support/given.ts';
import { KEY, runOf } from '../support/jobs.ts';

const STATUS = { context: 'ci/unit', headSha: HEAD, state: 'failure', description: 'Failed.' } as const;
const FAILED: JobResult = { key: KEY, engine: 'https', run: '7', state: 'failure' };

test.each<[what: string, runs: readonly RunKept[], taken: boolean]>([
  ['of the last start on the head is taken in', [runOf({ state: 'queued' })], true],
  ['for a commit that is not the head any more changes nothing', [runOf({ state: 'queued', headSha: BEFORE })], false],
  ['told twice changes nothing', [runOf({ state: 'failure' })], false],
  ['of a start that another took the place of changes nothing', [runOf({ state: 'queued', key: `${KEY}x` })], false],
  ['of nothing that was started changes nothing', [], false],
])('a result %s', (_, runs, taken) => {
  expect(decided(jobResults, { runs, job: FAILED })).toEqual(taken ? [noteRun(FAILED), setStatus(STATUS)] : []);
});

test('for another branch leaves the status to the job that was started for this one', () => {
  const elsewhere = runOf({ job: 'on-release', state: 'queued', baseRef: 'release-1' });
  const here = runOf({ job: 'on-main', key: `${KEY}x`, state: 'success', baseRef: 'main' });
  expect(decided(jobResults, { runs: [elsewhere, here], job: FAILED })).toEqual([noteRun(FAILED)]);
  // Of others, it is as it was.
  for (const other of [runOf({ ...here, context: 'ci/other' }), runOf({ ...here, headSha: BEFORE })]) {
    expect(decided(jobResults, { runs: [elsewhere, other], job: FAILED })).toEqual([
      noteRun(FAILED),
      setStatus(STATUS),
    ]);
  }
  expect(decided(jobResults, { runs: [here, elsewhere], job: FAILED })).toEqual([noteRun(FAILED), setStatus(STATUS)]);
});

test('for another commit, of a command that settings declare, gives back its lock and says nothing', () => {
  const runs = [runOf({ job: '/deploy', state: 'queued', headSha: BEFORE })];
  expect(decided(jobResults, { runs, job: FAILED })).toEqual([noteRun(FAILED)]);
});

test.each<[state: JobResult['state'], shown: string]>([
  ['running', 'pending'],
  ['success', 'success'],
  ['failure', 'failure'],
  ['error', 'error'],
  ['cancelled', 'failure'],
])('%s is shown as %s', (state, shown) => {
  const [, status] = decided(jobResults, { runs: [runOf({ state: 'queued' })], job: { ...FAILED, state } });
  expect(status).toMatchObject({ is: 'set-status', state: shown });
});

test('what was cancelled is told with the line that runs it again', () => {
  const [, status] = decided(jobResults, {
    runs: [runOf({ state: 'queued' })],
    job: { ...FAILED, state: 'cancelled' },
  });
  expect(status).toMatchObject({ description: 'Cancelled: /test unit runs it again.' });
});

test('a job that reports no status sets none', () => {
  expect(decided(jobResults, { runs: [runOf({ state: 'queued', context: '' })], job: FAILED })).toEqual([
    noteRun(FAILED),
  ]);
});

test('the sentence and the address of the result are shown, else the address of the start', () => {
  const run = runOf({ state: 'queued', url: 'https://ci.example/queue' });
  const shown = (job: JobResult) => decided(jobResults, { runs: [run], job })[1];
  expect(shown(FAILED)).toEqual(setStatus({ ...STATUS, url: 'https://ci.example/queue' }));
  expect(shown({ ...FAILED, url: 'https://ci.example/7', summary: '2 of 40 failed.' })).toEqual(
    setStatus({ ...STATUS, url: 'https://ci.example/7', description: '2 of 40 failed.' }),
  );
});
