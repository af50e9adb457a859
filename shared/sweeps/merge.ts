import { APPROVED, defineSweep, HOLD, LGTM, lgtmSettings, NEEDS_REBASE, WORK_IN_PROGRESS } from '../language/index.ts';
import { GATE_NEEDS } from '../merge/facts.ts';
import { mergeWhenReady } from '../merge/gate.ts';
import { mergeSettings } from '../merge/settings.ts';
import { pipelineSettings } from '../pipelines/job-settings.ts';

export const mergeSweep = defineSweep({
  name: 'merge',
  summary: 'Merges what became ready without an event that says so.',
  every: 15,
  finds: { labels: [LGTM, APPROVED], without: [HOLD, WORK_IN_PROGRESS, NEEDS_REBASE] },
  settings: { merge: mergeSettings, lgtm: lgtmSettings, pipelines: pipelineSettings },
  needs: [...GATE_NEEDS, 'turn'],
  decide: mergeWhenReady,
});
