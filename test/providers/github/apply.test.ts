import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitAt } from '../../../local/github/git.ts';
import { accountOf, isPull, nextId, moment, objectsOf } from '../../../local/github/state.ts';
import { digestOfText } from '../../../shared/digest.ts';
import { Refusal, Retryable } from '../../../shared/errors.ts';
import type { ActionResult, ForgeAction, StatusOf } from '../../../shared/language/index.ts';
import { marked, noticeMarker } from '../../../shared/providers/github/comments.ts';
import { performed } from '../contract.ts';
import { asRead, type Forge, type GitHubScene, openForge, ORG } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

const LABELS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels';
const COMMENTS = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const GONE = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
const ISSUE = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const EDIT = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
const MERGE = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge';
const NOTICE = { is: 'notice', subject: 'approval', text: 'Waiting.', quiet: false } as const;

type Report = Extract<ForgeAction, { readonly is: 'report' }>;

const merging = ({ head }: GitHubScene): ForgeAction => ({ is: 'merge', headSha: head(), method: 'merge' });

const RUNS = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
const RUN = 'POST /repos/{owner}/{repo}/check-runs';
const RUN_AGAIN = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const reporting = ({ head }: GitHubScene, more: Partial<Report> = {}): Report => ({
  is: 'report',
  check: 'bowsprit/settings',
  headSha: head(),
  conclusion: 'failure',
  title: '1 mistake',
  text: 'Look at it.',
  annotations: [{ path: 'OWNERS', line: 2, column: 1, level: 'failure', message: 'Not so.' }],
  ...more,
});

const STATUSES = 'GET /repos/{owner}/{repo}/commits/{ref}/status';
const STATUS = 'POST /repos/{owner}/{repo}/statuses/{sha}';
const stating = ({ head }: GitHubScene, more: Partial<StatusOf> = {}): ForgeAction => ({
  is: 'set-status',
  context: 'ci / unit',
  headSha: head(),
  state: 'success',
  description: 'Overridden by ada',
  ...more,
});

const settings = (scene: GitHubScene, change: Partial<GitHubScene['repository']['settings']>): void => {
  Object.assign(scene.repository.settings, change);
};

const describing = (text: string, was: string): ForgeAction => ({ is: 'describe', text, was: digestOfText(was) });

const moving = (repository: string): ForgeAction => ({ is: 'transfer-issue', repository });

const refusalOf = async (scene: GitHubScene, action: ForgeAction): Promise<string> => {
  const { apply } = await scene.connect();
  const outcome: unknown = await performed(apply, action).catch((error: unknown) => error);
  if (!(outcome instanceof Refusal)) throw new Error('it was not refused', { cause: outcome });
  return outcome.message;
};

const said = async (
  scene: GitHubScene,
  notice: { readonly text?: string; readonly quiet?: boolean } = {},
  context: { readonly id?: string; readonly resumed?: boolean } = {},
): Promise<ActionResult> => {
  const { id, resumed = false } = context;
  const { apply } = await scene.connect(undefined, {
    notices: () => (id === undefined ? {} : { [NOTICE.subject]: id }),
    resumed,
  });
  return performed(apply, { ...NOTICE, ...notice });
};

describe('what each action costs, tokens left out', () => {
  test.each<[action: string, given: (scene: GitHubScene) => ForgeAction, requests: readonly string[]]>([
    ['add-label', () => ({ is: 'add-label', label: 'lgtm' }), [LABELS]],
    [
      'remove-label',
      () => ({ is: 'remove-label', label: 'lgtm' }),
      ['DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}'],
    ],
    [
      'assign',
      ({ people }) => ({ is: 'assign', logins: [people.reviewer.login] }),
      ['POST /repos/{owner}/{repo}/issues/{issue_number}/assignees'],
    ],
    [
      'request-review',
      ({ people, team }) => ({ is: 'request-review', reviewers: [people.reviewer.login, team] }),
      ['POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers'],
    ],
    ['close', () => ({ is: 'close', reason: 'completed' }), ['PATCH /repos/{owner}/{repo}/issues/{issue_number}']],
    ['retitle', () => ({ is: 'retitle', title: 'Else' }), ['PATCH /repos/{owner}/{repo}/issues/{issue_number}']],
    ['set-milestone', () => ({ is: 'set-milestone' }), ['PATCH /repos/{owner}/{repo}/issues/{issue_number}']],
    ['notice, the first about its subject', () => NOTICE, [COMMENTS, COMMENT]],
    ['notice that nobody must act on', () => ({ ...NOTICE, quiet: true }), []],
    ['merge', merging, [MERGE]],
    ['report', reporting, [RUNS, RUN]],
    ['set-status', stating, [STATUSES, STATUS]],
  ])('%s', async (_, given, requests) => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    forge.asked();
    await performed(apply, given(scene));
    expect(forge.asked()).toEqual(requests);
  });
});

describe('a living comment', () => {
  test('goes by one request where it is remembered, and none where nothing is', async () => {
    const scene = forge.scene();
    const { ref = '' } = await said(scene);
    const gone = { is: 'no-notice', subject: NOTICE.subject } as const;
    const { apply } = await scene.connect(undefined, { notices: () => ({ [NOTICE.subject]: ref }) });
    forge.asked();
    expect(await performed(apply, gone)).toEqual({ result: 'done' });
    expect(await performed(apply, gone)).toEqual({ result: 'unchanged' });
    expect(forge.asked()).toEqual([GONE, GONE]);
    const forgetful = await scene.connect();
    expect(await performed(forgetful.apply, gone)).toEqual({ result: 'unchanged' });
    expect(forge.asked()).toEqual([]);
  });

  test('that an earlier attempt may have written is looked for, and nobody else’s is touched', async () => {
    const scene = forge.scene();
    scene.commentBy(scene.people.stranger.login, marked('Waiting.', noticeMarker(NOTICE.subject)));
    await said(scene);
    const { apply } = await scene.connect(undefined, { resumed: true });
    expect(await performed(apply, { is: 'no-notice', subject: NOTICE.subject })).toEqual({ result: 'done' });
    const left = [...scene.repository.comments.values()].filter(({ body }) => body.includes('bowsprit:notice'));
    expect(left.map(({ authorId }) => String(authorId))).toEqual([scene.people.stranger.id]);
  });
});

describe('a milestone', () => {
  test('is set, set again, and taken away; of those there are, the open ones are known', async () => {
    const scene = forge.scene();
    const { repository } = scene;
    for (const [number, title, state] of [
      [1, 'v1.0', 'closed'],
      [2, 'v1.1', 'open'],
    ] as const) {
      const at = moment(forge.github.box.now());
      const closedAt = state === 'closed' ? at : null;
      const texts = { title, description: null, dueOn: null, closedAt };
      const creatorId = Number(scene.people.author.id);
      repository.milestones.set(number, {
        id: nextId(forge.github.state),
        number,
        state,
        creatorId,
        createdAt: at,
        updatedAt: at,
        ...texts,
      });
    }
    for (const on of [scene.onPull, scene.onIssue]) {
      const { read, apply } = await scene.connect(on);
      const [open, ...more] = await read.milestones();
      expect([open, more]).toEqual([{ number: 2, title: 'v1.1' }, []]);
      const { number = 0 } = on.target ?? {};
      const isIn = () => repository.issues.get(number)?.milestone;
      const setting = { is: 'set-milestone', ...(open === undefined ? {} : { milestone: open }) } as const;
      for (const milestone of [2, 2]) {
        expect(await performed(apply, setting)).toEqual({ result: 'done' });
        expect(isIn()).toBe(milestone);
      }
      expect(await performed(apply, { is: 'set-milestone' })).toEqual({ result: 'done' });
      expect(isIn()).toBeNull();
    }
  });

  test('that is gone is not set', async () => {
    const scene = forge.scene();
    expect(await refusalOf(scene, { is: 'set-milestone', milestone: { number: 9, title: 'v9' } })).toMatch(
      /^GitHub would not set the milestone: /,
    );
  });
});

test('an issue is closed as the duplicate that it is', async () => {
  const scene = forge.scene();
  const { apply } = await scene.connect(scene.onIssue);
  expect(await performed(apply, { is: 'close', reason: 'duplicate' })).toEqual({ result: 'done' });
  const issue = scene.repository.issues.get(scene.onIssue.target?.number ?? 0);
  expect([issue?.state, issue?.stateReason]).toEqual(['closed', 'duplicate']);
});

describe('the description', () => {
  test.each(['onPull', 'onIssue'] as const)('%s says something else, once', async (where) => {
    const scene = forge.scene();
    const { apply, read } = await scene.connect(scene[where]);
    const before = await read.description();
    forge.asked();
    expect(await performed(apply, describing('Better', before))).toEqual({ result: 'done' });
    expect(forge.asked()).toEqual([ISSUE, EDIT]);
    expect(await performed(apply, describing('Better', before))).toEqual({ result: 'unchanged' });
    expect(forge.asked()).toEqual([ISSUE]);
    expect(await (await scene.connect(scene[where])).read.description()).toBe('Better');
  });

  test('that somebody changed since it was read is left alone', async () => {
    const scene = forge.scene();
    scene.pull.body = 'By hand';
    const { apply } = await scene.connect();
    expect(await performed(apply, describing('Better', ''))).toMatchObject({ result: 'refused' });
    expect(scene.pull.body).toBe('By hand');
    expect(await performed(apply, describing('x'.repeat(65_537), 'By hand'))).toMatchObject({
      result: 'refused',
      note: expect.stringContaining('65536 are allowed'),
    });
  });
});

describe('an issue', () => {
  test('is pinned once, and unpinned once', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect(scene.onIssue);
    const does = async (is: 'pin-issue' | 'unpin-issue') => (await performed(apply, { is })).result;
    expect([await does('pin-issue'), await does('pin-issue')]).toEqual(['done', 'unchanged']);
    expect([await does('unpin-issue'), await does('unpin-issue')]).toEqual(['done', 'unchanged']);
    for (const number of [21, 22, 23]) {
      const { issues } = scene.repository;
      issues.set(number, { ...scene.pull, number, id: nextId(forge.github.state), pinned: true, pull: undefined });
    }
    expect(await performed(apply, { is: 'pin-issue' })).toEqual({
      result: 'refused',
      note: 'GitHub would not pin it: `Maximum 3 pinned issues per repository`.',
    });
  });

  test('is moved to another repository of the same owner, once', async () => {
    const [scene, other] = [forge.scene(), forge.scene()];
    const { apply } = await scene.connect(scene.onIssue);
    expect(await performed(apply, moving('no-such'))).toMatchObject({
      result: 'refused',
      note: expect.stringContaining('There is no repository'),
    });
    expect(await performed(apply, moving(other.repository.name))).toMatchObject({ result: 'done' });
    expect([...other.repository.issues.values()].map(({ title }) => title)).toContain('It leaks');
    expect(await performed(apply, moving(other.repository.name))).toMatchObject({ result: 'unchanged' });
  });

  test('is not moved where whoever asks for it sees nothing', async () => {
    const [scene, other] = [forge.scene(), forge.scene()];
    other.repository.private = true;
    const { stranger } = scene.people;
    const { apply } = await scene.connect({ ...scene.onIssue, sender: stranger });
    expect(await performed(apply, moving(other.repository.name))).toMatchObject({
      result: 'refused',
      note: expect.stringContaining('There is no repository'),
    });
    other.repository.collaborators.set(Number(stranger.id), 'read');
    expect(await performed(apply, moving(other.repository.name))).toMatchObject({ result: 'done' });
  });
});

describe('a report', () => {
  test('made again changes nothing; made otherwise it is the same check run', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    const first = await performed(apply, reporting(scene));
    forge.asked();
    expect(await performed(apply, reporting(scene))).toEqual({ result: 'unchanged', ref: first.ref });
    expect(forge.asked()).toEqual([RUNS]);
    const mended = await performed(apply, reporting(scene, { conclusion: 'success', title: 'Fine', annotations: [] }));
    expect(mended).toEqual({ result: 'done', ref: first.ref });
    expect(forge.asked()).toEqual([RUNS, RUN_AGAIN]);
  });

  test('that has no end yet is green later; what came to its end is made anew where it is open again', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    const pending = { conclusion: 'pending', annotations: [] } as const;
    const first = await performed(apply, reporting(scene, pending));
    expect(await performed(apply, reporting(scene, pending))).toEqual({ result: 'unchanged', ref: first.ref });
    const green = await performed(apply, reporting(scene, { conclusion: 'success', annotations: [] }));
    expect(green).toEqual({ result: 'done', ref: first.ref });
    forge.asked();
    const again = await performed(apply, reporting(scene, pending));
    expect(again.ref).not.toBe(first.ref);
    expect(forge.asked()).toEqual([RUNS, RUN]);
    expect(await performed(apply, reporting(scene, pending))).toEqual({ result: 'unchanged', ref: again.ref });
  });

  test('of many lines takes several requests, and is cut somewhere', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    const annotations = Array.from({ length: 1_000 }, (_, index) => ({
      path: 'OWNERS',
      line: index + 1,
      column: 1,
      level: 'warning' as const,
      message: 'Not so.',
    }));
    forge.asked();
    await performed(apply, reporting(scene, { annotations, text: 'x'.repeat(100_000), title: 'y'.repeat(1_000) }));
    expect(forge.asked()).toEqual([RUNS, RUN, RUN_AGAIN, RUN_AGAIN, RUN_AGAIN]);
  });
});

describe('a commit status', () => {
  test('set again changes nothing; what differs is another one, and the newest counts', async () => {
    const scene = forge.scene();
    const { apply, read } = await scene.connect();
    const url = 'https://forge.example/12#c1';
    const first = await performed(apply, stating(scene, { url }));
    forge.asked();
    expect(await performed(apply, stating(scene, { url }))).toEqual({ result: 'unchanged', ref: first.ref });
    expect(forge.asked()).toEqual([STATUSES]);
    const others: readonly Partial<StatusOf>[] = [{ state: 'failure' }, { description: 'Else' }, {}];
    for (const more of others) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await performed(apply, stating(scene, more))).toMatchObject({ result: 'done' });
    }
    expect((await read.pull()).checks).toEqual([
      {
        name: 'ci / unit',
        state: 'success',
        required: false,
        from: 'status',
        description: 'Overridden by ada',
        url: undefined,
      },
    ]);
    expect(forge.github.violations()).toEqual([]);
  });

  test.each<[why: string, more: Partial<StatusOf>, message: RegExp]>([
    ['a description of 141 characters', { description: 'x'.repeat(141) }, /description is too long/],
    ['an address that is none', { url: 'javascript:alert(1)' }, /http/],
    ['no such commit', { headSha: '0'.repeat(40) }, /No commit found/],
  ])('GitHub refuses %s in its own words', async (_, more, message) => {
    const scene = forge.scene();
    expect(await refusalOf(scene, stating(scene, more))).toMatch(message);
  });

  test('GitHub takes a thousand of one context on one commit', async () => {
    const scene = forge.scene();
    const { repository, head } = scene;
    const at = moment(forge.github.box.now());
    for (let index = 0; index < 1_000; index += 1) {
      const id = nextId(forge.github.state);
      repository.statuses.set(id, {
        id,
        sha: head(),
        context: 'ci / unit',
        state: 'pending',
        description: null,
        targetUrl: null,
        creatorId: repository.ownerId,
        createdAt: at,
        updatedAt: at,
      });
    }
    expect(await refusalOf(scene, stating(scene))).toMatch(/maximum number of statuses/);
  });

  test('an App without the permission is told which, and does all else', async () => {
    const permissions = {
      checks: 'write',
      metadata: 'read',
      issues: 'write',
      pull_requests: 'write',
      statuses: 'read',
    } as const;
    const poor = await openForge({ app: { permissions } });
    const scene = poor.scene();
    expect(await refusalOf(scene, stating(scene))).toBe(
      'The GitHub App lacks the permission Commit statuses: write, so Bowsprit cannot set one; whoever installed it can grant it.',
    );
    const { apply } = await scene.connect();
    expect(await performed(apply, { is: 'add-label', label: 'lgtm' })).toEqual({ result: 'done' });
    await poor.close();
  });
});

describe('the merge commit', () => {
  test('says what its templates make of the pull request, and nothing in it is taken for one', async () => {
    const scene = forge.scene();
    scene.pull.title = 'Fix {number}\u2028{body}';
    scene.pull.body = 'First\n\n{title}';
    const { apply } = await scene.connect();
    const { ref } = await performed(apply, {
      is: 'merge',
      headSha: scene.head(),
      method: 'squash',
      title: '{title} (#{number}) by {author}',
      body: '{body}\n{head} into {base}',
    });
    const commit = commitAt(objectsOf(forge.github.state, scene.repository), ref ?? '');
    expect(commit?.message).toBe(
      `Fix {number} {body} (#${scene.pull.number}) by ${scene.people.author.login}\n\nFirst\n\n{title}\nfeature into main`,
    );
  });

  test('costs nothing more where the forge words it', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    forge.asked();
    await performed(apply, merging(scene));
    expect(forge.asked()).toEqual([MERGE]);
  });
});

describe('GitHub would not merge', () => {
  test.each<[why: string, given: (scene: GitHubScene) => unknown, note: RegExp]>([
    ['a draft', ({ pull }) => isPull(pull) && (pull.pull.draft = true), /still a draft/],
    ['what is closed', ({ pull }) => (pull.state = 'closed'), /not mergeable/],
    ['in a way the repository does not allow', (scene) => settings(scene, { allowMergeCommit: false }), /not allowed/],
    ['what conflicts', ({ pushToBase }) => pushToBase({ 'src/lines.txt': 'all else\n' }), /not mergeable/],
    ['a head that moved', ({ push }) => push({ 'src/late.txt': 'late\n' }), /head moved/],
  ])('%s', async (_, given, note) => {
    const scene = forge.scene();
    const action = merging(scene);
    given(scene);
    const { apply } = await scene.connect();
    expect(await performed(apply, action)).toMatchObject({ result: 'refused', note: expect.stringMatching(note) });
    expect(scene.shown(scene.onPull).state).not.toBe('merged');
  });

  test('what somebody else has merged at another commit is not our merge', async () => {
    const scene = forge.scene();
    const action = merging(scene);
    scene.push({ 'src/late.txt': 'late\n' });
    const { apply } = await scene.connect();
    expect(await performed(apply, merging(scene))).toMatchObject({ result: 'done' });
    expect(await performed(apply, action)).toMatchObject({ result: 'refused' });
  });

  test('without a word about it where the answer to our own merge was lost', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    forge.github.faults.set([{ route: MERGE, kind: 'error-after', count: 1 }]);
    await expect(performed(apply, merging(scene))).rejects.toBeInstanceOf(Retryable);
    forge.github.faults.clear();
    const again = await scene.connect(undefined, { resumed: true });
    const result = await performed(again.apply, merging(scene));
    expect(result).toMatchObject({ result: 'done', ref: isPull(scene.pull) ? scene.pull.pull.mergeCommitSha : '' });
  });
});

describe('refused in GitHub’s own words, shown as code', () => {
  test('a branch that is gone cannot be opened again', async () => {
    const scene = forge.scene();
    scene.pull.state = 'closed';
    scene.repository.refs.delete('refs/heads/feature');
    expect(await refusalOf(scene, { is: 'reopen' })).toMatchInlineSnapshot(
      `"GitHub would not reopen this: \`state cannot be changed. The feature branch has been deleted\`."`,
    );
  });

  test('a label that is too long', async () => {
    expect(await refusalOf(forge.scene(), { is: 'add-label', label: 'x'.repeat(51) })).toMatchInlineSnapshot(
      `"GitHub would not add a label: \`name is too long (maximum is 50 characters)\`."`,
    );
  });

  test('a repository that is archived', async () => {
    const scene = forge.scene();
    scene.repository.archived = true;
    expect(await refusalOf(scene, { is: 'retitle', title: 'Else' })).toMatchInlineSnapshot(
      `"GitHub does not let Bowsprit change the title here: \`Repository was archived so is read-only\`."`,
    );
  });

  test('an App that was given less', async () => {
    const poor = await openForge({ app: { permissions: { metadata: 'read', issues: 'read', pull_requests: 'read' } } });
    try {
      expect(await refusalOf(poor.scene(), { is: 'add-label', label: 'lgtm' })).toMatchInlineSnapshot(
        `"GitHub does not let Bowsprit add a label here: the App was not given the permission for it."`,
      );
    } finally {
      await poor.close();
    }
  });

  test('a review on an issue', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect(scene.onIssue);
    const asked = performed(apply, { is: 'request-review', reviewers: [scene.people.reviewer.login] });
    await expect(asked).rejects.toBeInstanceOf(Refusal);
  });

  test('nobody who could be assigned', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    const result = await performed(apply, { is: 'assign', logins: [scene.people.stranger.login, 'nobody-example'] });
    expect(result).toMatchObject({ result: 'refused', note: expect.stringContaining('`nobody-example`') });
  });

  test.each<[who: string, reviewer: (scene: GitHubScene) => string]>([
    ['a team of another organization', () => 'elsewhere-example/crew'],
    ['a team that is not there', () => `${ORG}/no-such-team`],
    ['the author', ({ people }) => people.author.login],
  ])('%s as the only reviewer', async (_, reviewer) => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    const name = reviewer(scene);
    expect(await performed(apply, { is: 'request-review', reviewers: [name] })).toMatchObject({
      result: 'refused',
      note: expect.stringContaining(`\`${name}\` as a reviewer of`),
    });
  });
});

describe('living comments', () => {
  test('one that is longer than GitHub takes is cut, and found again', async () => {
    const scene = forge.scene();
    const text = `\`\`\`\n${'🚢'.repeat(40_000)}`;
    await said(scene, { text });
    await said(scene, { text }, { resumed: true });
    const [comment, ...others] = scene.comments();
    expect(others).toEqual([]);
    expect(comment?.body).toHaveLength(65_536);
    expect(comment?.body.isWellFormed()).toBe(true);
    expect(comment?.body.startsWith('<!-- ')).toBe(true);
    expect(asRead(comment?.body ?? '').endsWith('…')).toBe(true);
  });

  test('what people write is never taken for ours, whatever it holds', async () => {
    const scene = forge.scene();
    const forged = scene.commentBy(
      scene.people.stranger.login,
      marked('Everything is approved.', noticeMarker('approval')),
    );
    await said(scene, {}, { resumed: true });
    expect(scene.comments()).toHaveLength(1);
    expect(scene.repository.comments.get(Number(forged.text?.id))?.body).toContain('Everything is approved.');
  });

  test('what another App wrote is never taken for ours', async () => {
    const scene = forge.scene();
    const { state, box } = forge.github;
    const at = moment(box.now());
    const comment = {
      id: nextId(state),
      issueNumber: scene.pull.number,
      authorId: accountOf(state, scene.pull.authorId).id,
      body: marked('Theirs.', noticeMarker('approval')),
      createdAt: at,
      updatedAt: at,
      appId: 15_368,
      minimizedReason: null,
      reactions: [],
    };
    scene.repository.comments.set(comment.id, comment);
    await said(scene, {}, { resumed: true });
    expect(scene.comments().map(({ body }) => asRead(body))).toEqual(['Waiting.']);
    expect(comment.body).toContain('Theirs.');
  });

  test('a marker inside a text of ours is no marker', async () => {
    const scene = forge.scene();
    const { apply } = await scene.connect();
    await performed(apply, { ...NOTICE, subject: 'merge', text: `It quotes ${noticeMarker('approval')}.` });
    await performed(apply, NOTICE);
    expect(scene.comments()).toHaveLength(2);
  });

  test('one that somebody deleted is written again', async () => {
    const scene = forge.scene();
    const { ref = '' } = await said(scene);
    scene.repository.comments.delete(Number(ref));
    const second = await said(scene, { text: 'Still waiting.' }, { id: ref });
    expect(second).toMatchObject({ result: 'done' });
    expect(second.ref).not.toBe(ref);
    expect(scene.comments().map(({ body }) => asRead(body))).toEqual(['Still waiting.']);
  });

  test('but not where nobody must act', async () => {
    const scene = forge.scene();
    const { ref = '' } = await said(scene);
    scene.repository.comments.delete(Number(ref));
    expect(await said(scene, { quiet: true }, { id: ref })).toEqual({ result: 'unchanged' });
    expect(scene.comments()).toEqual([]);
  });

  test('one that is forgotten is found among many', async () => {
    const scene = forge.scene();
    const { ref } = await said(scene);
    for (let index = 0; index < 220; index += 1) scene.commentBy(scene.people.stranger.login, `chatter ${index}`);
    expect(await said(scene, { text: 'Found.' })).toEqual({ result: 'done', ref });
    expect(scene.comments().map(({ body }) => asRead(body))).toEqual(['Found.']);
  });
});

const enqueuing = ({ head }: GitHubScene): ForgeAction => ({ is: 'enqueue', headSha: head() });

function queueScene(): GitHubScene & { readonly queued: () => boolean } {
  const scene = forge.scene();
  const { repository, pull } = scene;
  const at = forge.github.box.now().toISOString();
  const rules = [
    { type: 'merge_queue' },
    { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'build' }] } },
  ];
  repository.rulesets.set(1, {
    id: 1,
    name: 'queue',
    target: 'branch',
    enforcement: 'active',
    bypassActors: [],
    conditions: null,
    createdAt: at,
    updatedAt: at,
    rules,
  });
  const id = nextId(forge.github.state);
  const status = { id, sha: scene.head(), context: 'build', state: 'success', description: null } as const;
  repository.statuses.set(id, {
    ...status,
    targetUrl: null,
    creatorId: repository.ownerId,
    createdAt: at,
    updatedAt: at,
  });
  return { ...scene, queued: () => pull.pull?.queued !== undefined };
}

describe('the merge queue', () => {
  test('it is put there once, however often that is asked for, and taken out once', async () => {
    const scene = queueScene();
    const { apply, read } = await scene.connect();
    expect(await performed(apply, enqueuing(scene))).toEqual({ result: 'done' });
    expect(scene.queued()).toBe(true);
    expect(await performed(apply, enqueuing(scene))).toEqual({ result: 'unchanged' });
    expect(await read.pull()).toMatchObject({ queue: { place: { position: 1, state: 'testing' } }, strict: false });
    expect(await performed(apply, { is: 'dequeue' })).toEqual({ result: 'done' });
    expect(scene.queued()).toBe(false);
    expect(await performed(apply, { is: 'dequeue' })).toEqual({ result: 'unchanged' });
  });

  test('a head that moved is not put there', async () => {
    const scene = queueScene();
    const { apply } = await scene.connect();
    expect(await performed(apply, { is: 'enqueue', headSha: '0'.repeat(40) })).toMatchObject({ result: 'refused' });
    expect(scene.queued()).toBe(false);
  });

  test('what GitHub says against it is told in its words', async () => {
    const scene = queueScene();
    scene.repository.statuses.clear();
    const { apply } = await scene.connect();
    expect(await performed(apply, enqueuing(scene))).toEqual({
      result: 'refused',
      note: 'GitHub did not take it into the merge queue: `Required status check "build" is expected`.',
    });
  });
});

const arming = ({ head }: GitHubScene): ForgeAction => ({ is: 'arm-merge', headSha: head(), method: 'squash' });
const disarming = ({ head }: GitHubScene): ForgeAction => ({ is: 'disarm-merge', headSha: head() });

const waitingScene = (): GitHubScene => {
  const scene = queueScene();
  const rules = scene.repository.rulesets.get(1);
  if (rules !== undefined) rules.rules = rules.rules.filter(({ type }) => type !== 'merge_queue');
  scene.repository.statuses.clear();
  scene.repository.settings.allowAutoMerge = true;
  return scene;
};

describe('auto-merge', () => {
  test('it is turned on once, however often that is asked for, and off once', async () => {
    const scene = waitingScene();
    const { apply, read } = await scene.connect();
    expect(await performed(apply, arming(scene))).toEqual({ result: 'done' });
    expect(await performed(apply, arming(scene))).toEqual({ result: 'unchanged' });
    expect(await read.pull()).toMatchObject({
      autoMerge: { by: { bot: true }, method: 'squash' },
      autoMergeAllowed: true,
      blocked: true,
    });
    expect(await performed(apply, disarming(scene))).toEqual({ result: 'done' });
    expect(await performed(apply, disarming(scene))).toEqual({ result: 'unchanged' });
    expect(scene.pull.pull?.autoMerge).toBeNull();
  });

  test('with a message it is merged with that', async () => {
    const scene = waitingScene();
    const { apply } = await scene.connect();
    const action = { ...arming(scene), title: '{title} (#{number})' };
    expect(await performed(apply, action)).toEqual({ result: 'done' });
    expect(scene.pull.pull?.autoMerge).toMatchObject({ commitTitle: `Change a line (#${scene.pull.number})` });
  });

  test.each<[what: string, change: (scene: GitHubScene) => void, result: Partial<ActionResult>]>([
    [
      'a repository that does not allow it',
      (scene) => settings(scene, { allowAutoMerge: false }),
      {
        result: 'refused',
        note: 'GitHub did not turn auto-merge on: `Auto merge is not allowed for this repository`.',
      },
    ],
    [
      'nothing to wait for',
      ({ repository }) => repository.rulesets.clear(),
      { result: 'superseded', note: 'Nothing is waited for any more.' },
    ],
  ])('%s', async (_, change, result) => {
    const scene = waitingScene();
    change(scene);
    const { apply } = await scene.connect();
    expect(await performed(apply, arming(scene))).toEqual(result);
  });

  test('a head that moved is not waited for', async () => {
    const { apply } = await waitingScene().connect();
    const action = { is: 'arm-merge', headSha: '0'.repeat(40), method: 'merge' } as const;
    expect(await performed(apply, action)).toMatchObject({ result: 'refused' });
  });
});
