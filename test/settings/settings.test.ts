import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSettings, settingRows, settingsFrom, settingsJsonSchema } from '../../shared/settings/index.ts';

const mistakesIn = (text: string): string[] => {
  const read = settingsFrom(text, 'bowsprit.yaml');
  return read.is === 'settings'
    ? []
    : read.mistakes.map(({ path, line, column, problem }) => `${path}:${line}:${column} ${problem}`);
};

test.each(['', '# nothing yet\n', 'hold:\n', '{}', '---\n', 'merge: {}\nsize:\n'])('%j is all defaults', (text) => {
  expect(settingsFrom(text, 'x')).toEqual({ is: 'settings', settings: defaultSettings });
});

test('every setting can be set', () => {
  const text = `
labels: { prefixes: [team] }
hold: { lifted_by: anyone }
lgtm:
  review_acts_as_lgtm: true
approve:
  self_approval: false
  lgtm_acts_as_approve: true
  ignore_review_state: true
merge: { enabled: false, method: squash }
size: { s: 1, m: 2, l: 3, xl: 4, xxl: 5 }
owners:
  skip_collaborators: true
  markdown_front_matter: true
  denied:
    - ^third_party/
commands:
  prefix: bot
  disabled: [close]
bots: ['Renovate[bot]']
budget: { comments_per_hour: 5 }
`;
  expect(settingsFrom(text, 'x')).toEqual({
    is: 'settings',
    settings: {
      labels: { prefixes: ['team'] },
      hold: { liftedBy: 'anyone' },
      lgtm: { reviewActsAsLgtm: true },
      approve: { selfApproval: false, lgtmActsAsApprove: true, ignoreReviewState: true },
      merge: { enabled: false, method: 'squash' },
      size: { s: 1, m: 2, l: 3, xl: 4, xxl: 5 },
      owners: { skipCollaborators: true, markdownFrontMatter: true, denied: ['^third_party/'] },
      commands: { prefix: 'bot', disabled: ['close'] },
      bots: ['renovate[bot]'],
      budget: { commentsPerHour: 5 },
    },
  });
});

describe('mistakes', () => {
  test.each<[text: string, mistakes: readonly string[]]>([
    ['hold: { lifted_by: nobody }', ['bowsprit.yaml:1:9 `hold.lifted_by` must be `holder` or `anyone`.']],
    [
      'hold:\n  liftd_by: anyone\n',
      ['bowsprit.yaml:2:3 There is no setting `hold.liftd_by`. Did you mean `hold.lifted_by`?'],
    ],
    ['holds:\n  lifted_by: anyone\n', ['bowsprit.yaml:1:1 There is no setting `holds`. Did you mean `hold`?']],
    ['zebra: 1', ['bowsprit.yaml:1:1 There is no setting `zebra`.']],
    ['merge:\n  enabled: maybe\n', ['bowsprit.yaml:2:3 `merge.enabled` must be true or false.']],
    ['merge: yes', ['bowsprit.yaml:1:1 `merge` must be a group of settings.']],
    ['- a\n- b\n', ['bowsprit.yaml:1:1 The file must be a group of settings.']],
    ['bots: renovate', ['bowsprit.yaml:1:1 `bots` must be a list.']],
    ['bots: [good, "no good"]', ['bowsprit.yaml:1:14 `bots.2` is not written like one of its kind.']],
    ['bots:\n  - 12\n', ['bowsprit.yaml:2:5 `bots.1` must be text.']],
    ['size: { s: 50 }', ['bowsprit.yaml:1:1 Each size begins above the one before it: s, m, l, xl, xxl.']],
    ['size: { s: 1.5 }', ['bowsprit.yaml:1:9 `size.s` must be a whole number.']],
    ['budget: { comments_per_hour: 0 }', ['bowsprit.yaml:1:11 `budget.comments_per_hour` must be at least 1.']],
    [
      'owners:\n  denied: ["(?=a)"]\n',
      [
        'bowsprit.yaml:2:12 The pattern is not a regular expression by the rules of RE2 (no look-around, no back-references).',
      ],
    ],
    ...['remove', 'un', 'remove-x', 'un-x', 'lgtm', 'sig', 'wg', 'hol', 'remove-kind', 'l', 'team'].map(
      (prefix): [text: string, mistakes: readonly string[]] => [
        `commands: { prefix: ${prefix} }\nlabels: { prefixes: [team, sig, kind, wg] }`,
        [`bowsprit.yaml:1:13 \`commands.prefix\` cannot be \`${prefix}\`: names of commands begin like that.`],
      ],
    ),
    [
      'commands: { disabled: [lgtm], prefix: lgtm }',
      ['bowsprit.yaml:1:31 `commands.prefix` cannot be `lgtm`: names of commands begin like that.'],
    ],
    ['commands: { prefix: unity }', []],
    ['commands: { prefix: team }', []],
    ['merge: {}\nmerge: {}\n', ['bowsprit.yaml:2:1 `merge` is written twice.']],
    ['hold: &anchor {}\n', ['bowsprit.yaml:1:7 YAML anchors (&) are not supported here; put such text in quotes.']],
    [
      'merge:\n  enabled: maybe\n  metod: squash\nsize:\n  s: many\n',
      [
        'bowsprit.yaml:2:3 `merge.enabled` must be true or false.',
        'bowsprit.yaml:3:3 There is no setting `merge.metod`. Did you mean `merge.method`?',
        'bowsprit.yaml:5:3 `size.s` must be a whole number.',
      ],
    ],
    ['__proto__: { enabled: true }', ['bowsprit.yaml:1:1 There is no setting `__proto__`.']],
  ])('%j', (text, mistakes) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });

  test('a file of any text gives settings or places, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const read = settingsFrom(text, 'x');
        const places = read.is === 'settings' ? [] : read.mistakes;
        expect(places.every(({ line, column, problem }) => line > 0 && column > 0 && problem.length > 5)).toBe(true);
        expect(read.is === 'settings' || places.length > 0).toBe(true);
      }),
    );
  });
});

test('every setting has a default and a sentence, in the schema for editors too', () => {
  const rows = settingRows();
  expect(rows.map(({ key }) => key)).toContain('hold.lifted_by');
  for (const { byDefault, summary } of rows) {
    expect(byDefault).toBeDefined();
    expect(summary).toMatch(/\.$/);
  }
  expect(settingsJsonSchema()).toMatchObject({
    additionalProperties: false,
    properties: { merge: { properties: { method: { enum: ['merge', 'squash', 'rebase'], default: 'merge' } } } },
  });
});
