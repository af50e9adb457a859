/** `/retest`, `/retest-required` and `/test-manual-required`: §18.5. */
import { expect, test } from 'vitest';
import { NO_ANSWERS, type JobHere, type JobsHere } from '../../shared/language/index.ts';
import { brief } from '../support/brief.ts';
import { actionsFor, given } from '../support/given.ts';
import { jobOf, jobsOf, workflowOf } from '../support/jobs-here.ts';

const saying = (comment: string, here: JobsHere): readonly string[] =>
  actionsFor(comment, given({ answers: { ...NO_ANSWERS, jobs: here } })).map(brief);

const NOTHING = 'Nothing that counts has failed for this commit, and nothing that it needs is missing.';

test.each<[what: string, job: Partial<JobHere>, retest: boolean, required: boolean, manual: boolean]>([
  ['failed', { state: 'failure' }, true, true, false],
  ['could not run', { state: 'error' }, true, true, false],
  ['was cancelled', { state: 'cancelled' }, true, true, false],
  ['is pending', { state: 'running' }, false, false, false],
  ['passed', { state: 'success' }, false, false, false],
  ['is automatic and never ran', {}, true, true, false],
  ['is conditional, called for and never ran', { when: 'if-changed' }, true, true, false],
  ['is conditional, not called for and never ran', { when: 'if-changed', wanted: false }, false, false, false],
  // Prow's comments say otherwise; its tests and code do this.
  [
    'is not called for any more, and failed',
    { when: 'if-changed', wanted: false, state: 'failure' },
    true,
    true,
    false,
  ],
  ['the same by exclusion', { when: 'unless-only-changed', wanted: false, state: 'failure' }, true, true, false],
  ['is optional and failed', { optional: true, state: 'failure' }, true, false, false],
  ['is optional and never ran', { optional: true }, true, false, false],
  ['is manual and failed', { when: 'manual', wanted: false, state: 'failure' }, true, true, true],
  ['is manual and never ran', { when: 'manual', wanted: false }, false, false, true],
  ['is manual, optional and failed', { when: 'manual', optional: true, state: 'failure' }, true, false, false],
  ['is manual and passed', { when: 'manual', wanted: false, state: 'success' }, false, false, true],
])('a job that %s', (_, job, retest, required, manual) => {
  const here = jobsOf([jobOf('unit', job)]);
  expect([
    saying('/retest', here).includes('start unit'),
    saying('/retest-required', here).includes('start unit'),
    saying('/test-manual-required', here).includes('start unit'),
  ]).toEqual([retest, required, manual]);
});

test.each<[comment: string, here: JobsHere, does: readonly string[]]>([
  ['/retest', jobsOf([jobOf('unit', { state: 'success' })]), [NOTHING]],
  ['/retest-required', jobsOf([]), [NOTHING]],
  [
    '/test-manual-required',
    jobsOf([jobOf('unit')]),
    ['There is no required job here that starts only when asked for.'],
  ],
  // In Prow a `/retest` with a name shows the list of all jobs.
  [
    '/retest unit',
    jobsOf([jobOf('unit', { state: 'failure' })]),
    ['no: `/retest` takes no names, and nothing was done: `/test unit` starts `unit`.'],
  ],
  ['/retest ', jobsOf([jobOf('unit', { state: 'failure' })]), ['start unit']],
  ['/retest # it is flaky', jobsOf([jobOf('unit', { state: 'failure' })]), ['start unit']],
  [
    '/retest\n/test-manual-required',
    jobsOf([jobOf('unit', { state: 'failure' })]),
    ['start unit', 'There is no required job here that starts only when asked for.'],
  ],
  [
    '/retest',
    jobsOf([jobOf('unit', { state: 'failure', times: 10 })]),
    [
      'no: `unit`: started 10 times for this commit, which is the most (`pipelines.retests`); a new commit starts afresh.',
    ],
  ],
  // Without a job of the settings: in Prow nothing would happen.
  [
    '/retest',
    jobsOf([], { workflows: [workflowOf('CI'), workflowOf('Lint', { state: 'success' })] }),
    ['rerun CI (failed)'],
  ],
  [
    '/retest-required',
    jobsOf([], { workflows: [workflowOf('CI'), workflowOf('E2E', { required: true })] }),
    ['rerun E2E (failed)'],
  ],
  [
    '/test-manual-required',
    jobsOf([jobOf('slow', { when: 'manual' })], { workflows: [workflowOf('CI')] }),
    ['start slow'],
  ],
  ['/retest', jobsOf([], { workflows: [workflowOf('CI', { state: 'queued', waiting: true })] }), [NOTHING]],
])('%j', (comment, here, does) => {
  expect(saying(comment, here)).toEqual(does);
});
