/** What can be done to commit statuses, check runs and the suites they add up to. */
import { type Box, GitHubError } from '../box.ts';
import { invalid } from '../gate.ts';
import { checkRunPayload, checkSuitePayload } from '../json/check-payloads.ts';
import { commitNamed } from '../revisions.ts';
import {
  type CheckConclusion,
  type CheckRun,
  type CheckSuite,
  type Moment,
  nextId,
  type Repository,
  type State,
  type Status,
} from '../state.ts';
import { tell } from './acting.ts';

/** Who is told about as sender, and when it happened: less than `Acting`, since Actions acts without a request. */
export interface Checking {
  readonly box: Box;
  readonly state: State;
  readonly at: Moment;
  readonly repository: Repository;
  readonly actor: { readonly login: string };
}

export function commitFor(state: State, repository: Repository, name: string): string {
  const sha = commitNamed(state, repository, name);
  if (sha === undefined) throw new GitHubError(422, `No commit found for SHA: ${name}`);
  return sha;
}

// Statuses

/** Newest first. */
export const statusesOf = ({ statuses }: Repository, sha: string): readonly Status[] =>
  [...statuses.values()].filter((each) => each.sha === sha).toReversed();

/** https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference */
export function combinedState(statuses: readonly Status[]): 'failure' | 'pending' | 'success' {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  return statuses.length === 0 || statuses.some(({ state }) => state === 'pending') ? 'pending' : 'success';
}

// Checks

export const runsOf = ({ checkRuns }: Repository, suiteId: number): readonly CheckRun[] =>
  [...checkRuns.values()].filter((each) => each.suiteId === suiteId);

/** The newest run of each name in each suite: what `filter=latest` shows. */
export function latestRuns(runs: readonly CheckRun[]): readonly CheckRun[] {
  const newest = new Map(runs.map((each) => [`${each.suiteId} ${each.name}`, each]));
  return runs.filter((each) => newest.get(`${each.suiteId} ${each.name}`) === each);
}

const WORST_FIRST: readonly CheckConclusion[] = [
  'failure',
  'timed_out',
  'cancelled',
  'action_required',
  'stale',
  'success',
  'neutral',
  'skipped',
];

/** The conclusion of a suite whose runs have all been completed. */
const conclusionOf = (runs: readonly CheckRun[]): CheckConclusion =>
  WORST_FIRST.find((each) => runs.some(({ conclusion }) => conclusion === each)) ?? 'neutral';

export function suiteFor(
  { state, at, repository }: Pick<Checking, 'state' | 'at' | 'repository'>,
  appId: number,
  headSha: string,
  headBranch: string | null,
): CheckSuite {
  for (const suite of repository.checkSuites.values())
    if (suite.appId === appId && suite.headSha === headSha) return suite;
  const suite: CheckSuite = {
    id: nextId(state),
    appId,
    headBranch,
    headSha,
    before: null,
    after: headSha,
    status: 'queued',
    conclusion: null,
    createdAt: at,
    updatedAt: at,
  };
  repository.checkSuites.set(suite.id, suite);
  return suite;
}

/** The branch that a commit is the head of; of a pull request's, where it is in a fork. */
export function branchOf(repository: Repository, sha: string): string | null {
  for (const [ref, at] of repository.refs)
    if (at === sha && ref.startsWith('refs/heads/')) return ref.slice('refs/heads/'.length);
  return null;
}

export const tellOfRun = (who: Checking, run: CheckRun, action: string): void =>
  tell(who, 'check_run', action, { check_run: checkRunPayload(who.box, who.repository, run) });

export const tellOfSuite = (who: Checking, suite: CheckSuite, action: string): void =>
  tell(who, 'check_suite', action, { check_suite: checkSuitePayload(who.box, who.repository, suite) });

/** Brings the suite in step with its runs; tells when the last of them was completed. */
export function suiteSettled(who: Checking, suite: CheckSuite): void {
  const runs = latestRuns(runsOf(who.repository, suite.id));
  const was = suite.status;
  const done = runs.length > 0 && runs.every(({ status }) => status === 'completed');
  const begun = runs.some(({ status }) => status === 'in_progress' || status === 'completed');
  suite.status = done ? 'completed' : begun ? 'in_progress' : 'queued';
  suite.conclusion = done ? conclusionOf(runs) : null;
  suite.updatedAt = who.at;
  if (done && was !== 'completed') tellOfSuite(who, suite, 'completed');
}

/** Puts a run into the suite and tells of it, and of its end where it came completed. */
export function runCreated(
  who: Checking,
  suite: CheckSuite,
  facts: Omit<CheckRun, 'id' | 'suiteId' | 'appId' | 'headSha'>,
): CheckRun {
  const run: CheckRun = {
    ...facts,
    id: nextId(who.state),
    suiteId: suite.id,
    appId: suite.appId,
    headSha: suite.headSha,
  };
  who.repository.checkRuns.set(run.id, run);
  // A suite that was complete is not any more, so that the end of this run is told again.
  if (suite.status === 'completed') suite.status = 'in_progress';
  tellOfRun(who, run, 'created');
  if (run.status === 'completed') tellOfRun(who, run, 'completed');
  suiteSettled(who, suite);
  return run;
}

/** After the run was changed in place. */
export function runChanged(who: Checking, run: CheckRun, before: Pick<CheckRun, 'status' | 'conclusion'>): void {
  const suite = who.repository.checkSuites.get(run.suiteId);
  if (suite === undefined) throw new Error(`no check suite ${run.suiteId}`);
  const completed = run.status === 'completed';
  const again = before.status === 'completed' && before.conclusion === run.conclusion;
  if (completed && !again) {
    if (suite.status === 'completed') suite.status = 'in_progress';
    tellOfRun(who, run, 'completed');
  }
  suiteSettled(who, suite);
}

/** What a run is when nothing was said of it. */
export const NEW_RUN = {
  status: 'queued',
  conclusion: null,
  detailsUrl: null,
  externalId: '',
  startedAt: null,
  completedAt: null,
  output: { title: null, summary: null, text: null },
  annotations: [],
  actions: [],
} as const satisfies Omit<CheckRun, 'id' | 'suiteId' | 'appId' | 'headSha' | 'name'>;

export const needsConclusion = (): GitHubError => invalid('CheckRun', 'conclusion', 'missing_field');
