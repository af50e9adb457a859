/** The form of plugins.yaml. */
import { code } from '../../language/index.ts';
import {
  anything,
  duration,
  flag,
  fraction,
  list,
  mapOf,
  nothing,
  pattern,
  record,
  text,
  whole,
  wrong,
  type At,
  type Entry,
  type FieldsOf,
  type Shape,
  type Shaped,
} from './shape.ts';

export type Enabled = { readonly plugins: readonly At<string>[]; readonly excluded: readonly At<string>[] };

const entryOfPlugins = record({ plugins: list(text), excluded_repos: list(text) });

/** Either form, chosen for the whole file: a list of names, or a group with `plugins` and `excluded_repos`. */
const plugins: Shape<readonly Entry<Enabled>[]> = (node, path, reading) => {
  if (nothing(node)) return undefined;
  if (node.is !== 'map') return wrong(node, path, 'a map of organizations and repositories', reading);
  const old = node.pairs.filter(({ value }) => value.is === 'list');
  const [first] = old;
  if (first === undefined) {
    const read = mapOf(entryOfPlugins)(node, path, reading);
    return read === undefined ? undefined : { ...read, value: read.value.map(enabledIn) };
  }
  const other = node.pairs.find(({ value }) => value.is === 'map');
  if (other !== undefined) {
    const said = `${code(first.key.text)} is a plain list and ${code(other.key.text)} is not; a file has one form of ${code('plugins')}.`;
    reading.source.found('error', other.key.offset, path, said);
    return undefined;
  }
  const said = `This form of ${code('plugins')} is deprecated; write the names below ${code('plugins:')} of each entry.`;
  reading.source.found('warning', first.key.offset, path, said);
  const read = mapOf(list(text))(node, path, reading);
  return read === undefined
    ? undefined
    : { ...read, value: read.value.map((entry) => ({ ...entry, value: { plugins: entry.value, excluded: [] } })) };
};

function enabledIn(entry: Entry<Shaped<typeof entryOfPlugins>>): Entry<Enabled> {
  return {
    ...entry,
    value: { plugins: entry.value.plugins?.value ?? [], excluded: entry.value.excluded_repos?.value ?? [] },
  };
}

const reviewers = {
  request_count: whole,
  max_request_count: whole,
  exclude_approvers: flag,
  use_status_availability: flag,
  ignore_drafts: flag,
  ignore_authors: list(text),
  wait_for_status: record({ context: text, state: text, description: pattern }),
};

const clusters = mapOf(list(text));

const fields = {
  plugins,
  external_plugins: mapOf(list(record({ name: text, endpoint: text, events: list(text) }))),
  owners: record({
    mdyamlrepos: list(text),
    skip_collaborators: list(text),
    labels_denylist: list(text),
    filenames: mapOf(record({ owners: text, owners_aliases: text })),
  }),
  approve: list(
    record({
      repos: list(text),
      issue_required: flag,
      require_self_approval: flag,
      lgtm_acts_as_approve: flag,
      ignore_review_state: flag,
      commandHelpLink: text,
      pr_process_link: text,
    }),
  ),
  lgtm: list(
    record({
      repos: list(text),
      review_acts_as_lgtm: flag,
      store_tree_hash: flag,
      trusted_team_for_sticky_lgtm: text,
    }),
  ),
  triggers: list(
    record({
      repos: list(text),
      trusted_org: text,
      trusted_apps: list(text),
      only_org_members: flag,
      ignore_ok_to_test: flag,
      join_org_url: text,
      trigger_github_workflows: flag,
      org_invite: record({ prominent: record({ disabled: flag, merged_pr_threshold: whole, message: text }) }),
    }),
  ),
  blockades: list(
    record({
      repos: list(text),
      branchregexp: pattern,
      blockregexps: list(pattern),
      exceptionregexps: list(pattern),
      explanation: text,
    }),
  ),
  blunderbuss: record(reviewers),
  rifle: record(reviewers),
  override: record({ allow_top_level_owners: flag, allowed_github_teams: mapOf(list(text)) }),
  branch_cleaner: record({ preserved_branches: mapOf(list(text)) }),
  cat: record({ key_path: text }),
  goose: record({ key_path: text }),
  cherry_pick_approved: list(
    record({
      org: text,
      repo: text,
      branchregexp: pattern,
      approvers: list(text),
      allow_missing_approved_label: flag,
      allow_missing_lgtm_label: flag,
    }),
  ),
  cherry_pick_unapproved: record({ branchregexp: pattern, comment: text }),
  config_updater: record({
    maps: mapOf(
      record({
        name: text,
        key: text,
        partitioned_names: list(text),
        namespace: text,
        additional_namespaces: list(text),
        clusters,
        cluster_groups: list(text),
        gzip: flag,
        use_full_path_as_key: flag,
        allowed_repos: list(text),
        denied_repos: list(text),
      }),
    ),
    cluster_groups: mapOf(record({ clusters: list(text), namespaces: list(text) })),
    gzip: flag,
  }),
  dco: mapOf(
    record({
      skip_dco_check_for_members: flag,
      skip_dco_check_for_collaborators: flag,
      trusted_apps: list(text),
      trusted_org: text,
      contributing_repo: text,
      contributing_branch: text,
      contributing_path: text,
    }),
  ),
  golint: record({ minimum_confidence: fraction }),
  heart: record({ adorees: list(text), commentregexp: pattern }),
  help: record({ help_guidelines_url: text, help_guidelines_summary: text }),
  invalid_commit_msg: list(record({ repos: list(text), checks: list(record({ name: text, disabled: flag })) })),
  jira: record({ disabled_jira_projects: list(text) }),
  label: record({
    additional_labels: list(text),
    restricted_labels: mapOf(
      list(
        record({
          label: text,
          allowed_teams: list(text),
          allowed_users: list(text),
          assign_on: list(record({ label: text })),
        }),
      ),
    ),
  }),
  milestone_applier: mapOf(mapOf(text)),
  project_config: record({
    project_org_configs: mapOf(
      record({
        org_maintainers_team_id: whole,
        org_default_column_map: mapOf(text),
        project_repo_configs: mapOf(record({ repo_maintainers_team_id: whole, repo_default_column_map: mapOf(text) })),
      }),
    ),
  }),
  project_manager: record({
    orgsRepos: mapOf(
      record({
        projects: mapOf(
          record({
            columns: list(record({ id: whole, name: text, state: text, org: text, labels: list(text) })),
          }),
        ),
      }),
    ),
  }),
  release_note: record({ guidelines_url: text }),
  repo_milestone: mapOf(record({ maintainers_team: text, maintainers_id: whole, maintainers_friendly_name: text })),
  require_matching_label: list(
    record({
      org: text,
      repo: text,
      branch: text,
      prs: flag,
      issues: flag,
      regexp: pattern,
      missing_label: text,
      missing_comment: text,
      grace_period: duration,
    }),
  ),
  retitle: record({ allow_closed_issues: flag }),
  sigmention: record({ regexp: pattern }),
  size: record({ s: whole, m: whole, l: whole, xl: whole, xxl: whole }),
  slack: record({
    mentionchannels: list(text),
    mergewarnings: list(
      record({
        repos: list(text),
        channels: list(text),
        exempt_users: list(text),
        exempt_branches: mapOf(list(text)),
      }),
    ),
  }),
  welcome: list(record({ repos: list(text), message_template: text, always_post: flag })),
  bugzilla: anything,
} satisfies Readonly<Record<string, Shape<unknown>>>;

export const pluginsFile = record(fields);
export type PluginsFile = FieldsOf<typeof fields>;
