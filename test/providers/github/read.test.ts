import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Files } from '../../../local/github/seed.ts';
import { accountOf, moment, nextId, type Status } from '../../../local/github/state.ts';
import { Refusal, Retryable } from '../../../shared/errors.ts';
import type { Read } from '../../../shared/providers/provider.ts';
import { alteredBetween } from '../../../shared/reading.ts';
import { type Answers, openAnswers } from './answers.ts';
import { type Forge, type GitHubScene, openForge, ORG } from './forge.ts';

let forge: Forge;
let answers: Answers;
beforeAll(async () => {
  forge = await openForge();
  answers = await openAnswers();
});
afterAll(() => Promise.all([forge.close(), answers.close()]));

/** Without the rename that the pull request of every scene has. */
function withoutRename(): GitHubScene {
  const scene = forge.scene();
  scene.push({ 'docs/new.txt': '', 'src/old.txt': 'old\n' });
  return scene;
}

const SNAPSHOT = 'POST /graphql';
const MANY = Array.from({ length: 250 }, (_, index) => `d${index}/OWNERS`);

describe('what each fact costs, tokens left out', () => {
  test.each<[fact: string, ask: (read: Read, scene: GitHubScene) => Promise<unknown>, requests: readonly string[]]>([
    ['pull', (read) => read.pull(), [SNAPSHOT]],
    ['labels', (read) => read.labels(), [SNAPSHOT]],
    ['otherPulls', (read, { people }) => read.otherPulls(people.author), ['GET /repos/{owner}/{repo}/issues']],
    ['description', (read) => read.description(), [SNAPSHOT]],
    ['text', (read) => read.text(), ['GET /repos/{owner}/{repo}/issues/comments/{comment_id}']],
    [
      'issueAt',
      (read, { pull }) => read.issueAt({ owner: ORG, repository: 'boat-1', number: pull.number }),
      ['GET /repos/{owner}/{repo}/issues/{issue_number}', 'GET /repos/{owner}/{repo}'],
    ],
    ['changedFiles', (read) => read.changedFiles(), [SNAPSHOT]],
    ['happened', (read) => read.happened(), ['GET /repos/{owner}/{repo}/issues/{issue_number}/timeline']],
    ['milestones', (read) => read.milestones(), ['GET /repos/{owner}/{repo}/milestones']],
    ['defaultBranch', (read) => read.defaultBranch(), ['GET /repos/{owner}/{repo}']],
    ['repositoryLabels', (read) => read.repositoryLabels(), ['GET /repos/{owner}/{repo}/labels']],
    [
      'role',
      (read, { people }) => read.role(people.reviewer),
      ['GET /repos/{owner}/{repo}/collaborators/{username}/permission'],
    ],
    ['member', (read, { people }) => read.member(people.reviewer), ['GET /orgs/{org}/memberships/{username}']],
    [
      'inTeam',
      (read, { people, team }) => read.inTeam(people.reviewer, team),
      ['GET /orgs/{org}/teams/{team_slug}/memberships/{username}', 'GET /users/{username}'],
    ],
    ['teamMembers', (read, { team }) => read.teamMembers(team), ['GET /orgs/{org}/teams/{team_slug}/members']],
    ['filesAt, 100 of them', (read, { base }) => read.filesAt(base(), MANY.slice(0, 100)), [SNAPSHOT]],
    ['filesAt, 250 of them', (read, { base }) => read.filesAt(base(), MANY), [SNAPSHOT, SNAPSHOT, SNAPSHOT]],
    ['branch', (read, { baseRef }) => read.branch(baseRef), ['GET /repos/{owner}/{repo}/git/ref/{ref}']],
    [
      'changeAt',
      (read, { baseRef, head }) => read.changeAt(baseRef, head()),
      ['GET /repos/{owner}/{repo}/compare/{basehead}', SNAPSHOT],
    ],
    ['labelChanges', (read) => read.labelChanges(), ['GET /repos/{owner}/{repo}/issues/{issue_number}/events']],
    ['treeAt', (read, { base }) => read.treeAt(base()), ['GET /repos/{owner}/{repo}/git/trees/{tree_sha}']],
    [
      'trust, of a collaborator',
      (read, { people }) => read.trust(people.reviewer.login),
      ['GET /repos/{owner}/{repo}/collaborators/{username}/permission'],
    ],
    [
      'trust, of somebody else',
      (read, { people }) => read.trust(people.stranger.login),
      ['GET /repos/{owner}/{repo}/collaborators/{username}/permission', 'GET /orgs/{org}/memberships/{username}'],
    ],
    ['commits', (read) => read.commits(), [SNAPSHOT]],
    ['pullsOnto', (read, { baseRef }) => read.pullsOnto(baseRef, undefined), [SNAPSHOT]],
    ['reviewsWaiting', (read) => read.reviewsWaiting(), [SNAPSHOT]],
    ['pullsAt', (read, { head }) => read.pullsAt(head()), ['GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls']],
  ])('%s', async (_, ask, requests) => {
    const scene = withoutRename();
    const { read, calls } = await scene.connect();
    forge.asked();
    await ask(read, scene);
    expect(forge.asked()).toEqual(requests);
    expect(calls()).toBe(requests.length);
  });

  test('the pull request, its labels and its files together: one request', async () => {
    const { read, calls } = await withoutRename().connect();
    await Promise.all([read.pull(), read.labels(), read.changedFiles()]);
    expect(calls()).toBe(1);
  });

  test('with a rename three more, because GraphQL does not tell where the file was, nor REST of which head', async () => {
    const { read, calls } = await forge.scene().connect();
    await Promise.all([read.pull(), read.changedFiles()]);
    expect(calls()).toBe(4);
  });
});

describe('changed files', () => {
  test('more than a page of them are all listed', async () => {
    const scene = withoutRename();
    scene.push(Object.fromEntries(Array.from({ length: 205 }, (_, index) => [`many/${index}.txt`, `${index}\n`])));
    const { read, calls } = await scene.connect();
    const { files, complete } = await read.changedFiles();
    expect({ complete, listed: files.length, calls: calls() }).toEqual({ complete: true, listed: 206, calls: 6 });
  });

  test('more than GitHub lists are not taken for all', async () => {
    const scene = withoutRename();
    scene.push(Object.fromEntries(Array.from({ length: 3_001 }, (_, index) => [`many/${index}.txt`, `${index}\n`])));
    const { read, calls } = await scene.connect();
    const { files, complete } = await read.changedFiles();
    expect({ complete, listed: files.length, calls: calls() }).toEqual({ complete: false, listed: 3_000, calls: 33 });
  }, 60_000);
});

const comparison = (files: unknown): object => ({ merge_base_commit: { sha: 'base' }, files });
const entries = (from: object | null, to: object | null): object => ({
  data: { repository: { from: { f0: from }, to: { f0: to } } },
});

describe('what a push changes', () => {
  const PLAIN = 'docs/plain.txt';
  test.each<[what: string, files: Files]>([
    ['that a file is a symbolic link now', { [PLAIN]: { mode: '120000', text: 'OWNERS' } }],
    ['that a file can be run now', { [PLAIN]: { mode: '100755', text: 'OWNERS' } }],
  ])('%s', async (_, files) => {
    const scene = forge.scene();
    const { fullName, people, baseRef, head } = scene;
    forge.seed.commitFiles(fullName, 'feature', { [PLAIN]: 'OWNERS' }, people.author.login, 'A plain file');
    const before = head();
    const after = forge.seed.commitFiles(fullName, 'feature', files, people.author.login, 'Only its mode');
    for (const graphql of [true, false]) {
      if (!graphql) forge.github.faults.set([{ route: 'POST /graphql', kind: 'error-before', status: 404 }]);
      // oxlint-disable-next-line no-await-in-loop
      const { read } = await scene.connect();
      // oxlint-disable-next-line no-await-in-loop
      const [then, now] = await Promise.all([read.changeAt(baseRef, before), read.changeAt(baseRef, after)]);
      expect(alteredBetween(then, now)).toEqual([PLAIN]);
    }
    forge.github.faults.clear();
  });

  const MODIFIED = { filename: PLAIN, status: 'modified', sha: 'b', patch: '@@ -1 +1 @@\n-a\n+b' };
  const ENTRY = { mode: 0o100644, oid: 'b' };
  test.each<[what: string, compared: object, entries: object]>([
    ['no list of files', comparison(undefined), entries(ENTRY, ENTRY)],
    ['no file at the head', comparison([MODIFIED]), entries(ENTRY, null)],
    ['no file at the merge base', comparison([MODIFIED]), entries(null, ENTRY)],
    ['no head', comparison([MODIFIED]), { data: { repository: { from: { f0: ENTRY }, to: null } } }],
    ['no repository', comparison([MODIFIED]), { data: { repository: null } }],
  ])('is not known where GitHub shows %s', async (_, compared, body) => {
    const { read } = await answers.saying(({ request }) => ({ body: request.includes('/compare/') ? compared : body }));
    expect(await read.changeAt('main', 'head')).toMatchObject({ complete: false });
  });
});

function report({ repository, head }: GitHubScene, context: string, state: Status['state'] = 'success'): void {
  const { state: box } = forge.github;
  const at = moment(forge.github.box.now());
  const status = { sha: head(), context, state, description: null, targetUrl: null, createdAt: at, updatedAt: at };
  const id = nextId(box);
  repository.statuses.set(id, { ...status, id, creatorId: repository.ownerId });
}

function requireChecks({ repository }: GitHubScene, ...contexts: readonly string[]): void {
  const id = nextId(forge.github.state);
  const at = moment(forge.github.box.now());
  const parameters = {
    required_status_checks: contexts.map((context) => ({ context })),
    strict_required_status_checks_policy: false,
  };
  repository.rulesets.set(id, {
    id,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    bypassActors: [],
    conditions: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    rules: [{ type: 'required_status_checks', parameters }],
    createdAt: at,
    updatedAt: at,
  });
}

describe('checks of the head', () => {
  test('a required one that has not reported is pending', async () => {
    const scene = forge.scene();
    requireChecks(scene, 'ci', 'docs');
    report(scene, 'ci');
    report(scene, 'extra', 'failure');
    const { read } = await scene.connect();
    const { checks, checksComplete } = await read.pull();
    expect(checksComplete).toBe(true);
    expect(
      checks.map(({ name, state, required }) => `${name} ${state}${required ? ' required' : ''}`).toSorted(),
    ).toEqual(['ci success required', 'docs pending required', 'extra failure']);
  });

  test('each says what it is, what it says of itself, and to which App it belongs', async () => {
    const scene = forge.scene();
    report(scene, 'ci');
    const { apply, read } = await scene.connect();
    await apply.report?.({
      is: 'report',
      check: 'docs',
      headSha: scene.head(),
      conclusion: 'failure',
      title: '2 mistakes',
      text: 'Here and there.',
      annotations: [],
    });
    const { checks } = await read.pull();
    expect(checks.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
      { name: 'ci', state: 'success', required: false, from: 'status', url: undefined, description: undefined },
      {
        name: 'docs',
        state: 'failure',
        required: false,
        from: 'run',
        description: '2 mistakes',
        url: expect.stringContaining('/runs/'),
        id: expect.stringMatching(/^\d+$/),
        app: forge.github.app.slug,
      },
    ]);
  });

  test('more than a page of them are all read', async () => {
    const scene = forge.scene();
    for (let index = 0; index < 230; index += 1) report(scene, `check ${index}`, index === 3 ? 'failure' : 'success');
    const { read, calls } = await scene.connect();
    const { checks, checksComplete } = await read.pull();
    expect({ checksComplete, count: checks.length, calls: calls() }).toEqual({
      checksComplete: true,
      count: 230,
      calls: 3,
    });
    expect(checks.filter(({ state }) => state === 'failure').map(({ name }) => name)).toEqual(['check 3']);
  });
});

// What a GitHub that keeps to the rules does not say.

const PULL = {
  title: 'Change',
  state: 'OPEN',
  isDraft: false,
  mergeable: 'MERGEABLE',
  headRefOid: 'head',
  baseRefName: 'main',
  baseRefOid: 'base',
  changedFiles: 0,
  author: null,
  body: '',
  assignees: { nodes: [] },
  labels: { nodes: [] },
  reviewRequests: { nodes: [] },
  files: { totalCount: 0, nodes: [] },
  reviews: { nodes: [] },
  baseRef: { target: { oid: 'base' }, branchProtectionRule: null, refUpdateRule: null, rules: { nodes: [] } },
  commits: { nodes: [{ commit: { oid: 'head', committedDate: '2026-11-25T09:00:00Z', statusCheckRollup: null } }] },
};
const REPOSITORY = {
  url: 'https://forge.example/acme/widgets',
  isPrivate: false,
  mergeCommitAllowed: true,
  squashMergeAllowed: false,
  rebaseMergeAllowed: false,
};
const pullOf = (change: object): object => ({
  data: { repository: { ...REPOSITORY, pullRequest: { ...PULL, ...change } } },
});
const complaint = (type: string, ...path: readonly string[]): object => ({
  errors: [{ type, path, message: 'Resource not accessible by integration' }],
});
const ofPull = ['repository', 'pullRequest'] as const;

describe('an answer in part', () => {
  test.each<[title: string, change: object, path: readonly string[]]>([
    ['labels', { labels: null }, ['labels']],
    ['reviews', { reviews: null }, ['reviews']],
    ['files', { files: null }, ['files']],
    [
      'checks',
      { commits: { nodes: [{ commit: { ...PULL.commits.nodes[0]?.commit, statusCheckRollup: null } }] } },
      ['commits', 'nodes', '0', 'commit', 'statusCheckRollup'],
    ],
  ])('that lacks %s, which only people can change, is a refusal', async (what, change, path) => {
    const { read } = await answers.saying(() => ({
      body: { ...pullOf(change), ...complaint('FORBIDDEN', ...ofPull, ...path) },
    }));
    const permission = what === 'checks' ? 'Checks: read' : 'Pull requests: read';
    await expect(read.pull()).rejects.toMatchObject({
      name: 'Refusal',
      message: expect.stringContaining(`lacks the permission ${permission}, `),
    });
  });

  test.each(['SERVICE_UNAVAILABLE', 'NOT_FOUND', 'FORBIDDEN'])('for any other reason is none: %s', async (type) => {
    const { read } = await answers.saying(() => ({
      body: {
        ...pullOf({ labels: null }),
        errors: [{ type, path: [...ofPull, 'labels'], message: 'Something went wrong' }],
      },
    }));
    await expect(read.pull()).rejects.toBeInstanceOf(Retryable);
  });

  test('that lacks only the rules of the branch is one: GitHub holds merges to them by itself', async () => {
    const { read } = await answers.saying(() => ({
      body: { ...pullOf({}), ...complaint('FORBIDDEN', ...ofPull, 'baseRef', 'branchProtectionRule') },
    }));
    expect(await read.pull()).toMatchObject({
      headSha: 'head',
      methods: ['merge'],
      checks: [],
      author: { login: 'ghost' },
    });
  });

  test('in which there is no pull request is a refusal', async () => {
    const { read } = await answers.saying(() => ({
      body: { data: { repository: { ...REPOSITORY, pullRequest: null } }, ...complaint('NOT_FOUND', ...ofPull) },
    }));
    await expect(read.pull()).rejects.toBeInstanceOf(Refusal);
  });

  test('that says to slow down is the weather, for as long as GitHub says', async () => {
    const { read } = await answers.saying(() => ({
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '1764064920',
        date: 'Tue, 25 Nov 2025 10:00:00 GMT',
      },
      body: complaint('RATE_LIMITED'),
    }));
    await expect(read.pull()).rejects.toMatchObject({ name: 'Retryable', retryAfter: 120 });
  });

  test('with the checks of another commit leads to those of the head', async () => {
    const { read } = await answers.saying(({ body }) => {
      const { variables }: { variables: { oid?: string } } = JSON.parse(body);
      const nodes = [{ kind: 'StatusContext', context: 'ci', state: 'FAILURE', targetUrl: null, isRequired: true }];
      const contexts = { pageInfo: { hasNextPage: false, endCursor: null }, nodes };
      const commit = { oid: 'head', statusCheckRollup: { contexts } };
      const older = { oid: 'older', statusCheckRollup: null };
      return variables.oid === 'head'
        ? { body: { data: { repository: { object: commit } } } }
        : { body: pullOf({ commits: { nodes: [{ commit: older }] } }) };
    });
    expect(await read.pull()).toMatchObject({
      checksComplete: true,
      checks: [{ name: 'ci', state: 'failure', required: true }],
    });
  });
});

const stood = (sha: string, at: string): object => ({ head: { sha }, updated_at: `2026-11-25T10:00:0${at}Z` });

describe('a list of files that another request gives', () => {
  const RENAMED = { path: 'b', additions: 0, deletions: 0, changeType: 'RENAMED' };
  const LISTED = { filename: 'b', previous_filename: 'a', status: 'renamed', additions: 0, deletions: 0 };

  test.each<[title: string, before: object, after: object, is: unknown]>([
    [
      'is of the head where nothing happened',
      stood('head', '1'),
      stood('head', '1'),
      { files: [{ path: 'b', previousPath: 'a', additions: 0, deletions: 0 }], complete: true },
    ],
    ['is of another head where the head had moved', stood('other', '1'), stood('head', '1'), 'Retryable'],
    ['may be of another head where the head moved', stood('head', '1'), stood('other', '2'), 'Retryable'],
    ['may be of another head where it moved and moved back', stood('head', '1'), stood('head', '2'), 'Retryable'],
  ])('%s', async (_, before, after, is) => {
    const standing = [before, after];
    const { read } = await answers.saying(({ request }) => {
      if (request.endsWith('/pulls/3/files')) return { body: [LISTED] };
      if (request.endsWith('/pulls/3')) return { body: standing.shift() };
      return { body: pullOf({ changedFiles: 1, files: { totalCount: 1, nodes: [RENAMED] } }) };
    });
    const outcome = await read
      .changedFiles()
      .catch((error: unknown) => (error instanceof Retryable ? error.name : error));
    expect(outcome).toEqual(is);
  });
});

const answerOf = (permission: string, roleName: string, flags: object): object => ({
  permission,
  role_name: roleName,
  user: { login: 'grace-example', id: 7, permissions: flags },
});

describe('roles', () => {
  const grace = { login: 'grace-example', id: '7', bot: false };
  const ASKED = 'GET /repos/acme-example/widgets/collaborators/grace-example/permission';

  test.each<[title: string, body: object, role: string]>([
    ['admin', answerOf('admin', 'admin', {}), 'admin'],
    ['maintain, which the old field calls write', answerOf('write', 'maintain', {}), 'maintain'],
    ['triage, which the old field calls read', answerOf('read', 'triage', {}), 'triage'],
    ['none, in a private repository', answerOf('none', 'none', {}), 'none'],
    [
      'a custom role that may push',
      answerOf('write', 'shipper', { pull: true, triage: true, push: true, maintain: false, admin: false }),
      'write',
    ],
    ['a custom role that may triage', answerOf('read', 'sorter', { pull: true, triage: true, push: false }), 'triage'],
  ])('%s', async (_, body, role) => {
    const { read } = await answers.saying(({ request }) => (request === ASKED ? { body } : undefined));
    expect((await read.role(grace)).role).toBe(role);
  });

  test('a role that reads tells whether everybody can', async () => {
    const { read } = await answers.saying(({ request }) =>
      request === ASKED ? { body: answerOf('read', 'read', {}) } : { body: { private: true } },
    );
    expect(await read.role(grace)).toEqual({ role: 'read', public: false });
  });

  test('who is no user has none', async () => {
    const { read } = await answers.saying(() => ({ status: 404, body: { message: 'grace-example is not a user' } }));
    expect((await read.role(grace)).role).toBe('none');
  });

  test.each<[title: string, status: number, body: object]>([
    ['403 for a reason of its own', 403, { message: 'Resource protected by organization SAML enforcement.' }],
    ['500', 500, { message: 'Server Error' }],
    ['an answer about nobody', 200, { permission: 'write', role_name: 'write', user: null }],
  ])('%s is neither yes nor no', async (_, status, body) => {
    const { read } = await answers.saying(() => ({ status, body }));
    await expect(read.role(grace)).rejects.toBeInstanceOf(Retryable);
  });

  test.each<[status: number, message: string]>([
    [404, 'Not Found'],
    [410, 'Gone'],
  ])('%i about the repository is a refusal, and no role', async (status, message) => {
    const { read } = await answers.saying(() => ({ status, body: { message } }));
    await expect(read.role(grace)).rejects.toBeInstanceOf(Refusal);
  });

  describe.each<[title: string, ask: (read: Read) => Promise<unknown>]>([
    ['a member', (read) => read.member(grace)],
    ['in the team', (read) => read.inTeam(grace, 'acme-example/crew')],
    ['of the team', (read) => read.teamMembers('acme-example/crew')],
  ])('where it cannot be told who is %s', (_, ask) => {
    test('for a reason that may pass, nobody is or is not', async () => {
      const { read } = await answers.saying(() => ({ status: 403, body: { message: 'Resource not accessible' } }));
      await expect(ask(read)).rejects.toBeInstanceOf(Retryable);
    });

    // Nothing that comes again later would change it, and until then the pull request's other commands would wait.
    test.each<[headers: Record<string, string>, permission: string]>([
      [{ 'x-accepted-github-permissions': 'members=read' }, 'the permission Members: read'],
      [{ 'x-accepted-github-permissions': 'pull_requests=write; issues=write' }, 'the permission Pull requests: write'],
      [{}, 'the permission Members: read'],
    ])('because the App lacks a permission, it is named: %j', async (headers, permission) => {
      const body = { message: 'Resource not accessible by integration' };
      const { read } = await answers.saying(() => ({ status: 403, headers, body }));
      await expect(ask(read)).rejects.toMatchObject({
        name: 'Refusal',
        message: expect.stringMatching(
          `^The GitHub App lacks ${permission}, so Bowsprit cannot tell who is .*; whoever installed`,
        ),
      });
    });
  });

  test.each(['pending', 'active'])('an invitation is no membership: %s', async (state) => {
    const { read } = await answers.saying(({ request }) =>
      request.startsWith('GET /users/') ? { body: { id: 7 } } : { body: { state, user: { id: 7 } } },
    );
    expect(await read.member(grace)).toBe(state === 'active');
    expect(await read.inTeam(grace, `${ORG}/crew`)).toBe(state === 'active');
  });
});

test('the text of a comment, unless it was edited since; none where it is gone', async () => {
  const scene = forge.scene();
  const said = scene.commentBy(scene.people.reviewer.login, '/release-note-edit\n\n    more');
  const { read } = await scene.connect(said);
  expect(await read.text()).toBe('/release-note-edit\n\n    more');
  const comment = scene.repository.comments.get(Number(said.text?.id));
  if (comment === undefined) throw new Error('the comment is not there');
  comment.body = '/release-note-edit\n\n    more or less';
  await expect(read.text()).rejects.toThrow('The comment was edited after this command was written');
  // As deliveries were that an earlier door took.
  const undigested = { ...said, text: said.text && { ...said.text, digest: undefined } };
  await expect((await scene.connect(undigested)).read.text()).rejects.toThrow('The comment was edited');
  scene.repository.comments.delete(Number(said.text?.id));
  expect(await read.text()).toBeUndefined();
});

test('another issue: what it is and which labels it has', async () => {
  const scene = forge.scene();
  const other = forge.scene();
  const { read, apply } = await scene.connect(scene.onIssue);
  await apply['add-label']?.({ is: 'add-label', label: 'kind/bug' });
  const at = (number: number, repository = scene.repository.name) => read.issueAt({ owner: ORG, repository, number });
  expect(await at(scene.onIssue.target?.number ?? 0)).toEqual({ kind: 'issue', labels: ['kind/bug'] });
  expect(await at(scene.pull.number)).toEqual({ kind: 'pull', labels: [] });
  expect(await at(other.pull.number, other.repository.name)).toEqual({ kind: 'pull', labels: [] });
  expect(await at(999)).toBeUndefined();
  expect(await at(1, 'no-such')).toBeUndefined();
});

test('an issue of a private repository is not told of in a public one', async () => {
  const [scene, other] = [forge.scene(), forge.scene()];
  const { read } = await scene.connect(scene.onPull);
  const there = { owner: ORG, repository: other.repository.name, number: other.pull.number };
  other.repository.private = true;
  expect(await read.issueAt(there)).toBeUndefined();
  scene.repository.private = true;
  const again = await scene.connect(scene.onPull);
  expect(await again.read.issueAt(there)).toEqual({ kind: 'pull', labels: [] });
});

test('who says by their status to have little time, by one request for all', async () => {
  const scene = forge.scene();
  const { reviewer, author, stranger } = scene.people;
  const saying = (id: string, limitedAvailability: boolean): void => {
    const account = accountOf(forge.github.state, Number(id));
    account.status = { message: 'On the road', limitedAvailability };
  };
  saying(reviewer.id, true);
  saying(author.id, false);
  const { read } = await scene.connect(scene.onPull);
  forge.asked();
  const logins = [reviewer.login.toUpperCase(), author.login, stranger.login, 'nobody-of-that-name'];
  expect(await read.limitedAmong(logins)).toEqual(new Set([reviewer.login]));
  expect(forge.asked()).toEqual(['POST /graphql']);
  expect(await read.limitedAmong([])).toEqual(new Set());
});

test('other pull requests of somebody: issues are none, and this one is none', async () => {
  const scene = forge.scene();
  const { read } = await scene.connect();
  const { author, stranger } = scene.people;
  expect(await read.otherPulls(author)).toBe(false);
  expect(await read.otherPulls(stranger)).toBe(false);
  forge.seed.commitFiles(scene.fullName, 'more', { 'more.txt': 'more\n' }, author.login, 'More');
  forge.seed.openPull(scene.fullName, author.login, { title: 'More', head: 'more', base: 'main' });
  expect(await read.otherPulls(author)).toBe(true);
});

test('who spoke, acted and labeled, and whether they belong to the project', async () => {
  const scene = forge.scene();
  const { people } = scene;
  const { apply, read } = await scene.connect();
  scene.commentBy(people.stranger.login, 'Anybody?');
  scene.commentBy(people.reviewer.login, 'Which version?');
  await apply['add-label']?.({ is: 'add-label', label: 'kind/bug' });
  const { happened, complete } = await read.happened();
  expect(complete).toBe(true);
  expect(happened.slice(-3).map(({ is, by, insider, label }) => [is, by.login, insider, label])).toEqual([
    ['spoke', people.stranger.login, false, undefined],
    ['spoke', people.reviewer.login, true, undefined],
    ['labeled', expect.stringContaining('[bot]'), false, 'kind/bug'],
  ]);
});
