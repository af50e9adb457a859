import { expect, test } from 'vitest';
import { refuse, unrequestReview, type Action } from '../../shared/language/index.ts';
import { actionsFor, pullOf, given, type All } from '../support/given.ts';

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/uncc', {}, [unrequestReview(['Grace'])]],
  ['/uncc @acme/docs', {}, [unrequestReview(['acme/docs'])]],
  ['/remove-cc @acme/docs', {}, [unrequestReview(['acme/docs'])]],
  [
    '/uncc @linus',
    { pull: pullOf({ state: 'merged' }) },
    [refuse('This pull request is merged already; nobody is asked for a review.')],
  ],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});
