import { defineAutomation, graceFor, labelsRequired, requiredLabelsSettings } from '../language/index.ts';

export const requireMatchingLabel = defineAutomation({
  name: 'require-matching-label',
  summary: 'Says by a label where one of certain others is missing.',
  on: ['opened', 'reopened', 'labeled', 'unlabeled', 'retargeted', 'found'],
  sleeps: true,
  when: ({ requiredLabels: { rules } }) => rules.length > 0,
  after: ['add-label', 'add-labels', 'remove-label'],
  plugin: 'require-matching-label',
  settings: { requiredLabels: requiredLabelsSettings },
  needs: ['requiredLabels', 'notices'],
  later: ({ event, subject, settings: { requiredLabels } }) =>
    event === 'opened' || event === 'reopened' ? graceFor(requiredLabels.rules, subject.kind) : 0,
  decide: labelsRequired,
});
