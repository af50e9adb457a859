/** What protects a branch: classic protection and rulesets, and what both together ask of a merge. */
import type { Protection, Repository, Rule, Ruleset } from './state.ts';

/** `*` stays inside a path segment, `**` does not: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/managing-a-branch-protection-rule */
export function fitsPattern(pattern: string, name: string): boolean {
  const source = pattern
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
    })
    .join('');
  return new RegExp(`^${source}$`).test(name);
}

/** An exact name wins over a pattern, an older pattern over a newer one. */
export function protectionOn(repository: Repository, branch: string): Protection | undefined {
  const exact = repository.protections.get(branch);
  if (exact !== undefined) return exact;
  for (const protection of repository.protections.values())
    if (fitsPattern(protection.pattern, branch)) return protection;
  return undefined;
}

function coversRef({ defaultBranch }: Repository, { conditions }: Ruleset, ref: string): boolean {
  const fits = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' ? ref === `refs/heads/${defaultBranch}` : fitsPattern(pattern, ref));
  return conditions === null || (conditions.include.some(fits) && !conditions.exclude.some(fits));
}

export interface EffectiveRule extends Rule {
  readonly ruleset: Ruleset;
}

/** The rules of active rulesets that hold for a branch. */
export const rulesOn = (repository: Repository, branch: string): readonly EffectiveRule[] =>
  [...repository.rulesets.values()]
    .filter(({ target, enforcement }) => target === 'branch' && enforcement === 'active')
    .filter((ruleset) => coversRef(repository, ruleset, `refs/heads/${branch}`))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ ...rule, ruleset })));

export const isProtected = (repository: Repository, branch: string): boolean =>
  protectionOn(repository, branch) !== undefined || rulesOn(repository, branch).length > 0;

export interface RequiredCheck {
  readonly context: string;
  readonly appId: number | null;
}

/** What a branch asks of a pull request before it is merged. */
export interface Requirements {
  readonly checks: readonly RequiredCheck[];
  /** The branch must hold everything its base has. */
  readonly upToDate: boolean;
  readonly pullRequest: boolean;
  readonly approvals: number;
  readonly codeOwners: boolean;
  readonly dismissStale: boolean;
  readonly lastPushApproval: boolean;
  readonly resolvedConversations: boolean;
  readonly linearHistory: boolean;
  readonly locked: boolean;
  readonly methods: readonly ('merge' | 'squash' | 'rebase')[];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;

const METHODS = ['merge', 'squash', 'rebase'] as const;

/** How the merge queue of a branch merges and how many it tests at once; undefined where the branch has none. */
export function mergeQueueOn(
  repository: Repository,
  branch: string,
): { readonly method: (typeof METHODS)[number]; readonly atOnce: number } | undefined {
  const rule = rulesOn(repository, branch).find(({ type }) => type === 'merge_queue');
  if (rule === undefined) return undefined;
  return {
    method: METHODS.find((each) => each.toUpperCase() === rule.parameters?.['merge_method']) ?? 'merge',
    atOnce: Number(rule.parameters?.['max_entries_to_build'] ?? 5),
  };
}

export function requirementsOn(repository: Repository, branch: string): Requirements {
  const protection = protectionOn(repository, branch);
  const rules = rulesOn(repository, branch);
  const ofType = (type: string): readonly EffectiveRule[] => rules.filter((rule) => rule.type === type);
  const flag = (type: string, name: string): boolean =>
    ofType(type).some(({ parameters }) => parameters?.[name] === true);
  const reviews = protection?.requiredPullRequestReviews;
  const fromRules = ofType('required_status_checks').flatMap(({ parameters }) =>
    listOf(parameters?.['required_status_checks']).map((each) => {
      const appId = fieldOf(each, 'integration_id');
      return { context: String(fieldOf(each, 'context')), appId: typeof appId === 'number' ? appId : null };
    }),
  );
  const counts = ofType('pull_request').map(({ parameters }) =>
    Number(parameters?.['required_approving_review_count'] ?? 0),
  );
  const { settings } = repository;
  const allowed = {
    merge: settings.allowMergeCommit,
    squash: settings.allowSquashMerge,
    rebase: settings.allowRebaseMerge,
  };
  const linearHistory = protection?.requiredLinearHistory === true || ofType('required_linear_history').length > 0;
  const narrowed = ofType('pull_request')
    .map(({ parameters }) => parameters?.['allowed_merge_methods'])
    .filter((methods) => Array.isArray(methods));
  return {
    checks: [...(protection?.requiredStatusChecks?.checks ?? []), ...fromRules],
    upToDate:
      protection?.requiredStatusChecks?.strict === true ||
      flag('required_status_checks', 'strict_required_status_checks_policy'),
    pullRequest: reviews !== undefined && reviews !== null ? true : ofType('pull_request').length > 0,
    approvals: Math.max(0, reviews?.requiredApprovingReviewCount ?? 0, ...counts),
    codeOwners: reviews?.requireCodeOwnerReviews === true || flag('pull_request', 'require_code_owner_review'),
    dismissStale: reviews?.dismissStaleReviews === true || flag('pull_request', 'dismiss_stale_reviews_on_push'),
    lastPushApproval: reviews?.requireLastPushApproval === true || flag('pull_request', 'require_last_push_approval'),
    resolvedConversations:
      protection?.requiredConversationResolution === true || flag('pull_request', 'required_review_thread_resolution'),
    linearHistory,
    locked: protection?.lockBranch === true,
    methods: METHODS.filter(
      (method) =>
        allowed[method] &&
        !(linearHistory && method === 'merge') &&
        narrowed.every((methods) => methods.some((each) => each === method)),
    ),
  };
}
