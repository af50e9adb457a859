/** Deliveries that were given up are kept, so that they can be sent round again: each time under an id of its own. */
import { parseDelivery, type Delivery } from './delivery.ts';
import { log } from './log.ts';
import { reasonOf, Retryable } from './errors.ts';
import type { Cache } from './store/stores.ts';

/** As long as idempotency keys are kept. */
const KEPT_SECONDS = 30 * 24 * 3_600;

const keyOf = (delivery: string): string => `given-up#${delivery}`;

/** @throws Retryable where the table is away; what cannot be kept for another reason is recorded and told of all the same. */
export async function keepGivenUp(delivery: Delivery, cache: Cache): Promise<void> {
  try {
    await cache.put(keyOf(delivery.id), delivery, KEPT_SECONDS);
  } catch (error) {
    if (error instanceof Retryable) throw error;
    log.error('given up and not kept', { delivery: delivery.id, reason: reasonOf(error) });
  }
}

/** Undefined where it is kept no longer. */
export async function givenUp(delivery: string, cache: Pick<Cache, 'get'>): Promise<Delivery | undefined> {
  const kept = await cache.get(keyOf(delivery));
  return kept === undefined ? undefined : parseDelivery(JSON.stringify(kept));
}

const NAME = /^(?<first>.*?)(?:~redrive-(?<time>\d+))?$/s;

/** Which delivery of the forge's it is, and for the how many-th time it is sent round; 0 for the first. */
export function roundOf(delivery: string): { readonly first: string; readonly time: number } {
  const { first = delivery, time = '0' } = NAME.exec(delivery)?.groups ?? {};
  return { first, time: Number(time) };
}

/** The same delivery as another one: only these places in it are looked at, and what follows from them. */
export function sentRoundAgain(delivery: Delivery, positions: readonly number[]): Delivery {
  const { first, time } = roundOf(delivery.id);
  return { ...delivery, id: `${first}~redrive-${time + 1}`, redrive: { time: time + 1, positions: [...positions] } };
}
