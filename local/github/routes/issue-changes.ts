/** What can be done to an issue or a pull request: each change is made, written into the timeline and told. */
import { GitHubError } from '../box.ts';
import { closeIssue } from '../changes.ts';
import { invalid, type Need } from '../gate.ts';
import { labelJson, milestoneJson } from '../json/issues.ts';
import { userJson } from '../json/accounts.ts';
import { atLeast, givenRole, permissionOf } from '../roles.ts';
import {
  accountNamed,
  accountOf,
  type Account,
  addLabel,
  commentsOn,
  isOrganization,
  isPull,
  type Issue,
  type Label,
  labelNamed,
  labelsOn,
  type Milestone,
  type Repository,
  type State,
} from '../state.ts';
import { type Acting, fitting, note, tell, tellOf } from './acting.ts';

/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/assigning-issues-and-pull-requests-to-other-github-users */
const MAX_ASSIGNEES = 10;
/** https://docs.github.com/en/rest/issues/labels */
const MAX_LABELS = 100;
const MAX_LABEL_CHARS = 50;
const MAX_TITLE_CHARS = 256;

/** Changes to issues may be made with either permission, as issues and pull requests share their numbers. */
export const onIssue = (issue: Issue, level: Need['level'], role: Need['role']): Need => ({
  permission: isPull(issue) ? ['issues', 'pull_requests'] : 'issues',
  level,
  role,
});

export function retitled(who: Acting, issue: Issue, title: string): void {
  if (title.trim() === '') throw invalid('Issue', 'title', 'missing_field');
  if (title.length > MAX_TITLE_CHARS)
    throw invalid('Issue', 'title', 'custom', `title is too long (maximum is ${MAX_TITLE_CHARS} characters)`);
  if (title === issue.title) return;
  const from = issue.title;
  issue.title = title;
  note(who, issue, 'renamed', { rename: { from, to: title } });
  tellOf(who, issue, 'edited', { changes: { title: { from } } });
}

export function rewritten(who: Acting, issue: Issue, body: string | null): void {
  fitting(body ?? '', 'Issue');
  if (body === issue.body) return;
  const from = issue.body ?? '';
  issue.body = body;
  issue.updatedAt = who.at;
  tellOf(who, issue, 'edited', { changes: { body: { from } } });
}

export function closed(who: Acting, issue: Issue, reason: Issue['stateReason'] = 'completed'): void {
  if (issue.state === 'closed') {
    if (!isPull(issue)) issue.stateReason = reason;
    return;
  }
  closeIssue(who.box, who.repository, issue, who.actor.login, reason, who.appId);
}

export function reopened(who: Acting, issue: Issue): void {
  if (issue.state === 'open') return;
  issue.state = 'open';
  issue.stateReason = isPull(issue) ? null : 'reopened';
  issue.closedAt = null;
  issue.closedById = null;
  note(who, issue, 'reopened', { stateReason: issue.stateReason });
  tellOf(who, issue, 'reopened');
}

// Labels

/** Throws for a name that GitHub would not take. */
export function labelName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw invalid('Label', 'name', 'missing_field');
  if (trimmed.length > MAX_LABEL_CHARS)
    throw invalid('Label', 'name', 'custom', `name is too long (maximum is ${MAX_LABEL_CHARS} characters)`);
  return trimmed;
}

export function labelCreated(who: Acting, given: Parameters<typeof addLabel>[2]): Label {
  const label = addLabel(who.state, who.repository, given);
  tell(who, 'label', 'created', { label: labelJson(who.box, who.repository, label) });
  return label;
}

/** The labels of these names, each once. One that is not there yet is made, as GitHub does. */
function labelsNamed(who: Acting, names: readonly string[]): readonly Label[] {
  const wanted = new Map(names.map((name) => [labelName(name).toLowerCase(), labelName(name)]));
  return [...wanted.values()].map((name) => labelNamed(who.repository, name) ?? labelCreated(who, { name }));
}

/** Refuses before anything was made. */
function mustFit(kept: number, { repository }: Acting, issue: Issue, names: readonly string[]): void {
  const fresh = new Set(names.map((name) => labelName(name).toLowerCase()));
  for (const { name } of labelsOn(repository, issue)) fresh.delete(name.toLowerCase());
  if (kept + fresh.size > MAX_LABELS)
    throw invalid('Issue', 'labels', 'custom', `labels is too many (maximum is ${MAX_LABELS})`);
}

export function labelsAdded(who: Acting, issue: Issue, names: readonly string[]): void {
  mustFit(issue.labels.length, who, issue, names);
  const fresh = labelsNamed(who, names).filter(({ id }) => !issue.labels.includes(id));
  issue.labels = [...issue.labels, ...fresh.map(({ id }) => id)];
  for (const label of fresh) {
    const { name, color } = label;
    note(who, issue, 'labeled', { label: { name, color } });
    tellOf(who, issue, 'labeled', { label: labelJson(who.box, who.repository, label) });
  }
}

export function labelsRemoved(who: Acting, issue: Issue, labels: readonly Label[]): void {
  for (const label of labels) {
    if (!issue.labels.includes(label.id)) continue;
    issue.labels = issue.labels.filter((id) => id !== label.id);
    const { name, color } = label;
    note(who, issue, 'unlabeled', { label: { name, color } });
    tellOf(who, issue, 'unlabeled', { label: labelJson(who.box, who.repository, label) });
  }
}

export function labelsReplaced(who: Acting, issue: Issue, names: readonly string[]): void {
  mustFit(0, who, issue, names);
  const wanted = new Set(labelsNamed(who, names).map(({ id }) => id));
  const gone = issue.labels.filter((id) => !wanted.has(id)).map((id) => who.repository.labels.get(id));
  labelsRemoved(
    who,
    issue,
    gone.filter((each) => each !== undefined),
  );
  labelsAdded(who, issue, names);
}

// Assignees

/** Whether GitHub offers this person as assignee in the whole repository: members who can read, others who can write. */
export function isAssignable(state: State, repository: Repository, account: Account): boolean {
  if (account.type !== 'User') return false;
  const owner = accountOf(state, repository.ownerId);
  const member = isOrganization(owner) && owner.organization.members.has(account.id);
  const { role } = permissionOf(state, repository, account.login);
  return (
    atLeast(role, 'write') || (member && atLeast(role, 'read')) || givenRole(state, repository, account.id) !== 'none'
  );
}

/** Who wrote the issue or commented on it may be assigned to it as well. */
export function isAssignableTo(state: State, repository: Repository, issue: Issue, account: Account): boolean {
  if (isAssignable(state, repository, account)) return true;
  const spoke = commentsOn(repository, issue.number).some(({ authorId }) => authorId === account.id);
  return account.type === 'User' && (issue.authorId === account.id || spoke);
}

/** Those of them who cannot be assigned, and those beyond the tenth, are dropped without a word, as GitHub does. */
export function assigned(who: Acting, issue: Issue, logins: readonly string[]): void {
  const { state, repository } = who;
  for (const login of logins) {
    const account = accountNamed(state, login);
    if (account === undefined || issue.assignees.includes(account.id)) continue;
    if (issue.assignees.length >= MAX_ASSIGNEES || !isAssignableTo(state, repository, issue, account)) continue;
    issue.assignees = [...issue.assignees, account.id];
    note(who, issue, 'assigned', { assigneeId: account.id });
    tellOf(who, issue, 'assigned', { assignee: userJson(who.box, account) });
  }
}

export function unassigned(who: Acting, issue: Issue, logins: readonly string[]): void {
  for (const login of logins) {
    const account = accountNamed(who.state, login);
    if (account === undefined || !issue.assignees.includes(account.id)) continue;
    issue.assignees = issue.assignees.filter((id) => id !== account.id);
    note(who, issue, 'unassigned', { assigneeId: account.id });
    tellOf(who, issue, 'unassigned', { assignee: userJson(who.box, account) });
  }
}

export function assigneesReplaced(who: Acting, issue: Issue, logins: readonly string[]): void {
  const wanted = new Set(logins.map((login) => accountNamed(who.state, login)?.id));
  const gone = issue.assignees.filter((id) => !wanted.has(id)).map((id) => accountOf(who.state, id).login);
  unassigned(who, issue, gone);
  assigned(who, issue, logins);
}

// Milestones, locks

export function milestoneSet(who: Acting, issue: Issue, milestone: Milestone | undefined): void {
  const { box, repository } = who;
  const old = issue.milestone === null ? undefined : repository.milestones.get(issue.milestone);
  if (old?.number === milestone?.number) return;
  issue.milestone = milestone?.number ?? null;
  if (old !== undefined) {
    note(who, issue, 'demilestoned', { milestone: old.title });
    tellOf(who, issue, 'demilestoned', { milestone: milestoneJson(box, repository, old) });
  }
  if (milestone !== undefined) {
    note(who, issue, 'milestoned', { milestone: milestone.title });
    tellOf(who, issue, 'milestoned', { milestone: milestoneJson(box, repository, milestone) });
  }
}

/** `null` takes it away. A number that is not there is refused. */
export function milestoneFrom(repository: Repository, given: unknown): Milestone | undefined {
  if (given === null) return undefined;
  const milestone = repository.milestones.get(Number(given));
  if (milestone === undefined) throw invalid('Issue', 'milestone', 'invalid');
  return milestone;
}

export function locked(who: Acting, issue: Issue, reason: Issue['activeLockReason']): void {
  if (issue.locked) {
    issue.activeLockReason = reason;
    return;
  }
  issue.locked = true;
  issue.activeLockReason = reason;
  note(who, issue, 'locked', { lockReason: reason });
  tellOf(who, issue, 'locked');
}

export function unlocked(who: Acting, issue: Issue): void {
  if (!issue.locked) return;
  issue.locked = false;
  issue.activeLockReason = null;
  note(who, issue, 'unlocked');
  tellOf(who, issue, 'unlocked');
}

/** Refuses who may not speak in a locked conversation. */
export function mustBeOpenTo(who: Acting, issue: Issue, doing: string): void {
  if (issue.locked && !who.can(onIssue(issue, 'write', 'write')))
    throw new GitHubError(403, `Unable to ${doing} because issue is locked.`);
}
