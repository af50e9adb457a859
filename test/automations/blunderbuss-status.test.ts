import { expect, test } from 'vitest';
import { blunderbussStatus } from '../../shared/automations/blunderbuss-status.ts';
import { requestReview, type Action, type Check, type FactTypes } from '../../shared/language/index.ts';
import { ada, decided, pullOf, settingsOf, type All } from '../support/given.ts';

const reviewers = (more: Partial<FactTypes['reviewers']> = {}): FactTypes['reviewers'] => ({
  rung: 'owners',
  engaged: [],
  chosen: ['grace'],
  required: ['sec'],
  away: [],
  ...more,
});
const tide = (more: Partial<Check> = {}): Check => ({
  name: 'tide',
  state: 'pending',
  required: false,
  from: 'status',
  description: 'Not mergeable. Needs approved, lgtm labels.',
  ...more,
});
const waiting = {
  enabled: true,
  waitForContext: 'tide',
  waitForState: 'pending',
  waitForDescription: '^Not mergeable. Needs (approved, )?lgtm labels?.$',
} as const;
const set = (more: Partial<All['settings']['blunderbuss']> = {}): All['settings'] =>
  settingsOf('blunderbuss', { ...waiting, ...more });
const ASKED = [requestReview(['grace', 'sec'])];
const saying = (...checks: Check[]): Partial<All> => ({ pull: pullOf({ checks }) });

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['it says what is waited for', saying(tide()), ASKED],
  ['it is not there', saying(), []],
  ['another one says it', saying(tide({ name: 'other' })), []],
  ['its state is another one', saying(tide({ state: 'success' })), []],
  ['it says something else', saying(tide({ description: 'Not mergeable. Job unit has not succeeded.' })), []],
  ['it says nothing', saying({ name: 'tide', state: 'pending', required: false }), []],
  [
    'whatever it says',
    { ...saying(tide({ description: 'Anything.' })), settings: set({ waitForDescription: '' }) },
    ASKED,
  ],
  ['somebody was asked already', { ...saying(tide()), reviewers: reviewers({ engaged: ['linus'] }) }, []],
  ['nobody can be asked', { ...saying(tide()), reviewers: reviewers({ chosen: [], required: [] }) }, []],
  ['its author is ignored', { ...saying(tide()), settings: set({ ignoreAuthors: [ada.login] }) }, []],
  [
    'it is a draft, and these are ignored',
    { pull: pullOf({ checks: [tide()], draft: true }), settings: set({ ignoreDrafts: true }) },
    [],
  ],
  ['it is closed', { pull: pullOf({ checks: [tide()], state: 'closed' }) }, []],
])('%s', (_, facts, actions) => {
  const all = { event: 'checks-passed', reviewers: reviewers(), settings: set(), ...facts };
  expect(decided(blunderbussStatus, all)).toEqual(actions);
});

test.each([
  [{}, true],
  [{ enabled: false }, false],
  [{ waitForContext: '' }, false],
])('with %j it runs: %s', (more, runs) => {
  expect(blunderbussStatus.when?.(set(more))).toBe(runs);
});
