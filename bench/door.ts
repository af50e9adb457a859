/**
 * The door against its peers, in the same run: Probot's HTTP handler with the same signed payloads, and a bundle that
 * loads the SDK at once.
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildFunctions } from '../infra/build.ts';

export type Row = {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly goal: string;
  readonly met: boolean;
};

const ROOT = dirname(import.meta.dirname);
const SECRET = 'a-secret-for-the-bench';
/** The `issue_comment` example of GitHub's own collection of payloads has 13,959 bytes. */
const PAYLOAD_BYTES = 14_000;
const CONNECTIONS = 16;
const WARM_UP = 4_000;
const ROUNDS = 7;
const DELIVERIES = 3_000;
const FRESH_PROCESSES = 11;

export async function benchDoor(): Promise<readonly Row[]> {
  return [...(await benchDeliveries()), ...(await benchStart())];
}

type Server = { readonly which: Which; readonly child: ChildProcess; readonly port: number };
type Round = { readonly perSecond: number; readonly cpuMs: number; readonly latenciesMs: readonly number[] };

/** Ours; what `probot run` starts; and its handler alone, behind the same minimal server as ours. */
const DOORS = ['ours', 'server', 'middleware'] as const;
type Which = (typeof DOORS)[number];

async function benchDeliveries(): Promise<readonly Row[]> {
  const body = payload();
  const servers = await Promise.all(DOORS.map(serve));
  const rounds: Readonly<Record<Which, Round[]>> = { ours: [], server: [], middleware: [] };
  try {
    // Every round runs alone: two at a time would measure each other.
    /* oxlint-disable no-await-in-loop */
    for (const server of servers) await deliver(server, body, WARM_UP);
    for (let round = 0; round < ROUNDS; round += 1) {
      const order = round % 2 === 0 ? servers : servers.toReversed();
      for (const server of order) rounds[server.which].push(await deliver(server, body, DELIVERIES));
    }
    /* oxlint-enable no-await-in-loop */
  } finally {
    for (const { child } of servers) child.disconnect();
  }
  const of = (pick: (round: Round) => number): Readonly<Record<Which, number>> => ({
    ours: median(rounds.ours.map(pick)),
    server: median(rounds.server.map(pick)),
    middleware: median(rounds.middleware.map(pick)),
  });
  const rate = of(({ perSecond }) => perSecond);
  const cpu = of(({ cpuMs }) => cpuMs);
  const p50 = of(({ latenciesMs }) => quantile(latenciesMs, 0.5));
  const p99 = of(({ latenciesMs }) => quantile(latenciesMs, 0.99));
  const row = (
    what: string,
    { ours, server, middleware }: typeof rate,
    digits: number,
    goal: string,
    met: boolean,
  ): Row => ({
    what: `door: ${what}`,
    ours: ours.toFixed(digits),
    peer: `Probot ${server.toFixed(digits)} (its middleware alone ${middleware.toFixed(digits)})`,
    goal,
    met,
  });
  return [
    row(
      `deliveries a second (${body.length} bytes, ${CONNECTIONS} connections)`,
      rate,
      0,
      '> Probot',
      rate.ours > rate.server,
    ),
    row('CPU ms per delivery', cpu, 3, '<= 0.7 x Probot', cpu.ours <= 0.7 * cpu.server),
    row('p50 ms', p50, 2, '<= Probot', p50.ours <= p50.server),
    row('p99 ms', p99, 2, '<= Probot', p99.ours <= p99.server),
  ];
}

/** A recorded comment with a command, its description made as long as brings the whole to GitHub's own example. */
function payload(): string {
  const path = join(ROOT, 'test/fixtures/github/issue_comment.created.pull.json');
  const { payload: recorded } = JSON.parse(readFileSync(path, 'utf8'));
  const withDescription = (body: string): string => JSON.stringify({ ...recorded, issue: { ...recorded.issue, body } });
  const sentence = 'Makes widgets turn left, as the other parts do. ';
  const missing = PAYLOAD_BYTES - withDescription('').length;
  return withDescription(sentence.repeat(Math.ceil(missing / sentence.length)).slice(0, missing));
}

async function serve(which: Which): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'door-server.ts'), [which, SECRET], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = await once(child, 'message');
  return { which, child, port };
}

async function cpuOf({ child }: Server): Promise<number> {
  const answer = once(child, 'message');
  child.send('cpu');
  const [{ cpuMs }] = await answer;
  return cpuMs;
}

async function deliver(server: Server, body: string, count: number): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const latenciesMs: number[] = [];
  let sent = 0;
  const connection = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      const started = performance.now();
      // A connection sends its next delivery after the answer to the one before.
      // oxlint-disable-next-line no-await-in-loop
      await post(server.port, body, signature, `bench-${sent}`, agent);
      latenciesMs.push(performance.now() - started);
    }
  };
  const cpuBefore = await cpuOf(server);
  const started = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const seconds = (performance.now() - started) / 1_000;
  const cpuMs = ((await cpuOf(server)) - cpuBefore) / count;
  agent.destroy();
  return { perSecond: count / seconds, cpuMs, latenciesMs };
}

function post(port: number, body: string, signature: string, id: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'GitHub-Hookshot/bench',
      'x-github-event': 'issue_comment',
      'x-github-delivery': id,
      'x-hub-signature-256': signature,
    };
    request({ port, host: '127.0.0.1', path: '/webhooks/github', method: 'POST', headers, agent }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      response.on('end', () => (statusCode < 300 ? resolve() : reject(new Error(`the door answered ${statusCode}`))));
    })
      .on('error', reject)
      .end(body);
  });
}

async function benchStart(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-bench-'));
  try {
    const [built, worker] = await buildFunctions(['webhook', 'worker'], folder);
    if (built === undefined || worker === undefined) throw new Error('no door was built');
    const lazy = join(built.folder, built.entry.name);
    const eager = join(folder, 'eager.cjs');
    await buildEager(eager);
    const reached = reachedBytes(lazy);
    const [ours, peer, working] = importCpuMs([lazy, eager, join(worker.folder, worker.entry.name)]);
    if (ours === undefined || peer === undefined || working === undefined) throw new Error('no start was measured');
    return [
      {
        what: 'door: bundle reached when nothing is queued',
        ours: kib(reached),
        peer: `SDK eager ${kib(statSync(eager).size)}`,
        goal: '<= 60 KiB',
        met: reached <= 60 * 1_024,
      },
      {
        what: `door: import, CPU ms (median of ${FRESH_PROCESSES} fresh processes)`,
        ours: ours.toFixed(1),
        peer: `SDK eager ${peer.toFixed(1)}`,
        goal: '<= 15',
        met: ours <= 15,
      },
      {
        what: 'worker: bundle, before the first message',
        ours: kib(worker.entry.bytes),
        peer: '',
        goal: '<= 750 KiB',
        met: worker.entry.bytes <= 750 * 1_024,
      },
      {
        what: 'worker: import, CPU ms',
        ours: working.toFixed(1),
        peer: '',
        goal: '<= 100',
        met: working <= 100,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same door, with its SDK clients loaded and made before the first delivery. */
async function buildEager(outfile: string): Promise<void> {
  await build({
    stdin: {
      contents: `
        import { SQSClient } from '@aws-sdk/client-sqs';
        import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
        export const clients = [new SQSClient({}), new SecretsManagerClient({})];
        export { handler } from './functions/webhook.ts';`,
      resolveDir: ROOT,
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
  });
}

const ENVIRONMENT = {
  ...process.env,
  AWS_REGION: 'us-east-1',
  QUEUE_URL: 'http://127.0.0.1:1/000000000000/bench.fifo',
  GITHUB_WEBHOOK_SECRET: SECRET,
  AUDIT_TABLE: 'audit',
  CACHE_TABLE: 'cache',
  GITHUB_APP_ID: '1',
  GITHUB_APP_PRIVATE_KEY_SECRET_ID: 'key',
};

/** Bytes of the bundle's files that are loaded when a delivery has come that is not queued. */
function reachedBytes(bundle: string): number {
  const body = '{"zen":"Keep it logically awesome."}';
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'ping',
    'x-github-delivery': 'bench',
    'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
  };
  const event = {
    rawPath: '/webhooks/github',
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST' } },
  };
  const script = `
    require(${JSON.stringify(bundle)}).handler(${JSON.stringify(event)}).then(({ statusCode }) => {
      if (statusCode !== 202) throw new Error('answered ' + statusCode);
      console.log(JSON.stringify(Object.keys(require.cache)));
    });`;
  // What comes before is the door's log.
  const printed = execFileSync(process.execPath, ['-e', script], { env: ENVIRONMENT }).toString().trimEnd();
  const files: readonly string[] = JSON.parse(printed.slice(printed.lastIndexOf('\n') + 1));
  return files.map((file) => statSync(file).size).reduce((sum, bytes) => sum + bytes, 0);
}

/** Taken in turns, so that whatever else the machine does falls on all of them. */
function importCpuMs(bundles: readonly string[]): readonly number[] {
  const times = bundles.map((): number[] => []);
  for (let turn = 0; turn < FRESH_PROCESSES; turn += 1) {
    for (const [index, bundle] of bundles.entries()) {
      const script = `
        const before = process.cpuUsage();
        require(${JSON.stringify(bundle)});
        const { user, system } = process.cpuUsage(before);
        console.log((user + system) / 1000);
        process.exit();`;
      times[index]?.push(Number(execFileSync(process.execPath, ['-e', script], { env: ENVIRONMENT })));
    }
  }
  return times.map(median);
}

const kib = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} KiB`;

const median = (values: readonly number[]): number => quantile(values, 0.5);

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await benchDoor());
