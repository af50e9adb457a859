import { expect, test } from 'vitest';
import { blockersOf, branchesIn } from '../../shared/merge/blockers.ts';

test.each<[title: string, branches: readonly string[]]>([
  ['x branch:release-1.1', ['release-1.1']],
  ['Branch: main broken', ['main']],
  ['branch:"v1" y', ['v1']],
  ["branch:a, branch:b/c and BRANCH:'d'", ['a', 'b/c', 'd']],
  ['everything is broken', []],
  ['my-branch of things', []],
  ['broken on branch:main.', ['main']],
])('%j names %j', (title, branches) => {
  expect(branchesIn(title)).toEqual(branches);
});

test.each<[title: string, baseRef: string, blocks: boolean]>([
  ['tests fail', 'main', true],
  ['branch:main tests fail', 'main', true],
  ['branch:main tests fail', 'dev', false],
])('%j blocks %s: %s', (title, baseRef, blocks) => {
  expect(blockersOf([{ number: 1, title }], baseRef).length > 0).toBe(blocks);
});
