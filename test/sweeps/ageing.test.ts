import { expect, test } from 'vitest';
import { addLabel, close, refuse, removeLabel, type Action, type Activity } from '../../shared/language/index.ts';
import { ageing } from '../../shared/sweeps/ageing.ts';
import { decided, robot, settingsOf, subjectOf, type All } from '../support/given.ts';

type Ways = Partial<All['settings']['ageing']>;
const NOW = '2026-12-01T12:00:00.000Z';
const ago = (days: number): string => new Date(Date.parse(NOW) - days * 24 * 3_600_000).toISOString();
const issue = subjectOf({ kind: 'issue' });

/** How many days ago. */
type Days = {
  readonly owed?: number;
  readonly human?: number;
  readonly stale?: number;
  readonly rotten?: number;
  readonly complete?: boolean;
};

function activity({ owed, human, stale, rotten, complete = true }: Days): Activity {
  return {
    ...(owed === undefined ? {} : { owedSince: ago(owed) }),
    ...(human === undefined ? {} : { lastHuman: ago(human) }),
    labeledAt: new Map([
      ...(stale === undefined ? [] : [['lifecycle/stale', ago(stale)] as const]),
      ...(rotten === undefined ? [] : [['lifecycle/rotten', ago(rotten)] as const]),
    ]),
    complete,
  };
}

function facts(days: Days, on: readonly string[] = [], set: Ways = {}, more: Partial<All> = {}): Partial<All> {
  const labels = new Set([
    ...on,
    ...(days.stale === undefined ? [] : ['lifecycle/stale']),
    ...(days.rotten === undefined ? [] : ['lifecycle/rotten']),
  ]);
  return { at: NOW, subject: issue, activity: activity(days), labels, settings: settingsOf('ageing', set), ...more };
}

const shown = (actions: readonly Action[]): readonly unknown[] =>
  actions.map((action) => (action.is === 'notice' ? 'told' : action));
const STALE = [addLabel('lifecycle/stale'), 'told'];
const ROTTEN = [removeLabel('lifecycle/stale'), addLabel('lifecycle/rotten'), 'told'];
const closing = { closes: true };

test.each<[what: string, facts: Partial<All>, actions: readonly unknown[]]>([
  ['its author owes an answer for 90 days', facts({ owed: 90 }), STALE],
  ['for 89', facts({ owed: 89 }), []],
  ['nobody of the project has asked anything, however long', facts({ human: 900 }), []],
  ['where silence counts, it is stale', facts({ human: 90 }, [], { counts: 'silence' }), STALE],
  ['where silence counts, somebody spoke', facts({ human: 2, owed: 200 }, [], { counts: 'silence' }), []],
  ['where silence counts, nobody ever spoke', facts({}, [], { counts: 'silence' }), STALE],
  ['stale, for 30 days', facts({ owed: 200, stale: 30 }), ROTTEN],
  ['stale, for 29', facts({ owed: 200, stale: 29 }), []],
  ['stale, and asked again since', facts({ owed: 3, stale: 100 }), []],
  ['stale, and the author answered', facts({ stale: 100 }), []],
  ['stale, and nobody knows since when', { ...facts({ owed: 200 }), labels: new Set(['lifecycle/stale']) }, []],
  ['rotten: it stays open, unless that is set', facts({ owed: 200, rotten: 90 }), []],
  ['rotten for 30 days, and it closes', facts({ owed: 200, rotten: 30 }, [], closing), ['told', close('not-planned')]],
  ['rotten for 29', facts({ owed: 200, rotten: 29 }, [], closing), []],
  [
    'a pull request',
    facts({ owed: 200, rotten: 30 }, [], closing, { subject: subjectOf() }),
    ['told', close('completed')],
  ],
  ['other days are set', facts({ owed: 7 }, [], { staleDays: 7 }), STALE],
  ['help wanted', facts({ owed: 900 }, ['Help Wanted']), []],
  ['frozen', facts({ owed: 900 }, ['lifecycle/frozen']), []],
  ['what else is exempt', facts({ owed: 900 }, ['keep'], { exempt: ['keep'] }), []],
  ['active: not any more', facts({ owed: 90 }, ['lifecycle/active']), [removeLabel('lifecycle/active'), ...STALE]],
  ['issues do not age', facts({ owed: 900 }, [], { issues: false }), []],
  ['pull requests do not age', facts({ owed: 900 }, [], { pulls: false }, { subject: subjectOf() }), []],
  ['closed since', facts({ owed: 900 }, [], {}, { subject: subjectOf({ kind: 'issue', state: 'closed' }) }), []],
  ['not all of it can be seen', facts({ owed: 900, complete: false }), []],
  ['somebody spoke since it was stale', facts({ stale: 10, human: 2 }), []],
  [
    'and where that revives it',
    facts({ stale: 10, human: 2 }, [], { revives: true }),
    [removeLabel('lifecycle/stale')],
  ],
  [
    'rotten as well',
    facts({ rotten: 10, human: 2, owed: 100 }, [], { revives: true }),
    [removeLabel('lifecycle/rotten')],
  ],
  ['nobody spoke since', facts({ stale: 10, human: 20, owed: 100 }, [], { revives: true }), []],
])('%s', (_, given, actions) => {
  expect(shown(decided(ageing, given))).toEqual(actions);
});

test.each<[what: string, facts: Partial<All>, reason: string]>([
  ['stale', facts({ owed: 90 }, [], { dryRun: true }), 'Dry run: it would be called stale.'],
  ['rotten', facts({ owed: 90, stale: 30 }, [], { dryRun: true }), 'Dry run: it would be called rotten.'],
  ['closed', facts({ owed: 90, rotten: 30 }, [], { dryRun: true, closes: true }), 'Dry run: it would be closed.'],
  [
    'revived',
    facts({ stale: 30, human: 1 }, [], { dryRun: true, revives: true }),
    'Dry run: it would be called stale or rotten no more.',
  ],
])('a dry run does nothing but say so in the audit trail: %s', (_, given, reason) => {
  expect(decided(ageing, given)).toEqual([refuse(reason)]);
});

const said = (given: Partial<All>): string =>
  decided(ageing, given)
    .flatMap((action) => (action.is === 'notice' ? [`${action.subject} ${action.text}`] : []))
    .join();

test('whoever must act is told why, what comes next and when, and how to stop it', () => {
  expect(said(facts({ owed: 90 }, [], closing))).toMatchInlineSnapshot(`
    "ageing:2026-12-01 @ada: **Stale.** It waits for an answer of its author since 2026-09-02. Unless somebody stops it, it is called rotten on 2026-12-31 and closed on 2027-01-30.

    Answer, and comment \`/remove-lifecycle stale\`. \`/lifecycle frozen\` keeps it out of this for good."
  `);
  expect(said(facts({ owed: 90 }))).toMatchInlineSnapshot(`
    "ageing:2026-12-01 @ada: **Stale.** It waits for an answer of its author since 2026-09-02. Unless somebody stops it, it is called rotten on 2026-12-31. It stays open.

    Answer, and comment \`/remove-lifecycle stale\`. \`/lifecycle frozen\` keeps it out of this for good."
  `);
  expect(said(facts({ owed: 200, stale: 30 }, [], closing))).toMatchInlineSnapshot(`
    "ageing:2026-12-01 @ada: **Rotten.** It waits for an answer of its author since 2026-05-15. Unless somebody stops it, it is closed on 2026-12-31.

    Answer, and comment \`/remove-lifecycle rotten\`. \`/lifecycle frozen\` keeps it out of this for good."
  `);
  expect(said(facts({ human: 95 }, [], { counts: 'silence' }, { subject: subjectOf(), author: robot })))
    .toMatchInlineSnapshot(`
      "ageing:2026-12-01 **Stale.** Nobody has said anything here since 2026-08-28. Unless somebody stops it, it is called rotten on 2026-12-31. It stays open.

      Answer or push, and comment \`/remove-lifecycle stale\`."
    `);
  expect(said(facts({ owed: 200, rotten: 30 }, [], closing))).toMatchInlineSnapshot(
    `"ageing:2026-12-01 @ada: **Closed.** It waits for an answer of its author since 2026-05-15. Comment \`/reopen\` to go on with it; what was said stays."`,
  );
});
