import { expect, test } from 'vitest';
import { refuse, reply, requestReview, type Action, type FactTypes } from '../../shared/language/index.ts';
import { actionsFor, given, subjectOf, type All } from '../support/given.ts';

const NOBODY: FactTypes['reviewers'] = { rung: 'owners', engaged: [], chosen: [], required: [], away: [] };
const named = (more: Partial<FactTypes['reviewers']>): Partial<All> => ({ reviewers: { ...NOBODY, ...more } });
const absences = new Map([['linus', { until: '2026-12-24T00:00:00.000Z' }]]);

test.each<[facts: Partial<All>, actions: readonly Action[]]>([
  [named({ chosen: ['grace'], required: ['sec'] }), [requestReview(['grace', 'sec'])]],
  [named({ chosen: ['grace'], engaged: ['linus'] }), [requestReview(['grace'])]],
  [named({ engaged: ['grace'] }), [reply('Nobody more is asked: `grace` was asked, or have reviewed.')]],
  [
    { ...named({ engaged: ['grace', 'acme/docs'], away: ['linus'] }), absences },
    [
      reply(
        'Nobody more is asked: `grace` and `acme/docs` were asked, or have reviewed. `linus` is away until 2026-12-24.',
      ),
    ],
  ],
  [
    named({ rung: 'roles' }),
    [refuse('Neither OWNERS nor CODEOWNERS name anybody here. Ask somebody with `/cc @login`.')],
  ],
  [named({}), [refuse('OWNERS name nobody for these files who could be asked. Ask somebody with `/cc @login`.')]],
  [
    named({ rung: 'codeowners' }),
    [refuse('CODEOWNERS names nobody for these files who could be asked. Ask somebody with `/cc @login`.')],
  ],
  [
    { ...named({ away: ['linus'] }), absences },
    [
      refuse(
        'All whom OWNERS name for these files are away. `linus` is away until 2026-12-24. Ask somebody with `/cc @login`.',
      ),
    ],
  ],
  [
    { ...named({ chosen: ['grace'] }), subject: subjectOf({ state: 'closed' }) },
    [refuse('It is closed; reopen it first.')],
  ],
])('with %j', (facts, actions) => {
  expect(actionsFor('/auto-cc', given(facts))).toEqual(actions);
  expect(actionsFor('/AUTO-CC ', given(facts))).toEqual(actions);
});
