/**
 * Idempotency keys: one item per delivery, taken on lease, that holds what was decided and becomes terminal. What is large
 * lies in an item of its own, which counts from the moment the first one names it. An unanswered request is sent again by
 * the client, so every condition lets its own writer pass a second time.
 */
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { auditRecord } from '../audit-record.ts';
import { Retryable } from '../errors.ts';
import type { Action } from '../language/index.ts';
import { answered, held } from './documents.ts';
import type { Claim, Seen, StoredDecision } from './stores.ts';
import { MAX_STORED_BYTES } from './tables.ts';

export type SeenOptions = {
  readonly documents: DynamoDBDocumentClient;
  readonly table: string;
  /** Longer than a worker runs, shorter than the queue hides a message. */
  readonly leaseSeconds: number;
  readonly now: () => Date;
};

/** The forge redelivers for 30 days at most (law 5); five more for a message that waits in a queue. */
const KEPT_SECONDS = 35 * 24 * 3_600;
/** What is kept apart is still there whenever the item that names it can be claimed, which each claim keeps anew. */
const KEPT_APART_SECONDS = 2 * KEPT_SECONDS;
/**
 * Decisions above it are packed, and kept apart where that does not help. A hundred lines and all automations together stay
 * below what an item may weigh.
 */
const MAX_INSIDE_BYTES = 2_048;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_RACES = 5;
/** Instead of when a lease ends. */
const GIVEN_BACK = 0;

const storedDecision = z.object({
  position: z.number(),
  draft: z.omit(auditRecord, { sequence: true, previous: true, hash: true }),
  // Only `decide` writes here, and it is given actions; one that this version does not know is refused where it is applied.
  actions: z.array(z.custom<Action>((value) => typeof value === 'object' && value !== null && 'is' in value)),
  since: z.object({ sequence: z.number(), hash: z.string() }),
});

/** Plain, packed, or in an item of its own that ends in this. */
const stored = z.union([z.string(), z.instanceof(Uint8Array), z.object({ apart: z.string() })]);
type Stored = z.infer<typeof stored>;

const apartItem = z.object({ decision: z.instanceof(Uint8Array) });

const item = z.object({
  state: z.enum(['open', 'done']),
  owner: z.string(),
  /** Milliseconds since the epoch. */
  until: z.number(),
  attempt: z.number(),
  decisions: z.record(z.string(), stored),
  finished: z.number(),
  expires: z.number(),
});

const NAMES = { '#state': 'state', '#owner': 'owner', '#until': 'until' } as const;
/** Nobody else may have taken over, and nobody else may do so at this moment. */
const MINE = '#owner = :me AND #state = :open AND #until > :now';

function keyOf(key: string): { readonly key: string } {
  return { key: `seen#${key}` };
}

export function seenIn({ documents, table, leaseSeconds, now }: SeenOptions): Seen {
  const millis = (): number => now().getTime();
  const leased = (): number => millis() + leaseSeconds * 1_000;
  /** Of the owners in this process, as they last wrote it. */
  const leases = new Map<string, number>();

  async function taken(key: string, owner: string): Promise<Claim | undefined> {
    let after: unknown;
    const until = leased();
    const mine = await held(
      documents
        .send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(key),
            UpdateExpression:
              'SET #owner = :me, #until = :until, #state = :open, #expires = :expires, ' +
              'attempt = if_not_exists(attempt, :zero) + :one, finished = if_not_exists(finished, :zero), ' +
              'decisions = if_not_exists(decisions, :none)',
            ConditionExpression:
              'attribute_not_exists(#key) OR (#state = :open AND #expires > :second AND (#until <= :now OR #owner = :me))',
            ExpressionAttributeNames: { ...NAMES, '#key': 'key', '#expires': 'expires' },
            ExpressionAttributeValues: {
              ':me': owner,
              ':open': 'open',
              ':now': millis(),
              ':second': Math.floor(millis() / 1_000),
              ':until': until,
              ':expires': Math.floor(millis() / 1_000) + KEPT_SECONDS,
              ':zero': 0,
              ':one': 1,
              ':none': {},
            },
            ReturnValues: 'ALL_NEW',
          }),
        )
        .then(({ Attributes }) => {
          after = Attributes;
        }),
    );
    if (!mine) return undefined;
    leases.set(owner, until);
    const { attempt, decisions, finished } = item.parse(after);
    const read = await Promise.all(Object.values(decisions).map(async (each) => decisionIn(await inside(key, each))));
    return { is: 'mine', attempt, finished, decisions: read.toSorted((one, other) => one.position - other.position) };
  }

  /** Why a key could not be taken; undefined where it can be now. */
  async function hindrance(key: string): Promise<Claim | undefined> {
    const { Item } = await answered(
      documents.send(new GetCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true })),
    );
    if (Item === undefined) return undefined;
    const { state, until, expires } = item.parse(Item);
    if (expires <= Math.floor(millis() / 1_000)) {
      await forgotten(key, expires);
      return undefined;
    }
    if (state === 'done') return { is: 'done' };
    const seconds = Math.ceil((until - millis()) / 1_000);
    return seconds > 0 ? { is: 'busy', seconds } : undefined;
  }

  const forgotten = (key: string, expires: number): Promise<boolean> =>
    held(
      documents.send(
        new DeleteCommand({
          TableName: table,
          Key: keyOf(key),
          ConditionExpression: '#expires = :expires',
          ExpressionAttributeNames: { '#expires': 'expires' },
          ExpressionAttributeValues: { ':expires': expires },
        }),
      ),
    );

  /** Named by its content, so that nobody can replace what another has decided. */
  async function keptApart(key: string, bytes: Uint8Array): Promise<Stored> {
    const apart = createHash('sha256').update(bytes).digest('hex');
    const expires = Math.floor(millis() / 1_000) + KEPT_APART_SECONDS;
    const Item = { ...keyOf(`${key}#${apart}`), decision: bytes, expires };
    await answered(documents.send(new PutCommand({ TableName: table, Item })));
    return { apart };
  }

  async function inside(key: string, kept: Stored): Promise<string | Uint8Array> {
    if (typeof kept === 'string' || kept instanceof Uint8Array) return kept;
    const Key = keyOf(`${key}#${kept.apart}`);
    const { Item } = await answered(documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true })));
    const parsed = apartItem.safeParse(Item);
    if (!parsed.success) throw new Error('a decision is gone', { cause: parsed.error });
    return parsed.data.decision;
  }

  type Change = {
    readonly set: string;
    readonly names?: Readonly<Record<string, string>>;
    readonly values: Readonly<Record<string, unknown>>;
    readonly condition: string;
  };

  const changed = (key: string, owner: string, { set, names = {}, values, condition }: Change): Promise<boolean> =>
    held(
      documents.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(key),
          UpdateExpression: set,
          ConditionExpression: condition,
          ExpressionAttributeNames: { ...NAMES, ...names },
          ExpressionAttributeValues: { ':me': owner, ':open': 'open', ':now': millis(), ...values },
        }),
      ),
    );

  async function extended(key: string, owner: string, change: Change): Promise<void> {
    if (!(await changed(key, owner, change))) throw lost();
    const { ':until': until } = change.values;
    if (typeof until === 'number') leases.set(owner, until);
  }

  return {
    async claim(key, owner) {
      for (let races = 0; races < MAX_RACES; races += 1) {
        // What hinders may be gone by the time it is looked at.
        // oxlint-disable-next-line no-await-in-loop
        const claim = (await taken(key, owner)) ?? (await hindrance(key));
        if (claim !== undefined) return claim;
      }
      return { is: 'busy', seconds: 1 };
    },

    async decide(key, owner, decision) {
      const packed = packedOf(decision);
      const fits = typeof packed === 'string' || packed.byteLength <= MAX_INSIDE_BYTES;
      const kept = fits ? packed : await keptApart(key, packed);
      await extended(key, owner, {
        set: 'SET decisions.#position = :decision, #until = :until',
        // Decided once: a second decision about the same invocation is only ever the same one, sent again.
        condition: `${MINE} AND (attribute_not_exists(decisions.#position) OR decisions.#position = :decision)`,
        names: { '#position': String(decision.position) },
        values: { ':decision': kept, ':until': leased() },
      });
    },

    async progress(key, owner, finished) {
      await extended(key, owner, {
        set: 'SET finished = :finished, #until = :until',
        condition: MINE,
        values: { ':finished': finished, ':until': leased() },
      });
    },

    check(owner) {
      if ((leases.get(owner) ?? 0) <= millis()) throw lost();
    },

    async finish(key, owner) {
      await extended(key, owner, {
        // What was decided is in the audit trail now. The item itself stays, and suppresses.
        set: 'SET #state = :done, decisions = :none',
        condition: `(${MINE}) OR (#owner = :me AND #state = :done)`,
        values: { ':done': 'done', ':none': {} },
      });
      leases.delete(owner);
    },

    async release(key, owner) {
      leases.delete(owner);
      // Over by any clock, since the next worker's may be another. Where the lease was lost there is nothing to give back.
      await changed(key, owner, { set: 'SET #until = :over', condition: MINE, values: { ':over': GIVEN_BACK } });
    },

    async abandoned(key) {
      const { Item } = await answered(
        documents.send(new GetCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true })),
      );
      if (Item === undefined) return false;
      const { state, until } = item.parse(Item);
      return state === 'open' && until !== GIVEN_BACK;
    },
  };
}

const lost = (): Retryable => new Retryable('the lease was lost', { retryAfter: 1 });

/** @throws Error where even packed it is too large: ours to mend, so its delivery ends in the dead-letter queue. */
function packedOf(decision: StoredDecision): string | Uint8Array {
  const json = JSON.stringify(decision);
  if (Buffer.byteLength(json) <= MAX_INSIDE_BYTES) return json;
  const bytes = gzipSync(json);
  if (bytes.byteLength > MAX_STORED_BYTES) throw new Error(`a decision over ${MAX_STORED_BYTES} bytes`);
  return bytes;
}

function decisionIn(packed: string | Uint8Array): StoredDecision {
  const json =
    typeof packed === 'string' ? packed : gunzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8');
  const parsed = storedDecision.safeParse(JSON.parse(json));
  if (!parsed.success) throw new Error('not a decision', { cause: parsed.error });
  return parsed.data;
}
