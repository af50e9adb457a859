import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOfPatch } from '../../../local/github/routes/line-places.ts';
import { fieldOf, type Forge, openForge, ORG, type Step, walk } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(async () => {
  await forge.close();
});

const story = (name: string, ...steps: Step[]): [string, Step[]] => [name, steps];

const SUBMITTED = 'pull_request_review.submitted';
const COMMENTED = 'pull_request_review_comment.created';

describe('reviews', () => {
  test.each([
    story(
      'approved, then dismissed',
      ['grace', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 200, [SUBMITTED]],
      ['nobody', 'GET /pulls/1/reviews/:last', undefined, 200, []],
      ['kay', 'PUT /pulls/1/reviews/:last/dismissals', { message: 'no' }, 403, []],
      ['grace', 'PUT /pulls/1/reviews/:last/dismissals', { message: ' ' }, 422, []],
      [
        'app',
        'PUT /pulls/1/reviews/:last/dismissals',
        { message: 'pushed since' },
        200,
        ['pull_request_review.dismissed'],
      ],
      ['app', 'PUT /pulls/1/reviews/:last/dismissals', { message: 'again' }, 422, []],
    ),
    story(
      'nobody judges their own work',
      ['joan', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 422, []],
      ['joan', 'POST /pulls/1/reviews', { event: 'REQUEST_CHANGES', body: 'no' }, 422, []],
      ['joan', 'POST /pulls/1/reviews', { event: 'COMMENT', body: 'a word' }, 200, [SUBMITTED]],
    ),
    story(
      'a judgement needs words',
      ['grace', 'POST /pulls/1/reviews', { event: 'REQUEST_CHANGES' }, 422, []],
      ['grace', 'POST /pulls/1/reviews', { event: 'COMMENT', body: ' ' }, 422, []],
      ['grace', 'POST /pulls/1/reviews', { event: 'REQUEST_CHANGES', body: 'please' }, 200, [SUBMITTED]],
      ['grace', 'PUT /pulls/1/reviews/:last', { body: 'please, now' }, 200, ['pull_request_review.edited']],
      ['grace', 'PUT /pulls/1/reviews/:last', { body: 'please, now' }, 200, []],
      ['ada', 'PUT /pulls/1/reviews/:last', { body: 'not mine' }, 403, []],
      ['grace', 'DELETE /pulls/1/reviews/:last', undefined, 422, []],
    ),
    story(
      'pending until it is submitted',
      [
        'grace',
        'POST /pulls/1/reviews',
        { body: 'thinking', comments: [{ path: 'src/lines.txt', line: 2, body: 'why?' }] },
        200,
        [],
      ],
      ['ada', 'GET /pulls/1/reviews/:last', undefined, 404, []],
      ['grace', 'GET /pulls/1/reviews/:last/comments', undefined, 200, []],
      ['grace', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 422, []],
      ['grace', 'POST /pulls/1/reviews/:last/events', { event: 'APPROVE' }, 200, [SUBMITTED, COMMENTED]],
      ['grace', 'POST /pulls/1/reviews/:last/events', { event: 'APPROVE' }, 422, []],
      ['ada', 'GET /pulls/1/reviews/:last', undefined, 200, []],
    ),
    story(
      'pending and thrown away',
      ['grace', 'POST /pulls/1/reviews', {}, 200, []],
      ['grace', 'DELETE /pulls/1/reviews/:last', undefined, 200, []],
      ['grace', 'GET /pulls/1/reviews/:last', undefined, 404, []],
    ),
    story(
      'who may',
      ['kay', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 200, [SUBMITTED]],
      ['app', 'POST /pulls/1/reviews', { event: 'APPROVE', body: 'by rule' }, 200, [SUBMITTED]],
      ['reader-app', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 403, []],
      ['nobody', 'POST /pulls/1/reviews', { event: 'APPROVE' }, 401, []],
      ['grace', 'POST /pulls/2/reviews', { event: 'APPROVE' }, 404, []],
      ['nobody', 'GET /pulls/1/reviews', undefined, 200, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('the payload has the state in lower case, the answer in capitals', async () => {
    const { body, told } = await walk(forge, [
      ['grace', 'POST /pulls/1/reviews', { event: 'APPROVE', body: 'well done' }, 200, [SUBMITTED]],
    ]);
    expect(fieldOf(body, 'state')).toBe('APPROVED');
    expect(fieldOf(told[0]?.payload, 'review', 'state')).toBe('approved');
    expect(fieldOf(told[0]?.payload, 'review', 'user', 'login')).toBe('grace-example');
  });

  test('a review answers the request for it', async () => {
    const { body } = await walk(forge, [
      [
        'app',
        'POST /pulls/1/requested_reviewers',
        { reviewers: ['grace-example'] },
        201,
        ['pull_request.review_requested'],
      ],
      ['grace', 'POST /pulls/1/reviews', { event: 'COMMENT', body: 'looking' }, 200, [SUBMITTED]],
      ['nobody', 'GET /pulls/1/requested_reviewers', undefined, 200, []],
    ]);
    expect(body).toEqual({ users: [], teams: [] });
  });
});

describe('comments on lines', () => {
  const comment = { commit_id: ':head', path: 'src/lines.txt', body: 'why?' };

  test.each([
    story(
      'written, answered, edited and deleted',
      ['kay', 'POST /pulls/1/comments', { ...comment, line: 2 }, 201, [SUBMITTED, COMMENTED]],
      ['nobody', 'GET /pulls/comments/:last', undefined, 200, []],
      ['kay', 'PATCH /pulls/comments/:last', { body: 'why not?' }, 200, ['pull_request_review_comment.edited']],
      ['joan', 'PATCH /pulls/comments/:last', { body: 'mine' }, 403, []],
      ['app', 'POST /pulls/1/comments/:last/replies', { body: 'because' }, 201, [SUBMITTED, COMMENTED]],
      ['app', 'POST /pulls/1/comments/:last/replies', { body: 'more' }, 422, []],
      ['nobody', 'GET /pulls/1/comments?sort=created&direction=desc', undefined, 200, []],
      ['nobody', 'GET /pulls/comments', undefined, 200, []],
      ['grace', 'DELETE /pulls/comments/:last', undefined, 204, ['pull_request_review_comment.deleted']],
      ['grace', 'DELETE /pulls/comments/:last', undefined, 404, []],
    ),
    story(
      'where the diff is',
      ['kay', 'POST /pulls/1/comments', { ...comment, line: 2, side: 'LEFT' }, 201, [SUBMITTED, COMMENTED]],
      ['kay', 'POST /pulls/1/comments', { ...comment, position: 3 }, 201, [SUBMITTED, COMMENTED]],
      [
        'kay',
        'POST /pulls/1/comments',
        { ...comment, start_line: 1, start_side: 'RIGHT', line: 3 },
        201,
        [SUBMITTED, COMMENTED],
      ],
      ['kay', 'POST /pulls/1/comments', { ...comment, subject_type: 'file' }, 201, [SUBMITTED, COMMENTED]],
      ['kay', 'POST /pulls/1/comments', { ...comment, line: 10 }, 422, []],
      ['kay', 'POST /pulls/1/comments', { ...comment, path: 'src/other.txt', line: 1 }, 422, []],
      ['kay', 'POST /pulls/1/comments', { ...comment, start_line: 9, line: 3 }, 422, []],
      ['kay', 'POST /pulls/1/comments', { ...comment, commit_id: '0'.repeat(40), line: 3 }, 422, []],
      ['reader-app', 'POST /pulls/1/comments', { ...comment, line: 2 }, 403, []],
      ['nobody', 'GET /pulls/1/comments', undefined, 200, []],
    ),
  ])('%s', async (_, steps) => {
    expect((await walk(forge, steps)).violations).toEqual([]);
  });

  test('a review with a comment outside the diff is not there at all', async () => {
    const { body } = await walk(forge, [
      [
        'grace',
        'POST /pulls/1/reviews',
        { event: 'APPROVE', comments: [{ path: 'src/lines.txt', line: 10, body: 'no' }] },
        422,
        [],
      ],
      ['nobody', 'GET /pulls/1/reviews', undefined, 200, []],
    ]);
    expect(body).toEqual([]);
  });

  test('a comment knows its line, its hunk and its review', async () => {
    const { body } = await walk(forge, [
      ['kay', 'POST /pulls/1/comments', { ...comment, line: 2 }, 201, [SUBMITTED, COMMENTED]],
    ]);
    expect(body).toMatchObject({ line: 2, side: 'RIGHT', position: 3, subject_type: 'line' });
    expect(fieldOf(body, 'diff_hunk')).toBe('@@ -1,5 +1,5 @@\n one\n-two\n+zwei');
  });

  test('reactions', async () => {
    const { name } = forge.freshRepository();
    const pulls = `/repos/${ORG}/${name}/pulls`;
    const { body: pull } = await forge.ask('nobody', `GET ${pulls}/1`);
    const given = { ...comment, commit_id: fieldOf(pull, 'head', 'sha'), line: 2 };
    const { body } = await forge.ask('kay', `POST ${pulls}/1/comments`, given);
    const reactions = `${pulls}/comments/${String(fieldOf(body, 'id'))}/reactions`;
    const statuses = [
      await forge.ask('app', `POST ${reactions}`, { content: 'eyes' }),
      await forge.ask('app', `POST ${reactions}`, { content: 'eyes' }),
      await forge.ask('nobody', `GET ${reactions}`),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 200, 200]);
  });
});

test('lines of a patch are counted on both sides', () => {
  const patch =
    '@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n three\n@@ -9 +9,2 @@ below\n nine\n+ten\n\\ No newline at end of file';
  expect([...linesOfPatch(patch)].map(({ position, left, right }) => [position, left, right])).toEqual([
    [1, 1, 1],
    [2, 2, undefined],
    [3, undefined, 2],
    [4, 3, 3],
    [6, 9, 9],
    [7, undefined, 10],
  ]);
});
