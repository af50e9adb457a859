import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, DOCS_APPROVER, OWNED, REVIEWER, STRANGER } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

/** Links say on which port the forge is, and in which repository. */
const withoutPlace = (words = ''): string =>
  words.replaceAll(/http:\/\/127\.0\.0\.1:\d+\/[^/]+\/[^/]+/g, 'https://forge.example/acme/place');

describe('a push', () => {
  test('takes lgtm off and says so; an approval goes on for what stayed the same', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open({
      files: { 'docs/guide.md': '# Guide\n', 'src/turn.ts': 'export const turn = 2;\n' },
    });
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(DOCS_APPROVER, '/approve');
    await settled();
    expect(await pull.labels()).toEqual(['lgtm', 'size/XS']);

    const before = pull.head();
    const head = pull.push({ 'src/turn.ts': 'export const turn = 3;\n' });
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    const told = (await pull.words()).at(-1) ?? '';
    expect(told.replaceAll(before.slice(0, 7), 'BEFORE').replaceAll(head.slice(0, 7), 'AFTER')).toMatchInlineSnapshot(`
      "New changes are detected. LGTM label has been removed.

      \`AFTER\` differs from \`BEFORE\` in 1 file."
    `);

    // What docs/ changes is as it was approved; the root is still to be approved, and now is.
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.labels()).toEqual(['approved', 'size/XS']);

    pull.push({ 'docs/guide.md': '# Another guide\n' });
    await settled();
    // The approver of the root approves docs/ as well, but approved another change of it.
    expect(await pull.labels()).toEqual(['size/XS']);
  });

  test('that leaves the change as it was leaves everything as it was', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const files = { 'src/turn.ts': 'export const turn = 2;\n' };
    const pull = await place.open({ files });
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(REVIEWER, '/hold');
    await pull.comment(APPROVER, '/approve');
    await settled();
    place.commit('main', { 'src/other.ts': 'export const other = 1;\n' }, APPROVER);
    const before = pull.head();
    await pull.rebase(files);
    await settled();
    expect(pull.head()).not.toBe(before);
    expect(await pull.labels()).toEqual(['approved', 'do-not-merge/hold', 'lgtm', 'size/XS']);
    await pull.comment(REVIEWER, '/unhold');
    await settled();
    expect(await pull.merged()).toBe(true);
  });
});

describe('approval', () => {
  test('of a moved file needs the owners of both places', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open({ files: { 'docs/guide.md': null, 'src/guide.md': '# Guide\n\nTurn it.\n' } });
    await pull.comment(DOCS_APPROVER, '/approve');
    await settled();
    expect(await pull.labels()).not.toContain('approved');
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.labels()).toContain('approved');
  });

  test('of a folder is for its approvers and those above, and the notice asks them', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open({ files: { 'docs/guide.md': '# Guide\n' } });
    await settled();
    expect(withoutPlace((await pull.words()).at(-1))).toMatchInlineSnapshot(`
      "[APPROVALNOTIFIER] This PR is **NOT APPROVED**

      Nobody has approved it yet.

      @joan-example: please look at it, and comment \`/approve\` where you agree. To assign this approver, comment \`/assign @joan-example\`.

      <details open><summary>Who approves what, by the OWNERS files of the base branch</summary>

      | owners | files | needed | given |
      | --- | --- | --- | --- |
      | **[\`docs/OWNERS\`](https://forge.example/acme/place/blob/main/docs/OWNERS)** | 1 | \`joan-example\` or \`ada-example\` |  |

      Approvers consent with \`/approve\`, to some of it with \`/approve <path>\`, and take it back with \`/approve cancel\`.

      </details>

      <!-- META={"approvers":["joan-example"]} -->"
    `);
    await pull.comment(DOCS_APPROVER, '/approve');
    await settled();
    expect(await pull.labels()).toContain('approved');
    await pull.comment(DOCS_APPROVER, '/approve cancel');
    await settled();
    expect(await pull.labels()).not.toContain('approved');
  });

  test('is not given by whom the pull request itself names', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open({
      files: { OWNERS: `approvers:\n- ${AUTHOR}\n- ${STRANGER}\n`, 'src/turn.ts': 'export const turn = 9;\n' },
    });
    await pull.comment(REVIEWER, '/lgtm');
    const refused = await pull.comment(STRANGER, '/approve');
    await settled();
    expect(await pull.reactions(refused)).toEqual(['confused']);
    expect(await pull.merged()).toBe(false);
  });

  test('follows OWNERS of the base as soon as they change there', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open();
    await pull.comment(STRANGER, '/approve');
    await settled();
    expect(await pull.labels()).not.toContain('approved');
    place.commit('main', { 'src/OWNERS': `approvers:\n- ${STRANGER}\n` }, APPROVER);
    await settled();
    await pull.comment(STRANGER, '/approve');
    await settled();
    expect(await pull.labels()).toContain('approved');
  });

  test('where OWNERS cannot be read is for those above, and the notice says why', async () => {
    const { workplace, settled } = running();
    const place = await workplace({ files: { ...OWNED, 'docs/OWNERS': 'approvers: [\n' } });
    const pull = await place.open({ files: { 'docs/guide.md': '# Guide\n' } });
    const refused = await pull.comment(DOCS_APPROVER, '/approve');
    await settled();
    expect(await pull.reactions(refused)).toEqual(['confused']);
    expect(await pull.labels()).not.toContain('approved');
    expect(withoutPlace((await pull.words())[0])).toMatchInlineSnapshot(`
      "[APPROVALNOTIFIER] This PR is **NOT APPROVED**

      Nobody has approved it yet.

      @ada-example: please look at it, and comment \`/approve\` where you agree. To assign this approver, comment \`/assign @ada-example\`.

      - \`docs/OWNERS\` cannot be read (line 2: A bracket before this line is not closed, or what is inside it stands too far to the left.) What depends on it needs an approver of the root.

      <details open><summary>Who approves what, by the OWNERS files of the base branch</summary>

      | owners | files | needed | given |
      | --- | --- | --- | --- |
      | **[\`docs/OWNERS\`](https://forge.example/acme/place/blob/main/docs/OWNERS)** | 1 | \`ada-example\` |  |

      Approvers consent with \`/approve\`, to some of it with \`/approve <path>\`, and take it back with \`/approve cancel\`.

      </details>

      <!-- META={"approvers":["ada-example"]} -->"
    `);
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.labels()).toContain('approved');
  });

  test('goes by CODEOWNERS where there are no OWNERS', async () => {
    const { workplace, settled } = running();
    const files = { 'README.md': '# Made up\n', CODEOWNERS: `*.ts @${REVIEWER}\n` };
    const pull = await (await workplace({ files })).open();
    const refused = await pull.comment(STRANGER, '/approve');
    await settled();
    expect(await pull.reactions(refused)).toEqual(['confused']);
    await pull.comment(REVIEWER, '/approve');
    await settled();
    expect(await pull.labels()).toContain('approved');
    expect((await pull.words())[0]).toContain('by CODEOWNERS of the base branch');
  });

  test('goes by roles where nobody is named', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace({ files: { 'README.md': '# Made up\n' } })).open();
    const refused = await pull.comment(REVIEWER, '/approve');
    await settled();
    expect(await pull.reactions(refused)).toEqual(['confused']);
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(true);
  });
});

test('lgtm ends with a push when there are too many files to compare', async () => {
  const { workplace, settled } = running();
  const place = await workplace();
  const many = Object.fromEntries(Array.from({ length: 301 }, (_, each) => [`src/many/${each}.ts`, 'export {};\n']));
  const pull = await place.open({ files: many });
  await pull.comment(REVIEWER, '/hold\n/lgtm');
  await pull.comment(APPROVER, '/approve');
  await settled();
  expect(await pull.labels()).toEqual(['approved', 'do-not-merge/hold', 'lgtm', 'size/L']);
  place.commit('main', { 'README.md': '# Still made up\n' }, APPROVER);
  await pull.rebase(many);
  await settled();
  expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/L']);
});
