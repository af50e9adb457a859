import { defineAutomation, lgtmSettings } from '../language/index.ts';
import { GATE_NEEDS } from '../merge/facts.ts';
import { mergeWhenReady } from '../merge/gate.ts';
import { labelsOfQueries } from '../merge/queries.ts';
import { mergeSettings } from '../merge/settings.ts';

export const mergeAutomation = defineAutomation({
  name: 'merge',
  summary: 'Merges a pull request as soon as nothing blocks it.',
  on: [
    'reopened',
    'edited',
    'synchronized',
    'labeled',
    'unlabeled',
    'draft-changed',
    'retargeted',
    'review-submitted',
    'review-dismissed',
    'checks-passed',
    'found',
    'base-moved',
  ],
  labels: ['lgtm', 'approved', 'do-not-merge/', 'needs-rebase'],
  after: ['vote', 'carry-votes', 'lift-holds', 'unrequire', 'retitle', 'reopen'],
  afterQueued: ['hold', 'withdraw', 'withdraw-all', 'require', 'add-label', 'add-labels', 'remove-label', 'join-queue'],
  settings: { merge: mergeSettings, lgtm: lgtmSettings },
  labelsBySettings: labelsOfQueries,
  needs: [...GATE_NEEDS, 'turn'],
  decide: mergeWhenReady,
});
