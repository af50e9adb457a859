import { describe, expect, test } from 'vitest';
import { imported, told } from './ours.ts';

/** The plugin on for all of acme and for other/one, and the section. */
const on = (plugin: string, section: string): string => `plugins:
  acme:
    plugins: [${plugin}]
    excluded_repos: [left-out]
  other/one:
    plugins: [${plugin}]
${section}`;

describe('a section whose plugin is off', () => {
  test.each<[plugin: string, section: string, dead: readonly string[]]>([
    ['blockade', 'blockades:\n- repos: [acme/x]\n', []],
    [
      'hold',
      'blockades:\n- repos: [acme/s1, acme/s2, acme/s3, acme/s4, acme/s5, acme/s6, acme/s7]\n',
      [
        '8 blockades: `blockade` is not on for any of these: `acme/s1`, `acme/s2`, `acme/s3`, `acme/s4`, `acme/s5` and 2 more, so this does nothing there.',
      ],
    ],
    [
      'blockade',
      'blockades:\n- repos: [acme/x, acme/left-out]\n',
      ['8 blockades: `blockade` is not on for `acme/left-out`, so this does nothing there.'],
    ],
    [
      'lgtm',
      'lgtm:\n- repos: [other]\n- repos: [other/one]\n- repos: [other/two]\n',
      ['10 lgtm: `lgtm` is not on for `other/two`, so this does nothing there.'],
    ],
    ['hold', 'approve:\n- repos: [acme]\n', ['8 approve: `approve` is not on for `acme`, so this does nothing there.']],
    [
      'retitle',
      'triggers:\n- repos: [acme]\n- repos: [third]\n',
      ['9 triggers: `trigger`, `retitle`, `welcome` or `dco` is not on for `third`, so this does nothing there.'],
    ],
    ['hold', 'welcome:\n- repos: [acme]\n', ['8 welcome: `welcome` is not on for `acme`, so this does nothing there.']],
    [
      'hold',
      'invalid_commit_msg:\n- repos: [acme]\n',
      ['8 invalid_commit_msg: `invalidcommitmsg` is not on for `acme`, so this does nothing there.'],
    ],
    [
      'hold',
      'require_matching_label:\n- {org: acme, repo: x, issues: true, regexp: ^a/, missing_label: b}\n',
      ['8 require_matching_label: `require-matching-label` is not on for `acme/x`, so this does nothing there.'],
    ],
    [
      'require-matching-label',
      'require_matching_label:\n- {org: acme, issues: true, regexp: ^a/, missing_label: b}\n- {org: other, repo: one, issues: true, regexp: ^a/, missing_label: b}\n',
      [],
    ],
    [
      'milestone',
      "repo_milestone:\n  '': {maintainers_team: a}\n  third/x: {maintainers_team: a}\n",
      ['9 repo_milestone: `milestone` or `milestonestatus` is not on for `third/x`, so this does nothing there.'],
    ],
    [
      'slackevents',
      'slack:\n  mergewarnings:\n  - repos: [acme/x]\n  - repos: [moved/x]\n',
      ['10 slack.mergewarnings: `slackevents` is not on for `moved/x`, so this does nothing there.'],
    ],
    [
      'hold',
      'branch_cleaner: {preserved_branches: {acme: [x]}}\n',
      ['7 branch_cleaner.preserved_branches: `branchcleaner` is not on for `acme`, so this does nothing there.'],
    ],
    [
      'milestoneapplier',
      'milestone_applier: {acme/x: {a: b}, third/x: {a: b}}\n',
      ['7 milestone_applier: `milestoneapplier` is not on for `third/x`, so this does nothing there.'],
    ],
    [
      'hold',
      'cherry_pick_approved: [{org: acme, repo: x, approvers: [a]}]\n',
      ['7 cherry_pick_approved: `cherry-pick-approved` is not on for `acme/x`, so this does nothing there.'],
    ],
    [
      'label',
      "label: {additional_labels: [a], restricted_labels: {'*': [{label: b}], third: [{label: c}]}}\n",
      ['7 label.restricted_labels: `label` is not on for `third`, so this does nothing there.'],
    ],
    [
      'hold',
      'owners: {mdyamlrepos: [acme/x], skip_collaborators: [acme]}\n',
      [
        '7 owners.mdyamlrepos: `approve`, `lgtm`, `blunderbuss`, `rifle`, `owners-label`, `verify-owners`, `issue-management` or `override` is not on for `acme/x`, so this does nothing there.',
        '7 owners.skip_collaborators: `approve`, `lgtm`, `blunderbuss`, `rifle`, `owners-label`, `verify-owners`, `issue-management` or `override` is not on for `acme`, so this does nothing there.',
      ],
    ],
    ['hold', 'dco: {"*": {trusted_org: a}}\n', ['7 dco: `dco` is on nowhere, so this does nothing.']],
    ...[
      'size',
      'blunderbuss',
      'cat',
      'goose',
      'golint',
      'heart',
      'jira',
      'retitle',
      'sigmention',
      'release_note',
      'cherry_pick_unapproved',
      'config_updater',
    ].map((section): [string, string, readonly string[]] => {
      const plugin =
        (
          {
            release_note: 'release-note',
            cherry_pick_unapproved: 'cherry-pick-unapproved',
            config_updater: 'config-updater',
          } as const satisfies Record<string, string>
        )[section] ?? section;
      return ['hold', `${section}: {}\n`, [`7 ${section}: \`${plugin}\` is on nowhere, so this does nothing.`]];
    }),
    ['size', 'size: {}\n', []],
  ])('%s: %j', (plugin, section, dead) => {
    const { findings } = imported(on(plugin, section));
    expect(
      told(
        findings.filter(({ key }) => !key.startsWith('plugins:')),
        'dead',
      ),
    ).toEqual(dead);
  });
});

const says = (plugin: string, key: string, scope = 'acme', line = 3): string =>
  `${line} plugins: ${plugin}: \`${plugin}\` is on for \`${scope}\`, and \`${key}\` says nothing about it, so it does nothing.`;

describe('a plugin without what it needs', () => {
  test.each<[plugin: string, section: string, dead: readonly string[]]>([
    [
      'require-matching-label',
      '',
      [
        says('require-matching-label', 'require_matching_label'),
        says('require-matching-label', 'require_matching_label', 'other/one', 6),
      ],
    ],
    [
      'require-matching-label',
      'require_matching_label:\n- {org: acme, repo: x, issues: true, regexp: ^a/, missing_label: b}\n',
      [says('require-matching-label', 'require_matching_label', 'other/one', 6)],
    ],
    ['blockade', 'blockades: [{repos: [acme, other]}]\n', []],
    ['blockade', '', [says('blockade', 'blockades'), says('blockade', 'blockades', 'other/one', 6)]],
    ['milestone', '', [says('milestone', 'repo_milestone'), says('milestone', 'repo_milestone', 'other/one', 6)]],
    ['milestonestatus', "repo_milestone: {'': {maintainers_team: a}}\n", []],
    ['milestoneapplier', 'milestone_applier: {acme/x: {a: b}, other/one: {a: b}}\n', []],
    ['slackevents', 'slack: {mentionchannels: [a]}\n', []],
    ['slackevents', '', [says('slackevents', 'slack'), says('slackevents', 'slack', 'other/one', 6)]],
    ['heart', 'heart: {adorees: [a]}\n', [says('heart', 'heart'), says('heart', 'heart', 'other/one', 6)]],
    ['heart', 'heart: {adorees: [a], commentregexp: .*}\n', []],
    [
      'cherry-pick-approved',
      '',
      [
        says('cherry-pick-approved', 'cherry_pick_approved'),
        says('cherry-pick-approved', 'cherry_pick_approved', 'other/one', 6),
      ],
    ],
    [
      'golint',
      '',
      [
        '3 plugins: golint: golint is archived upstream; a linter belongs into a check of the forge.',
        '6 plugins: golint: golint is archived upstream; a linter belongs into a check of the forge.',
      ],
    ],
    [
      'project',
      '',
      [
        '3 plugins: project: Projects (classic) are no more, and with them what this plugin speaks to.',
        '6 plugins: project: Projects (classic) are no more, and with them what this plugin speaks to.',
      ],
    ],
    [
      'testfreeze',
      '',
      [
        '3 plugins: testfreeze: `testfreeze` does something in `kubernetes/kubernetes` alone.',
        '6 plugins: testfreeze: `testfreeze` does something in `kubernetes/kubernetes` alone.',
      ],
    ],
    ['lgtm', '', []],
  ])('%s: %j', (plugin, section, dead) => {
    expect(told(imported(on(plugin, section)).findings, 'dead')).toEqual(dead);
  });
});
