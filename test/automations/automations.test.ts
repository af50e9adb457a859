/** What holds for every automation and sweep, and the small ones by tables. */
import { describe, expect, test } from 'vitest';
import { automations } from '../../shared/automations/index.ts';
import { head } from '../../shared/automations/head.ts';
import { size } from '../../shared/automations/size.ts';
import { wip } from '../../shared/automations/wip.ts';
import { addLabel, observeHead, removeLabel, wakenBy, type Action } from '../../shared/language/index.ts';
import { sweeps } from '../../shared/sweeps/index.ts';
import { decided, HEAD, pullOf, settingsOf, subjectOf } from '../support/given.ts';

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
  ['merge', { name: 'checks-passed', kind: 'pull', label: undefined }, true],
] as const)('%s is woken by %j: %s', (name, event, woken) => {
  const rule = automations.find((each) => each.name === name);
  expect(rule && wakenBy(rule, event)).toBe(woken);
});

describe('head', () => {
  test('is the one of the delivery, at its time', () => {
    expect(decided(head, { at: '2026-03-01T00:00:00Z' })).toEqual([observeHead(HEAD, '2026-03-01T00:00:00Z')]);
  });
  test('is not known on issues', () => {
    expect(decided(head, { subject: subjectOf({ kind: 'issue', headSha: undefined }) })).toEqual([]);
  });
});

describe('wip', () => {
  const WIP = 'do-not-merge/work-in-progress';
  test.each([
    ['WIP foo', true],
    ['wip: x', true],
    ['[WIP] x', true],
    ['"WIP" x', true],
    [' WIP x', true],
    ['(wip)x', true],
    ['WIP', false],
    ['[[WIP]] x', false],
    ['Wipe disks', false],
    ['WIP_foo', false],
    ['feat: WIP x', false],
    ['Draft: x', false],
    ['docs: explain holds', false],
  ])('%j is work in progress: %s', (title, is) => {
    const pull = pullOf({ title });
    expect(decided(wip, { pull })).toEqual(is ? [addLabel(WIP)] : []);
    expect(decided(wip, { pull, labels: new Set([WIP]) })).toEqual(is ? [] : [removeLabel(WIP)]);
  });

  test('a draft is, whatever its title', () => {
    expect(decided(wip, { pull: pullOf({ draft: true }) })).toEqual([addLabel(WIP)]);
    expect(decided(wip, { pull: pullOf({ draft: true }), labels: new Set([WIP.toUpperCase()]) })).toEqual([]);
  });
});

const changed = (...lines: readonly (readonly [number, number])[]) => ({
  files: lines.map(([additions, deletions], index) => ({ path: `f${index}`, additions, deletions })),
  complete: true,
});

describe('size', () => {
  const five = settingsOf('size', { s: 0, m: 1, l: 2, xl: 3, xxl: 4 });

  test.each<[lines: readonly (readonly [number, number])[], label: string]>([
    [[], 'size/XS'],
    [[[9, 0]], 'size/XS'],
    [[[5, 5]], 'size/S'],
    [
      [
        [10, 10],
        [3, 4],
      ],
      'size/S',
    ],
    [[[29, 0]], 'size/S'],
    [[[30, 0]], 'size/M'],
    [[[99, 0]], 'size/M'],
    [[[100, 0]], 'size/L'],
    [[[499, 0]], 'size/L'],
    [[[500, 0]], 'size/XL'],
    [[[999, 0]], 'size/XL'],
    [[[1_000, 0]], 'size/XXL'],
  ])('%j is %s', (lines, label) => {
    expect(decided(size, { changedFiles: changed(...lines) })).toEqual([addLabel(label)]);
  });

  test('other thresholds', () => {
    expect(decided(size, { changedFiles: changed([27, 0]), settings: five })).toEqual([addLabel('size/XXL')]);
  });

  test.each<[on: readonly string[], actions: readonly Action[]]>([
    [['size/XS'], []],
    [['Size/xs'], []],
    [
      ['size/L', 'kind/bug'],
      [removeLabel('size/L'), addLabel('size/XS')],
    ],
    [['size/XS', 'size/L'], [removeLabel('size/L')]],
    [['sizes/L'], [addLabel('size/XS')]],
  ])('with %j on', (on, actions) => {
    expect(decided(size, { labels: new Set(on), changedFiles: changed([1, 1]) })).toEqual(actions);
  });

  test('more files than the forge lists are the largest size', () => {
    expect(decided(size, { changedFiles: { files: [], complete: false } })).toEqual([addLabel('size/XXL')]);
  });
});
