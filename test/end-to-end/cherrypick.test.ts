import * as z from 'zod/mini';
import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, OWNED, OWNER, REVIEWER, STRANGER, type Pull, type Workplace } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

const pulls = z.array(
  z.object({
    number: z.number(),
    title: z.string(),
    body: z.nullable(z.string()),
    draft: z.optional(z.boolean()),
    state: z.string(),
    base: z.object({ ref: z.string() }),
    head: z.object({ ref: z.string(), sha: z.string() }),
    labels: z.array(z.object({ name: z.string() })),
    assignees: z.array(z.object({ login: z.string() })),
  }),
);
type Shown = z.infer<typeof pulls>[number];
const content = z.object({ content: z.string() });
const commits = z.array(
  z.object({ commit: z.object({ message: z.string(), author: z.object({ name: z.string(), date: z.string() }) }) }),
);

const LINES = 'export const turn = 1;\nexport const twist = 2;\n';
const FILES = { ...OWNED, 'src/turn.ts': LINES, 'src/other.ts': 'export const other = 1;\n' };
const CHANGE = { 'src/turn.ts': LINES.replace('turn = 1', 'turn = -1') };

/** `release-1` has what main had; on `release-2` the same line is another one; on `release-0` everything is. */
async function releases(settings = ''): Promise<Workplace> {
  const place = await running().workplace({
    files: { ...FILES, ...(settings === '' ? {} : { '.github/bowsprit.yaml': settings }) },
    labels: ['kind/bug', 'cherrypick/release-1', 'cherrypick/release-2'],
  });
  place.commit('release-1', { 'NOTES.md': '# 1\n' });
  place.commit('release-2', { 'src/turn.ts': LINES.replace('turn = 1', 'turn = 100') });
  await running().settled();
  return place;
}

const picksOf = async (place: Workplace, { number }: Pull): Promise<readonly Shown[]> =>
  pulls
    .parse(await place.ask(APPROVER, 'GET /pulls?state=all&per_page=100&sort=created&direction=asc'))
    .filter(({ head }) => head.ref.startsWith(`cherry-pick-${number}-to-`))
    .toSorted((one, other) => one.number - other.number);

const fileAt = async (place: Workplace, ref: string, path: string): Promise<string> =>
  Buffer.from(
    content.parse(await place.ask(APPROVER, `GET /contents/${path}?ref=${encodeURIComponent(ref)}`)).content,
    'base64',
  ).toString('utf8');

const branchesOf = (place: Workplace): readonly string[] => {
  const name = place.fullName.split('/')[1];
  const found = [...running().github.state.repositories.values()].find((each) => each.name === name);
  return [...(found?.refs.keys() ?? [])].map((ref) => ref.replace('refs/heads/', ''));
};

async function merged(place: Workplace, pull: Pull, method = 'merge'): Promise<void> {
  await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, { merge_method: method });
  await running().settled();
  expect(await pull.merged()).toBe(true);
}

/** The branches GitHub merged on are gone. */
function nothingLeft(place: Workplace): void {
  expect(branchesOf(place).filter((each) => each.startsWith('picking-'))).toEqual([]);
}

describe('asked for before the merge', () => {
  test('it is promised, and done when it is merged: each branch for itself', async () => {
    const { settled, records, github } = running();
    const place = await releases('cherrypick: { labels: [backport] }');
    const body = 'Turn back.\n\n```release-note\nIt turns back.\n```\n';
    const pull = await place.open({
      files: { ...CHANGE, 'src/other.ts': 'export const other = 2;\n' },
      body,
      title: '[main] Turn back',
    });
    await pull.label(APPROVER, 'kind/bug');
    const asked = await pull.comment(REVIEWER, '/cherrypick release-1 release-2 relaese-1');
    await settled();
    expect((await pull.words()).at(-1)).toBe(
      '@grace-example: Once this is merged, it will be picked onto `release-1`, `release-2` and `relaese-1`. `/cherrypick cancel release-1` takes that back.',
    );
    expect(await pull.reactions(asked)).toEqual(['+1']);
    expect(await picksOf(place, pull)).toEqual([]);
    await merged(place, pull);
    const [whole, part, ...more] = await picksOf(place, pull);
    expect(more).toEqual([]);
    if (whole === undefined || part === undefined) throw new Error('two were expected');
    expect(whole).toMatchObject({
      title: '[release-1] Turn back',
      draft: false,
      base: { ref: 'release-1' },
      head: { ref: `cherry-pick-${pull.number}-to-release-1` },
      assignees: [{ login: REVIEWER }],
    });
    expect(whole.labels.map(({ name }) => name).toSorted()).toEqual(['backport', 'kind/bug', 'size/XS']);
    expect(whole.body).toBe(
      [
        `This is an automated cherry-pick of #${pull.number}`,
        `\`grace-example\` asked for it, onto \`release-1\`. It is what the merge \`${((await pull.pull()).merge_commit_sha ?? '').slice(0, 10)}\` brought in, as one commit.`,
        '```release-note\nIt turns back.\n```',
      ].join('\n\n'),
    );
    expect(await fileAt(place, whole.head.ref, 'src/turn.ts')).toBe(CHANGE['src/turn.ts']);
    expect(await fileAt(place, whole.head.ref, 'NOTES.md')).toBe('# 1\n');
    const [only, ...others] = commits.parse(await place.ask(APPROVER, `GET /pulls/${whole.number}/commits`));
    expect(others).toEqual([]);
    expect(only?.commit.message).toBe(
      `[main] Turn back\n\n(cherry picked from commit ${(await pull.pull()).merge_commit_sha ?? ''})\n`,
    );
    expect(only?.commit.author.name).toBe(AUTHOR);

    expect(part).toMatchObject({ title: '[release-2] Turn back', draft: true, assignees: [{ login: REVIEWER }] });
    expect(part.labels.map(({ name }) => name)).toContain('do-not-merge/hold');
    expect(await fileAt(place, part.head.ref, 'src/turn.ts')).toContain('turn = 100');
    expect(await fileAt(place, part.head.ref, 'src/other.ts')).toBe('export const other = 2;\n');
    expect(part.body).toContain('- `src/turn.ts`');
    expect(part.body).toContain('| git apply --3way');

    const words = (await pull.words()).at(-1);
    expect(words).toBe(
      [
        'Cherry-picks:\n',
        `- Onto \`release-1\`: #${whole.number}, as one commit.`,
        `- Onto \`release-2\`: #${part.number}, in part. It conflicts, so it is a draft on hold; what is left to do stands there.`,
        '- Not picked onto `relaese-1`: there is no such branch. Did you mean `release-1`?',
      ].join('\n'),
    );
    const record = (await records(pull)).find(({ command }) => command === 'automation:cherry-picks');
    expect(record?.actions.map(({ is, result, ref }) => [is, result, ref])).toEqual([
      ['cherry-pick', 'done', String(whole.number)],
      ['cherry-pick', 'done', String(part.number)],
      ['cherry-pick', 'refused', undefined],
      ['notice', 'done', expect.any(String)],
    ]);
    nothingLeft(place);
    // Whoever asked holds what is not whole, and may lift that.
    const held = { name: `github:${place.fullName}#${part.number}` };
    const chain = await running().audit.after(held.name, 0);
    expect(chain.flatMap(({ actions }) => actions)).toContainEqual(
      expect.objectContaining({
        is: 'hold',
        by: REVIEWER,
        reason: `the cherry-pick of #${pull.number} conflicts and is not whole`,
      }),
    );
    expect((await running().audit.verify(held.name)).sound).toBe(true);
    await place.ask(REVIEWER, `POST /issues/${part.number}/comments`, { body: '/hold cancel' });
    await settled();
    const [, now] = await picksOf(place, pull);
    expect(now?.labels.map(({ name }) => name)).not.toContain('do-not-merge/hold');
    expect(github.violations().filter(({ side }) => side === 'request')).toEqual([]);
  });

  test('what was taken back is not done', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE, body: '/cherry-pick release-1 release-2\n' });
    await settled();
    await pull.comment(AUTHOR, '/cherrypick cancel release-2');
    await settled();
    await merged(place, pull);
    expect((await picksOf(place, pull)).map(({ base }) => base.ref)).toEqual(['release-1']);
  });

  test('what is closed is not picked, and may be merged later', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE });
    await pull.comment(AUTHOR, '/cherrypick release-1');
    await settled();
    await pull.change(AUTHOR, { state: 'closed' });
    await settled();
    const refused = await pull.comment(AUTHOR, '/cherrypick release-2');
    await settled();
    expect(await pull.reactions(refused)).toEqual(['confused']);
    expect((await pull.words()).at(-1)).toContain('closed without being merged');
    expect(await picksOf(place, pull)).toEqual([]);
    await pull.change(AUTHOR, { state: 'open' });
    await settled();
    await merged(place, pull);
    expect((await picksOf(place, pull)).map(({ base }) => base.ref)).toEqual(['release-1']);
  });

  test('Bowsprit’s own merge does it as well', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE });
    await pull.comment(REVIEWER, '/lgtm\n/cherrypick release-1');
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(true);
    expect((await picksOf(place, pull)).map(({ base }) => base.ref)).toEqual(['release-1']);
  });
});

describe('asked for after the merge', () => {
  test('it is done at once, and never twice', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE });
    await merged(place, pull, 'squash');
    await pull.comment(REVIEWER, '/cherrypick release-1');
    await settled();
    const [first] = await picksOf(place, pull);
    expect((await pull.words()).at(-1)).toBe(`@grace-example: Onto \`release-1\`: #${first?.number ?? 0}.`);
    await pull.comment(AUTHOR, '/cherrypick release-1 main');
    await settled();
    expect((await pull.words()).at(-1)).toBe(
      `@ben-example: \`main\` is the base of this pull request: what is merged is there already. Onto \`release-1\`: #${first?.number ?? 0} is there already.`,
    );
    await place.ask(APPROVER, `PUT /pulls/${first?.number ?? 0}/merge`, {});
    await settled();
    await pull.comment(AUTHOR, '/cherrypick release-1');
    await settled();
    expect((await pull.words()).at(-1)).toContain('is merged already');
    expect(await picksOf(place, pull)).toHaveLength(1);
    nothingLeft(place);
  });

  test('where nothing at all can be applied, the commands to do it by hand are told', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE });
    await merged(place, pull);
    await pull.comment(REVIEWER, '/cherrypick release-2');
    await settled();
    expect(await picksOf(place, pull)).toEqual([]);
    const { merge_commit_sha: sha } = await pull.pull();
    expect((await pull.words()).at(-1)).toBe(
      [
        '@grace-example: Not picked onto `release-2`: it conflicts (`src/turn.ts`), and nothing of it can be applied by itself. By hand:\n',
        '```sh',
        'git fetch origin',
        `git switch --no-track -c cherry-pick-${pull.number}-to-release-2 origin/release-2`,
        `git cherry-pick -x -m 1 ${sha ?? ''}`,
        `git push origin cherry-pick-${pull.number}-to-release-2`,
        '```\n',
      ].join('\n'),
    );
    expect(branchesOf(place)).not.toContain(`cherry-pick-${pull.number}-to-release-2`);
    nothingLeft(place);
  });

  test('a branch that has the change already is told so', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE });
    await merged(place, pull);
    place.commit('release-1', CHANGE);
    await pull.comment(REVIEWER, '/cherrypick release-1');
    await settled();
    expect((await pull.words()).at(-1)).toContain('the branch has this change already');
    expect(await picksOf(place, pull)).toEqual([]);
  });

  test('a pick that was closed is not made again over its branch', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE });
    await merged(place, pull);
    await pull.comment(REVIEWER, '/cherrypick release-1');
    await settled();
    const [first] = await picksOf(place, pull);
    await place.ask(APPROVER, `PATCH /pulls/${first?.number ?? 0}`, { state: 'closed' });
    await pull.comment(REVIEWER, '/cherrypick release-1');
    await settled();
    expect((await pull.words()).at(-1)).toContain(`#${first?.number ?? 0} was closed, and its branch`);
    await place.ask(APPROVER, `DELETE /git/refs/heads/${first?.head.ref ?? ''}`);
    await pull.comment(REVIEWER, '/cherrypick release-1');
    await settled();
    expect(await picksOf(place, pull)).toHaveLength(2);
  });
});

describe('who may', () => {
  test('a stranger may not, and nothing of theirs comes along with what others ask for', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: CHANGE });
    const refused = await pull.comment(STRANGER, '/cherrypick release-1 release-2');
    await pull.comment(REVIEWER, '/cherrypick release-1');
    await settled();
    expect(await pull.reactions(refused)).toEqual(['confused']);
    await merged(place, pull);
    expect((await picksOf(place, pull)).map(({ base }) => base.ref)).toEqual(['release-1']);
  });

  test('labels ask as well, before the merge and after it', async () => {
    const { settled } = running();
    const place = await releases();
    const pull = await place.open({ files: { ...CHANGE, 'src/other.ts': 'export const other = 3;\n' } });
    await pull.label(REVIEWER, 'cherrypick/release-1', 'cherrypick/release-2');
    await settled();
    await pull.unlabel(REVIEWER, 'cherrypick/release-2');
    await settled();
    await merged(place, pull);
    expect((await picksOf(place, pull)).map(({ base }) => base.ref)).toEqual(['release-1']);
    await pull.label(REVIEWER, 'cherrypick/release-2');
    await settled();
    const picks = await picksOf(place, pull);
    expect(picks.map(({ base }) => base.ref)).toEqual(['release-1', 'release-2']);
    expect(
      (await pull.words())
        .at(-1)
        ?.split('\n')
        .filter((line) => line.startsWith('- ')),
    ).toHaveLength(2);
  });

  test('the owner’s settings say who', async () => {
    const { settled } = running();
    const place = await releases('allow: { cherrypick: approver }');
    const pull = await place.open({ files: CHANGE });
    await pull.label(REVIEWER, 'cherrypick/release-1');
    await settled();
    expect(await pull.labels()).not.toContain('cherrypick/release-1');
    expect((await pull.words()).at(-1)).toContain('`grace-example` may not ask for cherry-picks here');
    await pull.comment(APPROVER, '/cherrypick release-1');
    await settled();
    await merged(place, pull);
    expect(await picksOf(place, pull)).toHaveLength(1);
    expect(OWNER).not.toBe(APPROVER);
  });
});
