/** The cache table. Whatever lies here may be missing tomorrow: it costs calls, never a decision. */
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { Retryable } from '../errors.ts';
import { log } from '../log.ts';
import { answered, held } from './documents.ts';
import type { Cache } from './stores.ts';
import { MAX_STORED_BYTES } from './tables.ts';

export type CacheOptions = {
  readonly documents: DynamoDBDocumentClient;
  readonly table: string;
  readonly now: () => Date;
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;
/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html. Some hold names that anybody may write, and the
 * table refuses a request as a whole: with one that is longer nothing that is asked for beside it would be found.
 */
const MAX_KEY_BYTES = 2_048;
/** A counter that starts again and again under one's hands has other writers; they cannot all lose. */
const MAX_RACES = 10;

const item = z.object({
  expires: z.number(),
  json: z.optional(z.string()),
  bytes: z.optional(z.instanceof(Uint8Array)),
  version: z.optional(z.string()),
});
type Item = z.infer<typeof item>;

const counted = z.object({ count: z.number() });

const NOT_THERE = 'attribute_not_exists(#key) OR #expires <= :now';
const NAMES = { '#key': 'key', '#expires': 'expires' } as const;

function named(items: readonly Readonly<Record<string, unknown>>[]): readonly (readonly [key: string, unknown])[] {
  return items.map((stored) => [String(stored['key']), stored]);
}

function isKey(key: string): boolean {
  return Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/** Whether it is small enough to be kept. */
function fits(key: string, bytes: number): boolean {
  if (!isKey(key)) return false;
  if (bytes <= MAX_STORED_BYTES) return true;
  log.warn('too large for the cache', { key, bytes });
  return false;
}

export function cacheIn({ documents, table, now }: CacheOptions): Cache {
  const seconds = (): number => Math.floor(now().getTime() / 1_000);

  async function one(key: string): Promise<unknown> {
    const { Item: stored } = await answered(
      documents.send(new GetCommand({ TableName: table, Key: { key }, ConsistentRead: true })),
    );
    return stored;
  }

  /** Keys that the table leaves out, for their size or its pace, are asked for one by one: the client waits between attempts. */
  async function several(keys: readonly string[]): Promise<readonly (readonly [key: string, stored: unknown])[]> {
    const { Responses = {}, UnprocessedKeys = {} } = await answered(
      documents.send(
        new BatchGetCommand({
          RequestItems: { [table]: { Keys: keys.map((key) => ({ key })), ConsistentRead: true } },
        }),
      ),
    );
    const left = named(UnprocessedKeys[table]?.Keys ?? []);
    const read = await Promise.all(left.map(async ([key]) => [key, await one(key)] as const));
    return [...named(Responses[table] ?? []), ...read];
  }

  async function all(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const [only] = keys;
    if (only !== undefined && keys.length === 1) return new Map([[only, await one(only)]]);
    const parts = Array.from({ length: Math.ceil(keys.length / MAX_KEYS) }, (_, part) =>
      keys.slice(part * MAX_KEYS, (part + 1) * MAX_KEYS),
    );
    return new Map((await Promise.all(parts.map(several))).flat());
  }

  type Asked = { readonly keys: Set<string>; readonly stored: Promise<ReadonlyMap<string, unknown>> };
  let asked: Asked | undefined;

  /** What is asked for in one breath goes as one request. */
  function asking(): Asked {
    const keys = new Set<string>();
    const stored = Promise.resolve().then(() => {
      asked = undefined;
      return all([...keys]);
    });
    return { keys, stored };
  }

  async function found(key: string): Promise<Item | undefined> {
    if (!isKey(key)) return undefined;
    asked ??= asking();
    asked.keys.add(key);
    const stored = await asked.stored;
    const parsed = item.safeParse(stored.get(key));
    return parsed.success && parsed.data.expires > seconds() ? parsed.data : undefined;
  }

  async function put(key: string, value: Readonly<Record<string, unknown>>, forSeconds: number): Promise<void> {
    const Item = { ...value, key, expires: seconds() + forSeconds };
    await answered(documents.send(new PutCommand({ TableName: table, Item })));
  }

  async function counting(key: string, forSeconds: number): Promise<number | undefined> {
    const Key = { key };
    const names = { ...NAMES, '#count': 'count' };
    const values = { ':one': 1, ':expires': seconds() + forSeconds, ':now': seconds() };
    let after: unknown;
    const added = await held(
      documents
        .send(
          new UpdateCommand({
            TableName: table,
            Key,
            UpdateExpression: 'ADD #count :one SET #expires = if_not_exists(#expires, :expires)',
            ConditionExpression: 'attribute_not_exists(#key) OR #expires > :now',
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
            ReturnValues: 'ALL_NEW',
          }),
        )
        .then(({ Attributes }) => {
          after = Attributes;
        }),
    );
    if (added) return counted.parse(after).count;
    const startedAgain = await held(
      documents.send(
        new PutCommand({
          TableName: table,
          Item: { ...Key, count: 1, expires: values[':expires'] },
          ConditionExpression: NOT_THERE,
          ExpressionAttributeNames: NAMES,
          ExpressionAttributeValues: { ':now': values[':now'] },
        }),
      ),
    );
    return startedAgain ? 1 : undefined;
  }

  return {
    async get(key) {
      const { json } = (await found(key)) ?? {};
      return json === undefined ? undefined : jsonIn(json);
    },

    async put(key, value, forSeconds) {
      const json = JSON.stringify(value ?? null);
      if (fits(key, Buffer.byteLength(json))) await put(key, { json }, forSeconds);
    },

    async swap(key, version, value, forSeconds) {
      const json = JSON.stringify(value);
      if (!fits(key, Buffer.byteLength(json))) return false;
      const swapped = await held(
        documents.send(
          new PutCommand({
            TableName: table,
            Item: { key, json, version: value.version, expires: seconds() + forSeconds },
            ConditionExpression: version === undefined ? NOT_THERE : '#version = :version AND #expires > :now',
            ExpressionAttributeNames:
              version === undefined ? NAMES : { '#version': 'version', '#expires': NAMES['#expires'] },
            ExpressionAttributeValues: {
              ':now': seconds(),
              ...(version === undefined ? {} : { ':version': version }),
            },
          }),
        ),
      );
      // The client repeats a request whose answer was lost, and then meets its own write.
      return swapped || (await found(key))?.json === json;
    },

    async getBytes(key) {
      return (await found(key))?.bytes;
    },

    async putBytes(key, bytes, forSeconds) {
      if (fits(key, bytes.byteLength)) await put(key, { bytes }, forSeconds);
    },

    async remove(key) {
      if (isKey(key)) await answered(documents.send(new DeleteCommand({ TableName: table, Key: { key } })));
    },

    async count(key, forSeconds) {
      for (let races = 0; races < MAX_RACES; races += 1) {
        // Another writer may have started the counter again in between.
        // oxlint-disable-next-line no-await-in-loop
        const count = await counting(key, forSeconds);
        if (count !== undefined) return count;
      }
      throw new Retryable('too many writers on one counter');
    },
  };
}

function jsonIn(text: string): unknown {
  return JSON.parse(text);
}
