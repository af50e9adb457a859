import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextId } from '../../../local/github/state.ts';
import { keptLog } from '../../support/log-lines.ts';
import { performed } from '../contract.ts';
import { type Forge, openForge, ORG } from './forge.ts';

const OTHER = 'quay-example';
let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
  const { seed } = forge;
  seed.createOrganization(OTHER, { members: { 'ada-example': 'admin' } });
  seed.createRepository(`${OTHER}/crane`, { private: true, files: { 'a.txt': 'a\n' } });
  forge.github.app.install(OTHER);
});
afterAll(() => forge.close());
const logged = keptLog({ troubles: true });

let opened = 0;

/** Opens a pull request in the other account's private repository, with labels. */
function openIn(fullName: string, ...labels: readonly string[]): number {
  opened += 1;
  const branch = `work-${opened}`;
  forge.seed.commitFiles(fullName, branch, { [`${branch}.txt`]: 'x\n' }, 'ada-example', 'Work');
  const pull = forge.seed.openPull(fullName, 'ada-example', { title: branch, body: '', head: branch, base: 'main' });
  const { state } = forge.github;
  const repository = state.repositories.get(pull.repositoryId);
  if (repository === undefined) throw new Error('the seed has failed');
  for (const name of labels) {
    const known = [...repository.labels.values()].find((each) => each.name === name);
    const id = known?.id ?? nextId(state);
    repository.labels.set(id, { id, name, color: 'ededed', description: null });
    pull.labels = [...pull.labels, id];
  }
  return pull.number;
}

describe('sweeps look over all installations', () => {
  test('private repositories too', async () => {
    const { onPull, connect } = forge.scene();
    await performed((await connect()).apply, { is: 'add-label', label: 'all/over' });
    const number = openIn(`${OTHER}/crane`, 'all/over');
    const found = await forge.provider.find(['all/over'], []);
    expect(found).toMatchObject([
      { installation: onPull.installation, repository: { owner: ORG }, target: { number: onPull.target?.number } },
      { repository: { owner: OTHER, name: 'crane' }, target: { number, labels: ['all/over'] } },
    ]);
    const [, other] = found;
    expect(other?.installation).toBe(String(forge.github.app.installationId(OTHER)));
  });

  test('page by page, asking for each repository once', async () => {
    const numbers = Array.from({ length: 120 }, () => openIn(`${OTHER}/crane`, 'many'));
    forge.asked();
    const found = await forge.provider.find(['many'], []);
    expect(found.map(({ target }) => target.number).toSorted((one, other) => one - other)).toEqual(numbers);
    const { length: repositories } = forge.asked().filter((route) => route === 'GET /repos/{owner}/{repo}');
    expect(repositories).toBe(1);
  });

  test('not what is closed, archived, or an issue', async () => {
    const closed = forge.scene();
    const { apply } = await closed.connect();
    await performed(apply, { is: 'add-label', label: 'not/these' });
    await performed(apply, { is: 'close', reason: 'completed' });
    const onIssue = await closed.connect(closed.onIssue);
    await performed(onIssue.apply, { is: 'add-label', label: 'not/these' });
    const archived = forge.scene();
    await performed((await archived.connect()).apply, { is: 'add-label', label: 'not/these' });
    archived.repository.archived = true;
    expect(await forge.provider.find(['not/these'], [])).toEqual([]);
  });

  test('on when one of them cannot be searched', async () => {
    const number = openIn(`${OTHER}/crane`, 'still/found');
    forge.github.faults.set([{ route: 'GET /search/issues', kind: 'secondary-limit', retryAfter: 30, count: 1 }]);
    const found = await forge.provider.find(['still/found'], []);
    expect(found.map(({ target }) => target.number)).toEqual([number]);
    expect(logged().at(-1)).toContain('installation not swept');
  });

  test('and fail where the installations cannot be listed', async () => {
    forge.github.faults.set([{ route: 'GET /app/installations', kind: 'error-before', count: 2 }]);
    await expect(forge.provider.find(['any'], [])).rejects.toMatchObject({ name: 'Retryable' });
  });

  test('with the labels of the merge sweep, whose query is short enough', async () => {
    const number = openIn(`${OTHER}/crane`, 'lgtm', 'approved');
    openIn(`${OTHER}/crane`, 'lgtm', 'approved', 'needs-rebase');
    const without = ['do-not-merge/hold', 'do-not-merge/work-in-progress', 'needs-rebase'];
    const found = await forge.provider.find(['lgtm', 'approved'], without);
    expect(found.map(({ target }) => target.number)).toEqual([number]);
  });
});

describe('what is old in one repository', () => {
  const here = { installation: '', repository: { id: '1', owner: OTHER, name: 'crane' } };
  const where = () => ({ ...here, installation: String(forge.github.app.installationId(OTHER)) });
  const SOUGHT = { kind: 'pull', labels: ['old/one', 'old one'], without: [], most: 2, turn: 0 } as const;

  test('a part of the list at a time, so that in the end all of it was looked at; the oldest first', async () => {
    const numbers = [0, 1, 2, 3, 4].map((index) => openIn(`${OTHER}/crane`, index % 2 === 0 ? 'old/one' : 'old one'));
    const parts: (readonly number[])[] = [];
    for (const turn of [0, 1, 2, 3]) {
      forge.asked();
      // oxlint-disable-next-line no-await-in-loop
      const found = await forge.provider.findOld(where(), { ...SOUGHT, turn });
      parts.push(found.map(({ target }) => target.number));
      expect(forge.asked()).toHaveLength(turn % 3 === 0 ? 1 : 2);
    }
    expect(
      parts
        .slice(0, 3)
        .flat()
        .toSorted((one, other) => one - other),
    ).toEqual(numbers);
    expect(parts[3]).toEqual(parts[0]);
  });

  test('neither what has one of the other labels, nor what changed since, nor issues', async () => {
    const kept = openIn(`${OTHER}/crane`, 'older');
    openIn(`${OTHER}/crane`, 'older', 'leave me');
    const sought = { ...SOUGHT, labels: ['older'], without: ['leave me'], most: 10 };
    expect((await forge.provider.findOld(where(), sought)).map(({ target }) => target)).toMatchObject([
      { kind: 'pull', number: kept, state: 'open', labels: ['older'] },
    ]);
    expect(await forge.provider.findOld(where(), { ...sought, kind: 'issue' })).toEqual([]);
    expect(await forge.provider.findOld(where(), { ...sought, before: '2020-01-01T00:00:00Z' })).toEqual([]);
  });

  test('a search stays as short as GitHub takes it', async () => {
    const kept = openIn(`${OTHER}/crane`, 'oldest', 'x'.repeat(45));
    const without = Array.from({ length: 9 }, (_, index) => String(index).repeat(45));
    const found = await forge.provider.findOld(where(), { ...SOUGHT, labels: ['oldest'], without });
    expect(found.map(({ target }) => target.number)).toEqual([kept]);
  });
});
