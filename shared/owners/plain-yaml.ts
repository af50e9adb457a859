/**
 * The plain form in which nearly every OWNERS file is written, read without a YAML parser, which takes many times
 * longer: keys, and below each a list of words or further keys. Whatever else occurs in a file leaves all of it to YAML,
 * and a property holds both to the same answer.
 */
import type { Pair, Value } from './bounded-yaml.ts';

/** A line is at most eleven tokens, so a file of this length keeps to every limit of its own accord. */
const MAX_LINES = 1_000;
/** Deeper than any key that means something: filters, a pattern, a list. */
const MAX_DEPTH = 4;

// No more blanks before a line than YAML may have here (MAX_INDENT). Words that begin with a letter, which YAML takes for words unless they are `SPECIAL`, and quoted ones without escapes.
const WORD = String.raw`[A-Za-z_][\w./-]{0,99}|"[ !#-[\]-~]{1,99}"|'[ -&(-~]{1,99}'`;
const LINE = new RegExp(
  String.raw`( {0,100})(?:#[^\r\n]*|(- +)?(${WORD})(?:(:)(?:( +)(${WORD}))?)?(?: *| +#[^\r\n]*))?(?:\n|$)`,
  'y',
);
const SPECIAL = /^(?:null|true|false)$/i;

type Line = {
  readonly indent: number;
  /** Of the dash, or of the word. */
  readonly start: number;
  readonly dash: boolean;
  readonly word: string;
  readonly offset: number;
  readonly colon: boolean;
  readonly value: Value | undefined;
};

type Block = { readonly value: Value; readonly next: number };

/** What `text` holds, or undefined where it is not plain. */
export function plainContentOf(text: string): Value | undefined {
  const lines = linesOf(text);
  if (lines?.[0]?.indent !== 0) return undefined;
  const block = blockAt(lines, 0, MAX_DEPTH);
  return block?.next === lines.length ? block.value : undefined;
}

/** The lines that hold something; undefined where one of them is not plain. */
function linesOf(text: string): readonly Line[] | undefined {
  const lines: Line[] = [];
  LINE.lastIndex = 0;
  for (let [at, count] = [0, 0]; at < text.length; at = LINE.lastIndex) {
    const match = LINE.exec(text);
    if (match === null || (count += 1) > MAX_LINES) return undefined;
    const [, blanks = '', dash = '', word, colon, gap = '', value] = match;
    if (word === undefined) continue;
    const start = at + blanks.length;
    const offset = start + dash.length;
    const inline = value === undefined ? undefined : valueOf(value, offset + word.length + 1 + gap.length);
    if (SPECIAL.test(word) || (value !== undefined && inline === undefined)) return undefined;
    if (dash !== '' && colon !== undefined) return undefined;
    lines.push({
      indent: blanks.length,
      start,
      dash: dash !== '',
      word: unquoted(word),
      offset,
      colon: colon !== undefined,
      value: inline,
    });
  }
  return lines;
}

function valueOf(word: string, offset: number): Value | undefined {
  if (word === 'true' || word === 'false') return { is: 'other', offset, value: word === 'true' };
  return SPECIAL.test(word) ? undefined : { is: 'text', offset, text: unquoted(word) };
}

function unquoted(word: string): string {
  return word.startsWith('"') || word.startsWith("'") ? word.slice(1, -1) : word;
}

function blockAt(lines: readonly Line[], from: number, depth: number): Block | undefined {
  if (depth === 0) return undefined;
  return lines[from]?.dash === true ? listAt(lines, from) : mapAt(lines, from, depth);
}

function listAt(lines: readonly Line[], from: number): Block | undefined {
  const first = lines[from];
  if (first === undefined) return undefined;
  const entries: Value[] = [];
  let next = from;
  for (let line = lines[next]; line?.dash === true && line.indent === first.indent; line = lines[next]) {
    entries.push({ is: 'text', offset: line.offset, text: line.word });
    next += 1;
  }
  // A deeper line would go on with the last word.
  if ((lines[next]?.indent ?? 0) > first.indent) return undefined;
  return { value: { is: 'list', offset: first.start, entries }, next };
}

function mapAt(lines: readonly Line[], from: number, depth: number): Block | undefined {
  const first = lines[from];
  if (first === undefined) return undefined;
  const pairs: Pair[] = [];
  let next = from;
  for (let line = lines[next]; line !== undefined && line.indent === first.indent; line = lines[next]) {
    if (line.dash || !line.colon) return undefined;
    const block = line.value === undefined ? below(lines, next, depth) : { value: line.value, next: next + 1 };
    if (block === undefined) return undefined;
    pairs.push({ key: line.word, offset: line.offset, value: block.value });
    next = block.next;
  }
  if ((lines[next]?.indent ?? 0) > first.indent) return undefined;
  return { value: { is: 'map', offset: first.start, pairs }, next };
}

/** What stands below the key in line `key`: deeper, or a list as deep as the key. */
function below(lines: readonly Line[], key: number, depth: number): Block | undefined {
  const [above, first] = [lines[key], lines[key + 1]];
  if (above === undefined || first === undefined) return undefined;
  const belongs = first.indent > above.indent || (first.dash && first.indent === above.indent);
  return belongs ? blockAt(lines, key + 1, depth - 1) : undefined;
}
