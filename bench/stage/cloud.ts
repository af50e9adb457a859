/** Queue, tables and bucket in a process of their own, behind bad weather; the queue's clock is the fast one. */
import * as z from 'zod/mini';
import { diceFrom } from '../../local/dice.ts';
import { dynamodbOn, startEmulators } from '../../local/emulators.ts';
import { stormBefore, weatherBefore, type Gust, type Treatment } from '../../local/weather.ts';
import { shownBy } from './clock.ts';
import { cloudOptions } from './protocol.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUPLICATION_MS = 5 * 60_000;

const hidden = z.looseObject({ VisibilityTimeout: z.number() });
const sent = z.looseObject({ MessageDeduplicationId: z.string() });

const { clock, seed, maxReceives, visibilitySeconds, tables, queue } = cloudOptions.parse(
  JSON.parse(process.argv[2] ?? ''),
);
const dice = diceFrom(seed);
let requests = 0;
let broken = 0;
let begun = false;
const dynamodb = await dynamodbOn(
  undefined,
  stormBefore((): Gust => {
    if (!begun) return undefined;
    requests += 1;
    const number = dice();
    if (number >= tables.throttled + tables.cutAfter) return undefined;
    broken += 1;
    return number < tables.throttled ? 'throttled' : 'cut after';
  }),
);
const emulators = await startEmulators({
  environment: { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint },
  maxReceives,
  visibilitySeconds: Math.ceil(visibilitySeconds / clock.factor),
});
begun = true;

let struck = 0;
let asked = 0;
const firstSent = new Map<string, number>();
const sqs = await weatherBefore(emulators.sqsEndpoint, ({ operation, body }): Treatment => {
  if (operation === 'ChangeMessageVisibility') {
    const request = hidden.parse(JSON.parse(body.toString('utf8')));
    const VisibilityTimeout = request.VisibilityTimeout / clock.factor;
    return { is: 'changed', body: JSON.stringify({ ...request, VisibilityTimeout }) };
  }
  if (operation !== 'SendMessage') return { is: 'passed' };
  asked += 1;
  const number = dice();
  if (number < queue.throttled) {
    struck += 1;
    const name = 'com.amazonaws.sqs#RequestThrottled';
    return { is: 'answered', status: 400, type: 'application/x-amz-json-1.0', body: JSON.stringify({ __type: name }) };
  }
  if (number < queue.throttled + queue.cutAfter) {
    struck += 1;
    return { is: 'cut after' };
  }
  // What the queue forgets after five minutes it must forget by the fast clock.
  const request = sent.parse(JSON.parse(body.toString('utf8')));
  const at = shownBy(clock, Date.now());
  const first = firstSent.get(request.MessageDeduplicationId);
  if (first === undefined || at - first < DEDUPLICATION_MS) {
    firstSent.set(request.MessageDeduplicationId, first ?? at);
    return { is: 'passed' };
  }
  const MessageDeduplicationId = `${request.MessageDeduplicationId}~${Math.floor((at - first) / DEDUPLICATION_MS)}`;
  return { is: 'changed', body: JSON.stringify({ ...request, MessageDeduplicationId }) };
});

const behind = (url: string): string => url.replace(emulators.sqsEndpoint, sqs.endpoint);
process.on('message', (message) => {
  // The storm is over: what follows looks at what it left.
  if (message === 'calm') begun = false;
  const { user, system } = process.cpuUsage();
  process.send?.({
    tables: { requests, struck: broken },
    queue: { struck, sent: asked },
    cpuSeconds: (user + system) / 1e6,
  });
});
process.on('disconnect', () => process.exit());
process.send?.({
  ...emulators,
  variables: {
    ...emulators.variables,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    QUEUE_URL: behind(emulators.queueUrl),
    DEAD_LETTER_QUEUE_URL: behind(emulators.deadLetterQueueUrl),
  },
});
