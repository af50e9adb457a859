/**
 * What is read of GitHub's webhook payloads, and nothing else of them: any other field may come, go or change.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
import {
  absent,
  array,
  boolean,
  either,
  matches,
  maxLength,
  nullable,
  nullish,
  number,
  object,
  oneOf,
  optional,
  string,
  type Of,
} from '../../shape.ts';

const MAX_LOGIN_CHARS = 100;
const MAX_NAME_CHARS = 100;
/** https://docs.github.com/en/rest/issues/issues says 256 for a title; room for what GitHub Enterprise Server allows. */
const MAX_TITLE_CHARS = 1_024;
const MAX_URL_CHARS = 2_048;
const MAX_REF_CHARS = 1_024;
/** GitHub takes 100 labels of 50 characters; labels are never cut, since what a rule does not see it would get wrong. */
const MAX_LABELS = 200;
const MAX_LABEL_CHARS = 200;

const text = (max: number) => string(maxLength(max));
const whole = (least: number) => number(Number.isSafeInteger, (value) => value >= least);
const id = whole(1);
const count = whole(0);
/** ISO 8601. */
const time = string(matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/));
const sha = string(matches(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));
/** A field that marks the payload of another event. The event's name is a header, which no signature covers. */
const foreign = absent;

const user = object({
  login: string(maxLength(MAX_LOGIN_CHARS), matches(/^[\w.[\]-]+$/)),
  id,
  type: optional(string()),
});
export type User = Of<typeof user>;

/** Every payload has these. */
export const envelope = object({
  action: optional(string()),
  installation: nullish(object({ id })),
  repository: nullish(
    object({
      id,
      name: string(maxLength(MAX_NAME_CHARS), matches(/^[\w.-]+$/)),
      owner: object({ login: string(maxLength(MAX_LOGIN_CHARS), matches(/^[\w.-]+$/)) }),
    }),
  ),
  sender: nullish(user),
});

const label = object({ name: text(MAX_LABEL_CHARS) });
const labels = array(label, maxLength(MAX_LABELS));
const body = nullish(string());
const app = nullish(object({ id }));
const before = optional(object({ from: body }));

const issue = object({
  id,
  number: id,
  user: nullable(user),
  state: oneOf(['open', 'closed']),
  title: text(MAX_TITLE_CHARS),
  labels,
  locked: optional(boolean),
  draft: optional(boolean),
  /** Present where the issue is a pull request. */
  pull_request: nullish(object({ merged_at: nullish(time) })),
  html_url: text(MAX_URL_CHARS),
  body,
  comments: optional(count),
  created_at: time,
  updated_at: time,
  closed_at: nullish(time),
});
export type Issue = Of<typeof issue>;

const pull = object({
  id,
  number: id,
  user: nullable(user),
  state: oneOf(['open', 'closed']),
  title: text(MAX_TITLE_CHARS),
  labels,
  locked: optional(boolean),
  draft: optional(boolean),
  merged: optional(nullable(boolean)),
  author_association: optional(text(MAX_REF_CHARS)),
  merged_at: nullish(time),
  html_url: text(MAX_URL_CHARS),
  body,
  /** Not in the payloads of reviews. */
  comments: optional(count),
  created_at: time,
  updated_at: time,
  closed_at: nullish(time),
  /** The repository is null where it is gone. */
  head: object({
    sha,
    ref: optional(text(MAX_REF_CHARS)),
    repo: nullish(object({ id })),
  }),
  base: object({ ref: text(MAX_REF_CHARS), repo: object({ id }) }),
});
export type Pull = Of<typeof pull>;

const commented = {
  id,
  html_url: text(MAX_URL_CHARS),
  body: string(),
  created_at: time,
  updated_at: time,
  performed_via_github_app: app,
};

export const issueComment = object({
  issue,
  comment: object(commented),
  changes: optional(object({ body: before })),
  pull_request: foreign,
});

export const issues = object({
  issue,
  label: optional(label),
  changes: optional(object({ title: before, body: before })),
  comment: foreign,
  pull_request: foreign,
});

export const pullRequest = object({
  pull_request: pull,
  label: optional(label),
  /** Of `dequeued` and `auto_merge_disabled`. */
  reason: optional(text(MAX_URL_CHARS)),
  before: optional(sha),
  after: optional(sha),
  changes: optional(object({ title: before, body: before, base: optional(object({})) })),
  comment: foreign,
  review: foreign,
  thread: foreign,
  issue: foreign,
});

export const review = object({
  pull_request: pull,
  review: object({
    id,
    user: nullable(user),
    body,
    state: string(),
    html_url: text(MAX_URL_CHARS),
    /** Null where the commit is gone. */
    commit_id: nullish(sha),
    submitted_at: nullish(time),
    updated_at: nullish(time),
  }),
  changes: optional(object({ body: before })),
  comment: foreign,
  thread: foreign,
});

export const reviewComment = object({
  pull_request: pull,
  /** `commit_id` moves on while the line stays in the diff; the original one is what the author saw. */
  comment: object({ ...commented, commit_id: sha, original_commit_id: nullish(sha) }),
  changes: optional(object({ body: before })),
  review: foreign,
  thread: foreign,
  issue: foreign,
});

const paths = optional(array(string()));
export const push = object({
  ref: text(MAX_REF_CHARS),
  before: sha,
  after: sha,
  created: boolean,
  deleted: boolean,
  forced: boolean,
  commits: array(object({ id: sha, added: paths, modified: paths, removed: paths })),
  compare: nullish(string()),
  pusher: nullish(object({ name: nullish(text(MAX_LOGIN_CHARS)) })),
  /** Seconds since 1970. */
  repository: object({ pushed_at: nullish(either(number(), string())) }),
});
export type Push = Of<typeof push>;

/** Also pull requests of other repositories, with the same commit at their head. */
const pulls = array(object({ number: id, base: object({ repo: object({ id }) }) }));
export type CheckedPulls = Of<typeof pulls>;

export const checkSuite = object({
  check_suite: object({
    head_sha: sha,
    head_branch: nullish(text(MAX_REF_CHARS)),
    conclusion: nullish(string()),
    app,
    pull_requests: pulls,
    updated_at: time,
  }),
});

export const checkRun = object({
  check_run: object({
    head_sha: sha,
    check_suite: nullish(object({ head_branch: nullish(text(MAX_REF_CHARS)) })),
    conclusion: nullish(string()),
    app,
    pull_requests: pulls,
    completed_at: nullish(time),
  }),
});

export const status = object({
  sha,
  context: optional(string()),
  state: oneOf(['error', 'failure', 'pending', 'success']),
  updated_at: time,
  /** Some of the branches that have the commit. */
  branches: optional(array(object({ name: text(MAX_REF_CHARS), commit: object({ sha }) }))),
});

export const workflowRun = object({
  workflow_run: object({
    id: number(),
    event: string(),
    display_title: nullish(string()),
    conclusion: nullish(string()),
    html_url: string(),
    updated_at: string(),
  }),
});
