/**
 * Whether people whom a pull request names are known here, and how often a forge is asked about it: whoever pushes names as
 * they like, and each costs two requests.
 */
import type { Cache } from '../store/stores.ts';

export type Trust = 'trusted' | 'stranger' | 'nobody';

/** Who is in stays so for a while; who is not may be invited the next moment. */
const KEPT_SECONDS = 3_600;
const WINDOW_SECONDS = 3_600;
/** Look-ups in an hour that are not remembered. */
const MOST = { pull: 100, repository: 400 } as const;

type Sources = {
  readonly cache: Pick<Cache, 'get' | 'put' | 'count'>;
  /** `github:acme/widgets` */
  readonly repository: string;
  readonly number: number;
  readonly ask: (login: string) => Promise<Trust>;
};

/** `unchecked`: so many were asked about lately that this one is not. */
export function trustSparing({
  cache,
  repository,
  number,
  ask,
}: Sources): (login: string) => Promise<Trust | 'unchecked'> {
  const isSpent = async (key: string, most: number): Promise<boolean> =>
    (await cache.count(`trust-asked#${key}`, WINDOW_SECONDS)) > most;
  return async (login) => {
    const key = `trust#${repository}#${login.toLowerCase()}`;
    const kept = await cache.get(key);
    if (kept === 'trusted') return kept;
    // One pull request alone does not use up what all of them share.
    if (await isSpent(`${repository}#${number}`, MOST.pull)) return 'unchecked';
    if (await isSpent(repository, MOST.repository)) return 'unchecked';
    const found = await ask(login);
    if (found === 'trusted') await cache.put(key, found, KEPT_SECONDS);
    return found;
  };
}
