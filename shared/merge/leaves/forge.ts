/** The forge lets it be merged: asked of it only where it has refused to, since whoever may pass its rules is shown as blocked too. */
import { code, leaf, type Gate } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';

export const FORGE = 'forge';

/** None where it has not refused, or does not block it any more. */
export function forgeLeaves({ pull, refusedMerge }: GateFacts): readonly Gate[] {
  const { state, queue, headSha, blocked, baseRef, reviewsRequired } = pull;
  if (state !== 'open' || queue !== undefined || blocked !== true || refusedMerge?.headSha !== headSha) return [];
  const base = code(baseRef);
  const why = refusedMerge.note === '' ? '' : ` ${refusedMerge.note}`;
  return [
    leaf({
      id: FORGE,
      name: 'the forge lets it be merged',
      passed: false,
      fact: `The forge blocks it by rules of its own.${why}`,
      next: `${reviewsRequired === true ? `${base} asks for reviews: somebody whose review counts approves it on the forge.` : `What it asks for stands in the merge box of the pull request, and in the rules of ${base} (signed commits, conversations to be resolved, deployments, who may push): whoever maintains the repository sees them.`} It is tried again with whatever happens, and by the clock.`,
      rule: { says: `the forge's rules for ${base}` },
    }),
  ];
}
