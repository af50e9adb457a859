import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMPTY_CHAIN } from '../../shared/audit-record.ts';
import { anchorsIn } from '../../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../../shared/store/audit.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import { startEmulators, type Emulators } from '../../local/emulators.ts';
import { draft } from '../store/here.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const options = { environment: {}, maxReceives: 3, visibilitySeconds: 30 };

function trailAt({ dynamodbEndpoint, s3Endpoint, auditTable, anchorBucket, region }: Emulators): AuditTrail {
  return auditTrail({
    documents: connectDocuments({ endpoint: dynamodbEndpoint, region, credentials }),
    table: auditTable,
    anchors: anchorsIn(anchorBucket, { endpoint: s3Endpoint, region, credentials }),
  });
}

function sqsAt({ sqsEndpoint, region }: Emulators): SQSClient {
  return new SQSClient({ endpoint: sqsEndpoint, region, credentials });
}

test('everything is on loopback, with queue, dead-letter queue and tables', async () => {
  const emulators = await startEmulators(options);
  const { dynamodbEndpoint, sqsEndpoint, s3Endpoint, queueUrl, deadLetterQueueUrl, region } = emulators;
  for (const url of [dynamodbEndpoint, sqsEndpoint, s3Endpoint, queueUrl, deadLetterQueueUrl]) {
    expect(new URL(url).hostname).toBe('127.0.0.1');
  }
  const { TableNames } = await connectDocuments({ endpoint: dynamodbEndpoint, region, credentials }).send(
    new ListTablesCommand(),
  );
  expect(TableNames).toEqual(['bowsprit-audit', 'bowsprit-cache']);
  const { Attributes } = await sqsAt(emulators).send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({ FifoQueue: 'true', VisibilityTimeout: '30' });
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toMatchObject({
    deadLetterTargetArn: expect.stringMatching(/bowsprit-dead-letters\.fifo$/),
    maxReceiveCount: expect.toSatisfy((count: unknown) => Number(count) === 3),
  });
  await emulators.close();
});

test('with a folder, records, anchors and messages survive a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bowsprit-data-'));
  const first = await startEmulators({ ...options, dataDir });
  const { record } = await trailAt(first).append(draft(), EMPTY_CHAIN);
  const message = { MessageBody: 'hello', MessageGroupId: 'group', MessageDeduplicationId: '1' };
  await sqsAt(first).send(new SendMessageCommand({ QueueUrl: first.queueUrl, ...message }));
  await expect(startEmulators({ ...options, dataDir })).rejects.toThrow(/is in use by process \d+/);
  await first.close();

  const second = await startEmulators({ ...options, dataDir, maxReceives: 5 });
  expect(await trailAt(second).after(record.pull, 0)).toEqual([record]);
  expect(await trailAt(second).verify(record.pull)).toMatchObject({ sound: true, anchored: 1 });
  const { Messages } = await sqsAt(second).send(new ReceiveMessageCommand({ QueueUrl: second.queueUrl }));
  expect(Messages).toMatchObject([{ Body: 'hello' }]);
  await second.close();
  rmSync(dataDir, { recursive: true });
});

test('an endpoint of the environment is used, and furnished', async () => {
  const given = await startEmulators(options);
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_SQS } = given.variables;
  const environment = { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_SQS };
  const emulators = await startEmulators({ ...options, environment });
  expect(emulators.dynamodbEndpoint).toBe(given.dynamodbEndpoint);
  expect(emulators.queueUrl).toBe(given.queueUrl);
  expect(emulators.s3Endpoint).not.toBe(given.s3Endpoint);
  await emulators.close();
  // What was given is not ours to end.
  expect(await trailAt(given).after('github:acme/widgets#1', 0)).toEqual([]);
  await given.close();
});

test.each<[what: string, environment: Record<string, string>, message: RegExp]>([
  [
    'unreachable',
    { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' },
    /^AWS_ENDPOINT_URL_SQS: .* at http:\/\/127\.0\.0\.1:9/,
  ],
  [
    'no URL',
    { AWS_ENDPOINT_URL_DYNAMODB: 'localhost' },
    /: AWS_ENDPOINT_URL_DYNAMODB is not an http or https address\.$/,
  ],
])('an endpoint that is %s is named', async (_, environment, message) => {
  await expect(startEmulators({ ...options, environment })).rejects.toThrow(message);
});
