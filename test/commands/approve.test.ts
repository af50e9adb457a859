import { describe, expect, test } from 'vitest';
import { approve } from '../../shared/commands/approve.ts';
import {
  consent,
  permits,
  refuse,
  withdrawConsent,
  type Action,
  type SideFact,
  type Standing,
} from '../../shared/language/index.ts';
import {
  actionsFor,
  ada,
  given,
  HEAD,
  ownerStanding,
  stranger,
  subjectOf,
  voteOf,
  type All,
} from '../support/given.ts';

const closed = { subject: subjectOf({ state: 'closed' }) };
const merged = { subject: subjectOf({ state: 'closed', merged: true }) };
const all = consent('Grace', HEAD);
const part = (...paths: readonly string[]): Action => consent('Grace', HEAD, { paths });

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/approve', {}, [all]],
  ['/approve no-issue', {}, [consent('Grace', HEAD, { noIssue: true })]],
  ['/approve cancel', {}, [withdrawConsent('Grace')]],
  ['/remove-approve', { actor: ada }, [withdrawConsent('ada')]],
  ['/approve', { actor: ada }, [consent('ada', HEAD)]],
  ['/approve', closed, [refuse('It is closed; reopen it first.')]],
  ['/approve cancel', closed, [refuse('It is closed; reopen it first.')]],
  ['/approve', merged, [refuse('It is merged; nothing more can be decided here.')]],
  ['/approve cancel', merged, [refuse('It is merged; nothing more can be decided here.')]],
  ['/approve\n/approve cancel', {}, [withdrawConsent('Grace')]],
  ['/approve cancel\n/approve', {}, [all]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

const refusal = (comment: string, facts: Partial<All> = {}): string =>
  actionsFor(comment, given(facts))
    .map((action) => (action.is === 'refuse' ? action.reason : `did ${action.is}`))
    .join('\n');

const far = (count: number): readonly SideFact[] =>
  Array.from({ length: count }, (_, index) => [
    { path: `d${index}/a`, mine: true, nearest: true },
    { path: `d${index}/b`, mine: false, nearest: false },
  ]).flat();

describe('for some paths', () => {
  test.each<[comment: string, actions: readonly Action[]]>([
    ['/approve docs/**', [part('docs/**')]],
    ['/approve docs/ src/a.ts', [part('docs/', 'src/a.ts')]],
    ['/approve -- docs', [part('docs')]],
    ['/approve no-issue docs', [consent('Grace', HEAD, { paths: ['docs'], noIssue: true })]],
    // What is not theirs is matched as well, and does not count.
    ['/approve **', [part('**')]],
    ['/approve cancel docs/', [withdrawConsent('Grace', ['docs/'])]],
    ['/unapprove docs/', [withdrawConsent('Grace', ['docs/'])]],
    ['/approve docs/ cancel', [withdrawConsent('Grace', ['docs/'])]],
    // Whoever took back more than is theirs has taken back nothing else.
    ['/approve cancel lib/', [withdrawConsent('Grace', ['lib/'])]],
    ['/approve docs/\n/approve src/', [part('docs/'), part('src/')]],
    ['/approve docs/\n/approve cancel docs/', [withdrawConsent('Grace', ['docs/'])]],
    ['/approve\n/approve cancel docs/', [all, withdrawConsent('Grace', ['docs/'])]],
    ['/approve docs/ src/\n/approve cancel', [withdrawConsent('Grace')]],
    ['/approve files\n/approve', [all]],
    ['/approve files', [part('docs/')]],
    ['/approve cancel files', [withdrawConsent('Grace', ['docs/'])]],
  ])('%j', (comment, actions) => {
    expect(actionsFor(comment)).toEqual(actions);
  });

  test.each<[comment: string, facts: Partial<All>, said: string]>([
    [
      '/approve looks great',
      {},
      '`looks` and `great` match no changed file. Nothing was done. You can approve `docs/` and `src/`; `/approve` alone is for all of it.',
    ],
    [
      '/approve docs/ lib/',
      {},
      'What `lib/` matches is not yours to approve. Nothing was done. You can approve `docs/` and `src/`; `/approve` alone is for all of it.',
    ],
    [
      '/approve lib/ doc',
      { approvable: [{ path: 'lib/b.ts', mine: false, nearest: false }] },
      '`doc` matches no changed file. What `lib/` matches is not yours to approve. Nothing was done. None of the changed files is yours to approve.',
    ],
    [
      '/approve cancel please',
      {},
      '`please` matches no changed file. Nothing was done. You can approve `docs/` and `src/`; `/approve` alone is for all of it.',
    ],
    [
      '/approve files docs/',
      {},
      'Either `files` or paths: `files` stands for what the nearest OWNERS make yours. Nothing was done.',
    ],
    [
      '/approve files',
      { approvable: [{ path: 'src/a.ts', mine: true, nearest: false }] },
      'No OWNERS next to a changed file name you. You can approve `**`; `/approve` alone is for all of it.',
    ],
    [
      '/approve files',
      { approvable: far(21) },
      'That would be 21 places, too many to name one by one. Name folders, or comment `/approve` for all that is yours.',
    ],
    [
      '/approve x',
      { approvable: far(12) },
      '`x` matches no changed file. Nothing was done. You can approve `d0/a`, `d1/a`, `d10/a`, `d11/a`, `d2/a`, `d3/a`, `d4/a`, `d5/a`, `d6/a`, `d7/a` and 2 more; `/approve` alone is for all of it.',
    ],
    [
      '/approve docs/',
      {
        votesForAnyHead: Array.from({ length: 15 }, (_, index) =>
          voteOf('grace', { vote: 'approve', paths: [`d${index}`] }),
        ),
      },
      'That are too many pieces to keep apart. Comment `/approve` for all that is yours, or `/approve cancel` first.',
    ],
  ])('%j with %j is refused', (comment, facts, said) => {
    expect(refusal(comment, facts)).toBe(said);
  });

  test('a pattern is no longer than it may be, and there are no more than may be', () => {
    expect(refusal(`/approve ${'*'.repeat(257)}`)).toMatch(/ is longer than 256 characters\. Nothing was done\.$/);
    expect(refusal(`/approve ${'docs '.repeat(21)}`)).toBe(
      '`/approve` takes at most 20 words. Write `/approve [cancel] [no-issue] [files] [paths …]`.',
    );
  });
});

test.each<[who: string, standing: Standing, gives: boolean, takesBack: boolean]>([
  ['a stranger', stranger, false, false],
  ['somebody who can write', { ...stranger, role: 'write' }, false, false],
  ['an approver', ownerStanding, true, true],
  ['the author', { ...stranger, author: true }, false, true],
  ['the author, an approver', { ...ownerStanding, author: true }, true, true],
])('%s gives it: %j, takes it back: %j', (_, standing, gives, takesBack) => {
  expect(permits(approve.allow, standing)).toBe(gives);
  expect(permits(approve.allow, standing, new Set(['cancel']))).toBe(takesBack);
});
