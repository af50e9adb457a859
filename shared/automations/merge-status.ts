import {
  countInWords,
  defineAutomation,
  gateInMarkdown,
  lgtmSettings,
  missingIn,
  report,
  type Gate,
} from '../language/index.ts';
import { OWN_CHECK } from '../merge/checks.ts';
import { FORGE } from '../merge/leaves/forge.ts';
import { labelsOfQueries } from '../merge/queries.ts';
import { mergeSettings, showsCheck } from '../merge/settings.ts';
import { READY_ACTIONS, READY_EVENTS, READY_LABELS } from '../merge/woken.ts';
import { pipelineSettings } from '../pipelines/job-settings.ts';

/** Gates named in the title. */
const MAX_NAMED = 4;

export const mergeStatus = defineAutomation({
  name: 'merge-status',
  summary: 'Shows in the check bowsprit/merge what a pull request still needs, where the settings ask for it.',
  on: ['opened', ...READY_EVENTS],
  labels: READY_LABELS,
  after: READY_ACTIONS,
  settings: { merge: mergeSettings, lgtm: lgtmSettings, pipelines: pipelineSettings },
  labelsBySettings: labelsOfQueries,
  when: ({ merge: { status } }) => showsCheck(status),
  needs: ['holds'],
  asks: () => ({ gate: true }),
  decide({ event, answers: { gate, headSha } }) {
    if (gate === undefined || headSha === undefined) return [];
    // The forge may block it because of this very check.
    const passed = missingIn(gate).every(({ id }) => id === FORGE);
    // A branch may require this check: before a merge it has to be green. All else that a line changed is shown by a
    // delivery of its own, so that no command waits for it.
    if (event.startsWith('comment-') && !passed) return [];
    return [
      report({
        check: OWN_CHECK,
        headSha,
        conclusion: passed ? 'success' : 'pending',
        title: titleOf(gate),
        text: gateInMarkdown(gate),
        annotations: [],
      }),
    ];
  },
});

/** Plain text: nothing is rendered in it. */
function titleOf(gate: Gate): string {
  if (gate.passed) return `Ready to be merged: ${countInWords(gate)}`;
  const names = missingIn(gate).map(({ name }) => name.replaceAll('`', ''));
  const more = names.length > MAX_NAMED ? [`${names.length - MAX_NAMED} more`] : [];
  return `Not merged, ${countInWords(gate)}: ${[...names.slice(0, MAX_NAMED), ...more].join(', ')}`;
}
