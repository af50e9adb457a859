import { expect, test } from 'vitest';
import { holdCommand } from '../../shared/commands/hold.ts';
import {
  addLabel,
  hold,
  liftHolds,
  permits,
  refuse,
  removeLabel,
  reply,
  type Action,
  type Hold,
  type Standing,
} from '../../shared/language/index.ts';
import { actionsFor, given, ownerStanding, stranger, subjectOf, type All } from '../support/given.ts';

const HOLD = 'do-not-merge/hold';
const heldBy = (by: string, reason = ''): Hold => ({ by, reason, at: '2026-03-01T12:00:00Z' });
const off = removeLabel(HOLD);
const nothing = refuse('Nothing holds this pull request.');

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/hold', {}, [hold('Grace', ''), addLabel(HOLD)]],
  ['/hold until friday', {}, [hold('Grace', 'until friday'), addLabel(HOLD)]],
  ['/hold cancelled', {}, [hold('Grace', 'cancelled'), addLabel(HOLD)]],
  ['/hold cancel', { holds: [heldBy('grace')] }, [liftHolds(), off]],
  ['/hold cancel now', { holds: [heldBy('linus')] }, [liftHolds(), off]],
  ['/unhold', { holds: [] }, [nothing]],
  [
    '/hold cancel',
    { holds: [], labels: new Set(), subject: subjectOf({ labels: ['Do-Not-Merge/Hold'] }) },
    [liftHolds(), off],
  ],
  [
    '/unhold',
    { holds: [heldBy('grace'), heldBy('linus', 'docs are missing')] },
    [liftHolds('Grace'), reply('It is still held by `linus` (`docs are missing`).')],
  ],
  ['/unhold', { holds: [heldBy('ada'), heldBy('linus')] }, [liftHolds(), off]],
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

test.each<[who: string, standing: Standing, lifts: boolean]>([
  ['a stranger', stranger, false],
  ['the author', { ...stranger, author: true }, false],
  ['whoever holds it', { ...stranger, holder: true }, true],
  ['an approver', ownerStanding, true],
  ['somebody who writes', { ...stranger, role: 'write' }, false],
  ['a maintainer', { ...stranger, role: 'maintain' }, true],
  ['anyone, where so set', { ...stranger, switches: new Set(['anyone-lifts-holds']) }, true],
])('%s lifts a hold: %j; anybody sets one', (_, standing, lifts) => {
  expect(permits(holdCommand.allow, standing)).toBe(true);
  expect(permits(holdCommand.allow, standing, new Set(['cancel']))).toBe(lifts);
});
