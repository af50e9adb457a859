import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { Delivery } from '../../shared/delivery.ts';
import { messageOf } from '../../shared/queue.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

function recordOf(messageId: string, group: string, body: string): SQSRecord {
  return {
    messageId,
    receiptHandle: messageId,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: '',
  };
}

/** Made up: about no pull request, so there is nothing to record. */
const nothing: Delivery = {
  version: 1,
  id: 'of-a-branch',
  provider: 'github',
  installation: '1',
  repository: { id: '1', owner: 'acme', name: 'widgets' },
  event: 'pushed',
  sender: { login: 'ada', id: '1', bot: false },
  at: '2026-11-25T10:00:00Z',
  receivedAt: '2026-11-25T10:00:00Z',
};

test.each<[what: string, body: string, delivery: string | undefined]>([
  ['no JSON', 'secret words {', undefined],
  ['JSON of somebody else', '["secret words"]', undefined],
  ['a delivery of another version', messageOf(nothing).replace('"version":1', '"version":2'), 'of-a-branch'],
  ['one with an endless id', JSON.stringify({ id: 'secret words'.repeat(100) }), undefined],
])('%s is logged without its words, and holds nobody up', async (what, body, delivery) => {
  const { handler } = await import('../../functions/dead-letter.ts');
  const event: SQSEvent = {
    Records: [recordOf(what, what, body), recordOf(`${what}, the next`, what, messageOf(nothing))],
  };
  expect(await handler(event)).toEqual({ batchItemFailures: [] });
  const lines = engine()
    .log()
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual({
    level: 'error',
    message: 'dead letter not understood',
    messageId: what,
    group: what,
    ...(delivery === undefined ? {} : { delivery }),
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    kind: expect.any(String),
  });
  expect(JSON.stringify(lines)).not.toContain('secret words');
});
