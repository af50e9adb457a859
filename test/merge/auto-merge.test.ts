import { describe, expect, test } from 'vitest';
import { mergeAutomation } from '../../shared/automations/merge.ts';
import {
  armMerge,
  disarmMerge,
  enqueue,
  merge,
  missingIn,
  noteArmed,
  notice,
  updateBranch,
  type Action,
  type Arming,
  type Check,
  type PullFact,
} from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import {
  approved,
  BEFORE,
  decided,
  given,
  HEAD,
  pullOf,
  settingsOf,
  unapproved,
  voteOf,
  type All,
} from '../support/given.ts';

const ready: All = given({
  labels: new Set(['lgtm', 'approved']),
  lgtms: [voteOf('linus')],
  approval: approved,
});
const check = (name: string, state: Check['state'], required = true): Check => ({ name, state, required });
const held: Partial<All> = { holds: [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] };
const waiting: Partial<PullFact> = { checks: [check('build', 'pending')], blocked: true };
const byHand: Partial<PullFact> = { autoMerge: { by: { login: 'ada', bot: false }, method: 'merge' } };
const byBot: Partial<PullFact> = { autoMerge: { by: { login: 'robot[bot]', bot: true }, method: 'merge' } };
const ours: Arming = { is: 'on', by: 'us', headSha: HEAD };
const theirs: Arming = { is: 'on', by: 'other', headSha: HEAD };
const noted: readonly Action[] = [noteArmed(HEAD)];
const says = (words: string): string => expect.stringContaining(words);
const off: readonly Action[] = [disarmMerge(HEAD)];
const offAndTold = (words: string): readonly Action[] => [disarmMerge(HEAD), notice('auto-merge', says(words))];

describe('guarded: what the forge does not know of turns its auto-merge off', () => {
  test.each<[what: string, facts: Partial<All>, pull: Partial<PullFact>, actions: readonly Action[]]>([
    ['a hold', held, waiting, offAndTold('asked for here: not held.')],
    ['no lgtm', { lgtms: [], labels: new Set(['approved']) }, waiting, offAndTold('lgtm')],
    ['no approval', { approval: unapproved }, waiting, offAndTold('Nobody has to turn it on again')],
    [
      'a blocking label',
      { labels: new Set(['lgtm', 'approved', 'do-not-merge/x']) },
      waiting,
      offAndTold('no blocking'),
    ],
    [
      'a check that only the settings ask for',
      { settings: settingsOf('merge', { requiredChecks: [{ name: 'e2e' }] }) },
      waiting,
      offAndTold('checks are green'),
    ],
    [
      'a base that moved, where only the settings mind',
      { behind: true, settings: settingsOf('merge', { upToDate: true }) },
      waiting,
      offAndTold('up to date'),
    ],
    ['all there: it stays on, and is known from then on', {}, waiting, noted],
    ['all there, and known: it stays on', { arming: theirs }, waiting, []],
    ['all there, and turned on again', { arming: { is: 'ended', headSha: HEAD } }, waiting, noted],
    ['a required check that is red: the forge waits', {}, { checks: [check('build', 'failure')] }, noted],
    ['checks that could not be read', {}, { checksComplete: false }, noted],
    ['a draft', {}, { draft: true }, noted],
    ['a base that moved, where the forge minds', { behind: true, turn: 'taken' }, { strict: true }, noted],
    ['all there and nothing waited for: merged', {}, {}, [merge(HEAD, 'merge')]],
    [
      'a hold, and the branch requires what Bowsprit says of it',
      held,
      { checks: [check('bowsprit/merge', 'pending')] },
      noted,
    ],
    [
      'the same, and it has not said so yet',
      held,
      { checks: [check('bowsprit/merge', 'success')] },
      offAndTold('asked for here: not held.'),
    ],
    ['closed', held, { state: 'closed' }, []],
    ['left alone by the settings', { ...held, settings: settingsOf('merge', { autoMerge: 'leave' }) }, waiting, []],
    [
      'a merge queue, which it would be put in',
      held,
      { queue: { place: undefined } },
      offAndTold('asked for here: not held.'),
    ],
  ])('%s', (_, facts, pull, actions) => {
    expect(decided(mergeAutomation, { ...ready, ...facts, pull: pullOf({ ...byHand, ...pull }) })).toEqual(actions);
  });

  test('who turned it on is told who, why and what to do', () => {
    const [, told] = decided(mergeAutomation, { ...ready, ...held, pull: pullOf({ ...byHand, ...waiting }) });
    expect(told).toEqual(
      notice('auto-merge', says('**Auto-merge is off again.** @ada turned it on; the forge would merge')),
    );
    const [, ofBot] = decided(mergeAutomation, { ...ready, ...held, pull: pullOf({ ...byBot, ...waiting }) });
    expect(ofBot).toEqual(notice('auto-merge', says('`robot[bot]` turned it on')));
  });

  test('by a bot again, when Bowsprit has just turned it off, it may be an old view: only an event tells', () => {
    const arming: Arming = { is: 'ended', headSha: HEAD };
    expect(decided(mergeAutomation, { ...ready, arming, pull: pullOf({ ...byBot, ...waiting }) })).toEqual([]);
  });

  test('a bot that turns it on again at the same head is not fought, and that is said', () => {
    const arming: Arming = { is: 'on', by: 'other', headSha: HEAD, again: true };
    const facts = { ...ready, ...held, arming };
    expect(decided(mergeAutomation, { ...facts, pull: pullOf({ ...byBot, ...waiting }) })).toEqual([
      notice('auto-merge', says('The forge may merge this past Bowsprit')),
    ]);
    // A person is told each time.
    expect(decided(mergeAutomation, { ...facts, pull: pullOf({ ...byHand, ...waiting }) })).toHaveLength(2);
  });
});

describe('fed: turned on where the forge alone waits for something', () => {
  const feed = settingsOf('merge', { autoMerge: 'feed' });
  const strictly = settingsOf('merge', { autoMerge: 'feed', upToDate: true });
  const able: Partial<PullFact> = { ...waiting, autoMergeAllowed: true };
  const on = [armMerge(HEAD, 'merge')];

  test.each<[what: string, facts: Partial<All>, pull: Partial<PullFact>, actions: readonly Action[]]>([
    ['a required check runs', {}, {}, on],
    ['a review is required', {}, { checks: [], reviewsRequired: true }, on],
    ['something else of the forge is', {}, { checks: [] }, on],
    ['nothing is', {}, { checks: [], blocked: false }, [merge(HEAD, 'merge')]],
    ['a required check is red', {}, { checks: [check('build', 'failure')] }, []],
    [
      'a check that is not required runs as well',
      {},
      { checks: [check('build', 'pending'), check('x', 'pending')] },
      on,
    ],
    ['held', held, {}, []],
    ['not agreed to', { lgtms: [] }, {}, []],
    ['a draft', {}, { draft: true }, []],
    ['not asked for', { settings: settingsOf('merge', {}) }, {}, []],
    ['the repository does not allow it', {}, { autoMergeAllowed: false }, []],
    ['the settings want it up to date, and the forge does not', { settings: strictly, behind: false }, {}, []],
    ['both want that', { settings: strictly, behind: false }, { strict: true }, on],
    ['it is behind its base', { behind: true }, { checks: [], strict: true }, [updateBranch(HEAD)]],
    ['it goes into a merge queue', {}, { queue: { place: undefined }, checks: [] }, [enqueue(HEAD)]],
    ['on already', { arming: ours }, byBot, []],
    ['just turned on', { arming: ours }, {}, []],
    ['turned on for another head, and off by the forge', { arming: { ...ours, headSha: BEFORE } }, {}, on],
    ['turned off by somebody', { arming: { is: 'declined', by: 'grace' } }, {}, []],
    ['turned off by Bowsprit, and all is well again', { arming: { is: 'ended', headSha: HEAD } }, {}, on],
    ['on, and held', { arming: ours, ...held }, byBot, off],
    ['on, and its lgtm is gone by a push', { arming: { ...ours, headSha: BEFORE }, lgtms: [] }, byBot, off],
    [
      'on, and a label asks for another way',
      { arming: ours, settings: settingsOf('merge', { autoMerge: 'feed', method: 'squash' }) },
      byBot,
      [disarmMerge(HEAD), armMerge(HEAD, 'squash')],
    ],
  ])('%s', (_, facts, pull, actions) => {
    const all = { ...ready, settings: feed, ...facts, pull: pullOf({ ...able, ...pull }) };
    expect(decided(mergeAutomation, all)).toEqual(actions);
  });
});

describe('what the forge refused is a leaf, as long as it blocks', () => {
  const note = 'GitHub would not merge: `Commits must have verified signatures`.';
  const refusedMerge = { headSha: HEAD, note };
  test.each<[what: string, facts: Partial<All>, pull: Partial<PullFact>, missing: readonly string[]]>([
    ['refused and blocked', { refusedMerge }, { blocked: true }, ['forge']],
    ['blocked, and not tried: whoever may pass the rules is shown so too', {}, { blocked: true }, []],
    ['not blocked any more', { refusedMerge }, { blocked: false }, []],
    ['refused at another head', { refusedMerge: { headSha: BEFORE, note } }, { blocked: true }, []],
  ])('%s', (_, facts, pull, missing) => {
    const all = { ...ready, ...facts, pull: pullOf(pull) };
    const found = missingIn(gateOf(all));
    expect(found.map(({ id }) => id)).toEqual(missing);
    expect(found.every(({ fact, next }) => fact.includes(note) && next.includes('merge box'))).toBe(true);
    // Tried again all the same: nothing else tells whether it would be taken now.
    expect(decided(mergeAutomation, all)).toEqual([merge(HEAD, 'merge')]);
  });

  test('where it waits for reviews, that is said', () => {
    const gate = gateOf({ ...ready, refusedMerge, pull: pullOf({ blocked: true, reviewsRequired: true }) });
    expect(missingIn(gate)).toMatchObject([{ next: says('`main` asks for reviews') }]);
  });
});
