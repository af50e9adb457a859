/**
 * OWNERS by content, never by time: a branch's latest commits lead to digests, a digest leads to the compiled index. A
 * commit that is not known is a miss, never a guess.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { decodeIndex, digestOf, encodeIndex, type OwnersIndex, type OwnersOptions } from '../owners/index.ts';
import type { OwnersMemory } from '../ownership.ts';
import type { Cache } from './stores.ts';

export type OwnersCache = {
  /** @param repository `github:acme/widgets` */
  memory(repository: string, ref: string, options: OwnersOptions): OwnersMemory;
  /** A push that touched no owners' file: what is known of `before` holds for `after`. */
  carryForward(repository: string, ref: string, before: string, after: string): Promise<void>;
};

/** Every item expires; what is in use is written anew with each push or pull request. */
const KEPT_SECONDS = 90 * 24 * 3_600;
/** Deliveries on their way may still ask for the base before the last push. */
const MAX_COMMITS = 4;
/** Decoded indexes in one process; the largest known takes about a megabyte. */
const MAX_IN_MEMORY = 32;
const MAX_RACES = 4;

const branch = z.object({
  version: z.string(),
  /** Newest first; `indexes` by the digest of the options under which they were compiled. */
  commits: z.array(
    z.object({
      commit: z.string(),
      indexes: z.record(z.string(), z.object({ digest: z.string(), complete: z.boolean() })),
    }),
  ),
});
type Commits = z.infer<typeof branch>['commits'];

export function ownersCacheIn(cache: Cache): OwnersCache {
  const decoded = recentlyUsed<OwnersIndex>(MAX_IN_MEMORY);

  async function branchAt(key: string): Promise<z.infer<typeof branch> | undefined> {
    const parsed = branch.safeParse(await cache.get(key));
    return parsed.success ? parsed.data : undefined;
  }

  /** What another process wrote in between is looked at again; who loses every time leaves a miss behind. */
  async function changed(key: string, change: (commits: Commits) => Commits | undefined): Promise<void> {
    for (let races = 0; races < MAX_RACES; races += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const known = await branchAt(key);
      const commits = change(known?.commits ?? [])?.slice(0, MAX_COMMITS);
      if (commits === undefined) return;
      const value = { version: sha256(JSON.stringify(commits)), commits };
      // oxlint-disable-next-line no-await-in-loop
      if (await cache.swap(key, known?.version, value, KEPT_SECONDS)) return;
    }
  }

  async function indexBy(digest: string): Promise<OwnersIndex | undefined> {
    const known = decoded.get(digest);
    if (known !== undefined) return known;
    const bytes = await cache.getBytes(indexKey(digest));
    const index = bytes === undefined ? undefined : decodeIndex(bytes);
    if (index !== undefined) decoded.set(digest, index);
    return index;
  }

  return {
    memory(repository, ref, options) {
      const key = branchKey(repository, ref);
      // The rules' own version and all defaults are in it, so none of them can be mixed up.
      const under = digestOf({ files: new Map(), aliases: null, complete: false, options });
      const digests = new Map<string, string>();

      return {
        async find(commit) {
          const known = await branchAt(key);
          const { digest } = known?.commits.find((each) => each.commit === commit)?.indexes[under] ?? {};
          const index = digest === undefined ? undefined : await indexBy(digest);
          if (digest !== undefined && index !== undefined) digests.set(commit, digest);
          return index;
        },

        async keep(commit, index, oids) {
          const added = digestOfFiles(index, oids);
          const before = digests.get(commit);
          const digest = before === undefined ? added : sha256(`${before}\n${added}`);
          if (decoded.get(digest) === undefined) {
            await cache.putBytes(indexKey(digest), encodeIndex(index), KEPT_SECONDS);
            decoded.set(digest, index);
          }
          digests.set(commit, digest);
          const { complete } = index;
          await changed(key, (commits) => {
            const others = commits.filter((each) => each.commit !== commit);
            const indexes = commits.find((each) => each.commit === commit)?.indexes ?? {};
            return [{ commit, indexes: { ...indexes, [under]: { digest, complete } } }, ...others];
          });
        },
      };
    },

    async carryForward(repository, ref, before, after) {
      await changed(branchKey(repository, ref), (commits) => {
        const known = commits.find(({ commit }) => commit === before);
        if (known === undefined || commits.some(({ commit }) => commit === after)) return undefined;
        return [{ commit: after, indexes: known.indexes }, ...commits];
      });
    },
  };
}

function branchKey(repository: string, ref: string): string {
  return `head#${repository}#${ref}`;
}

function indexKey(digest: string): string {
  return `index#${digest}`;
}

function blob(oid: string | null | undefined): { readonly oid: string } | null {
  return oid === undefined || oid === null ? null : { oid };
}

/** Of what was read now, and the options under which it counts. */
function digestOfFiles({ options, complete }: OwnersIndex, oids: ReadonlyMap<string, string | null>): string {
  const files = new Map([...oids].map(([path, oid]) => [path, blob(oid)]));
  return digestOf({ files, aliases: blob(oids.get(options.aliasesFile)), complete, options });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

type RecentlyUsed<T> = {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T) => void;
};

/** A Map remembers the order of its keys: the first is the one not used for longest. */
function recentlyUsed<T>(most: number): RecentlyUsed<T> {
  const kept = new Map<string, T>();
  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    },
  };
}
