/** Presubmits of Prow's config.yaml as jobs of ours. */
import { expect, test } from 'vitest';
import { imported, told } from './ours.ts';

const PLUGINS = 'plugins:\n  acme: {plugins: [trigger, lgtm]}\n';

function jobsOf(presubmits: string, plugins = PLUGINS): readonly [jobs: unknown, told: readonly string[]] {
  const { document, findings } = imported(plugins, `presubmits:\n  acme/x:\n${presubmits}`);
  const repositories = Object(Object(document?.value)['repositories']);
  const left = told(findings, 'unsupported').filter((each) => each.includes('presubmits'));
  return [Object(Object(repositories['acme/x'])['pipelines'])['jobs'], left];
}

test('when a job runs, for which branches, and what starts it, is taken over', () => {
  const [jobs, left] = jobsOf(`  - name: unit
    always_run: true
    branches: [^main$]
    skip_report: true
    spec: {containers: []}
  - name: go
    context: ci/go
    run_if_changed: \\.go$
    optional: true
    skip_branches: [^old$]
  - {name: docs, skip_if_only_changed: \\.md$}
  - {name: e2e, trigger: '(?m)^/test( all| e2e),?(\\s+|$)', rerun_command: /test e2e, run_before_merge: true}
`);
  expect([jobs, left]).toEqual([
    [
      { name: 'unit', always_run: true, skip_report: true, branches: ['^main$'] },
      { name: 'go', context: 'ci/go', run_if_changed: String.raw`\.go$`, optional: true, skip_branches: ['^old$'] },
      { name: 'docs', skip_if_only_changed: String.raw`\.md$` },
      {
        name: 'e2e',
        trigger: String.raw`(?m)^/test( all| e2e),?(\s+|$)`,
        rerun_command: '/test e2e',
        run_before_merge: true,
      },
    ],
    [],
  ]);
});

test.each([
  ['a name that is none here', '  - {name: "a b", always_run: true}\n', 'is no name of a job here'],
  [
    'another command',
    "  - {name: a, trigger: '^/check-a', rerun_command: /check-a}\n",
    'only `/test` starts jobs here',
  ],
  ['an expression that is too long', `  - {name: a, run_if_changed: ${'a'.repeat(300)}}\n`, 'longer than 256'],
  ['a branch by no expression', "  - {name: a, branches: ['']}\n", 'empty expression'],
])('%s is left out, and that is told', (_, presubmits, said) => {
  const [jobs, left] = jobsOf(`${presubmits}  - {name: unit, always_run: true}\n`);
  expect(jobs).toEqual([{ name: 'unit', always_run: true }]);
  expect(left.join('\n')).toContain(said);
});

test('too many of them are left out, and that is told', () => {
  const many = Array.from({ length: 700 }, (_, index) => `  - {name: job-${index}, run_if_changed: 'a${index}'}\n`);
  const [jobs, left] = jobsOf(many.join(''));
  expect(Array.isArray(jobs) ? jobs.length : 0).toBe(600);
  expect(left).toHaveLength(1);
});

test('where Prow still starts its jobs, they are not taken over', () => {
  expect(jobsOf('  - {name: unit, always_run: true}\n', 'plugins:\n  acme: {plugins: [lgtm]}\n')[0]).toBeUndefined();
});
