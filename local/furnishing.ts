/** What the emulators, or whatever stands for them, must hold: tables, queues and a bucket, made where they are missing. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AUDIT_TABLE, CACHE_TABLE, type TableDefinition } from '../shared/store/tables.ts';

/** How a service is reached; with its credentials, as the SDK takes it. */
export type Place = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

export type QueueOptions = { readonly maxReceives: number; readonly visibilitySeconds: number };
export type Queues = { readonly queueUrl: string; readonly deadLetterQueueUrl: string };

const QUEUE = 'bowsprit.fifo';
const DEAD_LETTERS = 'bowsprit-dead-letters.fifo';
const RETENTION_SECONDS = 14 * 24 * 3_600;
const WAIT_SECONDS = 60;

export async function furnishTables(place: Place): Promise<void> {
  const client = new DynamoDBClient(place);
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
  await waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS, minDelay: 0.1 }, { TableName });
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

export async function furnishQueues(place: Place, { maxReceives, visibilitySeconds }: QueueOptions): Promise<Queues> {
  const client = new SQSClient(place);
  const attributes = {
    VisibilityTimeout: String(visibilitySeconds),
    MessageRetentionPeriod: String(RETENTION_SECONDS),
  };
  const at = { client, endpoint: place.endpoint };
  const deadLetterQueueUrl = await madeQueue(at, DEAD_LETTERS, attributes);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: String(maxReceives) };
  const queueUrl = await madeQueue(at, QUEUE, { ...attributes, RedrivePolicy: JSON.stringify(redrive) });
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
    await client.send(new SetQueueAttributesCommand({ QueueUrl: urlAt(endpoint, QueueUrl), Attributes: attributes }));
    return urlAt(endpoint, QueueUrl);
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
  }
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true', ...attributes } }),
  );
  return urlAt(endpoint, QueueUrl);
}

/** Emulators name their queues by hosts that resolve nowhere; the client calls whatever host a queue's URL names. */
function urlAt(endpoint: string, queueUrl: string): string {
  return queueUrl.replace(/^https?:\/\/[^/]*/, endpoint);
}

export async function furnishBucket(place: Place, Bucket: string): Promise<void> {
  const { CreateBucketCommand, HeadBucketCommand, S3Client, S3ServiceException, waitUntilBucketExists } =
    await import('@aws-sdk/client-s3');
  const client = new S3Client({ ...place, forcePathStyle: true });
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    if (!(error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404)) throw error;
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await waitUntilBucketExists({ client, maxWaitTime: WAIT_SECONDS, minDelay: 1 }, { Bucket });
  }
  client.destroy();
}
