/**
 * DynamoDB, SQS and S3 on a laptop, in this process and on free ports. An endpoint in the environment replaces each, and
 * what is missing there is made.
 */
import type { BuildAppOptions } from 'fauxqs';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '../shared/config.ts';
import { AUDIT_TABLE, CACHE_TABLE } from '../shared/store/tables.ts';
import type { Place, Queues } from './furnishing.ts';

export type EmulatorOptions = {
  /** `process.env`, or what stands for it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where data survives a restart; in memory without it. */
  readonly dataDir?: string | undefined;
  /** Receives before a message rests in the dead-letter queue. */
  readonly maxReceives: number;
  readonly visibilitySeconds: number;
};

export type Emulators = {
  readonly dynamodbEndpoint: string;
  readonly sqsEndpoint: string;
  readonly s3Endpoint: string;
  readonly region: string;
  readonly auditTable: string;
  readonly cacheTable: string;
  readonly anchorBucket: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** The environment in which functions find all of it. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

const ANCHORS = 'bowsprit-anchors';
const LOOPBACK = '127.0.0.1';

export type Before = (request: IncomingMessage, response: ServerResponse, emulated: () => void) => void;

type Running = { readonly endpoint: string; close(): Promise<void> };

export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { environment, dataDir } = options;
  const problems = problemsOfEndpoints(environment);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment;
  const connect = { region, credentials: { accessKeyId, secretAccessKey } };
  const given = {
    dynamodb: endpointIn(environment, 'AWS_ENDPOINT_URL_DYNAMODB'),
    sqs: endpointIn(environment, 'AWS_ENDPOINT_URL_SQS'),
    s3: endpointIn(environment, 'AWS_ENDPOINT_URL_S3'),
  };
  const running: Running[] = [];
  const unlock = dataDir === undefined ? undefined : locked(dataDir);
  const close = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.close()));
    unlock?.();
  };
  const started = async (start: Promise<Running>): Promise<string> => {
    const one = await start;
    running.push(one);
    return one.endpoint;
  };
  const own =
    given.sqs === undefined || given.s3 === undefined ? started(queuesAndBuckets(dataDir)) : Promise.resolve('');
  const made = await Promise.allSettled([
    furnished('SQS', given.sqs ?? own, connect, ({ furnishQueues }, place) => furnishQueues(place, options)),
    furnished('DYNAMODB', given.dynamodb ?? started(dynamodbOn(dataDir)), connect, ({ furnishTables }, place) =>
      furnishTables(place),
    ),
    // Our own has its bucket from the start.
    given.s3 === undefined
      ? own.then((endpoint) => ({ endpoint, made: undefined }))
      : furnished('S3', given.s3, connect, ({ furnishBucket }, place) => furnishBucket(place, ANCHORS)),
  ]);
  // All have ended by now: an emulator must not be closed under a request of ours.
  const [sqs, dynamodb, s3] = made;
  if (sqs.status === 'fulfilled' && dynamodb.status === 'fulfilled' && s3.status === 'fulfilled')
    return described(connect, { ...sqs.value.made, sqs: sqs.value, dynamodb: dynamodb.value, s3: s3.value }, close);
  await close();
  throw made.find((each) => each.status === 'rejected')?.reason;
}

type Furnish<T> = (furnishing: typeof import('./furnishing.ts'), place: Place) => Promise<T>;

/** Loaded beside what is being started. */
async function furnished<T>(
  service: string,
  endpoint: string | Promise<string>,
  connect: Omit<Place, 'endpoint'>,
  furnish: Furnish<T>,
): Promise<{ readonly endpoint: string; readonly made: T }> {
  const [at, furnishing] = await Promise.all([endpoint, import('./furnishing.ts')]);
  try {
    return { endpoint: at, made: await furnish(furnishing, { ...connect, endpoint: at }) };
  } catch (cause) {
    throw new Error(`AWS_ENDPOINT_URL_${service}: what is needed could not be made at ${at}.`, { cause });
  }
}

type At = { readonly endpoint: string };

function described(
  { region, credentials }: Omit<Place, 'endpoint'>,
  {
    sqs,
    dynamodb,
    s3,
    queueUrl,
    deadLetterQueueUrl,
  }: Queues & { readonly sqs: At; readonly dynamodb: At; readonly s3: At },
  close: Emulators['close'],
): Emulators {
  return {
    dynamodbEndpoint: dynamodb.endpoint,
    sqsEndpoint: sqs.endpoint,
    s3Endpoint: s3.endpoint,
    region,
    auditTable: AUDIT_TABLE.name,
    cacheTable: CACHE_TABLE.name,
    anchorBucket: ANCHORS,
    queueUrl,
    deadLetterQueueUrl,
    variables: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AUDIT_TABLE: AUDIT_TABLE.name,
      CACHE_TABLE: CACHE_TABLE.name,
      ANCHOR_BUCKET: ANCHORS,
      QUEUE_URL: queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
    },
    close,
  };
}

const ENDPOINTS = ['SQS', 'DYNAMODB', 'S3', 'EVENTBRIDGE'].map((service) => `AWS_ENDPOINT_URL_${service}`);

/** What is wrong with the endpoints that are given, one sentence per variable. */
export function problemsOfEndpoints(environment: EmulatorOptions['environment']): readonly string[] {
  return ENDPOINTS.filter((name) => {
    const endpoint = endpointIn(environment, name);
    return endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '');
  }).map((name) => `${name} is not an http or https address`);
}

function endpointIn(environment: EmulatorOptions['environment'], name: string): string | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  return text.replace(/\/+$/, '');
}

// The package brings no types; this is what its README promises of it.
type Dynalite = (options: {
  readonly path?: string;
  readonly createTableMs: number;
  readonly deleteTableMs: number;
  readonly updateTableMs: number;
}) => Server;

/** `before` may take a request instead of the emulator, in whose process and on whose port it is. */
export async function dynamodbOn(dataDir: string | undefined, before?: Before): Promise<Running> {
  const dynalite: Dynalite = createRequire(import.meta.url)('dynalite');
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite({ ...instant, ...(dataDir === undefined ? {} : { path: folder(dataDir, 'dynamodb') }) });
  if (before !== undefined) {
    const emulated = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request, response) =>
      before(request, response, () => {
        for (const each of emulated) Reflect.apply(each, server, [request, response]);
      }),
    );
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The DynamoDB emulator has no port.');
  return {
    endpoint: `http://${LOOPBACK}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function queuesAndBuckets(dataDir: string | undefined): Promise<Running> {
  const [{ buildApp }, kept] = await Promise.all([
    import('fauxqs'),
    storesIn(dataDir === undefined ? undefined : folder(dataDir, 'queue')),
  ]);
  kept.stores.s3Store.createBucket(ANCHORS);
  const app = buildApp({ logger: false, stores: kept.stores });
  app.addHook('preClose', (done) => {
    kept.close();
    done();
  });
  // The package's own start function listens on every interface of the machine.
  const endpoint = await app.listen({ port: 0, host: LOOPBACK });
  return { endpoint, close: () => app.close() };
}

type Stores = NonNullable<BuildAppOptions['stores']>;
type Keeper = NonNullable<Stores['sqsStore']['persistence']>;
type Parts = {
  readonly PersistenceManager: new (folder: string) => Keeper;
  readonly SqsStore: new () => Stores['sqsStore'];
  readonly SnsStore: new () => Stores['snsStore'];
  readonly S3Store: new () => Stores['s3Store'];
};

/** Stores, put together as the package's own start function does it; with a folder, they survive a restart. */
async function storesIn(path: string | undefined): Promise<{ readonly stores: Stores; close(): void }> {
  const inside = dirname(findPackageJSON('fauxqs', import.meta.url) ?? '');
  const files = ['persistence.js', 'sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js'];
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(inside, 'dist', file)).href)));
  const { PersistenceManager, SqsStore, SnsStore, S3Store }: Parts = Object.assign({}, ...modules);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  if (path === undefined) return { stores, close: () => undefined };
  const keeper = new PersistenceManager(path);
  keeper.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const store of Object.values(stores)) store.persistence = keeper;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = keeper;
  return { stores, close: () => keeper.close() };
}

/** One process at a time: two would write over each other's data. */
function locked(dataDir: string): () => void {
  makeFolder(dataDir);
  const path = join(dataDir, 'lock');
  const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (isRunning(owner)) throw new Error(`${dataDir} is in use by process ${owner}; stop it, or name another folder.`);
  writeFileSync(path, String(process.pid));
  return () => rmSync(path, { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function folder(dataDir: string, name: string): string {
  const path = join(dataDir, name);
  makeFolder(path);
  return path;
}

/** Level by level: where the kernel takes no folders, such as in /proc, Node's own `recursive` tries for ever. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Made where it is missing; tried, since what permissions say is not the whole of it. */
export function isWritableFolder(path: string): boolean {
  try {
    makeFolder(path);
    rmdirSync(mkdtempSync(join(path, 'tried-')));
    return true;
  } catch {
    return false;
  }
}
