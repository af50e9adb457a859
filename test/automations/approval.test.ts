import { expect, test } from 'vitest';
import { approval } from '../../shared/automations/approval.ts';
import { addLabel, removeLabel, type Action } from '../../shared/language/index.ts';
import { approved, decided, pullOf, robot, type All } from '../support/given.ts';

const labelActions = (actions: readonly Action[]): readonly Action[] => actions.filter(({ is }) => is !== 'notice');
const noticeIn = (facts: Partial<All>): Extract<Action, { readonly is: 'notice' }> => {
  const found = decided(approval, facts).find((action) => action.is === 'notice');
  if (found?.is !== 'notice') throw new Error('there is no notice');
  return found;
};

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['not approved', {}, []],
  ['not approved, labeled', { labels: new Set(['approved']) }, [removeLabel('approved')]],
  ['not approved, labeled otherwise', { labels: new Set(['Approved']) }, [removeLabel('Approved')]],
  ['approved', { approval: approved }, [addLabel('approved')]],
  ['approved and labeled', { approval: approved, labels: new Set(['approved']) }, []],
])('%s', (_, facts, actions) => {
  expect(labelActions(decided(approval, facts))).toEqual(actions);
});

test.each(['closed', 'merged'] as const)('a %s pull request is left alone', (state) => {
  expect(decided(approval, { pull: pullOf({ state }), labels: new Set(['approved']) })).toEqual([]);
});

test('our own label is no news, a wrong one of another bot is', () => {
  const own: Partial<All> = { event: 'labeled', label: 'approved', actor: robot, labels: new Set(['approved']) };
  expect(decided(approval, { ...own, approval: approved })).toEqual([]);
  expect(labelActions(decided(approval, own))).toEqual([removeLabel('approved')]);
});

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['with another one', { event: 'labeled', label: 'lgtm' }, []],
  ['when the pull request was opened', { event: 'opened' }, []],
  ['by its own event', { event: 'labeled', label: 'Approved' }, [removeLabel('approved')]],
])('the label put on by hand %s', (_, facts, actions) => {
  expect(labelActions(decided(approval, { ...facts, labels: new Set(['approved']) }))).toEqual(actions);
});

test('the label comes before the comment that tells of it', () => {
  expect(decided(approval, { approval: approved }).map(({ is }) => is)).toEqual(['add-label', 'notice']);
});

test('a comment is made only where somebody must act', () => {
  expect(noticeIn({}).quiet).toBe(false);
  expect(noticeIn({ approval: approved }).quiet).toBe(true);
});
