/** `/ok-to-test`: §18.4 steps 4 to 6. That the head is the one its author saw, the engine makes sure of. */
import { expect, test } from 'vitest';
import { okToTest } from '../../shared/commands/ok-to-test.ts';
import { NO_ANSWERS, trusted, type JobsHere } from '../../shared/language/index.ts';
import { brief } from '../support/brief.ts';
import { actionsFor, BEFORE, given, pullOf, type All } from '../support/given.ts';
import { runOf } from '../support/jobs.ts';
import { jobOf, jobsOf, TRUSTED, UNTRUSTED } from '../support/jobs-here.ts';

const saying = (comment: string, here: Partial<JobsHere>, facts: Partial<All> = {}): readonly string[] => {
  const jobs = jobsOf(here.jobs ?? [], { trust: UNTRUSTED, ...here });
  return actionsFor(comment, given({ answers: { ...NO_ANSWERS, jobs }, ...facts })).map(brief);
};
const GRANTED = ['Grace vouches for aaa', '+ok-to-test', '-needs-ok-to-test', 'quiet notice ok-to-test'];
const waiting = { labels: new Set(['needs-ok-to-test']) };

test.each<[comment: string, here: Partial<JobsHere>, facts: Partial<All>, does: readonly string[]]>([
  [
    '/ok-to-test',
    {
      jobs: [jobOf('unit'), jobOf('manual', { when: 'manual' }), jobOf('docs', { when: 'if-changed', wanted: false })],
    },
    waiting,
    [...GRANTED, 'start unit', 'approve aaa'],
  ],
  // Capitals are for anybody to write; Prow takes none.
  ['/Ok-To-Test', {}, waiting, [...GRANTED, 'approve aaa']],
  // Somebody vouched for an earlier commit.
  [
    '/ok-to-test',
    {},
    { labels: new Set(['ok-to-test']) },
    ['Grace vouches for aaa', 'quiet notice ok-to-test', 'approve aaa'],
  ],
  // What has run for this commit has.
  ['/ok-to-test', { jobs: [jobOf('unit', { state: 'failure' })] }, waiting, [...GRANTED, 'approve aaa']],
  ['/ok-to-test', { gate: { ignoresOkToTest: false, joinUrl: '', workflows: false } }, waiting, GRANTED],
  [
    '/ok-to-test',
    { gate: { ignoresOkToTest: true, joinUrl: '', workflows: true } },
    waiting,
    [
      'no: `/ok-to-test` does nothing here (`trigger.ignore_ok_to_test`): comment `/test all`, or the jobs that shall run.',
    ],
  ],
  [
    '/ok-to-test',
    { jobs: [jobOf('unit', { engine: undefined })] },
    waiting,
    [...GRANTED, 'approve aaa', '`unit`: nothing is set that runs it (`pipelines.engine`).'],
  ],
  ['/ok-to-test', {}, { pull: pullOf({ state: 'closed' }) }, ['no: It is closed; reopen it first.']],
  ['/ok-to-test cancel', {}, { labels: new Set(['ok-to-test']) }, ['unvouch', '-ok-to-test', '+needs-ok-to-test']],
  ['/ok-to-test cancel', {}, waiting, ['unvouch']],
  // What runs for the commit that nobody vouches for any more stops.
  [
    '/ok-to-test cancel',
    {},
    {
      labels: new Set(['ok-to-test']),
      runs: [runOf({ state: 'running' }), runOf({ state: 'queued', headSha: BEFORE }), runOf({ state: 'success' })],
    },
    ['unvouch', '-ok-to-test', '+needs-ok-to-test', 'cancel unit 7'],
  ],
  [
    '/ok-to-test cancel',
    { trust: TRUSTED },
    {},
    ['unvouch', 'Its author is trusted here all the same, so jobs go on to run.'],
  ],
  // §32, 21: the last line decides, and its labels are right.
  ['/ok-to-test\n/ok-to-test cancel', {}, waiting, ['unvouch']],
  ['/ok-to-test cancel\n/ok-to-test', {}, waiting, [...GRANTED, 'approve aaa']],
])('%j', (comment, here, facts, does) => {
  expect(saying(comment, here, facts)).toEqual(does);
});

test('nothing starts where it conflicts, and that is told', () => {
  const said = saying(
    '/ok-to-test',
    { jobs: [jobOf('unit')] },
    { ...waiting, pull: pullOf({ mergeable: 'conflicting' }) },
  );
  expect(said.slice(0, -1)).toEqual([...GRANTED, 'approve aaa']);
  expect(said.at(-1)).toMatch(/^It conflicts with its base/);
});

test.each(['/ok-to-test please', '/ok-to-test cancelled'])('%j is answered with a hint', (comment) => {
  expect(saying(comment, {})[0]).toMatch(/^no: `\/ok-to-test` takes nothing but `cancel`/);
});

test('it is for people who are trusted, both ways', () => {
  expect(okToTest.allow).toEqual(trusted);
  expect(okToTest.needs).toContain('head');
});
