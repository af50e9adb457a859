/** The document in the making: values by their path, each with the place in Prow's files that it comes from. */
import type { Place } from '../../owners/bounded-yaml.ts';
import type { Source } from './finding.ts';

export type ProwPlace = Place & { readonly file: string };

/** A deployment's settings as plain values, as its own file would hold them. */
export type ProwDocument = {
  readonly value: Readonly<Record<string, unknown>>;
  /** Where the value at this path comes from or, where nothing is said of it, the nearest above it. */
  readonly placeOf: (keys: readonly PropertyKey[]) => ProwPlace;
};

export type Building = {
  readonly put: (keys: readonly string[], value: unknown, source: Source, offset: number) => void;
  /** Of one member of a list that was put. */
  readonly place: (keys: readonly PropertyKey[], source: Source, offset: number) => void;
  readonly document: () => ProwDocument;
};

type Branch = Map<string, unknown>;

export function building(file: string): Building {
  const root: Branch = new Map();
  const places = new Map<string, ProwPlace>();
  const place = (keys: readonly PropertyKey[], source: Source, offset: number): void => {
    const name = nameOf(keys);
    if (!places.has(name)) places.set(name, { file: source.file, ...source.at(offset) });
  };
  return {
    place,
    put(keys, value, source, offset) {
      let branch = root;
      for (const key of keys.slice(0, -1)) {
        const next = branch.get(key);
        const below: Branch = next instanceof Map ? next : new Map();
        branch.set(key, below);
        branch = below;
      }
      branch.set(keys.at(-1) ?? '', value);
      for (let length = keys.length; length > 0; length -= 1) place(keys.slice(0, length), source, offset);
    },
    document: () => ({
      value: plain(new Map([...root].toSorted(([one], [other]) => rank(one) - rank(other)))),
      placeOf(keys) {
        for (let length = keys.length; length > 0; length -= 1) {
          const known = places.get(nameOf(keys.slice(0, length)));
          if (known !== undefined) return known;
        }
        return { file, line: 1, column: 1 };
      },
    }),
  };
}

/** What holds for everybody comes first. */
function rank(key: string): number {
  return ['organizations', 'repositories'].indexOf(key);
}

function nameOf(keys: readonly PropertyKey[]): string {
  return JSON.stringify(keys.map(String));
}

function plain(branch: Branch): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...branch].map(([key, value]) => [key, value instanceof Map ? plain(value) : value]));
}
