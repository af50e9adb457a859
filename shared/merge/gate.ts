/** Whether a pull request may be merged now: one pure tree of reasons, so that what blocks it can be shown. */
import { merge, missingIn, needsAll, notice, type Action, type Gate } from '../language/index.ts';
import type { GateFacts } from './facts.ts';
import { blockingLabelsGate, CONFLICT, conflictLeaf } from './leaves/blocking-labels.ts';
import { blockersGate } from './leaves/blockers.ts';
import { checksGate } from './leaves/checks.ts';
import { freezesGate } from './leaves/freezes.ts';
import { holdsGate } from './leaves/holds.ts';
import { mergingLeaf, wayLeaf } from './leaves/method.ts';
import { draftLeaf, openLeaf } from './leaves/open.ts';
import { queriesGate } from './leaves/queries.ts';
import { messageFor, wayOf } from './method.ts';

/** A family of leaves is a file under `leaves/` and a line here. */
export function gateOf(facts: GateFacts): Gate {
  return needsAll('merge', 'ready to be merged', [
    openLeaf(facts),
    draftLeaf(facts),
    queriesGate(facts),
    holdsGate(facts),
    freezesGate(facts),
    blockersGate(facts),
    blockingLabelsGate(facts),
    conflictLeaf(facts),
    checksGate(facts),
    mergingLeaf(facts),
    wayLeaf(facts),
  ]);
}

/** Says nothing while something blocks: what does is on the pull request to be seen. */
export function mergeWhenReady(facts: GateFacts): readonly Action[] {
  const { pull, labels, settings } = facts;
  const way = wayOf(pull, labels, settings);
  const gate = gateOf(facts);
  if (way.is === 'way' && gate.passed) return [merge(pull.headSha, way.method, messageFor(way.method, settings))];
  const missing = missingIn(gate).map(({ id }) => id);
  return missing.length === 1 && missing[0] === CONFLICT && pull.mergeable === 'conflicting'
    ? [notice('merge', CONFLICTING)]
    : [];
}

/** Of what can be in the way, the one thing that nobody sees on the pull request without looking for it. */
const CONFLICTING =
  '**Not merged.** It conflicts with its base, and is ready otherwise. Rebase it or merge the base into it, and push; an lgtm stays where the change itself does.';
