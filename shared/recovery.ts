/**
 * What the forge sent and nobody took is had again. The clock wakes it: one request while all is well. What was missed is
 * asked for again in the order in which it was sent; what the door would refuse again is fetched and queued here.
 */
import * as z from 'zod/mini';
import { EMPTY_CHAIN, type RecordDraft } from './audit-record.ts';
import type { Services } from './carry-out.ts';
import { reasonOf, Rejected, Retryable } from './errors.ts';
import { log } from './log.ts';
import type { Attempt, DeliveryLog } from './providers/provider.ts';

export const RECOVERY = {
  name: 'recovery',
  summary: 'Has what the forge sent and nobody took delivered again.',
  every: 5,
} as const;

/** Names the chain of records that belong to no pull request. */
export const RECOVERY_PULL = 'github:app#recovery';
/** An alarm listens for it. */
export const NOT_RECOVERED = 'deliveries not recovered';

const KEY = `${RECOVERY.name}#github`;
const MINUTE_MS = 60_000;
/**
 * An attempt is listed when it ends, ten seconds (GitHub Enterprise Server: thirty) after its time, and two clocks are
 * compared: so much is read again.
 */
const OVERLAP_MS = 10 * MINUTE_MS;
/** https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
const FORGE_KEEPS_MS = 3 * 24 * 60 * MINUTE_MS;
/** Far longer than the forge keeps its log. */
const STATE_SECONDS = 90 * 24 * 3_600;
/** Kept in one item; what is beyond is listed again later. */
const MAX_OPEN = 1_000;
const MAX_KNOWN = 5_000;
/** A write weighs 5 of the 900 points GitHub allows in a minute: two minutes' worth. */
const MAX_ASKED = 300;
/** As many are asked for while the door may still be away. */
const PROBES = 5;
/** After so many attempts that failed as well, a delivery is fetched instead. */
const MAX_TRIES = 3;
const MAX_NAMED = 20;
const BODY_TOO_LARGE = 413;

const missed = z.strictObject({
  /** The delivery id. */
  delivery: z.string(),
  /** Its newest attempt. */
  attempt: z.string(),
  /** When it was sent first, by the forge's clock. */
  at: z.string(),
  status: z.number(),
  /** How often it was asked for. */
  tries: z.number(),
  /** Not to be looked at before; ISO 8601. */
  due: z.string(),
});
export type Missed = z.infer<typeof missed>;

const gap = z.strictObject({
  /** Its first attempt: names the gap. */
  first: z.string(),
  from: z.string(),
  to: z.string(),
  missed: z.number(),
  again: z.number(),
  fetched: z.number(),
  /** Delivery ids that nobody here can read. */
  parked: z.array(z.string()),
  /** Delivery ids that the forge keeps no longer. */
  lost: z.array(z.string()),
  /** When nobody looked for longer than the forge keeps its log. */
  unlisted: z.optional(z.strictObject({ from: z.string(), to: z.string() })),
});
export type Gap = z.infer<typeof gap>;

const recoveryState = z.strictObject({
  version: z.string(),
  /** Up to here everything was read; ISO 8601. */
  since: z.optional(z.string()),
  /** Failed attempts that were read already and are so recent that they are listed again. */
  known: z.array(z.strictObject({ id: z.string(), at: z.string() })),
  /** Oldest first. */
  open: z.array(missed),
  /** Whether the door has taken something since it last did not. */
  flowing: z.boolean(),
  gap: z.optional(gap),
});
export type RecoveryState = z.infer<typeof recoveryState>;

export const NOTHING_MISSED: RecoveryState = { version: '', known: [], open: [], flowing: false };

export type Step = { readonly missed: Missed; readonly how: 'again' | 'fetched' };
export type Result = 'asked' | 'fetched' | 'parked' | 'lost';

/** @returns how many deliveries were missed and are not had again yet. */
export async function recover(services: Services): Promise<number> {
  const { provider, cache, now, newId } = services;
  const { deliveryLog } = provider('github');
  if (deliveryLog === undefined) return 0;
  const parsed = recoveryState.safeParse(await cache.get(KEY));
  const before = parsed.success ? parsed.data : NOTHING_MISSED;
  const began = now();
  let state = before;
  try {
    state = withAttempts(state, await attemptsSince(state, deliveryLog), began);
    for (const step of stepsFor(state, began)) {
      // In the order in which they were sent.
      // oxlint-disable-next-line no-await-in-loop
      state = withResult(state, step, await resultOf(step, deliveryLog, services), now());
    }
    state = await closed(state, services);
  } catch (error) {
    if (!(error instanceof Retryable)) throw error;
    // The next run goes on where this one ended.
    log.warn('recovery interrupted', { reason: reasonOf(error) });
  } finally {
    const expected = before.version === '' ? undefined : before.version;
    const kept = await cache.swap(KEY, expected, { ...state, version: newId() }, STATE_SECONDS);
    // Another run at the same time did the same: what is asked for twice is carried out once.
    if (!kept) log.warn('recovery was overtaken', {});
  }
  const { open } = state;
  if (open.length > 0) log.warn('deliveries missed', { open: open.length, oldest: open[0]?.at });
  return open.length;
}

/** Oldest first. While nothing is missed, failures alone are listed: one request, however many deliveries there were. */
export async function attemptsSince(
  { since, open }: RecoveryState,
  from: Pick<DeliveryLog, 'attempts'>,
): Promise<readonly Attempt[]> {
  const oldest = since === undefined ? undefined : Date.parse(since) - OVERLAP_MS;
  const all: Attempt[] = [];
  for await (const page of from.attempts(open.length === 0 ? 'failed' : 'all')) {
    all.push(...page);
    const last = page.at(-1);
    if (oldest !== undefined && last !== undefined && Date.parse(last.at) < oldest) break;
  }
  return all.toReversed().filter(({ at }) => oldest === undefined || Date.parse(at) >= oldest);
}

/** @param attempts oldest first */
export function withAttempts(state: RecoveryState, attempts: readonly Attempt[], now: Date): RecoveryState {
  const known = new Set(state.known.map(({ id }) => id));
  const read: RecoveryState['known'] = [];
  const open = new Map(state.open.map((each) => [each.delivery, each]));
  let { flowing } = state;
  let soFar = withUnlisted(state, now);
  let since = now.toISOString();
  for (const attempt of attempts) {
    const { id, delivery, at, taken, status } = attempt;
    const one = open.get(delivery);
    if (taken) {
      flowing = true;
      if (one === undefined || soFar === undefined) continue;
      open.delete(delivery);
      soFar = { ...soFar, again: soFar.again + 1 };
      continue;
    }
    if (known.has(id)) continue;
    if (one === undefined && open.size >= MAX_OPEN) {
      since = at;
      break;
    }
    if (isAway(status)) flowing = false;
    read.push({ id, at });
    if (one === undefined) soFar = widened(soFar, attempt);
    const fresh = { delivery, at, tries: 0, due: now.toISOString() };
    open.set(delivery, { ...(one ?? fresh), attempt: id, status });
  }
  const listedAgain = Date.parse(since) - OVERLAP_MS;
  return {
    version: state.version,
    since,
    known: [...state.known, ...read].filter(({ at }) => Date.parse(at) >= listedAgain).slice(-MAX_KNOWN),
    open: [...open.values()],
    flowing,
    ...(soFar === undefined ? {} : { gap: soFar }),
  };
}

/** Whether the door itself was away or busy, whatever was sent. */
function isAway(status: number): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function widened(before: Gap | undefined, { id, at }: Attempt): Gap {
  const { missed: count, from, to, ...rest } = before ?? gapFrom(id, at);
  return { ...rest, from: at < from ? at : from, to: at > to ? at : to, missed: count + 1 };
}

function gapFrom(first: string, at: string): Gap {
  return { first, from: at, to: at, missed: 0, again: 0, fetched: 0, parked: [], lost: [] };
}

function withUnlisted({ since, gap: before }: RecoveryState, now: Date): Gap | undefined {
  const listed = new Date(now.getTime() - FORGE_KEEPS_MS).toISOString();
  if (since === undefined || since >= listed) return before;
  return { ...(before ?? gapFrom(`since ${since}`, since)), unlisted: { from: since, to: listed } };
}

/** What to do about what was missed, oldest first. */
export function stepsFor({ open, flowing }: RecoveryState, now: Date): readonly Step[] {
  const due = (each: Missed): boolean => Date.parse(each.due) <= now.getTime();
  const shut = !flowing && open.some(({ tries }) => tries >= MAX_TRIES);
  // While the door may still be away, a few are asked for; when it does not come back, all are fetched.
  const candidates = flowing || shut ? open : open.filter((each, index) => index < PROBES || isTooLarge(each));
  return candidates
    .filter(due)
    .slice(0, MAX_ASKED)
    .map((each) => ({ missed: each, how: shut || isTooLarge(each) || each.tries >= MAX_TRIES ? 'fetched' : 'again' }));
}

function isTooLarge({ status }: Missed): boolean {
  return status === BODY_TOO_LARGE;
}

async function resultOf(
  { missed: { delivery, attempt }, how }: Step,
  from: DeliveryLog,
  { send, now, settings }: Services,
): Promise<Result> {
  if (how === 'again') return (await from.again(attempt)) ? 'asked' : 'lost';
  try {
    const received = await from.received(attempt, {
      bots: settings.bots,
      deletions: settings.deletions,
      receivedAt: now().toISOString(),
    });
    if (received === undefined) return 'lost';
    if (received.is === 'delivery') await send(received.delivery);
    return 'fetched';
  } catch (error) {
    if (error instanceof Retryable) throw error;
    // A mistake of the sender's or of ours: the others are not to wait for it.
    const fields = { delivery, reason: reasonOf(error) };
    if (error instanceof Rejected) log.warn('missed delivery not readable', fields);
    else log.error('missed delivery not readable', fields);
    return 'parked';
  }
}

export function withResult(
  state: RecoveryState,
  { missed: { delivery } }: Step,
  result: Result,
  now: Date,
): RecoveryState {
  if (result === 'asked') {
    const open = state.open.map((each) => (each.delivery === delivery ? askedFor(each, now) : each));
    return { ...state, open };
  }
  const { gap: before } = state;
  const open = state.open.filter((each) => each.delivery !== delivery);
  if (before === undefined) return { ...state, open };
  return { ...state, open, gap: counting(before, delivery, result) };
}

/** Each time a little later. */
function askedFor(each: Missed, now: Date): Missed {
  const tries = each.tries + 1;
  return { ...each, tries, due: new Date(now.getTime() + (tries * RECOVERY.every - 1) * MINUTE_MS).toISOString() };
}

function counting(before: Gap, delivery: string, result: Exclude<Result, 'asked'>): Gap {
  if (result === 'fetched') return { ...before, fetched: before.fetched + 1 };
  return { ...before, [result]: [...before[result], delivery] };
}

/** A gap ends in one record when nothing of it is open any more. */
async function closed(state: RecoveryState, { audit, publish, now, newId }: Services): Promise<RecoveryState> {
  const { gap: ended, ...rest } = state;
  if (ended === undefined || state.open.length > 0) return state;
  const draft = recordOf(ended, { id: newId(), at: now().toISOString() });
  if (draft.outcome === 'failed') {
    log.error(NOT_RECOVERED, { parked: ended.parked.join(' '), lost: ended.lost.join(' ') });
  }
  const { record } = await audit.append(draft, EMPTY_CHAIN);
  await publish(record);
  return rest;
}

export function recordOf(
  { first, from, to, missed: count, again, fetched, parked, lost, unlisted }: Gap,
  { id, at }: Pick<RecordDraft, 'id' | 'at'>,
): RecordDraft {
  const whole = parked.length + lost.length === 0 && unlisted === undefined;
  return {
    id,
    at,
    pull: RECOVERY_PULL,
    delivery: `${RECOVERY.name}:${first}`,
    position: 0,
    actor: { login: 'bowsprit', id: '0' },
    source: { kind: 'event', id: 'swept', url: '' },
    command: `sweep:${RECOVERY.name}`,
    text: '',
    headSha: '',
    outcome: whole ? 'done' : 'failed',
    reason: [
      ...(count === 0
        ? []
        : [
            `From ${from} to ${to} nobody took ${count} ${count === 1 ? 'delivery' : 'deliveries'}: ` +
              `${again + fetched} recovered, ${parked.length} parked, ${lost.length} lost.`,
          ]),
      ...(unlisted === undefined
        ? []
        : [
            `From ${unlisted.from} to ${unlisted.to} nobody looked, and the forge keeps no list of what was sent then.`,
          ]),
    ].join(' '),
    basis: { rule: RECOVERY.summary },
    actions: [
      {
        is: RECOVERY.name,
        result: whole ? 'done' : 'failed',
        from,
        to,
        missed: count,
        recovered: again + fetched,
        fetched,
        parked: parked.length,
        lost: lost.length,
        ...(parked.length === 0 ? {} : { parkedDeliveries: parked.slice(0, MAX_NAMED) }),
        ...(lost.length === 0 ? {} : { lostDeliveries: lost.slice(0, MAX_NAMED) }),
        ...(unlisted === undefined ? {} : { unlisted }),
      },
    ],
  };
}
