/**
 * Workflow runs, their attempts and jobs. Nothing is executed: whoever plays the runner says how a job went, with
 * `jobStarted` and `jobFinished`. Every job is a check run of the App behind Actions, as on GitHub.
 */
import { parse } from 'yaml';
import { type Box, GitHubError } from '../box.ts';
import { blobOf, commitAt, entryAt } from '../git.ts';
import { workflowJson } from '../json/checks.ts';
import { workflowRunPayload } from '../json/check-payloads.ts';
import { associationOf } from '../roles.ts';
import {
  type Account,
  accountNamed,
  ACTIONS_APP_ID,
  type CheckConclusion,
  type CheckRun,
  type Job,
  moment,
  nextId,
  objectsOf,
  type PullRequest,
  type Repository,
  type Workflow,
  type WorkflowRun,
} from '../state.ts';
import { isRecord } from '../gate.ts';
import { tell } from './acting.ts';
import { type Checking, NEW_RUN, runChanged, runCreated } from './check-changes.ts';
import { mergedWhereReady } from './pull-changes.ts';

const RUNNER = 'github-actions[bot]';

const checkingAs = (box: Box, repository: Repository, login: string): Checking => ({
  box,
  state: box.state,
  at: moment(box.now()),
  repository,
  actor: { login },
});

interface JobPlan {
  readonly name: string;
  readonly labels: readonly string[];
  readonly steps: readonly string[];
}

export interface WorkflowPlan {
  /** Names of the events that start it. */
  readonly on: readonly string[];
  /** What a run is called, with `${{ inputs.x }}` in it; undefined where the file does not say. */
  readonly runName: string | undefined;
  /** What may be given to `workflow_dispatch`, and whether it must. */
  readonly inputs: ReadonlyMap<string, { readonly required: boolean }>;
  readonly jobs: readonly JobPlan[];
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const words = (value: unknown): readonly string[] => listOf(value).filter((each) => typeof each === 'string');

/** What a workflow file says of its triggers and jobs; a file that cannot be read has none. */
export function planFrom(text: string): WorkflowPlan {
  let file: unknown;
  try {
    file = parse(text);
  } catch {
    file = undefined;
  }
  if (!isRecord(file)) return { on: [], runName: undefined, inputs: new Map(), jobs: [] };
  const { on, jobs, 'run-name': runName } = file;
  const byHand = isRecord(on) ? on['workflow_dispatch'] : undefined;
  const inputs = isRecord(byHand) && isRecord(byHand['inputs']) ? byHand['inputs'] : {};
  return {
    on: isRecord(on) ? Object.keys(on) : words(on),
    runName: typeof runName === 'string' ? runName : undefined,
    inputs: new Map(
      Object.entries(inputs).map(([name, each]) => [
        name,
        { required: isRecord(each) && each['required'] === true && each['default'] === undefined },
      ]),
    ),
    jobs: Object.entries(isRecord(jobs) ? jobs : {}).map(([key, job]) => {
      const { name, 'runs-on': runsOn, steps } = isRecord(job) ? job : {};
      return {
        name: typeof name === 'string' ? name : key,
        labels: words(runsOn),
        steps: listOf(steps).map((step, index) => {
          const { name: title, run, uses } = isRecord(step) ? step : {};
          const [shown] = [title, run, uses].filter((each) => typeof each === 'string');
          return shown ?? `Step ${index + 1}`;
        }),
      };
    }),
  };
}

/** What a run started by hand is called. */
export function titleOf(
  { runName }: WorkflowPlan,
  workflow: Workflow,
  inputs: Readonly<Record<string, string>>,
): string {
  if (runName === undefined) return workflow.name;
  return runName.replace(
    /\$\{\{\s*(?:github\.event\.)?inputs\.([\w-]+)\s*\}\}/g,
    (_, name: string) => inputs[name] ?? '',
  );
}

/**
 * What a pull request starts when it is opened or its head moves: the workflows that its own files have for it. From a fork of
 * somebody who never contributed, they wait for approval, as GitHub has it where nobody changed that.
 */
export function pullRunsStarted(box: Box, repository: Repository, issue: PullRequest, sender: string): void {
  const { state } = box;
  const { head } = issue.pull;
  const headRepository = head.repositoryId === null ? undefined : state.repositories.get(head.repositoryId);
  const actor = accountNamed(state, sender);
  if (headRepository === undefined || actor === undefined) return;
  const strange = associationOf(state, repository, issue.authorId) === 'NONE';
  for (const workflow of repository.workflows.values()) {
    if (workflow.state !== 'active') continue;
    if (!planAt(box, headRepository, workflow, head.sha).on.includes('pull_request')) continue;
    runStarted(box, repository, workflow, actor, {
      event: 'pull_request',
      headSha: head.sha,
      headBranch: head.ref,
      headRepository,
      title: issue.title,
      waitsForApproval: strange && headRepository.id !== repository.id,
    });
  }
}

/** The workflow file as it is at a commit. */
export function planAt(box: Box, repository: Repository, workflow: Workflow, sha: string): WorkflowPlan {
  const objects = objectsOf(box.state, repository);
  const entry = entryAt(objects, commitAt(objects, sha).tree, workflow.path);
  const blob = entry === undefined ? undefined : blobOf(objects, entry.sha);
  return planFrom(Buffer.from(blob?.bytes ?? []).toString('utf8'));
}

export const jobsOf = ({ jobs }: Repository, run: WorkflowRun, attempt: number = run.runAttempt): readonly Job[] =>
  [...jobs.values()].filter((each) => each.runId === run.id && each.runAttempt === attempt);

export function checkRunOf({ checkRuns }: Repository, job: Job): CheckRun {
  const check = checkRuns.get(job.checkRunId);
  if (check === undefined) throw new Error(`no check run ${job.checkRunId}`);
  return check;
}

function tellOfRun(who: Checking, run: WorkflowRun, action: string): void {
  const { box, repository } = who;
  const workflow = repository.workflows.get(run.workflowId);
  if (workflow === undefined) throw new Error(`no workflow ${run.workflowId}`);
  tell(who, 'workflow_run', action, {
    workflow: workflowJson(box, repository, workflow),
    workflow_run: workflowRunPayload(box, repository, run),
  });
}

function jobAdded(who: Checking, run: WorkflowRun, { name, labels, steps }: JobPlan): void {
  const { state, at, repository } = who;
  const suite = repository.checkSuites.get(run.suiteId);
  if (suite === undefined) throw new Error(`no check suite ${run.suiteId}`);
  const check = runCreated({ ...who, actor: { login: RUNNER } }, suite, { ...NEW_RUN, name });
  const id = nextId(state);
  repository.jobs.set(id, {
    id,
    runId: run.id,
    runAttempt: run.runAttempt,
    checkRunId: check.id,
    name,
    createdAt: at,
    labels,
    steps,
  });
}

export interface NewRun {
  /** `push`, `pull_request`, `workflow_dispatch` … */
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly headRepository?: Repository;
  readonly title?: string;
  /** Whether it waits until someone with write access approves it, as the first runs from a stranger's fork do. */
  readonly waitsForApproval?: boolean;
}

/** Starts a run of a workflow, with the jobs that its file names. */
export function runStarted(
  box: Box,
  repository: Repository,
  workflow: Workflow,
  actor: Account,
  given: NewRun,
): WorkflowRun {
  const who = checkingAs(box, repository, actor.login);
  const { state, at } = who;
  const { event, headSha, headBranch, headRepository = repository, waitsForApproval = false } = given;
  const suiteId = nextId(state);
  repository.checkSuites.set(suiteId, {
    id: suiteId,
    appId: ACTIONS_APP_ID,
    headBranch,
    headSha,
    before: null,
    after: headSha,
    status: waitsForApproval ? 'completed' : 'queued',
    conclusion: waitsForApproval ? 'action_required' : null,
    createdAt: at,
    updatedAt: at,
  });
  const earlier = [...repository.workflowRuns.values()].filter((each) => each.workflowId === workflow.id);
  const [subject = ''] = commitAt(objectsOf(state, repository), headSha).message.split('\n');
  const run: WorkflowRun = {
    id: nextId(state),
    workflowId: workflow.id,
    suiteId,
    runNumber: earlier.length + 1,
    runAttempt: 1,
    event,
    displayTitle: given.title ?? (event === 'workflow_dispatch' ? workflow.name : subject),
    status: waitsForApproval ? 'completed' : 'queued',
    conclusion: waitsForApproval ? 'action_required' : null,
    headBranch,
    headSha,
    headRepositoryId: headRepository.id,
    actorId: actor.id,
    triggeringActorId: actor.id,
    createdAt: at,
    updatedAt: at,
    startedAt: at,
  };
  repository.workflowRuns.set(run.id, run);
  tellOfRun(who, run, 'requested');
  if (!waitsForApproval) for (const job of planAt(box, repository, workflow, headSha).jobs) jobAdded(who, run, job);
  return run;
}

/** Brings a run in step with its jobs. */
function runSettled(who: Checking, run: WorkflowRun): void {
  const checks = jobsOf(who.repository, run).map((job) => checkRunOf(who.repository, job));
  const was = run.status;
  const done = checks.every(({ status }) => status === 'completed');
  const begun = checks.some(({ status }) => status !== 'queued');
  run.status = done ? 'completed' : begun ? 'in_progress' : 'queued';
  const suite = who.repository.checkSuites.get(run.suiteId);
  run.conclusion = done ? (suite?.conclusion ?? 'success') : null;
  run.updatedAt = who.at;
  if (run.status === was) return;
  if (run.status === 'in_progress') tellOfRun(who, run, 'in_progress');
  if (done) tellOfRun(who, run, 'completed');
}

const runOf = (repository: Repository, job: Job): WorkflowRun => {
  const run = repository.workflowRuns.get(job.runId);
  if (run === undefined) throw new Error(`no workflow run ${job.runId}`);
  return run;
};

/** A runner took the job. */
export function jobStarted(box: Box, repository: Repository, job: Job): void {
  const who = checkingAs(box, repository, RUNNER);
  const check = checkRunOf(repository, job);
  const { status, conclusion } = check;
  check.status = 'in_progress';
  check.startedAt = who.at;
  runChanged(who, check, { status, conclusion });
  runSettled(who, runOf(repository, job));
}

/** The job is over. */
export function jobFinished(box: Box, repository: Repository, job: Job, conclusion: CheckConclusion): void {
  const who = checkingAs(box, repository, RUNNER);
  const check = checkRunOf(repository, job);
  const before = { status: check.status, conclusion: check.conclusion };
  check.status = 'completed';
  check.conclusion = conclusion;
  check.startedAt ??= who.at;
  check.completedAt = who.at;
  runChanged(who, check, before);
  runSettled(who, runOf(repository, job));
  mergedWhereReady(who, check.headSha);
}

const failed = (repository: Repository, job: Job): boolean =>
  !['success', 'skipped', 'neutral'].includes(checkRunOf(repository, job).conclusion ?? '');

/** A new attempt at the jobs for which `again` holds; the others are carried over as they went. */
export function attemptedAgain(
  box: Box,
  repository: Repository,
  run: WorkflowRun,
  actor: Account,
  again: (job: Job) => boolean,
): void {
  if (run.status !== 'completed') throw new GitHubError(403, 'This workflow is already running');
  const who = checkingAs(box, repository, actor.login);
  const old = jobsOf(repository, run);
  run.runAttempt += 1;
  run.status = 'queued';
  run.conclusion = null;
  run.triggeringActorId = actor.id;
  run.startedAt = who.at;
  run.updatedAt = who.at;
  tellOfRun(who, run, 'requested');
  for (const job of old) {
    if (again(job)) jobAdded(who, run, job);
    else {
      const id = nextId(box.state);
      repository.jobs.set(id, { ...job, id, runAttempt: run.runAttempt });
    }
  }
}

export function failedAttemptedAgain(box: Box, repository: Repository, run: WorkflowRun, actor: Account): void {
  if (run.status === 'completed' && !jobsOf(repository, run).some((job) => failed(repository, job)))
    throw new GitHubError(403, 'This workflow run has no failed jobs');
  attemptedAgain(box, repository, run, actor, (job) => failed(repository, job));
}

/** Lets a run from a fork begin. */
export function approved(box: Box, repository: Repository, run: WorkflowRun, actor: Account): void {
  if (run.conclusion !== 'action_required')
    throw new GitHubError(403, 'This run is not from a fork pull request or is not awaiting approval');
  const who = checkingAs(box, repository, actor.login);
  const workflow = repository.workflows.get(run.workflowId);
  const suite = repository.checkSuites.get(run.suiteId);
  for (const each of [run, suite]) {
    if (each === undefined) continue;
    each.status = 'queued';
    each.conclusion = null;
    each.updatedAt = who.at;
  }
  tellOfRun(who, run, 'requested');
  if (workflow !== undefined)
    for (const job of planAt(box, repository, workflow, run.headSha).jobs) jobAdded(who, run, job);
}

export function cancelled(box: Box, repository: Repository, run: WorkflowRun): void {
  if (run.status === 'completed') throw new GitHubError(409, 'Cannot cancel a workflow run that is completed.');
  const open = jobsOf(repository, run).filter((job) => checkRunOf(repository, job).status !== 'completed');
  for (const job of open) jobFinished(box, repository, job, 'cancelled');
  if (open.length === 0) {
    run.status = 'completed';
    run.conclusion = 'cancelled';
    tellOfRun(checkingAs(box, repository, RUNNER), run, 'completed');
  }
}
