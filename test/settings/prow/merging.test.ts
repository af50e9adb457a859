import { describe, expect, test } from 'vitest';
import { imported, told } from './ours.ts';

const PLUGINS = 'plugins:\n  acme:\n    plugins: [lgtm, approve, hold, verify-owners]\n';

type Places = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What the document says about merging: in general, and by place. */
function mergingIn(
  config: string | undefined,
  plugins: string | undefined = PLUGINS,
): Readonly<Record<string, unknown>> {
  const { document, findings } = imported(plugins, config);
  expect(told(findings, 'error')).toEqual([]);
  const { merge, organizations = {}, repositories = {} } = placesOf(document?.value);
  const below = Object.entries({ ...organizations, ...repositories }).flatMap(([name, each]) => {
    const { merge: here } = placesOf(each);
    return here === undefined ? [] : [[name, here] as const];
  });
  return { general: merge, ...Object.fromEntries(below) };
}

function placesOf(value: unknown): Places {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

const OFF = { enabled: false, queries: [] };
const ON = { enabled: true, optional_checks: ['tide'], all_checks: true };

describe('queries', () => {
  test.each<[name: string, config: string | undefined, merging: Readonly<Record<string, unknown>>]>([
    ['no config.yaml: Tide does not run', undefined, { general: OFF }],
    ['no query', 'tide: {}\n', { general: OFF }],
    [
      'all there is in one',
      `tide:
  queries:
  - orgs: [acme]
    labels: [lgtm, "a,b"]
    missingLabels: [do-not-merge/hold]
    includedBranches: [main, release-1.2]
    author: Ada-Example
    milestone: v1.2
    reviewApprovedRequired: true
`,
      {
        general: OFF,
        acme: {
          ...ON,
          queries: [
            {
              labels: ['lgtm', 'a,b'],
              missing_labels: ['do-not-merge/hold'],
              branches: ['main', 'release-1.2'],
              author: 'Ada-Example',
              milestone: 'v1.2',
              review_approved: true,
            },
          ],
        },
      },
    ],
    [
      'a repository that is left out',
      'tide:\n  queries:\n  - orgs: [acme]\n    excludedRepos: [acme/out]\n    labels: [lgtm]\n',
      { general: OFF, acme: { ...ON, queries: [{ labels: ['lgtm'] }] }, 'acme/out': OFF },
    ],
    [
      'a repository with a query of its own besides, and one with its own alone',
      `tide:
  queries:
  - {orgs: [acme], excludedRepos: [acme/other], labels: [lgtm]}
  - {repos: [acme/other, foo/bar], labels: [approved], excludedBranches: [dev]}
  - {repos: [acme/more], labels: [urgent]}
`,
      {
        general: OFF,
        acme: { ...ON, queries: [{ labels: ['lgtm'] }] },
        'acme/other': { queries: [{ labels: ['approved'], except_branches: ['dev'] }] },
        'foo/bar': { ...ON, queries: [{ labels: ['approved'], except_branches: ['dev'] }] },
        'acme/more': { queries: [{ labels: ['lgtm'] }, { labels: ['urgent'] }] },
      },
    ],
    [
      'a query that asks for nothing',
      'tide:\n  queries:\n  - {orgs: [acme]}\n',
      { general: OFF, acme: { ...ON, queries: [{}] } },
    ],
  ])('%s', (_, config, merging) => {
    expect(mergingIn(config)).toEqual(merging);
  });
});

describe('what cannot be said', () => {
  test.each<[query: string, finding: string]>([
    [
      '{repos: [acme/x], labels: [lgtm], mergeable: true}',
      'config 3 tide.queries: Nobody here knows the condition `mergeable`. The query is left out, and merging is off for `acme/x`.',
    ],
    [
      '{repos: [acme/x], author: app/dependabot}',
      'config 3 tide.queries: `app/dependabot` is no login. The query is left out, and merging is off for `acme/x`.',
    ],
    [
      '{repos: [acme/x], includedBranches: [release-*]}',
      'config 3 tide.queries: `release-*` is no name of a branch. The query is left out, and merging is off for `acme/x`.',
    ],
    [
      '{repos: [acme/x], excludedBranches: ["a b"]}',
      'config 3 tide.queries: `a b` is no name of a branch. The query is left out, and merging is off for `acme/x`.',
    ],
    [
      '{repos: [acme/x], labels: ["a,,b"]}',
      'config 3 tide.queries: `a,,b` is no name of a label. The query is left out, and merging is off for `acme/x`.',
    ],
    [
      '{repos: [acme/x], missingLabels: ["a,b"]}',
      'config 3 tide.queries: `a,b` is no name of a label. The query is left out, and merging is off for `acme/x`.',
    ],
    [
      `{repos: [acme/x], labels: [${Array.from({ length: 101 }, (_, index) => `l${index}`).join(', ')}]}`,
      'config 3 tide.queries: A query of ours has 100 of a kind at most. The query is left out, and merging is off for `acme/x`.',
    ],
  ])('%j turns merging off', (query, finding) => {
    const config = `tide:\n  queries:\n  - ${query}\n`;
    expect(told(imported(PLUGINS, config).findings, 'unsupported')).toContain(finding);
    expect(mergingIn(config)).toEqual({ general: OFF });
  });

  test('another query of the repository still counts', () => {
    const config =
      'tide:\n  queries:\n  - {repos: [acme/x], labels: [lgtm], odd: 1}\n  - {repos: [acme/x], labels: [approved]}\n';
    expect(told(imported(PLUGINS, config).findings, 'unsupported')).toContain(
      'config 3 tide.queries: Nobody here knows the condition `odd`. The query is left out.',
    );
    expect(mergingIn(config)).toEqual({ general: OFF, 'acme/x': { ...ON, queries: [{ labels: ['approved'] }] } });
  });

  test('issues that block merging turn it off, until somebody says otherwise or a setting takes over', () => {
    const config = 'tide:\n  blocker_label: tide/blocker\n  queries:\n  - {orgs: [acme], labels: [lgtm]}\n';
    const { findings } = imported(PLUGINS, config);
    expect(told(findings, 'unsupported')).toContain(
      'config 2 tide.blocker_label: An open issue with the label `tide/blocker` stops Tide and cannot stop merging here, so merging is off everywhere; set `merge.enabled` in a file of your own to merge all the same.',
    );
    const { enabled: _, ...rest } = ON;
    expect(mergingIn(config)).toEqual({ general: OFF, acme: { ...rest, queries: [{ labels: ['lgtm'] }] } });
  });

  test('a label that asks for another way to merge keeps a pull request from being merged', () => {
    const config =
      'tide:\n  squash_label: tide/squash\n  merge_label: tide/merge\n  queries:\n  - {orgs: [acme], labels: [tide/merge], missingLabels: [tide/squash]}\n';
    expect(mergingIn(config)).toEqual({
      general: OFF,
      acme: { ...ON, queries: [{ labels: ['tide/merge'], missing_labels: ['tide/squash'] }] },
    });
  });
});

describe('what the commit says', () => {
  const QUERY = '  queries:\n  - {orgs: [acme], labels: [lgtm]}\n';

  test.each<[written: string, merging: Readonly<Record<string, unknown>>]>([
    ['{acme: {title: "{{ .Title }} (#{{ .Number }})"}}', { commit_title: '{title} (#{number})' }],
    [
      '{acme: {title: "{{.Title}} by {{.Author.Login}}", body: "{{ .Body }}\\n{{.HeadRefName}} into {{ .BaseRef.Name }}"}}',
      { commit_title: '{title} by {author}', commit_body: '{body}\n{head} into {base}' },
    ],
    ['{acme: {title: "{{ printf .Title }}", body: "{{- .Body -}}  "}}', { commit_body: '{body}' }],
    ['{acme: {title: "{{ .MergeCommit }}"}}', {}],
    ['{acme: {title: "Braces {title}"}}', {}],
  ])('%s', (template, merging) => {
    const config = `tide:\n  merge_commit_template: ${template}\n${QUERY}`;
    expect(mergingIn(config)).toEqual({ general: OFF, acme: { ...ON, queries: [{ labels: ['lgtm'] }], ...merging } });
  });

  test('what cannot be said is told', () => {
    const config = `tide:\n  merge_commit_template: {acme: {body: "{{ range .Commits }}"}}\n${QUERY}`;
    expect(told(imported(PLUGINS, config).findings, 'unsupported')).toContain(
      'config 2 tide.merge_commit_template: `{{ range .Commits }}` says more than words of ours can, so the forge words that part of the commit in `acme`.',
    );
  });
});

const queries = (): readonly unknown[] => [{ labels: ['lgtm'] }];

describe('how to merge', () => {
  const QUERY = '  queries:\n  - {orgs: [acme], labels: [lgtm]}\n';

  test.each<[methods: string, merging: Readonly<Record<string, unknown>>]>([
    ['{acme: squash}', { acme: { ...ON, method: 'squash', queries: queries() } }],
    ['{acme: merge, acme/x: rebase}', { acme: { ...ON, queries: queries() }, 'acme/x': { method: 'rebase' } }],
    [
      '{acme: {x: rebase, "*": squash}}',
      { acme: { ...ON, method: 'squash', queries: queries() }, 'acme/x': { method: 'rebase' } },
    ],
    [
      '{acme/x: squash, "acme/x@dev": rebase}',
      {
        acme: { ...ON, queries: queries() },
        'acme/x': { method: 'squash', methods: [{ method: 'rebase', branches: ['dev'] }] },
      },
    ],
    ['{acme/x: squash, "acme/x@dev": squash}', { acme: { ...ON, queries: queries() }, 'acme/x': { method: 'squash' } }],
    [
      '{acme: {x: {"^release-.*$": rebase, ".*": squash}}}',
      {
        acme: { ...ON, queries: queries() },
        'acme/x': { method: 'squash', methods: [{ method: 'rebase', matching: '^release-.*$' }] },
      },
    ],
    [
      // A branch by its name before any expression, even where it is merged as the repository is.
      '{acme/x: {"main": rebase}, "acme/x@main-2": merge}',
      {
        acme: { ...ON, queries: queries() },
        'acme/x': {
          methods: [
            { method: 'merge', branches: ['main-2'] },
            { method: 'rebase', matching: 'main' },
          ],
        },
      },
    ],
    // What Prow's engine takes and ours does not.
    [`{acme/x: {"${'a{9}'.repeat(9)}": rebase}}`, { acme: { ...ON, queries: queries() }, 'acme/x': OFF }],
    [
      '{acme: {"*": {"^main$": rebase}, x: squash}}',
      {
        acme: { ...ON, methods: [{ method: 'rebase', matching: '^main$' }], queries: queries() },
        'acme/x': { method: 'squash', methods: [] },
      },
    ],
  ])('%s', (methods, merging) => {
    const config = `tide:\n  merge_method: ${methods}\n${QUERY}presubmits: {acme/y: []}\n`;
    expect(mergingIn(config)).toEqual({ general: OFF, ...merging });
  });
});

describe('checks', () => {
  const QUERY = 'tide:\n  queries:\n  - {orgs: [acme], labels: [lgtm]}\n';
  const asked = [{ labels: ['lgtm'] }];

  test.each<[name: string, config: string, merging: Readonly<Record<string, unknown>>]>([
    [
      'jobs: required, optional, silent, conditional, by hand, and only before merging',
      `presubmits:
  acme/x:
  - {name: unit, always_run: true}
  - {name: e2e, context: ci/e2e, always_run: true, spec: {containers: []}}
  - {name: lint, always_run: true, optional: true}
  - {name: quiet, always_run: true, skip_report: true}
  - {name: docs, run_if_changed: ^docs/}
  - {name: hand}
  - {name: last, run_before_merge: true}
`,
      {
        'acme/x': {
          required_checks: [{ name: 'unit' }, { name: 'ci/e2e' }, { name: 'last' }],
          optional_checks: ['tide', 'lint'],
        },
      },
    ],
    [
      'jobs of some branches',
      `presubmits:
  acme/x:
  - {name: a, always_run: true, branches: [^main$, ^release-.*$]}
  - {name: b, always_run: true, branches: [main]}
  - {name: c, always_run: true, skip_branches: [^dev$, "x|y"]}
`,
      {
        'acme/x': {
          required_checks: [
            { name: 'a', branches: ['main', 'release-*'] },
            { name: 'b' },
            { name: 'c', except_branches: ['dev'] },
          ],
        },
      },
    ],
    [
      'branch protection: from all down to the branch',
      `branch-protection:
  required_status_checks: {contexts: [all]}
  orgs:
    acme:
      required_status_checks: {contexts: [org]}
      repos:
        x:
          required_status_checks: {contexts: [repo]}
          branches: {main: {required_status_checks: {contexts: [branch]}}}
`,
      {
        acme: { required_checks: [{ name: 'all' }, { name: 'org' }] },
        'acme/x': {
          required_checks: [{ name: 'all' }, { name: 'org' }, { name: 'repo' }, { name: 'branch', branches: ['main'] }],
        },
      },
    ],
  ])('%s', (_, config, merging) => {
    const { acme = {}, ...rest } = placesOf(merging);
    expect(mergingIn(QUERY + config)).toEqual({ general: OFF, acme: { ...ON, queries: asked, ...acme }, ...rest });
  });

  test.each<[options: string, merging: Readonly<Record<string, unknown>>]>([
    [
      '{required-contexts: [a], optional-contexts: [b]}',
      { acme: { required_checks: [{ name: 'a' }], optional_checks: ['tide', 'b'] } },
    ],
    [
      '{skip-unknown-contexts: true, required-contexts: [a]}',
      { acme: { required_checks: [{ name: 'a' }], all_checks: undefined } },
    ],
    [
      '{skip-unknown-contexts: true, required-if-present-contexts: [a]}',
      { acme: { all_checks: undefined, checks: [{ if_present: ['a'] }] } },
    ],
    ['{required-if-present-contexts: [a]}', {}],
    ['{optional-regex-contexts: ["^bench/"]}', { acme: { checks: [{ optional_matching: ['^bench/'] }] } }],
    [
      '{optional-contexts: [b], orgs: {acme: {repos: {x: {skip-unknown-contexts: true, branches: {main: {required-contexts: [m], optional-contexts: [n]}}}}}}}',
      {
        acme: { optional_checks: ['tide', 'b'] },
        'acme/x': {
          required_checks: [{ name: 'm', branches: ['main'] }],
          all_checks: false,
          checks: [{ branches: ['main'], optional: ['n'] }],
        },
      },
    ],
  ])('context_options: %s', (options, merging) => {
    const { acme = {}, ...rest } = placesOf(merging);
    const config = QUERY.replace('tide:\n', `tide:\n  context_options: ${options}\n`);
    expect(mergingIn(config)).toEqual({ general: OFF, acme: { ...ON, queries: asked, ...acme }, ...rest });
  });

  test('a job that has to be green where it runs counts even where unknown checks do not', () => {
    const options = QUERY.replace('tide:\n', 'tide:\n  context_options: {skip-unknown-contexts: true}\n');
    const jobs =
      'presubmits:\n  acme/x:\n  - {name: docs, run_if_changed: ^docs/}\n  acme/y:\n  - {name: a, always_run: true}\n';
    const merging = mergingIn(options + jobs);
    expect(merging).toMatchObject({ 'acme/x': { checks: [{ if_present: ['docs'] }] } });
    expect(merging).not.toHaveProperty(['acme/y', 'checks']);
    expect(merging).not.toHaveProperty(['acme', 'checks']);
  });

  test('a branch that looks at all checks does so alone', () => {
    const options = `{skip-unknown-contexts: true, orgs: {acme: {repos: {x: {branches: {main: {skip-unknown-contexts: false}}}}}}}`;
    expect(mergingIn(QUERY.replace('tide:\n', `tide:\n  context_options: ${options}\n`))).toMatchObject({
      'acme/x': { checks: [{ branches: ['main'], all: true }] },
    });
  });

  test('a job that is optional somewhere is not optional where it is not', () => {
    const jobs =
      'presubmits:\n  acme/x:\n  - {name: a, run_if_changed: x, branches: [^main$]}\n  - {name: a, optional: true, branches: [^dev$]}\n';
    expect(mergingIn(QUERY + jobs)).not.toHaveProperty('acme/x');
  });

  test('a check that is required somewhere is optional nowhere', () => {
    const jobs =
      'presubmits:\n  acme/x:\n  - {name: a, always_run: true, branches: [^main$]}\n  - {name: a, always_run: true, optional: true, branches: [^dev$]}\n';
    expect(mergingIn(QUERY + jobs)).toMatchObject({
      'acme/x': { required_checks: [{ name: 'a', branches: ['main'] }] },
    });
    expect(mergingIn(QUERY + jobs)).not.toHaveProperty(['acme/x', 'optional_checks']);
  });

  test('more checks than settings take turn merging off', () => {
    const contexts = Array.from({ length: 1_001 }, (_, index) => `c${index}`).join(', ');
    const config = `${QUERY}branch-protection: {orgs: {acme: {repos: {x: {required_status_checks: {contexts: [${contexts}]}}}}}}\n`;
    expect(mergingIn(config)).toMatchObject({ 'acme/x': OFF });
  });
});
