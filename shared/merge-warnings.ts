/**
 * Tells outside of the forge what people push to branches by themselves. Where that is off, a push costs one look into the
 * cache and asks the forge nothing: whoever reads settings anyway notes that they are on.
 */
import { branchOf, type Delivery } from './delivery.ts';
import { reasonOf, Refusal } from './errors.ts';
import { mergeWarning, type MergeWarningSettings } from './language/index.ts';
import { log } from './log.ts';
import type { Read } from './providers/provider.ts';
import { PUSHED_TYPE, type Put } from './publish.ts';
import type { Services } from './carry-out.ts';
import { settingsReader, warnsKey } from './settings-here.ts';

type Push = NonNullable<Delivery['push']>;
type Needed = Pick<Services, 'cache' | 'provider' | 'settings'> & { readonly put: Put };

export async function warnOfPush(delivery: Delivery, push: Push, services: Needed): Promise<void> {
  // Settings that a push changed are read at once, or nobody would know that they switch this on.
  const changed = push.settingsChanged === true ? await settingsOf(delivery, services) : undefined;
  const { byHand } = push;
  if (byHand === undefined) return;
  const set = changed ?? ((await mayBeOn(delivery, services)) ? await settingsOf(delivery, services) : undefined);
  if (set === undefined) return;
  const { repository, sender, id, at } = delivery;
  const branch = push.ref.replace(/^refs\/heads\//, '');
  const { kind, pusher, commits, andMore = false, compare } = byHand;
  const name = `${repository.owner}/${repository.name}`;
  const reason = mergeWarning({ kind, branch, repository: name, sender: sender.login, pusher, commits, andMore }, set);
  if (reason === undefined) return;
  const detail = {
    id,
    at,
    pull: branchOf(delivery, branch),
    actor: { login: sender.login, id: sender.id },
    pusher,
    command: 'merge-warnings',
    reason,
    source: { kind: 'push', id: push.after, url: compare },
    push: { kind, branch, before: push.before, after: push.after, commits },
    channels: set.channels,
  };
  await services.put({ type: PUSHED_TYPE, at, detail: JSON.stringify(detail) });
}

/** Whether the deployment's own settings switch it on, or those that somebody read. */
async function mayBeOn({ provider, repository }: Delivery, { settings, cache }: Needed): Promise<boolean> {
  if (settings.inForce(repository, {}).settings.mergeWarnings.enabled) return true;
  return (await cache.get(warnsKey({ provider, repository }))) !== undefined;
}

async function settingsOf(delivery: Delivery, services: Needed): Promise<MergeWarningSettings | undefined> {
  const { cache, settings: book } = services;
  const read = async (): Promise<Read> =>
    (await services.provider(delivery.provider).connect(delivery, { notices: () => ({}), resumed: false })).read;
  try {
    const { inForce } = await settingsReader({ delivery, read, cache, book }).now();
    if (inForce.settings.mergeWarnings.enabled) return inForce.settings.mergeWarnings;
    await cache.remove(warnsKey(delivery));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nothing can be read here any more.
    log.warn('push not told', { delivery: delivery.id, reason: reasonOf(error) });
  }
  return undefined;
}
