/** Why GitHub says that a pull request left its merge queue. The door reads it: nothing heavy here. */
import type { QueueRemoval } from '../../language/merge-queue.ts';

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
const REMOVALS: ReadonlyMap<string, QueueRemoval> = new Map([
  ['CI_FAILURE', 'checks'],
  ['FAILED_CHECKS', 'checks'],
  ['CI_TIMEOUT', 'timeout'],
  ['MERGE_CONFLICT', 'conflict'],
  ['GIT_TREE_INVALID', 'conflict'],
  ['INVALID_MERGE_COMMIT', 'conflict'],
  ['BRANCH_PROTECTIONS', 'rules'],
  ['MANUAL', 'person'],
  ['QUEUE_CLEARED', 'cleared'],
  ['ROLL_BACK', 'cleared'],
]);
const MERGED: ReadonlySet<string> = new Set(['MERGE', 'MERGED', 'ALREADY_MERGED']);

/** Why it left the queue; `merged` where that is because it was merged. */
export function removalFrom(reason: string): QueueRemoval | 'merged' {
  const said = reason.toUpperCase();
  return MERGED.has(said) ? 'merged' : (REMOVALS.get(said) ?? 'unknown');
}
