/** Issues, comments, labels, milestones and reactions as GraphQL shows them. */
import type { Call } from '../box.ts';
import { actorOf } from '../gate.ts';
import { nodeId } from '../json/node-id.ts';
import { associationOf } from '../roles.ts';
import { onIssue } from '../routes/issue-changes.ts';
import {
  accountNamed,
  accountOf,
  type Comment,
  commentsOn,
  DEFAULT_LABEL_NAMES,
  fullNameOf,
  isPull,
  type Issue,
  type Label,
  labelsOn,
  labelNamed,
  type Milestone,
  type Reaction,
  type ReactionContent,
  REACTIONS,
  type Repository,
  reviewsOn,
} from '../state.ts';
import { accountNode, actorNode, userConnection, userNode, userNodeOf, usersFrom } from './accounts.ts';
import { connection, type Order, ordered, type Paging } from './connections.ts';
import { canWrite, capitals, type GraphNode, mustRead } from './graph-node.ts';
import { pullConnection, pullNode, type PullsAsked } from './pulls.ts';
import { repositoryNode } from './repositories.ts';

const SHARED = ['issues', 'pull_requests'] as const;

// Reactions

const CONTENTS = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  hooray: 'HOORAY',
  confused: 'CONFUSED',
  heart: 'HEART',
  rocket: 'ROCKET',
  eyes: 'EYES',
} as const satisfies Record<ReactionContent, string>;

/** What REST calls the reaction. */
export const contentFrom = (name: string): ReactionContent | undefined =>
  REACTIONS.find((each) => CONTENTS[each] === name);

interface Reacted {
  readonly reactions: readonly Reaction[];
}

export const reactionNode = (call: Call, reaction: Reaction, subject: () => GraphNode): GraphNode => ({
  __typename: 'Reaction',
  id: nodeId('Reaction', reaction.id),
  databaseId: reaction.id,
  content: CONTENTS[reaction.content],
  createdAt: reaction.createdAt,
  reactable: subject,
  user: () => userNodeOf(call, reaction.userId),
});

const reactedAt = ({ createdAt }: Reaction) => ({ reactedAt: createdAt });

export function reactionGroups(call: Call, { reactions }: Reacted, subject: () => GraphNode): readonly GraphNode[] {
  const { state } = call.box;
  return Object.entries(CONTENTS).map(([content, name]) => {
    const given = reactions.filter((each) => each.content === content);
    const byPeople = given.filter(({ userId }) => accountOf(state, userId).type === 'User');
    return {
      content: name,
      createdAt: given[0]?.createdAt ?? null,
      subject,
      viewerHasReacted: () => given.some(({ userId }) => userId === actorOf(call).id),
      reactors: (paging: Paging) =>
        connection('reactors', given, paging, ({ userId }) => accountNode(call, accountOf(state, userId)), reactedAt),
      users: (paging: Paging) =>
        connection('users', byPeople, paging, ({ userId }) => userNode(call, accountOf(state, userId)), reactedAt),
    };
  });
}

interface ReactionsAsked extends Paging {
  readonly content?: string | null;
  readonly orderBy?: Order | null;
}

export const reactable = (call: Call, of: Reacted, subject: () => GraphNode): GraphNode => ({
  reactionGroups: () => reactionGroups(call, of, subject),
  reactions(asked: ReactionsAsked) {
    const shown = of.reactions.filter((each) => !asked.content || CONTENTS[each.content] === asked.content);
    const inOrder = ordered(shown, asked.orderBy, { CREATED_AT: ({ id }) => id });
    return connection('reactions', inOrder, asked, (each) => reactionNode(call, each, subject));
  },
});

// What is written

interface Text {
  readonly authorId: number;
  readonly body: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The fields of the interface Comment, which all has that somebody wrote. */
export const written = (call: Call, repository: Repository, text: Text): GraphNode => ({
  author: () => actorNode(call, text.authorId),
  authorAssociation: () => associationOf(call.box.state, repository, text.authorId),
  body: text.body ?? '',
  createdAt: text.createdAt,
  createdViaEmail: false,
  publishedAt: text.createdAt,
  updatedAt: text.updatedAt,
  viewerDidAuthor: () => actorOf(call).id === text.authorId,
  repository: () => repositoryNode(call, repository),
});

/** `OFF_TOPIC` is shown as `off-topic`. */
export const minimizedReason = (classifier: string | null): string | null =>
  classifier === null ? null : classifier.toLowerCase().replaceAll('_', '-');

export const pathOf = ({ box }: Call, repository: Repository, { number, pull }: Issue): string =>
  `/${fullNameOf(box.state, repository)}/${pull === undefined ? 'issues' : 'pull'}/${number}`;

export function commentNode(call: Call, repository: Repository, comment: Comment): GraphNode {
  const issue = repository.issues.get(comment.issueNumber);
  if (issue === undefined) throw new Error(`comment ${comment.id} has lost its issue`);
  const path = `${pathOf(call, repository, issue)}#issuecomment-${comment.id}`;
  const changes = (): boolean =>
    actorOf(call).id === comment.authorId ||
    canWrite(call, repository, onIssue(issue, 'write', 'write').permission, 'write');
  return {
    __typename: 'IssueComment',
    id: nodeId('IssueComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    ...written(call, repository, comment),
    ...reactable(call, comment, () => commentNode(call, repository, comment)),
    isMinimized: comment.minimizedReason !== null,
    minimizedReason: minimizedReason(comment.minimizedReason),
    resourcePath: path,
    url: call.box.htmlUrl + path,
    issue: () => issueNode(call, repository, issue),
    pullRequest: () => (isPull(issue) ? pullNode(call, repository, issue) : null),
    viewerCanDelete: changes,
    viewerCanMinimize: () => canWrite(call, repository, onIssue(issue, 'write', 'write').permission, 'write'),
    viewerCanReact: () => canSpeak(call, repository, issue),
    viewerCanUpdate: changes,
  };
}

/** Whether the caller may comment and react: everybody who can read, writers alone once the conversation is locked. */
const canSpeak = (call: Call, repository: Repository, issue: Issue): boolean =>
  canWrite(call, repository, onIssue(issue, 'write', 'read').permission, issue.locked ? 'write' : 'read');

interface CommentsAsked extends Paging {
  readonly orderBy?: Order | null;
}

/** What issues and pull requests have alike; `self` is the whole. */
export function conversation(call: Call, repository: Repository, issue: Issue, self: () => GraphNode): GraphNode {
  const path = pathOf(call, repository, issue);
  const { permission } = onIssue(issue, 'write', 'triage');
  const triages = (): boolean => canWrite(call, repository, permission, 'triage');
  const changes = (): boolean => actorOf(call).id === issue.authorId || triages();
  return {
    ...written(call, repository, issue),
    ...reactable(call, issue, self),
    activeLockReason: issue.activeLockReason === null ? null : capitals(issue.activeLockReason),
    closed: issue.state === 'closed',
    closedAt: issue.closedAt,
    locked: issue.locked,
    number: issue.number,
    resourcePath: path,
    title: issue.title,
    url: call.box.htmlUrl + path,
    assignees: (paging: Paging) => userConnection(call, 'assignees', usersFrom(call, issue.assignees), paging),
    comments(asked: CommentsAsked) {
      const keys = { UPDATED_AT: ({ updatedAt }: Comment) => updatedAt };
      const comments = ordered(commentsOn(repository, issue.number), asked.orderBy, keys);
      return connection('comments', comments, asked, (each) => commentNode(call, repository, each));
    },
    labels: (asked: LabelsAsked) => labelConnection(call, repository, labelsOn(repository, issue), asked),
    milestone() {
      const milestone = issue.milestone === null ? undefined : repository.milestones.get(issue.milestone);
      return milestone === undefined ? null : milestoneNode(call, repository, milestone);
    },
    participants(paging: Paging) {
      const spoke = commentsOn(repository, issue.number).map(({ authorId }) => authorId);
      const reviewed = reviewsOn(repository, issue.number).map(({ authorId }) => authorId);
      const all = usersFrom(call, [issue.authorId, ...issue.assignees, ...spoke, ...reviewed]);
      return userConnection(call, 'participants', all, paging);
    },
    viewerCanClose: () => issue.state === 'open' && changes(),
    viewerCanLabel: triages,
    viewerCanReact: () => canSpeak(call, repository, issue),
    viewerCanReopen: () => issue.state === 'closed' && issue.pull?.merged !== true && changes(),
    viewerCanUpdate: changes,
    viewerCanDelete: () => canWrite(call, repository, 'administration', 'admin'),
  };
}

/** The id of an account in a search or filter of issues; NaN fits nobody. */
const idNamed = ({ box }: Call, login: string): number => accountNamed(box.state, login)?.id ?? Number.NaN;

/** Issues only: a pull request is shown as one by pullNode, even where it is asked for as the issue of a comment. */
export function issueNode(call: Call, repository: Repository, issue: Issue): GraphNode {
  return {
    __typename: 'Issue',
    id: nodeId('Issue', issue.id),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    ...conversation(call, repository, issue, () => issueNode(call, repository, issue)),
    state: issue.state.toUpperCase(),
    // GitHub names duplicates only to those who say that they know of them.
    isPinned: issue.pinned === true,
    stateReason: ({ enableDuplicate }: { readonly enableDuplicate?: boolean | null }) => {
      if (issue.stateReason === 'duplicate' && enableDuplicate !== true) return 'NOT_PLANNED';
      return issue.stateReason === null ? null : capitals(issue.stateReason);
    },
  };
}

export interface IssuesAsked extends Paging {
  readonly filterBy?: {
    readonly assignee?: string | null;
    readonly createdBy?: string | null;
    readonly labels?: readonly string[] | null;
    readonly mentioned?: string | null;
    readonly milestone?: string | null;
    readonly milestoneNumber?: string | null;
    readonly since?: string | null;
    readonly states?: readonly string[] | null;
  } | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: Order | null;
  readonly states?: readonly string[] | null;
}

/** Any of the labels will do. */
export function hasAnyLabel(
  repository: Repository,
  issue: Issue,
  names: readonly string[] | null | undefined,
): boolean {
  if (names === null || names === undefined) return true;
  return names.some((name) => issue.labels.includes(labelNamed(repository, name)?.id ?? Number.NaN));
}

export const inIssueOrder = <T extends Issue>(
  repository: Repository,
  issues: readonly T[],
  order: Order | null | undefined,
): readonly T[] =>
  ordered(issues, order, {
    COMMENTS: ({ number }) => commentsOn(repository, number).length,
    CREATED_AT: ({ number }) => number,
    UPDATED_AT: ({ updatedAt }) => updatedAt,
  });

/** A number, `*` for any, null for none; everything where it was not asked. */
const fitsMilestone = (asked: string | null | undefined, actual: number | null): boolean => {
  if (asked === undefined) return true;
  if (asked === '*') return actual !== null;
  return asked === null ? actual === null : actual === Number(asked);
};

function issuesAsked(call: Call, repository: Repository, issues: readonly Issue[], asked: IssuesAsked) {
  const { filterBy, labels, orderBy } = asked;
  const { assignee, createdBy, mentioned, milestone, milestoneNumber, since } = filterBy ?? {};
  const states = filterBy?.states ?? asked.states;
  const databaseIdOf = (number: number | null): number | null =>
    number === null ? null : (repository.milestones.get(number)?.id ?? null);
  const fits = (issue: Issue): boolean =>
    (!states || states.includes(issue.state.toUpperCase())) &&
    hasAnyLabel(repository, issue, labels) &&
    hasAnyLabel(repository, issue, filterBy?.labels) &&
    (assignee === undefined ||
      (assignee === null
        ? issue.assignees.length === 0
        : assignee === '*'
          ? issue.assignees.length > 0
          : issue.assignees.includes(idNamed(call, assignee)))) &&
    (!createdBy || issue.authorId === idNamed(call, createdBy)) &&
    (!mentioned || (issue.body ?? '').toLowerCase().includes(`@${mentioned.toLowerCase()}`)) &&
    fitsMilestone(milestone, databaseIdOf(issue.milestone)) &&
    fitsMilestone(milestoneNumber, issue.milestone) &&
    (!since || Date.parse(issue.updatedAt) >= Date.parse(since));
  return inIssueOrder(repository, issues.filter(fits), orderBy);
}

export function issueConnection(call: Call, repository: Repository, issues: readonly Issue[], asked: IssuesAsked) {
  mustRead(call, repository, 'issues');
  const found = issuesAsked(call, repository, issues, asked);
  return connection('issues', found, asked, (each) => issueNode(call, repository, each));
}

// Labels and milestones

interface LabelsAsked extends Paging {
  readonly orderBy?: Order | null;
}

export function labelConnection(call: Call, repository: Repository, labels: readonly Label[], asked: LabelsAsked) {
  const keys = { CREATED_AT: ({ id }: Label) => id, NAME: ({ name }: Label) => name.toLowerCase() };
  return connection('labels', ordered(labels, asked.orderBy, keys), asked, (each) => labelNode(call, repository, each));
}

export function labelNode(call: Call, repository: Repository, label: Label): GraphNode {
  const { box } = call;
  const path = `/${fullNameOf(box.state, repository)}/labels/${encodeURIComponent(label.name)}`;
  const labeled = () => [...repository.issues.values()].filter(({ labels }) => labels.includes(label.id));
  return {
    __typename: 'Label',
    id: nodeId('Label', label.id),
    color: label.color,
    description: label.description,
    isDefault: DEFAULT_LABEL_NAMES.has(label.name),
    name: label.name,
    resourcePath: path,
    url: box.htmlUrl + path,
    repository: () => repositoryNode(call, repository),
    issues: (asked: IssuesAsked) =>
      issueConnection(
        call,
        repository,
        labeled().filter((each) => !isPull(each)),
        asked,
      ),
    pullRequests: (asked: PullsAsked) =>
      pullConnection(call, repository, 'pullRequests', labeled().filter(isPull), asked),
  };
}

export function milestoneNode(call: Call, repository: Repository, milestone: Milestone): GraphNode {
  const { box } = call;
  const path = `/${fullNameOf(box.state, repository)}/milestone/${milestone.number}`;
  const inside = () => [...repository.issues.values()].filter((each) => each.milestone === milestone.number);
  const changes = (): boolean => canWrite(call, repository, SHARED, 'write');
  return {
    __typename: 'Milestone',
    id: nodeId('Milestone', milestone.id),
    closed: milestone.state === 'closed',
    closedAt: milestone.closedAt,
    createdAt: milestone.createdAt,
    description: milestone.description,
    dueOn: milestone.dueOn,
    number: milestone.number,
    progressPercentage() {
      const all = inside();
      const done = all.filter(({ state }) => state === 'closed').length;
      return all.length === 0 ? 0 : (100 * done) / all.length;
    },
    resourcePath: path,
    state: milestone.state.toUpperCase(),
    title: milestone.title,
    updatedAt: milestone.updatedAt,
    url: box.htmlUrl + path,
    creator: () => actorNode(call, milestone.creatorId),
    repository: () => repositoryNode(call, repository),
    issues: (asked: IssuesAsked) =>
      issueConnection(
        call,
        repository,
        inside().filter((each) => !isPull(each)),
        asked,
      ),
    pullRequests: (asked: PullsAsked) =>
      pullConnection(call, repository, 'pullRequests', inside().filter(isPull), asked),
    viewerCanClose: () => milestone.state === 'open' && changes(),
    viewerCanReopen: () => milestone.state === 'closed' && changes(),
  };
}
