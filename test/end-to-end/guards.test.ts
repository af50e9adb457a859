/** What keeps a change from being merged whoever agrees, on the made-up forge. */
import { expect, test } from 'vitest';
import {
  APPROVER,
  AUTHOR,
  DOCS_APPROVER,
  OWNED,
  REVIEWER,
  STRANGER,
  type Pull,
  type Workplace,
} from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const SETTINGS = `blockade:
  paths:
    - { patterns: [^vendor/], except: [^vendor/ours/], explanation: Vendored code is made elsewhere. }
rules:
  enabled: [merge-commits, commit-messages, merge-method-comment]
`;

async function place(settings = SETTINGS): Promise<Workplace> {
  return engine().workplace({ files: { ...OWNED, '.github/bowsprit.yaml': settings } });
}

async function agreedTo(pull: Pull): Promise<void> {
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await engine().workOff();
}

const blocking = async (pull: Pull): Promise<readonly string[]> =>
  (await pull.labels()).filter((label) => label.startsWith('do-not-merge/'));

test('a protected file blocks until it is left out, and nobody’s agreement helps', async () => {
  const { workOff } = engine();
  const here = await place();
  const pull = await here.open({ files: { 'vendor/a.txt': 'a\n', 'vendor/ours/b.txt': 'b\n' } });
  await workOff();
  await agreedTo(pull);
  expect(await blocking(pull)).toEqual(['do-not-merge/blocked-paths']);
  expect(await pull.merged()).toBe(false);
  const told = (await pull.words()).filter((words) => words.startsWith('**Blocked'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('`Vendored code is made elsewhere.`: `vendor/a.txt`');

  await pull.reset(here.commit('aside', { 'vendor/ours/b.txt': 'b\n' }));
  await workOff();
  expect(await blocking(pull)).toEqual([]);
  expect((await pull.words()).filter((words) => words.startsWith('**Blocked'))).toEqual([]);
  await agreedTo(pull);
  expect(await pull.merged()).toBe(true);
});

test('settings that are pushed to the base count for what is open', async () => {
  const { workOff, pass } = engine();
  const here = await place('size: { s: 11 }\n');
  const pull = await here.open({ files: { 'vendor/a.txt': 'a\n' } });
  await workOff();
  pass(120);
  expect(await blocking(pull)).toEqual([]);
  here.commit('main', { '.github/bowsprit.yaml': SETTINGS });
  await workOff();
  expect(await blocking(pull)).toEqual(['do-not-merge/blocked-paths']);
  pass(120);
  here.commit('main', { '.github/bowsprit.yaml': 'size: { s: 12 }\n' });
  await workOff();
  expect(await blocking(pull)).toEqual([]);
});

test('a merge of the base blocks until it is rebased away', async () => {
  const { workOff } = engine();
  const here = await place();
  const pull = await here.open();
  here.commit('main', { 'src/other.ts': 'export {};\n' });
  await here.ask(REVIEWER, 'POST /merges', { base: pull.branch, head: 'main', commit_message: 'Merge main' });
  await workOff();
  expect(await blocking(pull)).toEqual(['do-not-merge/contains-merge-commits']);
  const words = (await pull.words()).join('\n');
  expect(words).toContain(`brings merge commits along**: \`${pull.head().slice(0, 7)}\``);
  expect(words).toContain('This pull request has 2 commits. They are merged as they are');

  await pull.rebase({ 'src/turn.ts': 'export const turn = -9;\n' });
  await workOff();
  expect(await blocking(pull)).toEqual([]);
  expect((await pull.words()).join('\n')).toContain('It has one commit now.');
});

test('words that close an issue block until the title is another', async () => {
  const { workOff } = engine();
  const pull = await (await place()).open({ title: 'Fixes #1' });
  await workOff();
  expect(await blocking(pull)).toEqual(['do-not-merge/invalid-commit-message']);
  await pull.comment(APPROVER, '/retitle Turn back');
  await workOff();
  expect(await blocking(pull)).toEqual([]);
});

const settingsTitle = async (pull: Pull): Promise<string | undefined> =>
  (await pull.checks()).find((check) => check.startsWith('bowsprit/settings'));

test('who gains and who loses by a change of OWNERS is told, and today’s owners decide', async () => {
  const { workOff } = engine();
  const here = await engine().workplace();
  const pull = await here.open({ files: { 'docs/OWNERS': `approvers: [ "${AUTHOR}" ]\n` } });
  await workOff();
  const words = (await pull.words()).filter((each) => each.startsWith('This pull request changes who approves what.'));
  expect(words).toMatchInlineSnapshot(`
    [
      "This pull request changes who approves what.

    **Could approve more**

    - \`ben-example\`: 2 files below \`docs\`

    **Could approve less**

    - \`joan-example\`: 2 files below \`docs\`

    Counted over the files of the base branch. Nothing of it holds before it is merged, and those who approve these files today decide about that.",
    ]
  `);
  expect(await settingsTitle(pull)).toBe('bowsprit/settings: Well written; no setting would change');
  expect(await blocking(pull)).toEqual([]);

  await pull.comment(AUTHOR, '/approve');
  await pull.comment(REVIEWER, '/lgtm');
  await workOff();
  expect(await pull.labels()).not.toContain('approved');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.merged()).toBe(true);
});

test('OWNERS that name somebody unknown block until they are mended, and when somebody asks it is looked at again', async () => {
  const { workOff } = engine();
  const here = await engine().workplace();
  const pull = await here.open({
    files: { 'docs/OWNERS': `approvers: [${DOCS_APPROVER}, "${STRANGER}", crew-example]\n` },
  });
  await workOff();
  expect(await blocking(pull)).toEqual(['do-not-merge/invalid-owners-file']);
  const words = (await pull.words()).join('\n');
  expect(words).toContain(`\`${STRANGER}\` in \`docs/OWNERS\`: neither a collaborator`);
  expect(words).toContain('`crew-example` in `docs/OWNERS`: no account, and no alias either');

  await here.ask(APPROVER, `PUT /collaborators/${STRANGER}`, { permission: 'push' });
  await pull.comment(STRANGER, '/verify-owners');
  await workOff();
  expect((await pull.words()).join('\n')).not.toContain('neither a collaborator');
  expect(await blocking(pull)).toEqual(['do-not-merge/invalid-owners-file']);

  pull.push({ 'docs/OWNERS': `approvers: [${DOCS_APPROVER}, "${STRANGER}"]\n` });
  await workOff();
  expect(await blocking(pull)).toEqual([]);
  expect((await pull.words()).join('\n')).toContain('The files of owners are in order.');
});

test('/refresh makes up for what was missed, and not without end', async () => {
  const { workOff, arrived } = engine();
  const here = await place();
  const pull = await here.open();
  await workOff();
  here.commit('main', { 'src/turn.ts': 'export const turn = 99;\n' });
  // The push is lost.
  await arrived();
  await pull.comment(STRANGER, '/refresh');
  await workOff();
  expect(await pull.labels()).toContain('needs-rebase');
  const last = [
    await pull.comment(STRANGER, '/refresh'),
    await pull.comment(STRANGER, '/refresh'),
    await pull.comment(STRANGER, '/refresh'),
  ];
  await workOff();
  expect(await pull.reactions(last.at(-1) ?? '')).toEqual(['confused']);
  const [first, refused] = [
    (await pull.words()).find((each) => each.includes('looked at anew')),
    (await pull.words()).at(-1),
  ];
  expect(first).toMatchInlineSnapshot(`
    "@zoe-example: It was looked at anew, and this was done:

    - \`needs-rebase\`: \`Label needs-rebase on and notice about needs-rebase brought up to date.\`"
  `);
  expect((await pull.words()).filter((each) => each.includes('everything was as it should be'))).toHaveLength(2);
  expect(refused).toBe('@zoe-example: It was looked at anew just now; once more in a minute, if something is missing.');
});
