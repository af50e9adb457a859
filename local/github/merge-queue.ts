/**
 * The merge queue of a branch: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 *
 * Each entry is tested as it would be merged, on top of those before it. The first whose required checks are green there is
 * merged; one whose checks are red, or that conflicts, is taken out, and those behind it are tested anew.
 */
import { type Box, GitHubError } from './box.ts';
import { landedAs, leaveQueue, mergedOnto, moveRef, senderOf, tellOfPull } from './changes.ts';
import { commitAt } from './git.ts';
import { mergeQueueOn, requirementsOn } from './protection.ts';
import { branchRef, mergeabilityOf, outcomeOfCheck } from './pulls.ts';
import {
  addBot,
  addEvent,
  loginOf,
  moment,
  nextId,
  objectsOf,
  type PullRequest,
  pullsOf,
  type Repository,
} from './state.ts';

/** Who acts when the queue does. */
const QUEUE = 'github-merge-queue[bot]';

/** In the order in which they are merged. */
export const queueOf = (repository: Repository, branch: string): readonly PullRequest[] =>
  pullsOf(repository)
    .filter(({ state, pull }) => state === 'open' && pull.queued !== undefined && pull.base.ref === branch)
    .toSorted((one, other) => (one.pull.queued?.order ?? 0) - (other.pull.queued?.order ?? 0));

export type EntryState = 'QUEUED' | 'AWAITING_CHECKS' | 'MERGEABLE';

export function entryState(repository: Repository, { pull }: PullRequest): EntryState {
  const group = pull.queued?.group;
  if (group === undefined) return 'QUEUED';
  const { checks } = requirementsOn(repository, pull.base.ref);
  return checks.every((check) => outcomeOfCheck(repository, group.sha, check) === 'success')
    ? 'MERGEABLE'
    : 'AWAITING_CHECKS';
}

const refused = (message: string): GitHubError => new GitHubError(422, message);

/** Throws where the branch has no queue or the pull request does not meet what the branch asks of it. */
export function mustBeQueueable(box: Box, repository: Repository, issue: PullRequest): void {
  const { pull } = issue;
  if (mergeQueueOn(repository, pull.base.ref) === undefined)
    throw refused('Merge queue is not enabled on the base branch');
  if (issue.state === 'closed') throw refused('Pull request is closed');
  if (pull.queued !== undefined) throw refused('Pull request is already in the queue');
  const { state, reasons } = mergeabilityOf(box.state, repository, issue);
  // What is behind its base is tested on top of it.
  if (state === 'clean' || state === 'unstable' || state === 'behind') return;
  throw refused(reasons.join(' ') || 'Pull request is not mergeable');
}

export function putInQueue(
  box: Box,
  repository: Repository,
  issue: PullRequest,
  { sender, jump }: { readonly sender: string; readonly jump: boolean },
): void {
  const { state } = box;
  const by = senderOf(box, sender);
  const [first] = queueOf(repository, issue.pull.base.ref);
  const order = jump && first?.pull.queued !== undefined ? first.pull.queued.order - 1 : nextId(state);
  issue.pull.queued = { order, at: moment(box.now()), byId: by.id, jump };
  issue.pull.autoMerge = null;
  addEvent(state, box.now(), repository, { issueNumber: issue.number, event: 'added_to_merge_queue', actorId: by.id });
  tellOfPull(box, repository, issue, 'enqueued', sender);
}

/** Goes on until every queue waits for checks. */
export function queuesWorkedOff(box: Box, repository: Repository): void {
  const branches = new Set(
    pullsOf(repository).flatMap(({ pull }) => (pull.queued === undefined ? [] : [pull.base.ref])),
  );
  for (const branch of branches) {
    let more = true;
    while (more) more = workedOff(box, repository, branch);
  }
}

/** One step; false where there is nothing to do but to wait. */
function workedOff(box: Box, repository: Repository, branch: string): boolean {
  const queue = mergeQueueOn(repository, branch);
  const entries = queueOf(repository, branch);
  const tip = repository.refs.get(branchRef(branch));
  addBot(box.state, box.now(), QUEUE);
  const out = (issue: PullRequest, reason: Parameters<typeof leaveQueue>[3]['reason']): true => {
    leaveQueue(box, repository, issue, { sender: QUEUE, reason });
    return true;
  };
  const [first] = entries;
  if (first === undefined) return false;
  if (queue === undefined || tip === undefined) return out(first, 'QUEUE_CLEARED');
  let base = tip;
  for (const issue of entries.slice(0, queue.atOnce)) {
    const { queued } = issue.pull;
    if (queued === undefined) continue;
    if (queued.group?.base !== base) {
      const sender = loginOf(box.state, queued.byId);
      const sha = mergedOnto(box, repository, issue, base, { method: queue.method, sender });
      if (sha === undefined) return out(issue, 'MERGE_CONFLICT');
      if (queued.group !== undefined) moveRef(box, repository, queued.group.ref, null, QUEUE);
      const ref = branchRef(`gh-readonly-queue/${branch}/pr-${issue.number}-${base}`);
      queued.group = { base, sha, ref };
      moveRef(box, repository, ref, sha, QUEUE);
      tellOfGroup(box, repository, issue, queued.group);
    }
    base = queued.group.sha;
  }
  const { checks } = requirementsOn(repository, branch);
  const red = entries.find(({ pull }) => {
    const group = pull.queued?.group;
    return group !== undefined && checks.some((check) => outcomeOfCheck(repository, group.sha, check) === 'failure');
  });
  if (red !== undefined) return out(red, 'CI_FAILURE');
  const { queued } = first.pull;
  if (queued?.group === undefined || entryState(repository, first) !== 'MERGEABLE') return false;
  const { sha } = queued.group;
  leaveQueue(box, repository, first, { sender: QUEUE, reason: 'MERGE' });
  landedAs(box, repository, first, { sha, base: tip, merge: { method: queue.method, sender: QUEUE } });
  return true;
}

/** Whoever runs the checks starts them for this commit. */
function tellOfGroup(
  box: Box,
  repository: Repository,
  { pull }: PullRequest,
  { base, sha, ref }: { readonly base: string; readonly sha: string; readonly ref: string },
): void {
  const { tree, message, author, committer } = commitAt(objectsOf(box.state, repository), sha);
  const person = ({ name, email }: typeof author) => ({ name, email });
  box.emit({
    event: 'merge_group',
    action: 'checks_requested',
    repository: repository.id,
    sender: QUEUE,
    payload: {
      merge_group: {
        head_sha: sha,
        head_ref: ref,
        base_sha: base,
        base_ref: branchRef(pull.base.ref),
        head_commit: {
          id: sha,
          tree_id: tree,
          message,
          timestamp: committer.date,
          author: person(author),
          committer: person(committer),
        },
      },
    },
  });
}
