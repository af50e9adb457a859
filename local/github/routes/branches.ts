/** Branches, their classic protection, and rulesets. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { moveRef } from '../changes.ts';
import {
  actorOf,
  invalid,
  isRecord,
  type Need,
  notFound,
  recordIn,
  recordsIn,
  repositoryFor,
  textIn,
  textsIn,
} from '../gate.ts';
import { isProtected, protectionOn, rulesOn } from '../protection.ts';
import { teamJson, userJsonOf } from '../json/accounts.ts';
import { commitJson } from '../json/git.ts';
import { nodeId } from '../json/node-id.ts';
import { repositoryPage, repositoryUrl } from '../json/repositories.ts';
import { branchRef } from '../pulls.ts';
import { isRefName } from '../revisions.ts';
import {
  accountNamed,
  type ActorLists,
  fullNameOf,
  moment,
  nextId,
  type Protection,
  type Repository,
  type ReviewProtection,
  type Ruleset,
  teamNamed,
} from '../state.ts';

const READ: Need = { permission: 'contents', level: 'read', role: 'read' };
const SEE: Need = { permission: 'metadata', level: 'read', role: 'read' };
const READ_PROTECTION: Need = { permission: 'administration', level: 'read', role: 'admin' };
const ADMINISTER: Need = { permission: 'administration', level: 'write', role: 'admin' };

const protectionUrl = (call: Call, repository: Repository, branch: string): string =>
  `${repositoryUrl(call.box, repository)}/branches/${branch}/protection`;

const namesOf = (repository: Repository): readonly string[] =>
  [...repository.refs.keys()]
    .filter((ref) => ref.startsWith('refs/heads/'))
    .map((ref) => ref.slice('refs/heads/'.length));

function branchIn({ params }: Call, repository: Repository): { readonly branch: string; readonly sha: string } {
  const branch = params['branch'] ?? '';
  const sha = repository.refs.get(branchRef(branch));
  if (sha === undefined) throw new GitHubError(404, 'Branch not found');
  return { branch, sha };
}

/** What a branch shows of its protection to everybody. */
function shortProtection(protection: Protection | undefined) {
  const checks = protection?.requiredStatusChecks ?? null;
  return {
    enabled: protection !== undefined,
    required_status_checks: {
      enforcement_level: checks === null ? 'off' : protection?.enforceAdmins === true ? 'everyone' : 'non_admins',
      contexts: checks?.checks.map(({ context }) => context) ?? [],
      checks: checks?.checks.map(({ context, appId }) => ({ context, app_id: appId })) ?? [],
    },
  };
}

function branchJson(call: Call, repository: Repository, branch: string, sha: string) {
  const { box } = call;
  return {
    name: branch,
    commit: commitJson(box, repository, sha),
    _links: {
      self: `${repositoryUrl(box, repository)}/branches/${branch}`,
      html: `${repositoryPage(box, repository)}/tree/${branch}`,
    },
    protected: isProtected(repository, branch),
    protection: shortProtection(protectionOn(repository, branch)),
    protection_url: protectionUrl(call, repository, branch),
  };
}

// Classic protection

function actorsJson({ box }: Call, { users, teams }: ActorLists) {
  const found = teams.map((id) => box.state.teams.get(id)).filter((each) => each !== undefined);
  return {
    users: users.map((id) => userJsonOf(box, id)),
    teams: found.map((each) => teamJson(box, each)),
    apps: [],
  };
}

function statusChecksJson(call: Call, repository: Repository, branch: string, protection: Protection) {
  const { requiredStatusChecks } = protection;
  if (requiredStatusChecks === null) throw new GitHubError(404, 'Required status checks not enabled');
  const url = `${protectionUrl(call, repository, branch)}/required_status_checks`;
  return {
    url,
    strict: requiredStatusChecks.strict,
    contexts: requiredStatusChecks.checks.map(({ context }) => context),
    contexts_url: `${url}/contexts`,
    checks: requiredStatusChecks.checks.map(({ context, appId }) => ({ context, app_id: appId })),
  };
}

function reviewsJson(call: Call, repository: Repository, branch: string, protection: Protection) {
  const reviews = protection.requiredPullRequestReviews;
  if (reviews === null) throw new GitHubError(404, 'Pull request reviews are not required');
  const protectedAt = protectionUrl(call, repository, branch);
  return {
    url: `${protectedAt}/required_pull_request_reviews`,
    dismiss_stale_reviews: reviews.dismissStaleReviews,
    require_code_owner_reviews: reviews.requireCodeOwnerReviews,
    required_approving_review_count: reviews.requiredApprovingReviewCount,
    require_last_push_approval: reviews.requireLastPushApproval,
    ...(reviews.dismissalRestrictions === null
      ? {}
      : {
          dismissal_restrictions: {
            url: `${protectedAt}/dismissal_restrictions`,
            users_url: `${protectedAt}/dismissal_restrictions/users`,
            teams_url: `${protectedAt}/dismissal_restrictions/teams`,
            ...actorsJson(call, reviews.dismissalRestrictions),
          },
        }),
    ...(reviews.bypassAllowances === null
      ? {}
      : { bypass_pull_request_allowances: actorsJson(call, reviews.bypassAllowances) }),
  };
}

function protectionJson(call: Call, repository: Repository, branch: string, protection: Protection) {
  const url = protectionUrl(call, repository, branch);
  return {
    url,
    ...(protection.requiredStatusChecks === null
      ? {}
      : { required_status_checks: statusChecksJson(call, repository, branch, protection) }),
    ...(protection.requiredPullRequestReviews === null
      ? {}
      : { required_pull_request_reviews: reviewsJson(call, repository, branch, protection) }),
    ...(protection.restrictions === null
      ? {}
      : {
          restrictions: {
            url: `${url}/restrictions`,
            users_url: `${url}/restrictions/users`,
            teams_url: `${url}/restrictions/teams`,
            apps_url: `${url}/restrictions/apps`,
            ...actorsJson(call, protection.restrictions),
          },
        }),
    required_signatures: { url: `${url}/required_signatures`, enabled: protection.requiredSignatures },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.requiredLinearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: protection.blockCreations },
    required_conversation_resolution: { enabled: protection.requiredConversationResolution },
    lock_branch: { enabled: protection.lockBranch },
    allow_fork_syncing: { enabled: protection.allowForkSyncing },
  };
}

function protectionFor(call: Call, need: Need) {
  const repository = repositoryFor(call, need);
  const { branch } = branchIn(call, repository);
  const protection = protectionOn(repository, branch);
  if (protection === undefined) throw new GitHubError(404, 'Branch not protected');
  return { repository, branch, protection };
}

function actorsIn(call: Call, repository: Repository, value: unknown): ActorLists | null {
  if (!isRecord(value)) return null;
  const { state } = call.box;
  const users = (textsIn(value, 'users') ?? []).map((login) => accountNamed(state, login)?.id);
  const teams = (textsIn(value, 'teams') ?? []).map((slug) => teamNamed(state, repository.ownerId, slug)?.id);
  return {
    users: users.filter((id) => id !== undefined),
    teams: teams.filter((id) => id !== undefined),
  };
}

function checksIn(value: Readonly<Record<string, unknown>>, strictBefore = false): Protection['requiredStatusChecks'] {
  const checks = recordsIn(value, 'checks').map((each) => {
    const appId = each['app_id'];
    // GitHub's -1 means that any App may report it.
    return { context: textIn(each, 'context') ?? '', appId: typeof appId === 'number' && appId > 0 ? appId : null };
  });
  const contexts = (textsIn(value, 'contexts') ?? [])
    .filter((context) => !checks.some((each) => each.context === context))
    .map((context) => ({ context, appId: null }));
  return {
    strict: typeof value['strict'] === 'boolean' ? value['strict'] : strictBefore,
    checks: [...checks, ...contexts],
  };
}

function reviewsIn(
  call: Call,
  repository: Repository,
  value: Readonly<Record<string, unknown>>,
  before?: ReviewProtection | null,
): ReviewProtection {
  const flag = (name: string, otherwise = false): boolean => {
    const given = value[name];
    return typeof given === 'boolean' ? given : otherwise;
  };
  const count = value['required_approving_review_count'];
  const restrictions = value['dismissal_restrictions'];
  // An empty object switches the restriction off.
  const restricted = isRecord(restrictions) && Object.keys(restrictions).length > 0;
  return {
    dismissStaleReviews: flag('dismiss_stale_reviews', before?.dismissStaleReviews),
    requireCodeOwnerReviews: flag('require_code_owner_reviews', before?.requireCodeOwnerReviews),
    requiredApprovingReviewCount: typeof count === 'number' ? count : (before?.requiredApprovingReviewCount ?? 1),
    requireLastPushApproval: flag('require_last_push_approval', before?.requireLastPushApproval),
    dismissalRestrictions: restricted
      ? actorsIn(call, repository, restrictions)
      : restrictions === undefined
        ? (before?.dismissalRestrictions ?? null)
        : null,
    bypassAllowances:
      value['bypass_pull_request_allowances'] === undefined
        ? (before?.bypassAllowances ?? null)
        : actorsIn(call, repository, value['bypass_pull_request_allowances']),
  };
}

function tellOfProtection(call: Call, repository: Repository, action: string, protection: Protection): void {
  const { requiredStatusChecks, requiredPullRequestReviews: reviews } = protection;
  const level = (on: boolean): string => (on ? (protection.enforceAdmins ? 'everyone' : 'non_admins') : 'off');
  const rule = {
    id: protection.id,
    repository_id: repository.id,
    name: protection.pattern,
    created_at: protection.createdAt,
    updated_at: protection.updatedAt,
    admin_enforced: protection.enforceAdmins,
    allow_deletions_enforcement_level: level(protection.allowDeletions),
    allow_force_pushes_enforcement_level: level(protection.allowForcePushes),
    authorized_actor_names: [],
    authorized_actors_only: protection.restrictions !== null,
    authorized_dismissal_actors_only: (reviews?.dismissalRestrictions ?? null) !== null,
    dismiss_stale_reviews_on_push: reviews?.dismissStaleReviews ?? false,
    ignore_approvals_from_contributors: false,
    linear_history_requirement_enforcement_level: level(protection.requiredLinearHistory),
    merge_queue_enforcement_level: 'off',
    pull_request_reviews_enforcement_level: level(reviews !== null),
    require_code_owner_review: reviews?.requireCodeOwnerReviews ?? false,
    required_approving_review_count: reviews?.requiredApprovingReviewCount ?? 0,
    required_conversation_resolution_level: level(protection.requiredConversationResolution),
    required_deployments_enforcement_level: 'off',
    required_status_checks: requiredStatusChecks?.checks.map(({ context }) => context) ?? [],
    required_status_checks_enforcement_level: level(requiredStatusChecks !== null),
    signature_requirement_enforcement_level: level(protection.requiredSignatures),
    strict_required_status_checks_policy: requiredStatusChecks?.strict ?? false,
  };
  call.box.emit({
    event: 'branch_protection_rule',
    action,
    repository: repository.id,
    sender: actorOf(call).login,
    payload: { rule, ...(action === 'edited' ? { changes: {} } : {}) },
  });
}

function protect(call: Call) {
  const { box, body } = call;
  const repository = repositoryFor(call, ADMINISTER);
  const { branch } = branchIn(call, repository);
  const before = repository.protections.get(branch);
  const at = moment(box.now());
  const checks = recordIn(body, 'required_status_checks');
  const reviews = recordIn(body, 'required_pull_request_reviews');
  const protection: Protection = {
    id: before?.id ?? nextId(box.state),
    pattern: branch,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
    requiredStatusChecks: checks === undefined ? null : checksIn(checks),
    requiredPullRequestReviews: reviews === undefined ? null : reviewsIn(call, repository, reviews),
    restrictions: actorsIn(call, repository, body['restrictions']),
    enforceAdmins: body['enforce_admins'] === true,
    requiredLinearHistory: body['required_linear_history'] === true,
    allowForcePushes: body['allow_force_pushes'] === true,
    allowDeletions: body['allow_deletions'] === true,
    blockCreations: body['block_creations'] === true,
    requiredConversationResolution: body['required_conversation_resolution'] === true,
    lockBranch: body['lock_branch'] === true,
    allowForkSyncing: body['allow_fork_syncing'] === true,
    requiredSignatures: before?.requiredSignatures ?? false,
  };
  repository.protections.set(branch, protection);
  tellOfProtection(call, repository, before === undefined ? 'created' : 'edited', protection);
  return { status: 200, body: protectionJson(call, repository, branch, protection) };
}

// Rulesets

function rulesetJson({ box }: Call, repository: Repository, ruleset: Ruleset, inFull: boolean) {
  const { id, conditions } = ruleset;
  return {
    id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository',
    source: fullNameOf(box.state, repository),
    enforcement: ruleset.enforcement,
    node_id: nodeId('RepositoryRuleset', id),
    _links: {
      self: { href: `${repositoryUrl(box, repository)}/rulesets/${id}` },
      html: { href: `${repositoryPage(box, repository)}/rules/${id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
    ...(inFull
      ? {
          bypass_actors: ruleset.bypassActors,
          conditions: { ref_name: conditions ?? { include: [], exclude: [] } },
          rules: ruleset.rules,
        }
      : {}),
  };
}

function rulesetFor(call: Call, need: Need) {
  const repository = repositoryFor(call, need);
  const ruleset = repository.rulesets.get(Number(call.params['ruleset_id']));
  if (ruleset === undefined) throw notFound();
  return { repository, ruleset };
}

function rulesetIn(body: Call['body']): Partial<Ruleset> {
  const { name, target, enforcement } = body;
  const refName = recordIn(recordIn(body, 'conditions') ?? {}, 'ref_name');
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(target === 'branch' || target === 'tag' || target === 'push' ? { target } : {}),
    ...(enforcement === 'disabled' || enforcement === 'active' || enforcement === 'evaluate' ? { enforcement } : {}),
    ...(body['bypass_actors'] === undefined ? {} : { bypassActors: recordsIn(body, 'bypass_actors') }),
    ...(refName === undefined
      ? {}
      : { conditions: { include: textsIn(refName, 'include') ?? [], exclude: textsIn(refName, 'exclude') ?? [] } }),
    ...(body['rules'] === undefined
      ? {}
      : {
          rules: recordsIn(body, 'rules').map((rule) => {
            const parameters = recordIn(rule, 'parameters');
            return { type: textIn(rule, 'type') ?? '', ...(parameters === undefined ? {} : { parameters }) };
          }),
        }),
  };
}

function tellOfRuleset(call: Call, repository: Repository, action: string, ruleset: Ruleset): void {
  call.box.emit({
    event: 'repository_ruleset',
    action,
    repository: repository.id,
    sender: actorOf(call).login,
    payload: { repository_ruleset: rulesetJson(call, repository, ruleset, true) },
  });
}

/** Newest first unless asked otherwise. Where a list goes on GitHub says in a link of its own; here it ends with a page. */
function activities(call: Call): Answer {
  const repository = repositoryFor(call, READ);
  const asked = (name: string): string | undefined => call.query.get(name) ?? undefined;
  const [ref, type, actor] = ['ref', 'activity_type', 'actor'].map(asked);
  const size = Math.min(Number(asked('per_page') ?? 30), 100);
  const { state } = call.box;
  const found = (repository.activities ?? []).filter(
    (each) =>
      each.ref.startsWith('refs/heads/') &&
      (ref === undefined || [ref, branchRef(ref)].includes(each.ref)) &&
      (type === undefined || each.type === type) &&
      (actor === undefined || each.actorId === accountNamed(state, actor)?.id),
  );
  const inOrder = asked('direction') === 'asc' ? found : found.toReversed();
  const body = inOrder.slice(0, size).map((each) => ({
    id: each.id,
    node_id: nodeId('Activity', each.id),
    before: each.before,
    after: each.after,
    ref: each.ref,
    timestamp: each.at,
    activity_type: each.type,
    actor: userJsonOf(call.box, each.actorId),
  }));
  return { status: 200, body };
}

export const branchRoutes: Routes = {
  'GET /repos/{owner}/{repo}/activity': activities,
  'GET /repos/{owner}/{repo}/branches': (call) => {
    const repository = repositoryFor(call, READ);
    const wanted = call.query.get('protected');
    const body = namesOf(repository)
      .filter((name) => wanted === null || String(isProtected(repository, name)) === wanted)
      .toSorted()
      .map((name) => {
        const sha = repository.refs.get(branchRef(name)) ?? '';
        return {
          name,
          commit: { sha, url: `${repositoryUrl(call.box, repository)}/commits/${sha}` },
          protected: isProtected(repository, name),
          protection: shortProtection(protectionOn(repository, name)),
          protection_url: protectionUrl(call, repository, name),
        };
      });
    return { status: 200, body, list: true };
  },
  'GET /repos/{owner}/{repo}/branches/{branch}': (call) => {
    const repository = repositoryFor(call, READ);
    const { branch, sha } = branchIn(call, repository);
    return { status: 200, body: branchJson(call, repository, branch, sha) };
  },
  'POST /repos/{owner}/{repo}/branches/{branch}/rename': (call) => {
    const { box } = call;
    const repository = repositoryFor(call, { permission: 'contents', level: 'write', role: 'write' });
    const { branch, sha } = branchIn(call, repository);
    const name = textIn(call.body, 'new_name') ?? '';
    if (!isRefName(name)) throw invalid('Branch', 'new_name', 'invalid', `${name} is not a valid branch name`);
    if (repository.refs.has(branchRef(name))) throw invalid('Branch', 'new_name', 'already_exists');
    const sender = actorOf(call).login;
    if (repository.defaultBranch === branch) repository.defaultBranch = name;
    // Pull requests follow a renamed branch, where they would be closed with a deleted one.
    for (const each of box.state.repositories.values()) {
      for (const { pull } of each.issues.values()) {
        if (pull === undefined) continue;
        if (each.id === repository.id && pull.base.ref === branch) pull.base.ref = name;
        if (pull.head.repositoryId === repository.id && pull.head.ref === branch) pull.head.ref = name;
      }
    }
    const protection = repository.protections.get(branch);
    if (protection !== undefined) {
      repository.protections.delete(branch);
      repository.protections.set(name, { ...protection, pattern: name });
    }
    moveRef(box, repository, branchRef(name), sha, sender);
    moveRef(box, repository, branchRef(branch), null, sender);
    return { status: 201, body: branchJson(call, repository, name, sha) };
  },
  'GET /repos/{owner}/{repo}/branches/{branch}/protection': (call) => {
    const { repository, branch, protection } = protectionFor(call, READ_PROTECTION);
    return { status: 200, body: protectionJson(call, repository, branch, protection) };
  },
  'PUT /repos/{owner}/{repo}/branches/{branch}/protection': protect,
  'DELETE /repos/{owner}/{repo}/branches/{branch}/protection': (call) => {
    const { repository, protection } = protectionFor(call, ADMINISTER);
    repository.protections.delete(protection.pattern);
    tellOfProtection(call, repository, 'deleted', protection);
    return { status: 204 };
  },
  'GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks': (call) => {
    const { repository, branch, protection } = protectionFor(call, READ_PROTECTION);
    return { status: 200, body: statusChecksJson(call, repository, branch, protection) };
  },
  'PATCH /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks': (call) => {
    const { repository, branch, protection } = protectionFor(call, ADMINISTER);
    if (protection.requiredStatusChecks === null) throw new GitHubError(404, 'Required status checks not enabled');
    const { strict, checks } = protection.requiredStatusChecks;
    const given = checksIn(call.body, strict);
    const named = call.body['checks'] !== undefined || call.body['contexts'] !== undefined;
    protection.requiredStatusChecks = {
      strict: given?.strict ?? strict,
      checks: named ? (given?.checks ?? []) : checks,
    };
    tellOfProtection(call, repository, 'edited', protection);
    return { status: 200, body: statusChecksJson(call, repository, branch, protection) };
  },
  'DELETE /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks': (call) => {
    const { repository, protection } = protectionFor(call, ADMINISTER);
    protection.requiredStatusChecks = null;
    tellOfProtection(call, repository, 'edited', protection);
    return { status: 204 };
  },
  'GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks/contexts': (call) => {
    const { repository, branch, protection } = protectionFor(call, READ_PROTECTION);
    return { status: 200, body: statusChecksJson(call, repository, branch, protection).contexts };
  },
  'GET /repos/{owner}/{repo}/branches/{branch}/protection/required_pull_request_reviews': (call) => {
    const { repository, branch, protection } = protectionFor(call, READ_PROTECTION);
    return { status: 200, body: reviewsJson(call, repository, branch, protection) };
  },
  'PATCH /repos/{owner}/{repo}/branches/{branch}/protection/required_pull_request_reviews': (call) => {
    const { repository, branch, protection } = protectionFor(call, ADMINISTER);
    const before = protection.requiredPullRequestReviews;
    protection.requiredPullRequestReviews = reviewsIn(call, repository, call.body, before);
    tellOfProtection(call, repository, 'edited', protection);
    return { status: 200, body: reviewsJson(call, repository, branch, protection) };
  },
  'DELETE /repos/{owner}/{repo}/branches/{branch}/protection/required_pull_request_reviews': (call) => {
    const { repository, protection } = protectionFor(call, ADMINISTER);
    protection.requiredPullRequestReviews = null;
    tellOfProtection(call, repository, 'edited', protection);
    return { status: 204 };
  },
  'GET /repos/{owner}/{repo}/rules/branches/{branch}': (call) => {
    const repository = repositoryFor(call, SEE);
    const source = fullNameOf(call.box.state, repository);
    // Asked for by name: the branch need not be there yet.
    const body = rulesOn(repository, call.params['branch'] ?? '').map(({ type, parameters, ruleset }) => ({
      type,
      ...(parameters === undefined ? {} : { parameters }),
      ruleset_source_type: 'Repository',
      ruleset_source: source,
      ruleset_id: ruleset.id,
    }));
    return { status: 200, body, list: true };
  },
  'GET /repos/{owner}/{repo}/rulesets': (call) => {
    const repository = repositoryFor(call, SEE);
    const targets = call.query.get('targets')?.split(',');
    const found = [...repository.rulesets.values()].filter((each) => targets?.includes(each.target) ?? true);
    return { status: 200, body: found.map((each) => rulesetJson(call, repository, each, false)), list: true };
  },
  'POST /repos/{owner}/{repo}/rulesets': (call) => {
    const { box, body } = call;
    const repository = repositoryFor(call, ADMINISTER);
    const at = moment(box.now());
    const ruleset: Ruleset = {
      id: nextId(box.state),
      name: '',
      target: 'branch',
      enforcement: 'active',
      bypassActors: [],
      conditions: { include: [], exclude: [] },
      rules: [],
      createdAt: at,
      updatedAt: at,
      ...rulesetIn(body),
    };
    if ([...repository.rulesets.values()].some((each) => each.name === ruleset.name))
      throw invalid('RepositoryRuleset', 'name', 'custom', 'Name must be unique');
    repository.rulesets.set(ruleset.id, ruleset);
    tellOfRuleset(call, repository, 'created', ruleset);
    return { status: 201, body: rulesetJson(call, repository, ruleset, true) };
  },
  'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}': (call) => {
    const { repository, ruleset } = rulesetFor(call, SEE);
    return { status: 200, body: rulesetJson(call, repository, ruleset, true) };
  },
  'PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}': (call) => {
    const { repository, ruleset } = rulesetFor(call, ADMINISTER);
    Object.assign(ruleset, rulesetIn(call.body), { updatedAt: moment(call.box.now()) });
    tellOfRuleset(call, repository, 'edited', ruleset);
    return { status: 200, body: rulesetJson(call, repository, ruleset, true) };
  },
  'DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}': (call) => {
    const { repository, ruleset } = rulesetFor(call, ADMINISTER);
    repository.rulesets.delete(ruleset.id);
    tellOfRuleset(call, repository, 'deleted', ruleset);
    return { status: 204 };
  },
};
