/**
 * How long it takes to find the lines of a comment that could be commands, beside a bot that runs one expression per
 * command over the whole text, in the same process. Both are warm; a figure is the median of several runs.
 */
import { candidateLines } from '../shared/comment-lines.ts';

/** GitHub takes no longer comment. */
const MAX_COMMENT_CHARS = 65_536;
/** How long one measurement warms up and goes on, and how often it runs at least. */
const WARM_UP_MS = 40;
const MEASURE_MS = 60;
const MIN_RUNS = 5;
/** A peer that would take longer than this for one body is given its two ends only. */
const MAX_PEER_MS = 2_000;
const FIRST_PEER_CHARS = 2_048;

export type Body = { readonly name: string; readonly body: string };
export type ParserRow = {
  readonly name: string;
  readonly ms: number;
  readonly mbPerSecond: number;
  readonly peerMs: number;
  /** How much of the body the peer was given: less than all of it where that would have taken too long. */
  readonly peerChars: number;
  readonly chars: number;
};

export function benchParser(): readonly ParserRow[] {
  return [...plainBodies(), ...hostileBodies()].map(({ name, body }) => {
    const ms = medianMs(() => candidateLines(body).lines.length);
    const peer = peerOn(body);
    return {
      name,
      ms,
      mbPerSecond: body.length / 1e6 / (ms / 1e3),
      peerMs: peer.ms,
      peerChars: peer.chars,
      chars: body.length,
    };
  });
}

/** Twice the text takes four times as long where an expression backtracks, so it stops early enough. */
function peerOn(body: string): { readonly ms: number; readonly chars: number } {
  for (let chars = Math.min(body.length, FIRST_PEER_CHARS); ; chars = Math.min(body.length, 2 * chars)) {
    const text = endsOf(body, chars);
    const once = elapsedMs(() => peerMatches(text));
    if (chars === body.length || 4 * once > MAX_PEER_MS) {
      return { ms: once > MEASURE_MS ? once : medianMs(() => peerMatches(text)), chars };
    }
  }
}

/** What makes a body costly may stand at its end. */
function endsOf(body: string, chars: number): string {
  const half = Math.floor(chars / 2);
  return body.slice(0, chars - half) + body.slice(body.length - half);
}

function medianMs(run: () => number): number {
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) run();
  const times: number[] = [];
  const end = performance.now() + MEASURE_MS;
  while (times.length < MIN_RUNS || performance.now() < end) times.push(elapsedMs(run));
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}

/** The result is looked at, so that the work cannot be optimized away. */
function elapsedMs(run: () => number): number {
  const start = performance.now();
  const result = run();
  const elapsed = performance.now() - start;
  if (result < 0) throw new Error('a count below zero');
  return elapsed;
}

const PEER_FLAGS =
  'approve lgtm hold close reopen retest ok-to-test skip shrug joke check-cla verify-owners auto-cc help rebase lock';
const PEER_LISTS =
  'label kind area priority sig triage committee wg language platform status severity assign cc lead test override ' +
  'cherry-pick transfer-issue milestone';
const PEER_TEXTS = 'retitle duplicate-of project note title branch reason stage version owner';

/** The straightforward way: one expression for each command and for taking it back. */
const PEER_EXPRESSIONS: readonly RegExp[] = [
  ...PEER_FLAGS.split(' ').flatMap((name) => [
    new RegExp(`^/${name}(?:\\s+no-issue)?\\s*$`, 'gim'),
    new RegExp(`^/(?:remove-|un)?${name}(?:\\s+cancel)\\s*$`, 'gim'),
  ]),
  ...PEER_LISTS.split(' ').map((name) => new RegExp(`^/(?:remove-|un)?${name}\\s*(.*?)\\s*$`, 'gim')),
  ...PEER_TEXTS.split(' ').map((name) => new RegExp(`^/${name}\\s+(.+?)\\s*$`, 'gim')),
];
const PEER_COMMENT = /<!--(.*?)-->/gs;

function peerMatches(body: string): number {
  const shown = body.replace(PEER_COMMENT, '');
  return PEER_EXPRESSIONS.reduce((count, each) => count + (shown.match(each)?.length ?? 0), 0);
}

const PROSE =
  'The parser reads every line once and keeps what it may need later, so the time grows with the text and with nothing ' +
  'else; see https://example.org/docs/parser and the and/or of it.\n';
const REPORT =
  '### Coverage\n\n| file | before | after |\n| :--- | ---: | ---: |\n| `shared/parse.ts` | 91 % | 93 % |\n\n' +
  '<details><summary>Log</summary>\n\n```\n$ npm test\n/usr/bin/node: ok\n```\n\n</details>\n\n' +
  '1. see [the run](https://example.org/runs/1 "run")\n2. **done** <kbd>x</kbd>\n\n> quoted `code`\n\n';

export function plainBodies(): readonly Body[] {
  return Object.entries({
    'two commands': 'Looks good, thank you!\n/lgtm\n/approve\n',
    '1.2 kB, a command at the end': `${PROSE.repeat(7)}\n/lgtm`,
    '64 KiB of prose, no command': filled(PROSE, '', ''),
    '64 KiB of prose': filled(PROSE, ''),
    '64 KiB of prose with CR LF': filled(PROSE.replace('\n', '\r\n'), ''),
    '64 KiB in paragraphs': filled(`${PROSE}\n`, ''),
    '64 KiB of what bots write': filled(REPORT, ''),
  }).map(([name, body]) => ({ name, body }));
}

/** As much of what repeats as fits beside the command, so that nothing can be told from the first lines. */
function filled(piece: string | ((place: number) => string), before = '/x\n', after = '\n/lgtm'): string {
  const room = MAX_COMMENT_CHARS - before.length - after.length;
  const pieces: string[] = [];
  for (let length = 0; ;) {
    const next = typeof piece === 'string' ? piece : piece(pieces.length);
    if (length + next.length > room) return `${before}${pieces.join('')}${after}`;
    pieces.push(next);
    length += next.length;
  }
}

/** Each at the limit, and each ends in a command, or it would not be looked at. */
export function hostileBodies(): readonly Body[] {
  return Object.entries({
    'line ends': filled('\n'),
    'CR LF': filled('\r\n'),
    'lines of blanks': filled('  \t\n'),
    'one line of blanks': filled(' '),
    'lines of /x': filled('/x\n'),
    'paragraphs of /x': filled('/x\n\n'),
    'lines of /x, made a heading at the end': filled('/x\n', '', '===\n\n/lgtm'),
    'lines of /x after a tick': filled('/x `\n'),
    'comments never closed': filled('<!--', 'a '),
    'comments never closed, on lines': filled('a <!--\n'),
    'blanks between two words': filled(' ', '/milestone a', 'b'),
    'blanks between words, line by line': filled(`/area a${' '.repeat(1_016)}b\n`),
    'backtick runs that grow': filled((place) => `${'`'.repeat(place + 1)} `),
    'backtick runs that shrink': filled((place) => `${'`'.repeat(360 - (place % 360))}a`),
    'single backticks in paragraphs': filled('`\n\n'),
    'quote marks': filled('>'),
    'quote marks, many lines of them': filled(`${'>'.repeat(100)}\n`),
    'quotes in lists, then empty quotes': filled('>\n', `> ${'- '.repeat(99)}a\n`),
    'list marks': filled('- '),
    'list marks before a word': filled('- ', '/x\n', 'a\n/lgtm'),
    'lines of list marks before a word': filled(`${'- '.repeat(90)}a\n`),
    'list marks, then empty lines': filled('\n', `${'- '.repeat(100)}a\n`),
    'list marks, line by line deeper': filled((place) => `${' '.repeat(2 * (place % 120))}- a\n`),
    'numbered marks': filled('1. '),
    'opening brackets': filled('['),
    'images never ended': filled('!['),
    'links never ended': filled('[a]('),
    'links with open titles': filled('[a](b "'),
    'links in brackets': `${'['.repeat(20_000)}${filled('[a](b)').slice(0, 25_000)}${']'.repeat(20_000)}\n\n/lgtm`,
    'closing brackets after opening ones': `${'['.repeat(32_000)}${']'.repeat(32_000)}\n\n/lgtm`,
    'brackets and a definition': filled('[a][', '', '\n\n[a]: b\n\n/lgtm'),
    definitions: filled('[a]: b\n'),
    'definitions with open titles': filled('[a]: b\n"\n\n'),
    'tags never ended': filled('<a b="'),
    'tags with many attributes': filled(' b="<a"', '<a'),
    'tags inside quotes of tags': filled(`<a b="<a c='" d='`, 'x '),
    'tags in HTML blocks': filled(`<p '`, '<p>\n'),
    'end tags in script': filled('</', '<script>\n'),
    'collapsed in collapsed': filled('<details>\n\n'),
    'code never ended': filled('a <code>\n\n'),
    'end tags of nothing': filled('</code>', `${'a <pre>\n\n'.repeat(2_000)}a `),
    'table after table': filled('|a|\n|-|\n'),
    'one row of a table': filled('|', 'a\n'),
    underlines: filled('a\n=\n'),
    'definitions underlined': filled('[a]: b\n=\n'),
    dashes: filled('-', 'a\n', ' a\n\n/lgtm'),
    footnotes: filled('[^'),
    backslashes: filled('\\'),
    slashes: filled('/'),
    fences: filled('```\n'),
    'fences of their own length': filled((place) => `${'`'.repeat(place + 3)}\n`),
    angles: filled('<'),
    addresses: filled('<a@a.', 'a '),
    'Unicode separators': filled('/x\u2028'),
  }).map(([name, body]) => ({ name, body }));
}
