import { expect, test } from 'vitest';
import { addLabel, refuse, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, subjectOf, type All } from '../support/given.ts';

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/check-required-labels', {}, [addLabel('needs-kind')]],
  [
    '/Check-Required-Labels',
    { requiredLabels: [{ missing: 'needs-kind', found: false, looked: false }] },
    [addLabel('needs-kind')],
  ],
  ['/check-required-labels', { requiredLabels: [] }, []],
  [
    '/check-required-labels',
    { subject: subjectOf({ kind: 'issue', state: 'closed' }) },
    [refuse('It is closed; reopen it first.')],
  ],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});
