/**
 * Rules that most repositories do not use, woken by events that most repositories are full of: which of them run here is
 * remembered, so that such an event costs nothing where none does. What nobody knows wakes them.
 */
import { repositoryOf, type Delivery } from './delivery.ts';
import type { AnyAutomation } from './language/index.ts';
import type { Cache } from './store/stores.ts';

/** A push that changes the settings of the repository takes it away at once; those of others are seen after this. */
const AWAKE_SECONDS = 3_600;

export function awakeKey(repository: string): string {
  return `awake#${repository}`;
}

/** Whether one of these rules runs here, or nobody knows. */
export async function isOneAwake(
  sleepers: readonly AnyAutomation[],
  delivery: Pick<Delivery, 'provider' | 'repository'>,
  cache: Pick<Cache, 'get'>,
): Promise<boolean> {
  if (sleepers.length === 0) return false;
  const kept = await cache.get(awakeKey(repositoryOf(delivery)));
  return !isNames(kept) || sleepers.some(({ name }) => kept.includes(name));
}

/** @param running all that run under the settings in force here */
export async function noteAwake(
  running: readonly AnyAutomation[],
  delivery: Pick<Delivery, 'provider' | 'repository'>,
  cache: Pick<Cache, 'get' | 'put'>,
): Promise<void> {
  const names = running.filter(({ sleeps }) => sleeps === true).map(({ name }) => name);
  const key = awakeKey(repositoryOf(delivery));
  const kept = await cache.get(key);
  if (isNames(kept) && kept.join() === names.join()) return;
  await cache.put(key, names, AWAKE_SECONDS);
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
