/** Whether a pull request may be merged now: one pure tree of reasons, so that what blocks it can be shown. */
import {
  lookAgain,
  merge,
  missingIn,
  needsAll,
  notice,
  updateBranch,
  type Action,
  type FactTypes,
  type Gate,
  type GateLeaf,
} from '../language/index.ts';
import type { GateFacts } from './facts.ts';
import { blockingLabelsGate, CONFLICT, conflictLeaf } from './leaves/blocking-labels.ts';
import { blockersGate } from './leaves/blockers.ts';
import { checksGate } from './leaves/checks.ts';
import { freezesGate } from './leaves/freezes.ts';
import { holdsGate } from './leaves/holds.ts';
import { requiredGates } from './leaves/required.ts';
import { mergingLeaf, wayLeaf } from './leaves/method.ts';
import { draftLeaf, openLeaf } from './leaves/open.ts';
import { queriesGate } from './leaves/queries.ts';
import { UP_TO_DATE, upToDateLeaf } from './leaves/up-to-date.ts';
import { countingChecks } from './checks.ts';
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
  ]);
}

/** Says nothing while something blocks: what does is on the pull request to be seen. */
export function mergeWhenReady(facts: GateFacts & Pick<FactTypes, 'turn'>): readonly Action[] {
  const { pull, labels, settings } = facts;
  const way = wayOf(pull, labels, settings);
  const gate = gateOf(facts);
  if (way.is === 'way' && gate.passed) return [merge(pull.headSha, way.method, messageFor(way.method, settings))];
  const [only] = missingIn(gate);
  const missing = missingIn(gate).map(({ id }) => id);
  if (missing.length === 1 && missing[0] === UP_TO_DATE) {
    // Whoever waits for its checks goes first: what is merged before it makes it start anew.
    return facts.turn === 'taken' ? [] : [updateBranch(pull.headSha)];
  }
  if (facts.turn === 'mine' && !waitsForChecks(missing, facts)) return [lookAgain([pull.baseRef], ['turn'])];
  return missing.length === 1 && only?.id === CONFLICT && pull.mergeable === 'conflicting'
    ? [notice('merge', conflictInWords(only))]
    : [];
}

function waitsForChecks(missing: readonly string[], { pull, settings }: GateFacts): boolean {
  const red = countingChecks(pull, settings.merge).some(({ state }) => state === 'failure');
  return !red && missing.every((id) => id === UP_TO_DATE || id === 'checks' || id.startsWith('checks/'));
}

/** Of what can be in the way, the one thing that nobody sees on the pull request without looking for it. */
function conflictInWords({ fact, next }: GateLeaf): string {
  return `**Not merged.** ${fact} It is ready otherwise. ${next} An lgtm stays where the change itself does.`;
}
