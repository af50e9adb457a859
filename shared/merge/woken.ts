/** What can make a pull request ready: wakes the merge, and the check that has to be green before it. */
import type { ActionName, EventToken } from '../language/index.ts';

export const READY_EVENTS = [
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
] as const satisfies readonly EventToken[];
/** Besides those that the queries name. */
export const READY_LABELS = ['lgtm', 'approved', 'do-not-merge/', 'needs-rebase'] as const;
export const READY_ACTIONS = [
  'vote',
  'carry-votes',
  'lift-holds',
  'unrequire',
  'override',
  'retitle',
  'reopen',
] as const satisfies readonly ActionName[];
