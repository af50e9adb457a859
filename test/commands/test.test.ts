/** `/test`: §18.3 to §18.6. Which jobs are for the pull request is worked out in facts/jobs. */
import { describe, expect, test } from 'vitest';
import { testCommand } from '../../shared/commands/test.ts';
import { NO_ANSWERS, type JobHere, type JobsHere, type Questions } from '../../shared/language/index.ts';
import { brief } from '../support/brief.ts';
import { actionsFor, given, HEAD, parsedFrom, pullOf, type All } from '../support/given.ts';
import { jobOf, jobsOf, UNTRUSTED, workflowOf } from '../support/jobs-here.ts';

const saying = (comment: string, here: JobsHere, facts: Partial<All> = {}): readonly string[] =>
  actionsFor(comment, given({ answers: { ...NO_ANSWERS, jobs: here }, ...facts })).map(brief);

/** What the line makes it necessary to know. */
function askedBy(comment: string): Questions['jobs'] {
  const [line] = parsedFrom(comment);
  return line?.is === 'invocation' ? line.command.asks?.({ ...given(), args: line.args }).jobs : undefined;
}

test.each([
  ['/test foo', ['foo'], 'if-named'],
  ['/test bar foo', ['bar', 'foo'], 'if-named'],
  ['/test foo,', ['foo'], 'if-named'],
  ['/test foo, bar', ['foo', 'bar'], 'if-named'],
  ['/test  foo', ['foo'], 'if-named'],
  // Prow takes neither capitals, nor tabs, nor commas without a blank.
  ['/Test foo', ['foo'], 'if-named'],
  ['/test\tfoo', ['foo'], 'if-named'],
  ['/test a,foo', ['a', 'foo'], 'if-named'],
  ['/test foo foo', ['foo'], 'if-named'],
  ['/test all', [], 'all'],
  ['/test  all', [], 'all'],
  ['/test All', [], 'all'],
  ['/test all, foo', ['all', 'foo'], 'if-named'],
  ['/test foo all', ['foo'], 'all'],
  ['/test ?', [], 'all'],
  ['/test?', [], 'all'],
  ['/test', [], 'all'],
])('%j asks for %j', (comment, words, workflows) => {
  const asked = askedBy(comment);
  expect([
    asked?.words.filter((word) => word !== 'all'),
    words.includes('all') ? 'if-named' : asked?.workflows,
  ]).toEqual([words.filter((word) => word !== 'all'), workflows]);
});

test.each(['/testing', '/test-foo'])('%j is no test', (comment) => {
  expect(parsedFrom(comment).some((line) => line.is === 'invocation')).toBe(false);
});

describe('what it starts', () => {
  const jobs: readonly JobHere[] = [
    jobOf('unit'),
    jobOf('passed', { state: 'success' }),
    jobOf('docs', { when: 'if-changed', wanted: false }),
    jobOf('go', { when: 'unless-only-changed' }),
    jobOf('manual', { when: 'manual', wanted: false }),
  ];
  const naming = (...names: readonly string[]): readonly JobHere[] =>
    jobs.map((job) => ({ ...job, named: names.includes(job.name) }));

  test.each<[comment: string, here: JobsHere, does: readonly string[]]>([
    // All that start by themselves, those that passed among them; not what the change does not call for.
    ['/test all', jobsOf(jobs), ['start unit', 'start passed', 'start go']],
    ['/test unit', jobsOf(naming('unit')), ['start unit']],
    ['/test docs', jobsOf(naming('docs')), ['start docs']],
    ['/test manual unit', jobsOf(naming('manual', 'unit')), ['start unit', 'start manual']],
    ['/test all manual', jobsOf(naming('manual')), ['start unit', 'start passed', 'start go', 'start manual']],
    ['/test unit nope', jobsOf(naming('unit'), { unknown: ['nope'] }), ['start unit', 'There is no job `nope` here.']],
    ['/test unti', jobsOf(jobs, { unknown: ['unti'] }), ['no: There is no job `unti` here. Did you mean `unit`?']],
    ['/test old', jobsOf(jobs, { unknown: ['old'], elsewhere: ['old'] }), ['no: `old` is not for the branch `main`.']],
    ['/test all', jobsOf([jobOf('manual', { when: 'manual' })]), ['No job starts by itself for what is changed here.']],
    // What runs for the same commit gives way.
    [
      '/test unit',
      jobsOf([jobOf('unit', { named: true, open: { key: 'k', run: '7', engine: 'https', target: 'unit' } })]),
      ['cancel unit 7', 'start unit'],
    ],
    [
      '/test unit',
      jobsOf([jobOf('unit', { named: true, engine: undefined })]),
      ['no: `unit`: nothing is set that runs it (`pipelines.engine`).'],
    ],
    [
      '/test unit go',
      jobsOf([jobOf('unit', { named: true, times: 3 }), jobOf('go', { named: true, times: 2 })], { cap: 3 }),
      [
        'start go',
        '`unit`: started 3 times for this commit, which is the most (`pipelines.retests`); a new commit starts afresh.',
      ],
    ],
    ['/test unit', jobsOf([jobOf('unit', { named: true, times: 99 })], { cap: 0 }), ['start unit']],
  ])('%j', (comment, here, does) => {
    expect(saying(comment, here)).toEqual(does);
  });

  test('carries the commit, the line that starts it again, and what the settings say', () => {
    const job = jobOf('unit', { named: true, parameters: { SUITE: 'all' } });
    expect(actionsFor('/test unit', given({ answers: { ...NO_ANSWERS, jobs: jobsOf([job]) } }))).toEqual([
      {
        is: 'start-job',
        job: 'unit',
        context: 'ci/unit',
        engine: 'https',
        target: 'unit',
        parameters: { SUITE: 'all' },
        headSha: HEAD,
        baseRef: 'main',
        rerun: '/test unit',
        optional: false,
      },
    ]);
  });

  test.each([
    [pullOf({ state: 'closed' }), 'no: It is closed; reopen it first.'],
    [pullOf({ state: 'merged' }), 'no: It is merged; nothing more can be decided here.'],
    [
      pullOf({ mergeable: 'conflicting' }),
      'no: It conflicts with its base, so no job was started: what it would test is not what would be merged. Rebase it first.',
    ],
  ])('nothing where it is not to be merged', (pull, said) => {
    expect(saying('/test all', jobsOf(jobs), { pull })).toEqual([said]);
  });

  test('a draft is tested where somebody asks for it', () => {
    expect(saying('/test unit', jobsOf(naming('unit')), { pull: pullOf({ draft: true }) })).toEqual(['start unit']);
  });
});

describe('workflows of the forge', () => {
  const failed = workflowOf('CI');
  const passed = workflowOf('Lint', { run: '71', state: 'success' });
  const deployed = workflowOf('Deploy', { run: '72', state: 'success', forPull: false });
  test.each<[comment: string, here: Partial<JobsHere>, does: readonly string[]]>([
    // Also where there is no job of the settings: in Prow nothing would happen.
    ['/test all', { workflows: [failed, passed] }, ['rerun CI (failed)']],
    ['/test CI', { workflows: [failed, passed], namedWorkflows: [failed] }, ['rerun CI (failed)']],
    ['/test Lint', { workflows: [failed, passed], namedWorkflows: [passed] }, ['rerun Lint (all)']],
    // Of what a push started nobody knows what else it does: whoever may test must not have it done again.
    [
      '/test Deploy',
      { workflows: [deployed], namedWorkflows: [deployed] },
      ['no: `Deploy`: ran for a branch, not for a pull request, so only what failed is run again.'],
    ],
    [
      '/test Deploy',
      { workflows: [deployed], namedWorkflows: [{ ...deployed, state: 'failure' }] },
      ['rerun Deploy (failed)'],
    ],
    [
      '/test CI',
      { workflows: [workflowOf('CI', { waiting: true })], namedWorkflows: [workflowOf('CI', { waiting: true })] },
      ['no: `CI`: waits for `/ok-to-test`.'],
    ],
    [
      '/test CI',
      { workflows: [workflowOf('CI', { attempt: 4 })], namedWorkflows: [workflowOf('CI', { attempt: 4 })], cap: 3 },
      ['no: `CI`: run again 3 times for this commit, which is the most (`pipelines.retests`).'],
    ],
    [
      '/test all',
      { workflowsProblem: 'The App may not see them.' },
      ['No job starts by itself for what is changed here. The App may not see them.'],
    ],
  ])('%j', (comment, more, does) => {
    expect(saying(comment, jobsOf([], more))).toEqual(does);
  });
});

describe('the answer to `/test ?`', () => {
  test('says what would run and why, or why not', () => {
    const here = jobsOf(
      [
        jobOf('unit'),
        jobOf('lint', { state: 'failure', optional: true }),
        jobOf('docs', { when: 'if-changed', wanted: false }),
        jobOf('go', { when: 'unless-only-changed', state: 'running' }),
        jobOf('e2e', { when: 'manual', wanted: false, engine: undefined, rerun: '/test e2e-full' }),
        jobOf('last', { when: 'manual', wanted: false, beforeMerge: true, optional: true }),
        jobOf('both', { when: 'if-changed', wanted: false, beforeMerge: true }),
      ],
      { elsewhere: ['old'], workflows: [workflowOf('CI', { waiting: true })], trust: UNTRUSTED },
    );
    expect(saying('/test ?', here)[0]).toMatchInlineSnapshot(`
      "Jobs for the branch \`main\`:

      - \`/test unit\`: runs always; required; has not run for the head.
      - \`/test lint\`: runs always; optional; failed on the head.
      - \`/test docs\`: runs where it concerns what is changed, and this change does not; required; has not run for the head.
      - \`/test go\`: runs unless only what does not concern it is changed, and this change calls for it; required; running on the head.
      - \`/test e2e-full\`: runs only when asked for; required; has not run for the head; nothing is set that runs it (\`pipelines.engine\`).
      - \`/test last\`: runs before it is merged; required; has not run for the head.
      - \`/test both\`: runs where it concerns what is changed, and this change does not, and before it is merged; required; has not run for the head.
      - \`/test CI\`: a workflow of the forge; it waits for \`/ok-to-test\`.

      \`/test all\` would start \`unit\`, \`lint\` and \`go\`.

      \`/retest\` would start \`unit\` and \`lint\`.

      \`ada\` is not trusted here.

      For other branches: \`old\`."
    `);
  });

  test.each(['/test ?', '/test   ?', '/test?'])('%j runs nothing, whatever else stands there', (comment) => {
    expect(saying(`${comment} unit`, jobsOf([jobOf('unit', { named: true })]))).toHaveLength(1);
  });

  test('says so where there is nothing', () => {
    expect(saying('/test ?', jobsOf([]))).toEqual(['There are no jobs for the branch `main` here.']);
  });

  test('is given to whoever names no job as well', () => {
    expect(saying('/test', jobsOf([jobOf('unit')]))[0]).toMatch(/^no: Which jobs\? Jobs for the branch `main`:/);
  });
});

test('who may: asking is for anybody, starting for people who are trusted, or where jobs may run', () => {
  expect(testCommand.allow).toMatchObject({ is: 'with', flag: '?', given: { is: 'anyone' } });
});
