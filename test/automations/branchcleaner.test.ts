import { describe, expect, test } from 'vitest';
import { branchcleaner } from '../../shared/automations/branchcleaner.ts';
import { mergedBranchOf } from '../../shared/facts/merged-branch.ts';
import { deleteBranch, type MergedBranch } from '../../shared/language/index.ts';
import { BEFORE, decided, HEAD, subjectOf } from '../support/given.ts';

const branch: MergedBranch = { name: 'fix', tip: HEAD, lasting: false, usedBy: [], preserved: false };
const merged = subjectOf({ state: 'closed', merged: true });

test.each<[title: string, branch: MergedBranch | undefined, goes: boolean]>([
  ['a branch that nothing needs any more', branch, true],
  ['the branch of a fork', undefined, false],
  ['a branch that is gone', { ...branch, tip: undefined }, false],
  ['a branch that moved since', { ...branch, tip: BEFORE }, false],
  ['the default branch, or a protected one', { ...branch, lasting: true }, false],
  ['a branch that another open pull request comes from or goes into', { ...branch, usedBy: [14] }, false],
  ['a branch that may be in use by one that was not listed', { ...branch, usedBy: [0] }, false],
  ['a branch that the settings keep', { ...branch, preserved: true }, false],
])('%s', (_, mergedBranch, goes) => {
  expect(decided(branchcleaner, { subject: merged, mergedBranch })).toEqual(goes ? [deleteBranch('fix', HEAD)] : []);
});

test('what is closed without being merged keeps its branch', () => {
  expect(decided(branchcleaner, { subject: subjectOf({ state: 'closed' }), mergedBranch: branch })).toEqual([]);
});

describe('the settings keep', () => {
  const asked: string[] = [];
  const read = {
    branchUse: async (name: string) => {
      asked.push(name);
      return { name, tip: HEAD, lasting: false, usedBy: [] };
    },
  };
  test.each<[name: string, preserved: readonly string[], kept: boolean]>([
    ['release-1.2', ['release-1.2'], true],
    ['release-1.2', ['release-.*'], true],
    // Prow's expressions are not held to the ends either.
    ['my-release-1', ['release-'], true],
    ['release', ['^release-'], false],
    ['a+b', ['a+b'], true],
    ['Release', ['release'], false],
    // A deployment that was imported may hold what is no expression: then it is a name alone.
    ['(x', ['(x'], true],
    ['x', ['(x'], false],
    ['fix', [], false],
  ])('%s by %j: %s', async (name, preserved, kept) => {
    asked.length = 0;
    const found = await mergedBranchOf(name, preserved, read);
    expect(found?.preserved).toBe(kept);
    expect(asked).toEqual(kept ? [] : [name]);
  });

  test('nothing of a fork’s branch is asked', async () => {
    asked.length = 0;
    expect(await mergedBranchOf(undefined, [], read)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
