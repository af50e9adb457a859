import { generateKeyPairSync } from 'node:crypto';
import { App } from '@octokit/app';
import { Octokit } from '@octokit/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GitHubInABox, seedInto, startGitHub } from '../../../local/github/index.ts';
import type { Repository } from '../../../local/github/state.ts';
import { fieldOf, type Forge, openForge, ORG } from './forge.ts';

let forge: Forge;
let repository: Repository;
beforeAll(async () => {
  forge = await openForge();
  repository = forge.freshRepository();
});
afterEach(() => forge.github.faults.clear());
afterAll(() => forge.close());

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const appOf = ({ url, app }: GitHubInABox, privateKey = app.privateKey) =>
  new App({
    appId: app.id,
    privateKey,
    log: silent,
    Octokit: Octokit.defaults({ baseUrl: url, log: silent, request: { log: silent } }),
  });

const installed = (box: GitHubInABox): Promise<Octokit> =>
  appOf(box).getInstallationOctokit(box.app.installationId(ORG));

/** What a call was refused with; fails where it was not. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

const issueQuery = (name: string): string =>
  `{ repository(owner: "${ORG}", name: "${name}") { issue(number: 2) { title } } }`;

describe('Octokit as an App', () => {
  test('finds itself and its installations', async () => {
    const app = appOf(forge.github);
    const { data } = await app.octokit.request('GET /app');
    expect(data).toMatchObject({ slug: 'bowsprit', installations_count: 1 });
    const found: number[] = [];
    for await (const { installation } of app.eachInstallation.iterator()) found.push(installation.id);
    expect(found).toEqual([forge.github.app.installationId(ORG)]);
  });

  test('goes through the repositories it is installed on, page by page', async () => {
    const found: string[] = [];
    for await (const { repository: each } of appOf(forge.github).eachRepository.iterator()) found.push(each.full_name);
    expect(found).toContain(`${ORG}/${repository.name}`);
  });

  test('with a key that is not its own is not let in', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const { octokit } = appOf(forge.github, privateKey);
    expect(await refusal(octokit.request('GET /app'))).toMatchObject({
      status: 401,
      message: expect.stringContaining('A JSON web token could not be decoded'),
    });
  });

  test('corrects its clock by that of the box', async () => {
    const { github } = forge;
    github.setClock(new Date(Date.now() + 3 * 3_600_000));
    try {
      expect((await appOf(github).octokit.request('GET /app')).status).toBe(200);
    } finally {
      github.setClock(undefined);
    }
  });

  test('has a delivery sent again', async () => {
    const { github } = forge;
    const { octokit } = appOf(github);
    await (
      await installed(github)
    ).request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      owner: ORG,
      repo: repository.name,
      issue_number: 2,
      labels: ['bug'],
    });
    await forge.heard();
    const { data } = await octokit.request('GET /app/hook/deliveries', { per_page: 1 });
    const [last] = data;
    expect(last).toMatchObject({ event: 'issues', action: 'labeled', redelivery: false, status_code: 202 });
    await octokit.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: Number(last?.id) });
    expect((await forge.heard()).map(({ name }) => name)).toEqual(['issues.labeled']);
    const again = await octokit.request('GET /app/hook/deliveries', { per_page: 1 });
    expect(again.data[0]).toMatchObject({ guid: last?.guid, redelivery: true });
  });
});

describe('Octokit as an installation', () => {
  test('asks, changes and asks again', async () => {
    const octokit = await installed(forge.github);
    const at = { owner: ORG, repo: repository.name, issue_number: 1 };
    const made = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...at,
      body: 'Hello',
    });
    expect(made.data).toMatchObject({ body: 'Hello', user: { login: 'bowsprit[bot]', type: 'Bot' } });
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', at);
    expect(data.map(({ id }) => id)).toEqual([made.data.id]);
  });

  test('asks in GraphQL', async () => {
    const octokit = await installed(forge.github);
    const query = `query($owner: String!, $repo: String!) {
      repository(owner: $owner, name: $repo) { pullRequest(number: 1) { title } } viewer { login } }`;
    expect(await octokit.graphql(query, { owner: ORG, repo: repository.name })).toEqual({
      repository: { pullRequest: { title: 'Change a line' } },
      viewer: { login: 'bowsprit[bot]' },
    });
  });

  test('is told what GraphQL could not find, beside what it found', async () => {
    const octokit = await installed(forge.github);
    const query = `{ repository(owner: "${ORG}", name: "nope") { id } viewer { login } }`;
    expect(await refusal(octokit.graphql(query))).toMatchObject({
      name: 'GraphqlResponseError',
      errors: [{ type: 'NOT_FOUND', path: ['repository'] }],
      data: { repository: null, viewer: { login: 'bowsprit[bot]' } },
      headers: { 'x-ratelimit-resource': 'graphql' },
    });
    expect(await refusal(octokit.graphql('{ nope }'))).toMatchObject({
      name: 'GraphqlResponseError',
      message: expect.stringContaining("Field 'nope' doesn't exist on type 'Query'"),
    });
  });

  test('pages by links and by cursors', async () => {
    const octokit = await installed(forge.github);
    const titles: string[] = [];
    let url: string | undefined = `GET /repos/${ORG}/${repository.name}/labels?per_page=4`;
    while (url !== undefined) {
      const reply: { data: unknown; headers: { link?: string | undefined } } = await octokit.request(url);
      titles.push(...(Array.isArray(reply.data) ? reply.data : []).map((each) => String(fieldOf(each, 'name'))));
      url = /<([^>]+)>; rel="next"/.exec(reply.headers.link ?? '')?.[1];
    }
    const cursors: string[] = [];
    let after: unknown = null;
    do {
      const query = `query($repo: String!, $after: String) { repository(owner: "${ORG}", name: $repo) {
        labels(first: 4, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } } }`;
      const page: unknown = await octokit.graphql(query, { repo: repository.name, after });
      const labels = fieldOf(page, 'repository', 'labels');
      const nodes = fieldOf(labels, 'nodes');
      cursors.push(...(Array.isArray(nodes) ? nodes : []).map((each) => String(fieldOf(each, 'name'))));
      after = fieldOf(labels, 'pageInfo', 'hasNextPage') === true ? fieldOf(labels, 'pageInfo', 'endCursor') : null;
    } while (after !== null);
    expect(titles).toHaveLength(9);
    expect(cursors).toEqual(titles);
  });

  test('asks again for what has not changed, free of charge', async () => {
    const octokit = await installed(forge.github);
    const at = { owner: ORG, repo: repository.name };
    const first = await octokit.request('GET /repos/{owner}/{repo}', at);
    const etag = first.headers.etag ?? '';
    const unchanged = octokit.request('GET /repos/{owner}/{repo}', { ...at, headers: { 'if-none-match': etag } });
    expect(await refusal(unchanged)).toMatchObject({
      status: 304,
      response: { headers: { 'x-ratelimit-used': first.headers['x-ratelimit-used'] } },
    });
    const log = forge.github.requests().filter(({ status }) => status === 304);
    expect(log.at(-1)).toMatchObject({ route: 'GET /repos/{owner}/{repo}', charged: false });
  });

  test('reads its limits from every answer', async () => {
    const octokit = await installed(forge.github);
    forge.github.limits.set('core', undefined);
    try {
      const one = await octokit.request('GET /repos/{owner}/{repo}', { owner: ORG, repo: repository.name });
      const other = await octokit.request('GET /repos/{owner}/{repo}', { owner: ORG, repo: repository.name });
      expect(one.headers).toMatchObject({ 'x-ratelimit-limit': '5000', 'x-ratelimit-resource': 'core' });
      expect(Number(other.headers['x-ratelimit-remaining'])).toBe(Number(one.headers['x-ratelimit-remaining']) - 1);
      expect(Number(one.headers['x-ratelimit-reset']) * 1000).toBeGreaterThan(forge.github.box.now().getTime());
    } finally {
      forge.github.limits.set('core', 100_000);
    }
  });

  test.each<[kind: 'secondary-limit' | 'too-many', status: number]>([
    ['secondary-limit', 403],
    ['too-many', 429],
  ])('is told of a %s', async (kind, status) => {
    const octokit = await installed(forge.github);
    forge.github.faults.set([{ route: 'POST /graphql', kind, retryAfter: 7, count: 1 }]);
    expect(await refusal(octokit.graphql('{ viewer { login } }'))).toMatchObject({
      status,
      message: expect.stringContaining('You have exceeded a secondary rate limit'),
      response: { headers: { 'retry-after': '7' } },
    });
    expect(await octokit.graphql('{ viewer { login } }')).toEqual({ viewer: { login: 'bowsprit[bot]' } });
  });

  test('with a token for one repository does not see into another', async () => {
    const { github } = forge;
    const hidden = `${ORG}/hidden`;
    forge.seed.createRepository(hidden, { private: true });
    const { octokit } = appOf(github);
    const { data } = await octokit.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: github.app.installationId(ORG),
      repository_ids: [repository.id],
      permissions: { issues: 'read', metadata: 'read' },
    });
    const narrow = new Octokit({ baseUrl: github.url, auth: data.token, log: silent });
    expect(await narrow.graphql(issueQuery(repository.name))).toEqual({ repository: { issue: { title: 'It leaks' } } });
    expect(await refusal(narrow.graphql(issueQuery('hidden')))).toMatchObject({ errors: [{ type: 'NOT_FOUND' }] });
    const react = narrow.request('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', {
      owner: ORG,
      repo: repository.name,
      issue_number: 2,
      content: 'eyes',
    });
    expect(await refusal(react)).toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    });
  });
});

test('a token without contents makes no draft', async () => {
  const { github } = forge;
  const { octokit } = appOf(github);
  const { data } = await octokit.request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: github.app.installationId(ORG),
    permissions: { pull_requests: 'write', metadata: 'read' },
  });
  const narrow = new Octokit({ baseUrl: github.url, auth: data.token, log: silent });
  const found: unknown = await narrow.graphql(
    `{ repository(owner: "${ORG}", name: "${repository.name}") { pullRequest(number: 1) { id } } }`,
  );
  const mutation = `mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { clientMutationId } }`;
  const id = fieldOf(found, 'repository', 'pullRequest', 'id');
  expect(await refusal(narrow.graphql(mutation, { id }))).toMatchObject({
    errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
  });
});

test('Octokit finds GraphQL of an Enterprise Server', async () => {
  const box = await startGitHub({
    basePath: '/api/v3',
    seed(state, now) {
      const people = seedInto(state, now);
      people.createOrganization(ORG);
      people.createRepository(`${ORG}/boat`, { files: { 'README.md': 'A boat\n' } });
    },
  });
  try {
    const octokit = await installed(box);
    const query = `{ repository(owner: "${ORG}", name: "boat") { object(expression: "HEAD:README.md") { ... on Blob { text } } } }`;
    expect(await octokit.graphql(query)).toEqual({ repository: { object: { text: 'A boat\n' } } });
    expect(box.graphqlUrl).toMatch(/\/api\/graphql$/);
  } finally {
    await box.close();
  }
});
