/** What the clock wakes: finds the pull requests a sweep is about and gives each a delivery, in its own turn. */
import type { Services } from './carry-out.ts';
import { pullOf, type Delivery, type Person } from './delivery.ts';
import { log } from './log.ts';

/** Who acts when the clock does. */
const CLOCK: Person = { login: 'bowsprit', id: '0', bot: true };

/** @returns how many pull requests were found. */
export async function sweepOf(name: string, { provider, sweeps, send, now }: Services): Promise<number> {
  const sweep = sweeps.find((each) => each.name === name);
  if (sweep?.finds === undefined) throw new Error(`no sweep is named ${name}`);
  const at = now().toISOString();
  // Two runs in the same slot find the same deliveries, which the queue keeps once.
  const slot = Math.floor(now().getTime() / (sweep.every * 60_000));
  const found = await provider('github').find(sweep.finds.labels, sweep.finds.without);
  const deliveries = found.map(({ installation, repository, target }): Delivery => {
    const pull = pullOf({ provider: 'github', repository }, target.number);
    return {
      version: 1,
      id: `sweep:${name}:${slot}:${pull}`,
      provider: 'github',
      installation,
      repository,
      event: 'swept',
      sweep: name,
      sender: CLOCK,
      at,
      receivedAt: at,
      target,
    };
  });
  await Promise.all(deliveries.map((delivery) => send(delivery)));
  log.info('sweep finished', { sweep: name, found: found.length });
  return found.length;
}
