import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  compilePattern,
  parseAliases,
  parseFrontMatter,
  parseOwners,
  type OwnersFile,
  type Rule,
} from '../../shared/owners/index.ts';
import { printOwners } from '../support/owners-tree.ts';

const nobody: Rule = { pattern: ALWAYS, approvers: [], reviewers: [], requiredReviewers: [], labels: [] };
const empty: OwnersFile = {
  is: 'owners',
  rules: [],
  noParentOwners: false,
  autoApproveUnownedSubfolders: false,
  remarks: [],
};

test.each<[what: string, text: string, file: Partial<OwnersFile>]>([
  ['an empty file', '', {}],
  ['only remarks', '# nobody yet\n', {}],
  [
    'all four lists',
    'approvers: [ada]\nreviewers:\n- grace\nrequired_reviewers: [edsger]\nlabels: [Area/API]\n',
    {
      rules: [
        { ...nobody, approvers: ['ada'], reviewers: ['grace'], requiredReviewers: ['edsger'], labels: ['Area/API'] },
      ],
    },
  ],
  [
    'logins in any case, with and without @',
    'approvers:\n- "@Ada"\n- GRACE\n',
    { rules: [{ ...nobody, approvers: ['ada', 'grace'] }] },
  ],
  ['a name given twice', 'approvers: [ada, Ada]', { rules: [{ ...nobody, approvers: ['ada'] }] }],
  [
    'names of bots and aliases',
    'approvers: ["robot[bot]", sig/api-approvers, a.b_c+d]',
    { rules: [{ ...nobody, approvers: ['robot[bot]', 'sig/api-approvers', 'a.b_c+d'] }] },
  ],
  ['empty lists', 'approvers:\nreviewers: []\n', {}],
  ['keys in another case', 'Approvers: [ada]', { rules: [{ ...nobody, approvers: ['ada'] }] }],
  ['CRLF and a byte order mark', '\uFEFFapprovers:\r\n- ada\r\n', { rules: [{ ...nobody, approvers: ['ada'] }] }],
  ['emeritus', 'approvers: [ada]\nemeritus_approvers: {any: thing}\n', { rules: [{ ...nobody, approvers: ['ada'] }] }],
  [
    'options alone',
    'options:\n  no_parent_owners: true\n  auto_approve_unowned_subfolders: true\n',
    { noParentOwners: true, autoApproveUnownedSubfolders: true },
  ],
  [
    'options spelled as in YAML 1.1',
    'options: {no_parent_owners: yes, auto_approve_unowned_subfolders: off}',
    { noParentOwners: true },
  ],
  ['options left empty', 'options:\n', {}],
  ['a number of approvals', 'options:\n  min_approvals: 2\n', { minApprovals: 2 }],
  ['a number of approvals left empty', 'options:\n  min_approvals:\n', {}],
  [
    'filters',
    'filters:\n  ".*":\n    approvers: [ada]\n  "\\\\.go$":\n    labels: [go]\n  docs/:\n',
    {
      rules: [
        { ...nobody, approvers: ['ada'] },
        { ...nobody, pattern: String.raw`\.go$`, labels: ['go'] },
        { ...nobody, pattern: 'docs/' },
      ],
    },
  ],
  [
    'filters beside empty lists',
    'approvers: []\nfilters: {x: {reviewers: [ada]}}',
    { rules: [{ ...nobody, pattern: 'x', reviewers: ['ada'] }] },
  ],
  ['a key that JavaScript knows', '__proto__: {approvers: [ada]}\nconstructor: [x]\n', {}],
  [
    'a pattern that JavaScript knows',
    'filters: {__proto__: {approvers: [ada]}}',
    { rules: [{ ...nobody, pattern: '__proto__', approvers: ['ada'] }] },
  ],
])('OWNERS with %s', (_, text, file) => {
  expect({ ...parseOwners(text), remarks: [] }).toEqual({ ...empty, ...file });
});

test.each<[what: string, text: string, remarks: OwnersFile['remarks']]>([
  [
    'filters beside lists',
    'approvers: [ada]\nfilters:\n  "(": {approvers: [grace]}\n',
    [{ line: 2, column: 1, problem: 'Filters have no effect beside lists at the top of the file.' }],
  ],
  ['an unknown key', 'aprovers: [ada]\n', [{ line: 1, column: 1, problem: 'This key is unknown and has no effect.' }]],
  [
    'an unknown option',
    'options:\n  no_parents: true\n',
    [{ line: 2, column: 3, problem: 'This option is unknown and has no effect.' }],
  ],
])('%s is remarked upon', (_, text, remarks) => {
  const file = parseOwners(text);
  expect(file).toMatchObject({ is: 'owners', remarks });
});

test('lists at the top win over filters, even broken ones', () => {
  expect(parseOwners('approvers: [ada]\nfilters: {"(": {approvers: [grace]}}')).toMatchObject({
    rules: [{ ...nobody, approvers: ['ada'] }],
  });
});

test.each<[what: string, text: string, line: number, column: number, problem: RegExp]>([
  ['a string for a list', 'reviewers: [ada]\napprovers: grace\n', 2, 12, /must be a list/],
  ['a map for a list', 'approvers:\n  ada: true\n', 2, 3, /must be a list/],
  ['a number for a name', 'approvers:\n- ada\n- 1234\n', 3, 3, /in quotes/],
  ['true for a name', 'approvers: [true]', 1, 13, /in quotes/],
  ['nothing for a name', 'approvers:\n-\n- ada\n', 2, 2, /missing after the dash/],
  ['a list for a name', 'approvers:\n- [ada]\n', 2, 3, /single name/],
  ['a person’s full name', 'approvers:\n- Ada Example\n', 2, 3, /neither a login/],
  ['an address', 'approvers:\n- ada@example.org\n', 2, 3, /neither a login/],
  ['markup', 'approvers: ["<b>"]', 1, 13, /neither a login/],
  ['a letter that only looks like one', 'approvers: ["аda"]', 1, 13, /neither a login/],
  ['a bare @', 'approvers:\n- @ada\n', 2, 3, /without the @/],
  ['a tab', 'approvers:\n\t- ada\n', 2, 1, /YAML|tab/],
  ['a quote that never closes', 'approvers: ["ada]\n', 2, 1, /missing/],
  ['a key twice', 'approvers: [ada]\napprovers: [grace]\n', 2, 1, /twice/],
  ['a list at the top', '- ada\n', 1, 1, /holds keys/],
  ['a word at the top', 'ada\n', 1, 1, /holds keys/],
  ['two documents', 'approvers: [ada]\n---\napprovers: [grace]\n', 2, 1, /Only one/],
  ['options that are a list', 'options: [no_parent_owners]', 1, 10, /`options` must hold keys/],
  ['an option that is a number', 'options: {no_parent_owners: 1}', 1, 29, /true or false/],
  ['no approval at all', 'options: {min_approvals: 0}', 1, 26, /from 1 to 20/],
  ['more approvals than anybody reads', 'options: {min_approvals: 21}', 1, 26, /from 1 to 20/],
  ['half an approval', 'options: {min_approvals: 1.5}', 1, 26, /from 1 to 20/],
  ['approvals in words', 'options:\n  min_approvals: two\n', 2, 18, /from 1 to 20/],
  ['filters that are a list', 'filters: [ada]', 1, 10, /must hold patterns/],
  ['a filter that is a list', 'filters: {x: [ada]}', 1, 14, /followed by lists/],
  ['a pattern that does not compile', 'filters:\n  ".*": {approvers: [ada]}\n  "(": {labels: [x]}\n', 3, 3, /RE2/],
  ['a pattern with look-around', 'filters: {"(?=x)": {}}', 1, 11, /RE2/],
  ['a label with a line break', 'labels: ["a\\nb"]', 1, 10, /name of a label/],
  ['merging keys', 'filters: {<<: [x]}', 1, 15, /followed by lists/],
])('OWNERS with %s is unreadable', (_, text, line, column, problem) => {
  expect(parseOwners(text)).toEqual({ is: 'unreadable', line, column, problem: expect.stringMatching(problem) });
});

const filled = (text: string): string => text.repeat(Math.floor(65_536 / text.length));

/** Each of these costs a YAML parser or a regular-expression engine seconds, memory or its stack if it is let in. */
const HOSTILE: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
  ['shared references, nine levels of nine', 'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n', /anchors/],
  ['20,000 anchors', filled('&a '), /anchors/],
  ['10,000 aliases', filled('- *a\n'), /aliases/],
  ['tags', filled('- !!binary a\n'), /tags/],
  ['directives', filled('%A\n'), /directives/],
  ['65,536 opening brackets', filled('['), /nested too deeply/],
  ['32,768 pairs of brackets', filled('[]'), /brackets and commas/],
  ['braces in braces', filled('{a: '), /nested too deeply/],
  ['lists in lists in one line', filled('- '), /nested too deeply/],
  ['keys in keys in one line', filled('? '), /nested too deeply/],
  [
    'keys in keys, line by line',
    Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    /100 blanks/,
  ],
  ['commas', `[${','.repeat(60_000)}`, /brackets and commas/],
  ['quotes', filled('"'), /closing quote/],
  ['20,000 names', `approvers:\n${'- a\n'.repeat(15_000)}`, /too many entries/],
  [
    '2,001 names',
    `approvers:\n${Array.from({ length: 2_001 }, (_, at) => `- a${at}\n`).join('')}`,
    /more than 2000 names/,
  ],
  ['empty lines', filled('\n'), /too many entries/],
  ['65,537 bytes', `#${'x'.repeat(65_536)}`, /larger than 65536 bytes/],
  ['65,537 bytes in fewer characters', `#${'ä'.repeat(32_768)}`, /larger than 65536 bytes/],
  ['a pattern that multiplies', `filters: {"${'(a{1000}|b{1000})'.repeat(8)}": {}}`, /repetitions/],
  ['a pattern that multiplies less', 'filters: {"(a{1000}|b{1000})": {}}', /too large/],
  ['a long pattern', `filters: {"${'a'.repeat(257)}": {}}`, /longer than 256/],
  [
    'many large patterns',
    `filters:\n${Array.from({ length: 9 }, (_, at) => `  "x{900}${at}": {}\n`).join('')}`,
    /too large together/,
  ],
];

test.each(HOSTILE)('%s: refused', (_, text, problem) => {
  expect(parseOwners(text)).toMatchObject({ is: 'unreadable', problem: expect.stringMatching(problem) });
});

test.each(HOSTILE.slice(0, 13))('%s: refused as aliases', (_, text, problem) => {
  expect(parseAliases(text)).toMatchObject({ is: 'unreadable', problem: expect.stringMatching(problem) });
});

test.each(['(a+)+$', '.*.*.*=.*', String.raw`^(([a-z])+.)+[A-Z]([a-z])+$`])(
  '%s takes no longer on a long path',
  (source) => {
    const pattern = compilePattern(source);
    expect(typeof pattern === 'string' ? pattern : pattern.matches('a'.repeat(4_095) + '!')).toBe(false);
  },
);

describe('OWNERS_ALIASES', () => {
  test.each<[what: string, text: string, entries: readonly (readonly [string, readonly string[]])[]]>([
    ['an empty file', '', []],
    ['no aliases', 'aliases:\n', []],
    ['a block list', 'aliases:\n  Api-Approvers:\n  - Ada\n  - "@grace"\n', [['api-approvers', ['ada', 'grace']]]],
    ['a flow map, whose keys are members', 'aliases: {api: {ada, grace}}', [['api', ['ada', 'grace']]]],
    [
      'aliases without members',
      'aliases:\n  a:\n  b: {}\n  c: []\n',
      [
        ['a', []],
        ['b', []],
        ['c', []],
      ],
    ],
    [
      'names that JavaScript knows',
      'aliases: {__proto__: [ada], constructor: [ada]}',
      [
        ['__proto__', ['ada']],
        ['constructor', ['ada']],
      ],
    ],
    ['names with slashes', 'aliases: {sig/api: [ada]}', [['sig/api', ['ada']]]],
  ])('with %s', (_, text, entries) => {
    expect(parseAliases(text)).toEqual({ is: 'aliases', entries });
  });

  test.each<[what: string, text: string, line: number]>([
    ['a string for members', 'aliases:\n  a: [ada]\n  b: grace\n', 3],
    ['a number for a member', 'aliases:\n  a:\n  - 12\n', 3],
    ['a map with values', 'aliases:\n  a: {ada: grace}\n', 2],
    ['a list of aliases', 'aliases:\n- ada\n', 2],
    ['an alias twice', 'aliases:\n  a: [ada]\n  A: [grace]\n', 3],
  ])('with %s is unreadable as a whole', (_, text, line) => {
    expect(parseAliases(text)).toMatchObject({ is: 'unreadable', line });
  });
});

describe('front matter', () => {
  test.each<[what: string, text: string, approvers: readonly string[]]>([
    ['LF', '---\napprovers: [ada]\n---\n# Title\n', ['ada']],
    ['CRLF', '---\r\napprovers: [ada]\r\n---\r\n# Title\r\n', ['ada']],
    ['a rule further down', '---\napprovers: [ada]\n---\ntext\n\n---\nmore\n', ['ada']],
    ['a block to the end of the file', '---\napprovers: [ada]\n---', ['ada']],
  ])('with %s names owners', (_, text, approvers) => {
    expect(parseFrontMatter(text)).toMatchObject({ is: 'owners', rules: [{ approvers }] });
  });

  test.each<[what: string, text: string]>([
    ['no front matter', '# Title\n'],
    ['a block that does not begin the file', '\n---\napprovers: [ada]\n---\n'],
    ['four dashes', '----\napprovers: [ada]\n---\n'],
    ['a block that never ends', '---\napprovers: [ada]\n'],
    ['an empty block', '---\n---\napprovers: [ada]\n'],
    ['settings of a page generator', '---\ntitle: Owners\nlayout: !!page\n---\n'],
    ['a rule at the top', '---\nWords\n---\n'],
  ])('with %s names nobody', (_, text) => {
    expect(parseFrontMatter(text)).toBeNull();
  });

  test('that names owners in a broken way is unreadable, by the line of the file', () => {
    expect(parseFrontMatter('---\ntitle: x\napprovers: ada\n---\n')).toMatchObject({
      is: 'unreadable',
      line: 3,
      column: 12,
    });
  });

  test('has options but no filters', () => {
    expect(parseFrontMatter('---\nfilters: {x: {approvers: [ada]}}\noptions: {no_parent_owners: true}\n---\n')).toEqual(
      {
        ...empty,
        noParentOwners: true,
      },
    );
  });
});

const login = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);
const lists = {
  approvers: fc.uniqueArray(login, { maxLength: 4 }),
  reviewers: fc.uniqueArray(login, { maxLength: 4 }),
  requiredReviewers: fc.uniqueArray(login, { maxLength: 2 }),
  labels: fc.uniqueArray(fc.stringMatching(/^[A-Za-z][A-Za-z0-9/ :#&*!@-]{0,15}[a-z]$/), { maxLength: 3 }),
};
const simple = fc.record({ pattern: fc.constant(ALWAYS), ...lists });
const filter = fc.record({ pattern: fc.stringMatching(/^[a-z.*$^/#:&!-]{1,8}$/), ...lists });
const file = fc.record(
  {
    rules: fc.oneof(
      fc.array(simple, { maxLength: 1 }),
      fc
        .uniqueArray(filter, { maxLength: 4, selector: ({ pattern }) => pattern })
        .filter((rules) => rules.every(({ pattern }) => typeof compilePattern(pattern) !== 'string')),
    ),
    noParentOwners: fc.boolean(),
    autoApproveUnownedSubfolders: fc.boolean(),
    minApprovals: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: ['rules', 'noParentOwners', 'autoApproveUnownedSubfolders'] },
);

test('printing and parsing OWNERS is identity', () => {
  fc.assert(
    fc.property(file, (printed) => {
      expect(parseOwners(printOwners(printed))).toEqual({ is: 'owners', ...printed, remarks: [] });
    }),
  );
});

test('no text makes a parser throw, and problems point into the text', () => {
  const words = fc.constantFrom(
    'approvers',
    'filters',
    ':',
    '- ',
    '\n',
    '  ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '|',
    '#',
    '---',
    '\t',
    'ada',
    '@',
    '? ',
    '\r',
    '0',
    'null',
    '\uD800',
  );
  const text = fc.oneof(
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  fc.assert(
    fc.property(text, (content) => {
      for (const parse of [parseOwners, parseAliases, parseFrontMatter]) {
        const parsed = parse(content);
        if (parsed?.is !== 'unreadable') continue;
        expect(parsed.line).toBeGreaterThanOrEqual(1);
        expect(parsed.line).toBeLessThanOrEqual(content.split('\n').length + 1);
        expect(parsed.column).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 500 },
  );
});
