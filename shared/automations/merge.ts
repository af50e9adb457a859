import { defineAutomation, lgtmSettings } from '../language/index.ts';
import { GATE_NEEDS } from '../merge/facts.ts';
import { mergeWhenReady } from '../merge/gate.ts';
import { labelsOfQueries } from '../merge/queries.ts';
import { mergeSettings } from '../merge/settings.ts';
import { READY_ACTIONS, READY_EVENTS, READY_LABELS } from '../merge/woken.ts';
import { pipelineSettings } from '../pipelines/job-settings.ts';

export const mergeAutomation = defineAutomation({
  name: 'merge',
  summary: 'Merges a pull request as soon as nothing blocks it.',
  on: READY_EVENTS,
  labels: READY_LABELS,
  after: READY_ACTIONS,
  afterQueued: [
    'hold',
    'drop-override',
    'withdraw',
    'withdraw-all',
    'require',
    'add-label',
    'add-labels',
    'remove-label',
    'join-queue',
    'note-armed',
  ],
  settings: { merge: mergeSettings, lgtm: lgtmSettings, pipelines: pipelineSettings },
  labelsBySettings: labelsOfQueries,
  needs: [...GATE_NEEDS, 'turn'],
  decide: mergeWhenReady,
});
