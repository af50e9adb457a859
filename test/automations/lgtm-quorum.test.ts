import { expect, test } from 'vitest';
import { lgtmQuorum } from '../../shared/automations/lgtm-quorum.ts';
import { addLabel, NO_ANSWERS, removeLabel, type Action, type Answers } from '../../shared/language/index.ts';
import { decided, given, robot, settingsOf, type All } from '../support/given.ts';

const quorum = (met: boolean, ...labels: readonly string[]): Answers => ({
  ...NO_ANSWERS,
  quorum: {
    met,
    parts: [{ name: '2', met, by: [], missing: met ? '' : '1 more lgtm' }],
    state: 'open',
    labels: new Set(labels),
  },
});
const { quorum: unmet } = quorum(false, 'lgtm');
const told: Action = {
  is: 'notice',
  subject: 'lgtm',
  text: '`lgtm` was taken off again: it needs 1 more lgtm.',
  quiet: false,
};

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['one is enough', { answers: NO_ANSWERS }, []],
  ['met, and on', { answers: quorum(true, 'lgtm') }, []],
  ['met, and not on', { answers: quorum(true, 'kind/bug') }, [addLabel('lgtm')]],
  ['not met, and not on', { answers: quorum(false) }, []],
  ['not met any more', { answers: quorum(false, 'LGTM') }, [removeLabel('LGTM')]],
  ['not met, and put on by hand', { event: 'labeled', answers: quorum(false, 'lgtm') }, [removeLabel('lgtm'), told]],
  [
    'not met, and put on by a bot',
    { event: 'labeled', actor: robot, answers: quorum(false, 'lgtm') },
    [removeLabel('lgtm')],
  ],
  [
    'merged meanwhile',
    { answers: { ...NO_ANSWERS, quorum: unmet === undefined ? undefined : { ...unmet, state: 'merged' } } },
    [],
  ],
])('%s', (_, facts, actions) => {
  expect(decided(lgtmQuorum, facts)).toEqual(actions);
});

test('nothing is asked where one is enough', () => {
  expect(lgtmQuorum.asks?.(given())).toEqual({});
  expect(lgtmQuorum.asks?.({ ...given(), settings: settingsOf('lgtm', { required: 2 }) })).toEqual({
    quorum: 'as it is',
  });
});
