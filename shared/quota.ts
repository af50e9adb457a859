/**
 * What is left of the forge's requests for one installation. All workers share the figure through the cache once it gets
 * low; then people's commands come before sweeps, and sweeps before what only looks nice.
 */
import * as z from 'zod/mini';
import type { Delivery } from './delivery.ts';
import type { Cache } from './store/stores.ts';

const quota = z.object({
  /** Requests in a window. */
  limit: z.number(),
  remaining: z.number(),
  /** When the window ends, by the forge's clock; ISO 8601. */
  resetAt: z.string(),
});
export type Quota = z.infer<typeof quota>;

export type Use = 'command' | 'sweep' | 'cosmetic';

/** Of the limit, what must be left for a use to go on. What commands leave is for telling people that they have to wait. */
const LEFT_OVER: Readonly<Record<Use, number>> = { command: 0.02, sweep: 0.1, cosmetic: 0.2 };
/** Above it nobody has to be told, so nothing is written. */
const SHARED_BELOW = 0.5;
/** Rules that nobody waits for, and that come again with the next push. */
const COSMETIC: ReadonlySet<string> = new Set(['size']);

export function isCosmetic({ name }: { readonly name: string }): boolean {
  return COSMETIC.has(name);
}

/** Where nothing is known, or the window is over, there is enough. */
export function suffices(left: Quota | undefined, use: Use, now: Date): boolean {
  if (left === undefined || Date.parse(left.resetAt) <= now.getTime()) return true;
  return left.remaining > LEFT_OVER[use] * left.limit;
}

/** The lower of two figures about the same window, and otherwise the later one. */
export function lowest(one: Quota | undefined, other: Quota | undefined): Quota | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const apart = Date.parse(one.resetAt) - Date.parse(other.resetAt);
  // Two answers of one window may round its end to different seconds.
  if (Math.abs(apart) <= 2_000) return one.remaining <= other.remaining ? one : other;
  return apart > 0 ? one : other;
}

type Grant = Pick<Delivery, 'provider' | 'installation'>;
const keyOf = ({ provider, installation }: Grant): string => `quota#${provider}#${installation}`;

export async function sharedQuota(cache: Pick<Cache, 'get'>, grant: Grant): Promise<Quota | undefined> {
  const parsed = quota.safeParse(await cache.get(keyOf(grant)));
  return parsed.success ? parsed.data : undefined;
}

export async function shareQuota(
  cache: Pick<Cache, 'put'>,
  grant: Grant,
  left: Quota | undefined,
  now: Date,
): Promise<void> {
  if (left === undefined || left.remaining > SHARED_BELOW * left.limit) return;
  const seconds = Math.ceil((Date.parse(left.resetAt) - now.getTime()) / 1_000);
  if (seconds > 0) await cache.put(keyOf(grant), left, seconds);
}

/** Seconds until there is a new window. */
export function secondsUntilReset({ resetAt }: Quota, now: Date): number {
  return Math.max(1, Math.ceil((Date.parse(resetAt) - now.getTime()) / 1_000) + 1);
}

/** `10:40 UTC` */
export function hourOf({ resetAt }: Quota): string {
  // What is done in the minute after is done by the minute that is told.
  return `${new Date(Date.parse(resetAt) + 60_000).toISOString().slice(11, 16)} UTC`;
}
