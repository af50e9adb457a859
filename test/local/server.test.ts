import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startGitHub } from '../../local/github/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const SERVER = join(ROOT, 'local/server.ts');
/** What never ends is ended, and its test fails. */
const GIVE_UP_MS = 20_000;

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bowsprit-server-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** Until it fails, or until it is ready, when it is stopped; `ready` looks at it before. */
function started(environment: Readonly<Record<string, string>>, ready: () => void = () => undefined): Promise<Ran> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [SERVER], {
    cwd: folder,
    env: { PATH, PORT: '0', ...environment },
    timeout: GIVE_UP_MS,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (!/^ready$/m.test(out)) return;
    ready();
    child.kill('SIGTERM');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

test.each<[what: string, environment: Record<string, string>, err: RegExp]>([
  [
    'a folder that cannot be made',
    { BOWSPRIT_DATA: '/proc/nope/deeper' },
    /^The environment does not fit: BOWSPRIT_DATA is not a folder that can be made and written\.\n$/,
  ],
  ['a folder that cannot be written', { BOWSPRIT_DATA: '/proc' }, /: BOWSPRIT_DATA is not a folder/],
  [
    'everything that does not fit, told together,',
    {
      GITHUB_APP_ID: 'mine',
      GITHUB_APP_PRIVATE_KEY: 'no key',
      GITHUB_WEBHOOK_SECRET: 'a,,b',
      AWS_ENDPOINT_URL_SQS: 'nope',
      AWS_ENDPOINT_URL_S3: 'localhost:4566',
      AWS_ENDPOINT_URL_EVENTBRIDGE: 'nope',
      BOWSPRIT_DATA: '/proc',
      BOWSPRIT_SETTINGS: 'no-such-file.yaml',
      PORT: 'abc',
    },
    new RegExp(
      [
        '^The environment does not fit: GITHUB_WEBHOOK_SECRET holds an empty secret',
        'GITHUB_APP_ID is not a number',
        'GITHUB_APP_PRIVATE_KEY is neither a private key \\(PEM\\) nor the path of a file that can be read',
        'AWS_ENDPOINT_URL_SQS is not an http or https address',
        'AWS_ENDPOINT_URL_S3 is not an http or https address',
        'AWS_ENDPOINT_URL_EVENTBRIDGE is not an http or https address',
        'BOWSPRIT_DATA is not a folder that can be made and written',
        'PORT is not a number from 0 to 65535',
        'BOWSPRIT_SETTINGS: The settings file cannot be read: no-such-file\\.yaml: ENOENT',
      ].join('; '),
    ),
  ],
  [
    'a settings file that is not there',
    { BOWSPRIT_SETTINGS: 'no-such-file.yaml' },
    /^The settings file cannot be read/,
  ],
  [
    'a forge that is not there',
    { GITHUB_API_URL: 'http://127.0.0.1:9' },
    /^GITHUB_API_URL: nothing answers at http:\/\/127\.0\.0\.1:9\.\n/,
  ],
  ['a file for a folder', { BOWSPRIT_DATA: SERVER }, /: BOWSPRIT_DATA is not a folder/],
])('%s ends it at once', async (_, environment, err) => {
  expect(await started(environment)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(err) });
});

const pem = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;

const key = pem();
const credentials = { GITHUB_APP_ID: '4711', GITHUB_APP_PRIVATE_KEY: key, GITHUB_WEBHOOK_SECRET: 'a-secret' };

test.each<[what: string, environment: Record<string, string>, err: RegExp]>([
  ['the credentials it knows', credentials, /^$/],
  [
    'none',
    {},
    /^Not given, so generated: GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET\. The forge at \S+ will hardly know them\.\n$/,
  ],
  [
    'no secret',
    { ...credentials, GITHUB_WEBHOOK_SECRET: '' },
    /^Not given, so generated: GITHUB_WEBHOOK_SECRET\. [^\n]*\n$/,
  ],
  [
    'another key',
    { ...credentials, GITHUB_APP_PRIVATE_KEY: pem() },
    /^GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY: the forge at \S+ refuses them \(401, "[^\n]+"\)\.\n$/,
  ],
  ['another id', { ...credentials, GITHUB_APP_ID: '4712' }, /refuses them \(40[14], /],
])('a forge of its own and %s: ready, and what is wrong is told', async (_, environment, err) => {
  const github = await startGitHub({ app: { id: 4711, privateKey: key } });
  try {
    const ran = await started({ GITHUB_API_URL: github.url, ...environment });
    expect(ran.err).toMatch(err);
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^ready$/m) });
  } finally {
    await github.close();
  }
});

test('a forge that has nothing to say of Apps is good enough', async () => {
  const stub = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => {
    stub.listen(0, '127.0.0.1', resolve);
  });
  const address = stub.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const ran = await started({ GITHUB_API_URL: `http://127.0.0.1:${port}`, ...credentials });
    expect(ran).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^ready$/m) });
  } finally {
    stub.close();
  }
});

const LOCAL_FILE = join(folder, '.bowsprit/local.json');
const KEY_FILE = join(folder, '.bowsprit/github-app.pem');

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** What is written while it runs, with who may read it. */
async function written(environment: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  let seen: Readonly<Record<string, unknown>> = {};
  const ran = await started(environment, () => {
    const local: unknown = JSON.parse(readFileSync(LOCAL_FILE, 'utf8'));
    const kept = existsSync(KEY_FILE) ? [modeOf(KEY_FILE), readFileSync(KEY_FILE, 'utf8')] : undefined;
    seen = { mode: modeOf(LOCAL_FILE), local, key: kept };
  });
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect([LOCAL_FILE, KEY_FILE].filter((path) => existsSync(path))).toEqual([]);
  return seen;
}

const OURS = ['600', expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/)];

test('local.json says who the App is, for whoever started it alone', async () => {
  mkdirSync(join(folder, '.bowsprit'), { recursive: true });
  for (const path of [LOCAL_FILE, KEY_FILE]) writeFileSync(path, 'left behind', { mode: 0o644 });
  expect(await written({ BOWSPRIT_SETTINGS: '' })).toEqual({
    mode: '600',
    key: OURS,
    local: expect.objectContaining({ githubAppId: '1', githubAppPrivateKeyFile: KEY_FILE }),
  });
});

test('with BOWSPRIT_DATA it is the key of before, and the file that keeps it is not for others', async () => {
  const data = join(folder, 'data');
  const first = await written({ BOWSPRIT_DATA: data });
  expect(statSync(join(data, 'github/github.json')).mode & 0o777).toBe(0o600);
  expect(first['key']).toEqual(OURS);
  expect((await written({ BOWSPRIT_DATA: data }))['key']).toEqual(first['key']);
});

test('a key that is given is not written anywhere', async () => {
  expect(await written(credentials)).toMatchObject({
    key: undefined,
    local: expect.not.objectContaining({ githubAppPrivateKeyFile: expect.anything() }),
  });
  writeFileSync(join(folder, 'mine.pem'), key, { mode: 0o600 });
  expect(await written({ ...credentials, GITHUB_APP_PRIVATE_KEY: 'mine.pem' })).toMatchObject({
    key: undefined,
    local: { githubAppId: '4711', githubAppPrivateKeyFile: join(folder, 'mine.pem') },
  });
});

test("Prow's files: what is not supported is told before it is ready, and what does not fit ends it", async () => {
  const prow = join(folder, 'prow');
  mkdirSync(prow, { recursive: true });
  const plugins = join(prow, 'plugins.yaml');
  writeFileSync(plugins, 'plugins:\n  rockets:\n    plugins:\n    - lgtm\n    - jira\n');
  const ran = await started({ BOWSPRIT_PROW_CONFIG: prow });
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toMatch(/^prow +1 not supported\nprow +\S+plugins\.yaml:5:\d+ plugins: jira: [^]*^ready$/m);
  expect(ran.out).toContain(`npx bowsprit import prow ${prow}`);
  writeFileSync(plugins, 'plugins:\n  rockets: [lgtm\n');
  expect(await started({ BOWSPRIT_PROW_CONFIG: prow, PORT: 'abc' })).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/PORT is not a number [^]*; BOWSPRIT_PROW_CONFIG: [^]*plugins\.yaml:\d+:\d+: /),
  });
  expect(await started({ BOWSPRIT_PROW_CONFIG: join(folder, 'nowhere') })).toMatchObject({ code: 1, out: '' });
});

/** Whoever lives on, where its leader may be gone already. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody does, as it should be.
  }
}

test('npm start ends with npm: the port is free again, and no file says otherwise', async () => {
  for (const name of ['local', 'node_modules']) symlinkSync(join(ROOT, name), join(folder, name));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const { PATH, HOME } = process.env;
  const npm = spawn('npm', ['start'], { cwd: folder, env: { PATH, HOME, PORT: '0' }, detached: true });
  const said = join(folder, '.bowsprit', 'local.json');
  let out = '';
  let running = false;
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (running || !/^ready$/m.test(out)) return;
    running = existsSync(said);
    npm.kill('SIGTERM');
  });
  onTestFinished(() => endGroup(npm.pid));
  // Whatever npm started holds its output open.
  await new Promise((resolve) => {
    npm.once('close', resolve);
  });
  expect(running).toBe(true);
  expect(existsSync(said)).toBe(false);
  const console = /^console +(\S+)$/m.exec(out)?.[1] ?? '';
  await expect(fetch(console)).rejects.toThrow('fetch failed');
});
