/** Which branches are frozen: the sum of what was said of them in the repository, without what is over. */
import * as z from 'zod/mini';
import type { Freeze } from '../language/index.ts';

const kept = z.union([
  z.object({
    is: z.literal('freeze'),
    branch: z.string(),
    until: z.optional(z.string()),
    except: z.array(z.string()),
    reason: z.string(),
    at: z.optional(z.string()),
  }),
  z.object({ is: z.literal('unfreeze'), branch: z.string() }),
]);

/** A record that is done, as the ledger gives it. */
export type Said = {
  readonly at: string;
  readonly pull: string;
  readonly delivery: string;
  readonly actor: { readonly login: string };
  readonly actions: readonly Readonly<Record<string, unknown>>[];
};

/** @param said oldest first; of one branch the last word counts. */
export function freezesIn(said: readonly Said[], now: Date): readonly Freeze[] {
  const standing = new Map<string, Freeze>();
  for (const { at, pull, delivery, actor, actions } of said) {
    for (const action of actions) {
      const parsed = kept.safeParse(action);
      if (!parsed.success || action['result'] !== 'recorded') continue;
      const { branch } = parsed.data;
      standing.delete(branch);
      if (parsed.data.is === 'unfreeze') continue;
      const { until, except, reason, at: written = at } = parsed.data;
      standing.set(branch, { branch, until, except, reason, by: actor.login, at: written, said: pull, delivery });
    }
  }
  return [...standing.values()].filter(({ until }) => until === undefined || Date.parse(until) > now.getTime());
}
