/** Where the base branch has a merge queue of the forge's own: it is in it. */
import { code, leaf, type Gate, type QueuePlace, type QueueRemoval } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';

export const QUEUE = 'queue';

/** None where there is no queue, or nothing to put in it. */
export function queueLeaves(facts: GateFacts): readonly Gate[] {
  const { queue, state, baseRef } = facts.pull;
  if (queue === undefined || state !== 'open') return [];
  const { place } = queue;
  const [fact, next] = place === undefined ? notThere(facts) : [there(place, baseRef), ''];
  return [
    leaf({
      id: QUEUE,
      name: 'in the merge queue',
      passed: place !== undefined,
      fact,
      next,
      rule: { says: `the forge merges into ${code(baseRef)} by a queue` },
    }),
  ];
}

const STATES = {
  waiting: 'it waits for its tests',
  testing: 'it is tested there',
  ready: 'its tests are green',
  merging: 'it is being merged',
  failing: 'it cannot be merged as it is',
} as const satisfies Record<QueuePlace['state'], string>;

function there({ position, state }: QueuePlace, baseRef: string): string {
  return `It is number ${position} in the merge queue of ${code(baseRef)}, and ${STATES[state]}.`;
}

function notThere({ queueing, pull }: GateFacts): readonly [fact: string, next: string] {
  const base = code(pull.baseRef);
  if (queueing?.is === 'removed') return [removedInWords(queueing.why, queueing.by), NEXT[queueing.why]];
  if (queueing?.is === 'waiting') {
    return [
      `It was put in the merge queue of ${base}, and the forge does not show it there.`,
      'Wait: the forge tells what became of it, or it is looked at again by the clock.',
    ];
  }
  return [
    `It is not in the merge queue of ${base}.`,
    'Wait: Bowsprit puts it there once nothing else is missing, and the forge merges it.',
  ];
}

const BY_FORGE = {
  checks: 'its checks failed there',
  timeout: 'its checks did not report in time',
  conflict: 'it conflicts with what is before it',
  rules: 'it does not meet the rules of the branch any more',
  cleared: 'the queue was cleared',
  unknown: 'the forge does not say why',
} as const satisfies Record<Exclude<QueueRemoval, 'person'>, string>;

export function removedInWords(why: QueueRemoval, by: string): string {
  return why === 'person'
    ? `${code(by)} took it out of the merge queue.`
    : `It was taken out of the merge queue: ${BY_FORGE[why]}.`;
}

const AGAIN = `Whoever wants it in the queue again comments ${code('/refresh')}.`;
const MEND = `The author mends it and pushes, or, where that was not its fault, somebody comments ${code('/refresh')}.`;

/** What is to be done about it. */
export const NEXT = {
  checks: MEND,
  timeout: AGAIN,
  conflict: `The author rebases it, or merges its base into it, and pushes; or, where the other left the queue, somebody comments ${code('/refresh')}.`,
  rules: `What the branch asks for is listed on the pull request. ${AGAIN}`,
  person: AGAIN,
  cleared: AGAIN,
  unknown: AGAIN,
} as const satisfies Record<QueueRemoval, string>;
