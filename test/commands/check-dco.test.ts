import { expect, test } from 'vitest';
import { lookAnew, refuse, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, subjectOf } from '../support/given.ts';

test.each<[comment: string, state: 'open' | 'closed', actions: readonly Action[]]>([
  ['/check-dco', 'open', [lookAnew()]],
  ['/Check-DCO\r', 'open', [lookAnew()]],
  ['/check-dco', 'closed', [refuse('It is closed; reopen it first.')]],
])('%s on what is %s', (comment, state, actions) => {
  expect(actionsFor(comment, given({ subject: subjectOf({ state }) }))).toEqual(actions);
});
