import { expect, test } from 'vitest';
import { approve } from '../../shared/commands/approve.ts';
import { permits, refuse, vote, withdraw, type Action, type Standing } from '../../shared/language/index.ts';
import { actionsFor, ada, given, HEAD, ownerStanding, stranger, subjectOf, type All } from '../support/given.ts';

const closed = { subject: subjectOf({ state: 'closed' }) };
const merged = { subject: subjectOf({ state: 'closed', merged: true }) };

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/approve', {}, [vote('approve', 'Grace', HEAD)]],
  ['/approve no-issue', {}, [vote('approve', 'Grace', HEAD)]],
  ['/approve cancel', {}, [withdraw('approve', 'Grace')]],
  ['/remove-approve', { actor: ada }, [withdraw('approve', 'ada')]],
  ['/approve', { actor: ada }, [vote('approve', 'ada', HEAD)]],
  ['/approve', closed, [refuse('It is closed; reopen it first.')]],
  ['/approve cancel', closed, [refuse('It is closed; reopen it first.')]],
  ['/approve', merged, [refuse('It is merged; nothing more can be decided here.')]],
  ['/approve cancel', merged, [refuse('It is merged; nothing more can be decided here.')]],
  ['/approve\n/approve cancel', {}, [withdraw('approve', 'Grace')]],
  ['/approve cancel\n/approve', {}, [vote('approve', 'Grace', HEAD)]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

test.each<[who: string, standing: Standing, gives: boolean, takesBack: boolean]>([
  ['a stranger', stranger, false, false],
  ['somebody who can write', { ...stranger, role: 'write' }, false, false],
  ['an approver', ownerStanding, true, true],
  ['the author', { ...stranger, author: true }, false, true],
  ['the author, an approver', { ...ownerStanding, author: true }, true, true],
])('%s gives it: %j, takes it back: %j', (_, standing, gives, takesBack) => {
  expect(permits(approve.allow, standing)).toBe(gives);
  expect(permits(approve.allow, standing, new Set(['cancel']))).toBe(takesBack);
});
