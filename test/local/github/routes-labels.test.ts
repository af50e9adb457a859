import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldOf, type Forge, openForge, type Step, walk } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(async () => {
  await forge.close();
});

const story = (name: string, ...steps: Step[]): [string, Step[]] => [name, steps];

test.each([
  story(
    'made, changed and deleted',
    ['grace', 'POST /labels', { name: 'leak', color: 'FF0000', description: 'water' }, 201, ['label.created']],
    ['grace', 'POST /labels', { name: 'LEAK' }, 422, []],
    ['grace', 'POST /labels', { name: 'blue', color: 'sky' }, 422, []],
    ['grace', 'POST /labels', { name: 'x'.repeat(51) }, 422, []],
    [
      'app',
      'PATCH /labels/leak',
      { new_name: 'leaks', color: '00ff00', description: 'more water' },
      200,
      ['label.edited'],
    ],
    ['app', 'PATCH /labels/leaks', { new_name: 'leaks' }, 200, []],
    ['app', 'PATCH /labels/leaks', { new_name: 'bug' }, 422, []],
    ['nobody', 'GET /labels/leaks', undefined, 200, []],
    ['nobody', 'GET /labels', undefined, 200, []],
    ['grace', 'DELETE /labels/leaks', undefined, 204, ['label.deleted']],
    ['grace', 'DELETE /labels/leaks', undefined, 404, []],
  ),
  story(
    'who may',
    ['alan', 'POST /labels', { name: 'mine' }, 403, []],
    ['kay', 'POST /labels', { name: 'mine' }, 403, []],
    ['nobody', 'POST /labels', { name: 'mine' }, 401, []],
    ['reader-app', 'POST /labels', { name: 'mine' }, 403, []],
    ['joan', 'POST /issues/2/labels', { labels: ['bug'] }, 403, []],
    ['reader-app', 'POST /issues/2/labels', { labels: ['bug'] }, 403, []],
  ),
  story(
    'put on an issue, made on the way, and taken off',
    [
      'alan',
      'POST /issues/2/labels',
      { labels: ['bug', 'BUG', 'kind/leak'] },
      200,
      ['label.created', 'issues.labeled', 'issues.labeled'],
    ],
    ['alan', 'POST /issues/2/labels', { labels: ['bug'] }, 200, []],
    ['alan', 'POST /issues/2/labels', { labels: [{ name: 'question' }] }, 200, ['issues.labeled']],
    [
      'alan',
      'PUT /issues/2/labels',
      { labels: ['bug', 'invalid'] },
      200,
      ['issues.unlabeled', 'issues.unlabeled', 'issues.labeled'],
    ],
    ['alan', 'DELETE /issues/2/labels/bug', undefined, 200, ['issues.unlabeled']],
    ['alan', 'DELETE /issues/2/labels/bug', undefined, 404, []],
    ['alan', 'DELETE /issues/2/labels', undefined, 204, ['issues.unlabeled']],
    ['nobody', 'GET /issues/2/labels', undefined, 200, []],
  ),
  story(
    'on a pull request it is an event of the pull request',
    ['app', 'POST /issues/1/labels', { labels: ['do-not-merge/hold'] }, 200, ['label.created', 'pull_request.labeled']],
    ['app', 'DELETE /issues/1/labels/do-not-merge%2Fhold', undefined, 200, ['pull_request.unlabeled']],
  ),
  story(
    'a deleted label is gone from where it was',
    ['app', 'POST /issues/1/labels', { labels: ['bug'] }, 200, ['pull_request.labeled']],
    ['grace', 'DELETE /labels/bug', undefined, 204, ['label.deleted']],
    ['nobody', 'GET /issues/1/labels', undefined, 200, []],
  ),
])('%s', async (_, steps) => {
  expect((await walk(forge, steps)).violations).toEqual([]);
});

test('a new label gets a color; the payload names label and pull request', async () => {
  const { body, told } = await walk(forge, [
    ['app', 'POST /issues/1/labels', { labels: ['lgtm'] }, 200, ['label.created', 'pull_request.labeled']],
  ]);
  expect(fieldOf(body, 0, 'color')).toBe('ededed');
  expect(fieldOf(told[1]?.payload, 'label', 'name')).toBe('lgtm');
  expect(fieldOf(told[1]?.payload, 'pull_request', 'labels', 0, 'name')).toBe('lgtm');
  expect(fieldOf(told[1]?.payload, 'sender', 'login')).toBe('bowsprit[bot]');
});

test('a hundred labels are enough', async () => {
  const labels = Array.from({ length: 101 }, (_, index) => `label-${index}`);
  const { violations } = await walk(forge, [['alan', 'POST /issues/2/labels', { labels }, 422, []]]);
  expect(violations).toEqual([]);
});
