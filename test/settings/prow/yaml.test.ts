import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { plainNodeOf } from '../../../shared/settings/prow/plain.ts';
import { placesIn } from '../../../shared/owners/bounded-yaml.ts';
import { contentOf, Unreadable, yamlContentOf, type Node } from '../../../shared/settings/prow/yaml.ts';
import { HOSTILE } from './hostile.ts';
import { configYaml, pluginsYaml } from './kubernetes.ts';

/** What a file holds, as words: `null` for nothing, and quotes around what has them. */
function shown(node: Node): unknown {
  switch (node.is) {
    case 'scalar':
      return node.plain ? node.text : `"${node.text}"`;
    case 'list':
      return node.entries.map(shown);
    default:
      return Object.fromEntries(node.pairs.map(({ key, value }) => [key.text, shown(value)]));
  }
}

describe('the dialect', () => {
  test.each<[text: string, content: unknown]>([
    ['a: 1.30\n', { a: '1.30' }],
    ['a: "1.30"\n', { a: '"1.30"' }],
    ['a: yes\nb: "on"\n', { a: 'yes', b: '"on"' }],
    ["'': x\n", { '': 'x' }],
    ['1.5: x\ntrue: y\n', { '1.5': 'x', true: 'y' }],
    ['a: 1\na: 2\n', { a: '2' }],
    ['a: |\n  one\n  two\nb: >-\n  one\n  two\n', { a: '"one\ntwo\n"', b: '"one two"' }],
    ['a: &x [b]\nc: *x\n', { a: ['b'], c: ['b'] }],
    ['x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n', { x: { a: '1', b: '2' }, y: { a: '1', b: '3' } }],
    [
      'x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz:\n  <<: [*x, *y]\n',
      { x: { a: '1' }, y: { a: '2', b: '2' }, z: { a: '1', b: '2' } },
    ],
    ['a: !!str yes\n', { a: '"yes"' }],
    ['a:\n- b\n-  c\n', { a: ['b', 'c'] }],
    ['- - a\n  - b\n- c\n', [['a', 'b'], 'c']],
    ['---\na: b # c\n', { a: 'b' }],
    ['a: b\r\nc: d\r\n', { a: 'b', c: 'd' }],
    ['', ''],
    ['# nothing\n', ''],
  ])('%j', (text, content) => {
    expect(shown(contentOf(text).content)).toEqual(content);
  });

  test('of several documents only the first is read, and where the second begins is told', () => {
    const { content, further } = contentOf('a: 1\n---\nb: 2\n');
    expect([shown(content), further]).toEqual([{ a: '1' }, 5]);
  });

  test('places count lines and columns from 1', () => {
    const text = 'a:\n  b: c\n\nd: e';
    const at = placesIn(text);
    expect([at(0), at(5), at(8), at(text.length - 1)]).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 3 },
      { line: 2, column: 6 },
      { line: 4, column: 4 },
    ]);
  });
});

test.each<[name: string, text: string, line: number, problem: string]>([
  ...HOSTILE.map((each): [string, string, number, string] => [each.name, each.text, each.line, each.problem]),
  ['an alias of nothing', 'a: *b\n', 1, 'No anchor (&) of this name stands before this alias (*).'],
  ['an alias of itself', 'a: &a [*a]\n', 1, 'No anchor (&) of this name stands before this alias (*).'],
  ['a tag', 'a: 1\nb: !include x\n', 2, 'YAML tags (!) are not supported here; put such text in quotes.'],
  ['a merge key of a word', 'a: {<<: b}\n', 1, 'What a merge key (<<) adds must be a map.'],
  ['a list as a key', 'a: 1\n? [b]\n: c\n', 2, 'Before the colon there must be a single word.'],
  ['a tab', 'a:\n\tb: c\n', 2, 'Lines are indented with a tab; use spaces.'],
  [
    'an open bracket',
    'a: [b\nc: d\n',
    2,
    'A bracket before this line is not closed, or what is inside it stands too far to the left.',
  ],
  ['a line too far to the left', 'a:\n    b: c\n  d: e\n', 3, 'This line is not indented like its neighbors.'],
  [
    'a colon too many',
    'a: b: c\n',
    1,
    'After a colon stands either one value or, on lines of their own, further keys; put text with a colon in quotes.',
  ],
  ['an open quote', 'a: "b\n', 2, 'Something is missing here: a closing quote, a closing bracket, a comma or a colon.'],
])('%s is refused with line and reason', (_, text, line, problem) => {
  const refused = (): Unreadable => {
    try {
      contentOf(text);
    } catch (error) {
      if (error instanceof Unreadable) return error;
    }
    throw new Error('it was read');
  };
  const { offset, message } = refused();
  expect([placesIn(text)(offset).line, message]).toEqual([line, problem]);
});

describe('what is read line by line is what YAML says', () => {
  /** Nothing has no place of its own. */
  const bare = (node: Node): unknown => {
    switch (node.is) {
      case 'scalar':
        return node.plain && node.text === '' ? 'nothing' : node;
      case 'list':
        return { ...node, entries: node.entries.map(bare) };
      default:
        return { ...node, pairs: node.pairs.map(({ key, value }) => ({ key, value: bare(value) })) };
    }
  };
  const agree = (text: string): boolean => {
    const plain = plainNodeOf(text);
    if (plain === undefined) return false;
    expect({ text, read: bare(plain) }).toEqual({ text, read: bare(yamlContentOf(text).content) });
    return true;
  };

  test.each([
    ['plugins.yaml', pluginsYaml()],
    ['config.yaml', configYaml()],
  ])('kubernetes %s, all of it', (_, text) => {
    expect(agree(text)).toBe(true);
  });

  test('whatever lines are put together', () => {
    const usual = [
      'a:',
      'b: c',
      'b: d',
      '- a',
      '- b: c',
      '- b:',
      '- - d',
      '-',
      '# y',
      '',
      'a: |',
      '- |-',
      'k: [a, b]',
      'a: b # c',
    ];
    const odd = [
      '- ',
      'x',
      '  ',
      '"q": "r s"',
      "'': 't'",
      'k: [a, {b: c}]',
      'k: {a: [b], c: d}',
      'k: {}',
      '- []',
      'k: [a,b]',
      'k: {a:b}',

      'k: [a b, c ]',
      'z: a: b',
      'a #b',
      '[a, b]',
      'a: b#c',
      'u: http://x:80/y',
      'k: v:',
      '---',
      '...',
      'a: *b',
      'a: &b c',
      '? a',

      'k: >',
      'k: - a',
      'k: ?',
      '~: ~',
      'k: "a" b',
      'k: [a] b',
      'k: [a] # c',
      "k: 'it''s'",
      String.raw`k: "\n"`,
      'k: é',
      'k: !!str a',
      '<<: a',
      'k: <a',
      'a b: c d  ',
      'k: @a',
      'k: a@b',
      '- a: |',
      '- -',
      'k: |  ',
      'k: | # c',
      '-  b: c',
    ];
    const piece = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...usual) },
      { weight: 1, arbitrary: fc.constantFrom(...odd) },
    );
    const line = fc
      .tuple(fc.constantFrom(0, 0, 0, 2, 2, 4, 1), piece)
      .map(([indent, words]) => ' '.repeat(indent) + words);
    let plain = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, end) => {
        const text = lines.join('\n') + (end ? '\n' : '');
        const read = plainNodeOf(text);
        if (read === undefined) return;
        plain += 1;
        expect({ text, read: bare(read) }).toEqual({ text, read: bare(yamlContentOf(text).content) });
      }),
      { numRuns: 5_000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  test('whatever is printed', () => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-z0-9./:#'" |-]{0,12}$/),
      fc.constantFrom('true', '1.30', 'two\nlines\n', ''),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(word, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.dictionary(word, value, { minKeys: 1, maxKeys: 4 }),
        fc.integer({ min: 2, max: 4 }),
        (document, indent) => {
          agree(stringify(document, { indent, indentSeq: indent !== 3, aliasDuplicateObjects: false }));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
