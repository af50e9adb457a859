import { defineAutomation, requestReview, reviewersSettings, type Check } from '../language/index.ts';
import { fits } from '../merge/method.ts';
import { asksNobody } from './blunderbuss.ts';

export const blunderbussStatus = defineAutomation({
  name: 'blunderbuss-status',
  summary: 'Asks reviewers once a status or check says what the settings have them wait for.',
  on: ['opened', 'checks-passed', 'found', 'draft-changed'],
  when: ({ blunderbuss: { enabled, waitForContext } }) => enabled && waitForContext !== '',
  after: ['set-status'],
  plugin: ['blunderbuss', 'rifle'],
  settings: reviewersSettings,
  needs: ['pull', 'reviewers'],
  decide({ author, event, pull, reviewers, settings: { blunderbuss: here } }) {
    if (asksNobody({ author, event, pull }, here) || reviewers.engaged.length > 0) return [];
    if (!pull.checks.some((check) => isAwaited(check, here))) return [];
    const asked = [...reviewers.chosen, ...reviewers.required];
    return asked.length === 0 ? [] : [requestReview(asked)];
  },
});

type Awaiting = {
  readonly waitForContext: string;
  readonly waitForState: Check['state'];
  readonly waitForDescription: string;
};

function isAwaited({ name, state, description = '' }: Check, here: Awaiting): boolean {
  if (name !== here.waitForContext || state !== here.waitForState) return false;
  return here.waitForDescription === '' || fits(here.waitForDescription, description);
}
