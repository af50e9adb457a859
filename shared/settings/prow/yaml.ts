/**
 * YAML as Prow's files are written: aliases, merge keys, repeated keys and all, with the place of each part. Scalars stay
 * words, since only the field they stand for says what they are. What would take too long is refused, most of it from
 * the token stream before anything is built.
 */
import { Composer, CST, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type ParsedNode } from 'yaml';
import { sentenceFor } from '../../owners/bounded-yaml.ts';
import { plainNodeOf } from './plain.ts';

/** Bytes of UTF-8. Kubernetes' plugins.yaml has about 70,000; a few thousand presubmits have a few million. */
const MAX_PROW_BYTES = 4_194_304;
/** A short line is about seven tokens. */
const MAX_TOKENS = 1_000_000;
/** `&name` before a value: a file names the parts it repeats, and there are few of them. */
const MAX_ANCHORS = 500;
/** Of `[` and `{` inside each other. */
const MAX_FLOW_DEPTH = 16;
/** Brackets, braces and the commas in them: each misplaced one costs an error of its own. */
const MAX_FLOW_TOKENS = 100_000;
/** `- - - x` nests once per dash. */
const MAX_NESTING_PER_LINE = 8;
/** Columns of blanks before the first word of a line, hence levels of nesting. */
const MAX_INDENT = 200;
/** Values once each alias stands for what it repeats. */
const MAX_VALUES = 500_000;

export type Scalar = {
  readonly is: 'scalar';
  readonly offset: number;
  readonly text: string;
  /** Without quotes: may be a number, yes or no, or nothing. */
  readonly plain: boolean;
};
export type Pair = { readonly key: Scalar; readonly value: Node };
export type Node =
  | Scalar
  | { readonly is: 'list'; readonly offset: number; readonly entries: readonly Node[] }
  | { readonly is: 'map'; readonly offset: number; readonly pairs: readonly Pair[] };

/** Why a file is none, where, in a sentence. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly offset: number;
  constructor(offset: number, problem: string) {
    super(problem);
    this.offset = offset;
  }
}

/** `further`: where a second document begins, of which Prow reads nothing. */
export type Content = { readonly content: Node; readonly further: number | undefined };

/** @throws Unreadable */
export function contentOf(text: string): Content {
  // A UTF-16 unit is at least one byte, so a long string needs no encoding to be refused.
  if (text.length > MAX_PROW_BYTES || Buffer.byteLength(text) > MAX_PROW_BYTES) {
    throw new Unreadable(0, `The file is larger than ${MAX_PROW_BYTES} bytes.`);
  }
  const plain = plainNodeOf(text);
  return plain === undefined ? yamlContentOf(text) : { content: plain, further: undefined };
}

/** What `text` holds, by YAML's rules alone. */
export function yamlContentOf(text: string): Content {
  const options = { uniqueKeys: false, prettyErrors: false, logLevel: 'silent', schema: 'failsafe' } as const;
  const composer = new Composer(options);
  const [document, further] = composer.compose(tokensOf(boundedLexemes(text)), true, text.length);
  if (document === undefined) return { content: nothingAt(0), further: undefined };
  const error = document.errors[0];
  if (error !== undefined) throw new Unreadable(error.pos[0], sentenceFor(error, text[error.pos[0]]));
  return { content: nodesIn(document.contents), further: further?.range[0] };
}

/** The lexer's tokens, once all of them are known to keep to the limits: nothing is parsed before. */
function boundedLexemes(text: string): readonly string[] {
  const lexemes: string[] = [];
  let [offset, anchors, flowTokens, depth, nesting] = [0, 0, 0, 0, 0];
  let [contentFollows, lineStarts] = [false, true];
  for (const lexeme of new Lexer().lex(text)) {
    const type: string | null = contentFollows ? 'content' : CST.tokenType(lexeme);
    contentFollows = type === 'scalar';
    const refuse = (problem: string): never => {
      throw new Unreadable(offset, problem);
    };
    if (lexemes.length === MAX_TOKENS) refuse('The file holds too many entries.');
    switch (type) {
      case 'anchor':
        if (++anchors > MAX_ANCHORS) refuse(`The file holds more than ${MAX_ANCHORS} anchors (&).`);
        break;
      case 'tag':
        if (lexeme !== '!!str') refuse('YAML tags (!) are not supported here; put such text in quotes.');
        break;
      case 'flow-map-start':
      case 'flow-seq-start':
        if (++depth > MAX_FLOW_DEPTH) refuse(`Brackets are nested more than ${MAX_FLOW_DEPTH} deep.`);
        flowTokens += 1;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        depth -= 1;
        flowTokens += 1;
        break;
      case 'comma':
        flowTokens += 1;
        break;
      case 'seq-item-ind':
      case 'explicit-key-ind':
        if (++nesting > MAX_NESTING_PER_LINE) refuse('Lists are nested too deeply.');
        break;
      case 'space':
        if (lineStarts && lexeme.length > MAX_INDENT) refuse(`A line is indented by more than ${MAX_INDENT} columns.`);
        break;
      case 'newline':
        nesting = 0;
        break;
      default:
        break;
    }
    if (flowTokens > MAX_FLOW_TOKENS) refuse('The file holds too many brackets and commas.');
    lineStarts = type === 'newline';
    // The lexer's marks (document, scalar and end of flow) stand for no text.
    if (type !== 'doc-mode' && type !== 'scalar' && type !== 'flow-error-end') offset += lexeme.length;
    lexemes.push(lexeme);
  }
  return lexemes;
}

function* tokensOf(lexemes: readonly string[]): Generator<CST.Token, void> {
  const parser = new Parser();
  for (const lexeme of lexemes) yield* parser.next(lexeme);
  yield* parser.end();
}

/** What an anchor names, and how many values that is with its own aliases written out. */
type Sized = { readonly node: Node; readonly size: number };

function nodesIn(contents: ParsedNode | null): Node {
  const anchored = new Map<string, Sized>();
  let total = 0;

  const sized = (node: unknown, fallback: number): Sized => {
    if (isAlias(node)) {
      const target = anchored.get(node.source);
      const offset = node.range?.[0] ?? fallback;
      if (target === undefined)
        throw new Unreadable(offset, 'No anchor (&) of this name stands before this alias (*).');
      counted(target.size, offset);
      return target;
    }
    const result = plainOf(node, fallback);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchored.set(anchor, result);
    return result;
  };
  const counted = (size: number, offset: number): void => {
    total += size;
    if (total > MAX_VALUES) {
      throw new Unreadable(offset, `With its aliases (*) written out, the file has more than ${MAX_VALUES} values.`);
    }
  };
  const plainOf = (node: unknown, fallback: number): Sized => {
    const before = total;
    if (isMap(node)) {
      const offset = node.range?.[0] ?? fallback;
      counted(1, offset);
      const written: Pair[] = [];
      const merged: Pair[] = [];
      for (const { key, value } of node.items) {
        const name = sized(key, offset).node;
        if (name.is !== 'scalar') throw new Unreadable(name.offset, 'Before the colon there must be a single word.');
        const { node: content } = sized(value, name.offset);
        if (name.plain && name.text === '<<') merged.push(...mergedFrom(content));
        else written.push({ key: name, value: content });
      }
      return {
        node: { is: 'map', offset, pairs: [...withoutKeysOf(written, merged), ...written] },
        size: total - before,
      };
    }
    if (isSeq(node)) {
      const offset = node.range?.[0] ?? fallback;
      counted(1, offset);
      return {
        node: { is: 'list', offset, entries: node.items.map((each) => sized(each, offset).node) },
        size: total - before,
      };
    }
    const offset = isScalar(node) ? (node.range?.[0] ?? fallback) : fallback;
    counted(1, offset);
    if (!isScalar(node)) return { node: nothingAt(offset), size: 1 };
    const plain = (node.type === undefined || node.type === 'PLAIN') && node.tag === undefined;
    return { node: { is: 'scalar', offset, text: String(node.value), plain }, size: 1 };
  };
  const mergedFrom = (content: Node): readonly Pair[] => {
    const maps = content.is === 'list' ? content.entries : [content];
    let pairs: readonly Pair[] = [];
    for (const each of maps) {
      if (each.is !== 'map') throw new Unreadable(content.offset, 'What a merge key (<<) adds must be a map.');
      counted(each.pairs.length, each.offset);
      // The first map of a list wins.
      pairs = [...pairs, ...withoutKeysOf(pairs, each.pairs)];
    }
    return pairs;
  };
  return sized(contents, 0).node;
}

function withoutKeysOf(known: readonly Pair[], pairs: readonly Pair[]): readonly Pair[] {
  const names = new Set(known.map(({ key }) => key.text));
  return pairs.filter(({ key }) => !names.has(key.text));
}

function nothingAt(offset: number): Scalar {
  return { is: 'scalar', offset, text: '', plain: true };
}
