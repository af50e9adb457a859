import { defineAutomation, labelOn, lookAgain } from '../language/index.ts';
import { mergeSettings } from '../merge/settings.ts';

export const blockers = defineAutomation({
  name: 'blockers',
  summary: 'Looks at pull requests again when an issue that keeps them from being merged comes or goes.',
  on: ['opened', 'edited', 'closed', 'reopened', 'labeled', 'unlabeled'],
  labels: [],
  after: ['close', 'reopen', 'retitle'],
  rests: true,
  settings: { merge: mergeSettings },
  labelsBySettings: ({ merge: { blockerLabel } }) => (blockerLabel === '' ? [] : [blockerLabel]),
  needs: [],
  decide({ subject, label, commands = [], settings }) {
    const { blockerLabel } = settings.merge;
    if (subject.kind === 'pull' || blockerLabel === '') return [];
    const known = new Set([...subject.labels, ...(label === undefined ? [] : [label])]);
    const labeled = commands.some((name) => name === 'label' || name === 'remove-label');
    if (!labeled && labelOn(known, blockerLabel) === undefined) return [];
    // Which branches it named before its title was changed is not known.
    return [lookAgain('all', ['blockers'])];
  },
});
