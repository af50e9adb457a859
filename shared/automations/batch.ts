import { defineAutomation, leaveBatch } from '../language/index.ts';
import { mergeSettings } from '../merge/settings.ts';

export const batch = defineAutomation({
  name: 'batch',
  summary: 'Takes a pull request that was closed, or merged by hand, out of the batch in which it was tested.',
  on: ['closed'],
  after: [],
  settings: { merge: mergeSettings },
  when: ({ merge }) => merge.enabled && merge.upToDate && merge.batch > 0,
  needs: ['batching'],
  decide: ({ subject: { headSha, merged }, batching }) =>
    batching?.is === 'in' && headSha !== undefined
      ? [leaveBatch(merged === true ? 'merged' : 'ended', headSha, { baseRef: batching.baseRef })]
      : [],
});
