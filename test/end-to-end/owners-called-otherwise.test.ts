import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, DOCS_APPROVER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const running = givenEngine();
const FILES = {
  MY_OWNERS: 'approvers:\n- all\n',
  GROUPS_OF_OWNERS: `aliases:\n  all:\n  - ${APPROVER}\n`,
  // Not read under its usual name.
  OWNERS: `approvers:\n- ${DOCS_APPROVER}\n`,
  'vendor/a/b/MY_OWNERS': `approvers:\n- ${DOCS_APPROVER}\noptions:\n  no_parent_owners: true\n`,
  '.github/bowsprit.yaml': 'owners:\n  file: MY_OWNERS\n  aliases_file: GROUPS_OF_OWNERS\n  built_in_denied: false\n',
};

const approvedAfter = async (pull: Pull, by: string): Promise<boolean> => {
  await pull.comment(by, '/approve');
  await running().workOff();
  return (await pull.labels()).includes('approved');
};

test('files that name owners may be called otherwise, and a push to them counts at once', async () => {
  const place = await running().workplace({ files: FILES });
  const pull = await place.open({ by: AUTHOR, files: { 'src/turn.ts': 'export const turn = 2;\n' } });
  expect(await approvedAfter(pull, DOCS_APPROVER)).toBe(false);
  expect(await approvedAfter(pull, APPROVER)).toBe(true);
  place.commit('main', { MY_OWNERS: `approvers:\n- ${DOCS_APPROVER}\n` }, APPROVER);
  await running().workOff();
  expect(await pull.labels()).not.toContain('approved');
  expect(await approvedAfter(pull, DOCS_APPROVER)).toBe(true);
});

test('where folders of others count as well, their owners decide', async () => {
  const place = await running().workplace({ files: FILES });
  const pull = await place.open({ by: AUTHOR, files: { 'vendor/a/b/c.go': 'package c\n' } });
  expect(await approvedAfter(pull, APPROVER)).toBe(false);
  expect(await approvedAfter(pull, DOCS_APPROVER)).toBe(true);
});
