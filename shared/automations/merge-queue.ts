import { defineAutomation, joinQueue, leaveQueue, mention, notice, quietNotice } from '../language/index.ts';
import { NEXT, removedInWords } from '../merge/leaves/queue.ts';

export const mergeQueue = defineAutomation({
  name: 'merge-queue',
  summary: "Remembers what becomes of a pull request in the forge's merge queue, and tells why it left it.",
  on: ['enqueued', 'dequeued'],
  after: [],
  needs: ['queueing'],
  decide({ event, subject: { headSha }, queueing, removal, actor, author }) {
    if (event === 'enqueued') return queueing?.is === 'waiting' || headSha === undefined ? [] : [joinQueue(headSha)];
    // What a push took out the push itself is told of; what Bowsprit took out, it knows.
    if (queueing?.is !== 'waiting' || removal === undefined || queueing.headSha !== headSha) return [];
    const why = `${removedInWords(removal, actor.login)} ${NEXT[removal]}`;
    const text = `**Not merged.** ${why}`;
    // Whoever did it knows, and the author has something to do about what the forge found.
    return [
      leaveQueue(removal, actor.login),
      removal === 'person' || removal === 'cleared'
        ? quietNotice('merge', text)
        : notice('merge', `${mention(author.login)}: ${text}`),
    ];
  },
});
