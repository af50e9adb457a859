import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { secretAges } from '../../cli/doctor-secrets.ts';
import type { AppKey, Kept } from '../../shared/config.ts';
import { startKms, type Kms } from '../support/kms.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const secondsAgo = (days: number): number => NOW.getTime() / 1_000 - days * 24 * 3_600;
const question = z.object({ SecretId: z.string() });

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

/** Secrets Manager's DescribeSecret, for whoever may ask. */
const server = createServer((request, response) => {
  void (async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { SecretId } = question.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (request.headers['x-amz-target'] !== 'secretsmanager.DescribeSecret') {
      return answer(response, 400, { __type: 'UnknownOperationException' });
    }
    if (SecretId === 'forbidden') {
      return answer(response, 400, {
        __type: 'AccessDeniedException',
        Message: 'not authorized: secretsmanager:DescribeSecret',
      });
    }
    const [, days = '0'] = /^(?:\w+-)?(\d+)$/.exec(SecretId) ?? [];
    const dates = { CreatedDate: secondsAgo(3_000), LastChangedDate: secondsAgo(Number(days)) };
    const read = SecretId.startsWith('unread') ? {} : { LastAccessedDate: secondsAgo(1) };
    answer(response, 200, { Name: SecretId, ...dates, ...read });
  })();
});
let kms: Kms;
let endpoint: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  endpoint = `http://127.0.0.1:${address.port}`;
  kms = await startKms();
});
afterAll(() => {
  server.close();
  kms.close();
});

const GIVEN: Kept = { is: 'value', value: 'a-secret' };
const stored = (id: string): Kept => ({ is: 'stored', id });

async function told(webhookSecret: Kept, appKey: AppKey, maxDays = 365): Promise<readonly string[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const secretsManager = { endpoint, region: 'us-east-1', credentials };
  const findings = await secretAges({ webhookSecret, appKey, secretsManager }, NOW, maxDays);
  return findings.map(({ check, state, found, fix }) => `${state} ${check}: ${found} -> ${fix ?? ''}`);
}

describe('the age of what is kept in Secrets Manager', () => {
  test.each<[id: string, maxDays: number, says: string]>([
    ['webhook-0', 365, 'ok secret age: 0 days old, last read on 2025-12-31 -> '],
    ['webhook-1', 365, 'ok secret age: 1 day old, last read on 2025-12-31 -> '],
    ['unread-365', 365, 'ok secret age: 365 days old -> '],
    [
      'webhook-366',
      365,
      'unsure secret age: 366 days old, last read on 2025-12-31: over 365 -> Rotate it: docs/deploy.md#rotating-the-webhook-secret.',
    ],
    [
      'unread-31',
      30,
      'unsure secret age: 31 days old: over 30 -> Rotate it: docs/deploy.md#rotating-the-webhook-secret.',
    ],
  ])('%s, of at most %i days', async (id, maxDays, says) => {
    expect(await told(stored(id), GIVEN, maxDays)).toEqual([says]);
  });

  test('the key of the App has rules of its own', async () => {
    expect(await told(GIVEN, stored('unread-400'))).toEqual([
      'unsure key age: 400 days old: over 365 -> Rotate it: docs/deploy.md#rotating-the-apps-key.',
    ]);
  });

  test('who may not ask is told what is missing, and nothing is wrong', async () => {
    const [finding = ''] = await told(stored('forbidden'), GIVEN);
    expect(finding).toMatch(
      /^unsure secret age: cannot be told: .*not authorized.* -> Allow secretsmanager:DescribeSecret on forbidden to whoever runs this\.$/,
    );
  });
});

const inKms = (given: { readonly secretAccessKey?: string } = {}): AppKey => ({
  is: 'kms',
  keyId: kms.keyId,
  region: 'us-east-1',
  endpoint: kms.endpoint,
  ...kms.credentials,
  ...given,
});

describe('the age of a key in KMS', () => {
  test('is that of the key', async () => {
    expect(await told(GIVEN, inKms())).toEqual(['ok key age: 365 days old -> ']);
    expect(await told(GIVEN, inKms(), 100)).toEqual([
      'unsure key age: 365 days old: over 100 -> Rotate it: docs/deploy.md#rotating-the-apps-key.',
    ]);
  });

  test('who may not ask is told what is missing', async () => {
    expect(await told(GIVEN, inKms({ secretAccessKey: 'another' }))).toEqual([
      `unsure key age: cannot be told: InvalidSignatureException -> Allow kms:DescribeKey on ${kms.keyId} to whoever runs this.`,
    ]);
  });
});

test('of what stands in the environment nobody knows the age', async () => {
  expect(await told(GIVEN, GIVEN)).toEqual([]);
});
