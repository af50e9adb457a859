import {
  addLabel,
  defineAutomation,
  labelOn,
  removeLabel,
  section,
  setting,
  wholeNumber,
  type ChangedFiles,
  type ProwSource,
} from '../language/index.ts';

const FAMILY = 'size/';
const MAX_LINES = 1_000_000;

const bound = (byDefault: number, summary: string, prow: ProwSource) =>
  setting(wholeNumber(0, MAX_LINES), byDefault, summary, { prow });

export const size = defineAutomation({
  name: 'size',
  summary: 'Labels a pull request by the number of changed lines.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted'],
  after: [],
  plugin: 'size',
  settings: {
    size: section(
      {
        s: bound(10, 'Changed lines from which a change is `size/S`; below it is `size/XS`.', { at: 'size.s' }),
        m: bound(30, 'Changed lines from which a change is `size/M`.', { at: 'size.m' }),
        l: bound(100, 'Changed lines from which a change is `size/L`.', { at: 'size.l' }),
        xl: bound(500, 'Changed lines from which a change is `size/XL`.', { at: 'size.xl' }),
        xxl: bound(1_000, 'Changed lines from which a change is `size/XXL`.', { at: 'size.xxl' }),
      },
      ({ s, m, l, xl, xxl }) =>
        s <= m && m <= l && l <= xl && xl <= xxl
          ? undefined
          : 'No size may begin below the one before it: s, m, l, xl, xxl.',
    ),
  },
  needs: ['changedFiles', 'labels'],
  decide({ changedFiles, labels, settings }) {
    const right = sizeOf(changedFiles, settings.size);
    const on = labelOn(labels, right);
    const others = [...labels].filter((label) => label.toLowerCase().startsWith(FAMILY) && label !== on);
    return [...others.map(removeLabel), ...(on === undefined ? [addLabel(right)] : [])];
  },
});

type Bounds = Readonly<Record<'s' | 'm' | 'l' | 'xl' | 'xxl', number>>;

function sizeOf({ files, complete }: ChangedFiles, { s, m, l, xl, xxl }: Bounds): string {
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
