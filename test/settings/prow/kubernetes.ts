/**
 * Files of the shape in which kubernetes runs Prow: 5 organizations and 77 repositories with plugins, 25 top-level keys, the
 * plugins and keys that are in use there as often as they are, and what is dead in them. All names of people, teams and
 * most repositories are made up.
 */

const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);

const SIGS = 'kubernetes-sigs';
const CORE = 'kubernetes';

/** 49 + 23 + 2 + 1 + 1 + 1 repositories. */
const AZURE = [
  `${SIGS}/cluster-api-provider-azure`,
  `${SIGS}/cluster-api-provider-digitalocean`,
  `${SIGS}/cluster-api-provider-gcp`,
];
const SIGS_REPOSITORIES = [...AZURE, `${SIGS}/kueue`, ...numbered(`${SIGS}/project`, 45)];
const CORE_REPOSITORIES = [`${CORE}/${CORE}`, `${CORE}/test-infra`, `${CORE}/website`, ...numbered(`${CORE}/part`, 20)];
const OTHERS = [
  'containerd/containerd',
  'containerd/release',
  'kubernetes-client/python',
  'google/cadvisor',
  'kubernetes-security/fixes',
];
export const ORGANIZATIONS = [CORE, SIGS, 'kubernetes-client', 'kubernetes-csi', 'etcd-io'];
export const REPOSITORIES = [...SIGS_REPOSITORIES, ...CORE_REPOSITORIES, ...OTHERS];

/** How many organizations and repositories have it. */
export const USAGE: Readonly<Record<string, readonly [organizations: number, repositories: number]>> = {
  milestone: [0, 38],
  override: [0, 36],
  'require-matching-label': [0, 36],
  'release-note': [1, 26],
  mergecommitblocker: [0, 18],
  milestonestatus: [0, 13],
  trigger: [5, 4],
  assign: [5, 2],
  label: [5, 2],
  size: [5, 2],
  lgtm: [5, 1],
  lifecycle: [5, 1],
  skip: [5, 1],
  wip: [5, 1],
  approve: [5, 0],
  hold: [5, 0],
  'owners-label': [5, 0],
  pony: [5, 0],
  retitle: [5, 0],
  'verify-owners': [5, 0],
  yuks: [5, 0],
  cla: [4, 1],
  blockade: [0, 6],
  blunderbuss: [4, 0],
  cat: [4, 0],
  dog: [4, 0],
  goose: [4, 0],
  heart: [4, 0],
  help: [4, 0],
  invalidcommitmsg: [4, 0],
  shrug: [4, 0],
  welcome: [4, 0],
  milestoneapplier: [3, 0],
  golint: [1, 1],
  'issue-management': [2, 0],
  'merge-method-comment': [0, 2],
  project: [0, 2],
  'trick-or-treat': [2, 0],
  branchcleaner: [0, 1],
  'cherry-pick-approved': [0, 1],
  'cherry-pick-unapproved': [0, 1],
  'config-updater': [0, 1],
  stage: [0, 1],
  sigmention: [1, 0],
  slackevents: [1, 0],
  testfreeze: [1, 0],
};

/** Outside of the five organizations, or where the organization does not have the plugin. */
const ELSEWHERE = OTHERS.filter((each) => !ORGANIZATIONS.includes(each.split('/')[0] ?? ''));

function pluginsOf(): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>([...ORGANIZATIONS, ...REPOSITORIES].map((scope) => [scope, []]));
  const on = (scope: string): readonly string[] => all.get(scope) ?? [];
  for (const [plugin, [organizations, repositories]] of Object.entries(USAGE)) {
    for (const scope of ORGANIZATIONS.slice(0, organizations)) all.get(scope)?.push(plugin);
    const free = [...ELSEWHERE, ...CORE_REPOSITORIES, ...SIGS_REPOSITORIES, ...OTHERS].filter(
      (scope, index, each) => each.indexOf(scope) === index && !on(scope.split('/')[0] ?? '').includes(plugin),
    );
    // Every repository has some: those with fewest come first.
    const fewest = free.toSorted((one, other) => on(one).length - on(other).length);
    const next = plugin === 'require-matching-label' ? [...new Set([...AZURE, ...fewest])] : fewest;
    for (const scope of next.slice(0, repositories)) all.get(scope)?.push(plugin);
  }
  return all;
}

/** Lines of YAML, two blanks further in. */
const below = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));
const listOf = (items: readonly string[]): readonly string[] => items.map((item) => `- ${item}`);

function having(plugin: string): readonly string[] {
  return REPOSITORIES.filter((scope) => ALL.get(scope)?.includes(plugin) === true);
}
const ALL = pluginsOf();

const STAGING = numbered(`${CORE}/staging`, 31);
/** What is dead there. */
export const DEAD = {
  blockade: STAGING,
  labels: [`${SIGS}/gateway-api`, `${SIGS}/kube-agentic-networking`],
  unlabeled: AZURE,
  milestone: `${SIGS}/kubebuilder`,
  moved: 'coreos/moved',
};

/** The values that ask for it, as often as there: 26, 7, 7, 5, 2, 2 and 1. */
const MISSING: readonly (readonly [label: string, regexp: string, count: number])[] = [
  ['needs-triage', '^triage/', 26],
  ['needs-kind', '^kind/', 7],
  ['needs-priority', '^priority/', 7],
  ['needs-sig', '^(sig|wg|committee)/', 5],
  ['do-not-merge/needs-kind', '^kind/', 2],
  ['do-not-merge/needs-area', '^area/', 2],
  ['do-not-merge/needs-sig', '^(sig|wg|committee)/', 1],
];

function requiredLabels(): readonly string[] {
  const scopes = [...DEAD.labels, ...having('require-matching-label').filter((scope) => !AZURE.includes(scope))];
  let next = 0;
  return MISSING.flatMap(([label, regexp, count]) =>
    Array.from({ length: count }, () => {
      const [org, repo] = (scopes[next % scopes.length] ?? '').split('/');
      const comment =
        next < 33
          ? [
              '  missing_comment: |',
              `    This issue is missing a label: ${label}.`,
              '',
              '    Somebody who triages has to put one on.',
            ]
          : [];
      next += 1;
      return [
        `- missing_label: ${label}`,
        `  org: ${org}`,
        `  repo: ${repo}`,
        '  issues: true',
        `  regexp: ${regexp}`,
        ...comment,
      ];
    }).flat(),
  );
}

export function pluginsYaml(): string {
  const lines = [
    '---',
    'triggers:',
    ...Array.from({ length: 10 }, (_, index) => [
      '- repos:',
      `  - ${[...ORGANIZATIONS, ...ELSEWHERE, 'kubernetes-client/python', `${CORE}/${CORE}`][index]}`,
      '  join_org_url: https://example.org/join',
      '  only_org_members: true',
      ...(index === 0 ? ['  trigger_github_workflows: true'] : []),
    ]).flat(),
    'owners:',
    '  mdyamlrepos:',
    `  - ${CORE}/website`,
    '  skip_collaborators:',
    `  - ${SIGS}`,
    'approve:',
    ...Array.from({ length: 7 }, (_, index) => [
      '- repos:',
      `  - ${[...ORGANIZATIONS, `${CORE}/website`, `${SIGS}/kueue`][index]}`,
      ...(index % 2 === 0 ? ['  require_self_approval: false'] : ['  require_self_approval: true']),
      ...(index === 6 ? ['  lgtm_acts_as_approve: true'] : []),
      '  ignore_review_state: false',
      '  commandHelpLink: https://example.org/commands',
    ]).flat(),
    'lgtm:',
    '- repos:',
    ...below(listOf([CORE, SIGS])),
    '  review_acts_as_lgtm: true',
    '  store_tree_hash: true',
    '- repos:',
    ...below(listOf(['etcd-io'])),
    '  store_tree_hash: true',
    '- repos:',
    ...below(listOf([`${CORE}/website`])),
    '  review_acts_as_lgtm: false',
    '  trusted_team_for_sticky_lgtm: docs-maintainers',
    'blockades:',
    '- repos:',
    ...below(listOf(STAGING)),
    '  blockregexps:',
    '  - ^staging/.*',
    '  explanation: This repository is published from another one.',
    ...Array.from({ length: 8 }, (_, index) => {
      const scopes = having('blockade');
      return [
        '- repos:',
        `  - ${scopes[index % scopes.length]}`,
        `  branchregexp: ^release-${index}`,
        '  blockregexps:',
        String.raw`  - ^vendor/.*\.go$`,
        '  exceptionregexps:',
        '  - ^vendor/modules.txt$',
        '  explanation: Vendored files are frozen.',
      ];
    }).flat(),
    'blunderbuss:',
    '  max_request_count: 2',
    '  use_status_availability: true',
    'help:',
    '  help_guidelines_url: https://example.org/help-wanted',
    '  help_guidelines_summary: |',
    '    Please ensure that the issue body includes answers to the questions a newcomer has.',
    'size:',
    '  s: 10',
    '  m: 30',
    '  l: 100',
    '  xl: 500',
    '  xxl: 1000',
    'label:',
    '  additional_labels:',
    ...below(
      listOf([
        'api-review',
        'cherry-pick-approved',
        'good first issue',
        'needs-help',
        'official-cve-feed',
        'refactor',
        'tide/merge-method-merge',
        'tide/merge-method-rebase',
        'tide/merge-method-squash',
      ]),
    ),
    '  restricted_labels:',
    ...[`${CORE}/${CORE}`, `${CORE}/website`, `${SIGS}/kueue`].flatMap((scope, index) => [
      `    ${scope}:`,
      ...numbered('restricted', index === 0 ? 3 : 2).flatMap((label, place) => [
        `    - label: ${label}-${index}`,
        '      allowed_teams:',
        ...numbered(`team-${index}`, index === 0 && place === 0 ? 25 : place === 0 ? 3 : 1).map(
          (team) => `      - ${team}`,
        ),
        ...(index === 2 && place === 1 ? ['      allowed_users: [ada-example]'] : []),
      ]),
    ]),
    'cat:',
    '  key_path: /etc/cat-api/api-key',
    'goose:',
    '  key_path: /etc/unsplash-api/honk.txt',
    'heart:',
    '  adorees:',
    '  - grace-example',
    '  commentregexp: ".*"',
    'branch_cleaner:',
    '  preserved_branches:',
    `    ${having('branchcleaner')[0]}:`,
    ...numbered('feature', 12).map((branch) => `    - ${branch}`),
    'slack:',
    '  mergewarnings:',
    ...Array.from({ length: 12 }, (_, index) => [
      '  - repos:',
      ...(index === 11 ? [DEAD.moved] : [CORE_REPOSITORIES[index], CORE_REPOSITORIES[index + 11]]).map(
        (scope) => `    - ${scope}`,
      ),
      '    channels:',
      `    - sig-${index + 1}`,
      '    exempt_users:',
      '    - "kubernetes-prow[bot]"',
    ]).flat(),
    'milestone_applier:',
    ...Array.from({ length: 19 }, (_, index) => [
      `  ${[...CORE_REPOSITORIES.slice(0, 10), ...SIGS_REPOSITORIES.slice(0, 9)][index]}:`,
      ...Array.from(
        { length: index < 8 ? 6 : 5 },
        (_none, branch) => `    release-1.${branch + 31}: v1.${branch + 31}`,
      ),
      ...(index === 0 ? ['    dev-1.37: 1.37'] : []),
    ]).flat(),
    'repo_milestone:',
    "  '':",
    '    maintainers_team: milestone-maintainers',
    '    maintainers_friendly_name: SIG Chairs/TLs',
    ...[DEAD.milestone, ...having('milestone').slice(0, 20)].flatMap((scope) => [
      `  ${scope}:`,
      '    maintainers_team: milestone-maintainers',
      '    maintainers_friendly_name: those who plan releases',
    ]),
    'project_config:',
    '  project_org_configs:',
    `    ${CORE}:`,
    '      org_maintainers_team_id: 2460384',
    '      project_repo_configs:',
    '        test-infra:',
    '          repo_maintainers_team_id: 2460385',
    'config_updater:',
    '  gzip: true',
    '  maps:',
    '    config/prow/config.yaml:',
    '      name: config',
    '      clusters:',
    '        default: [default]',
    '    config/prow/plugins.yaml:',
    '      name: plugins',
    '    config/jobs/**/*.{yaml,yml}:',
    '      name: job-config',
    '    label_sync/labels.yaml:',
    '      name: label-config',
    '    config/prow/templates/*.md:',
    '      name: templates',
    'welcome:',
    '- repos:',
    ...below(listOf(ORGANIZATIONS.slice(0, 4))),
    '  message_template: |',
    '    Welcome @{{.AuthorLogin}}!',
    '',
    '    It looks like this is your first PR to <a href="https://example.org/{{.Org}}/{{.Repo}}">{{.Org}}/{{.Repo}}</a>.',
    'require_matching_label:',
    ...requiredLabels(),
    'retitle:',
    '  allow_closed_issues: true',
    'cherry_pick_unapproved:',
    '  comment: |',
    '    This PR is not for the master branch but does not have the label `cherry-pick-approved`.',
    'cherry_pick_approved:',
    `- org: ${(having('cherry-pick-approved')[0] ?? '').split('/')[0]}`,
    `  repo: ${(having('cherry-pick-approved')[0] ?? '').split('/')[1]}`,
    '  approvers:',
    ...below(listOf(numbered('approver', 8))),
    'plugins:',
    ...[...ALL].flatMap(([scope, plugins]) => [
      `  ${scope}:`,
      '    plugins:',
      ...plugins.map((plugin) => `    - ${plugin}`),
      '',
    ]),
    'external_plugins:',
    ...externalPlugins(),
  ];
  return `${lines.join('\n')}\n`;
}

/** 60 keys and 64 entries: four have both. */
function externalPlugins(): readonly string[] {
  const rebase = [...ORGANIZATIONS.slice(0, 4), ...ELSEWHERE.slice(0, 4)];
  const picked = [...ELSEWHERE.slice(0, 4), ...CORE_REPOSITORIES, ...SIGS_REPOSITORIES.slice(0, 29)];
  return [...new Set([...rebase, ...picked])].flatMap((scope) => [
    `  ${scope}:`,
    ...[
      ...(rebase.includes(scope) ? ['needs-rebase'] : []),
      ...(picked.includes(scope) ? ['cherrypicker'] : []),
    ].flatMap((name) => [
      `  - name: ${name}`,
      '    events:',
      '    - issue_comment',
      '    - pull_request',
      ...(name === 'cherrypicker' && picked.indexOf(scope) < 52 ? ['    endpoint: http://cherrypicker'] : []),
    ]),
  ]);
}

const BLOCKING = [
  'do-not-merge',
  'do-not-merge/blocked-paths',
  'do-not-merge/cherry-pick-not-approved',
  'do-not-merge/contains-merge-commits',
  'do-not-merge/hold',
  'do-not-merge/invalid-commit-message',
  'do-not-merge/invalid-owners-file',
  'do-not-merge/release-note-label-needed',
  'do-not-merge/work-in-progress',
  'needs-rebase',
];

const query = (from: readonly string[], more: readonly string[] = []): readonly string[] => [
  `  - ${from[0]}`,
  ...from.slice(1).map((line) => `    ${line}`),
  '    labels:',
  '    - lgtm',
  '    - approved',
  '    - "cncf-cla: yes"',
  '    missingLabels:',
  ...BLOCKING.map((label) => `    - ${label}`),
  ...more.map((line) => `    ${line}`),
];

export function configYaml(options: { readonly blocker: boolean } = { blocker: true }): string {
  const lines = [
    'prowjob_namespace: default',
    'pod_namespace: test-pods',
    'log_level: debug',
    'plank:',
    ...Array.from({ length: 240 }, (_, index) => `  option_${index}: {image: "registry.example/tool:${index}"}`),
    'sinker:',
    '  max_pod_age: 2h',
    'deck:',
    '  spyglass:',
    '    lenses:',
    ...Array.from({ length: 60 }, (_, index) => `    - lens: {name: "lens-${index}"}`),
    'slack_reporter_configs:',
    ...Array.from({ length: 60 }, (_, index) => [
      `  "org-${index}":`,
      '    channel: alerts',
      '    job_types_to_report: [postsubmit]',
    ]).flat(),
    'github_reporter:',
    '  job_types_to_report:',
    '  - presubmit',
    'presets:',
    ...Array.from({ length: 60 }, (_, index) => [
      '- labels:',
      `    preset-${index}: "true"`,
      '  env:',
      `  - {name: A_${index}, value: "b"}`,
    ]).flat(),
    'branch-protection:',
    '  orgs:',
    `    ${CORE}:`,
    '      required_status_checks:',
    '        contexts:',
    '        - EasyCLA',
    '      repos:',
    '        website:',
    '          protect: true',
    '          branches:',
    '            main:',
    '              required_status_checks:',
    '                contexts: [netlify]',
    `    ${SIGS}:`,
    '      protect: true',
    'tide:',
    '  sync_period: 1m',
    '  batch_size_limit:',
    '    "kubernetes/kubernetes": 15',
    '  priority:',
    '  - labels: ["kind/flake", "priority/critical-urgent"]',
    '  pr_status_base_urls:',
    '    "*": https://prow.example/pr',
    ...(options.blocker ? ['  blocker_label: tide/merge-blocker'] : []),
    '  squash_label: tide/merge-method-squash',
    '  rebase_label: tide/merge-method-rebase',
    '  merge_label: tide/merge-method-merge',
    '  merge_method:',
    ...[...SIGS_REPOSITORIES.slice(0, 20), ...CORE_REPOSITORIES.slice(1, 15)].map(
      (scope, index) => `    ${scope}: ${index % 3 === 0 ? 'rebase' : 'squash'}`,
    ),
    '  context_options:',
    '    from-branch-protection: true',
    '    optional-contexts:',
    '    - "Submit Queue"',
    '    orgs:',
    `      ${CORE}:`,
    '        repos:',
    '          website:',
    '            optional-contexts: [deploy/preview]',
    '  queries:',
    ...query(['orgs:', `- ${SIGS}`, '- kubernetes-client', '- kubernetes-csi', 'excludedRepos:', `- ${SIGS}/kueue`]),
    ...query(['repos:', `- ${SIGS}/kueue`], ['reviewApprovedRequired: true']),
    ...query(['orgs:', `- ${CORE}`, 'excludedRepos:', `- ${CORE}/${CORE}`, `- ${CORE}/website`]),
    ...query(['repos:', `- ${CORE}/${CORE}`, 'includedBranches:', '- master']),
    ...query(['repos:', `- ${CORE}/${CORE}`, 'milestone: v1.37', 'excludedBranches:', '- master']),
    ...query(['repos:', `- ${CORE}/website`, 'excludedBranches:', '- dev-1.38']),
    ...query(['repos:', `- ${CORE}/website`, 'includedBranches:', '- dev-1.38'], ['author: k8s-robot-example']),
    ...query(['orgs:', '- etcd-io']),
    ...query(['repos:', ...listOf(ELSEWHERE.slice(0, 2))]),
  ];
  return `${lines.join('\n')}\n`;
}
