/** Lambda's event source for SQS on a laptop: long polls, batches, partial failures, one message group at a time. */
import { DeleteMessageBatchCommand, ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

export type BatchHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;

export type Poller = {
  /** Resolves when what was taken is finished; takes nothing more. */
  stop(): Promise<void>;
};

const WAIT_SECONDS = 10;

export type PollerOptions = {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly handler: BatchHandler;
  /** Messages of one invocation. */
  readonly batchSize: number;
  /** Invocations at once. */
  readonly concurrency: number;
};

export function pollerFor({ client, queueUrl, handler, batchSize, concurrency }: PollerOptions): Poller {
  const stopping = new AbortController();
  const loops = Array.from({ length: concurrency }, () => loop());

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      // A worker takes the next batch when it has finished this one.
      // oxlint-disable-next-line no-await-in-loop
      const messages = await received();
      // oxlint-disable-next-line no-await-in-loop
      if (messages.length > 0) await invoked(messages);
    }
  }

  async function received(): Promise<readonly Message[]> {
    try {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: batchSize,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
        }),
        { abortSignal: stopping.signal },
      );
      return Messages;
    } catch (error) {
      if (stopping.signal.aborted) return [];
      throw error;
    }
  }

  async function invoked(messages: readonly Message[]): Promise<void> {
    let failed: ReadonlySet<string>;
    try {
      const { batchItemFailures } = await handler({ Records: messages.map((message) => recordOf(message, queueUrl)) });
      failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    } catch (error) {
      // As Lambda does: a function that throws has finished nothing of its batch.
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return;
    }
    const finished = messages.filter(({ MessageId }) => MessageId === undefined || !failed.has(MessageId));
    if (finished.length === 0) return;
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: finished.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
  }

  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

function recordOf(message: Message, queueUrl: string): SQSRecord {
  const attributes = message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ...attributes,
      ApproximateReceiveCount: attributes['ApproximateReceiveCount'] ?? '1',
      SentTimestamp: attributes['SentTimestamp'] ?? '0',
      SenderId: attributes['SenderId'] ?? 'local',
      ApproximateFirstReceiveTimestamp: attributes['ApproximateFirstReceiveTimestamp'] ?? '0',
    },
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueUrl.slice(queueUrl.lastIndexOf('/') + 1)}`,
    awsRegion: 'us-east-1',
  };
}
