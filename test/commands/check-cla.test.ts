import { expect, test } from 'vitest';
import { addLabel, refuse, removeLabel, reply, type Action, type Check } from '../../shared/language/index.ts';
import { actionsFor, given, pullOf, subjectOf } from '../support/given.ts';

const said = (state: Check['state']): Check => ({ name: 'EasyCLA', state, required: false, from: 'status' });
const SILENT = reply('`EasyCLA` has said nothing about this head yet.');

test.each<[comment: string, checks: readonly Check[], on: readonly string[], actions: readonly Action[]]>([
  ['/check-cla', [said('success')], ['cncf-cla: no'], [removeLabel('cncf-cla: no'), addLabel('cncf-cla: yes')]],
  ['/CHECK-CLA ', [said('failure')], [], [addLabel('cncf-cla: no')]],
  ['/check-cla', [said('success')], ['cncf-cla: yes'], []],
  ['/check-cla', [said('pending')], [], [SILENT]],
  ['/check-cla', [], [], [SILENT]],
])('%s', (comment, checks, on, actions) => {
  expect(actionsFor(comment, given({ pull: pullOf({ checks }), labels: new Set(on) }))).toEqual(actions);
});

test('nothing is looked at on what is merged', () => {
  const facts = given({ subject: subjectOf({ state: 'closed', merged: true }) });
  expect(actionsFor('/check-cla', facts)).toEqual([refuse('It is merged; nothing more can be decided here.')]);
});
