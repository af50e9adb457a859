import { defineAutomation, deleteBranch, listOf, pattern, section, setting } from '../language/index.ts';

export const branchcleaner = defineAutomation({
  name: 'branchcleaner',
  summary: 'Deletes the branch of a merged pull request, where it is in the same repository and nothing else uses it.',
  onRequest: true,
  on: ['closed'],
  after: [],
  plugin: 'branchcleaner',
  settings: {
    branchCleaner: section({
      preservedBranches: setting(
        listOf(pattern),
        [],
        'Branches that stay when they are merged: names, or regular expressions (RE2) that any part of the name fits.',
        { prow: { at: 'branch_cleaner.preserved_branches.*', addsUp: true } },
      ),
    }),
  },
  needs: ['mergedBranch'],
  decide({ subject, mergedBranch: branch }) {
    if (subject.merged !== true || subject.headSha === undefined || branch === undefined) return [];
    const { name, tip, lasting, usedBy, preserved } = branch;
    // Whoever pushed since has more to say than was merged.
    if (preserved || lasting || usedBy.length > 0 || tip !== subject.headSha) return [];
    return [deleteBranch(name, subject.headSha)];
  },
});
