import { defineAutomation, lgtmSettings, setStatus } from '../language/index.ts';
import { TIDE_CHECK } from '../merge/checks.ts';
import { GATE_NEEDS } from '../merge/facts.ts';
import { gateOf } from '../merge/gate.ts';
import { labelsOfQueries } from '../merge/queries.ts';
import { mergeSettings, showsTide } from '../merge/settings.ts';
import { tideStatus } from '../merge/tide.ts';
import { READY_ACTIONS, READY_EVENTS, READY_LABELS } from '../merge/woken.ts';
import { pipelineSettings } from '../pipelines/job-settings.ts';

export const tideStatusRule = defineAutomation({
  name: 'tide-status',
  summary:
    "Says in the commit status tide, in Tide's words, what a pull request still needs, where the settings ask for it.",
  on: ['opened', ...READY_EVENTS],
  labels: READY_LABELS,
  after: READY_ACTIONS,
  settings: { merge: mergeSettings, lgtm: lgtmSettings, pipelines: pipelineSettings },
  labelsBySettings: labelsOfQueries,
  when: ({ merge }) => showsTide(merge.status),
  needs: [...GATE_NEEDS, 'turn'],
  decide(facts) {
    const { event, pull } = facts;
    if (pull.state !== 'open') return [];
    const { state, description } = tideStatus(gateOf(facts), facts);
    // A branch may require it: before a merge it has to be green. What else a line changed is said by a delivery after it.
    if (event.startsWith('comment-') && state !== 'success') return [];
    const action = setStatus({ context: TIDE_CHECK, headSha: pull.headSha, state, description });
    const standing = pull.checks.find(({ name, from }) => name === TIDE_CHECK && from === 'status');
    const said = action.is === 'set-status' && standing?.description === action.description;
    return said && standing?.state === (state === 'error' ? 'failure' : state) ? [] : [action];
  },
});
