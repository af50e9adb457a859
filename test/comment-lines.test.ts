import { expect, test } from 'vitest';
import { addedLines, candidateLines, MAX_LINE_CHARS, MAX_LINES } from '../shared/comment-lines.ts';

function textsOf(body: string): readonly string[] {
  return candidateLines(body).lines.map(({ text }) => text);
}

type Case = [what: string, body: string, commands: readonly string[]];

test.each<Case>([
  ['a command alone', '/lgtm', ['/lgtm']],
  ['what follows the name', '/hold until Monday', ['/hold until Monday']],
  ['several, among prose', 'Thanks!\n/lgtm\nand\n/approve\n', ['/lgtm', '/approve']],
  ['digits and hyphens in the name', '/remove-sig-2 x', ['/remove-sig-2 x']],
  ['a name of one letter', '/x', ['/x']],
  ['capitals', '/LGTM', ['/LGTM']],
  ['one space before', ' /lgtm', []],
  ['three spaces before', '   /lgtm', []],
  ['four spaces before', '    /lgtm', []],
  ['four spaces before, inside a paragraph', 'a\n    /lgtm', []],
  ['a tab before', '\t/lgtm', []],
  ['a tab before, inside a paragraph', 'a\n\t/lgtm', []],
  ['two spaces and a tab before', 'a\n  \t/lgtm', []],
  ['a no-break space before', '\u00a0/lgtm', []],
  ['a word before', 'please /lgtm', []],
  ['a tab after the name', '/assign\t@ada', ['/assign\t@ada']],
  ['a no-break space after the name', '/assign\u00a0@ada', ['/assign\u00a0@ada']],
  ['an ideographic space after the name', '/assign\u3000@ada', ['/assign\u3000@ada']],
  ['blanks after it', '/lgtm  ', ['/lgtm  ']],
  ['a path', '/usr/bin', []],
  ['a path with a blank after it', '/usr/bin is full', []],
  ['a full stop at once, which is answered', '/lgtm.', ['/lgtm.']],
  ['two full stops', '/lgtm..', []],
  ['a path that ends a sentence', '/usr/bin.', []],
  ['two slashes', '//lgtm', []],
  ['a slash alone', '/', []],
  ['a blank after the slash', '/ lgtm', []],
  ['a digit first', '/1password', []],
  ['a hyphen first', '/-x', []],
  ['an underscore in the name', '/do_it', []],
  ['a Cyrillic letter', '/\u0430pprove', []],
  ['a Cyrillic letter further on', '/appr\u043eve', []],
  ['an accent', '/hol\u0301d', []],
  ['a Kelvin sign', '/\u212aind bug', []],
  ['a fullwidth solidus', '\uff0flgtm', []],
  ['a zero-width space in the name', '/lg\u200btm', []],
  ['a zero-width space after the name', '/lgtm\u200b', []],
  ['a zero-width no-break space after the name', '/lgtm\ufeff', []],
  ['a right-to-left override after the name', '/lgtm\u202e', []],
  ['NUL after the name', '/lgtm\0', []],
  ['NUL further on', '/lgtm a\0b', ['/lgtm a\0b']],
  ['a name longer than any', `/${'x'.repeat(101)}`, []],
  ['an empty text', '', []],
  ['blanks only', ' \t\n \n', []],
])('%s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test.each<Case>([
  ['CRLF', 'Thanks!\r\n/lgtm\r\n/approve\r\n', ['/lgtm', '/approve']],
  ['lone CR', 'Thanks!\r/lgtm\r/approve', ['/lgtm', '/approve']],
  ['all three', 'a\n/lgtm\r\n/hold\r/x\n\r/y', ['/lgtm', '/hold', '/x', '/y']],
  ['CRLF in a fence', '```\r\n/lgtm\r\n```\r\n/hold\r\n', ['/hold']],
  ['line and paragraph separators end no line', 'a\u2028/lgtm\u2029/hold', []],
  ['a line separator is a blank', '/lgtm\u2028x', ['/lgtm\u2028x']],
  ['next line and form feed end no line', 'a\u0085/lgtm\f/hold\v/x', []],
])('line ends: %s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test('lines are numbered from 1, whatever ends them', () => {
  expect(candidateLines('/a\n\r\n/b\r/c\r\n\n/d e').lines).toEqual([
    { number: 1, text: '/a' },
    { number: 3, text: '/b' },
    { number: 4, text: '/c' },
    { number: 6, text: '/d e' },
  ]);
});

test.each<Case>([
  ['a fence', '```\n/lgtm\n```', []],
  ['after a fence', '```\n/lgtm\n```\n/hold', ['/hold']],
  ['a fence of tildes', '~~~\n/lgtm\n~~~', []],
  ['a fence with an info string', '```sh\n/lgtm\n```', []],
  ['a fence of tildes with ticks in its info string', '~~~ a`b\n/lgtm\n~~~', []],
  ['no fence: ticks in the info string', '``` a`b\n/lgtm', ['/lgtm']],
  ['a fence that is not closed', '```\n/lgtm\n\n/hold', []],
  ['a fence closed by a shorter one is open', '````\n```\n/lgtm', []],
  ['a fence closed by a longer one', '```\n`````\n/lgtm', ['/lgtm']],
  ['a fence closed by the other kind is open', '```\n~~~\n/lgtm', []],
  ['a fence closed with blanks behind', '```\n```  \n/lgtm', ['/lgtm']],
  ['a fence closed with words behind is open', '```\n``` x\n/lgtm', []],
  ['an indented fence', '   ```\n/lgtm\n   ```', []],
  ['two ticks are no fence', '``\n/lgtm', ['/lgtm']],
  ['a fence right after prose', 'see\n```\n/lgtm\n```', []],
  ['a fence in a list', '- a\n  ```\n  /lgtm\n  ```', []],
  ['a fence in a list ends with the item', '- ```\n/lgtm', ['/lgtm']],
  ['a fence in a quote ends with the quote', '> ```\n/lgtm', ['/lgtm']],
  ['indented code', 'a\n\n    /lgtm', []],
  ['after indented code', '    x\n/lgtm', ['/lgtm']],
  ['inline code', '`/lgtm`', []],
  ['inline code over lines', 'see `\n/lgtm\n` there', []],
  ['inline code that begins before and ends on the line', 'a `b\n/lgtm`', []],
  ['a backtick that nothing closes', 'a ` b\n/lgtm', ['/lgtm']],
  ['a backtick that another paragraph closes', 'a `\n/lgtm\n\n`', ['/lgtm']],
  ['an escaped backtick', 'a \\` b\n/lgtm\n`', ['/lgtm']],
  ['runs of different lengths', 'a `` b\n/lgtm\n`', ['/lgtm']],
  ['runs of the same length beyond another', 'a `` b `\n/lgtm\n``', []],
  ['code on both sides', '`a`\n/lgtm\n`b`', ['/lgtm']],
])('code: %s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test.each<Case>([
  ['a quote', '> /lgtm', []],
  ['a quote without a blank', '>/lgtm', []],
  ['a quote in a quote', '> > /lgtm', []],
  ['a lazy line of a quote', '> quoted\n/lgtm', []],
  ['a lazy line of a quote in a list', '- > quoted\n/lgtm', []],
  ['after a quote', '> quoted\n\n/lgtm', ['/lgtm']],
  ['after an empty line of a quote', '> quoted\n>\n/lgtm', ['/lgtm']],
  ['after a heading in a quote', '> # quoted\n/lgtm', ['/lgtm']],
  ['a list item', '- /lgtm', []],
  ['a numbered item', '1. /lgtm', []],
  ['a task', '- [ ] /lgtm', []],
  ['right after a list item', '- item\n/lgtm', ['/lgtm']],
  ['indented under a list item', '- item\n  /lgtm', []],
  ['a paragraph of a list item', '- item\n\n  /lgtm', []],
  ['after a list', '- item\n\n/lgtm', ['/lgtm']],
  ['after an empty list item', '-\n/lgtm', ['/lgtm']],
  ['indented under a list item, with four columns', '10. item\n    /lgtm', []],
  ['code in a list item', '- item\n\n      /lgtm', []],
  ['right after an item a hundred lists deep', `${'- '.repeat(101)}a\n/lgtm`, []],
  ['after what is too deep', `${'> '.repeat(150)}a\n\n/lgtm`, ['/lgtm']],
])('quotes and lists: %s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test.each<Case>([
  ['a heading', '# /lgtm', []],
  ['after a heading', '# Title\n/lgtm', ['/lgtm']],
  ['underlined with dashes', '/lgtm\n---', []],
  ['underlined with an equals sign', 'a\n/lgtm\n=\n/hold', ['/hold']],
  ['dashes after a blank line', '/lgtm\n\n---', ['/lgtm']],
  ['dashes under a lazy line underline nothing', '- item\n/lgtm\n---', ['/lgtm']],
  ['stars underline nothing', '/lgtm\n***', ['/lgtm']],
  ['the head of a table', '/lgtm | b\n--- | ---', []],
  ['the head of a table with one column', '/lgtm\n|-|', []],
  ['a row of a table', '| a | b |\n|---|:-:|\n/lgtm', []],
  ['a later row of a table', '| a |\n|---|\n| 1 |\n/lgtm', []],
  ['a table with an escaped pipe', 'a \\| b\n|-|\n/lgtm', []],
  ['before a table', '/lgtm\n| a |\n|---|\n| 1 |', ['/lgtm']],
  ['after a table', '| a |\n|---|\n\n/lgtm', ['/lgtm']],
  ['no table: the head has other columns', '| a | b |\n|---|\n/lgtm', ['/lgtm']],
  ['a definition', '[a]: b\n/lgtm', ['/lgtm']],
  ['the destination of a definition', '[a]:\n/lgtm', []],
  ['the title of a definition', '[a]: b "\n/lgtm\n"', []],
  ['no title of a definition', '[a]: b\n"\n/lgtm', ['/lgtm']],
  ['a footnote', '[^1]: the note\n/lgtm', []],
  ['a footnote in the middle', '/hold\n[^1]: the note\n/lgtm', ['/hold']],
])('headings, tables and definitions: %s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test.each<Case>([
  ['a comment', '<!-- /lgtm -->', []],
  ['a comment over lines', '<!--\n/lgtm\n-->', []],
  ['a comment over paragraphs', '<!--\n\n/lgtm\n\n-->\n/hold', ['/hold']],
  ['a comment that is not closed', '<!--\n\n/lgtm', []],
  ['a comment inside a paragraph', 'a <!--\n/lgtm\n--> b\n/hold', ['/hold']],
  ['no comment inside a paragraph: not closed there', 'a <!--\n/lgtm\n\n-->', ['/lgtm']],
  ['an empty comment inside a paragraph', 'a <!-->\n/lgtm', ['/lgtm']],
  ['script', '<script>\n\n/lgtm\n\n</script>\n/hold', ['/hold']],
  ['preformatted', '<pre>\n\n/lgtm\n\n</pre>\n\n/hold', ['/hold']],
  ['an instruction', '<?php\n\n/lgtm\n\n?>\n/hold', ['/hold']],
  ['a declaration', '<!DOCTYPE\n\n/lgtm\n\n>\n/hold', ['/hold']],
  ['CDATA', '<![CDATA[\n\n/lgtm\n\n]]>\n/hold', ['/hold']],
  ['a block element', '<div>\n/lgtm\n</div>', []],
  ['after a blank line in a block element', '<div>\n\n/lgtm\n\n</div>', ['/lgtm']],
  ['a block element right after prose', 'a\n<p>\n/lgtm', []],
  ['any other element on its own line', '<ins>\n/lgtm', []],
  ['any other element right after prose', 'a\n<ins>\n/lgtm', ['/lgtm']],
  ['inside a tag', 'a <b title="\n/lgtm\n"> c', []],
  ['inside no tag', 'a <b title="\n/lgtm\n', ['/lgtm']],
  ['an address with a backtick', 'a <https://example.org/`> b\n/lgtm\n`', ['/lgtm']],
  ['a mail address with a backtick', 'a <a`b@example.org> b\n/lgtm\n`', ['/lgtm']],
])('HTML: %s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test.each<Case>([
  ['details', '<details>\n\n/lgtm\n\n</details>\n\n/hold', ['/hold']],
  ['details with a summary', '<details><summary>More</summary>\n\n/lgtm\n\n</details>\n\n/hold', ['/hold']],
  ['details that are open at first', '<details open>\n\n/lgtm\n\n</details>', []],
  ['details in capitals', '<DETAILS>\n\n/lgtm\n\n</Details>\n\n/hold', ['/hold']],
  ['details in details', '<details>\n\n<details>\n\n</details>\n\n/lgtm\n\n</details>\n\n/hold', ['/hold']],
  ['details that are not closed', '<details>\n\n/lgtm\n\n# x\n\n/hold', []],
  ['details inside a paragraph', 'a <details>\n/lgtm\n</details>\n\n/hold', ['/hold']],
  ['details opened and closed inside a paragraph', 'a <details>\n/lgtm <b></b></details>\n/hold', ['/hold']],
  ['details opened in a heading', '# a <details>\n\n/lgtm', []],
  ['details in code open nothing', '`<details>`\n/lgtm\n\n```\n<details>\n```\n\n/hold', ['/lgtm', '/hold']],
  ['details in a comment open nothing', '<!-- <details> -->\n\n/lgtm', ['/lgtm']],
  ['details in a quote end with the quote', '> <details>\n> x\n\n/lgtm', ['/lgtm']],
  ['details in a list end with the list', '- <details>\n\n/lgtm', ['/lgtm']],
  ['details closed in a list, in doubt', '<details>\n\n- a\n\n  </details>\n\n/lgtm', []],
  ['an element that begins like details', '<details-list>\n\n/lgtm', ['/lgtm']],
  ['a blockquote', '<blockquote>\n\n/lgtm\n\n</blockquote>\n\n/hold', ['/hold']],
  ['a code element', 'a <code>\n/lgtm\n</code>\n/hold', ['/hold']],
  ['a pre element inside a paragraph', 'a <pre>\n/lgtm\n</pre>\n\n/hold', ['/hold']],
  ['an end tag closes what was opened inside', '<details>\n\n<blockquote>\n\n</details>\n\n/lgtm', ['/lgtm']],
  ['an end tag of nothing', '</details>\n\n/lgtm', ['/lgtm']],
])('what is collapsed, a quote or code by its element: %s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test.each<Case>([
  ['the text of an image', '![</details>](x)', []],
  ['the text of an image later on', 'text ![a </details> b](x.png)', []],
  ['the text of an image by its label', '![</details>][r]\n\n[r]: x', []],
  ['an image in a link', '[![</details>](x)](y)', []],
  ['the text of a link, in doubt', '[</details>](y)', []],
  ['the title of a link', '[a](y "</details>")', []],
  ['the title of a definition', '[a]: y "</details>"', []],
  ['code', '`</details>`', []],
  ['a formula', '$</details>$', []],
  ['a heading, in doubt', '# </details>', []],
  ['the head of a table', '| </details> |\n|-|', []],
  ['a row of a table', '| a |\n|---|\n| </details> |', []],
  ['a row of what may be a table', '| a | b |\n|---|\n| </details> |', []],
  ['a footnote', '[^a]: b </details>', []],
  ['a cell', '<table><tr><td></details></td></tr></table>', []],
  ['a cell of its own lines', '<table><tr><td>\n\n</details>\n\n</td></tr></table>', []],
  ['a cell in one paragraph', 'a <table><tr><td></details></td></tr></table>', []],
  ['a cell that is never closed', '<table><tr><th></details>', []],
  ['a caption', '<table><caption></details></caption></table>', []],
  ['a table, closed by what no browser takes as its end', '<table>\n\n![</table>](x)\n\n</details>', []],
  ['a table that a text field holds', '<td><textarea></td></table></details></textarea>', []],
  ['what a text field holds', '<textarea></details></textarea>', []],
  ['what a script holds', '<script>"</details>"</script>', []],
  ['an object', '<object></details></object>', []],
  ['a table that began in a list', '- <table>\n\n</details>', []],
  ['a table that began in a quote', '> <table>\n\n</details>', []],
  ['an attribute', '<a title="</details>">', []],
  ['an attribute behind a stray quote', `<div ' title="a'>b</details>">`, []],
  ['an instruction', '<div>\n<? </details>', []],
  ['a tag that does not end', '<div>\n<b title="\n</details>', []],
  ['plain text', 'a </details>', ['/lgtm']],
  ['a paragraph of its own', 'a\n\n</details>', ['/lgtm']],
  ['plain text after brackets', '[a] [b](c) ![d](e) </details>', ['/lgtm']],
  ['what follows a table', '| a |\n|---|\n\n</details>', ['/lgtm']],
  ['what follows a table of elements', '<table><tr><td>a<td>b</table>\n\n</details>', ['/lgtm']],
  ['what follows a table in a cell', '<table><td><table><td></table></td></table></details>', ['/lgtm']],
  ['two elements in order', '<details>\n\n</details>\n\n</details>', ['/lgtm']],
])('a collapsed part that ends in %s', (_, body, commands) => {
  for (const open of ['<details>\n', '<details><summary>More</summary>\n\n', '<div><details>\n\n'])
    expect(textsOf(`${open}\n${body}\n\n/lgtm`)).toEqual(commands);
});

test.each<Case>([
  ['a link', '[<code>a</code>](b)', ['/lgtm']],
  ['an image', '![<code>a</code>](b)', ['/lgtm']],
  ['a row of a table', '| a | b |\n|---|---|\n| <code>a</code> | <details>b</details> |', ['/lgtm']],
  ['a cell', '<table><tr><td><details>\n\na\n\n</details></td></tr></table>', ['/lgtm']],
  ['a heading', '# <code>a</code>', ['/lgtm']],
  ['a list', '- <code>a</code>', ['/lgtm']],
])('an element that begins and ends in the same %s hides nothing more', (_, body, commands) => {
  expect(textsOf(`${body}\n\n/lgtm`)).toEqual(commands);
});

test.each<Case>([
  ['the text of a link', '[a\n/lgtm\nb](c)', ['/lgtm']],
  ['the destination of a link', '[a](\n/lgtm\n)', []],
  ['the title of a link', '[a](b "\n/lgtm\n")', []],
  ['brackets without a link', '[a] (\n/lgtm\n)', ['/lgtm']],
  ['a parenthesis without a link', 'a](\n/lgtm\n)', ['/lgtm']],
  ['a link in a link', '[[a](b)](\n/lgtm\n)', ['/lgtm']],
  ['an image', '![a\n/lgtm\nb](c)', []],
  ['an image with a defined destination', '![a\n/lgtm\nb][c]\n\n[c]: d', []],
  ['no image: nothing is defined', '![a\n/lgtm\nb]', ['/lgtm']],
  ['a label', '[a][b\n/lgtm\nc]\n\n[b /lgtm c]: d', []],
  ['emphasis', '*a\n/lgtm\nb*', ['/lgtm']],
])('links and images: %s', (_, body, commands) => {
  expect(textsOf(body)).toEqual(commands);
});

test('a line is cut after its name, never inside a character', () => {
  expect(textsOf(`/retitle${'a'.repeat(5_000)}`)).toEqual([]);
  expect(textsOf(`/retitle ${'a'.repeat(5_000)}`)).toEqual([`/retitle ${'a'.repeat(MAX_LINE_CHARS - 1)}`]);
  expect(textsOf(`/x ${'\u{1f40d}'.repeat(600)}`)).toEqual([`/x ${'\u{1f40d}'.repeat(MAX_LINE_CHARS / 2 - 1)}`]);
  expect(textsOf(`/x  ${'\u{1f40d}'.repeat(600)}`)).toEqual([`/x  ${'\u{1f40d}'.repeat(MAX_LINE_CHARS / 2 - 1)}`]);
});

test('a line that is cut says so, whatever is left out', () => {
  expect(candidateLines(`/lgtm${' '.repeat(1_500)}cancel\n/hold`).lines).toEqual([
    { number: 1, text: `/lgtm${' '.repeat(MAX_LINE_CHARS)}`, cut: true },
    { number: 2, text: '/hold' },
  ]);
  const [exact] = candidateLines(`/hold ${'a'.repeat(MAX_LINE_CHARS - 1)}`).lines;
  expect(exact).toEqual({ number: 1, text: `/hold ${'a'.repeat(MAX_LINE_CHARS - 1)}` });
  expect(addedLines('', `/x ${'\u{1f40d}'.repeat(600)}`).lines).toMatchObject([{ cut: true }]);
  expect(addedLines(`/x ${'a'.repeat(1_500)}`, `/x ${'a'.repeat(1_500)}b`).lines).toEqual([]);
});

test.each<[lines: number, kept: number, cut: boolean]>([
  [MAX_LINES - 1, MAX_LINES - 1, false],
  [MAX_LINES, MAX_LINES, false],
  [MAX_LINES + 1, MAX_LINES, true],
  [20_000, MAX_LINES, true],
])('of %i lines %i are kept', (lines, kept, cut) => {
  for (const between of ['\n', '\n\n']) {
    const found = candidateLines(`/x${between}`.repeat(lines));
    expect([found.lines.length, found.cut]).toEqual([kept, cut]);
  }
});

test('a body at the limit of GitHub is read to its end', () => {
  expect(textsOf(`${'a '.repeat(32_765)}\n/lgtm`)).toEqual(['/lgtm']);
  expect(textsOf(`${'\n'.repeat(65_531)}/lgtm`)).toEqual(['/lgtm']);
  expect(textsOf(`${'<!-- a '.repeat(9_000)}\n\n/lgtm`)).toEqual([]);
  expect(textsOf(`a ${'<!-- a '.repeat(9_000)}\n\n/lgtm`)).toEqual(['/lgtm']);
});

test('where it would take too long to tell what a reader sees, nothing more is a command', () => {
  expect(textsOf(`/hold\n\nx ${'[a]('.repeat(16_000)}\n/lgtm\n\n/approve`)).toEqual(['/hold']);
  expect(textsOf(`/hold\n\nx ${'[a]('.repeat(15_000)}\n/lgtm\n\n</details>\n\n/approve`)).toEqual(['/hold']);
  expect(textsOf(`/hold\n\n- x ${'[a]('.repeat(16_000)}\n/lgtm\n\n/approve`)).toEqual(['/hold', '/approve']);
});

test.each<[what: string, before: string, after: string, added: readonly string[]]>([
  ['nothing new', '/lgtm', '/lgtm', []],
  ['one more', '/lgtm', '/lgtm\n/approve', ['/approve']],
  ['one before', '/lgtm', '/approve\n/lgtm', ['/approve']],
  ['one instead', '/lgtm', '/approve', ['/approve']],
  ['one less', '/lgtm\n/approve', '/lgtm', []],
  ['moved', '/lgtm\n/approve', '/approve\n\nand\n/lgtm', []],
  ['the same once more', '/retest', '/retest\n/retest', ['/retest']],
  ['the same fewer times', '/retest\n/retest', '/retest', []],
  ['from prose', 'please /lgtm', 'please\n/lgtm', ['/lgtm']],
  ['out of a fence', '```\n/lgtm\n```', '/lgtm', ['/lgtm']],
  ['into a fence', '/lgtm', '```\n/lgtm\n```', []],
  ['with other arguments', '/hold a', '/hold b', ['/hold b']],
  ['indented', '/lgtm', '  /lgtm', []],
  ['from nothing', '', '/lgtm', ['/lgtm']],
  ['to nothing', '/lgtm', '', []],
  ['other line ends', '/lgtm\n/hold', '/lgtm\r\n/hold', []],
])('an edit that adds: %s', (_, before, after, added) => {
  expect(addedLines(before, after)).toMatchObject({ lines: added.map((text) => ({ text })), cut: false });
});

test('an edit of a text with more lines than are kept is compared in full', () => {
  const many = '/x\n'.repeat(150);
  expect(addedLines(many, `${many}/y`).lines).toEqual([{ number: 151, text: '/y' }]);
  expect(addedLines('', many)).toMatchObject({ cut: true });
  expect(addedLines(many, many)).toEqual({ lines: [], cut: false });
});
