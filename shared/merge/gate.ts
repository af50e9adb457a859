/** Whether a pull request may be merged now: one pure tree of reasons, so that what blocks it can be shown. */
import {
  dequeue,
  enqueue,
  joinQueue,
  leaveQueue,
  lookAgain,
  merge,
  mergeAsTested,
  missingIn,
  needsAll,
  noteArmed,
  notice,
  updateBranch,
  type Action,
  type ActionName,
  type FactTypes,
  type Gate,
  type GateLeaf,
  type Given,
  type QueuePlace,
} from '../language/index.ts';
import type { GateFacts } from './facts.ts';
import { blockingLabelsGate, CONFLICT, conflictLeaf } from './leaves/blocking-labels.ts';
import { blockersGate } from './leaves/blockers.ts';
import { checksGate } from './leaves/checks.ts';
import { FORGE, forgeLeaves } from './leaves/forge.ts';
import { freezesGate } from './leaves/freezes.ts';
import { holdsGate } from './leaves/holds.ts';
import { requiredGates } from './leaves/required.ts';
import { mergingLeaf, wayLeaf } from './leaves/method.ts';
import { draftLeaf, openLeaf } from './leaves/open.ts';
import { queriesGate } from './leaves/queries.ts';
import { NEXT, QUEUE, queueLeaves, removedInWords } from './leaves/queue.ts';
import { UP_TO_DATE, upToDateLeaf } from './leaves/up-to-date.ts';
import { keptInStep } from './auto-merge.ts';
import { coveredBy, inBatch, leftBehind } from './batch.ts';
import { countingChecks, isLast } from './checks.ts';
import { messageFor, wayOf } from './method.ts';

/** A family of leaves is a file under `leaves/` and a line here. */
export function gateOf(facts: GateFacts): Gate {
  return needsAll('merge', 'ready to be merged', [
    openLeaf(facts),
    draftLeaf(facts),
    queriesGate(facts),
    holdsGate(facts),
    ...requiredGates(facts),
    freezesGate(facts),
    blockersGate(facts),
    blockingLabelsGate(facts),
    conflictLeaf(facts),
    checksGate(facts),
    upToDateLeaf(facts),
    mergingLeaf(facts),
    wayLeaf(facts),
    ...queueLeaves(facts),
    ...forgeLeaves(facts),
  ]);
}

type Facts = GateFacts & Pick<FactTypes, 'turn'> & Pick<Given, 'event'>;

/** Says nothing while something blocks: what does is on the pull request to be seen. */
export function mergeWhenReady(facts: Facts): readonly Action[] {
  const actions = decidedFor(facts);
  return actions.some(({ is }) => SETTLING.has(is)) ? actions : [...leftToForge(facts), ...actions];
}

/** After these the forge merges nothing by itself that nobody knows of. */
const SETTLING: ReadonlySet<ActionName> = new Set(['merge', 'disarm-merge', 'dequeue']);

/** What the forge is to merge, by an order of which no event told: a hold must find it. */
function leftToForge({ event, pull, arming, queueing, settings }: Facts): readonly Action[] {
  const { autoMerge } = pull;
  // A snapshot may be from before the forge turned it off, or took it out.
  const doubtful = arming?.is === 'ended' && autoMerge?.by.bot === true;
  const armed = autoMerge !== undefined && settings.merge.autoMerge !== 'leave' && arming?.is !== 'on' && !doubtful;
  const queued =
    pull.queue?.place !== undefined && (queueing === undefined || (queueing.is === 'removed' && BY_CLOCK.has(event)));
  if (pull.state !== 'open') return [];
  return [...(armed ? [noteArmed(pull.headSha)] : []), ...(queued ? [joinQueue(pull.headSha)] : [])];
}

function decidedFor(facts: Facts): readonly Action[] {
  const { pull, labels, settings } = facts;
  const behind = leftBehind(facts);
  if (behind.length > 0) return [...behind, ...decidedFor({ ...facts, batching: undefined })];
  const gate = gateOf(facts);
  const inStep = keptInStep(gate, missingIn(gate), facts);
  if (inStep !== undefined) return inStep;
  if (pull.queue !== undefined) return throughQueue(facts, pull.queue.place, missingIn(gate));
  const way = wayOf(pull, labels, settings);
  const leaves = missingIn(gate);
  const batched = inBatch(leaves, facts, facts.turn);
  if (batched !== undefined) return batched;
  // Whether the forge still blocks what it refused only another try tells.
  if (way.is === 'way' && leaves.every(({ id }) => id === FORGE)) {
    const message = messageFor(way.method, settings);
    const tested = facts.behind === true ? coveredBy(facts) : undefined;
    return [
      tested === undefined
        ? merge(pull.headSha, way.method, message)
        : mergeAsTested(pull.headSha, way.method, message, tested.sha),
    ];
  }
  const missing = leaves.map(({ id }) => id);
  const [early, ...others] = missing.filter((id) => !isLast(id, facts));
  if (early === UP_TO_DATE && others.length === 0) {
    // Whoever waits for its checks goes first: what is merged before it makes it start anew.
    return facts.turn === 'taken' ? [] : [updateBranch(pull.headSha)];
  }
  if (facts.turn === 'mine' && !waitsForChecks(missing, facts)) return [lookAgain([pull.baseRef], ['turn'])];
  return whereConflicting(leaves, facts);
}

function whereConflicting(missing: readonly GateLeaf[], { pull }: GateFacts): readonly Action[] {
  const [only] = missing;
  return missing.length === 1 && only?.id === CONFLICT && pull.mergeable === 'conflicting'
    ? [notice('merge', conflictInWords(only))]
    : [];
}

/** The forge merges: what is ready is put in its queue, and what is not any more is taken out. */
function throughQueue(
  facts: GateFacts & Pick<Given, 'event'>,
  place: QueuePlace | undefined,
  missing: readonly GateLeaf[],
): readonly Action[] {
  const { pull, queueing, event } = facts;
  if (place !== undefined) return missing.some((each) => takesOut(each, facts)) ? [dequeue()] : [];
  const others = missing.filter(({ id }) => id !== QUEUE);
  if (others.length > 0 || pull.state !== 'open') return whereConflicting(others, facts);
  if (queueing === undefined) return [enqueue(pull.headSha)];
  // It has just been put there, or has left, and an event tells of it; where that was lost, the clock comes by.
  if (queueing.is === 'removed' || queueing.headSha !== pull.headSha || !BY_CLOCK.has(event)) return [];
  return [
    leaveQueue('unknown', ''),
    notice('merge', `**Not merged.** ${removedInWords('unknown', '')} ${NEXT.unknown}`),
  ];
}

const BY_CLOCK: ReadonlySet<string> = new Set(['swept', 'found']);

/**
 * Who put it there by hand did so although something was missing: then only a no takes it out. A check that runs again, or
 * could not be read, is not red.
 */
function takesOut({ id }: GateLeaf, { queueing, pull, settings }: GateFacts): boolean {
  if (id === 'checks') return false;
  if (queueing?.is !== 'waiting' || queueing.by !== 'us') return NOES.some((each) => id.startsWith(each));
  if (!id.startsWith('checks/')) return true;
  return countingChecks(pull, settings).some(({ name, state }) => id === `checks/${name}` && state === 'failure');
}

const NOES = ['holds/', 'freezes/', 'blocking-labels/', 'blockers/'];

function waitsForChecks(missing: readonly string[], { pull, settings }: GateFacts): boolean {
  const red = countingChecks(pull, settings).some(({ state }) => state === 'failure');
  return !red && missing.every((id) => id === UP_TO_DATE || id === 'checks' || id.startsWith('checks/'));
}

/** Of what can be in the way, the one thing that nobody sees on the pull request without looking for it. */
function conflictInWords({ fact, next }: GateLeaf): string {
  return `**Not merged.** ${fact} It is ready otherwise. ${next} An lgtm stays where the change itself does.`;
}
