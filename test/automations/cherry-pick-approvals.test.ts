import { expect, test } from 'vitest';
import { approvalsOf, byHand, isOutdated } from '../../shared/automations/cherry-pick-approvals.ts';
import { type All, BEFORE, given, robot, voteOf } from '../support/given.ts';

const consent = voteOf('grace', { vote: 'cherry-pick' });
const on = new Set(['Cherry-Pick-Approved']);

test.each<[title: string, facts: Partial<All>, outdated: boolean]>([
  ['no label', { event: 'synchronized' }, false],
  ['a label that an approval stands behind', { event: 'synchronized', labels: on, votes: [consent] }, false],
  ['a label after a push', { event: 'synchronized', labels: on }, true],
  ['a label that an lgtm stands behind', { event: 'retargeted', labels: on, votes: [voteOf('grace')] }, true],
  ['a label whose event still comes', { event: 'opened', labels: on, votesForAnyHead: [consent] }, false],
  [
    'a label for another head',
    { event: 'found', labels: on, votesForAnyHead: [{ ...consent, headSha: BEFORE }] },
    true,
  ],
  ['a label of which nothing is known', { event: 'found', labels: on }, false],
])('%s is outdated: %s', (_, facts, outdated) => {
  expect(isOutdated(given(facts))).toBe(outdated);
});

test('approvals are for this head alone', () => {
  expect(approvalsOf(given({ votes: [consent, { ...consent, headSha: BEFORE }, voteOf('linus')] }))).toEqual([consent]);
});

test.each<[facts: Partial<All>, is: boolean]>([
  [{ event: 'labeled', label: 'Cherry-pick-approved' }, true],
  [{ event: 'labeled', label: 'lgtm' }, false],
  [{ event: 'unlabeled', label: 'cherry-pick-approved' }, false],
  [{ event: 'labeled', label: 'cherry-pick-approved', actor: robot }, false],
])('%o is by hand: %s', (facts, is) => {
  expect(byHand(given(facts), 'labeled')).toBe(is);
});
