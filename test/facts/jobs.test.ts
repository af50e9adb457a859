/** Which jobs of the settings are for a pull request, and how they stand: §18.2, §18.3, §18.5. */
import { describe, expect, test } from 'vitest';
import { jobsHere, jobsIn } from '../../shared/facts/jobs.ts';
import { Refusal } from '../../shared/errors.ts';
import type { ChangedFiles, Check, JobHere, RunKept, WorkflowHere } from '../../shared/language/index.ts';
import type { JobSetting } from '../../shared/pipelines/job-settings.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { BEFORE, HEAD, pullOf } from '../support/given.ts';
import { runOf } from '../support/jobs.ts';
import { TRUSTED, workflowOf } from '../support/jobs-here.ts';

type Asked = {
  readonly words?: readonly string[];
  readonly baseRef?: string;
  readonly paths?: readonly string[];
  readonly complete?: boolean;
  readonly runs?: readonly RunKept[];
  readonly checks?: readonly Check[];
};

function asking(jobs: readonly JobSetting[], asked: Asked = {}): Parameters<typeof jobsIn>[0] {
  const { words = [], baseRef = 'main', paths, complete = true, runs = [], checks = [] } = asked;
  const changedFiles = async (): Promise<ChangedFiles> => {
    if (paths === undefined) throw new Error('nobody should have asked for the files');
    return { files: paths.map((path) => ({ path, additions: 1, deletions: 0 })), complete };
  };
  return {
    settings: { ...defaultSettings, pipelines: { ...defaultSettings.pipelines, jobs, engine: 'https' } },
    pull: pullOf({ baseRef, checks }),
    runs,
    words,
    changedFiles,
  };
}

const one = async (job: Partial<JobSetting>, asked: Asked = {}): Promise<JobHere | undefined> =>
  (await jobsIn(asking([{ name: 'unit', ...job }], asked))).jobs[0];

describe('the branch', () => {
  test.each<[job: Partial<JobSetting>, branch: string, is: boolean]>([
    [{}, 'main', true],
    [{ branches: ['^main$'] }, 'main', true],
    [{ branches: ['^main$'] }, 'main-2', false],
    // Expressions, not held to the ends: as in Prow.
    [{ branches: ['release'] }, 'my-release-1', true],
    [{ skipBranches: ['^release-'] }, 'release-1', false],
    [{ skipBranches: ['^release-'] }, 'main', true],
    // What is skipped wins.
    [{ branches: ['release'], skipBranches: ['release-1'] }, 'release-1', false],
  ])('%j on %s', async (job, baseRef, is) => {
    const { jobs, elsewhere } = await jobsIn(asking([{ name: 'unit', ...job }], { baseRef }));
    expect([jobs.length === 1, elsewhere]).toEqual([is, is ? [] : ['unit']]);
  });
});

describe('what is changed', () => {
  test.each<[job: Partial<JobSetting>, paths: readonly string[] | undefined, when: JobHere['when'], wanted: boolean]>([
    // The files are not asked for where no job depends on them.
    [{ alwaysRun: true }, undefined, 'always', true],
    [{}, undefined, 'manual', false],
    [{ runBeforeMerge: true }, undefined, 'manual', false],
    [{ runIfChanged: '\\.go$' }, ['a.go', 'b.md'], 'if-changed', true],
    [{ runIfChanged: '\\.go$' }, ['b.md'], 'if-changed', false],
    [{ runIfChanged: 'docs' }, ['my-docs/a'], 'if-changed', true],
    [{ skipIfOnlyChanged: '\\.md$' }, ['a.go', 'b.md'], 'unless-only-changed', true],
    [{ skipIfOnlyChanged: '\\.md$' }, ['b.md'], 'unless-only-changed', false],
    // §32, 33: zero files.
    [{ skipIfOnlyChanged: '\\.md$' }, [], 'unless-only-changed', false],
    [{ runIfChanged: '.*' }, [], 'if-changed', false],
  ])('%j with %j is %s, wanted: %s', async (job, paths, when, wanted) => {
    expect(await one(job, paths === undefined ? {} : { paths })).toMatchObject({ when, wanted });
  });

  test('where the forge does not list all files, a job that may be called for is', async () => {
    expect(await one({ runIfChanged: '\\.go$' }, { paths: ['a.md'], complete: false })).toMatchObject({ wanted: true });
    expect(await one({ skipIfOnlyChanged: '.*' }, { paths: ['a.md'], complete: false })).toMatchObject({
      wanted: true,
    });
  });
});

const checkOf = (state: Check['state'], more: Partial<Check> = {}): Check => ({
  name: 'unit',
  state,
  required: false,
  from: 'status',
  ...more,
});

describe('its state', () => {
  test.each<[what: string, asked: Asked, state: JobHere['state']]>([
    ['nothing is known', {}, undefined],
    ['the status failed', { checks: [checkOf('failure')] }, 'failure'],
    ['the status passed', { checks: [checkOf('success')] }, 'success'],
    ['the status is pending', { checks: [checkOf('pending')] }, 'running'],
    // The branch asks for it, and nobody has reported it.
    ['a required one has not reported', { checks: [{ name: 'unit', state: 'pending', required: true }] }, undefined],
    ['it was started', { runs: [runOf({ state: 'queued' })] }, 'queued'],
    // What people see counts, be it that somebody overrode it.
    ['it failed, and was overridden', { runs: [runOf()], checks: [checkOf('success')] }, 'success'],
    ['it failed before and runs again', { runs: [runOf({ state: 'queued' })], checks: [checkOf('failure')] }, 'queued'],
    [
      'it passed where it would have gone elsewhere',
      { runs: [runOf({ state: 'success', baseRef: 'release-1' })], checks: [checkOf('success')] },
      undefined,
    ],
    ['it was stopped', { runs: [runOf({ state: 'cancelled' })], checks: [checkOf('failure')] }, 'cancelled'],
    [
      'it was stopped, and is green since',
      { runs: [runOf({ state: 'cancelled' })], checks: [checkOf('success')] },
      'success',
    ],
    ['it passed where it goes', { runs: [runOf({ state: 'success', baseRef: 'main' })] }, 'success'],
    ['it failed for another commit', { runs: [runOf({ headSha: BEFORE })] }, undefined],
  ])('%s', async (_, asked, state) => {
    expect(await one({}, asked)).toMatchObject({ state });
  });

  test('without a status, what became of the last run counts', async () => {
    expect(await one({ skipReport: true }, { runs: [runOf()], checks: [checkOf('success')] })).toMatchObject({
      state: 'failure',
      context: '',
      optional: true,
    });
  });

  test('the run that goes on, and how often it was started, are known', async () => {
    const open = { key: runOf().key, run: '7', engine: 'https', target: 'https://ci.example/unit' };
    expect(await one({}, { runs: [runOf({ state: 'running', times: 3 })] })).toMatchObject({ times: 3, open });
    expect((await one({}, { runs: [runOf({ state: 'success' })] }))?.open).toBeUndefined();
    // It is stopped when it is started for this branch.
    const elsewhere = runOf({ state: 'running', times: 3, baseRef: 'release-1' });
    expect(await one({}, { runs: [elsewhere] })).toMatchObject({ times: 3, open, state: undefined });
  });
});

describe('names', () => {
  const custom = { trigger: '(?m)^/test( all| e2e| pull-e2e),?(\\s+|$)', rerunCommand: '/test e2e' };
  test.each<[words: readonly string[], named: readonly string[], unknown: readonly string[]]>([
    [['unit'], ['unit'], []],
    [['unit', 'lint'], ['unit', 'lint'], []],
    [['Unit'], ['unit'], []],
    // Prow leaves an unknown name out where another is known.
    [['unit', 'nope'], ['unit'], ['nope']],
    // In Prow a name is an expression, and this one would match.
    [['foo-bar'], [], ['foo-bar']],
    [['foo.bar'], ['foo.bar'], []],
    // By its own line, and whatever else its trigger takes.
    [['e2e'], ['pull-e2e'], []],
    [['pull-e2e'], ['pull-e2e'], []],
    [['unitx'], [], ['unitx']],
  ])('%j', async (words, named, unknown) => {
    const jobs = [{ name: 'unit' }, { name: 'lint' }, { name: 'foo.bar' }, { name: 'pull-e2e', ...custom }];
    const found = await jobsIn(asking(jobs, { words }));
    expect([found.jobs.filter((job) => job.named).map(({ name }) => name), found.unknown]).toEqual([named, unknown]);
  });

  test('two jobs of one name for different branches', async () => {
    const jobs = [
      { name: 'unit', branches: ['^main$'], context: 'main/unit' },
      { name: 'unit', skipBranches: ['^main$'], context: 'old/unit' },
    ];
    const found = await jobsIn(asking(jobs, { words: ['unit'], baseRef: 'release-1' }));
    expect(found.jobs.map(({ context, named }) => [context, named])).toEqual([['old/unit', true]]);
    expect(found.elsewhere).toEqual([]);
  });
});

test('a job that names no engine takes the one that is set, if one is', async () => {
  const { settings, ...rest } = asking([{ name: 'unit' }, { name: 'lint', engine: 'jenkins', target: 'folder/lint' }]);
  const none = { ...settings, pipelines: { ...settings.pipelines, engine: 'none' } } as const;
  expect((await jobsIn({ settings, ...rest })).jobs.map(({ engine, target }) => [engine, target])).toEqual([
    ['https', 'unit'],
    ['jenkins', 'folder/lint'],
  ]);
  expect((await jobsIn({ settings: none, ...rest })).jobs.map(({ engine }) => engine)).toEqual([undefined, 'jenkins']);
});

const unseen = () => Promise.reject(new Refusal('The App may not see them.'));

describe('workflows of the forge', () => {
  const unit = workflowOf('Unit tests', { file: 'unit' });
  const here = async (
    words: readonly string[],
    workflows: 'all' | 'if-named' | 'none',
    { on = true, runs = async (): Promise<readonly WorkflowHere[]> => [unit], checks = [] as readonly Check[] } = {},
  ) => {
    const { settings, ...rest } = asking([{ name: 'lint' }], { checks });
    const all = { ...defaultSettings, ...settings, trigger: { ...defaultSettings.trigger, workflows: on } };
    return jobsHere({ words, workflows }, { ...rest, settings: all, workflows: runs, trust: TRUSTED });
  };

  test.each<
    [
      words: readonly string[],
      which: 'all' | 'if-named' | 'none',
      known: number,
      named: number,
      unknown: readonly string[],
    ]
  >([
    [[], 'all', 1, 0, []],
    [[], 'none', 0, 0, []],
    [['lint'], 'if-named', 0, 0, []],
    [['Unit', 'tests'], 'if-named', 1, 1, []],
    [['unit.yaml'], 'if-named', 1, 1, []],
    [['unit', 'nope'], 'if-named', 1, 1, ['nope']],
    [['nope'], 'if-named', 1, 0, ['nope']],
  ])('%j, %s', async (words, which, known, named, unknown) => {
    const found = await here(words, which);
    expect([found.workflows.length, found.namedWorkflows.length, found.unknown]).toEqual([known, named, unknown]);
  });

  test('are not asked for where they do not count', async () => {
    expect((await here([], 'all', { on: false })).workflows).toEqual([]);
  });

  test('that may not be seen are told of', async () => {
    expect(await here([], 'all', { runs: unseen })).toMatchObject({
      workflows: [],
      workflowsProblem: 'The App may not see them.',
    });
  });

  test('count as required where one of their checks is', async () => {
    const check: Check = { name: 'unit', state: 'failure', required: true, url: `${unit.url}/job/9` };
    expect((await here([], 'all', { checks: [check] })).workflows[0]).toMatchObject({ required: true });
    expect((await here([], 'all', { checks: [{ ...check, required: false }] })).workflows[0]).toMatchObject({
      required: false,
    });
    expect((await here([], 'all', { checks: [{ ...check, url: `${unit.url}1/job/9` }] })).workflows[0]?.required).toBe(
      false,
    );
  });
});

test('a job is of the head that was read', async () => {
  const { settings, ...rest } = asking([{ name: 'lint' }]);
  const all = { ...defaultSettings, ...settings };
  const found = await jobsHere(
    { words: [], workflows: 'none' },
    { ...rest, settings: all, workflows: async () => [], trust: TRUSTED },
  );
  expect([found.headSha, found.cap]).toEqual([HEAD, 10]);
});
