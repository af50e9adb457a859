/** Threats 18, 25 and 26 of docs/security.md: what Bowsprit can be made to reach or to run, and what it is made of. */
import { readFileSync, readdirSync } from 'node:fs';
import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod/mini';
import packageJson from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };
import { carryOut } from '../../shared/carry-out.ts';
import { Refusal } from '../../shared/errors.ts';
import { guardedClient } from '../../shared/pipelines/guarded-client.ts';
import { receive } from '../../shared/providers/github/receive.ts';
import { APPROVER, AUTHOR, OWNED, REVIEWER, STRANGER } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';
import { engineInMemory } from '../support/jobs.ts';
import { knowledge, signature, SECRET } from '../support/github-deliveries.ts';

const engine = givenEngine();
const ROOT = join(import.meta.dirname, '../..');
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** Where nobody must ever call: counts who does. */
async function forbidden(): Promise<{ readonly url: string; readonly calls: () => number }> {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, calls: () => calls };
}

/** The same payload with each address in it leading elsewhere. */
function redirected(value: unknown, to: string): unknown {
  if (typeof value === 'string') return /^https?:\/\//.test(value) ? `${to}/${encodeURIComponent(value)}` : value;
  if (Array.isArray(value)) return value.map((each) => redirected(each, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redirected(each, to)]));
}

test('threat 18: no address in a payload, a comment or OWNERS is ever called', async () => {
  const { github, workplace, workOff, services, records } = engine();
  const { url, calls } = await forbidden();
  const files = {
    ...OWNED,
    OWNERS: `approvers:\n- ${APPROVER}\nlabels:\n- ${url}/label\n`,
    'docs/OWNERS': `approvers: ${url}/owners\n`,
  };
  const pull = await (await workplace({ files })).open({ body: `![x](${url}/x.png)\n/cc ${url}` });
  await workOff();
  const before = (await records(pull)).length;
  for (const line of [
    `/label ${url}`,
    `/assign ${url}`,
    `/retitle ${url}`,
    `/help ${url}`,
    `/hold ${url}`,
    '/approve',
  ]) {
    // oxlint-disable-next-line no-await-in-loop
    await pull.comment(APPROVER, line);
    // oxlint-disable-next-line no-await-in-loop
    await workOff();
  }
  const told = github.deliveries().map(({ webhook }) => webhook);
  for (const { event, payload } of told) {
    const text = JSON.stringify(redirected(JSON.parse(payload), url)).replaceAll('/hold ', '/lgtm ');
    const headers = {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': `redirected-${event}`,
      'x-hub-signature-256': signature(text),
    };
    const request = { headers, body: text, receivedAt: new Date().toISOString() };
    // oxlint-disable-next-line no-await-in-loop
    const received = await receive(request, { ...knowledge, secrets: [SECRET], appId: '1' });
    // oxlint-disable-next-line no-await-in-loop
    if (received.is === 'delivery') await carryOut(received.delivery, services).catch(() => undefined);
  }
  expect((await records(pull)).length).toBeGreaterThan(before + 5);
  expect(calls()).toBe(0);
});

/**
 * What each of these calls is set by whoever deploys: the forge's API, and AWS. Addresses that stand in settings are called
 * by the guarded client alone.
 */
const CALLERS: readonly string[] = [
  'shared/kms.ts',
  'shared/pipelines/addresses.ts',
  'shared/pipelines/codebuild.ts',
  'shared/pipelines/guarded-client.ts',
  'shared/providers/github/client.ts',
  'shared/publish.ts',
  'shared/queue.ts',
  'shared/secrets.ts',
  'shared/store/anchors.ts',
  'shared/store/documents.ts',
];

const sources = ['functions', 'shared'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') })),
);

test('threat 18: what opens connections is known by name', () => {
  const opening =
    /\bfetch\(|'node:(?:https?|http2|net|tls|dgram|dns)'|\bWebSocket\b|\bEventSource\b|\bnew (?:\w*Client|Octokit|Base)\(/;
  expect(
    sources
      .filter(({ text }) => opening.test(text))
      .map(({ file }) => file)
      .toSorted(),
  ).toEqual(CALLERS);
});

test("threat 18: an address of settings leads to allowed hosts at everybody's addresses, or nowhere", async () => {
  const { url, calls } = await forbidden();
  const port = URL.parse(url)?.port ?? '';
  const host = 'ci.example.com';
  const hosts = [host, `${host}:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, '169.254.169.254'];
  const names: string[] = [];
  const leadingHere = async (name: string): Promise<readonly LookupAddress[]> => {
    names.push(name);
    return [{ address: '127.0.0.1', family: 4 }];
  };
  const ask = guardedClient({ hosts, resolve: leadingHere });
  const outcomes = await Promise.all(
    [
      url,
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      `https://2130706433:${port}/`,
      'https://169.254.169.254/latest/meta-data/',
      `https://${host}:${port}/`,
      `https://elsewhere.example.com:${port}/`,
    ].map((each) =>
      ask({ method: 'GET', url: each, repeatable: true }).then(
        ({ status }) => status,
        (error: unknown) => (error instanceof Refusal ? 'refused' : error),
      ),
    ),
  );
  expect(new Set(outcomes)).toEqual(new Set(['refused']));
  // Of a host that nobody allowed not even the address is looked for.
  expect(new Set(names)).toEqual(new Set([host]));
  expect(calls()).toBe(0);
});

test('threat 25: what no settings name is not started by any comment', async () => {
  const { github, workplace, workOff } = engine();
  const pull = await (await workplace()).open();
  await workOff();
  github.clearRequests();
  const lines = [
    '/ok-to-test',
    '/test all',
    '/retest',
    '/rerun',
    '/rerun-failed',
    '/override ci/test',
    '/deploy',
    '/run',
  ];
  const say = async (): Promise<void> => {
    for (const by of [AUTHOR, REVIEWER, APPROVER]) {
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(by, lines.join('\n'));
    }
    await workOff();
  };
  await say();
  pull.push({ 'src/turn.ts': 'export const turn = "after ok-to-test";\n' });
  await workOff();
  await say();
  const started = github
    .requests()
    .filter(({ callerIs }) => callerIs === 'installation' || callerIs === 'app')
    .filter(
      ({ method, path }) =>
        method !== 'GET' && /\/actions\/|dispatch|check-(?:runs|suites)|deployments|rerun/.test(path),
    );
  expect(started).toEqual([]);
  // And no token could do more than run again what the forge has: none is asked for that may write workflows or deployments.
  const client = sources.find(({ file }) => file.endsWith('github/client.ts'))?.text ?? '';
  const asked = /const PERMISSIONS = (\{[^]*?\n\}) as const/.exec(client)?.[1] ?? '';
  expect(asked).toContain("contents: 'write'");
  expect(asked).not.toMatch(/workflows|deployments|environments|secrets|(?:administration|members): 'write'/);
});

const JOBS = `
trigger: { only_org_members: true }
pipelines:
  engine: https
  jobs:
    - { name: unit, always_run: true, target: 'https://ci.example.com/unit' }
`;

test('threat 25: a push after ok-to-test runs nothing', async () => {
  const { workplace, workOff, arrived, services } = engine();
  const started = engineInMemory();
  const here = { ...services, engines: new Map([[started.id, started]]) };
  const carried = async (): Promise<void> => {
    for (let all = await arrived(); all.length > 0;) {
      // oxlint-disable-next-line no-await-in-loop
      for (const each of all) await carryOut(each, here);
      // oxlint-disable-next-line no-await-in-loop
      all = await arrived();
    }
  };
  const collaborators = { [APPROVER]: 'maintain', [STRANGER]: 'write' } as const;
  const place = await workplace({ files: { ...OWNED, '.github/bowsprit.yaml': JOBS }, collaborators });
  const pull = await place.open({ by: STRANGER });
  await workOff();
  // Told before the push, worked off after it.
  await pull.comment(APPROVER, '/ok-to-test\n/test unit');
  const vouched = pull.push({ 'src/turn.ts': 'export const turn = "stolen";\n' });
  await carried();
  expect(started.started).toEqual([]);
  await pull.comment(APPROVER, '/ok-to-test');
  await carried();
  expect(started.started.map(({ headSha }) => headSha)).toEqual([vouched]);
  pull.push({ 'src/turn.ts': 'export const turn = "stolen again";\n' });
  await pull.comment(STRANGER, '/test unit\n/retest');
  await carried();
  expect(started.started.map(({ headSha }) => headSha)).toEqual([vouched]);
});

const entry = z.object({
  version: z.optional(z.string()),
  integrity: z.optional(z.string()),
  hasInstallScript: z.optional(z.boolean()),
  inBundle: z.optional(z.boolean()),
});
const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

test('threat 26: every dependency has one version, one digest, and no say while it is installed', () => {
  const { dependencies, devDependencies, optionalDependencies, allowScripts } = packageJson;
  const named = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  const root = z.looseObject({}).parse(lock.packages['']);
  for (const part of ['dependencies', 'devDependencies', 'optionalDependencies'] as const) {
    expect(root[part]).toEqual(packageJson[part]);
  }
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(locked.length).toBeGreaterThan(100);
  const loose = locked.filter(([, each]) => {
    // What comes inside of another package is covered by its digest.
    const { integrity = '', inBundle = false } = entry.parse(each);
    return !inBundle && !integrity.startsWith('sha512-');
  });
  expect(loose.map(([path]) => path)).toEqual([]);
  // Whoever would run something when installed is listed, and may not.
  const scripted = locked.filter(([, each]) => entry.parse(each).hasInstallScript === true);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(Object.keys(allowScripts).toSorted()).toEqual(names.toSorted());
  expect(Object.values(allowScripts).filter(Boolean)).toEqual([]);
  expect(text('.npmrc')).toContain('ignore-scripts=true');
  expect(text('.npmrc')).toContain('save-exact=true');
});

test('threat 26: what tests and releases it is pinned as well', () => {
  const workflows = readdirSync(join(ROOT, '.github/workflows')).map((file) => text(`.github/workflows/${file}`));
  const used = workflows.flatMap((each) => each.match(/uses: .*/g) ?? []);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((each) => !/@[0-9a-f]{40} # v\d/.test(each))).toEqual([]);
  for (const each of workflows) {
    expect(each).toContain('permissions:\n  contents: read');
    expect(each).not.toMatch(/pull_request_target|npm install\b|npx (?!cdk|bowsprit)/);
  }
  expect(text('.ci/run')).toContain('npm ci');
  expect(
    Object.values(packageJson.scripts).filter((script) => /\bnpx\b|\bnpm (?:i|install|exec)\b|curl|wget/.test(script)),
  ).toEqual([]);
});
