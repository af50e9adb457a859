/** What the doctor asks of AWS, or of what stands for it: the door and its secret, the queue, the tables. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { VERSION } from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import { AUDIT_TABLE, CACHE_TABLE, type TableDefinition } from '../shared/store/tables.ts';
import { ok, unsure, wrong, type Finding } from './doctor-finding.ts';
import type { Place } from './doctor-place.ts';

const ANSWER_MS = 10_000;
const redrive = z.object({ deadLetterTargetArn: z.string() });

export async function doorFindings(place: Place): Promise<readonly Finding[]> {
  const { webhookUrl } = place;
  if (webhookUrl === undefined) {
    return [
      unsure(
        'door',
        'not looked at',
        'Name its address with --url or WEBHOOK_URL: the output WebhookUrl of the stack.',
      ),
    ];
  }
  try {
    const health = await fetch(new URL('/health', webhookUrl), { signal: AbortSignal.timeout(ANSWER_MS) });
    const { version } = z.object({ version: z.string() }).parse(await health.json());
    const door =
      version === VERSION
        ? ok('door', `answers, version ${version}`)
        : unsure('door', `is version ${version}, this is ${VERSION}`, 'Deploy again: npx cdk deploy');
    return [door, await secretFinding(place, webhookUrl)];
  } catch (error) {
    const fix = place.local
      ? 'Start it: npm start'
      : 'See whether that is the output WebhookUrl of the stack, then docs/runbook.md#server-errors.';
    return [wrong('door', `no answer from ${webhookUrl}: ${reasonOf(error)}`, fix)];
  }
}

/** A ping that is signed by each secret in turn, as the forge would: whether the door has the same. */
async function secretFinding({ secrets }: Place, webhookUrl: string): Promise<Finding> {
  const body = JSON.stringify({ zen: 'bowsprit doctor' });
  let all: readonly string[];
  try {
    all = await secrets();
  } catch (error) {
    return wrong(
      'secret',
      `cannot be read: ${reasonOf(error)}`,
      'Allow secretsmanager:GetSecretValue on <WebhookSecretName>, or see whether it is there.',
    );
  }
  const statuses = await Promise.all(
    all.map(async (secret) => {
      const headers = {
        'content-type': 'application/json',
        'x-github-event': 'ping',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      };
      const response = await fetch(webhookUrl, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return response.status;
    }),
  );
  const refused = statuses.filter((status) => status !== 202);
  if (refused.length > 0) {
    return wrong(
      'secret',
      `the door answers ${refused.join(', ')} to a ping signed with it`,
      'The door notices a new secret within a minute; if it still refuses: npx cdk deploy',
    );
  }
  if (all.length > 1) {
    return unsure(
      'secret',
      'two are valid: it is being rotated',
      'Once the App has the new one: put it alone (docs/deploy.md#rotating-the-webhook-secret).',
    );
  }
  return ok('secret', 'the door takes what is signed with it');
}

export async function queueFindings({ queueUrl, sqs, local }: Place): Promise<readonly Finding[]> {
  const client = new SQSClient(sqs);
  const attributesOf = async (url: string): Promise<Readonly<Record<string, string>>> =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))).Attributes ?? {};
  try {
    const attributes = await attributesOf(queueUrl);
    const waiting = Number(attributes['ApproximateNumberOfMessages'] ?? 0);
    const policy = redrive.safeParse(JSON.parse(attributes['RedrivePolicy'] ?? 'null'));
    if (attributes['FifoQueue'] !== 'true') return [wrong('queue', `${queueUrl} is no FIFO queue`, deployAgain(local))];
    if (!policy.success) return [wrong('queue', 'has no dead-letter queue', deployAgain(local))];
    const findings = [ok('queue', `${waiting} waiting`)];
    const name = policy.data.deadLetterTargetArn.replace(/^.*:/, '');
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    // An emulator names itself by a host that is not there.
    const url = local ? queueUrl.replace(/[^/]+$/, name) : QueueUrl;
    const dead = Number((await attributesOf(url))['ApproximateNumberOfMessages'] ?? 0);
    findings.push(
      dead === 0
        ? ok('dead letters', 'none')
        : wrong(
            'dead letters',
            `${dead} rest there`,
            'docs/runbook.md#dead-letters says how to look at them and send them round again.',
          ),
    );
    return findings;
  } catch (error) {
    return [wrong('queue', `${queueUrl}: ${reasonOf(error)}`, awsFix('QUEUE_URL', local))];
  } finally {
    client.destroy();
  }
}

export async function tableFindings({ auditTable, cacheTable, dynamodb, local }: Place): Promise<readonly Finding[]> {
  const client = new DynamoDBClient(dynamodb);
  const look = async (check: string, name: string, variable: string, defined: TableDefinition): Promise<Finding> => {
    try {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
      const keys = (Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName);
      const wanted = [defined.partition.name, ...(defined.sort === undefined ? [] : [defined.sort.name])];
      const indexes = new Set((Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName));
      const missing = defined.indexes.filter((index) => !indexes.has(index.name)).map((index) => index.name);
      if (keys.join() !== wanted.join())
        return wrong(check, `${name} has other keys: ${keys.join(', ')}`, awsFix(variable, local));
      if (missing.length > 0) return wrong(check, `${name} lacks ${missing.join(', ')}`, deployAgain(local));
      if (Table?.TableStatus !== 'ACTIVE')
        return unsure(check, `${name} is ${Table?.TableStatus ?? 'unknown'}`, 'Wait until it is ACTIVE.');
      return ok(check, name);
    } catch (error) {
      return wrong(check, `${name}: ${reasonOf(error)}`, awsFix(variable, local));
    }
  };
  try {
    return await Promise.all([
      look('audit table', auditTable, 'AUDIT_TABLE', AUDIT_TABLE),
      look('cache table', cacheTable, 'CACHE_TABLE', CACHE_TABLE),
    ]);
  } finally {
    client.destroy();
  }
}

const deployAgain = (local: boolean): string =>
  local ? 'Stop npm start and start it again.' : 'Deploy again: npx cdk deploy';
const awsFix = (variable: string, local: boolean): string =>
  local
    ? 'Does npm start still run? Start it again.'
    : `See whether ${variable} and AWS_REGION are those of the stack (npx cdk deploy prints them) and whether you are signed in: aws sts get-caller-identity`;
