/** GitHub Actions, against the GitHub in a box: run again, let run for exactly one commit, and started by hand as an engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobFinished, jobsOf, runStarted } from '../../../local/github/routes/action-changes.ts';
import { accountNamed, type CheckConclusion, type WorkflowRun } from '../../../local/github/state.ts';
import { Refusal } from '../../../shared/errors.ts';
import type { Engine, JobRequest } from '../../../shared/pipelines/engine.ts';
import { performed } from '../contract.ts';
import { type Forge, type GitHubScene, openForge } from './forge.ts';

const CI = `name: CI
on: [pull_request]
jobs:
  unit: { runs-on: ubuntu-latest, steps: [{ run: npm test }] }
  lint: { runs-on: ubuntu-latest, steps: [{ run: npm run lint }] }
`;
const BUILD = `name: Build
run-name: build \${{ inputs.bowsprit_key }}
on:
  workflow_dispatch:
    inputs:
      bowsprit_key: { required: true }
      bowsprit_pull: {}
      sha: { required: true }
      pull: {}
      SUITE: {}
jobs:
  build: { runs-on: ubuntu-latest, steps: [{ run: make }] }
`;
const FILES = { '.github/workflows/ci.yaml': CI, '.github/workflows/build.yml': BUILD };
const RERUN = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs';
const APPROVE = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve';
const LOOK = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
const LIST = 'GET /repos/{owner}/{repo}/actions/runs';
const OTHER = 'f'.repeat(40);

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

function runIn({ repository, head }: GitHubScene, waitsForApproval = false): WorkflowRun {
  const workflow = [...repository.workflows.values()].find(({ name }) => name === 'CI');
  const actor = accountNamed(forge.github.state, 'ada-example');
  if (workflow === undefined || actor === undefined) throw new Error('no workflow');
  const given = { event: 'pull_request', headSha: head(), headBranch: 'work', waitsForApproval };
  return runStarted(forge.github.box, repository, workflow, actor, given);
}

function ended({ repository }: GitHubScene, run: WorkflowRun, ...conclusions: readonly CheckConclusion[]): void {
  for (const [index, job] of jobsOf(repository, run).entries()) {
    jobFinished(forge.github.box, repository, job, conclusions[index] ?? 'success');
  }
}

const again = (run: WorkflowRun, headSha: string, more: { readonly attempt?: number } = {}) =>
  ({ is: 'rerun-workflow', run: String(run.id), name: 'CI', headSha, attempt: 1, only: 'failed', ...more }) as const;

describe('what ran for the head', () => {
  test('is listed by workflow, the last run of each', async () => {
    const scene = forge.scene(FILES);
    const [first, last] = [runIn(scene), runIn(scene)];
    ended(scene, first);
    ended(scene, last, 'success', 'failure');
    const { read } = await scene.connect();
    expect(await read.workflows(scene.head())).toEqual([
      {
        run: String(last.id),
        name: 'CI',
        file: 'ci',
        state: 'failure',
        waiting: false,
        attempt: 1,
        forPull: true,
        url: expect.stringContaining(`/actions/runs/${last.id}`),
      },
    ]);
    expect(await read.workflows(OTHER)).toEqual([]);
  });

  test.each<[conclusion: CheckConclusion, state: string]>([
    ['success', 'success'],
    ['failure', 'failure'],
    ['timed_out', 'failure'],
    ['cancelled', 'cancelled'],
    ['skipped', 'success'],
  ])('%s is %s', async (conclusion, state) => {
    const scene = forge.scene(FILES);
    ended(scene, runIn(scene), conclusion, conclusion);
    const { read } = await scene.connect();
    expect((await read.workflows(scene.head()))[0]?.state).toBe(state);
  });

  test('whose failed jobs run again once, however often that is said', async () => {
    const scene = forge.scene(FILES);
    const run = runIn(scene);
    ended(scene, run, 'success', 'failure');
    const { apply } = await scene.connect();
    forge.asked();
    expect(await performed(apply, again(run, scene.head()))).toMatchObject({ result: 'done', ref: String(run.id) });
    expect(await performed(apply, again(run, scene.head()))).toEqual({ result: 'unchanged' });
    expect(forge.asked()).toEqual([LOOK, RERUN, LOOK]);
    expect([run.runAttempt, run.status]).toEqual([2, 'queued']);
  });

  test('does not run again for another commit, or while it runs', async () => {
    const scene = forge.scene(FILES);
    const run = runIn(scene);
    const { apply } = await scene.connect();
    expect(await performed(apply, again(run, OTHER))).toMatchObject({ result: 'refused' });
    expect(await performed(apply, again(run, scene.head()))).toMatchObject({
      result: 'refused',
      note: 'The workflow `CI` has not finished, so GitHub does not run it again.',
    });
    expect(run.runAttempt).toBe(1);
  });
});

describe('what waits until somebody lets it run', () => {
  test('is let run for exactly the commit that was looked at', async () => {
    const scene = forge.scene(FILES);
    const waiting = runIn(scene, true);
    const seen = scene.head();
    scene.push({ 'src/more.txt': 'more\n' });
    const later = runIn(scene, true);
    const { apply, read } = await scene.connect();
    expect((await read.workflows(seen))[0]).toMatchObject({ waiting: true, state: 'queued' });
    forge.asked();
    expect(await performed(apply, { is: 'approve-workflows', headSha: seen })).toEqual({ result: 'done' });
    expect(forge.asked()).toEqual([LIST, APPROVE]);
    expect([waiting.status, waiting.conclusion]).toEqual(['queued', null]);
    expect([later.status, later.conclusion]).toEqual(['completed', 'action_required']);
    expect(await performed(apply, { is: 'approve-workflows', headSha: seen })).toEqual({ result: 'unchanged' });
  });
});

const engineOf = async (scene: GitHubScene): Promise<Engine> => {
  const { engine } = await scene.connect();
  if (engine === undefined) throw new Error('GitHub has an engine');
  return engine;
};

describe('as an engine', () => {
  const KEY = `pr12-${'a'.repeat(32)}`;
  const requestFor = (scene: GitHubScene, more: Partial<JobRequest> = {}): JobRequest => ({
    key: KEY,
    job: 'build',
    target: 'build.yml',
    parameters: { SUITE: 'all' },
    provider: 'github',
    repository: scene.onPull.repository,
    pull: 12,
    headSha: scene.head(),
    baseRef: 'main',
    by: 'ada-example',
    at: forge.github.box.now().toISOString(),
    ...more,
  });
  test('starts the workflow of the base branch, and tells it the commit', async () => {
    const scene = forge.scene(FILES);
    const engine = await engineOf(scene);
    const run = await engine.start(requestFor(scene));
    const [made] = [...scene.repository.workflowRuns.values()].filter(({ event }) => event === 'workflow_dispatch');
    expect(run).toMatchObject({ id: String(made?.id), state: 'queued' });
    // Its file is the one of the base, whatever the pull request makes of it.
    expect([made?.headBranch, made?.displayTitle]).toEqual(['main', `build ${KEY}`]);
    expect(made?.headSha).not.toBe(scene.head());
  });

  test('is found by its key, and by no other', async () => {
    const scene = forge.scene(FILES);
    const engine = await engineOf(scene);
    expect(await engine.find(requestFor(scene))).toBeUndefined();
    const { id } = await engine.start(requestFor(scene));
    expect(await engine.find(requestFor(scene))).toMatchObject({ id });
    expect(await engine.find(requestFor(scene, { key: `pr12-${'b'.repeat(32)}` }))).toBeUndefined();
  });

  test('tells how it goes, and stops it', async () => {
    const scene = forge.scene(FILES);
    const engine = await engineOf(scene);
    const request = requestFor(scene);
    const { id } = await engine.start(request);
    const ref = { ...request, run: id };
    expect(await engine.state(ref)).toMatchObject({ state: 'queued' });
    expect(await engine.cancel(ref)).toBe('cancelled');
    expect(await engine.state(ref)).toMatchObject({ state: 'cancelled' });
    expect(await engine.cancel(ref)).toBe('over');
    expect(await engine.state({ ...ref, run: '1' })).toBeUndefined();
  });

  test.each<[what: string, more: Partial<JobRequest>, said: string]>([
    [
      'no such workflow',
      { target: 'nope.yml' },
      'GitHub shows no workflow `nope.yml`, so `build` could not be started.',
    ],
    [
      'one that is not started by hand',
      { target: 'ci.yaml' },
      "GitHub would not start `build`: `Workflow does not have 'workflow_dispatch' trigger`.",
    ],
    [
      'an input it does not take',
      { parameters: { COLOR: 'red' } },
      'GitHub would not start `build`: `Unexpected inputs provided: ["COLOR"]`.',
    ],
    [
      'too many of them',
      { parameters: Object.fromEntries(Array.from({ length: 22 }, (_, index) => [`P${index}`, 'x'])) },
      '`build` has more parameters than a workflow of GitHub takes.',
    ],
  ])('%s is told', async (_, more, said) => {
    const scene = forge.scene(FILES);
    const engine = await engineOf(scene);
    await expect(engine.start(requestFor(scene, more))).rejects.toThrow(new Refusal(said));
  });
});
