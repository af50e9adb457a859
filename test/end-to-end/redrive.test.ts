import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../cli/run.ts';
import type { Fault } from '../../local/github/faults.ts';
import { APPROVER, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack({ maxReceives: 2 });
const folder = mkdtempSync(join(tmpdir(), 'bowsprit-redrive-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'bowsprit-redrive-'));

const LABELS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels';
const REFUSED: Fault = { route: LABELS, kind: 'secondary-limit', retryAfter: 1, callers: ['installation'] };

beforeAll(() => {
  const { dynamodbEndpoint, sqsEndpoint, s3Endpoint, auditTable, cacheTable, anchorBucket, region, queueUrl } =
    running().stack.emulators;
  mkdirSync(join(folder, '.bowsprit'));
  writeFileSync(
    join(folder, '.bowsprit', 'local.json'),
    JSON.stringify({
      dynamodbEndpoint,
      sqsEndpoint,
      s3Endpoint,
      auditTable,
      cacheTable,
      anchorBucket,
      region,
      queueUrl,
    }),
  );
});
afterAll(() => {
  for (const each of [folder, elsewhere]) rmSync(each, { recursive: true });
});
afterEach(() => running().github.faults.clear());

type Ran = { readonly code: number; readonly out: string; readonly err: string };

async function redrive(args: string, at = folder, environment: Record<string, string> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(['redrive', ...args.split(' ').filter((each) => each !== '')], {
    environment,
    folder: at,
    now: () => new Date(),
    columns: undefined,
    print: async (text) => void out.push(text),
    warn: (text) => void err.push(text),
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** With a comment of which the label could not be put on. */
async function failing(line: string, by = STRANGER): Promise<{ readonly pull: Pull; readonly id: string }> {
  const { workplace, settled, github } = running();
  const pull = await (await workplace()).open();
  await settled();
  github.faults.set([REFUSED]);
  const id = await pull.comment(by, line);
  await settled();
  github.faults.clear();
  return { pull, id };
}

describe('what was given up', () => {
  test('is told of first, sent when asked, done once, and said to be done', async () => {
    const { settled, records, github } = running();
    const { pull, id } = await failing('/hold for the docs');
    const name = pull.name.replace('github:', '');

    const told = await redrive(name);
    expect(told.out.replaceAll(/[0-9a-f-]{36}/g, '<guid>').replaceAll(/\d{4}-\S+ \S+/g, '<when>')).toBe(
      [
        `PULL REQUEST           GIVEN UP             WHO          WHAT                AND NOW\n`,
        `${pull.name}  <when>  zoe-example  /hold for the docs  would be sent as <guid>~redrive-1\n`,
        'Nothing was sent. Add --yes to send it.\n',
      ]
        .join('')
        .replace('PULL REQUEST         ', 'PULL REQUEST'.padEnd(pull.name.length)),
    );
    await settled();
    expect(await pull.labels()).not.toContain('do-not-merge/hold');

    expect(await redrive(`${name} --yes`)).toMatchObject({ code: 0, out: expect.stringContaining(' sent as ') });
    await redrive(`${name} --yes`);
    await settled();
    expect(await pull.labels()).toContain('do-not-merge/hold');
    const holds = (await records(pull)).filter(({ command }) => command === 'hold');
    expect(holds.map(({ outcome, delivery }) => [outcome, delivery.replace(/^[0-9a-f-]{36}/, '<guid>')])).toEqual([
      ['failed', '<guid>'],
      ['done', '<guid>~redrive-1'],
    ]);
    expect(await pull.reactions(id)).toEqual(['+1']);
    const said = (await pull.words()).filter((words) => words.startsWith('@'));
    expect(said).toEqual(['@zoe-example: `/hold for the docs` is done now.']);
    expect((await redrive(name)).out).toBe('Nothing was given up there.\n');
    // The forge's own redelivery of it is as done as before.
    const [sent] = github.deliveries().filter(({ webhook }) => webhook.payload.includes('/hold for the docs'));
    github.redeliver(sent?.id ?? 0);
    await settled();
    expect((await records(pull)).filter(({ command }) => command === 'hold')).toHaveLength(2);
  });

  test('is done again only where it had failed', async () => {
    const { settled, records } = running();
    const { pull } = await failing('/retitle Another\n/hold', APPROVER);
    await pull.change(APPROVER, { title: 'By hand' });
    await settled();
    await redrive(`${pull.name} --yes`);
    await settled();
    expect((await pull.now()).title).toBe('By hand');
    expect(await pull.labels()).toContain('do-not-merge/hold');
    const said = (await records(pull)).filter(({ text }) => text !== '');
    expect(said.map(({ command, outcome }) => `${command} ${outcome}`)).toEqual([
      'retitle done',
      'hold failed',
      'hold done',
    ]);
  });

  test('is judged by the head its author could see', async () => {
    const { settled, records } = running();
    const { pull } = await failing('/lgtm', REVIEWER);
    pull.push({ 'src/other.ts': 'export const other = 1;\n' });
    await settled();
    await redrive(`${pull.name} --yes`);
    await settled();
    expect(await pull.labels()).not.toContain('lgtm');
    expect((await records(pull)).filter(({ command }) => command === 'lgtm').at(-1)).toMatchObject({
      outcome: 'refused',
    });
  });

  test('and repeated since is left alone, unless that is asked for', async () => {
    const { settled } = running();
    const { pull } = await failing('/hold');
    await pull.comment(STRANGER, '/hold');
    await settled();
    expect((await redrive(`${pull.name} --yes`)).out).toMatch(/not sent: zoe-example repeated it since \(record \d+\)/);
    expect((await redrive(`${pull.name} --repeated`)).out).toContain('would be sent');
  });

  test('is found by time', async () => {
    const { pull } = await failing('/hold');
    const now = JSON.parse((await redrive('--from 1h --json')).out);
    expect(now).toContainEqual(expect.objectContaining({ pull: pull.name, what: ['/hold'], sent: false }));
    expect((await redrive('--to 2020-01-01')).out).toBe('Nothing was given up there.\n');
    expect((await redrive(`--repo ${pull.name.replace(/#.*/, '')} --from 1h`)).out).toContain(pull.name);
  });

  test('of a deployment is found by its environment', async () => {
    const { stack, settled } = running();
    const { pull } = await failing('/hold');
    const { variables } = stack.emulators;
    expect(await redrive(`${pull.name} --yes`, elsewhere, variables)).toMatchObject({ code: 0 });
    await settled();
    expect(await pull.labels()).toContain('do-not-merge/hold');
    const { QUEUE_URL: _, ...unsent } = variables;
    const another = await failing('/hold');
    expect(await redrive(`${another.pull.name} --yes`, elsewhere, unsent)).toMatchObject({
      code: 2,
      err: expect.stringContaining('QUEUE_URL'),
    });
  });
});

test.each<[args: string, err: RegExp]>([
  ['', /Name a pull request, a --repo, or a time/],
  ['--yes', /Name a pull request, a --repo, or a time/],
  ['acme/widgets', /names no pull request/],
  ['acme/widgets#1 --repo acme/widgets', /not both/],
  ['--from soon', /--from is a day/],
])('redrive %s is wrong usage', async (args, err) => {
  const ran = await redrive(args);
  expect(ran.err).toMatch(err);
  expect(ran.code).toBe(2);
});
