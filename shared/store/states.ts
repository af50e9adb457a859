/** What a pull request's records add up to: a cached sum, and whatever the chain holds beyond it. */
import * as z from 'zod/mini';
import { ENGINES, JOB_STATES, QUEUE_REMOVALS, VOTE_KINDS } from '../language/index.ts';
import { holdUntil, NO_STATE, withRecords, type PullState } from '../pull-state.ts';
import type { Audit, Cache, States } from './stores.ts';

/** Raise it when the same records add up to something else: older sums are then not read. */
const FORMAT = 16;
/** Longer than most pull requests rest; reading all of a chain again is what it costs when one rests longer. */
const KEPT_SECONDS = 30 * 24 * 3_600;

const text = z.string();
// Strict: a sum that holds more than is known here is added up anew, never cut.
const vote = z.strictObject({
  vote: z.enum(VOTE_KINDS),
  by: text,
  id: text,
  headSha: text,
  baseRef: z.optional(text),
  at: text,
  delivery: text,
  stale: z.array(text),
  review: z.optional(text),
  paths: z.optional(z.array(text)),
  except: z.optional(z.array(text)),
  noIssue: z.optional(z.boolean()),
  first: z.optional(text),
});
const pullState = z.strictObject({
  sequence: z.number(),
  hash: text,
  votes: z.array(vote),
  holds: z.array(
    z.strictObject({
      by: text,
      id: z.optional(text),
      reason: text,
      at: text,
      until: z.optional(holdUntil),
      team: z.optional(text),
    }),
  ),
  overrides: z.array(
    z.strictObject({
      check: text,
      by: text,
      headSha: text,
      baseRef: text,
      baseSha: text,
      sticky: z.boolean(),
      reason: text,
      from: z.array(z.enum(['status', 'run'])),
      left: z.optional(z.literal(true)),
      at: text,
    }),
  ),
  declined: z.array(text),
  takenBack: z.array(z.strictObject({ vote: z.enum(VOTE_KINDS), by: text, at: text })),
  required: z.array(
    z.strictObject({ who: text, id: z.optional(text), askedBy: text, askedById: z.optional(text), at: text }),
  ),
  declinedPaths: z.array(z.strictObject({ by: text, paths: z.array(text) })),
  reviewersChosen: z.boolean(),
  batching: z.optional(
    z.union([
      z.strictObject({ is: z.literal('in'), sha: z.optional(text), baseRef: z.optional(text) }),
      z.strictObject({ is: z.literal('left'), why: z.enum(['checks', 'timeout']), headSha: text, said: text }),
    ]),
  ),
  queued: z.optional(
    z.union([
      z.strictObject({ is: z.literal('waiting'), by: z.enum(['us', 'person']), headSha: text }),
      z.strictObject({ is: z.literal('removed'), why: z.enum(QUEUE_REMOVALS), by: text, at: text }),
    ]),
  ),
  arming: z.optional(
    z.union([
      z.strictObject({
        is: z.literal('on'),
        by: z.enum(['us', 'other']),
        headSha: text,
        again: z.optional(z.literal(true)),
      }),
      z.strictObject({ is: z.literal('ended'), headSha: text }),
      z.strictObject({ is: z.literal('declined'), by: text }),
    ]),
  ),
  refusedMerge: z.optional(z.strictObject({ headSha: text, note: text })),
  heads: z.array(
    z.strictObject({ headSha: text, at: text, comments: z.optional(z.number()), before: z.optional(text) }),
  ),
  picks: z.array(z.strictObject({ target: text, by: text, label: z.optional(z.literal(true)) })),
  picked: z.array(z.strictObject({ target: text, note: text })),
  runs: z.array(
    z.strictObject({
      job: text,
      context: text,
      engine: z.enum(ENGINES),
      target: text,
      headSha: text,
      baseRef: z.optional(text),
      rerun: text,
      optional: z.boolean(),
      key: text,
      run: text,
      state: z.enum(JOB_STATES),
      url: z.optional(text),
      summary: z.optional(text),
      by: text,
      at: text,
      times: z.number(),
    }),
  ),
  vouching: z.strictObject({
    vouch: z.optional(
      z.strictObject({ by: text, headSha: text, first: text, baseRef: z.optional(text), at: z.optional(text) }),
    ),
    doubted: z.array(text),
  }),
  waived: z.array(text),
  notices: z.record(text, text),
  said: z.record(text, text),
});

function keyOf(pull: string): string {
  return `state#${FORMAT}#${pull}`;
}

export function statesIn({ audit, cache }: { readonly audit: Pick<Audit, 'after'>; readonly cache: Cache }): States {
  async function cached(pull: string): Promise<PullState> {
    const parsed = pullState.safeParse(await cache.get(keyOf(pull)));
    return parsed.success ? parsed.data : NO_STATE;
  }

  return {
    async read(pull) {
      const known = await cached(pull);
      if (known.sequence === 0) return withRecords(NO_STATE, await audit.after(pull, 0));
      // The last record that was summed up is read again: a sum of another chain is none.
      const [last, ...later] = await audit.after(pull, known.sequence - 1);
      if (last?.sequence === known.sequence && last.hash === known.hash) return withRecords(known, later);
      return withRecords(NO_STATE, await audit.after(pull, 0));
    },

    async write(pull, state) {
      await cache.put(keyOf(pull), state, KEPT_SECONDS);
    },
  };
}
