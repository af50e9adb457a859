/** A joke or a picture, as often as is bearable: so many in a comment, so many an hour, and none for a while of a service that is away. */
import { FUN_PER_COMMENT, type FunAsked, type FunFound, type FunKind } from '../language/index.ts';
import type { Cache } from '../store/stores.ts';

type Sources = {
  readonly find: ((asked: FunAsked) => Promise<FunFound>) | undefined;
  readonly cache: Pick<Cache, 'get' | 'put' | 'count'>;
  /** `github:acme/widgets` */
  readonly repository: string;
  readonly perHour: number;
};

const HOUR_SECONDS = 3_600;
/** For so long a service that failed is not asked again, by anybody's comment. */
const AWAY_SECONDS = 120;

/** For the lines of one delivery. */
export function funHere({ find, cache, repository, perHour }: Sources): (asked: FunAsked) => Promise<FunFound> {
  const told = new Map<FunKind, number>();
  /** What came to nothing comes to nothing again: a line that is refused may be looked at twice. */
  const failed = new Map<string, FunFound>();
  return async (asked) => {
    const { kind } = asked;
    const line = JSON.stringify(asked);
    const before = failed.get(line);
    if (before !== undefined) return before;
    const count = told.get(kind) ?? 0;
    if (count >= FUN_PER_COMMENT[kind]) return { is: 'enough', within: 'comment' };
    const awayKey = `fun-away#${kind}`;
    if (find === undefined || (await cache.get(awayKey)) !== undefined) return { is: 'away' };
    if ((await cache.count(`fun#${repository}`, HOUR_SECONDS)) > perHour) {
      const enough = { is: 'enough', within: 'hour' } as const;
      failed.set(line, enough);
      return enough;
    }
    told.set(kind, count + 1);
    const found = await find(asked);
    if (found.is !== 'joke' && found.is !== 'picture') failed.set(line, found);
    if (found.is === 'away') await cache.put(awayKey, true, AWAY_SECONDS);
    return found;
  };
}
