import { expect, test } from 'vitest';
import { NO_ANSWERS } from '../../shared/language/index.ts';
import { brief } from '../support/brief.ts';
import { actionsFor, given, pullOf } from '../support/given.ts';
import { jobOf, jobsOf } from '../support/jobs-here.ts';

const manual = { when: 'manual', wanted: false } as const;
const jobs = jobsOf([jobOf('unit'), jobOf('e2e', manual), jobOf('perf', { ...manual, optional: true })]);

test('starts every required job that starts only when asked for', () => {
  const answers = { ...NO_ANSWERS, jobs };
  expect(actionsFor('/test-manual-required', given({ answers })).map(brief)).toEqual(['start e2e']);
  expect(actionsFor('/test-manual-required', given({ answers, pull: pullOf({ state: 'closed' }) })).map(brief)).toEqual(
    ['no: It is closed; reopen it first.'],
  );
});
