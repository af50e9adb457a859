import { expect, test } from 'vitest';
import { holdCommand } from '../../shared/commands/hold.ts';
import {
  addLabel,
  DATES_IN_WORDS,
  hold,
  liftHold,
  liftHolds,
  NO_ANSWERS,
  permits,
  refuse,
  removeLabel,
  reply,
  UNKNOWN_HOLD,
  type Action,
  type Answers,
  type Check,
  type Hold,
  type Questions,
  type Standing,
} from '../../shared/language/index.ts';
import { actionsFor, given, ownerStanding, parsedFrom, stranger, subjectOf, type All } from '../support/given.ts';

const HOLD = 'do-not-merge/hold';
const heldBy = (by: string, reason = ''): Hold => ({ by, reason, at: '2026-03-01T12:00:00Z' });
const FOR_TEAM: Hold = { ...heldBy('ada'), team: 'acme/security' };
const off = removeLabel(HOLD);
const nothing = refuse('Nothing holds this pull request.');

const friday = { until: { is: 'date', at: '2026-03-06T00:00:00.000Z' } } as const;
const merged = { until: { is: 'merged', pull: 5 } } as const;
const perf = { until: { is: 'check', check: 'perf' } } as const;
const security = { team: 'acme/security' } as const;
const answers = (more: Partial<Answers>): Partial<All> => ({ answers: { ...NO_ANSWERS, ...more } });
const check = (name: string, state: Check['state']): Check => ({ name, state, required: false });
const VAGUE = `It is held, and nothing lifts that by itself: a day is written as ${DATES_IN_WORDS}, anything else is a reason.`;

/** On a Sunday. */
test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/hold', {}, [hold('Grace', ''), addLabel(HOLD)]],
  ['/hold the docs are missing', {}, [hold('Grace', 'the docs are missing'), addLabel(HOLD)]],
  [
    '/hold until friday',
    {},
    [
      hold('Grace', '', friday),
      addLabel(HOLD),
      reply('It is held until 2026-03-06; at most ten minutes later that is lifted.'),
    ],
  ],
  [
    '/hold until friday: the launch',
    { holds: [heldBy('linus', 'docs'), { ...heldBy('grace'), ...friday }, heldBy('grace', 'my own')] },
    [
      hold('Grace', 'the launch', friday),
      addLabel(HOLD),
      reply(
        'It is held until 2026-03-06; at most ten minutes later that is lifted. It is held by `linus` (`docs`) and `grace` (`my own`) as well.',
      ),
    ],
  ],
  [
    '/hold until 2026-02-27',
    {},
    [refuse('2026-02-27 is past already, so nothing would be held. Give a later day, or none.')],
  ],
  ['/hold until the docs are merged', {}, [hold('Grace', 'until the docs are merged'), addLabel(HOLD), reply(VAGUE)]],
  [
    '/hold until #5 merged',
    answers({ pulls: new Map([[5, 'open']]) }),
    [hold('Grace', '', merged), addLabel(HOLD), reply('It is held until #5 is merged.')],
  ],
  [
    '/hold until #5 merged',
    answers({
      pulls: new Map([[5, 'open']]),
      waits: new Map([
        [5, [9, 7]],
        [7, [5, 12]],
      ]),
    }),
    [
      hold('Grace', '', merged),
      addLabel(HOLD),
      reply(
        'It is held until #5 is merged. And #5 until #7 is merged and #7 until #12 is merged: they wait for each other, and none is merged before somebody lifts one of these holds by `/hold cancel`.',
      ),
    ],
  ],
  [
    '/hold until #5 merged',
    answers({
      pulls: new Map([[5, 'open']]),
      waits: new Map([
        [5, [7]],
        [7, [5]],
      ]),
    }),
    [hold('Grace', '', merged), addLabel(HOLD), reply('It is held until #5 is merged.')],
  ],
  ['/hold until #5 merged', {}, [refuse('There is no pull request #5 here.')]],
  ['/hold until #12 merged', {}, [refuse('#12 is this pull request, which would wait for itself.')]],
  [
    '/hold until #5 merged',
    answers({ pulls: new Map([[5, 'merged']]) }),
    [refuse('#5 is merged already, so nothing would be held.')],
  ],
  [
    '/hold until #5 merged',
    answers({ pulls: new Map([[5, 'closed']]) }),
    [refuse('#5 is closed and was not merged, so nothing would lift the hold.')],
  ],
  [
    '/hold until acme/gears#5 merged',
    {},
    [
      refuse(
        'Only a pull request of this repository can be waited for, and `acme/gears#5` is of another. Say it in a reason: `/hold waits for …`.',
      ),
    ],
  ],
  [
    '/hold until check perf: slow',
    answers({ checks: [check('perf', 'failure')] }),
    [hold('Grace', 'slow', perf), addLabel(HOLD), reply('It is held until the check `perf` is green.')],
  ],
  [
    '/hold until check perf',
    answers({ checks: [check('Perf', 'success')] }),
    [
      hold('Grace', '', perf),
      addLabel(HOLD),
      reply('It is held until the check `perf` is green. No check of that name has reported at the head yet.'),
    ],
  ],
  [
    '/hold until check perf',
    answers({ checks: [check('perf', 'success')] }),
    [refuse('The check `perf` is green already, so nothing would be held.')],
  ],
  [
    '/hold until check perf',
    answers({ checks: [check('perf', 'success'), check('perf', 'failure')] }),
    [hold('Grace', '', perf), addLabel(HOLD), reply('It is held until the check `perf` is green.')],
  ],
  [
    '/hold until check bowsprit/merge',
    {},
    [refuse('`bowsprit/merge` is green once nothing holds this, so it would wait for itself.')],
  ],
  [
    '/hold for @security: a CVE id',
    answers({ teams: new Set(['acme/security']) }),
    [
      hold('Grace', 'a CVE id', security),
      addLabel(HOLD),
      reply('It is held for `acme/security`, whose members lift it, as do you, approvers and maintainers.'),
    ],
  ],
  [
    '/hold for @alan to look',
    {},
    [
      hold('Grace', 'for @alan to look'),
      addLabel(HOLD),
      reply('It is held as by any `/hold`: no team `acme/alan` with members is to be seen.'),
    ],
  ],
  [
    '/hold',
    { subject: subjectOf({ labels: [HOLD] }) },
    [hold('(unknown)', 'the label was on already'), hold('Grace', ''), addLabel(HOLD)],
  ],
  ['/hold cancelled', {}, [hold('Grace', 'cancelled'), addLabel(HOLD)]],
  ['/hold cancel', { holds: [heldBy('grace')] }, [liftHolds(), off]],
  ['/hold cancel now', { holds: [heldBy('linus')] }, [liftHolds(), off]],
  ['/unhold', { holds: [] }, [nothing]],
  [
    '/hold cancel',
    { ...answers({ liftable: [UNKNOWN_HOLD] }), subject: subjectOf({ labels: ['Do-Not-Merge/Hold'] }) },
    [liftHolds(), off],
  ],
  [
    '/hold cancel',
    { subject: subjectOf({ labels: [HOLD] }) },
    [
      refuse(
        'Who put the label on is not known, so it is not for you to lift. An approver who is not the author comments `/hold cancel`.',
      ),
    ],
  ],
  [
    '/unhold',
    { holds: [heldBy('grace'), heldBy('linus', 'docs are missing')] },
    [
      liftHold(heldBy('grace')),
      reply(
        'It is still held by `linus` (`docs are missing`). `linus` or an approver who is not the author comments `/hold cancel`.',
      ),
    ],
  ],
  ['/unhold', { holds: [heldBy('grace'), { ...heldBy('grace'), ...friday }] }, [liftHolds(), off]],
  ['/unhold', { holds: [heldBy('ada'), heldBy('linus')] }, [liftHolds(), off]],
  [
    '/unhold',
    { holds: [FOR_TEAM, heldBy('linus', 'docs')], ...answers({ liftable: [FOR_TEAM] }) },
    [
      liftHold(FOR_TEAM),
      reply(
        'It is still held by `linus` (`docs`). `linus` or an approver who is not the author comments `/hold cancel`.',
      ),
    ],
  ],
  [
    '/unhold',
    { holds: [{ ...heldBy('grace'), id: '77' }], ...answers({}) },
    [
      refuse(
        'That is not for you to lift. It is still held by `grace`. `grace` or an approver who is not the author comments `/hold cancel`.',
      ),
    ],
  ],
  [
    '/unhold',
    { holds: [{ ...heldBy('grace'), at: '2026-03-01T13:00:01Z' }] },
    [refuse('It is still held by `grace`. That was said after this was written; to lift it, comment `/hold cancel`.')],
  ],
  [
    '/hold until check c11',
    { holds: Array.from({ length: 10 }, (_, n) => ({ ...heldBy('grace'), until: { is: 'check', check: `c${n}` } })) },
    [refuse('You hold it for 10 reasons already; `/hold` alone holds it until you lift that.')],
  ],
  [
    '/unhold',
    { holds: Array.from({ length: 12 }, (_, n) => heldBy(`p${n}`)), ...answers({}) },
    [
      refuse(
        `That is not for you to lift. ${Array.from({ length: 10 }, (_, n) => `It is still held by \`p${n}\`. \`p${n}\` or an approver who is not the author comments \`/hold cancel\`.`).join(' ')} And by 2 more.`,
      ),
    ],
  ],
  ['/hold\n/unhold', {}, [nothing]],
  ['/hold', { subject: subjectOf({ state: 'closed' }) }, [refuse('It is closed; reopen it first.')]],
  [
    '/hold cancel',
    { holds: [heldBy('grace')], subject: subjectOf({ state: 'closed', merged: true }) },
    [refuse('It is merged; nothing more can be decided here.')],
  ],
  ['/hold\ncancel this later', {}, [hold('Grace', ''), addLabel(HOLD)]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

test.each<[comment: string, asks: Questions]>([
  ['/hold', {}],
  ['/hold x', {}],
  ['/hold until friday', {}],
  ['/hold until #5 merged', { pulls: [5] }],
  ['/hold until acme/gears#5 merged', {}],
  ['/hold until check perf', { checks: true }],
  ['/hold for @security', { teams: ['acme/security'] }],
  ['/unhold', { liftable: true }],
])('%j asks for no more than it needs: %j', (comment, asks) => {
  const [line] = parsedFrom(comment);
  expect(line?.is === 'invocation' && line.command.asks?.({ ...given(), args: line.args })).toEqual(asks);
});

test.each<[who: string, standing: Standing, lifts: boolean]>([
  ['a stranger', stranger, false],
  ['the author', { ...stranger, author: true }, false],
  ['the author, an approver', { ...ownerStanding, author: true }, false],
  ['the author, who owns the place', { ...stranger, author: true, role: 'admin' }, false],
  ['the author, who holds it', { ...stranger, author: true, holder: true }, true],
  ['somebody of the team', { ...stranger, heldFor: true }, true],
  ['the author, of the team', { ...stranger, author: true, heldFor: true }, false],
  ['whoever holds it', { ...stranger, holder: true }, true],
  ['an approver', ownerStanding, true],
  ['somebody who writes', { ...stranger, role: 'write' }, false],
  ['a maintainer', { ...stranger, role: 'maintain' }, true],
  ['anyone, where so set', { ...stranger, switches: new Set(['anyone-lifts-holds']) }, true],
])('%s lifts a hold: %j; anybody sets one', (_, standing, lifts) => {
  expect(permits(holdCommand.allow, standing)).toBe(true);
  expect(permits(holdCommand.allow, standing, new Set(['cancel']))).toBe(lifts);
});
