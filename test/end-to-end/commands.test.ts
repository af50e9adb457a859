import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, REVIEWER, STRANGER } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();
const LABELS = ['kind/bug', 'kind/feature', 'area/docs', 'priority/urgent', 'needs-kind'];

describe('labels', () => {
  test('go on and off by family, and an unknown one is answered with the nearest', async () => {
    const { workplace, settled } = running();
    const place = await workplace({ labels: LABELS });
    const pull = await place.open();
    await pull.comment(AUTHOR, '/kind bug\n/area docs');
    await pull.comment(AUTHOR, '/label help wanted');
    await settled();
    expect(await pull.labels()).toEqual(['area/docs', 'help wanted', 'kind/bug', 'size/XS']);
    await pull.comment(AUTHOR, '/remove-kind bug');
    const unknown = await pull.comment(AUTHOR, '/kind bugg');
    await settled();
    expect(await pull.labels()).toEqual(['area/docs', 'help wanted', 'needs-kind', 'size/XS']);
    expect(await pull.reactions(unknown)).toEqual(['confused']);
    expect((await pull.words()).at(-1)).toMatchInlineSnapshot(
      `"@ben-example: There is no label \`kind/bugg\` in this repository. Did you mean \`kind/bug\` or \`kind/feature\`?"`,
    );
  });

  test('that follow from the pull request are not for /label', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace({ labels: LABELS })).open();
    await pull.comment(APPROVER, '/label lgtm');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    expect((await pull.words()).at(-1)).toMatchInlineSnapshot(
      `"@ada-example: \`lgtm\` is not for \`/label\`: use \`/lgtm\` or \`/lgtm cancel\`."`,
    );
  });
});

describe('a pull request', () => {
  test('is closed, reopened and given another title', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await pull.comment(AUTHOR, '/close');
    await settled();
    expect((await pull.pull()).state).toBe('closed');
    const refused = await pull.comment(STRANGER, '/reopen');
    await settled();
    expect((await pull.pull()).state).toBe('closed');
    expect(await pull.reactions(refused)).toEqual(['confused']);
    await pull.comment(AUTHOR, '/reopen');
    await pull.comment(REVIEWER, '/retitle Turn forth and back');
    await settled();
    expect(await pull.pull()).toMatchObject({ state: 'open', title: 'Turn forth and back' });
  });

  test('is assigned, and its reviewers are asked', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await pull.comment(AUTHOR, `/assign @${REVIEWER}\n/cc @${APPROVER}`);
    await settled();
    expect((await pull.now()).assignees.map(({ login }) => login)).toEqual([REVIEWER]);
    expect((await pull.pull()).requested_reviewers.map(({ login }) => login)).toEqual([APPROVER]);
    await pull.comment(AUTHOR, `/unassign @${REVIEWER}\n/uncc @${APPROVER}`);
    await settled();
    expect((await pull.now()).assignees).toEqual([]);
    expect((await pull.pull()).requested_reviewers).toEqual([]);
  });

  test('gets one answer to a comment of several lines', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace({ labels: LABELS })).open();
    await settled();
    const before = (await pull.words()).length;
    const id = await pull.comment(STRANGER, '/hold\n/lgtm\n/kind bugg\n/assign grace example');
    await settled();
    expect((await pull.words()).slice(before)).toMatchInlineSnapshot(`
      [
        "@zoe-example: \`/lgtm\` is not open to you. It is for reviewers (people who can write, or named in OWNERS), but not the author. \`ada-example\` can.

      \`/kind bugg\`: There is no label \`kind/bugg\` in this repository. Did you mean \`kind/bug\` or \`kind/feature\`?

      \`/assign grace example\`: \`grace\` and \`example\` could not be assigned: GitHub takes members of the organization, collaborators and people who commented here, 10 at most.",
      ]
    `);
    expect(await pull.reactions(id)).toEqual(['confused']);
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
  });

  test('is over once it is merged', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(true);
    const before = (await pull.words()).length;
    for (const line of ['/approve cancel', '/hold', '/retitle Forth', '/reopen']) {
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(APPROVER, line);
      // oxlint-disable-next-line no-await-in-loop
      await settled();
    }
    const over = 'It is merged; nothing more can be decided here.';
    expect((await pull.words()).slice(before).map((each) => each.replace(`@${APPROVER}: `, ''))).toEqual([
      over,
      over,
      over,
      'It is merged and cannot be reopened; open another pull request instead.',
    ]);
    expect(await pull.labels()).not.toContain('do-not-merge/hold');
  });

  test('is told of each line once', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await settled();
    const before = (await pull.words()).length;
    await pull.comment(STRANGER, '/lgtn\n/reopen please\n/hepl me');
    await settled();
    expect((await pull.words()).slice(before)).toMatchInlineSnapshot(`
      [
        "@zoe-example: \`/lgtn\` is not a command. Did you mean \`/lgtm\`?

      \`/reopen\` takes nothing, and \`please\` is too much. Nothing was done; a remark goes after \`#\`. Write \`/reopen\`.

      \`/hepl\` is not a command. Did you mean \`/help\`?",
      ]
    `);
  });
});

describe('an issue', () => {
  test('is labeled, assigned, given another title, closed and reopened', async () => {
    const { workplace, settled, story } = running();
    const place = await workplace({ labels: LABELS });
    const issue = await place.issue(AUTHOR, 'It turns', 'Too far.\n\n/kind bug');
    await issue.comment(AUTHOR, '/assign\n/retitle It turns too far');
    await settled();
    expect(await issue.now()).toMatchObject({ title: 'It turns too far', assignees: [{ login: AUTHOR }] });
    expect(await issue.labels()).toEqual(['kind/bug']);
    await issue.comment(AUTHOR, '/close not-planned');
    await settled();
    expect(await issue.now()).toMatchObject({ state: 'closed', state_reason: 'not_planned' });
    await issue.comment(AUTHOR, '/reopen');
    await settled();
    expect((await issue.now()).state).toBe('open');
    expect(await story(issue)).toEqual(['label done', 'assign done', 'retitle done', 'close done', 'reopen done']);
  });

  test('takes no command for pull requests', async () => {
    const { workplace, settled, records } = running();
    const issue = await (await workplace()).issue(AUTHOR, 'It turns');
    await issue.comment(APPROVER, '/lgtm');
    await issue.comment(APPROVER, '/commands');
    await settled();
    const [refused, help = ''] = await issue.words();
    expect(refused).toMatchInlineSnapshot(`"@ada-example: \`/lgtm\` is for pull requests; this is an issue."`);
    expect(help).toContain('`/label');
    expect(help).not.toContain('`/lgtm');
    expect((await records(issue)).map(({ headSha }) => headSha)).toEqual(['', '']);
  });
});
