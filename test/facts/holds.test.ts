import { expect, test } from 'vitest';
import { awaitedBy, liftableBy } from '../../shared/facts/holds.ts';
import type { Check, Hold, PullFact } from '../../shared/language/index.ts';
import { ada, grace } from '../support/given.ts';

const AT = '2026-03-01T12:00:00Z';
const held = (by: string, more: Partial<Hold> = {}): Hold => ({ by, reason: '', at: AT, ...more });
const unasked = (): Promise<never> => Promise.reject(new Error('nobody should have asked'));

const own = held('grace', { id: '2' });
const others = held('linus', { id: '3' });
const ofTeam = held('linus', { id: '3', team: 'acme/security' });
const taken = held('grace', { id: '77' });

type Who = Parameters<typeof liftableBy>[1];
const who = (more: Partial<Who>): Who => ({
  person: grace,
  isAuthor: false,
  anyone: false,
  powerful: unasked,
  inTeam: unasked,
  ...more,
});
const weak = { powerful: async () => false };

test.each<[what: string, holds: readonly Hold[], who: Who, liftable: readonly Hold[]]>([
  ['one’s own, without a question', [own], who({}), [own]],
  ['the author, own and others', [own, others], who({ isAuthor: true }), [own]],
  ['the author, whatever they may', [others, ofTeam], who({ isAuthor: true, person: ada }), []],
  ['an approver or maintainer', [own, others], who({ powerful: async () => true }), [own, others]],
  ['a stranger', [others], who(weak), []],
  ['who has the name of a holder', [taken], who(weak), []],
  ['somebody of the team', [others, ofTeam], who({ ...weak, inTeam: async () => true }), [ofTeam]],
  ['somebody of another team', [ofTeam], who({ ...weak, inTeam: async () => false }), []],
  ['anyone, where so set', [others], who({ anyone: true }), [others]],
  ['the author, where anyone may', [others], who({ anyone: true, isAuthor: true }), [others]],
])('%s', async (_, holds, lifter, liftable) => {
  expect(await liftableBy(holds, lifter)).toEqual(liftable);
});

const until = (end: Hold['until']): readonly Hold[] => [held('linus', { until: end })];
const forPull = until({ is: 'merged', pull: 5 });
const forCheck = until({ is: 'check', check: 'perf' });
const around = { event: 'awaited', now: new Date(AT), checks: unasked, stateOf: unasked };
const checked = (name: string, state: Check['state']) => ({
  ...around,
  event: 'checks-passed',
  checks: async () => [{ name, state, required: false }],
});
const stateOf = (state: PullFact['state'] | undefined) => ({ ...around, stateOf: async () => state });

test.each<[what: string, holds: readonly Hold[], around: Parameters<typeof awaitedBy>[1], come: readonly string[]]>([
  ['nothing to wait for', [held('linus'), held('ada', { team: 'acme/security' })], around, []],
  ['a day to come', until({ is: 'date', at: '2026-03-01T12:00:01.000Z' }), around, []],
  ['its day', until({ is: 'date', at: '2026-03-01T12:00:00.000Z' }), around, ['here: the time has come']],
  ['an open pull request', forPull, stateOf('open'), []],
  ['a merge', forPull, stateOf('merged'), ['here: #5 is merged']],
  ['a closing', forPull, stateOf('closed'), ['in vain: #5 was closed without being merged']],
  ['what is gone', forPull, stateOf(undefined), ['in vain: #5 is no more']],
  ['a merge, when checks report', forPull, { ...around, event: 'checks-passed' }, []],
  ['a check that is green', forCheck, checked('perf', 'success'), ['here: the check perf is green']],
  ['a check that is not', forCheck, checked('perf', 'failure'), []],
  [
    'two checks of that name, one of them red',
    forCheck,
    {
      ...checked('perf', 'success'),
      checks: async () => [
        { name: 'perf', state: 'failure', required: false },
        { name: 'perf', state: 'success', required: false },
      ],
    },
    [],
  ],
  ['another check', forCheck, checked('Perf', 'success'), []],
])('%s', async (_, holds, here, come) => {
  expect((await awaitedBy(holds, here)).map(({ is, because }) => `${is}: ${because}`)).toEqual(come);
});
