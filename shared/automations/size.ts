import {
  addLabel,
  defineAutomation,
  labelOn,
  removeLabel,
  type ChangedFiles,
  type Settings,
} from '../language/index.ts';

const FAMILY = 'size/';

export const size = defineAutomation({
  name: 'size',
  summary: 'Labels a pull request by the number of changed lines.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted'],
  after: [],
  needs: ['changedFiles', 'labels', 'settings'],
  decide({ changedFiles, labels, settings }) {
    const right = sizeOf(changedFiles, settings.size);
    const on = labelOn(labels, right);
    const others = [...labels].filter((label) => label.toLowerCase().startsWith(FAMILY) && label !== on);
    return [...others.map(removeLabel), ...(on === undefined ? [addLabel(right)] : [])];
  },
});

function sizeOf({ files, complete }: ChangedFiles, { s, m, l, xl, xxl }: Settings['size']): string {
  // More files than a forge lists are more than the largest size in any case.
  const lines = complete
    ? files.reduce((sum, { additions, deletions }) => sum + additions + deletions, 0)
    : Number.POSITIVE_INFINITY;
  if (lines < s) return `${FAMILY}XS`;
  if (lines < m) return `${FAMILY}S`;
  if (lines < l) return `${FAMILY}M`;
  if (lines < xl) return `${FAMILY}L`;
  return lines < xxl ? `${FAMILY}XL` : `${FAMILY}XXL`;
}
