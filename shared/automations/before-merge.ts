import { defineAutomation, lgtmSettings } from '../language/index.ts';
import { GATE_NEEDS } from '../merge/facts.ts';
import { lastJobs } from '../merge/last-jobs.ts';
import { labelsOfQueries } from '../merge/queries.ts';
import { mergeSettings } from '../merge/settings.ts';
import { READY_ACTIONS, READY_EVENTS, READY_LABELS } from '../merge/woken.ts';
import { pipelineSettings } from '../pipelines/job-settings.ts';

export const beforeMerge = defineAutomation({
  name: 'before-merge',
  summary: 'Starts jobs that have to run before merging (`run_before_merge`), once nothing else is missing.',
  on: [...READY_EVENTS, 'swept'],
  labels: READY_LABELS,
  after: [...READY_ACTIONS, 'vouch'],
  plugin: 'trigger',
  settings: { merge: mergeSettings, lgtm: lgtmSettings, pipelines: pipelineSettings },
  labelsBySettings: labelsOfQueries,
  when: ({ merge, pipelines }) => merge.enabled && pipelines.jobs.some(({ runBeforeMerge }) => runBeforeMerge === true),
  needs: GATE_NEEDS,
  asks: () => ({ jobs: { words: [], workflows: 'none' } }),
  decide: ({ answers: { jobs }, ...facts }) => (jobs === undefined ? [] : lastJobs(facts, jobs)),
});
