import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeId } from '../../../local/github/json/node-id.ts';
import type { Repository } from '../../../local/github/state.ts';
import { fieldOf, type Forge, openForge, ORG, violationsOfTheBox, type Who } from './forge.ts';
import { type Answer, gql, rest } from './graphql-asking.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge(['merge_group']);
});
afterAll(() => forge.close());

const PARAMETERS = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'SQUASH',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

type Scene = {
  readonly repository: Repository;
  readonly pull: string;
  /** Another pull request, of a file of its own. */
  readonly second: () => Promise<string>;
  readonly act: (who: Who, mutation: 'enqueue' | 'dequeue', pull: string, head?: string) => Promise<Answer>;
  readonly places: () => Promise<unknown>;
  readonly status: (sha: string, context: string, is: 'success' | 'failure') => Promise<void>;
  readonly groupOf: (number: number) => string;
  readonly heard: () => Promise<readonly string[]>;
};

async function scene(checks: readonly string[] = ['ci']): Promise<Scene> {
  const repository = forge.freshRepository();
  const at = `/repos/${ORG}/${repository.name}`;
  await rest(forge, 'ada', `POST ${at}/rulesets`, {
    name: 'queue',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      { type: 'merge_queue', parameters: PARAMETERS },
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: false,
          required_status_checks: checks.map((context) => ({ context })),
        },
      },
    ],
  });
  const status: Scene['status'] = async (sha, context, is) =>
    void (await rest(forge, 'grace', `POST ${at}/statuses/${sha}`, { context, state: is }));
  const pullAt = (number: number) => repository.issues.get(number)?.pull;
  for (const check of checks) {
    // oxlint-disable-next-line no-await-in-loop
    await status(pullAt(1)?.head.sha ?? '', check, 'success');
  }
  await forge.heard();
  return {
    repository,
    pull: nodeId('PullRequest', pullAt(1)?.id ?? 0),
    async second() {
      forge.seed.commitFiles(`${ORG}/${repository.name}`, 'other', { 'other.txt': 'other\n' }, 'joan-example', 'Other');
      const made = await rest(forge, 'grace', `POST ${at}/pulls`, { title: 'Other', head: 'other', base: 'main' });
      for (const check of checks) {
        // oxlint-disable-next-line no-await-in-loop
        await status(repository.refs.get('refs/heads/other') ?? '', check, 'success');
      }
      await forge.heard();
      return String(fieldOf(made, 'node_id'));
    },
    act: (who, mutation, id, head) =>
      mutation === 'enqueue'
        ? gql(
            forge,
            who,
            'mutation($id: ID!, $head: GitObjectID) { enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { position state } } }',
            { id, head: head ?? null },
          )
        : gql(
            forge,
            who,
            'mutation($id: ID!) { dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { position } } }',
            { id },
          ),
    async places() {
      const query = `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) {
        mergeQueue(branch: "main") { entries(first: 10) { nodes { position state pullRequest { number isInMergeQueue } } } }
      } }`;
      const { data, errors } = await gql(forge, 'grace', query, { owner: ORG, repo: repository.name });
      expect(errors).toBeUndefined();
      return fieldOf(fieldOf(fieldOf(fieldOf(data, 'repository'), 'mergeQueue'), 'entries'), 'nodes');
    },
    status,
    groupOf: (number) => pullAt(number)?.queued?.group?.sha ?? '',
    heard: async () =>
      (await forge.heard())
        .filter(({ name }) => name.startsWith('pull_request.'))
        .map(({ name, payload }) => {
          const reason = fieldOf(payload, 'reason');
          return `${name}${typeof reason === 'string' ? ` ${reason}` : ''} #${String(fieldOf(payload, 'number'))}`;
        }),
  };
}

const refusedWith = (message: string): unknown => [expect.objectContaining({ message })];

test('the first of the queue is merged when its checks are green on top of the base, and the next after it', async () => {
  const { repository, pull, second, act, places, status, groupOf, heard } = await scene();
  const other = await second();
  expect((await act('app', 'enqueue', pull)).data).toMatchObject({
    enqueuePullRequest: { mergeQueueEntry: { position: 1, state: 'QUEUED' } },
  });
  await act('grace', 'enqueue', other);
  expect(await places()).toEqual([
    { position: 1, state: 'AWAITING_CHECKS', pullRequest: { number: 1, isInMergeQueue: true } },
    { position: 2, state: 'AWAITING_CHECKS', pullRequest: { number: 3, isInMergeQueue: true } },
  ]);
  expect(await heard()).toEqual(['pull_request.enqueued #1', 'pull_request.enqueued #3']);
  const [first, behind] = [groupOf(1), groupOf(3)];
  await status(behind, 'ci', 'success');
  expect(await places()).toMatchObject([{ state: 'AWAITING_CHECKS' }, { state: 'MERGEABLE' }]);
  await status(first, 'ci', 'success');
  expect(await places()).toEqual([]);
  expect(repository.refs.get('refs/heads/main')).toBe(behind);
  const told = await heard();
  for (const number of [1, 3]) {
    expect(told.filter((each) => each.endsWith(`#${number}`))).toEqual([
      `pull_request.dequeued MERGE #${number}`,
      `pull_request.closed #${number}`,
    ]);
  }
  expect([...repository.refs.keys()].filter((ref) => ref.includes('readonly'))).toEqual([]);
});

test('one whose checks fail is taken out, and those behind it are tested without it', async () => {
  const { pull, second, act, places, status, groupOf, heard, repository } = await scene();
  const other = await second();
  await act('grace', 'enqueue', pull);
  await act('grace', 'enqueue', other);
  const before = groupOf(3);
  await heard();
  await status(groupOf(1), 'ci', 'failure');
  expect(await heard()).toEqual(['pull_request.dequeued CI_FAILURE #1']);
  expect(await places()).toMatchObject([{ position: 1, pullRequest: { number: 3 } }]);
  expect(groupOf(3)).not.toBe(before);
  await status(groupOf(3), 'ci', 'success');
  expect(repository.issues.get(3)?.pull?.merged).toBe(true);
  expect(repository.issues.get(1)?.state).toBe('open');
});

test('without a check to wait for it is merged at once; a push and somebody take one out', async () => {
  const { repository, pull, act, heard } = await scene([]);
  // Without a check to wait for it is merged at once.
  await act('grace', 'enqueue', pull);
  expect(repository.issues.get(1)?.pull?.merged).toBe(true);

  const waiting = await scene();
  await waiting.act('grace', 'enqueue', waiting.pull);
  await waiting.act('grace', 'dequeue', waiting.pull);
  await waiting.act('grace', 'enqueue', waiting.pull);
  await heard();
  forge.seed.commitFiles(`${ORG}/${waiting.repository.name}`, 'feature', { 'more.txt': '1\n' }, 'joan-example', 'More');
  expect(await heard()).toEqual(['pull_request.dequeued UNKNOWN_REMOVAL_REASON #1', 'pull_request.synchronize #1']);
});

test.each<[what: string, who: Who, head: string | undefined, ready: boolean, message: string]>([
  ['a head that moved', 'grace', '0'.repeat(40), true, 'Head branch was modified. Review and try the merge again.'],
  ['a check that is red', 'grace', undefined, false, 'Required status check "ci" is failing.'],
  ['somebody who may not write', 'joan', undefined, true, 'Must have write access to Repository.'],
])('%s is refused', async (_, who, head, ready, message) => {
  const { repository, pull, act, status, places } = await scene();
  if (!ready) await status(repository.issues.get(1)?.pull?.head.sha ?? '', 'ci', 'failure');
  const { errors } = await act(who, 'enqueue', pull, head);
  expect(errors).toEqual(refusedWith(message));
  expect(await places()).toEqual([]);
});

test('nothing is merged past the queue, or put in twice, or taken out that is not in it', async () => {
  const { repository, pull, act } = await scene();
  const merge = await forge.ask('ada', `PUT /repos/${ORG}/${repository.name}/pulls/1/merge`, {});
  expect(merge.status).toBe(405);
  expect(fieldOf(merge.body, 'message')).toContain('merge queue');
  expect((await act('grace', 'dequeue', pull)).errors).toEqual(refusedWith('Pull request is not in the queue'));
  await act('grace', 'enqueue', pull);
  expect((await act('grace', 'enqueue', pull)).errors).toEqual(refusedWith('Pull request is already in the queue'));
});

test('the box keeps to what GitHub describes', () => {
  expect(violationsOfTheBox(forge)).toEqual([]);
});
