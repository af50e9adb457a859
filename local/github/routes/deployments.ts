/** Deployments and how they went. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { flagIn, invalid, isRecord, type Need, notFound, repositoryFor, textIn, textsIn } from '../gate.ts';
import { deploymentJson, deploymentStatusJson } from '../json/checks.ts';
import { outcomeAt, outcomeOfCheck } from '../pulls.ts';
import { commitNamed } from '../revisions.ts';
import { type Deployment, type DeploymentStatus, nextId, type Repository } from '../state.ts';
import { acting, oneOf, required } from './acting.ts';

const DEPLOYMENT = '/repos/{owner}/{repo}/deployments/{deployment_id}';
const READ: Need = { permission: 'deployments', level: 'read', role: 'read' };
const WRITE: Need = { permission: 'deployments', level: 'write', role: 'write' };
const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'] as const;

function deploymentIn({ params }: Call, repository: Repository): Deployment {
  const deployment = repository.deployments.get(Number(params['deployment_id']));
  if (deployment === undefined) throw notFound();
  return deployment;
}

/** All checks of the commit must have passed, or those that the body names; none when it names none. */
function mustHavePassed(repository: Repository, sha: string, contexts: readonly string[] | undefined): void {
  const passed =
    contexts === undefined
      ? ['none', 'success'].includes(outcomeAt(repository, sha))
      : contexts.every((context) => outcomeOfCheck(repository, sha, { context, appId: null }) === 'success');
  if (!passed) throw new GitHubError(409, 'Conflict: Commit status checks failed.');
}

function created(call: Call): Answer {
  const { state, at, repository, actor, appId, box } = acting(call, WRITE);
  const { body } = call;
  const ref = required(textIn(body, 'ref'), 'Deployment', 'ref');
  const sha = commitNamed(state, repository, ref);
  if (sha === undefined) throw new GitHubError(422, `No ref found for: ${ref}`);
  mustHavePassed(repository, sha, textsIn(body, 'required_contexts'));
  const environment = textIn(body, 'environment') ?? 'production';
  const { payload } = body;
  const deployment: Deployment = {
    id: nextId(state),
    sha,
    ref,
    task: textIn(body, 'task') ?? 'deploy',
    environment,
    description: textIn(body, 'description') ?? null,
    payload: isRecord(payload) || typeof payload === 'string' ? payload : {},
    transient: flagIn(body, 'transient_environment') ?? false,
    production: flagIn(body, 'production_environment') ?? environment === 'production',
    creatorId: actor.id,
    appId,
    createdAt: at,
    updatedAt: at,
  };
  repository.deployments.set(deployment.id, deployment);
  return { status: 201, body: deploymentJson(box, repository, deployment) };
}

function statusCreated(call: Call): Answer {
  const { state, at, repository, actor, appId, box } = acting(call, WRITE);
  const { body } = call;
  const deployment = deploymentIn(call, repository);
  const is = oneOf(STATES, body, 'state', 'DeploymentStatus');
  if (is === undefined) throw invalid('DeploymentStatus', 'state', 'missing_field');
  const logUrl = textIn(body, 'log_url') ?? textIn(body, 'target_url') ?? '';
  const status: DeploymentStatus = {
    id: nextId(state),
    deploymentId: deployment.id,
    state: is,
    creatorId: actor.id,
    description: textIn(body, 'description') ?? '',
    environment: textIn(body, 'environment') ?? deployment.environment,
    targetUrl: logUrl,
    logUrl,
    environmentUrl: textIn(body, 'environment_url') ?? '',
    appId,
    createdAt: at,
  };
  repository.deploymentStatuses.set(status.id, status);
  deployment.updatedAt = at;
  return { status: 201, body: deploymentStatusJson(box, repository, status) };
}

export const deploymentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/deployments': (call) => {
    const repository = repositoryFor(call, READ);
    const wanted = (['sha', 'ref', 'task', 'environment'] as const).flatMap((name) => {
      const value = call.query.get(name);
      return value === null ? [] : [{ name, value }];
    });
    const found = [...repository.deployments.values()]
      .filter((each) => wanted.every(({ name, value }) => each[name] === value))
      .toReversed();
    return { status: 200, body: found.map((each) => deploymentJson(call.box, repository, each)), list: true };
  },
  'POST /repos/{owner}/{repo}/deployments': created,
  [`GET ${DEPLOYMENT}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: deploymentJson(call.box, repository, deploymentIn(call, repository)) };
  },
  [`GET ${DEPLOYMENT}/statuses`]: (call) => {
    const repository = repositoryFor(call, READ);
    const { id } = deploymentIn(call, repository);
    const found = [...repository.deploymentStatuses.values()].filter((each) => each.deploymentId === id).toReversed();
    return { status: 200, body: found.map((each) => deploymentStatusJson(call.box, repository, each)), list: true };
  },
  [`POST ${DEPLOYMENT}/statuses`]: statusCreated,
};
