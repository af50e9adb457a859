import { expect, test } from 'vitest';
import { holdEnds } from '../../shared/automations/hold-ends.ts';
import { liftHold, removeLabel, type Action, type Awaited, type Hold } from '../../shared/language/index.ts';
import { decided, type All } from '../support/given.ts';

const held = (by: string, more: Partial<Hold> = {}): Hold => ({ by, reason: '', at: '2026-03-01T12:00:00Z', ...more });
const day = held('linus', { until: { is: 'date', at: '2026-03-02T00:00:00.000Z' } });
const merge = held('grace', { until: { is: 'merged', pull: 5 } });
const here = (hold: Hold): Awaited => ({ hold, is: 'here', because: 'the time has come' });
const inVain: Awaited = { hold: merge, is: 'in vain', because: '#5 was closed without being merged' };
const told: Action = {
  is: 'notice',
  subject: 'hold',
  text: '@grace: #5 was closed without being merged, so nothing lifts by itself what you hold until #5 is merged. Comment `/hold cancel` when it need not be held, or `/hold` with something else to wait for.',
  quiet: false,
};
const off = removeLabel('do-not-merge/hold');

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['nothing has come', { holds: [day] }, []],
  ['the only one', { holds: [day], awaited: [here(day)] }, [liftHold(day, 'the time has come'), off]],
  ['one of two', { holds: [day, held('ada')], awaited: [here(day)] }, [liftHold(day, 'the time has come')]],
  [
    'all of two',
    { holds: [day, merge], awaited: [here(day), here(merge)] },
    [liftHold(day, 'the time has come'), liftHold(merge, 'the time has come'), off],
  ],
  ['what does not come', { holds: [merge], awaited: [inVain] }, [told]],
  [
    'one that has, one that does not',
    { holds: [day, merge], awaited: [here(day), inVain] },
    [liftHold(day, 'the time has come'), told],
  ],
])('%s', (_, facts, actions) => {
  expect(decided(holdEnds, facts)).toEqual(actions);
});
