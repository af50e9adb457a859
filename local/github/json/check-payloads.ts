/** Checks and Actions in webhook payloads, which differ from the same things in answers. */
import type { Box } from '../box.ts';
import type { CheckRun, CheckSuite, Repository, WorkflowRun } from '../state.ts';
import { checkRunJson, checkSuiteJson, workflowRunJson } from './checks.ts';

/** The check run knows its whole suite, and began even where nobody has said when. */
export function checkRunPayload(box: Box, repository: Repository, run: CheckRun) {
  const suite = repository.checkSuites.get(run.suiteId);
  if (suite === undefined) throw new Error(`no check suite ${run.suiteId}`);
  const { id, node_id, head_branch, head_sha, status, conclusion, url, before, after, pull_requests, app } =
    checkSuiteJson(box, repository, suite);
  const { createdAt: created_at, updatedAt: updated_at } = suite;
  return {
    ...checkRunJson(box, repository, run),
    conclusion: run.conclusion,
    started_at: run.startedAt ?? suite.updatedAt,
    check_suite: {
      id,
      node_id,
      head_branch,
      head_sha,
      status,
      conclusion,
      url,
      before,
      after,
      pull_requests,
      app,
      created_at,
      updated_at,
    },
  };
}

/** A check suite stands beside its repository in a payload, not around it. */
export function checkSuitePayload(box: Box, repository: Repository, suite: CheckSuite) {
  const { repository: _, ...rest } = checkSuiteJson(box, repository, suite);
  return rest;
}

/** Fields of a repository inside a workflow run, beside its URLs. */
const KEPT = new Set(['id', 'node_id', 'name', 'full_name', 'owner', 'private', 'description', 'fork', 'url']);
const DROPPED = new Set(['clone_url', 'git_url', 'mirror_url', 'ssh_url', 'svn_url']);

const repositoryPart = (whole: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(whole).filter(([key]) => KEPT.has(key) || (key.endsWith('_url') && !DROPPED.has(key))),
  );

export function workflowRunPayload(box: Box, repository: Repository, run: WorkflowRun) {
  const whole = workflowRunJson(box, repository, run);
  return {
    ...whole,
    repository: repositoryPart(whole.repository),
    head_repository: repositoryPart(whole.head_repository),
  };
}
