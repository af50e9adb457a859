/**
 * The real functions on a stage: each in processes of its own as in Lambda, between a door, a queue that is polled, tables,
 * and a forge, with as much bad weather as is asked for.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod/mini';
import { buildFunctions } from '../../infra/build.ts';
import { BATCH_SIZE, LEASE_SECONDS, MAX_RECEIVES, VISIBILITY_SECONDS, WORKER_SECONDS } from '../../infra/limits.ts';
import { doorOn } from '../../local/door.ts';
import type { GitHubInABox } from '../../local/github/index.ts';
import { pollerFor } from '../../local/poller.ts';
import { anchorsIn } from '../../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../../shared/store/audit.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import { builtProgram } from './built.ts';
import type { RunClock } from './clock.ts';
import { opened, SANDBOX, tallied, type CloudOptions, type CloudTally } from './protocol.ts';
import { sandboxesOf, type Sandboxes } from './sandboxes.ts';

export type StageOptions = {
  readonly github: GitHubInABox;
  /** Undefined for the machine's own. */
  readonly clock: RunClock | undefined;
  readonly seed: number;
  /** Workers at once. */
  readonly workers: number;
  readonly doors: number;
  readonly weather: Weather;
  /** File that takes what the functions log. */
  readonly log?: string | undefined;
};

export type Weather = Pick<CloudOptions, 'tables' | 'queue'> & {
  /** Share of the requests that never reach the door. */
  readonly doorFails: number;
  /** At each step of a function. */
  readonly kill: number;
  readonly sleep: number;
  /** How far the clock of the n-th sandbox is ahead. */
  readonly skewMs: (index: number) => number;
  readonly dice: () => number;
};

export const FAIR: Weather = {
  tables: { throttled: 0, cutAfter: 0 },
  queue: { throttled: 0, cutAfter: 0 },
  doorFails: 0,
  kill: 0,
  sleep: 0,
  skewMs: () => 0,
  dice: () => 1,
};

export type Waiting = { readonly visible: number; readonly hidden: number };

export type Stage = {
  readonly doorUrl: string;
  readonly workers: Sandboxes;
  readonly doors: Sandboxes;
  readonly audit: AuditTrail;
  /** What lies in the queue. */
  waiting(): Promise<Waiting>;
  deadLetters(): Promise<number>;
  /** What became of the requests to queue and tables so far. */
  tally(): Promise<CloudTally>;
  /** Ends the weather in queue and tables. */
  calmed(): Promise<CloudTally>;
  /** Rejects where the functions cannot even start. */
  readonly broken: Promise<never>;
  close(): Promise<void>;
};

const FORGE_TIMEOUT_MS = 10_000;
/** While nobody has anything in hand. */
const LEAP_MS = 4_000;
/** While all wait for an answer that does not come: so short that whoever gives up is seen to go on. */
const SHORT_LEAP_MS = 1_000;
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
/** So that the seeds of doors and workers are never the same. */
const DOOR_SEEDS = 50_000;

function afterAll(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

export async function stageFor(options: StageOptions): Promise<Stage> {
  const { github, clock, seed, weather } = options;
  const closing: (() => Promise<unknown> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closing.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      await each();
    }
  };
  try {
    const folder = mkdtempSync(join(tmpdir(), 'bowsprit-stage-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const [program] = await Promise.all([builtProgram(folder), buildFunctions(['webhook', 'worker'], folder)]);
    const cloudOptions: CloudOptions = {
      clock: { path: clock?.path, skewMs: 0 },
      seed: seed + 1,
      maxReceives: MAX_RECEIVES,
      visibilitySeconds: VISIBILITY_SECONDS,
      tables: weather.tables,
      queue: weather.queue,
    };
    const cloud = fork(join(import.meta.dirname, 'cloud.ts'), [JSON.stringify(cloudOptions)]);
    closing.push(() => cloud.disconnect());
    const [told] = await once(cloud, 'message');
    const place = opened.parse(told);
    const connect = { region: place.region, credentials: CREDENTIALS };

    const environment = {
      ...place.variables,
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      GITHUB_API_URL: github.url,
      GITHUB_APP_ID: String(github.app.id),
      GITHUB_APP_PRIVATE_KEY: github.app.privateKey,
      GITHUB_WEBHOOK_SECRET: github.app.webhookSecret,
      FORGE_TIMEOUT_MS: String(FORGE_TIMEOUT_MS),
      LEASE_SECONDS: String(LEASE_SECONDS),
      VISIBILITY_SECONDS: String(VISIBILITY_SECONDS),
    };
    const { promise: broken, reject } = Promise.withResolvers<never>();
    // Whoever waits for the end of a run hears of it; nobody else has to.
    broken.catch(() => undefined);
    const pool = (name: string, size: number, offset: number, sleep: number): Sandboxes =>
      sandboxesOf({
        program,
        size,
        environment,
        options: (index) => ({
          id: `${name} ${index}`,
          bundle: join(folder, name, 'index.cjs'),
          clock: { path: clock?.path, skewMs: weather.skewMs(index) },
          seed: seed * 100_003 + offset + index,
          kill: weather.kill,
          sleep,
        }),
        timeoutMs: WORKER_SECONDS * 1_000,
        after: clock?.after ?? afterAll,
        // It wakes while another worker is at the same delivery, or after that.
        sleepMs: () => (LEASE_SECONDS + 1) * 1_000 * (1 + weather.dice() / 5),
        log: options.log,
        broken: reject,
      });
    const doors = pool('webhook', options.doors, DOOR_SEEDS, 0);
    closing.push(() => doors.close());
    const workers = pool('worker', options.workers, 0, weather.sleep);
    closing.push(() => workers.close());
    clock?.leapBy(() => {
      const working = workers.working();
      if (doors.working().length > 0) return 0;
      if (working.length === 0) return LEAP_MS;
      const hung = new Set(github.hanging().map((headers) => headers[SANDBOX]));
      return working.every((id) => hung.has(id)) ? SHORT_LEAP_MS : 0;
    });
    const door = await doorOn(0, () => async (event) => {
      if (weather.dice() < weather.doorFails) return { statusCode: 503, body: '' };
      try {
        return answerOf(await doors.invoke(event));
      } catch {
        return { statusCode: 502, body: '' };
      }
    });
    closing.push(() => door.close());

    const sqs = new SQSClient({ ...connect, endpoint: place.sqsEndpoint });
    closing.push(() => sqs.destroy());
    const poller = pollerFor({
      client: sqs,
      queueUrl: place.queueUrl,
      batchSize: BATCH_SIZE,
      concurrency: options.workers,
      handler: async (event) => {
        try {
          return batchOf(await workers.invoke(event));
        } catch {
          // Nothing of it is known to be finished: it returns when the queue's time is over.
          return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
        }
      },
    });
    closing.push(() => poller.stop());
    const waitingIn = async (queueUrl: string): Promise<Waiting> => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      );
      return {
        visible: Number(Attributes['ApproximateNumberOfMessages']),
        hidden: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
      };
    };
    const asked = async (what: 'tally' | 'calm'): Promise<CloudTally> => {
      cloud.send(what);
      const [tally] = await once(cloud, 'message');
      return tallied.parse(tally);
    };
    const documents = connectDocuments({ ...connect, endpoint: place.dynamodbEndpoint });
    closing.push(() => documents.destroy());
    return {
      doorUrl: door.url,
      workers,
      doors,
      broken,
      close,
      audit: auditTrail({
        documents,
        table: place.auditTable,
        anchors: anchorsIn(place.anchorBucket, { ...connect, endpoint: place.s3Endpoint }),
      }),
      waiting: () => waitingIn(place.queueUrl),
      async deadLetters() {
        const { visible, hidden } = await waitingIn(place.deadLetterQueueUrl);
        return visible + hidden;
      },
      tally: () => asked('tally'),
      calmed: () => asked('calm'),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const answer = z.object({
  statusCode: z.number(),
  headers: z.optional(z.record(z.string(), z.string())),
  body: z.optional(z.string()),
});
function answerOf(result: unknown): APIGatewayProxyStructuredResultV2 {
  const { statusCode, headers = {}, body = '' } = answer.parse(result);
  return { statusCode, headers, body };
}

const batch = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
function batchOf(result: unknown): SQSBatchResponse {
  return batch.parse(result);
}
