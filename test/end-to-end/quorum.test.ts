/** Where more than one lgtm or approval is needed: the label and the merge wait for the last of them. */
import { expect, test } from 'vitest';
import { seedThrough, type Files } from '../../local/github/index.ts';
import { APPROVER, AUTHOR, OWNED, OWNER, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

const under = async (settings: string, more: Files = {}): Promise<Pull> => {
  const place = await engine().workplace({
    files: { ...OWNED, '.github/bowsprit.yaml': settings, ...more },
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

test('two approvals, where OWNERS ask for two of a folder', async () => {
  const owners = `approvers:\n- ${APPROVER}\n- ${REVIEWER}\noptions:\n  min_approvals: 2\n`;
  const pull = await under('merge: { enabled: false }\n', { OWNERS: owners });
  const given = async (): Promise<string | undefined> =>
    (await pull.words())[0]
      ?.split('\n')
      .find((line) => line.includes('blob/main/OWNERS'))
      ?.split(' | ')[3]
      ?.replace(/ \|$/, '');
  const isApproved = async (): Promise<boolean> => (await pull.labels()).includes('approved');
  expect(await given()).toBe('0 of 2');
  await said(pull, APPROVER, '/approve');
  expect(await isApproved()).toBe(false);
  expect(await given()).toBe(`1 of 2: \`${APPROVER}\` at \`${pull.head().slice(0, 7)}\``);
  await said(pull, STRANGER, '/approve');
  expect(await isApproved()).toBe(false);
  await said(pull, STRANGER, '/why approve');
  expect((await pull.words()).at(-1)).toContain('1 of 2 approvals');
  await said(pull, REVIEWER, '/approve');
  expect(await isApproved()).toBe(true);
  await said(pull, APPROVER, '/approve cancel');
  expect(await isApproved()).toBe(false);
});
