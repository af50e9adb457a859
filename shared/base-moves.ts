/**
 * What a push does to the pull requests into its branch: those that it changes something for get a delivery of their own,
 * in their own turn. One request lists a hundred of them; pushes that follow each other closely share a look.
 */
import type { Services } from './carry-out.ts';
import { repositoryOf, type BaseLook, type Delivery, type Person, type Target } from './delivery.ts';
import { NotYet, reasonOf, Refusal } from './errors.ts';
import { labelOn, NEEDS_REBASE } from './language/index.ts';
import { log } from './log.ts';
import { warnOfPush } from './merge-warnings.ts';
import { couldMerge } from './merge/queries.ts';
import type { PullsOnto, Read } from './providers/provider.ts';
import { sharedQuota, shareQuota, suffices } from './quota.ts';
import { rulesHere } from './rules-here.ts';
import { forgetSettings, settingsReader } from './settings-here.ts';
import type { InForce } from './settings/index.ts';

/** Lists of one branch that are read in a minute without waiting; what more pushes change is seen by one look after it. */
const AT_ONCE = 10;
const WINDOW_SECONDS = 60;
/** The look that pushes beyond that share comes so long after them, and at most twice as long. */
const AFTER_SECONDS = 30;
/** How long a forge is given to find out about conflicts before it is asked again, each time. */
const FIND_OUT_SECONDS: readonly number[] = [5, 60, 240];
/** Moments at which it is looked again: whoever wants a look by then shares the one there is. */
const SOON_SLOT_SECONDS = 15;
const SLOT_SECONDS = 60;
/** Pages of a list; a branch with more pull requests than these hold is looked at by its newest alone. */
const MAX_PAGES = 20;
/** Who acts when a branch does. */
const BRANCH: Person = { login: 'bowsprit', id: '0', bot: true };

type Push = NonNullable<Delivery['push']>;

/** What is known of the branch moves at once; what it means for pull requests follows, and then whoever is to be told. */
export async function pushed(delivery: Delivery, push: Push, services: Services): Promise<void> {
  if (push.byHand?.kind !== 'deleted') await moved(delivery, push, services);
  await warnOfPush(delivery, push, services);
}

async function moved(delivery: Delivery, push: Push, services: Services): Promise<void> {
  const ref = push.ref.replace(/^refs\/heads\//, '');
  const { cache } = services;
  const settingsMayHaveChanged = push.ownersMayHaveChanged && push.markdownAlone !== true;
  if (settingsMayHaveChanged) await forgetSettings(delivery, ref, cache);
  const carry = (): Promise<void> => services.carryOwners(repositoryOf(delivery), ref, push.before, push.after);
  if (!push.ownersMayHaveChanged) await carry();
  const look: BaseLook = { ref, all: settingsMayHaveChanged, page: 0, again: 0 };
  const spent = await cache.count(looksKey(delivery, ref), WINDOW_SECONDS);
  if (spent > AT_ONCE) {
    // Whether front matter counts is not known without looking: to look at all of them is never wrong.
    return later(delivery, { ...look, all: push.ownersMayHaveChanged }, AFTER_SECONDS, AFTER_SECONDS, services);
  }
  const inForce = await looked(delivery, look, services, push.markdownAlone === true);
  if (push.markdownAlone === true && inForce?.settings.owners.markdownFrontMatter === false) await carry();
}

/** The forge has been asked about conflicts of one pull request and finds out: soon it is asked again, and not for ever. */
export async function lookAgain(delivery: Delivery, { send, now }: Services): Promise<void> {
  const { again = { time: 0 }, target } = delivery;
  const wait = FIND_OUT_SECONDS[again.time];
  if (wait === undefined || target === undefined) return;
  const { text: _, review: __, headMoved: ___, label: ____, ...rest } = delivery;
  await send({
    ...rest,
    id: `${delivery.id}/again`,
    event: 'base-moved',
    sender: BRANCH,
    again: { time: again.time + 1, due: new Date(now().getTime() + wait * 1_000).toISOString() },
  });
}

/** A look at one pull request that was put off takes its turn now. */
export async function lookNow(delivery: Delivery, due: string, { send, now }: Services): Promise<void> {
  waitFor(due, now());
  await send({ ...delivery, id: `${delivery.id}/now`, again: { time: delivery.again?.time ?? 1 } });
}

function waitFor(due: string, now: Date): void {
  const seconds = (Date.parse(due) - now.getTime()) / 1_000;
  if (seconds > 0) throw new NotYet('it is not time to look again', seconds);
}

/** A look that was put off, or goes on with the next page. */
export async function lookAtBase(delivery: Delivery, look: BaseLook, services: Services): Promise<void> {
  if (look.due !== undefined) waitFor(look.due, services.now());
  await looked(delivery, look, services, false);
}

/** @returns the settings of the branch where there is a pull request into it, and so a reason to know them. */
async function looked(
  delivery: Delivery,
  look: BaseLook,
  services: Services,
  markdown: boolean,
): Promise<InForce | undefined> {
  const shared = await sharedQuota(services.cache, delivery);
  if (!suffices(shared, 'sweep', services.now())) {
    // What can be merged is judged anew before it is; only labels and notices wait for the next push.
    log.warn('look at a branch left out to spare the forge', { delivery: delivery.id, ref: look.ref });
    return undefined;
  }
  const found = await listed(delivery, look, services);
  const [first] = found?.pulls ?? [];
  if (found === undefined || first === undefined) return undefined;
  const inForce = await settingsFor(delivery, first.target, services);
  const all = look.all || (markdown && inForce.settings.owners.markdownFrontMatter);
  const watched = rulesHere(inForce, services).automations.some(({ name }) => name === 'needs-rebase');
  const wanted = found.pulls.filter(
    ({ target, mergeable }) =>
      all ||
      (watched && disagrees(target, mergeable)) ||
      (look.again === 0 && couldMerge(inForce.settings, target.labels)),
  );
  await Promise.all(wanted.map(({ target }) => services.send(aboutOne(delivery, target))));
  if (watched && found.pulls.some(({ mergeable }) => mergeable === 'unknown')) {
    const wait = FIND_OUT_SECONDS[look.again];
    const again: BaseLook = { ref: look.ref, all: false, page: 0, again: look.again + 1 };
    const slot = look.again === 0 ? SOON_SLOT_SECONDS : SLOT_SECONDS;
    if (wait !== undefined) await later(delivery, again, wait, slot, services);
  }
  if (found.after !== undefined) await next(delivery, { ...look, all }, found.after, services);
  return inForce;
}

function looksKey(delivery: Delivery, ref: string): string {
  return `base-looks#${repositoryOf(delivery)}#${ref}`;
}

async function listed(delivery: Delivery, look: BaseLook, services: Services): Promise<PullsOnto | undefined> {
  const { provider, cache, now } = services;
  try {
    const connection = await provider(delivery.provider).connect(delivery, { notices: () => ({}), resumed: false });
    const found = await connection.read.pullsOnto(look.ref, look.after);
    // Of a branch with many pull requests a look costs as much as several.
    if (look.page > 0) await cache.count(looksKey(delivery, look.ref), WINDOW_SECONDS);
    await shareQuota(cache, delivery, connection.quota(), now());
    return found;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nobody asked for anything, and nothing can be done here any more.
    log.warn('delivery left alone', { delivery: delivery.id, reason: reasonOf(error) });
    return undefined;
  }
}

/** The settings that count for pull requests into the branch. */
async function settingsFor(delivery: Delivery, target: Target, services: Services): Promise<InForce> {
  const about: Delivery = { ...delivery, target };
  const read = async (): Promise<Read> =>
    (await services.provider(delivery.provider).connect(about, { notices: () => ({}), resumed: false })).read;
  const reader = settingsReader({ delivery: about, read, cache: services.cache, book: services.settings });
  return (await reader.now()).inForce;
}

/** Whether the label says otherwise than the forge; what is not known agrees with anything. */
function disagrees({ labels }: Target, mergeable: PullsOnto['pulls'][number]['mergeable']): boolean {
  const on = labelOn(new Set(labels), NEEDS_REBASE) !== undefined;
  return mergeable !== 'unknown' && on !== (mergeable === 'conflicting');
}

function aboutOne(delivery: Delivery, target: Target): Delivery {
  const { push: _, base: __, ...rest } = delivery;
  return { ...rest, id: `${delivery.id}/${target.number}`, event: 'base-moved', sender: BRANCH, target };
}

async function next(delivery: Delivery, look: BaseLook, after: string, { send }: Services): Promise<void> {
  const page = look.page + 1;
  if (page >= MAX_PAGES) {
    log.warn('not all pull requests of a branch are looked at', { delivery: delivery.id, ref: look.ref });
    return;
  }
  await send(ofBranch(delivery, `${delivery.id.replace(/\+\d+$/, '')}+${page}`, { ...look, after, page }));
}

/** At the end of the slot: whoever asks for a look in the same one asks for the same, which the queue keeps once. */
async function later(
  delivery: Delivery,
  look: BaseLook,
  seconds: number,
  slot: number,
  { send, now }: Services,
): Promise<void> {
  const slots = Math.ceil((now().getTime() / 1_000 + seconds) / slot);
  const due = new Date(slots * slot * 1_000).toISOString();
  const what = `${look.all ? 'all' : 'conflicts'}:${look.again}`;
  await send(ofBranch(delivery, `base:${repositoryOf(delivery)}@${look.ref}:${what}:${due}`, { ...look, due }));
}

function ofBranch(delivery: Delivery, id: string, base: BaseLook): Delivery {
  const { push: _, ...rest } = delivery;
  return { ...rest, id, event: 'base-moved', sender: BRANCH, base };
}
