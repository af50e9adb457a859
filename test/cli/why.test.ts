import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenFolder, type Ran } from '../support/cli.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();
const { elsewhere, ran, untouched: unwritten } = givenFolder(running);

const why = (args: readonly string[], where?: Parameters<typeof ran>[1]): Promise<Ran> => ran(['why', ...args], where);
const untouched = (args: readonly string[]): Promise<Ran> => unwritten(['why', ...args]);

const named = ({ name }: Pull): string => name.replace(/^github:/, '');
const short = (text: string, pull: Pull): string =>
  text
    .replaceAll(pull.head().slice(0, 7), 'abc1234')
    .replaceAll(named(pull), 'acme/place#1')
    .replaceAll(/ at `[0-9a-f]{7}`/g, ' at `def5678`');

async function opened(): Promise<Pull> {
  const { workplace, settled } = running();
  const pull = await (await workplace()).open();
  await settled();
  return pull;
}

test('what is missing, each with its next step, and what is green', async () => {
  const pull = await opened();
  const { out, code } = await untouched([named(pull)]);
  expect(short(out, pull)).toMatchInlineSnapshot(`
    "acme/place#1 at abc1234 into main: 2 of 13 gates are missing.

    Missing
        lgtm for this head
            Nobody said lgtm to \`abc1234\`.
            A reviewer who is not \`ben-example\` comments \`/lgtm\`.
            \`merge.queries\` as it is built in
        approved by the owners of the root
            1 file: no approval.
            \`ada-example\` comments \`/approve\`.
            OWNERS of the base branch, \`OWNERS\` at \`def5678\`

    Green
        open
            It is open.
            built in
        not a draft
            It is ready for review.
            built in
        not held
            Nobody holds it.
            \`hold.lifted_by\` as it is built in
        not frozen
            \`main\` is not frozen.
            built in
        no blocking issue
            No issue keeps it from being merged.
            \`merge.blocker_label\` as it is built in
        no blocking label
            No do-not-merge label is on.
            built in
        no conflict
            It has no conflict with \`main\`.
            built in
        checks are green
            No check counts here.
            \`merge.all_checks\` as it is built in
        up to date
            It need not have what \`main\` has.
            \`merge.up_to_date\` as it is built in
        merging is on
            Bowsprit merges here.
            \`merge.enabled\` as it is built in
        a way to merge
            It is merged by \`merge\`: \`merge.method\` says so.
            \`merge.method\` as it is built in
    "
  `);
  expect(code).toBe(1);
});

test('it would be merged', async () => {
  const { settled } = running();
  const pull = await opened();
  await pull.comment(AUTHOR, '/hold');
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await settled();
  const held = await untouched([pull.name, '--json']);
  expect(JSON.parse(held.out)).toMatchObject({
    pull: named(pull),
    headSha: pull.head(),
    baseRef: 'main',
    passed: false,
    missing: [{ id: `holds/${AUTHOR}`, passed: false, evidence: [{ by: AUTHOR }] }],
    gate: { is: 'all', id: 'merge' },
  });
  expect(held.code).toBe(1);

  await pull.comment(AUTHOR, '/unhold');
  await settled();
  expect(await pull.merged()).toBe(true);
  const over = await untouched([named(pull)]);
  expect(over.out).toContain('It is merged.');
  expect(over.code).toBe(1);
});

test('nothing is missing where the settings switch the merging rule off', async () => {
  const { workplace, settled } = running();
  const place = await workplace({
    files: {
      OWNERS: `approvers:\n- ${APPROVER}\n`,
      'a.md': 'a\n',
      '.github/bowsprit.yaml': 'rules:\n  disabled: [merge]\n',
    },
  });
  const pull = await place.open({ files: { 'a.md': 'b\n' } });
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await settled();
  const { out, code } = await untouched([named(pull)]);
  expect(out).toMatch(/into main: all \d+ gates are green\.\n\nGreen\n/);
  expect(code).toBe(0);
});

test('what is open to somebody', async () => {
  const pull = await opened();
  const all = await untouched([named(pull), '--as', `@${STRANGER}`]);
  expect(all.out).toMatch(
    /^acme\/.*, as zoe-example is told: \d+ of \d+ commands are open to you here\.\n\nNot open\n/,
  );
  expect(all.code).toBe(0);

  const one = await untouched([named(pull), '--as', STRANGER, '/approve']);
  expect(short(one.out, pull)).toMatchInlineSnapshot(`
    "acme/place#1, as zoe-example is told: 0 of 2 commands are open to you here.

    Not open
        \`/approve\`
            \`/approve\` is not open to you. It is for approvers of a changed file.
            \`ada-example\` can.
            OWNERS of the base branch at \`def5678\`
        \`/approve cancel\`
            \`/approve cancel\` is not open to you. It is for the author or approvers of a changed file.
            \`ada-example\` can.
            OWNERS of the base branch at \`def5678\`
    "
  `);
  expect(one.code).toBe(1);

  const other = await untouched([named(pull), '--as', APPROVER, 'approve', 'lgtm', '--json']);
  expect(JSON.parse(other.out)).toMatchObject({
    as: APPROVER,
    permits: [
      { id: 'lgtm', passed: true },
      { id: 'lgtm cancel', passed: true },
      { id: 'approve', passed: true },
      { id: 'approve cancel', passed: true },
    ],
  });
  expect(other.code).toBe(0);
});

test('the author may take an lgtm back, and not give one', async () => {
  const pull = await opened();
  const { out, code } = await untouched([named(pull), '--as', AUTHOR, 'lgtm']);
  expect(out).toMatch(
    /: 1 of 2 commands are open to you here\.[^]*Not open\n {4}`\/lgtm`\n[^]*Open\n {4}`\/lgtm cancel`\n/,
  );
  expect(code).toBe(1);
});

test.each<[args: string, err: RegExp]>([
  ['acme/widgets#4711', /^acme\/widgets has no pull request 4711\.\n$/],
  ['acme/nowhere#1', /^acme\/nowhere is no repository on which the App is installed\.\n$/],
])('%s cannot be read', async (args, err) => {
  const told = await why(args.split(' '));
  expect(told.err).toMatch(err);
  expect(told.code).toBe(1);
});

test('nobody is called so', async () => {
  const pull = await opened();
  const told = await why([named(pull), '--as', 'nobody-example']);
  expect(told).toMatchObject({ code: 1, err: 'Nobody is called nobody-example on GitHub.\n' });
});

test.each<[args: string, err: RegExp]>([
  ['', /Name one pull request/],
  ['acme/widgets#1 acme/widgets#2', /Name one pull request/],
  ['acme/widgets#1 lgtm', /together with --as/],
  ['acme/widgets', /names no pull request/],
  ['gitlab:acme/widgets#1', /Only pull requests on GitHub/],
  ['acme/widgets#1 --as @', /--as names nobody/],
  ['acme/widgets#1 --as ada-example lgtn', /There is no command "lgtn"\. Did you mean lgtm\?/],
  ['acme/widgets#1 --apply', /--apply[^]*See: bowsprit why --help/],
])('bowsprit why %s is wrong usage', async (args, err) => {
  const told = await why(args.split(' ').filter((arg) => arg !== ''));
  expect(told.err).toMatch(err);
  expect(told.code).toBe(2);
});

test('elsewhere it says where it looks', async () => {
  const told = await why(['acme/widgets#1'], { at: elsewhere });
  expect(told.err).toMatch(/Run this in the folder of a running npm start[^]*GITHUB_APP_ID is missing/);
  expect(told.code).toBe(2);
});
