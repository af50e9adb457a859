/** Why a plugin or key of Prow's has nothing here that does the same, for whoever runs Prow today. */

/** Told of plugins that no rule of ours stands for; once one does, what is said here is not said any more. */
const PLUGINS: Readonly<Record<string, string>> = {
  approve: 'No rule approves by OWNERS here yet.',
  assign: 'No command assigns people here yet.',
  blockade: 'Changes are not blocked by the names of their files here yet.',
  branchcleaner:
    'Branches are not deleted after they are merged; GitHub has a switch for it in the settings of a repository.',
  bugzilla: 'Bowsprit speaks to no Bugzilla; GitHub links to one by autolinks, and a check of the forge can ask it.',
  buildifier: 'A formatter belongs into a check of the forge.',
  'cherry-pick-approved': 'Nothing here follows approvals of cherry-picks yet.',
  'cherry-pick-unapproved':
    'Nothing here asks for approval of cherry-picks yet; a query in `merge.queries` for the release branches can.',
  'config-updater': 'Bowsprit has no ConfigMaps to update; it reads its settings where they are merged.',
  golint: 'golint is archived upstream; a linter belongs into a check of the forge.',
  heart: 'Nothing here reacts to comments with hearts.',
  help: 'No command marks issues for which help is wanted here yet.',
  hold: 'No command holds a pull request here yet.',
  invalidcommitmsg: 'Commit messages are not looked at here yet.',
  'issue-management': 'No command links, pins or transfers issues here yet.',
  jira: 'Bowsprit speaks to no Jira; GitHub links to one by autolinks.',
  label: 'No command labels here yet.',
  lgtm: 'No rule keeps lgtm here yet.',
  lifecycle: 'No command closes, reopens or ages issues here yet.',
  'merge-method-comment': 'Nothing here comments on how several commits will be merged.',
  mergecommitblocker:
    'Merge commits inside a pull request are not blocked here yet; GitHub can require a linear history.',
  milestone: 'No command sets milestones here yet.',
  milestoneapplier: 'No rule sets milestones here yet.',
  milestonestatus: 'No command labels the status for a milestone here yet.',
  override: 'No command overrides a check here.',
  project: 'Projects (classic) are no more, and with them what this plugin speaks to.',
  'project-manager': 'Projects (classic) are no more, and with them what this plugin speaks to.',
  'release-note': 'Release notes are not asked for here yet.',
  'require-matching-label': 'Nothing here asks for missing labels yet.',
  retitle: 'No command changes titles here yet.',
  'reward-owners': 'It is made for kubernetes alone, and Prow does not run it either.',
  shrug: 'No command shrugs here yet.',
  sigmention: 'Mentions of teams put no labels on here; the forge notifies the teams itself.',
  size: 'Changes are not labeled by their size here yet.',
  slackevents: 'Bowsprit sends nothing to Slack; its events on EventBridge can be sent there.',
  stage: 'No command labels the stage here yet; `/label` puts such labels on.',
  testfreeze: 'It is made for kubernetes/kubernetes alone.',
  'trick-or-treat': 'No command shows sweets here.',
  trigger: 'No command starts jobs here yet; checks start by the forge itself.',
  'verify-owners': 'A broken OWNERS file fails closed for its folder here; no label says so yet.',
  welcome: 'Nobody is welcomed here yet.',
  wip: 'Drafts are not labeled here yet; they are not merged in any case.',
  'needs-rebase': 'What conflicts is not merged, and no label says so yet.',
  cherrypicker: 'Known by its name, but no command cherry-picks here yet.',
  refresh: 'Statuses are read from the forge whenever they count; there is nothing to refresh.',
};

export function reasonOfPlugin(plugin: string): string {
  return Object.hasOwn(PLUGINS, plugin) ? (PLUGINS[plugin] ?? '') : 'No rule here goes by this name.';
}

/** The commands of plugins that have several: where a rule stands for the plugin, some of them may still be missing. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  assign: ['assign', 'cc'],
  'issue-management': ['link-issue', 'pin-issue', 'transfer-issue'],
  lifecycle: ['close', 'reopen', 'lifecycle'],
  'release-note': ['release-note-none', 'release-note-edit'],
  trigger: ['test', 'retest', 'retest-required', 'test-manual-required', 'ok-to-test'],
};

type KeyReason = { readonly kind: 'unsupported' | 'ignored'; readonly reason: string };

const ignored = (reason: string): KeyReason => ({ kind: 'ignored', reason });
const unsupported = (reason: string): KeyReason => ({ kind: 'unsupported', reason });

const NO_LOOP = ignored('Merging is woken by events; there is no loop to tune.');
const NO_STATUS = ignored(
  'The status `tide` links nowhere; it is set where `merge.status` is `tide` or `both`, and what blocks is told on the pull request.',
);
const NO_BATCHES = ignored(
  'Batches are made where `merge.up_to_date` and `merge.batch` ask for them; each pull request in one is tested on top of those before it.',
);

/** By the path of the key; of several that fit, the longest. */
const KEYS: Readonly<Record<string, KeyReason>> = {
  'external_plugins.*[].endpoint': ignored('In-cluster endpoints are not called; the plugin is known by its name.'),
  'external_plugins.*[].events': ignored('A rule here knows which events wake it.'),
  'slack.mentionchannels': unsupported(
    'No comment is copied to a channel: what it says goes no further than to the queue; the forge notifies the teams, and `sigmention` labels.',
  ),
  rifle: unsupported(
    'Reviewers are chosen by OWNERS and by for whom others wait, never by blame; `blunderbuss` says how many.',
  ),
  'approve[].commandHelpLink': ignored('`/commands` lists the commands; the notice links nowhere.'),
  'approve[].pr_process_link': ignored('The notice says itself what is to be done; it links nowhere.'),
  'triggers[].trusted_org': unsupported(
    'Only members of the organization itself are asked for; name a team of it in `allow.ok-to-test`, or invite them.',
  ),
  'triggers[].org_invite': unsupported(
    '`trigger.join_org_url` is shown to whoever is not trusted, however much they contributed.',
  ),
  'repo_milestone.*.maintainers_id': unsupported(
    'Teams are known by the name in their address; until one is named, those who maintain the repository set milestones.',
  ),
  'repo_milestone.*.maintainers_friendly_name': ignored('Who may is told by the name of the team.'),
  'cat.key_path': unsupported('A key is kept in Secrets Manager; `fun.cat_secret` names the secret.'),
  'goose.key_path': unsupported('A key is kept in Secrets Manager; `fun.goose_secret` names the secret.'),
  'tide.sync_period': NO_LOOP,
  'tide.status_update_period': NO_LOOP,
  'tide.max_goroutines': NO_LOOP,
  'tide.batch_size_limit': NO_BATCHES,
  'tide.prioritize_existing_batches': NO_BATCHES,
  'tide.priority': unsupported('Pull requests are merged as they become ready, whatever their labels.'),
  'tide.github_merge_blocks_policy': ignored('What the forge blocks it refuses to merge, and that is told.'),
  'tide.target_url': NO_STATUS,
  'tide.target_urls': NO_STATUS,
  'tide.pr_status_base_url': NO_STATUS,
  'tide.pr_status_base_urls': NO_STATUS,
  'tide.context_options.from-branch-protection': ignored('Contexts of branch-protection are required in any case.'),
  'tide.context_options.overwrite-pending-contexts': ignored('Bowsprit overwrites no status to merge.'),
  'branch-protection': ignored(
    'Bowsprit does not change what the forge protects; the contexts are required for merging.',
  ),
  presubmits: ignored(
    'When a job runs is taken over where `trigger` is on; what it runs is said by `pipelines.engine`, and the target of the job there.',
  ),
  postsubmits: ignored('Bowsprit runs no jobs.'),
  periodics: ignored('Bowsprit runs no jobs.'),
  presets: ignored('Bowsprit runs no jobs.'),
  plank: ignored('It runs jobs in a cluster; there is neither here.'),
  sinker: ignored('It cleans up after jobs; there are none here.'),
  deck: ignored('It is the dashboard of Prow; Bowsprit has pages of its own.'),
  prowjob_namespace: ignored('There is no cluster here.'),
  pod_namespace: ignored('There is no cluster here.'),
  log_level: ignored('Logs are JSON, with one level.'),
  slack_reporter_configs: ignored('Bowsprit reports no jobs; its events on EventBridge can be sent to Slack.'),
  github_reporter: ignored(
    'One comment lists what failed, in place; where none is wanted, the settings of the repository say `rules: { disabled: [test-report] }`.',
  ),
};

/** @returns with the key that the reason is about */
export function reasonOfKey(path: string): (KeyReason & { readonly key: string }) | undefined {
  let longest: string | undefined;
  for (const key of Object.keys(KEYS)) {
    const fits = path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[]`);
    if (fits && (longest === undefined || key.length > longest.length)) longest = key;
  }
  const found = longest === undefined ? undefined : KEYS[longest];
  return longest === undefined || found === undefined ? undefined : { ...found, key: longest };
}
