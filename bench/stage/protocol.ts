/** What the processes of a stage tell each other. */
import * as z from 'zod/mini';

const clock = z.object({ path: z.optional(z.string()), skewMs: z.number() });

/** The header by which a forge could tell sandboxes apart. */
export const SANDBOX = 'x-sandbox';

/** The variable that holds a sandbox's options. */
export const SANDBOX_OPTIONS = 'BOWSPRIT_SANDBOX';

export const sandboxOptions = z.object({
  id: z.string(),
  /** Path of the bundle that exports `handler`. */
  bundle: z.string(),
  clock,
  seed: z.number(),
  /** At each point. */
  kill: z.number(),
  sleep: z.number(),
});
export type SandboxOptions = z.infer<typeof sandboxOptions>;

export const cloudOptions = z.object({
  clock,
  seed: z.number(),
  maxReceives: z.number(),
  visibilitySeconds: z.number(),
  /** Shares of all requests. */
  tables: z.object({ throttled: z.number(), cutAfter: z.number() }),
  queue: z.object({ throttled: z.number(), cutAfter: z.number() }),
});
export type CloudOptions = z.infer<typeof cloudOptions>;

export const opened = z.object({
  /** In which functions find all of it, behind the weather. */
  variables: z.record(z.string(), z.string()),
  queueUrl: z.string(),
  deadLetterQueueUrl: z.string(),
  sqsEndpoint: z.string(),
  s3Endpoint: z.string(),
  dynamodbEndpoint: z.string(),
  region: z.string(),
  auditTable: z.string(),
  anchorBucket: z.string(),
});
export const tallied = z.object({
  tables: z.object({ requests: z.number(), struck: z.number() }),
  /** `sent`: how often something was to be queued. */
  queue: z.object({ struck: z.number(), sent: z.number() }),
  cpuSeconds: z.number(),
});
export type CloudTally = z.infer<typeof tallied>;
