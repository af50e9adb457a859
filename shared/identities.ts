/**
 * Whose a login is. Files name logins, and a forge gives a login that was given up to the next who asks: so the first
 * account that has power by its login keeps that login, and another one that turns up under it is nobody.
 */
import * as z from 'zod/mini';
import type { Person } from './language/index.ts';
import type { Cache } from './store/stores.ts';

export type Identities = {
  /** Whether the login is this person's and was nobody else's. Recorded when nothing is: ask only where a file names it. */
  isTheirs(person: Pick<Person, 'login' | 'id'>): Promise<boolean>;
};

/** Longer than a year, so that who acts once a year is remembered. */
const KEPT_SECONDS = 400 * 24 * 3_600;
/** A use begins it anew, when the last one that did is so long ago. */
const RENEWED_MS = 30 * 24 * 3_600_000;

const recorded = z.object({ version: z.string(), id: z.string() });

/** @param at when all of it is asked; ISO 8601 */
export function identitiesIn(cache: Cache, provider: string, at: string): Identities {
  async function recordedAt(key: string): Promise<z.infer<typeof recorded> | undefined> {
    const parsed = recorded.safeParse(await cache.get(key));
    return parsed.success ? parsed.data : undefined;
  }

  async function ask(key: string, id: string): Promise<boolean> {
    const value = { version: at, id };
    const known = await recordedAt(key);
    if (known === undefined) {
      if (await cache.swap(key, undefined, value, KEPT_SECONDS)) return true;
      // Somebody was first in between.
      return (await recordedAt(key))?.id === id;
    }
    if (known.id !== id) return false;
    const since = Date.parse(at) - Date.parse(known.version);
    if (since > RENEWED_MS) await cache.swap(key, known.version, value, KEPT_SECONDS);
    return true;
  }

  const answers = new Map<string, Promise<boolean>>();
  return {
    async isTheirs({ login, id }) {
      if (id === '') return false;
      const key = `identity#${provider}#${login.toLowerCase()}`;
      const asked = answers.get(`${key}#${id}`) ?? ask(key, id);
      answers.set(`${key}#${id}`, asked);
      return asked;
    },
  };
}
