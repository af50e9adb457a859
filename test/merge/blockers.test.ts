import { describe, expect, test } from 'vitest';
import { blockers } from '../../shared/automations/blockers.ts';
import { lookAgain } from '../../shared/language/index.ts';
import { blockersOf, branchesIn } from '../../shared/merge/blockers.ts';
import { decided, settingsOf, subjectOf } from '../support/given.ts';

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

describe('an event of an issue', () => {
  const LABEL = settingsOf('merge', { blockerLabel: 'tide/blocker' });
  const issue = (...labels: readonly string[]) => subjectOf({ kind: 'issue', labels });
  const AGAIN = [lookAgain('all', ['blockers'])];

  test.each<[what: string, facts: Parameters<typeof decided>[1], actions: readonly unknown[]]>([
    ['that has the label', { subject: issue('Tide/Blocker'), event: 'closed', settings: LABEL }, AGAIN],
    ['that has it no longer', { subject: issue(), event: 'unlabeled', label: 'tide/blocker', settings: LABEL }, AGAIN],
    [
      'that was labeled by command',
      { subject: issue(), event: 'comment-created', commands: ['label'], settings: LABEL },
      AGAIN,
    ],
    ['that has another', { subject: issue('kind/bug'), event: 'closed', settings: LABEL }, []],
    ['where none blocks', { subject: issue('tide/blocker'), event: 'closed' }, []],
    ['of a pull request', { subject: subjectOf({ labels: ['tide/blocker'] }), event: 'closed', settings: LABEL }, []],
  ])('%s', (_, facts, actions) => {
    expect(decided(blockers, facts)).toEqual(actions);
  });
});
