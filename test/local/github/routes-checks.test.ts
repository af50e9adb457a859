import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  jobFinished,
  jobsOf,
  jobStarted,
  planFrom,
  runStarted,
  titleOf,
} from '../../../local/github/routes/action-changes.ts';
import { accountNamed, moment, type Repository, type WorkflowRun } from '../../../local/github/state.ts';
import { fieldOf, type Forge, openForge, ORG, type Step, walk } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(async () => {
  await forge.close();
});

const story = (name: string, ...steps: Step[]): [string, Step[]] => [name, steps];

const CREATED = 'check_run.created';
const COMPLETED = 'check_run.completed';
const SUITE_COMPLETED = 'check_suite.completed';

describe('statuses', () => {
  test.each([
    story(
      'reported and combined',
      [
        'app',
        'POST /statuses/:head',
        { state: 'pending', context: 'ci', target_url: 'https://ci.example/1', description: 'waiting' },
        201,
        ['status'],
      ],
      ['grace', 'POST /statuses/:head', { state: 'success', context: 'lint' }, 201, ['status']],
      ['nobody', 'GET /commits/:head/status', undefined, 200, []],
      ['nobody', 'GET /commits/feature/statuses', undefined, 200, []],
    ),
    story(
      'refused',
      ['kay', 'POST /statuses/:head', { state: 'success' }, 403, []],
      ['joan', 'POST /statuses/:head', { state: 'success' }, 403, []],
      ['reader-app', 'POST /statuses/:head', { state: 'success' }, 403, []],
      ['nobody', 'POST /statuses/:head', { state: 'success' }, 401, []],
      ['app', `POST /statuses/${'0'.repeat(40)}`, { state: 'success' }, 422, []],
      ['app', 'POST /statuses/:head', { state: 'success', description: 'x'.repeat(141) }, 422, []],
      ['app', 'POST /statuses/:head', { state: 'fine' }, 422, []],
      ['app', 'POST /statuses/:head', { state: 'success', target_url: 'ftp://x' }, 422, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test.each([
    [[], 'pending'],
    [['success'], 'success'],
    [['success', 'pending'], 'pending'],
    [['pending', 'failure'], 'failure'],
    [['success', 'error'], 'failure'],
  ])('%j together are %s', async (states, combined) => {
    const reports = states.map((state, index): Step => [
      'app',
      'POST /statuses/:head',
      { state, context: `ci-${index}` },
      201,
      ['status'],
    ]);
    const { body } = await walk(forge, [...reports, ['nobody', 'GET /commits/:head/status', undefined, 200, []]]);
    expect(fieldOf(body, 'state')).toBe(combined);
  });

  test('the newest of a context counts; the payload names the branches', async () => {
    const { body } = await walk(forge, [
      ['app', 'POST /statuses/:head', { state: 'failure', context: 'ci' }, 201, ['status']],
      ['app', 'POST /statuses/:head', { state: 'success', context: 'ci' }, 201, ['status']],
      ['nobody', 'GET /commits/:head/status', undefined, 200, []],
    ]);
    expect([fieldOf(body, 'state'), fieldOf(body, 'total_count')]).toEqual(['success', 1]);
    const { told } = await walk(forge, [['app', 'POST /statuses/:main', { state: 'success' }, 201, ['status']]]);
    expect(fieldOf(told[0]?.payload, 'branches')).toMatchObject([{ name: 'main' }, { name: 'feature' }]);
  });
});

describe('check runs', () => {
  const run = { name: 'ci', head_sha: ':head' };

  test.each([
    story(
      'from queued to completed',
      ['app', 'POST /check-runs', run, 201, [CREATED]],
      [
        'app',
        'PATCH /check-runs/:last',
        { status: 'in_progress', output: { title: 'Building', summary: 'so far' } },
        200,
        [],
      ],
      ['app', 'PATCH /check-runs/:last', { status: 'completed' }, 422, []],
      ['app', 'PATCH /check-runs/:last', { conclusion: 'failure' }, 200, [COMPLETED, SUITE_COMPLETED]],
      ['nobody', 'GET /check-runs/:last', undefined, 200, []],
      ['nobody', 'GET /commits/:head/check-runs', undefined, 200, []],
      ['nobody', 'GET /commits/feature/check-suites', undefined, 200, []],
    ),
    story(
      'a suite is completed when all of its runs are',
      [
        'app',
        'POST /check-runs',
        { ...run, status: 'completed', conclusion: 'success' },
        201,
        [CREATED, COMPLETED, SUITE_COMPLETED],
      ],
      ['app', 'POST /check-runs', { ...run, name: 'lint' }, 201, [CREATED]],
      ['app', 'PATCH /check-runs/:last', { conclusion: 'neutral' }, 200, [COMPLETED, SUITE_COMPLETED]],
    ),
    story(
      'annotated',
      [
        'app',
        'POST /check-runs',
        {
          ...run,
          output: {
            title: 'Lint',
            summary: 'one',
            annotations: [
              { path: 'src/new.txt', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'no' },
            ],
          },
        },
        201,
        [CREATED],
      ],
      ['nobody', 'GET /check-runs/:last/annotations', undefined, 200, []],
    ),
    story(
      'asked for again',
      ['app', 'POST /check-runs', { ...run, conclusion: 'failure' }, 201, [CREATED, COMPLETED, SUITE_COMPLETED]],
      ['kay', 'POST /check-runs/:last/rerequest', undefined, 403, []],
      ['grace', 'POST /check-runs/:last/rerequest', undefined, 201, ['check_run.rerequested']],
    ),
    story(
      'suites by themselves',
      ['app', 'POST /check-suites', { head_sha: ':head' }, 201, ['check_suite.requested']],
      ['app', 'POST /check-suites', { head_sha: ':head' }, 200, []],
      ['nobody', 'GET /check-suites/:last', undefined, 200, []],
      ['nobody', 'GET /check-suites/:last/check-runs', undefined, 200, []],
      ['app', 'POST /check-suites/:last/rerequest', undefined, 201, ['check_suite.rerequested']],
    ),
    story(
      'refused',
      ['grace', 'POST /check-runs', run, 403, []],
      ['reader-app', 'POST /check-runs', run, 403, []],
      ['nobody', 'POST /check-runs', run, 401, []],
      ['app', 'POST /check-runs', { ...run, head_sha: '0'.repeat(40) }, 422, []],
      ['app', 'POST /check-runs', { ...run, status: 'completed' }, 422, []],
      ['app', 'PATCH /check-runs/1', { status: 'queued' }, 404, []],
      ['nobody', 'GET /check-suites/1', undefined, 404, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test.each([
    ['', ['success']],
    ['?filter=all', ['success', 'failure']],
    ['?check_name=other', []],
    ['?status=completed', ['success']],
    ['?status=queued', []],
    ['?app_id=1', ['success']],
    ['?app_id=2', []],
  ])('the list%s', async (query, conclusions) => {
    const done = [CREATED, COMPLETED, SUITE_COMPLETED];
    const { body } = await walk(forge, [
      ['app', 'POST /check-runs', { ...run, conclusion: 'failure' }, 201, done],
      ['app', 'POST /check-runs', { ...run, conclusion: 'success' }, 201, done],
      ['nobody', `GET /commits/:head/check-runs${query}`, undefined, 200, []],
    ]);
    const runs = fieldOf(body, 'check_runs');
    expect(Array.isArray(runs) ? runs.map((each) => fieldOf(each, 'conclusion')) : runs).toEqual(conclusions);
  });

  test('what was only waiting for a check is merged when it passes', async () => {
    const { body } = await walk(
      forge,
      [
        ['app', 'POST /check-runs', run, 201, [CREATED]],
        [
          'app',
          'PATCH /check-runs/:last',
          { conclusion: 'success' },
          200,
          [COMPLETED, SUITE_COMPLETED, 'push', 'pull_request.closed'],
        ],
        ['nobody', 'GET /pulls/1', undefined, 200, []],
      ],
      (repository) => {
        const pull = repository.issues.get(1)?.pull;
        const enabledById = accountNamed(forge.github.state, 'grace-example')?.id ?? 0;
        if (pull !== undefined)
          pull.autoMerge = { enabledById, method: 'squash', commitTitle: 'Title', commitMessage: '' };
        repository.rulesets.set(1, {
          id: 1,
          name: 'main',
          target: 'branch',
          enforcement: 'active',
          bypassActors: [],
          conditions: null,
          rules: [{ type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'ci' }] } }],
          createdAt: repository.createdAt,
          updatedAt: repository.createdAt,
        });
      },
    );
    expect([fieldOf(body, 'merged'), fieldOf(body, 'merged_by', 'login')]).toEqual([true, 'grace-example']);
  });
});

const started = (repository: Repository, waitsForApproval = false): WorkflowRun => {
  const [workflow] = repository.workflows.values();
  const actor = accountNamed(forge.github.state, 'kay-example');
  const headSha = repository.refs.get('refs/heads/feature');
  if (workflow === undefined || actor === undefined || headSha === undefined) throw new Error('no workflow');
  const given = { event: 'pull_request', headSha, headBranch: 'feature', waitsForApproval };
  return runStarted(forge.github.box, repository, workflow, actor, given);
};
const told = async (): Promise<readonly string[]> => (await forge.heard()).map(({ name }) => name);

describe('Actions', () => {
  const REQUESTED = ['workflow_run.requested', CREATED, CREATED];
  const DISPATCHED = ['workflow_dispatch', ...REQUESTED];

  test.each([
    story(
      'started by hand',
      [
        'grace',
        'POST /actions/workflows/build.yml/dispatches',
        { ref: 'main', inputs: { fast: 'yes' } },
        204,
        DISPATCHED,
      ],
      [
        'app',
        'POST /actions/workflows/build.yml/dispatches',
        { ref: 'main', return_run_details: true },
        200,
        DISPATCHED,
      ],
      ['nobody', 'GET /actions/runs', undefined, 200, []],
      ['nobody', 'GET /actions/workflows', undefined, 200, []],
      ['nobody', 'GET /actions/workflows/build.yml', undefined, 200, []],
      ['nobody', 'GET /actions/workflows/build.yml/runs?status=queued&branch=main', undefined, 200, []],
    ),
    story(
      'refused',
      ['grace', 'POST /actions/workflows/build.yml/dispatches', { ref: 'nowhere' }, 422, []],
      ['grace', 'POST /actions/workflows/build.yml/dispatches', { ref: 'main', inputs: { slow: 'no' } }, 422, []],
      ['grace', 'POST /actions/workflows/other.yml/dispatches', { ref: 'main' }, 404, []],
      ['kay', 'POST /actions/workflows/build.yml/dispatches', { ref: 'main' }, 403, []],
      ['reader-app', 'POST /actions/workflows/build.yml/dispatches', { ref: 'main' }, 403, []],
      ['nobody', 'GET /actions/runs/1', undefined, 404, []],
      ['nobody', 'GET /actions/jobs/1', undefined, 404, []],
    ),
    story(
      'told from outside',
      [
        'app',
        'POST /dispatches',
        { event_type: 'sample.collected', client_payload: { tide: 'high' } },
        204,
        ['repository_dispatch.sample.collected'],
      ],
      ['kay', 'POST /dispatches', { event_type: 'sample.collected' }, 403, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('a run fails, its failed job is tried again and passes', async () => {
    const repository = forge.freshRepository();
    const { box } = forge.github;
    const path = `/repos/${ORG}/${repository.name}/actions/runs`;
    await forge.heard();
    const run = started(repository);
    expect(await told()).toEqual(REQUESTED);
    const [first, second] = jobsOf(repository, run);
    if (first === undefined || second === undefined) throw new Error('no jobs');
    jobStarted(box, repository, first);
    expect(await told()).toEqual(['workflow_run.in_progress']);
    expect((await forge.ask('grace', `POST ${path}/${run.id}/rerun`)).status).toBe(403);
    jobFinished(box, repository, first, 'success');
    jobFinished(box, repository, second, 'failure');
    expect(await told()).toEqual([COMPLETED, COMPLETED, SUITE_COMPLETED, 'workflow_run.completed']);
    expect([run.status, run.conclusion]).toEqual(['completed', 'failure']);

    expect((await forge.ask('app', `POST ${path}/${run.id}/rerun-failed-jobs`)).status).toBe(201);
    expect(await told()).toEqual(['workflow_run.requested', CREATED]);
    const again = jobsOf(repository, run);
    expect([run.runAttempt, again.length]).toEqual([2, 2]);
    for (const job of again.filter(({ name }) => name === second.name)) jobFinished(box, repository, job, 'success');
    expect(await told()).toEqual([COMPLETED, SUITE_COMPLETED, 'workflow_run.completed']);
    expect(run.conclusion).toBe('success');
    expect((await forge.ask('app', `POST ${path}/${run.id}/rerun-failed-jobs`)).status).toBe(403);

    const { body: jobs } = await forge.ask('nobody', `GET ${path}/${run.id}/jobs?filter=all`);
    expect(fieldOf(jobs, 'total_count')).toBe(4);
    const job = `/repos/${ORG}/${repository.name}/actions/jobs/${String(fieldOf(jobs, 'jobs', 3, 'id'))}`;
    expect((await forge.ask('nobody', `GET ${job}`)).status).toBe(200);
    expect((await forge.ask('grace', `POST ${job}/rerun`)).status).toBe(201);
    expect((await forge.ask('grace', `POST ${path}/${run.id}/cancel`)).status).toBe(202);
    expect((await forge.ask('grace', `POST ${path}/${run.id}/cancel`)).status).toBe(409);
    expect((await forge.ask('grace', `POST ${path}/${run.id}/rerun`)).status).toBe(201);
    expect([run.runAttempt, run.status]).toEqual([4, 'queued']);
    expect((await forge.ask('nobody', `GET ${path}?head_sha=${run.headSha}&exclude_pull_requests=true`)).status).toBe(
      200,
    );
  });

  test("a stranger's run waits for approval", async () => {
    const repository = forge.freshRepository();
    await forge.heard();
    const run = started(repository, true);
    expect(await told()).toEqual(['workflow_run.requested']);
    const path = `/repos/${ORG}/${repository.name}/actions/runs`;
    const { body } = await forge.ask('nobody', `GET ${path}?status=action_required`);
    expect(fieldOf(body, 'total_count')).toBe(1);
    expect((await forge.ask('kay', `POST ${path}/${run.id}/approve`)).status).toBe(403);
    expect((await forge.ask('app', `POST ${path}/${run.id}/approve`)).status).toBe(201);
    expect((await forge.ask('app', `POST ${path}/${run.id}/approve`)).status).toBe(403);
    expect(await told()).toEqual(REQUESTED);
  });

  test('a pull request starts what its own files have for it; of a stranger, that waits', () => {
    const { seed } = forge;
    const ofPulls = 'name: CI\non: pull_request\njobs:\n  unit: { runs-on: ubuntu-latest }\n';
    const repository = seed.createRepository(`${ORG}/of-pulls`, {
      files: { 'a.txt': 'a\n', '.github/workflows/ci.yml': ofPulls },
      collaborators: { 'grace-example': 'write' },
    });
    const runs = () =>
      [...repository.workflowRuns.values()].map(({ event, headSha, conclusion }) => [event, headSha, conclusion]);
    seed.commitFiles(`${ORG}/of-pulls`, 'work', { 'a.txt': 'b\n' }, 'grace-example', 'Change it');
    const own = seed.openPull(`${ORG}/of-pulls`, 'grace-example', { title: 'Mine', head: 'work', base: 'main' });
    expect(runs()).toEqual([['pull_request', own.pull.head.sha, null]]);
    seed.commitFiles(`${ORG}/of-pulls`, 'work', { 'a.txt': 'c\n' }, 'grace-example', 'Change it more');
    expect(runs()).toHaveLength(2);

    seed.fork(`${ORG}/of-pulls`, 'kay-example');
    seed.commitFiles('kay-example/of-pulls', 'theirs', { 'a.txt': 'd\n' }, 'kay-example', 'Change it');
    const theirs = seed.openPull(`${ORG}/of-pulls`, 'kay-example', {
      title: 'Theirs',
      head: 'kay-example:theirs',
      base: 'main',
    });
    expect(runs().at(-1)).toEqual(['pull_request', theirs.pull.head.sha, 'action_required']);
  });

  test('a run that is started by hand is called as its file says', () => {
    const plan = planFrom(
      'run-name: "deploy ${{ inputs.where }} by ${{ github.event.inputs.who }}"\non: workflow_dispatch\n',
    );
    const workflow = {
      id: 1,
      name: 'Deploy',
      path: 'x',
      state: 'active',
      createdAt: moment(new Date()),
      updatedAt: moment(new Date()),
    } as const;
    expect(titleOf(plan, workflow, { where: 'home' })).toBe('deploy home by ');
    expect(titleOf(planFrom('on: workflow_dispatch'), workflow, {})).toBe('Deploy');
  });

  test.each([
    ['on: push', ['push']],
    ['on: [push, pull_request]', ['push', 'pull_request']],
    ['on:\n  workflow_dispatch:\n', ['workflow_dispatch']],
    ['on: [', []],
    ['', []],
  ])('%j is started by %j', (text, events) => {
    expect(planFrom(text).on).toEqual(events);
  });
});

describe('deployments', () => {
  test.each([
    story(
      'made and reported on',
      ['app', 'POST /deployments', { ref: 'main', environment: 'staging', payload: { tide: 'high' } }, 201, []],
      ['nobody', 'GET /deployments/:last', undefined, 200, []],
      ['nobody', 'GET /deployments?environment=staging', undefined, 200, []],
      [
        'grace',
        'POST /deployments/:last/statuses',
        { state: 'success', log_url: 'https://ci.example/1', environment_url: 'https://boat.example' },
        201,
        [],
      ],
    ),
    story(
      'bare statuses',
      ['app', 'POST /deployments', { ref: ':main', required_contexts: [] }, 201, []],
      ['app', 'POST /deployments/:last/statuses', { state: 'pending' }, 201, []],
    ),
    story(
      'refused',
      ['app', 'POST /deployments', { ref: 'nowhere' }, 422, []],
      ['app', 'POST /deployments', { ref: 'main', required_contexts: ['ci'] }, 409, []],
      ['kay', 'POST /deployments', { ref: 'main' }, 403, []],
      ['reader-app', 'POST /deployments', { ref: 'main' }, 403, []],
      ['nobody', 'GET /deployments/1', undefined, 404, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('statuses are listed newest first', async () => {
    const repository = forge.freshRepository();
    const path = `/repos/${ORG}/${repository.name}/deployments`;
    const { body: made } = await forge.ask('app', `POST ${path}`, { ref: 'main' });
    const statuses = `${path}/${String(fieldOf(made, 'id'))}/statuses`;
    for (const state of ['pending', 'success']) await forge.ask('app', `POST ${statuses}`, { state });
    const { body } = await forge.ask('nobody', `GET ${statuses}`);
    expect(fieldOf(body, 0, 'state')).toBe('success');
  });
});
