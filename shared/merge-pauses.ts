/**
 * A merge that the forge refused is tried again by the clock with growing pauses, and at once when anything happens to the
 * pull request. Lost, it costs an attempt.
 */
import * as z from 'zod/mini';
import type { Cache } from './store/stores.ts';

/** That of the sweep: the first pause leaves one run out. */
const FIRST_MS = 30 * 60_000;
const LONGEST_MS = 24 * 3_600_000;
const KEPT_SECONDS = 7 * 24 * 3_600;

const pause = z.object({
  times: z.number(),
  /** Milliseconds since the epoch. */
  until: z.number(),
  /** The last record of the pull request: a later one says that something happened. */
  sequence: z.number(),
});
type Pause = z.infer<typeof pause>;

const keyOf = (pull: string): string => `pause#${pull}`;

async function kept(pull: string, cache: Pick<Cache, 'get'>): Promise<Pause | undefined> {
  const parsed = pause.safeParse(await cache.get(keyOf(pull)));
  return parsed.success ? parsed.data : undefined;
}

/** Whether the clock is not to try it yet. */
export async function pauses(
  pull: string,
  sequence: number,
  { cache, now }: { readonly cache: Pick<Cache, 'get'>; readonly now: () => Date },
): Promise<boolean> {
  const last = await kept(pull, cache);
  return last !== undefined && last.sequence >= sequence && last.until > now().getTime();
}

/** @param since the last record before this attempt: where nothing happened since the one before, the pause grows. */
export async function pauseAfter(
  pull: string,
  { since, sequence }: { readonly since: number; readonly sequence: number },
  { cache, now }: { readonly cache: Pick<Cache, 'get' | 'put'>; readonly now: () => Date },
): Promise<void> {
  const last = await kept(pull, cache);
  const times = last !== undefined && last.sequence >= since ? last.times + 1 : 0;
  const until = now().getTime() + Math.min(FIRST_MS * 2 ** times, LONGEST_MS);
  await cache.put(keyOf(pull), { times, until, sequence } satisfies Pause, KEPT_SECONDS);
}
