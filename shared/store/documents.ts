/** The DynamoDB client of the house, and what its errors mean. */
import { ConditionalCheckFailedException, DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Retryable } from '../errors.ts';

/** Of the SDK, which waits between them; all together end well before a worker's time does. */
const ATTEMPTS = 4;
const CONNECT_MS = 1_000;
const REQUEST_MS = 3_000;
/** With a score of receives before a delivery is given up, the table may be away for minutes. */
const AWAY_SECONDS = 20;
const THROTTLED_SECONDS = 10;

export type Connect = {
  /** Otherwise as the environment says (`AWS_ENDPOINT_URL_DYNAMODB`). */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
};

export function connectDocuments({ endpoint, region, credentials }: Connect = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/**
 * What the table answers, or why it did not.
 * @throws Retryable where the table was away or would not keep our pace; a failed condition and a mistake of ours pass.
 */
export async function answered<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (cause) {
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
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
const THROTTLED: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

function isThrottled(error: unknown): boolean {
  return error instanceof DynamoDBServiceException && THROTTLED.has(error.name);
}

/** A server's fault, or no answer at all: the sockets' errors bear a code, the SDK's own time-outs a name. */
function isAway(error: unknown): boolean {
  if (error instanceof DynamoDBServiceException) return error.$fault === 'server';
  if (!(error instanceof Error)) return false;
  return 'code' in error || error.name === 'TimeoutError' || '$response' in error || '$metadata' in error;
}
