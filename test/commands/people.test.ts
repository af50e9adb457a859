/** assign, unassign, cc, uncc. */
import { expect, test } from 'vitest';
import {
  assign,
  refuse,
  reply,
  requestReview,
  unassign,
  unrequestReview,
  type Action,
} from '../../shared/language/index.ts';
import { actionsFor, ada, given, pullOf, type All } from '../support/given.ts';

const merged = { pull: pullOf({ state: 'merged' }) } as const;

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/assign', {}, [assign(['Grace'])]],
  ['/assign @Linus, ada', {}, [assign(['linus', 'ada'])]],
  ['/assign @ada\n/unassign @ada', {}, [assign(['ada']), unassign(['ada'])]],
  ['/unassign', {}, [unassign(['Grace'])]],
  ['/UNASSIGN @linus', {}, [unassign(['linus'])]],
  ['/cc', {}, [requestReview(['Grace'])]],
  ['/cc @linus @acme/docs', {}, [requestReview(['linus', 'acme/docs'])]],
  ['/cc', { actor: ada }, [refuse('`ada` wrote this pull request and cannot review it. Name somebody else.')]],
  ['/cc @ADA @linus', {}, [requestReview(['linus']), reply('`ada` wrote this pull request and cannot review it.')]],
  ['/cc @linus', merged, [refuse('This pull request is merged already; there is nothing to review.')]],
  ['/uncc', {}, [unrequestReview(['Grace'])]],
  ['/uncc @acme/docs', {}, [unrequestReview(['acme/docs'])]],
  ['/uncc @linus', merged, [refuse('This pull request is merged already; nobody is asked for a review.')]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});
