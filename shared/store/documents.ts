/** The DynamoDB of the house: the requests we make of it, and what its errors mean. */
import * as z from 'zod/mini';
import type { AwsClient, Connect } from '../aws-client.ts';
import { Retryable } from '../errors.ts';
import { attributesOf, valuesIn, type Item } from './attributes.ts';

/** In all; together they end well before a worker's time does. */
const ATTEMPTS = 4;
const CONNECT_MS = 1_000;
const REQUEST_MS = 3_000;
/** With a score of receives before a delivery is given up, the table may be away for minutes. */
const AWAY_SECONDS = 20;
const THROTTLED_SECONDS = 10;

export type { Connect, Item };

type Named = { readonly TableName: string };
type Keyed = Named & { readonly Key: Item };
type Conditional = {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
};
type Paged = Named & { readonly ConsistentRead?: boolean; readonly ExclusiveStartKey?: Item | undefined };

export type GetRequest = Keyed & { readonly ConsistentRead?: boolean };
export type PutRequest = Named & Conditional & { readonly Item: Item };
export type DeleteRequest = Keyed & Conditional;
export type UpdateRequest = Keyed &
  Conditional & { readonly UpdateExpression: string; readonly ReturnValues?: 'ALL_NEW' };
export type QueryRequest = Paged & {
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Item;
  readonly ScanIndexForward?: boolean;
};
export type ScanRequest = Paged &
  Pick<Conditional, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> & { readonly FilterExpression?: string };
export type Page = { readonly Items: readonly Item[]; readonly LastEvaluatedKey: Item | undefined };

/** In DynamoDB's own words, but for values, which are ours. */
export type Documents = {
  get(request: GetRequest): Promise<{ readonly Item: Item | undefined }>;
  put(request: PutRequest): Promise<void>;
  update(request: UpdateRequest): Promise<{ readonly Attributes: Item | undefined }>;
  delete(request: DeleteRequest): Promise<void>;
  query(request: QueryRequest): Promise<Page>;
  scan(request: ScanRequest): Promise<Page>;
  destroy(): void;
};

/** Sees each request before it is sent, which it may add to, and what came of it; undefined where it failed. */
export type Meter = {
  readonly before: (operation: string, request: Item) => Item;
  readonly after: (operation: string, answer: unknown) => void;
};

/** Attributes, by name. */
const attributes = z.custom<object>((value) => typeof value === 'object' && value !== null);
const answer = z.object({
  Item: z.optional(attributes),
  Attributes: z.optional(attributes),
  Items: z.optional(z.array(attributes)),
  LastEvaluatedKey: z.optional(attributes),
});
type Answer = z.infer<typeof answer>;

const VALUES = ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey'] as const;

export function connectDocuments(connect: Connect = {}, meter?: Meter): Documents {
  let client: Promise<AwsClient> | undefined;

  async function connected(): Promise<AwsClient> {
    const { awsClient } = await import('../aws-client.ts');
    return awsClient('dynamodb', connect, { attempts: ATTEMPTS, connectMs: CONNECT_MS, requestMs: REQUEST_MS });
  }

  async function asked(operation: string, request: Item): Promise<Answer> {
    const written: Record<string, unknown> = { ...request };
    for (const name of VALUES) {
      const values = written[name];
      if (typeof values === 'object' && values !== null) written[name] = attributesOf({ ...values });
    }
    client ??= connected();
    const aws = await client;
    let told: unknown;
    try {
      const text = await aws.send({
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` },
        body: JSON.stringify(meter?.before(operation, written) ?? written),
      });
      told = JSON.parse(text);
    } finally {
      meter?.after(operation, told);
    }
    return answer.parse(told);
  }

  const paged = async (operation: string, request: Item): Promise<Page> => {
    const { Items = [], LastEvaluatedKey } = await asked(operation, request);
    return { Items: Items.map(valuesIn), LastEvaluatedKey: read(LastEvaluatedKey) };
  };
  return {
    get: async (request) => ({ Item: read((await asked('GetItem', request)).Item) }),
    async put(request) {
      await asked('PutItem', request);
    },
    update: async (request) => ({ Attributes: read((await asked('UpdateItem', request)).Attributes) }),
    async delete(request) {
      await asked('DeleteItem', request);
    },
    query: (request) => paged('Query', request),
    scan: (request) => paged('Scan', request),
    destroy: () => void client?.then((aws) => aws.close()),
  };
}

const read = (values: object | undefined): Item | undefined => (values === undefined ? undefined : valuesIn(values));

/**
 * What the table answers, or why it did not.
 * @throws Retryable where the table was away or would not keep our pace; a failed condition and a mistake of ours pass.
 */
export async function answered<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (cause) {
    const { isAway, isThrottled } = await import('../aws-client.ts');
    if (isThrottled(cause)) throw new Retryable('the table is throttled', { retryAfter: THROTTLED_SECONDS, cause });
    if (isAway(cause)) throw new Retryable('the table does not answer', { retryAfter: AWAY_SECONDS, cause });
    throw cause;
  }
}

/** Whether the write was carried out; a failed condition is an answer, not an error. */
export async function held(request: Promise<unknown>): Promise<boolean> {
  try {
    await answered(request);
    return true;
  } catch (error) {
    const { AwsRefused } = await import('../aws-client.ts');
    if (error instanceof AwsRefused && error.kind === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
