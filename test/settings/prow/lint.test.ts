import { describe, expect, test } from 'vitest';
import { imported, told } from './ours.ts';

test.each<[plugins: string, warnings: readonly string[]]>([
  ['{}\n', ['1 plugins: No plugin is on anywhere.']],
  [
    'plugins:\n  acme: [lgtm]\n',
    ['2 plugins: This form of `plugins` is deprecated; write the names below `plugins:` of each entry.'],
  ],
  [
    'plugins:\n  acme:\n    plugins: [lgtn]\n',
    ['3 plugins: lgtn: Prow has no plugin `lgtn`, so nothing is on for `acme` by this name. Did you mean `lgtm`?'],
  ],
  [
    'plugins:\n  acme:\n    plugins: [needs-rebase]\n',
    [
      '3 plugins: needs-rebase: Prow has no plugin `needs-rebase`, so nothing is on for `acme` by this name. It is an external one: it belongs into `external_plugins`.',
    ],
  ],
  [
    'plugins:\n  acme:\n    plugins: [approve, blunderbuss]\n',
    [
      '3 plugins: approve: `verify-owners` is off for `acme`, and `approve` and `blunderbuss` would go by a broken OWNERS file.',
    ],
  ],
  ['plugins:\n  acme:\n    plugins: [approve, verify-owners]\n', []],
  ['plugins:\n  acme:\n    plugins: [verify-owners]\n  acme/x:\n    plugins: [approve]\n', []],
  [
    "plugins:\n  acme:\n    plugins: [label]\nlabel:\n  additional_labels: [a]\n  restricted_labels:\n    '*':\n    - label: A\n    - allowed_users: [x]\n    - {label: b}\n    - {label: b}\n",
    [
      '8 label.restricted_labels.*[].label: `A` is restricted, and anybody may put it on: it is in `additional_labels` too.',
      '9 label.restricted_labels.*[].label: A restricted label of `*` has no name.',
      '11 label.restricted_labels.*[].label: `b` is restricted twice for `*`.',
    ],
  ],
  [
    'plugins:\n  acme:\n    plugins: [config-updater]\nconfig_updater:\n  maps:\n    a: {name: b, allowed_repos: [acme/x, a/b/c], denied_repos: ["x y"]}\n',
    [
      '6 config_updater.maps.*.allowed_repos: `a/b/c` is neither an organization nor organization/repository.',
      '6 config_updater.maps.*.denied_repos: `x y` is neither an organization nor organization/repository.',
    ],
  ],
  [
    'plugins:\n  acme:\n    plugins: [trigger, milestone]\ntriggers:\n- repos: [acme]\n  trusted_org: b\nrepo_milestone:\n  acme/x: {maintainers_id: 1}\n',
    [
      '6 triggers[].trusted_org: `trusted_org` is deprecated.',
      '8 repo_milestone.*.maintainers_id: `maintainers_id` is deprecated; name the team in `maintainers_team`.',
    ],
  ],
])('%j', (plugins, warnings) => {
  expect(told(imported(plugins).findings, 'warning')).toEqual(warnings);
});

const both = (plugins: string, query: string): readonly string[] =>
  told(
    imported(
      `plugins:\n  acme:\n    plugins: [${plugins}]\n    excluded_repos: [out]\n`,
      `tide:\n  queries:\n  - ${query}\n`,
    ).findings,
    'warning',
  );

describe('plugins and queries that do not fit each other', () => {
  const PAIRS: readonly (readonly [plugin: string, label: string, is: 'labels' | 'missingLabels'])[] = [
    ['lgtm', 'lgtm', 'labels'],
    ['hold', 'do-not-merge/hold', 'missingLabels'],
    ['wip', 'do-not-merge/work-in-progress', 'missingLabels'],
    ['verify-owners', 'do-not-merge/invalid-owners-file', 'missingLabels'],
    ['release-note', 'do-not-merge/release-note-label-needed', 'missingLabels'],
    ['cherry-pick-unapproved', 'do-not-merge/cherry-pick-not-approved', 'missingLabels'],
    ['blockade', 'do-not-merge/blocked-paths', 'missingLabels'],
    ['bugzilla', 'bugzilla/invalid-bug', 'missingLabels'],
  ];

  test.each(PAIRS)('%s and %s', (plugin, label, is) => {
    const query = `{orgs: [acme], ${is}: [${label}]}`;
    const silent = '{orgs: [acme], labels: [other]}';
    expect(both(plugin, query)).toEqual([]);
    expect(both('size', query)).toEqual([
      `config 3 tide.queries[].${is}: \`${plugin}\` is off for \`acme\`, so nothing there puts \`${label}\` on.`,
    ]);
    expect(both(plugin, silent)).toEqual([
      `3 plugins: ${plugin}: \`${plugin}\` is on for \`acme\`, and the query in line 3 of config.yaml does not ask that \`${label}\` is ${is === 'labels' ? 'on' : 'off'}.`,
    ]);
    // Where no query is, none is missing; and where the repository is left out, the plugin is off.
    expect(both(plugin, '{orgs: [foo], labels: [other]}')).toEqual([]);
    expect(both(plugin, `{repos: [acme/out], ${is}: [${label}]}`)).toHaveLength(1);
  });

  test.each<[plugins: string, query: string, warnings: readonly string[]]>([
    [
      'size',
      '{orgs: [acme], missingLabels: [needs-rebase]}',
      [
        'config 3 tide.queries[].missingLabels: `needs-rebase` is off for `acme`, so nothing there puts `needs-rebase` on.',
      ],
    ],
    [
      'lgtm',
      '{orgs: [acme], labels: [lgtm], missingLabels: [needs-ok-to-test]}',
      [
        'config 3 tide.queries[].missingLabels: `needs-ok-to-test` need not be forbidden where `lgtm` is wanted: an lgtm starts the jobs.',
      ],
    ],
  ])('%s with %s', (plugins, query, warnings) => {
    expect(both(plugins, query)).toEqual(warnings);
  });

  test('jobs that nothing starts', () => {
    const jobs = 'presubmits:\n  acme/x: [{name: unit}]\n  foo/y: [{name: unit}]\n';
    expect(told(imported('plugins:\n  acme:\n    plugins: [trigger]\n', jobs).findings, 'warning')).toEqual([
      'config 3 presubmits: `foo/y` has jobs, and `trigger` is off, so nothing starts them.',
    ]);
  });
});
