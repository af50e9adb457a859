/** What keeps a change from being merged whoever agrees, on the made-up forge. */
import { expect, test } from 'vitest';
import { APPROVER, OWNED, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
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
