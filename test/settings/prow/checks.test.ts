import { describe, expect, test } from 'vitest';
import { imported, told } from './ours.ts';

const ON = 'plugins:\n  acme:\n    plugins: [lgtm]\n';

describe('what makes Prow refuse plugins.yaml', () => {
  test.each<[text: string, errors: readonly string[]]>([
    [
      'plugins:\n  acme:\n    plugins: [lgtm]\n  acme/widgets:\n    plugins: [lgtm]\n',
      ['5 plugins: `lgtm` is on for `acme/widgets` and for all of `acme`; name it once.'],
    ],
    [
      'plugins:\n  acme:\n    plugins: [lgtm]\n    excluded_repos: [widgets]\n  acme/widgets:\n    plugins: [lgtm]\n',
      [],
    ],
    [
      'external_plugins:\n  acme: [{name: x}]\n  acme/widgets:\n  - name: x\n',
      ['4 external_plugins: `x` is on for `acme/widgets` and for all of `acme`; name it once.'],
    ],
    ['external_plugins:\n  acme:\n  - endpoint: http://x\n', ['3 external_plugins: A plugin of `acme` has no `name`.']],
    [
      'plugins:\n  acme: [lgtm]\n  acme/a:\n    plugins: [size]\n',
      ['3 plugins: `acme` is a plain list and `acme/a` is not; a file has one form of `plugins`.'],
    ],
    ['plugins:\n  acme:\n    plugins: lgtm\n', ['3 plugins.*.plugins: `plugins.*.plugins` must be a list.']],
    [
      'plugins:\n  acme:\n    excluded_repos: [acme/x]\n',
      ['3 plugins.*.excluded_repos: `acme/x` must be the bare name of a repository.'],
    ],
    [
      'plugins:\n  acme/x:\n    excluded_repos: [x]\n',
      ['3 plugins.*.excluded_repos: `acme/x` is a repository; only an organization leaves out some.'],
    ],
    [
      'plugins:\n  a/b/c:\n    plugins: [lgtm]\n',
      ['2 `a/b/c` is neither an organization nor organization/repository.'],
    ],
    [
      'plugins:\n  acme:\n    plugins: [lgtm]\n  ACME:\n    plugins: [hold]\n',
      ['4 `ACME` and `acme` are the same to the forge; spell both alike.'],
    ],
    [
      'plugins:\n  acme:\n    plugins: [blunderbuss, rifle]\n',
      ['2 plugins: Both `blunderbuss` and `rifle` are on for `acme`; choose one.'],
    ],
    [
      'plugins:\n  acme:\n    plugins: [blunderbuss]\n  acme/widgets:\n    plugins: [rifle]\n',
      ['4 plugins: Both `blunderbuss` and `rifle` are on for `acme/widgets`; choose one.'],
    ],
    [
      'plugins:\n  acme:\n    plugins: [blunderbuss]\n    excluded_repos: [widgets]\n  acme/widgets:\n    plugins: [rifle]\n',
      [],
    ],
    [
      'blunderbuss:\n  request_count: 0\n',
      ['2 blunderbuss.request_count: `blunderbuss.request_count` must be at least 1.'],
    ],
    ['rifle: {request_count: -1}\n', ['1 rifle.request_count: `rifle.request_count` must be at least 1.']],
    ['rifle: {request_count: 1}\n', []],
    [
      'config_updater:\n  maps:\n    a.yaml: {name: x, partitioned_names: [y]}\n',
      ['3 config_updater.maps: `a.yaml` has both `name` and `partitioned_names`; choose one.'],
    ],
    [
      `config_updater:\n  maps:\n    a.yaml: {partitioned_names: [${Array.from({ length: 257 }, (_, index) => `p${index}`).join(', ')}]}\n`,
      ['3 config_updater.maps: `a.yaml` has more than 256 partitions.'],
    ],
    [
      'config_updater:\n  maps:\n    a/x.yaml: {name: c}\n    b/x.yaml: {name: c}\n',
      ['4 config_updater.maps: `b/x.yaml` and `a/x.yaml` both feed the key `x.yaml` of `c`.'],
    ],
    [
      'config_updater:\n  maps:\n    a/x.yaml: {name: c}\n    b/x.yaml: {name: c, key: y}\n    c/x.yaml: {name: c, namespace: n}\n',
      [],
    ],
    [
      'config_updater:\n  maps:\n    a.yaml: {name: c, clusters: {k: [n]}, cluster_groups: [g]}\n',
      [
        '3 config_updater.maps: `a.yaml` has both `clusters` and `cluster_groups`; choose one.',
        '3 config_updater.maps: There is no cluster group `g` in `config_updater.cluster_groups`.',
      ],
    ],
    [
      'config_updater:\n  cluster_groups: {g: {clusters: [k], namespaces: [n]}}\n  maps:\n    a.yaml: {name: c, cluster_groups: [g]}\n',
      [],
    ],
    [
      'size: {s: 20}\n',
      ['1 size.s: `size.s` must be at most `size.m`, which is left out and so 0 to Prow; set all five.'],
    ],
    ['size: {s: 5, m: 4, l: 6, xl: 7, xxl: 8}\n', ['1 size.s: `size.s` must be at most `size.m`.']],
    ['size: {s: 1, m: 1, l: 6, xl: 7, xxl: 8}\n', []],
    ['size: {}\n', []],
    [
      'require_matching_label:\n- repo: acme/x\n',
      [
        '2 require_matching_label: The entry lacks `org`, `regexp` and `missing_label`.',
        '2 require_matching_label: The entry is for nothing: set `prs` or `issues` to true.',
        '2 require_matching_label: `repo` must be the bare name of a repository.',
      ],
    ],
    [
      'require_matching_label:\n- {org: acme, issues: true, branch: main, regexp: ^kind/, missing_label: needs-kind}\n',
      ['2 require_matching_label: `branch` goes with `prs: true` alone; issues have none.'],
    ],
    [
      'require_matching_label:\n- {org: acme, prs: true, regexp: kind, missing_label: needs-kind}\n',
      ['2 require_matching_label: `kind` matches `needs-kind` itself, so it would never be missing.'],
    ],
    [
      'require_matching_label:\n- {org: acme, prs: true, regexp: ^kind/, missing_label: x, grace_period: 5 seconds}\n',
      [
        '2 require_matching_label[].grace_period: `require_matching_label[].grace_period` must be a time such as `5s` or `1m30s`.',
      ],
    ],
    [
      'require_matching_label:\n- {org: acme, prs: true, regexp: ^kind/, missing_label: x, grace_period: 1m30.5s}\n',
      [],
    ],
    ['project_manager: {orgsRepos: {acme: {}}}\n', ['1 project_manager: `acme` has no `projects`.']],
    ['project_manager: {orgsRepos: {acme: {projects: {p: {}}}}}\n', ['1 project_manager: `p` has no `columns`.']],
    [
      'project_manager:\n  orgsRepos:\n    acme:\n      projects:\n        p:\n          columns:\n          - {}\n',
      [
        '7 project_manager: A column of `p` has neither `id` nor `name`.',
        '7 project_manager: A column of `p` has no `labels`.',
        '7 project_manager: A column of `p` has no `org`.',
      ],
    ],
    [
      'project_manager:\n  orgsRepos:\n    acme:\n      projects:\n        p:\n          columns:\n          - {id: 1, labels: [a, b], org: x}\n          - {name: n, labels: [b, a], org: y}\n',
      ['8 project_manager: Two columns of `p` have the same labels.'],
    ],
    [
      'approve:\n- repos: [acme]\n- repos: [foo, acme]\n',
      ['3 approve[].repos: `acme` stands in two entries of `approve`.'],
    ],
    ['welcome:\n- repos: [acme, acme]\n', ['2 welcome[].repos: `acme` stands in two entries of `welcome`.']],
    [
      'invalid_commit_msg:\n- repos: [acme]\n- repos: [acme]\n',
      ['3 invalid_commit_msg[].repos: `acme` stands in two entries of `invalid_commit_msg`.'],
    ],
    ['lgtm:\n- repos: [acme]\n- repos: [acme]\ntriggers:\n- repos: [acme, acme]\n', []],
    [
      "invalid_commit_msg:\n- repos: [' ']\n  checks:\n  - name: ''\n  - name: fixup\n  - name: fixupPrefix\n",
      [
        '2 invalid_commit_msg[].repos: A repository is named by nothing but blanks.',
        '4 invalid_commit_msg[].checks: A check has no `name`.',
        '5 invalid_commit_msg[].checks: There is no check `fixup`, only `fixupPrefix` and `issueClosingKeywords`.',
      ],
    ],
    [
      'heart: {adorees: [x], commentregexp: "(?=a)"}\n',
      [
        '1 heart.commentregexp: `(?=a)` is not a regular expression by the rules of RE2 (no look-around, no back-references).',
      ],
    ],
    ['sigmention: {regexp: "(?m)@org/sig-([\\\\w-]*)-(misc|bugs)"}\n', []],
    [
      'retitle: {allow_closed_issues: "true"}\n',
      ['1 retitle.allow_closed_issues: `retitle.allow_closed_issues` must be true or false.'],
    ],
    ['lgtm: [{repos: [{a: b}]}]\n', ['1 lgtm[].repos[]: `lgtm[].repos[]` must be text.']],
    ['- a\n', ['1 `The file` must be a group of settings.']],
    ['a: &a [*a]\n', ['1 No anchor (&) of this name stands before this alias (*).']],
  ])('%j', (text, errors) => {
    const { document, findings } = imported(text);
    expect(told(findings, 'error')).toEqual(errors);
    expect(document === undefined).toBe(errors.length > 0);
  });
});

const query = (text: string): string => `tide:\n  queries:\n  - ${text}\n`;
const job = (text: string): string => `presubmits:\n  acme/widgets:\n  - ${text}\n`;

describe('what makes Prow refuse config.yaml', () => {
  test.each<[text: string, errors: readonly string[]]>([
    [
      query('{orgs: [acme], repos: [acme/x]}'),
      ['config 3 tide.queries[].repos: `acme/x` and its organization are both in this query; name it once.'],
    ],
    [
      query('{repos: [acme/x], excludedRepos: [acme/y]}'),
      ['config 3 tide.queries[].excludedRepos: `acme/y` is left out of an organization that is not in this query.'],
    ],
    [
      query('{orgs: [acme], labels: [LGTM], missingLabels: [lgtm]}'),
      ['config 3 tide.queries[].missingLabels: `LGTM` is both wanted and forbidden, so nothing would merge.'],
    ],
    [query('{orgs: [acme, acme]}'), ['config 3 tide.queries[].orgs: `acme` stands in `orgs` twice.']],
    [
      query('{orgs: [acme], includedBranches: [a], excludedBranches: [b]}'),
      ['config 3 tide.queries: The query has `includedBranches` and `excludedBranches`; choose one.'],
    ],
    [
      query('{labels: [lgtm]}'),
      ['config 3 tide.queries: The query is for nothing: it has neither `orgs` nor `repos`.'],
    ],
    [query('{orgs: [acme/x]}'), ['config 3 tide.queries[].orgs: `acme/x` is a repository; it belongs into `repos`.']],
    [query('{repos: [acme]}'), ['config 3 tide.queries[].repos: `acme` must be organization/repository.']],
    [
      'tide:\n  context_options:\n    required-contexts: [a]\n    optional-contexts: [a]\n',
      ['config 4 tide.context_options: `a` is in `required-contexts` and in `optional-contexts`; choose one.'],
    ],
    [
      'tide:\n  merge_method:\n    acme: fast-forward\n',
      ['config 3 tide.merge_method.*: `tide.merge_method.*` must be one of `merge`, `squash`, `rebase`.'],
    ],
    [job('{always_run: true}'), ['config 3 presubmits: A job has no `name`.']],
    [
      job('{name: a, always_run: true, run_if_changed: x}'),
      ['config 3 presubmits: `a` has `always_run` and `run_if_changed`; a job has one of them at most.'],
    ],
    [job('{name: a, always_run: false, run_if_changed: x}'), []],
    [
      job('{name: a, trigger: x}'),
      ['config 3 presubmits: `a` has one of `trigger` and `rerun_command`; it needs both or neither.'],
    ],
    [
      job('{name: a, trigger: ^/x$, rerun_command: /y}'),
      ['config 3 presubmits: `rerun_command` of `a` is not matched by its `trigger`.'],
    ],
    [job('{name: a, trigger: "^/x( please)?$", rerun_command: /x}'), []],
  ])('%j', (text, errors) => {
    expect(told(imported(ON, text).findings, 'error')).toEqual(errors);
  });
});

describe('the dialect of fields', () => {
  test.each<[text: string, warnings: readonly string[]]>([
    ['milestone_applier: {acme/a: {dev: 1.37}}\n', []],
    [
      'milestone_applier: {acme/a: {dev: 1.30}}\n',
      ['1 milestone_applier.*.*: `1.30` without quotes is read as `1.3`; put it in quotes.'],
    ],
    [
      'milestone_applier: {acme/a: {1.10: x}}\n',
      ['1 milestone_applier.*: `1.10` without quotes is read as `1.1`; put it in quotes.'],
    ],
    [
      'milestone_applier: {acme/a: {dev: on}}\n',
      ['1 milestone_applier.*.*: `on` without quotes is read as `true`; put it in quotes.'],
    ],
    ['milestone_applier: {acme/a: {dev: "1.30"}}\n', []],
    ['milestone_applier: {acme/a: {dev: y}}\n', []],
    ['Retitle: {ALLOW_closed_issues: yes}\n', []],
    [
      'retitle: {allow_closed_issue: yes}\n',
      ['1 retitle.allow_closed_issue: Prow knows no such key, so it does nothing. Did you mean `allow_closed_issues`?'],
    ],
    [
      'retitle: {}\nretitle: {}\n',
      ['2 retitle: `retitle` is written twice; the last one counts here, and in Prow either may.'],
    ],
    ['zebra: 1\n', ['1 zebra: Prow knows no such key, so it does nothing.']],
    ['retitle: {}\n---\nx: 1\n', ['2 Only the first YAML document is read, in Prow as well.']],
  ])('%j', (text, warnings) => {
    const { findings } = imported(text);
    expect(told(findings, 'error')).toEqual([]);
    expect(told(findings, 'warning').filter((each) => !each.includes('No plugin is on'))).toEqual(warnings);
  });
});
