/** What is kept for good about one invocation, and the chain that shows when somebody touched it. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

export const OUTCOMES = ['done', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const recordedAction = z.looseObject({
  /** The action as decided: `is` and its values. */
  is: z.string(),
  result: z.enum(['done', 'unchanged', 'recorded', 'refused', 'superseded', 'failed']),
  note: z.optional(z.string()),
  ref: z.optional(z.string()),
});
export type RecordedAction = z.infer<typeof recordedAction>;

export const auditRecord = z.object({
  /** ULID */
  id: z.string(),
  /** When the decision was taken; ISO 8601, UTC. */
  at: z.string(),
  /** `github:acme/widgets#12` */
  pull: z.string(),
  /** The place in the pull request's chain, from 1 without a gap. */
  sequence: z.number(),
  delivery: z.string(),
  /** The invocation's place in its delivery, from 0. */
  position: z.number(),
  actor: z.object({ login: z.string(), id: z.string() }),
  source: z.object({ kind: z.string(), id: z.string(), url: z.string() }),
  /** Canonical name, `automation:<name>`, `sweep:<name>`, or `unknown` for a near miss. */
  command: z.string(),
  /** The line as written; empty where an event or the clock woke the rule. */
  text: z.string(),
  /** Empty on issues. */
  headSha: z.string(),
  outcome: z.enum(OUTCOMES),
  /** A sentence. */
  reason: z.string(),
  /** What permitted or refused it. */
  basis: z.object({
    rule: z.string(),
    file: z.optional(z.string()),
    /** Of a settings file. */
    line: z.optional(z.number()),
    path: z.optional(z.string()),
    commit: z.optional(z.string()),
  }),
  actions: z.array(recordedAction),
  /** `hash` of the record before; 64 zeros for the first. */
  previous: z.string(),
  /** SHA-256, hex, over all the rest: {@link hashOf}. */
  hash: z.string(),
});
export type AuditRecord = z.infer<typeof auditRecord>;

/** A record before it has its place in the chain. */
export type RecordDraft = Omit<AuditRecord, 'sequence' | 'previous' | 'hash'>;

export const NO_RECORD = '0'.repeat(64);

/** Keys sorted at every depth, no blanks: equal values, equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export function hashOf(record: Omit<AuditRecord, 'hash'> & { readonly hash?: string }): string {
  const { hash: _, ...rest } = record;
  return createHash('sha256').update(canonical(rest)).digest('hex');
}

/** The end of a chain: what the next record builds on. */
export type ChainHead = { readonly sequence: number; readonly hash: string };

export const EMPTY_CHAIN: ChainHead = { sequence: 0, hash: NO_RECORD };

export function chained(draft: RecordDraft, head: ChainHead): AuditRecord {
  const record = { ...draft, sequence: head.sequence + 1, previous: head.hash };
  return { ...record, hash: hashOf(record) };
}
