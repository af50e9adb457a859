import * as z from 'zod/mini';
import { describe, expect, test } from 'vitest';
import { pathOf } from '../../shared/pages/audit.ts';
import { APPROVER, DOCS_APPROVER, OWNED, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

test('a pull request says why it is not merged, and whom a command is for', async () => {
  const { workplace, settled, story } = running();
  const place = await workplace();
  const pull = await place.open({
    files: { 'docs/guide.md': '# Guide\n', 'src/turn.ts': 'export const turn = 2;\n' },
  });
  await pull.comment(DOCS_APPROVER, '/approve');
  await pull.comment(REVIEWER, '/hold until the docs are out');
  await pull.comment(STRANGER, '/why');
  await pull.comment(STRANGER, '/why not me approve');
  await pull.comment(STRANGER, '/why not me');
  await settled();
  const said = (await pull.words()).map((text) =>
    text
      .replaceAll(/of \d+ gates/g, 'of all gates')
      .replaceAll(pull.head().slice(0, 7), 'HEAD')
      .replaceAll(/ at `[0-9a-f]{7}`/g, ' at `BASE`')
      .replaceAll(/on \S+ at [\d:]+(?:, delivery `[^`]+`)?/g, 'on DAY'),
  );
  const [merging, approving, mine] = said.slice(-3);
  expect(merging?.split('<details>')[0]).toMatchInlineSnapshot(`
    "@zoe-example: **Not merged: 3 of all gates are missing.**

    - **lgtm for this head**: Nobody said lgtm to \`HEAD\`. A reviewer who is not \`ben-example\` comments \`/lgtm\`. (\`merge.queries\` as it is built in)
    - **approved by the owners of the root**: 2 files: only part of it is approved, by \`joan-example\`. \`ada-example\` comments \`/approve\`. (OWNERS of the base branch, \`OWNERS\` at \`BASE\`; \`joan-example\` on DAY)
    - **not held**: It is held by \`grace-example\` (\`until the docs are out\`). \`grace-example\` or an approver who is not the author comments \`/hold cancel\`. (\`hold.lifted_by\` as it is built in; \`grace-example\` on DAY)

    "
  `);
  expect(approving).toMatchInlineSnapshot(`
    "@zoe-example: \`/approve\` is not open to you. It is for approvers of a changed file. \`ada-example\` can. (OWNERS of the base branch at \`BASE\`)

    \`/approve cancel\` is not open to you. It is for the author or approvers of a changed file. \`ada-example\` can. (OWNERS of the base branch at \`BASE\`)"
  `);
  expect(mine).toMatch(
    /^@zoe-example: \*\*\d+ of \d+ commands are open to you here\.\*\*\n\n- `\/lgtm` is not open to you\./,
  );
  expect((await story(pull)).filter((each) => each.startsWith('why'))).toEqual(Array(3).fill('why done'));
});

test('the check bowsprit/merge says the same, and the status tide in its words: green before it is merged', async () => {
  const { workplace, settled, story } = running();
  const place = await workplace({ files: { ...OWNED, '.github/bowsprit.yaml': 'merge:\n  status: both\n' } });
  const pull = await place.open();
  await settled();
  const missing = async (): Promise<readonly string[]> =>
    (await pull.checks()).map((check) => check.replace(/(of|all) \d+ gates/, '$1 gates'));
  expect(await missing()).toEqual([
    'bowsprit/merge: Not merged, 2 of gates are missing: lgtm for this head, approved by the owners of the root',
  ]);
  await pull.comment(REVIEWER, '/lgtm');
  await settled();
  expect(await missing()).toEqual([
    'bowsprit/merge: Not merged, 1 of gates is missing: approved by the owners of the root',
  ]);
  await pull.comment(APPROVER, '/approve');
  await settled();
  expect(await missing()).toEqual(['bowsprit/merge: Ready to be merged: all gates are green']);
  expect(await pull.merged()).toBe(true);
  const statuses = z.array(z.object({ context: z.string(), state: z.string(), description: z.string() }));
  const tide = statuses.parse(await place.ask(REVIEWER, `GET /commits/${pull.head()}/statuses`));
  expect(tide.map(({ context, state, description }) => `${context} ${state}: ${description}`)).toEqual([
    'tide success: In merge pool.',
    'tide pending: Not mergeable. Needs approved label.',
    'tide pending: Not mergeable. Needs approved, lgtm labels.',
  ]);
  // Our own check wakes nobody, and what it says already is not said again.
  expect((await story(pull)).filter((each) => each.startsWith('automation:merge'))).toEqual([
    'automation:merge-status done',
    'automation:merge-status done',
    'automation:merge-status done',
    'automation:merge done',
  ]);
});

const shown = async ({ name }: Pull): Promise<string> => {
  const response = await fetch(`${running().stack.doorUrl}${pathOf(name)}`);
  return (await response.text()).replaceAll(/<[^>]*>|\s+/g, ' ').replaceAll(/ +/g, ' ');
};

describe('its page', () => {
  test('shows what it needs as it was when somebody asked', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await pull.comment(REVIEWER, '/lgtm');
    await settled();
    expect(await shown(pull)).toContain('is shown here after the next /why ');
    await pull.comment(STRANGER, '/why');
    await settled();
    const text = await shown(pull);
    expect(text).toMatch(
      /1 of \d+ gates is missing\. So it was .*, less than a minute ago, at head [0-9a-f]{7} ; nothing was/,
    );
    expect(text).toContain('missing approved by the owners of the root');
    expect(text).toMatch(/\d+ green: open, not a draft, not held,/);
  });

  test('follows what is decided, where the check does', async () => {
    const { workplace, settled } = running();
    const place = await workplace({ files: { ...OWNED, '.github/bowsprit.yaml': 'merge:\n  status: check\n' } });
    const pull = await place.open();
    await settled();
    expect(await shown(pull)).toMatch(/ 2 of \d+ gates are missing\./);
    await pull.comment(REVIEWER, '/lgtm');
    await settled();
    expect(await shown(pull)).toMatch(/ 1 of \d+ gates is missing\./);
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(true);
    expect(await shown(pull)).not.toContain('What it needs');
  });
});
