import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { yamlContentOf } from '../../shared/owners/bounded-yaml.ts';
import { parseOwners } from '../../shared/owners/index.ts';
import { plainContentOf } from '../../shared/owners/plain-yaml.ts';
import { generatedOwnersTree } from '../support/owners-tree.ts';

test.each<[what: string, text: string]>([
  ['lists as deep as their key', 'approvers:\n- ada\n- grace-example\nreviewers:\n- ada\n'],
  ['lists deeper than their key', 'approvers:\n  - ada\n  - grace\nlabels:\n    - sig/api-machinery\n'],
  ['remarks of every kind', '# who\n\napprovers: # ada\n  - ada   # since May\n# done\n  # really\n   \n  - grace\n'],
  ['options', 'options:\n  no_parent_owners: true\napprovers:\n- ada'],
  ['aliases', 'aliases:\n  core:\n  - ada\n  - grace\n  docs:\n    - edsger\n'],
  ['quoted words', 'filters:\n  ".*":\n    approvers:\n    - "@ada" # core\n    - \'12\'\n    - "true"\n'],
  ['a word where a list belongs', 'approvers: ada\n'],
  ['a key given twice', 'approvers:\n- ada\napprovers:\n- grace\n'],
])('%s are read as YAML would', (_, text) => {
  expect(plainContentOf(text)).toEqual(yamlContentOf(text));
});

test.each<[what: string, text: string]>([
  ['nothing', ''],
  ['only a remark', '# nobody\n'],
  ['a key without anything', 'approvers:\nreviewers:\n- ada\n'],
  ['an escape in quotes', 'approvers:\n- "\\x61da"\n'],
  ['a doubled quote', "labels:\n- 'it''s'\n"],
  ['something behind the quotes', 'approvers:\n- "ada" grace\n'],
  ['quotes that stay open', 'approvers:\n- "ada\n'],
  ['brackets', 'approvers: [ada]\n'],
  ['a number', 'approvers:\n- 12\n'],
  ['null', 'approvers:\n- null\n'],
  ['a word that goes on', 'approvers:\n- ada\n  grace\n'],
  ['a word that goes on in dashes', 'approvers:\n- ada\n  - grace\n'],
  ['a list within a list', 'approvers:\n- - ada\n'],
  ['a map within a list', 'approvers:\n- ada: grace\n'],
  ['uneven depth', 'approvers:\n  - ada\n - grace\n'],
  ['a tab', 'approvers:\n\t- ada\n'],
  ['line ends of Windows', 'approvers:\r\n- ada\r\n'],
  ['two words', 'labels:\n- good first issue\n'],
  ['a hash inside a word', 'approvers:\n- ada#1\n'],
  ['two documents', 'approvers:\n- ada\n---\n'],
  ['very many lines', `approvers:\n${'- ada\n'.repeat(1_000)}`],
])('%s is left to YAML', (_, text) => {
  expect(plainContentOf(text)).toBeUndefined();
});

// Words are parted by one blank; the others stand for themselves.
const PARTS =
  'approvers: options: filters: a ada Grace-1 sig/x _ true False null y 12 - : # " & . ... --- é ! * | > ? { % @ `';
const BLANKS = [
  '  ',
  ' ',
  '\n',
  '\n',
  '\n- ',
  '\n  - ',
  '\n  ',
  ': ',
  ' #',
  ' # x: [',
  '\t',
  '\r\n',
  '\u2028',
  '\u0085',
  '\uFEFF',
];
const parts = fc.constantFrom(...PARTS.split(' '), ...BLANKS, '\uD800');
const lines = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '', '  ', '    ', ' '),
      fc.constantFrom('- ', '- ', '', '-  ', '- - '),
      fc.constantFrom('ada', 'approvers', 'x.y/z', 'TRUE', 'null', '', '"a: #b"', "'@ \\'", '"true"', '"', "''"),
      fc.constantFrom('', '', ':', ': ', ': ada', ':  true', ' :', ':x', ': "y"', ":'z'"),
      fc.constantFrom('', '', ' ', ' # why', '#', '  #'),
    ),
    { maxLength: 7 },
  )
  .map((all) => all.map((line) => line.join('')).join('\n'));
const texts = fc.oneof(
  lines,
  fc.array(parts, { maxLength: 24 }).map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }).map((remark) => `approvers: # ${remark}\n- ada`),
);

test('whatever is read as plain means the same to YAML', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const plain = plainContentOf(text);
      expect(plain).toEqual(plain === undefined ? undefined : yamlContentOf(text));
    }),
    { numRuns: 4_000, ignoreEqualValues: true },
  );
});

test('files as people write them are plain, and parse to owners', () => {
  const tree = generatedOwnersTree(200, 3);
  const written = [...tree.files.values()].flatMap((blob) => (blob !== null && 'text' in blob ? [blob.text] : []));
  const plain = written.filter((text) => plainContentOf(text) !== undefined);
  expect(plain.length).toBeGreaterThan(written.length * 0.9);
  expect(written.map((text) => parseOwners(text).is)).toEqual(written.map(() => 'owners'));
});
