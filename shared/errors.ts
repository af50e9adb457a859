/** Errors by whose fault they are. Branch on the class, never on the message. */

/** The sender's fault: answered at the door, nothing queued, nothing echoed. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly status: 400 | 401 | 413 | 415;
  constructor(status: 400 | 401 | 413 | 415, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** The actor's fault, or a limit of the forge: told to the actor, audited, and the delivery is done. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The weather's fault: the message returns to the queue and its group waits. */
export class Retryable extends Error {
  override readonly name = 'Retryable';
  /** Seconds to wait before the next attempt; undefined leaves it to the queue. */
  readonly retryAfter: number | undefined;
  constructor(reason: string, options: { readonly retryAfter?: number | undefined; readonly cause?: unknown } = {}) {
    super(reason, 'cause' in options ? { cause: options.cause } : {});
    this.retryAfter = options.retryAfter;
  }
}

/** Nothing is wrong: it is only to be done later. */
export class NotYet extends Retryable {
  constructor(reason: string, seconds: number) {
    super(reason, { retryAfter: seconds });
  }
}

/** What it was about ended the process, or would have: trying again would end the next. */
export class Deadly extends Error {
  override readonly name = 'Deadly';
}

/**
 * What went wrong and why, through every `cause` that is not told yet, in one line. Never put in front of people on the
 * forge.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  const cause = reasonOf(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message}: ${cause}`;
}
