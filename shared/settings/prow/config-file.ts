/** The form of what config.yaml says about pull requests; the rest of it runs Prow's cluster. */
import {
  anything,
  flag,
  list,
  mapOf,
  oneOf,
  pattern,
  record,
  text,
  whole,
  type At,
  type Entry,
  type FieldsOf,
  type Shape,
  type Shaped,
} from './shape.ts';

const queryFields = {
  orgs: list(text),
  repos: list(text),
  excludedRepos: list(text),
  labels: list(text),
  missingLabels: list(text),
  includedBranches: list(text),
  excludedBranches: list(text),
  author: text,
  milestone: text,
  reviewApprovedRequired: flag,
};
const known = record(queryFields);
const NAMES = new Set(Object.keys(queryFields).map((name) => name.toLowerCase()));

/** A condition that nobody knows must not be overlooked: `unknown`. */
const query: Shape<Shaped<typeof known> & { readonly unknown?: At<string> }> = (node, path, reading) => {
  const read = known(node, path, reading);
  const strange = node.is === 'map' ? node.pairs.find(({ key }) => !NAMES.has(key.text.toLowerCase())) : undefined;
  if (read === undefined || strange === undefined) return read;
  return { ...read, value: { ...read.value, unknown: { value: strange.key.text, offset: strange.key.offset } } };
};

const method = oneOf('merge', 'squash', 'rebase');
export type Method = Shaped<typeof method>;
/** How to merge: for all of an organization or repository, and by what stands below it. */
export type Methods = Method | readonly Entry<Methods>[];

/** `acme: squash`, or further down repositories and branches, each with a method or more below it. */
const methods: Shape<Methods> = (node, path, reading) =>
  node.is === 'map' ? mapOf(methods)(node, path, reading) : method(node, path, reading);

const contexts = {
  'required-contexts': list(text),
  'optional-contexts': list(text),
  'required-if-present-contexts': list(text),
  'optional-regex-contexts': list(pattern),
  'skip-unknown-contexts': flag,
  'from-branch-protection': flag,
  'overwrite-pending-contexts': flag,
};
const branchContexts = record(contexts);
const repositoryContexts = record({ ...contexts, branches: mapOf(branchContexts) });
const organizationContexts = record({ ...contexts, repos: mapOf(repositoryContexts) });
export type Contexts = Shaped<typeof branchContexts>;

const tide = record({
  queries: list(query),
  merge_method: mapOf(methods),
  context_options: record({ ...contexts, orgs: mapOf(organizationContexts) }),
  squash_label: text,
  rebase_label: text,
  merge_label: text,
  blocker_label: text,
  github_merge_blocks_policy: oneOf('ignore', 'permit', 'block'),
  merge_commit_template: mapOf(record({ title: text, body: text })),
  batch_size_limit: anything,
  prioritize_existing_batches: anything,
  priority: anything,
  sync_period: anything,
  status_update_period: anything,
  max_goroutines: whole,
  target_url: text,
  target_urls: anything,
  pr_status_base_url: text,
  pr_status_base_urls: anything,
  display_all_tide_queries_in_status: flag,
});
export type Tide = Shaped<typeof tide>;
export type Query = Shaped<typeof query>;

/** Of a job, what says whether its context is wanted; what it runs is nobody's business here. */
const presubmit = record(
  {
    name: text,
    context: text,
    always_run: flag,
    run_if_changed: pattern,
    skip_if_only_changed: pattern,
    optional: flag,
    skip_report: flag,
    branches: list(pattern),
    skip_branches: list(pattern),
    trigger: pattern,
    rerun_command: text,
    run_before_merge: flag,
  },
  'ignored',
);
export type Presubmit = Shaped<typeof presubmit>;

/** Of a policy, the contexts alone: everything else is the forge's own to enforce. */
const policy = {
  protect: anything,
  required_status_checks: record({ contexts: list(text), strict: anything }, 'ignored'),
};
const branchPolicy = record(policy, 'ignored');
const repositoryPolicy = record({ ...policy, branches: mapOf(branchPolicy) }, 'ignored');
const organizationPolicy = record({ ...policy, repos: mapOf(repositoryPolicy) }, 'ignored');
const protection = record({ ...policy, orgs: mapOf(organizationPolicy) }, 'ignored');
export type Protection = Shaped<typeof protection>;
export type Policy = Shaped<typeof branchPolicy>;

const fields = {
  tide,
  presubmits: mapOf(list(presubmit)),
  'branch-protection': protection,
  owners_dir_denylist: record({
    default: list(pattern),
    repos: mapOf(list(pattern)),
    ignore_preconfigured_defaults: flag,
  }),
} satisfies Readonly<Record<string, Shape<unknown>>>;

/** Top-level keys that are read from config.yaml; any other belongs to plugins.yaml. */
export const CONFIG_KEYS: readonly string[] = Object.keys(fields);

export const configFile = record(fields, 'ignored');
export type ConfigFile = FieldsOf<typeof fields>;
