import { code, defineAutomation, milestoneApplierSettings, refuse, setMilestone } from '../language/index.ts';

export const milestoneApplier = defineAutomation({
  name: 'milestone-applier',
  summary: 'Puts what goes into a branch into the milestone of that branch.',
  on: ['opened', 'closed'],
  when: ({ milestoneApplier: { branches } }) => branches.length > 0,
  after: [],
  plugin: 'milestoneapplier',
  settings: { milestoneApplier: milestoneApplierSettings },
  needs: ['branchMilestone'],
  decide({ branchMilestone: found }) {
    if (found === undefined) return [];
    if (typeof found !== 'string') return [setMilestone(found)];
    return [refuse(`There is no open milestone ${code(found)}, into which the settings put this branch.`)];
  },
});
