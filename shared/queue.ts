/**
 * SQS FIFO: send a delivery, drain a batch. In order inside a message group, groups in parallel; after a failure
 * nothing later of that group is acknowledged. The SDK is loaded when the first request is made, not before.
 */
import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { messageGroup, type Delivery } from './delivery.ts';
import { Deadly, NotYet, reasonOf, Retryable } from './errors.ts';
import { log } from './log.ts';
import type { Connect } from './store/documents.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const MAX_ID_CHARS = 128;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_MESSAGE_BYTES = 1_048_576;
/**
 * The 12 hours count from the receipt (API_ChangeMessageVisibility), and a Lambda may have had the message for
 * 15 minutes of them.
 */
export const MAX_POSTPONE_SECONDS = 12 * 3_600 - 15 * 60;
const MAX_SOON_SECONDS = 30;
/** What fails so often for a mistake of ours goes on failing: 14 seconds of waiting in all. */
export const POISON_RECEIVES = 4;
/** Doubled from one receive to the next, up to here, so that the last of 20 comes more than an hour after the first. */
const WEATHER_SECONDS = 5;
const MAX_WEATHER_SECONDS = 300;
/** Three attempts of two seconds end before the ten seconds after which GitHub gives a delivery up. */
const ATTEMPTS = 3;
const CONNECT_MS = 1_000;
const REQUEST_MS = 2_000;
/** What a sender refused for its pace is told to wait. */
const THROTTLED_SECONDS = 5;

let client: Promise<SQSClient> | undefined;

async function connect({ endpoint, region, credentials }: Connect = {}): Promise<SQSClient> {
  const { SQSClient: Client } = await import('./clients/sqs.ts');
  const requestHandler = { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true };
  return new Client({
    maxAttempts: ATTEMPTS,
    requestHandler,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

/**
 * Ids of SQS are up to 128 ASCII letters, digits and punctuation marks; a longer or another one ends in its digest.
 */
export function fitId(id: string): string {
  if (id.length <= MAX_ID_CHARS && /^[!-~]+$/.test(id)) return id;
  const digest = createHash('sha256').update(id).digest('hex');
  return `${id.replaceAll(/[^!-~]/g, '_').slice(0, MAX_ID_CHARS - 1 - digest.length)}~${digest}`;
}

/**
 * SQS takes no U+FFFE and U+FFFF, which JSON leaves as they are; the halves of what lies beyond U+FFFF are written out
 * as well, since not everything that speaks SQS takes them.
 */
export function messageOf(delivery: Delivery): string {
  return JSON.stringify(delivery).replaceAll(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (half) => `\\u${half.charCodeAt(0).toString(16)}`,
  );
}

/**
 * Returns once the queue holds the delivery. `suffix` tells deliveries of our own making from the one they come from,
 * whose id they bear.
 * @throws Retryable when the queue did not take it; with `retryAfter` when it was for our pace.
 */
export async function sendDelivery(url: string, delivery: Delivery, suffix = ''): Promise<void> {
  await sendThrough(() => (client ??= connect()), url, delivery, suffix);
}

export type Sender = { send(delivery: Delivery): Promise<void>; close(): void };

/** For programs that talk to a queue other than their environment's. */
export function senderTo(url: string, options: Connect): Sender {
  let own: Promise<SQSClient> | undefined;
  return {
    send: (delivery) => sendThrough(() => (own ??= connect(options)), url, delivery, ''),
    close: () => void own?.then((sqs) => sqs.destroy()),
  };
}

async function sendThrough(
  connected: () => Promise<SQSClient>,
  url: string,
  delivery: Delivery,
  suffix: string,
): Promise<void> {
  const body = messageOf(delivery);
  if (Buffer.byteLength(body) > MAX_MESSAGE_BYTES) throw new Error('the delivery is larger than a message may be');
  const { SendMessageCommand } = await import('./clients/sqs.ts');
  const sqs = await connected();
  const message = new SendMessageCommand({
    QueueUrl: url,
    MessageBody: body,
    MessageGroupId: fitId(messageGroup(delivery)),
    MessageDeduplicationId: fitId(`${delivery.id}${suffix}`),
  });
  try {
    await sqs.send(message);
  } catch (cause) {
    throw new Retryable('the queue did not take the delivery', {
      cause,
      ...(isThrottling(cause) ? { retryAfter: THROTTLED_SECONDS } : {}),
    });
  }
}

/** Hides a received message for so long, whatever the queue's own visibility timeout. */
export async function postpone(url: string, receiptHandle: string, seconds: number): Promise<void> {
  const { ChangeMessageVisibilityCommand } = await import('./clients/sqs.ts');
  client ??= connect();
  const sqs = await client;
  const VisibilityTimeout = Math.min(Math.max(Math.ceil(seconds), 0), MAX_POSTPONE_SECONDS);
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: receiptHandle, VisibilityTimeout }),
  );
}

/**
 * Meanwhile the message is hidden for so long only: should the process die of it, the queue's own time, which is meant for
 * functions that are not let run, would keep its group waiting for minutes.
 */
export async function returning(
  url: string,
  receiptHandle: string,
  seconds: number,
  act: () => Promise<void>,
): Promise<void> {
  const hidden = postpone(url, receiptHandle, seconds).catch((cause: unknown) => {
    log.warn('message hidden for longer than needed', { reason: reasonOf(cause) });
  });
  try {
    await act();
  } finally {
    // Or it would undo what is said of the message next.
    await hidden;
  }
}

/** `RequestThrottled`, `ThrottlingException`, `KmsThrottled`: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
function isThrottling(error: unknown): boolean {
  return error instanceof Error && /Throttl/.test(error.name);
}

/** What a batch must say of each message. */
export type Message = Pick<SQSRecord, 'messageId' | 'receiptHandle' | 'body'> & {
  readonly attributes: {
    readonly MessageGroupId?: string | undefined;
    readonly ApproximateReceiveCount?: string | undefined;
  };
};

/** Sends a message on as it is, in its group: the dead-letter queue takes it in the same order. */
export async function sendOn(url: string, { messageId, attributes, body }: Message): Promise<void> {
  const { SendMessageCommand } = await import('./clients/sqs.ts');
  client ??= connect();
  const sqs = await client;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: body,
      MessageGroupId: attributes.MessageGroupId ?? messageId,
      MessageDeduplicationId: fitId(messageId),
    }),
  );
}

type Handle<M> = (message: M) => Promise<void>;
type Later<M> = (message: M, seconds: number) => Promise<void>;

/**
 * Names the messages to keep: each that failed, and whatever follows it in its group. `later` sets when a group is tried
 * again: all of its messages return at the same time, or SQS would keep the group locked until the last has. `bury` takes
 * what is poison out of the way of its group, long before the receives that the weather is given are used up.
 */
export async function drain<M extends Message>(
  messages: readonly M[],
  handle: Handle<M>,
  later: Later<M>,
  bury?: Handle<M>,
): Promise<SQSBatchResponse> {
  const groups = Map.groupBy(messages, ({ attributes, messageId }) => attributes.MessageGroupId ?? messageId);
  const kept = await Promise.all([...groups.values()].map((group) => drainGroup(group, handle, later, bury)));
  return { batchItemFailures: kept.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function drainGroup<M extends Message>(
  group: readonly M[],
  handle: Handle<M>,
  later: Later<M>,
  bury: Handle<M> | undefined,
): Promise<readonly M[]> {
  for (const [index, message] of group.entries()) {
    try {
      // One after the other is what a group promises.
      // oxlint-disable-next-line no-await-in-loop
      await handle(message);
    } catch (error) {
      const kept = group.slice(index);
      report(message, kept.length - 1, error);
      // oxlint-disable-next-line no-await-in-loop
      if (isPoison(message, error) && (await buried(message, bury))) continue;
      const seconds = error instanceof Retryable ? (error.retryAfter ?? patience(message)) : soon(message);
      // oxlint-disable-next-line no-await-in-loop
      await postponeAll(kept, seconds, later);
      return kept;
    }
  }
  return [];
}

function isPoison({ attributes }: Message, error: unknown): boolean {
  if (error instanceof Deadly) return true;
  return !(error instanceof Retryable) && Number(attributes.ApproximateReceiveCount ?? 1) >= POISON_RECEIVES;
}

/** Where it cannot be buried now, it is tried again like anything else. */
async function buried<M extends Message>(message: M, bury: Handle<M> | undefined): Promise<boolean> {
  if (bury === undefined) return false;
  const { messageId } = message;
  try {
    await bury(message);
    return true;
  } catch (cause) {
    log.warn('poison not taken out of the way', { messageId, reason: reasonOf(cause) });
    return false;
  }
}

/** What fails for a mistake of ours fails again: its few attempts follow quickly, so that its group is soon free. */
function soon({ attributes }: Message): number {
  return Math.min(2 ** Number(attributes.ApproximateReceiveCount ?? 1), MAX_SOON_SECONDS);
}

/** What the weather struck waits for it to pass: an outage may last. */
function patience({ attributes }: Message): number {
  return Math.min(WEATHER_SECONDS * 2 ** (Number(attributes.ApproximateReceiveCount ?? 1) - 1), MAX_WEATHER_SECONDS);
}

/** A message that cannot be postponed returns after the queue's own visibility timeout: later than asked, not lost. */
async function postponeAll<M extends Message>(kept: readonly M[], seconds: number, later: Later<M>): Promise<void> {
  const results = await Promise.allSettled(kept.map((message) => later(message, seconds)));
  for (const result of results) {
    if (result.status === 'rejected') log.warn('message not postponed', { reason: reasonOf(result.reason) });
  }
}

const named = z.object({ id: z.string().check(z.maxLength(MAX_ID_CHARS)) });

/** Also where the message is no delivery of a version we know; undefined where it names none. */
function deliveryIdIn(body: string): string | undefined {
  try {
    return named.parse(JSON.parse(body)).id;
  } catch {
    return undefined;
  }
}

function report({ messageId, attributes, body }: Message, held: number, error: unknown): void {
  const about = { delivery: deliveryIdIn(body), messageId, group: attributes.MessageGroupId };
  const fields = { ...about, held, reason: reasonOf(error) };
  if (error instanceof NotYet) {
    log.info('delivery kept for later', { ...fields, retryAfter: error.retryAfter });
  } else if (error instanceof Retryable) {
    log.warn('delivery returned to the queue', { ...fields, retryAfter: error.retryAfter }, { Returned: 1 });
  } else {
    const kind = error instanceof Error ? error.name : typeof error;
    log.error('delivery failed', { ...fields, kind }, { FailedAttempts: 1 });
  }
}
