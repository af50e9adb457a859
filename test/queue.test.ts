import { createServer } from 'node:http';
import * as fc from 'fast-check';
import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_RECEIVES } from '../infra/limits.ts';
import { parseDelivery, type Delivery } from '../shared/delivery.ts';
import { Deadly, Retryable } from '../shared/errors.ts';
import {
  drain,
  fitId,
  MAX_POSTPONE_SECONDS,
  POISON_RECEIVES,
  messageOf,
  postpone,
  sendDelivery,
  type Message,
} from '../shared/queue.ts';
import { keptLog } from './support/log-lines.ts';

const logged = keptLog();

const QUEUE = 'deliveries.fifo';
const ada = { login: 'ada-example', id: '11', bot: false };

const delivery = (id: string, { number = 12, title = 'Change', lines = ['/lgtm'] } = {}): Delivery => ({
  version: 1,
  id,
  provider: 'github',
  installation: '77',
  repository: { id: '5', owner: 'acme', name: 'widgets' },
  event: 'comment-created',
  sender: ada,
  at: '2026-11-25T10:00:00Z',
  receivedAt: '2026-11-25T10:00:01Z',
  target: { kind: 'pull', number, author: ada, state: 'open', title, labels: [], locked: false },
  text: {
    kind: 'comment',
    id: '901',
    url: 'https://github.com/acme/widgets/pull/12#issuecomment-901',
    at: '2026-11-25T10:00:00Z',
    lines: lines.map((text, index) => ({ number: index + 1, text })),
    cut: false,
  },
});

const message = (messageId: string, group: string, body = ''): Message => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body,
  attributes: { MessageGroupId: group },
});

const received = (messageId: string, group: string, count: number): Message => ({
  ...message(messageId, group),
  attributes: { MessageGroupId: group, ApproximateReceiveCount: String(count) },
});

const idsOf = ({ batchItemFailures }: { batchItemFailures: readonly { itemIdentifier: string }[] }) =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

const failing = (retryAfter: number | undefined) => async (): Promise<void> => {
  throw new Retryable('the weather', { retryAfter });
};
const never = (): Promise<void> => Promise.reject(new Error('nothing asked for it'));

describe('against an emulator', () => {
  let fauxqs: FauxqsServer;
  let url: string;

  beforeAll(async () => {
    fauxqs = await startFauxqs({ port: 0, logger: false });
    fauxqs.createQueue(QUEUE, { attributes: { FifoQueue: 'true', VisibilityTimeout: '30' } });
    // The emulator's own queue URLs have a host that resolves nowhere.
    url = `http://127.0.0.1:${fauxqs.port}/000000000000/${QUEUE}`;
    process.env['AWS_REGION'] = 'us-east-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'local';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
    process.env['AWS_ENDPOINT_URL_SQS'] = `http://127.0.0.1:${fauxqs.port}`;
  });
  afterAll(() => fauxqs.stop());

  const ready = () => fauxqs.inspectQueue(QUEUE)?.messages.ready ?? [];

  test('a delivery arrives as it was, in the group of its pull request, once', async () => {
    await sendDelivery(url, delivery('a1'));
    await sendDelivery(url, delivery('a1'));
    await sendDelivery(url, delivery('a1'), ':12');
    const sent = ready();
    expect(sent.map(({ messageGroupId }) => messageGroupId)).toEqual([
      'github:acme/widgets#12',
      'github:acme/widgets#12',
    ]);
    expect(sent.map(({ messageDeduplicationId }) => messageDeduplicationId)).toEqual(['a1', 'a1:12']);
    expect(parseDelivery(sent[0]?.body ?? '')).toEqual(delivery('a1'));
  });

  test('characters that SQS refuses arrive all the same', async () => {
    const odd = '/label \uFFFE\uFFFF\u0000\uD800 \u007F\u{1F600}\u{1FFFF}';
    const given = delivery('odd', { number: 13, title: odd });
    await sendDelivery(url, given);
    const sent = ready().find(({ messageGroupId }) => messageGroupId === 'github:acme/widgets#13');
    expect(parseDelivery(sent?.body ?? '')).toEqual(given);
  });

  test('a message can be hidden for so long', async () => {
    const { SQSClient, ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
    const sqs = new SQSClient({});
    await sendDelivery(url, delivery('c1', { number: 14 }));
    // The groups before it are received as well: one message each.
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    const taken = Messages.find(({ Body }) => parseDelivery(Body ?? '').id === 'c1');
    const deadline = () =>
      fauxqs.inspectQueue(QUEUE)?.messages.inflight.find(({ message: { messageId } }) => messageId === taken?.MessageId)
        ?.visibilityDeadline ?? 0;
    await postpone(url, taken?.ReceiptHandle ?? '', 600);
    expect(Math.round((deadline() - Date.now()) / 60_000)).toBe(10);
    await postpone(url, taken?.ReceiptHandle ?? '', Number.MAX_SAFE_INTEGER);
    expect(Math.round((deadline() - Date.now()) / 60_000)).toBe(MAX_POSTPONE_SECONDS / 60);
    await postpone(url, taken?.ReceiptHandle ?? '', 0);
    expect(ready().map(({ messageGroupId }) => messageGroupId)).toContain('github:acme/widgets#14');
    sqs.destroy();
  });

  test('a queue that is not there is the weather', async () => {
    await expect(sendDelivery(url.replace(QUEUE, 'other.fifo'), delivery('d1'))).rejects.toThrow(Retryable);
  });

  test('a throttled sender is told how long to wait', async () => {
    const throttling = createServer((request, response) => {
      request.resume();
      response.writeHead(400, {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-errortype': 'ThrottlingException',
      });
      response.end('{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}');
    });
    await new Promise<void>((resolve) => {
      throttling.listen(0, '127.0.0.1', resolve);
    });
    const address = throttling.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      await expect(
        sendDelivery(`http://127.0.0.1:${port}/000000000000/${QUEUE}`, delivery('e1')),
      ).rejects.toMatchObject({
        name: 'Retryable',
        retryAfter: 5,
      });
    } finally {
      throttling.close();
    }
  });
});

describe('a message', () => {
  test('never exceeds what SQS takes, whatever the lines hold', () => {
    const lines = Array.from({ length: 100 }, () => '\u0000'.repeat(1_100));
    expect(Buffer.byteLength(messageOf(delivery('big', { lines })))).toBeLessThan(1_048_576);
  });

  test('that would be too large is not sent', async () => {
    const huge = delivery('huge', { title: 'x'.repeat(1_048_576) });
    await expect(sendDelivery('http://127.0.0.1:1/q.fifo', huge)).rejects.toThrow('larger than a message may be');
  });
});

describe('an id', () => {
  test.each<[what: string, id: string, fitting: RegExp]>([
    ['that fits stays', 'github:acme/widgets#12', /^github:acme\/widgets#12$/],
    ['of 128 characters stays', 'x'.repeat(128), /^x{128}$/],
    ['that is longer ends in its digest', 'x'.repeat(129), /^x{63}~[0-9a-f]{64}$/],
    [
      'with other letters ends in its digest',
      'github:acme/widgets@refs/heads/größe',
      /^github:acme\/widgets@refs\/heads\/gr__e~[0-9a-f]{64}$/,
    ],
  ])('%s', (_, id, fitting) => {
    expect(fitId(id)).toMatch(fitting);
  });

  test('always fits, and two ids never become one', () => {
    const ids = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
      fc.string({ minLength: 120, maxLength: 140 }),
    );
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        expect(fitId(one)).toMatch(/^[!-~]{1,128}$/);
        expect(fitId(one) === fitId(other)).toBe(one === other);
      }),
    );
  });
});

describe('a batch', () => {
  test('that goes well keeps nothing', async () => {
    const done: string[] = [];
    const response = await drain(
      [message('1', 'a'), message('2', 'b'), message('3', 'a')],
      async ({ messageId }) => void done.push(messageId),
      never,
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(done.toSorted()).toEqual(['1', '2', '3']);
  });

  test('keeps the rest of a failed group and finishes the others', async () => {
    const done: string[] = [];
    const response = await drain(
      [message('1', 'a'), message('2', 'a'), message('3', 'b'), message('4', 'a'), message('5', 'b')],
      async ({ messageId }) => {
        if (messageId === '2') throw new Error('ours');
        done.push(messageId);
      },
      never,
    );
    expect(idsOf(response)).toEqual(['2', '4']);
    expect(done.toSorted()).toEqual(['1', '3', '5']);
  });

  test.each<[what: string, body: string, error: Error, line: object]>([
    ['fails', messageOf(delivery('told')), new Error('ours'), { message: 'delivery failed', delivery: 'told' }],
    [
      'meets the weather',
      messageOf(delivery('told later')),
      new Retryable('the weather'),
      { message: 'delivery returned to the queue', delivery: 'told later' },
    ],
    ['is of another version', '{"version":2,"id":"new"}', new Error('ours'), { delivery: 'new' }],
  ])('names in the log the delivery that %s', async (what, body, error, line) => {
    await drain([message(what, 'a', body)], () => Promise.reject(error), never);
    const lines = logged().map((each): unknown => JSON.parse(each));
    expect(lines).toContainEqual(expect.objectContaining({ messageId: what, ...line }));
  });

  test.each<[what: string, body: string]>([
    ['no JSON', 'secret words {'],
    ['an endless id', JSON.stringify({ id: 'secret words'.repeat(100) })],
  ])('with %s is logged without its words', async (what, body) => {
    await drain([message(what, 'a', body)], () => Promise.reject(new Error('ours')), never);
    const [line = ''] = logged().filter((each) => each.includes(JSON.stringify(what)));
    expect(JSON.parse(line)).not.toHaveProperty('delivery');
    expect(line).not.toContain('secret');
  });

  test('without groups holds nothing back', async () => {
    const response = await drain(
      [
        { ...message('1', ''), attributes: {} },
        { ...message('2', ''), attributes: {} },
      ],
      async ({ messageId }) => {
        if (messageId === '1') throw new Error('ours');
      },
      never,
    );
    expect(idsOf(response)).toEqual(['1']);
  });

  test('works on groups at the same time', async () => {
    // Each waits for the other: one group after the other would never end.
    const other = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    const response = await drain(
      [message('1', 'a'), message('2', 'b')],
      async ({ messageId }) => {
        if (messageId === '1') {
          first.resolve();
          await other.promise;
        } else {
          await first.promise;
          other.resolve();
        }
      },
      never,
    );
    expect(idsOf(response)).toEqual([]);
  });

  test('waits as long as the forge asks, the whole rest of the group', async () => {
    const waits: [string, number][] = [];
    const response = await drain(
      [message('1', 'a'), message('2', 'a'), message('3', 'b')],
      async ({ messageId }) => {
        if (messageId === '1') throw new Retryable('the forge asks for patience', { retryAfter: 90 });
      },
      async ({ messageId }, seconds) => void waits.push([messageId, seconds]),
    );
    expect(idsOf(response)).toEqual(['1', '2']);
    expect(waits).toEqual([
      ['1', 90],
      ['2', 90],
    ]);
  });

  test('that fails for a mistake of ours is tried again soon', async () => {
    const waits: [string, number][] = [];
    await drain(
      [received('1', 'a', 1), received('2', 'a', 1), received('3', 'b', 3), received('4', 'c', 40)],
      never,
      async ({ messageId }, seconds) => void waits.push([messageId, seconds]),
    );
    expect(waits).toEqual([
      ['1', 2],
      ['2', 2],
      ['3', 8],
      ['4', 30],
    ]);
  });

  test('that is poison is soon taken out of the way of its group, and the weather is not taken for it', async () => {
    const waits: number[] = [];
    const buried: string[] = [];
    const later = async ({ messageId }: Message, seconds: number): Promise<void> => {
      if (messageId === 'poison') waits.push(seconds);
    };
    const outcome = async (count: number, error: Error): Promise<readonly string[]> => {
      const batch = [received('poison', 'a', count), received('next', 'a', 1)];
      const handle = async ({ messageId }: Message): Promise<void> => {
        if (messageId === 'poison') throw error;
      };
      return idsOf(await drain(batch, handle, later, async ({ messageId }) => void buried.push(messageId)));
    };
    for (let receive = 1; receive < POISON_RECEIVES; receive += 1) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await outcome(receive, new Error('ours'))).toEqual(['poison', 'next']);
    }
    expect(waits).toEqual([2, 4, 8]);
    expect(await outcome(MAX_RECEIVES - 1, new Retryable('the weather'))).toEqual(['poison', 'next']);
    expect(buried).toEqual([]);
    expect(await outcome(POISON_RECEIVES, new Error('ours'))).toEqual([]);
    expect(buried).toEqual(['poison']);
    // What ends whoever touches it is not tried again to see whether it does.
    expect(await outcome(2, new Deadly('its thread died'))).toEqual([]);
    expect(buried).toEqual(['poison', 'poison']);
  });

  test('that cannot be taken out of the way is tried again', async () => {
    const batch = [received('1', 'a', POISON_RECEIVES), received('2', 'a', 1)];
    const response = await drain(
      batch,
      never,
      async () => {},
      () => Promise.reject(new Error('no such queue')),
    );
    expect(idsOf(response)).toEqual(['1', '2']);
  });

  test('waits longer each time where the weather does not say for how long, over an hour in all', async () => {
    const waits: number[] = [];
    for (let receive = 1; receive < MAX_RECEIVES; receive += 1) {
      // One after the other, as the queue gives them out.
      // oxlint-disable-next-line no-await-in-loop
      await drain([received('1', 'a', receive)], failing(undefined), async (_, seconds) => void waits.push(seconds));
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, ...Array.from({ length: 13 }, () => 300)]);
    expect(waits.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(3_600);
  });

  test('leaves the wait to the queue where it cannot be set', async () => {
    expect(idsOf(await drain([message('1', 'a')], failing(9), never))).toEqual(['1']);
  });

  test('after a failure nothing later of that group is acknowledged, and nothing else is kept', async () => {
    const entries = fc.array(
      fc.record({
        group: fc.constantFrom('a', 'b', 'c'),
        ends: fc.constantFrom('well', 'well', 'error', 'retry', 'now'),
      }),
      { maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(entries, fc.scheduler(), async (batch, scheduler) => {
        const messages = batch.map(({ group }, index) => message(String(index), group));
        const handled: string[] = [];
        const draining = drain(
          messages,
          async ({ messageId }) => {
            handled.push(messageId);
            const ends = batch[Number(messageId)]?.ends;
            if (ends === 'now') throw 'not even an error';
            await scheduler.schedule(Promise.resolve());
            if (ends === 'error') throw new Error('ours');
            if (ends === 'retry') throw new Retryable('the weather', { retryAfter: 1 });
          },
          async () => {},
        );
        await scheduler.waitFor(draining);
        const kept = new Set(idsOf(await draining));

        const failedGroups = new Set<string>();
        for (const [index, { group, ends }] of batch.entries()) {
          const id = String(index);
          const heldBack = failedGroups.has(group);
          if (ends !== 'well') failedGroups.add(group);
          expect(kept.has(id)).toBe(failedGroups.has(group));
          expect(handled.includes(id)).toBe(!heldBack);
        }
        for (const group of ['a', 'b', 'c']) {
          const inOrder = handled.filter((id) => batch[Number(id)]?.group === group).map(Number);
          expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
        }
      }),
    );
  });
});
