import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../cli/run.ts';
import { settingsFrom } from '../../shared/settings/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-import-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const PLUGINS = 'plugins:\n  acme:\n    plugins: [hold, trick-or-treat]\nlabel: {additional_labels: [x]}\n';
const CLEAN = 'plugins:\n  acme:\n    plugins: [hold]\n';

async function called(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly [code: number, out: string, err: string]> {
  let [out, err] = ['', ''];
  const code = await run(['import', 'prow', ...args], {
    environment,
    folder,
    now: () => new Date(0),
    print: (text) => {
      out += text;
      return Promise.resolve();
    },
    warn: (text) => {
      err += text;
    },
    columns: undefined,
  });
  return [code, out.replaceAll(folder, ''), err.replaceAll(folder, '')];
}

test('settings are printed, and what was found beside them', async () => {
  writeFileSync(join(folder, 'plugins.yaml'), PLUGINS);
  const [code, out, err] = await called([]);
  expect(code).toBe(1);
  expect(out).toMatchInlineSnapshot(`
    "rules: { only: [help, commands] } # plugins.yaml:1
    merge: { enabled: false, queries: [] } # plugins.yaml:1
    labels: { additional: [x] } # plugins.yaml:4
    organizations:
      acme:
        rules:
          only:
            - hold
            - require
            - unrequire
            - freeze
            - away
            - undo
            - why
            - help
            - commands
            - label-by-hand
            - hold-ends
            - path-labels
            - batch
            - blockers
            - merge-queue
            - auto-merge
            - merge-status
            - tide-status
    "
  `);
  expect(err).toMatchInlineSnapshot(`
    "Dead configuration: does nothing, in Prow either
      /plugins.yaml:4:8  label: \`label\` is on nowhere, so this does nothing.

    Not supported: has an effect in Prow and none here
      /plugins.yaml:3:21  plugins: trick-or-treat: No command shows sweets here. It is on for 1 organization.
    "
  `);
  expect(settingsFrom(out, 'bowsprit.yaml', 'deployment').is).toBe('document');
});

test('with --out, settings go into the file and findings are printed', async () => {
  writeFileSync(join(folder, 'plugins.yaml'), CLEAN);
  expect(await called(['--out', 'settings.yaml'])).toEqual([0, 'All of it has an equivalent.\n', '']);
  expect(settingsFrom(readFileSync(join(folder, 'settings.yaml'), 'utf8'), 'settings.yaml', 'deployment').is).toBe(
    'document',
  );
});

test('as JSON', async () => {
  writeFileSync(join(folder, 'plugins.yaml'), PLUGINS);
  const [code, out] = await called(['--json']);
  expect([code, JSON.parse(out)]).toEqual([
    1,
    {
      settings: expect.objectContaining({ rules: { only: ['help', 'commands'] } }),
      findings: expect.arrayContaining([
        {
          file: '/plugins.yaml',
          line: 4,
          column: 8,
          kind: 'dead',
          key: 'label',
          reason: '`label` is on nowhere, so this does nothing.',
        },
      ]),
    },
  ]);
});

test.each<[name: string, file: string, args: readonly string[], code: number, err: string]>([
  [
    'a mistake',
    'size: {s: 5}\n',
    [],
    1,
    'Errors: neither Prow nor Bowsprit runs with these files\n  /plugins.yaml:1:11  size.s: `size.s` must be at most `size.m`',
  ],
  [
    'no such folder',
    CLEAN,
    ['nowhere'],
    2,
    'There is neither a plugins.yaml nor a config.yaml in /nowhere.\nSee: bowsprit import prow --help\n',
  ],
  ['two folders', CLEAN, ['a', 'b'], 2, 'One folder at a time.\nSee: bowsprit import prow --help\n'],
  ['an unknown option', CLEAN, ['--what'], 2, "Unknown option '--what'"],
  ['no name of a file', CLEAN, ['--out='], 2, '--out needs the name of a file.'],
])('%s', async (_, file, args, code, err) => {
  writeFileSync(join(folder, 'plugins.yaml'), file);
  const [exit, out, said] = await called(args);
  expect([exit, out]).toEqual([code, '']);
  expect(said).toContain(err);
});

test('the folder may be the one that the deployment uses', async () => {
  writeFileSync(join(folder, 'plugins.yaml'), CLEAN);
  expect((await called([], { BOWSPRIT_PROW_CONFIG: folder }))[0]).toBe(0);
  expect((await called([], { BOWSPRIT_PROW_CONFIG: join(folder, 'x') }))[0]).toBe(2);
});
