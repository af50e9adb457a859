import { expect, test } from 'vitest';
import { assign, reply, unassign, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, type All } from '../support/given.ts';

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/assign', {}, [assign(['Grace'])]],
  ['/assign @Linus, ada', {}, [assign(['linus', 'ada'])]],
  ['/assign @linus', { absences: new Map([['linus', {}]]) }, [assign(['linus']), reply('`linus` is away.')]],
  ['/assign @ada\n/unassign @ada', {}, [assign(['ada']), unassign(['ada'])]],
  ['/unassign @ada\n/assign @ada', {}, [unassign(['ada']), assign(['ada'])]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});
