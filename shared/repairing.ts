/**
 * The second net, below events and the recovery of webhooks: the clock has every pull request looked at that changed
 * lately, tells again what was missed, and lets the rules that need no event judge it as it is.
 */
import type { Services } from './carry-out.ts';
import { pullOf, type Delivery, type Person, type Target } from './delivery.ts';
import { reasonOf, Refusal } from './errors.ts';
import { log } from './log.ts';
import type { Connection, PullNow } from './providers/provider.ts';
import { sharedQuota, suffices } from './quota.ts';
import { readingFor } from './reading.ts';
import { disagreeing, missedIn, type Missed, type Present } from './repair.ts';
import { rulesHere } from './rules-here.ts';
import { settingsReader } from './settings-here.ts';

export const REPAIR = {
  name: 'repair',
  summary: 'Compares pull requests that changed lately with what their events told, and makes up for what was missed.',
  every: 60,
} as const;

/** Each change is looked at three times: searches lag, and a run may fail. */
const LATELY_MS = 3 * REPAIR.every * 60_000;
/** Who acts when the clock does. */
const CLOCK: Person = { login: 'bowsprit', id: '0', bot: true };

/** @returns how many pull requests are looked at. */
export async function repairSweep({ provider, send, now }: Services): Promise<number> {
  const at = now();
  const slot = Math.floor(at.getTime() / (REPAIR.every * 60_000));
  const found = await provider('github').find([], [], secondsOf(new Date(at.getTime() - LATELY_MS)));
  const deliveries = found.map(({ installation, repository, target }): Delivery => {
    const pull = pullOf({ provider: 'github', repository }, target.number);
    return {
      version: 1,
      id: `${REPAIR.name}:${slot}:${pull}`,
      provider: 'github',
      installation,
      repository,
      event: 'found',
      sweep: REPAIR.name,
      sender: CLOCK,
      at: at.toISOString(),
      receivedAt: at.toISOString(),
      target,
    };
  });
  await Promise.all(deliveries.map((delivery) => send(delivery)));
  log.info('sweep finished', { sweep: REPAIR.name, found: found.length });
  return found.length;
}

/** Forges search by seconds. */
function secondsOf(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Whether it only asks for a look: what comes of that are deliveries of their own. */
export function asksForRepair({ event, sweep }: Delivery): boolean {
  return event === 'found' && sweep === REPAIR.name;
}

/** Queues what was missed, in order and behind what waits already, and after it the pull request as it is. */
export async function repair(delivery: Delivery, target: Target, services: Services): Promise<void> {
  const pull = pullOf(delivery, target.number);
  if (!suffices(await sharedQuota(services.cache, delivery), 'sweep', services.now())) {
    // What changed is looked at more than once.
    log.warn('sweep left out to spare the forge', { delivery: delivery.id, pull });
    return;
  }
  try {
    const connection = await services
      .provider(delivery.provider)
      .connect(delivery, { notices: () => ({}), resumed: false });
    const now = await connection.read.pull();
    if (now.state !== 'open') return;
    const missed = await missedOf(delivery, pull, now, connection, services);
    if (missed.length > 0) {
      const events = missed.map(({ event }) => event).join(' ');
      log.warn('events were missed', { pull, missed: missed.length, events }, { EventsMissed: missed.length });
    }
    const all = [...missed.map((each) => toldOf(each, delivery, target, now)), asItIs(delivery, target, now)];
    for (const [index, each] of all.entries()) {
      // In order: the queue keeps the one in which they are sent.
      // oxlint-disable-next-line no-await-in-loop
      await services.send({ ...each, id: `${delivery.id}/${index}` });
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nobody asked for anything, and nothing can be done here any more.
    log.warn('delivery left alone', { delivery: delivery.id, pull, reason: reasonOf(error) });
  }
}

async function missedOf(
  delivery: Delivery,
  name: string,
  pull: PullNow,
  { read }: Connection,
  services: Services,
): Promise<readonly Missed[]> {
  const { audit, states, cache, owners, settings: book } = services;
  const [state, records] = [await states.read(name), await audit.after(name, 0)];
  const { inForce, files } = await settingsReader({ delivery, read: async () => read, cache, book }).now();
  const { grammar, catalogue } = rulesHere(inForce, services);
  const reading = readingFor({
    delivery,
    read: { ...read, pull: async () => pull },
    cache,
    owners,
    inForce,
    files,
    book,
    grammar,
    catalogue,
    state,
    commands: [],
    ledger: services.ledger,
    now: services.now,
  });
  const { approval } = await reading.seen(['approval']);
  const present: Present = { pull, state, records, approved: approval?.approved === true };
  return missedIn(present, disagreeing(present).length > 0 ? await read.labelChanges() : []);
}

/** What was opened is a head of which nobody knows since when: no comment of that moment is taken to be about it. */
function toldOf(missed: Missed, delivery: Delivery, target: Target, pull: PullNow): Delivery {
  const { event, by, at, headSha, before, review, label } = missed;
  return {
    ...asItIs(delivery, target, pull),
    event,
    sender: by ?? CLOCK,
    at,
    target: { ...presentOf(target, pull), headSha },
    ...(before === undefined && event !== 'opened' ? {} : { headMoved: { before: before ?? '', after: headSha } }),
    ...(review === undefined ? {} : { review: reviewIn(review) }),
    ...(label === undefined ? {} : { label }),
  };
}

function reviewIn({ id, verdict, headSha, by }: NonNullable<Missed['review']>): NonNullable<Delivery['review']> {
  return { id, verdict, headSha, by };
}

/** Woken by it are the rules that need to know nothing but what is so. */
function asItIs(delivery: Delivery, target: Target, pull: PullNow): Delivery {
  return { ...delivery, event: 'found', sweep: undefined, target: presentOf(target, pull) };
}

/** The same for whoever asks for it, in a delivery of its own. */
export function asItIsNow(delivery: Delivery, now: PullNow): Delivery {
  const { target, text, review: _, headMoved: __, label: ___, redrive: ____, ...rest } = delivery;
  if (target === undefined) throw new Error('only a pull request is looked at anew');
  const asker = text === undefined ? undefined : { by: delivery.sender, kind: text.kind, id: text.id };
  return {
    ...asItIs(rest, target, now),
    id: `${delivery.id}/anew`,
    sender: CLOCK,
    ...(asker === undefined ? {} : { asker }),
  };
}

/** Of which nothing is known but the number. */
export function targetNumbered(number: number): Target {
  const author = { login: '', id: '', bot: false };
  return { kind: 'pull', number, author, state: 'open', title: '', labels: [], locked: false };
}

export function presentOf(target: Target, { headSha, baseRef, title, draft, labels, author }: PullNow): Target {
  return { ...target, author, state: 'open', headSha, baseRef, title, draft, labels: [...labels] };
}
