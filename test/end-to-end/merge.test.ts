import { describe, expect, test } from 'vitest';
import { NO_STATE, withRecords } from '../../shared/pull-state.ts';
import { APPROVER, AUTHOR, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

async function agreedTo(pull: Pull): Promise<void> {
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
}

function protectedBy(place: Workplace, rules: Readonly<Record<string, unknown>>): Promise<unknown> {
  return place.ask(APPROVER, 'PUT /branches/main/protection', {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
    ...rules,
  });
}

describe('what is agreed to waits', () => {
  test('for a draft to be ready', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open({ draft: true });
    await agreedTo(pull);
    expect(await pull.labels()).toContain('do-not-merge/work-in-progress');
    expect(await pull.merged()).toBe(false);
    await pull.ready(AUTHOR);
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('for WIP to go from the title', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open({ title: 'WIP: turn back' });
    await agreedTo(pull);
    expect(await pull.labels()).toContain('do-not-merge/work-in-progress');
    expect(await pull.merged()).toBe(false);
    await pull.comment(AUTHOR, '/retitle Turn back');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('for a required status', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    await protectedBy(place, { required_status_checks: { strict: false, contexts: ['build'] } });
    const pull = await place.open();
    await agreedTo(pull);
    expect(await pull.merged()).toBe(false);
    await place.status(pull.head(), 'build', 'pending');
    await place.status(pull.head(), 'other', 'success');
    await settled();
    expect(await pull.merged()).toBe(false);
    await place.status(pull.head(), 'build', 'success');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('for a required check to succeed', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    await protectedBy(place, { required_status_checks: { strict: false, contexts: ['test'] } });
    const pull = await place.open();
    await agreedTo(pull);
    place.check(pull.head(), 'test', 'failure');
    await settled();
    expect(await pull.merged()).toBe(false);
    place.check(pull.head(), 'test', 'success');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('for a label that blocks to be taken off', async () => {
    const { workplace, settled } = running();
    const place = await workplace({ labels: ['do-not-merge/release'] });
    const pull = await place.open();
    await pull.label(REVIEWER, 'do-not-merge/release');
    await agreedTo(pull);
    expect(await pull.merged()).toBe(false);
    await pull.unlabel(REVIEWER, 'do-not-merge/release');
    await settled();
    expect(await pull.merged()).toBe(true);
  });
});

test('where the forge refuses, it is told once and tried again when something changes', async () => {
  const { workplace, settled, records } = running();
  const place = await workplace();
  await protectedBy(place, { required_pull_request_reviews: { required_approving_review_count: 1 } });
  const pull = await place.open();
  // The push that made the branch is something that changes as well.
  await settled();
  await agreedTo(pull);
  expect(await pull.merged()).toBe(false);
  const refusals = async (): Promise<readonly string[]> =>
    (await pull.words()).filter((words) => words.startsWith('**Not merged.**'));
  expect(await refusals()).toMatchInlineSnapshot(`
    [
      "**Not merged.** GitHub would not merge: \`At least 1 approving review is required by reviewers with write access\`. Bowsprit tries again when something changes, and with growing pauses.",
    ]
  `);
  const merges = (await records(pull)).filter(({ command }) => command === 'automation:merge');
  expect(merges.map(({ outcome }) => outcome)).toEqual(['refused']);

  await place.status(pull.head(), 'build', 'success');
  await settled();
  expect(await pull.merged()).toBe(false);
  expect((await refusals()).length).toBe(1);

  await pull.review(REVIEWER, 'APPROVE');
  await settled();
  expect(await pull.merged()).toBe(true);
  expect(await refusals()).toEqual([]);
  expect((await pull.words()).at(-1)).toMatchInlineSnapshot(`"**Merged.**"`);
});

test('the clock leaves alone what was refused, and what is refused again is not recorded again', async () => {
  const { workplace, settled, records, github, stack } = running();
  const place = await workplace();
  await protectedBy(place, { required_pull_request_reviews: { required_approving_review_count: 1 } });
  const pull = await place.open();
  await agreedTo(pull);
  const attempts = (): number =>
    github.requests().filter(({ route }) => route === 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge').length;
  const before = (await records(pull)).length;
  github.clearRequests();
  await stack.sweep('merge');
  await settled();
  expect(attempts()).toBe(0);

  // Whatever happens to it has it tried at once.
  await place.status(pull.head(), 'build', 'success');
  await settled();
  expect(attempts()).toBe(1);
  expect((await records(pull)).length).toBe(before);
});

describe('what somebody does by hand', () => {
  test('counts as their word where they may give it', async () => {
    const { workplace, settled, story } = running();
    const pull = await (await workplace()).open();
    await pull.label(REVIEWER, 'lgtm');
    await pull.label(APPROVER, 'approved');
    await settled();
    expect(await pull.merged()).toBe(true);
    expect(await story(pull)).toContain('automation:label-by-hand done');
  });

  test('is undone where they may not, and they are told', async () => {
    const { workplace, settled } = running();
    const pull = await (await workplace()).open();
    await settled();
    await pull.label(AUTHOR, 'lgtm');
    await pull.label(REVIEWER, 'approved');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    expect((await pull.words()).at(-1)).toMatchInlineSnapshot(
      `"\`approved\` was taken off again. \`grace-example\` is not an approver of a changed file."`,
    );
  });

  test('takes back what was agreed to', async () => {
    const { workplace, settled, records } = running();
    const pull = await (await workplace()).open();
    await pull.comment(REVIEWER, '/hold\n/lgtm');
    await pull.comment(APPROVER, '/approve');
    await settled();
    await pull.unlabel(REVIEWER, 'lgtm');
    await pull.unlabel(APPROVER, 'approved');
    await pull.unlabel(REVIEWER, 'do-not-merge/hold');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    expect(await pull.merged()).toBe(false);
    const { votes, holds } = withRecords(NO_STATE, await records(pull));
    expect([votes, holds]).toEqual([[], []]);
  });

  test('is seen: what was merged by hand is left alone', async () => {
    const { workplace, settled, story } = running();
    const place = await workplace();
    const pull = await place.open();
    await pull.comment(REVIEWER, '/lgtm');
    await settled();
    await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, { sha: pull.head() });
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect((await story(pull)).filter((each) => each.startsWith('automation:merge'))).toEqual([]);
  });
});

test('a sweep merges what no event told of', async () => {
  const { workplace, settled, stack, github, story } = running();
  const place = await workplace();
  await protectedBy(place, { required_status_checks: { strict: false, contexts: ['build'] } });
  const pull = await place.open();
  const held = await place.open();
  await held.comment(REVIEWER, '/hold');
  await agreedTo(pull);
  await agreedTo(held);
  // Their webhooks are lost.
  github.setWebhookUrl(undefined);
  await place.status(pull.head(), 'build', 'success');
  await place.status(held.head(), 'build', 'success');
  github.setWebhookUrl(`${stack.doorUrl}/webhooks/github`);
  await settled();
  expect(await pull.merged()).toBe(false);
  await stack.sweep('merge');
  await settled();
  expect(await pull.merged()).toBe(true);
  expect(await held.merged()).toBe(false);
  expect((await story(pull)).at(-1)).toBe('sweep:merge done');
  expect((await story(held)).filter((each) => each.startsWith('sweep'))).toEqual([]);
});
