import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, DOCS_APPROVER, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenFolder, type Ran } from '../support/cli.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();
const { folder, elsewhere, given, ran, untouched: unwritten } = givenFolder(running);

const simulate = (args: readonly string[], where?: Parameters<typeof ran>[1]): Promise<Ran> =>
  ran(['simulate', ...args], where);
const untouched = (args: readonly string[]): Promise<Ran> => unwritten(['simulate', ...args]);

const named = ({ name }: Pull): string => name.replace(/^github:/, '');
const short = (text: string, pull: Pull): string =>
  text.replaceAll(pull.head().slice(0, 7), 'abc1234').replaceAll(named(pull), 'acme/place#1');

/** What is said of the comment, and no more. */
const commentIn = (text: string): string =>
  text
    .slice(text.indexOf('The comment'), text.indexOf('What merging needs'))
    .replaceAll(/abc1234[0-9a-f]{33}/g, 'abc1234');

async function opened(files?: Readonly<Record<string, string>>): Promise<Pull> {
  const { workplace, settled } = running();
  const pull = await (await workplace()).open(files === undefined ? {} : { files });
  await settled();
  return pull;
}

test('another size, and nothing else', async () => {
  const pull = await opened();
  const settings = given('size.yaml', 'size:\n  s: 1\n');
  const { code, out } = await untouched([named(pull), '--settings', settings]);
  expect(short(out, pull)).toMatchInlineSnapshot(`
    "acme/place#1 at abc1234 into main: what is marked with * would be otherwise.

    Settings that differ
        \`size.s\` would be \`1\`; now it is \`10\`.

    Were it pushed to now
        head                    Head seen at abc1234.
        lgtm-after-push         nothing to change
        override-ends           nothing to change
      * size                    today: nothing to change
                                then:  Label size/XS off and label size/S on.
        owners-label            nothing to change
        path-labels             does not run here
        dco                     does not run here
        needs-rebase            nothing to change
        blockade                nothing to change
        merge-commits           does not run here
        commit-messages         does not run here
        merge-method-comment    does not run here
        settings-check          nothing to change
        verify-owners           nothing to change
        approval                nothing to change
        cherry-pick-approved    does not run here
        cherry-pick-unapproved  does not run here
        merge-status            does not run here
        tide-status             does not run here
        merge                   nothing to change
        trigger                 does not run here
        before-merge            does not run here

    What merging needs
        all of it  Something is in the way.
        lgtm       Nobody said lgtm to \`abc1234\`. A reviewer who is not \`ben-example\` comments \`/lgtm\`.
        owners/.   1 file: no approval. \`ada-example\` comments \`/approve\`.

    Whose approval counts
        OWNERS       1 file: still to approve: ada-example
        to be asked  ada-example
    "
  `);
  expect(code).toBe(0);
});

test('under the same settings nothing is otherwise', async () => {
  const pull = await opened();
  const { code, out } = await untouched([pull.name, '--settings', given('same.yaml', 'size:\n  s: 10\n')]);
  expect(out).toMatch(/into main: nothing would be otherwise\.\n/);
  expect(out).not.toContain('*');
  expect(code).toBe(0);
});

test('what merges under other queries is not merged', async () => {
  const pull = await opened();
  const settings = given('queries.yaml', 'merge:\n  method: squash\n  queries:\n    - labels: []\n');
  const { out } = await untouched([named(pull), '--settings', settings]);
  expect(short(out, pull)).toMatch(/ {2}\* merge +today: nothing to change\n +then: {2}Merged at abc1234 by squash\./);
  expect(out).toMatch(/ {2}\* all of it +today: Something is in the way\.\n +then: {2}Nothing is in the way\./);
  expect(await pull.merged()).toBe(false);
});

test('a rule that is switched off', async () => {
  const pull = await opened();
  const { out } = await untouched([named(pull), '--settings', given('off.yaml', 'rules:\n  disabled: [size]\n')]);
  expect(out).toMatch(/ {2}\* size +today: nothing to change\n +then: {2}does not run here\n/);
});

describe('another tree of owners', () => {
  test('asks others, and no longer counts the vote of who is not in it', async () => {
    const pull = await opened();
    await pull.comment(APPROVER, '/approve');
    await running().settled();
    expect(await pull.labels()).toContain('approved');
    given('tree/OWNERS', `approvers:\n- ${STRANGER}\n`);
    const { out, code } = await untouched([named(pull), '--owners', 'tree']);
    expect(short(out, pull)).toMatchInlineSnapshot(`
      "acme/place#1 at abc1234 into main: what is marked with * would be otherwise.

      Were it pushed to now
          head                    Head seen at abc1234.
          lgtm-after-push         nothing to change
          override-ends           nothing to change
          size                    nothing to change
          owners-label            nothing to change
          path-labels             does not run here
          dco                     does not run here
          needs-rebase            nothing to change
          blockade                nothing to change
          merge-commits           does not run here
          commit-messages         does not run here
          merge-method-comment    does not run here
          settings-check          nothing to change
          verify-owners           nothing to change
        * approval                today: nothing to change
                                  then:  Label approved off and notice about approval brought up to date.
          cherry-pick-approved    does not run here
          cherry-pick-unapproved  does not run here
          merge-status            does not run here
          tide-status             does not run here
          merge                   nothing to change
          trigger                 does not run here
          before-merge            does not run here

      What merging needs
          all of it  Something is in the way.
          lgtm       Nobody said lgtm to \`abc1234\`. A reviewer who is not \`ben-example\` comments \`/lgtm\`.
        * owners/.   today: 1 file: approved by \`ada-example\`.
                     then:  1 file: no approval. \`zoe-example\` comments \`/approve\`.

      Whose approval counts
        * OWNERS       today: 1 file: approved by ada-example
                       then:  1 file: still to approve: zoe-example
        * to be asked  today: nobody
                       then:  zoe-example
      "
    `);
    expect(code).toBe(0);
    expect(await pull.labels()).toContain('approved');
  });

  test('without any of them, roles decide', async () => {
    const pull = await opened({ 'docs/guide.md': '# Other\n' });
    mkdirSync(join(folder, 'empty'));
    const { out } = await untouched([named(pull), '--owners', 'empty']);
    expect(out).toMatch(new RegExp(`docs/OWNERS +today: 1 file: still to approve: .*${DOCS_APPROVER}`));
    expect(out).toMatch(/the whole change +today: does not count\n +then: {2}1 file: still to approve: /);
  });

  test('that cannot be read', async () => {
    const pull = await opened();
    given('broken/OWNERS', 'approvers: nobody\n');
    given('broken/docs/OWNERS', 'of no concern here\n');
    const { out, code, err } = await untouched([named(pull), '--owners', 'broken']);
    expect(out).toBe('OWNERS:1:12: This must be a list: one name per line, each after a dash.\n');
    expect(err).toMatch(/nothing was simulated/);
    expect(code).toBe(1);
  });
});

describe('a comment', () => {
  test('with a command of its own, which would be there then', async () => {
    const pull = await opened();
    const settings = given(
      'custom.yaml',
      "custom:\n  commands: [{ name: deploy, summary: Deploys., args: [{ name: to, is: choice, of: [a, b] }], engine: https, target: 'https://ci.example/deploy', reply: 'Deploys {head} to {to}.' }]\n",
    );
    const about = [named(pull), '--settings', settings, '--by', REVIEWER];
    const right = await untouched([...about, '--comment', '/deploy a']);
    expect(commentIn(short(right.out, pull))).toMatchInlineSnapshot(`
      "The comment
        * /deploy a  today: not looked at
                     then:  /deploy started at abc1234 and answered. Deploys \`abc1234\` to \`a\`.

      "
    `);
    const wrong = await untouched([...about, '--comment', '/deploy c']);
    expect(commentIn(short(wrong.out, pull))).toMatchInlineSnapshot(`
      "The comment
        * /deploy c  today: not looked at
                     then:  refused: \`/deploy\` takes no \`c\` as \`to\`: it must be \`a\` or \`b\`. Nothing was done. Write \`/deploy <to>\`.

      "
    `);
    expect([right.code, wrong.code]).toEqual([0, 0]);
  });

  test('and all that follows from it, today', async () => {
    const pull = await opened();
    await pull.comment(REVIEWER, '/lgtm');
    await running().settled();
    const { out, code } = await untouched([named(pull), '--comment', '/approve', '--by', APPROVER]);
    expect(out).toContain('nothing would be otherwise');
    expect(short(out.slice(out.indexOf('The comment')), pull)).toMatchInlineSnapshot(`
      "The comment
          /approve  Approve by ada-example for abc1234.
          approval  Label approved on and notice about approval brought up to date.
          merge     Merged at abc1234 by merge.

      What merging needs
          all of it  Something is in the way.
          owners/.   1 file: no approval. \`ada-example\` comments \`/approve\`.

      Whose approval counts
          OWNERS       1 file: still to approve: ada-example
          to be asked  ada-example
      "
    `);
    expect(code).toBe(0);
    expect(await pull.merged()).toBe(false);
  });

  test('is refused where it is for others', async () => {
    const pull = await opened();
    const settings = given('allow.yaml', 'allow:\n  lgtm: { role: admin }\n');
    const { out } = await untouched([named(pull), '--settings', settings, '--comment', '/lgtm', '--by', REVIEWER]);
    expect(out).toMatch(/`\/lgtm` would be for people who may admin.*; now it is for reviewers/);
    expect(out).toMatch(/ {2}\* \/lgtm +today: .*[Ll]gtm.*\n +then: {2}refused: `\/lgtm` is not open to you\./);
  });

  test('of several lines, two of them the same', async () => {
    const pull = await opened();
    const { out } = await untouched([named(pull), '--comment', '/hold\n/cc\n/cc\n/lgtm', '--by', AUTHOR, '--json']);
    const { commented } = JSON.parse(out);
    expect(commented.slice(0, 4).map(({ name }: { readonly name: string }) => name)).toEqual([
      '/hold',
      '/cc',
      '/cc',
      '/lgtm',
    ]);
    expect(commented[3].today.outcome).toBe('refused');
  });
});

test('what the organization locks, and the deployment sets', async () => {
  const pull = await opened();
  const organization = given('organization.yaml', 'merge:\n  method: rebase\nlocked: [merge]\n');
  const deployment = given('deployment.yaml', 'size:\n  s: 0\n');
  const settings = given('locked.yaml', 'merge:\n  method: squash\n');
  const { out, code } = await untouched([
    named(pull),
    '--organization',
    organization,
    '--deployment',
    deployment,
    '--settings',
    settings,
  ]);
  expect(out).toContain('`size.s` would be `0`; now it is `10`.');
  expect(out).toContain('`merge.method` would be `rebase`; now it is `merge`.');
  expect(out).toMatch(
    /Written, and without effect\n {4}locked\.yaml:2:3: `merge\.method` is locked by the organization/,
  );
  expect(code).toBe(0);
});

test("under Prow's files, what they do not name does not run", async () => {
  const pull = await opened();
  given('prow/plugins.yaml', 'plugins:\n  acme:\n    plugins: [lgtm]\n');
  const { out, code } = await untouched([named(pull), '--prow', 'prow', '--comment', '/hold', '--by', AUTHOR]);
  expect(out).toMatch(/ {2}\* size +today: nothing to change\n +then: {2}does not run here\n/);
  expect(out).toMatch(/ {2}\* \/hold +today: .*[Hh]eld by ben-example.*\n +then: {2}not looked at\n/);
  expect(code).toBe(0);
});

test('against what the repository says today', async () => {
  const { workplace, settled } = running();
  const place = await workplace({
    files: { OWNERS: `approvers:\n- ${APPROVER}\n`, 'a.md': 'a\n', '.github/bowsprit.yaml': 'size:\n  s: 2\n' },
  });
  const pull = await place.open({ files: { 'a.md': 'b\n' } });
  await settled();
  expect(await pull.labels()).toContain('size/S');
  const { out } = await untouched([named(pull), '--settings', given('empty.yaml', '')]);
  expect(out).toContain('`size.s` would be `10`; now it is `2`.');
  expect(out).toMatch(/ {2}\* size +today: nothing to change\n +then: {2}Label size\/S off and label size\/XS on\./);
});

test('what is merged is no business of a sweep', async () => {
  const pull = await opened();
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
  expect(await pull.merged()).toBe(true);
  const { out, code } = await untouched([named(pull), '--comment', '/lgtm cancel', '--by', REVIEWER]);
  expect(out).toContain('/lgtm cancel  refused: It is merged; nothing more can be decided here.');
  expect(out).toMatch(/ open +It is merged\.\n/);
  expect(out).not.toContain('a sweep');
  expect(code).toBe(0);
});

test('as JSON', async () => {
  const pull = await opened();
  const { out, code } = await untouched([named(pull), '--settings', given('s.yaml', 'size:\n  s: 1\n'), '--json']);
  expect(JSON.parse(out)).toMatchObject({
    pull: named(pull),
    headSha: pull.head(),
    baseRef: 'main',
    differs: true,
    settings: { keys: ['size.s'] },
    withoutEffect: [],
    commented: [],
    merging: { differs: false, today: { passed: false } },
    approval: { differs: false, today: { approved: false, rung: 'owners' } },
  });
  expect(code).toBe(0);
});

test('a file with mistakes is told of, and nothing is asked', async () => {
  const settings = given('mistaken.yaml', 'sise: 1\n');
  running().github.clearRequests();
  const told = await simulate(['acme/widgets#1', '--settings', settings]);
  expect(told.out).toBe('mistaken.yaml:1:1: There is no setting `sise`. Did you mean `size`?\n');
  expect(told.code).toBe(1);
  const json = await simulate(['acme/widgets#1', '--deployment', settings, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ mistakes: [{ path: 'mistaken.yaml', line: 1, column: 1 }] });
  expect(json.code).toBe(1);
  expect(running().github.requests()).toEqual([]);
});

test.each<[pull: string, err: RegExp]>([
  ['acme/widgets#4711', /^acme\/widgets has no pull request 4711\.\n$/],
  ['acme/nowhere#1', /^acme\/nowhere is no repository on which the App is installed\.\n$/],
])('%s cannot be read', async (pull, err) => {
  const told = await simulate([pull, '--settings', given('size.yaml', 'size:\n  s: 1\n')]);
  expect(told.err).toMatch(err);
  expect(told.code).toBe(1);
});

test('nobody is called so', async () => {
  const pull = await opened();
  const told = await simulate([named(pull), '--comment', '/hold', '--by', 'nobody-example']);
  expect(told).toMatchObject({ code: 1, err: 'Nobody is called nobody-example on GitHub.\n' });
});

test('by the environment of the worker', async () => {
  const pull = await opened();
  const { stack, github } = running();
  const told = await simulate([named(pull), '--settings', given('size.yaml', 'size:\n  s: 1\n')]);
  const path = join(folder, 'size.yaml');
  const other = await simulate([named(pull), '--settings', path], {
    at: elsewhere,
    environment: {
      GITHUB_API_URL: github.url,
      GITHUB_APP_ID: String(github.app.id),
      GITHUB_APP_PRIVATE_KEY: github.app.privateKey,
      AUDIT_TABLE: stack.emulators.auditTable,
      CACHE_TABLE: stack.emulators.cacheTable,
    },
  });
  expect(other).toEqual(told);
  expect(other.out).toContain('`size.s` would be `1`; now it is `10`.');
});

test.each<[args: string, err: RegExp]>([
  ['', /Name one pull request/],
  ['acme/widgets#1 acme/widgets#2 --owners .', /Name one pull request/],
  ['acme/widgets --owners .', /names no pull request/],
  ['gitlab:acme/widgets#1 --owners .', /Only pull requests on GitHub/],
  ['acme/widgets#1', /Say what would be otherwise/],
  ['acme/widgets#1 --comment /lgtm', /--comment and --by go together/],
  ['acme/widgets#1 --owners . --by ada-example', /--comment and --by go together/],
  ['acme/widgets#1 --settings nowhere.yaml', /The file nowhere\.yaml cannot be read/],
  ['acme/widgets#1 --prow nowhere', /neither a plugins\.yaml nor a config\.yaml/],
  ['acme/widgets#1 --owners nowhere', /"nowhere" is not a folder/],
  ['acme/widgets#1 --apply', /--apply[^]*See: bowsprit simulate --help/],
])('bowsprit simulate %s is wrong usage', async (args, err) => {
  const told = await simulate(args.split(' ').filter((arg) => arg !== ''));
  expect(told.err).toMatch(err);
  expect(told.code).toBe(2);
});

test('elsewhere it says where it looks', async () => {
  const told = await simulate(['acme/widgets#1', '--owners', '.'], { at: elsewhere });
  expect(told.err).toMatch(/Run this in the folder of a running npm start[^]*GITHUB_APP_ID is missing/);
  expect(told.code).toBe(2);
});
