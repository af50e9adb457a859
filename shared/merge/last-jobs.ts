/** Jobs that run before merging and not sooner (`run_before_merge`): they are started once nothing else is missing. */
import { missingIn, selectionOf, startActions, type Action, type Given, type JobsHere } from '../language/index.ts';
import { isLast } from './checks.ts';
import type { GateFacts } from './facts.ts';
import { gateOf } from './gate.ts';
import { FORGE } from './leaves/forge.ts';
import { QUEUE } from './leaves/queue.ts';

/** What was stopped as a draft, or when it was closed, starts with these as any other job does. */
const BACK: ReadonlySet<string> = new Set(['reopened', 'draft-changed']);

/** What starts now. What has to come up to date first starts at the head that is. */
export function lastJobs(facts: GateFacts & Pick<Given, 'event'>, here: JobsHere): readonly Action[] {
  const { pull, event } = facts;
  if (pull.state !== 'open' || here.headSha !== pull.headSha) return [];
  // What runs for the branch that it went into before has no state, and gives way.
  const last = here.jobs.filter(
    ({ beforeMerge, state }) => beforeMerge && (state === undefined || (state === 'cancelled' && BACK.has(event))),
  );
  if (last.length === 0 || !(here.trust.trusted || isLookedAt(facts))) return [];
  // What the forge still blocks, or queues, it may block because of them.
  const own = new Set(last.map(({ context }) => `checks/${context}`));
  const others = missingIn(gateOf(facts)).filter(
    ({ id }) => id !== FORGE && id !== QUEUE && !own.has(id) && !isLast(id, facts),
  );
  if (others.length > 0) return [];
  return startActions(selectionOf(last, here.cap, true).start, here);
}

/** Where no lgtm is asked for, and the forge waits for reviews of its own, nobody may have seen what would run. */
function isLookedAt({ pull, votes }: GateFacts): boolean {
  const author = pull.author.login.toLowerCase();
  return pull.reviewApproved || votes.some(({ by, headSha }) => headSha === pull.headSha && by !== author);
}
