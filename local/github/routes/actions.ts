/** Actions: workflows, their runs and jobs, and what starts them from outside. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { flagIn, isRecord, type Need, notFound, repositoryFor, textIn } from '../gate.ts';
import { jobJson, workflowJson, workflowRunJson } from '../json/checks.ts';
import { repositoryPage, repositoryUrl } from '../json/repositories.ts';
import { commitNamed } from '../revisions.ts';
import { type Job, loginOf, type Repository, type Workflow, type WorkflowRun } from '../state.ts';
import { acting, required, tell } from './acting.ts';
import * as change from './action-changes.ts';

const RUN = '/repos/{owner}/{repo}/actions/runs/{run_id}';
const WORKFLOW = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}';
const READ: Need = { permission: 'actions', level: 'read', role: 'read' };
const WRITE: Need = { permission: 'actions', level: 'write', role: 'write' };

function runIn({ params }: Call, repository: Repository): WorkflowRun {
  const run = repository.workflowRuns.get(Number(params['run_id']));
  if (run === undefined) throw notFound();
  return run;
}

/** By id or by file name. */
function workflowIn({ params }: Call, repository: Repository): Workflow {
  const wanted = params['workflow_id'] ?? '';
  for (const workflow of repository.workflows.values())
    if (String(workflow.id) === wanted || workflow.path === `.github/workflows/${wanted}`) return workflow;
  throw notFound();
}

function jobIn({ params }: Call, repository: Repository): { readonly job: Job; readonly run: WorkflowRun } {
  const job = repository.jobs.get(Number(params['job_id']));
  const run = job === undefined ? undefined : repository.workflowRuns.get(job.runId);
  if (job === undefined || run === undefined) throw notFound();
  return { job, run };
}

function listedRuns(call: Call, repository: Repository, runs: readonly WorkflowRun[]): Answer {
  const { query, box } = call;
  const asked = (name: string, value: (run: WorkflowRun) => unknown) => {
    const wanted = query.get(name);
    return (run: WorkflowRun): boolean => wanted === null || String(value(run)).toLowerCase() === wanted.toLowerCase();
  };
  const created = query.get('created');
  const filters = [
    asked('actor', ({ actorId }) => loginOf(box.state, actorId)),
    asked('branch', ({ headBranch }) => headBranch),
    asked('event', ({ event }) => event),
    asked('head_sha', ({ headSha }) => headSha),
    asked('check_suite_id', ({ suiteId }) => suiteId),
    (run: WorkflowRun): boolean => {
      const status = query.get('status');
      return status === null || run.status === status || run.conclusion === status;
    },
    (run: WorkflowRun): boolean => created === null || wasCreated(run.createdAt, created),
  ];
  const found = runs.filter((run) => filters.every((fits) => fits(run))).toReversed();
  const bare = query.get('exclude_pull_requests') === 'true' ? { pull_requests: [] } : {};
  const body = found.map((each) => ({ ...workflowRunJson(box, repository, each), ...bare }));
  return { status: 200, body: { total_count: found.length, workflow_runs: body }, list: 'workflow_runs' };
}

/** `2026-01-01`, `>=2026-01-01` or `2026-01-01..2026-02-01`. */
function wasCreated(at: string, asked: string): boolean {
  const [, operator, bound = ''] = /^(>=|<=|>|<)?(.+)$/.exec(asked) ?? [];
  const [from = '', to] = bound.split('..');
  const actual = at.slice(0, from.length);
  if (to !== undefined) return actual >= from && at.slice(0, to.length) <= to;
  if (operator === '>=') return actual >= from;
  if (operator === '<=') return actual <= from;
  if (operator === '>') return actual > from;
  return operator === '<' ? actual < from : actual === from;
}

function dispatched(call: Call): Answer {
  const who = acting(call, WRITE);
  const { box, state, repository, actor } = who;
  const workflow = workflowIn(call, repository);
  const ref = required(textIn(call.body, 'ref'), 'Workflow', 'ref');
  const headSha = commitNamed(state, repository, ref);
  if (headSha === undefined) throw new GitHubError(422, `No ref found for: ${ref}`);
  if (workflow.state !== 'active') throw new GitHubError(422, 'Cannot trigger a workflow that is disabled');
  const plan = change.planAt(box, repository, workflow, headSha);
  if (!plan.on.includes('workflow_dispatch'))
    throw new GitHubError(422, "Workflow does not have 'workflow_dispatch' trigger");
  const given = isRecord(call.body['inputs']) ? call.body['inputs'] : {};
  const unexpected = Object.keys(given).filter((name) => !plan.inputs.has(name));
  if (unexpected.length > 0) throw new GitHubError(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const lacking = [...plan.inputs].find(([name, { required: needed }]) => needed && given[name] === undefined);
  if (lacking !== undefined) throw new GitHubError(422, `Required input '${lacking[0]}' not provided`);
  const inputs = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const branch = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const kind = repository.refs.has(`refs/heads/${branch}`) ? 'heads' : 'tags';
  tell(who, 'workflow_dispatch', undefined, {
    inputs: Object.keys(inputs).length === 0 ? null : inputs,
    ref: `refs/${kind}/${branch}`,
    workflow: workflow.path,
  });
  const run = change.runStarted(box, repository, workflow, actor, {
    event: 'workflow_dispatch',
    headSha,
    headBranch: branch,
    title: change.titleOf(plan, workflow, inputs),
  });
  if (flagIn(call.body, 'return_run_details') !== true) return { status: 204 };
  return {
    status: 200,
    body: {
      workflow_run_id: run.id,
      run_url: `${repositoryUrl(box, repository)}/actions/runs/${run.id}`,
      html_url: `${repositoryPage(box, repository)}/actions/runs/${run.id}`,
    },
  };
}

const NOTHING = {};

export const actionRoutes: Routes = {
  'GET /repos/{owner}/{repo}/actions/runs': (call) => {
    const repository = repositoryFor(call, READ);
    return listedRuns(call, repository, [...repository.workflowRuns.values()]);
  },
  [`GET ${RUN}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: workflowRunJson(call.box, repository, runIn(call, repository)) };
  },
  [`GET ${RUN}/jobs`]: (call) => {
    const repository = repositoryFor(call, READ);
    const run = runIn(call, repository);
    const all = [...repository.jobs.values()].filter((each) => each.runId === run.id);
    const jobs = call.query.get('filter') === 'all' ? all : change.jobsOf(repository, run);
    const body = jobs.map((each) => jobJson(call.box, repository, each));
    return { status: 200, body: { total_count: jobs.length, jobs: body }, list: 'jobs' };
  },
  [`POST ${RUN}/approve`]: (call) => {
    const { box, repository, actor } = acting(call, WRITE);
    change.approved(box, repository, runIn(call, repository), actor);
    return { status: 201, body: NOTHING };
  },
  [`POST ${RUN}/cancel`]: (call) => {
    const { box, repository } = acting(call, WRITE);
    change.cancelled(box, repository, runIn(call, repository));
    return { status: 202, body: NOTHING };
  },
  [`POST ${RUN}/rerun`]: (call) => {
    const { box, repository, actor } = acting(call, WRITE);
    change.attemptedAgain(box, repository, runIn(call, repository), actor, () => true);
    return { status: 201, body: NOTHING };
  },
  [`POST ${RUN}/rerun-failed-jobs`]: (call) => {
    const { box, repository, actor } = acting(call, WRITE);
    change.failedAttemptedAgain(box, repository, runIn(call, repository), actor);
    return { status: 201, body: NOTHING };
  },
  'GET /repos/{owner}/{repo}/actions/jobs/{job_id}': (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: jobJson(call.box, repository, jobIn(call, repository).job) };
  },
  'POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun': (call) => {
    const { box, repository, actor } = acting(call, WRITE);
    const { job, run } = jobIn(call, repository);
    change.attemptedAgain(box, repository, run, actor, ({ name }) => name === job.name);
    return { status: 201, body: NOTHING };
  },

  'GET /repos/{owner}/{repo}/actions/workflows': (call) => {
    const repository = repositoryFor(call, READ);
    const found = [...repository.workflows.values()].filter(({ state }) => state !== 'deleted');
    const body = found.map((each) => workflowJson(call.box, repository, each));
    return { status: 200, body: { total_count: found.length, workflows: body }, list: 'workflows' };
  },
  [`GET ${WORKFLOW}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: workflowJson(call.box, repository, workflowIn(call, repository)) };
  },
  [`GET ${WORKFLOW}/runs`]: (call) => {
    const repository = repositoryFor(call, READ);
    const { id } = workflowIn(call, repository);
    return listedRuns(
      call,
      repository,
      [...repository.workflowRuns.values()].filter((each) => each.workflowId === id),
    );
  },
  [`POST ${WORKFLOW}/dispatches`]: dispatched,

  'POST /repos/{owner}/{repo}/dispatches': (call) => {
    const who = acting(call, { permission: 'contents', level: 'write', role: 'write' });
    const { client_payload: payload } = call.body;
    const action = required(textIn(call.body, 'event_type'), 'RepositoryDispatch', 'event_type');
    tell(who, 'repository_dispatch', action, {
      branch: who.repository.defaultBranch,
      client_payload: isRecord(payload) ? payload : {},
    });
    return { status: 204 };
  },
};
