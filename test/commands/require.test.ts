import { expect, test } from 'vitest';
import {
  NO_ANSWERS,
  refuse,
  reply,
  requestReview,
  requireWord,
  unrequire,
  type Action,
  type Answers,
  type RequiredWord,
} from '../../shared/language/index.ts';
import { actionsFor, ada, given, grace, linus, robot, subjectOf, type All } from '../support/given.ts';

const known = (...people: readonly (readonly [string, typeof linus, boolean])[]): Partial<All> => {
  const answers: Answers = {
    ...NO_ANSWERS,
    people: new Map(people.map(([name, person, mayAgree]) => [name, { ...person, mayAgree }])),
    teams: new Set(['acme/docs']),
  };
  return { answers };
};
const asked = (who: string, askedBy: string, askedById = '3'): RequiredWord => ({
  who,
  askedBy,
  askedById,
  at: '2026-03-01T12:00:00Z',
});
const byGrace = asked('alan', 'grace', '2');
const byLinus = asked('acme/docs', 'linus');
const weak = { actorOwns: { approver: false, reviewer: true } };
const LEFT =
  'It still needs the word of `acme/docs`, for which `linus` asked: they, or an approver who is not the author, take that back.';

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  [
    '/require @linus @acme/docs',
    known(['linus', linus, true]),
    [requireWord('linus', 'Grace', '3'), requireWord('acme/docs', 'Grace'), requestReview(['linus', 'acme/docs'])],
  ],
  ['/require', {}, [refuse('Name those whose word is needed: `/require @login @org/team`.')]],
  [
    `/require ${Array.from({ length: 11 }, (_, n) => `@p${n}`).join(' ')}`,
    {},
    [refuse('At most 10 are asked for at once.')],
  ],
  ['/require @nobody', known(), [refuse('Nobody is called `nobody`.')]],
  [
    '/require @linus @acme/gone',
    known(['linus', linus, true]),
    [refuse('No team `acme/gone` with members is to be seen.')],
  ],
  ['/require @ada', known(['ada', ada, true]), [refuse('`ada` wrote this pull request.')]],
  ['/require @robot[bot]', known(['robot[bot]', robot, false]), [refuse('`robot[bot]` is a bot.')]],
  [
    '/require @linus',
    known(['linus', linus, false]),
    [refuse('`linus` may say neither lgtm nor approve here, so it would wait for ever.')],
  ],
  ['/require @linus', { subject: subjectOf({ state: 'closed' }) }, [refuse('It is closed; reopen it first.')]],
  ['/unrequire @alan', { required: [byGrace], ...weak }, [unrequire('alan', 'grace')]],
  ['/require cancel @alan', { required: [byGrace], ...weak }, [unrequire('alan', 'grace')]],
  ['/remove-require @alan', { required: [byGrace], ...weak }, [unrequire('alan', 'grace')]],
  ['/unrequire', { required: [byGrace, byLinus] }, [unrequire('alan', 'grace')]],
  ['/unrequire @acme/docs', { required: [byGrace, byLinus] }, [unrequire('acme/docs', 'linus')]],
  ['/unrequire @acme/docs', { required: [byGrace, byLinus], ...weak }, [refuse(LEFT)]],
  ['/unrequire @alan @acme/docs', { required: [byGrace, byLinus], ...weak }, [unrequire('alan', 'grace'), reply(LEFT)]],
  ['/unrequire @acme/docs', { actor: ada, required: [byLinus] }, [refuse(LEFT)]],
  ['/unrequire @alan', { actor: ada, required: [asked('alan', 'ada', '1')], ...weak }, [unrequire('alan', 'ada')]],
  [
    '/unrequire @alan',
    { actor: grace, required: [asked('alan', 'grace', '77')], ...weak },
    [
      refuse(
        'It still needs the word of `alan`, for which `grace` asked: they, or an approver who is not the author, take that back.',
      ),
    ],
  ],
  ['/unrequire @linus', { required: [byGrace] }, [refuse('Nobody’s word is needed that this could be about.')]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});
