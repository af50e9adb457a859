import { expect, test } from 'vitest';
import { addLabel, removeLabel, reply, type Action } from '../../shared/language/index.ts';
import { actionsFor, given } from '../support/given.ts';

const SHRUG = String.raw`¯\_(ツ)_/¯`;
const answer = reply(`\`${SHRUG}\``);

test.each<[comment: string, on: readonly string[], actions: readonly Action[]]>([
  ['/shrug', [], [addLabel(SHRUG)]],
  ['/SHRUG \r', [], [addLabel(SHRUG)]],
  ['/shrug', [SHRUG], []],
  ['/unshrug', [SHRUG], [removeLabel(SHRUG), answer]],
  ['/unshrug', [], []],
  ['/shrug\n/unshrug', [SHRUG], [removeLabel(SHRUG), answer]],
  ['/unshrug\n/shrug', [], [addLabel(SHRUG)]],
])('%j with %j on', (comment, labels, actions) => {
  expect(actionsFor(comment, given({ labels: new Set(labels) }))).toEqual(actions);
});
