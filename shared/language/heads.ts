/** What is known of the head once a verdict on it did not count. */
import { observeHead, type Action } from './actions.ts';
import type { Sight } from './facts.ts';

/**
 * Whoever says it again is understood. Where no delivery told of it, one was lost: from `now` on it is known. Where it could
 * have been away since, it is anew.
 */
export function knownFromNow(
  headSha: string,
  { sight, told, now }: { readonly sight: Sight; readonly told: boolean; readonly now: string },
): readonly Action[] {
  if (sight === 'seen' || sight === 'retargeted' || (told && sight !== 'unknown')) return [];
  return [observeHead(headSha, now, told ? { before: '' } : {})];
}
