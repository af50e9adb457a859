/** Pull requests: opening, changing, reading what they change, asking for reviews, merging. */
import { mediaParam } from '../answering.ts';
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { mergePull, moveRef, type NewPull, openPull, tellOfPull } from '../changes.ts';
import { unifiedDiff } from '../diff.ts';
import {
  flagIn, invalid, may, type Need, notFound, numberIn, pullFor, repositoryFor, textIn, textsIn,
} from '../gate.ts'; // prettier-ignore
import { commitAt, descendsFrom, put } from '../git.ts';
import { teamJson, userJsonOf } from '../json/accounts.ts';
import { commitJson, fileJson, filesOfCommit, signatureOf } from '../json/git.ts';
import { pullJson, simplePullJson } from '../json/pulls.ts';
import { repositoryPage } from '../json/repositories.ts';
import { mergeOf } from '../merging.ts';
import { baseTip, branchRef, commitsOf, endLabel, filesOf } from '../pulls.ts';
import { demandWorkflows } from '../pushing.ts';
import { givenRole, atLeast } from '../roles.ts';
import { isPull, objectsOf, type PullRequest, pullsOf, type Repository } from '../state.ts';
import { type Acting, acting, fitting, oneOf, required, visibleRepository } from './acting.ts';
import { commitFor } from './check-changes.ts';
import { closed, retitled, rewritten } from './issue-changes.ts';
import { mustBeMergeable, pullReopened, requestsRemoved, retargeted, reviewsRequested } from './pull-changes.ts';

const PULL = '/repos/{owner}/{repo}/pulls/{pull_number}';
const READ: Need = { permission: 'pull_requests', level: 'read', role: 'read' };
const SPEAK: Need = { permission: 'pull_requests', level: 'write', role: 'read' };
const TRIAGE: Need = { permission: 'pull_requests', level: 'write', role: 'triage' };
const MERGE: Need = { permission: 'contents', level: 'write', role: 'write' };

/** https://docs.github.com/en/rest/pulls/pulls: what the lists of a pull request end at. */
const MAX_FILES = 3000;
const MAX_COMMITS = 250;
/** Beyond so many files GitHub refuses to show a diff. */
const MAX_DIFF_FILES = 300;

function listed(call: Call, repository: Repository): readonly PullRequest[] {
  const { query, box } = call;
  const [state, head, base] = [query.get('state') ?? 'open', query.get('head'), query.get('base')];
  const sort = query.get('sort') ?? 'created';
  const found = pullsOf(repository).filter(
    ({ state: is, pull }) =>
      (state === 'all' || is === state) &&
      (base === null || pull.base.ref === base) &&
      (head === null ||
        // Without an owner GitHub ignores the filter.
        !head.includes(':') ||
        endLabel(box.state, pull.head.ownerId, pull.head.ref).toLowerCase() === head.toLowerCase()),
  );
  const comments = ({ number }: PullRequest): number =>
    [...repository.comments.values()].filter((each) => each.issueNumber === number).length;
  const ordered = found.toSorted((one, other) => {
    if (sort === 'updated') return one.updatedAt.localeCompare(other.updatedAt) || one.number - other.number;
    return sort === 'popularity' ? comments(one) - comments(other) : one.number - other.number;
  });
  const direction = query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc');
  return direction === 'desc' ? ordered.toReversed() : ordered;
}

/** Turns an issue into a pull request: it keeps its number, its words and its author. */
function converted(call: Call, who: Acting, given: NewPull, number: number): PullRequest {
  const { box, repository, actor, appId } = who;
  const issue = repository.issues.get(number);
  if (issue === undefined || isPull(issue) || issue.state === 'closed')
    throw invalid('PullRequest', 'issue', 'invalid');
  const before = repository.lastNumber;
  const made = openPull(
    { ...box, emit: () => undefined },
    repository,
    actor.login,
    { ...given, title: issue.title },
    appId,
  );
  repository.issues.delete(made.number);
  repository.refs.delete(`refs/pull/${made.number}/head`);
  repository.lastNumber = before;
  const pull: PullRequest = { ...issue, pull: made.pull };
  repository.issues.set(number, pull);
  repository.refs.set(`refs/pull/${number}/head`, pull.pull.head.sha);
  tellOfPull(box, repository, pull, 'opened', actor.login);
  return pull;
}

/** Who opens a pull request must be able to push to its head, or to the repository it goes into. */
function mustOwnHead(call: Call, who: Acting, head: string): void {
  const { state, repository, actor, appId } = who;
  if (appId !== null || atLeast(givenRole(state, repository, actor.id), 'write')) return;
  const owner = head.includes(':') ? head.slice(0, head.indexOf(':')).toLowerCase() : undefined;
  const own = [...state.repositories.values()].some(
    (each) =>
      each.networkId === repository.networkId &&
      each.id !== repository.id &&
      state.accounts.get(each.ownerId)?.login.toLowerCase() === owner &&
      may(state, call.caller, each, MERGE),
  );
  if (!own) throw new GitHubError(403, 'Must have write access to Repository.');
}

function opened(call: Call): Answer {
  const who = acting(call, SPEAK);
  const { body } = call;
  const issueNumber = numberIn(body, 'issue');
  const title = issueNumber === undefined ? required(textIn(body, 'title'), 'PullRequest', 'title') : '';
  const head = required(textIn(body, 'head'), 'PullRequest', 'head');
  const headRepository = textIn(body, 'head_repo');
  mustOwnHead(call, who, head);
  const text = fitting(textIn(body, 'body') ?? '', 'PullRequest');
  const given: NewPull = {
    title,
    body: text === '' ? null : text,
    head,
    ...(headRepository === undefined ? {} : { headRepository }),
    base: required(textIn(body, 'base'), 'PullRequest', 'base'),
    draft: flagIn(body, 'draft') ?? false,
    maintainerCanModify: flagIn(body, 'maintainer_can_modify') ?? head.includes(':'),
  };
  const { box, repository, actor, appId } = who;
  const made =
    issueNumber === undefined
      ? openPull(box, repository, actor.login, given, appId)
      : converted(call, who, given, issueNumber);
  return { status: 201, body: pullJson(box, repository, made) };
}

/** Its author and those with triage may change it. */
function patched(call: Call): Answer {
  const { body } = call;
  const who = acting(call, SPEAK);
  const { box, repository } = who;
  const issue = pullFor(call, repository);
  if (issue.authorId !== who.actor.id && !who.can(TRIAGE))
    throw new GitHubError(403, 'Must have triage access to Repository.');
  const state = oneOf(['open', 'closed'], body, 'state', 'PullRequest');
  const [title, base, editable] = [textIn(body, 'title'), textIn(body, 'base'), flagIn(body, 'maintainer_can_modify')];
  if (base !== undefined) retargeted(who, issue, base);
  if (title !== undefined) retitled(who, issue, title);
  if (body['body'] !== undefined) rewritten(who, issue, textIn(body, 'body') ?? null);
  if (editable !== undefined) issue.pull.maintainerCanModify = editable;
  if (state === 'closed') closed(who, issue);
  if (state === 'open') pullReopened(who, issue);
  return { status: 200, body: pullJson(box, repository, issue) };
}

/** As `git format-patch` prints the commits, for the media type `patch`. */
function patchText(call: Call, repository: Repository, issue: PullRequest): string {
  const { state } = call.box;
  const objects = objectsOf(state, repository);
  const commits = commitsOf(state, repository, issue);
  return commits
    .map((sha, at) => {
      const { author, message } = commitAt(objects, sha);
      const [subject, ...rest] = message.split('\n');
      const place = commits.length === 1 ? '[PATCH]' : `[PATCH ${at + 1}/${commits.length}]`;
      const head = [
        `From ${sha} Mon Sep 17 00:00:00 2001`,
        `From: ${author.name} <${author.email}>`,
        `Date: ${new Date(author.date).toUTCString()}`,
        `Subject: ${place} ${subject}`,
      ];
      return `${head.join('\n')}\n${rest.join('\n')}\n---\n\n${unifiedDiff(filesOfCommit(objects, sha))}`;
    })
    .join('\n');
}

function shown(call: Call): Answer {
  const repository = repositoryFor(call, READ);
  const issue = pullFor(call, repository);
  const asked = mediaParam(call.accept);
  if (asked !== 'diff' && asked !== 'patch') return { status: 200, body: pullJson(call.box, repository, issue) };
  const files = filesOf(call.box.state, repository, issue);
  if (files.length > MAX_DIFF_FILES)
    throw new GitHubError(406, `Sorry, the diff exceeded the maximum number of files (${MAX_DIFF_FILES}).`);
  return { status: 200, body: asked === 'diff' ? unifiedDiff(files) : patchText(call, repository, issue) };
}

function merged(call: Call): Answer {
  const { body } = call;
  pullFor(call, visibleRepository(call));
  const who = acting(call, MERGE);
  const { box, state, repository, actor, appId } = who;
  const issue = pullFor(call, repository);
  const method = oneOf(['merge', 'squash', 'rebase'], body, 'merge_method', 'PullRequest') ?? 'merge';
  mustBeMergeable(state, repository, issue, { method, sha: textIn(body, 'sha'), by: actor.id });
  const { tree } = mergeOf(objectsOf(state, repository), baseTip(repository, issue), issue.pull.head.sha);
  if (tree !== undefined) demandWorkflows(call, repository, tree);
  const [title, message] = [textIn(body, 'commit_title'), textIn(body, 'commit_message')];
  const sha = mergePull(box, repository, issue, {
    method,
    ...(title === undefined ? {} : { title }),
    ...(message === undefined ? {} : { message }),
    sender: actor.login,
    appId,
  });
  if (sha === undefined) throw new GitHubError(405, 'Pull Request is not mergeable');
  return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
}

/** Merges the base into the head branch. */
function updated(call: Call): Answer {
  const who = acting(call, SPEAK);
  const { box, state, now, repository, actor } = who;
  const issue = pullFor(call, repository);
  const { pull } = issue;
  const head = pull.head.repositoryId === null ? undefined : state.repositories.get(pull.head.repositoryId);
  if (head === undefined || issue.state === 'closed') throw new GitHubError(422, 'The head branch cannot be updated.');
  const maintains = pull.maintainerCanModify && may(state, call.caller, repository, MERGE);
  if (!maintains && !may(state, call.caller, head, MERGE))
    throw new GitHubError(403, 'Must have write access to Repository.');
  const expected = textIn(call.body, 'expected_head_sha');
  if (expected !== undefined && expected !== pull.head.sha)
    throw new GitHubError(422, 'expected head sha didn’t match current head ref.');
  const objects = objectsOf(state, repository);
  const base = baseTip(repository, issue);
  if (descendsFrom(objects, pull.head.sha, base))
    throw new GitHubError(422, 'There are no new commits on the base branch.');
  const { tree } = mergeOf(objects, pull.head.sha, base);
  if (tree === undefined) throw new GitHubError(422, 'merge conflict between base and head');
  demandWorkflows(call, head, tree);
  const signature = signatureOf(actor, now);
  const message = `Merge branch '${pull.base.ref}' into ${pull.head.ref}`;
  const parents = [pull.head.sha, base];
  const sha = put(objects, { type: 'commit', tree, parents, author: signature, committer: signature, message });
  moveRef(box, head, branchRef(pull.head.ref), sha, actor.login);
  const url = `${repositoryPage(box, repository)}/pull/${issue.number}`;
  return { status: 202, body: { message: 'Updating pull request branch.', url } };
}

function requesting(call: Call): { readonly who: Acting; readonly issue: PullRequest } {
  const who = acting(call, SPEAK);
  const issue = pullFor(call, who.repository);
  if (issue.authorId !== who.actor.id && !who.can(TRIAGE))
    throw new GitHubError(403, 'Must have triage access to Repository.');
  return { who, issue };
}

/** Pull requests, open or merged, that brought or would bring the commit. */
function withCommit(call: Call): Answer {
  const repository = repositoryFor(call, READ);
  const { box, params } = call;
  const sha = commitFor(box.state, repository, params['commit_sha'] ?? '');
  const found = pullsOf(repository).filter(
    (each) =>
      (each.state === 'open' || each.pull.merged) &&
      (each.pull.mergeCommitSha === sha || commitsOf(box.state, repository, each).includes(sha)),
  );
  return { status: 200, body: found.map((each) => simplePullJson(box, repository, each)), list: true };
}

export const pullRoutes: Routes = {
  'GET /repos/{owner}/{repo}/pulls': (call) => {
    const repository = repositoryFor(call, READ);
    const body = listed(call, repository).map((each) => simplePullJson(call.box, repository, each));
    return { status: 200, body, list: true };
  },
  'POST /repos/{owner}/{repo}/pulls': opened,
  [`GET ${PULL}`]: shown,
  [`PATCH ${PULL}`]: patched,
  [`GET ${PULL}/files`]: (call) => {
    const repository = repositoryFor(call, READ);
    const issue = pullFor(call, repository);
    const { head } = issue.pull;
    const base = baseTip(repository, issue);
    const files = filesOf(call.box.state, repository, issue).slice(0, MAX_FILES);
    const body = files.map((each) => fileJson(call.box, repository, each, head.sha, base));
    return { status: 200, body, list: true };
  },
  [`GET ${PULL}/commits`]: (call) => {
    const repository = repositoryFor(call, READ);
    const commits = commitsOf(call.box.state, repository, pullFor(call, repository)).slice(0, MAX_COMMITS);
    return { status: 200, body: commits.map((sha) => commitJson(call.box, repository, sha)), list: true };
  },
  [`GET ${PULL}/merge`]: (call) => {
    const repository = repositoryFor(call, READ);
    if (!pullFor(call, repository).pull.merged) throw notFound();
    return { status: 204 };
  },
  [`PUT ${PULL}/merge`]: merged,
  [`PUT ${PULL}/update-branch`]: updated,
  [`GET ${PULL}/requested_reviewers`]: (call) => {
    const repository = repositoryFor(call, READ);
    const { pull } = pullFor(call, repository);
    const { box } = call;
    const teams = pull.requestedTeams.map((id) => box.state.teams.get(id)).filter((each) => each !== undefined);
    const users = pull.requestedReviewers.map((id) => userJsonOf(box, id));
    return { status: 200, body: { users, teams: teams.map((each) => teamJson(box, each)) } };
  },
  [`POST ${PULL}/requested_reviewers`]: (call) => {
    const { who, issue } = requesting(call);
    reviewsRequested(who, issue, textsIn(call.body, 'reviewers') ?? [], textsIn(call.body, 'team_reviewers') ?? []);
    return { status: 201, body: simplePullJson(who.box, who.repository, issue) };
  },
  [`DELETE ${PULL}/requested_reviewers`]: (call) => {
    const { who, issue } = requesting(call);
    requestsRemoved(who, issue, textsIn(call.body, 'reviewers') ?? [], textsIn(call.body, 'team_reviewers') ?? []);
    return { status: 200, body: simplePullJson(who.box, who.repository, issue) };
  },
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': withCommit,
};
