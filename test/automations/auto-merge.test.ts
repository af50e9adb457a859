import { expect, test } from 'vitest';
import { autoMerge } from '../../shared/automations/auto-merge.ts';
import { noteArmed, noteDisarmed, type Action, type Arming } from '../../shared/language/index.ts';
import { BEFORE, decided, HEAD, linus, settingsOf, subjectOf, type All } from '../support/given.ts';

const ours: Arming = { is: 'on', by: 'us', headSha: HEAD };

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['somebody turned it on', { event: 'auto-merge-on' }, [noteArmed(HEAD)]],
  [
    'turned on where Bowsprit had turned it off',
    { event: 'auto-merge-on', arming: { is: 'ended', headSha: BEFORE } },
    [noteArmed(HEAD)],
  ],
  ['Bowsprit turned it on itself', { event: 'auto-merge-on', arming: ours }, []],
  [
    'somebody turned it off',
    { event: 'auto-merge-off', removal: 'person', arming: ours },
    [noteDisarmed(true, 'linus')],
  ],
  [
    'the forge turned it off, because of a push',
    { event: 'auto-merge-off', removal: 'unknown', arming: ours },
    [noteDisarmed(false, 'linus')],
  ],
  [
    'Bowsprit turned it off itself',
    { event: 'auto-merge-off', removal: 'person', arming: { is: 'ended', headSha: HEAD } },
    [],
  ],
])('%s', (_, facts, actions) => {
  expect(decided(autoMerge, { actor: linus, subject: subjectOf({ headSha: HEAD }), ...facts })).toEqual(actions);
});

test.each([
  [{ autoMerge: 'guard' }, true],
  [{ autoMerge: 'feed' }, true],
  [{ autoMerge: 'leave' }, false],
  [{ autoMerge: 'feed', enabled: false }, false],
] as const)('with %j it runs: %s', (merge, runs) => {
  expect(autoMerge.when?.(settingsOf('merge', merge))).toBe(runs);
});
