/** The whole of Bowsprit on loopback for one test file, and what there is to see of it from outside. */
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { seedThrough, type GitHubInABox } from '../../local/github/index.ts';
import { startStack, type Stack, type StackOptions } from '../../local/stack.ts';
import type { AuditRecord } from '../../shared/audit-record.ts';
import { anchorsIn } from '../../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../../shared/store/audit.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import { actingOn, DOCS_APPROVER, type Acting, type Thread } from './acting.ts';
import { keptLog } from './log-lines.ts';

export type Running = Acting & {
  readonly stack: Stack;
  readonly github: GitHubInABox;
  readonly audit: AuditTrail;
  /** Resolves when every webhook has been delivered and every message has been worked off. */
  readonly settled: () => Promise<void>;
  /** Records of a pull request or issue; the chain is verified first. */
  readonly records: (thread: Thread) => Promise<readonly AuditRecord[]>;
  readonly log: () => readonly string[];
  /** Puts anything on the queue, as the door never would. */
  readonly enqueue: (group: string, body: string) => Promise<void>;
  /** As `command outcome`, in order; automations included. */
  readonly story: (thread: Thread) => Promise<readonly string[]>;
};

/** Each look costs requests that this process sends to itself: looking without a pause would keep the workers waiting. */
const LOOK_AGAIN_MS = 25;
/** Far above what anything here takes; a test that needs it has failed. */
const GIVE_UP_MS = 25_000;

export function givenStack(options: Partial<StackOptions> = {}): () => Running {
  let running: Running | undefined;
  let sqs: SQSClient | undefined;
  const log = keptLog();

  beforeAll(async () => {
    const stack = await startStack({
      environment: { ...options.environment },
      port: 0,
      visibilitySeconds: 40,
      ...options,
    });
    const { github, emulators } = stack;
    if (github === undefined) throw new Error('tests play on the made-up forge');
    const { region, sqsEndpoint } = emulators;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SQSClient({ region, endpoint: sqsEndpoint, credentials });
    sqs = client;
    seedThrough(github.box).createUser(DOCS_APPROVER);
    const audit = auditTrail({
      documents: connectDocuments(),
      table: emulators.auditTable,
      anchors: anchorsIn(emulators.anchorBucket),
    });

    const waiting = async (queueUrl: string): Promise<number> => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      );
      return (
        Number(Attributes['ApproximateNumberOfMessages'] ?? 0) +
        Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0)
      );
    };
    const latest = (): number => github.deliveries()[0]?.id ?? 0;
    const settled = (): Promise<void> =>
      vi.waitFor(
        async () => {
          await github.idle();
          const before = latest();
          const messages = await waiting(emulators.queueUrl);
          // Asked only where it can be the end: what waits in the first may still come to the second.
          const dead = messages > 0 ? 0 : await waiting(emulators.deadLetterQueueUrl);
          await github.idle();
          // What a worker did last may have woken it again.
          const troubles = messages + dead === 0 ? [] : log().filter((line) => !line.startsWith('{"level":"info"'));
          expect({ messages, dead, woken: latest() - before, troubles }).toEqual({
            messages: 0,
            dead: 0,
            woken: 0,
            troubles: [],
          });
        },
        { interval: LOOK_AGAIN_MS, timeout: GIVE_UP_MS },
      );
    const records = async ({ name }: Thread): Promise<readonly AuditRecord[]> => {
      const found = await audit.after(name, 0);
      const { sound, sentence } = await audit.verify(name);
      if (!sound) throw new Error(sentence);
      return found;
    };
    running = {
      ...actingOn(github, () => github.setClock(new Date(github.box.now().getTime() + 1_000))),
      stack,
      github,
      audit,
      log,
      async enqueue(group, body) {
        await client.send(
          new SendMessageCommand({
            QueueUrl: emulators.queueUrl,
            MessageBody: body,
            MessageGroupId: group,
            MessageDeduplicationId: randomUUID(),
          }),
        );
      },
      settled,
      records,
      story: async (thread) => (await records(thread)).map(({ command, outcome }) => `${command} ${outcome}`),
    };
  });
  afterAll(async () => {
    sqs?.destroy();
    await running?.stack.stop();
  });
  return () => {
    if (running === undefined) throw new Error('the stack has not been started');
    return running;
  };
}
