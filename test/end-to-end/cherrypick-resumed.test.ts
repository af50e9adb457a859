import * as z from 'zod/mini';
import { expect, test } from 'vitest';
import { carryOut } from '../../shared/carry-out.ts';
import { APPROVER, AUTHOR, OWNED, REVIEWER } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const REPO = '/repos/{owner}/{repo}';

const pulls = z.array(
  z.object({
    number: z.number(),
    head: z.object({ ref: z.string() }),
    labels: z.array(z.object({ name: z.string() })),
    assignees: z.array(z.object({ login: z.string() })),
  }),
);

/** Every request that changes something, cut off before it was carried out and after it was. */
const STEPS = [
  `POST ${REPO}/git/commits`,
  `POST ${REPO}/git/refs`,
  `POST ${REPO}/merges`,
  `DELETE ${REPO}/git/refs/{ref}`,
  `POST ${REPO}/pulls`,
  `POST ${REPO}/issues/{issue_number}/labels`,
  `POST ${REPO}/issues/{issue_number}/assignees`,
] as const;
const CUTS = STEPS.flatMap((route) => (['error-before', 'reset-after'] as const).map((kind) => [route, kind] as const));

test.each(CUTS)('a worker that is cut off at %s (%s) leaves one pull request and nothing else', async (route, kind) => {
  const { workplace, workOff, arrived, finish, github, records } = engine();
  const place = await workplace({
    files: { ...OWNED, '.github/bowsprit.yaml': 'cherrypick: { labels: [backport] }\n' },
  });
  place.commit('release-1', { 'NOTES.md': '# 1\n' });
  const pull = await place.open();
  await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, { merge_method: 'squash' });
  await workOff();
  const asked = await pull.comment(REVIEWER, '/cherrypick release-1');
  const [delivery] = await arrived();
  if (delivery === undefined) throw new Error('one delivery was expected');
  github.faults.add({
    route,
    kind,
    ...(kind === 'error-before' ? { status: 500 } : {}),
    count: 1,
    callers: ['installation'],
  });
  try {
    await finish(delivery);
  } finally {
    github.faults.clear();
  }
  // Delivered again, nothing more is done.
  await finish(delivery);
  await workOff();
  const picks = pulls
    .parse(await place.ask(APPROVER, 'GET /pulls?state=all'))
    .filter(({ head }) => head.ref === `cherry-pick-${pull.number}-to-release-1`);
  expect(picks).toHaveLength(1);
  const [pick] = picks;
  expect(pick?.assignees).toEqual([{ login: REVIEWER }]);
  expect(pick?.labels.map(({ name }) => name)).toContain('backport');
  expect(place.tip('picking-1-to-release-1')).toBe('');
  expect(await pull.reactions(asked)).toEqual(['+1']);
  expect((await pull.words()).filter((each) => each.includes('release-1'))).toEqual([
    `@grace-example: Onto \`release-1\`: #${pick?.number ?? 0}.`,
  ]);
  expect((await records(pull)).filter(({ command }) => command === 'cherrypick')).toHaveLength(1);
});

test('the branch moved on before the attempt that opens the pull request', async () => {
  const { workplace, workOff, arrived, finish, github, services } = engine();
  const place = await workplace();
  place.commit('release-1', { 'NOTES.md': '# 1\n' });
  const pull = await place.open();
  await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, {});
  await workOff();
  await pull.comment(REVIEWER, '/cherrypick release-1');
  const [delivery] = await arrived();
  if (delivery === undefined) throw new Error('one delivery was expected');
  github.faults.add({ route: `POST ${REPO}/pulls`, kind: 'error-before', status: 500, count: 1 });
  await expect(carryOut(delivery, services)).rejects.toThrow('GitHub answered 500');
  const branch = `cherry-pick-${pull.number}-to-release-1`;
  const before = place.tip(branch);
  expect(before).not.toBe('');
  place.commit('release-1', { 'NOTES.md': '# 1, and more\n' });
  await finish(delivery);
  expect(place.tip(branch)).toBe(before);
  expect((await pull.words()).at(-1)).toMatch(/^@grace-example: Onto `release-1`: #\d+, as one commit\.$/);
});

test('what each branch costs the forge', async () => {
  const { workplace, workOff, github } = engine();
  const place = await workplace();
  for (const branch of ['release-1', 'release-2']) place.commit(branch, { 'NOTES.md': `# ${branch}\n` });
  const pull = await place.open();
  await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, { merge_method: 'squash' });
  await workOff();
  const costOf = async (line: string): Promise<readonly string[]> => {
    github.clearRequests();
    await pull.comment(REVIEWER, line);
    await workOff();
    return github
      .requests()
      .filter(
        ({ callerIs, route, path }) =>
          callerIs === 'installation' && /git|merges|pulls|branches|assignees/.test(path) && !/graphql/.test(route),
      )
      .map(({ route }) => route.replace(REPO, ''));
  };
  // Both: what was merged is read once, and each branch takes nine.
  expect(await costOf('/cherrypick release-1 release-2')).toHaveLength(2 + 2 * 10);
  // Again: it is found by two requests for each.
  expect(await costOf('/cherrypick release-1')).toHaveLength(2 + 2);
});

const commits = z.array(
  z.object({ commit: z.object({ message: z.string(), author: z.object({ name: z.string() }) }) }),
);

test('a rebased pull request keeps its commits', async () => {
  const { workplace, workOff } = engine();
  const place = await workplace();
  place.commit('release-1', { 'NOTES.md': '# 1\n' });
  const pull = await place.open();
  pull.push({ 'docs/more.md': 'More.\n' });
  pull.push({ 'docs/guide.md': '# Guide\n' }, REVIEWER);
  place.commit('main', { 'README.md': '# Moved on\n' });
  await workOff();
  await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, { merge_method: 'rebase' });
  await workOff();
  await pull.comment(REVIEWER, '/cherrypick release-1');
  await workOff();
  const [pick] = pulls
    .parse(await place.ask(APPROVER, 'GET /pulls?state=all'))
    .filter(({ head }) => head.ref === `cherry-pick-${pull.number}-to-release-1`);
  const made = commits.parse(await place.ask(APPROVER, `GET /pulls/${pick?.number ?? 0}/commits`));
  expect(made.map(({ commit }) => [commit.author.name, commit.message.split('\n')[0]])).toEqual([
    [AUTHOR, 'Change src/turn.ts'],
    [AUTHOR, 'Change docs/more.md'],
    [REVIEWER, 'Change docs/guide.md'],
  ]);
  expect(place.tip(`picking-${pull.number}-to-release-1`)).toBe('');
});
