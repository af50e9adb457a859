import { expect, test } from 'vitest';
import { refuse, reply, requestReview, type Action } from '../../shared/language/index.ts';
import { actionsFor, ada, pullOf, given, type All } from '../support/given.ts';

const absences = new Map([['linus', { until: '2026-12-24T00:00:00.000Z' }]]);

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/cc', {}, [requestReview(['Grace'])]],
  ['/cc @linus @acme/docs', {}, [requestReview(['linus', 'acme/docs'])]],
  ['/cc', { actor: ada }, [refuse('`ada` wrote this pull request and cannot review it. Name somebody else.')]],
  ['/cc @ADA @linus', {}, [requestReview(['linus']), reply('`ada` wrote this pull request and cannot review it.')]],
  ['/cc @linus', { pull: pullOf({ state: 'closed' }) }, [requestReview(['linus'])]],
  ['/cc @linus', { absences }, [requestReview(['linus']), reply('`linus` is away until 2026-12-24.')]],
  [
    '/cc @ada @Linus @grace',
    { absences },
    [
      requestReview(['linus', 'grace']),
      reply('`ada` wrote this pull request and cannot review it. `linus` is away until 2026-12-24.'),
    ],
  ],
  [
    '/cc @linus',
    { pull: pullOf({ state: 'merged' }) },
    [refuse('This pull request is merged already; there is nothing to review.')],
  ],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});
