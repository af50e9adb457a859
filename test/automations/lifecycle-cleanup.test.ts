import { expect, test } from 'vitest';
import { lifecycleCleanup } from '../../shared/automations/lifecycle-cleanup.ts';
import { removeLabel, wakenBy, type Action } from '../../shared/language/index.ts';
import { decided, subjectOf, type All } from '../support/given.ts';

const issue = subjectOf({ kind: 'issue' });
const closed = subjectOf({ kind: 'issue', state: 'closed' });
const all = new Set(['lifecycle/stale', 'Lifecycle/Rotten', 'lifecycle/active', 'lifecycle/frozen', 'kind/bug']);
const [stale, rotten] = [removeLabel('lifecycle/stale'), removeLabel('Lifecycle/Rotten')];

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['closed', { event: 'closed', subject: closed, labels: all }, [removeLabel('lifecycle/active'), stale, rotten]],
  ['closed by a command', { subject: closed, labels: new Set(['lifecycle/stale']) }, [stale]],
  ['closed, with none', { event: 'closed', subject: closed, labels: new Set(['kind/bug']) }, []],
  ['opened again', { event: 'reopened', subject: issue, labels: all }, [stale, rotten]],
  [
    'a pull request frozen',
    { event: 'labeled', label: 'lifecycle/frozen', labels: all },
    [removeLabel('lifecycle/frozen')],
  ],
  ['an issue frozen', { event: 'labeled', label: 'lifecycle/frozen', labels: all, subject: issue }, []],
])('%s', (_, facts, actions) => {
  expect(decided(lifecycleCleanup, facts)).toEqual(actions);
});

test.each([
  ['labeled', 'lifecycle/frozen', true],
  ['labeled', 'lifecycle/stale', false],
  ['closed', undefined, true],
])('%s %s wakes it: %j', (name, label, woken) => {
  expect(wakenBy(lifecycleCleanup, { name, kind: 'issue', label }, {})).toBe(woken);
});
