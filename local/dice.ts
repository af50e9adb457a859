/** Mulberry32: numbers from 0 to 1, the same for the same seed; small, and good enough to roll dice. */
export function diceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In an order that hangs on the dice alone. */
export function shuffled<T>(things: readonly T[], dice: () => number): readonly T[] {
  return things
    .map((thing) => ({ thing, place: dice() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ thing }) => thing);
}
