import { createSign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type GitHubInABox, seedInto, startGitHub } from '../../../local/github/index.ts';
import { fieldOf, type Forge, openForge, ORG } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Claims {
  readonly iss?: string;
  readonly iat?: number;
  readonly exp?: number;
}

/** A JWT of the App; times are seconds from now. */
function jwt({ app, box }: GitHubInABox, { iss = String(app.id), iat = -10, exp = 300 }: Claims = {}): string {
  const now = Math.floor(box.now().getTime() / 1000);
  const signed = `${part({ alg: 'RS256' })}.${part({ iss, iat: now + iat, exp: now + exp })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(app.privateKey).toString('base64url')}`;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function ask(
  token: string,
  request: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const [method = 'GET', path = ''] = request.split(' ');
  const reply = await fetch(`${forge.github.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'test', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const installation = (): string => `/app/installations/${forge.github.app.installationId(ORG)}`;

async function minted(narrowing: unknown = {}): Promise<string> {
  const { body } = await ask(jwt(forge.github), `POST ${installation()}/access_tokens`, narrowing);
  const token = fieldOf(body, 'token');
  if (typeof token !== 'string') throw new Error('no token was minted');
  return token;
}

describe('a JWT', () => {
  test.each<[title: string, claims: Claims, status: number]>([
    ['of the App', {}, 200],
    ['by client id', { iss: 'Iv23box0000000000001' }, 200],
    ['of another App', { iss: '999' }, 404],
    ['that is over', { exp: -1 }, 401],
    ['that lasts too long', { exp: 3600 }, 401],
    ['from the future', { iat: 600 }, 401],
  ])('%s', async (_title, claims, status) => {
    expect((await ask(jwt(forge.github, claims), 'GET /app')).status).toBe(status);
  });

  test('with another key is refused', async () => {
    const token = jwt(forge.github);
    const broken = `${token.slice(0, -8)}AAAAAAAA`;
    expect((await ask(broken, 'GET /app')).status).toBe(401);
  });
});

describe('the App', () => {
  test.each<[request: string, status: number]>([
    ['GET /app', 200],
    ['GET /apps/bowsprit', 200],
    ['GET /apps/other', 404],
    ['GET /app/installations', 200],
    ['GET /app/installations/1', 404],
    ['GET /app/hook/config', 200],
    ['GET /app/hook/deliveries', 200],
    ['GET /app/hook/deliveries?status=failure', 200],
    ['GET /app/hook/deliveries?status=other', 422],
    ['GET /app/hook/deliveries?cursor=other', 400],
    ['GET /app/hook/deliveries/1', 404],
    [`GET /orgs/${ORG}/installation`, 200],
    ['GET /users/nemo/installation', 404],
    ['GET /repos/nobody/nothing/installation', 404],
    ['GET /meta', 200],
    ['GET /versions', 200],
    ['GET /rate_limit', 200],
  ])('%s', async (request, status) => {
    expect((await ask(jwt(forge.github), request)).status).toBe(status);
  });

  test('sees its installation from the outside and the inside', async () => {
    const { name } = forge.freshRepository();
    const found = await ask(jwt(forge.github), `GET /repos/${ORG}/${name}/installation`);
    expect(fieldOf(found.body, 'account', 'login')).toBe(ORG);
    const token = await minted();
    const { body } = await ask(token, 'GET /installation/repositories?per_page=100');
    expect(fieldOf(body, 'total_count')).toBe(forge.github.state.repositories.size);
    const ada = forge.github.tokens['ada-example'] ?? '';
    expect(fieldOf((await ask(ada, 'GET /user/installations')).body, 'total_count')).toBe(1);
    const kay = forge.github.tokens['kay-example'] ?? '';
    expect(fieldOf((await ask(kay, 'GET /user/installations')).body, 'total_count')).toBe(0);
  });
});

describe('a token', () => {
  test('may have less than the installation, never more', async () => {
    const [one, other] = [forge.freshRepository(), forge.freshRepository()];
    const token = await minted({ repositories: [one.name], permissions: { contents: 'read' } });
    other.private = true;
    one.private = true;
    expect((await ask(token, `GET /repos/${ORG}/${one.name}/contents/src`)).status).toBe(200);
    expect((await ask(token, `GET /repos/${ORG}/${one.name}/issues`)).status).toBe(403);
    expect((await ask(token, `PUT /repos/${ORG}/${one.name}/contents/a`, { message: 'a', content: '' })).status).toBe(
      403,
    );
    expect((await ask(token, `GET /repos/${ORG}/${other.name}`)).status).toBe(404);
    const more = await ask(jwt(forge.github), `POST ${installation()}/access_tokens`, {
      permissions: { pages: 'write' },
    });
    expect(more.status).toBe(422);
  });

  test('is over after an hour, and when it is given back', async () => {
    const { name } = forge.freshRepository();
    const [first, second] = [await minted(), await minted()];
    expect((await ask(first, 'DELETE /installation/token')).status).toBe(204);
    expect((await ask(first, `GET /repos/${ORG}/${name}`)).status).toBe(401);
    forge.github.setClock(new Date(forge.github.box.now().getTime() + 3_601_000));
    try {
      expect((await ask(second, `GET /repos/${ORG}/${name}`)).status).toBe(401);
    } finally {
      forge.github.setClock(undefined);
    }
  });

  test('is of no use while the installation is suspended', async () => {
    const { name } = forge.freshRepository();
    const token = await minted();
    await forge.heard();
    expect((await ask(jwt(forge.github), `PUT ${installation()}/suspended`)).status).toBe(204);
    expect((await ask(token, `GET /repos/${ORG}/${name}`)).status).toBe(403);
    expect((await ask(jwt(forge.github), `DELETE ${installation()}/suspended`)).status).toBe(204);
    expect((await ask(token, `GET /repos/${ORG}/${name}`)).status).toBe(200);
    const told = await forge.heard();
    expect(told.map((each) => each.name)).toEqual(['installation.suspend', 'installation.unsuspend']);
    expect(fieldOf(told[0]?.payload, 'installation', 'account', 'login')).toBe(ORG);
  });
});

describe('deliveries', () => {
  test('are kept and sent again under their GUID', async () => {
    await forge.heard();
    forge.freshRepository();
    const heard = await forge.heard();
    const { body } = await ask(jwt(forge.github), 'GET /app/hook/deliveries?per_page=1');
    const id = fieldOf(body, 0, 'id');
    if (typeof id !== 'number') throw new Error('no delivery is listed');
    const one = await ask(jwt(forge.github), `GET /app/hook/deliveries/${id}`);
    expect(fieldOf(one.body, 'status_code')).toBe(202);
    expect((await ask(jwt(forge.github), `POST /app/hook/deliveries/${id}/attempts`)).status).toBe(202);
    const again = await forge.heard();
    expect(again).toHaveLength(1);
    expect(heard).toContainEqual(again[0]);
    const [newest, ...older] = forge.github.deliveries();
    expect(newest?.redelivery).toBe(true);
    expect(older.find((each) => each.id === id)?.guid).toBe(newest?.guid);
  });

  test('that nobody answered are failures to be filtered by', async () => {
    const { github } = forge;
    const [before] = github.deliveries();
    // Port 9 (discard) answers nowhere.
    const { url } = before ?? {};
    github.setWebhookUrl('http://127.0.0.1:9/');
    forge.freshRepository();
    await github.idle();
    github.setWebhookUrl(url);
    const { body } = await ask(jwt(github), 'GET /app/hook/deliveries?status=failure');
    expect(fieldOf(body, 0, 'status')).toBe('failed to connect to host');
    expect(fieldOf(body, 0, 'status_code')).toBe(502);
    const succeeded = await ask(jwt(github), 'GET /app/hook/deliveries?status=success&per_page=1');
    expect(fieldOf(succeeded.body, 0, 'id')).toBe(before?.id);
  });
});

describe('every answer', () => {
  test('has an ETag that saves both the body and the quota', async () => {
    const { name } = forge.freshRepository();
    const token = await minted();
    const first = await ask(token, `GET /repos/${ORG}/${name}`);
    const used = Number(first.headers.get('x-ratelimit-used'));
    const etag = first.headers.get('etag') ?? '';
    const second = await ask(token, `GET /repos/${ORG}/${name}`, undefined, { 'if-none-match': etag });
    expect(second.status).toBe(304);
    expect(Number(second.headers.get('x-ratelimit-used'))).toBe(used);
  });

  test('tells the limit, and refuses beyond it', async () => {
    const { name } = forge.freshRepository();
    const token = forge.github.tokens['kay-example'] ?? '';
    forge.github.limits.set('core', 1);
    try {
      await ask(token, `GET /repos/${ORG}/${name}`);
      const refused = await ask(token, `GET /repos/${ORG}/${name}`);
      expect(refused.status).toBe(403);
      expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    } finally {
      forge.github.limits.set('core', undefined);
    }
  });

  test('lists come in pages with links', async () => {
    const { name } = forge.freshRepository();
    const reply = await ask(await minted(), `GET /repos/${ORG}/${name}/labels?per_page=4&page=2`);
    expect(reply.body).toHaveLength(4);
    expect(reply.headers.get('link')).toMatch(
      /page=1>; rel="prev".*page=3>; rel="next".*page=3>; rel="last".*rel="first"/,
    );
  });

  test.each<[kind: 'error-before' | 'error-after' | 'secondary-limit', status: number, written: boolean]>([
    ['error-before', 500, false],
    ['error-after', 502, true],
    ['secondary-limit', 403, false],
  ])('but with the fault %s', async (kind, status, written) => {
    const { name } = forge.freshRepository();
    const token = await minted();
    forge.github.faults.set([{ route: 'PUT /repos/{owner}/{repo}/contents/{path}', kind, count: 1 }]);
    const target = `/repos/${ORG}/${name}/contents/a`;
    expect((await ask(token, `PUT ${target}`, { message: 'a', content: '' })).status).toBe(status);
    forge.github.faults.clear();
    expect((await ask(token, `GET ${target}`)).status).toBe(written ? 200 : 404);
  });

  test.each<'hang-before' | 'hang-after'>(['hang-before', 'hang-after'])('and with %s', async (kind) => {
    const { name } = forge.freshRepository();
    const token = await minted();
    const giving = new AbortController();
    forge.github.faults.set([{ route: 'GET /repos/{owner}/{repo}', kind, count: 1 }]);
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test', 'x-who': name };
    const hanging = fetch(`${forge.github.url}/repos/${ORG}/${name}`, { headers, signal: giving.signal });
    const seen = (): unknown[] => forge.github.hanging().map((each) => each['x-who']);
    await vi.waitFor(() => expect(seen()).toEqual([name]));
    giving.abort();
    await expect(hanging).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(seen()).toEqual([]));
    forge.github.faults.clear();
  });
});

test('under /api/v3 it looks like GitHub Enterprise Server', async () => {
  const github = await startGitHub({
    basePath: '/api/v3',
    validate: 'strict',
    seed: (state, now) => void seedInto(state, now).createUser('ada-example'),
  });
  try {
    const headers = { authorization: `Bearer ${github.tokens['ada-example']}`, 'user-agent': 'test' };
    const reply = await fetch(`${github.url}/user`, { headers });
    expect(fieldOf(await reply.json(), 'url')).toBe(`${github.url}/users/ada-example`);
    expect(github.graphqlUrl).toMatch(/\/api\/graphql$/);
  } finally {
    await github.close();
  }
});

test('and all of it by the description', () => {
  expect(forge.github.violations().filter(({ side }) => side !== 'request')).toEqual([]);
});
