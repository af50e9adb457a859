import { describe, expect, test } from 'vitest';
import { AUTHOR, APPROVER, REVIEWER, STRANGER } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

test('a pull request is discussed, agreed to and merged', async () => {
  const { workplace, settled, records, story } = running();
  const place = await workplace({ labels: ['kind/bug'] });
  const pull = await place.open({ body: 'Turns back.\n\n/kind bug' });
  const own = await pull.comment(AUTHOR, '/lgtm');
  const typo = await pull.comment(REVIEWER, 'Nearly there.\n\n/lgtn');
  const stranger = await pull.comment(STRANGER, '/approve');
  const lgtm = await pull.comment(REVIEWER, 'Reads well.\n\n/lgtm');
  await settled();
  expect(await pull.labels()).toEqual(['kind/bug', 'lgtm', 'size/XS']);
  const approve = await pull.comment(APPROVER, '/approve');
  await settled();

  const head = pull.head();
  expect(await pull.pull()).toMatchObject({ merged: true, head: { sha: head } });
  const words = (await pull.words()).map((text) =>
    text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'FORGE').replaceAll(head.slice(0, 7), 'HEAD'),
  );
  expect(words).toMatchInlineSnapshot(`
    [
      "[APPROVALNOTIFIER] This PR is **APPROVED**

    Approved by \`ada-example\`.

    <details><summary>Who approves what, by the OWNERS files of the base branch</summary>

    | owners | files | needed | given |
    | --- | --- | --- | --- |
    | ~~[\`OWNERS\`](FORGE/acme/place-1/blob/main/OWNERS)~~ | 1 |  | \`ada-example\` at \`HEAD\` |

    Approvers consent with \`/approve\`, to some of it with \`/approve <path>\`, and take it back with \`/approve cancel\`.

    </details>

    <!-- META={"approvers":[]} -->",
      "@ben-example: Nobody can \`/lgtm\` a pull request of their own. It is for reviewers (people who can write, or named in OWNERS), but not the author. \`ada-example\` can.",
      "@grace-example: \`/lgtn\` is not a command. Did you mean \`/lgtm\`?",
      "@zoe-example: \`/approve\` is not open to you. It is for approvers of a changed file. \`ada-example\` can.",
    ]
  `);
  expect(await story(pull)).toMatchInlineSnapshot(`
    [
      "label done",
      "automation:head done",
      "automation:size done",
      "automation:approval done",
      "lgtm refused",
      "unknown refused",
      "approve refused",
      "lgtm done",
      "approve done",
      "automation:approval done",
      "automation:merge done",
    ]
  `);
  expect(await Promise.all([own, typo, stranger, lgtm, approve].map((id) => pull.reactions(id)))).toEqual([
    ['confused'],
    ['confused'],
    ['confused'],
    ['+1'],
    ['+1'],
  ]);
  const merge = (await records(pull)).find(({ command }) => command === 'automation:merge');
  expect(merge).toMatchObject({ headSha: head, actor: { login: APPROVER }, outcome: 'done' });
});

describe('a hold', () => {
  test('keeps from merging until whoever set it lifts it', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open();
    await pull.comment(STRANGER, '/hold until the docs are in');
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.labels()).toEqual(['approved', 'do-not-merge/hold', 'lgtm', 'size/XS']);
    expect(await pull.merged()).toBe(false);

    const refused = await pull.comment(AUTHOR, '/unhold');
    await settled();
    expect(await pull.merged()).toBe(false);
    expect(await pull.reactions(refused)).toEqual(['confused']);
    expect((await pull.words()).at(-1)).toMatchInlineSnapshot(
      `"@ben-example: \`/unhold\` is not open to you. It is for whoever set the hold or (approvers of a changed file or people who may maintain or members of a team that it is held for), but not the author. \`zoe-example\` or \`ada-example\` can."`,
    );

    await pull.comment(STRANGER, '/hold cancel');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('that is not there is nobody’s to lift, and anybody may hear that', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    const id = await pull.comment(STRANGER, '/hold cancel');
    await settled();
    expect((await pull.words()).at(-1)).toBe(`@${STRANGER}: Nothing holds this pull request.`);
    expect(await pull.reactions(id)).toEqual(['confused']);
    await pull.label(APPROVER, 'do-not-merge/hold');
    const refused = await pull.comment(STRANGER, '/hold cancel');
    await settled();
    expect(await pull.reactions(refused)).toEqual(['confused']);
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
  });

  test('is lifted by an approver', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await pull.comment(REVIEWER, '/hold');
    await pull.comment(APPROVER, '/remove-hold');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
  });

  test('of two people is lifted by one of them for themselves alone', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await pull.comment(REVIEWER, '/hold');
    await pull.comment(STRANGER, '/hold');
    await pull.comment(STRANGER, '/unhold');
    await settled();
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
    expect((await pull.words()).at(-1)).toMatchInlineSnapshot(
      `"@zoe-example: It is still held by \`grace-example\`. \`grace-example\` or an approver who is not the author comments \`/hold cancel\`."`,
    );
  });
});

describe('edited', () => {
  test('a comment runs only the line that was added, as whoever added it', async () => {
    const { workplace, settled, records } = running();
    const pull = await (await workplace()).open();
    const id = await pull.comment(STRANGER, '/hold');
    await pull.edit(APPROVER, id, '/hold\n/approve');
    await settled();
    const said = (await records(pull)).filter(({ text }) => text !== '');
    expect(said.map(({ actor, text, outcome }) => [actor.login, text, outcome])).toEqual([
      [STRANGER, '/hold', 'done'],
      [APPROVER, '/approve', 'done'],
    ]);
  });

  test('a comment without a new line does nothing', async () => {
    const { workplace, settled, story } = running();
    const pull = await (await workplace()).open();
    const id = await pull.comment(STRANGER, '/hold');
    await settled();
    const before = await story(pull);
    await pull.edit(STRANGER, id, 'Please wait.\n\n/hold');
    await settled();
    expect(await story(pull)).toEqual(before);
  });

  test('a comment that was refused has its one reply edited', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await settled();
    const before = (await pull.words()).length;
    const id = await pull.comment(STRANGER, '/aprove');
    await settled();
    await pull.edit(STRANGER, id, '/approve');
    await settled();
    const replies = (await pull.words()).slice(before);
    expect(replies).toMatchInlineSnapshot(`
      [
        "@zoe-example: \`/approve\` is not open to you. It is for approvers of a changed file. \`ada-example\` can.",
      ]
    `);
  });

  test('a description runs the line that was added', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open({ body: 'Turns back.' });
    await pull.change(AUTHOR, { body: 'Turns back.\n\n/hold' });
    await settled();
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
  });
});

describe('a review', () => {
  test('counts as an approval, and a command in it as a command', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await pull.review(REVIEWER, 'COMMENT', 'Reads well.\n\n/lgtm');
    await pull.review(APPROVER, 'APPROVE', 'Fine.');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('that asks for changes, or is dismissed, takes the approval back', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const [one, other] = [await place.open(), await place.open()];
    const review = await one.review(APPROVER, 'APPROVE');
    await other.review(APPROVER, 'APPROVE');
    await settled();
    expect(await one.labels()).toContain('approved');
    expect(await other.labels()).toContain('approved');
    await one.dismiss(APPROVER, review);
    await other.review(APPROVER, 'REQUEST_CHANGES', 'Not yet.');
    await settled();
    expect(await one.labels()).not.toContain('approved');
    expect(await other.labels()).not.toContain('approved');
  });

  test('with /hold on a line of the change holds it', async () => {
    const { workplace, settled, records } = running();
    const place = await workplace();
    const pull = await place.open();
    await place.ask(REVIEWER, `POST /pulls/${pull.number}/comments`, {
      body: '/hold',
      commit_id: pull.head(),
      path: 'src/turn.ts',
      line: 1,
    });
    await settled();
    expect((await records(pull)).at(-1)).toMatchObject({ command: 'hold', source: { kind: 'review-comment' } });
  });
});

test('nothing comes of words that are no commands, of quotes, code, and what bots say', async () => {
  const { workplace, settled, story, github } = running();
  const place = await workplace();
  const pull = await place.open();
  await settled();
  const before = { story: await story(pull), words: await pull.words(), labels: await pull.labels() };
  const ids = [
    await pull.comment(APPROVER, '/usr/bin is where it is\n/etc/passwd'),
    await pull.comment(APPROVER, '> /approve'),
    await pull.comment(APPROVER, '```\n/approve\n```\n\n    /lgtm\n'),
    await pull.comment(APPROVER, '<!--\n/approve\n-->'),
    await pull.comment(APPROVER, 'Say /approve when you agree.'),
  ];
  // What Bowsprit itself writes is a comment of a bot, with commands in it.
  await pull.comment(REVIEWER, '/help');
  await settled();
  expect((await story(pull)).slice(before.story.length)).toEqual(['help done']);
  expect((await pull.words()).length).toBe(before.words.length + 1);
  expect(await pull.labels()).toEqual(before.labels);
  expect(await Promise.all(ids.map((id) => pull.reactions(id)))).toEqual(ids.map(() => []));
  expect(github.violations()).toEqual([]);
});

test('no secret is logged', () => {
  const { log, github } = running();
  const all = log().join('');
  expect(log().length).toBeGreaterThan(10);
  for (const token of Object.values(github.tokens)) expect(all).not.toContain(token);
  expect(all).not.toMatch(/gh[opsur]_|-----BEGIN|sha256=/);
});
