/** Where something was put in a merge queue of the forge's own, lately: whoever is looked for there may be in it. Lost, the clock looks. */
import { repositoryOf, type Delivery } from './delivery.ts';
import type { Cache } from './store/stores.ts';

/** Longer than anything waits in a queue. */
const KEPT_SECONDS = 30 * 24 * 3_600;
const keyOf = (delivery: Delivery): string => `queues#${repositoryOf(delivery)}`;

export function noteQueued(delivery: Delivery, cache: Pick<Cache, 'put'>): Promise<void> {
  return cache.put(keyOf(delivery), true, KEPT_SECONDS);
}

export async function queuesIn(delivery: Delivery, cache: Pick<Cache, 'get'>): Promise<boolean> {
  return (await cache.get(keyOf(delivery))) !== undefined;
}
