/** What somebody wrote is shown and never interpreted (law 10): held against a CommonMark parser. */
import { Parser } from 'commonmark';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { given, subjectOf, verdictsFor, wholeGrammar } from '../support/given.ts';

const PLAIN: ReadonlySet<string> = new Set(['document', 'paragraph', 'text', 'code', 'softbreak']);

/** What of `markdown` is more than plain text and code: kinds of nodes, and mentions or references that would be live. */
function liveIn(markdown: string): string[] {
  const live: string[] = [];
  const walker = new Parser().parse(markdown).walker();
  for (let step = walker.next(); step !== null; step = walker.next()) {
    const { type, literal } = step.node;
    if (step.entering && !PLAIN.has(type)) live.push(type);
    if (type === 'text' && literal !== null && /[@#<]/.test(literal)) live.push(literal);
  }
  return live;
}

const nasty = fc.constantFrom(
  '@ada',
  '#12',
  '`',
  '```',
  '<b>',
  '](x)',
  '![',
  '**',
  '\u202e',
  '<!--',
  'https://x.example',
  '&lt;',
);
const words = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 12 })), { minLength: 1, maxLength: 4 });
// The plain `/help` answers with a table of its own; of the lists of `/why` its own test tells.
const names = [...wholeGrammar.spellings.keys(), 'lgtn', 'aprove'].filter((name) => name !== 'help' && name !== 'why');

test('no answer to a command holds a mention, a link or markup of its writer', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), words, fc.boolean(), (name, rest, closed) => {
      const line = `/${name} ${rest.join(' ').replaceAll('\n', ' ')}`;
      const facts = given({ subject: subjectOf({ state: closed ? 'closed' : 'open' }) });
      const answers = { ...facts.answers, fun: { is: 'nothing' } } as const;
      const said = verdictsFor(line, { ...facts, answers }, wholeGrammar).flatMap(({ actions }) =>
        actions.flatMap((action) =>
          action.is === 'refuse' ? [action.reason] : action.is === 'reply' ? [action.text] : [],
        ),
      );
      // Jobs that there are, one below the other.
      const listing = name.startsWith('test') ? ['list', 'item'] : [];
      expect(said.flatMap(liveIn).filter((live) => !listing.includes(live))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('the check itself sees what is live', () => {
  expect(liveIn('hello @ada')).toEqual(['hello @ada']);
  expect(liveIn('[a](b)')).toEqual(['link']);
  expect(liveIn('`@ada`')).toEqual([]);
});
