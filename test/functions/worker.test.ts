import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { keyOf } from '../../shared/carry-out.ts';
import { messageOf } from '../../shared/queue.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import { seenIn } from '../../shared/store/seen.ts';
import { REVIEWER } from '../support/acting.ts';
import { givenEngine, LEASE_SECONDS } from '../support/by-hand.ts';

const engine = givenEngine();
/** So long ago that the lease is over. */
const past = (): Date => new Date(Date.now() - (LEASE_SECONDS + 1) * 1_000);

function eventOf(body: string, receives: number): SQSEvent {
  const attributes = {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
    MessageGroupId: 'a',
  };
  const about = { messageAttributes: {}, md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: '', awsRegion: '' };
  return { Records: [{ messageId: 'it', receiptHandle: 'it', body, attributes, ...about }] };
}

test.each<[what: string, taken: 'never' | 'given back' | 'kept', apart: boolean]>([
  ['nobody had before is carried out here', 'never', false],
  ['somebody gave back is carried out here', 'given back', false],
  ['somebody died with is carried out apart', 'kept', true],
])('a message that %s, and once', async (_, taken, apart) => {
  const { workplace, arrived, records, emulators, log } = engine();
  const place = await workplace();
  const pull = await place.open();
  await arrived();
  await pull.comment(REVIEWER, '/hold');
  const [delivery] = await arrived();
  if (delivery === undefined) throw new Error('nothing arrived');
  const documents = connectDocuments({ endpoint: emulators.dynamodbEndpoint });
  const seen = seenIn({ documents, table: emulators.cacheTable, leaseSeconds: LEASE_SECONDS, now: past });
  if (taken !== 'never') await seen.claim(keyOf(delivery), 'somebody');
  if (taken === 'given back') await seen.release(keyOf(delivery), 'somebody');
  const before = log().length;
  const { handler } = await import('../../functions/worker.ts');
  const answer: SQSBatchResponse = await handler(eventOf(messageOf(delivery), taken === 'never' ? 1 : 2));
  expect(answer).toEqual({ batchItemFailures: [] });
  const lines = log().slice(before);
  expect(lines.some((line) => line.includes('"message carried out apart"'))).toBe(apart);
  expect((await records(pull)).filter(({ command }) => command === 'hold')).toMatchObject([{ outcome: 'done' }]);
  expect(await seen.abandoned(keyOf(delivery))).toBe(false);
});
