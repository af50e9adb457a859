/**
 * YAML as OWNERS files use it: maps, lists and plain words. What makes a YAML parser slow or surprising (anchors, tags,
 * deep nesting, floods of tokens) is refused from the token stream, before anything is built from it.
 */
import { Composer, CST, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import { plainContentOf } from './plain-yaml.ts';

/** A place in a file, both counted from 1, and a sentence its author understands. Carries no text of the file. */
export type Problem = { readonly line: number; readonly column: number; readonly problem: string };
export type Unreadable = { readonly is: 'unreadable' } & Problem;

/** Bytes of UTF-8; the largest OWNERS file of kubernetes/kubernetes has 963, its OWNERS_ALIASES about 8,000. */
export const MAX_OWNERS_BYTES = 65_536;
/** A list entry is five tokens. More than this costs the parser over 50 ms where each token is a mistake. */
const MAX_TOKENS = 12_000;
/** Commas, brackets and braces of `[a, b]` and `{a: b}`: each misplaced one is a costly error of its own. */
const MAX_FLOW_TOKENS = 2_000;
/** `{filters: {".*": {approvers: [ada]}}}` needs four. */
const MAX_FLOW_DEPTH = 8;
/** `- - - x` nests once per dash; one level is all that OWNERS files need. */
const MAX_NESTING_PER_LINE = 4;

/** Blanks before what a line holds: one more is one level more, and each level costs every reader after this one. */
export const MAX_INDENT = 100;

const MORE_DOCUMENTS = 'Only one YAML document is allowed; remove the line of dashes.';
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['anchor', 'YAML anchors (&) are not supported here; put such text in quotes.'],
  ['alias', 'YAML aliases (*) are not supported here; put such text in quotes.'],
  ['tag', 'YAML tags (!) are not supported here; put such text in quotes.'],
  ['directive-line', 'YAML directives (%) are not supported here; put such text in quotes.'],
]);

/** What a trusted file may have more of. */
export type Limits = { readonly bytes?: number; readonly tokens?: number; readonly flowTokens?: number };

/** Thrown inside this folder's parsers, and always caught there: see `reading`. */
class Malformed extends Error {
  readonly offset: number;
  constructor(offset: number, problem: string) {
    super(problem);
    this.offset = offset;
  }
}

export type Pair = { readonly key: string; readonly offset: number; readonly value: Value };
/** What a document holds, with the offset at which each part begins. */
export type Value =
  | { readonly is: 'nothing'; readonly offset: number }
  | { readonly is: 'text'; readonly offset: number; readonly text: string }
  | { readonly is: 'other'; readonly offset: number; readonly value: unknown }
  | { readonly is: 'list'; readonly offset: number; readonly entries: readonly Value[] }
  | { readonly is: 'map'; readonly offset: number; readonly pairs: readonly Pair[] };

/** Ends the reading of a file: it is unreadable for this reason. */
export function malformed(offset: number, problem: string): never {
  throw new Malformed(offset, problem);
}

/** Parses `text` and hands its content to `read`; what either finds malformed makes the file unreadable. */
export function reading<T>(
  text: string,
  read: (content: Value, at: (offset: number) => Place) => T,
  limits: Limits = {},
): T | Unreadable {
  const at = placesIn(text);
  try {
    return read(contentOf(text, limits), at);
  } catch (error) {
    if (error instanceof Malformed) return { is: 'unreadable', ...at(error.offset), problem: error.message };
    throw error;
  }
}

export type Place = { readonly line: number; readonly column: number };

/** Where an offset is; lines are found when the first place is asked for. */
export function placesIn(text: string): (offset: number) => Place {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStartsIn(text);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStartsIn(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function contentOf(text: string, limits: Limits): Value {
  const { bytes = MAX_OWNERS_BYTES } = limits;
  // A UTF-16 unit is at least one byte, so a long string needs no encoding to be refused.
  if (text.length > bytes || Buffer.byteLength(text) > bytes) malformed(0, `The file is larger than ${bytes} bytes.`);
  return plainContentOf(text) ?? yamlContentOf(text, limits);
}

/** What `text` holds, by YAML's rules alone. */
export function yamlContentOf(text: string, limits: Limits = {}): Value {
  const options = { uniqueKeys: false, prettyErrors: false, logLevel: 'silent', keepSourceTokens: false } as const;
  const composer = new Composer(options);
  // `forceDoc`: an empty file is an empty document.
  const [document, second] = composer.compose(tokensOf(boundedLexemes(text, limits)), true, text.length);
  if (document === undefined) return { is: 'nothing', offset: 0 };
  if (second !== undefined) malformed(second.range[0], MORE_DOCUMENTS);
  const error = document.errors[0];
  if (error !== undefined) malformed(error.pos[0], sentenceFor(error, text[error.pos[0]]));
  return valueOf(document.contents, 0);
}

/** The lexer's tokens, once all of them are known to keep to the limits above: nothing is parsed before. */
function boundedLexemes(text: string, limits: Limits): readonly string[] {
  const { tokens = MAX_TOKENS, flowTokens: mostFlowTokens = MAX_FLOW_TOKENS } = limits;
  const lexemes: string[] = [];
  let [offset, flowTokens, depth, nesting, documents, quotedInARow] = [0, 0, 0, 0, 0, 0];
  let contentFollows = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type: string | null = contentFollows ? 'content' : CST.tokenType(lexeme);
    contentFollows = type === 'scalar';
    if (lexemes.length === tokens) malformed(offset, 'The file holds too many entries.');
    const refused = REFUSED.get(type ?? 'content');
    if (refused !== undefined) malformed(offset, refused);
    switch (type) {
      case 'doc-start':
        if (++documents > 1) malformed(offset, MORE_DOCUMENTS);
        break;
      case 'flow-map-start':
      case 'flow-seq-start':
        if (++depth > MAX_FLOW_DEPTH) malformed(offset, 'Brackets are nested too deeply.');
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
        if (++nesting > MAX_NESTING_PER_LINE) malformed(offset, 'Lists are nested too deeply.');
        break;
      case 'newline':
        nesting = 0;
        break;
      case 'space':
        if (lexeme.length > MAX_INDENT && text[offset - 1] === '\n') {
          malformed(offset, `The line begins with more than ${MAX_INDENT} blanks.`);
        }
        break;
      default:
        break;
    }
    if (flowTokens > mostFlowTokens) malformed(offset, 'The file holds too many brackets and commas.');
    const quoted = type === 'double-quoted-scalar' || type === 'single-quoted-scalar';
    quotedInARow = quoted ? quotedInARow + 1 : 0;
    if (quotedInARow > 1) malformed(offset, 'There is something after the closing quote.');
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

function valueOf(node: unknown, fallback: number): Value {
  const offset = offsetOf(node) ?? fallback;
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }): Pair => {
      const keyOffset = offsetOf(key) ?? offset;
      return { key: keyText(key, keyOffset), offset: keyOffset, value: valueOf(value, keyOffset) };
    });
    return { is: 'map', offset, pairs };
  }
  if (isSeq(node)) return { is: 'list', offset, entries: node.items.map((entry) => valueOf(entry, offset)) };
  if (!isScalar(node) || node.value === null) return { is: 'nothing', offset };
  if (typeof node.value === 'string') return { is: 'text', offset, text: node.value };
  return { is: 'other', offset, value: node.value };
}

function keyText(key: unknown, offset: number): string {
  if (isScalar(key)) {
    if (typeof key.value === 'string') return key.value;
    // `12:` and `true:` are keys as they are written.
    if (key.source !== undefined && key.source !== '') return key.source;
  }
  return malformed(offset, 'Before the colon there must be a single word.');
}

function offsetOf(node: unknown): number | undefined {
  if (isScalar(node) || isMap(node) || isSeq(node)) return node.range?.[0];
  return undefined;
}

/** Our own sentence per YAML error, for people who never read the YAML standard. */
export function sentenceFor(
  { code, message }: { readonly code: string; readonly message: string },
  character: string | undefined,
): string {
  switch (code) {
    case 'BAD_SCALAR_START':
      return character === '@'
        ? 'A name may begin with @ only in quotes; write it without the @.'
        : 'This character may begin a value only in quotes.';
    case 'TAB_AS_INDENT':
      return 'Lines are indented with a tab; use spaces.';
    case 'BAD_INDENT':
      return message.startsWith('Flow ')
        ? 'A bracket before this line is not closed, or what is inside it stands too far to the left.'
        : 'This line is not indented like its neighbors.';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'After a colon stands either one value or, on lines of their own, further keys; put text with a colon in quotes.';
    case 'MISSING_CHAR':
      return 'Something is missing here: a closing quote, a closing bracket, a comma or a colon.';
    case 'BAD_DQ_ESCAPE':
      return 'Inside double quotes a backslash is written twice (\\\\); single quotes need no doubling.';
    default:
      return 'This is not valid YAML.';
  }
}
