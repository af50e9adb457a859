import { expect, test } from 'vitest';
import { lifecycle } from '../../shared/commands/lifecycle.ts';
import { addLabel, permits, refuse, removeLabel, type Action, type Standing } from '../../shared/language/index.ts';
import { actionsFor, given, parsedFrom, stranger, subjectOf, type All } from '../support/given.ts';

const on = (...labels: readonly string[]): Partial<All> => ({
  labels: new Set(labels),
  subject: subjectOf({ kind: 'issue' }),
});
const onPull = (...labels: readonly string[]): Partial<All> => ({ labels: new Set(labels) });
const ONE = refuse('Say one of `active`, `frozen`, `stale` or `rotten`.');

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/lifecycle active', on(), [addLabel('lifecycle/active')]],
  ['/lifecycle stale', on('lifecycle/active'), [removeLabel('lifecycle/active'), addLabel('lifecycle/stale')]],
  ['/LifeCycle Stale \r', on(), [addLabel('lifecycle/stale')]],
  ['/lifecycle stale', on('Lifecycle/Stale'), []],
  [
    '/lifecycle frozen',
    on('lifecycle/stale', 'Lifecycle/Rotten'),
    [removeLabel('lifecycle/stale'), removeLabel('Lifecycle/Rotten'), addLabel('lifecycle/frozen')],
  ],
  // What the first two lines take off is off by the third.
  [
    '/remove-lifecycle stale\n/remove-lifecycle rotten\n/lifecycle frozen',
    on('lifecycle/stale', 'lifecycle/rotten'),
    [
      removeLabel('lifecycle/stale'),
      removeLabel('lifecycle/rotten'),
      removeLabel('lifecycle/stale'),
      removeLabel('lifecycle/rotten'),
      addLabel('lifecycle/frozen'),
    ],
  ],
  ['/remove-lifecycle stale', on('lifecycle/active'), []],
  [
    '/lifecycle cancel',
    on('lifecycle/active', 'lifecycle/stale'),
    [removeLabel('lifecycle/active'), removeLabel('lifecycle/stale')],
  ],
  [
    '/lifecycle frozen',
    onPull('lifecycle/stale'),
    [refuse('Only issues are frozen; `lifecycle/frozen` would keep a pull request open for good.')],
  ],
  [
    '/lifecycle Frozen',
    onPull(),
    [refuse('Only issues are frozen; `lifecycle/frozen` would keep a pull request open for good.')],
  ],
  ['/remove-lifecycle frozen', onPull('lifecycle/frozen'), [removeLabel('lifecycle/frozen')]],
  ['/lifecycle frozen stale', on(), [ONE]],
  ['/lifecycle', on(), [ONE]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

test('what is no state is answered with those there are', () => {
  expect(parsedFrom('/lifecycle random')).toMatchObject([{ is: 'misused' }]);
});

const elsewhere: Standing = { ...stranger, ownership: { rung: 'roles', approver: false, named: false } };

test.each<[who: string, standing: Standing, freely: boolean, closing: boolean]>([
  ['anyone where OWNERS rule', stranger, true, false],
  ['a stranger elsewhere', elsewhere, false, false],
  ['the author', { ...elsewhere, author: true }, true, true],
  ['whoever may triage', { ...stranger, role: 'triage' }, true, true],
])('%s: %s', (_, standing, freely, closing) => {
  for (const [flags, may] of [
    [['active'], freely],
    [['frozen'], freely],
    [['cancel', 'active'], freely],
    [['stale'], closing],
    [['rotten'], closing],
  ] as const) {
    expect([flags, permits(lifecycle.allow, standing, new Set(flags))]).toEqual([flags, may]);
  }
});
