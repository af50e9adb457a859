import { expect, test } from 'vitest';
import { branchMilestone } from '../../shared/facts/milestones.ts';
import type { Delivery } from '../../shared/delivery.ts';

const branches = [
  { branch: 'main', milestone: 'v1.1' },
  { branch: 'release-1.0', milestone: 'v1.0' },
  { branch: 'release-*', milestone: 'v0.x' },
];
const v1 = { number: 1, title: 'v1.0' };
const v11 = { number: 2, title: 'v1.1' };
const target = (baseRef: string): NonNullable<Delivery['target']> => ({
  kind: 'pull',
  number: 1,
  author: { login: 'ada', id: '1', bot: false },
  state: 'open',
  title: '',
  labels: [],
  locked: false,
  baseRef,
});

test.each<
  [what: string, event: Delivery['event'], merged: boolean, base: string, found: unknown, asked: readonly string[]]
>([
  ['merged into the default branch', 'closed', true, 'main', v11, ['milestones']],
  ['merged into a release branch', 'closed', true, 'release-1.0', v1, ['milestones']],
  ['closed unmerged', 'closed', false, 'main', undefined, []],
  ['opened for a release branch', 'opened', false, 'release-1.0', v1, ['defaultBranch', 'milestones']],
  ['opened for the default branch', 'opened', false, 'main', undefined, ['defaultBranch']],
  ['pushed to', 'synchronized', false, 'release-1.0', undefined, []],
  ['a branch without one', 'closed', true, 'other', undefined, []],
  ['a title that no open milestone has', 'closed', true, 'release-0.9', 'v0.x', ['milestones']],
])('%s', async (_, event, merged, base, found, expected) => {
  const asked: string[] = [];
  const read = {
    milestones: async () => (asked.push('milestones'), [v1, v11]),
    defaultBranch: async () => (asked.push('defaultBranch'), 'main'),
  };
  const delivery = { event, target: target(base), ...(event === 'closed' ? { merged } : {}) };
  expect(await branchMilestone(delivery, { branches }, read)).toEqual(found);
  expect(asked).toEqual(expected);
});
