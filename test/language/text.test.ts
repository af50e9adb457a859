import { Parser } from 'commonmark';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_STATUS_CHARS, setStatus, shortened, shownIn } from '../../shared/language/index.ts';

test.each<[text: string, most: number, shown: string]>([
  ['Overridden by ada', 140, 'Overridden by ada'],
  ['exact', 5, 'exact'],
  ['too long', 5, 'too …'],
  ['two\r\nlines\u2028and\u0000 a \u202Eturn', 40, 'two lines and a turn'],
  ['ab\u{1F600}cd', 4, 'ab…'],
  ['  ', 5, ''],
])('%j in %i characters is %j', (text, most, shown) => {
  expect(shortened(text, most)).toBe(shown);
});

test('no status says more than a forge takes', () => {
  const of = { context: 'ci', headSha: 'a'.repeat(40), state: 'success' } as const;
  expect(setStatus({ ...of, description: 'x'.repeat(500) })).toMatchObject({
    description: `${'x'.repeat(MAX_STATUS_CHARS - 1)}…`,
  });
});

describe('a word in a template is shown as code', () => {
  const words = new Map([
    ['env', 'staging'],
    ['note', '@acme/all `x` <b>'],
    ['none', ''],
  ]);
  test.each<[template: string, shown: string]>([
    ['To {env}.', 'To `staging`.'],
    ['{note}', '``@acme/all `x` <b>``'],
    // In code already: else what is in it would end it.
    ['Runs `/deploy {env}` now', 'Runs `/deploy staging` now'],
    ['Runs `/deploy {note}`', 'Runs ``/deploy @acme/all `x` <b>``'],
    ['`{env}` and `make`', '`staging` and `make`'],
    // Backticks that are nobody's, and what escapes.
    ['it`s {env}', 'it\\`s `staging`'],
    ['\\`{env}\\`', '\\` `staging`\\`'],
    ['\\{env}', '\\\\`staging`'],
    // Two that touch.
    ['{env}{note}', '`staging` ``@acme/all `x` <b>``'],
    ['`a`{env}', '`a` `staging`'],
    // An address is no place for code.
    ['https://{env}.example.com/?q={note}', 'https://staging.example.com/?q=%40acme%2Fall%20%60x%60%20%3Cb%3E'],
    ['[it](https://example.com/{env}) on {env}', '[it](https://example.com/staging) on `staging`'],
    ['<a title="{note}">', '<a title="%40acme%2Fall%20%60x%60%20%3Cb%3E">'],
    ['[y](\\) {note}', '[y](\\) %40acme%2Fall%20%60x%60%20%3Cb%3E'],
    ['<pre>`{note}`', '<pre>\\`%40acme%2Fall%20%60x%60%20%3Cb%3E\\`'],
    ['{none} {other}', ' {other}'],
  ])('%s', (template, shown) => {
    expect(shownIn(template, words)).toBe(shown);
  });

  test('whatever it is, and wherever it stands', () => {
    const piece = fc.constantFrom(
      '{a}',
      '{b}',
      '`',
      '``',
      '\\',
      ' ',
      'x',
      '[y](',
      ')',
      '<b>',
      '<pre>',
      '*',
      'https://z/',
      '"',
    );
    const word = fc
      .array(fc.constantFrom('`', '``', '\\', ' ', ')', '](u)', '<i>', '</pre>', '*', '"', 'x'))
      .map((of) => `\u2603${of.join('')}\u2603`);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), word, word, (pieces, a, b) => {
        const said = shownIn(
          pieces.join(''),
          new Map([
            ['a', a],
            ['b', b],
          ]),
        );
        const walker = new Parser().parse(said).walker();
        const live: string[] = [];
        for (let step = walker.next(); step !== null; step = walker.next()) {
          const { type, literal, destination } = step.node;
          live.push(type === 'code' || type === 'code_block' ? '' : (literal ?? ''), destination ?? '');
        }
        expect(live.join('\n')).not.toContain('\u2603');
      }),
      { numRuns: 2000 },
    );
  });
});
