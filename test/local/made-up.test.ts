import { createSign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitHubInABox, type GitHubOptions, startGitHub } from '../../local/github/index.ts';
import { AUTHOR, FULL_NAME, makeUp, namedOn } from '../../local/made-up.ts';

const NAMED = { organizations: ['Rockets', 'acme', '*'], repositories: ['moons/io', 'no.org/at-all'] };
const start = (options: GitHubOptions = {}): Promise<GitHubInABox> =>
  startGitHub({ seed: makeUp, ...namedOn(NAMED), validate: 'strict', ...options });

let github: GitHubInABox;
beforeAll(async () => {
  github = await start();
});
afterAll(() => github.close());

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt({ app }: GitHubInABox): string {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'RS256' })}.${part({ iss: String(app.id), iat: now - 10, exp: now + 300 })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(app.privateKey).toString('base64url')}`;
}

type Reply = { readonly status: number; readonly body: unknown };

async function ask(box: GitHubInABox, token: string, request: string, body?: unknown): Promise<Reply> {
  const [method = '', path = ''] = request.split(' ');
  const reply = await fetch(`${box.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'test' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) };
}

const asAuthor = (request: string, body?: unknown): Promise<Reply> =>
  ask(github, github.tokens[AUTHOR] ?? '', request, body);

describe('what is named is there', () => {
  test.each<[request: string, status: number, body: Readonly<Record<string, unknown>>]>([
    ['GET /orgs/rockets', 200, { login: 'Rockets' }],
    ['GET /orgs/moons', 200, { login: 'moons' }],
    ['GET /orgs/nobody', 404, {}],
    ['GET /orgs/no.org', 404, {}],
    ['GET /repos/rockets/engine', 200, { full_name: 'Rockets/engine', default_branch: 'main' }],
    ['GET /repos/rockets/engine/contents/OWNERS', 200, { path: 'OWNERS' }],
    ['GET /repos/rockets/.github/branches/main', 200, { name: 'main' }],
    ['GET /repos/rockets/Engine/labels/kind%2Fbug', 200, { name: 'kind/bug' }],
    [`GET /repos/rockets/engine/collaborators/${AUTHOR}/permission`, 200, { role_name: 'write' }],
    [`GET /repos/${FULL_NAME}`, 200, { full_name: FULL_NAME }],
    ['GET /repos/acme/gadgets', 200, { full_name: 'acme/gadgets' }],
    ['GET /repos/moons/IO', 200, { full_name: 'moons/IO' }],
    ['GET /repos/moons/europa', 404, {}],
    ['GET /repos/nobody/engine', 404, {}],
    ['GET /repos/rockets/..%2Fengine', 404, {}],
    [`GET /repos/rockets/${'x'.repeat(101)}`, 404, {}],
    ['POST /repos/rockets/boosters/issues', 201, { number: 1 }],
  ])('%s: %i', async (request, status, body) => {
    const given = request.startsWith('POST') ? { title: 'Too slow' } : undefined;
    expect(await asAuthor(request, given)).toMatchObject({ status, body });
  });

  test('a repository is made once', async () => {
    const first = await asAuthor('GET /repos/rockets/once');
    expect(await asAuthor('GET /repos/ROCKETS/Once')).toEqual(first);
  });

  test.each<[query: string, data: unknown]>([
    [
      'repository(owner: "rockets", name: "fins") { nameWithOwner defaultBranchRef { name } }',
      { repository: { nameWithOwner: 'Rockets/fins', defaultBranchRef: { name: 'main' } } },
    ],
    [
      'organization(login: "moons") { io: repository(name: "io") { name } }',
      { organization: { io: { name: expect.stringMatching(/^io$/i) } } },
    ],
    ['repository(owner: "moons", name: "europa") { name }', { repository: null }],
  ])('GraphQL finds it as well: %s', async (query, data) => {
    const { body } = await asAuthor('POST /graphql', { query: `{ ${query} }` });
    expect(body).toMatchObject({ data });
  });
});

describe('the App is installed there', () => {
  const notThere = { status: 404, body: { message: 'Not Found' } };
  test.each<[request: string, reply: Reply]>([
    ['GET /orgs/rockets/installation', { status: 200, body: { account: { login: 'Rockets' } } }],
    ['GET /repos/rockets/tank/installation', { status: 200, body: { account: { login: 'Rockets' } } }],
    ['GET /repos/moons/io/installation', { status: 200, body: { account: { login: 'moons' } } }],
    ['GET /repos/moons/europa/installation', notThere],
    ['GET /orgs/nobody/installation', notThere],
  ])('%s', async (request, reply) => {
    expect(await ask(github, jwt(github), request)).toMatchObject(reply);
  });

  test.each<[repository: string, reply: Reply]>([
    ['pump', { status: 201, body: { repositories: [{ full_name: 'Rockets/pump' }] } }],
    ['no/slash', { status: 422, body: { message: expect.stringMatching(/does not exist or is not accessible/) } }],
  ])('a token for its repository %s', async (name, reply) => {
    const at = `/app/installations/${github.app.installationId('Rockets')}/access_tokens`;
    expect(await ask(github, jwt(github), `POST ${at}`, { repositories: [name] })).toMatchObject(reply);
  });
});

test('named after a start with other names: it is there too, and what was made stays', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'named-'));
  try {
    const first = await start({ dataDir });
    const at = 'GET /repos/rockets/engine';
    const made = await ask(first, first.tokens[AUTHOR] ?? '', at);
    first.app.uninstall('moons');
    await first.close();
    const second = await start({ dataDir, ...namedOn({ organizations: ['comets'], repositories: ['moons/io'] }) });
    const token = second.tokens[AUTHOR] ?? '';
    expect((await ask(second, token, at)).body).toMatchObject({ id: Object(made.body).id });
    expect(await ask(second, token, 'GET /repos/rockets/another')).toMatchObject({ status: 404 });
    expect(await ask(second, token, 'GET /repos/comets/halley')).toMatchObject({ status: 200 });
    expect(['comets', 'moons', 'Rockets'].map((login) => second.app.installationId(login))).toHaveLength(3);
    await second.close();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

test('nobody broke a rule of the forge', () => {
  expect(github.violations().filter(({ side }) => side !== 'request')).toEqual([]);
});
