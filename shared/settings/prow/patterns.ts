/** Regular expressions in Prow's files, by the rules of RE2; most of them stand there many times. */
import { RE2JS } from 're2js';
import { code } from '../../language/index.ts';
import { compilePattern } from '../../owners/index.ts';

/** Of one pattern, in characters, and `{` in it; each costs the deployment time at start. */
const MAX_PATTERN_CHARS = 4_096;
const MAX_REPETITIONS = 50;
/** Patterns that one process keeps compiled. */
const MAX_KEPT = 1_000;

type Matches = (words: string) => boolean;

const kept = new Map<string, Matches | undefined>();

/** Why it is no pattern, as a sentence; undefined where it is one. */
export function patternProblem(source: string): string | undefined {
  if (source.length > MAX_PATTERN_CHARS || source.split('{').length - 1 > MAX_REPETITIONS) {
    return 'The regular expression is too long.';
  }
  if (compiled(source) !== undefined) return undefined;
  return `${code(source)} is not a regular expression by the rules of RE2 (no look-around, no back-references).`;
}

/** Whether it matches anywhere in `words`; undefined where it is no pattern. */
export function patternMatches(source: string, words: string): boolean | undefined {
  return patternProblem(source) === undefined ? compiled(source)?.(words) : undefined;
}

function compiled(source: string): Matches | undefined {
  if (kept.has(source)) return kept.get(source);
  if (kept.size >= MAX_KEPT) kept.clear();
  const matches = matchesOf(source);
  kept.set(source, matches);
  return matches;
}

function matchesOf(source: string): Matches | undefined {
  // Mere text needs no engine. What is too much for a file that anybody may propose is not too much for Prow's.
  const small = compilePattern(source);
  if (typeof small !== 'string') return small.matches;
  try {
    const pattern = RE2JS.compile(source);
    return (words) => pattern.test(words);
  } catch {
    return undefined;
  }
}
