import { expect, test } from 'vitest';
import { wip } from '../../shared/automations/wip.ts';
import { addLabel, removeLabel } from '../../shared/language/index.ts';
import { decided, pullOf } from '../support/given.ts';

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
