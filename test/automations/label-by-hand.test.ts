import { expect, test } from 'vitest';
import { labelByHand } from '../../shared/automations/label-by-hand.ts';
import {
  addLabel,
  hold,
  liftHold,
  liftHolds,
  NO_ANSWERS,
  observeHead,
  removeLabel,
  vote,
  withdraw,
  withdrawAll,
  type Action,
  type Person,
} from '../../shared/language/index.ts';
import {
  ada,
  approved,
  BEFORE,
  decided,
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
const AT = '2026-03-01T13:00:00Z';
const LATER = '2026-03-01T13:00:09Z';
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
const HELD = held('grace', 'linus');
const told = (text: string): Action => ({ is: 'notice', subject: 'label-by-hand', text, quiet: false });
const byAuthor = (labeledBy: Person | undefined, everHeld = false): Partial<All> =>
  off(HOLD, { actor: ada, actorOwns: nothing, answers: { ...NO_ANSWERS, labeledBy, everHeld } });
const UNKNOWN_STANDS: readonly Action[] = [
  hold('(unknown)', 'label put on by hand'),
  addLabel(HOLD),
  told(
    '`do-not-merge/hold` was put back. It is held by somebody of whom no record tells (`label put on by hand`). An approver who is not the author comments `/hold cancel`.',
  ),
];
const nothing = { approver: false, reviewer: false };
const moved = subjectOf({ headSha: BEFORE });

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['lgtm by a reviewer', on('lgtm', { actorOwns: { approver: false, reviewer: true } }), [vote('lgtm', 'Grace', HEAD)]],
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
      told(
        '`lgtm` was taken off again. New commits were pushed just then, or it was retargeted; look at what it is now and label again.',
      ),
    ],
  ],
  [
    'lgtm in the second of a push',
    on('lgtm', { labelSight: { sight: 'same-moment', told: true, now: LATER }, at: AT }),
    [
      removeLabel('lgtm'),
      told(
        '`lgtm` was taken off again. New commits were pushed just then, or it was retargeted; look at what it is now and label again.',
      ),
    ],
  ],
  [
    'lgtm on a head that no delivery told of',
    on('lgtm', { labelSight: { sight: 'moved', told: false, now: LATER }, at: AT }),
    [
      removeLabel('lgtm'),
      told(
        '`lgtm` was taken off again. New commits were pushed just then, or it was retargeted; look at what it is now and label again.',
      ),
      observeHead(HEAD, LATER),
    ],
  ],
  [
    'approved on a head of which nobody knows since when it is one',
    on('approved', { labelSight: { sight: 'unknown', told: true, now: LATER }, at: AT }),
    [
      removeLabel('approved'),
      told(
        '`approved` was taken off again. New commits were pushed just then, or it was retargeted; look at what it is now and label again.',
      ),
      observeHead(HEAD, LATER, { before: '' }),
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
      told(
        '`approved` was taken off again. New commits were pushed just then, or it was retargeted; look at what it is now and label again.',
      ),
    ],
  ],
  [
    'approved off by an approver who had approved',
    off('approved', { approval: approved, votes: [voteOf('grace', { vote: 'approve' })] }),
    [withdraw('approve', 'Grace')],
  ],
  [
    'approved off by an approver while others approved',
    off('approved', { approval: approved, votes: [voteOf('linus', { vote: 'approve' })] }),
    [
      addLabel('approved'),
      told(
        '`approved` was put back. The approvals it stands for are not those of `Grace`; `/hold` keeps the change from being merged.',
      ),
    ],
  ],
  [
    'lgtm off, though it is on again',
    { ...off('lgtm', { votes: [voteOf('linus')] }), labels: new Set(['lgtm']) },
    [withdrawAll('lgtm')],
  ],
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
        '`approved` was put back. The approvals it stands for are not those of `Grace`; `/hold` keeps the change from being merged.',
      ),
    ],
  ],
  ['hold by anybody', on(HOLD, { actorOwns: nothing }), [hold('Grace', 'label put on by hand')]],
  ['hold by who holds it already', on(HOLD, { holds: held('grace') }), []],
  [
    'hold by another account of that name',
    on(HOLD, { holds: [{ by: 'grace', id: '77', reason: '', at: '' }] }),
    [hold('Grace', 'label put on by hand')],
  ],
  ['hold off by who may lift all', off(HOLD, { holds: held('grace', 'linus') }), [liftHolds()]],
  [
    'hold off by who may lift one of two',
    off(HOLD, { holds: HELD, answers: { ...NO_ANSWERS, liftable: HELD.slice(0, 1) } }),
    [
      liftHold({ by: 'grace', reason: '', at: '' }),
      addLabel(HOLD),
      told(
        '`do-not-merge/hold` was put back. It is held by `linus`. `linus` or an approver who is not the author comments `/hold cancel`.',
      ),
    ],
  ],
  ['hold off without a hold', off(HOLD, { actorOwns: nothing }), []],
  ['the author takes off their own of which no record tells', byAuthor(ada), []],
  ['the author takes off what a bot put on for a hold that is lifted', byAuthor(robot, true), []],
  ['the author takes off what a bot put on, of which no record tells', byAuthor(robot), UNKNOWN_STANDS],
  ['the author takes off what nobody knows who put on', byAuthor(undefined), UNKNOWN_STANDS],
  ['the author takes off what nobody knows who put on, and holds were lifted', byAuthor(undefined, true), []],
  [
    'where anyone lifts holds, the author that of a bot as well',
    { ...byAuthor(robot), settings: settingsOf('hold', { liftedBy: 'anyone' }) },
    [],
  ],
  [
    'the author takes off that of somebody else, of which no record tells: it is theirs from then on',
    byAuthor(linus),
    [
      hold('linus', 'label put on by hand'),
      addLabel(HOLD),
      told(
        '`do-not-merge/hold` was put back. It is held by `linus` (`label put on by hand`). `linus` or an approver who is not the author comments `/hold cancel`.',
      ),
    ],
  ],
  [
    'the same where anybody lifts holds',
    { ...byAuthor(linus), settings: settingsOf('hold', { liftedBy: 'anyone' }) },
    [],
  ],
  ['another label', on('kind/bug'), []],
])('%s', (_, facts, actions) => {
  expect(decided(labelByHand, facts)).toEqual(actions);
});
