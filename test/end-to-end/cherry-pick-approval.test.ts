import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, OWNED, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();
const NO = 'do-not-merge/cherry-pick-not-approved';
const YES = 'cherry-pick-approved';
const SETTINGS = [
  'rules: { enabled: [cherry-pick-approved, cherry-pick-unapproved] }',
  `cherry_pick: { approvers: [${APPROVER}] }`,
  '',
].join('\n');

async function releases(): Promise<{ readonly place: Workplace; readonly pull: Pull }> {
  const place = await running().workplace({ files: { ...OWNED, '.github/bowsprit.yaml': SETTINGS } });
  for (const branch of ['release-1', 'release-2']) place.commit(branch, { 'NOTES.md': `# ${branch}\n` });
  const pull = await place.open();
  await place.ask(AUTHOR, `PATCH /pulls/${pull.number}`, { base: 'release-1' });
  await running().settled();
  return { place, pull };
}

test('waits for a release manager, for this head and this branch', async () => {
  const { settled } = running();
  const { place, pull } = await releases();
  expect(await pull.labels()).toContain(NO);
  // Before the lgtm: in Prow such an approval has no effect at all.
  await pull.review(APPROVER, 'APPROVE');
  await settled();
  expect(await pull.labels()).not.toContain(YES);
  expect(await pull.merged()).toBe(false);
  await place.ask(AUTHOR, `PATCH /pulls/${pull.number}`, { base: 'release-2' });
  await settled();
  await pull.comment(REVIEWER, '/lgtm');
  await settled();
  // What was approved was for the other branch.
  expect(await pull.labels()).toContain(NO);
  expect(await pull.labels()).not.toContain(YES);
  await pull.review(APPROVER, 'APPROVE');
  await settled();
  expect(await pull.labels()).not.toContain(NO);
  expect(await pull.labels()).toContain(YES);
  expect(await pull.merged()).toBe(true);
});
