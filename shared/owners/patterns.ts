/** Regular expressions that users write, by RE2's rules: linear in the length of the path, whatever the pattern. */
import { RE2JS } from 're2js';

/** UTF-16 units of one pattern. */
export const MAX_PATTERN_CHARS = 256;
/** `{` in one pattern: RE2 lets each repetition multiply by up to 1,000 before the size can be known. */
const MAX_REPETITIONS = 8;
/** Instructions of one compiled pattern; `\.go$` has 6. Bounds both compiling and matching. */
export const MAX_PATTERN_SIZE = 1_000;

export type Pattern = {
  /** Whether the pattern matches anywhere in `path`. */
  readonly matches: (path: string) => boolean;
  readonly size: number;
};

/** The compiled pattern, or a sentence saying why it is none. */
export function compilePattern(source: string): Pattern | string {
  if (source.length > MAX_PATTERN_CHARS) return `The pattern is longer than ${MAX_PATTERN_CHARS} characters.`;
  const literal = literalIn(source);
  if (literal !== undefined) return literal;
  if (source.split('{').length - 1 > MAX_REPETITIONS) return 'The pattern holds too many repetitions in braces.';
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch {
    return 'The pattern is not a regular expression by the rules of RE2 (no look-around, no back-references).';
  }
  const size = compiled.programSize();
  if (size > MAX_PATTERN_SIZE) return 'The pattern is too large: a repetition such as {1000} multiplies it.';
  return { matches: (path) => compiled.test(path), size };
}

/** What the whole expression and each of its groups stand for at the first place that fits; undefined where none does. */
export function capturesOf(source: string, text: string): readonly (string | undefined)[] | undefined {
  if (typeof compilePattern(source) === 'string') return undefined;
  const matcher = RE2JS.compile(source).matcher(text);
  if (!matcher.find()) return undefined;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
}

/** `\.go$`, `^docs/`: mere text, maybe held to one end of the path; it needs no engine to be built. */
function literalIn(source: string): Pattern | undefined {
  const [, start, written, end] = /^(\^?)((?:[\w/-]|\\[.+])+)(\$?)$/.exec(source) ?? [];
  if (start === undefined || written === undefined || end === undefined) return undefined;
  const text = written.replaceAll('\\', '');
  // As RE2 counts: one for each character and each end, one to match, one to fail.
  const size = text.length + start.length + end.length + 2;
  if (start === '') return { size, matches: (path) => (end === '' ? path.includes(text) : path.endsWith(text)) };
  return { size, matches: (path) => (end === '' ? path.startsWith(text) : path === text) };
}
