import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../local/github/box.ts';
import { mergePull, type MergeMethod, moveRef } from '../../../local/github/changes.ts';
import { commitAt } from '../../../local/github/git.ts';
import { seedInto, startGitHub } from '../../../local/github/index.ts';
import { fitsPattern } from '../../../local/github/protection.ts';
import { mergeabilityOf } from '../../../local/github/pulls.ts';
import { associationOf, permissionOf } from '../../../local/github/roles.ts';
import { restore, save } from '../../../local/github/saving.ts';
import {
  accountNamed,
  freshState,
  isPull,
  nextId,
  objectsOf,
  organizationNamed,
  repositoryNamed,
  type Role,
  type State,
} from '../../../local/github/state.ts';

const NOW = (): Date => new Date('2026-03-04T05:06:07Z');

/** The organization's base permission, what else is given, and the role that comes of it. */
type Given = Readonly<{
  base?: 'none' | 'read' | 'write';
  member?: boolean;
  collaborator?: Role;
  team?: Role;
  child?: Role;
  hidden?: boolean;
}>;

const grants = (given: Role | undefined) => (given === undefined ? {} : { repositories: { boat: given } });

describe('roles', () => {
  test.each<[given: Given, role: Role, permission: string]>([
    [{}, 'read', 'read'],
    [{ hidden: true }, 'none', 'none'],
    [{ hidden: true, member: true }, 'read', 'read'],
    [{ hidden: true, member: true, base: 'none' }, 'none', 'none'],
    [{ member: true, base: 'write' }, 'write', 'write'],
    [{ collaborator: 'triage' }, 'triage', 'read'],
    [{ collaborator: 'maintain' }, 'maintain', 'write'],
    [{ collaborator: 'triage', member: true, base: 'write' }, 'write', 'write'],
    [{ team: 'triage', collaborator: 'read' }, 'triage', 'read'],
    [{ team: 'read', collaborator: 'admin' }, 'admin', 'admin'],
    [{ child: 'maintain' }, 'maintain', 'write'],
  ])('%j: %s', ({ base = 'read', member = false, collaborator, team, child, hidden = false }, role, permission) => {
    const state = freshState();
    const seed = seedInto(state, NOW);
    for (const login of ['ada-example', 'grace-example']) seed.createUser(login);
    seed.createOrganization('yard', { basePermission: base, members: { 'ada-example': 'admin' } });
    const repository = seed.createRepository('yard/boat', { private: hidden });
    seed.createTeam('yard', 'Crew', { members: team === undefined ? [] : ['grace-example'], ...grants(team ?? child) });
    seed.createTeam('yard', 'Hands', { parent: 'Crew', members: child === undefined ? [] : ['grace-example'] });
    const grace = accountNamed(state, 'grace-example')?.id ?? 0;
    const members = organizationNamed(state, 'yard')?.organization.members;
    if (member) members?.set(grace, 'member');
    else members?.delete(grace);
    if (collaborator !== undefined) seed.addCollaborator('yard/boat', 'grace-example', collaborator);
    expect(permissionOf(state, repository, 'Grace-Example')).toEqual({ role, permission });
    expect(permissionOf(state, repository, 'ada-example').role).toBe('admin');
    expect(permissionOf(state, repository, 'nemo').role).toBe('none');
  });
});

test.each<[pattern: string, name: string, fits: boolean]>([
  ['main', 'main', true],
  ['release/*', 'release/1', true],
  ['release/*', 'release/1/hot', false],
  ['release/**', 'release/1/hot', true],
  ['**/fix', 'a/b/fix', true],
  ['*.x', '1.x', true],
  ['*.x', '1ax', false],
  ['v?', 'v1', true],
])('pattern %s and branch %s', (pattern, name, fits) => {
  expect(fitsPattern(pattern, name)).toBe(fits);
});

const silentBox = (state: State): Box => ({
  state,
  now: NOW,
  url: 'http://127.0.0.1',
  htmlUrl: 'http://127.0.0.1',
  emit: () => undefined,
});

const LINES = 'one\ntwo\nthree\nfour\nfive\n';

function withPull(state: State) {
  const seed = seedInto(state, NOW);
  for (const login of ['ada-example', 'grace-example']) seed.createUser(login);
  const repository = seed.createRepository('ada-example/boat', { files: { 'a.txt': LINES } });
  seed.commitFiles('ada-example/boat', 'feature', { 'a.txt': LINES.replace('two', '2') }, 'grace-example', 'Two');
  const pull = seed.openPull('ada-example/boat', 'grace-example', { title: 'Two', head: 'feature', base: 'main' });
  return { seed, repository, pull };
}

describe('a push', () => {
  test.each<[title: string, text: string, line: number | null]>([
    ['above moves the comment down', `zero\n${LINES.replace('two', '2')}`, 5],
    ['below leaves it', `${LINES.replace('two', '2')}six\n`, 4],
    ['to the line outdates it', LINES.replace('four', '4'), null],
    ['that deletes the line outdates it', 'one\n2\nthree\nfive\n', null],
  ])('%s', (_title, text, line) => {
    const { seed, repository, pull } = withPull(freshState());
    const { sha } = pull.pull.head;
    const comment = {
      id: 1, pullNumber: pull.number, reviewId: null, authorId: pull.authorId, body: 'Hm', path: 'a.txt', diffHunk: '',
      side: 'RIGHT', startSide: null, line: 4, startLine: null, originalLine: 4, originalStartLine: null, position: 5,
      originalPosition: 5, commitId: sha, originalCommitId: sha, inReplyToId: null, subjectType: 'line',
      createdAt: '', updatedAt: '', resolvedById: null, minimizedReason: null, reactions: [],
    } as const; // prettier-ignore
    repository.reviewComments.set(1, { ...comment });
    const head = seed.commitFiles('ada-example/boat', 'feature', { 'a.txt': text }, 'grace-example', 'More');
    const after = repository.reviewComments.get(1);
    expect(after?.line).toBe(line);
    expect(after?.commitId).toBe(line === null ? sha : head);
    expect(after?.originalCommitId).toBe(sha);
    expect(pull.pull.head.sha).toBe(head);
  });

  test('to the base that changes the same line makes the pull request conflict, and back', () => {
    const state = freshState();
    const { seed, repository, pull } = withPull(state);
    expect(mergeabilityOf(state, repository, pull)).toMatchObject({ mergeable: true, state: 'clean' });
    const main = repository.refs.get('refs/heads/main') ?? '';
    seed.commitFiles('ada-example/boat', 'main', { 'a.txt': LINES.replace('two', 'zwei') }, 'ada-example', 'Zwei');
    expect(mergeabilityOf(state, repository, pull)).toMatchObject({ mergeable: false, state: 'dirty' });
    moveRef(silentBox(state), repository, 'refs/heads/main', main, 'ada-example');
    expect(mergeabilityOf(state, repository, pull)).toMatchObject({ mergeable: true, state: 'clean' });
  });
});

test('a branch that is merged and deleted hands the pull requests on it to where it went', () => {
  const state = freshState();
  const { seed, repository, pull } = withPull(state);
  seed.createBranch('ada-example/boat', 'next', 'feature');
  seed.commitFiles('ada-example/boat', 'next', { 'b.txt': 'b\n' }, 'grace-example', 'Next');
  const stacked = seed.openPull('ada-example/boat', 'grace-example', { title: 'Next', head: 'next', base: 'feature' });
  repository.settings.deleteBranchOnMerge = true;
  mergePull(silentBox(state), repository, pull, { method: 'merge', sender: 'ada-example' });
  expect(repository.refs.has('refs/heads/feature')).toBe(false);
  expect(stacked).toMatchObject({ state: 'open', pull: { base: { ref: 'main' } } });
});

test.each<[method: MergeMethod, message: string, parents: number, author: string]>([
  ['merge', 'Merge pull request #1 from ada-example/feature\n\nTwo', 2, 'ada-example'],
  ['squash', 'Two (#1)', 1, 'grace-example'],
  ['rebase', 'Two', 1, 'grace-example'],
])('merged by %s', (method, message, parents, author) => {
  const state = freshState();
  const { seed, repository, pull } = withPull(state);
  seed.commitFiles('ada-example/boat', 'main', { 'z.txt': 'z\n' }, 'ada-example', 'Elsewhere');
  const base = repository.refs.get('refs/heads/main');
  const sha = mergePull(silentBox(state), repository, pull, { method, sender: 'ada-example' }) ?? '';
  const commit = commitAt(objectsOf(state, repository), sha);
  expect(commit).toMatchObject({ message, author: { name: author }, committer: { name: 'GitHub' } });
  expect(commit.parents).toHaveLength(parents);
  expect(commit.parents[0]).toBe(base);
  expect(repository.refs.get('refs/heads/main')).toBe(sha);
  expect(pull).toMatchObject({ state: 'closed', pull: { merged: true, mergeCommitSha: sha, base: { sha: base } } });
});

test('a renamed account keeps its id, its work and what it may', () => {
  const state = freshState();
  const { repository, pull } = withPull(state);
  const grace = accountNamed(state, 'grace-example');
  if (grace === undefined) throw new Error('grace is missing');
  repository.collaborators.set(grace.id, 'write');
  grace.login = 'hopper-example';
  expect(permissionOf(state, repository, 'hopper-example').role).toBe('write');
  expect(permissionOf(state, repository, 'grace-example').role).toBe('none');
  expect(associationOf(state, repository, pull.authorId)).toBe('COLLABORATOR');
});

describe('saving', () => {
  test('as JSON and back is identity', () => {
    const state = freshState();
    withPull(state);
    const again = restore(JSON.parse(JSON.stringify(save(state))));
    expect(save(again)).toEqual(save(state));
    expect(nextId(again)).toBe(nextId(state));
    const issue = repositoryNamed(again, 'ada-example', 'boat')?.issues.get(1);
    expect(isPull(issue) && issue.pull.head.ref).toBe('feature');
  });

  test.each<[saved: unknown]>([[{}], [null], ['x'], [{ lastId: 1 }]])('%j is refused', (saved) => {
    expect(() => restore(saved)).toThrow(/invalid/i);
  });

  test('a box started again in its folder goes on where it was', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'box-'));
    try {
      const first = await startGitHub({ dataDir, seed: (state) => void withPull(state) });
      const token = first.tokens['ada-example'] ?? '';
      await first.close();
      const second = await startGitHub({ dataDir, seed: () => expect.unreachable('it was seeded before') });
      const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' };
      const reply = await fetch(`${second.url}/repos/ada-example/boat/contents/a.txt`, {
        headers: { ...headers, accept: 'application/vnd.github.raw+json' },
      });
      expect(await reply.text()).toBe(LINES);
      expect(second.app.privateKey).toBe(first.app.privateKey);
      await second.close();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
