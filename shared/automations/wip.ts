import {
  addLabel,
  defineAutomation,
  labelOn,
  removeLabel,
  WORK_IN_PROGRESS,
  type PullFact,
} from '../language/index.ts';

/** `WIP` at the beginning, after at most one character that belongs to no word, and before another such character. */
const TITLE = /^\W?wip\W/i;

export function isWorkInProgress({ draft, title }: Pick<PullFact, 'draft' | 'title'>): boolean {
  return draft || TITLE.test(title);
}

export const wip = defineAutomation({
  name: 'wip',
  summary: 'Marks drafts, and titles that begin with WIP, as work in progress.',
  on: ['opened', 'reopened', 'edited', 'draft-changed'],
  after: ['retitle'],
  plugin: 'wip',
  needs: ['pull', 'labels'],
  decide({ pull, labels }) {
    const wanted = isWorkInProgress(pull);
    if (wanted === (labelOn(labels, WORK_IN_PROGRESS) !== undefined)) return [];
    return [wanted ? addLabel(WORK_IN_PROGRESS) : removeLabel(WORK_IN_PROGRESS)];
  },
});
