/** How far apart two words are: letters left out, put in, changed, or swapped with their neighbor (Damerau, Levenshtein). */

/** Words longer than this are nothing anybody mistyped; keeps the cost of a comparison bounded. */
const MAX_COMPARED_CHARS = 64;

/** Infinite where a word is too long to be compared, or where they are further apart than `within`. */
export function distance(first: string, second: string, within: number = Number.POSITIVE_INFINITY): number {
  if (first.length > MAX_COMPARED_CHARS || second.length > MAX_COMPARED_CHARS) return Number.POSITIVE_INFINITY;
  // One letter more or less is one step.
  if (Math.abs(first.length - second.length) > within) return Number.POSITIVE_INFINITY;
  let alike = 0;
  while (alike < first.length && first[alike] === second[alike]) alike += 1;
  const [one, other] = [first.slice(alike), second.slice(alike)];
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    if (Math.min(...last, ...current) > within) return Number.POSITIVE_INFINITY;
    beforeLast = last;
    last = current;
  }
  const far = at(last, other.length);
  return far <= within ? far : Number.POSITIVE_INFINITY;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

/** Those of `words` at most `within` away in any case, nearest first, at most `most`. */
export function nearestTo(
  word: string,
  words: readonly string[],
  { within, most }: { readonly within: number; readonly most: number },
): readonly string[] {
  const lower = word.toLowerCase();
  return words
    .map((each) => ({ each, far: distance(lower, each.toLowerCase(), within) }))
    .filter(({ far }) => far <= within)
    .toSorted((one, other) => one.far - other.far || (one.each < other.each ? -1 : 1))
    .slice(0, most)
    .map(({ each }) => each);
}
