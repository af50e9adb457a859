import { expect, test } from 'vitest';
import { reviewVerdict } from '../../shared/automations/review-verdict.ts';
import {
  addLabel,
  notice,
  removeLabel,
  vote,
  withdraw,
  type Action,
  type ReviewFact,
} from '../../shared/language/index.ts';
import { BEFORE, decided, grace, HEAD, linus, pullOf, robot, settingsOf, voteOf, type All } from '../support/given.ts';

const both = { ...settingsOf('lgtm', { reviewActsAsLgtm: true }) };
const review = (more: Partial<ReviewFact>): Partial<All> => ({
  event: 'review-submitted',
  review: { id: 'r1', verdict: 'approved', headSha: HEAD, by: grace, ...more },
});
const owns = (approver: boolean, reviewer: boolean): Partial<All> => ({ actorOwns: { approver, reviewer } });
const given = (kind: 'lgtm' | 'approve', more = {}) => voteOf('grace', { vote: kind, ...more });
const TOLD_BASE = notice(
  'review',
  '@Grace: this goes into `main` since the review was given, so it does not count. Look at what it would put there and approve again.',
);
const ignored = settingsOf('approve', { ignoreReviewState: true });

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['approved by an approver', review({}), [vote('approve', 'Grace', HEAD, 'r1')]],
  ['approved by a reviewer only', { ...review({}), ...owns(false, true) }, []],
  [
    'approved where that is an lgtm too',
    { ...review({}), settings: both },
    [vote('approve', 'Grace', HEAD, 'r1'), vote('lgtm', 'Grace', HEAD, 'r1'), addLabel('lgtm')],
  ],
  [
    'approved by a reviewer where that is an lgtm',
    { ...review({}), ...owns(false, true), settings: both },
    [vote('lgtm', 'Grace', HEAD, 'r1'), addLabel('lgtm')],
  ],
  ['approved by a stranger', { ...review({}), ...owns(false, false), settings: both }, []],
  ['approved by a bot', review({ by: robot }), []],
  ['approved where reviews do not count', { ...review({}), settings: ignored }, []],
  ['approved after the merge', { ...review({}), pull: pullOf({ state: 'merged' }) }, []],
  ['a comment', { ...review({ verdict: 'commented' }), votes: [given('approve')] }, []],
  ['approved, with /approve cancel in its text', { ...review({}), commands: ['approve'] }, []],
  [
    'approved, with /lgtm cancel in its text, where it is an lgtm',
    { ...review({}), commands: ['lgtm'], settings: both },
    [vote('approve', 'Grace', HEAD, 'r1')],
  ],
  [
    'changes requested',
    { ...review({ verdict: 'changes-requested' }), votes: [given('approve'), voteOf('linus', { vote: 'approve' })] },
    [withdraw('approve', 'grace')],
  ],
  [
    'changes requested by an approver without a vote: one that comes later was given before',
    review({ verdict: 'changes-requested' }),
    [withdraw('approve', 'grace')],
  ],
  [
    'changes requested by somebody without a vote or a say',
    { ...review({ verdict: 'changes-requested' }), ...owns(false, false), settings: both },
    [],
  ],
  ['approved before it was given another base', { ...review({}), retargetedSince: true }, [TOLD_BASE]],
  ['approved, and dismissed since', review({ dismissedSince: true }), []],
  [
    'changes requested: the lgtm stays where reviews are none',
    { ...review({ verdict: 'changes-requested' }), ...owns(false, true), votes: [given('lgtm')] },
    [],
  ],
  [
    'changes requested: the last lgtm goes where reviews are some',
    { ...review({ verdict: 'changes-requested' }), ...owns(false, true), votes: [given('lgtm')], settings: both },
    [withdraw('lgtm', 'grace'), removeLabel('lgtm')],
  ],
  [
    'changes requested: another lgtm stays',
    {
      ...review({ verdict: 'changes-requested' }),
      ...owns(false, true),
      votes: [given('lgtm'), voteOf('linus')],
      settings: both,
    },
    [withdraw('lgtm', 'grace')],
  ],
  [
    'changes requested, with /approve in its text',
    { ...review({ verdict: 'changes-requested' }), votes: [given('approve')], commands: ['approve'] },
    [],
  ],
  [
    'dismissed: what it gave goes',
    {
      ...review({ verdict: 'dismissed' }),
      actor: linus,
      votes: [given('approve', { review: 'r1' }), given('lgtm', { review: 'r1' })],
    },
    [withdraw('approve', 'grace', 'r1'), withdraw('lgtm', 'grace', 'r1'), removeLabel('lgtm')],
  ],
  [
    'dismissed: what another review or a comment gave stays',
    { ...review({ verdict: 'dismissed' }), votes: [given('approve', { review: 'r0' }), given('lgtm')] },
    [],
  ],
])('%s', (_, facts, actions) => {
  expect(decided(reviewVerdict, facts)).toEqual(actions);
});

test('of an earlier head does not count, and says so', () => {
  const [first, ...more] = decided(reviewVerdict, review({ headSha: BEFORE }));
  expect(more).toEqual([]);
  expect(first).toMatchObject({ is: 'notice', subject: 'review' });
  expect(first).toMatchInlineSnapshot(`
    {
      "is": "notice",
      "quiet": false,
      "subject": "review",
      "text": "@Grace: the review is about \`bbbbbbb\` and the head is now \`aaaaaaa\`, so it does not count. Look at what changed and approve again.",
    }
  `);
  expect(decided(reviewVerdict, { ...review({ headSha: BEFORE }), ...owns(false, false) })).toEqual([]);
});
