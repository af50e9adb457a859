/**
 * The plain form in which nearly all of Prow's files are written, read line by line in a fraction of the time that a YAML
 * parser takes. Whatever else occurs in a file leaves all of it to YAML, and a property holds both to the same answer.
 */
import type { Node, Pair, Scalar } from './yaml.ts';

/** A line holds a handful of values, so a file of this length keeps to every limit of its own accord. */
const MAX_LINES = 50_000;
const MAX_LINE_CHARS = 2_000;
const MAX_INDENT = 200;
/** `- - x` in one line, and brackets in each other. */
const MAX_NESTING = 8;

const CHARACTER = String.raw`\x20-\x7E\u00A1-\u1FFF\u2030-\uD7FF`;
const QUOTED = `"[ !#-\\[\\]-~]*"|'[ -&(-~]*'`;
const WORD = String.raw`[\w./*@+^$(){}|,[\]\\-]+`;
/** Without a colon in it, so that it is plain where it ends. */
const KEY = new RegExp(String.raw`(?:(${QUOTED})|([\w./^$(][\w./*@+^$(){}|,[\]\\-]*(?: ${WORD})*)):(?= |$)`, 'y');
const VALUE = new RegExp(String.raw`(?:(${QUOTED})|([\w./^$(+\\=~<;][${CHARACTER}]*?)) *(?: #[${CHARACTER}]*)?$`, 'y');
const FLOW = String.raw`[\w./^$(+\\=~*@)|-]`;
const FLOW_WORD = new RegExp(String.raw`(?:(${QUOTED})|([\w./^$(+\\=~]${FLOW}*(?: ${FLOW}+)*)) *`, 'y');
const AFTER = new RegExp(String.raw` *(?: #[${CHARACTER}]*)?$`, 'y');
const COMMENT = new RegExp(`^#[${CHARACTER}]*$`);
const LITERAL = new RegExp(`^[${CHARACTER}]*$`);

type Line = {
  /** Columns before the first word; of what stands after a dash, before that; all of a blank line. */
  readonly indent: number;
  readonly offset: number;
  readonly text: string;
};

/** What `text` holds, or undefined where it is not plain. */
export function plainNodeOf(text: string): Node | undefined {
  const raw = text.split('\n');
  if (raw.length > MAX_LINES) return undefined;
  const lines = linesOf(raw);
  const reader = lines === undefined ? undefined : readerOf(lines);
  const start = reader?.skip(0) ?? 0;
  const first = lines?.[start];
  if (reader === undefined || first === undefined || first.indent !== 0) return undefined;
  const block = reader.block(start);
  return block !== undefined && reader.skip(block.next) === lines?.length ? block.node : undefined;
}

/** undefined where one of them holds what no plain line does. */
function linesOf(raw: readonly string[]): readonly Line[] | undefined {
  const lines: Line[] = [];
  let offset = 0;
  for (const [index, line] of raw.entries()) {
    const indent = line.search(/[^ ]/);
    if (line.length > MAX_LINE_CHARS || indent > MAX_INDENT || !LITERAL.test(line)) return undefined;
    const marker = index === 0 && line === '---';
    lines.push({
      indent: marker ? 0 : indent === -1 ? line.length : indent,
      offset: offset + Math.max(indent, 0),
      text: marker || indent === -1 ? '' : line.slice(indent),
    });
    offset += line.length + 1;
  }
  return lines;
}

/** A part, and the line after it. */
type Block = { readonly node: Node; readonly next: number };

type Reader = {
  /** The first line from `at` on that holds something. */
  readonly skip: (at: number) => number;
  readonly block: (at: number) => Block | undefined;
};

function readerOf(lines: readonly Line[]): Reader {
  const skip = (at: number): number => {
    let next = at;
    for (
      let line = lines[next];
      line !== undefined && (line.text === '' || COMMENT.test(line.text));
      line = lines[next]
    )
      next += 1;
    return next;
  };

  /** What begins in line `at`, or after a dash in it. */
  const block = (at: number, line = lines[at], depth = 0): Block | undefined => {
    if (line === undefined || depth > MAX_NESTING) return undefined;
    if (line.text === '-' || line.text.startsWith('- ')) return listAt(at, line, depth);
    return mapAt(at, line);
  };

  const listAt = (at: number, first: Line, depth: number): Block | undefined => {
    const entries: Node[] = [];
    let [next, line]: [number, Line | undefined] = [at, first];
    while (line !== undefined && line.indent === first.indent && (line.text === '-' || line.text.startsWith('- '))) {
      const rest = line.text.slice(1).trimStart();
      const shift = line.text.length - rest.length;
      const entry = entryAt(
        next,
        { indent: line.indent + shift, offset: line.offset + shift, text: rest },
        line,
        depth,
      );
      if (entry === undefined) return undefined;
      entries.push(entry.node);
      next = skip(entry.next);
      line = lines[next];
    }
    // A deeper line would go on with the last entry.
    if (line !== undefined && line.indent > first.indent) return undefined;
    return { node: { is: 'list', offset: first.offset, entries }, next };
  };

  const entryAt = (at: number, rest: Line, dash: Line, depth: number): Block | undefined => {
    if (rest.text === '' || rest.text.startsWith('#'))
      return rest.text === '' ? below(at, dash.indent, rest.offset, false) : undefined;
    if (rest.text === '-' || rest.text.startsWith('- ')) return block(at, rest, depth + 1);
    KEY.lastIndex = 0;
    if (KEY.test(rest.text)) return mapAt(at, rest);
    return valueAt(at, rest, dash.indent);
  };

  const mapAt = (at: number, first: Line): Block | undefined => {
    const pairs: Pair[] = [];
    let [next, line]: [number, Line | undefined] = [at, first];
    while (line !== undefined && line.indent === first.indent) {
      KEY.lastIndex = 0;
      const match = KEY.exec(line.text);
      if (match === null) return undefined;
      const [whole, quoted, word] = match;
      const key = scalarOf(quoted, word, line.offset);
      const rest = line.text.slice(whole.length).trimStart();
      const offset = line.offset + line.text.length - rest.length;
      const value: Block | undefined =
        rest === ''
          ? below(next, line.indent, offset, true)
          : valueAt(next, { indent: line.indent, offset, text: rest }, line.indent);
      if (value === undefined) return undefined;
      pairs.push({ key, value: value.node });
      next = skip(value.next);
      line = lines[next];
    }
    if (line !== undefined && line.indent > first.indent) return undefined;
    return { node: { is: 'map', offset: first.offset, pairs }, next };
  };

  /** What stands in the lines under a key or a dash: deeper, or, of a key, a list as deep as itself. */
  const below = (at: number, indent: number, offset: number, key: boolean): Block | undefined => {
    const next = skip(at + 1);
    const line = lines[next];
    const dash = line !== undefined && (line.text === '-' || line.text.startsWith('- '));
    if (line !== undefined && (line.indent > indent || (key && dash && line.indent === indent))) return block(next);
    return { node: { is: 'scalar', offset, text: '', plain: true }, next: at + 1 };
  };

  const valueAt = (at: number, { offset, text }: Line, indent: number): Block | undefined => {
    if (text === '|' || text === '|-') return literalAt(at, offset, text === '|', indent);
    const node = text.startsWith('[') || text.startsWith('{') ? flowIn(text, offset) : inlineIn(text, offset);
    const next = skip(at + 1);
    // A deeper line would go on with this one.
    return node === undefined || (lines[next]?.indent ?? 0) > indent ? undefined : { node, next: at + 1 };
  };

  const literalAt = (at: number, offset: number, newline: boolean, indent: number): Block | undefined => {
    let next = at + 1;
    while (lines[next]?.text === '') next += 1;
    const first = lines[next];
    // Blank lines before the first, or none that is deeper: rare, and a matter of their blanks.
    if (first === undefined || first.indent <= indent || next !== at + 1) return undefined;
    const content: string[] = [];
    for (
      let line = lines[next];
      line !== undefined && (line.text === '' || line.indent >= first.indent);
      line = lines[next]
    ) {
      // Blanks in an empty line may be part of the text.
      if (line.text === '' && line.indent > 0) return undefined;
      content.push(line.text === '' ? '' : ' '.repeat(line.indent - first.indent) + line.text);
      next += 1;
    }
    const after = lines[next];
    // Between the two depths only a comment can stand.
    if (after !== undefined && after.indent > indent) return undefined;
    while (content.at(-1) === '') content.pop();
    const text = content.join('\n') + (newline ? '\n' : '');
    return { node: { is: 'scalar', offset, text, plain: false }, next };
  };

  return { skip, block };
}

function inlineIn(text: string, offset: number): Node | undefined {
  VALUE.lastIndex = 0;
  const [, quoted, word] = VALUE.exec(text) ?? [];
  if (quoted === undefined && word === undefined) return undefined;
  // It might be a key, or the end of one.
  if (word !== undefined && (word.includes(': ') || word.includes(' #') || word.endsWith(':'))) return undefined;
  return scalarOf(quoted, word, offset);
}

/** All of `text` is a collection in brackets, but for a comment. */
function flowIn(text: string, offset: number): Node | undefined {
  let at = 0;
  const blanks = (): void => {
    while (text[at] === ' ') at += 1;
  };
  const word = (): Scalar | undefined => {
    FLOW_WORD.lastIndex = at;
    const match = FLOW_WORD.exec(text);
    if (match === null) return undefined;
    const start = at;
    at = FLOW_WORD.lastIndex;
    return scalarOf(match[1], match[2], offset + start);
  };
  const value = (depth: number): Node | undefined =>
    text[at] === '[' || text[at] === '{' ? collection(depth + 1) : word();
  const collection = (depth: number): Node | undefined => {
    if (depth > MAX_NESTING) return undefined;
    const [start, map] = [offset + at, text[at] === '{'];
    const [entries, pairs]: [Node[], Pair[]] = [[], []];
    at += 1;
    blanks();
    const end = map ? '}' : ']';
    if (text[at] === end) at += 1;
    else {
      for (;;) {
        if (map) {
          const key = word();
          if (key === undefined || text[at] !== ':' || text[at + 1] !== ' ') return undefined;
          at += 1;
          blanks();
          const below = value(depth);
          if (below === undefined) return undefined;
          pairs.push({ key, value: below });
        } else {
          const entry = value(depth);
          if (entry === undefined) return undefined;
          entries.push(entry);
        }
        blanks();
        const mark = text[at];
        at += 1;
        if (mark === end) break;
        if (mark !== ',') return undefined;
        blanks();
      }
    }
    return map ? { is: 'map', offset: start, pairs } : { is: 'list', offset: start, entries };
  };
  const node = collection(1);
  AFTER.lastIndex = at;
  return node !== undefined && AFTER.test(text) ? node : undefined;
}

function scalarOf(quoted: string | undefined, word: string | undefined, offset: number): Scalar {
  if (quoted !== undefined) return { is: 'scalar', offset, text: quoted.slice(1, -1), plain: false };
  return { is: 'scalar', offset, text: word ?? '', plain: true };
}
