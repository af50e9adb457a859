/** Where more than one lgtm is needed: the label and the merge wait for the last of them. */
import { expect, test } from 'vitest';
import { seedThrough } from '../../local/github/index.ts';
import { APPROVER, AUTHOR, OWNED, OWNER, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

const under = async (settings: string): Promise<Pull> => {
  const place = await engine().workplace({
    files: { ...OWNED, '.github/bowsprit.yaml': settings },
    collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write', [STRANGER]: 'write' },
  });
  const pull = await place.open();
  await engine().workOff();
  return pull;
};
const said = async (pull: Pull, by: string, line: string): Promise<void> => {
  await pull.comment(by, line);
  await engine().workOff();
};
const isOn = async (pull: Pull): Promise<boolean> => (await pull.labels()).includes('lgtm');

test('two of two: the label goes on with the second, and off with the first that goes', async () => {
  const pull = await under('lgtm: { required: 2 }\n');
  await said(pull, APPROVER, '/approve');
  await said(pull, REVIEWER, '/lgtm');
  expect(await isOn(pull)).toBe(false);
  expect((await pull.words()).at(-1)).toBe(`@${REVIEWER}: It counts. The label \`lgtm\` goes on with 1 more lgtm.`);
  await said(pull, APPROVER, '/hold');
  await said(pull, STRANGER, '/lgtm');
  expect(await isOn(pull)).toBe(true);
  await said(pull, STRANGER, '/lgtm cancel');
  expect(await isOn(pull)).toBe(false);
  await said(pull, APPROVER, '/unhold');
  expect(await pull.merged()).toBe(false);
  await said(pull, STRANGER, '/lgtm');
  expect(await pull.merged()).toBe(true);
});

test('by hand the label is one lgtm, and is taken off again', async () => {
  const pull = await under('lgtm: { required: 2 }\n');
  await pull.label(REVIEWER, 'lgtm');
  await engine().workOff();
  expect(await isOn(pull)).toBe(false);
  expect((await pull.words()).at(-1)).toBe('`lgtm` was taken off again: it needs 1 more lgtm.');
  await said(pull, STRANGER, '/lgtm');
  expect(await isOn(pull)).toBe(true);
});

test('somebody of a team, and an approving review counts', async () => {
  seedThrough(engine().github.box).createTeam(OWNER, 'Readers', { members: [STRANGER] });
  const pull = await under(`lgtm:\n  review_acts_as_lgtm: true\n  groups:\n  - all_of: [${OWNER}/readers]\n`);
  await said(pull, REVIEWER, '/lgtm');
  expect(await isOn(pull)).toBe(false);
  await pull.review(STRANGER, 'APPROVE');
  await engine().workOff();
  expect(await isOn(pull)).toBe(true);
});

test('a team that nobody sees has nobody in it', async () => {
  const pull = await under(`lgtm:\n  groups:\n  - any_of: [${OWNER}/nobody-sees-it]\n`);
  await said(pull, REVIEWER, '/lgtm');
  expect(await isOn(pull)).toBe(false);
});

test('what an author of the sticky team pushes keeps the lgtm, and not the approval of what changed', async () => {
  seedThrough(engine().github.box).createTeam(OWNER, 'Trusted', { members: [AUTHOR] });
  const pull = await under('lgtm: { sticky_team: trusted }\nmerge: { enabled: false }\n');
  await said(pull, REVIEWER, '/lgtm');
  await said(pull, APPROVER, '/approve');
  expect(await pull.labels()).toContain('approved');
  pull.push({ 'src/turn.ts': 'export const turn = 99;\n' });
  await engine().workOff();
  expect(await isOn(pull)).toBe(true);
  expect(await pull.labels()).not.toContain('approved');
});

test('those whose lgtm a push took away are asked again', async () => {
  const pull = await under('lgtm: { rerequest_review: true }\n');
  await said(pull, REVIEWER, '/lgtm');
  pull.push({ 'src/turn.ts': 'export const turn = 98;\n' });
  await engine().workOff();
  expect(await isOn(pull)).toBe(false);
  expect((await pull.words()).at(-1)).toContain('New changes are detected. LGTM label has been removed.');
  expect((await pull.pull()).requested_reviewers.map(({ login }) => login)).toEqual([REVIEWER]);
});
