import { expect, test } from 'vitest';
import { APPROVER, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

const files = {
  OWNERS: `approvers: [${APPROVER}]\nreviewers: [${REVIEWER}]\n`,
  'src/turn.ts': 'export const turn = 1;\n',
  '.github/bowsprit.yaml': 'merge: { up_to_date: true, required_checks: [{ name: build }] }\n',
};

async function ofBuilds(place: Workplace, pull: Pull): Promise<void> {
  await place.status(pull.head(), 'build', 'success');
  await running().settled();
}

async function agreedTo(pull: Pull): Promise<void> {
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
}

// No branch is pushed to more than three times: what more pushes change is looked at a minute later.
test('what is behind is brought up to date, one after the other, keeps its votes, and is merged once its checks are green', async () => {
  const { workplace, settled, records } = running();
  const place = await workplace({ files });
  const pulls: Pull[] = [];
  for (const name of ['a', 'b', 'c']) {
    // oxlint-disable-next-line no-await-in-loop
    pulls.push(await place.open({ files: { [`src/${name}.ts`]: `export const ${name} = 1;\n` } }));
  }
  const [first, second, third] = pulls;
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
  for (const pull of pulls) {
    // oxlint-disable-next-line no-await-in-loop
    await agreedTo(pull);
  }
  const [ofFirst, ofThird] = [first.head(), third.head()];
  await ofBuilds(place, second);
  expect(await second.merged()).toBe(true);

  // The others have not got their checks yet: nothing is updated before it could be merged.
  expect(third.head()).toBe(ofThird);
  expect(first.head()).toBe(ofFirst);
  await ofBuilds(place, first);
  await ofBuilds(place, third);
  expect(await first.merged()).toBe(false);
  expect(await third.merged()).toBe(false);
  // The first was brought up to date, and the third waits for its turn.
  expect(third.head()).toBe(ofThird);
  expect(first.head()).not.toBe(ofFirst);
  expect(await first.labels()).toContain('lgtm');

  await ofBuilds(place, first);
  expect(await first.merged()).toBe(true);
  await settled();
  expect(third.head()).not.toBe(ofThird);
  expect(await third.labels()).toContain('lgtm');

  const acts = (await records(first)).flatMap(({ actions }) =>
    actions.flatMap(({ is, result }) => (is === 'update-branch' || is === 'merge' ? [`${is} ${result}`] : [])),
  );
  expect(acts).toEqual(['update-branch done', 'merge done']);
});

test('one that cannot be brought up to date is told so once, and keeps nobody waiting', async () => {
  const { workplace, github, records } = running();
  const place = await workplace({ files });
  const first = await place.open({ files: { 'src/a.ts': 'a\n' } });
  const second = await place.open({ files: { 'src/b.ts': 'b\n' } });
  await agreedTo(first);
  await agreedTo(second);
  place.commit('main', { 'src/other.ts': 'other\n' }, APPROVER);
  // Its fork was deleted.
  for (const repository of github.box.state.repositories.values()) {
    const issue = place.fullName.endsWith(`/${repository.name}`) ? repository.issues.get(first.number) : undefined;
    if (issue?.pull !== undefined) issue.pull.head.repositoryId = null;
  }
  await ofBuilds(place, first);
  await ofBuilds(place, first);
  const told = (await first.words()).filter((words) => words.includes('**Not merged.**'));
  expect(told).toEqual([expect.stringContaining('update the branch')]);
  const updates = (await records(first)).flatMap(({ actions }) => actions.filter(({ is }) => is === 'update-branch'));
  expect(updates).toHaveLength(1);
  const ofSecond = second.head();
  await ofBuilds(place, second);
  expect(second.head()).not.toBe(ofSecond);
});

test('one whose checks turn red gives its turn to the next', async () => {
  const { workplace } = running();
  const place = await workplace({ files });
  const first = await place.open({ files: { 'src/a.ts': 'a\n' } });
  const second = await place.open({ files: { 'src/b.ts': 'b\n' } });
  await agreedTo(first);
  await agreedTo(second);
  place.commit('main', { 'src/other.ts': 'other\n' }, APPROVER);
  await ofBuilds(place, first);
  const ofSecond = second.head();
  await ofBuilds(place, second);
  expect(second.head()).toBe(ofSecond);
  await place.status(first.head(), 'build', 'failure');
  await running().settled();
  expect(second.head()).not.toBe(ofSecond);
  await ofBuilds(place, second);
  expect(await second.merged()).toBe(true);
  expect(await first.merged()).toBe(false);
});
