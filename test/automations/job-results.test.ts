import { expect, test } from 'vitest';
import { jobResults } from '../../shared/automations/job-results.ts';
import { noteRun, type JobResult, type RunKept } from '../../shared/language/index.ts';
import { BEFORE, decided } from '../support/given.ts';
import { KEY, runOf } from '../support/jobs.ts';

const FAILED: JobResult = { key: KEY, engine: 'https', run: '7', state: 'failure' };

test.each<[what: string, runs: readonly RunKept[], taken: boolean]>([
  ['of the last start on the head is taken in', [runOf({ state: 'queued' })], true],
  ['for a commit that is not the head any more changes nothing', [runOf({ state: 'queued', headSha: BEFORE })], false],
  ['told twice changes nothing', [runOf({ state: 'failure' })], false],
  ['of a start that another took the place of changes nothing', [runOf({ state: 'queued', key: `${KEY}x` })], false],
  ['of nothing that was started changes nothing', [], false],
])('a result %s', (_, runs, taken) => {
  expect(decided(jobResults, { runs, job: FAILED })).toEqual(taken ? [noteRun(FAILED)] : []);
});
