/**
 * Which lines of a text could be commands: one pass over the body by the block rules of CommonMark 0.31
 * (https://spec.commonmark.org/0.31.2/). A line counts when a reader sees it as a line of plain text; in doubt it does
 * not. Linear, and never throws.
 */
import type { Line } from './delivery.ts';

/** Lines of one text that are looked at; a comment needs a handful. */
export const MAX_LINES = 100;
/** UTF-16 units kept of a line after its name: as much as one command may say. */
export const MAX_LINE_CHARS = 1_024;
/** Longer than any name that a command could have. */
const MAX_NAME_CHARS = 100;
/** Lists and quotes inside each other; GitHub's own parser stops at 100 lists. */
const MAX_DEPTH = 100;
/** Characters between the brackets of a label; https://spec.commonmark.org/0.31.2/#link-label */
const MAX_LABEL_CHARS = 999;
/** Tags and links begun in vain may cost this many looks at a character per character of the body. */
const MAX_VAIN_LOOKS = 4;

export type CommandLines = {
  readonly lines: readonly Line[];
  /** More than MAX_LINES lines could be commands; the rest was left out. */
  readonly cut: boolean;
};

/** The lines of `body` that could be commands, each from its slash on. */
export function candidateLines(body: string): CommandLines {
  return capped(visibleLines(body, MAX_LINES + 1));
}

/** Those of `after` that `before` did not hold: what somebody added by editing. */
export function addedLines(before: string, after: string): CommandLines {
  const left = new Map<string, number>();
  for (const { text } of visibleLines(before, Infinity)) left.set(text, (left.get(text) ?? 0) + 1);
  const added = visibleLines(after, Infinity).filter(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
  return capped(added);
}

function capped(lines: readonly Line[]): CommandLines {
  return { lines: lines.slice(0, MAX_LINES), cut: lines.length > MAX_LINES };
}

function visibleLines(body: string, limit: number): readonly Line[] {
  if (!mayHoldCommands(body)) return [];
  // Line ends after the last line spare every look ahead the question whether there is anything.
  const scan = scanOf(`${body}\n\n`, limit);
  while (scan.next < scan.body.length && scan.found.length < limit) {
    beginLine(scan);
    takeLine(scan);
  }
  closeLeaf(scan);
  return scan.found;
}

const NUL = 0x00;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const DOLLAR = 0x24;
const SINGLE_QUOTE = 0x27;
const OPEN_PAREN = 0x28;
const CLOSE_PAREN = 0x29;
const STAR = 0x2a;
const PLUS = 0x2b;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;
const AT = 0x40;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const CARET = 0x5e;
const UNDERSCORE = 0x5f;
const TICK = 0x60;
const PIPE = 0x7c;
const TILDE = 0x7e;

function isLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a);
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function isWordOrHyphen(c: number): boolean {
  return isLetter(c) || isDigit(c) || c === HYPHEN;
}

/** Punctuation that people put behind a word. */
function isMark(c: number): boolean {
  return c === BANG || c === COMMA || c === DOT || c === COLON || c === SEMICOLON || c === QUESTION;
}

function isSpaceOrTab(c: number): boolean {
  return c === SPACE || c === TAB;
}

function isLineEnd(c: number): boolean {
  return c === LF || c === CR;
}

/** What may stand inside tags and links; a paragraph holds no blank line, so this never spans two line ends. */
function isWhitespace(c: number): boolean {
  return c === SPACE || (c >= TAB && c <= CR);
}

/** NUL stands for U+FFFD, which is neither. */
function isSpaceOrControl(c: number): boolean {
  return c <= SPACE && c !== NUL;
}

/** Every separator of Unicode beyond ASCII; characters without a width are none. */
const WIDE_BLANKS: ReadonlySet<number> = new Set([
  0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028,
  0x2029, 0x202f, 0x205f, 0x3000,
]);

function isBlank(c: number): boolean {
  return isWhitespace(c) || (c >= 0x85 && WIDE_BLANKS.has(c));
}

/** Whether any line looks like a command; most comments end here. */
function mayHoldCommands(body: string): boolean {
  for (let slash = body.indexOf('/'); slash >= 0; slash = body.indexOf('/', slash + 1)) {
    const first = slash === 0 || isLineEnd(body.charCodeAt(slash - 1));
    if (first && isLetter(body.charCodeAt(slash + 1))) return true;
  }
  return false;
}

/** Where the name after the slash ends, with one mark behind it; -1 when it is no name, or no blank follows. */
function nameEnd(body: string, slash: number): number {
  if (!isLetter(body.charCodeAt(slash + 1))) return -1;
  let at = slash + 2;
  while (at - slash <= MAX_NAME_CHARS && isWordOrHyphen(body.charCodeAt(at))) at += 1;
  // `/lgtm!` is no command, and whoever wrote it wants to be told.
  if (isMark(body.charCodeAt(at))) at += 1;
  return isBlank(body.charCodeAt(at)) ? at : -1;
}

/** A place past every body; V8 holds no string as long, and this is still a small integer. */
const NOWHERE = 0x3fff_ffff;

const NOTHING = 0;
const PARAGRAPH = 1;
const FENCE = 2;
const HTML = 3;

/** The last search for a text: `at` is its first place from `from` on. No stretch is searched twice. */
type Search = { readonly text: string; from: number; at: number };

/** An open element, and where its start tag stood. */
type Element = {
  readonly name: string;
  /** How many containers. */
  readonly depth: number;
  /** The innermost open bracket. */
  readonly bracket: number;
  readonly room: number;
  readonly barrier: Element | undefined;
};

type Scan = {
  readonly body: string;
  /** Lines to be found at most. */
  readonly limit: number;
  readonly found: Line[];
  /** Whether a link could name a definition at all. */
  readonly definitions: boolean;

  /** The line, from 1; where it begins and ends, and where the next one begins. */
  number: number;
  lineStart: number;
  lineEnd: number;
  next: number;
  /** Columns that the containers have taken so far. */
  column: number;
  /** The first character after them that is neither space nor tab, and its column. */
  content: number;
  contentColumn: number;
  /** Whether a marker of a quote or list stands before the content. */
  marked: boolean;
  /** How many of the open containers go on in this line. */
  matched: number;
  /** What no thematic break is made of before this place: `- - - x` is asked at every dash. */
  brokenChar: number;
  brokenAt: number;

  /** The open containers: columns by which the content of a list item is indented, 0 for a quote. */
  readonly containers: number[];
  /** Places of the quotes among them. */
  readonly quotes: number[];
  /** Whether the innermost container is a list item in which nothing has begun. */
  emptyItem: boolean;

  leaf: typeof NOTHING | typeof PARAGRAPH | typeof FENCE | typeof HTML;
  fenceChar: number;
  fenceLength: number;
  htmlType: number;
  /** Where the paragraph or HTML begins and ends. */
  start: number;
  end: number;
  /** Where the text of the last line of the paragraph begins. */
  lastStart: number;
  /** Whether no line of the paragraph can be a command. */
  mute: boolean;
  /** Where the paragraph turns into a table or footnote; and where it may do so. */
  tailStart: number;
  tableStart: number;

  /** Lines of the paragraph that could be commands: where the slash is, and the number. */
  readonly slashes: number[];
  readonly numbers: number[];
  /** How many of them have been passed, and how many of these are still visible: those stand first. */
  passed: number;
  visible: number;

  /** Open brackets of the paragraph: twice the place, plus one for an image. */
  readonly brackets: number[];
  /** Openers below this height are no links: a link holds no link. */
  inactive: number;
  /** Openers below this height may be none: that depends on definitions. */
  unsure: number;
  /** A bracket here may belong to a label already. */
  unsureAt: number;
  /** The last place of a run of so many backticks, known up to here. */
  readonly lastTicks: Map<number, number>;
  ticksKnown: number;
  vainLooks: number;

  /** Open elements of HIDING, all and by name; and of BARRIERS. */
  readonly hiding: Element[];
  readonly hidingByName: Map<string, Element[]>;
  readonly barriers: Element[];
  /** 0 in plain text; in a table, a heading or what may be a formula, the place of it. */
  room: number;

  readonly searches: ReturnType<typeof newSearches>;
};

function searchFor(text: string): Search {
  return { text, from: 0, at: -1 };
}

function newSearches() {
  return {
    angle: searchFor('<'),
    dollar: searchFor('$'),
    closeBracket: searchFor(']'),
    comment: searchFor('-->'),
    instruction: searchFor('?>'),
    greater: searchFor('>'),
    cdata: searchFor(']]>'),
    doubleQuote: searchFor('"'),
    singleQuote: searchFor("'"),
  };
}

function scanOf(body: string, limit: number): Scan {
  return {
    body,
    limit,
    found: [],
    definitions: body.includes(']:'),
    number: 0,
    lineStart: 0,
    lineEnd: 0,
    next: 0,
    column: 0,
    content: 0,
    contentColumn: 0,
    marked: false,
    matched: 0,
    brokenChar: 0,
    brokenAt: 0,
    containers: [],
    quotes: [],
    emptyItem: false,
    leaf: NOTHING,
    fenceChar: 0,
    fenceLength: 0,
    htmlType: 0,
    start: 0,
    end: 0,
    lastStart: 0,
    mute: false,
    tailStart: NOWHERE,
    tableStart: NOWHERE,
    slashes: [],
    numbers: [],
    passed: 0,
    visible: 0,
    brackets: [],
    inactive: 0,
    unsure: 0,
    unsureAt: -1,
    lastTicks: new Map(),
    ticksKnown: 0,
    vainLooks: 0,
    hiding: [],
    hidingByName: new Map(),
    barriers: [],
    room: 0,
    searches: newSearches(),
  };
}

/** The first place of what is searched for, from `from` on; past every body when there is none. */
function placeOf(scan: Scan, search: Search, from: number): number {
  if (from < search.from || from > search.at) {
    const at = scan.body.indexOf(search.text, from);
    if (from < search.from) scan.vainLooks += (at < 0 ? scan.body.length : at) - from;
    search.from = from;
    search.at = at < 0 ? NOWHERE : at;
  }
  return search.at;
}

// Lines and containers.

function beginLine(scan: Scan): void {
  const { body, next } = scan;
  scan.number += 1;
  scan.lineStart = next;
  scan.column = 0;
  scan.marked = false;
  toContent(scan, next, 0);
  let end = scan.content;
  while (!isLineEnd(body.charCodeAt(end))) end += 1;
  scan.lineEnd = end;
  scan.next = body.charCodeAt(end) === CR && body.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
}

/** Skips spaces and tabs; a tab reaches to the next multiple of four columns. */
function toContent(scan: Scan, from: number, fromColumn: number): void {
  let column = fromColumn;
  let at = from;
  for (; ; at += 1) {
    const c = scan.body.charCodeAt(at);
    if (c === SPACE) column += 1;
    else if (c === TAB) column += 4 - (column % 4);
    else break;
  }
  scan.content = at;
  scan.contentColumn = column;
}

function takeLine(scan: Scan): void {
  matchContainers(scan);
  const blank = scan.content === scan.lineEnd;
  if (scan.matched === scan.containers.length) {
    if (scan.leaf === FENCE) return takeFenced(scan);
    if (scan.leaf === HTML && (scan.htmlType < 6 || !blank)) return takeHtml(scan);
  }
  if (blank) {
    closeUnmatched(scan);
    return closeLeaf(scan);
  }
  if (openBlocks(scan)) return;
  if (scan.leaf === PARAGRAPH) extendParagraph(scan);
  else beginParagraph(scan);
}

/** Counts the containers that go on in this line, and moves past what shows it. */
function matchContainers(scan: Scan): void {
  const { body, containers, quotes } = scan;
  let quotesMatched = 0;
  let matched = 0;
  while (matched < containers.length) {
    if (scan.content === scan.lineEnd) {
      // After a blank line items go on and quotes do not; an item that is still empty ends.
      matched = quotes[quotesMatched] ?? containers.length - (scan.emptyItem ? 1 : 0);
      break;
    }
    const need = containers[matched] ?? 0;
    const indent = scan.contentColumn - scan.column;
    if (need > 0) {
      if (indent < need) break;
      scan.column += need;
    } else {
      if (indent >= 4 || body.charCodeAt(scan.content) !== GREATER) break;
      passQuoteMarker(scan);
      quotesMatched += 1;
    }
    matched += 1;
  }
  scan.matched = matched;
}

function passQuoteMarker(scan: Scan): void {
  const after = scan.content + 1;
  const column = scan.contentColumn + 1;
  toContent(scan, after, column);
  // One blank belongs to the marker, or one column of a tab.
  scan.column = column + (scan.content > after ? 1 : 0);
  scan.marked = true;
}

function closeUnmatched(scan: Scan): void {
  const { containers, quotes, matched, hiding, barriers } = scan;
  if (matched === containers.length) return;
  closeLeaf(scan);
  containers.length = matched;
  while ((quotes.at(-1) ?? -1) >= matched) quotes.pop();
  // What a table holds does not end before it.
  const outer = barriers.at(-1);
  while ((hiding.at(-1)?.depth ?? 0) > matched && hiding.at(-1)?.barrier === outer) closeInnermostHiding(scan);
  scan.emptyItem = false;
}

/** Makes room for a new block in the innermost container of this line. */
function beginChild(scan: Scan): void {
  closeUnmatched(scan);
  closeLeaf(scan);
  scan.emptyItem = false;
}

function closeLeaf(scan: Scan): void {
  const { leaf } = scan;
  scan.leaf = NOTHING;
  if (leaf === PARAGRAPH) closeParagraph(scan);
  else if (leaf === HTML) closeHtml(scan);
}

/** Opens the blocks that begin in this line; true when nothing of it is left that could be text of a paragraph. */
function openBlocks(scan: Scan): boolean {
  for (;;) {
    if (scan.contentColumn - scan.column >= 4) {
      if (scan.leaf === PARAGRAPH) return false;
      // Indented code.
      beginChild(scan);
      return true;
    }
    const c = scan.body.charCodeAt(scan.content);
    // No block begins like most lines do.
    if (c === SLASH || isLetter(c)) return false;
    if (beginsLeaf(scan, c)) return true;
    const marker = c === GREATER ? 1 : listMarkerLength(scan, c);
    if (marker === 0) return false;
    beginChild(scan);
    // Deeper than that, what is left is text, and no command.
    if (scan.containers.length === MAX_DEPTH) return false;
    if (c === GREATER) openQuote(scan);
    else openItem(scan, marker);
    if (scan.content === scan.lineEnd) return true;
  }
}

function openQuote(scan: Scan): void {
  scan.quotes.push(scan.containers.length);
  scan.containers.push(0);
  scan.matched = scan.containers.length;
  passQuoteMarker(scan);
}

function openItem(scan: Scan, markerLength: number): void {
  const indent = scan.contentColumn - scan.column;
  const after = scan.content + markerLength;
  const column = scan.contentColumn + markerLength;
  toContent(scan, after, column);
  const blanks = scan.contentColumn - column;
  // From five blanks on the item begins with indented code: one of them belongs to the marker, as in an empty item.
  const own = scan.content === scan.lineEnd || blanks >= 5 ? 1 : blanks;
  scan.column = column + own;
  scan.containers.push(indent + markerLength + own);
  scan.matched = scan.containers.length;
  scan.emptyItem = true;
  scan.marked = true;
}

/** Characters of the list marker that begins here, without the blanks after it; 0 when there is none. */
function listMarkerLength(scan: Scan, c: number): number {
  const { body, content, lineEnd } = scan;
  let at = content + 1;
  let first = 1;
  if (isDigit(c)) {
    while (at - content < 9 && isDigit(body.charCodeAt(at))) at += 1;
    first = Number(body.slice(content, at));
    const delimiter = body.charCodeAt(at);
    if (delimiter !== DOT && delimiter !== CLOSE_PAREN) return 0;
    at += 1;
  } else if (c !== HYPHEN && c !== PLUS && c !== STAR) return 0;
  if (at < lineEnd && !isSpaceOrTab(body.charCodeAt(at))) return 0;
  // An item interrupts a paragraph only when it has content, and a numbered one only when it counts from 1.
  if (inParagraph(scan) && (first !== 1 || onlyBlanks(body, at, lineEnd))) return 0;
  return at - content;
}

/** Whether the open paragraph goes on in this line, unless a block begins that may interrupt it. */
function inParagraph(scan: Scan): boolean {
  return scan.leaf === PARAGRAPH && scan.matched === scan.containers.length;
}

function onlyBlanks(body: string, from: number, to: number): boolean {
  return pastBlanks(body, from) >= to;
}

function pastBlanks(body: string, from: number): number {
  let at = from;
  while (isSpaceOrTab(body.charCodeAt(at))) at += 1;
  return at;
}

function runEnd(body: string, from: number, c: number): number {
  let at = from;
  while (body.charCodeAt(at) === c) at += 1;
  return at;
}

/** Takes the line when it is a heading, a break, a fence, or HTML begins with it. */
function beginsLeaf(scan: Scan, c: number): boolean {
  switch (c) {
    case HASH:
      return beginsHeading(scan);
    case TICK:
    case TILDE:
      return beginsFence(scan, c);
    case LESS:
      return beginsHtml(scan);
    case EQUALS:
      return underlines(scan, c);
    case HYPHEN:
      return underlines(scan, c) || beginsBreak(scan, c);
    case STAR:
    case UNDERSCORE:
      return beginsBreak(scan, c);
    default:
      return false;
  }
}

function beginsHeading(scan: Scan): boolean {
  const { body, content, lineEnd } = scan;
  const end = runEnd(body, content, HASH);
  if (end - content > 6 || (end < lineEnd && !isSpaceOrTab(body.charCodeAt(end)))) return false;
  beginChild(scan);
  if (scan.quotes.length === 0) {
    scan.tableStart = content;
    readInline(scan, end, lineEnd);
  }
  return true;
}

function beginsFence(scan: Scan, c: number): boolean {
  const { body, content, lineEnd } = scan;
  const end = runEnd(body, content, c);
  if (end - content < 3) return false;
  if (c === TICK) for (let at = end; at < lineEnd; at += 1) if (body.charCodeAt(at) === TICK) return false;
  beginChild(scan);
  scan.leaf = FENCE;
  scan.fenceChar = c;
  scan.fenceLength = end - content;
  return true;
}

function takeFenced(scan: Scan): void {
  const { body, content, lineEnd, fenceChar, fenceLength } = scan;
  if (scan.contentColumn - scan.column >= 4) return;
  const end = runEnd(body, content, fenceChar);
  if (end - content >= fenceLength && onlyBlanks(body, end, lineEnd)) scan.leaf = NOTHING;
}

function beginsBreak(scan: Scan, c: number): boolean {
  const { body, content, lineEnd } = scan;
  if (c === scan.brokenChar && content < scan.brokenAt) return false;
  let count = 0;
  let at = content;
  for (; at < lineEnd; at += 1) {
    const each = body.charCodeAt(at);
    if (each === c) count += 1;
    else if (!isSpaceOrTab(each)) break;
  }
  if (at === lineEnd && count >= 3) {
    beginChild(scan);
    return true;
  }
  scan.brokenChar = c;
  scan.brokenAt = at;
  return false;
}

/** A line of `=` or `-` makes the paragraph above it a heading, unless that held nothing but definitions. */
function underlines(scan: Scan, c: number): boolean {
  const { body, content, lineEnd } = scan;
  if (!inParagraph(scan) || !onlyBlanks(body, runEnd(body, content, c), lineEnd)) return false;
  const text = definitionsEnd(scan, scan.start, scan.end);
  forgetLines(scan);
  if (text >= scan.end) {
    scan.start = content;
    return false;
  }
  closeLeaf(scan);
  return true;
}

// Paragraphs.

function beginParagraph(scan: Scan): void {
  beginChild(scan);
  scan.leaf = PARAGRAPH;
  scan.start = scan.content;
  scan.tailStart = NOWHERE;
  scan.tableStart = NOWHERE;
  scan.mute = scan.quotes.length > 0 || scan.containers.length === MAX_DEPTH;
  addLine(scan);
}

function extendParagraph(scan: Scan): void {
  const cells = inParagraph(scan) ? tableHeadCells(scan) : 0;
  if (cells > 0) {
    const { body, lastStart, end } = scan;
    scan.tableStart = Math.min(scan.tableStart, lastStart);
    if (cells === cellsIn(body, lastStart, end)) scan.tailStart = Math.min(scan.tailStart, lastStart);
  }
  addLine(scan);
}

function addLine(scan: Scan): void {
  const { body, content, lineStart } = scan;
  scan.lastStart = content;
  scan.end = scan.lineEnd;
  const c = body.charCodeAt(content);
  if (c === OPEN_BRACKET && isFootnote(body, content)) {
    scan.tailStart = Math.min(scan.tailStart, content);
    scan.tableStart = Math.min(scan.tableStart, content);
  }
  if (c !== SLASH || scan.mute || scan.marked) return;
  // Prow's rule: a command begins its line; what is set in by even one blank is none.
  if (content !== lineStart || nameEnd(body, content) < 0) return;
  scan.slashes.push(content);
  scan.numbers.push(scan.number);
}

/** `[^name]:` begins what GitHub shows at the very end, and only when something refers to it. */
function isFootnote(body: string, from: number): boolean {
  if (body.charCodeAt(from + 1) !== CARET) return false;
  let at = from + 2;
  for (; body.charCodeAt(at) !== CLOSE_BRACKET; at += 1) {
    const c = body.charCodeAt(at);
    if (isWhitespace(c)) return false;
  }
  return at > from + 2 && body.charCodeAt(at + 1) === COLON;
}

/** Cells of what may be the second line of a table, `| --- | :-: |`, if the line above has as many; 0 when it is none. */
function tableHeadCells(scan: Scan): number {
  const { body, content, lineEnd } = scan;
  const c = body.charCodeAt(content);
  if (scan.contentColumn - scan.column >= 4 || (c !== PIPE && c !== HYPHEN && c !== COLON)) return 0;
  let cells = 0;
  for (let at = c === PIPE ? content + 1 : content; at < lineEnd; at = pastBlanks(body, at + 1)) {
    at = pastBlanks(body, at);
    if (body.charCodeAt(at) === COLON) at += 1;
    const dashes = at;
    at = runEnd(body, at, HYPHEN);
    if (at === dashes) return 0;
    if (body.charCodeAt(at) === COLON) at += 1;
    at = pastBlanks(body, at);
    if (at < lineEnd && body.charCodeAt(at) !== PIPE) return 0;
    cells += 1;
  }
  return cells;
}

function cellsIn(body: string, from: number, lineEnd: number): number {
  let to = lineEnd;
  while (to > from && isSpaceOrTab(body.charCodeAt(to - 1))) to -= 1;
  let cells = 1;
  for (let at = from; at < to; at += 1) {
    const c = body.charCodeAt(at);
    if (c === BACKSLASH) at += 1;
    // Pipes at both ends are borders.
    else if (c === PIPE && at > from && at < to - 1) cells += 1;
  }
  return cells;
}

/** Keeps the lines of the paragraph that a reader sees. */
function closeParagraph(scan: Scan): void {
  const { body, start, end, slashes, numbers, found, tailStart } = scan;
  const plain = slashes.length === 0 && placeOf(scan, scan.searches.angle, start) >= end;
  if (scan.quotes.length > 0 && scan.hiding.length > 0) heedBarriers(scan);
  if (start < end && !plain && scan.quotes.length === 0) {
    const text = definitionsEnd(scan, start, end);
    hide(scan, start - 1, text);
    readInline(scan, text, end);
    pass(scan, end);
    for (let index = 0; index < scan.visible && found.length < scan.limit; index += 1) {
      const slash = slashes[index] ?? 0;
      if (slash < tailStart) found.push({ number: numbers[index] ?? 0, ...textOf(body, slash) });
    }
  }
  forgetLines(scan);
}

function textOf(body: string, slash: number): Omit<Line, 'number'> {
  const longest = nameEnd(body, slash) + MAX_LINE_CHARS;
  let end = slash;
  while (end < longest && !isLineEnd(body.charCodeAt(end))) end += 1;
  if (isLineEnd(body.charCodeAt(end))) return { text: body.slice(slash, end) };
  // No half of a character.
  const last = body.charCodeAt(end - 1);
  return { text: body.slice(slash, last >= 0xd800 && last <= 0xdbff ? end - 1 : end), cut: true };
}

function forgetLines(scan: Scan): void {
  // To shorten an array costs something even when it is empty.
  if (scan.slashes.length === 0) return;
  scan.slashes.length = 0;
  scan.numbers.length = 0;
  scan.visible = 0;
  scan.passed = 0;
}

/** Lines that begin before `to` are visible, as long as nothing hides them. */
function pass(scan: Scan, to: number): void {
  const { slashes, numbers } = scan;
  for (; scan.passed < slashes.length; scan.passed += 1) {
    const slash = slashes[scan.passed] ?? 0;
    if (slash >= to) return;
    if (scan.visible < scan.passed) {
      slashes[scan.visible] = slash;
      numbers[scan.visible] = numbers[scan.passed] ?? 0;
    }
    scan.visible += 1;
  }
}

/** Lines that begin between `from` and `to` are not text; nothing after `to` was passed before. */
function hide(scan: Scan, from: number, to: number): void {
  pass(scan, to);
  while (scan.visible > 0 && (scan.slashes[scan.visible - 1] ?? 0) > from) scan.visible -= 1;
}

// Inside a paragraph or heading: what of it is code, a tag, or a part of a link that is not shown.

function readInline(scan: Scan, from: number, to: number): void {
  const { body, brackets, hiding } = scan;
  if (brackets.length > 0) brackets.length = 0;
  scan.inactive = 0;
  scan.unsure = 0;
  scan.room = 0;
  const formula = mayHoldFormula(scan, from, to) ? from : NOWHERE;
  let hiddenFrom = hiding.length > 0 ? from : NOWHERE;
  let at = from;
  while (at < to) {
    const c = body.charCodeAt(at);
    if (c !== BACKSLASH && c !== TICK && c !== LESS && c !== BANG && c !== OPEN_BRACKET && c !== CLOSE_BRACKET) {
      at += 1;
      continue;
    }
    const begin = at;
    if (c === LESS) scan.room = begin >= scan.tableStart ? scan.tableStart + 1 : begin >= formula ? formula + 1 : 0;
    at = pastSpecial(scan, c, begin, to);
    if (at < 0 || scan.vainLooks > MAX_VAIN_LOOKS * body.length) return giveUp(scan, Math.min(begin, hiddenFrom), to);
    if (hiding.length > 0) hiddenFrom = Math.min(hiddenFrom, begin);
    else if (hiddenFrom < NOWHERE) {
      hide(scan, hiddenFrom - 1, at);
      hiddenFrom = NOWHERE;
    }
  }
  if (hiddenFrom < NOWHERE) hide(scan, hiddenFrom - 1, to);
}

/** Nothing more of this container is a command: it cannot be told cheaply what a reader sees of it. */
function giveUp(scan: Scan, from: number, to: number): void {
  const image = scan.brackets.find((bracket) => bracket % 2 === 1) ?? NOWHERE;
  hide(scan, Math.min(from, (image - 1) / 2) - 1, to);
  seal(scan);
}

/** Two dollar signs in a text with tags: GitHub sets what is between them as a formula. */
function mayHoldFormula(scan: Scan, from: number, to: number): boolean {
  const { body, searches } = scan;
  if (placeOf(scan, searches.angle, from) >= to) return false;
  const first = placeOf(scan, searches.dollar, from);
  return first < to && nextOf(body, DOLLAR, first + 1, to) < to;
}

/** Where what begins here ends; -1 when that cannot be told. */
function pastSpecial(scan: Scan, c: number, at: number, to: number): number {
  switch (c) {
    case BACKSLASH:
      return at + 2;
    case TICK:
      return pastTicks(scan, at, to);
    case LESS:
      return pastAngle(scan, at, to);
    case CLOSE_BRACKET:
      return pastBracket(scan, at, to);
    case BANG:
      if (scan.body.charCodeAt(at + 1) !== OPEN_BRACKET) return at + 1;
      scan.brackets.push(2 * at + 1);
      return at + 2;
    default:
      // Only what can be closed is worth keeping.
      if (placeOf(scan, scan.searches.closeBracket, at) < to) scan.brackets.push(2 * at);
      if (at === scan.unsureAt) scan.unsure = scan.brackets.length;
      return at + 1;
  }
}

function pastTicks(scan: Scan, at: number, to: number): number {
  const { body } = scan;
  const after = runEnd(body, at, TICK);
  const length = after - at;
  if (!closesLater(scan, length, after, to)) return after;
  let close = after;
  let end = after;
  do {
    close = nextOf(body, TICK, end, to);
    end = runEnd(body, close, TICK);
  } while (end - close !== length);
  hide(scan, at, end);
  return end;
}

function nextOf(body: string, c: number, from: number, to: number): number {
  let at = from;
  while (at < to && body.charCodeAt(at) !== c) at += 1;
  return at;
}

/** Whether a run of so many backticks follows in this paragraph, whose runs are counted only once. */
function closesLater(scan: Scan, length: number, after: number, to: number): boolean {
  const { body, lastTicks } = scan;
  if (scan.ticksKnown < to) {
    scan.ticksKnown = to;
    for (let at = nextOf(body, TICK, after, to); at < to;) {
      const end = runEnd(body, at, TICK);
      lastTicks.set(end - at, at);
      at = nextOf(body, TICK, end, to);
    }
  }
  return (lastTicks.get(length) ?? -1) >= after;
}

function pastAngle(scan: Scan, at: number, to: number): number {
  const end = markupEnd(scan, at, to);
  if (end < 0) return Math.max(autolinkEnd(scan.body, at, to), at + 1);
  hide(scan, at, end);
  heedTag(scan, at);
  return end;
}

/** `<https://…>` and `<ada@…>`; -1 when it is neither. */
function autolinkEnd(body: string, from: number, to: number): number {
  let at = from + 1;
  for (; at < to; at += 1) {
    const c = body.charCodeAt(at);
    if (isSpaceOrControl(c) || c === LESS || c === GREATER) break;
  }
  if (at >= to || body.charCodeAt(at) !== GREATER) return -1;
  return beginsWithScheme(body, from + 1) || isAddress(body, from + 1, at) ? at + 1 : -1;
}

/** Two to 32 characters and a colon. */
function beginsWithScheme(body: string, from: number): boolean {
  if (!isLetter(body.charCodeAt(from))) return false;
  let at = from + 1;
  for (; at - from < 32; at += 1) {
    const c = body.charCodeAt(at);
    if (!isWordOrHyphen(c) && c !== PLUS && c !== DOT) break;
  }
  return at - from >= 2 && body.charCodeAt(at) === COLON;
}

const IN_LOCAL_PART: ReadonlySet<number> = new Set(".!#$%&'*+/=?^_`{|}~".split('').map((each) => each.charCodeAt(0)));

function isAddress(body: string, from: number, to: number): boolean {
  let at = from;
  while (isWordOrHyphen(body.charCodeAt(at)) || IN_LOCAL_PART.has(body.charCodeAt(at))) at += 1;
  if (at === from || body.charCodeAt(at) !== AT) return false;
  while (at < to) {
    const label = at + 1;
    at = label;
    while (isWordOrHyphen(body.charCodeAt(at))) at += 1;
    if (at === label || at - label > 63) return false;
    if (body.charCodeAt(label) === HYPHEN || body.charCodeAt(at - 1) === HYPHEN) return false;
    if (at < to && body.charCodeAt(at) !== DOT) return false;
  }
  return true;
}

/** Where a tag, comment, instruction, declaration or CDATA section ends; -1 when none begins here and ends by `to`. */
function markupEnd(scan: Scan, at: number, to: number): number {
  const end = endOfMarkup(scan, at, to);
  return end <= to ? end : -1;
}

function endOfMarkup(scan: Scan, at: number, to: number): number {
  const { body, searches } = scan;
  const second = body.charCodeAt(at + 1);
  if (second === QUESTION) return placeOf(scan, searches.instruction, at + 2) + 2;
  if (second !== BANG) return tagEnd(scan, at, to);
  if (body.startsWith('--', at + 2)) return commentEnd(scan, at);
  if (body.startsWith('[CDATA[', at + 2)) return placeOf(scan, searches.cdata, at + 9) + 3;
  return isLetter(body.charCodeAt(at + 2)) ? placeOf(scan, searches.greater, at + 3) + 1 : -1;
}

function commentEnd(scan: Scan, at: number): number {
  if (scan.body.startsWith('>', at + 4)) return at + 5;
  if (scan.body.startsWith('->', at + 4)) return at + 6;
  return placeOf(scan, scan.searches.comment, at + 4) + 3;
}

function tagEnd(scan: Scan, from: number, to: number): number {
  const { body } = scan;
  const closing = body.charCodeAt(from + 1) === SLASH;
  let at = from + (closing ? 2 : 1);
  if (!isLetter(body.charCodeAt(at))) return -1;
  while (isWordOrHyphen(body.charCodeAt(at))) at += 1;
  if (!closing) at = attributesEnd(scan, at, to);
  at = pastWhitespace(body, at);
  if (!closing && body.charCodeAt(at) === SLASH) at += 1;
  if (at < to && body.charCodeAt(at) === GREATER) return at + 1;
  scan.vainLooks += at - from;
  return -1;
}

function pastWhitespace(body: string, from: number): number {
  let at = from;
  while (isWhitespace(body.charCodeAt(at))) at += 1;
  return at;
}

function attributesEnd(scan: Scan, from: number, to: number): number {
  const { body } = scan;
  let at = from;
  while (at < to) {
    const name = pastWhitespace(body, at);
    const first = body.charCodeAt(name);
    if (name === at || (!isLetter(first) && first !== UNDERSCORE && first !== COLON)) return at;
    at = valueEnd(scan, attributeNameEnd(body, name), to);
  }
  return at;
}

function attributeNameEnd(body: string, from: number): number {
  let at = from + 1;
  for (; ; at += 1) {
    const c = body.charCodeAt(at);
    if (!isWordOrHyphen(c) && c !== UNDERSCORE && c !== COLON && c !== DOT) return at;
  }
}

/** Where the value ends that the attribute is given; `from` when it is given none. */
function valueEnd(scan: Scan, from: number, to: number): number {
  const { body, searches } = scan;
  const equals = pastWhitespace(body, from);
  if (body.charCodeAt(equals) !== EQUALS) return from;
  const value = pastWhitespace(body, equals + 1);
  const first = body.charCodeAt(value);
  if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
    const close = placeOf(scan, first === DOUBLE_QUOTE ? searches.doubleQuote : searches.singleQuote, value + 1);
    return close < to ? close + 1 : from;
  }
  const end = unquotedEnd(body, value);
  return end > value ? end : from;
}

function unquotedEnd(body: string, from: number): number {
  for (let at = from; ; at += 1) {
    const c = body.charCodeAt(at);
    if (isSpaceOrControl(c) || c === LESS || c === GREATER || c === EQUALS) return at;
    if (c === DOUBLE_QUOTE || c === SINGLE_QUOTE || c === TICK) return at;
  }
}

// Links and images. Definitions are not looked up: what could be a label, or stand for an image, is no command.

function pastBracket(scan: Scan, at: number, to: number): number {
  const { body, brackets } = scan;
  const opener = brackets.pop();
  if (opener === undefined) return at + 1;
  const height = brackets.length;
  const image = opener % 2 === 1;
  const active = image || height >= scan.inactive;
  const unsure = !image && height < scan.unsure;
  scan.inactive = Math.min(scan.inactive, height);
  scan.unsure = Math.min(scan.unsure, height);
  if (!active) return at + 1;
  const hidden = image ? (opener - 1) / 2 : at;
  const tail = body.charCodeAt(at + 1) === OPEN_PAREN ? tailEnd(scan, at + 2, to) : -1;
  if (tail < 0) return pastReference(scan, hidden, at, to);
  hide(scan, hidden, tail);
  if (unsure) scan.unsure = height;
  else if (!image) scan.inactive = height;
  return unsure && holdsSpecial(body, at + 2, tail) ? -1 : tail;
}

/** A link or image at whose `]` no destination follows: it is one when its label, or the label that follows, is defined. */
function pastReference(scan: Scan, hidden: number, at: number, to: number): number {
  const { body } = scan;
  if (!scan.definitions) return at + 1;
  hide(scan, hidden, at);
  if (hidden === at) scan.unsure = scan.brackets.length;
  const label = body.charCodeAt(at + 1) === OPEN_BRACKET ? labelEnd(body, at + 1, to) : -1;
  if (label < 0) return at + 1;
  hide(scan, hidden, label);
  scan.unsureAt = at + 1;
  return holdsSpecial(body, at + 2, label - 1) ? -1 : at + 1;
}

function holdsSpecial(body: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const c = body.charCodeAt(at);
    if (c === TICK || c === LESS || c === BACKSLASH || c === OPEN_BRACKET || c === CLOSE_BRACKET) return true;
  }
  return false;
}

/** Past the `)` of `(destination "title")`, from after its `(` on; -1 when it is none. */
function tailEnd(scan: Scan, from: number, to: number): number {
  const { body } = scan;
  const destination = destinationEnd(body, pastWhitespace(body, from), to);
  let at = pastWhitespace(body, Math.abs(destination));
  if (destination >= 0) {
    const title = isWhitespace(body.charCodeAt(at - 1)) ? titleEnd(body, at, to) : -1;
    if (title >= 0) at = pastWhitespace(body, title);
    if (at < to && body.charCodeAt(at) === CLOSE_PAREN) return at + 1;
  }
  scan.vainLooks += at - from;
  return -1;
}

/** Where the destination ends; minus the place where it goes wrong when there is none. */
function destinationEnd(body: string, from: number, to: number): number {
  if (body.charCodeAt(from) === LESS) return bracedDestinationEnd(body, from, to);
  let depth = 0;
  let at = from;
  for (; at < to; at += 1) {
    const c = body.charCodeAt(at);
    if (isWhitespace(c) || (c === CLOSE_PAREN && depth === 0)) break;
    if (c === BACKSLASH && isPunctuation(body.charCodeAt(at + 1))) at += 1;
    else if (c === OPEN_PAREN) depth += 1;
    else if (c === CLOSE_PAREN) depth -= 1;
  }
  const empty = at === from && body.charCodeAt(at) !== CLOSE_PAREN;
  return at > to || empty || depth > 0 ? -at : at;
}

function bracedDestinationEnd(body: string, from: number, to: number): number {
  for (let at = from + 1; at < to; at += 1) {
    const c = body.charCodeAt(at);
    if (c === GREATER) return at + 1;
    if (c === LESS || c === LF || c === CR) return -at;
    if (c === BACKSLASH && !isLineEnd(body.charCodeAt(at + 1))) at += 1;
  }
  return -to;
}

function isPunctuation(c: number): boolean {
  return c > SPACE && c < 0x7f && !isLetter(c) && !isDigit(c);
}

/** Past the closing quote or parenthesis of the title; -1 when none begins here or it does not end. */
function titleEnd(body: string, from: number, to: number): number {
  const open = body.charCodeAt(from);
  if (open !== DOUBLE_QUOTE && open !== SINGLE_QUOTE && open !== OPEN_PAREN) return -1;
  const close = open === OPEN_PAREN ? CLOSE_PAREN : open;
  for (let at = from + 1; at < to; at += 1) {
    const c = body.charCodeAt(at);
    if (c === close) return at + 1;
    if (c === open) return -1;
    if (c === BACKSLASH) at += 1;
  }
  return -1;
}

/** Past the `]` of the label that begins here; -1 when it is none. */
function labelEnd(body: string, from: number, to: number): number {
  let chars = 0;
  for (let at = from + 1; at < to && chars <= MAX_LABEL_CHARS; at += 1) {
    const c = body.charCodeAt(at);
    if (c === CLOSE_BRACKET) return chars > 0 ? at + 1 : -1;
    if (c === OPEN_BRACKET) return -1;
    chars += c === BACKSLASH ? 2 : 1;
    if (c === BACKSLASH) at += 1;
    // A line end and the blanks before the next line are one character.
    else if (c === LF || c === CR) at = pastWhitespace(body, at) - 1;
  }
  return -1;
}

/** Where the definitions that a paragraph begins with end, and its text begins. */
function definitionsEnd(scan: Scan, from: number, to: number): number {
  const { body } = scan;
  let at = from;
  while (scan.definitions && at < to && body.charCodeAt(at) === OPEN_BRACKET) {
    const end = definitionEnd(body, at, to);
    if (end < 0) break;
    at = end;
  }
  return at;
}

/** `[label]: destination "title"`, the latter two perhaps on lines of their own; -1 when it is none. */
function definitionEnd(body: string, from: number, to: number): number {
  const label = labelEnd(body, from, to);
  if (label < 0 || body.charCodeAt(label) !== COLON || pastWhitespace(body, from + 1) === label - 1) return -1;
  const destination = destinationEnd(body, pastWhitespace(body, label + 1), to);
  if (destination < 0) return -1;
  const next = pastWhitespace(body, destination);
  const title = next > destination ? titleEnd(body, next, to) : -1;
  if (title >= 0 && endsLine(body, title, to)) return Math.min(pastWhitespace(body, title), to);
  return endsLine(body, destination, to) ? Math.min(next, to) : -1;
}

function endsLine(body: string, from: number, to: number): boolean {
  const at = pastBlanks(body, from);
  return at >= to || isLineEnd(body.charCodeAt(at));
}

// HTML.

/** Start condition 1 of https://spec.commonmark.org/0.31.2/#html-blocks */
const RAW: ReadonlySet<string> = new Set(['script', 'pre', 'textarea', 'style']);
/** Start condition 6. */
const BLOCKS: ReadonlySet<string> = new Set(
  (
    'address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt ' +
    'fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link ' +
    'main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead ' +
    'title tr track ul'
  ).split(' '),
);
/** Collapsed, a quote, or code: what they hold is not seen as plain text, though CommonMark may call it a paragraph. */
const HIDING: ReadonlySet<string> = new Set(['details', 'blockquote', 'pre', 'code']);
/** An end tag inside closes nothing outside: https://html.spec.whatwg.org/multipage/parsing.html#has-an-element-in-scope */
const BARRIERS: ReadonlySet<string> = new Set(
  (
    'table td th caption applet marquee object template select svg math noscript script style textarea title xmp iframe ' +
    'noembed noframes plaintext'
  ).split(' '),
);
const CELLS: ReadonlySet<string> = new Set(['td', 'th', 'caption']);
/** Stands for a bracket that no tag stands in. */
const SEALED = -2;
const LONGEST_ELEMENT = 'figcaption'.length;

/** The name that begins here, in lower case; longer ones are none that we know. */
function elementAt(body: string, from: number): string {
  let at = from;
  while (at - from <= LONGEST_ELEMENT && isWordOrHyphen(body.charCodeAt(at))) at += 1;
  return body.slice(from, at).toLowerCase();
}

function beginsHtml(scan: Scan): boolean {
  const type = htmlTypeOf(scan);
  if (type === 0) return false;
  beginChild(scan);
  scan.leaf = HTML;
  scan.htmlType = type;
  scan.start = scan.content;
  takeHtml(scan);
  return true;
}

/** The number of the start condition that the line fulfills; 0 when no HTML block begins with it. */
function htmlTypeOf(scan: Scan): number {
  const { body, content, lineEnd } = scan;
  const second = body.charCodeAt(content + 1);
  if (second === QUESTION) return 3;
  if (second === BANG) {
    if (body.startsWith('--', content + 2)) return 2;
    if (isLetter(body.charCodeAt(content + 2))) return 4;
    return body.startsWith('[CDATA[', content + 2) ? 5 : 0;
  }
  const closing = second === SLASH;
  const nameStart = content + (closing ? 2 : 1);
  const name = elementAt(body, nameStart);
  const after = nameStart + name.length;
  const ended = after >= lineEnd || isWhitespace(body.charCodeAt(after)) || body.charCodeAt(after) === GREATER;
  if (!closing && ended && RAW.has(name)) return 1;
  if ((ended || body.startsWith('/>', after)) && BLOCKS.has(name)) return 6;
  if (scan.leaf === PARAGRAPH) return 0;
  const end = tagEnd(scan, content, lineEnd);
  return end >= 0 && onlyBlanks(body, end, lineEnd) ? 7 : 0;
}

function takeHtml(scan: Scan): void {
  scan.end = scan.lineEnd;
  if (endsHtml(scan)) closeLeaf(scan);
}

function endsHtml(scan: Scan): boolean {
  const { content, lineEnd, searches } = scan;
  switch (scan.htmlType) {
    case 1:
      return holdsRawEnd(scan);
    case 2:
      return placeOf(scan, searches.comment, content) < lineEnd;
    case 3:
      return placeOf(scan, searches.instruction, content) < lineEnd;
    case 4:
      return placeOf(scan, searches.greater, content) < lineEnd;
    case 5:
      return placeOf(scan, searches.cdata, content) < lineEnd;
    default:
      return false;
  }
}

function holdsRawEnd(scan: Scan): boolean {
  const { body, content, lineEnd } = scan;
  for (let at = nextOf(body, LESS, content, lineEnd); at < lineEnd; at = nextOf(body, LESS, at + 1, lineEnd)) {
    if (body.charCodeAt(at + 1) !== SLASH || !isLetter(body.charCodeAt(at + 2))) continue;
    const name = elementAt(body, at + 2);
    if (RAW.has(name) && body.charCodeAt(at + 2 + name.length) === GREATER) return true;
  }
  return false;
}

/** Heeds the tags of an HTML block; browsers forgive more about their form than CommonMark does. */
function closeHtml(scan: Scan): void {
  const { body, start, end, htmlType } = scan;
  if (scan.quotes.length > 0) {
    if (scan.hiding.length > 0) heedBarriers(scan);
    return;
  }
  if (htmlType >= 3 && htmlType <= 5) return;
  scan.brackets.length = 0;
  scan.room = 0;
  for (let at = nextOf(body, LESS, start, end); at < end; at = nextOf(body, LESS, at, end)) {
    const past = looseMarkupEnd(scan, at, end);
    const ends = past <= end;
    if (ends || body.charCodeAt(at + 1) !== SLASH) heedTag(scan, at);
    // What does not end here swallows what comes after it, end tags too.
    const sealed = !ends && scan.hiding.length > 0;
    if (sealed || scan.vainLooks > MAX_VAIN_LOOKS * body.length) return seal(scan);
    at = ends ? past : at + 1;
  }
}

/** Where a browser sees the end of what begins here; past every body when it sees none by `to`. */
function looseMarkupEnd(scan: Scan, at: number, to: number): number {
  const { body, searches } = scan;
  const second = body.charCodeAt(at + 1);
  if (body.startsWith('!--', at + 1)) return commentEnd(scan, at);
  if (isLetter(second)) return looseTagEnd(scan, at, at + 1, to);
  if (second === SLASH && isLetter(body.charCodeAt(at + 2))) return looseTagEnd(scan, at, at + 2, to);
  const none = second !== SLASH && second !== BANG && second !== QUESTION;
  return none ? at + 1 : placeOf(scan, searches.greater, at + 2) + 1;
}

/** https://html.spec.whatwg.org/multipage/parsing.html#tag-name-state and those after it. */
function looseTagEnd(scan: Scan, from: number, name: number, to: number): number {
  const { body } = scan;
  let at = name;
  while (at < to && !endsName(body.charCodeAt(at))) at += 1;
  while (at < to) {
    const c = body.charCodeAt(at);
    if (c === GREATER) return at + 1;
    at = c === SLASH || isWhitespace(c) ? at + 1 : looseAttributeEnd(scan, at, to);
  }
  scan.vainLooks += to - from;
  return NOWHERE;
}

function endsName(c: number): boolean {
  return c === GREATER || c === SLASH || isWhitespace(c);
}

function looseAttributeEnd(scan: Scan, from: number, to: number): number {
  const { body, searches } = scan;
  // An equals sign that nothing stands before is part of the name.
  let at = from + 1;
  while (at < to && !endsName(body.charCodeAt(at)) && body.charCodeAt(at) !== EQUALS) at += 1;
  const equals = pastWhitespace(body, at);
  if (body.charCodeAt(equals) !== EQUALS) return at;
  const value = pastWhitespace(body, equals + 1);
  const first = body.charCodeAt(value);
  if (first === DOUBLE_QUOTE) return placeOf(scan, searches.doubleQuote, value + 1) + 1;
  if (first === SINGLE_QUOTE) return placeOf(scan, searches.singleQuote, value + 1) + 1;
  let end = value;
  while (end < to && body.charCodeAt(end) !== GREATER && !isWhitespace(body.charCodeAt(end))) end += 1;
  return end;
}

/** Opens or closes an element that hides or fences off, when a tag of one begins here. */
function heedTag(scan: Scan, at: number): void {
  const { body } = scan;
  const closing = body.charCodeAt(at + 1) === SLASH;
  const nameStart = at + (closing ? 2 : 1);
  if (!isLetter(body.charCodeAt(nameStart))) return;
  const name = elementAt(body, nameStart);
  if (HIDING.has(name)) {
    if (closing) closeHiding(scan, name);
    else openHiding(scan, elementOf(scan, name));
  } else if (BARRIERS.has(name)) {
    if (closing) closeBarrier(scan, name);
    else openBarrier(scan, name);
  }
}

function elementOf({ containers, brackets, room, barriers }: Scan, name: string): Element {
  return { name, depth: containers.length, bracket: brackets.at(-1) ?? -1, room, barrier: barriers.at(-1) };
}

function openHiding(scan: Scan, element: Element): void {
  const { hiding, hidingByName } = scan;
  hiding.push(element);
  const same = hidingByName.get(element.name);
  if (same === undefined) hidingByName.set(element.name, [element]);
  else same.push(element);
}

/** Nothing more of this container is a command, whatever tags follow. */
function seal(scan: Scan): void {
  openHiding(scan, { ...elementOf(scan, ''), bracket: SEALED });
}

/**
 * An end tag closes the innermost element of its name and what was opened inside. It counts only where the start tag
 * stood too: in the text of an image it is none, and in a cell or list it may close nothing outside.
 */
function closeHiding(scan: Scan, name: string): void {
  const innermost = scan.hidingByName.get(name)?.at(-1);
  if (innermost === undefined || !standsHere(scan, innermost) || innermost.barrier !== scan.barriers.at(-1)) return;
  while (closeInnermostHiding(scan) !== innermost);
}

function standsHere({ containers, brackets, room }: Scan, element: Element): boolean {
  return element.depth === containers.length && element.bracket === (brackets.at(-1) ?? -1) && element.room === room;
}

function closeInnermostHiding({ hiding, hidingByName }: Scan): Element | undefined {
  const element = hiding.pop();
  if (element !== undefined) hidingByName.get(element.name)?.pop();
  return element;
}

/** A cell ends where the next one begins. */
function openBarrier(scan: Scan, name: string): void {
  const { barriers } = scan;
  if (CELLS.has(name) && CELLS.has(barriers.at(-1)?.name ?? '')) barriers.pop();
  barriers.push(elementOf(scan, name));
}

/** The end tag of a table ends its open cell too; any other counts for the innermost element alone. */
function closeBarrier(scan: Scan, name: string): void {
  const { barriers } = scan;
  const inCell = name === 'table' && CELLS.has(barriers.at(-1)?.name ?? '');
  const closed = barriers.at(inCell ? -2 : -1);
  if (closed?.name !== name || !standsHere(scan, closed)) return;
  barriers.length -= inCell ? 2 : 1;
}

/** What a quote holds is no command, but a table in it does not end with it. */
function heedBarriers(scan: Scan): void {
  const { body, start, end } = scan;
  for (let at = nextOf(body, LESS, start, end); at < end; at = nextOf(body, LESS, at + 1, end)) {
    const name = elementAt(body, at + 1);
    if (BARRIERS.has(name)) openBarrier(scan, name);
  }
}
