/** Commit statuses, check runs and check suites. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { invalid, isRecord, type Need, notFound, recordIn, recordsIn, repositoryFor, textIn } from '../gate.ts';
import { descendsFrom } from '../git.ts';
import { annotationJson, checkRunJson, checkSuiteJson, statusJson, simpleStatusJson } from '../json/checks.ts';
import { commitJson } from '../json/git.ts';
import { minimalRepositoryJson, repositoryUrl } from '../json/repositories.ts';
import { latestStatuses } from '../pulls.ts';
import {
  type CheckAnnotation,
  type CheckRun,
  type CheckSuite,
  fullNameOf,
  moment,
  type Moment,
  nextId,
  objectsOf,
  type Repository,
  type Status,
} from '../state.ts';
import { type Acting, acting, oneOf, tell } from './acting.ts';
import * as change from './check-changes.ts';
import { mergedWhereReady } from './pull-changes.ts';

const RUN = '/repos/{owner}/{repo}/check-runs/{check_run_id}';
const SUITE = '/repos/{owner}/{repo}/check-suites/{check_suite_id}';
const READ_STATUSES: Need = { permission: 'statuses', level: 'read', role: 'read' };
const READ_CHECKS: Need = { permission: 'checks', level: 'read', role: 'read' };
const WRITE_CHECKS: Need = { permission: 'checks', level: 'write', role: 'write' };

/** https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
const MAX_STATUSES = 1000;
const MAX_DESCRIPTION_CHARS = 140;
/** https://docs.github.com/en/rest/checks/runs#create-a-check-run */
const MAX_ANNOTATIONS = 50;
const MAX_TEXT_CHARS = 65_535;
const MAX_ACTIONS = 3;
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#status */
const MAX_BRANCHES = 10;

const STATES = ['error', 'failure', 'pending', 'success'] as const;
const LEVELS = ['notice', 'warning', 'failure'] as const;
const RUN_STATES = ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending'] as const;
const CONCLUSIONS = [
  'success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required', 'stale',
] as const; // prettier-ignore

const commitIn = ({ params, box }: Call, repository: Repository): string =>
  change.commitFor(box.state, repository, params['ref'] ?? params['sha'] ?? '');

function tellOfStatus(who: Acting, status: Status): void {
  const { box, state, repository } = who;
  const objects = objectsOf(state, repository);
  const branches = [...repository.refs]
    .filter(([ref, tip]) => ref.startsWith('refs/heads/') && descendsFrom(objects, tip, status.sha))
    .slice(0, MAX_BRANCHES)
    .map(([ref, sha]) => ({
      name: ref.slice('refs/heads/'.length),
      commit: { sha, url: `${repositoryUrl(box, repository)}/commits/${sha}` },
      protected: repository.protections.has(ref.slice('refs/heads/'.length)),
    }));
  const { id, sha, context, state: is, description, targetUrl, createdAt, updatedAt } = status;
  tell(who, 'status', undefined, {
    id,
    sha,
    name: fullNameOf(state, repository),
    avatar_url: null,
    target_url: targetUrl,
    context,
    description,
    state: is,
    commit: commitJson(box, repository, sha),
    branches,
    created_at: createdAt,
    updated_at: updatedAt,
  });
}

function statusCreated(call: Call): Answer {
  const who = acting(call, { permission: 'statuses', level: 'write', role: 'write' });
  const { state, at, repository, actor, box } = who;
  const sha = commitIn(call, repository);
  const context = textIn(call.body, 'context') ?? 'default';
  const is = oneOf(STATES, call.body, 'state', 'Status');
  if (is === undefined) throw invalid('Status', 'state', 'missing_field');
  const description = textIn(call.body, 'description') ?? null;
  if ((description?.length ?? 0) > MAX_DESCRIPTION_CHARS) {
    throw invalid(
      'Status',
      'description',
      'custom',
      `description is too long (maximum is ${MAX_DESCRIPTION_CHARS} characters)`,
    );
  }
  const targetUrl = textIn(call.body, 'target_url') ?? null;
  if (targetUrl !== null && !/^https?:\/\//i.test(targetUrl)) {
    throw invalid('Status', 'target_url', 'custom', 'target_url must use http(s) scheme');
  }
  if (change.statusesOf(repository, sha).filter((each) => each.context === context).length >= MAX_STATUSES) {
    throw invalid('Status', 'context', 'custom', `This SHA and context has reached the maximum number of statuses.`);
  }
  const status: Status = {
    id: nextId(state),
    sha,
    context,
    state: is,
    description,
    targetUrl,
    creatorId: actor.id,
    createdAt: at,
    updatedAt: at,
  };
  repository.statuses.set(status.id, status);
  tellOfStatus(who, status);
  mergedWhereReady(who, sha);
  return { status: 201, body: statusJson(box, repository, status) };
}

function combined(call: Call): Answer {
  const repository = repositoryFor(call, READ_STATUSES);
  const { box } = call;
  const sha = commitIn(call, repository);
  const statuses = latestStatuses(repository, sha);
  const url = `${repositoryUrl(box, repository)}/commits/${sha}`;
  return {
    status: 200,
    body: {
      state: change.combinedState(statuses),
      statuses: statuses.map((each) => simpleStatusJson(box, repository, each)),
      sha,
      total_count: statuses.length,
      repository: minimalRepositoryJson(box, repository),
      commit_url: url,
      url: `${url}/status`,
    },
    list: 'statuses',
  };
}

// Check runs

/** How GitHub refuses what its description does not allow. */
const invalidRequest = (problem: string): GitHubError => new GitHubError(422, `Invalid request.\n\n${problem}`);

function wanted<T>(value: T | null | undefined, name: string): T {
  if (value === undefined || value === null) throw invalidRequest(`"${name}" wasn't supplied.`);
  return value;
}

function limited(list: readonly unknown[], most: number): void {
  if (list.length > most) throw invalidRequest(`No more than ${most} items are allowed; ${list.length} were supplied.`);
}

function shortText(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const text = textIn(body, name);
  if ((text?.length ?? 0) > MAX_TEXT_CHARS)
    throw invalidRequest(`Only ${MAX_TEXT_CHARS} characters are allowed; ${text?.length} were supplied.`);
  return text;
}

function annotationIn(given: Readonly<Record<string, unknown>>): CheckAnnotation {
  const number = (name: string): number | null => {
    const value = given[name];
    return typeof value === 'number' ? value : null;
  };
  const annotation = {
    path: wanted(textIn(given, 'path'), 'path'),
    startLine: wanted(number('start_line'), 'start_line'),
    endLine: wanted(number('end_line'), 'end_line'),
    startColumn: number('start_column'),
    endColumn: number('end_column'),
    level: wanted(oneOf(LEVELS, given, 'annotation_level', 'CheckRun'), 'annotation_level'),
    title: textIn(given, 'title') ?? null,
    message: wanted(textIn(given, 'message'), 'message'),
    rawDetails: textIn(given, 'raw_details') ?? null,
  };
  const { startLine, endLine, startColumn, endColumn } = annotation;
  if (startLine !== endLine && (startColumn !== null || endColumn !== null))
    throw invalid('CheckAnnotation', 'start_column', 'custom', 'columns are for an annotation of one line only');
  return annotation;
}

function annotationsIn(output: Readonly<Record<string, unknown>>): readonly CheckAnnotation[] {
  const given = recordsIn(output, 'annotations');
  limited(given, MAX_ANNOTATIONS);
  return given.map(annotationIn);
}

/** What a run says, and its annotations: those of before, and the new ones after them. */
function saidIn(
  output: Readonly<Record<string, unknown>> | undefined,
  old: Pick<CheckRun, 'output' | 'annotations'>,
): typeof old {
  if (output === undefined) return { output: old.output, annotations: old.annotations };
  return {
    output: {
      title: wanted(textIn(output, 'title') ?? old.output.title, 'title'),
      summary: wanted(shortText(output, 'summary'), 'summary'),
      text: shortText(output, 'text') ?? old.output.text,
    },
    annotations: [...old.annotations, ...annotationsIn(output)],
  };
}

const momentIn = (body: Call['body'], name: string): Moment | undefined => {
  const text = textIn(body, name);
  return text === undefined ? undefined : moment(new Date(text));
};

/** The fields of a run as the body changes them. */
function factsIn(
  body: Call['body'],
  old: Omit<CheckRun, 'id' | 'suiteId' | 'appId' | 'headSha'>,
  at: Moment,
): typeof old {
  limited(recordsIn(body, 'actions'), MAX_ACTIONS);
  const given = oneOf(CONCLUSIONS, body, 'conclusion', 'CheckRun');
  const status = given === undefined ? (oneOf(RUN_STATES, body, 'status', 'CheckRun') ?? old.status) : 'completed';
  const conclusion = given ?? (status === 'completed' ? old.conclusion : null);
  if (status === 'completed' && conclusion === null) throw change.needsConclusion();
  const startedAt = momentIn(body, 'started_at') ?? old.startedAt;
  return {
    name: textIn(body, 'name') ?? old.name,
    status,
    conclusion,
    detailsUrl: textIn(body, 'details_url') ?? old.detailsUrl,
    externalId: textIn(body, 'external_id') ?? old.externalId,
    startedAt: startedAt ?? (status === 'queued' ? null : at),
    completedAt: status === 'completed' ? (momentIn(body, 'completed_at') ?? old.completedAt ?? at) : null,
    ...saidIn(recordIn(body, 'output'), old),
    actions: Array.isArray(body['actions'])
      ? body['actions'].filter(isRecord).map((each) => ({
          label: String(each['label']),
          description: String(each['description']),
          identifier: String(each['identifier']),
        }))
      : old.actions,
  };
}

/** Only Apps make check runs, and each changes only its own. */
function appActing(call: Call): Acting & { readonly appId: number } {
  const who = acting(call, WRITE_CHECKS);
  const { appId } = who;
  if (appId === null) throw new GitHubError(403, 'You must authenticate via a GitHub App.');
  return { ...who, appId };
}

function runIn({ params }: Call, repository: Repository): CheckRun {
  const run = repository.checkRuns.get(Number(params['check_run_id']));
  if (run === undefined) throw notFound();
  return run;
}

function suiteIn({ params }: Call, repository: Repository): CheckSuite {
  const suite = repository.checkSuites.get(Number(params['check_suite_id']));
  if (suite === undefined) throw notFound();
  return suite;
}

function runCreated(call: Call): Answer {
  const who = appActing(call);
  const { state, at, repository, appId, box } = who;
  const name = textIn(call.body, 'name');
  if (name === undefined) throw invalid('CheckRun', 'name', 'missing_field');
  const headSha = change.commitFor(state, repository, textIn(call.body, 'head_sha') ?? '');
  const facts = factsIn(call.body, { ...change.NEW_RUN, name }, at);
  const suite = change.suiteFor(who, appId, headSha, change.branchOf(repository, headSha));
  const run = change.runCreated(who, suite, facts);
  mergedWhereReady(who, headSha);
  return { status: 201, body: checkRunJson(box, repository, run) };
}

function runPatched(call: Call): Answer {
  const who = appActing(call);
  const { at, repository, appId, box } = who;
  const run = runIn(call, repository);
  if (run.appId !== appId)
    throw new GitHubError(
      403,
      'Invalid app_id `' + String(appId) + '` - check run can only be modified by the GitHub App that created it.',
    );
  const { status, conclusion } = run;
  Object.assign(run, factsIn(call.body, run, at));
  change.runChanged(who, run, { status, conclusion });
  mergedWhereReady(who, run.headSha);
  return { status: 200, body: checkRunJson(box, repository, run) };
}

/** The runs that a list shows, as its query asks. */
function listedRuns(call: Call, repository: Repository, runs: readonly CheckRun[]): Answer {
  const { query, box } = call;
  const [name, status, appId] = [query.get('check_name'), query.get('status'), query.get('app_id')];
  const shown = (query.get('filter') === 'all' ? runs : change.latestRuns(runs)).filter(
    (each) =>
      (name === null || each.name === name) &&
      (status === null || each.status === status) &&
      (appId === null || each.appId === Number(appId)),
  );
  const newestFirst = shown.toReversed();
  return {
    status: 200,
    body: { total_count: shown.length, check_runs: newestFirst.map((each) => checkRunJson(box, repository, each)) },
    list: 'check_runs',
  };
}

function suiteCreated(call: Call): Answer {
  const who = appActing(call);
  const { state, repository, appId, box } = who;
  const headSha = change.commitFor(state, repository, textIn(call.body, 'head_sha') ?? '');
  const known = repository.checkSuites.size;
  const suite = change.suiteFor(who, appId, headSha, change.branchOf(repository, headSha));
  const fresh = repository.checkSuites.size > known;
  if (fresh) change.tellOfSuite(who, suite, 'requested');
  return { status: fresh ? 201 : 200, body: checkSuiteJson(box, repository, suite) };
}

/** The suite waits again, until the App has reported anew. */
function requeued(who: Acting, suite: CheckSuite): void {
  suite.status = 'queued';
  suite.conclusion = null;
  suite.updatedAt = who.at;
}

export const checkRoutes: Routes = {
  'POST /repos/{owner}/{repo}/statuses/{sha}': statusCreated,
  'GET /repos/{owner}/{repo}/commits/{ref}/status': combined,
  'GET /repos/{owner}/{repo}/commits/{ref}/statuses': (call) => {
    const repository = repositoryFor(call, READ_STATUSES);
    const found = change.statusesOf(repository, commitIn(call, repository));
    return { status: 200, body: found.map((each) => statusJson(call.box, repository, each)), list: true };
  },

  'POST /repos/{owner}/{repo}/check-runs': runCreated,
  [`GET ${RUN}`]: (call) => {
    const repository = repositoryFor(call, READ_CHECKS);
    return { status: 200, body: checkRunJson(call.box, repository, runIn(call, repository)) };
  },
  [`PATCH ${RUN}`]: runPatched,
  [`GET ${RUN}/annotations`]: (call) => {
    const repository = repositoryFor(call, READ_CHECKS);
    const run = runIn(call, repository);
    const body = run.annotations.map((each) => annotationJson(call.box, repository, run.headSha, each));
    return { status: 200, body, list: true };
  },
  [`POST ${RUN}/rerequest`]: (call) => {
    const who = acting(call, WRITE_CHECKS);
    const run = runIn(call, who.repository);
    const suite = who.repository.checkSuites.get(run.suiteId);
    if (suite !== undefined) requeued(who, suite);
    change.tellOfRun(who, run, 'rerequested');
    return { status: 201, body: {} };
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': (call) => {
    const repository = repositoryFor(call, READ_CHECKS);
    const sha = commitIn(call, repository);
    return listedRuns(
      call,
      repository,
      [...repository.checkRuns.values()].filter((each) => each.headSha === sha),
    );
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-suites': (call) => {
    const repository = repositoryFor(call, READ_CHECKS);
    const sha = commitIn(call, repository);
    const [appId, name] = [call.query.get('app_id'), call.query.get('check_name')];
    const found = [...repository.checkSuites.values()].filter(
      (each) =>
        each.headSha === sha &&
        (appId === null || each.appId === Number(appId)) &&
        (name === null || change.runsOf(repository, each.id).some((run) => run.name === name)),
    );
    const body = found.map((each) => checkSuiteJson(call.box, repository, each));
    return { status: 200, body: { total_count: found.length, check_suites: body }, list: 'check_suites' };
  },

  'POST /repos/{owner}/{repo}/check-suites': suiteCreated,
  [`GET ${SUITE}`]: (call) => {
    const repository = repositoryFor(call, READ_CHECKS);
    return { status: 200, body: checkSuiteJson(call.box, repository, suiteIn(call, repository)) };
  },
  [`GET ${SUITE}/check-runs`]: (call) => {
    const repository = repositoryFor(call, READ_CHECKS);
    return listedRuns(call, repository, change.runsOf(repository, suiteIn(call, repository).id));
  },
  [`POST ${SUITE}/rerequest`]: (call) => {
    const who = acting(call, WRITE_CHECKS);
    const suite = suiteIn(call, who.repository);
    requeued(who, suite);
    change.tellOfSuite(who, suite, 'rerequested');
    return { status: 201, body: {} };
  },
};
