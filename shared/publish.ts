/** Tells others of a finished invocation, and of jobs to be run: on EventBridge, or in the log where no bus is configured. */
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { AuditRecord } from './audit-record.ts';
import { Retryable } from './errors.ts';
import { log } from './log.ts';

export const EVENT_SOURCE = 'bowsprit';
export const DETAIL_TYPE = 'Invocation finished';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: 1 MiB, of which the entry's other fields take some. */
const MAX_DETAIL_BYTES = 1_000_000;
const ATTEMPTS = 3;
const CONNECT_MS = 1_000;
const REQUEST_MS = 3_000;
const AWAY_SECONDS = 20;

export type Publish = (record: AuditRecord) => Promise<void>;

/** One event; `detail` is JSON, `at` ISO 8601. */
export type Event = { readonly type: string; readonly at: string; readonly detail: string };
/** At least once. @throws Retryable */
export type Put = (event: Event) => Promise<void>;

export type Bus = { readonly publish: Publish; readonly put: Put };

/**
 * Publishes at least once; the record's id tells a repetition.
 * @param bus name or ARN; undefined prints to the log
 */
export function busNamed(bus: string | undefined): Bus {
  const put = bus === undefined ? logged : putterOn(bus);
  if (bus === undefined) return { put, publish: loggedRecord };
  return { put, publish: (record) => put({ type: DETAIL_TYPE, at: record.at, detail: detailOf(record) }) };
}

const loggedRecord: Publish = async ({ id, pull, sequence, actor, command, outcome }) => {
  log.info('event published', { id, pull, sequence, actor: actor.login, command, outcome });
};

const logged: Put = async ({ type, at }) => log.info('event put', { type, at });

async function connected(): Promise<EventBridgeClient> {
  const { EventBridgeClient: Client } = await import('@aws-sdk/client-eventbridge');
  const requestHandler = { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true };
  return new Client({ maxAttempts: ATTEMPTS, requestHandler });
}

function putterOn(bus: string): Put {
  let client: Promise<EventBridgeClient> | undefined;

  return async ({ type, at, detail }) => {
    client ??= connected();
    const events = await client;
    const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    const entry = { EventBusName: bus, Source: EVENT_SOURCE, DetailType: type, Time: new Date(at), Detail: detail };
    let refusal: string | undefined;
    try {
      const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
      refusal = Entries.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
    } catch (cause) {
      throw new Retryable('the event was not published', { retryAfter: AWAY_SECONDS, cause });
    }
    if (refusal !== undefined)
      throw new Retryable(`the event was not published: ${refusal}`, { retryAfter: AWAY_SECONDS });
  };
}

/** Without its actions where it would be too large; the audit trail has them. */
function detailOf(record: AuditRecord): string {
  const detail = JSON.stringify(record);
  if (Buffer.byteLength(detail) <= MAX_DETAIL_BYTES) return detail;
  return JSON.stringify({ ...record, actions: [] });
}
