/** All that most decisions need of a pull request, by one GraphQL request. */
import * as z from 'zod/mini';
import type { Check, MergeMethod, ReviewFact } from '../../language/index.ts';
import { SETTINGS_PATH, type PullNow, type SettingsAt } from '../provider.ts';
import { autoMergeFields, autoMergeFrom, autoMergeRequest } from './auto-merge.ts';
import { FILE, fileEntry, fileFrom } from './files.ts';
import { entry, entryFields, queueFrom } from './merge-queue.ts';

const PAGE = 100;
/** https://docs.github.com/en/issues/tracking-your-work-with-issues: "up to 10 people". */
const MAX_ASSIGNEES = 10;
/** Looked at together with the heads that are kept: more of them in a row are not told apart. */
export const MAX_FORCED = 20;
/** So many checks are read of one head; beyond that the answer says that it is not whole. */
export const MAX_CHECK_PAGES = 10;

/** Whoever did something, as {@link personFrom} reads it. */
export const ACTOR = '{ kind: __typename login ... on User { databaseId } ... on Bot { databaseId } }';
const contexts = (more: string): string => `contexts(first: ${PAGE}${more}) {
  pageInfo { hasNextPage endCursor }
  nodes {
    kind: __typename
    ... on CheckRun {
      databaseId name status conclusion title detailsUrl isRequired(pullRequestNumber: $number)
      checkSuite { app { slug } }
    }
    ... on StatusContext { context state description targetUrl isRequired(pullRequestNumber: $number) }
  }
}`;

export const REQUESTED = 'kind: __typename ... on User { login } ... on Bot { login } ... on Team { combinedSlug }';

/** What a branch asks for is asked twice: only administrators may see the rule itself, others what it means for them. */
export const SNAPSHOT = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    url isPrivate autoMergeAllowed mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    pullRequest(number: $number) {
      title body state isDraft mergeable mergeStateStatus updatedAt headRefOid baseRefName baseRefOid changedFiles reviewDecision
      milestone { title }
      mergeQueue { id }
      mergeQueueEntry ${entryFields}
      autoMergeRequest ${autoMergeFields}
      assignees(first: ${MAX_ASSIGNEES}) { nodes { login } }
      author ${ACTOR}
      labels(first: ${PAGE}) { nodes { name } }
      reviewRequests(first: ${PAGE}) { nodes { requestedReviewer { ${REQUESTED} } } }
      files(first: ${PAGE}) { totalCount nodes { path additions deletions changeType } }
      reviews(last: ${PAGE}) { nodes { databaseId state submittedAt author ${ACTOR} commit { oid } } }
      baseRef {
        target { oid ... on Commit { settings: file(path: ${JSON.stringify(SETTINGS_PATH)}) ${FILE} } }
        branchProtectionRule { requiredStatusCheckContexts requiresStrictStatusChecks }
        refUpdateRule { requiredStatusCheckContexts }
        rules(first: ${PAGE}) {
          nodes { type parameters { kind: __typename ... on RequiredStatusChecksParameters { strictRequiredStatusChecksPolicy requiredStatusChecks { context } } } }
        }
      }
      commits(last: 1) { nodes { commit { oid statusCheckRollup { ${contexts('')} } } } }
      timelineItems(last: ${MAX_FORCED}, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) {
        nodes { ... on HeadRefForcePushedEvent { createdAt beforeCommit { oid } afterCommit { oid } } }
      }
      retargets: timelineItems(last: 1, itemTypes: [BASE_REF_CHANGED_EVENT, AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT]) {
        nodes {
          ... on BaseRefChangedEvent { createdAt }
          ... on AutomaticBaseChangeSucceededEvent { createdAt }
        }
      }
    }
  }
}`;
/** Fields without which a snapshot still tells the truth: GitHub holds a merge to its branch's rules by itself. */
export const DISPENSABLE: ReadonlySet<string> = new Set([
  'branchProtectionRule',
  'refUpdateRule',
  'rules',
  'mergeQueue',
  'mergeQueueEntry',
  'autoMergeRequest',
  'autoMergeAllowed',
  'mergeStateStatus',
  'timelineItems',
  // A team that the App may not see.
  'requestedReviewer',
  'app',
]);

/** Checks of the head, where the snapshot has not all of them. */
export const CHECKS = `query($owner: String!, $repo: String!, $number: Int!, $oid: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $repo) {
    object(oid: $oid) {
      ... on Commit { oid statusCheckRollup { ${contexts(', after: $after')} } }
    }
  }
}`;

export const account = z.nullish(z.object({ kind: z.string(), login: z.string(), databaseId: z.nullish(z.number()) }));
const context = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('CheckRun'),
    name: z.string(),
    status: z.string(),
    conclusion: z.nullish(z.string()),
    databaseId: z.nullish(z.number()),
    title: z.nullish(z.string()),
    checkSuite: z.nullish(z.object({ app: z.nullish(z.object({ slug: z.string() })) })),
    detailsUrl: z.nullish(z.string()),
    isRequired: z.nullish(z.boolean()),
  }),
  z.object({
    kind: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    description: z.nullish(z.string()),
    targetUrl: z.nullish(z.string()),
    isRequired: z.nullish(z.boolean()),
  }),
]);
type Context = z.infer<typeof context>;

const list = <T extends z.ZodMiniType>(node: T) => z.object({ nodes: z.array(z.nullable(node)) });
const requiring = z.nullish(
  z.object({
    requiredStatusCheckContexts: z.nullish(z.array(z.nullable(z.string()))),
    requiresStrictStatusChecks: z.nullish(z.boolean()),
  }),
);
const commit = z.object({
  oid: z.string(),
  statusCheckRollup: z.nullable(
    z.object({
      contexts: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
        nodes: z.array(z.nullable(context)),
      }),
    }),
  ),
});
const commitId = z.nullish(z.object({ oid: z.string() }));
const forcedPush = z.object({ createdAt: z.string(), beforeCommit: commitId, afterCommit: commitId });
const file = z.object({ path: z.string(), additions: z.number(), deletions: z.number(), changeType: z.string() });
const review = z.object({
  databaseId: z.nullish(z.number()),
  state: z.string(),
  submittedAt: z.nullish(z.string()),
  author: account,
  commit: z.nullish(z.object({ oid: z.string() })),
});
const rule = z.object({
  type: z.string(),
  parameters: z.nullish(
    z.object({
      strictRequiredStatusChecksPolicy: z.optional(z.boolean()),
      requiredStatusChecks: z.optional(z.array(z.object({ context: z.string() }))),
    }),
  ),
});
export const requests = z.nullish(
  list(
    z.object({
      requestedReviewer: z.nullish(
        z.object({ kind: z.string(), login: z.optional(z.string()), combinedSlug: z.optional(z.string()) }),
      ),
    }),
  ),
);
const baseRef = z.nullable(
  z.object({
    target: z.nullish(z.object({ oid: z.string(), settings: z.nullish(fileEntry) })),
    branchProtectionRule: requiring,
    refUpdateRule: requiring,
    rules: z.nullish(list(rule)),
  }),
);
const pullRequest = z.object({
  title: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  updatedAt: z.nullish(z.string()),
  mergeable: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  baseRefOid: z.string(),
  changedFiles: z.number(),
  reviewDecision: z.nullish(z.string()),
  milestone: z.nullish(z.object({ title: z.string() })),
  mergeQueue: z.nullish(z.object({ id: z.string() })),
  mergeQueueEntry: entry,
  autoMergeRequest,
  mergeStateStatus: z.nullish(z.string()),
  body: z.string(),
  assignees: list(z.object({ login: z.string() })),
  author: account,
  labels: list(z.object({ name: z.string() })),
  reviewRequests: requests,
  // Null where the difference is too large to be listed.
  files: z.nullish(z.object({ totalCount: z.number(), nodes: z.nullish(z.array(z.nullable(file))) })),
  reviews: list(review),
  baseRef,
  commits: list(z.object({ commit })),
  timelineItems: z.nullish(list(forcedPush)),
  retargets: z.nullish(list(z.object({ createdAt: z.string() }))),
});
const snapshot = z.object({
  repository: z.nullable(
    z.object({
      url: z.string(),
      isPrivate: z.boolean(),
      autoMergeAllowed: z.nullish(z.boolean()),
      mergeCommitAllowed: z.boolean(),
      squashMergeAllowed: z.boolean(),
      rebaseMergeAllowed: z.boolean(),
      pullRequest: z.nullable(pullRequest),
    }),
  ),
});
const checksOfCommit = z.object({ repository: z.nullable(z.object({ object: z.nullable(commit) })) });

export type ListedFile = { readonly path: string; readonly additions: number; readonly deletions: number };
export type Snapshot = PullNow & {
  /** All changed files; undefined where the page was too short or a rename hides where a file came from. */
  readonly files: readonly ListedFile[] | undefined;
  /** Checks that the branch requires; those of them that nobody has reported are not among the `checks` here. */
  readonly required: ReadonlySet<string>;
  /** Where the rest of the head's checks begins: null for all of them; undefined where none is missing. */
  readonly checksAfter: string | null | undefined;
  /** The repository's settings at the end of the base branch. */
  readonly settings: SettingsAt;
};
export type Checks = {
  readonly checks: readonly Check[];
  readonly after: string | undefined;
};

/** https://docs.github.com/en/account-and-profile: the account that stands for those who deleted theirs. */
const GHOST = { login: 'ghost', id: '10137', bot: false } as const;
const METHODS = [
  ['merge', 'mergeCommitAllowed'],
  ['squash', 'squashMergeAllowed'],
  ['rebase', 'rebaseMergeAllowed'],
] as const satisfies readonly (readonly [MergeMethod, string])[];

/** Undefined where there is no such pull request; throws where the answer is not what was asked for. */
export function snapshotFrom(data: unknown): Snapshot | undefined {
  const { repository } = snapshot.parse(data);
  const pull = repository?.pullRequest;
  if (repository === null || pull === null || pull === undefined) return undefined;
  const last = present(pull.commits.nodes)[0]?.commit;
  // GitHub orders commits by date as well as by ancestry, so the last one need not be the head.
  const ofHead = last?.oid === pull.headRefOid ? checksIn(last) : undefined;
  const baseSha = pull.baseRef?.target?.oid ?? pull.baseRefOid;
  return {
    // Of a branch that is gone nothing is read: no settings, and nothing can be merged into it either.
    settings: { ref: pull.baseRefName, commit: baseSha, file: fileFrom(pull.baseRef?.target?.settings ?? null) },
    title: pull.title,
    state: pull.state === 'OPEN' ? 'open' : pull.state === 'MERGED' ? 'merged' : 'closed',
    draft: pull.isDraft,
    mergeable: mergeableFrom(pull.mergeable),
    headSha: pull.headRefOid,
    baseRef: pull.baseRefName,
    baseSha,
    author: personFrom(pull.author),
    labels: present(pull.labels.nodes).map(({ name }) => name),
    assignees: present(pull.assignees.nodes).map(({ login }) => login),
    requested: requestedIn(pull.reviewRequests),
    changedFiles: pull.changedFiles,
    methods: METHODS.flatMap(([method, allowed]) => (repository[allowed] ? [method] : [])),
    checks: ofHead?.checks ?? [],
    required: requiredIn(pull.baseRef),
    checksComplete: ofHead !== undefined && ofHead.after === undefined,
    checksAfter: ofHead === undefined ? null : ofHead.after,
    reviews: present(pull.reviews.nodes).flatMap(reviewFrom),
    ...forcedIn(pull.timelineItems),
    ...retargetedIn(pull.retargets),
    updatedAt: pull.updatedAt ?? '',
    milestone: pull.milestone?.title,
    queue: queueFrom(pull.mergeQueue, pull.mergeQueueEntry),
    autoMerge: autoMergeFrom(pull.autoMergeRequest),
    autoMergeAllowed: repository.autoMergeAllowed === true,
    blocked: pull.mergeStateStatus === 'BLOCKED',
    reviewsRequired: isWaitedFor(pull.reviewDecision),
    strict: isStrict(pull.baseRef),
    description: pull.body,
    baseFilesUrl: filesUrl(repository.url, pull.baseRefName),
    reviewApproved: pull.reviewDecision === 'APPROVED',
    public: !repository.isPrivate,
    files: filesIn(pull),
  };
}

function forcedIn(items: z.infer<typeof pullRequest>['timelineItems']): Pick<PullNow, 'forced'> {
  if (items === undefined || items === null) return {};
  const pushes = present(items.nodes).map(({ createdAt: at, beforeCommit, afterCommit }) => ({
    at,
    before: beforeCommit?.oid,
    after: afterCommit?.oid,
  }));
  return { forced: { pushes, more: items.nodes.length === MAX_FORCED } };
}

function retargetedIn(items: z.infer<typeof pullRequest>['retargets']): Pick<PullNow, 'retargetedAt'> {
  const last = present(items?.nodes ?? []).at(-1);
  return last === undefined ? {} : { retargetedAt: last.createdAt };
}

/** Undefined where the branch asks for no reviews. */
function isWaitedFor(decision: string | null | undefined): true | undefined {
  return decision === 'REVIEW_REQUIRED' || decision === 'CHANGES_REQUESTED' ? true : undefined;
}

/** Where a branch's files are shown; on another host than github.com as well. */
export function filesUrl(repository: string, branch: string): string {
  return `${repository}/blob/${branch.split('/').map(encodeURIComponent).join('/')}/`;
}

/** What CHECKS answers; undefined where there is no such commit. */
export function checksFrom(data: unknown): Checks | undefined {
  const found = checksOfCommit.parse(data).repository?.object;
  return found === null || found === undefined ? undefined : checksIn(found);
}

/** With further checks of the head. */
export function withChecks(before: Snapshot, { checks, after }: Checks): Snapshot {
  return {
    ...before,
    checks: [...before.checks, ...checks],
    checksComplete: after === undefined,
    checksAfter: after,
  };
}

function present<T>(nodes: readonly (T | null)[]): readonly T[] {
  return nodes.flatMap((each) => (each === null ? [] : [each]));
}

function checksIn({ statusCheckRollup }: z.infer<typeof commit>): Checks {
  const found = statusCheckRollup?.contexts;
  return {
    checks: present(found?.nodes ?? []).map(checkFrom),
    after: found?.pageInfo.hasNextPage === true ? (found.pageInfo.endCursor ?? undefined) : undefined,
  };
}

/** Logins, and teams as `org/team`. */
export function requestedIn(found: z.infer<typeof requests>): readonly string[] {
  return present(found?.nodes ?? []).flatMap(({ requestedReviewer: asked }) => {
    if (asked?.combinedSlug !== undefined) return [asked.combinedSlug];
    if (asked?.login === undefined) return [];
    return [asked.kind === 'Bot' ? `${asked.login}[bot]` : asked.login];
  });
}

/** GraphQL does not tell where a renamed file was before. */
function filesIn({ files, changedFiles }: z.infer<typeof pullRequest>): readonly ListedFile[] | undefined {
  const listed = present(files?.nodes ?? []);
  const whole = listed.length === changedFiles && files?.totalCount === changedFiles;
  if (!whole || listed.some(({ changeType }) => changeType === 'RENAMED' || changeType === 'COPIED')) return undefined;
  return listed.map(({ path, additions, deletions }) => ({ path, additions, deletions }));
}

export function mergeableFrom(mergeable: string): PullNow['mergeable'] {
  return mergeable === 'MERGEABLE' ? 'yes' : mergeable === 'CONFLICTING' ? 'conflicting' : 'unknown';
}

export function personFrom(from: z.infer<typeof account>): PullNow['author'] {
  if (from === null || from === undefined) return GHOST;
  const bot = from.kind === 'Bot';
  return { login: bot ? `${from.login}[bot]` : from.login, id: String(from.databaseId ?? ''), bot };
}

const VERDICTS: ReadonlyMap<string, ReviewFact['verdict']> = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['COMMENTED', 'commented'],
  ['DISMISSED', 'dismissed'],
]);

function reviewFrom(from: z.infer<typeof review>): PullNow['reviews'] {
  const verdict = VERDICTS.get(from.state);
  if (verdict === undefined) return [];
  const by = personFrom(from.author);
  return [
    { id: String(from.databaseId ?? ''), verdict, headSha: from.commit?.oid ?? '', by, at: from.submittedAt ?? '' },
  ];
}

function requiredIn(base: z.infer<typeof baseRef>): ReadonlySet<string> {
  const byProtection = [base?.branchProtectionRule, base?.refUpdateRule].flatMap((each) =>
    present(each?.requiredStatusCheckContexts ?? []),
  );
  const byRules = present(base?.rules?.nodes ?? []).flatMap(({ parameters }) => parameters?.requiredStatusChecks ?? []);
  return new Set([...byProtection, ...byRules.map((each) => each.context)]);
}

function isStrict(base: z.infer<typeof baseRef>): boolean {
  const byRules = present(base?.rules?.nodes ?? []).some(
    ({ parameters }) => parameters?.strictRequiredStatusChecksPolicy === true,
  );
  return byRules || base?.branchProtectionRule?.requiresStrictStatusChecks === true;
}

/** Neutral and skipped runs do not stand in the way: GitHub's own merge box treats them so. */
const GREEN: ReadonlySet<string> = new Set(['SUCCESS', 'NEUTRAL', 'SKIPPED']);

function checkFrom(from: Context): Check {
  if (from.kind === 'CheckRun') {
    const finished = from.status === 'COMPLETED';
    const state = !finished ? 'pending' : GREEN.has(from.conclusion ?? '') ? 'success' : 'failure';
    return {
      name: from.name,
      state,
      required: from.isRequired ?? false,
      url: from.detailsUrl ?? undefined,
      from: 'run',
      description: from.title ?? undefined,
      id: from.databaseId === null || from.databaseId === undefined ? undefined : String(from.databaseId),
      app: from.checkSuite?.app?.slug,
    };
  }
  const pending = from.state === 'PENDING' || from.state === 'EXPECTED';
  const state = from.state === 'SUCCESS' ? 'success' : pending ? 'pending' : 'failure';
  return {
    name: from.context,
    state,
    required: from.isRequired ?? false,
    url: from.targetUrl ?? undefined,
    from: 'status',
    description: from.description ?? undefined,
  };
}

/** A required check that nobody has reported yet is pending. */
export function withRequired(reported: readonly Check[], required: ReadonlySet<string>): readonly Check[] {
  const named = new Set(reported.map(({ name }) => name));
  return [
    ...reported.map((check) => (required.has(check.name) ? { ...check, required: true } : check)),
    ...[...required]
      .filter((name) => !named.has(name))
      .map((name): Check => ({ name, state: 'pending', required: true })),
  ];
}
