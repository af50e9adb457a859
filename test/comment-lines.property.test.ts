import * as fc from 'fast-check';
import { Parser, type Node } from 'commonmark';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addedLines, candidateLines } from '../shared/comment-lines.ts';

/** The look of a command, line by line: a name at its beginning, then a blank or the end. */
const LOOKS_LIKE_ONE = /^()\/([A-Za-z][A-Za-z0-9-]{0,80})(?=[.,!?:;]?(?:[\s\u0085]|$))/;
const LINE_END = /(\r\n|\n|\r)/;

/** The same body with a name of its own for every line that looks like a command. */
function numbered(body: string): string {
  const pieces = body.split(LINE_END);
  return pieces.map((piece, place) => piece.replace(LOOKS_LIKE_ONE, `$1/$2-no${place}`)).join('');
}

const OWN_NAME = /^\/[A-Za-z][A-Za-z0-9-]*-no[0-9]+/;

function textsOf(body: string): readonly string[] {
  return candidateLines(body).lines.map(({ text }) => text);
}

function ours(body: string): readonly string[] {
  return textsOf(body).map((text) => OWN_NAME.exec(text)?.[0] ?? `not numbered: ${text}`);
}

/** What the reference implementation shows at the beginning of a line of a paragraph that is in no quote. */
function theirs(body: string): readonly string[] {
  const found: string[] = [];
  const walker = new Parser().parse(body).walker();
  for (let step = walker.next(); step !== null; step = walker.next()) {
    if (!step.entering || step.node.type !== 'paragraph' || standsInQuote(step.node)) continue;
    for (const line of shownBy(step.node).split('\n')) found.push(...(OWN_NAME.exec(line) ?? []));
  }
  return found;
}

function standsInQuote(node: Node): boolean {
  for (let each = node.parent; each !== null; each = each.parent) if (each.type === 'block_quote') return true;
  return false;
}

/** What is not text leaves a mark, so that nothing moves to the beginning of a line. */
function shownBy(node: Node): string {
  if (node.type === 'text') return node.literal ?? '';
  if (node.type === 'softbreak' || node.type === 'linebreak') return '\n';
  if (node.type === 'code' || node.type === 'html_inline' || node.type === 'image') return '\ufffc';
  let text = '';
  for (let child = node.firstChild; child !== null; child = child.next) text += shownBy(child);
  return text;
}

/**
 * Where we are stricter on purpose, and only then: elements that collapse, quote or set code; tables and footnotes,
 * which are GitHub's; labels and texts of images, since we do not look up which definitions exist.
 */
const STRICTER = [/<\/?(?:details|blockquote|pre|code)/i, /^[ \t]*(?:[|:]|-+[ \t]*[|:])[ \t|:-]*$/m, /\[\^/, /\]:/];

function mayBeStricter(body: string): boolean {
  return STRICTER.some((each) => each.test(body));
}

function agree(body: string): void {
  const found = ours(body);
  const reference = theirs(body);
  expect(found).toEqual(mayBeStricter(body) ? reference.filter((each) => found.includes(each)) : reference);
}

const CORPUS = new URL('./fixtures/corpus/', import.meta.url);

/** Every line of the corpus that is a command begins with `/yes`; those that only look like one begin with `/no`. */
test.each(readdirSync(CORPUS))('the reference implementation agrees on %s', (name) => {
  const text = readFileSync(new URL(name, CORPUS), 'utf8');
  const commands = text.split('\n').flatMap((line) => /^ {0,3}(\/yes.*)/.exec(line)?.[1] ?? []);
  for (const lineEnd of ['\n', '\r\n', '\r']) {
    const body = text.replaceAll('\n', lineEnd);
    expect(textsOf(body)).toEqual(commands);
    agree(numbered(body));
  }
});

const COMMANDS = [
  '/lgtm',
  '/hold cancel',
  '  /label x',
  '   /x',
  '    /x',
  '\t/x',
  '/usr/bin',
  '/x\u00a0y',
  '/x\u3000',
  '/x\u2028y\n',
  '/x\0',
  '/x`',
  '/x <',
];
const ENDS = ['\n', '\n', '\n', '\n\n', '\r\n', '\r', '\n \n', '\n\t\n'];
const BLOCKS = [
  '> ',
  '>',
  '>\t',
  '- ',
  '* ',
  '+\t',
  '-',
  '1. ',
  '2) ',
  '1)',
  '10. ',
  '     ',
  '  ',
  ' ',
  '\t',
  '# ',
  '#',
  '###### x #',
  '---',
  '***',
  '_ _ _',
  '===',
  '=',
  '-',
  '- - -',
  '```',
  '````',
  '~~~',
  '~~~ info',
  '``` info',
  '``` a`b',
  '   ```',
];
const MARKUP = [
  '<div>',
  '</div>',
  '<div',
  '<b>',
  '</b>',
  '<b',
  '<a href="',
  '<a b=c>',
  "<a b='",
  '">',
  "'>",
  '>',
  '/>',
  '<br/>',
  '<!--',
  '-->',
  '<!-->',
  '<!--->',
  '--',
  '<?',
  '?>',
  '<!X',
  '<![CDATA[',
  ']]>',
  '<script>',
  '</script>',
  '<style',
  '</style>',
  '<textarea>',
  '<https://e.org/`>',
  '<a`b@c.d>',
  '<ab:',
  '<x y z>',
  '</x y>',
  '<x />',
];
const INLINE = [
  '`',
  '``',
  '```',
  '````',
  '\\',
  '\\`',
  '!',
  '[',
  ']',
  '(',
  ')',
  '![',
  '](',
  '][',
  '[]',
  '[a]',
  '[a](b)',
  '[a](<',
  '<b c>',
  '(b "',
  '")',
  '"',
  "'",
  '*',
  '**',
  '_',
  '&#96;',
  'word',
  'a b',
  'é',
  '\u200b',
  '\0',
  '/',
  ' ',
  '  ',
];
const OURS = [
  '<details>',
  '</details>',
  '<details open>',
  '<DETAILS',
  '<blockquote>',
  '</blockquote>',
  '<code>',
  '</code>',
  '<pre>',
  '</pre>',
  '|',
  '|-|',
  '| a | b |',
  '|:-:|---|',
  ':-',
  '-|-',
  '\\|',
  '[^1]:',
  '[^',
  '[a]: b',
  '[a]:',
  '[a',
  'b]',
  '[a]: b "',
  ']:',
  "[x]: <y> 'z'",
];

/** The reference implementation takes no tab between the parts of a link, which the specification allows. */
function withoutInnerTabs(body: string): string {
  return body.replaceAll(/(?<=[^\s>*+-][^\n\r]*)\t/g, ' ');
}

function bodies(...fragments: readonly (readonly string[])[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...ENDS) },
    { weight: 2, arbitrary: fc.constantFrom(...COMMANDS) },
    { weight: 2, arbitrary: fc.constantFrom(...COMMANDS).map((command) => `\n${command}\n`) },
    ...fragments.map((each) => ({ weight: 2, arbitrary: fc.constantFrom(...each) })),
  );
  return fc.array(piece, { maxLength: 40, size: 'max' }).map((pieces) => withoutInnerTabs(pieces.join('')));
}

const RUNS = 3_000;

test.each<[of: string, body: fc.Arbitrary<string>]>([
  ['blocks', bodies(BLOCKS)],
  ['markup', bodies(MARKUP)],
  ['blocks and markup', bodies(BLOCKS, MARKUP)],
  ['code, links and images', bodies(INLINE)],
  ['everything that CommonMark knows', bodies(BLOCKS, MARKUP, INLINE)],
  ['what we are stricter about', bodies(OURS)],
  ['everything', bodies(BLOCKS, MARKUP, INLINE, OURS)],
])('the reference implementation agrees on bodies of %s', (_, body) => {
  fc.assert(
    fc.property(body, (text) => agree(numbered(text))),
    { numRuns: RUNS },
  );
});

test('no text makes it throw, and what it finds stands in the text', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), bodies(BLOCKS, MARKUP, INLINE, OURS));
  fc.assert(
    fc.property(anyText, (body) => {
      const written = body.split(/\r\n|\n|\r/);
      const { lines, cut } = candidateLines(body);
      for (const { number, text } of lines) expect(written[number - 1]?.trimStart().startsWith(text)).toBe(true);
      expect(lines.map(({ number }) => number)).toEqual(lines.map(({ number }) => number).toSorted((a, b) => a - b));
      expect(cut).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

test('an edit adds what the text did not hold before, however often', () => {
  const some = bodies(BLOCKS, MARKUP, OURS);
  fc.assert(
    fc.property(some, some, (before, after) => {
      const added = addedLines(before, after).lines;
      const left = [...textsOf(before)];
      for (const text of textsOf(after)) if (left.includes(text)) left.splice(left.indexOf(text), 1);
      expect(added.length).toBe(textsOf(after).length - (textsOf(before).length - left.length));
      expect(candidateLines(after).lines).toEqual(expect.arrayContaining([...added]));
      expect(addedLines(after, after).lines).toEqual([]);
      expect(addedLines('', after)).toEqual(candidateLines(after));
    }),
    { numRuns: 1_000 },
  );
});
