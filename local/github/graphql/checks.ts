/** Statuses and checks of a commit as GraphQL shows them, and whether a pull request has to wait for them. */
import type { Call } from '../box.ts';
import { nodeFrom, nodeId } from '../json/node-id.ts';
import { requirementsOn } from '../protection.ts';
import { branchRef, latestCheckRuns, latestStatuses, outcomeAt } from '../pulls.ts';
import { combinedState, latestRuns, runsOf } from '../routes/check-changes.ts';
import {
  type CheckRun,
  type CheckSuite,
  fullNameOf,
  pullsOf,
  type Repository,
  type Status,
  type Workflow,
  type WorkflowRun,
} from '../state.ts';
import { actorNode, appNode } from './accounts.ts';
import { connection, type Paging } from './connections.ts';
import { Failure, notFoundBy } from './failing.ts';
import { commitNode } from './git-objects.ts';
import { capitals, type GraphNode, mustRead } from './graph-node.ts';
import { refNode, repositoryNode } from './repositories.ts';

const READS = ['checks', 'statuses'] as const;

interface PullAsked {
  readonly pullRequestId?: string | null;
  readonly pullRequestNumber?: number | null;
}

/** Whether the base of the pull request asks for the check before it lets it in. */
const isRequired =
  (repository: Repository, context: string, appId: number | null) =>
  ({ pullRequestId, pullRequestNumber }: PullAsked): boolean => {
    if (!pullRequestId && !pullRequestNumber)
      throw new Failure('UNPROCESSABLE', 'One of `pullRequestId` or `pullRequestNumber` must be given.');
    const id = pullRequestId ? nodeFrom(pullRequestId)?.id : undefined;
    const issue = pullsOf(repository).find(({ number, pull }) =>
      pullRequestId ? String(pull.id) === id : number === pullRequestNumber,
    );
    if (issue === undefined) throw notFoundBy('a PullRequest', `number of ${pullRequestNumber ?? pullRequestId}`);
    return requirementsOn(repository, issue.pull.base.ref).checks.some(
      (check) =>
        check.context === context &&
        (check.appId === null || check.appId === -1 || appId === null || check.appId === appId),
    );
  };

export function checkRunNode(call: Call, repository: Repository, run: CheckRun): GraphNode {
  const path = `/${fullNameOf(call.box.state, repository)}/runs/${run.id}`;
  const url = call.box.htmlUrl + path;
  return {
    __typename: 'CheckRun',
    id: nodeId('CheckRun', run.id),
    databaseId: run.id,
    completedAt: run.completedAt,
    conclusion: run.conclusion === null ? null : capitals(run.conclusion),
    detailsUrl: run.detailsUrl ?? url,
    externalId: run.externalId,
    name: run.name,
    permalink: url,
    resourcePath: path,
    startedAt: run.startedAt,
    status: capitals(run.status),
    ...run.output,
    url,
    isRequired: isRequired(repository, run.name, run.appId),
    repository: () => repositoryNode(call, repository),
    checkSuite() {
      const suite = repository.checkSuites.get(run.suiteId);
      if (suite === undefined) throw new Error(`no check suite ${run.suiteId}`);
      return suiteNode(call, repository, suite);
    },
  };
}

export function contextNode(call: Call, repository: Repository, status: Status): GraphNode {
  const { box } = call;
  return {
    __typename: 'StatusContext',
    id: nodeId('StatusContext', status.id),
    avatarUrl: `${box.htmlUrl}/avatars/u/${status.creatorId}`,
    context: status.context,
    createdAt: status.createdAt,
    description: status.description,
    state: status.state.toUpperCase(),
    targetUrl: status.targetUrl,
    commit: () => commitNode(call, repository, status.sha),
    creator: () => actorNode(call, status.creatorId),
    isRequired: isRequired(repository, status.context, null),
  };
}

interface SuiteRunsAsked extends Paging {
  readonly filterBy?: {
    readonly appId?: number | null;
    readonly checkName?: string | null;
    readonly checkType?: 'ALL' | 'LATEST' | null;
    readonly conclusions?: readonly string[] | null;
    readonly status?: string | null;
    readonly statuses?: readonly string[] | null;
  } | null;
}

function runsAsked(repository: Repository, suite: CheckSuite, { filterBy }: SuiteRunsAsked): readonly CheckRun[] {
  const all = runsOf(repository, suite.id);
  const { appId, checkName, checkType, conclusions, status, statuses } = filterBy ?? {};
  const wanted = statuses ?? (status ? [status] : undefined);
  return (checkType === 'ALL' ? all : latestRuns(all)).filter(
    (run) =>
      (!appId || run.appId === appId) &&
      (!checkName || run.name === checkName) &&
      (!conclusions || (run.conclusion !== null && conclusions.includes(capitals(run.conclusion)))) &&
      (wanted === undefined || wanted.includes(capitals(run.status))),
  );
}

export function suiteNode(call: Call, repository: Repository, suite: CheckSuite): GraphNode {
  const path = `/${fullNameOf(call.box.state, repository)}/commit/${suite.headSha}/checks`;
  const workflowRun = [...repository.workflowRuns.values()].find((each) => each.suiteId === suite.id);
  return {
    __typename: 'CheckSuite',
    id: nodeId('CheckSuite', suite.id),
    databaseId: suite.id,
    conclusion: suite.conclusion === null ? null : capitals(suite.conclusion),
    createdAt: suite.createdAt,
    resourcePath: path,
    status: capitals(suite.status),
    updatedAt: suite.updatedAt,
    url: call.box.htmlUrl + path,
    app: () => appNode(call, suite.appId),
    branch: () => (suite.headBranch === null ? null : refNode(call, repository, branchRef(suite.headBranch))),
    checkRuns: (asked: SuiteRunsAsked) =>
      connection('checkRuns', runsAsked(repository, suite, asked), asked, (each) =>
        checkRunNode(call, repository, each),
      ),
    commit: () => commitNode(call, repository, suite.headSha),
    repository: () => repositoryNode(call, repository),
    workflowRun: () => (workflowRun === undefined ? null : workflowRunNode(call, repository, workflowRun)),
  };
}

export function workflowRunNode(call: Call, repository: Repository, run: WorkflowRun): GraphNode {
  const path = `/${fullNameOf(call.box.state, repository)}/actions/runs/${run.id}`;
  const suite = repository.checkSuites.get(run.suiteId);
  const workflow = repository.workflows.get(run.workflowId);
  if (suite === undefined || workflow === undefined) throw new Error(`workflow run ${run.id} has lost its suite`);
  return {
    __typename: 'WorkflowRun',
    id: nodeId('WorkflowRun', run.id),
    databaseId: run.id,
    createdAt: run.createdAt,
    event: run.event,
    resourcePath: path,
    runNumber: run.runNumber,
    updatedAt: run.updatedAt,
    url: call.box.htmlUrl + path,
    checkSuite: () => suiteNode(call, repository, suite),
    workflow: () => workflowNode(call, repository, workflow),
  };
}

export function workflowNode(call: Call, repository: Repository, workflow: Workflow): GraphNode {
  const file = workflow.path.slice(workflow.path.lastIndexOf('/') + 1);
  const path = `/${fullNameOf(call.box.state, repository)}/actions/workflows/${file}`;
  return {
    __typename: 'Workflow',
    id: nodeId('Workflow', workflow.id),
    databaseId: workflow.id,
    createdAt: workflow.createdAt,
    name: workflow.name,
    resourcePath: path,
    state: capitals(workflow.state),
    updatedAt: workflow.updatedAt,
    url: call.box.htmlUrl + path,
  };
}

export interface SuitesAsked extends Paging {
  readonly filterBy?: { readonly appId?: number | null; readonly checkName?: string | null } | null;
}

export function suiteConnection(call: Call, repository: Repository, sha: string, asked: SuitesAsked) {
  mustRead(call, repository, 'checks');
  const { appId, checkName } = asked.filterBy ?? {};
  const found = [...repository.checkSuites.values()].filter(
    (suite) =>
      suite.headSha === sha &&
      (!appId || suite.appId === appId) &&
      (!checkName || runsOf(repository, suite.id).some(({ name }) => name === checkName)),
  );
  return connection('checkSuites', found, asked, (each) => suiteNode(call, repository, each));
}

type Context = { readonly run: CheckRun } | { readonly status: Status };

/** Check runs first, each kind in the order in which it was made. */
function contextConnection(call: Call, repository: Repository, sha: string, field: string, paging: Paging): GraphNode {
  const runs = latestCheckRuns(repository, sha).map((run) => ({ run }));
  const statuses = latestStatuses(repository, sha).map((status) => ({ status }));
  const contexts: readonly Context[] = [...runs.toReversed(), ...statuses.toReversed()];
  return {
    ...connection(field, contexts, paging, (each) =>
      'run' in each ? checkRunNode(call, repository, each.run) : contextNode(call, repository, each.status),
    ),
    checkRunCount: runs.length,
    statusContextCount: statuses.length,
  };
}

/** All that was reported about a commit as one; null where nothing was. */
export function rollupNode(call: Call, repository: Repository, sha: string): GraphNode | null {
  mustRead(call, repository, READS);
  const outcome = outcomeAt(repository, sha);
  if (outcome === 'none') return null;
  return {
    __typename: 'StatusCheckRollup',
    id: nodeId('StatusCheckRollup', `${repository.id}:${sha}`),
    state: outcome.toUpperCase(),
    commit: () => commitNode(call, repository, sha),
    contexts: (paging: Paging) => contextConnection(call, repository, sha, 'contexts', paging),
  };
}

/** Statuses alone; null where there are none. */
export function statusNode(call: Call, repository: Repository, sha: string): GraphNode | null {
  mustRead(call, repository, READS);
  const statuses = latestStatuses(repository, sha).toReversed();
  if (statuses.length === 0) return null;
  return {
    __typename: 'Status',
    id: nodeId('Status', `${repository.id}:${sha}`),
    state: combinedState(statuses).toUpperCase(),
    commit: () => commitNode(call, repository, sha),
    combinedContexts: (paging: Paging) => contextConnection(call, repository, sha, 'combinedContexts', paging),
    contexts: () => statuses.map((each) => contextNode(call, repository, each)),
    context({ name }: { readonly name: string }) {
      const found = statuses.find(({ context }) => context === name);
      return found === undefined ? null : contextNode(call, repository, found);
    },
  };
}
