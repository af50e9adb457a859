/** What a bot asks that keeps its settings in files: their text, who changed them last, and check runs on what changes them. */
import { App } from '@octokit/app';
import { Octokit } from '@octokit/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitHubInABox, seedInto, seedThrough, startGitHub } from '../../../local/github/index.ts';
import { fieldOf } from './forge.ts';

const ORG = 'harbor-example';
const BOAT = `${ORG}/boat`;
const SETTINGS = '.github/bowsprit.yaml';
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let github: GitHubInABox;
let app: Octokit;
let commits: Readonly<Record<'first' | 'second' | 'readme' | 'head', string>>;

const own = { owner: ORG, repo: 'boat' };

beforeAll(async () => {
  // As `npm start` has it: what the description forbids is noted, and what GitHub itself refuses is refused.
  github = await startGitHub({
    seed(state, now) {
      const seed = seedInto(state, now);
      for (const login of ['ada-example', 'kay-example']) seed.createUser(login);
      seed.createOrganization(ORG, { members: { 'ada-example': 'admin' } });
      seed.createRepository(BOAT, { files: { 'README.md': 'A boat\n' } });
      seed.createRepository(`${ORG}/.github`, { files: { 'bowsprit.yaml': 'hold: {}\n' } });
    },
  });
  const seed = seedThrough(github.box);
  const commit = (branch: string, path: string, text: string): string =>
    seed.commitFiles(BOAT, branch, { [path]: text }, 'ada-example', `Change ${path}`);
  const first = commit('main', SETTINGS, 'size: { s: 10 }\n');
  const second = commit('main', SETTINGS, 'size: { s: 20 }\n');
  const readme = commit('main', 'README.md', 'A fast boat\n');
  seed.fork(BOAT, 'kay-example');
  const head = seed.commitFiles('kay-example/boat', 'wider', { [SETTINGS]: 'size: { s: 1 }\n' }, 'kay-example', 'Mine');
  seed.openPull(BOAT, 'kay-example', { title: 'Wider', head: 'kay-example:wider', base: 'main' });
  commits = { first, second, readme, head };
  app = await appOf().getInstallationOctokit(github.app.installationId(ORG));
});
afterAll(() => github.close());

const appOf = (): App =>
  new App({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    log: silent,
    Octokit: Octokit.defaults({ baseUrl: github.url, log: silent, request: { log: silent } }),
  });

/** With a token that may do less than the App. */
async function narrowed(narrowing: Readonly<Record<string, unknown>>): Promise<Octokit> {
  const { data } = await appOf().octokit.request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: github.app.installationId(ORG),
    ...narrowing,
  });
  return new Octokit({ auth: data.token, baseUrl: github.url, log: silent, request: { log: silent } });
}

async function graphql(query: string): Promise<unknown> {
  const { data } = await app.request('POST /graphql', { query });
  expect(fieldOf(data, 'errors')).toBeUndefined();
  return fieldOf(data, 'data');
}

/** What a call was refused with. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'it was not refused',
    (error: unknown) => error,
  );
}

describe('files of the base', () => {
  test('beside their pull request', async () => {
    const file = `file(path: "${SETTINGS}") { mode oid object { ... on Blob { text isBinary isTruncated } } }`;
    const data = await graphql(
      `{ repository(owner: "${ORG}", name: "boat") { pullRequest(number: 1) { headRefOid baseRef { target {
          ... on Commit { oid ${file} none: file(path: "no/such/file") { oid } } } } } } }`,
    );
    expect(fieldOf(data, 'repository', 'pullRequest')).toEqual({
      headRefOid: commits.head,
      baseRef: {
        target: {
          oid: commits.readme,
          file: {
            mode: 0o100644,
            oid: expect.stringMatching(/^[0-9a-f]{40}$/),
            object: { text: 'size: { s: 20 }\n', isBinary: false, isTruncated: false },
          },
          none: null,
        },
      },
    });
  });

  test('of the organization, from its .github repository', async () => {
    const data = await graphql(
      `{ repository(owner: "${ORG}", name: ".github") { defaultBranchRef { name target {
          ... on Commit { oid file(path: "bowsprit.yaml") { object { ... on Blob { text } } } } } } } }`,
    );
    expect(fieldOf(data, 'repository')).toMatchObject({
      defaultBranchRef: { name: 'main', target: { file: { object: { text: 'hold: {}\n' } } } },
    });
  });

  test.each([
    ['HEAD', () => commits.readme],
    ['HEAD~1', () => commits.second],
    ['main', () => commits.readme],
  ])('%s names a commit', async (expression, oid) => {
    const query = `{ repository(owner: "${ORG}", name: "boat") { object(expression: "${expression}") { oid } } }`;
    expect(fieldOf(await graphql(query), 'repository', 'object', 'oid')).toBe(oid());
  });

  test('who changed one last, through either API', async () => {
    const history = `history(first: 1, path: "${SETTINGS}") { totalCount nodes { oid } }`;
    const query = `{ repository(owner: "${ORG}", name: "boat") { object(expression: "HEAD") { ... on Commit { ${history} } } } }`;
    expect(fieldOf(await graphql(query), 'repository', 'object', 'history')).toEqual({
      totalCount: 2,
      nodes: [{ oid: commits.second }],
    });
    const asked = { ...own, path: SETTINGS };
    const listed = async (sha?: string): Promise<readonly string[]> => {
      const { data } = await app.request('GET /repos/{owner}/{repo}/commits', {
        ...asked,
        ...(sha === undefined ? {} : { sha }),
      });
      return data.map((each) => each.sha);
    };
    expect(await listed()).toEqual([commits.second, commits.first]);
    expect(await listed(commits.first)).toEqual([commits.first]);
    expect(await listed(commits.head)).toEqual([commits.head, commits.second, commits.first]);
  });

  test('the head of a fork is read through the base repository', async () => {
    const { data } = await app.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...own,
      path: SETTINGS,
      ref: commits.head,
      mediaType: { format: 'raw' },
    });
    expect(data).toBe('size: { s: 1 }\n');
    const query = `{ repository(owner: "${ORG}", name: "boat") { object(expression: "${commits.head}:${SETTINGS}") {
      ... on Blob { text } } } }`;
    expect(fieldOf(await graphql(query), 'repository', 'object', 'text')).toBe('size: { s: 1 }\n');
  });

  test('a push to .github is told as any other', async () => {
    github.holdDeliveries();
    github.setWebhookUrl('http://127.0.0.1:9/');
    seedThrough(github.box).commitFiles(
      `${ORG}/.github`,
      'main',
      { 'bowsprit.yaml': 'hold: { lifted_by: holder }\n' },
      'ada-example',
      'Who lifts a hold',
    );
    github.releaseDeliveries();
    await github.idle();
    github.setWebhookUrl(undefined);
    const [last] = github.deliveries();
    expect(last?.webhook.event).toBe('push');
    expect(JSON.parse(last?.webhook.payload ?? '')).toMatchObject({
      ref: 'refs/heads/main',
      repository: { full_name: `${ORG}/.github` },
      installation: { id: github.app.installationId(ORG) },
      commits: [{ modified: ['bowsprit.yaml'] }],
    });
  });
});

const annotation = (line: number) => ({
  path: SETTINGS,
  start_line: line,
  end_line: line,
  annotation_level: 'failure' as const,
  message: `Line ${line} is wrong.`,
});
const annotations = (count: number): ReturnType<typeof annotation>[] =>
  Array.from({ length: count }, (_, index) => annotation(index + 1));
const output = { title: 'Two mistakes', summary: 'The file is not used.' };

const created = async (body: object): Promise<number> => {
  const { data } = await app.request('POST /repos/{owner}/{repo}/check-runs', {
    ...own,
    name: 'settings',
    head_sha: commits.head,
    ...body,
  });
  return Number(data.id);
};

describe('a check run on a pull request', () => {
  test('has as many annotations as were added, fifty at a time', async () => {
    const id = await created({ status: 'in_progress', output: { ...output, annotations: annotations(50) } });
    await app.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
      ...own,
      check_run_id: id,
      conclusion: 'failure',
      output: { ...output, annotations: annotations(2) },
    });
    const run = { ...own, check_run_id: id };
    const pages = await Promise.all(
      [1, 2].map((page) =>
        app.request('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', { ...run, page, per_page: 50 }),
      ),
    );
    expect(pages.map(({ data }) => data.length)).toEqual([50, 2]);
    expect(pages[1]?.data[1]).toMatchObject({ path: SETTINGS, start_line: 2, message: 'Line 2 is wrong.' });
    const { data } = await app.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...own,
      ref: commits.head,
      check_name: 'settings',
    });
    expect(data).toMatchObject({
      total_count: 1,
      check_runs: [{ id, conclusion: 'failure', output: { ...output, annotations_count: 52 } }],
    });
  });

  test.each<[what: string, body: object, message: RegExp]>([
    [
      'more than fifty annotations',
      { output: { ...output, annotations: annotations(51) } },
      /No more than 50 items are allowed; 51 were supplied\./,
    ],
    ['a title alone', { output: { title: 'One' } }, /"summary" wasn't supplied\./],
    ['no title', { output: { summary: 'One' } }, /"title" wasn't supplied\./],
    [
      'more than it may say',
      { output: { ...output, summary: 'x'.repeat(65_536) } },
      /Only 65535 characters are allowed; 65536 were supplied\./,
    ],
    [
      'an annotation without its line',
      { output: { ...output, annotations: [{ ...annotation(1), start_line: undefined }] } },
      /"start_line" wasn't supplied\./,
    ],
    [
      'columns over several lines',
      { output: { ...output, annotations: [{ ...annotation(1), end_line: 2, start_column: 1 }] } },
      /Validation Failed/,
    ],
    ['a commit that is not there', { head_sha: '0'.repeat(40) }, /No commit found for SHA/],
  ])('with %s is refused', async (_, body, message) => {
    expect(await refusal(created(body))).toMatchObject({ status: 422, message: expect.stringMatching(message) });
  });

  test.each<[what: string, narrowing: Readonly<Record<string, unknown>>, status: number, message: RegExp]>([
    ['write checks', { permissions: { checks: 'write' } }, 201, /^$/],
    ['read checks', { permissions: { checks: 'read' } }, 403, /^Resource not accessible by integration/],
    ['write contents', { permissions: { contents: 'write' } }, 403, /^Resource not accessible by integration/],
    ['write checks elsewhere', { repositories: ['.github'] }, 403, /^Resource not accessible by integration/],
    ['write checks here', { repositories: ['boat'] }, 201, /^$/],
  ])('is for a token that may %s', async (_, narrowing, status, message) => {
    const octokit = await narrowed(narrowing);
    const answer: unknown = await octokit
      .request('POST /repos/{owner}/{repo}/check-runs', { ...own, name: 'narrow', head_sha: commits.head })
      .then(
        (reply) => ({ status: reply.status, message: '' }),
        (error: unknown) => error,
      );
    expect(answer).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});

const repositoriesOf = async (octokit: Octokit): Promise<readonly string[]> => {
  const { data } = await octokit.request('GET /installation/repositories');
  return data.repositories.map((each) => each.full_name);
};

describe('a token for some repositories', () => {
  test('sees them alone', async () => {
    expect(await repositoriesOf(await narrowed({ repositories: ['.github'] }))).toEqual([`${ORG}/.github`]);
    expect(await repositoriesOf(app)).toEqual([BOAT, `${ORG}/.github`]);
  });

  test('is refused where the installation has not all of them', async () => {
    expect(await refusal(narrowed({ repositories: ['boat', 'ship'] }))).toMatchObject({
      status: 422,
      message: expect.stringContaining('does not exist or is not accessible to the parent installation'),
    });
  });
});

test('nobody but those who were refused broke the description', () => {
  expect(github.violations().filter(({ side }) => side !== 'request')).toEqual([]);
});
