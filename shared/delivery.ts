/**
 * What travels on the queue: one webhook request, translated by a provider at the door into neutral words. It holds
 * ids, command lines and commits, never the body of a comment, so it always fits into an SQS message.
 */
import * as z from 'zod/mini';
import { ENGINES, JOB_STATES } from './language/jobs.ts';
import { PUSH_KINDS } from './language/merge-warnings.ts';
import { QUEUE_REMOVALS } from './language/merge-queue.ts';

export const PROVIDERS = ['github', 'gitlab', 'gitea', 'bitbucket-cloud', 'bitbucket-dc', 'azure-devops'] as const;
export type ProviderId = (typeof PROVIDERS)[number];

/** What happened, in neutral words; rules name these in `on`. */
export const EVENTS = [
  'comment-created',
  'comment-edited',
  'opened',
  'edited',
  'closed',
  'reopened',
  'synchronized',
  'labeled',
  'unlabeled',
  'draft-changed',
  'retargeted',
  'review-submitted',
  'review-dismissed',
  'checks-passed',
  'enqueued',
  'dequeued',
  'auto-merge-on',
  'auto-merge-off',
  'pushed',
  'swept',
  'awaited',
  'found',
  'base-moved',
  'job-result',
  'due',
] as const;
export type EventName = (typeof EVENTS)[number];

const person = z.object({
  login: z.string(),
  /** The forge's own immutable id, as text. */
  id: z.string(),
  bot: z.boolean(),
});
export type Person = z.infer<typeof person>;

const repository = z.object({ id: z.string(), owner: z.string(), name: z.string() });
export type Repository = z.infer<typeof repository>;

const target = z.object({
  kind: z.enum(['pull', 'issue']),
  number: z.number(),
  author: person,
  state: z.enum(['open', 'closed']),
  title: z.string(),
  labels: z.array(z.string()),
  locked: z.boolean(),
  /** Known only where the forge's payload tells: pull request and review events, not plain comments. */
  headSha: z.optional(z.string()),
  baseRef: z.optional(z.string()),
  draft: z.optional(z.boolean()),
  /** Of a pull request that is opened: what the forge says its author is here. */
  association: z.optional(z.enum(['insider', 'contributor', 'newcomer'])),
  /** A pull request that is closed because it was merged. */
  merged: z.optional(z.literal(true)),
});
/** The pull request or issue as the signed payload describes it. */
export type Target = z.infer<typeof target>;

const line = z.object({
  /** The place of the line in the body, from 1. */
  number: z.number(),
  /** The line as written, without its line end; cut at MAX_LINE_CHARS. */
  text: z.string(),
  /** It goes on: what was left out could change what it means. */
  cut: z.optional(z.literal(true)),
});
/** A line of a body which a reader sees as plain text and which could be a command. */
export type Line = z.infer<typeof line>;

const text = z.object({
  kind: z.enum(['description', 'comment', 'review', 'review-comment']),
  id: z.string(),
  url: z.string(),
  /** When it was written, or edited, by the forge's clock; ISO 8601. */
  at: z.string(),
  lines: z.array(line),
  /** More lines that could be commands than one text may hold were left out. */
  cut: z.boolean(),
  /** Of all of it, where a line could be a command: who reads it later sees whether it still is what its sender wrote. */
  digest: z.optional(z.string()),
  /** Teams that it names, `org/team`; the first few. */
  teams: z.optional(z.array(z.string())),
  /** The commit the forge says the text is about: reviews, inline comments, and descriptions on opening. */
  headSha: z.optional(z.string()),
  /** How many comments there were with this one, where the payload tells: orders it against a push of the same second. */
  comments: z.optional(z.number()),
});
export type Text = z.infer<typeof text>;

const review = z.object({
  id: z.string(),
  verdict: z.enum(['approved', 'changes-requested', 'commented', 'dismissed']),
  headSha: z.string(),
  /** Who gave the verdict; the sender of a dismissal is somebody else. */
  by: person,
});

const push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  /** False only when the payload lists every changed path and none of them is an owners file. */
  ownersMayHaveChanged: z.boolean(),
  /** Of what may name owners, nothing but Markdown files changed: where their front matter does not count, nothing did. */
  markdownAlone: z.optional(z.literal(true)),
  /** Our own settings are among what changed, as far as the payload lists it. */
  settingsChanged: z.optional(z.literal(true)),
  /** Where no bot did it: what would be told of it. */
  byHand: z.optional(
    z.object({
      kind: z.enum(PUSH_KINDS),
      pusher: z.string(),
      commits: z.number(),
      /** There may be more than the payload lists. */
      andMore: z.optional(z.literal(true)),
      /** Shows what changed; empty where the forge does not say. */
      compare: z.string(),
    }),
  ),
});

/** Of our own making: what moved at the end of this branch may matter to the pull requests onto it. */
const base = z.object({
  ref: z.string(),
  /** Owners or settings may have changed: all of them are looked at. */
  all: z.boolean(),
  /** Where the list goes on, in the forge's own words. */
  after: z.optional(z.string()),
  /** Which page of the list, from 0. */
  page: z.number(),
  /** Not before then; ISO 8601. */
  due: z.optional(z.string()),
  /** How often it was looked whether the forge knows more now. */
  again: z.number(),
});
export type BaseLook = z.infer<typeof base>;

const delivery = z.object({
  version: z.literal(1),
  /** The forge's delivery id; a redelivery repeats it. */
  id: z.string(),
  provider: z.enum(PROVIDERS),
  /** The grant that lets us act on the account; the scope of a token. */
  installation: z.string(),
  repository,
  event: z.enum(EVENTS),
  /** Who did it: the signed sender. */
  sender: person,
  /** When it happened by the forge's clock, as far as the payload tells; ISO 8601. */
  at: z.string(),
  /** When the door took it; ISO 8601. */
  receivedAt: z.string(),
  target: z.optional(target),
  text: z.optional(text),
  review: z.optional(review),
  push: z.optional(push),
  /** For `base-moved`, as long as the pull requests are not found yet. */
  base: z.optional(base),
  /** For `base-moved`: how often it was looked at because the forge did not know of conflicts yet, and when next; ISO 8601. */
  again: z.optional(z.object({ time: z.number(), due: z.optional(z.string()) })),
  /** For `due`: the rule that put its look off. */
  dueFor: z.optional(z.string()),
  /** Who asked by which text for a look of our own making, and is told what came of it. */
  asker: z.optional(z.object({ by: person, kind: z.string(), id: z.string() })),
  /** For `labeled` and `unlabeled`. */
  label: z.optional(z.string()),
  /** For `dequeued`: why it left the merge queue. For `auto-merge-off`: `person` where somebody meant it. */
  removal: z.optional(z.enum(QUEUE_REMOVALS)),
  /** For `job-result`: what an engine says of a run. */
  job: z.optional(
    z.object({
      key: z.string(),
      engine: z.enum(ENGINES),
      run: z.string(),
      state: z.enum(JOB_STATES),
      url: z.optional(z.string()),
      summary: z.optional(z.string()),
    }),
  ),
  /** For `synchronized`: the head before and after, and how many comments there were. */
  headMoved: z.optional(z.object({ before: z.string(), after: z.string(), comments: z.optional(z.number()) })),
  /** For `checks-passed`: the commit whose checks changed; which pull requests it heads is for the worker to find. */
  checks: z.optional(
    z.object({
      sha: z.string(),
      pulls: z.optional(z.array(z.number())),
      /** It is at the end of the branch on which this pull request is tested on top of others. */
      batch: z.optional(z.object({ ref: z.string(), number: z.number() })),
    }),
  ),
  /** For `closed`: by merging. */
  merged: z.optional(z.boolean()),
  /** For `closed` by merging: the branch it came from, where that is in the same repository. */
  mergedBranch: z.optional(z.string()),
  /** For `swept`: the name of the sweep that found the pull request. */
  sweep: z.optional(z.string()),
  /** Sent round again after it was given up: for the how many-th time, and which places in it had failed. */
  redrive: z.optional(z.object({ time: z.number(), positions: z.array(z.number()) })),
});
export type Delivery = z.infer<typeof delivery>;

/** @throws Error when the text is not a delivery of a version we know: ours to mend, so it ends in the dead-letter queue. */
export function parseDelivery(body: string): Delivery {
  const parsed = delivery.safeParse(JSON.parse(body));
  if (!parsed.success) throw new Error('not a delivery', { cause: parsed.error });
  return parsed.data;
}

/** `github:acme/widgets#12`: names a pull request or an issue in the audit trail and everywhere in print. */
export function pullOf(
  { provider, repository: { owner, name } }: Pick<Delivery, 'provider' | 'repository'>,
  number: number,
): string {
  return `${provider}:${owner}/${name}#${number}`.toLowerCase();
}

/** `github:acme/widgets` */
export function repositoryOf({
  provider,
  repository: { owner, name },
}: Pick<Delivery, 'provider' | 'repository'>): string {
  return `${provider}:${owner}/${name}`.toLowerCase();
}

/** `github:acme/widgets@main` */
export function branchOf(of: Pick<Delivery, 'provider' | 'repository'>, ref: string): string {
  return `${repositoryOf(of)}@${ref}`;
}

/** A repository as a person names it. */
export type RepositoryName = { readonly provider: ProviderId; readonly owner: string; readonly name: string };

const FORGE = /^([a-z][a-z-]{0,49}):/i;
/** Owners may be nested on some forges; no part begins with a dot unless it is a name, as `.github`. */
const REPOSITORY = /^([A-Za-z0-9][\w.-]{0,99}(?:\/[A-Za-z0-9][\w.-]{0,99}){0,19})\/((?!\.{1,2}$)[\w.-]{1,100})$/;

/** `github:acme/widgets`, or `acme/widgets` on GitHub. */
export function repositoryNamed(written: string): RepositoryName | 'misnamed' | 'no-such-forge' {
  const [prefix = '', forge = 'github'] = FORGE.exec(written) ?? [];
  const [, owner, name] = REPOSITORY.exec(written.slice(prefix.length)) ?? [];
  if (owner === undefined || name === undefined) return 'misnamed';
  const provider = PROVIDERS.find((each) => each === forge.toLowerCase());
  return provider === undefined ? 'no-such-forge' : { provider, owner, name };
}

/** A look that is not due yet keeps nothing else waiting. */
const LOOK = '#look';

/** In order inside, in parallel across: a pull request, or what else the delivery is about. */
export function messageGroup(of: Delivery): string {
  if (of.target !== undefined) return `${pullOf(of, of.target.number)}${of.again?.due === undefined ? '' : LOOK}`;
  if (of.base !== undefined) return `${repositoryOf(of)}@refs/heads/${of.base.ref}${LOOK}`;
  if (of.push !== undefined) return `${repositoryOf(of)}@${of.push.ref}`;
  if (of.checks !== undefined) return `${repositoryOf(of)}@${of.checks.sha}`;
  return repositoryOf(of);
}
