/** A cache to play with: what lies below is read and stays as it is, what is written lies above and goes with the process. */
import * as z from 'zod/mini';
import type { Cache } from './stores.ts';

type Above = { readonly value?: unknown; readonly bytes?: Uint8Array };

const versioned = z.looseObject({ version: z.string() });

/** Nothing expires above: it is there for as long as somebody looks at something. */
export function overlaidOn(below: Pick<Cache, 'get' | 'getBytes'>): Cache {
  const above = new Map<string, Above>();
  const counts = new Map<string, number>();

  const get: Cache['get'] = async (key) => {
    const own = above.get(key);
    return own === undefined ? below.get(key) : copied(own.value);
  };

  return {
    get,
    async put(key, value) {
      above.set(key, { value: copied(value ?? null) });
    },
    async swap(key, version, value) {
      const known = versioned.safeParse(await get(key));
      if ((known.success ? known.data.version : undefined) !== version) return false;
      above.set(key, { value: copied(value) });
      return true;
    },
    async getBytes(key) {
      const own = above.get(key);
      return own === undefined ? below.getBytes(key) : own.bytes;
    },
    async putBytes(key, bytes) {
      above.set(key, { bytes });
    },
    async remove(key) {
      above.set(key, {});
    },
    async count(key) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count;
    },
  };
}

/** As it would come back from a table. */
function copied(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
