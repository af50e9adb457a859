import { describe, expect, test } from 'vitest';
import { referee } from '../../../local/github/validate.ts';
import { parseDelivery, type Delivery } from '../../../shared/delivery.ts';
import { Rejected } from '../../../shared/errors.ts';
import type { DoorKnowledge, RawRequest } from '../../../shared/providers/provider.ts';
import { receive } from '../../../shared/providers/github/receive.ts';
import {
  allRecorded,
  knowledge,
  recorded,
  requestOf,
  SECRET,
  signature,
  signed,
  type Headers,
  type Payload,
} from '../../support/github-deliveries.ts';

const all = allRecorded();
const comment = recorded('issue_comment.created.pull');
const commentText = JSON.stringify(comment.payload);

async function statusOf(request: RawRequest, known: DoorKnowledge = knowledge): Promise<number> {
  try {
    await receive(request, known);
    return 202;
  } catch (error) {
    if (error instanceof Rejected) return error.status;
    throw error;
  }
}

/** The recorded payload, changed. */
function changed(name: string, change: (payload: Payload) => Payload): RawRequest {
  const { payload, ...rest } = recorded(name);
  return requestOf({ ...rest, payload: change(payload) });
}

const objectIn = (payload: Payload, key: string): Payload => {
  const value = payload[key];
  if (typeof value !== 'object' || value === null) throw new Error(`no ${key}`);
  return { ...value };
};

const inside =
  (key: string, change: (inner: Payload) => Payload) =>
  (payload: Payload): Payload => ({ ...payload, [key]: change(objectIn(payload, key)) });

const without =
  (key: string) =>
  (payload: Payload): Payload =>
    Object.fromEntries(Object.entries(payload).filter(([name]) => name !== key));

async function deliveryOf(request: RawRequest, known: DoorKnowledge = knowledge): Promise<Delivery> {
  const received = await receive(request, known);
  if (received.is === 'ignored') throw new Error(`ignored: ${received.reason}`);
  return received.delivery;
}

async function reasonOf(request: RawRequest, known: DoorKnowledge = knowledge): Promise<string | undefined> {
  const received = await receive(request, known);
  return received.is === 'ignored' ? received.reason : undefined;
}

describe('recorded deliveries', () => {
  const judge = referee();

  test.each(all)('$name becomes what it must', async (each) => {
    expect(await receive(requestOf(each), knowledge)).toEqual(each.received);
  });

  test.each(all)('$name is as GitHub describes it', ({ event, payload }) => {
    const { action } = payload;
    expect(judge.webhook(event, typeof action === 'string' ? action : undefined, payload)).toEqual([]);
  });

  test.each(all.filter(({ received }) => received.is === 'delivery'))('$name survives the queue', async (each) => {
    const delivery = await deliveryOf(requestOf(each));
    expect(parseDelivery(JSON.stringify(delivery))).toEqual(delivery);
  });
});

describe('before the signature', () => {
  test.each<[what: string, body: string | Uint8Array, headers: Headers, status: number]>([
    ['a signed delivery', commentText, {}, 202],
    ['a content type with a charset', commentText, { 'content-type': 'application/json; charset=utf-8' }, 202],
    ['a form', commentText, { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['another JSON', commentText, { 'content-type': 'application/jsonp' }, 415],
    ['no content type', commentText, { 'content-type': undefined }, 415],
    ['no signature', commentText, { 'x-hub-signature-256': undefined }, 401],
    ['an empty signature', commentText, { 'x-hub-signature-256': '' }, 401],
    ['a signature of another length', commentText, { 'x-hub-signature-256': 'sha256=00' }, 401],
    ['a signature without its algorithm', commentText, { 'x-hub-signature-256': signature(commentText).slice(7) }, 401],
    ['a signature in capitals', commentText, { 'x-hub-signature-256': signature(commentText).toUpperCase() }, 401],
    [
      'SHA-1 alone',
      commentText,
      { 'x-hub-signature-256': undefined, 'x-hub-signature': `sha1=${'0'.repeat(40)}` },
      401,
    ],
    ['SHA-1 under the name of SHA-256', commentText, { 'x-hub-signature-256': `sha1=${'0'.repeat(40)}` }, 401],
    [
      'the header twice',
      commentText,
      { 'x-hub-signature-256': `${signature(commentText)},${signature(commentText)}` },
      401,
    ],
    ['the signature of another body', commentText, { 'x-hub-signature-256': signature(`${commentText} `) }, 401],
    ['the signature of another secret', commentText, { 'x-hub-signature-256': signature(commentText, 'other') }, 401],
    ['an empty body', '', {}, 401],
    ['a body that is no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), {}, 401],
    ['a body that is no UTF-8, unsigned', Uint8Array.of(0xff), { 'x-hub-signature-256': undefined }, 401],
  ])('%s', async (_, body, headers, status) => {
    expect(await statusOf(signed(body, headers))).toBe(status);
  });

  test.each<[secrets: readonly string[], status: number]>([
    [['old', SECRET], 202],
    [[SECRET, 'new'], 202],
    [['old', 'new'], 401],
    [[], 401],
  ])('with the secrets %j', async (secrets, status) => {
    expect(await statusOf(signed(commentText), { ...knowledge, secrets })).toBe(status);
  });

  test('a body at the limit is read and one over it is not', async () => {
    const maxBodyBytes = Buffer.byteLength(commentText);
    expect(await statusOf(signed(commentText), { ...knowledge, maxBodyBytes })).toBe(202);
    expect(await statusOf(signed(commentText), { ...knowledge, maxBodyBytes: maxBodyBytes - 1 })).toBe(413);
  });

  test('every refusal of a signature reads the same', async () => {
    const requests = [
      signed(commentText, { 'x-hub-signature-256': undefined }),
      signed(commentText, { 'x-hub-signature-256': signature('other') }),
      signed('', {}),
      signed('not JSON', { 'x-hub-signature-256': signature('other'), 'x-github-event': undefined }),
    ];
    const refusals = await Promise.all(
      requests.map((each) => receive(each, knowledge).catch((error: unknown) => error)),
    );
    expect(new Set(refusals.map(String)).size).toBe(1);
  });
});

describe('after the signature', () => {
  test.each<[what: string, body: string, headers: Headers, status: number]>([
    ['no event', commentText, { 'x-github-event': undefined }, 400],
    ['two events', commentText, { 'x-github-event': 'issue_comment, push' }, 400],
    ['no delivery', commentText, { 'x-github-delivery': undefined }, 400],
    ['a delivery id with a blank', commentText, { 'x-github-delivery': 'a b' }, 400],
    ['a delivery id that is too long', commentText, { 'x-github-delivery': 'a'.repeat(101) }, 400],
    ['another App', commentText, { 'x-github-hook-installation-target-id': '4712' }, 400],
    ['no word of an App', commentText, { 'x-github-hook-installation-target-id': undefined }, 202],
    ['no JSON', '{"action":', {}, 400],
    ['no JSON and an event nobody listens to', '{"action":', { 'x-github-event': 'star' }, 400],
    ['a list', '[]', {}, 400],
    ['null', 'null', {}, 400],
    ['a string', '"/lgtm"', {}, 400],
    ['nothing at all', '{}', {}, 400],
    ['nothing at all of an event nobody listens to', '{}', { 'x-github-event': 'star' }, 202],
    ['nothing at all of a pull request', '{}', { 'x-github-event': 'pull_request' }, 400],
    ['nothing at all of a push', '{}', { 'x-github-event': 'push' }, 400],
    [
      'a pull request opened, and no pull request',
      '{"action":"opened","installation":{"id":1}}',
      { 'x-github-event': 'pull_request' },
      400,
    ],
    ['a push of nothing', '{"installation":{"id":1}}', { 'x-github-event': 'push' }, 400],
    ['an empty comment', '{"action":"created","installation":{"id":1},"issue":{},"comment":{}}', {}, 400],
    ['an empty comment, and no App', '{"action":"created","issue":{},"comment":{}}', {}, 400],
    ['an action nobody listens to', '{"action":"deleted"}', {}, 202],
    ['a very deep body', `${'['.repeat(500_000)}${']'.repeat(500_000)}`, {}, 400],
    ['a deep body that never ends', '{"a":'.repeat(500_000), {}, 400],
    ['a name of every object', commentText, { 'x-github-event': 'constructor' }, 202],
    ['a number for an action', commentText.replace('"created"', '1'), {}, 400],
    ['the payload of another event', commentText, { 'x-github-event': 'pull_request', 'x-github-delivery': 'x' }, 202],
  ])('%s', async (_, body, headers, status) => {
    expect(await statusOf(signed(body, headers))).toBe(status);
  });

  test('another App is nobody’s business where our own is not known', async () => {
    const request = signed(commentText, { 'x-github-hook-installation-target-id': '4712' });
    expect(await statusOf(request, { ...knowledge, appId: undefined })).toBe(202);
  });

  test.each<[event: string, name: string]>([
    ['issues', 'issue_comment.edited'],
    ['pull_request', 'pull_request_review.edited'],
    ['pull_request', 'pull_request_review_comment.edited'],
    ['pull_request_review', 'pull_request.edited.title'],
    ['issue_comment', 'issues.edited'],
    ['issue_comment', 'pull_request_review_comment.created'],
    ['pull_request_review_comment', 'issue_comment.created.pull'],
    ['check_suite', 'check_run.completed'],
    ['push', 'status.success'],
    ['status', 'push.code'],
  ])('the header says %s and the body is %s', async (event, name) => {
    expect(await statusOf(requestOf({ ...recorded(name), event }))).toBe(400);
  });

  test.each<[what: string, name: string, change: (payload: Payload) => Payload]>([
    ['a comment without a body', 'issue_comment.created.pull', inside('comment', without('body'))],
    ['an issue without labels', 'issue_comment.created.pull', inside('issue', without('labels'))],
    ['a pull request without a head', 'pull_request.opened', inside('pull_request', without('head'))],
    [
      'a pull request of another repository',
      'pull_request.opened',
      inside(
        'pull_request',
        inside(
          'base',
          inside('repo', (inner) => ({ ...inner, id: 5002 })),
        ),
      ),
    ],
    ['no label in a labeled event', 'pull_request.labeled', without('label')],
    ['no commits in a synchronize event', 'pull_request.synchronize', without('before')],
    [
      'a review of a state unheard of',
      'pull_request_review.submitted.approved',
      inside('review', (inner) => ({ ...inner, state: 'blessed' })),
    ],
    [
      'a time that is none',
      'issue_comment.created.pull',
      inside('comment', (inner) => ({ ...inner, created_at: 'now' })),
    ],
    ['a comment without a repository', 'issue_comment.created.pull', without('repository')],
    [
      'a repository with a slash in its name',
      'issue_comment.created.pull',
      inside('repository', (inner) => ({ ...inner, name: 'a/b' })),
    ],
    [
      'a sender with a line end',
      'issue_comment.created.pull',
      inside('sender', (inner) => ({ ...inner, login: 'a\nb' })),
    ],
    ['a commit that is none', 'push.code', (payload) => ({ ...payload, after: '../main' })],
  ])('%s is not what the event promises', async (_, name, change) => {
    expect(await statusOf(changed(name, change))).toBe(400);
  });

  test.each<[what: string, name: string, change: (payload: Payload) => Payload]>([
    ['no installation', 'issue_comment.created.pull', without('installation')],
    ['a push without an installation', 'push.code', without('installation')],
  ])('%s is not the delivery of an App', async (_, name, change) => {
    expect(await reasonOf(changed(name, change))).toBe('not the delivery of an App');
  });
});

const hearing = (login: string): DoorKnowledge => ({ ...knowledge, bots: [login] });

describe('bots', () => {
  test.each(['dependabot[bot]', 'dependabot'])('are heard when the list has %s', async (login) => {
    const request = requestOf(recorded('issue_comment.created.bot'));
    expect((await deliveryOf(request, hearing(login))).text?.lines).toEqual([{ number: 1, text: '/lgtm' }]);
    const opened = await deliveryOf(requestOf(recorded('pull_request.opened.bot')), hearing(login));
    expect(opened.text?.lines).toEqual([{ number: 1, text: '/lgtm' }]);
  });

  test('are known by their name where their type is not told', async () => {
    const request = changed('issue_comment.created.bot', inside('sender', without('type')));
    expect(await reasonOf(request)).toMatch('the bot is not on the list');
  });

  test('of ours are not heard, whatever the list says', async () => {
    const request = requestOf(recorded('issue_comment.created.own'));
    expect(await reasonOf(request, hearing('bowsprit-example[bot]'))).toBe('Bowsprit did it itself');
  });

  const robot = { login: 'robot-example[bot]', id: 2009, type: 'Bot' };
  test.each<[name: string, event: string | undefined]>([
    ['pull_request.synchronize', 'synchronized'],
    ['pull_request.edited.base', 'retargeted'],
    ['pull_request_review.dismissed', 'review-dismissed'],
    ['push.code', 'pushed'],
    ['check_suite.completed', 'checks-passed'],
    ['issues.opened', 'opened'],
    ['pull_request.edited.title', undefined],
    ['pull_request.edited.description', undefined],
    ['pull_request.labeled', undefined],
    ['pull_request.unlabeled', undefined],
    ['pull_request.closed', undefined],
    ['pull_request.closed.merged', 'closed'],
    ['pull_request.reopened', undefined],
    ['pull_request.ready_for_review', undefined],
    ['pull_request_review.submitted.approved', undefined],
    ['pull_request_review_comment.created', undefined],
    ['issues.labeled', undefined],
    ['issues.edited', undefined],
  ])('that do %s give %s', async (name, event) => {
    const received = await receive(
      changed(name, (payload) => ({ ...payload, sender: robot })),
      knowledge,
    );
    expect(received.is === 'delivery' ? received.delivery.event : undefined).toBe(event);
    expect(received.is === 'delivery' ? received.delivery.text : undefined).toBeUndefined();
  });
});

describe('odd payloads', () => {
  test('the author of a pull request is gone', async () => {
    const request = changed(
      'issue_comment.created.pull',
      inside('issue', (inner) => ({ ...inner, user: null })),
    );
    expect((await deliveryOf(request)).target?.author).toEqual({ login: 'ghost', id: '0', bot: false });
  });

  test('a push has no sender', async () => {
    expect((await deliveryOf(changed('push.code', without('sender')))).sender.login).toBe('ghost');
  });

  test('an edit says nothing of what was before', async () => {
    expect(await reasonOf(changed('issue_comment.edited', without('changes')))).toBe('no line could be a command');
  });

  test('a description was empty before', async () => {
    const request = changed('pull_request.edited.description', (payload) => ({
      ...payload,
      changes: { body: { from: null } },
    }));
    expect((await deliveryOf(request)).text?.lines).toEqual([{ number: 3, text: '/hold' }]);
  });

  test.each<[from: string, body: string, matters: boolean]>([
    ['', 'Fixes #7', true],
    ['Fixes #7', '', true],
    ['Fixes #7', 'Closes #8', true],
    ['Fixes #7', 'Closes #7', false],
    ['', '<!-- Fixes #7 -->', false],
  ])('a description that was %j is now %j: told, %s', async (from, body, matters) => {
    const request = changed('pull_request.edited.description', (payload) => ({
      ...payload,
      changes: { body: { from } },
      pull_request: { ...objectIn(payload, 'pull_request'), body },
    }));
    const told = matters ? (await deliveryOf(request)).event : await reasonOf(request);
    expect(told).toBe(matters ? 'edited' : 'no line could be a command');
  });

  test('a description was edited while the base was changed', async () => {
    const request = changed('pull_request.edited.description', (payload) => ({
      ...payload,
      changes: { ...objectIn(payload, 'changes'), base: { ref: { from: 'main' } } },
    }));
    expect(await deliveryOf(request)).toMatchObject({ event: 'retargeted', text: { lines: [{ text: '/hold' }] } });
  });

  test('a review names no commit', async () => {
    const request = changed(
      'pull_request_review.submitted.approved',
      inside('review', (inner) => ({ ...inner, commit_id: null })),
    );
    expect(await reasonOf(request)).toBe('the review names no commit');
  });

  test('fields that nobody knows, and some twice', async () => {
    const odd = commentText.replace('{', '{"action":"deleted","__proto__":{"action":"x"},"novelty":[1],');
    expect((await deliveryOf(signed(odd))).event).toBe('comment-created');
  });

  test('a body of 65,536 characters, all of them commands', async () => {
    const request = changed(
      'issue_comment.created.pull',
      inside('comment', (inner) => ({ ...inner, body: '/lgtm x\n'.repeat(8_192) })),
    );
    const { text } = await deliveryOf(request);
    expect(text?.cut).toBe(true);
    expect(text?.lines.length).toBeLessThanOrEqual(100);
  });
});

describe('owners may have changed by a push', () => {
  const [first, last] = ['1'.repeat(40), '6dcb09b5b57875f334f61aebed695e2e4193db5e'];
  const commit = (paths: readonly string[], id = last): Payload => ({ id, added: [], removed: [], modified: paths });

  test.each<[what: string, change: Payload, may: boolean]>([
    ['code alone', { commits: [commit(['src/a.ts', 'owners/a.ts'])] }, false],
    ['OWNERS', { commits: [commit(['OWNERS'])] }, true],
    ['OWNERS in an earlier commit', { commits: [commit(['src/OWNERS'], first), commit([])] }, true],
    ['OWNERS added', { commits: [{ ...commit([]), added: ['a/OWNERS'] }] }, true],
    ['OWNERS removed', { commits: [{ ...commit([]), removed: ['a/OWNERS'] }] }, true],
    ['OWNERS_ALIASES', { commits: [commit(['OWNERS_ALIASES'])] }, true],
    ['CODEOWNERS', { commits: [commit(['.github/CODEOWNERS'])] }, true],
    ['Markdown, whose front matter may name owners', { commits: [commit(['docs/index.md'])] }, true],
    ['our settings', { commits: [commit(['.github/bowsprit.yaml'])] }, true],
    ['no list of commits', { commits: [] }, true],
    ['a list that ends elsewhere', { commits: [commit(['src/a.ts'], first)] }, true],
    ['2,048 commits, the most that is listed', { commits: Array.from({ length: 2_048 }, () => commit(['a'])) }, true],
    ['2,047 commits', { commits: Array.from({ length: 2_047 }, () => commit(['a'])) }, false],
    ['a commit whose lists are empty', { commits: [commit([])] }, true],
    ['such a commit before another', { commits: [commit([], first), commit(['src/a.ts'])] }, true],
    ['3,000 paths, the most that is listed', { commits: [commit(Array.from({ length: 3_000 }, () => 'a'))] }, true],
    ['2,999 paths', { commits: [commit(Array.from({ length: 2_999 }, () => 'a'))] }, false],
    ['no paths', { commits: [{ id: last }] }, true],
    ['a forced push', { forced: true }, true],
    ['a new branch', { created: true }, true],
  ])('%s', async (_, change, may) => {
    const { push } = await deliveryOf(changed('push.code', (payload) => ({ ...payload, ...change })));
    expect(push?.ownersMayHaveChanged).toBe(may);
  });

  test.each<[what: string, paths: readonly string[], alone: boolean]>([
    ['Markdown', ['docs/index.md'], true],
    ['Markdown and code', ['docs/index.md', 'src/a.ts'], true],
    ['Markdown and OWNERS', ['docs/index.md', 'OWNERS'], false],
    ['code', ['src/a.ts'], false],
  ])('%s: Markdown alone', async (_, paths, alone) => {
    const { push } = await deliveryOf(changed('push.code', (payload) => ({ ...payload, commits: [commit(paths)] })));
    expect(push?.markdownAlone === true).toBe(alone);
  });
});

test.each<[paths: readonly string[], changedThem: boolean]>([
  [['.github/bowsprit.yaml', 'src/a.ts'], true],
  [['bowsprit.yaml'], true],
  [['src/not-bowsprit.yaml'], false],
  [['OWNERS'], false],
])('a push of %j changed our settings: %s', async (paths, changedThem) => {
  const commits = [{ id: '6dcb09b5b57875f334f61aebed695e2e4193db5e', added: [], removed: [], modified: paths }];
  const { push } = await deliveryOf(changed('push.code', (payload) => ({ ...payload, commits })));
  expect(push?.settingsChanged === true).toBe(changedThem);
});

const manyCommits = (count: number): Payload => ({
  commits: Array.from({ length: count }, () => ({ id: '1'.repeat(40) })),
});

describe('a push by a person', () => {
  const compare = 'https://github.com/acme/widgets/compare/a...b';
  const plain = { kind: 'plain', pusher: 'ada-example', commits: 1, compare };

  test.each<[what: string, change: Payload, byHand: unknown]>([
    ['to a branch', {}, plain],
    ['that made it', { created: true, forced: true }, { ...plain, kind: 'created' }],
    ['by force', { forced: true }, { ...plain, kind: 'forced' }],
    ['of three commits', manyCommits(3), { ...plain, commits: 3 }],
    ['of more than are listed', manyCommits(2_048), { ...plain, commits: 2_048, andMore: true }],
    ['with a link that is none', { compare: 'javascript:alert(1)' }, { ...plain, compare: '' }],
    ['without a link', { compare: null }, { ...plain, compare: '' }],
    ['in the name of another', { pusher: { name: 'grace-example' } }, { ...plain, pusher: 'grace-example' }],
    ['without a pusher', { pusher: null }, plain],
    ['that is a bot', { sender: { login: 'bowsprit-example[bot]', id: 2009, type: 'Bot' } }, undefined],
  ])('%s', async (_, change, byHand) => {
    const sender = { login: 'ada-example', id: 2001, type: 'User' };
    const pusher = { name: 'ada-example' };
    const base = { compare, sender, pusher, commits: [{ id: '1'.repeat(40) }] };
    const { push } = await deliveryOf(changed('push.code', (payload) => ({ ...payload, ...base, ...change })));
    expect(push?.byHand).toEqual(byHand);
  });

  test.each<[by: 'Bot' | 'User', deletions: boolean | undefined, taken: boolean]>([
    ['User', undefined, false],
    ['User', false, false],
    ['User', true, true],
    ['Bot', true, false],
  ])('%s, deletions %j: a deleted branch is taken: %s', async (type, deletions, taken) => {
    const sender = { login: type === 'Bot' ? 'bowsprit-example[bot]' : 'ada-example', id: 2009, type };
    const request = changed('push.code', (payload) => ({ ...payload, sender, deleted: true, after: '0'.repeat(40) }));
    const received = await receive(request, deletions === undefined ? knowledge : { ...knowledge, deletions });
    expect(received.is === 'delivery' ? received.delivery.push?.byHand?.kind : received.reason).toBe(
      taken ? 'deleted' : 'the branch was deleted',
    );
  });
});

test('a secret, a signature and a body never reach an error', async () => {
  const canary = 'canary-4f2a';
  const body = JSON.stringify({ action: 'created', installation: { id: canary }, repository: canary });
  const errors = await Promise.all(
    [
      receive(signed(body), knowledge),
      receive(signed(body, { 'x-hub-signature-256': signature(body, canary) }), {
        ...knowledge,
        secrets: [canary, 'x'],
      }),
      receive(signed(body, { 'x-github-event': canary }), knowledge),
      receive(signed(body, { 'content-type': canary }), knowledge),
    ].map((each) => each.catch((error: unknown) => error)),
  );
  for (const error of errors) {
    expect(error).toBeInstanceOf(Rejected);
    expect(String(error)).not.toContain(canary);
  }
});

test.each<[what: string, name: string, change: (payload: Payload) => Payload]>([
  [
    'a push to a branch of it',
    'push.code',
    (payload) => ({ ...payload, ref: 'refs/heads/gh-readonly-queue/main/pr-1-abc' }),
  ],
  [
    'checks of a branch of it',
    'check_suite.completed',
    inside('check_suite', (suite) => ({ ...suite, head_branch: 'gh-readonly-queue/main/pr-1-abc' })),
  ],
])('%s is the merge queue’s own affair', async (_, name, change) => {
  expect(await reasonOf(changed(name, change))).toBe('of the merge queue, which tells what comes of it otherwise');
});

const TIP = '5'.repeat(40);
const onBatch = { name: 'bowsprit/batch/release/1.2/12', commit: { sha: TIP } };

test.each<[what: string, name: string, change: (payload: Payload) => Payload]>([
  [
    'a check suite',
    'check_suite.completed',
    inside('check_suite', (suite) => ({ ...suite, head_sha: TIP, head_branch: onBatch.name })),
  ],
  [
    'a check run',
    'check_run.completed',
    inside('check_run', (run) => ({ ...run, head_sha: TIP, check_suite: { head_branch: onBatch.name } })),
  ],
  [
    'a check suite that was begun where the commit was made',
    'check_suite.completed',
    inside('check_suite', (suite) => ({ ...suite, head_sha: TIP, head_branch: 'bowsprit/making/release/1.2/12' })),
  ],
  [
    'a status, of which others know that build on it',
    'status.success',
    (payload) => ({
      ...payload,
      sha: TIP,
      branches: [{ name: 'bowsprit/batch/release/1.2/13', commit: { sha: '6'.repeat(40) } }, onBatch],
    }),
  ],
])('%s of what is tested in a batch names the pull request', async (_, name, change) => {
  const { event, checks } = await deliveryOf(changed(name, change));
  expect({ event, checks }).toEqual({
    event: 'checks-passed',
    checks: { sha: TIP, batch: { ref: 'release/1.2', number: 12 } },
  });
});

test.each<[ref: string, by: 'Bot' | 'User', ignored: string | undefined]>([
  ['bowsprit/batch/main/12', 'Bot', 'made to be tested'],
  ['bowsprit/making/main/12', 'Bot', 'made to be tested'],
  ['bowsprit/batch/main/12', 'User', undefined],
  ['bowsprit/other', 'Bot', undefined],
])('a push to %s by a %s: %j', async (ref, type, ignored) => {
  const sender = { login: type === 'Bot' ? 'bowsprit-example[bot]' : 'ada-example', id: 2009, type };
  const request = changed('push.code', (payload) => ({ ...payload, ref: `refs/heads/${ref}`, sender }));
  expect(await reasonOf(request)).toBe(ignored);
});

test.each<[reason: string, removal: string | undefined]>([
  ['CI_TIMEOUT', 'timeout'],
  ['MERGE_CONFLICT', 'conflict'],
  ['INVALID_MERGE_COMMIT', 'conflict'],
  ['BRANCH_PROTECTIONS', 'rules'],
  ['MANUAL', 'person'],
  ['manual', 'person'],
  ['QUEUE_CLEARED', 'cleared'],
  ['ROLL_BACK', 'cleared'],
  ['SOMETHING_NEW', 'unknown'],
])('taken out of the queue for %s', async (reason, removal) => {
  const delivery = await deliveryOf(changed('pull_request.dequeued', (payload) => ({ ...payload, reason })));
  expect(delivery.removal).toBe(removal);
});

test.each<[action: string, reason: string | undefined, event: string, removal: string | undefined]>([
  ['auto_merge_enabled', undefined, 'auto-merge-on', undefined],
  ['auto_merge_disabled', 'Auto-merge was manually disabled', 'auto-merge-off', 'person'],
  ['auto_merge_disabled', '', 'auto-merge-off', 'person'],
  ['auto_merge_disabled', 'Head branch was pushed to by a user without write access', 'auto-merge-off', 'unknown'],
  ['auto_merge_disabled', 'Base branch was changed', 'auto-merge-off', 'unknown'],
])('%s (%s)', async (action, reason, event, removal) => {
  const delivery = await deliveryOf(changed('pull_request.enqueued', (payload) => ({ ...payload, action, reason })));
  expect(delivery).toMatchObject({ event, target: { number: 12 } });
  expect(delivery.removal).toBe(removal);
});

const tide = (payload: Payload): Payload => ({ ...payload, state: 'success', context: 'tide' });

test('the status that tells of merging sets nothing off', async () => {
  expect(await reasonOf(changed('status.success', tide))).toBe('it tells of merging, and is no condition of it');
});

const commented = (body: string): RawRequest =>
  changed(
    'issue_comment.created.pull',
    inside('comment', (inner) => ({ ...inner, body })),
  );

describe('what a text takes along besides its lines', () => {
  test.each<[body: string, teams: readonly string[] | undefined]>([
    ['@kubernetes/sig-node-bugs look', ['kubernetes/sig-node-bugs']],
    ['cc @a/b, @a/c and @a/b.', ['a/b', 'a/c']],
    ['`@a/b` and mail@a/b and https://x.example/@a/b', undefined],
    ['`/cc [@login | @org/team …]` asks a team', undefined],
    ['@somebody', undefined],
  ])('teams: %j names %j', async (body, teams) => {
    const received = await receive(commented(body), knowledge);
    const named = received.is === 'delivery' ? received.delivery.text?.teams : undefined;
    expect([received.is, named]).toEqual([teams === undefined ? 'ignored' : 'delivery', teams]);
  });

  test.each<[from: string, body: string, told: boolean]>([
    ['```release-note\nOld.\n```', '```release-note\nNew.\n```', true],
    ['```release-note\nOld.\n```', 'Hello.\n```release-note\nOld.\n```', false],
    ['Hello.', 'Bye.', false],
    ['Hello.', 'Hello.\n```release-note\nNONE\n```', true],
  ])('an edit from %j to %j is told of: %s', async (from, body, told) => {
    const edit = (payload: Payload): Payload => ({
      ...inside('pull_request', (inner) => ({ ...inner, body }))(payload),
      changes: { body: { from } },
    });
    const request = changed('pull_request.edited.description', edit);
    expect(await reasonOf(request)).toBe(told ? undefined : 'no line could be a command');
  });
});
