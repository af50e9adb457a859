/** What the engine asks of durable storage. Every write is conditional: two workers at once, and a zombie, do no harm. */
import type { AuditRecord, ChainHead, RecordDraft } from '../audit-record.ts';
import type { Action } from '../language/index.ts';
import type { PullState } from '../pull-state.ts';

export type Audit = {
  /**
   * Puts the record at the end of its chain, once: where the chain after `since` already holds a record of the same
   * delivery and position, that one is returned and nothing is written.
   */
  append(
    draft: RecordDraft,
    since: ChainHead,
  ): Promise<{ readonly record: AuditRecord; readonly between: readonly AuditRecord[] }>;
  /** Records after `sequence`, oldest first, read consistently. */
  after(pull: string, sequence: number): Promise<readonly AuditRecord[]>;
};

/** What was decided about one invocation; stored before the first action. */
export type StoredDecision = {
  readonly position: number;
  /** The record as it will be, except for what comes of its actions. */
  readonly draft: RecordDraft;
  /** Actions as decided, in order. */
  readonly actions: readonly Action[];
  /** The end of the chain when it was decided. */
  readonly since: ChainHead;
};

export type Claim =
  | { readonly is: 'done' }
  /** Somebody else holds the lease for so many seconds more. */
  | { readonly is: 'busy'; readonly seconds: number }
  | {
      readonly is: 'mine';
      /** Counts from 1; above 1 somebody may have begun before. */
      readonly attempt: number;
      readonly decisions: readonly StoredDecision[];
      /** How many invocations are terminal. */
      readonly finished: number;
    };

/** Idempotency keys. Terminal suppresses, not terminal resumes; nothing else. */
export type Seen = {
  /** Not there, or not terminal and (lease expired or the owner is me). */
  claim(key: string, owner: string): Promise<Claim>;
  /**
   * Conditional on owner and lease, and extends it.
   * @throws Retryable when the lease was lost.
   */
  decide(key: string, owner: string, decision: StoredDecision): Promise<void>;
  /** Invocations 0 … `finished` - 1 are in the audit trail. */
  progress(key: string, owner: string, finished: number): Promise<void>;
  /**
   * Asks nobody: by this worker's own clock, on which it wrote its lease, the lease still lasts.
   * @throws Retryable where it does not: whatever comes next is another worker's to do.
   */
  check(owner: string): void;
  finish(key: string, owner: string): Promise<void>;
  /** Gives the lease back so that the next attempt need not wait for it to run out. */
  release(key: string, owner: string): Promise<void>;
  /** Whether somebody took it and neither ended it nor gave it back, or has it still. */
  abandoned(key: string): Promise<boolean>;
};

/** Every item expires, and expiry is compared, not left to the table. */
export type Cache = {
  get(key: string): Promise<unknown>;
  /** @param seconds until it expires */
  put(key: string, value: unknown, seconds: number): Promise<void>;
  /** Writes only where what is stored was `expected` (undefined: nothing); false where it was not. Compares `version` strings. */
  swap(
    key: string,
    version: string | undefined,
    value: { readonly version: string } & Record<string, unknown>,
    seconds: number,
  ): Promise<boolean>;
  getBytes(key: string): Promise<Uint8Array | undefined>;
  putBytes(key: string, bytes: Uint8Array, seconds: number): Promise<void>;
  remove(key: string): Promise<void>;
  /** Adds one to a counter that starts again after `seconds`; the count after adding. */
  count(key: string, seconds: number): Promise<number>;
};

export type States = {
  /** The sum of all records of the pull request, from a cached copy and what came after it. */
  read(pull: string): Promise<PullState>;
  write(pull: string, state: PullState): Promise<void>;
};
