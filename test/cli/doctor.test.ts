import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { run } from '../../cli/run.ts';
import { clientsFor, NEEDED_EVENTS, NEEDED_PERMISSIONS } from '../../shared/providers/github/client.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();
const folder = mkdtempSync(join(tmpdir(), 'bowsprit-doctor-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'bowsprit-doctor-'));

type Local = Readonly<Record<string, unknown>>;
let local: Local;
const write = (changes: Local = {}): void =>
  writeFileSync(join(folder, '.bowsprit', 'local.json'), JSON.stringify({ ...local, ...changes }));

beforeAll(() => {
  const { stack, github } = running();
  const { sqsEndpoint, dynamodbEndpoint, auditTable, cacheTable, region, queueUrl } = stack.emulators;
  const { id, privateKey, webhookSecret } = github.app;
  local = {
    webhookUrl: `${stack.doorUrl}/webhooks/github`,
    githubApiUrl: github.url,
    sqsEndpoint,
    dynamodbEndpoint,
    auditTable,
    cacheTable,
    region,
    queueUrl,
    githubAppId: id,
    githubAppPrivateKeyFile: join(folder, 'app.pem'),
    webhookSecret,
  };
  mkdirSync(join(folder, '.bowsprit'));
  writeFileSync(join(folder, 'app.pem'), privateKey, { mode: 0o600 });
});
afterEach(() => running().github.faults.clear());
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(elsewhere, { recursive: true });
});

const told = z.object({
  place: z.string(),
  sound: z.boolean(),
  findings: z.array(z.object({ check: z.string(), state: z.string(), found: z.string(), fix: z.optional(z.string()) })),
});

type Asked = {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly at?: string;
  readonly aheadSeconds?: number;
};

async function printed({ args = ['--json'], environment = {}, at = folder, aheadSeconds = 0 }: Asked) {
  let out = '';
  let warned = '';
  const code = await run(['doctor', ...args], {
    environment,
    folder: at,
    now: () => new Date(Date.now() + aheadSeconds * 1_000),
    print: async (text) => {
      out += text;
    },
    warn: (text) => {
      warned += text;
    },
    columns: undefined,
  });
  return { code, out, warned };
}

async function examined(asked: Asked = {}) {
  const { code, out } = await printed(asked);
  return { code, ...told.parse(JSON.parse(out)) };
}

const found = (findings: z.infer<typeof told>['findings'], check: string) =>
  findings
    .filter((each) => each.check === check)
    .map(({ state, found: what, fix }) => `${state}: ${what} -> ${fix ?? ''}`);

test('nothing is wrong with npm start', async () => {
  write();
  const { code, sound, findings, place } = await examined();
  expect(findings.filter(({ state }) => state === 'wrong')).toEqual([]);
  expect({ code, sound }).toEqual({ code: 0, sound: true });
  expect(place).toContain('local.json');
  expect([...new Set(findings.map(({ check }) => check))]).toEqual([
    'door',
    'secret',
    'app',
    'clock',
    'permissions',
    'events',
    'webhook',
    'deliveries',
    'installations',
    'quota',
    'queue',
    'dead letters',
    'audit table',
    'cache table',
  ]);
});

test('it is told to people as well, each fix below', async () => {
  write({ auditTable: 'nowhere' });
  const { code, out } = await printed({ args: [] });
  expect(code).toBe(1);
  expect(out).toMatch(/^Looking at npm start/);
  expect(out).toMatch(/^WRONG +audit table +nowhere: /m);
  expect(out).toMatch(/^WRONG audit table: nowhere: .*\n {2}Does npm start still run\? Start it again\.$/m);
  // No log line, no secret.
  expect(out).not.toMatch(/"level"|-----BEGIN|gh[s]_/);
});

function installation() {
  const { github } = running();
  const { app, url, state } = github;
  const clients = clientsFor({
    apiUrl: url,
    appId: String(app.id),
    timeoutMs: 10_000,
    privateKey: async () => app.privateKey,
  });
  const widgets = [...state.repositories.values()].find(({ name }) => name === 'widgets')?.id ?? 0;
  return clients.forRepository(String(app.installationId('acme')), String(widgets));
}

describe('what is wrong is told with what to do', () => {
  test.each<[what: string, check: string, changes: () => Local, says: RegExp]>([
    [
      'a secret that the door does not know',
      'secret',
      () => ({ webhookSecret: 'another-secret' }),
      /^wrong: the door answers 401 .* -> The door notices a new secret within a minute/,
    ],
    [
      'two secrets',
      'secret',
      () => ({ webhookSecret: `${running().github.app.webhookSecret},another-secret` }),
      /^wrong: the door answers 401/,
    ],
    [
      'a door that is not there',
      'door',
      () => ({ webhookUrl: 'http://127.0.0.1:9/webhooks/github' }),
      /^wrong: no answer from http:\/\/127\.0\.0\.1:9.* -> Start it: npm start$/,
    ],
    [
      'another App',
      'app',
      () => ({ githubAppId: 4242 }),
      /^wrong: GitHub does not know the App by this id and key: 40[14].* -> Stop npm start/,
    ],
    [
      'a forge that is not there',
      'app',
      () => ({ githubApiUrl: 'http://127.0.0.1:9' }),
      /^wrong: no answer from http:\/\/127\.0\.0\.1:9.* -> See whether GITHUB_API_URL/,
    ],
    [
      'another webhook',
      'webhook',
      () => ({ webhookUrl: `${running().stack.doorUrl}/webhooks/github?x=1` }),
      /^wrong: the App sends to .* -> At .* set the Webhook URL to .*\?x=1\.$/,
    ],
    ['no such queue', 'queue', () => ({ queueUrl: 'http://127.0.0.1:9/0/none.fifo' }), /^wrong: .*none\.fifo: .* -> /],
    ['no such table', 'cache table', () => ({ cacheTable: 'nowhere' }), /^wrong: nowhere: .* -> /],
    [
      'the one table for the other',
      'cache table',
      () => ({ cacheTable: local['auditTable'] }),
      /^wrong: .* has other keys: pull, sequence -> /,
    ],
  ])('%s', async (_what, check, changes, says) => {
    write(changes());
    const { code, findings } = await examined();
    expect(found(findings, check).join('\n')).toMatch(says);
    expect(code).toBe(1);
  });

  test.each<[what: string, aheadSeconds: number, says: RegExp]>([
    ['ahead', 300, /^wrong: (?:299|30[0-2]) s ahead of the forge -> Set the clock/],
    ['behind', -300, /^wrong: (?:29[89]|30[0-2]) s behind the forge -> Set the clock/],
    ['a little off', 10, /^ok: /],
  ])('a clock that is %s', async (_what, aheadSeconds, says) => {
    write();
    const { findings } = await examined({ aheadSeconds });
    expect(found(findings, 'clock').join()).toMatch(says);
  });

  test('a quota that is nearly spent', async () => {
    write();
    const { github } = running();
    github.limits.set('core', 500);
    try {
      // Another installation than the App itself has a quota of its own.
      const { octokit } = await installation();
      for (let count = 0; count < 410; count += 1) {
        // oxlint-disable-next-line no-await-in-loop
        await octokit.request('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'widgets' });
      }
      const { code, findings } = await examined();
      expect(found(findings, 'quota').join()).toMatch(
        /^unsure: acme: \d\d? of 500 requests left this hour -> Full again at /,
      );
      expect(code).toBe(0);
    } finally {
      github.limits.set('core', 1_000_000);
    }
  });

  test('an installation that is suspended, and one that is gone', async () => {
    write();
    const { github } = running();
    github.app.uninstall('acme');
    try {
      const { code, findings } = await examined();
      expect(found(findings, 'installations').join()).toMatch(
        /^wrong: the App is installed nowhere -> Install it: .*\/installations\/new$/,
      );
      expect(code).toBe(1);
    } finally {
      github.app.install('acme');
    }
  });
});

const environment = (): Readonly<Record<string, string>> => {
  const { emulators } = running().stack;
  const { app, url } = running().github;
  return {
    ...emulators.variables,
    GITHUB_API_URL: url,
    GITHUB_APP_ID: String(app.id),
    GITHUB_APP_PRIVATE_KEY: app.privateKey,
    GITHUB_WEBHOOK_SECRET: app.webhookSecret,
    WEBHOOK_URL: `${running().stack.doorUrl}/webhooks/github`,
  };
};

describe('in the environment', () => {
  test('a deployed one is examined, and may be asked for in the folder of npm start', async () => {
    write({ auditTable: 'nowhere' });
    const { findings, place } = await examined({ args: ['--json', '--deployed'], environment: environment() });
    expect(place).toContain('the environment');
    expect(found(findings, 'audit table')).toEqual(['ok: bowsprit-audit -> ']);
    expect(found(findings, 'secret')).toEqual(['ok: the door takes what is signed with it -> ']);
  });

  test('every variable that is missing is named', async () => {
    const { GITHUB_APP_ID: _, CACHE_TABLE: __, ...rest } = environment();
    const { code, findings } = await examined({ at: elsewhere, environment: rest });
    expect(code).toBe(1);
    expect(findings.map(({ found: what }) => what).toSorted()).toEqual([
      'CACHE_TABLE is missing',
      'GITHUB_APP_ID is missing',
    ]);
  });

  test('nothing at all is wrong usage', async () => {
    const { code, warned } = await printed({ at: elsewhere });
    expect(code).toBe(2);
    expect(warned).toContain('Which Bowsprit?');
  });

  test('an option that is none is wrong usage', async () => {
    write();
    expect((await printed({ args: ['--yes'] })).code).toBe(2);
  });
});

test('dead letters are told', async () => {
  write();
  const { emulators } = running().stack;
  const sqs = new SQSClient({
    region: emulators.region,
    endpoint: emulators.sqsEndpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  // A queue of its own: what rests in that of the stack is taken away at once.
  const message = { MessageBody: 'x', MessageGroupId: 'x', MessageDeduplicationId: 'x' };
  await sqs.send(
    new SendMessageCommand({ QueueUrl: emulators.deadLetterQueueUrl, ...message, DelaySeconds: undefined }),
  );
  sqs.destroy();
  const { findings } = await examined();
  expect(found(findings, 'dead letters').join()).toMatch(
    /^(?:ok: none|wrong: 1 rest there -> docs\/runbook\.md#dead-letters)/,
  );
});

const title = (name: string): string =>
  name === 'statuses' ? 'Commit statuses' : `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;

test('docs/deploy.md asks for exactly what is looked for', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
  const { members, ...ofRepositories } = NEEDED_PERMISSIONS;
  expect(text).toContain(`Members, ${members}`);
  const levels = { read: 'read', write: 'read and write' } as const;
  const rows = Object.entries(ofRepositories).map(([name, level]) => `| ${title(name)} | ${levels[level]} |`);
  const written = text.replaceAll(/ +\|/g, ' |');
  expect(rows.filter((row) => !written.includes(row))).toEqual([]);
  expect(NEEDED_EVENTS.filter((event) => !text.includes(event === 'status' ? 'Status' : title(event)))).toEqual([]);
});
