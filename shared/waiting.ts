/**
 * Which pull requests are held until something comes that no event of their own tells of: a day, or a merge elsewhere. A list
 * in the cache finds them without asking the forge. What is true stands in the audit trail of each: a list that was lost
 * is put together again from the pull requests that carry the label.
 */
import * as z from 'zod/mini';
import type { Services } from './carry-out.ts';
import { pullOf, repositoryOf, type Delivery, type Person, type ProviderId, type Target } from './delivery.ts';
import { Retryable } from './errors.ts';
import { HOLD, labelOn, type Hold } from './language/index.ts';
import { log } from './log.ts';

export const WAITING = {
  name: 'holds',
  summary: 'Has a pull request looked at again when the day has come until which it is held.',
  every: 5,
} as const;
export const HELD = {
  name: 'held',
  summary: 'Looks for pull requests that are held until something comes, in case one was forgotten.',
  every: 360,
} as const;

/** Who acts when the clock does. */
const CLOCK: Person = { login: 'bowsprit', id: '0', bot: true };
const KEPT_SECONDS = 400 * 24 * 3_600;
const MAX_RACES = 20;
/** What events tell of is looked at once an hour all the same. */
const RUNS_AN_HOUR = 60 / WAITING.every;

const entry = z.strictObject({
  installation: z.string(),
  repository: z.object({ id: z.string(), owner: z.string(), name: z.string() }),
  number: z.number(),
  author: z.object({ login: z.string(), id: z.string(), bot: z.boolean() }),
  /** The first of the days; ISO 8601. */
  due: z.optional(z.string()),
  /** For whose merge. */
  pulls: z.array(z.number()),
  /** Whether for a check. */
  check: z.boolean(),
});
type Entry = z.infer<typeof entry>;
const list = z.object({ version: z.string(), entries: z.array(entry) });

const keyOf = (provider: ProviderId): string => `waiting#1#${provider}`;

type Here = Pick<Services, 'cache' | 'newId'>;
type Where = Pick<Delivery, 'provider' | 'installation' | 'repository'>;

/** Has to be called whenever the holds may have changed, and may be called again. */
export async function noteHolds(
  of: Where,
  target: Pick<Target, 'number' | 'author'>,
  holds: readonly Hold[],
  here: Here,
): Promise<void> {
  const pull = pullOf(of, target.number);
  const waits = entryOf(of, target, holds);
  await rewrite(
    of.provider,
    (before) => [
      ...before.filter((each) => nameOf(of.provider, each) !== pull),
      ...(waits === undefined ? [] : [waits]),
    ],
    here,
  );
}

function entryOf(
  { installation, repository }: Where,
  { number, author }: Pick<Target, 'number' | 'author'>,
  holds: readonly Hold[],
): Entry | undefined {
  const waitedFor = holds.flatMap(({ until }) => until ?? []);
  if (waitedFor.length === 0) return undefined;
  const [due] = waitedFor.flatMap((until) => (until.is === 'date' ? [until.at] : [])).toSorted();
  return {
    installation,
    repository,
    number,
    author,
    ...(due === undefined ? {} : { due }),
    pulls: waitedFor.flatMap((until) => (until.is === 'merged' ? [until.pull] : [])),
    check: waitedFor.some(({ is }) => is === 'check'),
  };
}

async function rewrite(
  provider: ProviderId,
  change: (entries: readonly Entry[]) => readonly Entry[],
  { cache, newId }: Here,
): Promise<void> {
  const key = keyOf(provider);
  for (let races = 0; races < MAX_RACES; races += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const parsed = list.safeParse(await cache.get(key));
    const [version, before] = parsed.success ? [parsed.data.version, parsed.data.entries] : [undefined, []];
    const entries = change(before);
    if (JSON.stringify(entries) === JSON.stringify(before)) return;
    // oxlint-disable-next-line no-await-in-loop
    if (await cache.swap(key, version, { version: newId(), entries }, KEPT_SECONDS)) return;
  }
  throw new Retryable('too many writers of one list');
}

async function entriesOf(provider: ProviderId, { cache }: Pick<Services, 'cache'>): Promise<readonly Entry[]> {
  const parsed = list.safeParse(await cache.get(keyOf(provider)));
  return parsed.success ? parsed.data.entries : [];
}

/** Which pull requests of the repository are held until which others are merged; what was forgotten is missing. */
export async function waitsIn(
  delivery: Pick<Delivery, 'provider' | 'repository'>,
  cache: Pick<Services['cache'], 'get'>,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const parsed = list.safeParse(await cache.get(keyOf(delivery.provider)));
  const here = repositoryOf(delivery);
  const entries = (parsed.success ? parsed.data.entries : []).filter(
    ({ repository }) => repositoryOf({ provider: delivery.provider, repository }) === here,
  );
  return new Map(entries.map(({ number, pulls }) => [number, pulls]));
}

function nameOf(provider: ProviderId, { repository, number }: Entry): string {
  return pullOf({ provider, repository }, number);
}

/** A pull request was closed: those that wait for its merge are looked at, and it waits for nothing any more. */
export async function closedFor(delivery: Delivery, target: Target, services: Services): Promise<void> {
  if (target.kind === 'issue') return;
  const entries = await entriesOf(delivery.provider, services);
  const here = repositoryOf(delivery);
  const waiting = entries.filter(
    ({ repository, pulls }) =>
      pulls.includes(target.number) && repositoryOf({ provider: delivery.provider, repository }) === here,
  );
  const { id, provider, receivedAt: at } = delivery;
  await Promise.all(waiting.map((each) => services.send(lookAt(each, provider, { id: `${id}/${each.number}`, at }))));
  const own = pullOf(delivery, target.number);
  if (entries.some((each) => nameOf(provider, each) === own)) await noteHolds(delivery, target, [], services);
}

function lookAt(
  { installation, repository, number, author }: Entry,
  provider: ProviderId,
  { id, at }: { readonly id: string; readonly at: string },
): Delivery {
  return {
    version: 1,
    id,
    provider,
    installation,
    repository,
    event: 'awaited',
    sender: CLOCK,
    at,
    receivedAt: at,
    target: { kind: 'pull', number, author, state: 'open', title: '', labels: [HOLD], locked: false },
  };
}

/** Asks the forge nothing. @returns how many pull requests are looked at. */
export async function wakeWaiting(services: Services): Promise<number> {
  const at = services.now();
  const slot = Math.floor(at.getTime() / (WAITING.every * 60_000));
  const entries = await entriesOf('github', services);
  const due = entries.filter(
    ({ due: day, pulls, check }) =>
      (day !== undefined && Date.parse(day) <= at.getTime()) ||
      (slot % RUNS_AN_HOUR === 0 && (check || pulls.length > 0)),
  );
  await sendAll(due, `${WAITING.name}:${slot}`, services);
  return due.length;
}

async function sendAll(entries: readonly Entry[], run: string, { send, now }: Services): Promise<void> {
  const at = now().toISOString();
  await Promise.all(
    entries.map((each) => send(lookAt(each, 'github', { id: `${run}:${nameOf('github', each)}`, at }))),
  );
}

/** @returns how many pull requests are looked at. */
export async function findWaiting(services: Services): Promise<number> {
  const found = await services.provider('github').find([HOLD], []);
  const slot = Math.floor(services.now().getTime() / (HELD.every * 60_000));
  const waiting: Entry[] = [];
  for (const { installation, repository, target } of found) {
    const where = { provider: 'github', installation, repository } as const;
    // oxlint-disable-next-line no-await-in-loop
    const { holds } = await services.states.read(pullOf(where, target.number));
    const waits = entryOf(where, target, holds);
    if (waits === undefined) continue;
    waiting.push(waits);
    // oxlint-disable-next-line no-await-in-loop
    await noteHolds(where, target, holds, services);
  }
  await sendAll(waiting, `${HELD.name}:${slot}`, services);
  log.info('sweep finished', { sweep: HELD.name, found: waiting.length });
  return waiting.length;
}

/** Whether what checks report may lift a hold. */
export async function waitsForCheck(of: Where, target: Target, { states }: Pick<Services, 'states'>): Promise<boolean> {
  if (labelOn(new Set(target.labels), HOLD) === undefined) return false;
  const { holds } = await states.read(pullOf(of, target.number));
  return holds.some(({ until }) => until?.is === 'check');
}

/** Whether somebody holds it until something comes. */
export function holdsUntil(holds: readonly Hold[]): boolean {
  return holds.some(({ until }) => until !== undefined);
}
