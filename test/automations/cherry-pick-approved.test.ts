import { describe, expect, test } from 'vitest';
import { cherryPickApproved } from '../../shared/automations/cherry-pick-approved.ts';
import {
  addLabel,
  PICK_APPROVED,
  PICK_NOT_APPROVED,
  removeLabel,
  vote,
  withdraw,
  withdrawAll,
  type Action,
  type ReviewFact,
} from '../../shared/language/index.ts';
import { type All, BEFORE, decided, grace, HEAD, linus, pullOf, robot, settingsOf, voteOf } from '../support/given.ts';

const pull = pullOf({ baseRef: 'release-1' });
const review: ReviewFact = { id: 'r1', verdict: 'approved', headSha: HEAD, by: grace };
const settings = settingsOf('cherryPick', { approvers: ['grace'] });
const consent = voteOf('grace', { vote: 'cherry-pick', review: 'r1' });
const FIT = ['lgtm', 'approved', PICK_NOT_APPROVED];

const facts = ({
  said,
  on = FIT,
  ...more
}: Partial<All> & {
  readonly said?: Partial<ReviewFact> | undefined;
  readonly on?: readonly string[];
}): Partial<All> => ({
  event: said === undefined ? 'labeled' : 'review-submitted',
  pull,
  settings,
  labels: new Set(on),
  cherryPickRules: {
    guarded: true,
    approvable: true,
    review: said === undefined ? undefined : { ...review, ...said },
    mayApprove: (said?.by ?? review.by).id === grace.id,
  },
  ...more,
});
/** Without what is only told. */
const done = (all: Parameters<typeof facts>[0]): readonly Action[] =>
  decided(cherryPickApproved, facts(all)).filter(({ is }) => is !== 'notice');
const told = (all: Parameters<typeof facts>[0]): string =>
  decided(cherryPickApproved, facts(all)).flatMap((each) => (each.is === 'notice' ? [each.text] : []))[0] ?? '';

const VOTED = vote('cherry-pick', 'grace', HEAD, 'r1');
const LABELED = [addLabel(PICK_APPROVED), removeLabel(PICK_NOT_APPROVED)];

test.each<[title: string, all: Parameters<typeof facts>[0], does: readonly Action[]]>([
  ['a listed approver approves', { said: {} }, [VOTED, ...LABELED]],
  ['somebody else approves', { said: { by: linus } }, []],
  ['it was approved for another branch', { said: {}, retargetedSince: true }, []],
  ['an earlier commit is approved', { said: { headSha: BEFORE } }, []],
  ['a listed approver comments', { said: { verdict: 'commented' } }, []],
  [
    'the branch is another one',
    { said: {}, cherryPickRules: { guarded: true, approvable: false, review, mayApprove: true } },
    [],
  ],
  ['approved before lgtm came', { said: {}, on: ['approved'] }, [VOTED]],
  ['lgtm comes after the approval', { votes: [consent] }, LABELED],
  ['lgtm comes without an approval', {}, []],
  ['approved, and held', { votes: [consent], on: [...FIT, 'do-not-merge/hold'] }, []],
  ['approved, and in conflict', { votes: [consent], on: [...FIT, 'needs-rebase'] }, []],
  ['approved, and not trusted yet', { votes: [consent], on: [...FIT, 'needs-ok-to-test'] }, []],
  ['approved, without a CLA', { votes: [consent], on: [...FIT, 'cncf-cla: no'] }, []],
  [
    'approved, and a check failed',
    { votes: [consent], pull: { ...pull, checks: [{ name: 'e2e', state: 'failure', required: false }] } },
    [],
  ],
  [
    'approved, and a check has not finished',
    { votes: [consent], pull: { ...pull, checks: [{ name: 'e2e', state: 'pending', required: true }] } },
    LABELED,
  ],
  ['approved, and not all checks are known', { votes: [consent], pull: { ...pull, checksComplete: false } }, []],
  [
    'labels that may be missing',
    {
      votes: [consent],
      on: [],
      settings: settingsOf('cherryPick', {
        approvers: ['grace'],
        allowMissingApprovedLabel: true,
        allowMissingLgtmLabel: true,
      }),
    },
    [addLabel(PICK_APPROVED)],
  ],
  ['labeled already', { votes: [consent], on: [...FIT, PICK_APPROVED] }, []],
  [
    'changes are requested',
    { said: { verdict: 'changes-requested' }, votes: [consent], on: [PICK_APPROVED] },
    [withdraw('cherry-pick', 'grace'), removeLabel(PICK_APPROVED)],
  ],
  [
    'the review is dismissed',
    { said: { verdict: 'dismissed' }, votes: [consent], on: [PICK_APPROVED] },
    [withdraw('cherry-pick', 'grace', 'r1'), removeLabel(PICK_APPROVED)],
  ],
  [
    'another review is dismissed',
    { said: { verdict: 'dismissed', id: 'r0' }, votes: [consent], on: [PICK_APPROVED] },
    [],
  ],
  [
    'one of two approvals is dismissed',
    { said: { verdict: 'dismissed' }, votes: [consent, voteOf('linus', { vote: 'cherry-pick' })], on: [PICK_APPROVED] },
    [withdraw('cherry-pick', 'grace', 'r1')],
  ],
  [
    'a push after the approval',
    { event: 'synchronized', votes: [], on: [PICK_APPROVED] },
    [removeLabel(PICK_APPROVED)],
  ],
  [
    'the label is taken off by hand',
    { event: 'unlabeled', label: PICK_APPROVED, votes: [consent] },
    [withdrawAll('cherry-pick')],
  ],
  [
    'the label was taken off by a bot',
    { event: 'unlabeled', label: PICK_APPROVED, votes: [consent], actor: robot },
    LABELED,
  ],
  ['merged', { said: {}, pull: { ...pull, state: 'merged' } }, []],
])('%s', (_, all, does) => {
  expect(done(all)).toEqual(does);
});

describe('an approval that has to wait', () => {
  test('is told what for', () => {
    expect(told({ said: {}, on: ['do-not-merge/hold', 'lgtm'] })).toBe(
      'The cherry-pick of `aaaaaaa` into `release-1` is approved. `cherry-pick-approved` follows by itself as soon as nothing of this is so any more:\n\n- `approved` is not on\n- `do-not-merge/hold` is on',
    );
  });
});
