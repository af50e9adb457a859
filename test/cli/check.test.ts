import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../cli/run.ts';

const folders: string[] = [];

type Files = Readonly<Record<string, string>>;

function folderOf(files: Files, name = 'checkout'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'bowsprit-check-')), name);
  folders.push(dirname(folder));
  mkdirSync(folder);
  written(folder, files);
  return folder;
}

function written(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function git(folder: string, ...args: readonly string[]): void {
  execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' });
}

function checkoutOf(files: Files, remote?: string): string {
  const folder = folderOf(files);
  git(folder, 'init');
  git(folder, 'add', '--all');
  if (remote !== undefined) git(folder, 'remote', 'add', 'origin', remote);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

type Ran = { readonly code: number; readonly lines: readonly string[]; readonly err: string };

async function bowsprit(folder: string, ...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(['check', ...args], {
    environment: {},
    folder,
    now: () => new Date('2026-11-25T00:00:00Z'),
    columns: undefined,
    async print(text) {
      out.push(text);
    },
    warn(text) {
      err.push(text);
    },
  });
  return { code, lines: out.join('').trimEnd().split('\n'), err: err.join('') };
}

const SETTINGS = '.github/bowsprit.yaml';
const DEPLOY =
  "{ name: deploy, summary: Deploys., args: [{ name: to, is: choice, of: [a, b] }], engine: jenkins, target: team/deploy, parameters: [{ name: TO, value: '{to}' }] }";
const ORDINARY = 'taken for an ordinary repository (nothing says otherwise).';
const LOCKING = 'merge:\n  method: squash\nlocked:\n  - merge.method\n';

test.each<[title: string, files: Files, args: string, lines: readonly string[]]>([
  ['an empty folder', {}, '', [`Nothing wrong in 0 files of the checkout, ${ORDINARY}`]],
  [
    'good files',
    {
      [SETTINGS]: 'size:\n  s: 5\n',
      OWNERS: 'approvers:\n- ada-example\n',
      OWNERS_ALIASES: 'aliases:\n  all:\n  - ada-example\n',
      'docs/OWNERS': 'reviewers:\n- all\n',
      '.github/CODEOWNERS': '* @ada-example\n',
    },
    '',
    [`Nothing wrong in 5 files of the checkout, ${ORDINARY}`],
  ],
  [
    'a setting that there is not, and a value that fits none',
    { [SETTINGS]: 'size:\n  xs: 5\nmerge:\n  method: octopus\n' },
    '',
    [
      `${SETTINGS}:2:3: There is no setting \`size.xs\`. Did you mean \`size.s\`?`,
      `${SETTINGS}:4:3: \`merge.method\` must be \`merge\`, \`squash\` or \`rebase\`.`,
      `2 mistakes in 1 file of the checkout, ${ORDINARY} 1 file would not take effect.`,
    ],
  ],
  [
    'values that do not fit each other',
    { [SETTINGS]: 'size:\n  s: 50\n' },
    '',
    [
      `${SETTINGS}:2:3: No size may begin below the one before it: s, m, l, xl, xxl.`,
      `1 mistake in 1 file of the checkout, ${ORDINARY}`,
    ],
  ],
  [
    'commands of its own, rightly declared',
    { [SETTINGS]: `custom:\n  commands:\n    - ${DEPLOY}\n` },
    '',
    [`Nothing wrong in 1 file of the checkout, ${ORDINARY}`],
  ],
  [
    'a command of its own by the name of another',
    { [SETTINGS]: `custom:\n  commands:\n    - ${DEPLOY.replace('deploy', 'lgtm')}\n` },
    '',
    [
      `${SETTINGS}:2:3: \`/lgtm\` is a command already, or another spelling of one.`,
      `1 mistake in 1 file of the checkout, ${ORDINARY}`,
    ],
  ],
  [
    'a command of its own that puts in what nobody writes',
    { [SETTINGS]: `custom:\n  commands:\n    - ${DEPLOY.replace('{to}', '{where}')}\n` },
    '',
    [`${SETTINGS}:2:3: \`/deploy\`: there is no \`{where}\`.`, `1 mistake in 1 file of the checkout, ${ORDINARY}`],
  ],
  [
    'a job that cannot be',
    { [SETTINGS]: 'pipelines:\n  jobs:\n    - { name: a, always_run: true, run_if_changed: x }\n' },
    '',
    [
      `${SETTINGS}:2:3: The job \`a\` cannot have \`always_run\` and \`run_if_changed\` at once.`,
      `1 mistake in 1 file of the checkout, ${ORDINARY}`,
    ],
  ],
  [
    'an engine, which only the deployment sets up',
    { [SETTINGS]: 'engines: { https: [] }\n' },
    '',
    [
      `${SETTINGS}:1:1: \`engines\` cannot be set here: it is for the deployment.`,
      `1 mistake in 1 file of the checkout, ${ORDINARY} 1 file would not take effect.`,
    ],
  ],
  [
    'more approvals than there are owners',
    {
      OWNERS: 'approvers:\n- root-example\n',
      OWNERS_ALIASES: 'aliases:\n  team:\n  - ada-example\n  - grace-example\n',
      'a/OWNERS': 'approvers:\n- ada-example\noptions:\n  min_approvals: 3\n',
      'b/OWNERS': 'approvers:\n- team\noptions:\n  min_approvals: 3\n',
      'c/OWNERS': 'approvers:\n- ada-example\noptions:\n  no_parent_owners: true\n  min_approvals: 2\n',
    },
    '',
    [
      'a/OWNERS:4:1: 3 approvals are asked for, and only 2 people could approve: nobody can merge what lies here.',
      'c/OWNERS:5:1: 2 approvals are asked for, and only 1 person could approve: nobody can merge what lies here.',
      `2 mistakes in 5 files of the checkout, ${ORDINARY}`,
    ],
  ],
  [
    'owners that cannot be read, in order',
    {
      OWNERS: 'approvers: ada-example\n',
      'docs/OWNERS': 'aprovers:\n- ada-example\n',
      OWNERS_ALIASES: 'aliases:\n- ada-example\n',
      CODEOWNERS: '* @ada-example\n!docs @grace-example\n',
    },
    '',
    [
      'CODEOWNERS:2:1: CODEOWNERS cannot negate a pattern with "!".',
      'OWNERS:1:12: This must be a list: one name per line, each after a dash.',
      'OWNERS_ALIASES:2:1: `aliases` must hold names, each with its list of members.',
      'docs/OWNERS:1:1: This key is unknown and has no effect.',
      `4 mistakes in 4 files of the checkout, ${ORDINARY} 2 files would not take effect.`,
    ],
  ],
  [
    'what lies where nobody looks',
    {
      '.github/bowsprit.yml': 'size:\n  s: 5\n',
      'bowsprit.yaml': 'size:\n  s: 5\n',
      'docs/OWNERS_ALIASES': '',
      '.github/CODEOWNERS': '* @ada-example\n',
      'docs/CODEOWNERS': '* @ada-example\n',
      'src/CODEOWNERS': '* @ada-example\n',
    },
    '--as acme/widgets',
    [
      '.github/bowsprit.yml:1:1: This file is not read. Settings are read from `.github/bowsprit.yaml`: move it there.',
      "bowsprit.yaml:1:1: This file is not read. Settings are read from `.github/bowsprit.yaml`: move it there. Only in an organization's `.github` repository does `bowsprit.yaml` in the root count.",
      'docs/CODEOWNERS:1:1: This file is not read: `.github/CODEOWNERS` comes before it.',
      'docs/OWNERS_ALIASES:1:1: This file is not read: only `OWNERS_ALIASES` in the root is.',
      'src/CODEOWNERS:1:1: This file is not read: only `.github/CODEOWNERS`, `CODEOWNERS`, `docs/CODEOWNERS` are looked for, in this order.',
      '5 mistakes in 4 files of acme/widgets, taken for an ordinary repository (as it was called). 5 files would not take effect.',
    ],
  ],
  [
    'a second file beside the one that counts',
    { [SETTINGS]: '', '.github/bowsprit.yml': '' },
    '',
    [
      '.github/bowsprit.yml:1:1: This file is not read. Settings are read from `.github/bowsprit.yaml`, which is there as well: remove this one.',
      `1 mistake in 1 file of the checkout, ${ORDINARY} 1 file would not take effect.`,
    ],
  ],
  [
    'owners whose folder does not count here',
    {
      [SETTINGS]: 'owners:\n  denied:\n    - ^third_party\n',
      'third_party/x/OWNERS': 'nonsense',
      'vendor/a/b/OWNERS': 'nonsense',
      'node_modules/a/OWNERS': 'nonsense',
    },
    '',
    [`Nothing wrong in 1 file of the checkout, ${ORDINARY}`],
  ],
  [
    'front matter where nobody asked for it',
    { 'README.md': '---\napprovers: ada-example\n---\n' },
    '',
    [`Nothing wrong in 0 files of the checkout, ${ORDINARY}`],
  ],
  [
    'front matter where the settings ask for it',
    { [SETTINGS]: 'owners:\n  markdown_front_matter: true\n', 'README.md': '---\napprovers: ada-example\n---\n' },
    '',
    [
      'README.md:2:12: This must be a list: one name per line, each after a dash.',
      `1 mistake in 2 files of the checkout, ${ORDINARY} 1 file would not take effect.`,
    ],
  ],
  [
    'what an organization may not set',
    { 'bowsprit.yaml': 'commands:\n  bots:\n    - robot\nrepositories:\n  widgets:\n    size:\n      s: 50\n' },
    '',
    [
      'bowsprit.yaml:2:3: `commands.bots` cannot be set here: it is for the deployment.',
      "1 mistake in 1 file of the checkout, taken for an organization's .github repository (bowsprit.yaml lies in its root). 1 file would not take effect.",
    ],
  ],
  [
    'what does not fit for one repository of an organization',
    { 'bowsprit.yaml': 'repositories:\n  widgets:\n    size:\n      s: 50\n', [SETTINGS]: 'size:\n  m: 1\n' },
    '--as acme/.github',
    [
      `${SETTINGS}:2:3: No size may begin below the one before it: s, m, l, xl, xxl.`,
      'bowsprit.yaml:4:7: No size may begin below the one before it: s, m, l, xl, xxl.',
      "2 mistakes in 2 files of acme/.github, taken for an organization's .github repository (as it was called).",
    ],
  ],
  [
    'what the organization has locked',
    { [SETTINGS]: 'merge:\n  method: rebase\n' },
    '--organization ../organization.yaml',
    [
      `${SETTINGS}:2:3: \`merge.method\` is locked by the organization (\`../organization.yaml\` line 4) and stays as it is.`,
      `1 mistake in 2 files of the checkout, ${ORDINARY}`,
    ],
  ],
  [
    'what the deployment has locked for this organization',
    { [SETTINGS]: 'merge:\n  method: rebase\n' },
    '--deployment ../deployment.yaml --as acme/widgets',
    [
      `${SETTINGS}:2:3: \`merge.method\` is locked by the deployment (\`../deployment.yaml\` line 5) and stays as it is.`,
      '1 mistake in 2 files of acme/widgets, taken for an ordinary repository (as it was called).',
    ],
  ],
  [
    'what it has locked for another',
    { [SETTINGS]: 'merge:\n  method: rebase\n' },
    '--deployment ../deployment.yaml --as umbrella/widgets',
    ['Nothing wrong in 2 files of umbrella/widgets, taken for an ordinary repository (as it was called).'],
  ],
  [
    "what Prow's files say below all of it",
    { [SETTINGS]: 'size:\n  s: 50\n' },
    '--prow ../prow --as acme/widgets',
    [
      '../prow/plugins.yaml:4:8: label: `label` is on nowhere, so this does nothing.',
      `${SETTINGS}:2:3: No size may begin below the one before it: s, m, l, xl, xxl.`,
      '2 mistakes in 2 files of acme/widgets, taken for an ordinary repository (as it was called).',
    ],
  ],
  [
    "Prow's files that Prow refuses as well",
    {},
    '--prow ../refused',
    [
      '../refused/plugins.yaml:1:10: plugins: `plugins` must be a map of organizations and repositories.',
      `1 mistake in 1 file of the checkout, ${ORDINARY} 1 file would not take effect.`,
    ],
  ],
  [
    "the deployment's own mistakes",
    {},
    '--deployment ../broken.yaml',
    [
      '../broken.yaml:1:1: There is no setting `sise`. Did you mean `size`?',
      `1 mistake in 1 file of the checkout, ${ORDINARY} 1 file would not take effect.`,
    ],
  ],
])('%s', async (_, files, args, lines) => {
  const folder = folderOf(files);
  written(dirname(folder), {
    'organization.yaml': LOCKING,
    'deployment.yaml': 'organizations:\n  acme:\n    merge:\n      method: squash\n    locked: [merge.method]\n',
    'broken.yaml': 'sise:\n  s: 1\n',
    'prow/plugins.yaml': 'plugins:\n  acme:\n    plugins: [hold]\nlabel: {additional_labels: [x]}\n',
    'refused/plugins.yaml': 'plugins: 7\n',
  });
  const ran = await bowsprit(folder, ...args.split(' ').filter((arg) => arg !== ''));
  expect(ran.lines).toEqual(lines);
  expect(ran.code).toBe(lines.length === 1 ? 0 : 1);
});

test.each<[remote: string | undefined, taken: string]>([
  ['git@forge.example:acme/widgets.git', 'acme/widgets, taken for an ordinary repository (its remote says so).'],
  ['https://forge.example/acme/widgets', 'acme/widgets, taken for an ordinary repository (its remote says so).'],
  [
    'https://forge.example/acme/.github.git',
    "acme/.github, taken for an organization's .github repository (its remote says so).",
  ],
  [undefined, `the checkout, ${ORDINARY}`],
])('a checkout of %s', async (remote, taken) => {
  const { lines } = await bowsprit(checkoutOf({ OWNERS: '' }, remote));
  expect(lines).toEqual([`Nothing wrong in 1 file of ${taken}`]);
});

test('a folder called .github', async () => {
  const { lines } = await bowsprit(folderOf({ 'bowsprit.yaml': '' }, '.github'));
  expect(lines).toEqual([
    "Nothing wrong in 1 file of the checkout, taken for an organization's .github repository (so its folder is called).",
  ]);
});

test('what git ignores is left alone, what is new is not, and what lies around a folder is found from within', async () => {
  const folder = checkoutOf({ OWNERS: '', 'gone/OWNERS': 'nonsense', '.gitignore': 'built/\n' });
  rmSync(join(folder, 'gone'), { recursive: true });
  written(folder, { 'built/OWNERS': 'nonsense', 'new/deep/OWNERS': 'nonsense' });
  const found = [
    'new/deep/OWNERS:1:1: An OWNERS file holds keys such as `approvers:`, each followed by a list of names.',
    `1 mistake in 2 files of the checkout, ${ORDINARY} 1 file would not take effect.`,
  ];
  expect((await bowsprit(folder)).lines).toEqual(found);
  expect((await bowsprit(join(folder, 'new', 'deep'))).lines).toEqual(found);
  // On its own it is what somebody asked for.
  expect((await bowsprit(folder, 'built')).lines[0]).toMatch(/^OWNERS:1:1: /);
});

test('what is no plain text file cannot be read, and what is behind a link is not there', async () => {
  const folder = folderOf({ 'real/OWNERS': 'nonsense' });
  mkdirSync(join(folder, 'linked'));
  symlinkSync('../real/OWNERS', join(folder, 'linked', 'OWNERS'));
  mkdirSync(join(folder, 'binary'));
  writeFileSync(join(folder, 'binary', 'OWNERS'), Uint8Array.of(0xff, 0xfe, 0x00));
  symlinkSync('real', join(folder, 'folder'));
  const { lines, code } = await bowsprit(folder);
  expect(lines.slice(0, -1)).toEqual([
    'binary/OWNERS:1:1: It is not text.',
    'linked/OWNERS:1:1: It is a link, a folder or a submodule, not a file.',
    'real/OWNERS:1:1: An OWNERS file holds keys such as `approvers:`, each followed by a list of names.',
  ]);
  expect(code).toBe(1);
});

test('names of files move no cursor', async () => {
  const { lines } = await bowsprit(folderOf({ 'a\u001b[2J/OWNERS': 'nonsense' }));
  expect(lines[0]).toMatch(/^a<U\+001B>\[2J\/OWNERS:1:1: /);
});

test('as JSON', async () => {
  const { lines, code } = await bowsprit(folderOf({ OWNERS: 'aprovers: []\n', 'a/OWNERS': '[' }), '--json');
  expect(JSON.parse(lines.join('\n'))).toEqual([
    { path: 'OWNERS', line: 1, column: 1, problem: 'This key is unknown and has no effect.', breaks: false },
    { path: 'a/OWNERS', line: 1, column: 2, problem: expect.any(String), breaks: true },
  ]);
  expect(code).toBe(1);
  const nothing = await bowsprit(folderOf({}), '--json');
  expect(nothing).toEqual({ code: 0, lines: ['[]'], err: '' });
});

test.each<[args: string, err: RegExp]>([
  ['a b', /One folder at a time/],
  ['nowhere', /"nowhere" is not a folder/],
  ['--as widgets', /"widgets" names no repository/],
  ['--deployment nowhere.yaml', /The file nowhere\.yaml cannot be read/],
  ['--as acme/.github --organization x.yaml', /the organization's own repository/],
  ['--prow nowhere', /neither a plugins\.yaml nor a config\.yaml in the folder nowhere/],
  ['--fix', /--fix[^]*See: bowsprit check --help/],
])('bowsprit check %s is wrong usage', async (args, err) => {
  const ran = await bowsprit(folderOf({}), ...args.split(' '));
  expect(ran.err).toMatch(err);
  expect(ran.code).toBe(2);
});
