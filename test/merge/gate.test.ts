import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeAutomation } from '../../shared/automations/merge.ts';
import { merge, type Check } from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import { mergeSweep } from '../../shared/sweeps/merge.ts';
import {
  ada,
  approved,
  BEFORE,
  decided,
  given,
  HEAD,
  pullOf,
  settingsOf,
  unapproved,
  voteOf,
  type All,
} from '../support/given.ts';

const ready: All = given({
  labels: new Set(['lgtm', 'approved', 'kind/bug']),
  lgtms: [voteOf('linus')],
  approval: approved,
});
const check = (name: string, state: Check['state'], required = false): Check => ({ name, state, required });

/** Where lgtm is all that a query asks for. */
const ownersNotAsked: Partial<All> = { settings: settingsOf('merge', { queries: [{ labels: ['lgtm'] }] }) };

/** One thing each that keeps a pull request from being merged, and the leaf that says so. */
const blockers: readonly (readonly [leaf: string, facts: Partial<All>])[] = [
  ['open', { pull: pullOf({ state: 'closed' }) }],
  ['open', { pull: pullOf({ state: 'merged' }) }],
  ['not a draft', { pull: pullOf({ draft: true }) }],
  ['lgtm label', { labels: new Set(['approved']) }],
  ['lgtm for this head', { lgtms: [] }],
  ['lgtm for this head', { lgtms: [voteOf('linus', { headSha: BEFORE })] }],
  ['lgtm for this head', { lgtms: [voteOf('linus', { vote: 'approve' })] }],
  ['lgtm for this head', { lgtms: [voteOf(ada.login)] }],
  ['approved label', { labels: new Set(['lgtm']) }],
  ['approved by the owners', { approval: unapproved }],
  ['approved by the owners', { ...ownersNotAsked, approval: { ...unapproved, ofPower: true } }],
  ['not held', { holds: [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] }],
  ['no blocking label', { labels: new Set(['lgtm', 'approved', 'do-not-merge/hold']) }],
  ['no blocking label', { labels: new Set(['lgtm', 'approved', 'Do-Not-Merge/Anything']) }],
  ['needs no rebase', { labels: new Set(['lgtm', 'approved', 'needs-rebase']) }],

  ['checks are green', { pull: pullOf({ checksComplete: false }) }],
  ['checks are green', { pull: pullOf({ checks: [check('unit', 'failure')] }) }],
  ['checks are green', { pull: pullOf({ checks: [check('unit', 'pending')] }) }],
  ['checks are green', { pull: pullOf({ checks: [check('a', 'success', true), check('b', 'pending', true)] }) }],
  ['merging is on', { settings: settingsOf('merge', { enabled: false }) }],
  ['a way to merge', { pull: pullOf({ methods: [] }) }],
];

test.each(blockers)('%s: %j blocks, alone', (name, facts) => {
  const gate = gateOf({ ...ready, ...facts });
  expect(gate.passed).toBe(false);
  const failed = gate.leaves.filter(({ passed }) => !passed);
  expect(failed.map((leaf) => leaf.name)).toEqual([name]);
  expect(failed.every(({ fact }) => fact !== '')).toBe(true);
  expect(decided(mergeAutomation, { ...ready, ...facts })).toEqual([]);
  expect(decided(mergeSweep, { ...ready, ...facts })).toEqual([]);
});

describe('nothing blocks', () => {
  test.each<[what: string, facts: Partial<All>]>([
    ['there are no checks', {}],
    ['labels are spelled otherwise', { labels: new Set(['LGTM', 'Approved']) }],
    ['the forge does not know yet whether it conflicts', { pull: pullOf({ mergeable: 'unknown' }) }],
    ['all checks are green', { pull: pullOf({ checks: [check('a', 'success'), check('b', 'success')] }) }],
    [
      'all required checks are green',
      { pull: pullOf({ checks: [check('a', 'success', true), check('b', 'failure'), check('c', 'pending')] }) },
    ],
  ])('%s', (_, facts) => {
    expect(gateOf({ ...ready, ...facts }).leaves.filter(({ passed }) => !passed)).toEqual([]);
    expect(decided(mergeAutomation, { ...ready, ...facts })).toEqual([merge(HEAD, 'merge')]);
    expect(decided(mergeSweep, { ...ready, ...facts })).toEqual([merge(HEAD, 'merge')]);
  });

  test.each([
    ['squash', ['merge', 'squash'], 'squash'],
    ['squash', ['rebase', 'merge'], 'rebase'],
    ['merge', ['squash'], 'squash'],
  ] as const)('set to %s where %j are allowed: by %s', (method, methods, by) => {
    const facts = { ...ready, pull: pullOf({ methods }), settings: settingsOf('merge', { method }) };
    expect(decided(mergeAutomation, facts)).toEqual([merge(HEAD, by)]);
  });
});

test('whatever is merged has everything, whichever facts come together', () => {
  fc.assert(
    fc.property(fc.subarray([...blockers]), (some) => {
      const facts = some.reduce<All>((soFar, [, more]) => ({ ...soFar, ...more }), ready);
      expect(gateOf(facts).passed).toBe(some.length === 0);
    }),
  );
});

test('a conflict is said where it is all that is left', () => {
  const conflicting = { pull: pullOf({ mergeable: 'conflicting' }) };
  expect(gateOf({ ...ready, ...conflicting }).passed).toBe(false);
  expect(decided(mergeAutomation, { ...ready, ...conflicting })).toMatchObject([
    { is: 'notice', subject: 'merge', text: expect.stringContaining('conflicts with its base') },
  ]);
  expect(decided(mergeAutomation, { ...ready, ...conflicting, lgtms: [] })).toEqual([]);
});
