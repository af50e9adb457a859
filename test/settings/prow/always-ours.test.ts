/** Whatever Prow's files say, what comes of it is a document of ours, and the same once it is written down. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { importedFrom, settingsYaml } from '../../../shared/settings/prow/index.ts';
import { settingsFrom, settingsOf, type ReadSettings, type SettingsDocument } from '../../../shared/settings/index.ts';

const odd = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a b',
    'a,b',
    'a: b',
    '#c',
    '"',
    "'",
    '*',
    'é',
    '\u202e',
    '\u0000',
    'yes',
    '1.30',
    '~',
    'x'.repeat(300),
    'do-not-merge/hold',
    '[bot]',
    'main',
    '^main$',
    '^release-.*$',
    'app/x',
  ),
  fc.string({ maxLength: 6, unit: 'grapheme' }),
);
const scope = fc.constantFrom('acme', 'acme/x', 'acme/y', 'foo', 'foo/bar', 'b-z/a.b_c');
const plugin = fc.constantFrom('lgtm', 'approve', 'hold', 'size', 'wip', 'label', 'cat', 'trigger');
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(of, { maxLength: 3 });
const maybe = { requiredKeys: [] };

const query = fc.record(
  {
    orgs: some(fc.constantFrom('acme', 'foo')),
    repos: some(fc.constantFrom('b-z/a.b_c')),
    labels: some(odd),
    missingLabels: some(odd),
    includedBranches: some(odd),
    author: odd,
    milestone: odd,
    reviewApprovedRequired: fc.boolean(),
    more: fc.boolean(),
  },
  maybe,
);
const job = fc.record(
  {
    name: odd,
    context: odd,
    always_run: fc.boolean(),
    optional: fc.boolean(),
    branches: some(odd),
    skip_branches: some(odd),
  },
  maybe,
);
const contexts = fc.record({ 'required-contexts': some(odd), 'skip-unknown-contexts': fc.boolean() }, maybe);
const policy = fc.record({ required_status_checks: fc.record({ contexts: some(odd) }) }, maybe);
const files = fc.record({
  plugins: fc.record(
    {
      plugins: fc.dictionary(scope, fc.record({ plugins: some(plugin) })),
      lgtm: fc.array(fc.record({ repos: some(fc.oneof(scope, odd)), review_acts_as_lgtm: fc.boolean() }, maybe), {
        maxLength: 3,
      }),
      approve: fc.array(fc.record({ repos: some(scope), require_self_approval: fc.boolean() }, maybe), {
        maxLength: 2,
      }),
      owners: fc.record({ skip_collaborators: some(fc.oneof(scope, odd)) }),
      label: fc.record({ additional_labels: some(odd) }),
    },
    maybe,
  ),
  config: fc.record(
    {
      tide: fc.record(
        {
          queries: fc.array(query, { maxLength: 3 }),
          merge_method: fc.dictionary(
            fc.oneof(scope, fc.constant('acme/x@main')),
            fc.oneof(fc.constantFrom('merge', 'squash'), fc.dictionary(odd, fc.constantFrom('rebase', 'squash'))),
          ),
          squash_label: odd,
          context_options: fc.record(
            { 'optional-contexts': some(odd), orgs: fc.dictionary(fc.constant('acme'), contexts) },
            maybe,
          ),
        },
        maybe,
      ),
      presubmits: fc.dictionary(scope, fc.array(job, { maxLength: 2 })),
      'branch-protection': fc.record({ orgs: fc.dictionary(fc.constantFrom('acme', 'foo'), policy) }, maybe),
    },
    maybe,
  ),
});

test('is valid, and written and read again the same', () => {
  fc.assert(
    fc.property(files, ({ plugins, config }) => {
      // JSON is YAML.
      const texts: Readonly<Record<string, string>> = {
        'p/plugins.yaml': JSON.stringify(plugins),
        'p/config.yaml': JSON.stringify(config),
      };
      const { document } = importedFrom('p', (path) => texts[path]);
      fc.pre(document !== undefined);
      const made = settingsOf({ ...document, path: 'p', kind: 'deployment' });
      const written = settingsFrom(settingsYaml(document), 'p', 'deployment');
      expect(valuesIn(made)).not.toHaveProperty('mistakes');
      expect(valuesIn(written)).toEqual(valuesIn(made));
    }),
    {
      numRuns: 60,
      examples: [
        [
          {
            plugins: {},
            config: { tide: { queries: [{ orgs: ['foo'] }], merge_method: { 'foo/bar': { '': 'rebase' } } } },
          },
        ],
      ],
    },
  );
});

const bare = ({ values }: Pick<SettingsDocument, 'values'>): unknown =>
  Object.fromEntries([...values].map(([name, { value }]) => [name, value]));

/** Without the places. */
function valuesIn(read: ReadSettings): unknown {
  if (read.is === 'mistaken') return { mistakes: read.mistakes };
  const { document } = read;
  return [
    bare(document),
    [...document.organizations].map(([name, each]) => [name, bare(each)]),
    [...document.repositories].map(([name, each]) => [name, bare(each)]),
  ];
}
