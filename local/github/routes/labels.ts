/** The labels of a repository, and those on an issue or pull request. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { invalid, issueFor, type Need, repositoryFor, textIn } from '../gate.ts';
import { notFound } from '../gate.ts';
import { labelJson } from '../json/issues.ts';
import { DEFAULT_LABEL_COLOR, type Issue, type Label, labelNamed, labelsOn, type Repository } from '../state.ts';
import { type Acting, acting, namesIn, tell, visibleRepository } from './acting.ts';
import { labelCreated, labelName, labelsAdded, labelsRemoved, labelsReplaced, onIssue } from './issue-changes.ts';

const LABEL = '/repos/{owner}/{repo}/labels/{name}';
const ISSUE_LABELS = '/repos/{owner}/{repo}/issues/{issue_number}/labels';
const SHARED = ['issues', 'pull_requests'] as const;
const READ: Need = { permission: SHARED, level: 'read', role: 'read' };
const WRITE: Need = { permission: SHARED, level: 'write', role: 'write' };

function labelIn({ params }: Call, repository: Repository): Label {
  const label = labelNamed(repository, params['name'] ?? '');
  if (label === undefined) throw notFound();
  return label;
}

const list = (call: Call, repository: Repository, labels: readonly Label[]): Answer => ({
  status: 200,
  body: labels.map((each) => labelJson(call.box, repository, each)),
  list: true,
});

function colorIn(body: Call['body'], otherwise: string): string {
  const color = textIn(body, 'color')?.replace(/^#/, '') ?? otherwise;
  if (!/^[0-9a-f]{6}$/i.test(color)) throw invalid('Label', 'color', 'invalid');
  return color.toLowerCase();
}

const nameIsFree = (repository: Repository, name: string, but?: Label): void => {
  const taken = labelNamed(repository, name);
  if (taken !== undefined && taken !== but) throw invalid('Label', 'name', 'already_exists');
};

function created(call: Call): Answer {
  const who = acting(call, WRITE);
  const name = labelName(textIn(call.body, 'name') ?? '');
  nameIsFree(who.repository, name);
  const color = colorIn(call.body, DEFAULT_LABEL_COLOR);
  const label = labelCreated(who, { name, color, description: textIn(call.body, 'description') ?? null });
  return { status: 201, body: labelJson(who.box, who.repository, label) };
}

function patched(call: Call): Answer {
  const who = acting(call, WRITE);
  const { repository, box } = who;
  const label = labelIn(call, repository);
  const { name, color, description } = label;
  const newName = labelName(textIn(call.body, 'new_name') ?? name);
  nameIsFree(repository, newName, label);
  label.color = colorIn(call.body, color);
  label.name = newName;
  label.description = textIn(call.body, 'description') ?? description;
  const changes = {
    ...(label.name === name ? {} : { name: { from: name } }),
    ...(label.color === color ? {} : { color: { from: color } }),
    ...(label.description === description ? {} : { description: { from: description ?? '' } }),
  };
  const json = labelJson(box, repository, label);
  if (Object.keys(changes).length > 0) tell(who, 'label', 'edited', { label: json, changes });
  return { status: 200, body: json };
}

/** The label goes from everything that had it, of which GitHub sends no webhooks beside this one. */
function deleted(call: Call): Answer {
  const who = acting(call, WRITE);
  const { repository, box } = who;
  const label = labelIn(call, repository);
  for (const issue of repository.issues.values()) issue.labels = issue.labels.filter((id) => id !== label.id);
  repository.labels.delete(label.id);
  tell(who, 'label', 'deleted', { label: labelJson(box, repository, label) });
  return { status: 204 };
}

/** The path's issue, for who may triage it. */
function triaging(call: Call): { readonly who: Acting; readonly issue: Issue } {
  const issue = issueFor(call, visibleRepository(call));
  return { who: acting(call, onIssue(issue, 'write', 'triage')), issue };
}

export const labelRoutes: Routes = {
  'GET /repos/{owner}/{repo}/labels': (call) => {
    const repository = repositoryFor(call, READ);
    return list(call, repository, [...repository.labels.values()]);
  },
  'POST /repos/{owner}/{repo}/labels': created,
  [`GET ${LABEL}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return { status: 200, body: labelJson(call.box, repository, labelIn(call, repository)) };
  },
  [`PATCH ${LABEL}`]: patched,
  [`DELETE ${LABEL}`]: deleted,

  [`GET ${ISSUE_LABELS}`]: (call) => {
    const repository = repositoryFor(call, READ);
    return list(call, repository, labelsOn(repository, issueFor(call, repository)));
  },
  [`POST ${ISSUE_LABELS}`]: (call) => {
    const { who, issue } = triaging(call);
    labelsAdded(who, issue, namesIn(call.body, 'labels', 'name') ?? []);
    return list(call, who.repository, labelsOn(who.repository, issue));
  },
  [`PUT ${ISSUE_LABELS}`]: (call) => {
    const { who, issue } = triaging(call);
    labelsReplaced(who, issue, namesIn(call.body, 'labels', 'name') ?? []);
    return list(call, who.repository, labelsOn(who.repository, issue));
  },
  [`DELETE ${ISSUE_LABELS}`]: (call) => {
    const { who, issue } = triaging(call);
    labelsRemoved(who, issue, labelsOn(who.repository, issue));
    return { status: 204 };
  },
  [`DELETE ${ISSUE_LABELS}/{name}`]: (call) => {
    const { who, issue } = triaging(call);
    const label = labelNamed(who.repository, call.params['name'] ?? '');
    if (label === undefined || !issue.labels.includes(label.id)) throw new GitHubError(404, 'Label does not exist');
    labelsRemoved(who, issue, [label]);
    return list(call, who.repository, labelsOn(who.repository, issue));
  },
};
