import { expect, test } from 'vitest';
import { mergeAutomation } from '../../shared/automations/merge.ts';
import { merge, wakenBy } from '../../shared/language/index.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { approved, decided, HEAD, voteOf } from '../support/given.ts';

// What blocks is the gate's to say: test/merge/gate.test.ts.
test('what is ready is merged at the head that was approved', () => {
  const facts = { labels: new Set(['lgtm', 'approved']), votes: [voteOf('linus')], approval: approved };
  expect(decided(mergeAutomation, facts)).toEqual([merge(HEAD, 'merge')]);
});

test('nothing is said while something blocks', () => {
  expect(decided(mergeAutomation)).toEqual([]);
});

test.each([
  ['labeled', 'lgtm', true],
  ['unlabeled', 'do-not-merge/hold', true],
  ['unlabeled', 'needs-rebase', true],
  ['labeled', 'kind/bug', false],
])('%s %s wakes it: %j', (name, label, woken) => {
  expect(wakenBy(mergeAutomation, { name, label, kind: 'pull' }, defaultSettings)).toBe(woken);
});
