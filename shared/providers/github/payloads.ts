/**
 * What is read of GitHub's webhook payloads, and nothing else of them: any other field may come, go or change.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 *
 * `z.lazy` builds a schema when its event first arrives: building them all would be a third of the door's start.
 */
import * as z from 'zod/mini';

const MAX_LOGIN_CHARS = 100;
const MAX_NAME_CHARS = 100;
/** https://docs.github.com/en/rest/issues/issues says 256 for a title; room for what GitHub Enterprise Server allows. */
const MAX_TITLE_CHARS = 1_024;
const MAX_URL_CHARS = 2_048;
const MAX_REF_CHARS = 1_024;
/** GitHub takes 100 labels of 50 characters; labels are never cut, since what a rule does not see it would get wrong. */
const MAX_LABELS = 200;
const MAX_LABEL_CHARS = 200;

const text = (max: number) => z.string().check(z.maxLength(max));
/** What `z.int` and its bounds would do, without the kilobyte they weigh. */
const whole = (least: number) =>
  z.number().check((payload) => {
    if (Number.isSafeInteger(payload.value) && payload.value >= least) return;
    payload.issues.push({ code: 'custom', input: payload.value });
  });
const id = whole(1);
const count = whole(0);
/** ISO 8601. */
const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/));
const sha = z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));
/** A field that marks the payload of another event. The event's name is a header, which no signature covers. */
const foreign = z.optional(z.never());

const user = z.object({
  login: text(MAX_LOGIN_CHARS).check(z.regex(/^[\w.[\]-]+$/)),
  id,
  type: z.optional(z.string()),
});
export type User = z.infer<typeof user>;

/** Every payload has these. */
export const envelope = z.object({
  action: z.optional(z.string()),
  installation: z.nullish(z.object({ id })),
  repository: z.nullish(
    z.object({
      id,
      name: text(MAX_NAME_CHARS).check(z.regex(/^[\w.-]+$/)),
      owner: z.object({ login: text(MAX_LOGIN_CHARS).check(z.regex(/^[\w.-]+$/)) }),
    }),
  ),
  sender: z.nullish(user),
});

const label = z.object({ name: text(MAX_LABEL_CHARS) });
const labels = z.array(label).check(z.maxLength(MAX_LABELS));
const body = z.nullish(z.string());
const app = z.nullish(z.object({ id }));
const before = z.optional(z.object({ from: body }));

const issue = z.lazy(() =>
  z.object({
    id,
    number: id,
    user: z.nullable(user),
    state: z.enum(['open', 'closed']),
    title: text(MAX_TITLE_CHARS),
    labels,
    locked: z.optional(z.boolean()),
    draft: z.optional(z.boolean()),
    /** Present where the issue is a pull request. */
    pull_request: z.nullish(z.object({ merged_at: z.nullish(time) })),
    html_url: text(MAX_URL_CHARS),
    body,
    comments: z.optional(count),
    created_at: time,
    updated_at: time,
    closed_at: z.nullish(time),
  }),
);
export type Issue = z.infer<typeof issue>;

const pull = z.lazy(() =>
  z.object({
    id,
    number: id,
    user: z.nullable(user),
    state: z.enum(['open', 'closed']),
    title: text(MAX_TITLE_CHARS),
    labels,
    locked: z.optional(z.boolean()),
    draft: z.optional(z.boolean()),
    merged: z.optional(z.nullable(z.boolean())),
    author_association: z.optional(text(MAX_REF_CHARS)),
    merged_at: z.nullish(time),
    html_url: text(MAX_URL_CHARS),
    body,
    /** Not in the payloads of reviews. */
    comments: z.optional(count),
    created_at: time,
    updated_at: time,
    closed_at: z.nullish(time),
    /** The repository is null where it is gone. */
    head: z.object({
      sha,
      ref: z.optional(text(MAX_REF_CHARS)),
      repo: z.nullish(z.object({ id })),
    }),
    base: z.object({ ref: text(MAX_REF_CHARS), repo: z.object({ id }) }),
  }),
);
export type Pull = z.infer<typeof pull>;

const commented = {
  id,
  html_url: text(MAX_URL_CHARS),
  body: z.string(),
  created_at: time,
  updated_at: time,
  performed_via_github_app: app,
};

export const issueComment = z.lazy(() =>
  z.object({
    issue,
    comment: z.object(commented),
    changes: z.optional(z.object({ body: before })),
    pull_request: foreign,
  }),
);

export const issues = z.lazy(() =>
  z.object({
    issue,
    label: z.optional(label),
    changes: z.optional(z.object({ title: before, body: before })),
    comment: foreign,
    pull_request: foreign,
  }),
);

export const pullRequest = z.lazy(() =>
  z.object({
    pull_request: pull,
    label: z.optional(label),
    /** Of `dequeued` and `auto_merge_disabled`. */
    reason: z.optional(text(MAX_URL_CHARS)),
    before: z.optional(sha),
    after: z.optional(sha),
    changes: z.optional(z.object({ title: before, body: before, base: z.optional(z.object({})) })),
    comment: foreign,
    review: foreign,
    thread: foreign,
    issue: foreign,
  }),
);

export const review = z.lazy(() =>
  z.object({
    pull_request: pull,
    review: z.object({
      id,
      user: z.nullable(user),
      body,
      state: z.string(),
      html_url: text(MAX_URL_CHARS),
      /** Null where the commit is gone. */
      commit_id: z.nullish(sha),
      submitted_at: z.nullish(time),
      updated_at: z.nullish(time),
    }),
    changes: z.optional(z.object({ body: before })),
    comment: foreign,
    thread: foreign,
  }),
);

export const reviewComment = z.lazy(() =>
  z.object({
    pull_request: pull,
    /** `commit_id` moves on while the line stays in the diff; the original one is what the author saw. */
    comment: z.object({ ...commented, commit_id: sha, original_commit_id: z.nullish(sha) }),
    changes: z.optional(z.object({ body: before })),
    review: foreign,
    thread: foreign,
    issue: foreign,
  }),
);

const paths = z.optional(z.array(z.string()));
export const push = z.lazy(() =>
  z.object({
    ref: text(MAX_REF_CHARS),
    before: sha,
    after: sha,
    created: z.boolean(),
    deleted: z.boolean(),
    forced: z.boolean(),
    commits: z.array(z.object({ id: sha, added: paths, modified: paths, removed: paths })),
    /** Seconds since 1970. */
    repository: z.object({ pushed_at: z.nullish(z.union([z.number(), z.string()])) }),
  }),
);
export type Push = z.infer<typeof push>;

/** Also pull requests of other repositories, with the same commit at their head. */
const pulls = z.array(z.object({ number: id, base: z.object({ repo: z.object({ id }) }) }));
export type CheckedPulls = z.infer<typeof pulls>;

export const checkSuite = z.lazy(() =>
  z.object({
    check_suite: z.object({
      head_sha: sha,
      head_branch: z.nullish(text(MAX_REF_CHARS)),
      conclusion: z.nullish(z.string()),
      app,
      pull_requests: pulls,
      updated_at: time,
    }),
  }),
);

export const checkRun = z.lazy(() =>
  z.object({
    check_run: z.object({
      head_sha: sha,
      conclusion: z.nullish(z.string()),
      app,
      pull_requests: pulls,
      completed_at: z.nullish(time),
    }),
  }),
);

export const status = z.lazy(() =>
  z.object({
    sha,
    context: z.optional(z.string()),
    state: z.enum(['error', 'failure', 'pending', 'success']),
    updated_at: time,
  }),
);

export const workflowRun = z.lazy(() =>
  z.object({
    workflow_run: z.object({
      id: z.number(),
      event: z.string(),
      display_title: z.nullish(z.string()),
      conclusion: z.nullish(z.string()),
      html_url: z.string(),
      updated_at: z.string(),
    }),
  }),
);
