/** Commits: their list, their files, comparisons, merges of branches, comments on them. */
import { mediaParam } from '../answering.ts';
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { moveRef } from '../changes.ts';
import { filesBetween, unifiedDiff } from '../diff.ts';
import { actorOf, numberIn, type Need, notFound, repositoryFor, textIn } from '../gate.ts';
import { changesOf, commitAt, descendsFrom, history, mergeBase, type Objects, put } from '../git.ts';
import {
  accountByEmail,
  commitJson,
  fileJson,
  filesOfCommit,
  fullCommitJson,
  MAX_FILES,
  signatureOf,
} from '../json/git.ts';
import { commitCommentJson } from '../json/issues.ts';
import { simplePullJson } from '../json/pulls.ts';
import { repositoryPage, repositoryUrl } from '../json/repositories.ts';
import { commitsBetween, mergeOf } from '../merging.ts';
import { branchRef, commitsOf } from '../pulls.ts';
import { demandPush, demandWorkflows } from '../pushing.ts';
import { commitNamed } from '../revisions.ts';
import {
  accountNamed,
  type CommitComment,
  moment,
  nextId,
  objectsOf,
  pullsOf,
  type Repository,
  type State,
} from '../state.ts';

const READ: Need = { permission: 'contents', level: 'read', role: 'read' };
const WRITE: Need = { permission: 'contents', level: 'write', role: 'write' };
const COMMENT: Need = { permission: 'contents', level: 'write', role: 'read' };
const READ_PULLS: Need = { permission: ['pull_requests', 'contents'], level: 'read', role: 'read' };
/** https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const MAX_COMPARED = 250;
const SHORT_SHA = 7;

/** The commit of a path parameter; GitHub's 422 where there is none. */
function commitIn(call: Call, repository: Repository, parameter: string): string {
  const name = call.params[parameter] ?? '';
  if (repository.refs.size === 0) throw new GitHubError(409, 'Git Repository is empty.');
  const sha = commitNamed(call.box.state, repository, name);
  if (sha === undefined) throw new GitHubError(422, `No commit found for SHA: ${name}`);
  return sha;
}

function listed(call: Call): Answer {
  const { box, query } = call;
  const { state } = box;
  const repository = repositoryFor(call, READ);
  const objects = objectsOf(state, repository);
  if (repository.refs.size === 0) throw new GitHubError(409, 'Git Repository is empty.');
  const tip = commitNamed(state, repository, query.get('sha') ?? repository.defaultBranch);
  if (tip === undefined) throw notFound();
  const path = query.get('path')?.replaceAll(/^\/+|\/+$/g, '') ?? '';
  const [since, until] = [query.get('since'), query.get('until')].map((each) =>
    each === null ? null : Date.parse(each),
  );
  const by = (email: string, wanted: string | null): boolean =>
    wanted === null || email === wanted || accountByEmail(state, email)?.id === (accountNamed(state, wanted)?.id ?? -1);
  const touching = path === '' ? undefined : changesOf(objects, tip, path);
  const found = history(objects, tip).filter((sha) => {
    const { author, committer } = commitAt(objects, sha);
    const at = Date.parse(committer.date);
    return (
      (since === null || since === undefined || at >= since) &&
      (until === null || until === undefined || at <= until) &&
      by(author.email, query.get('author')) &&
      by(committer.email, query.get('committer')) &&
      (touching?.has(sha) ?? true)
    );
  });
  // Cut before it is rendered: a history can be long.
  const perPage = Math.min(Number(query.get('per_page') ?? 30) || 30, 100);
  const page = Number(query.get('page') ?? 1) || 1;
  const [from, to] = [(page - 1) * perPage, page * perPage];
  const body = found.map((sha, index) => (index >= from && index < to ? commitJson(box, repository, sha) : null));
  return { status: 200, body, list: true };
}

/** One commit as `git format-patch` writes it. */
function patchOf(objects: Objects, sha: string): string {
  const { author, message } = commitAt(objects, sha);
  const [subject = '', ...rest] = message.split('\n');
  const date = new Date(author.date).toUTCString().replace('GMT', '+0000');
  const files = filesOfCommit(objects, sha);
  const head = `From ${sha} Mon Sep 17 00:00:00 2001\nFrom: ${author.name} <${author.email}>\nDate: ${date}\nSubject: [PATCH] ${subject}\n`;
  return `${head}${rest.join('\n')}\n---\n\n${unifiedDiff(files)}`;
}

function shown(call: Call): Answer {
  const repository = repositoryFor(call, READ);
  const sha = commitIn(call, repository, 'ref');
  const objects = objectsOf(call.box.state, repository);
  switch (mediaParam(call.accept)) {
    case 'sha':
      return { status: 200, body: sha };
    case 'diff':
      return { status: 200, body: unifiedDiff(filesOfCommit(objects, sha)) };
    case 'patch':
      return { status: 200, body: patchOf(objects, sha) };
    default:
      return { status: 200, body: fullCommitJson(call.box, repository, sha) };
  }
}

/** `branch`, `owner:branch` or `owner:repository:branch`, all of one network. */
function endOf(state: State, repository: Repository, name: string): string | undefined {
  const [revision = '', second, first] = name.split(':').toReversed();
  const [owner, repositoryName] = first === undefined ? [second, undefined] : [first, second];
  if (owner === undefined) return commitNamed(state, repository, revision);
  const account = accountNamed(state, owner);
  const ofNetwork = [...state.repositories.values()].find(
    (each) =>
      each.networkId === repository.networkId &&
      each.ownerId === account?.id &&
      (repositoryName === undefined || each.name.toLowerCase() === repositoryName.toLowerCase()),
  );
  return ofNetwork === undefined ? undefined : commitNamed(state, ofNetwork, revision);
}

const short = (sha: string): string => sha.slice(0, SHORT_SHA);

function compared(call: Call): Answer {
  const { box, params, query } = call;
  const { state } = box;
  const repository = repositoryFor(call, READ);
  const objects = objectsOf(state, repository);
  const [, baseName, headName] = /^(.+?)\.\.\.(.+)$/.exec(params['basehead'] ?? '') ?? [];
  const base = baseName === undefined ? undefined : endOf(state, repository, baseName);
  const head = headName === undefined ? undefined : endOf(state, repository, headName);
  if (base === undefined || head === undefined) throw notFound();
  const common = mergeBase(objects, base, head);
  if (common === undefined) throw new GitHubError(404, `No common ancestor between ${baseName} and ${headName}.`);
  const files = filesBetween(objects, commitAt(objects, common).tree, commitAt(objects, head).tree);
  const param = mediaParam(call.accept);
  if (param === 'diff') return { status: 200, body: unifiedDiff(files) };
  const ahead = commitsBetween(objects, base, head);
  if (param === 'patch') return { status: 200, body: ahead.map((sha) => patchOf(objects, sha)).join('\n') };
  const behind = history(objects, base, head).length;
  const status = ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  const cut = query.has('page') || query.has('per_page');
  const perPage = cut ? Math.min(Number(query.get('per_page') ?? 30) || 30, 100) : MAX_COMPARED;
  const page = Number(query.get('page') ?? 1) || 1;
  const [api, html] = [repositoryUrl(box, repository), repositoryPage(box, repository)];
  const last = Math.max(1, Math.ceil(ahead.length / perPage));
  const next = new URL(`${api}/compare/${baseName}...${headName}?per_page=${perPage}&page=${page + 1}`);
  return {
    status: 200,
    body: {
      url: `${api}/compare/${baseName}...${headName}`,
      html_url: `${html}/compare/${baseName}...${headName}`,
      permalink_url: `${html}/compare/${short(base)}...${short(head)}`,
      diff_url: `${html}/compare/${baseName}...${headName}.diff`,
      patch_url: `${html}/compare/${baseName}...${headName}.patch`,
      base_commit: commitJson(box, repository, base),
      merge_base_commit: commitJson(box, repository, common),
      status,
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: ahead.slice((page - 1) * perPage, page * perPage).map((sha) => commitJson(box, repository, sha)),
      ...(page === 1 ? { files: files.slice(0, MAX_FILES).map((each) => fileJson(box, repository, each, head)) } : {}),
    },
    ...(cut && page < last ? { headers: { link: `<${next.href}>; rel="next"` } } : {}),
  };
}

function merged(call: Call): Answer {
  const { box, body } = call;
  const { state } = box;
  const repository = repositoryFor(call, WRITE);
  const objects = objectsOf(state, repository);
  const [branch, headName] = [textIn(body, 'base') ?? '', textIn(body, 'head') ?? ''];
  const base = repository.refs.get(branchRef(branch));
  if (base === undefined) throw new GitHubError(404, 'Base does not exist');
  const head = commitNamed(state, repository, headName);
  if (head === undefined) throw new GitHubError(404, 'Head does not exist');
  if (descendsFrom(objects, base, head)) return { status: 204 };
  const { tree } = mergeOf(objects, base, head);
  if (tree === undefined) throw new GitHubError(409, 'Merge conflict');
  demandWorkflows(call, repository, tree);
  const actor = actorOf(call);
  const author = signatureOf(actor, box.now());
  const message = textIn(body, 'commit_message') ?? `Merge ${headName} into ${branch}`;
  const sha = put(objects, { type: 'commit', tree, parents: [base, head], author, committer: author, message });
  demandPush(call, repository, { branch, after: sha }, 403);
  moveRef(box, repository, branchRef(branch), sha, actor.login);
  return { status: 201, body: commitJson(box, repository, sha) };
}

function commented(call: Call): Answer {
  const { box, body } = call;
  const repository = repositoryFor(call, COMMENT);
  const sha = commitIn(call, repository, 'commit_sha');
  const at = moment(box.now());
  const actor = actorOf(call);
  const comment: CommitComment = {
    id: nextId(box.state),
    sha,
    authorId: actor.id,
    body: textIn(body, 'body') ?? '',
    path: textIn(body, 'path') ?? null,
    position: numberIn(body, 'position') ?? null,
    line: numberIn(body, 'line') ?? null,
    createdAt: at,
    updatedAt: at,
    reactions: [],
  };
  repository.commitComments.set(comment.id, comment);
  const payload = { comment: commitCommentJson(box, repository, comment) };
  box.emit({ event: 'commit_comment', action: 'created', repository: repository.id, sender: actor.login, payload });
  return { status: 201, body: commitCommentJson(box, repository, comment) };
}

/** Pull requests that brought a commit in or that have it. */
function pullsWith(call: Call): Answer {
  const { box } = call;
  const repository = repositoryFor(call, READ_PULLS);
  const sha = commitIn(call, repository, 'commit_sha');
  const found = pullsOf(repository).filter(
    (issue) => issue.pull.mergeCommitSha === sha || commitsOf(box.state, repository, issue).includes(sha),
  );
  return { status: 200, body: found.map((each) => simplePullJson(box, repository, each)), list: true };
}

export const commitRoutes: Routes = {
  'GET /repos/{owner}/{repo}/commits': listed,
  'GET /repos/{owner}/{repo}/commits/{ref}': shown,
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': pullsWith,
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/comments': (call) => {
    const repository = repositoryFor(call, READ);
    const sha = commitIn(call, repository, 'commit_sha');
    const found = [...repository.commitComments.values()].filter((each) => each.sha === sha);
    return { status: 200, body: found.map((each) => commitCommentJson(call.box, repository, each)), list: true };
  },
  'POST /repos/{owner}/{repo}/commits/{commit_sha}/comments': commented,
  'GET /repos/{owner}/{repo}/compare/{basehead}': compared,
  'POST /repos/{owner}/{repo}/merges': merged,
};
