/** What can be done to a pull request beyond what can be done to an issue. */
import { type Box, GitHubError } from '../box.ts';
import { endAutoMerge, leaveQueue, type MergeMethod, mergePull } from '../changes.ts';
import { invalid, type Need } from '../gate.ts';
import { userJson, webhookTeamJson } from '../json/accounts.ts';
import { putInQueue, queuesWorkedOff } from '../merge-queue.ts';
import { commitsBetween } from '../merging.ts';
import { mergeQueueOn, protectionOn, requirementsOn, rulesOn } from '../protection.ts';
import { branchRef, endLabel, mergeabilityOf } from '../pulls.ts';
import { atLeast, givenRole } from '../roles.ts';
import {
  type Account,
  accountNamed,
  type AutoMerge,
  fullNameOf,
  isPull,
  type Issue,
  loginOf,
  membersOfTeam,
  objectsOf,
  type Protection,
  type PullRequest,
  pullsOf,
  type Repository,
  type State,
  type Team,
  teamNamed,
} from '../state.ts';
import { type Acting, note, tellOf } from './acting.ts';
import { reopened } from './issue-changes.ts';

const stateRefused = (message: string): GitHubError => invalid('PullRequest', 'state', 'custom', message);

/** Another open pull request between the same branches. */
const twinOf = (repository: Repository, { pull, number }: PullRequest, base: string): PullRequest | undefined =>
  pullsOf(repository).find(
    (each) =>
      each.number !== number &&
      each.state === 'open' &&
      each.pull.base.ref === base &&
      each.pull.head.ref === pull.head.ref &&
      each.pull.head.repositoryId === pull.head.repositoryId,
  );

/** Opens an issue again; a pull request only while both of its branches are there and no other one has taken its place. */
export function pullReopened(who: Acting, issue: Issue): void {
  if (issue.state === 'open') return;
  if (isPull(issue)) {
    const { state, repository } = who;
    const { pull } = issue;
    if (pull.merged) throw stateRefused('state cannot be changed. The pull request has been merged.');
    const head = pull.head.repositoryId === null ? undefined : state.repositories.get(pull.head.repositoryId);
    const tip = head?.refs.get(branchRef(pull.head.ref));
    if (head === undefined)
      throw stateRefused('state cannot be changed. The repository that submitted this pull request has been deleted.');
    if (tip === undefined) throw stateRefused(`state cannot be changed. The ${pull.head.ref} branch has been deleted.`);
    if (!repository.refs.has(branchRef(pull.base.ref)))
      throw stateRefused(`state cannot be changed. The ${pull.base.ref} branch has been deleted.`);
    if (twinOf(repository, issue, pull.base.ref) !== undefined) {
      throw stateRefused(
        `state cannot be changed. There is already an open pull request from ${endLabel(state, pull.head.ownerId, pull.head.ref)} to ${endLabel(state, repository.ownerId, pull.base.ref)}.`,
      );
    }
    pull.head.sha = tip;
    repository.refs.set(`refs/pull/${issue.number}/head`, tip);
  }
  reopened(who, issue);
}

const WRITE: Need = { permission: 'pull_requests', level: 'write', role: 'write' };

export function retargeted(who: Acting, issue: PullRequest, base: string): void {
  const { state, repository } = who;
  const { pull } = issue;
  if (base === pull.base.ref) return;
  const tip = repository.refs.get(branchRef(base));
  if (tip === undefined) throw invalid('PullRequest', 'base', 'invalid');
  if (issue.state === 'closed')
    throw invalid('PullRequest', 'base', 'custom', 'Cannot change the base branch of a closed pull request.');
  if (commitsBetween(objectsOf(state, repository), tip, pull.head.sha).length === 0) {
    throw invalid(
      'PullRequest',
      'base',
      'custom',
      `There are no new commits between base branch '${base}' and head branch '${pull.head.ref}'`,
    );
  }
  if (twinOf(repository, issue, base) !== undefined) {
    throw invalid(
      'PullRequest',
      'base',
      'custom',
      `A pull request already exists for base branch '${base}' and head branch '${pull.head.ref}'`,
    );
  }
  leaveQueue(who.box, repository, issue, { sender: who.actor.login, reason: 'MANUAL' });
  const { ref, sha } = pull.base;
  pull.base.ref = base;
  pull.base.sha = tip;
  if (!who.can(WRITE)) {
    endAutoMerge(who.box, repository, issue, { sender: who.actor.login, reason: 'Base branch was changed' });
  }
  note(who, issue, 'base_ref_changed', { rebased: { from: ref, to: base } });
  tellOf(who, issue, 'edited', { changes: { base: { ref: { from: ref }, sha: { from: sha } } } });
}

export function drafted(who: Acting, issue: PullRequest): void {
  if (issue.pull.draft) return;
  issue.pull.draft = true;
  const sender = who.actor.login;
  endAutoMerge(who.box, who.repository, issue, { sender, reason: 'Pull request was converted to draft' });
  leaveQueue(who.box, who.repository, issue, { sender, reason: 'BRANCH_PROTECTIONS' });
  note(who, issue, 'convert_to_draft');
  tellOf(who, issue, 'converted_to_draft');
}

export function readied(who: Acting, issue: PullRequest): void {
  if (!issue.pull.draft) return;
  issue.pull.draft = false;
  note(who, issue, 'ready_for_review');
  tellOf(who, issue, 'ready_for_review');
}

// Requested reviews

const hasTeam = (repository: Repository, team: Team): boolean => team.repositories.has(repository.id);

/** All of them or none: throws where one may not be asked. */
export function reviewsRequested(
  who: Acting,
  issue: PullRequest,
  logins: readonly string[],
  slugs: readonly string[],
): void {
  const { state, repository, box } = who;
  const outsider = (): GitHubError =>
    new GitHubError(
      422,
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${fullNameOf(state, repository)} repository.`,
    );
  const people = logins.map((login): Account => {
    const account = accountNamed(state, login);
    if (account?.id === issue.authorId)
      throw new GitHubError(422, 'Review cannot be requested from pull request author.');
    if (account?.type !== 'User' || !atLeast(givenRole(state, repository, account.id), 'read')) throw outsider();
    return account;
  });
  const teams = slugs.map((slug): Team => {
    const team = teamNamed(state, repository.ownerId, slug.split('/').at(-1) ?? '');
    if (team === undefined || !hasTeam(repository, team)) throw outsider();
    return team;
  });
  for (const account of people) {
    if (issue.pull.requestedReviewers.includes(account.id)) continue;
    issue.pull.requestedReviewers = [...issue.pull.requestedReviewers, account.id];
    note(who, issue, 'review_requested', { requestedReviewerId: account.id });
    tellOf(who, issue, 'review_requested', { requested_reviewer: userJson(box, account) });
  }
  for (const team of teams) {
    if (issue.pull.requestedTeams.includes(team.id)) continue;
    issue.pull.requestedTeams = [...issue.pull.requestedTeams, team.id];
    note(who, issue, 'review_requested', { requestedTeamId: team.id });
    tellOf(who, issue, 'review_requested', { requested_team: webhookTeamJson(box, team) });
  }
}

/** Who was not asked is passed over. */
export function requestsRemoved(
  who: Acting,
  issue: PullRequest,
  logins: readonly string[],
  slugs: readonly string[],
): void {
  const { state, repository, box } = who;
  const { pull } = issue;
  for (const login of logins) {
    const account = accountNamed(state, login);
    if (account === undefined || !pull.requestedReviewers.includes(account.id)) continue;
    pull.requestedReviewers = pull.requestedReviewers.filter((id) => id !== account.id);
    note(who, issue, 'review_request_removed', { requestedReviewerId: account.id });
    tellOf(who, issue, 'review_request_removed', { requested_reviewer: userJson(box, account) });
  }
  for (const slug of slugs) {
    const team = teamNamed(state, repository.ownerId, slug.split('/').at(-1) ?? '');
    if (team === undefined || !pull.requestedTeams.includes(team.id)) continue;
    pull.requestedTeams = pull.requestedTeams.filter((id) => id !== team.id);
    note(who, issue, 'review_request_removed', { requestedTeamId: team.id });
    tellOf(who, issue, 'review_request_removed', { requested_team: webhookTeamJson(box, team) });
  }
}

/** A review answers the request to its author, and to the teams the author is in. */
export function requestsAnswered(state: State, { pull }: PullRequest, reviewerId: number): void {
  pull.requestedReviewers = pull.requestedReviewers.filter((id) => id !== reviewerId);
  pull.requestedTeams = pull.requestedTeams.filter((id) => {
    const team = state.teams.get(id);
    return team === undefined || !membersOfTeam(state, team).has(reviewerId);
  });
}

// Merging

const NOT_ALLOWED = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
} as const satisfies Record<MergeMethod, string>;

const refused = (message: string): GitHubError => new GitHubError(405, message);

/** Whether the protection lets the account push to the branch: anyone where it names nobody. */
export function mayPush(state: State, { restrictions }: Protection, accountId: number): boolean {
  if (restrictions === null || restrictions.users.includes(accountId)) return true;
  return restrictions.teams.some((id) => {
    const team = state.teams.get(id);
    return team !== undefined && membersOfTeam(state, team).has(accountId);
  });
}

/** Administrators pass classic protection that does not name them too; rulesets hold for all. */
function passesProtection(state: State, repository: Repository, branch: string, accountId: number): boolean {
  const protection = protectionOn(repository, branch);
  const administers = givenRole(state, repository, accountId) === 'admin';
  return administers && protection?.enforceAdmins === false && rulesOn(repository, branch).length === 0;
}

/** Throws GitHub's 405 or 409 where the pull request cannot be merged now, by this account, in this way. */
export function mustBeMergeable(
  state: State,
  repository: Repository,
  issue: PullRequest,
  { method, sha, by }: { readonly method: MergeMethod; readonly sha?: string | undefined; readonly by: number },
): void {
  const { pull } = issue;
  if (issue.state === 'closed') throw refused('Pull Request is not mergeable');
  if (pull.draft) throw refused('Pull Request is still a draft');
  if (sha !== undefined && sha !== pull.head.sha)
    throw new GitHubError(409, 'Head branch was modified. Review and try the merge again.');
  const bypasses = passesProtection(state, repository, pull.base.ref, by);
  if (!requirementsOn(repository, pull.base.ref).methods.includes(method)) throw refused(NOT_ALLOWED[method]);
  if (mergeQueueOn(repository, pull.base.ref) !== undefined)
    throw refused('Repository rule violations found\n\nChanges must be made through the merge queue');
  const found = mergeabilityOf(state, repository, issue);
  if (found.mergeable !== true) throw refused('Pull Request is not mergeable');
  if (method === 'rebase' && found.rebaseable !== true) throw refused('This branch can’t be rebased');
  if (bypasses) return;
  if (found.state === 'blocked' || found.state === 'behind') throw refused(found.reasons.join(' '));
  const protection = protectionOn(repository, pull.base.ref);
  if (protection !== undefined && !mayPush(state, protection, by)) {
    throw refused(
      "You're not authorized to push to this branch. Visit https://docs.github.com/articles/about-protected-branches/ for more information.",
    );
  }
}

export function autoMergeEnabled(who: Acting, issue: PullRequest, autoMerge: Omit<AutoMerge, 'enabledById'>): void {
  const { state, repository } = who;
  if (!repository.settings.allowAutoMerge) throw new GitHubError(422, 'Auto merge is not allowed for this repository');
  if (issue.state === 'closed') throw new GitHubError(422, 'Pull request is closed');
  const { state: is } = mergeabilityOf(state, repository, issue);
  if (is === 'clean' || is === 'unstable') throw new GitHubError(422, `Pull request is in ${is} status`);
  issue.pull.autoMerge = { ...autoMerge, enabledById: who.actor.id };
  note(who, issue, 'auto_merge_enabled');
  tellOf(who, issue, 'auto_merge_enabled');
}

export function autoMergeDisabled(who: Acting, issue: PullRequest): void {
  const { box, repository, actor } = who;
  endAutoMerge(box, repository, issue, { sender: actor.login, reason: 'Auto-merge was manually disabled' });
}

/** Merges what was only waiting for the rules to be met; `sha` is the head about which something was said. */
export function mergedWhereReady(
  { box, repository }: { readonly box: Box; readonly repository: Repository },
  sha: string,
): void {
  const { state } = box;
  for (const issue of pullsOf(repository)) {
    const { autoMerge, head, base } = issue.pull;
    if (issue.state !== 'open' || autoMerge === null || head.sha !== sha) continue;
    const { state: is } = mergeabilityOf(state, repository, issue);
    if (is !== 'clean' && is !== 'unstable') continue;
    const { method, commitTitle, commitMessage, enabledById } = autoMerge;
    const sender = loginOf(state, enabledById);
    if (mergeQueueOn(repository, base.ref) !== undefined) {
      putInQueue(box, repository, issue, { sender, jump: false });
      continue;
    }
    mergePull(box, repository, issue, {
      method,
      ...(commitTitle === '' ? {} : { title: commitTitle }),
      ...(commitMessage === '' ? {} : { message: commitMessage }),
      sender,
    });
  }
  queuesWorkedOff(box, repository);
}
