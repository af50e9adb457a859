import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byLane, fieldOf, type Forge, openForge, ORG, type Step, textOf, violationsOfTheBox, walk } from './forge.ts';
import type { Call } from '../../../local/github/box.ts';
import { acting as actingOn, type Acting } from '../../../local/github/routes/acting.ts';
import { autoMergeDisabled, autoMergeEnabled, drafted, readied } from '../../../local/github/routes/pull-changes.ts';
import { isPull, type PullRequest, type Repository } from '../../../local/github/state.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(async () => {
  await forge.close();
});

const story = (name: string, ...steps: Step[]): [string, Step[]] => [name, steps];

const onFeature =
  (files: Readonly<Record<string, string | null>>, branch = 'feature') =>
  ({ name }: Repository): void => {
    forge.seed.commitFiles(`${ORG}/${name}`, branch, files, 'ada-example', 'More');
  };

const pushedBy = ({ name }: Repository, login: string): void => {
  forge.seed.commitFiles(`${ORG}/${name}`, 'feature', { 'more.txt': 'more\n' }, login, 'More');
};

const protect = (
  repository: Repository,
  given: { checks?: string[]; approvals?: number; strict?: boolean; admins?: boolean },
): void => {
  const { checks = [], approvals = 0, strict = false, admins = true } = given;
  repository.protections.set('main', {
    id: 1,
    pattern: 'main',
    createdAt: repository.createdAt,
    updatedAt: repository.createdAt,
    requiredStatusChecks: { strict, checks: checks.map((context) => ({ context, appId: null })) },
    requiredPullRequestReviews:
      approvals === 0
        ? null
        : {
            dismissStaleReviews: false,
            requireCodeOwnerReviews: false,
            requiredApprovingReviewCount: approvals,
            requireLastPushApproval: false,
            dismissalRestrictions: null,
            bypassAllowances: null,
          },
    restrictions: null,
    enforceAdmins: admins,
    requiredLinearHistory: false,
    allowForcePushes: false,
    allowDeletions: false,
    blockCreations: false,
    requiredConversationResolution: false,
    lockBranch: false,
    allowForkSyncing: false,
    requiredSignatures: false,
  });
};

const ruleset = (repository: Repository, type: string, parameters: Readonly<Record<string, unknown>>): void => {
  repository.rulesets.set(1, {
    id: 1,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    bypassActors: [],
    conditions: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    rules: [{ type, parameters }],
    createdAt: repository.createdAt,
    updatedAt: repository.createdAt,
  });
};

describe('opening and changing', () => {
  test.each([
    story(
      'opened, edited, closed and reopened',
      ['grace', 'POST /pulls', { title: 'Another', head: 'feature', base: 'main' }, 422, []],
      ['grace', 'POST /pulls', { title: 'Another', head: 'main', base: 'main' }, 422, []],
      ['grace', 'POST /pulls', { title: 'Another', head: 'nowhere', base: 'main' }, 422, []],
      ['grace', 'POST /pulls', { title: 'Another', head: 'feature', base: 'nowhere' }, 422, []],
      ['grace', 'POST /pulls', { head: 'feature', base: 'main' }, 422, []],
      ['joan', 'PATCH /pulls/1', { state: 'closed' }, 200, ['pull_request.closed']],
      [
        'grace',
        'POST /pulls',
        { title: 'Another', head: 'feature', base: 'main', draft: true },
        201,
        ['pull_request.opened'],
      ],
      ['joan', 'PATCH /pulls/1', { state: 'open' }, 422, []],
      [
        'grace',
        'PATCH /pulls/3',
        { title: 'A third', body: 'because' },
        200,
        ['pull_request.edited', 'pull_request.edited'],
      ],
      ['grace', 'PATCH /pulls/3', { title: 'A third' }, 200, []],
      ['kay', 'PATCH /pulls/3', { title: 'Mine' }, 403, []],
      ['nobody', 'GET /pulls/3', undefined, 200, []],
    ),
    story(
      'who may open',
      ['joan', 'PATCH /pulls/1', { state: 'closed' }, 200, ['pull_request.closed']],
      ['kay', 'POST /pulls', { title: 'Mine', head: 'feature', base: 'main' }, 403, []],
      ['nobody', 'POST /pulls', { title: 'Mine', head: 'feature', base: 'main' }, 401, []],
      ['reader-app', 'POST /pulls', { title: 'Mine', head: 'feature', base: 'main' }, 403, []],
      ['app', 'POST /pulls', { title: 'Ours', head: `${ORG}:feature`, base: 'main' }, 201, ['pull_request.opened']],
    ),
    story(
      'an issue becomes a pull request',
      ['joan', 'PATCH /pulls/1', { state: 'closed' }, 200, ['pull_request.closed']],
      ['grace', 'POST /pulls', { issue: 2, head: 'feature', base: 'main' }, 201, ['pull_request.opened']],
      ['nobody', 'GET /pulls/2', undefined, 200, []],
      ['grace', 'POST /pulls', { issue: 2, head: 'feature', base: 'main' }, 422, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('a new base is told with the old one', async () => {
    const { told } = await walk(
      forge,
      [
        ['joan', 'PATCH /pulls/1', { base: 'nowhere' }, 422, []],
        ['joan', 'PATCH /pulls/1', { base: 'feature' }, 422, []],
        ['joan', 'PATCH /pulls/1', { base: 'release' }, 200, ['pull_request.edited']],
      ],
      ({ name }) => void forge.seed.createBranch(`${ORG}/${name}`, 'release'),
    );
    expect(fieldOf(told[0]?.payload, 'changes', 'base', 'ref', 'from')).toBe('main');
    expect(fieldOf(told[0]?.payload, 'pull_request', 'base', 'ref')).toBe('release');
  });

  test('from a fork', async () => {
    const repository = forge.freshRepository();
    const fork = forge.seed.fork(`${ORG}/${repository.name}`, 'kay-example');
    forge.seed.commitFiles(`kay-example/${fork.name}`, 'patch', { 'kay.txt': 'kay\n' }, 'kay-example', 'Add kay');
    await forge.heard();
    const pulls = `/repos/${ORG}/${repository.name}/pulls`;
    const given = { title: 'From afar', head: 'kay-example:patch', base: 'main', maintainer_can_modify: true };
    expect((await forge.ask('joan', `POST ${pulls}`, given)).status).toBe(403);
    const { status, body } = await forge.ask('kay', `POST ${pulls}`, given);
    expect([status, fieldOf(body, 'head', 'label')]).toEqual([201, 'kay-example:patch']);
    const { body: found } = await forge.ask('nobody', `GET ${pulls}?head=kay-example:patch`);
    expect(fieldOf(found, 0, 'number')).toBe(3);
    forge.seed.commitFiles(`${ORG}/${repository.name}`, 'main', { 'main.txt': 'main\n' }, 'ada-example', 'Go on');
    expect((await forge.ask('grace', `PUT ${pulls}/3/update-branch`)).status).toBe(202);
    expect((await forge.heard()).map(({ name }) => name)).toContain('pull_request.synchronize');
  });

  test.each([
    ['', [1]],
    ['?state=all', [1]],
    ['?state=closed', []],
    ['?base=main', [1]],
    ['?base=other', []],
    [`?head=${ORG}:feature`, [1]],
    [`?head=${ORG}:other`, []],
    ['?sort=updated', [1]],
    ['?sort=popularity&direction=desc', [1]],
  ])('GET /pulls%s', async (query, numbers) => {
    const { body } = await walk(forge, [['nobody', `GET /pulls${query}`, undefined, 200, []]]);
    expect(Array.isArray(body) ? body.map((each) => fieldOf(each, 'number')) : body).toEqual(numbers);
  });
});

describe('reading', () => {
  test('files, commits and diff', async () => {
    const { body: files } = await walk(forge, [['nobody', 'GET /pulls/1/files', undefined, 200, []]]);
    expect(
      Array.isArray(files) ? files.map((each) => [fieldOf(each, 'filename'), fieldOf(each, 'status')]) : files,
    ).toEqual([
      ['src/lines.txt', 'modified'],
      ['src/new.txt', 'added'],
    ]);
    const { body: commits } = await walk(forge, [['nobody', 'GET /pulls/1/commits', undefined, 200, []]]);
    expect(fieldOf(commits, 0, 'commit', 'message')).toBe('Change a line');
    const { name } = forge.freshRepository();
    const pull = `GET /repos/${ORG}/${name}/pulls/1`;
    const { body: diff } = await forge.ask('nobody', pull, undefined, 'application/vnd.github.diff');
    expect(diff).toContain('-two\n+zwei\n');
    const { body: patch } = await forge.ask('nobody', pull, undefined, 'application/vnd.github.patch');
    expect(patch).toContain('Subject: [PATCH] Change a line');
  });

  test('up to 3,000 files, page by page; no diff beyond 300', async () => {
    const repository = forge.freshRepository();
    const many = Object.fromEntries(Array.from({ length: 3010 }, (_, index) => [`many/${index}.txt`, `${index}\n`]));
    onFeature(many)(repository);
    const path = `/repos/${ORG}/${repository.name}/pulls/1`;
    const { body: last } = await forge.ask('nobody', `GET ${path}/files?per_page=100&page=30`);
    const { body: beyond, headers } = await forge.ask('nobody', `GET ${path}/files?per_page=100&page=31`);
    expect([last, beyond].map((page) => (Array.isArray(page) ? page.length : page))).toEqual([100, 0]);
    expect(headers.get('link')).toContain('rel="first"');
    expect((await forge.ask('nobody', `GET ${path}`, undefined, 'application/vnd.github.diff')).status).toBe(406);
  });

  test('pull requests of a commit', async () => {
    const { body } = await walk(forge, [['nobody', 'GET /commits/:head/pulls', undefined, 200, []]]);
    expect(fieldOf(body, 0, 'number')).toBe(1);
  });
});

describe('requested reviewers', () => {
  test.each([
    story(
      'asked and taken back',
      [
        'grace',
        'POST /pulls/1/requested_reviewers',
        { reviewers: ['grace-example', 'ada-example'] },
        201,
        ['pull_request.review_requested', 'pull_request.review_requested'],
      ],
      ['grace', 'POST /pulls/1/requested_reviewers', { reviewers: ['grace-example'] }, 201, []],
      ['nobody', 'GET /pulls/1/requested_reviewers', undefined, 200, []],
      [
        'app',
        'DELETE /pulls/1/requested_reviewers',
        { reviewers: ['ada-example', 'kay-example'] },
        200,
        ['pull_request.review_request_removed'],
      ],
    ),
    story(
      'the author, strangers and bots cannot be asked, and then nobody is',
      ['app', 'POST /pulls/1/requested_reviewers', { reviewers: ['grace-example', 'joan-example'] }, 422, []],
      ['app', 'POST /pulls/1/requested_reviewers', { reviewers: ['grace-example', 'kay-example'] }, 422, []],
      ['app', 'POST /pulls/1/requested_reviewers', { reviewers: ['bowsprit[bot]'] }, 422, []],
      ['app', 'POST /pulls/1/requested_reviewers', { team_reviewers: ['no-team'] }, 422, []],
      ['kay', 'POST /pulls/1/requested_reviewers', { reviewers: ['grace-example'] }, 403, []],
      ['reader-app', 'POST /pulls/1/requested_reviewers', { reviewers: ['grace-example'] }, 403, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('a team is asked, and answered by a member', async () => {
    const { body } = await walk(
      forge,
      [
        [
          'app',
          'POST /pulls/1/requested_reviewers',
          { team_reviewers: ['riggers'] },
          201,
          ['pull_request.review_requested'],
        ],
        ['ada', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 200, ['pull_request_review.submitted']],
        ['nobody', 'GET /pulls/1/requested_reviewers', undefined, 200, []],
      ],
      ({ name }) =>
        void forge.seed.createTeam(ORG, 'Riggers', { members: ['ada-example'], repositories: { [name]: 'write' } }),
    );
    expect(body).toEqual({ users: [], teams: [] });
  });
});

const MERGED = ['push', 'pull_request.closed'];

describe('merging', () => {
  test.each(['merge', 'squash', 'rebase'] as const)('by %s', async (method) => {
    const { body } = await walk(forge, [
      ['nobody', 'GET /pulls/1/merge', undefined, 404, []],
      ['grace', 'PUT /pulls/1/merge', { merge_method: method, sha: ':head' }, 200, MERGED],
      ['nobody', 'GET /pulls/1/merge', undefined, 204, []],
      ['grace', 'PUT /pulls/1/merge', {}, 405, []],
      ['joan', 'PATCH /pulls/1', { state: 'open' }, 422, []],
      ['nobody', 'GET /pulls/1', undefined, 200, []],
    ]);
    expect([fieldOf(body, 'merged'), fieldOf(body, 'state'), fieldOf(body, 'merged_by', 'login')]).toEqual([
      true,
      'closed',
      'grace-example',
    ]);
  });

  test('the commit has the title and message that were asked for', async () => {
    const { body } = await walk(forge, [
      [
        'app',
        'PUT /pulls/1/merge',
        { merge_method: 'squash', commit_title: 'Title', commit_message: 'Message' },
        200,
        MERGED,
      ],
      ['nobody', 'GET /commits/:main', undefined, 200, []],
    ]);
    expect(fieldOf(body, 'commit', 'message')).toBe('Title\n\nMessage');
    expect(fieldOf(body, 'parents')).toHaveLength(1);
  });

  test.each([
    story(
      'by who may write',
      ['joan', 'PUT /pulls/1/merge', {}, 403, []],
      ['alan', 'PUT /pulls/1/merge', {}, 403, []],
      ['nobody', 'PUT /pulls/1/merge', {}, 401, []],
      ['reader-app', 'PUT /pulls/1/merge', {}, 403, []],
      ['ada', 'PUT /pulls/1/merge', undefined, 200, MERGED],
    ),
    story('only at the head that was meant', ['grace', 'PUT /pulls/1/merge', { sha: ':main' }, 409, []]),
    story(
      'not when closed',
      ['joan', 'PATCH /pulls/1', { state: 'closed' }, 200, ['pull_request.closed']],
      ['grace', 'PUT /pulls/1/merge', {}, 405, []],
    ),
    story('not what is an issue', ['grace', 'PUT /pulls/2/merge', {}, 404, []]),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test.each<[string, (repository: Repository) => void, number, string]>([
    ['a draft', draft, 405, 'Pull Request is still a draft'],
    [
      'a conflict',
      onFeature({ 'src/lines.txt': textOf(['one', 'deux']) }, 'main'),
      405,
      'Pull Request is not mergeable',
    ],
    [
      'a missing check',
      (repository) => protect(repository, { checks: ['ci'] }),
      405,
      'Required status check "ci" is expected.',
    ],
    [
      'a missing approval',
      (repository) => protect(repository, { approvals: 1 }),
      405,
      'At least 1 approving review is required by reviewers with write access.',
    ],
    [
      'a missing check of a ruleset',
      (repository) => ruleset(repository, 'required_status_checks', { required_status_checks: [{ context: 'ci' }] }),
      405,
      'Required status check "ci" is expected.',
    ],
    [
      'missing approvals of a ruleset',
      (repository) => ruleset(repository, 'pull_request', { required_approving_review_count: 2 }),
      405,
      'At least 2 approving reviews are required by reviewers with write access.',
    ],
    [
      'a method that is not allowed',
      (repository) => void (repository.settings.allowMergeCommit = false),
      405,
      'Merge commits are not allowed on this repository.',
    ],
  ])('%s is in the way', async (_, given, status, message) => {
    const { body } = await walk(forge, [['grace', 'PUT /pulls/1/merge', {}, status, []]], given);
    expect(fieldOf(body, 'message')).toBe(message);
  });

  test('an administrator whom protection does not name passes it', async () => {
    const { violations } = await walk(
      forge,
      [
        ['grace', 'PUT /pulls/1/merge', {}, 405, []],
        ['ada', 'PUT /pulls/1/merge', {}, 200, MERGED],
      ],
      (repository) => protect(repository, { approvals: 1, admins: false }),
    );
    expect(violations).toEqual([]);
  });

  test('what protection asks for opens the way', async () => {
    const { violations } = await walk(
      forge,
      [
        ['grace', 'PUT /pulls/1/merge', {}, 405, []],
        ['kay', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 200, ['pull_request_review.submitted']],
        ['app', 'POST /statuses/:head', { state: 'pending', context: 'ci' }, 201, ['status']],
        ['grace', 'PUT /pulls/1/merge', {}, 405, []],
        ['app', 'POST /statuses/:head', { state: 'success', context: 'ci' }, 201, ['status']],
        ['grace', 'PUT /pulls/1/merge', {}, 405, []],
        ['grace', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 200, ['pull_request_review.submitted']],
        ['grace', 'PUT /pulls/1/merge', {}, 200, MERGED],
      ],
      (repository) => protect(repository, { checks: ['ci'], approvals: 1 }),
    );
    expect(violations).toEqual([]);
  });

  test('issues that are named are closed, the branch is deleted where the repository wants it', async () => {
    const { told } = await walk(
      forge,
      [
        ['joan', 'PATCH /pulls/1', { body: 'Fixes #2' }, 200, ['pull_request.edited']],
        ['grace', 'PUT /pulls/1/merge', {}, 200, ['push', 'delete', 'push', 'pull_request.closed', 'issues.closed']],
      ],
      ({ settings }) => void (settings.deleteBranchOnMerge = true),
    );
    expect(told.map(({ name }) => name)).toContain('issues.closed');
  });
});

function draft({ issues }: Repository): void {
  const pull = issues.get(1)?.pull;
  if (pull !== undefined) pull.draft = true;
}

describe('updating the branch', () => {
  test.each([story('nothing to do', ['grace', 'PUT /pulls/1/update-branch', {}, 422, []])])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('brings what the base has', async () => {
    const { violations } = await walk(
      forge,
      [
        ['grace', 'PUT /pulls/1/update-branch', { expected_head_sha: ':main' }, 422, []],
        ['kay', 'PUT /pulls/1/update-branch', {}, 403, []],
        [
          'app',
          'PUT /pulls/1/update-branch',
          { expected_head_sha: ':head' },
          202,
          ['push', 'pull_request.synchronize'],
        ],
        ['app', 'PUT /pulls/1/update-branch', {}, 422, []],
      ],
      onFeature({ 'main.txt': 'main\n' }, 'main'),
    );
    expect(violations).toEqual([]);
  });

  test('not over a conflict', async () => {
    const given = onFeature({ 'src/lines.txt': 'other\n' }, 'main');
    const { body } = await walk(forge, [['grace', 'PUT /pulls/1/update-branch', {}, 422, []]], given);
    expect(fieldOf(body, 'message')).toBe('merge conflict between base and head');
  });
});

const acting = (repository: Repository, login: string): { readonly who: Acting; readonly issue: PullRequest } => {
  const call: Call = {
    params: { owner: ORG, repo: repository.name },
    query: new URLSearchParams(),
    body: {},
    caller: { is: 'user', login },
    accept: '',
    box: forge.github.box,
  };
  const issue = repository.issues.get(1);
  if (!isPull(issue)) throw new Error('no pull request');
  return { who: actingOn(call, { permission: 'pull_requests', level: 'write', role: 'read' }), issue };
};
const told = async (): Promise<readonly string[]> => byLane(await forge.heard()).map(({ name }) => name);

/** What GraphQL does, which has no REST operation. */
describe('drafts and auto-merge', () => {
  test.each<[what: string, act: (repository: Repository) => void, events: readonly string[]]>([
    [
      'ended by a push of somebody who may not write',
      (repository) => pushedBy(repository, 'alan-example'),
      ['push', 'pull_request.auto_merge_disabled', 'pull_request.synchronize'],
    ],
    [
      'not ended by a push of somebody who may',
      (repository) => pushedBy(repository, 'grace-example'),
      ['push', 'pull_request.synchronize'],
    ],
    [
      'ended by becoming a draft',
      (repository) => {
        const { who, issue } = acting(repository, 'grace-example');
        drafted(who, issue);
      },
      ['pull_request.auto_merge_disabled', 'pull_request.converted_to_draft'],
    ],
  ])('auto-merge is %s', async (_, act, events) => {
    const repository = forge.freshRepository();
    repository.settings.allowAutoMerge = true;
    protect(repository, { approvals: 1 });
    const { who, issue } = acting(repository, 'grace-example');
    autoMergeEnabled(who, issue, { method: 'squash', commitTitle: '', commitMessage: '' });
    await forge.heard();
    act(repository);
    expect((await told()).toSorted()).toEqual(events.toSorted());
    expect(issue.pull.autoMerge === null).toBe(events.includes('pull_request.auto_merge_disabled'));
    expect(violationsOfTheBox(forge)).toEqual([]);
  });

  test('to a draft and back', async () => {
    const repository = forge.freshRepository();
    await forge.heard();
    const { who, issue } = acting(repository, 'grace-example');
    drafted(who, issue);
    drafted(who, issue);
    readied(who, issue);
    readied(who, issue);
    expect(await told()).toEqual(['pull_request.converted_to_draft', 'pull_request.ready_for_review']);
    expect(violationsOfTheBox(forge)).toEqual([]);
  });

  test('merged by itself once a review was the last thing missing', async () => {
    const repository = forge.freshRepository();
    await forge.heard();
    const { who, issue } = acting(repository, 'grace-example');
    const autoMerge = { method: 'squash', commitTitle: '', commitMessage: '' } as const;
    expect(() => autoMergeEnabled(who, issue, autoMerge)).toThrow('not allowed');
    repository.settings.allowAutoMerge = true;
    expect(() => autoMergeEnabled(who, issue, autoMerge)).toThrow('clean status');
    protect(repository, { approvals: 1 });
    autoMergeEnabled(who, issue, autoMerge);
    autoMergeDisabled(who, issue);
    autoMergeEnabled(who, issue, autoMerge);
    const on = 'pull_request.auto_merge_enabled';
    expect(await told()).toEqual([on, 'pull_request.auto_merge_disabled', on]);
    await forge.ask('ada', `POST /repos/${ORG}/${repository.name}/pulls/1/reviews`, { event: 'APPROVE' });
    expect(await told()).toEqual(['push', 'pull_request_review.submitted', 'pull_request.closed']);
    expect(issue.pull.merged).toBe(true);
    expect(violationsOfTheBox(forge)).toEqual([]);
  });
});

describe('where nothing may change', () => {
  test.each<[string, (repository: Repository) => void, Step[]]>([
    [
      'an archived repository is read only',
      (repository) => void (repository.archived = true),
      [
        ['ada', 'POST /issues/1/comments', { body: 'hi' }, 403, []],
        ['app', 'PUT /pulls/1/merge', {}, 403, []],
        ['nobody', 'GET /pulls/1', undefined, 200, []],
      ],
    ],
    [
      'a private one is not there for strangers',
      (repository) => void (repository.private = true),
      [
        ['kay', 'GET /pulls/1', undefined, 404, []],
        ['kay', 'POST /issues/1/comments', { body: 'hi' }, 404, []],
        ['nobody', 'POST /issues/1/comments', { body: 'hi' }, 404, []],
        ['joan', 'POST /issues/1/comments', { body: 'hi' }, 201, ['issue_comment.created']],
        ['app', 'GET /pulls/1', undefined, 200, []],
      ],
    ],
    [
      'issues may be switched off',
      ({ settings }) => void (settings.hasIssues = false),
      [
        ['joan', 'POST /issues', { title: 'A wish' }, 410, []],
        ['joan', 'POST /issues/1/comments', { body: 'hi' }, 201, ['issue_comment.created']],
      ],
    ],
  ])('%s', async (_, given, steps) => {
    expect((await walk(forge, steps, given)).violations).toEqual([]);
  });
});
