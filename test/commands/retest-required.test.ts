import { expect, test } from 'vitest';
import { NO_ANSWERS, starters } from '../../shared/language/index.ts';
import { retestRequired } from '../../shared/commands/retest-required.ts';
import { brief } from '../support/brief.ts';
import { actionsFor, given } from '../support/given.ts';
import { jobOf, jobsOf, workflowOf } from '../support/jobs-here.ts';

test('starts again what failed and may not, of the jobs and of the workflows of the forge', () => {
  const failed = { state: 'failure' } as const;
  const jobs = jobsOf([jobOf('unit', failed), jobOf('lint', { ...failed, optional: true }), jobOf('docs')], {
    workflows: [workflowOf('CI'), workflowOf('E2E', { required: true })],
  });
  expect(actionsFor('/retest-required', given({ answers: { ...NO_ANSWERS, jobs } })).map(brief)).toEqual([
    'start unit',
    'start docs',
    'rerun E2E (failed)',
  ]);
});

test('takes no names, and is for whoever starts jobs', () => {
  expect(actionsFor('/retest-required unit').map(brief)[0]).toMatch(/^no: `\/retest-required` takes nothing/);
  expect(retestRequired.allow).toEqual(starters);
});
