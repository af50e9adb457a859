/** An audit record as it lies in the table: its own fields, and three more by which the indexes find it. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { auditRecord, type AuditRecord, type RecordDraft, type RecordedAction } from '../audit-record.ts';
import { withoutSecrets } from '../log.ts';
import { MAX_STORED_BYTES } from './tables.ts';

/** Characters kept of what may be long; the comment itself shows the rest. */
const MAX_CHARS: ReadonlyMap<string, number> = new Map([
  ['text', 2_000],
  ['reason', 4_000],
  ['note', 1_000],
  ['title', 1_000],
]);

export type AuditItem = AuditRecord & {
  /** `github:acme/widgets` */
  readonly repository: string;
  /** The actor's login in lower case; left out where there is none. */
  readonly person?: string;
  /** `<at>#<id>` */
  readonly moment: string;
};

const recordDraft = z.omit(auditRecord, { sequence: true, previous: true, hash: true });

export function itemOf(record: AuditRecord): AuditItem {
  const person = record.actor.login.toLowerCase();
  return {
    ...record,
    repository: repositoryIn(record.pull),
    ...(person === '' ? {} : { person }),
    moment: momentOf(record),
  };
}

/** @throws Error where the item is no audit record: somebody else wrote it. */
export function recordIn(item: unknown): AuditRecord {
  const parsed = auditRecord.safeParse(item);
  if (!parsed.success) throw new Error('not an audit record', { cause: parsed.error });
  return parsed.data;
}

/** The record, or undefined where the item is not exactly what we would have written for it. */
export function exactRecordIn(item: unknown): AuditRecord | undefined {
  const parsed = auditRecord.safeParse(item);
  return parsed.success && isDeepStrictEqual(itemOf(parsed.data), item) ? parsed.data : undefined;
}

/** `github:acme/widgets` of `github:acme/widgets#12` */
export function repositoryIn(pull: string): string {
  return pull.slice(0, Math.max(pull.lastIndexOf('#'), 0));
}

function momentOf({ at, id }: Pick<AuditRecord, 'at' | 'id'>): string {
  const time = Date.parse(at);
  return `${Number.isNaN(time) ? at : new Date(time).toISOString()}#${id}`;
}

/**
 * The draft as it can be stored and read again byte for byte: text well formed, without secrets that somebody wrote into a
 * comment, long texts cut, which they say, and the whole below what an item may weigh.
 */
export function fitted(draft: RecordDraft): RecordDraft {
  const short = recordDraft.parse(storable(draft));
  if (weightOf(short) <= MAX_STORED_BYTES) return short;
  // A list too long to keep counts as everything: votes fall rather than stay.
  const shorter = { ...short, actions: short.actions.map(alteringAll) };
  if (weightOf(shorter) > MAX_STORED_BYTES) throw new Error(`an audit record over ${MAX_STORED_BYTES} bytes`);
  return shorter;
}

function alteringAll(action: RecordedAction): RecordedAction {
  return Array.isArray(action['altered']) ? { ...action, altered: 'all' } : action;
}

function weightOf(draft: RecordDraft): number {
  return Buffer.byteLength(JSON.stringify(draft));
}

function storable(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return cut(withoutSecrets(value), MAX_CHARS.get(name)).toWellFormed();
  if (Array.isArray(value)) return value.map((each) => storable(each));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, storable(each, key)]));
}

function cut(text: string, most = Number.POSITIVE_INFINITY): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (cut: ${text.length} characters)`;
}
