import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../cli/run.ts';
import type { AuditRecord } from '../../shared/audit-record.ts';
import { EMPTY_CHAIN } from '../../shared/audit-record.ts';
import { itemOf } from '../../shared/store/audit-item.ts';
import { draft, givenTables } from '../store/here.ts';

const here = givenTables();
const folder = mkdtempSync(join(tmpdir(), 'bowsprit-cli-'));
/** Below the folder of npm start. */
const below = join(folder, 'src', 'deep');
const elsewhere = mkdtempSync(join(tmpdir(), 'bowsprit-cli-'));

const PULL = 'github:acme/widgets#12';
const EVIL = '=HYPERLINK("http://evil.example")\u001b[2J\u202e';

beforeAll(async () => {
  const { dynamodbEndpoint, s3Endpoint, auditTable, cacheTable, anchorBucket, region } = here().emulators;
  mkdirSync(join(folder, '.bowsprit'));
  mkdirSync(below, { recursive: true });
  writeFileSync(
    join(folder, '.bowsprit', 'local.json'),
    JSON.stringify({ dynamodbEndpoint, s3Endpoint, auditTable, cacheTable, anchorBucket, region }),
  );
  const drafts = [
    draft({ pull: PULL, id: '01A', at: '2026-11-20T10:00:00.000Z', position: 0 }),
    draft({
      pull: PULL,
      id: '01B',
      at: '2026-11-21T10:00:00.000Z',
      position: 1,
      actor: { login: 'grace-example', id: '2' },
      command: 'approve',
      text: '/approve',
      outcome: 'refused',
      reason: 'Only approvers may.',
    }),
    draft({ pull: PULL, id: '01C', at: '2026-11-22T10:00:00.000Z', position: 2, command: 'retitle', text: EVIL }),
    draft({
      pull: 'github:acme/widgets#13',
      id: '01D',
      at: '2026-11-23T10:00:00.000Z',
      command: 'hold',
      text: '/hold',
    }),
    draft({ pull: 'github:acme/broken#1', id: '01E', at: '2026-11-24T10:00:00.000Z' }),
    draft({ pull: 'github:acme/broken#1', id: '01F', at: '2026-11-24T10:00:00.000Z', position: 1 }),
    draft({ pull: 'github:acme/cut#1', id: '01G', at: '2026-11-24T10:00:00.000Z' }),
  ];
  for (const each of drafts) {
    // Each needs the head of its chain.
    // oxlint-disable-next-line no-await-in-loop
    await here().trail.append(each, EMPTY_CHAIN);
  }
  const [record] = await here().trail.after('github:acme/broken#1', 0);
  if (record === undefined) throw new Error('no record');
  const { documents } = here();
  await documents.send(new PutCommand({ TableName: auditTable, Item: { ...itemOf(record), reason: 'Because.' } }));
  await documents.send(new DeleteCommand({ TableName: auditTable, Key: { pull: 'github:acme/cut#1', sequence: 1 } }));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(elsewhere, { recursive: true });
});

type Ran = { readonly code: number; readonly out: string; readonly err: string };

async function bowsprit(
  args: readonly string[],
  given: { readonly folder?: string; readonly environment?: Record<string, string> } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(args, {
    environment: given.environment ?? {},
    folder: given.folder ?? below,
    now: () => new Date('2026-11-25T00:00:00Z'),
    columns: undefined,
    async print(text) {
      out.push(text);
    },
    warn(text) {
      err.push(text);
    },
  });
  return { code, out: out.join(''), err: err.join('') };
}

const idsIn = (json: string): readonly string[] => JSON.parse(json).map(({ id }: AuditRecord) => id);

test.each<[args: string, ids: readonly string[]]>([
  ['--repo acme/widgets', ['01A', '01B', '01C', '01D']],
  ['--repo github:ACME/Widgets --newest', ['01D', '01C', '01B', '01A']],
  ['--pull acme/widgets#12', ['01A', '01B', '01C']],
  ['--pull github:acme/widgets#13', ['01D']],
  ['--actor @Grace-Example', ['01B']],
  ['--command /hold', ['01D']],
  ['--repo acme/widgets --outcome refused', ['01B']],
  ['--repo acme/widgets --from 2026-11-21 --to 2026-11-22', ['01B', '01C']],
  ['--repo acme/widgets --from 2026-11-21T10:00 --to 2026-11-22T10:00:00Z', ['01B']],
  ['--repo acme/widgets --from 60h', ['01D']],
  ['--repo acme/nothing', []],
])('audit query %s', async (args, ids) => {
  const { code, out } = await bowsprit(['audit', 'query', ...args.split(' '), '--json']);
  expect(idsIn(out)).toEqual(ids);
  expect(code).toBe(0);
});

test('a limit says how to go on', async () => {
  const first = await bowsprit(['audit', 'query', '--repo', 'acme/widgets', '--limit', '3', '--json']);
  expect(idsIn(first.out)).toEqual(['01A', '01B', '01C']);
  const cursor = /--cursor (\S+)/.exec(first.err)?.[1] ?? '';
  const second = await bowsprit([
    'audit',
    'query',
    '--repo',
    'acme/widgets',
    '--cursor',
    cursor,
    '--limit',
    '3',
    '--json',
  ]);
  expect(idsIn(second.out)).toEqual(['01D']);
  expect(second.err).toBe('');
});

test('a table for people', async () => {
  const { out } = await bowsprit(['audit', 'query', '--pull', 'acme/widgets#12']);
  expect(out).toMatchInlineSnapshot(`
    "WHEN                 PULL REQUEST              WHO            COMMAND                                   OUTCOME  REASON
    2026-11-20 10:00:00  github:acme/widgets#12#1  Ada            /lgtm                                     done     It looks good to a reviewer.
    2026-11-21 10:00:00  github:acme/widgets#12#2  grace-example  /approve                                  refused  Only approvers may.
    2026-11-22 10:00:00  github:acme/widgets#12#3  Ada            =HYPERLINK("http://evil.example")<U+001…  done     It looks good to a reviewer.
    "
  `);
});

test('CSV for spreadsheets', async () => {
  const { out } = await bowsprit(['audit', 'query', '--pull', 'acme/widgets#12', '--csv']);
  const [head, , , evil] = out.split('\n');
  expect(head).toBe(
    'at,id,pull,sequence,actor,actor_id,command,text,outcome,reason,head_sha,rule,file,path,commit,actions,source,url,delivery,position,hash',
  );
  expect(evil).toContain(`,"'=HYPERLINK(""http://evil.example"")<U+001B>[2J<U+202E>",`);
  expect(out).not.toContain('\u001b');
  expect(out).not.toContain('\u202e');
});

test.each([
  ['01B', ['audit', 'show', '01B']],
  ['its place', ['audit', 'show', 'acme/widgets#12#2']],
])('one record by %s', async (_, args) => {
  const { out, code } = await bowsprit([...args, '--json']);
  expect(JSON.parse(out)).toMatchObject({ id: '01B', sequence: 2 });
  expect(code).toBe(0);
});

test('one record for people', async () => {
  const { out } = await bowsprit(['audit', 'show', '01B']);
  expect(out.replaceAll(/[0-9a-f]{64}/g, '<hash>')).toMatchInlineSnapshot(`
    "Record      github:acme/widgets#12#2
    Id          01B
    When        2026-11-21T10:00:00.000Z
    Who         grace-example (2)
    Command     approve
    As written  /approve
    Outcome     refused
    Reason      Only approvers may.
    Because of  reviewer, OWNERS, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    Head        aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    Source      comment 7 https://forge.example/acme/widgets/pull/1#7
    Delivery    delivery-1, position 1
    Action      add-label, label "lgtm": done
    Previous    <hash>
    Hash        <hash>
    "
  `);
});

test('export is one object a line, of everything or of what is asked for', async () => {
  const everything = await bowsprit(['audit', 'export']);
  const ids = everything.out
    .trimEnd()
    .split('\n')
    .map((line): string => JSON.parse(line).id);
  expect(ids.toSorted()).toEqual(['01A', '01B', '01C', '01D', '01E', '01F']);
  const refused = await bowsprit([
    'audit',
    'export',
    '--outcome',
    'refused',
    '--from',
    '2026-11-21',
    '--to',
    '2026-11-21',
  ]);
  expect(refused.out.trimEnd().split('\n')).toHaveLength(1);
  const some = await bowsprit(['audit', 'export', '--pull', 'acme/widgets#13']);
  expect(JSON.parse(some.out)).toEqual(await here().trail.show('01D'));
});

test.each<[args: string, code: number, out: RegExp]>([
  ['acme/widgets#12', 0, /^github:acme\/widgets#12 {2}sound {2}3 records, unbroken\. Anchored to the end\.\n$/],
  ['--repo acme/widgets', 0, /#12 {2}sound.*\n.*#13 {2}sound/],
  ['--repo acme/broken', 1, /BROKEN {2}Record 1 was altered: its hash does not fit it\.\n$/],
  ['--repo acme/cut', 1, /BROKEN {2}The end was cut off: record 1 is anchored and not in the table\.\n$/],
  ['--pull acme/widgets#12 acme/broken#1', 1, /broken#1 +BROKEN[^]*widgets#12 +sound/],
  ['acme/widgets#12 --json', 0, /"sound": true/],
  ['--repo acme/broken --csv', 1, /\ngithub:acme\/broken#1,2,no,altered,1,2,Record 1/],
])('audit verify %s', async (args, code, out) => {
  const ran = await bowsprit(['audit', 'verify', ...args.split(' ')]);
  expect(ran.out).toMatch(out);
  expect(ran.code).toBe(code);
});

test.each<[args: string, named: string]>([
  ['acme/widgets#99', 'github:acme/widgets#99'],
  ['acme/widgets#99 --json', 'github:acme/widgets#99'],
  ['acme/widgets#12 acme/widgets#99', 'github:acme/widgets#99'],
  ['acme/widgets#98 acme/widgets#99', 'github:acme/widgets#98, github:acme/widgets#99'],
  ['--repo acme/nothing', 'github:acme/nothing'],
])('audit verify %s does not vouch for what was never there', async (args, named) => {
  const ran = await bowsprit(['audit', 'verify', ...args.split(' ')]);
  expect(ran.err).toBe(`There are no records of ${named}.\n`);
  expect(ran.out).not.toMatch(/No records|#99 +sound/);
  expect(ran.code).toBe(1);
});

test('audit verify without a name looks at everything', async () => {
  const { out, code } = await bowsprit(['audit', 'verify', '--json']);
  expect(JSON.parse(out)).toMatchObject([
    { pull: 'github:acme/broken#1', sound: false },
    { pull: 'github:acme/cut#1', sound: false },
    { pull: PULL, sound: true },
    { pull: 'github:acme/widgets#13', sound: true },
  ]);
  expect(code).toBe(1);
});

test.each<[args: string, err: RegExp]>([
  ['', /^Usage: bowsprit <verb>/],
  ['audit', /audit query.*\n.*audit show/],
  ['audit qurey', /There is no verb "audit qurey"\. Did you mean bowsprit audit query\?/],
  ['nonsense', /There is no verb "nonsense"\.\nSee: bowsprit --help/],
  ['audit query', /Name a --pull, --repo, --actor or --command/],
  ['audit query --reop x', /'--reop'[^]*See: bowsprit audit query --help/],
  ['audit query --repo widgets', /"widgets" names no repository/],
  ['audit query --pull acme/widgets', /names no pull request/],
  ['audit query --repo a/b --outcome good', /--outcome is one of done, refused, failed/],
  ['audit query --repo a/b --from yesterday', /--from is a day/],
  ['audit query --repo a/b --from 2026-13-45', /--from is a day/],
  ['audit query --repo a/b --from 2026-11-25 --to 2026-11-20', /--to lies before --from/],
  ['audit query --repo a/b --limit none', /--limit is a number/],
  ['audit query --repo a/b --cursor bm8', /no place in an audit query/],
  ['audit query --repo a/b --json --csv', /not both/],
  ['audit show', /Name one record/],
  ['audit show acme/widgets#12', /names no record/],
  ['audit verify a/b#1 --repo a/b', /not both/],
  ['audit export --limit 3', /are for audit query/],
])('bowsprit %s is wrong usage', async (args, err) => {
  const ran = await bowsprit(args === '' ? [] : args.split(' '));
  expect(ran.err).toMatch(err);
  expect(ran.code).toBe(2);
});

test.each<[args: string, out: RegExp]>([
  ['--help', /audit query[^]*Exit codes/],
  ['audit --help', /audit verify/],
  ['audit query --help', /--repo acme\/widgets/],
  ['--version', /^\d+\.\d+\.\d+\n$/],
])('bowsprit %s', async (args, out) => {
  const ran = await bowsprit(args.split(' '), { folder: elsewhere });
  expect(ran.out).toMatch(out);
  expect(ran.code).toBe(0);
});

test('no record of that name is something wrong', async () => {
  expect(await bowsprit(['audit', 'show', 'nobody'])).toMatchObject({ code: 1, err: 'There is no record nobody.\n' });
});

test('without a table it says where it looks for one', async () => {
  const { code, err } = await bowsprit(['audit', 'verify'], { folder: elsewhere });
  expect(err).toMatch(/Run this in the folder of a running npm start, or name a deployed table/);
  expect(code).toBe(2);
});

test('a server that is gone is named, with the file that named it', async () => {
  const gone = mkdtempSync(join(tmpdir(), 'bowsprit-cli-'));
  mkdirSync(join(gone, '.bowsprit'));
  // Port 9 (discard) answers nowhere.
  const local = join(gone, '.bowsprit', 'local.json');
  writeFileSync(local, JSON.stringify({ dynamodbEndpoint: 'http://127.0.0.1:9' }));
  const { code, err } = await bowsprit(['audit', 'verify', 'a/b#1'], { folder: gone });
  expect(err).toContain(`no answer from table bowsprit-audit at http://127.0.0.1:9, named in ${local}`);
  expect(code).toBe(1);
  writeFileSync(local, 'nonsense');
  expect(await bowsprit(['audit', 'verify'], { folder: gone })).toMatchObject({ code: 2 });
  rmSync(gone, { recursive: true });
});

test('a chain that belongs to no pull request is asked for like any other', async () => {
  const pull = 'github:app#recovery';
  await here().trail.append(draft({ pull, id: '01R', command: 'sweep:recovery', text: '' }), EMPTY_CHAIN);
  for (const args of [`query --pull ${pull}`, 'query --repo github:app', 'query --command sweep:recovery']) {
    // oxlint-disable-next-line no-await-in-loop
    expect(idsIn((await bowsprit(['audit', ...args.split(' '), '--json'])).out)).toEqual(['01R']);
  }
  expect((await bowsprit(['audit', 'show', `${pull}#1`, '--json'])).out).toContain('"01R"');
  expect(await bowsprit(['audit', 'verify', pull])).toMatchObject({ code: 0 });
  expect((await bowsprit(['audit', 'verify', '--repo', 'github:app'])).out).toMatch(/^github:app#recovery +sound/);
  expect(await bowsprit(['audit', 'query', '--pull', 'github:app'])).toMatchObject({ code: 2 });
});

test('as a program, against the table that the environment names', async () => {
  const { emulators } = here();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../../cli/bowsprit.ts'), 'audit', 'query', '--repo', 'acme/widgets', '--json'],
    { cwd: elsewhere, env: { ...process.env, ...emulators.variables } },
  );
  expect(idsIn(stdout)).toHaveLength(4);
});
