import { expect, test } from 'vitest';
import { size } from '../../shared/automations/size.ts';
import { addLabel, removeLabel, type Action } from '../../shared/language/index.ts';
import { decided, settingsOf } from '../support/given.ts';

const changed = (...lines: readonly (readonly [number, number])[]) => ({
  files: lines.map(([additions, deletions], index) => ({ path: `f${index}`, additions, deletions })),
  complete: true,
});
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
