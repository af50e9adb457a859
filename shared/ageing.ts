/**
 * Where things grow old: a list in the cache of the repositories whose settings say so, as far as anything has happened there
 * since. Each is asked about once a day, in an hour of its own; any other costs nothing.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Services } from './carry-out.ts';
import { pullOf, repositoryOf, type Delivery, type Person } from './delivery.ts';
import { reasonOf, Retryable } from './errors.ts';
import { FROZEN, ROTTEN, STALE, type AgeingSettings, type AnySweep } from './language/index.ts';
import { log } from './log.ts';
import type { OldOnes } from './providers/provider.ts';
import { rulesHere } from './rules-here.ts';
import { settingsReader } from './settings-here.ts';
import type { Settings } from './settings/index.ts';

export const AGEING = 'ageing';
/** Who acts when the clock does. */
const CLOCK: Person = { login: 'bowsprit', id: '0', bot: true };
const KEY = 'ageing#1#github';
const KEPT_SECONDS = 400 * 24 * 3_600;
const MAX_RACES = 20;
/** One item of a table has room for these; what is beyond is named in the log. */
const MAX_PLACES = 2_000;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

const place = z.object({
  installation: z.string(),
  repository: z.object({ id: z.string(), owner: z.string(), name: z.string() }),
});
type Place = z.infer<typeof place>;
const list = z.object({ version: z.string(), places: z.array(place) });

type Here = Pick<Services, 'cache' | 'newId'>;

const nameOf = ({ repository }: Place): string => repositoryOf({ provider: 'github', repository });

/** Called for whatever happens in a repository: one read, and one write when it is on for the first time. */
export async function noteAgeing(
  sweeps: readonly Pick<AnySweep, 'name'>[],
  { installation, repository }: Pick<Delivery, 'installation' | 'repository'>,
  here: Here,
): Promise<void> {
  if (!sweeps.some(({ name }) => name === AGEING)) return;
  const own: Place = { installation, repository };
  await rewrite((places) => {
    if (places.some((each) => nameOf(each) === nameOf(own) && each.installation === installation)) return places;
    const others = places.filter((each) => nameOf(each) !== nameOf(own));
    if (others.length < MAX_PLACES) return [...others, own];
    log.warn('more repositories than can be aged', { repository: nameOf(own) });
    return others;
  }, here);
}

async function rewrite(change: (places: readonly Place[]) => readonly Place[], { cache, newId }: Here): Promise<void> {
  for (let races = 0; races < MAX_RACES; races += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const parsed = list.safeParse(await cache.get(KEY));
    const [version, before] = parsed.success ? [parsed.data.version, parsed.data.places] : [undefined, []];
    const places = change(before);
    if (places === before || JSON.stringify(places) === JSON.stringify(before)) return;
    // oxlint-disable-next-line no-await-in-loop
    if (await cache.swap(KEY, version, { version: newId(), places }, KEPT_SECONDS)) return;
  }
  throw new Retryable('too many writers of one list');
}

/** The hour of the day in which a repository is looked at: spread over all of them. */
export function hourFor(repository: string): number {
  return createHash('sha256').update(repository).digest().readUInt16BE(0) % DAY_HOURS;
}

/** @returns how many issues and pull requests are looked at. */
export async function ageOld(services: Services): Promise<number> {
  const parsed = list.safeParse(await services.cache.get(KEY));
  const hour = new Date(services.now()).getUTCHours();
  const due = (parsed.success ? parsed.data.places : []).filter((each) => hourFor(nameOf(each)) === hour);
  let count = 0;
  for (const each of due) {
    try {
      // One after the other: all of them share the limits of searching.
      // oxlint-disable-next-line no-await-in-loop
      count += await ageIn(each, services);
    } catch (error) {
      // One that cannot be read must not keep the others; tomorrow is another day.
      log.warn('repository not aged', { repository: nameOf(each), reason: reasonOf(error) });
    }
  }
  log.info('sweep finished', { sweep: AGEING, found: count });
  return count;
}

async function ageIn(here: Place, services: Services): Promise<number> {
  const { provider, send, now, cache, settings: book } = services;
  const at = now().toISOString();
  const day = Math.floor(now().getTime() / (DAY_HOURS * HOUR_MS));
  const about: Delivery = {
    version: 1,
    id: `${AGEING}:${day}:${nameOf(here)}`,
    provider: 'github',
    ...here,
    event: 'swept',
    sweep: AGEING,
    sender: CLOCK,
    at,
    receivedAt: at,
  };
  const read = async () => (await provider('github').connect(about, { notices: () => ({}), resumed: false })).read;
  const { inForce } = await settingsReader({ delivery: about, read, cache, book }).now();
  if (!rulesHere(inForce, services).sweeps.some(({ name }) => name === AGEING)) {
    await rewrite((places) => places.filter((each) => nameOf(each) !== nameOf(here)), services);
    return 0;
  }
  const found = new Map<string, Delivery>();
  for (const sought of soughtIn(inForce.settings, now(), day)) {
    // oxlint-disable-next-line no-await-in-loop
    for (const { target } of await provider('github').findOld(here, sought)) {
      const pull = pullOf(about, target.number);
      found.set(pull, { ...about, id: `sweep:${AGEING}:${day}:${pull}`, target });
    }
  }
  await Promise.all([...found.values()].map((delivery) => send(delivery)));
  return found.size;
}

/** The searches of a day: of each kind what is not called anything yet, and what is. */
export function soughtIn({ ageing }: Pick<Settings, 'ageing'>, now: Date, turn: number): readonly OldOnes[] {
  const kinds: readonly OldOnes['kind'][] = [
    ...(ageing.issues ? ['issue' as const] : []),
    ...(ageing.pulls ? ['pull' as const] : []),
  ];
  const without = [...new Set([FROZEN, ...ageing.exempt])];
  const { perDay: most } = ageing;
  return kinds.flatMap((kind): readonly OldOnes[] => [
    { kind, labels: [], without: [STALE, ROTTEN, ...without], before: daysAgo(now, ageing.staleDays), most, turn },
    { kind, labels: [STALE, ROTTEN], without, before: beforeFor(ageing, now), most, turn },
  ]);
}

/** What people answer is looked for as well where that changes something. */
function beforeFor({ revives, rottenDays, closes, closeDays }: AgeingSettings, now: Date): string | undefined {
  if (revives) return undefined;
  return daysAgo(now, closes ? Math.min(rottenDays, closeDays) : rottenDays);
}

/** GitHub compares to the second. */
function daysAgo(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_HOURS * HOUR_MS).toISOString().replace(/\.\d+Z$/, 'Z');
}
