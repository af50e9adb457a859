/** Which messages are carried out apart: those that somebody took before and never gave back. */
import { keyOf, type Services } from './carry-out.ts';
import type { Delivery } from './delivery.ts';

/** A process that was killed for a reason of its own leaves the same trace; apart, its delivery ends as it would anywhere. */
export async function isSuspect(
  delivery: Delivery,
  receives: number,
  { seen }: Pick<Services, 'seen'>,
): Promise<boolean> {
  return receives > 1 && seen.abandoned(keyOf(delivery));
}
