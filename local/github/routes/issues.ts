/** Issues, and of pull requests all that they share with issues: comments, assignees, locks, milestones, the timeline. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { invalid, issueFor, type Need, notFound, numberIn, repositoryFor, textIn } from '../gate.ts';
import { commentJson, eventJson, fullIssueJson, issueJson, milestoneJson } from '../json/issues.ts';
import { userJson } from '../json/accounts.ts';
import {
  type Account,
  accountNamed,
  addIssue,
  type Comment,
  commentsOn,
  eventsOn,
  type Issue,
  labelNamed,
  type Milestone,
  moment,
  nextId,
  type Repository,
} from '../state.ts';
import { type Acting, acting, fitting, namesIn, oneOf, required, tell, tellOf, visibleRepository } from './acting.ts';
import * as change from './issue-changes.ts';
import { pullReopened } from './pull-changes.ts';
import { timelineOf } from './timeline.ts';
import { reactionRoutes } from './reactions.ts';

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const SHARED = ['issues', 'pull_requests'] as const;
const READ: Need = { permission: SHARED, level: 'read', role: 'read' };
const TRIAGE: Need = { permission: SHARED, level: 'write', role: 'triage' };
const WRITE: Need = { permission: SHARED, level: 'write', role: 'write' };
/** What everybody who can read may do: open issues, comment, react. */
const SPEAK: Need = { permission: SHARED, level: 'write', role: 'read' };

/** The path's issue and who acts on it, judged by what it is: an issue or a pull request. */
function actingOn(call: Call, role: Need['role']): { readonly who: Acting; readonly issue: Issue } {
  const issue = issueFor(call, visibleRepository(call));
  return { who: acting(call, change.onIssue(issue, 'write', role)), issue };
}

const issueAnswer = ({ box, repository }: Acting, issue: Issue, status = 200): Answer => ({
  status,
  body: fullIssueJson(box, repository, issue),
});

// Lists

const byDirection = <T>(
  items: readonly T[],
  call: Call,
  key: (each: T) => string | number,
  otherwise: 'asc' | 'desc',
) => {
  const direction = call.query.get('direction') ?? otherwise;
  const ordered = items.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
  return direction === 'asc' ? ordered : ordered.toReversed();
};

/** Not before `since`. */
const sinceAsked = (call: Call): ((each: { readonly updatedAt: string }) => boolean) => {
  const since = call.query.get('since');
  return since === null ? () => true : ({ updatedAt }) => Date.parse(updatedAt) >= Date.parse(since);
};

function listedIssues(call: Call, repository: Repository): readonly Issue[] {
  const { query, box } = call;
  const state = query.get('state') ?? 'open';
  const names = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const labels = names.map((name) => labelNamed(repository, name)?.id);
  const idOf = (login: string): number | undefined => accountNamed(box.state, login)?.id;
  const [milestone, assignee, creator, mentioned] = ['milestone', 'assignee', 'creator', 'mentioned'].map((name) =>
    query.get(name),
  );
  const fits = (issue: Issue): boolean =>
    (state === 'all' || issue.state === state) &&
    labels.every((id) => id !== undefined && issue.labels.includes(id)) &&
    (!milestone ||
      (milestone === '*'
        ? issue.milestone !== null
        : milestone === 'none'
          ? issue.milestone === null
          : issue.milestone === Number(milestone))) &&
    (!assignee ||
      (assignee === '*'
        ? issue.assignees.length > 0
        : assignee === 'none'
          ? issue.assignees.length === 0
          : issue.assignees.some((id) => id === idOf(assignee)))) &&
    (!creator || issue.authorId === idOf(creator)) &&
    (!mentioned || (issue.body ?? '').toLowerCase().includes(`@${mentioned.toLowerCase()}`));
  const found = [...repository.issues.values()].filter(fits).filter(sinceAsked(call));
  switch (query.get('sort')) {
    case 'updated':
      return byDirection(
        found,
        call,
        ({ updatedAt, number }) => `${updatedAt} ${String(number).padStart(9, '0')}`,
        'desc',
      );
    case 'comments':
      return byDirection(found, call, ({ number }) => commentsOn(repository, number).length, 'desc');
    default:
      return byDirection(found, call, ({ number }) => number, 'desc');
  }
}

const listedComments = (call: Call, comments: readonly Comment[]): readonly Comment[] => {
  const found = comments.filter(sinceAsked(call));
  const sort = call.query.get('sort');
  if (sort === null) return found;
  return byDirection(found, call, ({ updatedAt, id }) => (sort === 'updated' ? `${updatedAt} ${id}` : id), 'desc');
};

// Changes

function commentIn(call: Call, repository: Repository): Comment {
  const comment = repository.comments.get(Number(call.params['comment_id']));
  if (comment === undefined) throw notFound();
  return comment;
}

/** The path's comment, for its author and for those who may write. */
function ownComment(call: Call): { readonly who: Acting; readonly comment: Comment; readonly issue: Issue } {
  const repository = visibleRepository(call);
  const comment = commentIn(call, repository);
  const issue = repository.issues.get(comment.issueNumber);
  if (issue === undefined) throw notFound();
  const who = acting(call, change.onIssue(issue, 'write', 'read'));
  if (comment.authorId !== who.actor.id && !who.can(change.onIssue(issue, 'write', 'write')))
    throw new GitHubError(403, 'Must have write access to Repository.');
  return { who, comment, issue };
}

function tellOfComment(who: Acting, issue: Issue, comment: Comment, action: string, extra = {}): void {
  const { box, repository } = who;
  tell(who, 'issue_comment', action, {
    issue: issueJson(box, repository, issue),
    comment: commentJson(box, repository, comment),
    ...extra,
  });
}

export function commented(who: Acting, issue: Issue, body: string): Comment {
  change.mustBeOpenTo(who, issue, 'create comment');
  const { state, at, actor, appId, repository } = who;
  const comment: Comment = {
    id: nextId(state),
    issueNumber: issue.number,
    authorId: actor.id,
    body: fitting(required(body, 'IssueComment', 'body'), 'IssueComment'),
    createdAt: at,
    updatedAt: at,
    appId,
    minimizedReason: null,
    reactions: [],
  };
  repository.comments.set(comment.id, comment);
  issue.updatedAt = at;
  tellOfComment(who, issue, comment, 'created');
  return comment;
}

function commentEdited(who: Acting, issue: Issue, comment: Comment, body: string): void {
  const { body: from } = comment;
  fitting(required(body, 'IssueComment', 'body'), 'IssueComment');
  if (body === from) return;
  comment.body = body;
  comment.updatedAt = who.at;
  tellOfComment(who, issue, comment, 'edited', { changes: { body: { from } } });
}

/** GitHub takes a number for a title as well. */
const titleIn = (body: Call['body']): string | undefined => {
  const number = numberIn(body, 'title');
  return number === undefined ? textIn(body, 'title') : String(number);
};

/** A new issue. What only those with triage may set is dropped for others, as GitHub does. */
function opened(call: Call): Answer {
  const who = acting(call, { ...SPEAK, permission: 'issues' });
  const { state, now, repository, actor, appId } = who;
  const { body } = call;
  if (!repository.settings.hasIssues) throw new GitHubError(410, 'Issues has been disabled in this repository.');
  const title = required(titleIn(body), 'Issue', 'title');
  const text = fitting(textIn(body, 'body') ?? '', 'Issue');
  const triages = who.can({ ...TRIAGE, permission: 'issues' });
  const milestone = triages ? change.milestoneFrom(repository, body['milestone'] ?? null) : undefined;
  const issue = addIssue(state, now, repository, { title, body: text === '' ? null : text, authorId: actor.id, appId });
  tellOf(who, issue, 'opened');
  if (triages) {
    change.labelsAdded(who, issue, namesIn(body, 'labels', 'name') ?? []);
    const single = textIn(body, 'assignee');
    change.assigned(who, issue, namesIn(body, 'assignees', 'login') ?? (single === undefined ? [] : [single]));
    change.milestoneSet(who, issue, milestone);
  }
  return issueAnswer(who, issue, 201);
}

const CLOSE_REASONS = ['completed', 'not_planned', 'duplicate', 'reopened'] as const;

/** Labels, assignees and milestones need triage; title, body and state also its author may change. */
function patched(call: Call): Answer {
  const { who, issue } = actingOn(call, 'read');
  const { body } = call;
  const triages = who.can(change.onIssue(issue, 'write', 'triage'));
  const touches = (...fields: readonly string[]): boolean => fields.some((field) => body[field] !== undefined);
  if (!triages && (issue.authorId !== who.actor.id || touches('labels', 'assignees', 'assignee', 'milestone')))
    throw new GitHubError(403, 'Must have admin rights to Repository.');

  const milestone = touches('milestone') ? { to: change.milestoneFrom(who.repository, body['milestone']) } : undefined;
  const labels = namesIn(body, 'labels', 'name');
  const single = body['assignee'] === null ? [] : typeof body['assignee'] === 'string' ? [body['assignee']] : undefined;
  const assignees = namesIn(body, 'assignees', 'login') ?? single;
  const state = oneOf(['open', 'closed'], body, 'state', 'Issue');
  const reason = oneOf(CLOSE_REASONS, body, 'state_reason', 'Issue');

  const title = titleIn(body);
  if (title !== undefined) change.retitled(who, issue, title);
  if (touches('body')) change.rewritten(who, issue, textIn(body, 'body') ?? null);
  if (labels !== undefined) change.labelsReplaced(who, issue, labels);
  if (assignees !== undefined) change.assigneesReplaced(who, issue, assignees);
  if (milestone !== undefined) change.milestoneSet(who, issue, milestone.to);
  if (state === 'closed') change.closed(who, issue, reason === 'reopened' ? 'completed' : (reason ?? 'completed'));
  if (state === 'open') pullReopened(who, issue);
  return issueAnswer(who, issue);
}

// Milestones

function milestoneIn({ params }: Call, repository: Repository): Milestone {
  const milestone = repository.milestones.get(Number(params['milestone_number']));
  if (milestone === undefined) throw notFound();
  return milestone;
}

const titleIsFree = (repository: Repository, title: string, but?: Milestone): void => {
  const taken = [...repository.milestones.values()].some((each) => each !== but && each.title === title);
  if (taken) throw invalid('Milestone', 'title', 'already_exists');
};

const tellOfMilestone = (who: Acting, milestone: Milestone, action: string, extra = {}): void =>
  tell(who, 'milestone', action, { milestone: milestoneJson(who.box, who.repository, milestone), ...extra });

function milestoneCreated(call: Call): Answer {
  const who = acting(call, WRITE);
  const { state, at, repository, actor, box } = who;
  const { body } = call;
  const title = required(textIn(body, 'title'), 'Milestone', 'title');
  titleIsFree(repository, title);
  const dueOn = textIn(body, 'due_on');
  const isClosed = body['state'] === 'closed';
  repository.lastMilestone += 1;
  const milestone: Milestone = {
    id: nextId(state),
    number: repository.lastMilestone,
    title,
    description: textIn(body, 'description') ?? null,
    state: isClosed ? 'closed' : 'open',
    creatorId: actor.id,
    createdAt: at,
    updatedAt: at,
    closedAt: isClosed ? at : null,
    dueOn: dueOn === undefined ? null : moment(new Date(dueOn)),
  };
  repository.milestones.set(milestone.number, milestone);
  tellOfMilestone(who, milestone, 'created');
  return { status: 201, body: milestoneJson(box, repository, milestone) };
}

function milestonePatched(call: Call): Answer {
  const who = acting(call, WRITE);
  const { at, repository, box } = who;
  const { body } = call;
  const milestone = milestoneIn(call, repository);
  const { title: oldTitle, description: oldDescription, dueOn: oldDueOn, state: oldState } = milestone;
  const title = textIn(body, 'title') ?? oldTitle;
  titleIsFree(repository, title, milestone);
  const description = textIn(body, 'description') ?? oldDescription;
  const dueOn = textIn(body, 'due_on');
  const state = oneOf(['open', 'closed'], body, 'state', 'Milestone') ?? oldState;
  Object.assign(milestone, {
    title,
    description,
    dueOn: dueOn === undefined ? oldDueOn : moment(new Date(dueOn)),
    state,
    closedAt: state === 'open' ? null : (milestone.closedAt ?? at),
    updatedAt: at,
  });
  const changes = {
    ...(title === oldTitle ? {} : { title: { from: oldTitle } }),
    ...(description === oldDescription ? {} : { description: { from: oldDescription ?? '' } }),
    ...(milestone.dueOn === oldDueOn ? {} : { due_on: { from: oldDueOn ?? '' } }),
  };
  if (Object.keys(changes).length > 0) tellOfMilestone(who, milestone, 'edited', { changes });
  if (state !== oldState) tellOfMilestone(who, milestone, state === 'open' ? 'opened' : 'closed');
  return { status: 200, body: milestoneJson(box, repository, milestone) };
}

function listedMilestones(call: Call, repository: Repository): readonly Milestone[] {
  const state = call.query.get('state') ?? 'open';
  const found = [...repository.milestones.values()].filter((each) => state === 'all' || each.state === state);
  if (call.query.get('sort') === 'completeness') {
    const share = ({ number }: Milestone): number => {
      const inside = [...repository.issues.values()].filter((each) => each.milestone === number);
      return inside.length === 0 ? 0 : inside.filter((each) => each.state === 'closed').length / inside.length;
    };
    return byDirection(found, call, share, 'asc');
  }
  return byDirection(found, call, ({ dueOn, number }) => `${dueOn ?? '9'} ${String(number).padStart(9, '0')}`, 'asc');
}

// Assignees

function assignable(call: Call): Account {
  const repository = repositoryFor(call, { permission: SHARED, level: 'read', role: 'read' });
  const account = accountNamed(call.box.state, call.params['assignee'] ?? '');
  if (account === undefined) throw notFound();
  const given = call.params['issue_number'];
  const fits =
    given === undefined
      ? change.isAssignable(call.box.state, repository, account)
      : change.isAssignableTo(call.box.state, repository, issueFor(call, repository), account);
  if (!fits) throw notFound();
  return account;
}

export const issueRoutes: Routes = {
  'GET /repos/{owner}/{repo}/issues': (call) => {
    const repository = repositoryFor(call, READ);
    const body = listedIssues(call, repository).map((each) => issueJson(call.box, repository, each));
    return { status: 200, body, list: true };
  },
  'POST /repos/{owner}/{repo}/issues': opened,
  [`GET ${ISSUE}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: fullIssueJson(call.box, repository, issueFor(call, repository)) };
  },
  [`PATCH ${ISSUE}`]: patched,

  'GET /repos/{owner}/{repo}/issues/comments': (call) => {
    const repository = repositoryFor(call, READ);
    const found = listedComments(call, [...repository.comments.values()]);
    return { status: 200, body: found.map((each) => commentJson(call.box, repository, each)), list: true };
  },
  [`GET ${ISSUE}/comments`]: (call) => {
    const repository = repositoryFor(call, READ);
    const found = listedComments(call, commentsOn(repository, issueFor(call, repository).number));
    return { status: 200, body: found.map((each) => commentJson(call.box, repository, each)), list: true };
  },
  [`POST ${ISSUE}/comments`]: (call) => {
    const { who, issue } = actingOn(call, 'read');
    const comment = commented(who, issue, textIn(call.body, 'body') ?? '');
    return { status: 201, body: commentJson(who.box, who.repository, comment) };
  },
  [`GET ${COMMENT}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: commentJson(call.box, repository, commentIn(call, repository)) };
  },
  [`PATCH ${COMMENT}`]: (call) => {
    const { who, comment, issue } = ownComment(call);
    commentEdited(who, issue, comment, textIn(call.body, 'body') ?? '');
    return { status: 200, body: commentJson(who.box, who.repository, comment) };
  },
  [`DELETE ${COMMENT}`]: (call) => {
    const { who, comment, issue } = ownComment(call);
    who.repository.comments.delete(comment.id);
    issue.updatedAt = who.at;
    tellOfComment(who, issue, comment, 'deleted');
    return { status: 204 };
  },
  ...reactionRoutes(ISSUE, SHARED, issueFor),
  ...reactionRoutes(COMMENT, SHARED, commentIn),

  'GET /repos/{owner}/{repo}/assignees': (call) => {
    const { state } = call.box;
    const repository = repositoryFor(call, READ);
    const found = [...state.accounts.values()].filter((each) => change.isAssignable(state, repository, each));
    return { status: 200, body: found.map((each) => userJson(call.box, each)), list: true };
  },
  'GET /repos/{owner}/{repo}/assignees/{assignee}': (call) => {
    assignable(call);
    return { status: 204 };
  },
  [`GET ${ISSUE}/assignees/{assignee}`]: (call) => {
    assignable(call);
    return { status: 204 };
  },
  [`POST ${ISSUE}/assignees`]: (call) => {
    const { who, issue } = actingOn(call, 'triage');
    change.assigned(who, issue, namesIn(call.body, 'assignees', 'login') ?? []);
    return issueAnswer(who, issue, 201);
  },
  [`DELETE ${ISSUE}/assignees`]: (call) => {
    const { who, issue } = actingOn(call, 'triage');
    change.unassigned(who, issue, namesIn(call.body, 'assignees', 'login') ?? []);
    return issueAnswer(who, issue);
  },

  [`PUT ${ISSUE}/lock`]: (call) => {
    const { who, issue } = actingOn(call, 'write');
    const reason = oneOf(['off-topic', 'too heated', 'resolved', 'spam'], call.body, 'lock_reason', 'Issue');
    change.locked(who, issue, reason ?? null);
    return { status: 204 };
  },
  [`DELETE ${ISSUE}/lock`]: (call) => {
    const { who, issue } = actingOn(call, 'write');
    change.unlocked(who, issue);
    return { status: 204 };
  },

  [`GET ${ISSUE}/events`]: (call) => {
    const repository = repositoryFor(call, READ);
    const found = eventsOn(repository, issueFor(call, repository).number);
    return { status: 200, body: found.map((each) => eventJson(call.box, repository, each)), list: true };
  },
  [`GET ${ISSUE}/timeline`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: timelineOf(call.box, repository, issueFor(call, repository)), list: true };
  },
  'GET /repos/{owner}/{repo}/issues/events': (call) => {
    const repository = repositoryFor(call, READ);
    const body = [...repository.events.values()].toReversed().map((each) => {
      const issue = repository.issues.get(each.issueNumber);
      return {
        ...eventJson(call.box, repository, each),
        ...(issue === undefined ? {} : { issue: issueJson(call.box, repository, issue) }),
      };
    });
    return { status: 200, body, list: true };
  },

  'GET /repos/{owner}/{repo}/milestones': (call) => {
    const repository = repositoryFor(call, READ);
    const body = listedMilestones(call, repository).map((each) => milestoneJson(call.box, repository, each));
    return { status: 200, body, list: true };
  },
  'POST /repos/{owner}/{repo}/milestones': milestoneCreated,
  'GET /repos/{owner}/{repo}/milestones/{milestone_number}': (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: milestoneJson(call.box, repository, milestoneIn(call, repository)) };
  },
  'PATCH /repos/{owner}/{repo}/milestones/{milestone_number}': milestonePatched,
  'DELETE /repos/{owner}/{repo}/milestones/{milestone_number}': (call) => {
    const who = acting(call, WRITE);
    const milestone = milestoneIn(call, who.repository);
    for (const issue of who.repository.issues.values())
      if (issue.milestone === milestone.number) issue.milestone = null;
    who.repository.milestones.delete(milestone.number);
    tellOfMilestone(who, milestone, 'deleted');
    return { status: 204 };
  },
};
