import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, OWNED, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const running = givenEngine();
const FILES = {
  ...OWNED,
  '.github/bowsprit.yaml': 'approve:\n  lgtm_acts_as_approve: true\nmerge:\n  enabled: false\n',
};

const approvedAfter = async (pull: Pull, line: string): Promise<boolean> => {
  await pull.comment(APPROVER, line);
  await running().workOff();
  return (await pull.labels()).includes('approved');
};

test('an lgtm approves where it is set so, and takes back no more than it gave', async () => {
  const place = await running().workplace({ files: FILES });
  const pull = await place.open({ by: AUTHOR, files: { 'src/turn.ts': 'export const turn = 2;\n' } });
  expect(await approvedAfter(pull, '/lgtm')).toBe(true);
  expect(await approvedAfter(pull, '/lgtm cancel')).toBe(false);
  expect(await approvedAfter(pull, '/lgtm\n/approve')).toBe(true);
  expect(await approvedAfter(pull, '/lgtm cancel')).toBe(true);
  expect(await approvedAfter(pull, '/approve cancel')).toBe(false);
});
