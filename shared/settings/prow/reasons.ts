/** Why a plugin or key of Prow's has nothing here that does the same, for whoever runs Prow today. */

/** Told of plugins that no rule of ours stands for. */
const PLUGINS: Readonly<Record<string, string>> = {
  bugzilla: 'Bowsprit speaks to no Bugzilla; GitHub links to one by autolinks, and a check of the forge can ask it.',
  buildifier: 'A formatter belongs into a check of the forge.',
  'config-updater': 'Bowsprit has no ConfigMaps to update; it reads its settings where they are merged.',
  golint: 'golint is archived upstream; a linter belongs into a check of the forge.',
  heart: 'Nothing here reacts to comments with hearts.',
  jira: 'Bowsprit speaks to no Jira; GitHub links to one by autolinks.',
  project: 'Projects (classic) are no more, and with them what this plugin speaks to.',
  'project-manager': 'Projects (classic) are no more, and with them what this plugin speaks to.',
  'reward-owners': 'It is made for kubernetes alone, and Prow does not run it either.',
  slackevents: 'Bowsprit sends nothing to Slack; its events on EventBridge can be sent there.',
  testfreeze: 'It is made for kubernetes/kubernetes alone.',
  'trick-or-treat': 'No command shows sweets here.',
};

export function reasonOfPlugin(plugin: string): string {
  return Object.hasOwn(PLUGINS, plugin) ? (PLUGINS[plugin] ?? '') : 'No rule here goes by this name.';
}

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
  postsubmits: ignored(
    'Jobs of pull requests are all there are here; what runs after the merge is started by the push.',
  ),
  periodics: ignored('Jobs of pull requests are all there are here; what runs by the clock is set up where it runs.'),
  presets: ignored('They are for pods; what a job runs with is set up where it runs.'),
  plank: ignored('It runs jobs in a cluster; here `pipelines.engine` says what runs them.'),
  sinker: ignored('It clears away the pods of jobs; there are none here.'),
  deck: ignored('It is the dashboard of Prow; Bowsprit has pages of its own.'),
  prowjob_namespace: ignored('There is no cluster here.'),
  pod_namespace: ignored('There is no cluster here.'),
  log_level: ignored('Logs are JSON, with one level.'),
  slack_reporter_configs: ignored('What becomes of a job is an event on EventBridge, which can be sent to Slack.'),
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
