import { expect, test } from 'vitest';
import { mergeQueue } from '../../shared/automations/merge-queue.ts';
import { joinQueue, leaveQueue, notice, quietNotice, type Action, type Queueing } from '../../shared/language/index.ts';
import { BEFORE, decided, HEAD, linus, subjectOf, type All } from '../support/given.ts';

const waiting: Queueing = { is: 'waiting', by: 'us', headSha: HEAD };
const says = (words: string): string => expect.stringContaining(words);

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['put there by somebody', { event: 'enqueued' }, [joinQueue(HEAD)]],
  ['put there by somebody after Bowsprit', { event: 'enqueued', queueing: waiting }, []],
  [
    'put there again by somebody who had taken it out',
    { event: 'enqueued', queueing: { is: 'removed', why: 'person', by: 'linus', at: '' } },
    [joinQueue(HEAD)],
  ],
  [
    'its checks failed: the author is told what to do',
    { event: 'dequeued', removal: 'checks', queueing: waiting },
    [leaveQueue('checks', 'linus'), notice('merge', says('its checks failed there. The author mends it and pushes'))],
  ],
  [
    'a conflict',
    { event: 'dequeued', removal: 'conflict', queueing: waiting },
    [
      leaveQueue('conflict', 'linus'),
      notice('merge', says('it conflicts with what is before it. The author rebases it')),
    ],
  ],
  [
    'somebody took it out, and knows',
    { event: 'dequeued', removal: 'person', queueing: waiting },
    [leaveQueue('person', 'linus'), quietNotice('merge', says('`linus` took it out'))],
  ],
  ['Bowsprit took it out itself', { event: 'dequeued', removal: 'person' }, []],
  ['a push took it out', { event: 'dequeued', removal: 'unknown', queueing: { ...waiting, headSha: BEFORE } }, []],
])('%s', (_, facts, actions) => {
  const subject = subjectOf({ headSha: HEAD });
  expect(decided(mergeQueue, { actor: linus, subject, ...facts })).toEqual(actions);
});
