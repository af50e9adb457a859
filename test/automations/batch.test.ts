import { expect, test } from 'vitest';
import { batch } from '../../shared/automations/batch.ts';
import { leaveBatch } from '../../shared/language/index.ts';
import { decided, HEAD, settingsOf, subjectOf } from '../support/given.ts';

test.each([
  ['closed while it is tested with others', { is: 'in' }, false, [leaveBatch('ended', HEAD)]],
  [
    'closed while it is tested with others of a branch',
    { is: 'in', sha: HEAD, baseRef: 'main' },
    false,
    [leaveBatch('ended', HEAD, { baseRef: 'main' })],
  ],
  ['merged by hand while it is', { is: 'in' }, true, [leaveBatch('merged', HEAD)]],
  ['closed after it failed there', { is: 'left', why: 'checks', headSha: HEAD, said: '' }, false, []],
  ['closed, and in no batch', undefined, false, []],
] as const)('%s', (_, batching, merged, actions) => {
  const subject = subjectOf({ state: 'closed', ...(merged ? { merged } : {}) });
  expect(decided(batch, { event: 'closed', subject, batching })).toEqual(actions);
});

test.each([
  [{ upToDate: true, batch: 2 }, true],
  [{ upToDate: true, batch: 0 }, false],
  [{ upToDate: false, batch: 2 }, false],
  [{ upToDate: true, batch: 2, enabled: false }, false],
])('%j: it runs: %j', (merge, runs) => {
  expect(batch.when?.(settingsOf('merge', merge))).toBe(runs);
});
