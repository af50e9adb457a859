import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allOf,
  anyOf,
  anyone,
  author,
  collaborator,
  member,
  not,
  reviewer,
  role,
  team,
} from '../../shared/language/index.ts';
import {
  changedKeys,
  declaredKeys,
  defaultSettings,
  inForceAt,
  settingRows,
  settingsFrom,
  settingsJsonSchema,
  type FileKind,
  type Settings,
} from '../../shared/settings/index.ts';

const mistakesIn = (text: string, kind: FileKind = 'deployment'): string[] => {
  const read = settingsFrom(text, 'bowsprit.yaml', kind);
  return read.is === 'document'
    ? []
    : read.mistakes.map(({ path, line, column, problem }) => `${path}:${line}:${column} ${problem}`);
};

/** What is in force under one file. */
const settingsIn = (text: string, kind: FileKind = 'deployment'): Settings => {
  const read = settingsFrom(text, 'bowsprit.yaml', kind);
  if (read.is === 'mistaken') throw new Error(JSON.stringify(read.mistakes));
  const layer = kind === 'deployment' ? 'deployment' : kind;
  return inForceAt([{ layer, document: read.document, commit: '' }], undefined).settings;
};

test.each(['', '# nothing yet\n', 'hold:\n', '{}', '---\n', 'merge: {}\nsize:\n'])('%j is all defaults', (text) => {
  expect(settingsIn(text)).toEqual(defaultSettings);
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
    ['commands: { bots: renovate }', ['bowsprit.yaml:1:13 `commands.bots` must be a list.']],
    ['commands: { bots: [good, "no good"] }', ['bowsprit.yaml:1:26 `commands.bots.2` must be a login.']],
    ['commands:\n  bots:\n    - 12\n', ['bowsprit.yaml:3:7 `commands.bots.1` must be text.']],
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
        const read = settingsFrom(text, 'x', 'repository');
        const places = read.is === 'document' ? [] : read.mistakes;
        expect(places.every(({ line, column, problem }) => line > 0 && column > 0 && problem.length > 5)).toBe(true);
        expect(read.is === 'document' || places.length > 0).toBe(true);
      }),
    );
  });
});

/** Every key, each with a value that is not its default; how it is written, and what the rules read. */
const FULL = `
branch_cleaner: { preserved_branches: ['^keep/'] }
cherrypick: { labels: [backport], carried_labels: [area/], label_prefix: pick/ }
cherry_pick:
  branches: ^v
  comment: Ask.
  approved_branches: ^w
  approvers: [ada]
  allow_missing_approved_label: true
  allow_missing_lgtm_label: true
blockade: { paths: [{ patterns: [^vendor/], except: [^vendor/x], branch: ^main$, explanation: Vendored. }] }
commit_messages: { closing_keywords: false, fixups: false, mentions: true }
ageing: { counts: silence, issues: false, pulls: false, stale_days: 1, rotten_days: 2, closes: true, close_days: 3, revives: true, exempt: [keep], per_day: 4, dry_run: true }
required_labels: { rules: [{ matching: ^kind/, missing: needs-kind, comment: Which?, pulls: false, issues: true, branch: main, grace_seconds: 9 }] }
merge_warnings:
  enabled: true
  channels: [releases]
  exempt_users: ['robot-example[bot]']
  exempt_branches: [{ branch: gh-pages, users: [ada-example] }]
milestone_applier: { branches: [{ branch: 'dev-*', milestone: '1.37' }] }
labels:
  prefixes: [team]
  additional: [odd]
  restricted: [{ label: secret, allowed_teams: [keepers], allowed_users: [ada], assign_on: [{ label: leak }] }]
commands:
  prefix: bot
  bots: ['Renovate[bot]']
rules: { only: [lgtm, size], enabled: [branchcleaner], disabled: [size] }
pipelines:
  engine: https
  retests: 3
  jobs:
    - name: unit
      context: ci/unit
      engine: codebuild
      target: acme-unit
      parameters: [{ name: SUITE, value: all }]
      always_run: true
      optional: true
      skip_report: false
      branches: ['^main$']
      skip_branches: ['^old$']
      trigger: '^/test (unit|all)'
      rerun_command: /test unit
    - { name: go, run_if_changed: '\\.go$', run_before_merge: true }
    - { name: docs, skip_if_only_changed: '\\.md$' }
trigger:
  enabled: true
  trust: until-risky-change
  risky_paths: [ci/]
  only_org_members: true
  trusted_apps: [dependabot]
  ignore_ok_to_test: true
  join_org_url: https://example.com/join
  workflows: false
hold: { lifted_by: anyone }
override: { reason_required: true }
cla: { contexts: [cla], yes: signed, no: unsigned }
dco:
  context: sign-off
  yes: so
  no: not so
  strict: true
  skip_members: true
  skip_collaborators: true
  trusted_apps: [renovate]
  contributing_repo: acme/about
  contributing_branch: v2
  contributing_path: docs/CONTRIBUTING.md
path_labels: { rules: [{ label: docs, paths: [docs/], except: [docs/x], removed: true }] }
lgtm:
  review_acts_as_lgtm: true
  required: 2
  groups:
    - { all_of: [Acme/Security, ada], count: 2, branches: [release-*] }
    - any_of: [grace, linus]
      except_branches: [main]
  sticky_team: release-managers
  rerequest_review: true
approve:
  self_approval: false
  lgtm_acts_as_approve: true
  ignore_review_state: true
  issue_required: true
merge:
  enabled: false
  status: check
  method: squash
  up_to_date: true
  batch: 4
  queries:
    - labels: [lgtm, 'cla: yes,cla: exempt']
      missing_labels: [needs-kind]
      branches: [main, release-*]
      except_branches: [release-1]
      author: ada
      milestone: v2
      review_approved: true
    - {}
  required_checks:
    - { name: ci/test, branches: [main] }
    - name: ci/lint
  optional_checks: [flaky]
  all_checks: true
  auto_merge: feed
  tide_all_queries: true
  checks:
    - { branches: [main], except_branches: [x], required: [a], optional: [b], optional_matching: [^c], if_present: [d], all: false }
  methods:
    - { method: rebase, branches: [release-*], matching: ^dev }
  merge_label: m
  squash_label: s
  rebase_label: r
  blocker_label: b
  commit_title: '{title}'
  commit_body: '{body}'
size: { s: 1, m: 2, l: 3, xl: 4, xxl: 5 }
owners:
  skip_collaborators: true
  markdown_front_matter: true
  labels_denylist: [security]
  denied:
    - ^third_party/
  file: MY_OWNERS
  aliases_file: GROUPS_OF_OWNERS
  built_in_denied: false
blunderbuss:
  enabled: true
  request_count: 3
  max_request_count: 5
  exclude_approvers: true
  ignore_drafts: true
  ignore_authors: [ada]
  use_status_availability: true
  wait_for_context: tide
  wait_for_state: pending
  wait_for_description: ^Not
retitle: { allow_closed_issues: true }
release_note: { guidelines_url: 'https://docs.example/notes' }
sigmention: { regexp: x, family: wg, kinds: [{ suffix: x, label: y }] }
welcome: { message_template: 'Hello {author}', always_post: true }
help: { help_guidelines_url: 'https://docs.example/help', help_guidelines_summary: Begin here. }
budget: { comments_per_hour: 5 }
fun: { per_hour: 3, picture_hosts: [pictures.example.com], cat_secret: bowsprit/cat, goose_secret: bowsprit/goose }
engines:
  https:
    - { host: 'ci.example.com:8443', secret: bowsprit/ci, paths: ['/hooks/*'], repositories: ['acme/*', other/widgets] }
  jenkins:
    - { name: main, url: 'https://ci.example.com/jenkins', user: bowsprit, secret: bowsprit/jenkins, jobs: [unit, 'team/*'] }
  codebuild: [{ project: acme-ci }]
  eventbridge: [{ target: nightly }]
custom:
  commands: [{ name: fuzz, summary: Fuzzes., allow: author, engine: https, target: 'https://ci.example.com/', lock: name }]
allow:
  lgtm: [reviewer, { team: Acme/Release }]
  hold: { all: [collaborator, { not: author }] }
  label: { any: [member, { role: triage }] }
  close: anyone
`;

test('every setting can be set', () => {
  const settings = settingsIn(FULL);
  expect(settings).toEqual({
    ageing: {
      counts: 'silence',
      issues: false,
      pulls: false,
      staleDays: 1,
      rottenDays: 2,
      closes: true,
      closeDays: 3,
      revives: true,
      exempt: ['keep'],
      perDay: 4,
      dryRun: true,
    },
    requiredLabels: {
      rules: [
        {
          matching: '^kind/',
          missing: 'needs-kind',
          comment: 'Which?',
          pulls: false,
          issues: true,
          branch: 'main',
          graceSeconds: 9,
        },
      ],
    },
    mergeWarnings: {
      enabled: true,
      channels: ['releases'],
      exemptUsers: ['robot-example[bot]'],
      exemptBranches: [{ branch: 'gh-pages', users: ['ada-example'] }],
    },
    milestoneApplier: { branches: [{ branch: 'dev-*', milestone: '1.37' }] },
    custom: {
      commands: [
        {
          name: 'fuzz',
          summary: 'Fuzzes.',
          allow: author,
          engine: 'https',
          target: 'https://ci.example.com/',
          lock: 'name',
        },
      ],
    },
    engines: {
      https: [
        {
          host: 'ci.example.com:8443',
          secret: 'bowsprit/ci',
          paths: ['/hooks/*'],
          repositories: ['acme/*', 'other/widgets'],
        },
      ],
      jenkins: [
        {
          name: 'main',
          url: 'https://ci.example.com/jenkins',
          user: 'bowsprit',
          secret: 'bowsprit/jenkins',
          jobs: ['unit', 'team/*'],
        },
      ],
      codebuild: [{ project: 'acme-ci' }],
      eventbridge: [{ target: 'nightly' }],
    },
    fun: {
      perHour: 3,
      pictureHosts: ['pictures.example.com'],
      catSecret: 'bowsprit/cat',
      gooseSecret: 'bowsprit/goose',
    },
    override: { reasonRequired: true },
    cla: { contexts: ['cla'], yes: 'signed', no: 'unsigned' },
    dco: {
      context: 'sign-off',
      yes: 'so',
      no: 'not so',
      strict: true,
      skipMembers: true,
      skipCollaborators: true,
      trustedApps: ['renovate'],
      contributingRepo: 'acme/about',
      contributingBranch: 'v2',
      contributingPath: 'docs/CONTRIBUTING.md',
    },
    pathLabels: { rules: [{ label: 'docs', paths: ['docs/'], except: ['docs/x'], removed: true }] },
    labels: {
      prefixes: ['team'],
      additional: ['odd'],
      restricted: [
        { label: 'secret', allowedTeams: ['keepers'], allowedUsers: ['ada'], assignOn: [{ label: 'leak' }] },
      ],
    },
    commands: { prefix: 'bot', bots: ['Renovate[bot]'] },
    rules: { only: ['lgtm', 'size'], enabled: ['branchcleaner'], disabled: ['size'] },
    retitle: { allowClosedIssues: true },
    releaseNote: { guidelinesUrl: 'https://docs.example/notes' },
    sigmention: { regexp: 'x', family: 'wg', kinds: [{ suffix: 'x', label: 'y' }] },
    welcome: { messageTemplate: 'Hello {author}', alwaysPost: true },
    help: { helpGuidelinesUrl: 'https://docs.example/help', helpGuidelinesSummary: 'Begin here.' },
    pipelines: {
      engine: 'https',
      retests: 3,
      jobs: [
        {
          name: 'unit',
          context: 'ci/unit',
          engine: 'codebuild',
          target: 'acme-unit',
          parameters: [{ name: 'SUITE', value: 'all' }],
          alwaysRun: true,
          optional: true,
          skipReport: false,
          branches: ['^main$'],
          skipBranches: ['^old$'],
          trigger: '^/test (unit|all)',
          rerunCommand: '/test unit',
        },
        { name: 'go', runIfChanged: String.raw`\.go$`, runBeforeMerge: true },
        { name: 'docs', skipIfOnlyChanged: String.raw`\.md$` },
      ],
    },
    trigger: {
      enabled: true,
      trust: 'until-risky-change',
      riskyPaths: ['ci/'],
      onlyOrgMembers: true,
      trustedApps: ['dependabot'],
      ignoreOkToTest: true,
      joinOrgUrl: 'https://example.com/join',
      workflows: false,
    },
    branchCleaner: { preservedBranches: ['^keep/'] },
    cherrypick: { labels: ['backport'], carriedLabels: ['area/'], labelPrefix: 'pick/' },
    cherryPick: {
      branches: '^v',
      comment: 'Ask.',
      approvedBranches: '^w',
      approvers: ['ada'],
      allowMissingApprovedLabel: true,
      allowMissingLgtmLabel: true,
    },
    blockade: {
      paths: [{ patterns: ['^vendor/'], except: ['^vendor/x'], branch: '^main$', explanation: 'Vendored.' }],
    },
    commitMessages: { closingKeywords: false, fixups: false, mentions: true },
    hold: { liftedBy: 'anyone' },
    lgtm: {
      reviewActsAsLgtm: true,
      required: 2,
      groups: [
        { allOf: ['Acme/Security', 'ada'], count: 2, branches: ['release-*'] },
        { anyOf: ['grace', 'linus'], exceptBranches: ['main'] },
      ],
      stickyTeam: 'release-managers',
      rerequestReview: true,
    },
    approve: { selfApproval: false, lgtmActsAsApprove: true, ignoreReviewState: true, issueRequired: true },
    merge: {
      enabled: false,
      status: 'check',
      method: 'squash',
      upToDate: true,
      batch: 4,
      queries: [
        {
          labels: ['lgtm', 'cla: yes,cla: exempt'],
          missingLabels: ['needs-kind'],
          branches: ['main', 'release-*'],
          exceptBranches: ['release-1'],
          author: 'ada',
          milestone: 'v2',
          reviewApproved: true,
        },
        {},
      ],
      requiredChecks: [{ name: 'ci/test', branches: ['main'] }, { name: 'ci/lint' }],
      optionalChecks: ['flaky'],
      allChecks: true,
      autoMerge: 'feed',
      tideAllQueries: true,
      checks: [
        {
          branches: ['main'],
          exceptBranches: ['x'],
          required: ['a'],
          optional: ['b'],
          optionalMatching: ['^c'],
          ifPresent: ['d'],
          all: false,
        },
      ],
      methods: [{ method: 'rebase', branches: ['release-*'], matching: '^dev' }],
      mergeLabel: 'm',
      squashLabel: 's',
      rebaseLabel: 'r',
      blockerLabel: 'b',
      commitTitle: '{title}',
      commitBody: '{body}',
    },
    size: { s: 1, m: 2, l: 3, xl: 4, xxl: 5 },
    owners: {
      skipCollaborators: true,
      markdownFrontMatter: true,
      labelsDenylist: ['security'],
      denied: ['^third_party/'],
      file: 'MY_OWNERS',
      aliasesFile: 'GROUPS_OF_OWNERS',
      builtInDenied: false,
    },
    blunderbuss: {
      enabled: true,
      requestCount: 3,
      maxRequestCount: 5,
      excludeApprovers: true,
      ignoreDrafts: true,
      ignoreAuthors: ['ada'],
      useStatusAvailability: true,
      waitForContext: 'tide',
      waitForState: 'pending',
      waitForDescription: '^Not',
    },
    budget: { commentsPerHour: 5 },
    allow: {
      ...defaultSettings.allow,
      lgtm: anyOf(reviewer, team('acme/release')),
      hold: allOf(collaborator, not(author)),
      label: anyOf(member, role('triage')),
      close: anyone,
    },
  });
  const untouched = declaredKeys
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('allow.') && !changedKeys(defaultSettings, settings).includes(name));
  expect(untouched).toEqual([]);
});

test.each([
  ['rules: { only: [lgmt] }', '1:17 There is no command or other rule `lgmt`. Did you mean `lgtm`?'],
  ['labels: { prefixes: [team, lgtm] }', '1:28 `/lgtm` is a command already: no family of labels can be called so.'],
  ['labels: { prefixes: [unhold] }', '1:22 `/unhold` is a command already: no family of labels can be called so.'],
  ['rules: { disabled: [all] }', '1:21 There is no command or other rule `all`.'],
  ['allow: { lgtm: everybody }', '1:10 `allow.lgtm` must be who may: '],
  [
    'allow: { lgtm: [author, { role: maintainer }] }',
    '1:27 `allow.lgtm.2.role` must be `read`, `triage`, `write`, `maintain` or `admin`. Did you mean `maintain`?',
  ],
  ['allow: { lgtm: { all: [member, { not: auther }] } }', '1:34 `allow.lgtm.all.2.not` must be who may: '],
  ['allow: { lgtm: { teams: a } }', '1:10 `allow.lgtm` must be who may: '],
  ['merge: { method: sqash }', '1:10 `merge.method` must be `merge`, `squash` or `rebase`. Did you mean `squash`?'],
  ['allow: { lgtm: { team: "a b" } }', '1:18 `allow.lgtm.team` must be a team, as `release` or `acme/release`.'],
  ['allow: { lgtm: [] }', '1:10 `allow.lgtm` must have at least 1.'],
  ['allow: { lgtn: anyone }', '1:10 There is no setting `allow.lgtn`. Did you mean `allow.lgtm`?'],
  ['locked: [merge.metod]', '1:10 There is no setting `merge.metod` to be locked. Did you mean `merge.method`?'],
  ['organizations: { a/b: {} }', '1:18 `a/b` is not the name of an organization.'],
  ['repositories: { widgets: {} }', '1:17 `widgets` is not a repository with its organization, as `acme/widgets`.'],
  ['repositories: { A/b: {}, a/B: {} }', '1:26 `a/B` is written twice; case makes no difference.'],
  [
    'repositories: { a/b: { sise: {} } }',
    '1:24 There is no setting `repositories.a/b.sise`. Did you mean `repositories.a/b.size`?',
  ],
  [
    'merge: { queries: [{ label: [x] }] }',
    '1:22 There is no setting `merge.queries.1.label`. Did you mean `merge.queries.1.labels`?',
  ],
  ['merge: { required_checks: [{}] }', '1:28 `merge.required_checks.1.name` must be text.'],
])('%s: %s', (text, mistake) => {
  expect(mistakesIn(text)).toEqual([expect.stringContaining(`bowsprit.yaml:${mistake}`)]);
});

test('tells every mistake at once, whatever kind it is', () => {
  const text = `locked: [5, merge.metod]
merg: {}
merge: { method: sqash, required_checks: [{ nme: a }] }
owners: { denied: ['[', ok] }
rules: { only: 5, disabled: [retitel] }
commands: { prefix: lgtm, bots: x }
repositories:
  widgets: { merge: { method: sqash } }
  acme/widgets: { rules: { disabled: [hlod], only: [5] } }
`;
  expect(mistakesIn(text).map((each) => each.replace(/^bowsprit.yaml:(\d+:\d+) (\S+ \S+ \S+ \S+).*/, '$1 $2'))).toEqual(
    [
      '1:10 `locked.1` must be text.',
      '2:1 There is no setting',
      '3:10 `merge.method` must be `merge`,',
      '3:43 `merge.required_checks.1.name` must be text.',
      '3:45 There is no setting',
      '4:20 The pattern is not',
      '5:10 `rules.only` must be a',
      '5:30 There is no command',
      '6:13 `commands.prefix` cannot be `lgtm`:',
      '6:27 `commands.bots` must be a',
      '8:3 `widgets` is not a',
      '8:23 `repositories.widgets.merge.method` must be `merge`,',
      '9:39 There is no command',
      '9:53 `repositories.acme/widgets.rules.only.1` must be text.',
    ],
  );
});

test('patterns that are refused use up what may be compiled, too', () => {
  const denied = Array.from({ length: 99 }, (_, place) => `'(a{1,100}){1,9}${place}'`);
  expect(mistakesIn(`owners: { denied: [${denied.join(', ')}] }`, 'repository')).toHaveLength(11);
});

test('tells which of those who may was meant', () => {
  expect(mistakesIn('allow: { lgtm: colaborator }')).toEqual([
    expect.stringMatching(/ or a list of which one suffices\. Did you mean `collaborator`\?$/),
  ]);
});

test.each<[kind: FileKind, text: string, mistake: string]>([
  [
    'organization',
    'engines: { https: [{ host: ci.example.com, secret: s }] }',
    '`engines` cannot be set here: it is for the deployment.',
  ],
  ['repository', 'fun: { picture_hosts: [evil.example] }', '`fun` cannot be set here: it is for the deployment.'],
  [
    'repository',
    'engines: { codebuild: [{ project: ci }] }',
    '`engines` cannot be set here: it is for the deployment.',
  ],
  ['organization', 'commands: { bots: [a] }', '`commands.bots` cannot be set here: it is for the deployment.'],
  ['repository', 'commands: { bots: [a] }', '`commands.bots` cannot be set here: it is for the deployment.'],
  ['repository', 'organizations: {}', '`organizations` cannot be set here: it is for the deployment.'],
  ['repository', 'locked: [merge]', '`locked` cannot be set here: it is for the organization or the deployment.'],
  [
    'repository',
    'repositories: {}',
    '`repositories` cannot be set here: it is for the organization or the deployment.',
  ],
  ['organization', 'organizations: {}', '`organizations` cannot be set here: it is for the deployment.'],
  ['organization', 'repositories: { a/b: {} }', '`a/b` is not the name of a repository, without its organization.'],
])('of the file of an %s: %s', (kind, text, mistake) => {
  expect(mistakesIn(text, kind)).toEqual([expect.stringContaining(mistake)]);
});

test('every setting has a default and a sentence, in the schema for editors too', () => {
  const rows = settingRows();
  expect(rows.map(({ key }) => key)).toContain('hold.lifted_by');
  for (const { byDefault, summary } of rows) {
    expect(byDefault.is === 'words' ? byDefault.words : byDefault.value).toBeDefined();
    expect(summary).toMatch(/\.$/);
  }
  expect(settingsJsonSchema()).toMatchObject({
    additionalProperties: false,
    properties: { merge: { properties: { method: { enum: ['merge', 'squash', 'rebase'], default: 'merge' } } } },
  });
});
