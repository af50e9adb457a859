import { cherryPick, cherrypickSettings, defineAutomation, labelsPicked } from '../language/index.ts';

export const cherryPicks = defineAutomation({
  name: 'cherry-picks',
  summary: 'Picks what was merged onto the branches that were asked for while it was open.',
  on: ['closed'],
  after: [],
  plugin: 'cherrypicker',
  settings: { cherrypick: cherrypickSettings },
  needs: ['picks'],
  decide({ subject, picks, settings }) {
    // What is closed may be opened again, and merged then.
    if (subject.merged !== true) return [];
    const labels = labelsPicked(subject.labels, settings.cherrypick);
    return picks.map(({ target, by }) => cherryPick(target, by, labels));
  },
});
