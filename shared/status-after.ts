/**
 * What a comment changed is shown by the check and the status of merging in a delivery of its own: no command waits for
 * them, and its requests are not the command's. It says nothing where nothing it shows has changed.
 */
import type { Delivery, Person } from './delivery.ts';
import type { ActionName, SettingsIn } from './language/index.ts';
import type { mergeSettings } from './merge/settings.ts';

/** Whose act it is to look at what others did. */
const NOBODY: Person = { login: 'bowsprit', id: '0', bot: true };

export async function lookAtStatusAfter(
  delivery: Delivery,
  acted: ReadonlySet<ActionName>,
  { merge }: SettingsIn<{ readonly merge: typeof mergeSettings }>,
  send: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  const { text, target, ...rest } = delivery;
  const isComment = text !== undefined && delivery.event.startsWith('comment-') && target?.kind === 'pull';
  if (merge.status === 'off' || !isComment || acted.size === 0 || acted.has('merge')) return;
  await send({ ...rest, target, id: `${delivery.id}/status`, event: 'found', sender: NOBODY });
}
