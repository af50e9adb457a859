import { APPROVED, defineSweep, HOLD, LGTM, NEEDS_REBASE, WORK_IN_PROGRESS } from '../language/index.ts';
import { mergeSettings, mergeWhenReady } from '../merge/gate.ts';

export const mergeSweep = defineSweep({
  name: 'merge',
  summary: 'Merges what became ready without an event that says so.',
  every: 15,
  finds: { labels: [LGTM, APPROVED], without: [HOLD, WORK_IN_PROGRESS, NEEDS_REBASE] },
  settings: { merge: mergeSettings },
  needs: ['pull', 'labels', 'lgtms', 'holds', 'approval'],
  decide: mergeWhenReady,
});
