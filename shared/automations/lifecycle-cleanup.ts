import { defineAutomation, FROZEN, LIFECYCLE_LABELS, none, ROTTEN, STALE } from '../language/index.ts';

/** What says something of the time in which it is open. */
const OF_OPEN = LIFECYCLE_LABELS.filter((label) => label !== FROZEN);

export const lifecycleCleanup = defineAutomation({
  name: 'lifecycle-cleanup',
  summary: 'Takes lifecycle labels off what is closed or opened again, and thaws pull requests.',
  onRequest: true,
  on: ['closed', 'reopened', 'labeled'],
  labels: [FROZEN],
  sleeps: true,
  after: ['close', 'reopen'],
  needs: ['labels'],
  decide({ event, subject, labels, label }) {
    if (event === 'labeled') return subject.kind === 'pull' && label !== undefined ? none(FROZEN, [], labels) : [];
    return none(undefined, subject.state === 'closed' ? OF_OPEN : [STALE, ROTTEN], labels);
  },
});
