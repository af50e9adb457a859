/** GitHub Actions: what ran for a commit, run again or let run; and workflows that are started by hand, as an engine. */
import type { Octokit } from '@octokit/core';
import { Refusal, Retryable } from '../../errors.ts';
import { code, type ActionResult, type ForgeAction, type JobState } from '../../language/index.ts';
import { variablesOf, type Engine, type JobRequest, type JobRun, type RunRef } from '../../pipelines/engine.ts';
import type { Workflow } from '../provider.ts';
import { messageOf, statusOf, UNGRANTED } from './client.ts';
import { PAGE, pages } from './pages.ts';

type Here = { readonly owner: string; readonly repo: string };
/** Workflow runs of one commit that are looked at. */
const MAX_PAGES = 3;
/** Started for pull requests; what people or we start by hand is about another commit, or nobody's check. */
const OF_PULLS: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_target',
  'push',
  'pull_request_review',
  'merge_group',
  'dynamic',
]);

type Run = {
  readonly id: number | bigint;
  readonly workflow_id: number | bigint;
  readonly name?: string | null | undefined;
  readonly path: string;
  readonly event: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly run_attempt?: number | undefined;
  readonly run_number: number;
  readonly html_url: string;
  readonly head_sha: string;
};

const runsOf = (octokit: Octokit, here: Here, sha: string): Promise<readonly Run[]> =>
  pages<Run>(
    (page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/actions/runs', { ...here, head_sha: sha, per_page: PAGE, page })
        .then(({ data }) => data.workflow_runs),
    MAX_PAGES,
  );

/** The last run of each workflow for a commit. */
export async function workflowsAt(octokit: Octokit, here: Here, sha: string): Promise<readonly Workflow[]> {
  const last = new Map<number | bigint, Run>();
  for (const run of await runsOf(octokit, here, sha)) {
    if (!OF_PULLS.has(run.event) || run.head_sha !== sha) continue;
    const known = last.get(run.workflow_id);
    if (known === undefined || known.run_number < run.run_number) last.set(run.workflow_id, run);
  }
  return [...last.values()].map((run) => ({
    run: String(run.id),
    name: run.name ?? run.path,
    file: fileOf(run.path),
    state: stateOf(run),
    waiting: waits(run),
    attempt: run.run_attempt ?? 1,
    forPull: run.event.startsWith('pull_request'),
    url: run.html_url,
  }));
}

/** `.github/workflows/ci.yaml@refs/heads/main` is `ci`. */
function fileOf(path: string): string {
  const [file = ''] = path.split('@');
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}

function waits({ status, conclusion }: Pick<Run, 'status' | 'conclusion'>): boolean {
  return conclusion === 'action_required' || status === 'action_required' || status === 'waiting';
}

/** https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository */
function stateOf({ status, conclusion }: Pick<Run, 'status' | 'conclusion'>): JobState {
  if (status !== 'completed') return status === 'in_progress' ? 'running' : 'queued';
  switch (conclusion) {
    case 'success':
    case 'neutral':
    case 'skipped':
      return 'success';
    case 'cancelled':
    case 'stale':
      return 'cancelled';
    case 'action_required':
      return 'queued';
    case 'startup_failure':
      return 'error';
    default:
      return 'failure';
  }
}

/** Is it at a later attempt already, somebody was quicker, or an earlier try of ours was not told. */
export async function workflowRerun(
  octokit: Octokit,
  here: Here,
  { run, name, headSha, attempt, only }: Extract<ForgeAction, { readonly is: 'rerun-workflow' }>,
): Promise<ActionResult> {
  const about = { ...here, run_id: Number(run) };
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', about);
  if (data.head_sha !== headSha)
    return { result: 'refused', note: `The workflow ${code(name)} ran for another commit.` };
  if ((data.run_attempt ?? 1) > attempt) return { result: 'unchanged' };
  if (data.status !== 'completed') {
    return { result: 'refused', note: `The workflow ${code(name)} has not finished, so GitHub does not run it again.` };
  }
  await octokit.request(
    only === 'failed'
      ? 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs'
      : 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun',
    about,
  );
  return { result: 'done', ref: run, url: data.html_url };
}

/** Those of exactly this commit: what somebody pushed meanwhile waits on. */
export async function workflowsApproved(
  octokit: Octokit,
  here: Here,
  { headSha }: Extract<ForgeAction, { readonly is: 'approve-workflows' }>,
): Promise<ActionResult> {
  const waiting = (await runsOf(octokit, here, headSha)).filter((run) => run.head_sha === headSha && waits(run));
  for (const { id } of waiting) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await octokit.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve', {
        ...here,
        run_id: Number(id),
      });
    } catch (error) {
      // It is gone, or somebody else has let it run.
      const status = statusOf(error);
      const over =
        status === 404 || (status === 403 && /not awaiting approval|not from a fork/i.test(messageOf(error)));
      if (!over) throw error;
    }
  }
  return { result: waiting.length === 0 ? 'unchanged' : 'done' };
}

/** Characters of all inputs together: https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event */
const MAX_INPUTS = 25;
const KEY_INPUT = 'bowsprit_key';

/**
 * Workflows that take `workflow_dispatch`. They are started on the base branch, whose file nobody changes by a pull request,
 * and are told the commit; a run is found by its name, which `run-name` makes of the key.
 */
export function actionsEngine(octokit: Octokit, here: Here): Engine {
  /** Among the newest: it is asked for soon after the start. */
  const found = async ({ key, target }: Pick<JobRequest, 'key' | 'target'>): Promise<JobRun | undefined> => {
    const runs = await pages(
      (page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
            ...here,
            workflow_id: target,
            event: 'workflow_dispatch',
            per_page: PAGE,
            page,
          })
          .then(({ data }) => data.workflow_runs),
      MAX_PAGES,
    );
    const run = runs.find(({ display_title: title }) => title.includes(key));
    return run === undefined ? undefined : runFrom(run);
  };

  return {
    id: 'github-actions',
    name: 'GitHub Actions',

    start: (request) =>
      asked(request, async () => {
        const { data } = await octokit.request(
          'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
          {
            ...here,
            workflow_id: request.target,
            // What the pull request itself changes of the workflow is not what runs.
            ref: request.baseRef,
            inputs: inputsOf(request),
            return_run_details: true,
          },
        );
        // An older server answers nothing.
        const started = data === undefined || data === null ? undefined : data;
        const id = started?.workflow_run_id;
        if (id !== undefined) return { id: String(id), state: 'queued', url: started?.html_url };
        return (await found(request)) ?? { id: '', state: 'queued' };
      }),

    find: (request) => asked(request, () => found(request)),

    async cancel({ run }) {
      if (run === '') return 'unable';
      try {
        await octokit.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', {
          ...here,
          run_id: Number(run),
        });
        return 'cancelled';
      } catch (error) {
        const status = statusOf(error);
        if (status === 409 || status === 404) return 'over';
        throw told(error, 'cancel a workflow');
      }
    },

    async state({ run, key, target }: RunRef) {
      if (run === '') return found({ key, target });
      try {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
          ...here,
          run_id: Number(run),
        });
        return runFrom(data);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw told(error, 'look at a workflow');
      }
    },
  };
}

function inputsOf(request: JobRequest): Record<string, string> {
  const { parameters, key, headSha, pull } = request;
  // A workflow takes only inputs that it declares: the parameters of the settings, and these.
  const { BOWSPRIT_PULL: name = '' } = variablesOf(request);
  const inputs = { ...parameters, [KEY_INPUT]: key, sha: headSha, pull: String(pull), bowsprit_pull: name };
  if (Object.keys(inputs).length > MAX_INPUTS) {
    throw new Refusal(`${code(request.job)} has more parameters than a workflow of GitHub takes.`);
  }
  return inputs;
}

function runFrom(run: Pick<Run, 'id' | 'status' | 'conclusion' | 'html_url'>): JobRun {
  return { id: String(run.id), state: stateOf(run), url: run.html_url };
}

async function asked<T>({ job, target }: Pick<JobRequest, 'job' | 'target'>, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (statusOf(error) === 404) {
      throw new Refusal(`GitHub shows no workflow ${code(target)}, so ${code(job)} could not be started.`, {
        cause: error,
      });
    }
    throw told(error, `start ${code(job)}`);
  }
}

/** What people can mend is told in GitHub's words; anything else is weather. */
function told(error: unknown, what: string): unknown {
  const status = statusOf(error);
  if (status === undefined) return error;
  const said = messageOf(error);
  if (status === 403 && UNGRANTED.test(said)) {
    return new Refusal(
      `GitHub does not let Bowsprit ${what}: the App was not given the permission for it (${code('actions: write')}).`,
      {
        cause: error,
      },
    );
  }
  if (status === 403 || status === 422) {
    return new Refusal(`GitHub would not ${what}: ${code(said.replace(/\.$/, ''))}.`, { cause: error });
  }
  return new Retryable(`GitHub did not ${what} (${status})`, { cause: error });
}
