import { expect, test } from 'vitest';
import { milestoneApplier } from '../../shared/automations/milestone-applier.ts';
import { refuse, setMilestone } from '../../shared/language/index.ts';
import { decided, settingsOf } from '../support/given.ts';

test('what belongs into a milestone goes there, and a title that is none is told in the audit trail', () => {
  expect(decided(milestoneApplier, {})).toEqual([]);
  const v1 = { number: 1, title: 'v1.0' };
  expect(decided(milestoneApplier, { branchMilestone: v1 })).toEqual([setMilestone(v1)]);
  expect(decided(milestoneApplier, { branchMilestone: 'v9' })).toEqual([
    refuse('There is no open milestone `v9`, into which the settings put this branch.'),
  ]);
});

test('it runs where a branch has a milestone', () => {
  const branches = [{ branch: 'main', milestone: 'v1.0' }];
  expect(milestoneApplier.when?.(settingsOf('milestoneApplier', {}))).toBe(false);
  expect(milestoneApplier.when?.(settingsOf('milestoneApplier', { branches }))).toBe(true);
});
