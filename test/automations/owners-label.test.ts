import { expect, test } from 'vitest';
import { ownersLabel } from '../../shared/automations/owners-label.ts';
import { addLabel, addLabels, type Action } from '../../shared/language/index.ts';
import { decided } from '../support/given.ts';

test.each<[title: string, named: readonly string[], on: readonly string[], actions: readonly Action[]]>([
  ['nothing where OWNERS name no label', [], ['kind/bug'], []],
  ['what OWNERS name', ['area/docs'], [], [addLabel('area/docs')]],
  ['several by one request', ['area/api', 'area/docs'], [], [addLabels(['area/api', 'area/docs'])]],
  ['only what is missing', ['area/api', 'area/docs'], ['Area/API'], [addLabel('area/docs')]],
  ['nothing where all are on, and none is taken off', ['area/api'], ['area/api', 'area/docs'], []],
])('%s', (_, named, on, actions) => {
  expect(decided(ownersLabel, { ownersLabels: named, labels: new Set(on) })).toEqual(actions);
});

test.each(['opened', 'reopened', 'synchronized', 'retargeted'])('is woken by %s', (event) => {
  expect(ownersLabel.on).toContain(event);
});
