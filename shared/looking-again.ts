/** What waited for something that is not about it is looked at again: a delivery for each pull request, in its own turn. */
import { createHash } from 'node:crypto';
import type { Services } from './carry-out.ts';
import { branchOf, repositoryOf, type Delivery, type Person } from './delivery.ts';
import { blockersKey } from './facts/blockers.ts';
import type { ActionResult, EngineAction } from './language/index.ts';
import { isNamed } from './merge/branches.ts';
import { endTurn } from './pool.ts';
import { queuesIn } from './queued-lately.ts';
import type { Read } from './providers/provider.ts';

/** Who acts when something else than a person does. */
const KEEPER: Person = { login: 'bowsprit', id: '0', bot: true };

/** Sent again under the same ids where it is repeated, so the queue keeps each once. */
export async function lookedAgain(
  action: Extract<EngineAction, { readonly is: 'look-again' }>,
  delivery: Delivery,
  read: Pick<Read, 'openPulls'>,
  couldMerge: (labels: readonly string[]) => boolean,
  { cache, send }: Pick<Services, 'cache' | 'send'>,
): Promise<ActionResult> {
  if (action.whereQueued === true && !(await queuesIn(delivery, cache))) return { result: 'unchanged' };
  if (action.forget.includes('blockers')) await cache.remove(blockersKey(repositoryOf(delivery)));
  const number = delivery.target?.number ?? 0;
  if (action.forget.includes('turn') && action.branches !== 'all') {
    for (const name of action.branches) {
      // oxlint-disable-next-line no-await-in-loop
      await endTurn(branchOf(delivery, name), number, cache);
    }
  }
  const { branches } = action;
  const waiting = (await read.openPulls()).filter(
    ({ baseRef = '', labels, number: other }) =>
      // Whose turn is over has just been looked at.
      !(other === number && action.forget.includes('turn')) &&
      (branches === 'all' || branches.some((name) => isNamed(name, baseRef))) &&
      couldMerge(labels),
  );
  const digest = createHash('sha256').update(JSON.stringify(branches)).digest('hex').slice(0, 8);
  const { version, provider, installation, repository, at, receivedAt } = delivery;
  await Promise.all(
    waiting.map((target) =>
      send({
        version,
        id: `${delivery.id}/again-${digest}/${target.number}`,
        provider,
        installation,
        repository,
        event: 'found',
        sender: KEEPER,
        at,
        receivedAt,
        target,
      }),
    ),
  );
  return { result: waiting.length === 0 ? 'unchanged' : 'done' };
}
