/**
 * From Tide, jobs and branch protection to our merge gate. What cannot be said there makes merging stricter, or turns it
 * off where it applies; nothing is merged that Tide would not merge.
 */
import { code, listed } from '../../language/index.ts';
import { compilePattern } from '../../owners/index.ts';
import { branchesCovered, branchesCovering } from './branches.ts';
import type { ConfigFile, Contexts, Method, Methods, Policy, Presubmit, Query } from './config-file.ts';
import { isOrganization, organizationOf, type Placed, type Scope } from './enabled.ts';
import type { Source } from './finding.ts';
import { covers } from './lint.ts';
import type { At } from './shape.ts';
import { templateFrom } from './templates.ts';

type OurQuery = {
  readonly labels?: readonly string[];
  readonly missing_labels?: readonly string[];
  readonly branches?: readonly string[];
  readonly except_branches?: readonly string[];
  readonly author?: string;
  readonly milestone?: string;
  readonly review_approved?: boolean;
};
type OurCheck = {
  readonly name: string;
  readonly branches?: readonly string[];
  readonly except_branches?: readonly string[];
};
/** What `merge.checks` says beside the plain lists. */
type OurChecks = {
  readonly branches?: readonly string[];
  readonly optional?: readonly string[];
  readonly optional_matching?: readonly string[];
  readonly if_present?: readonly string[];
  readonly all?: boolean;
};
type OurMethod = { readonly method: Method } & (
  { readonly branches: readonly string[] } | { readonly matching: string }
);

/** What our gate is told about one organization or repository; each part with where it comes from. */
export type Merging = {
  readonly enabled: At<boolean>;
  readonly method: At<Method>;
  readonly methods: readonly At<OurMethod>[];
  readonly commitTitle: At<string>;
  readonly commitBody: At<string>;
  readonly queries: readonly At<OurQuery>[];
  readonly requiredChecks: readonly At<OurCheck>[];
  readonly optionalChecks: readonly At<string>[];
  readonly allChecks: At<boolean>;
  readonly checks: readonly At<OurChecks>[];
};

/** Where Tide has no query. */
export const NO_MERGING: Merging = {
  enabled: { value: false, offset: 0 },
  method: { value: 'merge', offset: 0 },
  methods: [],
  commitTitle: { value: '', offset: 0 },
  commitBody: { value: '', offset: 0 },
  queries: [],
  requiredChecks: [],
  optionalChecks: [],
  allChecks: { value: false, offset: 0 },
  checks: [],
};

/** Keys of tide that only narrow what is merged, and that settings of ours take over. */
const BLOCKER = 'tide.blocker_label';
const METHOD_LABELS = ['squash_label', 'rebase_label', 'merge_label'] as const;
const TIDE_CONTEXT = 'tide';

/** @param carried whether a setting of ours reads this key of Prow's */
export function mergingOf(
  config: ConfigFile,
  source: Source,
  carried: (key: string) => boolean,
): { readonly scopes: readonly Placed[]; readonly at: (scope: Scope) => Merging } {
  const tide = config.tide?.value;
  const found = queriesOf(config, source, carried);
  const blocker = tide?.blocker_label;
  const blocked = blocker !== undefined && blocker.value !== '' && !carried(BLOCKER);
  if (blocked) {
    const said = `An open issue with the label ${code(blocker.value)} stops Tide and cannot stop merging here, so merging is off everywhere; set ${code('merge.enabled')} in a file of your own to merge all the same.`;
    source.found('unsupported', blocker.offset, BLOCKER, said);
  }
  const known = new Map<Scope, Merging>();
  const told = new Set<number>();
  const at = (scope: Scope): Merging => {
    const merging = known.get(scope) ?? worked(scope);
    known.set(scope, merging);
    return merging;
  };
  const worked = (scope: Scope): Merging => {
    const here = found.filter(({ query }) => covers(query, scope));
    const method = methodFor(config, scope);
    const { methods, unknown } = branchMethods(config, scope, method.value);
    const queries = here.flatMap(({ ours, offset }) => (ours === undefined ? [] : [{ value: ours, offset }]));
    if (unknown !== undefined && !told.has(unknown)) {
      told.add(unknown);
      const said = `How to merge depends on the branch in ${code(scope)}, in a way that cannot be said here, so merging is off there.`;
      source.found('unsupported', unknown, 'tide.merge_method', said);
    }
    const first = here[0]?.offset ?? config.tide?.offset ?? 0;
    const checks = checksFor(config, scope, source);
    const excess = unsaid(queries, checks);
    if (excess !== undefined)
      source.found('unsupported', excess.offset, 'tide.queries', `${excess.value} Merging is off for ${code(scope)}.`);
    const kept = unknown === undefined && excess === undefined ? queries : [];
    // Whoever merges in spite of the blocker still goes by the queries.
    const enabled = { value: kept.length > 0 && !blocked, offset: first };
    return { enabled, method, methods, ...commitMessage(config, scope, source), queries: kept, ...checks };
  };
  return { scopes: scopesIn(config), at };
}

type Kept = { readonly query: Query; readonly offset: number; readonly ours: OurQuery | undefined };

function queriesOf(config: ConfigFile, source: Source, carried: (key: string) => boolean): readonly Kept[] {
  const tide = config.tide?.value;
  const methodLabels = METHOD_LABELS.flatMap((name) => {
    const label = tide?.[name];
    // What is no name of a label is on nowhere.
    if (label === undefined || !isLabel(label.value) || label.value.includes(',') || carried(`tide.${name}`)) return [];
    const said = `A pull request with the label ${code(label.value)} asks for another way to merge, which no rule here heeds yet, so it is not merged.`;
    source.found('unsupported', label.offset, `tide.${name}`, said);
    return [label.value];
  });
  const queries = tide?.queries?.value ?? [];
  return queries.map(({ value: query, offset }) => {
    const problem = inexpressible(query);
    if (problem !== undefined) {
      const others = queries.filter((each) => inexpressible(each.value) === undefined);
      const scopes = [...words(query.orgs), ...words(query.repos)];
      const off = scopes.filter((scope) => !others.some((each) => covers(each.value, scope)));
      const so = off.length === 0 ? '' : `, and merging is off for ${scopesInWords(off)}`;
      source.found('unsupported', problem.offset, 'tide.queries', `${problem.value} The query is left out${so}.`);
      return { query, offset, ours: undefined };
    }
    const wanted = new Set(words(query.labels).map((label) => label.toLowerCase()));
    // A query that asks for such a label means it.
    const missing = [
      ...words(query.missingLabels),
      ...methodLabels.filter((label) => !wanted.has(label.toLowerCase())),
    ];
    const [author, milestone] = [query.author?.value ?? '', query.milestone?.value ?? ''];
    const ours = {
      ...(words(query.labels).length === 0 ? {} : { labels: words(query.labels) }),
      ...(missing.length === 0 ? {} : { missing_labels: [...new Set(missing)] }),
      ...(words(query.includedBranches).length === 0 ? {} : { branches: words(query.includedBranches) }),
      ...(words(query.excludedBranches).length === 0 ? {} : { except_branches: words(query.excludedBranches) }),
      ...(author === '' ? {} : { author }),
      ...(milestone === '' ? {} : { milestone }),
      ...(query.reviewApprovedRequired?.value === true ? { review_approved: true } : {}),
    };
    return { query, offset, ours };
  });
}

const MAX_NAMED = 5;
const MAX_LABEL_CHARS = 100;
/** Of labels of which one suffices, with commas between them. */
const MAX_CHOICE_CHARS = 500;
const MAX_ENTRIES = 100;
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:\[bot\])?$/;

/** Why our gate has no words for the query. */
function inexpressible(query: Query): At<string> | undefined {
  if (query.unknown !== undefined) {
    return { value: `Nobody here knows the condition ${code(query.unknown.value)}.`, offset: query.unknown.offset };
  }
  for (const list of [query.labels, query.missingLabels, query.includedBranches, query.excludedBranches]) {
    if (list !== undefined && list.value.length > MAX_ENTRIES) {
      return { value: `A query of ours has ${MAX_ENTRIES} of a kind at most.`, offset: list.offset };
    }
  }
  const labels = [...(query.labels?.value ?? []), ...(query.missingLabels?.value ?? [])];
  const odd = labels.find(
    ({ value }) => value.length > MAX_CHOICE_CHARS || value.split(',').some((each) => !isLabel(each.trim())),
  );
  if (odd !== undefined) return { value: `${code(odd.value)} is no name of a label.`, offset: odd.offset };
  const several = query.missingLabels?.value.find(({ value }) => value.includes(','));
  if (several !== undefined) return { value: `${code(several.value)} is no name of a label.`, offset: several.offset };
  const branches = [...(query.includedBranches?.value ?? []), ...(query.excludedBranches?.value ?? [])];
  const branch = branches.find(({ value }) => !isBranch(value));
  if (branch !== undefined) return { value: `${code(branch.value)} is no name of a branch.`, offset: branch.offset };
  const { author, milestone } = query;
  if (author !== undefined && author.value !== '' && !LOGIN.test(author.value)) {
    return { value: `${code(author.value)} is no login.`, offset: author.offset };
  }
  if (milestone !== undefined && !/^[^\p{C}]{0,200}$/u.test(milestone.value)) {
    return { value: `${code(milestone.value)} is no title of a milestone.`, offset: milestone.offset };
  }
  return undefined;
}

/** The most that our settings take. */
const MAX_CHECKS = 1_000;

/** Why queries and checks that can each be said cannot be said together. */
function unsaid(queries: readonly At<OurQuery>[], { requiredChecks }: Checks): At<string> | undefined {
  const [query, check] = [queries[MAX_ENTRIES], requiredChecks[MAX_CHECKS]];
  if (query !== undefined) return { value: `There are more than ${MAX_ENTRIES} queries.`, offset: query.offset };
  const wide = queries.find(
    ({ value: { missing_labels: missing = [], except_branches: except = [] } }) =>
      missing.length > MAX_ENTRIES || except.length > MAX_ENTRIES,
  );
  if (wide !== undefined)
    return { value: `A query of ours has ${MAX_ENTRIES} of a kind at most.`, offset: wide.offset };
  if (check !== undefined) return { value: `There are more than ${MAX_CHECKS} required checks.`, offset: check.offset };
  const odd = requiredChecks.find(({ value: { name } }) => !isCheck(name));
  return odd === undefined
    ? undefined
    : { value: `${code(odd.value.name)} is no name of a check.`, offset: odd.offset };
}

function isCheck(name: string): boolean {
  return /^[^\p{C}]{1,200}$/u.test(name);
}

function isLabel(name: string): boolean {
  return name !== '' && name.length <= MAX_LABEL_CHARS && !/\p{C}/u.test(name);
}

function isBranch(name: string): boolean {
  return /^[^\p{C}\s*]{1,255}$/u.test(name);
}

function words(list: At<readonly At<string>[]> | undefined): readonly string[] {
  return (list?.value ?? []).map(({ value }) => value);
}

/** Every organization and repository that any of it tells apart. */
export function scopesIn(config: ConfigFile): readonly Placed[] {
  const tide = config.tide?.value;
  const scopes = new Map<Scope, number>();
  const add = (scope: Scope, offset: number): void => {
    if (!scopes.has(scope)) scopes.set(scope, offset);
  };
  for (const { value: query } of tide?.queries?.value ?? []) {
    for (const list of [query.orgs, query.repos, query.excludedRepos]) {
      for (const { value, offset } of list?.value ?? []) add(value, offset);
    }
  }
  for (const { key, offset, value } of tide?.merge_method?.value ?? []) {
    const scope = key.split('@')[0] ?? key;
    add(scope, offset);
    if (typeof value === 'string' || !isOrganization(scope)) continue;
    for (const below of value) if (below.key !== '*') add(`${scope}/${below.key}`, below.offset);
  }
  for (const { key, offset } of config.presubmits?.value ?? []) add(key, offset);
  for (const orgs of [tide?.context_options?.value.orgs, config['branch-protection']?.value.orgs]) {
    for (const { key, offset, value } of orgs?.value ?? []) {
      add(key, offset);
      for (const below of value.repos?.value ?? []) add(`${key}/${below.key}`, below.offset);
    }
  }
  return [...scopes].map(([scope, offset]) => ({ scope, offset }));
}

/** The way to merge where the branch does not matter. */
function methodFor(config: ConfigFile, scope: Scope): At<Method> {
  const entries = new Map((config.tide?.value.merge_method?.value ?? []).map((entry) => [entry.key, entry]));
  const organization = entries.get(organizationOf(scope));
  const below = organization === undefined || typeof organization.value === 'string' ? [] : organization.value;
  const named = isOrganization(scope)
    ? undefined
    : below.find(({ key }) => `${organizationOf(scope)}/${key}` === scope);
  const candidates = [
    isOrganization(scope) ? undefined : entries.get(scope),
    named,
    below.find(({ key }) => key === '*'),
    organization,
  ];
  for (const each of candidates) {
    const method = each === undefined ? undefined : methodIn(each.value);
    if (each !== undefined && method !== undefined) return { value: method, offset: each.offset };
  }
  return { value: 'merge', offset: config.tide?.offset ?? 0 };
}

/** Of several by branch, the one for any. */
function methodIn(methods: Methods): Method | undefined {
  if (typeof methods === 'string') return methods;
  const any = methods.find(({ key }) => key === '.*')?.value;
  return typeof any === 'string' ? any : undefined;
}

/** Branches that are merged in another way: first those that are named, then those that an expression matches. */
function branchMethods(
  config: ConfigFile,
  scope: Scope,
  method: Method,
): { readonly methods: readonly At<OurMethod>[]; readonly unknown: number | undefined } {
  const named: At<OurMethod>[] = [];
  const matching: At<OurMethod>[] = [];
  let unknown: number | undefined;
  const byPattern = (methods: Methods): void => {
    if (typeof methods === 'string') return;
    for (const { key, value, offset } of methods) {
      if (key === '.*') continue;
      if (typeof value !== 'string' || key === '' || typeof compilePattern(key) === 'string') unknown ??= offset;
      else matching.push({ value: { method: value, matching: key }, offset });
    }
  };
  const entries = config.tide?.value.merge_method?.value ?? [];
  const below = entries.flatMap(({ key, value }) =>
    key === organizationOf(scope) && typeof value !== 'string' ? value : [],
  );
  const own = [
    ...entries.filter(({ key }) => key === scope && !isOrganization(scope)),
    ...below.filter(({ key }) => `${organizationOf(scope)}/${key}` === scope),
  ];
  for (const { value } of own) byPattern(value);
  // What the repository says of itself takes the place of what is said of all.
  if (own.length === 0) for (const { key, value } of below) if (key === '*') byPattern(value);
  for (const { key, value, offset } of entries) {
    const [of, branch] = key.split('@');
    if (branch === undefined || of !== scope) continue;
    if (typeof value !== 'string' || !isBranch(branch)) unknown ??= offset;
    else if (value !== method || matching.length > 0)
      named.push({ value: { method: value, branches: [branch] }, offset });
  }
  const methods = [...named, ...matching];
  return { methods: methods.slice(0, MAX_ENTRIES), unknown: unknown ?? methods[MAX_ENTRIES]?.offset };
}

/** As the organization or repository says it; of both the repository. */
function commitMessage(config: ConfigFile, scope: Scope, source: Source): Pick<Merging, 'commitTitle' | 'commitBody'> {
  const all = config.tide?.value.merge_commit_template?.value ?? [];
  const nothing = { value: '', offset: config.tide?.offset ?? 0 };
  const entry = all.find(({ key }) => key === scope) ?? all.find(({ key }) => key === organizationOf(scope));
  const ours = (written: At<string> | undefined): At<string> => {
    if (written === undefined || written.value === '') return nothing;
    const value = templateFrom(written.value);
    if (value !== undefined) return { value, offset: written.offset };
    const said = `${code(written.value)} says more than words of ours can, so the forge words that part of the commit in ${code(scope)}.`;
    source.found('unsupported', written.offset, 'tide.merge_commit_template', said);
    return nothing;
  };
  return { commitTitle: ours(entry?.value.title), commitBody: ours(entry?.value.body) };
}

type Checks = Pick<Merging, 'requiredChecks' | 'optionalChecks' | 'allChecks' | 'checks'>;

function checksFor(config: ConfigFile, scope: Scope, source: Source): Checks {
  const required = new Map<string, At<OurCheck>>();
  const optional = new Map<string, At<string>>([
    [TIDE_CONTEXT, { value: TIDE_CONTEXT, offset: config.tide?.offset ?? 0 }],
  ]);
  const need = (name: string, offset: number, where: Omit<OurCheck, 'name'> = {}): void => {
    const check = { name, ...where };
    required.set(JSON.stringify(check), { value: check, offset });
  };
  let skipUnknown: At<boolean> | undefined;
  /** What has to be green where it is there. */
  const ifPresent: At<string>[] = [];
  const matching: At<string>[] = [];
  const checks: At<OurChecks>[] = [];
  const patterns = (contexts: Contexts): readonly At<string>[] =>
    (contexts['optional-regex-contexts']?.value ?? []).filter(({ value, offset }) => {
      const problem = compilePattern(value);
      if (typeof problem !== 'string') return true;
      const said = `What ${code(value)} covers has to be green here: ${problem}`;
      source.found('unsupported', offset, 'tide.context_options.optional-regex-contexts', said);
      return false;
    });
  for (const { contexts, branch, offset } of contextsFor(config, scope)) {
    const where = branch === undefined || !isBranch(branch) ? {} : { branches: [branch] };
    for (const { value, offset: at } of contexts['required-contexts']?.value ?? []) need(value, at, where);
    const present = contexts['required-if-present-contexts']?.value ?? [];
    const free = contexts['optional-contexts']?.value ?? [];
    const skip = contexts['skip-unknown-contexts'];
    if (branch === undefined) {
      ifPresent.push(...present);
      for (const each of free) optional.set(each.value, each);
      matching.push(...patterns(contexts));
      if (skip !== undefined) skipUnknown = skip;
    } else if (isBranch(branch)) {
      const own = {
        ...listOrNone('optional', free),
        ...listOrNone('optional_matching', patterns(contexts)),
        ...listOrNone('if_present', present),
        ...(skip === undefined ? {} : { all: !skip.value }),
      };
      if (Object.keys(own).length > 0) checks.push({ value: { branches: [branch], ...own }, offset });
    }
  }
  for (const { policy, branch } of policiesFor(config, scope)) {
    for (const { value, offset } of policy.required_status_checks?.value.contexts?.value ?? []) {
      need(value, offset, branch === undefined || !isBranch(branch) ? {} : { branches: [branch] });
    }
  }
  const jobs = (config.presubmits?.value ?? []).filter(({ key }) => key === scope || key === organizationOf(scope));
  for (const { value } of jobs) {
    for (const { value: job, offset } of value) {
      const name = job.context?.value ?? job.name?.value ?? '';
      if (name === '' || job.skip_report?.value === true) continue;
      if (job.optional?.value === true) optional.set(name, { value: name, offset });
      else if (job.always_run?.value === true || job.run_before_merge?.value === true) {
        need(name, offset, branchesOf(job, name, source));
      } else ifPresent.push({ value: name, offset });
    }
  }
  // Where all checks count anyway, these do as well.
  const needed = skipUnknown?.value === true || checks.some(({ value }) => value.all === false) ? ifPresent : [];
  const everywhere = { ...listOrNone('optional_matching', matching), ...listOrNone('if_present', needed) };
  const [reason] = [...matching, ...needed];
  const whereAny = new Set([
    ...[...required.values()].map(({ value }) => value.name),
    ...ifPresent.map(({ value }) => value),
  ]);
  return {
    requiredChecks: [...required.values()],
    // Required somewhere, optional elsewhere: whatever is asked for more is asked for.
    optionalChecks: [...optional.values()]
      .filter(({ value }) => !whereAny.has(value) && isCheck(value))
      .slice(0, MAX_CHECKS),
    allChecks: { value: skipUnknown?.value !== true, offset: skipUnknown?.offset ?? config.tide?.offset ?? 0 },
    checks: [...(reason === undefined ? [] : [{ value: everywhere, offset: reason.offset }]), ...checks],
  };
}

function listOrNone(key: 'optional' | 'optional_matching' | 'if_present', list: readonly At<string>[]): OurChecks {
  const values = [...new Set(list.map(({ value }) => value))].slice(0, MAX_CHECKS);
  return values.length === 0 ? {} : { [key]: values };
}

/** Of jobs that run for some branches only. In doubt the check is required. */
function branchesOf(job: Presubmit, name: string, source: Source): Omit<OurCheck, 'name'> {
  const covering = (job.branches?.value ?? []).map(({ value }) => branchesCovering(value));
  const unclear = job.branches?.value[covering.indexOf(undefined)];
  if (unclear !== undefined) {
    const said = `${code(unclear.value)} matches any branch with that in its name, so ${code(name)} is required for every branch here; write ${code('^…$')} around it.`;
    source.found('warning', unclear.offset, 'presubmits.*[].branches', said);
  }
  const branches = unclear === undefined ? covering.flatMap((names) => names ?? []) : [];
  const except = (job.skip_branches?.value ?? []).flatMap(({ value, offset }) => {
    const names = branchesCovered(value);
    if (names !== undefined) return names;
    source.found(
      'warning',
      offset,
      'presubmits.*[].skip_branches',
      `${code(value)} cannot be told as names of branches, so ${code(name)} is required for those as well.`,
    );
    return [];
  });
  return {
    // Too many to be said: required for all branches, and for those that would be left out.
    ...(branches.length === 0 || branches.length > MAX_ENTRIES ? {} : { branches: [...new Set(branches)] }),
    ...(except.length === 0 ? {} : { except_branches: [...new Set(except)].slice(0, MAX_ENTRIES) }),
  };
}

/** From the general to the particular; `branch`: for it alone. */
function contextsFor(
  config: ConfigFile,
  scope: Scope,
): readonly { readonly contexts: Contexts; readonly offset: number; readonly branch?: string }[] {
  const all = config.tide?.value.context_options?.value;
  const organization = all?.orgs?.value.find(({ key }) => key === organizationOf(scope))?.value;
  const repository = isOrganization(scope)
    ? undefined
    : organization?.repos?.value.find(({ key }) => `${organizationOf(scope)}/${key}` === scope)?.value;
  return [
    ...[all, organization, repository].flatMap((contexts) => (contexts === undefined ? [] : [{ contexts, offset: 0 }])),
    ...(repository?.branches?.value ?? []).map(({ key, value, offset }) => ({ contexts: value, branch: key, offset })),
  ];
}

function policiesFor(
  config: ConfigFile,
  scope: Scope,
): readonly { readonly policy: Policy; readonly branch?: string }[] {
  const all = config['branch-protection']?.value;
  const organization = all?.orgs?.value.find(({ key }) => key === organizationOf(scope))?.value;
  const repository = isOrganization(scope)
    ? undefined
    : organization?.repos?.value.find(({ key }) => `${organizationOf(scope)}/${key}` === scope)?.value;
  return [
    ...[all, organization, repository].flatMap((policy) => (policy === undefined ? [] : [{ policy }])),
    ...(repository?.branches?.value ?? []).map(({ key, value }) => ({ policy: value, branch: key })),
  ];
}

/** The first few of them. */
function scopesInWords(scopes: readonly Scope[]): string {
  const shown = scopes.slice(0, MAX_NAMED).map(code);
  return scopes.length > shown.length ? `${shown.join(', ')} and ${scopes.length - shown.length} more` : listed(shown);
}
