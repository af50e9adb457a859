/** All that most decisions need of a pull request, by one GraphQL request. */
import * as z from 'zod/mini';
import type { Check, MergeMethod, ReviewFact } from '../../language/index.ts';
import type { PullNow } from '../provider.ts';

/** Files, labels, checks and reviews of a page; more of them are asked for by REST. */
const PAGE = 100;

export const SNAPSHOT = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    isPrivate mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    pullRequest(number: $number) {
      title state isDraft mergeable headRefOid baseRefName baseRefOid changedFiles
      author { kind: __typename login ... on User { databaseId } ... on Bot { databaseId } }
      labels(first: ${PAGE}) { nodes { name } }
      files(first: ${PAGE}) { totalCount nodes { path additions deletions changeType } }
      reviews(last: ${PAGE}) {
        nodes { databaseId state author { kind: __typename login ... on User { databaseId } ... on Bot { databaseId } } commit { oid } }
      }
      baseRef {
        target { oid }
        branchProtectionRule { requiredStatusCheckContexts }
        rules(first: ${PAGE}) {
          nodes { type parameters { kind: __typename ... on RequiredStatusChecksParameters { requiredStatusChecks { context } } } }
        }
      }
      commits(last: 1) {
        nodes {
          commit {
            committedDate
            statusCheckRollup {
              contexts(first: ${PAGE}) {
                pageInfo { hasNextPage }
                nodes {
                  kind: __typename
                  ... on CheckRun { name status conclusion detailsUrl isRequired(pullRequestNumber: $number) }
                  ... on StatusContext { context state targetUrl isRequired(pullRequestNumber: $number) }
                }
              }
            }
          }
        }
      }
    }
  }
}`;

const account = z.nullish(z.object({ kind: z.string(), login: z.string(), databaseId: z.nullish(z.number()) }));
const context = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('CheckRun'),
    name: z.string(),
    status: z.string(),
    conclusion: z.nullish(z.string()),
    detailsUrl: z.nullish(z.string()),
    isRequired: z.nullish(z.boolean()),
  }),
  z.object({
    kind: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    targetUrl: z.nullish(z.string()),
    isRequired: z.nullish(z.boolean()),
  }),
]);
const nodes = <T extends z.ZodMiniType>(node: T) =>
  z.nullish(z.object({ nodes: z.nullish(z.array(z.nullable(node))) }));

const snapshot = z.object({
  repository: z.nullable(
    z.object({
      isPrivate: z.boolean(),
      mergeCommitAllowed: z.boolean(),
      squashMergeAllowed: z.boolean(),
      rebaseMergeAllowed: z.boolean(),
      pullRequest: z.nullable(
        z.object({
          title: z.string(),
          state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
          isDraft: z.boolean(),
          mergeable: z.string(),
          headRefOid: z.string(),
          baseRefName: z.string(),
          baseRefOid: z.string(),
          changedFiles: z.number(),
          author: account,
          labels: nodes(z.object({ name: z.string() })),
          files: z.nullish(
            z.object({
              totalCount: z.number(),
              nodes: z.nullish(
                z.array(
                  z.nullable(
                    z.object({
                      path: z.string(),
                      additions: z.number(),
                      deletions: z.number(),
                      changeType: z.string(),
                    }),
                  ),
                ),
              ),
            }),
          ),
          reviews: nodes(
            z.object({
              databaseId: z.nullish(z.number()),
              state: z.string(),
              author: account,
              commit: z.nullish(z.object({ oid: z.string() })),
            }),
          ),
          baseRef: z.nullish(
            z.object({
              target: z.nullish(z.object({ oid: z.string() })),
              branchProtectionRule: z.nullish(
                z.object({ requiredStatusCheckContexts: z.nullish(z.array(z.nullable(z.string()))) }),
              ),
              rules: nodes(
                z.object({
                  type: z.string(),
                  parameters: z.nullish(
                    z.object({
                      requiredStatusChecks: z.optional(z.array(z.object({ context: z.string() }))),
                    }),
                  ),
                }),
              ),
            }),
          ),
          commits: nodes(
            z.object({
              commit: z.object({
                committedDate: z.string(),
                statusCheckRollup: z.nullish(
                  z.object({
                    contexts: z.object({
                      pageInfo: z.object({ hasNextPage: z.boolean() }),
                      nodes: z.nullish(z.array(z.nullable(context))),
                    }),
                  }),
                ),
              }),
            }),
          ),
        }),
      ),
    }),
  ),
});

export type ListedFile = { readonly path: string; readonly additions: number; readonly deletions: number };
export type Snapshot = PullNow & {
  /** All changed files; undefined where the page was too short or a rename hides where a file came from. */
  readonly files: readonly ListedFile[] | undefined;
};

const GHOST = { login: 'ghost', id: '10137', bot: false } as const;
const METHODS: readonly (readonly [MergeMethod, 'mergeCommitAllowed' | 'squashMergeAllowed' | 'rebaseMergeAllowed'])[] =
  [
    ['merge', 'mergeCommitAllowed'],
    ['squash', 'squashMergeAllowed'],
    ['rebase', 'rebaseMergeAllowed'],
  ];

/** Undefined where there is no such pull request; throws where the answer is not what was asked for. */
export function snapshotFrom(data: unknown): Snapshot | undefined {
  const { repository } = snapshot.parse(data);
  const pull = repository?.pullRequest;
  if (repository === null || repository === undefined || pull === null || pull === undefined) return undefined;
  const commit = listOf(pull.commits)[0]?.commit;
  const rollup = commit?.statusCheckRollup?.contexts;
  const reported = (rollup?.nodes ?? []).flatMap((each) => (each === null ? [] : [checkFrom(each)]));
  const required = requiredIn(pull.baseRef);
  const listed = pull.files?.nodes?.flatMap((each) => each ?? []) ?? [];
  const whole =
    pull.files !== null &&
    pull.files !== undefined &&
    listed.length === pull.changedFiles &&
    listed.length === pull.files.totalCount &&
    !listed.some(({ changeType }) => changeType === 'RENAMED' || changeType === 'COPIED');
  return {
    title: pull.title,
    state: pull.state === 'OPEN' ? 'open' : pull.state === 'MERGED' ? 'merged' : 'closed',
    draft: pull.isDraft,
    mergeable: pull.mergeable === 'MERGEABLE' ? 'yes' : pull.mergeable === 'CONFLICTING' ? 'conflicting' : 'unknown',
    headSha: pull.headRefOid,
    baseRef: pull.baseRefName,
    baseSha: pull.baseRef?.target?.oid ?? pull.baseRefOid,
    author: personFrom(pull.author),
    labels: listOf(pull.labels).map(({ name }) => name),
    changedFiles: pull.changedFiles,
    methods: METHODS.flatMap(([method, allowed]) => (repository[allowed] ? [method] : [])),
    checks: withRequired(reported, required),
    checksComplete: rollup?.pageInfo.hasNextPage !== true,
    reviews: listOf(pull.reviews).flatMap(reviewFrom),
    headCommittedAt: commit?.committedDate ?? '',
    public: !repository.isPrivate,
    files: whole ? listed.map(({ path, additions, deletions }) => ({ path, additions, deletions })) : undefined,
  };
}

function listOf<T>(connection: { readonly nodes?: readonly (T | null)[] | null | undefined } | null | undefined): T[] {
  return (connection?.nodes ?? []).flatMap((each) => (each === null ? [] : [each]));
}

function personFrom(from: z.infer<typeof account>): PullNow['author'] {
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

function reviewFrom(review: {
  readonly databaseId?: number | null | undefined;
  readonly state: string;
  readonly author?: z.infer<typeof account>;
  readonly commit?: { readonly oid: string } | null | undefined;
}): readonly ReviewFact[] {
  const verdict = VERDICTS.get(review.state);
  if (verdict === undefined) return [];
  const by = personFrom(review.author);
  return [{ id: String(review.databaseId ?? ''), verdict, headSha: review.commit?.oid ?? '', by }];
}

function requiredIn(
  base:
    | {
        readonly branchProtectionRule?:
          { readonly requiredStatusCheckContexts?: readonly (string | null)[] | null | undefined } | null | undefined;
        readonly rules?:
          | {
              readonly nodes?:
                | readonly ({
                    readonly parameters?:
                      | { readonly requiredStatusChecks?: readonly { readonly context: string }[] | undefined }
                      | null
                      | undefined;
                  } | null)[]
                | null
                | undefined;
            }
          | null
          | undefined;
      }
    | null
    | undefined,
): ReadonlySet<string> {
  const byProtection = (base?.branchProtectionRule?.requiredStatusCheckContexts ?? []).flatMap((name) => name ?? []);
  const byRules = listOf(base?.rules).flatMap(({ parameters }) => parameters?.requiredStatusChecks ?? []);
  return new Set([...byProtection, ...byRules.map((each) => each.context)]);
}

/** Neutral and skipped runs do not stand in the way: GitHub's own merge box treats them so. */
const GREEN: ReadonlySet<string> = new Set(['SUCCESS', 'NEUTRAL', 'SKIPPED']);

function checkFrom(from: z.infer<typeof context>): Check {
  if (from.kind === 'CheckRun') {
    const finished = from.status === 'COMPLETED';
    const state = !finished ? 'pending' : GREEN.has(from.conclusion ?? '') ? 'success' : 'failure';
    return { name: from.name, state, required: from.isRequired ?? false, url: from.detailsUrl ?? undefined };
  }
  const pending = from.state === 'PENDING' || from.state === 'EXPECTED';
  const state = from.state === 'SUCCESS' ? 'success' : pending ? 'pending' : 'failure';
  return { name: from.context, state, required: from.isRequired ?? false, url: from.targetUrl ?? undefined };
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
