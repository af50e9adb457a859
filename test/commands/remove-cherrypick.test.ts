import { expect, test } from 'vitest';
import { pickNever, refuse, type Action } from '../../shared/language/index.ts';
import { actionsFor, type All, given, subjectOf } from '../support/given.ts';

const picks: All['picks'] = [
  { target: 'release-1', by: 'ada' },
  { target: 'release-2', by: 'grace', label: true },
];

test.each<[comment: string, facts: Partial<All>, does: readonly Action[]]>([
  ['/cherrypick cancel release-1', { picks }, [pickNever('release-1')]],
  ['/cherrypick release-1 cancel', { picks }, [pickNever('release-1')]],
  ['/cherry-pick cancel release-1 release-2', { picks }, [pickNever('release-1'), pickNever('release-2')]],
  ['/remove-cherry-pick release-2', { picks }, [pickNever('release-2')]],
  ['/uncherrypick', { picks }, [pickNever()]],
  ['/cherrypick cancel', { picks }, [pickNever()]],
  [
    '/cherrypick cancel release-3',
    { picks },
    [refuse('It is not to be picked onto `release-3`; it is onto `release-1` and `release-2`.')],
  ],
  ['/cherrypick cancel release-1', {}, [refuse('It is not to be picked onto any branch.')]],
  [
    '/cherrypick cancel release-1',
    { picks, subject: subjectOf({ state: 'closed', merged: true }) },
    [refuse('It is merged; nothing more can be decided here.')],
  ],
])('%s', (comment, facts, does) => {
  expect(actionsFor(comment, given(facts))).toEqual(does);
});
