/** What pushes, reviews and labels by hand do to votes. */
import { describe, expect, test } from 'vitest';
import { labelByHand } from '../../shared/automations/label-by-hand.ts';
import { lgtmAfterPush } from '../../shared/automations/lgtm-after-push.ts';
import { reviewVerdict } from '../../shared/automations/review-verdict.ts';
import {
  addLabel,
  carryVotes,
  hold,
  liftHolds,
  removeLabel,
  vote,
  withdraw,
  withdrawAll,
  type Action,
  type ReviewFact,
} from '../../shared/language/index.ts';
import {
  ada,
  approved,
  BEFORE,
  decided,
  grace,
  HEAD,
  linus,
  pullOf,
  robot,
  settingsOf,
  subjectOf,
  voteOf,
  type All,
} from '../support/given.ts';

const HOLD = 'do-not-merge/hold';
const both = { ...settingsOf('lgtm', { reviewActsAsLgtm: true }) };

const since = (altered: readonly string[] | 'all'): Partial<All> => ({
  event: 'synchronized',
  changeSince: { before: BEFORE, after: HEAD, altered },
});
const removed = (where: string): Action => ({
  is: 'notice',
  subject: 'lgtm',
  quiet: false,
  text: `New changes are detected. LGTM label has been removed.\n\n\`aaaaaaa\` differs from \`bbbbbbb\`${where}.`,
});
const review = (more: Partial<ReviewFact>): Partial<All> => ({
  event: 'review-submitted',
  review: { id: 'r1', verdict: 'approved', headSha: HEAD, by: grace, ...more },
});
const owns = (approver: boolean, reviewer: boolean): Partial<All> => ({ actorOwns: { approver, reviewer } });
const given = (kind: 'lgtm' | 'approve', more = {}) => voteOf('grace', { vote: kind, ...more });
const on = (label: string, more: Partial<All> = {}): Partial<All> => ({
  event: 'labeled',
  eventLabel: { label },
  labels: new Set([label]),
  ...more,
});
const off = (label: string, more: Partial<All> = {}): Partial<All> => ({
  event: 'unlabeled',
  eventLabel: { label },
  labels: new Set(),
  ...more,
});
const held = (...by: string[]) => by.map((each) => ({ by: each, reason: '', at: '2026-03-01T12:00:00Z' }));
const told = (text: string): Action => ({ is: 'notice', subject: 'label-by-hand', text, quiet: false });

describe('a push', () => {
  const before = voteOf('linus', { headSha: BEFORE });

  test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
    ['nothing is on', since('all'), []],
    [
      'the change is another one',
      { ...since(['a']), votes: [before], labels: new Set(['lgtm']) },
      [carryVotes(BEFORE, HEAD, ['a']), removeLabel('lgtm'), removed(' in 1 file')],
    ],
    [
      'the change cannot be compared',
      { ...since('all'), votes: [before], labels: new Set(['lgtm']) },
      [carryVotes(BEFORE, HEAD, 'all'), removeLabel('lgtm'), removed('')],
    ],
    [
      'the change is the same: a rebase, a merge of the base, another message',
      { ...since([]), votes: [before], labels: new Set(['lgtm']) },
      [carryVotes(BEFORE, HEAD, [])],
    ],
    [
      'only an approval was given',
      { ...since(['a', 'b']), votes: [voteOf('linus', { vote: 'approve', headSha: BEFORE })], labels: new Set() },
      [carryVotes(BEFORE, HEAD, ['a', 'b'])],
    ],
    ['the label is on without a vote', { ...since([]), labels: new Set(['LGTM']) }, [removeLabel('lgtm'), removed('')]],
    [
      'somebody said lgtm to the new head',
      { ...since(['a']), votes: [voteOf('linus')], labels: new Set(['lgtm']) },
      [],
    ],
    ['the label is off already', { ...since(['a']), votes: [before] }, [carryVotes(BEFORE, HEAD, ['a'])]],
  ])('%s', (_, facts, actions) => {
    expect(decided(lgtmAfterPush, facts)).toEqual(actions);
  });

  test('the notice mentions nobody', () => {
    const actions = decided(lgtmAfterPush, { ...since(['@everyone']), votes: [before], labels: new Set(['lgtm']) });
    expect(JSON.stringify(actions.filter(({ is }) => is === 'notice'))).not.toContain('@');
  });
});

describe('a review', () => {
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
    ['changes requested by somebody without a vote', review({ verdict: 'changes-requested' }), []],
    [
      'changes requested: the lgtm stays where reviews are none',
      { ...review({ verdict: 'changes-requested' }), votes: [given('lgtm')] },
      [],
    ],
    [
      'changes requested: the last lgtm goes where reviews are some',
      { ...review({ verdict: 'changes-requested' }), votes: [given('lgtm')], settings: both },
      [withdraw('lgtm', 'grace'), removeLabel('lgtm')],
    ],
    [
      'changes requested: another lgtm stays',
      { ...review({ verdict: 'changes-requested' }), votes: [given('lgtm'), voteOf('linus')], settings: both },
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
});

describe('a label by hand', () => {
  const nothing = { approver: false, reviewer: false };
  const moved = subjectOf({ headSha: BEFORE });

  test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
    [
      'lgtm by a reviewer',
      on('lgtm', { actorOwns: { approver: false, reviewer: true } }),
      [vote('lgtm', 'Grace', HEAD)],
    ],
    ['LGTM in capitals', on('LGTM'), [vote('lgtm', 'Grace', HEAD)]],
    ['lgtm where a vote stands', on('lgtm', { votes: [voteOf('linus')] }), []],
    [
      'lgtm by the author',
      on('lgtm', { actor: ada }),
      [removeLabel('lgtm'), told('`lgtm` was taken off again. Nobody says of their own change that it looks good.')],
    ],
    [
      'lgtm by somebody else',
      on('lgtm', { actorOwns: nothing }),
      [removeLabel('lgtm'), told('`lgtm` was taken off again. `Grace` is not a reviewer here.')],
    ],
    [
      'lgtm just before a push',
      on('lgtm', { subject: moved }),
      [
        removeLabel('lgtm'),
        told('`lgtm` was taken off again. New commits were pushed just then; look at them and label again.'),
      ],
    ],
    ['lgtm by a bot', on('lgtm', { actor: robot }), []],
    ['lgtm that is off again', on('lgtm', { labels: new Set() }), []],
    ['lgtm on a merged pull request', on('lgtm', { pull: pullOf({ state: 'merged' }) }), []],
    [
      'lgtm off by the author',
      off('lgtm', { actor: ada, actorOwns: nothing, votes: [voteOf('linus')] }),
      [withdrawAll('lgtm')],
    ],
    ['lgtm off by a reviewer', off('lgtm', { votes: [voteOf('linus')] }), [withdrawAll('lgtm')]],
    [
      'lgtm off by somebody else',
      off('lgtm', { actorOwns: nothing, role: 'triage', votes: [voteOf('linus')] }),
      [addLabel('lgtm'), told('`lgtm` was put back. `Grace` is not a reviewer here.')],
    ],
    ['lgtm off without a vote', off('lgtm', { actorOwns: nothing }), []],
    ['approved by an approver', on('approved'), [vote('approve', 'Grace', HEAD)]],
    ['approved where it is', on('approved', { approval: approved, actorOwns: nothing }), []],
    [
      'approved by somebody else',
      on('approved', { actorOwns: nothing }),
      [removeLabel('approved'), told('`approved` was taken off again. `Grace` is not an approver of a changed file.')],
    ],
    [
      'approved just before a push',
      on('approved', { subject: moved }),
      [
        removeLabel('approved'),
        told('`approved` was taken off again. New commits were pushed just then; look at them and label again.'),
      ],
    ],
    ['approved off by an approver', off('approved', { approval: approved }), [withdraw('approve', 'Grace')]],
    [
      'approved off by the author',
      off('approved', { approval: approved, actor: ada, actorOwns: nothing }),
      [withdraw('approve', 'ada')],
    ],
    [
      'approved off by somebody else',
      off('approved', { approval: approved, actorOwns: nothing }),
      [
        addLabel('approved'),
        told(
          '`approved` was put back. `Grace` is not an approver of a changed file; `/hold` keeps the change from being merged.',
        ),
      ],
    ],
    ['hold by anybody', on(HOLD, { actorOwns: nothing }), [hold('Grace', 'label put on by hand')]],
    ['hold by who holds it already', on(HOLD, { holds: held('grace') }), []],
    ['hold off by who set it', off(HOLD, { actorOwns: nothing, holds: held('grace') }), [liftHolds()]],
    ['hold off by an approver', off(HOLD, { holds: held('linus') }), [liftHolds()]],
    [
      'hold off by a maintainer',
      off(HOLD, { actorOwns: nothing, role: 'maintain', holds: held('linus') }),
      [liftHolds()],
    ],
    [
      'hold off by anyone, where so set',
      off(HOLD, { actorOwns: nothing, holds: held('linus'), settings: settingsOf('hold', { liftedBy: 'anyone' }) }),
      [liftHolds()],
    ],
    [
      'hold off by one of two holders',
      off(HOLD, { actorOwns: nothing, holds: held('grace', 'linus') }),
      [
        liftHolds('Grace'),
        addLabel(HOLD),
        told(
          '`do-not-merge/hold` was put back. It is held by `linus`; they, approvers and maintainers lift that with `/hold cancel`.',
        ),
      ],
    ],
    ['hold off without a hold', off(HOLD, { actorOwns: nothing }), []],
    ['another label', on('kind/bug'), []],
  ])('%s', (_, facts, actions) => {
    expect(decided(labelByHand, facts)).toEqual(actions);
  });
});
