/** hold, close, reopen, retitle, help. */
import { describe, expect, test } from 'vitest';
import {
  addLabel,
  close,
  hold,
  liftHolds,
  permits,
  refuse,
  removeLabel,
  reopen,
  reply,
  retitle,
  type Action,
  type Hold,
  type Standing,
} from '../../shared/language/index.ts';
import { closeCommand } from '../../shared/commands/close.ts';
import { holdCommand } from '../../shared/commands/hold.ts';
import { retitleCommand } from '../../shared/commands/retitle.ts';
import { actionsFor, given, subjectOf, verdictsFor, type All } from '../support/given.ts';

const HOLD = 'do-not-merge/hold';
const heldBy = (by: string, reason = ''): Hold => ({ by, reason, at: '2026-03-01T12:00:00Z' });
const off = removeLabel(HOLD);
const issue = { subject: subjectOf({ kind: 'issue' }) };

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/hold', {}, [hold('Grace', ''), addLabel(HOLD)]],
  ['/hold until friday', {}, [hold('Grace', 'until friday'), addLabel(HOLD)]],
  ['/hold cancelled', {}, [hold('Grace', 'cancelled'), addLabel(HOLD)]],
  ['/hold cancel', { holds: [heldBy('grace')] }, [liftHolds(), off]],
  ['/hold cancel now', { holds: [heldBy('linus')] }, [liftHolds(), off]],
  ['/unhold', { holds: [] }, [liftHolds(), off]],
  [
    '/unhold',
    { holds: [heldBy('grace'), heldBy('linus', 'docs are missing')] },
    [liftHolds('Grace'), reply('It is still held by `linus` (`docs are missing`).')],
  ],
  ['/unhold', { holds: [heldBy('ada'), heldBy('linus')] }, [liftHolds(), off]],
  ['/hold\n/unhold', {}, [liftHolds(), off]],
  ['/hold\ncancel this later', {}, [hold('Grace', ''), addLabel(HOLD)]],
  ['/close', {}, [close('completed')]],
  ['/close', issue, [close('completed')]],
  ['/close not-planned', issue, [close('not-planned')]],
  ['/close  NOT-PLANNED', issue, [close('not-planned')]],
  [
    '/close not-planned',
    {},
    [refuse('Only issues are closed as not planned; comment `/close` to close this pull request.')],
  ],
  ['/reopen', { subject: subjectOf({ state: 'closed' }) }, [reopen()]],
  ['/reopen', {}, [reopen()]],
  ['/close\n/reopen', {}, [close('completed'), reopen()]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

const answer = (comment: string, facts: Partial<All> = {}): string => {
  const [first] = actionsFor(comment, given(facts));
  return first?.is === 'reply' || first?.is === 'notice' ? first.text : JSON.stringify(first);
};

const somebody: Standing = {
  author: false,
  switches: new Set(),
  role: 'read',
  public: true,
  ownership: { rung: 'owners', approver: false, named: false },
  holder: false,
  abandoned: false,
  member: false,
};
const CANCEL = new Set(['cancel']);

describe('who may', () => {
  test.each<[who: string, standing: Standing, may: boolean]>([
    ['a stranger', somebody, false],
    ['the author', { ...somebody, author: true }, false],
    ['whoever holds it', { ...somebody, holder: true }, true],
    ['an approver', { ...somebody, ownership: { rung: 'owners', approver: true, named: true } }, true],
    ['somebody who writes', { ...somebody, role: 'write' }, false],
    ['a maintainer', { ...somebody, role: 'maintain' }, true],
    ['anyone, where so set', { ...somebody, switches: new Set(['anyone-lifts-holds'] as const) }, true],
  ])('%s lifts a hold: %s', (_, standing, may) => {
    expect(permits(holdCommand.allow, standing)).toBe(true);
    expect(permits(holdCommand.allow, standing, CANCEL)).toBe(may);
  });

  test.each<[who: string, standing: Standing, close: boolean, retitles: boolean]>([
    ['a stranger', somebody, false, false],
    ['the author', { ...somebody, author: true }, true, true],
    ['a collaborator', { ...somebody, role: 'triage' }, true, true],
    ['a member of the organization', { ...somebody, member: true }, false, true],
    ['anyone, once it is stale', { ...somebody, abandoned: true }, true, false],
  ])('%s closes: %s, retitles: %s', (_, standing, closes, retitles) => {
    expect(permits(closeCommand.allow, standing)).toBe(closes);
    expect(permits(retitleCommand.allow, standing)).toBe(retitles);
  });
});

describe('titles', () => {
  const accepted = [
    'foobar',
    'Fix the parser',
    'fixing #1',
    'bugfix #7',
    'Close the door on 12 bugs',
    'See #12',
    'docs: 👩‍💻 welcome',
    'a'.repeat(256),
  ];
  test.each(accepted)('%s is taken', (title) => {
    expect(actionsFor(`/retitle ${title}`)).toEqual([retitle(title)]);
  });

  test.each([
    ['Fixes #9999', 'must not close an issue'],
    ['closes: acme/widgets-x#1', 'must not close an issue'],
    ['Resolve  https://github.com/acme/widgets/issues/1', 'must not close an issue'],
    ['fixed GH-12', 'must not close an issue'],
    ['a\u202Eb', 'cannot be seen'],
    ['a\u200Bb', 'cannot be seen'],
    ['a\u0007b', 'cannot be seen'],
    ['a'.repeat(257), '257 characters'],
  ])('%j is refused: %s', (title, why) => {
    const [verdict] = verdictsFor(`/retitle ${title}`);
    expect(verdict?.outcome).toBe('refused');
    expect(verdict?.reason).toContain(why);
  });

  test('only while it is open', () => {
    const [verdict] = verdictsFor('/retitle x', given({ subject: subjectOf({ state: 'closed' }) }));
    expect(verdict?.reason).toBe('It is closed; reopen it before giving it another title.');
  });
});

describe('help', () => {
  test('lists what can be used here', () => {
    expect(answer('/help')).toContain('| `/lgtm [cancel] [no-issue]` | Say that this change looks good to you. |');
    expect(answer('/help')).toContain('`/close [not-planned]`');
    expect(answer('/help', issue)).not.toContain('/lgtm');
    expect(answer('/help', issue)).toContain('`/label <labels …>`');
    expect(answer('/help')).toContain('`/cc [@login \\| @org/team …]`');
  });

  test('explains one', () => {
    expect(answer('/help /HOLD')).toMatchInlineSnapshot(
      `"\`/hold [cancel] [reason]\`: Keep this pull request from being merged. For anyone; with \`cancel\`, whoever set the hold or approvers of a changed file or people who may maintain. On pull requests only. Also written \`/remove-hold\`, \`/unhold\`. For example \`/hold\`, \`/hold until friday\`, \`/hold cancel\`, \`/unhold\`."`,
    );
    expect(answer('/help kind')).toContain('`/label <labels …>`');
    expect(answer('/help unhold')).toContain('`/hold [cancel] [reason]`');
    expect(answer('/help nonsense')).toContain('There is no command `nonsense`; `/help` lists them all.');
  });
});
