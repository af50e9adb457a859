import { addLabel, addLabels, defineAutomation, labelOn } from '../language/index.ts';

export const ownersLabel = defineAutomation({
  name: 'owners-label',
  summary: 'Puts on the labels that OWNERS name for the changed files.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted'],
  after: [],
  plugin: 'owners-label',
  needs: ['ownersLabels', 'labels'],
  // What is on stays: somebody may have put it there.
  decide({ ownersLabels, labels }) {
    const [first, ...others] = ownersLabels.filter((label) => labelOn(labels, label) === undefined);
    if (first === undefined) return [];
    return [others.length === 0 ? addLabel(first) : addLabels([first, ...others])];
  },
});
