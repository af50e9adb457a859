import { describe, expect, test } from 'vitest';
import { needsRebase } from '../../shared/automations/needs-rebase.ts';
import { addLabel, removeLabel, wakenBy, type Action, type PullFact } from '../../shared/language/index.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { ada, decided, given, pullOf, robot } from '../support/given.ts';

const LABEL = 'needs-rebase';
const on = new Set([LABEL]);
const stands = new Set([LABEL]);
const none: ReadonlySet<string> = new Set();

function deeds(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    if (action.is === 'notice') return `${action.quiet ? 'quietly' : 'aloud'}: ${action.text.split('\n')[0]}`;
    return 'label' in action ? `${action.is} ${action.label}` : action.is;
  });
}

test.each<
  [
    what: string,
    mergeable: PullFact['mergeable'],
    author: PullFact['author'],
    labels: ReadonlySet<string>,
    notices: ReadonlySet<string>,
    deeds: readonly string[],
  ]
>([
  ['a conflict is labeled and told', 'conflicting', ada, none, none, [`add-label ${LABEL}`, 'aloud: PR needs rebase.']],
  ['where the label is on already it is told', 'conflicting', ada, on, none, ['aloud: PR needs rebase.']],
  ['a bot is told nothing', 'conflicting', robot, none, none, [`add-label ${LABEL}`]],
  ['without a conflict nothing is said', 'yes', ada, none, none, []],
  [
    'mergeable again: off, and quiet',
    'yes',
    ada,
    on,
    stands,
    [`remove-label ${LABEL}`, 'quietly: It conflicts with its base no more.'],
  ],
  ['a label without a notice goes as well', 'yes', ada, on, none, [`remove-label ${LABEL}`]],
  ['what is not known is left alone', 'unknown', ada, on, stands, []],
  ['in either state', 'unknown', ada, none, none, []],
])('%s', (_, mergeable, author, labels, notices, expected) => {
  expect(deeds(decided(needsRebase, { pull: pullOf({ mergeable, author }), labels, notices }))).toEqual(expected);
});

test('a label is taken off as it is spelled', () => {
  expect(decided(needsRebase, { labels: new Set(['Needs-Rebase']) })).toEqual([removeLabel('Needs-Rebase')]);
});

test('what is closed is left alone', () => {
  expect(decided(needsRebase, { pull: pullOf({ mergeable: 'conflicting', state: 'closed' }) })).toEqual([]);
  expect(decided(needsRebase, { pull: pullOf({ mergeable: 'conflicting' }) })[0]).toEqual(addLabel(LABEL));
});

describe('when it is looked at', () => {
  test.each(['opened', 'reopened', 'synchronized', 'retargeted', 'found', 'base-moved'])('%s', (name) => {
    expect(wakenBy(needsRebase, { name, kind: 'pull', label: undefined }, defaultSettings)).toBe(true);
    expect(wakenBy(needsRebase, { name, kind: 'issue', label: undefined }, defaultSettings)).toBe(false);
  });

  test.each<[mergeable: PullFact['mergeable'], state: PullFact['state'], again: boolean]>([
    ['unknown', 'open', true],
    ['unknown', 'closed', false],
    ['yes', 'open', false],
    ['conflicting', 'open', false],
  ])('%s and %s: again soon: %s', (mergeable, state, again) => {
    expect(needsRebase.unsettled?.(given({ pull: pullOf({ mergeable, state }) }))).toBe(again);
  });
});
