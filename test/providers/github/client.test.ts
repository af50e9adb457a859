import { createServer, type Server } from 'node:http';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { seedInto, startGitHub, type GitHubInABox, type State } from '../../../local/github/index.ts';
import { repositoryNamed } from '../../../local/github/state.ts';
import { reasonOf, Refusal, Retryable } from '../../../shared/errors.ts';
import {
  clientsFor,
  statusOf,
  type Client,
  type Clients,
  type GitHubOptions,
} from '../../../shared/providers/github/client.ts';

const START = new Date('2026-11-25T10:00:00Z');
const TIMEOUT_MS = 20_000;
/** Where no answer is to come: long enough for one that does, on a busy machine. */
const SHORT_MS = 1_000;
const MINT = 'POST /app/installations/{installation_id}/access_tokens';
const REPOSITORY = 'GET /repos/{owner}/{repo}';

const KEY = keyPair();
const STRANGER = keyPair();

function keyPair(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

function seed(state: State, now: () => Date): void {
  const given = seedInto(state, now);
  given.createUser('ada-example');
  given.createOrganization('acme', { members: { 'ada-example': 'admin' } });
  given.createRepository('acme/widgets', { private: true, files: { OWNERS: 'approvers: [ada-example]\n' } });
  given.createRepository('acme/secrets', { private: true, files: { OWNERS: 'approvers: [ada-example]\n' } });
}

type Fault = Parameters<GitHubInABox['faults']['add']>[0];
const patience = ({ kind }: Fault): number => (kind.startsWith('hang') ? SHORT_MS : TIMEOUT_MS);

type World = {
  readonly github: GitHubInABox;
  readonly clients: Clients;
  /** Ids as a delivery has them. */
  readonly installation: string;
  readonly ids: { readonly widgets: string; readonly secrets: string };
  /** The real time goes on; how far the box's clock and the client's are ahead of it. */
  readonly ahead: (seconds: number) => void;
  readonly count: (route: string) => number;
};

type Given = Partial<Pick<GitHubOptions, 'timeoutMs' | 'appId' | 'apiUrl'>> & {
  readonly privateKey?: (outdated?: string) => Promise<string>;
};

async function world(options: Given & Parameters<typeof startGitHub>[0] = {}): Promise<World> {
  const { timeoutMs = TIMEOUT_MS, appId, privateKey, apiUrl, ...boxed } = options;
  const github = await startGitHub({ seed, validate: 'strict', ...boxed, app: { privateKey: KEY, ...boxed.app } });
  running.push(() => github.close());
  let aheadMs = 0;
  const clients = clientsFor({
    apiUrl: apiUrl ?? github.url,
    appId: appId ?? String(github.app.id),
    privateKey: privateKey ?? (async () => github.app.privateKey),
    timeoutMs,
    now: () => new Date(Date.now() + aheadMs),
  });
  const idOf = (name: string): string => String(repositoryNamed(github.state, 'acme', name)?.id);
  return {
    github,
    clients,
    installation: String(github.app.installationId('acme')),
    ids: { widgets: idOf('widgets'), secrets: idOf('secrets') },
    ahead(seconds) {
      aheadMs = seconds * 1_000;
      github.setClock(new Date(Date.now() + aheadMs));
    },
    count: (route) => github.requests().filter((each) => each.route === route).length,
  };
}

const read = (client: Client, repo = 'widgets'): Promise<{ readonly status: number }> =>
  client.octokit.request(REPOSITORY, { owner: 'acme', repo });

const membership = (client: Client): Promise<unknown> =>
  client.octokit.request('GET /orgs/{org}/members/{username}', { org: 'acme', username: 'ada-example' });
const file = (client: Client): Promise<unknown> =>
  client.octokit.request('GET /repos/{owner}/{repo}/contents/{path}', {
    owner: 'acme',
    repo: 'widgets',
    path: 'OWNERS',
  });

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const none = Symbol('nothing was thrown');
  const error = await promise.then(
    () => none,
    (thrown: unknown) => thrown,
  );
  expect(error).not.toBe(none);
  return error;
}

test('a token serves every delivery about its repository, also at the same time', async () => {
  const { clients, installation, ids, count } = await world();
  const connected = await Promise.all([1, 2, 3].map(() => clients.forRepository(installation, ids.widgets)));
  await Promise.all(connected.map((client) => read(client)));
  await read(await clients.forRepository(installation, ids.widgets));
  expect(count(MINT)).toBe(1);
  expect(connected.map((client) => client.calls())).toEqual([1, 1, 1]);
});

test('a token opens no other repository, and one for a purpose nothing else', async () => {
  const { clients, installation, ids, count } = await world();
  const here = await clients.forRepository(installation, ids.widgets);
  expect(statusOf(await failureOf(read(here, 'secrets')))).toBe(404);
  const members = await clients.forInstallation(installation, 'members');
  await expect(membership(members)).resolves.toMatchObject({ status: 204 });
  await expect(file(here)).resolves.toMatchObject({ status: 200 });
  expect([403, 404]).toContain(statusOf(await failureOf(file(members))));
  const search = await clients.forInstallation(installation, 'search');
  expect([403, 404]).toContain(statusOf(await failureOf(file(search))));
  await read(await clients.forRepository(installation, ids.secrets), 'secrets');
  expect(count(MINT)).toBe(4);
});

test('an App that was given less than asked for works with what it has', async () => {
  const { clients, installation, ids, count } = await world({
    app: { permissions: { contents: 'write', issues: 'write', metadata: 'read', pull_requests: 'write' } },
  });
  await read(await clients.forRepository(installation, ids.widgets));
  await read(await clients.forRepository(installation, ids.widgets));
  // One refused, one given; the second delivery asks for neither.
  expect(count(MINT)).toBe(2);
});

test.each<[left: string, seconds: number, mints: number]>([
  ['half of its time', 1_800, 1],
  ['six minutes', 3_600 - 360, 1],
  ['four minutes', 3_600 - 240, 2],
  ['nothing', 3_700, 2],
])('a token that has %s left', async (_, seconds, mints) => {
  const { github, clients, installation, ids, ahead } = await world();
  await read(await clients.forRepository(installation, ids.widgets));
  ahead(seconds);
  await read(await clients.forRepository(installation, ids.widgets));
  // A token that was not given, because our clock was not believed at first, is none.
  const given = github.requests().filter(({ route, status }) => route === MINT && status === 201);
  expect(given).toHaveLength(mints);
});

test('a token that was revoked is replaced once, and the request carried out', async () => {
  const { clients, installation, ids, count } = await world();
  const client = await clients.forRepository(installation, ids.widgets);
  await client.octokit.request('DELETE /installation/token');
  await expect(read(client)).resolves.toMatchObject({ status: 200 });
  await expect(read(client)).resolves.toMatchObject({ status: 200 });
  expect(count(MINT)).toBe(2);
  // The next delivery has the new one.
  await expect(read(await clients.forRepository(installation, ids.widgets))).resolves.toMatchObject({ status: 200 });
  expect(count(MINT)).toBe(2);
});

test('a token that is refused again and again is the weather, after two requests', async () => {
  const { github, clients, installation, ids, count } = await world();
  const client = await clients.forRepository(installation, ids.widgets);
  github.faults.add({ route: REPOSITORY, kind: 'error-before', status: 401 });
  expect(await failureOf(read(client))).toBeInstanceOf(Retryable);
  expect([count(MINT), count(REPOSITORY)]).toEqual([2, 2]);
});

test.each<[fault: string, given: Fault, retryAfter: number | undefined]>([
  ['500', { route: REPOSITORY, kind: 'error-before', status: 500 }, undefined],
  ['502 after it was done', { route: REPOSITORY, kind: 'error-after' }, undefined],
  ['503', { route: REPOSITORY, kind: 'error-before', status: 503 }, undefined],
  ['504', { route: REPOSITORY, kind: 'error-before', status: 504 }, undefined],
  ['a secondary limit that says for how long', { route: REPOSITORY, kind: 'secondary-limit', retryAfter: 17 }, 17],
  ['a secondary limit that does not', { route: REPOSITORY, kind: 'secondary-limit' }, 60],
  ['429 that says for how long', { route: REPOSITORY, kind: 'too-many', retryAfter: 9 }, 9],
  ['429 that does not', { route: REPOSITORY, kind: 'too-many' }, 60],
  ['no answer', { route: REPOSITORY, kind: 'hang-before' }, undefined],
  ['no answer though it was done', { route: REPOSITORY, kind: 'hang-after' }, undefined],
  ['a connection cut before', { route: REPOSITORY, kind: 'reset-before' }, undefined],
  ['a connection cut after', { route: REPOSITORY, kind: 'reset-after' }, undefined],
])('%s is the weather', async (_, fault, retryAfter) => {
  const { github, clients, installation, ids, count } = await world({ timeoutMs: patience(fault) });
  const client = await clients.forRepository(installation, ids.widgets);
  github.faults.add(fault);
  const error = await failureOf(read(client));
  expect(error).toBeInstanceOf(Retryable);
  expect(error).toMatchObject({ retryAfter });
  // A server that stumbled is asked once more; trying again is for the queue otherwise.
  const { kind } = fault;
  expect(count(REPOSITORY)).toBe(kind.startsWith('error') ? 2 : 1);
});

test.each<[what: string, route: string, ask: (client: Client) => Promise<unknown>, asked: number]>([
  ['a read', REPOSITORY, read, 2],
  ['a query', 'POST /graphql', ({ octokit }) => octokit.graphql('query { viewer { login } }'), 2],
  ['a mutation', 'POST /graphql', ({ octokit }) => octokit.graphql('mutation { addStar { clientMutationId } }'), 1],
  [
    'a write',
    'POST /repos/{owner}/{repo}/labels',
    ({ octokit }) =>
      octokit.request('POST /repos/{owner}/{repo}/labels', {
        owner: 'acme',
        repo: 'widgets',
        name: 'new',
        color: 'ededed',
      }),
    1,
  ],
])('%s meets a server that stumbles once', async (_, route, ask, asked) => {
  const { github, clients, installation, ids, count } = await world();
  const client = await clients.forRepository(installation, ids.widgets);
  github.faults.add({ route, kind: 'error-before', count: 1 });
  const failed = await ask(client).then(
    () => false,
    (error: unknown) => error instanceof Retryable,
  );
  expect({ asked: count(route), failed }).toEqual({ asked, failed: asked === 1 });
});

test.each<[fault: string, given: Fault, retryAfter: number | undefined]>([
  ['500', { route: MINT, kind: 'error-before' }, undefined],
  ['no answer', { route: MINT, kind: 'hang-before' }, undefined],
  ['a cut connection', { route: MINT, kind: 'reset-after' }, undefined],
  ['a secondary limit', { route: MINT, kind: 'secondary-limit', retryAfter: 33 }, 33],
])('%s in place of a token is the weather, and the next delivery gets one', async (_, fault, retryAfter) => {
  const { github, clients, installation, ids } = await world({ timeoutMs: patience(fault) });
  github.faults.add({ ...fault, count: 1 });
  const error = await failureOf(clients.forRepository(installation, ids.widgets));
  expect(error).toBeInstanceOf(Retryable);
  expect(error).toMatchObject({ retryAfter });
  await expect(read(await clients.forRepository(installation, ids.widgets))).resolves.toMatchObject({ status: 200 });
});

test('the primary limit says itself when it is over', async () => {
  const { github, clients, installation, ids } = await world();
  const client = await clients.forRepository(installation, ids.widgets);
  github.limits.set('core', 1);
  await read(client);
  const error = await failureOf(read(client));
  expect(error).toBeInstanceOf(Retryable);
  const { retryAfter } = error instanceof Retryable ? error : { retryAfter: undefined };
  expect(retryAfter).toBeGreaterThan(3_500);
  expect(retryAfter).toBeLessThanOrEqual(3_601);
});

test('a secondary limit that comes again as soon as the wait is over is waited out for longer', async () => {
  const { github, clients, installation, ids, ahead } = await world();
  github.faults.add({ route: REPOSITORY, kind: 'secondary-limit' });
  const waits: (number | undefined)[] = [];
  for (const seconds of [0, 10, 65, 190, 3_000]) {
    ahead(seconds);
    // One after the other: time passes between them.
    // oxlint-disable-next-line no-await-in-loop
    const client = await clients.forRepository(installation, ids.widgets);
    // oxlint-disable-next-line no-await-in-loop
    const error = await failureOf(read(client));
    waits.push(error instanceof Retryable ? error.retryAfter : undefined);
  }
  expect(waits).toEqual([60, 60, 120, 240, 60]);
});

test.each<[status: number, what: string]>([
  [403, 'a right the App lacks'],
  [404, 'what is not there'],
  [410, 'what is gone'],
  [422, 'what cannot be so'],
])('%i is an answer: %s', async (status) => {
  const { github, clients, installation, ids } = await world();
  const client = await clients.forRepository(installation, ids.widgets);
  github.faults.add({ route: REPOSITORY, kind: 'error-before', status });
  const error = await failureOf(read(client));
  expect(error).not.toBeInstanceOf(Retryable);
  expect(statusOf(error)).toBe(status);
});

test.each<[what: string, change: (github: GitHubInABox) => void]>([
  ['the App was uninstalled', (github) => github.app.uninstall('acme')],
  [
    'the App was suspended',
    (github) => {
      github.app.install('acme').suspendedAt = START.toISOString();
    },
  ],
  ['the App was taken off the repository', (github) => github.app.install('acme', [])],
])('nothing can be done where %s', async (_, change) => {
  const { github, clients, installation, ids } = await world();
  change(github);
  expect(await failureOf(clients.forRepository(installation, ids.widgets))).toBeInstanceOf(Refusal);
});

test('works against a GitHub Enterprise Server, whose GraphQL is beside its REST', async () => {
  const { github, clients, installation, ids, count } = await world({ basePath: '/api/v3' });
  expect(github.url.endsWith('/api/v3')).toBe(true);
  const client = await clients.forRepository(installation, ids.widgets);
  await expect(read(client)).resolves.toMatchObject({ status: 200 });
  await client.octokit.graphql('query { rateLimit { limit } }').catch(() => undefined);
  expect(count('POST /graphql')).toBe(1);
  expect(github.requests().map(({ path }) => path)).toContain('/api/graphql');
});

test('takes the key as GitHub hands it out', async () => {
  const { github } = await world();
  const pkcs1 = createPrivateKey(github.app.privateKey).export({ type: 'pkcs1', format: 'pem' }).toString();
  expect(pkcs1).toContain('BEGIN RSA PRIVATE KEY');
  const clients = clientsFor({
    apiUrl: github.url,
    appId: String(github.app.id),
    privateKey: async () => pkcs1,
    timeoutMs: TIMEOUT_MS,
  });
  const installation = String(github.app.installationId('acme'));
  const id = String(repositoryNamed(github.state, 'acme', 'widgets')?.id);
  await expect(read(await clients.forRepository(installation, id))).resolves.toMatchObject({ status: 200 });
});

test('a key that cannot be had is asked for again', async () => {
  let asked = 0;
  const { github, clients, installation, ids } = await world({
    privateKey: async () => {
      asked += 1;
      if (asked === 1) throw new Retryable('the secret cannot be read');
      return github.app.privateKey;
    },
  });
  expect(await failureOf(clients.forRepository(installation, ids.widgets))).toBeInstanceOf(Retryable);
  await expect(read(await clients.forRepository(installation, ids.widgets))).resolves.toMatchObject({ status: 200 });
});

test.each(['a stranger', 'no key'] as const)('a key that was replaced is read again: %s before', async (what) => {
  const before = what === 'no key' ? what : STRANGER;
  let [known, stored] = [before, before];
  const { github, clients, installation, ids } = await world({
    privateKey: async (outdated) => {
      if (outdated === known) known = stored;
      return known;
    },
  });
  expect(await failureOf(clients.forRepository(installation, ids.widgets))).not.toBeInstanceOf(Retryable);
  stored = github.app.privateKey;
  await expect(read(await clients.forRepository(installation, ids.widgets))).resolves.toMatchObject({ status: 200 });
});

test.each<[what: string, options: Partial<GitHubOptions>]>([
  ['another key', { privateKey: async () => STRANGER }],
  ['another id', { appId: '4711' }],
  ['no key', { privateKey: async () => 'not a key' }],
])('%s is for us to mend, and says so without telling the key', async (_, options) => {
  const { clients, installation, ids } = await world(options);
  const error = await failureOf(clients.forRepository(installation, ids.widgets));
  expect(error).not.toBeInstanceOf(Retryable);
  expect(error).not.toBeInstanceOf(Refusal);
  expect(secretsIn(error)).toEqual([]);
});

/** What no error may carry: tokens, JSON web tokens, keys. */
function secretsIn(error: unknown): readonly string[] {
  const shown = [inspect(error, { depth: Infinity, showHidden: true }), reasonOf(error), JSON.stringify(error)].join();
  const forms = [/ghs_\w{8,}/g, /eyJ[\w-]{8,}\.[\w-]+/g, /-----BEGIN/g, /MII[\w+/]{20,}/g];
  return forms.flatMap((form) => shown.match(form) ?? []);
}

test.each<[what: string, fault: Fault]>([
  ['a request fails', { route: REPOSITORY, kind: 'error-before' }],
  ['a request is refused', { route: REPOSITORY, kind: 'error-before', status: 403 }],
  ['its token is refused', { route: REPOSITORY, kind: 'error-before', status: 401 }],
  ['it is not answered', { route: REPOSITORY, kind: 'hang-before' }],
  ['its connection is cut', { route: REPOSITORY, kind: 'reset-before' }],
])('no secret is in what is thrown when %s', async (_, fault) => {
  const { github, clients, installation, ids } = await world({ timeoutMs: patience(fault) });
  const client = await clients.forRepository(installation, ids.widgets);
  github.faults.add(fault);
  expect(secretsIn(await failureOf(read(client)))).toEqual([]);
});

test.each<[what: string, fault: Fault]>([
  ['fails', { route: MINT, kind: 'error-before' }],
  ['is refused', { route: MINT, kind: 'error-before', status: 401 }],
  ['is not answered', { route: MINT, kind: 'hang-before' }],
  ['is forbidden', { route: MINT, kind: 'error-before', status: 403 }],
])('no secret is in what is thrown when asking for a token %s', async (_, fault) => {
  const { github, clients, installation, ids } = await world({ timeoutMs: patience(fault) });
  github.faults.add(fault);
  expect(secretsIn(await failureOf(clients.forRepository(installation, ids.widgets)))).toEqual([]);
});

type Front = { readonly url: string; readonly versions: readonly (string | undefined)[] };

/** In front of the box; what it does to an answer is for the test to say. */
async function frontOf(upstream: string, answer: 'whole' | 'cut' | 'cut, chunked'): Promise<Front> {
  const versions: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part);
      const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = request.headers;
      const version = headers['x-github-api-version'];
      versions.push(Array.isArray(version) ? version.join() : version);
      const method = request.method ?? 'GET';
      const answered = await fetch(new URL(request.url ?? '/', upstream), {
        method,
        headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
        ...(method === 'GET' ? {} : { body: Buffer.concat(parts) }),
      });
      const text = await answered.text();
      const half = text.slice(0, text.length / 2);
      const type = { 'content-type': 'application/json; charset=utf-8' };
      if (answer === 'whole' || method !== 'GET') {
        response.writeHead(answered.status, type).end(text);
        return;
      }
      const length = answer === 'cut' ? { 'content-length': Buffer.byteLength(text) } : {};
      response.writeHead(answered.status, { ...type, ...length });
      response.write(half, () => request.socket.destroy());
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  running.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front has no port');
  return { url: `http://127.0.0.1:${address.port}`, versions };
}

async function through(
  answer: Parameters<typeof frontOf>[1],
): Promise<{ readonly front: Front; readonly client: Client }> {
  const { github, installation, ids } = await world();
  const front = await frontOf(github.url, answer);
  const clients = clientsFor({
    apiUrl: front.url,
    appId: String(github.app.id),
    privateKey: async () => github.app.privateKey,
    timeoutMs: TIMEOUT_MS,
  });
  return { front, client: await clients.forRepository(installation, ids.widgets) };
}

test('every request says for which version of the API it is meant', async () => {
  const { front, client } = await through('whole');
  await read(client);
  expect(front.versions).toEqual(['2022-11-28', '2022-11-28']);
});

test.each(['cut', 'cut, chunked'] as const)(
  'an answer that breaks off (%s) is the weather, not an answer',
  async (how) => {
    const { client } = await through(how);
    expect(await failureOf(read(client))).toBeInstanceOf(Retryable);
  },
);
