import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildFunction, buildFunctions, type BuiltFunction } from '../../infra/build.ts';
import { recorded, requestOf, SECRET, throughGateway, type Recorded } from '../support/github-deliveries.ts';

const run = promisify(execFile);

let folder: string;
let door: BuiltFunction;
let worker: BuiltFunction;
let fauxqs: FauxqsServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-build-'));
  const [first, second] = await buildFunctions(['webhook', 'worker'], folder);
  if (first === undefined || second === undefined) throw new Error('nothing was built');
  [door, worker] = [first, second];
  fauxqs = await startFauxqs({ port: 0, logger: false });
  fauxqs.createQueue('deliveries.fifo', { attributes: { FifoQueue: 'true' } });
});
afterAll(async () => {
  await fauxqs.stop();
  rmSync(folder, { recursive: true });
});

const loadedOf = (printed: string): readonly string[] => {
  // What comes before is the log.
  const files: readonly string[] = JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '');
  return files.map(unhashed);
};

/** Names bear a digest where esbuild gives them, and what several files share has no other name. */
const unhashed = (file: string): string => basename(file).replace(/-[0-9A-Z]{8}(?=\.cjs$)/, '');

/** Files of the worker's bundle that are loaded once it is ready for its first message. */
async function workersFiles(variables: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return loadedOf(await inWorker('console.log(JSON.stringify(Object.keys(require.cache)))', variables));
}

async function inWorker(code: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const script = `
    const { handler } = require(${JSON.stringify(join(worker.folder, 'index.cjs'))});
    ${code};
    process.exit();`;
  const env = {
    PATH: process.env['PATH'],
    AWS_REGION: 'us-east-1',
    QUEUE_URL: 'http://127.0.0.1:9/000000000000/deliveries.fifo',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:9/000000000000/dead.fifo',
    AUDIT_TABLE: 'audit',
    CACHE_TABLE: 'cache',
    GITHUB_APP_ID: '1',
    GITHUB_APP_PRIVATE_KEY_SECRET_ID: 'key',
    ...variables,
  };
  return (await run(process.execPath, ['-e', script], { env })).stdout;
}

/** The bundle in a process of its own: what it answers, and which of its files it has loaded by then. */
async function answered(delivery: Recorded): Promise<{ statusCode: number; loaded: readonly string[] }> {
  const script = `
    const { handler } = require(${JSON.stringify(join(door.folder, 'index.cjs'))});
    handler(${JSON.stringify(throughGateway(requestOf(delivery)))}).then(({ statusCode }) => {
      console.log(JSON.stringify({ statusCode, loaded: Object.keys(require.cache) }));
    });`;
  const endpoint = `http://127.0.0.1:${fauxqs.port}`;
  const env = {
    PATH: process.env['PATH'],
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: endpoint,
    QUEUE_URL: `${endpoint}/000000000000/deliveries.fifo`,
    GITHUB_WEBHOOK_SECRET: SECRET,
  };
  const { stdout } = await run(process.execPath, ['-e', script], { env });
  const { statusCode, loaded }: { statusCode: number; loaded: readonly string[] } = JSON.parse(
    // What comes before is the log.
    stdout.trimEnd().split('\n').at(-1) ?? '',
  );
  return { statusCode, loaded: loaded.map(unhashed) };
}

test('the door is small, and its clients lie beside it', () => {
  expect(door.entry.name).toBe('index.cjs');
  expect(door.entry.bytes).toBeLessThan(60 * 1_024);
  const beside = ['chunk.cjs', 'chunk.cjs', 'event-streams.cjs', 'secrets-manager.cjs', 'sqs.cjs'];
  expect(door.lazy.map(({ name }) => unhashed(name)).toSorted()).toEqual(beside);
  expect(readdirSync(door.folder).map(unhashed).toSorted()).toEqual([...beside, 'index.cjs'].toSorted());
});

test('the door holds no Octokit App, no YAML and no schema of the queue', () => {
  const text = readFileSync(join(door.folder, 'index.cjs'), 'utf8');
  for (const sign of ['installation access token', 'YAMLParseError', 'not a delivery'])
    expect(text).not.toContain(sign);
});

test('the worker holds no search for credentials, and loads what few need when it is needed', async () => {
  expect(worker.entry.bytes).toBeLessThan(915 * 1_024);
  const text = readFileSync(join(worker.folder, 'index.cjs'), 'utf8');
  expect(
    ['sso_start_url', 'AssumeRole', 'presubmits.', 'login/device/code'].filter((sign) => text.includes(sign)),
  ).toEqual([]);
  expect(await workersFiles({})).toEqual(['index.cjs']);
  const settings = join(folder, 'settings.yaml');
  writeFileSync(settings, 'owners:\n  denied: ["(?:gen|vendor)+/.*x"]\n');
  expect(await workersFiles({ BOWSPRIT_SETTINGS: settings })).toEqual(['index.cjs', 'yaml.cjs', 're2js.cjs']);
  mkdirSync(join(folder, 'prow'));
  writeFileSync(join(folder, 'prow/plugins.yaml'), 'plugins:\n  acme:\n    plugins: [hold]\n');
  expect(await workersFiles({ BOWSPRIT_PROW_CONFIG: join(folder, 'prow') })).toEqual(['index.cjs', 'prow.cjs']);
});

test('the SDK is in the worker once, and each client beside it is small', () => {
  const signing = readdirSync(worker.folder).filter((file) =>
    readFileSync(join(worker.folder, file), 'utf8').includes('aws4_request'),
  );
  expect(signing).toEqual(['index.cjs']);
  const bytes = new Map(worker.lazy.map(({ name, bytes: size }) => [unhashed(name), size]));
  expect(bytes.get('sqs.cjs')).toBeLessThan(30 * 1_024);
  expect(bytes.get('secrets-manager.cjs')).toBeLessThan(20 * 1_024);
  expect(bytes.get('eventbridge.cjs')).toBeLessThan(20 * 1_024);
});

test('what is beside the worker finds the rest of it in the worker', async () => {
  const files = worker.lazy.map(({ name }) => join(worker.folder, name));
  const made = await inWorker(`
    const clients = ${JSON.stringify(files)}.flatMap((file) =>
      Object.entries(require(file)).filter(([name]) => name.endsWith('Client')));
    for (const [, Client] of clients) new Client({});
    console.log(JSON.stringify(clients.map(([name]) => name).toSorted()))`);
  expect(loadedOf(made)).toEqual(['EventBridgeClient', 'S3Client', 'SQSClient', 'SecretsManagerClient']);
});

test('all is ASCII: one character beyond Latin-1 would make V8 keep twice the bytes of the whole file', () => {
  const odd = [door, worker].flatMap(({ folder: place }) =>
    readdirSync(place)
      .map((file) => readFileSync(join(place, file)))
      .filter((bytes) => bytes.some((byte) => byte > 0x7f)),
  );
  expect(odd).toEqual([]);
});

test('source maps rest elsewhere', () => {
  expect(readdirSync(join(folder, 'maps', 'webhook'))).toContain('index.cjs.map');
});

test('nothing is loaded for a delivery that is not queued', async () => {
  expect(await answered(recorded('issue_comment.created.no-command'))).toEqual({
    statusCode: 202,
    loaded: ['index.cjs'],
  });
});

test('the queue’s client is loaded for one that is', async () => {
  expect(await answered(recorded('issue_comment.created.pull'))).toEqual({
    statusCode: 202,
    loaded: ['index.cjs', 'sqs.cjs', 'chunk.cjs', 'chunk.cjs'],
  });
  expect(fauxqs.inspectQueue('deliveries.fifo')?.messages.ready).toHaveLength(1);
});

test('lazy modules of one name are files of their own, and share what they share with the index', async () => {
  const put = (path: string, text: string): string => {
    const file = join(folder, 'source', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  put('odd.ts', 'export class Odd extends Error {}\nexport const odd = () => new Odd();\n');
  put('one/late.ts', "import { odd } from '../odd.ts';\nexport const late = () => ['one', odd()];\n");
  put('two/late.ts', "import { odd } from '../odd.ts';\nexport const late = () => ['two', odd()];\n");
  put('two/index.ts', "export * from './late.ts';\n");
  const start = put(
    'start.ts',
    `import { Odd } from './odd.ts';
     const modules = () => Promise.all([import('./one/late.ts'), import('./two/late.ts'), import('./two/index.ts')]);
     export const handler = async () =>
       (await modules()).map(({ late }) => late()).map(([name, error]) => [name, error instanceof Odd]);`,
  );
  const { lazy } = await buildFunction('made-up', start, join(folder, 'made-up'));
  expect(lazy.map(({ name }) => unhashed(name)).filter((name) => name === 'late.cjs')).toHaveLength(2);
  const index = JSON.stringify(join(folder, 'made-up/made-up/index.cjs'));
  const script = `require(${index}).handler().then((told) => console.log(JSON.stringify(told)))`;
  const { stdout } = await run(process.execPath, ['-e', script]);
  expect(JSON.parse(stdout)).toEqual([
    ['one', true],
    ['two', true],
    ['two', true],
  ]);
});
