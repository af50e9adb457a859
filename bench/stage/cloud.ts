/** Queue, tables and bucket in a process of their own, behind bad weather, by the clock of the run. */
import { diceFrom } from '../../local/dice.ts';
import { dynamodbOn, startEmulators } from '../../local/emulators.ts';
import { stormBefore, weatherBefore, type Gust, type Treatment } from '../../local/weather.ts';
import { setTheProcessBy } from './clock.ts';
import { cloudOptions } from './protocol.ts';

const { clock, seed, maxReceives, visibilitySeconds, tables, queue } = cloudOptions.parse(
  JSON.parse(process.argv[2] ?? ''),
);
setTheProcessBy(clock);
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
  visibilitySeconds,
});
begun = true;

let struck = 0;
let asked = 0;
const sqs = await weatherBefore(emulators.sqsEndpoint, ({ operation }): Treatment => {
  if (operation !== 'SendMessage') return { is: 'passed' };
  asked += 1;
  const number = dice();
  if (number < queue.throttled) {
    struck += 1;
    const name = 'com.amazonaws.sqs#RequestThrottled';
    return { is: 'answered', status: 400, type: 'application/x-amz-json-1.0', body: JSON.stringify({ __type: name }) };
  }
  if (number >= queue.throttled + queue.cutAfter) return { is: 'passed' };
  struck += 1;
  return { is: 'cut after' };
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
