import {
  addLabel,
  APPROVED,
  defineAutomation,
  labelOn,
  notice,
  onOff,
  quietNotice,
  removeLabel,
  section,
  setting,
} from '../language/index.ts';
import { approvalNotice } from './approval-notice.ts';

export const approval = defineAutomation({
  name: 'approval',
  summary: 'Keeps the label approved and the notice of who must approve in step with the owners of the changed files.',
  on: ['opened', 'edited', 'reopened', 'synchronized', 'retargeted', 'labeled', 'unlabeled', 'found', 'base-moved'],
  labels: [APPROVED],
  after: ['vote', 'withdraw', 'withdraw-all', 'carry-votes'],
  plugin: 'approve',
  settings: {
    approve: section({
      selfApproval: setting(onOff, true, 'The author counts as having approved what they own.', {
        prow: { at: 'approve[].require_self_approval', negated: true },
      }),
      issueRequired: setting(
        onOff,
        false,
        'The description has to name an issue, or an approver says with `/approve no-issue` that none is needed.',
        { prow: { at: 'approve[].issue_required' } },
      ),
      lgtmActsAsApprove: setting(onOff, false, 'The lgtm of an approver is an approval as well.', {
        prow: { at: 'approve[].lgtm_acts_as_approve' },
      }),
    }),
  },
  needs: ['pull', 'approval', 'labels'],
  decide({ actor, event, label, pull, approval: now, labels }) {
    if (pull.state !== 'open') return [];
    const on = labelOn(labels, APPROVED);
    // Our own label comes back as an event.
    const ours = actor.bot && (event === 'labeled' || event === 'unlabeled');
    if (ours && now.approved === (on !== undefined)) return [];
    const text = approvalNotice({ approval: now, pull });
    // Several labels are often put on at once, or with the pull request: that this one was is an event that still comes.
    const comes = event === 'opened' || (event === 'labeled' && label?.toLowerCase() !== APPROVED);
    return [
      ...(now.approved && on === undefined ? [addLabel(APPROVED)] : []),
      ...(!now.approved && on !== undefined && !comes ? [removeLabel(on)] : []),
      now.approved ? quietNotice('approval', text) : notice('approval', text),
    ];
  },
});
