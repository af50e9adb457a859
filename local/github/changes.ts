/** Changes that others hear of: pushes and all that follows from them, opening and merging pull requests. */
import { type Box, GitHubError } from './box.ts';
import { editsBetween, linesOf } from './diff.ts';
import { blobOf, commitAt, commitOf, descendsFrom, entryAt, history, NO_OBJECT, put, type Signature } from './git.ts';
import { emailOf, pushedCommitJson, signatureOf, webFlowSignature } from './json/git.ts';
import { issueJson } from './json/issues.ts';
import { webhookPullJson } from './json/pulls.ts';
import { repositoryPage } from './json/repositories.ts';
import { commitsBetween, mergeOf, rebased } from './merging.ts';
import { requirementsOn } from './protection.ts';
import { baseTip, branchRef, commitsOf } from './pulls.ts';
import { atLeast, permissionOf } from './roles.ts';
import { pullRunsStarted } from './routes/action-changes.ts';
import {
  type Account,
  accountNamed,
  type Activity,
  addBot,
  addEvent,
  addIssue,
  fullNameOf,
  type Issue,
  isPull,
  loginOf,
  moment,
  nextId,
  objectsOf,
  type Pull,
  type PullRequest,
  pullsOf,
  type Repository,
  reviewCommentsOn,
  reviewsOn,
  type State,
} from './state.ts';

const MAX_PUSHED_COMMITS = 2048;

/** Whoever is named as sender: an account, or the App's bot that acts for the first time. */
export function senderOf(box: Box, login: string): Account {
  const account = login.endsWith('[bot]') ? addBot(box.state, box.now(), login) : accountNamed(box.state, login);
  if (account === undefined) throw new Error(`no account ${login}`);
  return account;
}

type Extra = Readonly<Record<string, unknown>>;

/** Tells of a change to a pull request as `pull_request.<action>`. */
export function tellOfPull(
  box: Box,
  repository: Repository,
  issue: PullRequest,
  action: string,
  sender: string,
  extra: Extra = {},
): void {
  box.emit({
    event: 'pull_request',
    action,
    repository: repository.id,
    sender,
    payload: { number: issue.number, pull_request: webhookPullJson(box, repository, issue), ...extra },
  });
}

/** Tells of a change to an issue as `issues.<action>`, to a pull request as `pull_request.<action>`. */
export function tellOfIssue(
  box: Box,
  repository: Repository,
  issue: Issue,
  action: string,
  sender: string,
  extra: Extra = {},
): void {
  if (isPull(issue)) tellOfPull(box, repository, issue, action, sender, extra);
  else {
    const payload = { issue: issueJson(box, repository, issue), ...extra };
    box.emit({ event: 'issues', action, repository: repository.id, sender, payload });
  }
}

/** Why a pull request left the merge queue, as `pull_request.dequeued` says it. */
export type RemovalReason =
  | 'MANUAL'
  | 'MERGE'
  | 'MERGE_CONFLICT'
  | 'CI_FAILURE'
  | 'QUEUE_CLEARED'
  | 'BRANCH_PROTECTIONS'
  | 'UNKNOWN_REMOVAL_REASON';

/** Takes a pull request out of the merge queue, if it is there, and tells of it. */
export function leaveQueue(
  box: Box,
  repository: Repository,
  issue: PullRequest,
  { sender, reason }: { readonly sender: string; readonly reason: RemovalReason },
): void {
  const { queued } = issue.pull;
  if (queued === undefined) return;
  issue.pull.queued = undefined;
  if (queued.group !== undefined) moveRef(box, repository, queued.group.ref, null, sender);
  const actorId = senderOf(box, sender).id;
  addEvent(box.state, box.now(), repository, { issueNumber: issue.number, event: 'removed_from_merge_queue', actorId });
  tellOfPull(box, repository, issue, 'dequeued', sender, { reason });
}

// Pushes

/**
 * Moves a ref and does all that follows; `after` is null for one that is deleted. Refs are named in full: `refs/heads/main`.
 * Whether the sender may is for the caller to know.
 */
export function moveRef(box: Box, repository: Repository, ref: string, after: string | null, sender: string): void {
  const before = repository.refs.get(ref) ?? NO_OBJECT;
  if (after === null) repository.refs.delete(ref);
  else repository.refs.set(ref, after);
  if (before !== (after ?? NO_OBJECT)) pushed(box, repository, ref, before, after ?? NO_OBJECT, sender);
}

/** What follows once a ref has moved from `before` to `after`; forty zeros stand for a ref that was or is not there. */
export function pushed(
  box: Box,
  repository: Repository,
  ref: string,
  before: string,
  after: string,
  sender: string,
): void {
  const at = moment(box.now());
  repository.pushedAt = at;
  repository.updatedAt = at;
  if (ref === branchRef(repository.defaultBranch)) findWorkflows(box, repository);
  noteActivity(box, repository, { ref, before, after, actorId: senderOf(box, sender).id });
  tellOfPush(box, repository, ref, before, after, sender);
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch === undefined) return;
  for (const base of box.state.repositories.values()) {
    if (base.networkId !== repository.networkId) continue;
    for (const issue of pullsOf(base)) {
      const { head } = issue.pull;
      const ofHead = head.repositoryId === repository.id && head.ref === branch;
      if (issue.state === 'open' && ofHead) headMoved(box, base, issue, after, sender);
    }
  }
  for (const issue of pullsOf(repository)) {
    if (issue.state !== 'open' || issue.pull.base.ref !== branch) continue;
    const merged = after === NO_OBJECT ? mergedFrom(repository, branch) : undefined;
    if (merged !== undefined) changeBase(box, repository, issue, merged.pull.base.ref, sender);
    else if (after === NO_OBJECT) closeIssue(box, repository, issue, sender);
    else if (landed(box.state, repository, issue, before, after))
      recordMerge(box, repository, issue, { sha: issue.pull.head.sha, sender, base: before });
  }
}

function noteActivity(
  box: Box,
  repository: Repository,
  move: Pick<Activity, 'ref' | 'before' | 'after' | 'actorId'>,
): void {
  const { before, after } = move;
  const objects = objectsOf(box.state, repository);
  const forced = commitOf(objects, before) !== undefined && !descendsFrom(objects, after, before);
  const type =
    before === NO_OBJECT ? 'branch_creation' : after === NO_OBJECT ? 'branch_deletion' : forced ? 'force_push' : 'push';
  repository.activities ??= [];
  repository.activities.push({ ...move, id: nextId(box.state), type, at: moment(box.now()) });
}

/** The newest merged pull request that a branch was the head of. */
const mergedFrom = (repository: Repository, branch: string): PullRequest | undefined =>
  pullsOf(repository).findLast(
    ({ pull }) => pull.merged && pull.head.repositoryId === repository.id && pull.head.ref === branch,
  );

/** What stood on a merged branch that is now gone goes on to where that was merged. */
function changeBase(box: Box, repository: Repository, issue: PullRequest, to: string, sender: string): void {
  const { base } = issue.pull;
  const from = { ...base };
  base.ref = to;
  base.sha = baseTip(repository, issue);
  issue.updatedAt = moment(box.now());
  addEvent(box.state, box.now(), repository, {
    issueNumber: issue.number,
    event: 'automatic_base_change_succeeded',
    actorId: senderOf(box, sender).id,
    rebased: { from: from.ref, to },
  });
  const changes = { base: { ref: { from: from.ref }, sha: { from: from.sha } } };
  tellOfPull(box, repository, issue, 'edited', sender, { changes });
}

/** Whether a push brought everything the pull request has into its base. */
function landed(state: State, repository: Repository, { pull }: PullRequest, before: string, after: string): boolean {
  const objects = objectsOf(state, repository);
  if (before === NO_OBJECT || !descendsFrom(objects, after, pull.head.sha)) return false;
  return !descendsFrom(objects, before, pull.head.sha);
}

const short = (sha: string): string => sha.slice(0, 12);

function tellOfPush(
  box: Box,
  repository: Repository,
  ref: string,
  before: string,
  after: string,
  sender: string,
): void {
  const { state } = box;
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const refType = kind === 'heads' ? 'branch' : 'tag';
  const common = { repository: repository.id, sender };
  if (before === NO_OBJECT) {
    const payload = {
      ref: name,
      ref_type: refType,
      master_branch: repository.defaultBranch,
      description: repository.description,
      pusher_type: 'user',
    };
    box.emit({ event: 'create', ...common, payload });
  }
  if (after === NO_OBJECT) {
    box.emit({ event: 'delete', ...common, payload: { ref: name, ref_type: refType, pusher_type: 'user' } });
  }
  const objects = objectsOf(state, repository);
  const isCommit = commitOf(objects, after) !== undefined;
  const known = commitOf(objects, before) !== undefined;
  const base = repository.refs.get(branchRef(repository.defaultBranch));
  const from = known ? before : base === after ? undefined : base;
  const fresh = isCommit ? history(objects, after, from).toReversed() : [];
  const page = repositoryPage(box, repository);
  const pusher = senderOf(box, sender);
  box.emit({
    event: 'push',
    ...common,
    payload: {
      ref,
      before,
      after,
      base_ref: null,
      compare: known && isCommit ? `${page}/compare/${short(before)}...${short(after)}` : `${page}/compare/${name}`,
      created: before === NO_OBJECT,
      deleted: after === NO_OBJECT,
      forced: known && isCommit && !descendsFrom(objects, after, before),
      commits: fresh.slice(-MAX_PUSHED_COMMITS).map((sha) => pushedCommitJson(box, repository, sha)),
      head_commit: isCommit ? pushedCommitJson(box, repository, after) : null,
      pusher: { name: sender, email: emailOf(pusher) },
    },
  });
}

/** The head branch of an open pull request moved or is gone. */
function headMoved(box: Box, repository: Repository, issue: PullRequest, after: string, sender: string): void {
  const { state } = box;
  if (after === NO_OBJECT) {
    closeIssue(box, repository, issue, sender);
    return;
  }
  const { pull, number } = issue;
  const before = pull.head.sha;
  const objects = objectsOf(state, repository);
  pull.head.sha = after;
  pull.base.sha = baseTip(repository, issue);
  repository.refs.set(`refs/pull/${number}/head`, after);
  issue.updatedAt = moment(box.now());
  moveReviewComments(state, repository, number, before, after);
  if (!descendsFrom(objects, after, before)) {
    addEvent(state, box.now(), repository, {
      issueNumber: number,
      event: 'head_ref_force_pushed',
      actorId: senderOf(box, sender).id,
      forced: { before, after },
    });
  }
  leaveQueue(box, repository, issue, { sender, reason: 'UNKNOWN_REMOVAL_REASON' });
  if (!writes(box, repository, sender)) {
    endAutoMerge(box, repository, issue, {
      sender,
      reason: 'Head branch was pushed to by a user without write access',
    });
  }
  if (requirementsOn(repository, pull.base.ref).dismissStale) dismissApprovals(box, repository, issue, sender);
  tellOfPull(box, repository, issue, 'synchronize', sender, { before, after });
  pullRunsStarted(box, repository, issue, sender);
}

/** An App that may change the branch may write. */
export const writes = ({ state }: Box, repository: Repository, login: string): boolean =>
  login.endsWith('[bot]') || atLeast(permissionOf(state, repository, login).role, 'write');

/** https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/automatically-merging-a-pull-request */
export function endAutoMerge(
  box: Box,
  repository: Repository,
  issue: PullRequest,
  { sender, reason }: { readonly sender: string; readonly reason: string },
): void {
  if (issue.pull.autoMerge === null) return;
  issue.pull.autoMerge = null;
  const actorId = senderOf(box, sender).id;
  addEvent(box.state, box.now(), repository, { issueNumber: issue.number, event: 'auto_merge_disabled', actorId });
  tellOfPull(box, repository, issue, 'auto_merge_disabled', sender, { reason });
}

function dismissApprovals(box: Box, repository: Repository, { number, pull }: PullRequest, sender: string): void {
  for (const review of reviewsOn(repository, number)) {
    if (review.state !== 'APPROVED') continue;
    review.state = 'DISMISSED';
    review.updatedAt = moment(box.now());
    addEvent(box.state, box.now(), repository, {
      issueNumber: number,
      event: 'review_dismissed',
      actorId: senderOf(box, sender).id,
      dismissedReview: { state: 'approved', reviewId: review.id, message: null, commitId: pull.head.sha },
    });
  }
}

/** Comments on lines go with them; one whose line was changed or removed is outdated from then on. */
function moveReviewComments(state: State, repository: Repository, number: number, before: string, after: string): void {
  const objects = objectsOf(state, repository);
  const linesAt = (sha: string, path: string): readonly string[] | undefined => {
    const entry = entryAt(objects, commitAt(objects, sha).tree, path);
    const blob = entry === undefined ? undefined : blobOf(objects, entry.sha);
    return blob === undefined ? undefined : linesOf(Buffer.from(blob.bytes).toString('utf8'));
  };
  for (const comment of reviewCommentsOn(repository, number)) {
    const { line, startLine } = comment;
    if (comment.side === 'LEFT' || comment.subjectType === 'file') {
      comment.commitId = after;
      continue;
    }
    if (line === null) continue;
    const [old, fresh] = [linesAt(before, comment.path), linesAt(after, comment.path)];
    const edits = old === undefined || fresh === undefined ? undefined : editsBetween(old, fresh);
    const moved = (at: number): number | undefined => {
      let shift = 0;
      for (const { from, to, start, end } of edits ?? []) {
        if (to < at) shift += end - start - (to - from);
        else if (from < at && to >= at) return undefined;
      }
      return edits === undefined ? undefined : at + shift;
    };
    const movedLine = moved(line);
    if (movedLine === undefined) {
      comment.line = null;
      comment.startLine = null;
      comment.position = null;
      continue;
    }
    comment.line = movedLine;
    comment.startLine = startLine === null ? null : (moved(startLine) ?? null);
    comment.commitId = after;
  }
}

/** Workflows are the files of `.github/workflows` on the default branch. */
function findWorkflows(box: Box, repository: Repository): void {
  const objects = objectsOf(box.state, repository);
  const tip = repository.refs.get(branchRef(repository.defaultBranch));
  const tree = tip === undefined ? undefined : commitOf(objects, tip)?.tree;
  const folder = tree === undefined ? undefined : entryAt(objects, tree, '.github/workflows');
  const at = moment(box.now());
  const found = new Map<string, string>();
  const entries = folder === undefined ? undefined : objects.get(folder.sha);
  for (const { name, sha } of entries?.type === 'tree' ? entries.entries : []) {
    const text = Buffer.from(blobOf(objects, sha)?.bytes ?? []).toString('utf8');
    if (/\.ya?ml$/.test(name))
      found.set(`.github/workflows/${name}`, workflowName(text) ?? `.github/workflows/${name}`);
  }
  for (const workflow of repository.workflows.values()) {
    const name = found.get(workflow.path);
    if (name === undefined) workflow.state = 'deleted';
    else {
      workflow.name = name;
      if (workflow.state === 'deleted') workflow.state = 'active';
    }
    found.delete(workflow.path);
  }
  for (const [path, name] of found) {
    const id = nextId(box.state);
    repository.workflows.set(id, { id, name, path, state: 'active', createdAt: at, updatedAt: at });
  }
}

/** A top-level `name:`, with or without quotes. */
function workflowName(text: string): string | undefined {
  const [, quoted, plain] = /^name:[ \t]*(?:["']([^"'\n]+)["']|([^\n#]+))/m.exec(text) ?? [];
  return quoted ?? plain?.trim();
}

// Issues and pull requests

export interface NewPull {
  readonly title: string;
  readonly body?: string | null;
  /** `branch` or `owner:branch`. */
  readonly head: string;
  /** Name of the head's repository, where the owner has several of the network. */
  readonly headRepository?: string;
  readonly base: string;
  readonly draft?: boolean;
  readonly maintainerCanModify?: boolean;
}

const refused = (errors: readonly unknown[]): GitHubError => new GitHubError(422, 'Validation Failed', errors);

/** Opens a pull request and tells of it; throws GitHub's 422 where it cannot be. */
export function openPull(
  box: Box,
  repository: Repository,
  author: string,
  given: NewPull,
  appId: number | null = null,
): PullRequest {
  const { state } = box;
  const resource = 'PullRequest';
  const [ownerLogin, branch] = given.head.includes(':')
    ? [given.head.slice(0, given.head.indexOf(':')), given.head.slice(given.head.indexOf(':') + 1)]
    : [loginOf(state, repository.ownerId), given.head];
  const owner = accountNamed(state, ownerLogin);
  const ofNetwork = [...state.repositories.values()].filter(
    (each) => each.networkId === repository.networkId && each.ownerId === owner?.id,
  );
  const head =
    given.headRepository === undefined
      ? (ofNetwork.find((each) => each.id === repository.id) ?? ofNetwork[0])
      : ofNetwork.find((each) => each.name === given.headRepository?.split('/').at(-1));
  const sha = head?.refs.get(branchRef(branch));
  const base = repository.refs.get(branchRef(given.base));
  if (base === undefined) throw refused([{ resource, field: 'base', code: 'invalid' }]);
  if (head === undefined || owner === undefined || sha === undefined)
    throw refused([{ resource, field: 'head', code: 'invalid' }]);
  if (commitsBetween(objectsOf(state, repository), base, sha).length === 0) {
    throw refused([{ resource, code: 'custom', message: `No commits between ${given.base} and ${branch}` }]);
  }
  const twin = pullsOf(repository).find(
    ({ state: is, pull }) =>
      is === 'open' && pull.head.repositoryId === head.id && pull.head.ref === branch && pull.base.ref === given.base,
  );
  if (twin !== undefined) {
    const message = `A pull request already exists for ${owner.login}:${branch}.`;
    throw refused([{ resource, code: 'custom', message }]);
  }
  const pull: Omit<Pull, 'id'> = {
    head: { repositoryId: head.id, ownerId: owner.id, ref: branch, sha },
    base: { ref: given.base, sha: base },
    draft: given.draft ?? false,
    merged: false,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    requestedReviewers: [],
    requestedTeams: [],
    maintainerCanModify: given.maintainerCanModify ?? false,
    autoMerge: null,
  };
  const { title, body = null } = given;
  const authorId = senderOf(box, author).id;
  const issue = addIssue(state, box.now(), repository, { title, body, authorId, appId, pull });
  if (!isPull(issue)) throw new Error('an issue with a pull is a pull request');
  repository.refs.set(`refs/pull/${issue.number}/head`, sha);
  tellOfPull(box, repository, issue, 'opened', author);
  pullRunsStarted(box, repository, issue, author);
  return issue;
}

/** Closes an issue or pull request without merging it. */
export function closeIssue(
  box: Box,
  repository: Repository,
  issue: Issue,
  sender: string,
  reason: Issue['stateReason'] = 'completed',
  appId: number | null = null,
): void {
  const { state } = box;
  const actorId = senderOf(box, sender).id;
  issue.state = 'closed';
  issue.stateReason = issue.pull === undefined ? reason : null;
  issue.closedAt = moment(box.now());
  issue.closedById = actorId;
  issue.updatedAt = issue.closedAt;
  if (isPull(issue)) endAutoMerge(box, repository, issue, { sender, reason: 'Pull request was closed' });
  if (isPull(issue)) leaveQueue(box, repository, issue, { sender, reason: 'MANUAL' });
  addEvent(state, box.now(), repository, {
    issueNumber: issue.number,
    event: 'closed',
    actorId,
    appId,
    stateReason: issue.stateReason,
  });
  tellOfIssue(box, repository, issue, 'closed', sender);
}

export interface Recorded {
  /** The commit by which it came into the base. */
  readonly sha: string;
  readonly sender: string;
  /** Where the base stood just before. */
  readonly base: string;
  readonly appId?: number | null;
}

/** Marks a pull request as merged, tells of it, and closes the issues it names when it went into the default branch. */
export function recordMerge(
  box: Box,
  repository: Repository,
  issue: PullRequest,
  { sha, sender, base, appId = null }: Recorded,
): void {
  const { state } = box;
  const { pull, number } = issue;
  const actorId = senderOf(box, sender).id;
  const at = moment(box.now());
  Object.assign(pull, { merged: true, mergedAt: at, mergedById: actorId, mergeCommitSha: sha, autoMerge: null });
  pull.base.sha = base;
  Object.assign(issue, { state: 'closed', closedAt: at, closedById: actorId, updatedAt: at });
  const common = { issueNumber: number, actorId, appId };
  addEvent(state, box.now(), repository, { ...common, event: 'merged', commitId: sha });
  addEvent(state, box.now(), repository, { ...common, event: 'closed', stateReason: null });
  tellOfPull(box, repository, issue, 'closed', sender);
  if (pull.base.ref !== repository.defaultBranch) return;
  for (const closing of closedBy(state, repository, issue)) closeIssue(box, repository, closing, sender);
}

/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
export function closedBy(state: State, repository: Repository, { body }: Issue): readonly Issue[] {
  const found = new Set<Issue>();
  const keyword = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:([\w.-]+\/[\w.-]+))?#(\d+)/gi;
  for (const [, elsewhere, number] of (body ?? '').matchAll(keyword)) {
    if (elsewhere !== undefined && elsewhere.toLowerCase() !== fullNameOf(state, repository).toLowerCase()) continue;
    const issue = repository.issues.get(Number(number));
    if (issue !== undefined && issue.pull === undefined && issue.state === 'open') found.add(issue);
  }
  return [...found];
}

// Merging

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface Merge {
  readonly method: MergeMethod;
  readonly title?: string;
  readonly message?: string;
  readonly sender: string;
  readonly appId?: number | null;
}

const joined = (first: string, rest: string): string => (rest.trim() === '' ? first : `${first}\n\n${rest}`);

/** Title and message by the repository's settings where none were given. */
export function mergeMessage(
  state: State,
  repository: Repository,
  issue: PullRequest,
  { method, title, message }: Pick<Merge, 'method' | 'title' | 'message'>,
): string {
  const { settings } = repository;
  const objects = objectsOf(state, repository);
  const { pull, number } = issue;
  if (method === 'merge') {
    const plain = `Merge pull request #${number} from ${loginOf(state, pull.head.ownerId)}/${pull.head.ref}`;
    const titled = settings.mergeCommitTitle === 'PR_TITLE' ? `${issue.title} (#${number})` : plain;
    const bodies = { PR_BODY: issue.body ?? '', PR_TITLE: issue.title, BLANK: '' };
    return joined(title ?? titled, message ?? bodies[settings.mergeCommitMessage]);
  }
  const commits = commitsOf(state, repository, issue).map((sha) => commitAt(objects, sha).message);
  const [only] = commits;
  const single = commits.length === 1 && only !== undefined;
  const [subject = issue.title, ...rest] = (only ?? '').split('\n');
  const fromCommit = single && settings.squashMergeCommitTitle === 'COMMIT_OR_PR_TITLE';
  const bodies = {
    PR_BODY: issue.body ?? '',
    COMMIT_MESSAGES: single ? rest.join('\n').trim() : commits.map((each) => `* ${each}`).join('\n\n'),
    BLANK: '',
  };
  const squashTitle = `${fromCommit ? subject : issue.title} (#${number})`;
  return joined(title ?? squashTitle, message ?? bodies[settings.squashMergeCommitMessage]);
}

/** The commit that has a pull request on top of `base`; undefined where they conflict. */
export function mergedOnto(
  box: Box,
  repository: Repository,
  issue: PullRequest,
  base: string,
  merge: Merge,
): string | undefined {
  const { state } = box;
  const { pull } = issue;
  const objects = objectsOf(state, repository);
  const committer: Signature = webFlowSignature(box.now());
  if (merge.method === 'rebase') return rebased(objects, base, pull.head.sha, committer).sha;
  const { tree } = mergeOf(objects, base, pull.head.sha);
  if (tree === undefined) return undefined;
  const message = mergeMessage(state, repository, issue, merge);
  const by = senderOf(box, merge.method === 'squash' ? loginOf(state, issue.authorId) : merge.sender);
  const author = signatureOf(by, box.now());
  const parents = merge.method === 'squash' ? [base] : [base, pull.head.sha];
  return put(objects, { type: 'commit', tree, parents, author, committer, message });
}

/** Merges whatever the rules say (they are the route's to ask); undefined where the branches conflict. */
export function mergePull(box: Box, repository: Repository, issue: PullRequest, merge: Merge): string | undefined {
  const base = baseTip(repository, issue);
  const sha = mergedOnto(box, repository, issue, base, merge);
  if (sha !== undefined) landedAs(box, repository, issue, { sha, base, merge });
  return sha;
}

/** The pull request is merged by this commit, which is the end of its base from now on. */
export function landedAs(
  box: Box,
  repository: Repository,
  issue: PullRequest,
  { sha, base, merge }: { readonly sha: string; readonly base: string; readonly merge: Merge },
): void {
  const { state } = box;
  const { pull } = issue;
  const account = senderOf(box, merge.sender);
  recordMerge(box, repository, issue, { sha, sender: merge.sender, base, appId: merge.appId ?? null });
  moveRef(box, repository, branchRef(pull.base.ref), sha, merge.sender);
  const head = pull.head.repositoryId === null ? undefined : state.repositories.get(pull.head.repositoryId);
  if (repository.settings.deleteBranchOnMerge && head !== undefined && head.refs.has(branchRef(pull.head.ref))) {
    moveRef(box, head, branchRef(pull.head.ref), null, merge.sender);
    addEvent(state, box.now(), repository, {
      issueNumber: issue.number,
      event: 'head_ref_deleted',
      actorId: account.id,
    });
  }
}

/** Makes a commit on a branch, which is made where it is not there, and pushes it. */
export function commitOn(
  box: Box,
  repository: Repository,
  branch: string,
  commit: {
    readonly tree: string;
    readonly message: string;
    readonly author: Signature;
    readonly committer: Signature;
  },
  sender: string,
): string {
  const objects = objectsOf(box.state, repository);
  const parent = repository.refs.get(branchRef(branch));
  const sha = put(objects, { type: 'commit', ...commit, parents: parent === undefined ? [] : [parent] });
  moveRef(box, repository, branchRef(branch), sha, sender);
  return sha;
}
