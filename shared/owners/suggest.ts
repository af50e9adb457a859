/** Whom to ask: few people who together own all that is missing, the same ones each time for the same pull request. */
import type { Heirs } from './resolve.ts';

/** Who could approve something, and how many of them still have to. */
export type Need = Pick<Heirs, 'layers' | 'all'> & { readonly lacking: number };

export type Wanted = {
  /** What still needs an approval. */
  readonly needs: readonly Need[];
  readonly seed: number;
  /** Taken first, whatever layer they are in. */
  readonly assignees: ReadonlySet<string>;
  readonly eligible: (login: string) => boolean;
  /** Taken only where nobody else owns what is needed. */
  readonly away?: ReadonlySet<string> | undefined;
};

/** Sorted. Leaves out only what nobody eligible owns; nobody in the answer could be left out of it. */
export function suggestionsFor({ away, ...wanted }: Wanted): readonly string[] {
  if (away === undefined || away.size === 0) return chosenFor(wanted);
  const present = chosenFor({ ...wanted, eligible: (login) => wanted.eligible(login) && !away.has(login) });
  const needs = wanted.needs.flatMap((need): readonly Need[] => {
    const lacking = need.lacking - present.filter((login) => need.all.has(login)).length;
    return lacking > 0 ? [{ ...need, lacking }] : [];
  });
  const others = (login: string): boolean => wanted.eligible(login) && !present.includes(login);
  return [...present, ...chosenFor({ ...wanted, needs, eligible: others })].toSorted();
}

function chosenFor({ needs, seed, assignees, eligible }: Omit<Wanted, 'away'>): readonly string[] {
  const asked = [...assignees].filter(eligible);
  const open = new Map(needs.map((need) => [need, need.lacking]));
  const chosen = [...cover(shuffled(asked, seed), open)];
  const isLeft = (login: string): boolean => eligible(login) && !chosen.includes(login);
  const nearest = (): readonly string[] =>
    [...open.keys()].flatMap(({ layers }) => layers.map((layer) => layer.filter(isLeft)).find(isSome) ?? []);
  // What needs more people than its nearest owners are goes on to those above.
  for (let near = nearest(); near.length > 0; near = nearest()) chosen.push(...cover(shuffled(near, seed), open));
  return withoutIdle(chosen, needs).toSorted();
}

const isSome = (logins: readonly string[]): boolean => logins.length > 0;

/** Greedy: again and again who owns most of what is open, the first of them on ties. Closes what has enough of them. */
function cover(pool: readonly string[], open: Map<Need, number>): readonly string[] {
  const left = new Map(pool.map((login) => [login, 0]));
  const add = ({ all }: Need, change: number): void => {
    for (const login of all) {
      const count = left.get(login);
      if (count !== undefined) left.set(login, count + change);
    }
  };
  for (const need of open.keys()) add(need, 1);
  const chosen: string[] = [];
  for (;;) {
    let [best, most] = ['', 0];
    for (const [login, count] of left) if (count > most) [best, most] = [login, count];
    if (most === 0) return chosen;
    chosen.push(best);
    left.delete(best);
    for (const [need, lacking] of open) {
      if (!need.all.has(best)) continue;
      if (lacking > 1) {
        open.set(need, lacking - 1);
      } else {
        open.delete(need);
        add(need, -1);
      }
    }
  }
}

/** Later choices may own all for which an earlier one was chosen. */
function withoutIdle(chosen: readonly string[], needs: readonly Need[]): readonly string[] {
  const covered = needs.map(({ all, lacking }) => ({
    all,
    lacking,
    by: chosen.filter((each) => all.has(each)).length,
  }));
  return chosen.filter((login) => {
    const owned = covered.filter(({ all }) => all.has(login));
    if (owned.some(({ by, lacking }) => by <= lacking)) return true;
    for (const need of owned) need.by -= 1;
    return false;
  });
}

/** Each login once, sorted and then shuffled by `seed` (Fisher and Yates), so that no letter of the alphabet is favored. */
export function shuffled(logins: readonly string[], seed: number): readonly string[] {
  const sorted = [...new Set(logins)].toSorted();
  const random = randomFrom(seed);
  for (let last = sorted.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [sorted[last], sorted[other]];
    if (one !== undefined && two !== undefined) [sorted[last], sorted[other]] = [two, one];
  }
  return sorted;
}

/** Numbers in [0, 1) that depend on `seed` alone (mulberry32, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
