/** What holds for every automation and sweep. */
import { expect, test } from 'vitest';
import { automations } from '../../shared/automations/index.ts';
import { wakenBy } from '../../shared/language/index.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { sweeps } from '../../shared/sweeps/index.ts';
import { decided } from '../support/given.ts';

const rules = [...automations, ...sweeps];

test.each(rules.map((rule) => [rule.name, rule] as const))('%s says in a sentence what it does', (name, rule) => {
  expect(name).toMatch(/^[a-z][a-z-]*$/);
  expect(rule.summary).toMatch(/^[A-Z].*\.$/);
  expect(decided(rule)).toEqual(decided(rule));
});

test('names are unique among automations', () => {
  expect(new Set(automations.map(({ name }) => name)).size).toBe(automations.length);
});

test('every label an automation waits for is lower-case, as it is compared', () => {
  for (const { labels = [] } of automations) {
    expect(labels).toEqual(labels.map((label) => label.toLowerCase()));
  }
});

test.each([
  ['size', { name: 'opened', kind: 'pull', label: undefined }, true],
  ['size', { name: 'opened', kind: 'issue', label: undefined }, false],
  ['size', { name: 'comment-created', kind: 'pull', label: undefined }, false],
  ['head', { name: 'opened', kind: 'issue', label: undefined }, true],
  ['label-by-hand', { name: 'labeled', kind: 'pull', label: 'LGTM' }, true],
  ['label-by-hand', { name: 'labeled', kind: 'pull', label: 'kind/bug' }, false],
  ['label-by-hand', { name: 'unlabeled', kind: 'pull', label: 'do-not-merge/hold' }, true],
  ['merge', { name: 'unlabeled', kind: 'pull', label: 'do-not-merge/blocked-paths' }, true],
  ['merge', { name: 'unlabeled', kind: 'pull', label: 'do-not-merge' }, false],
  ['merge', { name: 'base-moved', kind: 'pull', label: undefined }, true],
  ['approval', { name: 'base-moved', kind: 'pull', label: undefined }, true],
  ['settings-check', { name: 'base-moved', kind: 'pull', label: undefined }, true],
  ['branchcleaner', { name: 'closed', kind: 'pull', label: undefined }, true],
  ['branchcleaner', { name: 'closed', kind: 'issue', label: undefined }, false],
  ['merge', { name: 'checks-passed', kind: 'pull', label: undefined }, true],
] as const)('%s is woken by %j: %s', (name, event, woken) => {
  const rule = automations.find((each) => each.name === name);
  expect(rule && wakenBy(rule, event, defaultSettings)).toBe(woken);
});
