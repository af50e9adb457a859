/**
 * The real engine, stores and forge, without a queue: what arrives at the door waits until a test hands it over, in
 * whatever order and as often as it likes, and the clock is the test's.
 */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import { seedThrough, startGitHub, type GitHubInABox, type GitHubOptions } from '../../local/github/index.ts';
import { startEmulators, type Emulators } from '../../local/emulators.ts';
import { makeUp, OWNER } from '../../local/made-up.ts';
import type { AuditRecord } from '../../shared/audit-record.ts';
import { carryOut, type Services } from '../../shared/carry-out.ts';
import { workerSettings } from '../../shared/config.ts';
import type { Delivery } from '../../shared/delivery.ts';
import { receive } from '../../shared/providers/github/receive.ts';
import { providersBy } from '../../shared/providers/index.ts';
import { servicesFrom } from '../../shared/services.ts';
import { anchorsIn } from '../../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../../shared/store/audit.ts';
import { cacheIn } from '../../shared/store/cache.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import { ledgerIn } from '../../shared/ledger.ts';
import { ownersCacheIn } from '../../shared/store/owners-cache.ts';
import { seenIn } from '../../shared/store/seen.ts';
import { statesIn } from '../../shared/store/states.ts';
import { actingOn, DOCS_APPROVER, type Acting, type Thread } from './acting.ts';
import { keptLog } from './log-lines.ts';

export const LEASE_SECONDS = 45;

export type Endpoints = { readonly dynamodb?: string; readonly github?: string };

export type ByHand = Acting & {
  readonly github: GitHubInABox;
  readonly emulators: Emulators;
  readonly audit: AuditTrail;
  readonly services: Services;
  /** Services of another worker, perhaps through something in the way. */
  readonly servicesAt: (endpoints: Endpoints, timeoutMs?: number) => Services;
  /** Lets time pass for the engine and the forge. */
  readonly pass: (seconds: number) => void;
  /** Whatever is done meanwhile is done in one second. */
  readonly atOnce: <T>(act: () => Promise<T>) => Promise<T>;
  /** Deliveries that came since this was last asked, oldest first. */
  readonly arrived: () => Promise<readonly Delivery[]>;
  /** What the door answers from now on instead of taking anything: 0 breaks the connection, undefined takes again. */
  readonly shut: (status: number | undefined) => void;
  /** Hands over what arrived, and what comes of that, until nothing more comes. */
  readonly workOff: () => Promise<void>;
  /** Tries as often as the queue would, until it is done. */
  readonly finish: (delivery: Delivery, services?: Services) => Promise<void>;
  readonly records: (thread: Thread) => Promise<readonly AuditRecord[]>;
  readonly log: () => readonly string[];
};

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const MAX_ATTEMPTS = 60;

export type EngineOptions = Pick<GitHubOptions, 'validate'> & {
  /** Whether heads of chains are anchored. */
  readonly anchored?: boolean;
};

export function givenEngine({ validate, anchored = true }: EngineOptions = {}): () => ByHand {
  let made: ByHand | undefined;
  const closing: (() => Promise<void>)[] = [];
  const log = keptLog();

  beforeAll(async () => {
    let skipped = 0;
    let still: Date | undefined;
    const now = (): Date => still ?? new Date(Date.now() + skipped);
    const pass = (seconds: number): void => {
      skipped += seconds * 1_000;
    };
    const emulators = await startEmulators({ environment: {}, maxReceives: 3, visibilitySeconds: 30 });
    const { region, dynamodbEndpoint, s3Endpoint, auditTable, cacheTable, anchorBucket } = emulators;
    closing.push(() => emulators.close());
    const github = await startGitHub({
      seed: makeUp,
      app: { id: 1, owner: OWNER },
      now,
      ...(validate === undefined ? {} : { validate }),
    });
    closing.push(() => github.close());
    seedThrough(github.box).createUser(DOCS_APPROVER);

    let inbox: Delivery[] = [];
    let shut: number | undefined;
    const door = createServer((request, response) => {
      void (async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of request) chunks.push(chunk);
        if (shut !== undefined) {
          if (shut === 0) request.socket.destroy();
          else response.writeHead(shut).end();
          return;
        }
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
        );
        const received = await receive(
          { headers, body: Buffer.concat(chunks).toString('utf8'), receivedAt: now().toISOString() },
          { secrets: [github.app.webhookSecret], appId: '1', bots: [], maxBodyBytes: 6_000_000 },
        );
        if (received.is === 'delivery') inbox.push(received.delivery);
        response.writeHead(202).end();
      })();
    });
    github.setWebhookUrl(`${await listening(door)}/webhooks/github`);
    closing.push(async () => void door.close());

    const variables = {
      ...emulators.variables,
      GITHUB_API_URL: github.url,
      GITHUB_APP_ID: String(github.app.id),
      GITHUB_APP_PRIVATE_KEY: github.app.privateKey,
    };
    Object.assign(process.env, variables);
    const base = servicesFrom(workerSettings(variables));
    const anchors = anchored ? anchorsIn(anchorBucket, { endpoint: s3Endpoint, region, credentials }) : undefined;

    const servicesAt = (endpoints: Endpoints, timeoutMs = 10_000): Services => {
      const documents = connectDocuments({ endpoint: endpoints.dynamodb ?? dynamodbEndpoint, region, credentials });
      closing.push(async () => documents.destroy());
      const audit = auditTrail({ documents, table: auditTable, anchors });
      const cache = cacheIn({ documents, table: cacheTable, now });
      const owners = ownersCacheIn(cache);
      return {
        ...base,
        provider: providersBy({
          github: {
            apiUrl: endpoints.github ?? github.url,
            appId: '1',
            privateKey: async () => github.app.privateKey,
            timeoutMs,
          },
        }),
        audit,
        cache,
        seen: seenIn({ documents, table: cacheTable, leaseSeconds: LEASE_SECONDS, now }),
        states: statesIn({ audit, cache }),
        ledger: ledgerIn({ audit, cache, now }),
        owners: (repository, ref, options) => owners.memory(repository, ref, options),
        carryOwners: (repository, ref, before, after) => owners.carryForward(repository, ref, before, after),
        send: async (delivery) => void inbox.push(delivery),
        now,
      };
    };
    const services = servicesAt({});
    const audit = auditTrail({
      documents: connectDocuments({ endpoint: dynamodbEndpoint, region, credentials }),
      table: auditTable,
      anchors,
    });

    const arrived = async (): Promise<readonly Delivery[]> => {
      await github.idle();
      const all = inbox;
      inbox = [];
      return all;
    };
    const finish: ByHand['finish'] = async (delivery, by = services) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          // oxlint-disable-next-line no-await-in-loop
          await carryOut(delivery, by);
          return;
        } catch (error) {
          if (attempt >= MAX_ATTEMPTS) throw error;
          // Whoever had the lease has lost it by then, and limits of the forge have passed.
          pass(LEASE_SECONDS + 1);
        }
      }
    };
    made = {
      ...actingOn(github, () => pass(1)),
      github,
      emulators,
      audit,
      services,
      servicesAt,
      pass,
      async atOnce(act) {
        pass(1);
        still = now();
        try {
          return await act();
        } finally {
          still = undefined;
        }
      },
      arrived,
      shut(status) {
        shut = status;
      },
      finish,
      log,
      async workOff() {
        for (;;) {
          // oxlint-disable-next-line no-await-in-loop
          const deliveries = await arrived();
          if (deliveries.length === 0) return;
          for (const delivery of deliveries) {
            // oxlint-disable-next-line no-await-in-loop
            await finish(delivery);
          }
        }
      },
      async records({ name }) {
        const found = await audit.after(name, 0);
        const { sound, sentence } = await audit.verify(name);
        if (!sound) throw new Error(sentence);
        return found;
      },
    };
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      await close();
    }
  });
  return () => {
    if (made === undefined) throw new Error('the engine has not been put together');
    return made;
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
