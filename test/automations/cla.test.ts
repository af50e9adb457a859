import { expect, test } from 'vitest';
import { cla } from '../../shared/automations/cla.ts';
import { addLabel, removeLabel, type Action, type Check } from '../../shared/language/index.ts';
import { actionsFor, decided, given, pullOf, settingsOf } from '../support/given.ts';

const [YES, NO] = ['cncf-cla: yes', 'cncf-cla: no'];
const said = (state: Check['state'], more: Partial<Check> = {}): Check => ({
  name: 'EasyCLA',
  state,
  required: false,
  from: 'status',
  ...more,
});

test.each<[what: string, checks: readonly Check[], on: readonly string[], actions: readonly Action[]]>([
  ['signed', [said('success')], [], [addLabel(YES)]],
  ['signed since', [said('success')], [NO], [removeLabel(NO), addLabel(YES)]],
  ['signed, and right already', [said('success')], [YES], []],
  ['not signed', [said('failure')], [], [addLabel(NO)]],
  ['not signed any more', [said('failure')], [YES], [removeLabel(YES), addLabel(NO)]],
  ['not signed, and right already', [said('failure')], [NO], []],
  ['both labels on', [said('success')], [YES, NO], [removeLabel(NO)]],
  ['by a check run', [said('failure', { from: 'run' })], [], [addLabel(NO)]],
  ['still looking', [said('pending')], [YES], []],
  ['required, and nobody has said anything', [said('pending', { from: undefined })], [], []],
  ['another check', [said('failure', { name: 'unit' })], [], []],
  ['one that failed among two', [said('success'), said('failure', { from: 'run' })], [], [addLabel(NO)]],
])('%s', (_, checks, on, actions) => {
  const facts = { pull: pullOf({ checks }), labels: new Set(on) };
  expect(decided(cla, facts)).toEqual(actions);
  expect(decided(cla, { ...facts, pull: pullOf({ checks, state: 'closed' }) })).toEqual([]);
});

test('the checks and the labels are for the settings to say', () => {
  const settings = settingsOf('cla', { contexts: ['cla/ours', 'cla'], yes: 'cla: signed', no: 'cla: missing' });
  const facts = { pull: pullOf({ checks: [said('success', { name: 'cla' })] }), labels: new Set([NO]), settings };
  expect(decided(cla, facts)).toEqual([addLabel('cla: signed')]);
  expect(actionsFor('/check-cla', given(facts))).toEqual([addLabel('cla: signed')]);
});
