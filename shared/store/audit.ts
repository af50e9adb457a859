/** The audit trail in DynamoDB: it is appended to and read, and nothing else (law 13). */
import { PutCommand, QueryCommand, ScanCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { chained, type AuditRecord, type ChainHead, type Outcome } from '../audit-record.ts';
import { reasonOf, Rejected, Retryable } from '../errors.ts';
import { log } from '../log.ts';
import type { Anchors } from './anchors.ts';
import { fitted, itemOf, recordIn } from './audit-item.ts';
import { answered, held } from './documents.ts';
import type { Audit } from './stores.ts';
import { AUDIT_TABLE } from './tables.ts';
import { verified, type Verification } from './verify.ts';
import { jsonIn } from '../json-in.ts';

/** What to look for: at least one of the first four, all of which must fit. */
export type AuditQuery = {
  /** `github:acme/widgets#12` */
  readonly pull?: string | undefined;
  /** `github:acme/widgets` */
  readonly repository?: string | undefined;
  /** A login, in any case. */
  readonly actor?: string | undefined;
  /** Canonical name. */
  readonly command?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
  /** Default oldest. */
  readonly first?: 'oldest' | 'newest' | undefined;
  /** Where another page ended. */
  readonly cursor?: string | undefined;
};

export type AuditPage = {
  readonly records: readonly AuditRecord[];
  /** Where the next page starts; undefined at the end. */
  readonly next: string | undefined;
};

export type AuditTrail = Audit & {
  /** Every record that fits, page after page of the table as they are asked for. */
  query(query: AuditQuery): AsyncGenerator<AuditRecord>;
  /**
   * At most so many. Where few records fit, a page may hold less and still name a next one.
   * @throws Rejected where the cursor is none.
   */
  page(query: AuditQuery, most: number): Promise<AuditPage>;
  /** By id, or by `github:acme/widgets#12#3`. */
  show(name: string): Promise<AuditRecord | undefined>;
  verify(pull: string): Promise<Verification>;
  /** Pull requests, of one repository or (a scan) of all, that have records or whose anchors say that they had. */
  pullsOf(repository: string | undefined): Promise<readonly string[]>;
  /** The whole table, pull request after pull request: a scan, for exports. */
  everything(): AsyncGenerator<AuditRecord>;
};

export type AuditOptions = {
  readonly documents: DynamoDBDocumentClient;
  readonly table: string;
  /** Undefined where no bucket is configured: `verify` says so. */
  readonly anchors?: Anchors | undefined;
};

/** Each lost race means that somebody else's record was written; so many in a row are not met in practice. */
const MAX_RACES = 100;
/** Of a megabyte each. */
const MAX_READS_PER_PAGE = 20;

type Item = Readonly<Record<string, unknown>>;
type Read = { readonly items: readonly Item[]; readonly last: Item | undefined };

export function auditTrail({ documents, table, anchors }: AuditOptions): AuditTrail {
  async function anchor(pull: string, { sequence, hash }: ChainHead): Promise<void> {
    try {
      await anchors?.put(pull, { sequence, hash });
    } catch (error) {
      // The record is durable, and the next anchor of this chain vouches for it as well.
      log.warn('chain head not anchored', { pull, sequence, reason: reasonOf(error) });
    }
  }

  const put = (record: AuditRecord): Promise<boolean> =>
    held(
      documents.send(
        new PutCommand({ TableName: table, Item: itemOf(record), ConditionExpression: 'attribute_not_exists(pull)' }),
      ),
    );

  async function* chainItems(pull: string, after: number): AsyncGenerator<Item> {
    yield* reads(documents, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pull = :pull AND #sequence > :after',
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: { ':pull': pull, ':after': after },
    });
  }

  const after: Audit['after'] = async (pull, sequence) => {
    const records: AuditRecord[] = [];
    for await (const item of chainItems(pull, sequence)) records.push(recordIn(item));
    return records;
  };

  const append: Audit['append'] = async (asked, since) => {
    const draft = fitted(asked);
    const { pull } = draft;
    const between: AuditRecord[] = [];
    let head = since;
    for (let races = 0; races < MAX_RACES; races += 1) {
      const record = chained(draft, head);
      // A race is known to be lost only when the write before has been answered.
      // oxlint-disable-next-line no-await-in-loop
      if (await put(record)) {
        // oxlint-disable-next-line no-await-in-loop
        await anchor(pull, record);
        return { record, between };
      }
      // oxlint-disable-next-line no-await-in-loop
      const newer = await after(pull, head.sequence);
      const own = newer.find(({ delivery, position }) => delivery === draft.delivery && position === draft.position);
      const tail = newer.at(-1);
      if (own !== undefined && tail !== undefined) {
        // Written by an earlier attempt, or by this one when its answer was lost: perhaps not anchored yet.
        // oxlint-disable-next-line no-await-in-loop
        await anchor(pull, tail);
        return { record: own, between: [...between, ...newer.filter(({ sequence }) => sequence < own.sequence)] };
      }
      between.push(...newer);
      head = tail ?? head;
    }
    throw new Retryable('too many writers on one audit chain');
  };

  async function* query(asked: AuditQuery): AsyncGenerator<AuditRecord> {
    for await (const item of reads(documents, requestFor(table, asked))) yield recordIn(item);
  }

  async function page(asked: AuditQuery, most: number): Promise<AuditPage> {
    const records: AuditRecord[] = [];
    let count = 0;
    for await (const { items, last } of pagesOf(documents, requestFor(table, asked))) {
      records.push(...items.map(recordIn));
      count += 1;
      const end = records.length > most ? records[most - 1] : undefined;
      if (end !== undefined) return { records: records.slice(0, most), next: cursorAt(itemOf(end)) };
      if (count >= MAX_READS_PER_PAGE && last !== undefined) return { records, next: cursorAt(last) };
    }
    return { records, next: undefined };
  }

  async function show(name: string): Promise<AuditRecord | undefined> {
    const [, pull, sequence] = /^(.+#[a-z0-9]+)#(\d+)$/i.exec(name) ?? [];
    if (pull !== undefined && sequence !== undefined) return recordAt(pull, Number(sequence));
    const found = reads(documents, {
      TableName: table,
      IndexName: BY_ID.name,
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': name.toUpperCase() },
    });
    for await (const item of found) {
      const { pull: of, sequence: place } = position.parse(item);
      return recordAt(of, place);
    }
    return undefined;
  }

  async function recordAt(pull: string, sequence: number): Promise<AuditRecord | undefined> {
    for await (const item of chainItems(pull.toLowerCase(), sequence - 1)) {
      return item['sequence'] === sequence ? recordIn(item) : undefined;
    }
    return undefined;
  }

  async function* everything(): AsyncGenerator<AuditRecord> {
    for await (const { items } of scanned(documents, table)) yield* items.map(recordIn);
  }

  return {
    append,
    after,
    query,
    page,
    show,

    async verify(pull) {
      const items: Item[] = [];
      for await (const item of chainItems(pull, 0)) items.push(item);
      return verified(pull, items, await anchors?.of(pull));
    },

    async pullsOf(repository) {
      const pulls = new Set(await anchors?.pullsOf(repository));
      const records = repository === undefined ? everything() : query({ repository });
      for await (const { pull } of records) pulls.add(pull);
      return [...pulls].toSorted(new Intl.Collator('en', { numeric: true }).compare);
    },

    everything,
  };
}

const [BY_REPOSITORY, BY_PERSON, BY_COMMAND, BY_ID] = AUDIT_TABLE.indexes;
const position = z.object({ pull: z.string(), sequence: z.number() });

type Request = ConstructorParameters<typeof QueryCommand>[0];

/** The key that finds least decides where to look; the other conditions filter. */
function requestFor(table: string, query: AuditQuery): Request {
  const { outcome, from, to, first, cursor } = query;
  const keys = [
    { attribute: 'pull', value: query.pull?.toLowerCase(), index: undefined },
    { attribute: BY_PERSON.partition.name, value: query.actor?.toLowerCase(), index: BY_PERSON.name },
    { attribute: BY_REPOSITORY.partition.name, value: query.repository?.toLowerCase(), index: BY_REPOSITORY.name },
    { attribute: BY_COMMAND.partition.name, value: query.command?.toLowerCase(), index: BY_COMMAND.name },
  ].filter(({ value }) => value !== undefined && value !== '');
  const [key] = keys;
  if (key === undefined) throw new Rejected(400, 'name a pull request, a repository, a person or a command');

  const names = new Map(keys.map(({ attribute }) => [`#${attribute}`, attribute]));
  const values = new Map(keys.map(({ attribute, value }) => [`:${attribute}`, value]));
  const filters = keys.slice(1).map(({ attribute }) => `#${attribute} = :${attribute}`);
  const times: string[] = [];
  if (from !== undefined && to !== undefined && from > to) throw new Rejected(400, 'the end lies before the beginning');
  if (from !== undefined || to !== undefined) {
    names.set('#moment', 'moment');
    // The end is not included, and BETWEEN is the only way to give both: nothing sorts below a time without an id.
    values.set(':from', (from ?? new Date(0)).toISOString());
    values.set(':to', (to ?? END_OF_TIME).toISOString());
    times.push('#moment BETWEEN :from AND :to');
  }
  if (outcome !== undefined) {
    names.set('#outcome', 'outcome');
    values.set(':outcome', outcome);
    filters.push('#outcome = :outcome');
  }
  const ownKey = `#${key.attribute} = :${key.attribute}`;
  const inIndex = key.index !== undefined;
  const conditions = inIndex ? [ownKey, ...times] : [ownKey];
  const filter = inIndex ? filters : [...filters, ...times];
  return {
    TableName: table,
    ...(key.index === undefined ? { ConsistentRead: true } : { IndexName: key.index }),
    KeyConditionExpression: conditions.join(' AND '),
    ...(filter.length === 0 ? {} : { FilterExpression: filter.join(' AND ') }),
    ExpressionAttributeNames: Object.fromEntries(names),
    ExpressionAttributeValues: Object.fromEntries(values),
    ScanIndexForward: first !== 'newest',
    ...(cursor === undefined ? {} : { ExclusiveStartKey: startAfter(cursor, key) }),
  };
}

/** The last moment that sorts as text (ISO 8601 with four digits for the year). */
const END_OF_TIME = new Date('9999-12-31T23:59:59.999Z');

async function* reads(documents: DynamoDBDocumentClient, request: Request): AsyncGenerator<Item> {
  for await (const { items } of pagesOf(documents, request)) yield* items;
}

async function* pagesOf(documents: DynamoDBDocumentClient, request: Request): AsyncGenerator<Read> {
  let start = request.ExclusiveStartKey;
  do {
    // One page tells where the next begins.
    // oxlint-disable-next-line no-await-in-loop
    const { Items = [], LastEvaluatedKey } = await answered(
      documents.send(new QueryCommand({ ...request, ...(start === undefined ? {} : { ExclusiveStartKey: start }) })),
    );
    yield { items: Items, last: LastEvaluatedKey };
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

async function* scanned(documents: DynamoDBDocumentClient, table: string): AsyncGenerator<Read> {
  let start: Record<string, unknown> | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop
    const { Items = [], LastEvaluatedKey } = await answered(
      documents.send(
        new ScanCommand({ TableName: table, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
      ),
    );
    yield { items: Items, last: LastEvaluatedKey };
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

/** Bytes of the longest key in an index: a place further out is in no table. */
const MAX_KEY_BYTES = 1_024;
const keyPart = z.string().check(z.refine((text) => Buffer.byteLength(text) <= MAX_KEY_BYTES));
const cursorParts = z.tuple([keyPart, z.int(), keyPart]);

function cursorAt(item: Item): string {
  const parts = [item['pull'], item['sequence'], item['moment'] ?? ''];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

type Key = { readonly attribute: string; readonly value: string | undefined; readonly index: string | undefined };

function startAfter(cursor: string, { attribute, value, index }: Key): Record<string, unknown> {
  const parsed = cursorParts.safeParse(jsonIn(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw new Rejected(400, 'this is no place in an audit query');
  const [pull, sequence, moment] = parsed.data;
  if (index === undefined) return { pull: value, sequence };
  if (pull === '' || moment === '') throw new Rejected(400, 'this is a place in another audit query');
  return { pull, sequence, moment, [attribute]: value };
}
