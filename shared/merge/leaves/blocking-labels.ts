/** Labels that keep any pull request from being merged, whatever the queries ask for: one leaf for each that is on. */
import {
  code,
  DO_NOT_MERGE,
  HOLD,
  leaf,
  NEEDS_REBASE,
  needsEach,
  UNKNOWN_HOLD,
  whoLifts,
  WORK_IN_PROGRESS,
  type Gate,
} from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { lowerCase } from '../queries.ts';
import { BUILT_IN } from '../rule.ts';

const ID = 'blocking-labels';
const NAME = 'no blocking label';

/** What each asks for; a label that a tool of others sets is known to that tool alone. */
const NEXT: ReadonlyMap<string, string> = new Map([
  [HOLD, whoLifts(UNKNOWN_HOLD)],
  [WORK_IN_PROGRESS, 'The author takes WIP out of the title and marks it as ready for review.'],
]);

export function blockingLabelsGate({ labels, holds }: GateFacts): Gate {
  const blocking = [...lowerCase(labels)]
    .filter((label) => label.startsWith(DO_NOT_MERGE))
    // Of a hold with an owner the hold itself tells.
    .filter((label) => label !== HOLD || holds.length === 0)
    .toSorted();
  const [first, ...others] = blocking.map((label) =>
    leaf({
      id: `${ID}/${label}`,
      name: NAME,
      passed: false,
      fact: `${code(label)} is on.`,
      next: NEXT.get(label) ?? `Do what ${code(label)} asks for; whoever or whatever put it on takes it off then.`,
      rule: BUILT_IN,
    }),
  );
  if (first !== undefined) return needsEach(ID, NAME, [first, ...others]);
  const held = holds.length > 0 && lowerCase(labels).has(HOLD);
  const fact = held ? `No do-not-merge label is on but that of the hold.` : 'No do-not-merge label is on.';
  return leaf({ id: ID, name: NAME, passed: true, fact, next: '', rule: BUILT_IN });
}

export function conflictLeaf({ pull, labels }: GateFacts): Gate {
  const labeled = lowerCase(labels).has(NEEDS_REBASE);
  const conflicting = pull.mergeable === 'conflicting';
  const base = code(pull.baseRef);
  return leaf({
    id: CONFLICT,
    name: 'no conflict',
    passed: !labeled && !conflicting,
    fact: conflicting
      ? `It conflicts with ${base}.`
      : labeled
        ? `${code(NEEDS_REBASE)} is on.`
        : `It has no conflict with ${base}.`,
    next: `The author rebases it, or merges ${base} into it, and pushes.`,
    rule: conflicting ? { says: 'the forge' } : BUILT_IN,
  });
}

export const CONFLICT = 'conflict';
