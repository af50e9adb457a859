import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldOf, type Forge, openForge, type Step, walk } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(async () => {
  await forge.close();
});

const story = (name: string, ...steps: Step[]): [string, Step[]] => [name, steps];

describe('issues', () => {
  test.each([
    story(
      'anyone opens, its author closes and reopens',
      ['kay', 'POST /issues', { title: 'A wish', body: 'please' }, 201, ['issues.opened']],
      ['kay', 'PATCH /issues/3', { state: 'closed' }, 200, ['issues.closed']],
      ['kay', 'PATCH /issues/3', { state: 'closed' }, 200, []],
      ['kay', 'PATCH /issues/3', { state: 'open' }, 200, ['issues.reopened']],
    ),
    story(
      'what only triage may set is dropped for others',
      [
        'kay',
        'POST /issues',
        { title: 'A wish', labels: ['bug'], assignees: ['grace-example'] },
        201,
        ['issues.opened'],
      ],
      ['kay', 'PATCH /issues/3', { labels: ['bug'] }, 403, []],
      ['alan', 'PATCH /issues/3', { labels: ['bug'] }, 200, ['issues.labeled']],
    ),
    story(
      'one request changes everything',
      ['grace', 'POST /milestones', { title: 'Launch' }, 201, ['milestone.created']],
      [
        'alan',
        'PATCH /issues/2',
        {
          title: 'It leaks a lot',
          body: 'At the stern',
          labels: ['bug', 'wontfix'],
          assignees: ['grace-example'],
          milestone: 1,
          state: 'closed',
          state_reason: 'not_planned',
        },
        200,
        [
          'issues.edited',
          'issues.edited',
          'issues.labeled',
          'issues.labeled',
          'issues.assigned',
          'issues.milestoned',
          'issues.closed',
        ],
      ],
      [
        'alan',
        'PATCH /issues/2',
        { labels: [], assignees: [], milestone: null },
        200,
        ['issues.unlabeled', 'issues.unlabeled', 'issues.unassigned', 'issues.demilestoned'],
      ],
    ),
    story(
      'strangers change nothing',
      ['kay', 'PATCH /issues/2', { title: 'Mine' }, 403, []],
      ['kay', 'PATCH /issues/2', { state: 'closed' }, 403, []],
      ['nobody', 'POST /issues', { title: 'A wish' }, 401, []],
      ['nobody', 'GET /issues/2', undefined, 200, []],
      ['reader-app', 'POST /issues', { title: 'A wish' }, 403, []],
      ['reader-app', 'PATCH /issues/2', { state: 'closed' }, 403, []],
      ['kay', 'GET /issues/99', undefined, 404, []],
    ),
    story(
      'the App may all of it',
      ['app', 'POST /issues', { title: 'From an App', labels: ['bug'] }, 201, ['issues.opened', 'issues.labeled']],
      ['app', 'PATCH /issues/3', { state: 'closed', state_reason: 'completed' }, 200, ['issues.closed']],
    ),
    story(
      'a title must say something, a body must fit',
      ['kay', 'POST /issues', { title: ' ' }, 422, []],
      ['kay', 'POST /issues', { title: 'Long', body: 'x'.repeat(65_537) }, 422, []],
      ['joan', 'PATCH /issues/2', { title: 'x'.repeat(257) }, 422, []],
      ['alan', 'PATCH /issues/2', { milestone: 7 }, 422, []],
    ),
    story(
      'a pull request is an issue',
      [
        'alan',
        'PATCH /issues/1',
        { labels: ['bug'], assignees: ['ada-example'] },
        200,
        ['pull_request.labeled', 'pull_request.assigned'],
      ],
      ['joan', 'PATCH /issues/1', { title: 'Change one line' }, 200, ['pull_request.edited']],
      ['joan', 'PATCH /issues/1', { state: 'closed' }, 200, ['pull_request.closed']],
      ['joan', 'PATCH /issues/1', { state: 'open' }, 200, ['pull_request.reopened']],
      ['grace', 'POST /milestones', { title: 'Launch' }, 201, ['milestone.created']],
      ['app', 'PATCH /issues/1', { milestone: 1 }, 200, ['pull_request.milestoned']],
      ['app', 'PATCH /issues/1', { milestone: null }, 200, ['pull_request.demilestoned']],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test.each([
    ['', [2, 1]],
    ['?state=all&sort=created&direction=asc', [1, 2]],
    ['?labels=bug', [2]],
    ['?labels=bug,nothing', []],
    ['?assignee=grace-example', [2]],
    ['?assignee=none', [1]],
    ['?assignee=*', [2]],
    ['?creator=joan-example', [2, 1]],
    ['?creator=kay-example', []],
    ['?mentioned=grace-example', []],
    ['?milestone=none', [2, 1]],
    ['?milestone=*', []],
    ['?state=closed', []],
    ['?since=2099-01-01T00:00:00Z', []],
    ['?sort=comments', [2, 1]],
    ['?sort=updated&direction=desc&per_page=1', [2]],
  ])('GET /issues%s', async (query, numbers) => {
    const { body } = await walk(forge, [
      [
        'alan',
        'PATCH /issues/2',
        { labels: ['bug'], assignees: ['grace-example'] },
        200,
        ['issues.labeled', 'issues.assigned'],
      ],
      ['kay', 'POST /issues/2/comments', { body: 'me too' }, 201, ['issue_comment.created']],
      ['nobody', `GET /issues${query}`, undefined, 200, []],
    ]);
    expect(Array.isArray(body) ? body.map((each) => fieldOf(each, 'number')) : body).toEqual(numbers);
  });
});

describe('comments', () => {
  test.each([
    story(
      'written, edited and deleted',
      ['kay', 'POST /issues/2/comments', { body: 'me too' }, 201, ['issue_comment.created']],
      ['kay', 'PATCH /issues/comments/:last', { body: 'me three' }, 200, ['issue_comment.edited']],
      ['kay', 'PATCH /issues/comments/:last', { body: 'me three' }, 200, []],
      ['joan', 'PATCH /issues/comments/:last', { body: 'not mine' }, 403, []],
      ['nobody', 'GET /issues/comments/:last', undefined, 200, []],
      ['nobody', 'GET /issues/comments?sort=updated&direction=desc', undefined, 200, []],
      ['grace', 'DELETE /issues/comments/:last', undefined, 204, ['issue_comment.deleted']],
      ['grace', 'DELETE /issues/comments/:last', undefined, 404, []],
    ),
    story(
      'on a pull request',
      ['app', 'POST /issues/1/comments', { body: 'hello' }, 201, ['issue_comment.created']],
      ['app', 'PATCH /issues/comments/:last', { body: 'hello again' }, 200, ['issue_comment.edited']],
      ['app', 'GET /issues/1/comments', undefined, 200, []],
    ),
    story(
      'refused',
      ['kay', 'POST /issues/2/comments', { body: '  ' }, 422, []],
      ['kay', 'POST /issues/2/comments', { body: 'x'.repeat(65_537) }, 422, []],
      ['nobody', 'POST /issues/2/comments', { body: 'hi' }, 401, []],
      ['reader-app', 'POST /issues/2/comments', { body: 'hi' }, 403, []],
      ['kay', 'POST /issues/9/comments', { body: 'hi' }, 404, []],
    ),
    story(
      'a locked conversation is for those who may write',
      ['alan', 'PUT /issues/2/lock', { lock_reason: 'spam' }, 403, []],
      ['grace', 'PUT /issues/2/lock', { lock_reason: 'spam' }, 204, ['issues.locked']],
      ['kay', 'POST /issues/2/comments', { body: 'hi' }, 403, []],
      ['grace', 'POST /issues/2/comments', { body: 'hi' }, 201, ['issue_comment.created']],
      ['grace', 'DELETE /issues/2/lock', undefined, 204, ['issues.unlocked']],
      ['kay', 'POST /issues/2/comments', { body: 'hi' }, 201, ['issue_comment.created']],
      ['app', 'PUT /issues/1/lock', undefined, 204, ['pull_request.locked']],
      ['app', 'DELETE /issues/1/lock', undefined, 204, ['pull_request.unlocked']],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('a payload tells a pull request from an issue, and what was there before', async () => {
    const { told } = await walk(forge, [
      ['kay', 'POST /issues/1/comments', { body: 'first' }, 201, ['issue_comment.created']],
      ['kay', 'PATCH /issues/comments/:last', { body: 'second' }, 200, ['issue_comment.edited']],
    ]);
    const [{ payload } = { payload: undefined }] = told;
    expect(fieldOf(payload, 'changes', 'body', 'from')).toBe('first');
    expect(fieldOf(payload, 'comment', 'body')).toBe('second');
    expect(fieldOf(payload, 'issue', 'pull_request', 'url')).toMatch(/\/pulls\/1$/);
    expect(fieldOf(payload, 'sender', 'login')).toBe('kay-example');
    expect(fieldOf(payload, 'installation', 'id')).toBe(101);
  });
});

describe('reactions', () => {
  test.each([
    story(
      'on an issue',
      ['kay', 'POST /issues/2/reactions', { content: 'eyes' }, 201, []],
      ['kay', 'POST /issues/2/reactions', { content: 'eyes' }, 200, []],
      ['nobody', 'GET /issues/2/reactions?content=eyes', undefined, 200, []],
      ['joan', 'DELETE /issues/2/reactions/:last', undefined, 403, []],
      ['kay', 'DELETE /issues/2/reactions/:last', undefined, 204, []],
      ['kay', 'DELETE /issues/2/reactions/:last', undefined, 404, []],
      ['kay', 'POST /issues/2/reactions', { content: 'wow' }, 422, []],
      ['reader-app', 'POST /issues/2/reactions', { content: 'eyes' }, 403, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('on a comment', async () => {
    const repository = forge.freshRepository();
    const base = `/repos/harbor-example/${repository.name}`;
    const { body: comment } = await forge.ask('kay', `POST ${base}/issues/2/comments`, { body: 'hi' });
    const reactions = `${base}/issues/comments/${String(fieldOf(comment, 'id'))}/reactions`;
    const { status, body } = await forge.ask('app', `POST ${reactions}`, { content: 'eyes' });
    expect(status).toBe(201);
    const { body: all } = await forge.ask('kay', `GET ${reactions}`);
    expect(fieldOf(all, 0, 'user', 'login')).toBe('bowsprit[bot]');
    expect((await forge.ask('app', `DELETE ${reactions}/${String(fieldOf(body, 'id'))}`)).status).toBe(204);
  });
});

describe('assignees', () => {
  test.each([
    story(
      'who cannot be assigned is dropped without a word',
      [
        'alan',
        'POST /issues/2/assignees',
        { assignees: ['grace-example', 'kay-example', 'no-one'] },
        201,
        ['issues.assigned'],
      ],
      ['alan', 'POST /issues/2/assignees', { assignees: ['grace-example'] }, 201, []],
      [
        'alan',
        'DELETE /issues/2/assignees',
        { assignees: ['grace-example', 'ada-example'] },
        200,
        ['issues.unassigned'],
      ],
    ),
    story(
      'who commented may be assigned',
      ['kay', 'POST /issues/1/comments', { body: 'me' }, 201, ['issue_comment.created']],
      ['app', 'POST /issues/1/assignees', { assignees: ['kay-example'] }, 201, ['pull_request.assigned']],
      ['app', 'DELETE /issues/1/assignees', { assignees: ['kay-example'] }, 200, ['pull_request.unassigned']],
    ),
    story(
      'refused',
      ['joan', 'POST /issues/1/assignees', { assignees: ['joan-example'] }, 403, []],
      ['reader-app', 'POST /issues/1/assignees', { assignees: ['joan-example'] }, 403, []],
    ),
    story(
      'asked for',
      ['nobody', 'GET /assignees/grace-example', undefined, 204, []],
      ['nobody', 'GET /assignees/kay-example', undefined, 404, []],
      ['nobody', 'GET /issues/2/assignees/joan-example', undefined, 204, []],
      ['nobody', 'GET /assignees', undefined, 200, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('ten at most', async () => {
    const logins = Array.from({ length: 12 }, (_, index) => `crew-${index}-example`);
    const { body, told } = await walk(
      forge,
      [
        [
          'grace',
          'POST /issues/2/assignees',
          { assignees: logins },
          201,
          Array.from({ length: 10 }, () => 'issues.assigned'),
        ],
      ],
      ({ name }) => {
        for (const login of logins) {
          forge.seed.createUser(login);
          forge.seed.addCollaborator(`harbor-example/${name}`, login, 'write');
        }
      },
    );
    expect(fieldOf(body, 'assignees')).toHaveLength(10);
    expect(fieldOf(told.at(-1)?.payload, 'assignee', 'login')).toBe('crew-9-example');
  });
});

describe('milestones', () => {
  test.each([
    story(
      'made, changed, closed and deleted',
      ['grace', 'POST /milestones', { title: 'Launch', due_on: '2030-01-01T00:00:00Z' }, 201, ['milestone.created']],
      ['grace', 'POST /milestones', { title: 'Launch' }, 422, []],
      ['alan', 'POST /milestones', { title: 'Other' }, 403, []],
      ['app', 'PATCH /milestones/1', { title: 'Sea trial', description: 'off shore' }, 200, ['milestone.edited']],
      ['app', 'PATCH /milestones/1', { state: 'closed' }, 200, ['milestone.closed']],
      ['nobody', 'GET /milestones?state=closed', undefined, 200, []],
      ['nobody', 'GET /milestones?sort=completeness', undefined, 200, []],
      ['app', 'PATCH /milestones/1', { state: 'open' }, 200, ['milestone.opened']],
      ['nobody', 'GET /milestones/1', undefined, 200, []],
      ['grace', 'DELETE /milestones/1', undefined, 204, ['milestone.deleted']],
      ['grace', 'DELETE /milestones/1', undefined, 404, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });
});

test.each(['events', 'timeline'])('the %s of a pull request hold what happened', async (list) => {
  const { body } = await walk(forge, [
    ['alan', 'POST /issues/1/labels', { labels: ['bug'] }, 200, ['pull_request.labeled']],
    ['alan', 'POST /issues/1/assignees', { assignees: ['grace-example'] }, 201, ['pull_request.assigned']],
    ['app', 'PATCH /issues/1', { title: 'Renamed' }, 200, ['pull_request.edited']],
    ['kay', 'POST /issues/1/comments', { body: 'hi' }, 201, ['issue_comment.created']],
    [
      'grace',
      'POST /pulls/1/requested_reviewers',
      { reviewers: ['grace-example'] },
      201,
      ['pull_request.review_requested'],
    ],
    ['grace', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 200, ['pull_request_review.submitted']],
    ['grace', 'PUT /pulls/1/reviews/:last/dismissals', { message: 'stale' }, 200, ['pull_request_review.dismissed']],
    ['grace', 'PUT /issues/1/lock', { lock_reason: 'resolved' }, 204, ['pull_request.locked']],
    ['joan', 'PATCH /issues/1', { state: 'closed' }, 200, ['pull_request.closed']],
    ['nobody', `GET /issues/1/${list}`, undefined, 200, []],
  ]);
  const names = Array.isArray(body) ? body.map((each) => fieldOf(each, 'event')) : [];
  const events = ['labeled', 'assigned', 'renamed', 'review_requested', 'review_dismissed', 'locked', 'closed'];
  const others = ['committed', 'commented', 'reviewed'];
  expect(names).toEqual(expect.arrayContaining(list === 'events' ? events : [...events, ...others]));
});

test('the events of all issues are listed newest first', async () => {
  const { body } = await walk(forge, [
    ['alan', 'POST /issues/1/labels', { labels: ['bug'] }, 200, ['pull_request.labeled']],
    ['alan', 'POST /issues/2/labels', { labels: ['bug'] }, 200, ['issues.labeled']],
    ['nobody', 'GET /issues/events', undefined, 200, []],
  ]);
  expect(fieldOf(body, 0, 'issue', 'number')).toBe(2);
});
