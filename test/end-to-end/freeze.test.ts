import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, REVIEWER, type Pull } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

async function agreedTo(pull: Pull): Promise<void> {
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
}

describe('a frozen branch', () => {
  test('takes nothing until it is lifted, whoever agrees, and then at once what waited', async () => {
    const { workplace, settled, story } = running();
    const place = await workplace();
    const issue = await place.issue(APPROVER, 'Release 1.2');
    await issue.comment(APPROVER, '/freeze main until in 2 weeks except label:critical cutting 1.2');
    await settled();
    expect((await issue.words()).at(-1)).toMatch(
      /Nothing is merged into `main` until [-\d]+, except for `critical` \(`cutting 1\.2`\)\. `\/unfreeze main` lifts it\.$/,
    );

    const pull = await place.open();
    await agreedTo(pull);
    expect(await pull.merged()).toBe(false);
    expect(await story(pull)).not.toContain('automation:merge done');

    await issue.comment(APPROVER, '/unfreeze main');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('lets pass what has the label that it names', async () => {
    const { workplace, settled } = running();
    const place = await workplace({ labels: ['critical'] });
    const pull = await place.open();
    await pull.comment(APPROVER, '/freeze ma* except label:critical');
    await agreedTo(pull);
    expect(await pull.merged()).toBe(false);
    await pull.label(APPROVER, 'critical');
    await pull.comment(REVIEWER, '/lgtm');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('is for those who maintain the repository to say', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open();
    const comment = await pull.comment(AUTHOR, '/freeze main');
    await agreedTo(pull);
    await settled();
    expect(await pull.reactions(comment)).toEqual(['confused']);
    expect(await pull.merged()).toBe(true);
  });

  test('of another name keeps nothing', async () => {
    const { workplace } = running();
    const place = await workplace();
    const pull = await place.open();
    await pull.comment(APPROVER, '/freeze release-*');
    await agreedTo(pull);
    expect(await pull.merged()).toBe(true);
  });
});

describe('an issue that blocks', () => {
  const files = {
    OWNERS: `approvers: [${APPROVER}]\nreviewers: [${REVIEWER}]\n`,
    'src/turn.ts': 'export const turn = 1;\n',
    '.github/bowsprit.yaml': 'merge: { blocker_label: broken }\n',
  };

  test('keeps the branch that its title names from being merged into until it is closed', async () => {
    const { workplace, settled } = running();
    const place = await workplace({ files, labels: ['broken'] });
    const other = await place.issue(APPROVER, 'branch:dev does not build');
    await other.label(APPROVER, 'broken');
    const first = await place.open();
    await agreedTo(first);
    expect(await first.merged()).toBe(true);

    const issue = await place.issue(APPROVER, 'branch: "main" does not build');
    await issue.label(APPROVER, 'broken');
    await settled();
    const pull = await place.open();
    await agreedTo(pull);
    expect(await pull.merged()).toBe(false);
    await issue.change(APPROVER, { state: 'closed' });
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('counts from when a command labels it', async () => {
    const { workplace, settled } = running();
    const place = await workplace({ files, labels: ['broken'] });
    const first = await place.open();
    await agreedTo(first);
    expect(await first.merged()).toBe(true);
    const issue = await place.issue(APPROVER, 'Nothing builds');
    await issue.comment(APPROVER, '/label broken');
    await settled();
    const pull = await place.open();
    await agreedTo(pull);
    expect(await pull.merged()).toBe(false);
    await issue.comment(APPROVER, '/remove-label broken');
    await settled();
    expect(await pull.merged()).toBe(true);
  });
});
