import { expect, test } from 'vitest';
import { withStatuses } from '../../shared/facts/statuses-since.ts';
import type { Check, StatusOf } from '../../shared/language/index.ts';
import { BEFORE, HEAD, pullOf } from '../support/given.ts';

const shown: Check = { name: 'tide', state: 'pending', required: true, from: 'status', description: 'Not yet.' };
const other: Check = { name: 'unit', state: 'success', required: false };
const said = (more: Partial<StatusOf> = {}): StatusOf => ({
  context: 'tide',
  headSha: HEAD,
  state: 'success',
  description: 'Yes.',
  ...more,
});

test.each<[what: string, since: readonly StatusOf[], checks: readonly Check[]]>([
  ['nothing was set', [], [shown, other]],
  ['at another head', [said({ headSha: BEFORE })], [shown, other]],
  ['in place of what is shown', [said()], [other, { ...shown, state: 'success', description: 'Yes.' }]],
  ['the last counts', [said(), said({ state: 'error' })], [other, { ...shown, state: 'failure', description: 'Yes.' }]],
  [
    'a new one',
    [said({ context: 'new' })],
    [shown, other, { ...shown, name: 'new', required: false, state: 'success', description: 'Yes.' }],
  ],
])('%s', (_, since, checks) => {
  expect(withStatuses(pullOf({ checks: [shown, other] }), since).checks).toEqual(checks);
});
