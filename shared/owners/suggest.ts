/** Whom to ask: few people who together own all that is missing, the same ones each time for the same pull request. */
import type { Heirs } from './resolve.ts';

export type Wanted = {
  /** What still needs an approval. */
  readonly needs: readonly Heirs[];
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
  const needs = wanted.needs.filter(({ all }) => !present.some((login) => all.has(login)));
  return [...present, ...chosenFor({ ...wanted, needs })].toSorted();
}

function chosenFor({ needs, seed, assignees, eligible }: Omit<Wanted, 'away'>): readonly string[] {
  const asked = [...assignees].filter(eligible);
  const nearest = needs.flatMap(({ layers }) => layers.map((layer) => layer.filter(eligible)).find(isSome) ?? []);
  const open = new Set(needs);
  const chosen = [...cover(shuffled(asked, seed), open), ...cover(shuffled(nearest, seed), open)];
  return withoutIdle(chosen, needs).toSorted();
}

const isSome = (logins: readonly string[]): boolean => logins.length > 0;

/** Greedy: again and again who owns most of what is open, the first of them on ties. Closes what they own. */
function cover(pool: readonly string[], open: Set<Heirs>): readonly string[] {
  const left = new Map(pool.map((login) => [login, 0]));
  const add = ({ all }: Heirs, change: number): void => {
    for (const login of all) {
      const count = left.get(login);
      if (count !== undefined) left.set(login, count + change);
    }
  };
  for (const heirs of open) add(heirs, 1);
  const chosen: string[] = [];
  for (;;) {
    let [best, most] = ['', 0];
    for (const [login, count] of left) if (count > most) [best, most] = [login, count];
    if (most === 0) return chosen;
    chosen.push(best);
    for (const heirs of open) {
      if (!heirs.all.has(best)) continue;
      open.delete(heirs);
      add(heirs, -1);
    }
  }
}

/** Later choices may own all for which an earlier one was chosen. */
function withoutIdle(chosen: readonly string[], needs: readonly Heirs[]): readonly string[] {
  const covered = needs.map(({ all }) => ({ all, by: chosen.filter((login) => all.has(login)).length }));
  return chosen.filter((login) => {
    const owned = covered.filter(({ all }) => all.has(login));
    if (owned.some(({ by }) => by === 1)) return true;
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
