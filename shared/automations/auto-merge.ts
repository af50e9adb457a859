import { defineAutomation, noteArmed, noteDisarmed } from '../language/index.ts';
import { mergeSettings } from '../merge/settings.ts';

export const autoMerge = defineAutomation({
  name: 'auto-merge',
  summary: "Remembers whether the forge's own auto-merge is on, so that whatever blocks the pull request turns it off.",
  on: ['auto-merge-on', 'auto-merge-off'],
  after: [],
  settings: { merge: mergeSettings },
  when: ({ merge }) => merge.enabled && merge.autoMerge !== 'leave',
  needs: ['arming'],
  decide({ event, subject: { headSha }, arming, removal, actor }) {
    // What Bowsprit did itself, it knows.
    if (event === 'auto-merge-on') return arming?.is === 'on' || headSha === undefined ? [] : [noteArmed(headSha)];
    return arming?.is === 'on' ? [noteDisarmed(removal === 'person', actor.login)] : [];
  },
});
