import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, DOCS_APPROVER, OWNED, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const running = givenEngine();
const FILES = { ...OWNED, '.github/bowsprit.yaml': 'approve:\n  issue_required: true\n' };

const opened = async (by: string, body: string): Promise<Pull> =>
  (await running().workplace({ files: FILES })).open({
    by,
    body,
    files: { 'src/turn.ts': 'export const turn = 2;\n' },
  });
const isApproved = async (pull: Pull): Promise<boolean> => {
  await running().workOff();
  return (await pull.labels()).includes('approved');
};
/** What the notice says of the issue. */
const said = async (pull: Pull): Promise<string | undefined> =>
  (await pull.words()).flatMap((words) => words.split('\n')).find((line) => /\bissue\b/.test(line));

test('an issue is named in the description, there or in an edit of it', async () => {
  const pull = await opened(AUTHOR, '');
  await pull.comment(APPROVER, '/approve');
  expect(await isApproved(pull)).toBe(false);
  expect(await said(pull)).toBe(
    '**It names no issue.** The author names one in the description, as `#12`, or an approver comments `/approve no-issue`.',
  );
  await pull.change(AUTHOR, { body: 'Fixes #3' });
  expect(await isApproved(pull)).toBe(true);
  expect(await said(pull)).toBe('It is about the issue `#3`.');
  await pull.change(AUTHOR, { body: 'Fixes nothing' });
  expect(await isApproved(pull)).toBe(false);
});

test('an approver says that none is needed, and takes that back with the approval', async () => {
  const pull = await opened(AUTHOR, '');
  await pull.comment(APPROVER, '/approve no-issue');
  expect(await isApproved(pull)).toBe(true);
  expect(await said(pull)).toBe(`No issue is needed, by the word of \`${APPROVER}\`.`);
  await pull.comment(APPROVER, '/approve');
  expect(await isApproved(pull)).toBe(true);
  await pull.comment(APPROVER, '/approve cancel');
  expect(await isApproved(pull)).toBe(false);
});

test('not by somebody who owns nothing of it', async () => {
  const pull = await opened(AUTHOR, '');
  await pull.comment(APPROVER, '/approve');
  await pull.comment(DOCS_APPROVER, '/approve no-issue');
  expect(await isApproved(pull)).toBe(false);
});

test('an author who owns it approves by being the author, and names the issue or waives it', async () => {
  const pull = await opened(APPROVER, '');
  expect(await isApproved(pull)).toBe(false);
  expect((await pull.words())[0]).toContain(`Approved by \`${APPROVER}\` as the author.`);
  await pull.comment(APPROVER, '/approve no-issue');
  expect(await isApproved(pull)).toBe(true);
});
