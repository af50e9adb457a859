/** Tells others of a finished invocation, and of jobs to be run: on EventBridge, or in the log where no bus is configured. */
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { AuditRecord } from './audit-record.ts';
import { Retryable } from './errors.ts';
import { code } from './language/index.ts';
import { log } from './log.ts';

export const EVENT_SOURCE = 'bowsprit';
export const DETAIL_TYPE = 'Invocation finished';
/** Of what somebody pushed by themselves: no invocation, and not in the audit trail. */
export const PUSHED_TYPE = 'Branch pushed';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: 1 MiB, of which the entry's other fields take some. */
const MAX_DETAIL_BYTES = 1_000_000;
const ATTEMPTS = 3;
const CONNECT_MS = 1_000;
const REQUEST_MS = 3_000;
const AWAY_SECONDS = 20;

/** What a record is about and does not keep: for people. The title is quoted, so that no chat takes it for more than text. */
export type Subject = { readonly title: string; readonly author: string };
export type Publish = (record: AuditRecord, subject?: Subject) => Promise<void>;

export const subjectOf = ({
  title,
  author,
}: {
  readonly title: string;
  readonly author: { readonly login: string };
}): Subject => ({
  title: code(title),
  author: author.login,
});

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
  return {
    put,
    publish: (record, subject) => put({ type: DETAIL_TYPE, at: record.at, detail: detailOf(record, subject) }),
  };
}

const loggedRecord: Publish = async ({ id, pull, sequence, actor, command, outcome }) => {
  log.info('event published', { id, pull, sequence, actor: actor.login, command, outcome });
};

const logged: Put = async ({ type, at }) => log.info('event put', { type, at });

async function connected(): Promise<EventBridgeClient> {
  const { EventBridgeClient: Client } = await import('./clients/eventbridge.ts');
  const requestHandler = { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true };
  return new Client({ maxAttempts: ATTEMPTS, requestHandler });
}

function putterOn(bus: string): Put {
  let client: Promise<EventBridgeClient> | undefined;

  return async ({ type, at, detail }) => {
    client ??= connected();
    const events = await client;
    const { PutEventsCommand } = await import('./clients/eventbridge.ts');
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
function detailOf(record: AuditRecord, subject: Subject | undefined): string {
  const told = subject === undefined ? record : { ...record, subject };
  const detail = JSON.stringify(told);
  if (Buffer.byteLength(detail) <= MAX_DETAIL_BYTES) return detail;
  return JSON.stringify({ ...told, actions: [] });
}
