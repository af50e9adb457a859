import { describe, expect, test } from 'vitest';
import { APPROVER, DOCS_APPROVER, OWNED, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const running = givenEngine();
const THREE = {
  ...OWNED,
  'lib/OWNERS': `approvers:\n- ${DOCS_APPROVER}\noptions:\n  no_parent_owners: true\n`,
  'lib/nut.ts': 'export const nut = 1;\n',
};

async function opened(): Promise<Pull> {
  const place = await running().workplace({ files: THREE });
  return place.open({
    files: {
      'docs/guide.md': '# Guide\n',
      'docs/more.md': '# More\n',
      'src/turn.ts': 'export const turn = 2;\n',
      'lib/nut.ts': 'export const nut = 2;\n',
    },
  });
}

const isApproved = async (pull: Pull): Promise<boolean> => (await pull.labels()).includes('approved');

/** Rows of the notice that stands. */
async function table(pull: Pull): Promise<readonly string[]> {
  const words = await pull.words();
  const notice = words.find((each) => each.startsWith('[APPROVALNOTIFIER]')) ?? '';
  return notice.split('\n').filter((line) => line.includes('OWNERS`') && / files?\b/.test(line));
}

describe('an approval of some paths', () => {
  test('counts for them alone, and a push opens again only what it changed', async () => {
    const { workOff } = running();
    const pull = await opened();
    await pull.comment(DOCS_APPROVER, '/approve lib/**');
    await workOff();
    expect(await isApproved(pull)).toBe(false);
    expect(await table(pull)).toMatchInlineSnapshot(`[]`);

    await pull.comment(DOCS_APPROVER, '/approve docs/');
    await pull.comment(APPROVER, '/approve src/');
    await workOff();
    expect(await isApproved(pull)).toBe(true);

    // What it adds below an approved folder nobody has seen.
    pull.push({ 'docs/new.md': '# New\n' });
    await workOff();
    expect(await isApproved(pull)).toBe(false);
    await pull.comment(DOCS_APPROVER, '/approve docs/new.md');
    await workOff();
    expect(await isApproved(pull)).toBe(true);
  });

  test('is taken back for what is named', async () => {
    const { workOff } = running();
    const pull = await opened();
    await pull.comment(DOCS_APPROVER, '/approve');
    await pull.comment(APPROVER, '/approve files');
    await workOff();
    expect(await isApproved(pull)).toBe(true);
    await pull.comment(DOCS_APPROVER, '/approve cancel lib/');
    await workOff();
    expect(await isApproved(pull)).toBe(false);
    await pull.comment(DOCS_APPROVER, '/approve lib/nut.ts');
    await workOff();
    expect(await isApproved(pull)).toBe(true);
  });

  test('of what is nobody’s here or somebody else’s is answered', async () => {
    const { workOff } = running();
    const pull = await opened();
    await pull.comment(DOCS_APPROVER, '/approve src/ dogs/');
    await workOff();
    expect((await pull.words()).find((each) => each.startsWith('@joan-example'))).toMatchInlineSnapshot(
      `"@joan-example: \`dogs/\` matches no changed file. What \`src/\` matches is not yours to approve. Nothing was done. You can approve \`docs/\` and \`lib/\`; \`/approve\` alone is for all of it."`,
    );
  });
});

test('an approval of everything is none of a file that a push adds', async () => {
  const { workOff } = running();
  const pull = await opened();
  await pull.comment(APPROVER, '/approve');
  await pull.comment(DOCS_APPROVER, '/approve');
  await workOff();
  expect(await isApproved(pull)).toBe(true);
  pull.push({ 'lib/bolt.ts': 'export const bolt = 1;\n' });
  await workOff();
  expect(await isApproved(pull)).toBe(false);
  await pull.comment(DOCS_APPROVER, '/approve lib/');
  await workOff();
  expect(await isApproved(pull)).toBe(true);
});
