/**
 * DynamoDB, SQS and S3 on a laptop, in this process and on free ports. An endpoint in the environment replaces each, and
 * what is missing there is made.
 */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
  waitUntilBucketExists,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp, type BuildAppOptions } from 'fauxqs';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '../shared/config.ts';
import { AUDIT_TABLE, CACHE_TABLE, type TableDefinition } from '../shared/store/tables.ts';

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

const QUEUE = 'bowsprit.fifo';
const DEAD_LETTERS = 'bowsprit-dead-letters.fifo';
const ANCHORS = 'bowsprit-anchors';
const LOOPBACK = '127.0.0.1';
const RETENTION_SECONDS = 14 * 24 * 3_600;
const TABLE_WAIT_SECONDS = 60;

type Running = { readonly endpoint: string; close(): Promise<void> };

export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { environment, dataDir } = options;
  const problems = problemsOfEndpoints(environment);
  if (problems.length > 0) throw new ConfigurationError(problems);
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
  try {
    if (given.dynamodb === undefined) running.push(await dynamodbOn(dataDir));
    const dynamodb = given.dynamodb ?? running.at(-1)?.endpoint ?? '';
    if (given.sqs === undefined || given.s3 === undefined) running.push(await queuesAndBuckets(dataDir));
    const own = running.at(-1)?.endpoint ?? '';
    return await furnished({ dynamodb, sqs: given.sqs ?? own, s3: given.s3 ?? own }, options, close);
  } catch (error) {
    await close();
    throw error;
  }
}

type Endpoints = { readonly dynamodb: string; readonly sqs: string; readonly s3: string };

async function furnished(
  endpoints: Endpoints,
  options: EmulatorOptions,
  close: Emulators['close'],
): Promise<Emulators> {
  const { environment } = options;
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment;
  const connect = { region, credentials: { accessKeyId, secretAccessKey } };
  const made = await Promise.allSettled([
    reached('AWS_ENDPOINT_URL_SQS', endpoints.sqs, () =>
      queuesAt(new SQSClient({ ...connect, endpoint: endpoints.sqs }), endpoints.sqs, options),
    ),
    reached('AWS_ENDPOINT_URL_DYNAMODB', endpoints.dynamodb, () =>
      tablesAt(new DynamoDBClient({ ...connect, endpoint: endpoints.dynamodb })),
    ),
    reached('AWS_ENDPOINT_URL_S3', endpoints.s3, () =>
      bucketAt(new S3Client({ ...connect, endpoint: endpoints.s3, forcePathStyle: true })),
    ),
  ]);
  // All have ended by now: an emulator must not be closed under a request of ours.
  for (const each of made) if (each.status === 'rejected') throw each.reason;
  const [queues] = made;
  if (queues.status === 'rejected') throw queues.reason;
  const { queueUrl, deadLetterQueueUrl } = queues.value;
  return {
    dynamodbEndpoint: endpoints.dynamodb,
    sqsEndpoint: endpoints.sqs,
    s3Endpoint: endpoints.s3,
    region,
    auditTable: AUDIT_TABLE.name,
    cacheTable: CACHE_TABLE.name,
    anchorBucket: ANCHORS,
    queueUrl,
    deadLetterQueueUrl,
    variables: {
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
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

async function reached<T>(variable: string, endpoint: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    throw new Error(`${variable}: what is needed could not be made at ${endpoint}.`, { cause });
  }
}

// The package brings no types; this is what its README promises of it.
type Dynalite = (options: {
  readonly path?: string;
  readonly createTableMs: number;
  readonly deleteTableMs: number;
  readonly updateTableMs: number;
}) => Server;
const dynalite: Dynalite = createRequire(import.meta.url)('dynalite');

async function dynamodbOn(dataDir: string | undefined): Promise<Running> {
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite({ ...instant, ...(dataDir === undefined ? {} : { path: folder(dataDir, 'dynamodb') }) });
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
  const kept = dataDir === undefined ? undefined : await keptStores(folder(dataDir, 'queue'));
  const app = buildApp({ logger: false, ...(kept === undefined ? {} : { stores: kept.stores }) });
  if (kept !== undefined) {
    app.addHook('preClose', (done) => {
      kept.close();
      done();
    });
  }
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

/** Stores that survive a restart, put together as the package's own start function does it. */
async function keptStores(path: string): Promise<{ readonly stores: Stores; close(): void }> {
  const inside = dirname(findPackageJSON('fauxqs', import.meta.url) ?? '');
  const files = ['persistence.js', 'sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js'];
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(inside, 'dist', file)).href)));
  const { PersistenceManager, SqsStore, SnsStore, S3Store }: Parts = Object.assign({}, ...modules);
  const keeper = new PersistenceManager(path);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
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

async function tablesAt(client: DynamoDBClient): Promise<void> {
  for (const table of [AUDIT_TABLE, CACHE_TABLE]) {
    // One after the other, as accounts without on-demand indexes to spare ask for.
    // oxlint-disable-next-line no-await-in-loop
    await madeTable(client, table);
  }
  client.destroy();
}

/** Makes the table where it is missing. */
export async function madeTable(client: DynamoDBClient, table: TableDefinition): Promise<void> {
  const { name: TableName } = table;
  try {
    await client.send(new DescribeTableCommand({ TableName }));
    return;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  await client.send(new CreateTableCommand(requestFor(table)));
  await waitUntilTableExists({ client, maxWaitTime: TABLE_WAIT_SECONDS, minDelay: 0.1 }, { TableName });
}

type KeySchema = NonNullable<CreateTableCommandInput['KeySchema']>;

function schema(partition: string, sort: string | undefined): KeySchema {
  const hash = { AttributeName: partition, KeyType: 'HASH' } as const;
  return sort === undefined ? [hash] : [hash, { AttributeName: sort, KeyType: 'RANGE' }];
}

function requestFor({ name, partition, sort, indexes }: TableDefinition): CreateTableCommandInput {
  const keys = [
    partition,
    ...(sort === undefined ? [] : [sort]),
    ...indexes.flatMap((each) => [each.partition, each.sort]),
  ];
  const types = new Map(keys.map((key) => [key.name, key.type]));
  const made = indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: schema(index.partition.name, index.sort.name),
    Projection: { ProjectionType: index.projection },
  }));
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: schema(partition.name, sort?.name),
    ...(made.length === 0 ? {} : { GlobalSecondaryIndexes: made }),
  };
}

async function queuesAt(
  client: SQSClient,
  endpoint: string,
  { maxReceives, visibilitySeconds }: EmulatorOptions,
): Promise<Pick<Emulators, 'queueUrl' | 'deadLetterQueueUrl'>> {
  const attributes = {
    VisibilityTimeout: String(visibilitySeconds),
    MessageRetentionPeriod: String(RETENTION_SECONDS),
  };
  const place = { client, endpoint };
  const deadLetterQueueUrl = await madeQueue(place, DEAD_LETTERS, attributes);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: String(maxReceives) };
  const queueUrl = await madeQueue(place, QUEUE, { ...attributes, RedrivePolicy: JSON.stringify(redrive) });
  client.destroy();
  return { queueUrl, deadLetterQueueUrl };
}

/** The queue with these attributes, whether it was there or not. */
async function madeQueue(
  { client, endpoint }: { readonly client: SQSClient; readonly endpoint: string },
  QueueName: string,
  attributes: Record<string, string>,
): Promise<string> {
  try {
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName }));
    await client.send(new SetQueueAttributesCommand({ QueueUrl: at(endpoint, QueueUrl), Attributes: attributes }));
    return at(endpoint, QueueUrl);
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
  }
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true', ...attributes } }),
  );
  return at(endpoint, QueueUrl);
}

/** Emulators name their queues by hosts that resolve nowhere; the client calls whatever host a queue's URL names. */
function at(endpoint: string, queueUrl: string): string {
  return queueUrl.replace(/^https?:\/\/[^/]*/, endpoint);
}

async function bucketAt(client: S3Client): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: ANCHORS }));
  } catch (error) {
    if (!(error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404)) throw error;
    await client.send(new CreateBucketCommand({ Bucket: ANCHORS, ObjectLockEnabledForBucket: true }));
    await waitUntilBucketExists({ client, maxWaitTime: TABLE_WAIT_SECONDS, minDelay: 1 }, { Bucket: ANCHORS });
  }
  client.destroy();
}
