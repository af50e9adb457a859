import { describe, expect, test } from 'vitest';
import { automations } from '../../../shared/automations/index.ts';
import { commands } from '../../../shared/commands/index.ts';
import { listOf, setting, textLike } from '../../../shared/language/index.ts';
import { GONE } from '../../../shared/settings/prow/dead.ts';
import { EXTERNAL_PLUGINS, PLUGINS } from '../../../shared/settings/prow/lint.ts';
import { reasonOfPlugin } from '../../../shared/settings/prow/reasons.ts';
import { sweeps } from '../../../shared/sweeps/index.ts';
import { imported, told } from './ours.ts';

const valueOf = (plugins: string | undefined, config?: string): Readonly<Record<string, unknown>> => {
  const { document, findings } = imported(plugins, config);
  expect(told(findings, 'error')).toEqual([]);
  return document?.value ?? {};
};

const of = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(Object(value)).flatMap(([name, each]) => {
          const { rules: here } = Object(each);
          return here === undefined ? [] : [[name, { rules: here }]];
        }),
      );

describe('which rules run', () => {
  const ALL_OF_ACME = ['help', 'notes', 'by-hand', 'lgtm', 'hold'];

  test.each<[name: string, plugins: string, config: string | undefined, places: Readonly<Record<string, unknown>>]>([
    [
      'an organization, a repository that has more, and one that has the same',
      'plugins:\n  acme: {plugins: [lgtm, hold]}\n  acme/x: {plugins: [size, cat]}\n  acme/y: {plugins: [cat]}\n',
      undefined,
      {
        organizations: { acme: { rules: { only: ALL_OF_ACME } } },
        repositories: { 'acme/x': { rules: { only: [...ALL_OF_ACME, 'size'] } } },
      },
    ],
    [
      'a repository that is left out, and what it has of its own',
      'plugins:\n  acme: {plugins: [lgtm, hold], excluded_repos: [x, y]}\n  acme/x: {plugins: [lgtm]}\n',
      undefined,
      {
        organizations: { acme: { rules: { only: ALL_OF_ACME } } },
        repositories: {
          'acme/x': { rules: { only: ['help', 'notes', 'lgtm'] } },
          'acme/y': { rules: { only: ['help', 'commands'] } },
        },
      },
    ],
    [
      'the old form',
      'plugins:\n  acme: [lgtm, hold]\n',
      undefined,
      { organizations: { acme: { rules: { only: ALL_OF_ACME } } } },
    ],
    [
      'an external plugin, by its name',
      'external_plugins:\n  acme/x:\n  - {name: cherrypicker, endpoint: "http://cherrypicker"}\n  - {name: other}\n',
      undefined,
      { repositories: { 'acme/x': { rules: { only: ['help', 'notes', 'cherrypick'] } } } },
    ],
    [
      'merging where a query asks for it, whatever else is on',
      'plugins:\n  acme: {plugins: [lgtm, hold]}\n',
      'tide:\n  queries:\n  - {orgs: [acme], excludedRepos: [acme/x], labels: [lgtm]}\n  - {repos: [foo/bar], labels: [lgtm]}\n',
      {
        organizations: { acme: { rules: { only: [...ALL_OF_ACME, 'merge'] } } },
        repositories: {
          'acme/x': { rules: { only: ALL_OF_ACME } },
          'foo/bar': { rules: { only: ['help', 'notes', 'merge'] } },
        },
      },
    ],
  ])('%s', (_, plugins, config, places) => {
    const { rules, organizations, repositories } = valueOf(plugins, config);
    expect(rules).toEqual({ only: ['help', 'commands'] });
    expect({ organizations: of(organizations), repositories: of(repositories) }).toEqual({
      organizations: undefined,
      repositories: undefined,
      ...places,
    });
  });

  test.each([
    ['plugins:\n  acme: {plugins: [blunderbuss]}\n', { enabled: true }],
    ['plugins:\n  acme/x: {plugins: [rifle]}\n', { enabled: true }],
    ['plugins:\n  acme: {plugins: [lgtm]}\n', undefined],
  ])('the switch of reviewers is on where a plugin asks for them: %j', (plugins, blunderbuss) => {
    expect(valueOf(plugins)['blunderbuss']).toEqual(blunderbuss);
  });

  test('without plugins.yaml nothing is switched off', () => {
    expect(valueOf(undefined, 'tide: {queries: [{orgs: [acme], labels: [lgtm]}]}\n')).not.toHaveProperty('rules');
  });
});

describe('keys that rules declare', () => {
  const ON = 'plugins:\n  acme:\n    plugins: [lgtm, approve, size, verify-owners, label, milestone]\n';
  const rulesAndMerging = { rules: expect.anything(), merge: expect.anything() };
  const org = { rules: expect.anything() };

  test.each<[text: string, value: Readonly<Record<string, unknown>>]>([
    ['size: {s: 5, m: 6, l: 7, xl: 8, xxl: 9}\n', { size: { s: 5, m: 6 }, organizations: { acme: org } }],
    ['Size: {S: 5, m: 6, l: 7, xl: 8, xxl: 9}\n', { size: { s: 5, m: 6 }, organizations: { acme: org } }],
    // To Prow, 0 is what was left out.
    ['size: {s: 0, m: 6, l: 7, xl: 8, xxl: 9}\n', { size: { m: 6 }, organizations: { acme: org } }],
    [
      'lgtm:\n- repos: [acme]\n  review_acts_as_lgtm: yes\n',
      { organizations: { acme: { ...org, lgtm: { review_acts_as_lgtm: true } } } },
    ],
    ['lgtm:\n- repos: [acme]\n  review_acts_as_lgtm: ~\n', { organizations: { acme: org } }],
    // An entry for the repository takes the place of the organization's, all of it.
    [
      'lgtm:\n- repos: [acme]\n  review_acts_as_lgtm: true\n- repos: [acme/x]\n  store_tree_hash: true\n',
      {
        organizations: { acme: { ...org, lgtm: { review_acts_as_lgtm: true } } },
        repositories: { 'acme/x': { lgtm: { review_acts_as_lgtm: false } } },
      },
    ],
    // Of several entries, the first counts.
    [
      'lgtm:\n- repos: [acme]\n  store_tree_hash: true\n- repos: [acme, acme/x]\n  review_acts_as_lgtm: true\n',
      { organizations: { acme: org }, repositories: { 'acme/x': { lgtm: { review_acts_as_lgtm: true } } } },
    ],
    [
      'approve:\n- repos: [acme]\n  require_self_approval: true\n- repos: [acme/x]\n  lgtm_acts_as_approve: true\n',
      {
        organizations: { acme: { ...org, approve: { self_approval: false } } },
        repositories: { 'acme/x': { approve: { self_approval: true, lgtm_acts_as_approve: true } } },
      },
    ],
    [
      'owners: {skip_collaborators: [acme/x, foo]}\n',
      {
        organizations: { acme: org, foo: { owners: { skip_collaborators: true } } },
        repositories: { 'acme/x': { owners: { skip_collaborators: true } } },
      },
    ],
    [
      "repo_milestone:\n  '': {maintainers_team: some}\n  acme/x: {maintainers_team: others}\n",
      {
        milestones: { team: 'some' },
        organizations: { acme: org },
        repositories: { 'acme/x': { milestones: { team: 'others' } } },
      },
    ],
    [
      "label:\n  restricted_labels:\n    '*':\n    - {label: a, allowed_teams: [t], allowed_users: [u]}\n    acme:\n    - {label: 1.5}\n",
      {
        labels: { restricted: [{ label: 'a', allowed_teams: ['t'] }] },
        organizations: { acme: { ...org, labels: { restricted: [{ label: '1.5' }] } } },
      },
    ],
  ])('%j', (text, value) => {
    expect(valueOf(ON + text)).toEqual({ ...rulesAndMerging, ...value });
  });

  test.each<[text: string, finding: string]>([
    [
      'size: {s: 5000, m: 5000, l: 5000, xl: 5000, xxl: 5000}\n',
      '4 size.s: It must be a whole number from 0 to 1000 here.',
    ],
    [
      'repo_milestone: {acme/x: {maintainers_team: Those Who}}\n',
      '4 repo_milestone.*.maintainers_team: `Those Who` is not a team.',
    ],
    ['label: {restricted_labels: {acme: [{allowed_teams: [a]}]}}\n', '4 label.restricted_labels.*: It lacks `label`.'],
    [
      `label: {restricted_labels: {acme: [${Array.from({ length: 6 }, (_, index) => `{label: l${index}}`).join(', ')}]}}\n`,
      '4 label.restricted_labels.*: It has more than the 5 entries that are allowed here.',
    ],
  ])('%j has no place here', (text, finding) => {
    const { document, findings } = imported(ON + text);
    expect(told(findings, 'unsupported')).toContain(finding);
    expect(Object.keys(document?.value ?? {})).toEqual([
      'rules',
      'merge',
      ...(text.startsWith('size') ? [] : []),
      'organizations',
    ]);
  });

  test('of config.yaml as well', () => {
    expect(valueOf(undefined, 'tide: {github_merge_blocks_policy: permit}\n')).toEqual({
      merge: { enabled: false, queries: [], policy: 'permit' },
    });
  });

  test('each value knows its place', () => {
    const { document } = imported(
      `${ON}size: {s: 5, m: 6, l: 7, xl: 8, xxl: 9}\nlgtm:\n- repos: [acme]\n  review_acts_as_lgtm: true\n`,
      'tide:\n  queries:\n  - {orgs: [acme], labels: [lgtm]}\n  - {orgs: [acme], labels: [approved]}\n',
    );
    const at = (...keys: readonly (string | number)[]): string => {
      const { file, line, column } = document?.placeOf(keys) ?? { file: '', line: 0, column: 0 };
      return `${file}:${line}:${column}`;
    };
    expect([
      at('size', 's'),
      at('size', 'm'),
      at('size', 'xxl'),
      at('organizations', 'acme', 'lgtm', 'review_acts_as_lgtm'),
      at('organizations', 'acme', 'rules', 'only'),
      at('organizations', 'acme', 'merge', 'queries', 1, 'labels'),
      at('nowhere'),
    ]).toEqual([
      'plugins.yaml:4:11',
      'plugins.yaml:4:17',
      'plugins.yaml:4:11',
      'plugins.yaml:7:24',
      'plugins.yaml:2:3',
      'config.yaml:4:5',
      'plugins.yaml:1:1',
    ]);
  });

  test('comes from the entry that does not say it, where that hides what another says', () => {
    const { document } = imported(
      `${ON}lgtm:\n- repos: [acme]\n  review_acts_as_lgtm: true\n- repos: [acme/x]\n  store_tree_hash: true\n`,
    );
    const { line, column } = document?.placeOf(['repositories', 'acme/x', 'lgtm', 'review_acts_as_lgtm']) ?? {};
    expect([line, column]).toEqual([7, 3]);
  });
});

describe('what has no equivalent is told once, with the reason', () => {
  test('and a reason is kept for those plugins alone that no rule stands for', () => {
    const standsFor = new Set([...commands, ...automations, ...sweeps].flatMap(({ plugin = [] }) => plugin));
    const named = [...PLUGINS, ...EXTERNAL_PLUGINS].filter((each) => !GONE.has(each));
    const reasons = named.map((each) => [each, reasonOfPlugin(each) !== reasonOfPlugin('')] as const);
    expect(reasons.filter(([each, has]) => has === standsFor.has(each)).map(([each]) => each)).toEqual([]);
  });

  test.each<[plugins: string, told: readonly string[]]>([
    [
      'plugins:\n  acme:\n    plugins: [trick-or-treat, lgtm]\n  foo:\n    plugins: [trick-or-treat]\n  foo/x:\n    plugins: [heart]\n',
      [
        '3 plugins: trick-or-treat: No command shows sweets here. It is on for 2 organizations.',
        '7 plugins: heart: Nothing here reacts to comments with hearts. It is on for 1 repository.',
      ],
    ],
    ['plugins:\n  acme:\n    plugins: [lifecycle]\n', []],
    ['plugins:\n  acme:\n    plugins: [lgtn]\n', []],
    [
      'external_plugins:\n  acme:\n  - name: needs-rebase\n  - {name: ours, endpoint: "http://ours"}\n',
      [
        '3 external_plugins: needs-rebase: No rule here goes by this name. Its in-cluster endpoint is not called. It is on for 1 organization.',
        '4 external_plugins: ours: Bowsprit passes no deliveries on; register it at the forge with a webhook of its own. It is on for 1 organization.',
        '4 external_plugins.*[].endpoint: In-cluster endpoints are not called; the plugin is known by its name.',
      ],
    ],
    [
      'plugins:\n  acme:\n    plugins: [lgtm]\nlgtm:\n- repos: [acme]\n  store_tree_hash: true\n  review_acts_as_lgtm: true\n- repos: [foo]\n  store_tree_hash: true\n',
      ['6 lgtm[].store_tree_hash: What does the same as `lgtm` here has no such setting.'],
    ],
    [
      'plugins:\n  acme:\n    plugins: [size]\nsize: {s: 1, m: 2, l: 3, xl: 4, xxl: 5}\n',
      [
        '4 size.l: What does the same as `size` here has no such setting.',
        '4 size.xl: What does the same as `size` here has no such setting.',
        '4 size.xxl: What does the same as `size` here has no such setting.',
      ],
    ],
    [
      'config_updater: {maps: {a: {name: b, gzip: true}}, gzip: true}\n',
      ['1 config_updater: Bowsprit has no ConfigMaps to update; it reads its settings where they are merged.'],
    ],
  ])('%j', (plugins, expected) => {
    expect(told(imported(plugins).findings, 'unsupported', 'ignored')).toEqual(expected);
  });

  test('of config.yaml too, and nothing that is read is told', () => {
    const config = `plank: {a: b}
postsubmits: {}
mystery: {}
tide:
  sync_period: 1m
  merge_method: {acme: squash}
  context_options: {optional-contexts: [a], from-branch-protection: true, orgs: {acme: {optional-contexts: [b]}}}
  queries: [{orgs: [acme], labels: [lgtm]}]
  priority: [{labels: [a]}]
presubmits: {acme/x: [{name: a, always_run: true, spec: {x: y}, decorate: true, branches: [^main$]}]}
branch-protection: {protect: true, allow_force_pushes: true, required_status_checks: {contexts: [a], strict: true}}
`;
    expect(
      told(imported('plugins: {acme: {plugins: [lgtm, trigger]}}\n', config).findings, 'unsupported', 'ignored'),
    ).toEqual([
      '1 plugins: trigger: No rule here goes by this name. It is on for 1 organization.',
      'config 1 plank: It runs jobs in a cluster; here `pipelines.engine` says what runs them.',
      'config 2 postsubmits: Jobs of pull requests are all there are here; what runs after the merge is started by the push.',
      'config 3 mystery: It is of no concern to pull requests.',
      'config 5 tide.sync_period: Merging is woken by events; there is no loop to tune.',
      'config 7 tide.context_options.from-branch-protection: Contexts of branch-protection are required in any case.',
      'config 9 tide.priority: Pull requests are merged as they become ready, whatever their labels.',
      'config 10 presubmits: When a job runs is taken over where `trigger` is on; what it runs is said by `pipelines.engine`, and the target of the job there.',
      'config 11 branch-protection: Bowsprit does not change what the forge protects; the contexts are required for merging.',
    ]);
  });
});

test('folders whose OWNERS do not count add up in Prow, and are whole lists here', () => {
  const config = `owners_dir_denylist:
  default: [^third_party/]
  repos:
    acme: [^gen/, ^third_party/]
    acme/x: [^mock/]
  ignore_preconfigured_defaults: true
`;
  const { document, findings } = imported('plugins: {acme: {plugins: [approve]}}', config);
  expect(document?.value).toMatchObject({
    owners: { denied: ['^third_party/'] },
    organizations: { acme: { owners: { denied: ['^third_party/', '^gen/'] } } },
    repositories: { 'acme/x': { owners: { denied: ['^third_party/', '^gen/', '^mock/'] } } },
  });
  expect(document?.value).toMatchObject({ owners: { built_in_denied: false } });
  expect(findings.map(({ key }) => key).filter((key) => key.startsWith('owners_dir_denylist'))).toEqual([]);
});

test('owners’ files that are called otherwise: both names come from the entry', () => {
  const { document, findings } = imported(`plugins: {acme: {plugins: [approve]}}
owners:
  filenames:
    acme: {owners: OWNERS_HERE, owners_aliases: ALIASES_OF_OWNERS}
    acme/x: {owners: MY_OWNERS}
    acme/y: {owners: MAINTAINERS}
`);
  expect(document?.value).toMatchObject({
    organizations: { acme: { owners: { file: 'OWNERS_HERE', aliases_file: 'ALIASES_OF_OWNERS' } } },
    repositories: { 'acme/x': { owners: { file: 'MY_OWNERS', aliases_file: 'OWNERS_ALIASES' } } },
  });
  // The door could not tell that a push changes it.
  expect(findings.map(({ kind, key }) => `${kind} ${key}`)).toContain('unsupported owners.filenames.*.owners');
});

test('lists that Prow adds up are written together', () => {
  const preserved = setting(listOf(textLike(/./, 'a name')), [], '', {
    prow: { at: 'branch_cleaner.preserved_branches.*', addsUp: true },
  });
  const { document } = imported(
    'plugins: {acme: {plugins: [branchcleaner]}}\nbranch_cleaner: {preserved_branches: {acme: [a], acme/x: [b], other/y: [c]}}\n',
    undefined,
    {
      rules: [{ name: 'branchcleaner', plugin: 'branchcleaner' }],
      keys: [{ name: 'branch_cleaner.preserved_branches', setting: preserved }],
    },
  );
  expect(document?.value).toMatchObject({
    organizations: { acme: { rules: { only: ['branchcleaner'] }, branch_cleaner: { preserved_branches: ['a'] } } },
    repositories: {
      'acme/x': { branch_cleaner: { preserved_branches: ['a', 'b'] } },
      'other/y': { branch_cleaner: { preserved_branches: ['c'] } },
    },
  });
});

describe('what keeps a change from being merged', () => {
  const sentence = setting(textLike(/./, 'a sentence'), '', '');
  const here = {
    rules: [{ name: 'blockade', plugin: 'blockade' }],
    keys: ['blockade.paths', 'commit_messages.closing_keywords', 'commit_messages.fixups'].map((name) => ({
      name,
      setting: sentence,
    })),
  };

  test('protected files: all entries that fit count, of the organization and of the repository', () => {
    const { document, findings } = imported(
      `plugins: {acme: {plugins: [blockade]}}
blockades:
- {repos: [acme], blockregexps: ['^vendor/'], exceptionregexps: ['^vendor/x'], branchregexp: '^main$', explanation: "It is\n vendored."}
- {repos: [acme/x, acme], blockregexps: ['^third/']}
- {repos: [acme/x], blockregexps: [secret], explanation: ''}
`,
      undefined,
      here,
    );
    const vendored = {
      patterns: ['^vendor/'],
      except: ['^vendor/x'],
      branch: '^main$',
      explanation: 'It is vendored.',
    };
    expect(document?.value).toMatchObject({
      organizations: { acme: { blockade: { paths: [vendored, { patterns: ['^third/'] }] } } },
      repositories: {
        'acme/x': { blockade: { paths: [vendored, { patterns: ['^third/'] }, { patterns: ['secret'] }] } },
      },
    });
    expect(told(findings, 'unsupported', 'ignored')).toEqual([]);
  });

  test('words in commits: what an entry does not name is on', () => {
    const { document, findings } = imported(
      `plugins: {acme: {plugins: [invalidcommitmsg]}}
invalid_commit_msg:
- {repos: [acme], checks: [{name: issueClosingKeywords, disabled: true}]}
- {repos: [acme/x], checks: [{name: fixupPrefix, disabled: true}]}
`,
      undefined,
      { ...here, rules: [{ name: 'commit-messages', plugin: 'invalidcommitmsg' }] },
    );
    expect(document?.value).toMatchObject({
      organizations: { acme: { commit_messages: { closing_keywords: false } } },
      repositories: { 'acme/x': { commit_messages: { closing_keywords: true, fixups: false } } },
    });
    expect(told(findings, 'unsupported', 'ignored')).toEqual([]);
  });
});
