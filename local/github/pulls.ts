/** What can be worked out about a pull request: its commits and files, its checks and reviews, whether it can be merged. */
import { compileCodeowners, codeownersOf, CODEOWNERS_PATHS } from '../../shared/owners/codeowners.ts';
import { type FileChange, filesBetween } from './diff.ts';
import { blobOf, commitAt, descendsFrom, entryAt, mergeBase } from './git.ts';
import { commitsBetween, mergeOf, rebased } from './merging.ts';
import { type RequiredCheck, type Requirements, requirementsOn } from './protection.ts';
import { atLeast, givenRole } from './roles.ts';
import {
  accountOf,
  type CheckRun,
  loginOf,
  membersOfTeam,
  objectsOf,
  type PullRequest,
  type Repository,
  type Review,
  reviewCommentsOn,
  reviewsOn,
  type State,
  type Status,
  teamNamed,
} from './state.ts';

export const branchRef = (branch: string): string => `refs/heads/${branch}`;

/** Where the base branch stands now; where it stood last once it is gone. */
export const baseTip = (repository: Repository, { pull }: PullRequest): string =>
  repository.refs.get(branchRef(pull.base.ref)) ?? pull.base.sha;

/** What the pull request is compared with: for a merged one, the base as it was then. */
const comparedWith = (repository: Repository, issue: PullRequest): string =>
  issue.pull.merged ? issue.pull.base.sha : baseTip(repository, issue);

/** Commits of the pull request, oldest first. */
export const commitsOf = (state: State, repository: Repository, issue: PullRequest): readonly string[] =>
  commitsBetween(objectsOf(state, repository), comparedWith(repository, issue), issue.pull.head.sha);

/** Changed files: head against the point where it left the base (three dots). */
export function filesOf(state: State, repository: Repository, issue: PullRequest): readonly FileChange[] {
  const objects = objectsOf(state, repository);
  const { sha } = issue.pull.head;
  const base = mergeBase(objects, comparedWith(repository, issue), sha);
  return filesBetween(
    objects,
    base === undefined ? undefined : commitAt(objects, base).tree,
    commitAt(objects, sha).tree,
  );
}

/** The newest status of each context, newest first. */
export function latestStatuses(repository: Repository, sha: string): readonly Status[] {
  const latest = new Map<string, Status>();
  for (const status of [...repository.statuses.values()].toReversed())
    if (status.sha === sha && !latest.has(status.context)) latest.set(status.context, status);
  return [...latest.values()];
}

/** The newest check run of each App and name. */
export function latestCheckRuns(repository: Repository, sha: string): readonly CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of [...repository.checkRuns.values()].toReversed()) {
    const key = `${run.appId} ${run.name}`;
    if (run.headSha === sha && !latest.has(key)) latest.set(key, run);
  }
  return [...latest.values()];
}

export type Outcome = 'success' | 'pending' | 'failure';

const PASSED: ReadonlySet<string | null> = new Set(['success', 'neutral', 'skipped']);

export function outcomeOfRun({ status, conclusion }: CheckRun): Outcome {
  if (status !== 'completed') return 'pending';
  return PASSED.has(conclusion) ? 'success' : 'failure';
}

export const outcomeOfStatus = ({ state }: Status): Outcome => (state === 'error' ? 'failure' : state);

/** How a required check stands at a commit; pending where it has not been reported. */
export function outcomeOfCheck(repository: Repository, sha: string, { context, appId }: RequiredCheck): Outcome {
  const runs = latestCheckRuns(repository, sha)
    .filter((run) => run.name === context && (appId === null || appId === -1 || run.appId === appId))
    .map(outcomeOfRun);
  const statuses = latestStatuses(repository, sha)
    .filter((status) => status.context === context)
    .map(outcomeOfStatus);
  const outcomes = [...runs, ...statuses];
  if (outcomes.length === 0 || outcomes.includes('pending')) return 'pending';
  return outcomes.includes('failure') ? 'failure' : 'success';
}

/** All statuses and check runs of a commit as one: what `mergeable_state` calls unstable when it is not success. */
export function outcomeAt(repository: Repository, sha: string): Outcome | 'none' {
  const outcomes = [
    ...latestCheckRuns(repository, sha).map(outcomeOfRun),
    ...latestStatuses(repository, sha).map(outcomeOfStatus),
  ];
  if (outcomes.length === 0) return 'none';
  if (outcomes.includes('failure')) return 'failure';
  return outcomes.includes('pending') ? 'pending' : 'success';
}

/** The verdict of each reviewer that counts: the last one that approved or asked for changes and was not dismissed. */
export function verdicts(repository: Repository, pullNumber: number): readonly Review[] {
  const latest = new Map<number, Review>();
  const submitted = reviewsOn(repository, pullNumber)
    .filter(({ state }) => state !== 'PENDING' && state !== 'COMMENTED')
    .toSorted((one, other) => (one.submittedAt ?? '').localeCompare(other.submittedAt ?? '') || one.id - other.id);
  for (const review of submitted) {
    if (review.state === 'DISMISSED' && latest.has(review.authorId) && latest.get(review.authorId)?.id !== review.id)
      continue;
    latest.set(review.authorId, review);
  }
  return [...latest.values()].filter(({ state }) => state !== 'DISMISSED');
}

/** Owners of the changed files that nobody among the approvers stands for, one list per file. */
export function filesWithoutOwnersApproval(
  state: State,
  repository: Repository,
  issue: PullRequest,
  approvers: ReadonlySet<number>,
): readonly string[] {
  const objects = objectsOf(state, repository);
  const { tree } = commitAt(objects, baseTip(repository, issue));
  const path = CODEOWNERS_PATHS.find((each) => entryAt(objects, tree, each) !== undefined);
  const entry = path === undefined ? undefined : entryAt(objects, tree, path);
  const blob = entry === undefined ? undefined : blobOf(objects, entry.sha);
  if (path === undefined || blob === undefined) return [];
  const text = Buffer.from(blob.bytes).toString('utf8');
  const index = compileCodeowners({ path, text, members: new Map(), otherwise: new Set() });
  const standsFor = (owner: string): boolean => {
    const [organization, slug] = owner.split('/');
    if (slug === undefined)
      return [...approvers].some((id) => {
        const { login, email } = accountOf(state, id);
        return login.toLowerCase() === owner || email?.toLowerCase() === owner;
      });
    const owning = accountOf(state, repository.ownerId);
    const team = owning.login.toLowerCase() === organization ? teamNamed(state, owning.id, slug) : undefined;
    return team !== undefined && [...membersOfTeam(state, team).keys()].some((id) => approvers.has(id));
  };
  return filesOf(state, repository, issue)
    .map((file) => file.path)
    .filter((file) => {
      const owners = codeownersOf(index, file);
      return owners.length > 0 && !owners.some(standsFor);
    });
}

export interface Mergeability {
  /** False where the branches conflict; null for a pull request that is no longer open. */
  readonly mergeable: boolean | null;
  readonly rebaseable: boolean | null;
  /** GitHub's `mergeable_state`. */
  readonly state: 'clean' | 'dirty' | 'draft' | 'blocked' | 'behind' | 'unstable' | 'unknown';
  /** Why a merge would be refused, in GitHub's words. */
  readonly reasons: readonly string[];
}

function blockersOf(state: State, repository: Repository, issue: PullRequest, asked: Requirements): string[] {
  const { head } = issue.pull;
  const reasons: string[] = [];
  const counted = verdicts(repository, issue.number).filter(({ authorId }) =>
    atLeast(givenRole(state, repository, authorId), 'write'),
  );
  const approvals = counted.filter((each) => each.state === 'APPROVED' && each.authorId !== issue.authorId);
  if (approvals.length < asked.approvals) {
    reasons.push(
      `At least ${asked.approvals} approving review${asked.approvals === 1 ? ' is' : 's are'} required by reviewers with write access.`,
    );
  }
  if (asked.pullRequest && counted.some((each) => each.state === 'CHANGES_REQUESTED'))
    reasons.push('Changes have been requested.');
  if (asked.codeOwners) {
    const approvers = new Set(approvals.map(({ authorId }) => authorId));
    if (filesWithoutOwnersApproval(state, repository, issue, approvers).length > 0)
      reasons.push('Waiting on code owner review.');
  }
  const open = asked.checks.filter((check) => outcomeOfCheck(repository, head.sha, check) !== 'success');
  const [first] = open;
  if (first !== undefined) {
    const outcome = outcomeOfCheck(repository, head.sha, first);
    reasons.push(
      open.length > 1
        ? `${open.length} of ${asked.checks.length} required status checks have not succeeded.`
        : `Required status check "${first.context}" is ${outcome === 'pending' ? 'expected' : 'failing'}.`,
    );
  }
  const unresolved = reviewCommentsOn(repository, issue.number).some(
    (each) => each.inReplyToId === null && each.resolvedById === null,
  );
  if (asked.resolvedConversations && unresolved)
    reasons.push('A conversation must be resolved before this pull request can be merged.');
  if (asked.locked) reasons.push('This branch must not be changed.');
  return reasons;
}

const SIGNED_BY_NOBODY = { name: '', email: '', date: '1970-01-01T00:00:00Z' };
const MAX_REMEMBERED = 500;
/** Whether two commits merge and rebase never changes. */
const remembered = new WeakMap<object, Map<string, { merges: boolean; rebases: boolean }>>();

function conflictsBetween(state: State, repository: Repository, base: string, head: string) {
  const objects = objectsOf(state, repository);
  const known = remembered.get(objects) ?? new Map<string, { merges: boolean; rebases: boolean }>();
  remembered.set(objects, known);
  const key = `${base} ${head}`;
  const found = known.get(key) ?? {
    merges: mergeOf(objects, base, head).tree !== undefined,
    rebases: rebased(objects, base, head, SIGNED_BY_NOBODY).sha !== undefined,
  };
  known.set(key, found);
  const [oldest] = known.keys();
  if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
  return found;
}

/** Always worked out from what is there, so it is right after every push, review and status. */
export function mergeabilityOf(state: State, repository: Repository, issue: PullRequest): Mergeability {
  const { pull } = issue;
  if (issue.state === 'closed') return { mergeable: null, rebaseable: null, state: 'unknown', reasons: [] };
  const base = baseTip(repository, issue);
  const { merges, rebases } = conflictsBetween(state, repository, base, pull.head.sha);
  const found = { mergeable: merges, rebaseable: merges && rebases };
  if (!merges) return { ...found, state: 'dirty', reasons: ['Pull Request has merge conflicts'] };
  if (pull.draft) return { ...found, state: 'draft', reasons: ['Pull Request is still a draft'] };
  const asked = requirementsOn(repository, pull.base.ref);
  const reasons = blockersOf(state, repository, issue, asked);
  if (reasons.length > 0) return { ...found, state: 'blocked', reasons };
  if (asked.upToDate && !descendsFrom(objectsOf(state, repository), pull.head.sha, base))
    return { ...found, state: 'behind', reasons: ['Head branch is not up to date with the base branch.'] };
  const outcome = outcomeAt(repository, pull.head.sha);
  return { ...found, state: outcome === 'success' || outcome === 'none' ? 'clean' : 'unstable', reasons: [] };
}

/** States in which it is worked out only once somebody has asked, and for which ends it has been. */
const lazy = new WeakMap<State, WeakMap<PullRequest, string>>();

/** From now on whoever asks first after a push is told that it is not known yet, as on GitHub. */
export function workOutWhenAsked(state: State, on = true): void {
  if (on) lazy.set(state, new WeakMap());
  else lazy.delete(state);
}

/** As the API shows it. */
export function shownMergeability(state: State, repository: Repository, issue: PullRequest): Mergeability {
  const known = lazy.get(state);
  const ends = `${baseTip(repository, issue)} ${issue.pull.head.sha}`;
  if (known === undefined || issue.state === 'closed' || known.get(issue) === ends) {
    return mergeabilityOf(state, repository, issue);
  }
  known.set(issue, ends);
  return { mergeable: null, rebaseable: null, state: 'unknown', reasons: [] };
}

/** The label of one end of a pull request: `owner:branch`. */
export const endLabel = (state: State, ownerId: number, ref: string): string => `${loginOf(state, ownerId)}:${ref}`;
