import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, REVIEWER, STRANGER, type Pull, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const settled = (): Promise<void> => engine().workOff();

const files = {
  OWNERS: `approvers: [${APPROVER}]\nreviewers: [${REVIEWER}]\n`,
  'src/turn.ts': 'export const turn = 1;\n',
  '.github/bowsprit.yaml': 'merge: { up_to_date: true, batch: 2, required_checks: [{ name: build }] }\n',
};

type Opened = Parameters<Workplace['open']>[0];
const THREE = ['a', 'b', 'c'].map((name) => ({ files: { [`src/${name}.ts`]: `${name}\n` } }));

type Place = Workplace & {
  /** Three that are agreed to, green and behind; a branch of somebody else's beside them. */
  readonly three: (given?: {
    readonly foreign?: string;
    readonly opened?: readonly Opened[];
  }) => Promise<readonly [Pull, Pull, Pull]>;
  readonly branches: () => readonly string[];
  /** The commit in which it is tested; undefined where it is in no batch. */
  readonly tested: (pull: Pull) => string | undefined;
  readonly build: (pull: Pull, state: 'success' | 'failure') => Promise<void>;
  readonly treeOf: (sha: string) => Promise<unknown>;
};

async function placed(): Promise<Place> {
  const { workplace, github } = engine();
  const place = await workplace({ files });
  const repository = [...github.box.state.repositories.values()].find((each) =>
    place.fullName.endsWith(`/${each.name}`),
  );
  if (repository === undefined) throw new Error('it was made');
  const tested = (pull: Pull) => repository.refs.get(`refs/heads/bowsprit/batch/main/${pull.number}`);
  return {
    ...place,
    async three({ foreign, opened = THREE } = {}) {
      const pulls: Pull[] = [];
      for (const each of opened) {
        // oxlint-disable-next-line no-await-in-loop
        const pull = await place.open(each);
        pulls.push(pull);
        // oxlint-disable-next-line no-await-in-loop
        await pull.comment(REVIEWER, '/lgtm');
        // oxlint-disable-next-line no-await-in-loop
        await pull.comment(APPROVER, '/approve');
      }
      const main = place.commit('main', { 'src/other.ts': 'other\n' }, APPROVER);
      if (foreign !== undefined) {
        await place.ask(APPROVER, 'POST /git/refs', { ref: `refs/heads/${foreign}`, sha: main });
      }
      await settled();
      const [first, second, third] = pulls;
      if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
      for (const pull of pulls) {
        // oxlint-disable-next-line no-await-in-loop
        await place.status(pull.head(), 'build', 'success');
        // oxlint-disable-next-line no-await-in-loop
        await settled();
      }
      return [first, second, third];
    },
    branches: () => [...repository.refs.keys()].filter((ref) => ref.startsWith('refs/heads/bowsprit/')),
    tested,
    async build(pull, state) {
      await place.status(tested(pull) ?? '', 'build', state);
      await settled();
    },
    treeOf: async (sha) => {
      const commit = JSON.parse(JSON.stringify(await place.ask(APPROVER, `GET /git/commits/${sha}`)));
      return commit.tree.sha;
    },
  };
}

const batchOf = ({ number }: Pull): string => `refs/heads/bowsprit/batch/main/${number}`;
const acts = async (pull: Pull): Promise<readonly string[]> =>
  (await engine().records(pull)).flatMap(({ actions }) =>
    actions.flatMap(({ is, result }) => (/batch$|^merge$|update-branch/.test(is) ? [`${is} ${result}`] : [])),
  );

test('what is ready and behind is tested on top of what is before it, and merged without another round', async () => {
  const place = await placed();
  const [first, second, third] = await place.three();
  const heads = [first, second, third].map((pull) => pull.head());
  // There is room for two, and nobody's own branch is touched.
  expect(place.branches()).toEqual([first, second].map(batchOf));
  expect([first, second, third].map((pull) => pull.head())).toEqual(heads);
  await second.comment(AUTHOR, '/why');
  await settled();
  expect((await second.words()).at(-1)).toContain(
    `It is tested on top of \`main\` and #${first.number}: \`build\` did not end yet.`,
  );

  // Whoever is green first waits for what is before it.
  const trees = await Promise.all([first, second].map((pull) => place.treeOf(place.tested(pull) ?? '')));
  await place.build(second, 'success');
  expect(await second.merged()).toBe(false);
  await place.build(first, 'success');
  expect([await first.merged(), await second.merged()]).toEqual([true, true]);
  const merged = await Promise.all(
    [first, second].map(async (pull) => place.treeOf((await pull.pull()).merge_commit_sha ?? '')),
  );
  expect(merged).toEqual(trees);
  expect(await acts(second)).toEqual(['join-batch done', 'merge done']);
  // Their branches are gone, and who waited is tested now.
  expect(place.branches()).toEqual([batchOf(third)]);
});

test('what fails on top of others is told and left out, and what was built on it is tested anew', async () => {
  const place = await placed();
  const [first, second, third] = await place.three();
  await place.build(second, 'failure');
  // It may be the fault of what is before it.
  expect(await acts(second)).toEqual(['join-batch done']);
  await place.build(first, 'success');
  expect(await first.merged()).toBe(true);
  expect(await acts(second)).toEqual(['join-batch done', 'leave-batch done']);
  expect((await second.words()).at(-1)).toContain(
    '**Not merged.** Tested together with what `main` has, `build` failed.',
  );
  expect(place.tested(second)).toBe(undefined);
  expect(place.tested(third)).not.toBe(undefined);
  // Nobody tries it again by itself.
  await second.comment(AUTHOR, '/refresh');
  await settled();
  expect(await acts(second)).toEqual(['join-batch done', 'leave-batch done', 'join-batch done']);
});

test('a hold and a closing take out whoever it is about, and a branch of somebody else is left alone', async () => {
  const place = await placed();
  const [first, second, third] = await place.three({ foreign: 'bowsprit/batch/main/3' });
  const ofSecond = place.tested(second);
  await first.comment(REVIEWER, '/hold');
  await settled();
  expect(place.tested(first)).toBe(undefined);
  expect(place.tested(second)).not.toBe(ofSecond);
  // What was green is worth nothing without what it was tested on.
  await place.status(ofSecond ?? '', 'build', 'success');
  await settled();
  expect(await second.merged()).toBe(false);
  await second.change(AUTHOR, { state: 'closed' });
  await settled();
  // Somebody else's is not ours to take.
  expect(place.branches()).toEqual([batchOf(third)]);
  expect(place.tested(third)).toBe(place.tip('main'));
  expect(await acts(third)).toEqual(['join-batch refused', 'update-branch done']);
});

test('what the App may not write is told and goes alone; from a fork, and into another branch, the batch goes on', async () => {
  const place = await placed();
  const byStranger = { by: STRANGER, forked: true };
  const [workflow, forked, own] = await place.three({
    opened: [
      { ...byStranger, files: { '.github/workflows/theirs.yml': 'on: push\n' } },
      { ...byStranger, files: { 'src/b.ts': 'b\n' } },
      { files: { 'src/c.ts': 'c\n' } },
    ],
  });
  expect((await workflow.words()).at(-1)).toBe(
    '**Goes without a batch.** GitHub does not let Bowsprit make a branch for tests: ``refusing to allow a GitHub App to create or update workflow `.github/workflows/theirs.yml` without `workflows` permission``. It is brought up to date and merged alone.',
  );
  // Nothing of it was run with what the repository keeps secret.
  expect(place.branches()).toEqual([forked, own].map(batchOf));

  // Whoever is tested on top of one that goes into another branch waits for nothing.
  place.commit('release-1', { 'NOTES.md': '# 1\n' });
  const onTop = place.tested(own);
  await place.ask(APPROVER, `PATCH /pulls/${forked.number}`, { base: 'release-1' });
  await settled();
  expect(place.tested(forked)).toBe(undefined);
  expect(place.tested(own)).not.toBe(onTop);
  await place.build(own, 'success');
  expect(await own.merged()).toBe(true);
  expect(await acts(workflow)).toEqual(['join-batch refused', 'update-branch done']);
});
