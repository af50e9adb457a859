import { expect, test } from 'vitest';
import { unassign, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, type All } from '../support/given.ts';

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/unassign', {}, [unassign(['Grace'])]],
  ['/UNASSIGN @linus', {}, [unassign(['linus'])]],
  ['/remove-assign @linus', {}, [unassign(['linus'])]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});
