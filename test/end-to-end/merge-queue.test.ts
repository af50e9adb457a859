import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, OWNED, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

const QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

type Place = Workplace & {
  /** Opens one and has it agreed to, with its own check green. */
  readonly agreed: (file: string) => Promise<Pull>;
  readonly queued: () => readonly number[];
  /** How the tests of what waits there went. */
  readonly tested: (pull: Pull, state: 'success' | 'failure') => Promise<void>;
  /** As somebody would do it with a click. */
  readonly byHand: (by: string, mutation: 'enqueue' | 'dequeue', pull: Pull) => Promise<void>;
  readonly arm: (by: string, pull: Pull) => Promise<void>;
  /** Whether the forge's auto-merge is on. */
  readonly armed: (pull: Pull) => boolean;
};

async function withQueue(settings = '', queue = true): Promise<Place> {
  const { workplace, settled, github } = running();
  const place = await workplace({
    files: { ...OWNED, ...(settings === '' ? {} : { '.github/bowsprit.yaml': settings }) },
  });
  const repository = [...github.state.repositories.values()].find((each) => place.fullName.endsWith(`/${each.name}`));
  if (repository === undefined) throw new Error('it was made');
  const at = github.box.now().toISOString();
  repository.rulesets.set(1, {
    id: 1,
    name: 'queue',
    target: 'branch',
    enforcement: 'active',
    bypassActors: [],
    conditions: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    createdAt: at,
    updatedAt: at,
    rules: [
      ...(queue ? [{ type: 'merge_queue', parameters: QUEUE }] : []),
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: queue, required_status_checks: [{ context: 'build' }] },
      },
    ],
  });
  repository.settings.allowAutoMerge = !queue;
  const waiting = () => [...repository.issues.values()].filter(({ pull }) => pull?.queued !== undefined);
  const mutated = async (by: string, pull: Pull, change: (id: string) => string): Promise<void> => {
    const { node_id: id } = JSON.parse(JSON.stringify(await place.ask(by, `GET /pulls/${pull.number}`)));
    const answer = await fetch(`${github.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${github.tokens[by] ?? ''}`, 'user-agent': 'test' },
      body: JSON.stringify({ query: `mutation { ${change(id)} { clientMutationId } }` }),
    });
    expect(await answer.text()).not.toContain('errors');
    await settled();
  };
  return {
    ...place,
    async agreed(file) {
      const pull = await place.open({ files: { [file]: 'new\n' } });
      if (queue) await place.status(pull.head(), 'build', 'success');
      await pull.comment(REVIEWER, '/lgtm');
      await pull.comment(APPROVER, '/approve');
      await settled();
      return pull;
    },
    queued: () => waiting().map(({ number }) => number),
    async tested(pull, state) {
      const entry = waiting().find(({ number }) => number === pull.number);
      await place.status(entry?.pull?.queued?.group?.sha ?? '', 'build', state);
      await settled();
    },
    byHand: (by, mutation, pull) =>
      mutated(
        by,
        pull,
        (id) => `${mutation}PullRequest(input: { ${mutation === 'enqueue' ? 'pullRequestId' : 'id'}: "${id}" })`,
      ),
    arm: (by, pull) => mutated(by, pull, (id) => `enablePullRequestAutoMerge(input: { pullRequestId: "${id}" })`),
    armed: ({ number }) => Boolean(repository.issues.get(number)?.pull?.autoMerge),
  };
}

const last = (words: readonly string[]): string => words.at(-1) ?? '';
const acts = async (pull: Pull): Promise<readonly string[]> =>
  (await running().records(pull)).flatMap(({ actions }) =>
    actions.flatMap(({ is, result }) => (/queue|merge$/.test(is) ? [`${is} ${result}`] : [])),
  );

test('what is ready is put in the queue, shown there, and merged by the forge', async () => {
  const place = await withQueue();
  const first = await place.agreed('src/a.ts');
  const second = await place.agreed('src/b.ts');
  expect(place.queued()).toEqual([first.number, second.number]);
  await second.comment(AUTHOR, '/why');
  await running().settled();
  expect(last(await second.words())).toContain('It is number 2 in the merge queue of `main`, and it is tested there.');
  await place.tested(first, 'success');
  expect(await first.merged()).toBe(true);
  await place.tested(second, 'success');
  expect(await second.merged()).toBe(true);
  expect(await acts(first)).toEqual(['enqueue done']);
});

test.each<[what: string, by: string, line: string, back: string]>([
  ['a hold', REVIEWER, '/hold', '/unhold'],
  ['an lgtm taken back', REVIEWER, '/lgtm cancel', '/lgtm'],
  ['an approval taken back', APPROVER, '/approve cancel', '/approve'],
  ['its branch frozen', APPROVER, '/freeze main', '/unfreeze main'],
])('%s takes it out of the queue, and it goes back there when that is over', async (_, by, line, back) => {
  const place = await withQueue();
  const pull = await place.agreed('src/a.ts');
  expect(place.queued()).toEqual([pull.number]);
  await pull.comment(by, line);
  await running().settled();
  expect(place.queued()).toEqual([]);
  await pull.comment(by, back);
  await running().settled();
  expect(place.queued()).toEqual([pull.number]);
  expect(await acts(pull)).toEqual(['enqueue done', 'dequeue done', 'enqueue done']);
});

test('a label that blocks takes it out as well, and so does a freeze said elsewhere', async () => {
  const place = await withQueue();
  const pull = await place.agreed('src/a.ts');
  const elsewhere = await place.issue(APPROVER, 'Cut the release');
  await pull.label(REVIEWER, 'do-not-merge/later');
  await running().settled();
  expect(place.queued()).toEqual([]);
  await pull.unlabel(REVIEWER, 'do-not-merge/later');
  await running().settled();
  expect(place.queued()).toEqual([pull.number]);
  await elsewhere.comment(APPROVER, '/freeze main');
  await running().settled();
  expect(place.queued()).toEqual([]);
});

test('one whose tests fail there is told so, stays out, and goes back by a word or a push', async () => {
  const place = await withQueue();
  const pull = await place.agreed('src/a.ts');
  await place.tested(pull, 'failure');
  expect(await pull.merged()).toBe(false);
  expect(last(await pull.words())).toContain(
    '**Not merged.** It was taken out of the merge queue: its checks failed there.',
  );
  await pull.label(REVIEWER, 'approved');
  await place.status(pull.head(), 'build', 'success');
  await running().settled();
  expect(place.queued()).toEqual([]);
  await pull.comment(AUTHOR, '/why');
  await running().settled();
  expect(last(await pull.words())).toContain('/refresh');

  await pull.comment(AUTHOR, '/refresh');
  await running().settled();
  expect(place.queued()).toEqual([pull.number]);
  await place.tested(pull, 'success');
  expect(await pull.merged()).toBe(true);
});

test('whoever takes it out by hand is heeded until somebody says otherwise', async () => {
  const place = await withQueue();
  const pull = await place.agreed('src/a.ts');
  await place.byHand(REVIEWER, 'dequeue', pull);
  await place.status(pull.head(), 'build', 'success');
  await running().settled();
  expect(place.queued()).toEqual([]);
  await pull.comment(REVIEWER, '/lgtm');
  await running().settled();
  expect(place.queued()).toEqual([pull.number]);
});

test('what somebody put there by hand stays, though nobody agreed; a hold takes it out', async () => {
  const place = await withQueue();
  const pull = await place.open({ files: { 'src/a.ts': 'new\n' } });
  await place.status(pull.head(), 'build', 'success');
  await place.byHand(APPROVER, 'enqueue', pull);
  await pull.comment(REVIEWER, '/lgtm');
  await running().settled();
  expect(place.queued()).toEqual([pull.number]);
  await pull.comment(REVIEWER, '/hold');
  await running().settled();
  expect(place.queued()).toEqual([]);
});

test('a push takes it out of the queue at the forge; it goes back once it is ready again', async () => {
  const place = await withQueue();
  const pull = await place.agreed('src/a.ts');
  pull.push({ 'src/a.ts': 'newer\n' });
  await running().settled();
  expect(place.queued()).toEqual([]);
  await place.status(pull.head(), 'build', 'success');
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
  expect(place.queued()).toEqual([pull.number]);
});

test('auto-merge: turned on while a required check runs, off by a hold, and the forge merges', async () => {
  const place = await withQueue('merge: { auto_merge: feed }\n', false);
  const pull = await place.agreed('src/a.ts');
  expect(place.armed(pull)).toBe(true);
  await pull.comment(REVIEWER, '/hold');
  await running().settled();
  expect(place.armed(pull)).toBe(false);
  await pull.comment(REVIEWER, '/unhold');
  await running().settled();
  expect(place.armed(pull)).toBe(true);
  pull.push({ 'src/a.ts': 'newer\n' });
  await running().settled();
  expect(place.armed(pull)).toBe(false);
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
  expect(place.armed(pull)).toBe(true);
  await place.status(pull.head(), 'build', 'success');
  await running().settled();
  expect(await pull.merged()).toBe(true);
  const on = 'arm-merge done';
  expect(await acts(pull)).toEqual([on, 'disarm-merge done', on, 'disarm-merge done', on]);
});

test('auto-merge that somebody turned on past what is missing is off again, and they are told', async () => {
  const place = await withQueue('', false);
  const pull = await place.open({ files: { 'src/a.ts': 'new\n' } });
  await running().settled();
  await place.arm(APPROVER, pull);
  expect(place.armed(pull)).toBe(false);
  expect(last(await pull.words())).toMatchInlineSnapshot(
    `"**Auto-merge is off again.** @ada-example turned it on; the forge would merge as soon as its own conditions are met, and knows nothing of what else is asked for here: lgtm for this head and approved by the owners of the root. A reviewer who is not \`ben-example\` comments \`/lgtm\`. Nobody has to turn it on again: Bowsprit merges this once nothing is missing. \`/why\` tells more."`,
  );
  // With nothing missing but what the forge waits for it stays on, and a hold ends it.
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
  await place.arm(APPROVER, pull);
  expect(place.armed(pull)).toBe(true);
  await pull.comment(REVIEWER, '/hold');
  await running().settled();
  expect(place.armed(pull)).toBe(false);
  expect(await acts(pull)).toEqual(['disarm-merge done', 'disarm-merge done']);
});
