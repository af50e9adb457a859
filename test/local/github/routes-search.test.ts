import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { termsIn } from '../../../local/github/routes/search.ts';
import { fieldOf, type Forge, openForge, ORG, violationsOfTheBox, type Who } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
  const { name } = forge.freshRepository();
  const path = `/repos/${ORG}/${name}`;
  await forge.ask('grace', `PATCH ${path}/issues/2`, { labels: ['bug', 'help wanted'], assignees: ['grace-example'] });
  await forge.ask('kay', `POST ${path}/issues/1/comments`, { body: 'barnacles' });
  await forge.ask('grace', `POST ${path}/pulls/1/reviews`, { event: 'APPROVE' });
  forge.seed.createRepository(`${ORG}/hidden`, { private: true, description: 'out of sight' });
  await forge.ask('ada', `POST /repos/${ORG}/hidden/issues`, { title: 'A secret leak' });
});
afterAll(async () => {
  await forge.close();
});

const found = async (who: Who, path: string): Promise<unknown> => {
  const { status, body } = await forge.ask(who, `GET ${path}`);
  if (status !== 200) return status;
  const items = fieldOf(body, 'items');
  return Array.isArray(items)
    ? items.map((each) => fieldOf(each, 'title') ?? fieldOf(each, 'name') ?? fieldOf(each, 'login'))
    : items;
};

describe('issues', () => {
  const [LEAK, CHANGE, SECRET] = ['It leaks', 'Change a line', 'A secret leak'];

  test.each<[Who, string, unknown]>([
    ['nobody', 'repo:harbor-example/boat-1', [LEAK, CHANGE]],
    ['nobody', 'org:harbor-example', [LEAK, CHANGE]],
    ['joan', 'org:harbor-example', [SECRET, LEAK, CHANGE]],
    ['nobody', 'repo:harbor-example/hidden', 422],
    ['nobody', 'repo:harbor-example/nothing', 422],
    ['nobody', 'is:pr', [CHANGE]],
    ['nobody', 'is:issue is:open', [LEAK]],
    ['nobody', 'is:closed', []],
    ['nobody', 'is:pr is:merged', []],
    ['nobody', 'is:pr -is:draft', [CHANGE]],
    ['nobody', 'type:pr state:open draft:false', [CHANGE]],
    ['nobody', 'label:bug', [LEAK]],
    ['nobody', 'label:"help wanted" label:bug', [LEAK]],
    ['nobody', 'label:bug,wontfix', [LEAK]],
    ['nobody', 'label:"no such label","bug"', [LEAK]],
    ['nobody', '-label:"help wanted","bug"', [CHANGE]],
    ['nobody', '-label:bug', [CHANGE]],
    ['nobody', 'NOT leaks is:open', [CHANGE]],
    ['nobody', 'no:label', [CHANGE]],
    ['nobody', 'no:milestone no:assignee', [CHANGE]],
    ['nobody', 'author:joan-example', [LEAK, CHANGE]],
    ['joan', 'author:@me repo:harbor-example/boat-1', [LEAK, CHANGE]],
    ['nobody', 'author:kay-example', []],
    ['nobody', 'assignee:grace-example', [LEAK]],
    ['nobody', 'commenter:kay-example', [CHANGE]],
    ['nobody', 'involves:kay-example', [CHANGE]],
    ['nobody', 'barnacles', [CHANGE]],
    ['nobody', 'reviewed-by:grace-example review:approved', [CHANGE]],
    ['nobody', 'review:changes_requested', []],
    ['nobody', 'base:main head:feature', [CHANGE]],
    ['nobody', 'updated:>=2020-01-01', [LEAK, CHANGE]],
    ['nobody', 'updated:<2020-01-01', []],
    ['nobody', 'created:2020-01-01..2020-12-31', []],
    ['nobody', 'created:>2020-01-01T00:00:00Z', [LEAK, CHANGE]],
    ['nobody', 'comments:>0', [CHANGE]],
    ['nobody', '"a line"', [CHANGE]],
    ['nobody', 'is:strange', 422],
    ['nobody', 'x'.repeat(257), 422],
    ['nobody', ' ', 422],
  ])('%s: %s', async (who, query, titles) => {
    expect(await found(who, `/search/issues?q=${encodeURIComponent(query)}`)).toEqual(titles);
  });

  test('by the head of a pull request', async () => {
    const { body } = await forge.ask('nobody', `GET /repos/${ORG}/boat-1/pulls/1`);
    const sha = String(fieldOf(body, 'head', 'sha'));
    expect(await found('nobody', `/search/issues?q=${sha}+is:pr`)).toEqual([CHANGE]);
    expect(await found('nobody', `/search/issues?q=sha:${sha.slice(0, 10)}`)).toEqual([CHANGE]);
  });

  test('in an order and in pages', async () => {
    const path = '/search/issues?q=is:open&sort=created&order=asc&per_page=1';
    const { body, headers } = await forge.ask('nobody', `GET ${path}`);
    expect([fieldOf(body, 'total_count'), fieldOf(body, 'items', 0, 'title')]).toEqual([2, CHANGE]);
    expect(headers.get('link')).toContain('rel="next"');
  });
});

test.each<[Who, string, unknown]>([
  ['nobody', '/search/repositories?q=org:harbor-example', ['boat-1']],
  ['joan', '/search/repositories?q=org:harbor-example', ['boat-1', 'hidden']],
  ['joan', '/search/repositories?q=sight', ['hidden']],
  ['joan', '/search/repositories?q=org:harbor-example+is:private&sort=updated', ['hidden']],
  ['nobody', '/search/repositories?q=boat+archived:true', []],
  ['nobody', '/search/users?q=grace', ['grace-example']],
  ['nobody', '/search/users?q=example+type:org', ['harbor-example']],
  ['nobody', '/search/users?q=user:kay-example', ['kay-example']],
])('%s: %s', async (who, path, names) => {
  expect(await found(who, path)).toEqual(names);
});

test.each([
  [
    'is:pr -label:"do not merge" fix',
    [
      { not: false, qualifier: 'is', value: 'pr' },
      { not: true, qualifier: 'label', value: 'do not merge' },
      { not: false, qualifier: '', value: 'fix' },
    ],
  ],
  [
    'label:"do not merge","x" fix',
    [
      { not: false, qualifier: 'label', value: '"do not merge","x"' },
      { not: false, qualifier: '', value: 'fix' },
    ],
  ],
  [
    'NOT draft:true AND x',
    [
      { not: true, qualifier: 'draft', value: 'true' },
      { not: false, qualifier: '', value: 'x' },
    ],
  ],
])('%s is read', (query, terms) => {
  expect(termsIn(query)).toEqual(terms);
});

test('the box kept to the description', () => {
  expect(violationsOfTheBox(forge)).toEqual([]);
});
