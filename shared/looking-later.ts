/**
 * A rule that lets things settle looks once, so many seconds later. Until then its delivery rests in the queue, hidden and in
 * a group of its own: it keeps nothing else waiting, costs nothing, and whatever dies meanwhile, it is there when it is due.
 */
import type { Services } from './carry-out.ts';
import type { Delivery, Person } from './delivery.ts';

/** Who acts when a rule looks by itself. */
const KEEPER: Person = { login: 'bowsprit', id: '0', bot: true };
/** Well below the 12 hours for which a queue hides a message. */
const MAX_LATER_SECONDS = 3_600;

/** Asked for twice, it is one look: the queue, and the key of the delivery, know it by its id. */
export async function lookLater(
  delivery: Delivery,
  rule: string,
  seconds: number,
  { send, now }: Pick<Services, 'send' | 'now'>,
): Promise<void> {
  const { version, id, provider, installation, repository, at, receivedAt, target } = delivery;
  if (target === undefined) return;
  const due = new Date(now().getTime() + Math.min(seconds, MAX_LATER_SECONDS) * 1_000).toISOString();
  await send({
    version,
    id: `${id}/due-${rule}`,
    provider,
    installation,
    repository,
    at,
    receivedAt,
    target,
    event: 'due',
    dueFor: rule,
    sender: KEEPER,
    again: { time: 1, due },
  });
}
