/** Statuses, checks, Actions and deployments as GitHub shows them. */
import type { Box } from '../box.ts';
import { latestCheckRuns } from '../pulls.ts';
import {
  type CheckAnnotation,
  type CheckRun,
  type CheckSuite,
  type Deployment,
  type DeploymentStatus,
  type Job,
  type PullRequest,
  pullsOf,
  type Repository,
  type Status,
  type Workflow,
  type WorkflowRun,
} from '../state.ts';
import { appJsonOf, userJsonOf } from './accounts.ts';
import { simpleCommitJson } from './git.ts';
import { nodeId } from './node-id.ts';
import { minimalPullJson } from './pulls.ts';
import { minimalRepositoryJson, repositoryPage, repositoryUrl } from './repositories.ts';

/** `status`. */
export function statusJson(box: Box, repository: Repository, status: Status) {
  const creator = userJsonOf(box, status.creatorId);
  return {
    url: `${repositoryUrl(box, repository)}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId('StatusContext', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.updatedAt,
    creator,
  };
}

/** `simple-commit-status`, in the combined status. */
export function simpleStatusJson(box: Box, repository: Repository, status: Status) {
  const { creator: _, ...rest } = statusJson(box, repository, status);
  return rest;
}

/** Open pull requests of the repository whose head is this commit. */
export const pullsAt = (repository: Repository, sha: string): readonly PullRequest[] =>
  pullsOf(repository).filter(
    ({ state, pull }) => state === 'open' && pull.head.sha === sha && pull.head.repositoryId === repository.id,
  );

const pullsJson = (box: Box, repository: Repository, sha: string) =>
  pullsAt(repository, sha).map((each) => minimalPullJson(box, repository, each));

/** `check-run`. */
export function checkRunJson(box: Box, repository: Repository, run: CheckRun) {
  const url = `${repositoryUrl(box, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(box, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion === 'stale' ? null : run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appJsonOf(box, run.appId),
    pull_requests: pullsJson(box, repository, run.headSha),
  };
}

/** `check-annotation`. */
export const annotationJson = (box: Box, repository: Repository, sha: string, annotation: CheckAnnotation) => ({
  path: annotation.path,
  start_line: annotation.startLine,
  end_line: annotation.endLine,
  start_column: annotation.startColumn,
  end_column: annotation.endColumn,
  annotation_level: annotation.level,
  title: annotation.title,
  message: annotation.message,
  raw_details: annotation.rawDetails,
  blob_href: `${repositoryPage(box, repository)}/blob/${sha}/${annotation.path}`,
});

/** `check-suite`. */
export function checkSuiteJson(box: Box, repository: Repository, suite: CheckSuite) {
  const url = `${repositoryUrl(box, repository)}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    before: suite.before,
    after: suite.after,
    pull_requests: pullsJson(box, repository, suite.headSha),
    app: appJsonOf(box, suite.appId),
    repository: minimalRepositoryJson(box, repository),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: simpleCommitJson(box, repository, suite.headSha),
    latest_check_runs_count: latestCheckRuns(repository, suite.headSha).filter((each) => each.suiteId === suite.id)
      .length,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}

export function workflowJson(box: Box, repository: Repository, workflow: Workflow) {
  const page = repositoryPage(box, repository);
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.createdAt,
    updated_at: workflow.updatedAt,
    url: `${repositoryUrl(box, repository)}/actions/workflows/${workflow.id}`,
    html_url: `${page}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

/** `workflow-run`. */
export function workflowRunJson(box: Box, repository: Repository, run: WorkflowRun) {
  const api = repositoryUrl(box, repository);
  const url = `${api}/actions/runs/${run.id}`;
  const workflow = repository.workflows.get(run.workflowId);
  const headRepository = box.state.repositories.get(run.headRepositoryId) ?? repository;
  return {
    id: run.id,
    name: workflow?.name ?? '',
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId('CheckSuite', run.suiteId),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: workflow?.path ?? '',
    display_title: run.displayTitle,
    run_number: run.runNumber,
    run_attempt: run.runAttempt,
    referenced_workflows: [],
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    url,
    html_url: `${repositoryPage(box, repository)}/actions/runs/${run.id}`,
    pull_requests: pullsJson(box, repository, run.headSha),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    actor: userJsonOf(box, run.actorId),
    triggering_actor: userJsonOf(box, run.triggeringActorId),
    run_started_at: run.startedAt,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.runAttempt > 1 ? `${url}/attempts/${run.runAttempt - 1}` : null,
    workflow_url: `${api}/actions/workflows/${run.workflowId}`,
    head_commit: simpleCommitJson(box, repository, run.headSha),
    repository: minimalRepositoryJson(box, repository),
    head_repository: minimalRepositoryJson(box, headRepository),
  };
}

/** `job`; how it stands is what its check run says. */
export function jobJson(box: Box, repository: Repository, job: Job) {
  const api = repositoryUrl(box, repository);
  const run = repository.workflowRuns.get(job.runId);
  const check = repository.checkRuns.get(job.checkRunId);
  const { status = 'queued', conclusion = null, startedAt, completedAt = null } = check ?? {};
  const stepStatus = status === 'completed' || status === 'in_progress' ? status : 'queued';
  return {
    id: job.id,
    run_id: job.runId,
    run_url: `${api}/actions/runs/${job.runId}`,
    run_attempt: job.runAttempt,
    node_id: nodeId('CheckRun', job.checkRunId),
    head_sha: run?.headSha ?? check?.headSha ?? '',
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${repositoryPage(box, repository)}/actions/runs/${job.runId}/job/${job.id}`,
    status,
    conclusion: conclusion === 'stale' ? null : conclusion,
    created_at: job.createdAt,
    started_at: startedAt ?? job.createdAt,
    completed_at: completedAt,
    name: job.name,
    steps: job.steps.map((name, index) => ({
      name,
      status: stepStatus,
      conclusion: status === 'completed' ? conclusion : null,
      number: index + 1,
      started_at: startedAt ?? null,
      completed_at: completedAt,
    })),
    check_run_url: `${api}/check-runs/${job.checkRunId}`,
    labels: job.labels,
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
    workflow_name: run === undefined ? null : (repository.workflows.get(run.workflowId)?.name ?? null),
    head_branch: run?.headBranch ?? null,
  };
}

export function deploymentJson(box: Box, repository: Repository, deployment: Deployment) {
  const api = repositoryUrl(box, repository);
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: userJsonOf(box, deployment.creatorId),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: appJsonOf(box, deployment.appId),
  };
}

export function deploymentStatusJson(box: Box, repository: Repository, status: DeploymentStatus) {
  const api = repositoryUrl(box, repository);
  const url = `${api}/deployments/${status.deploymentId}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    state: status.state,
    creator: userJsonOf(box, status.creatorId),
    description: status.description,
    environment: status.environment,
    target_url: status.targetUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: api,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: appJsonOf(box, status.appId),
  };
}
