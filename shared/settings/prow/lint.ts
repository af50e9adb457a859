/** What Prow runs with and its linter warns of. */
import { code, listed, nearestTo } from '../../language/index.ts';
import { isOrganization, organizationOf, type Enablement, type Scope } from './enabled.ts';
import type { ConfigFile, Query } from './config-file.ts';
import type { Source } from './finding.ts';
import type { PluginsFile } from './plugins-file.ts';
import type { At } from './shape.ts';

/** Every plugin that Prow has, by the name under which it is enabled. */
export const PLUGINS: readonly string[] = [
  'approve assign blockade blunderbuss branchcleaner bugzilla buildifier cat cherry-pick-approved',
  'cherry-pick-unapproved cla config-updater dco dog golint goose heart help hold invalidcommitmsg',
  'issue-management jira label lgtm lifecycle merge-method-comment mergecommitblocker milestone',
  'milestoneapplier milestonestatus override owners-label pony project project-manager release-note',
  'require-matching-label retitle reward-owners rifle shrug sigmention size skip slackevents stage testfreeze',
  'trick-or-treat trigger verify-owners welcome wip yuks',
].flatMap((names) => names.split(' '));
/** What Prow ships to be run beside it. */
export const EXTERNAL_PLUGINS: readonly string[] = ['needs-rebase', 'cherrypicker', 'refresh'];

export function lintPlugins(file: PluginsFile, enabled: Enablement, source: Source): void {
  const warn = (offset: number, key: string, reason: string): void => {
    source.found('warning', offset, key, reason);
  };
  if (file.plugins === undefined) warn(0, 'plugins', 'No plugin is on anywhere.');
  unknownPlugins(enabled, warn);
  ownersUnverified(enabled, warn);
  restrictedLabels(file, warn);
  accessLists(file, warn);
  for (const { value } of file.triggers?.value ?? []) {
    if (value.trusted_org !== undefined)
      warn(value.trusted_org.offset, 'triggers[].trusted_org', `${code('trusted_org')} is deprecated.`);
  }
  for (const { value } of file.repo_milestone?.value ?? []) {
    if (value.maintainers_id === undefined) continue;
    warn(
      value.maintainers_id.offset,
      'repo_milestone.*.maintainers_id',
      `${code('maintainers_id')} is deprecated; name the team in ${code('maintainers_team')}.`,
    );
  }
}

type Warn = (offset: number, key: string, reason: string) => void;

function unknownPlugins({ entries }: Enablement, warn: Warn): void {
  for (const { scope, plugins } of entries) {
    for (const { value: plugin, offset } of plugins) {
      if (PLUGINS.includes(plugin)) continue;
      const [nearest] = nearestTo(plugin, PLUGINS, { within: 3, most: 1 });
      const meant = EXTERNAL_PLUGINS.includes(plugin)
        ? ` It is an external one: it belongs into ${code('external_plugins')}.`
        : nearest === undefined
          ? ''
          : ` Did you mean ${code(nearest)}?`;
      warn(
        offset,
        `plugins: ${plugin}`,
        `Prow has no plugin ${code(plugin)}, so nothing is on for ${code(scope)} by this name.${meant}`,
      );
    }
  }
}

/** They act on OWNERS, and only verify-owners keeps a broken one from being merged. */
const ON_OWNERS = ['approve', 'blunderbuss', 'rifle', 'owners-label'];

function ownersUnverified(enabled: Enablement, warn: Warn): void {
  for (const { scope, plugins } of enabled.entries) {
    if (enabled.at(scope).has('verify-owners')) continue;
    const acting = plugins.filter(({ value }) => ON_OWNERS.includes(value));
    const [first] = acting;
    if (first === undefined) continue;
    const said = `${code('verify-owners')} is off for ${code(scope)}, and ${listed(acting.map(({ value }) => code(value)))} would go by a broken OWNERS file.`;
    warn(first.offset, `plugins: ${first.value}`, said);
  }
}

function restrictedLabels(file: PluginsFile, warn: Warn): void {
  const free = new Set((file.label?.value.additional_labels?.value ?? []).map(({ value }) => value.toLowerCase()));
  for (const { key: scope, value: restricted } of file.label?.value.restricted_labels?.value ?? []) {
    const known = new Set<string>();
    for (const { value, offset } of restricted) {
      const label = value.label?.value ?? '';
      const at = 'label.restricted_labels.*[].label';
      if (label === '') warn(offset, at, `A restricted label of ${code(scope)} has no name.`);
      if (free.has(label.toLowerCase())) {
        warn(
          offset,
          at,
          `${code(label)} is restricted, and anybody may put it on: it is in ${code('additional_labels')} too.`,
        );
      }
      if (known.has(label)) warn(offset, at, `${code(label)} is restricted twice for ${code(scope)}.`);
      known.add(label);
    }
  }
}

function accessLists(file: PluginsFile, warn: Warn): void {
  for (const { value } of file.config_updater?.value.maps?.value ?? []) {
    for (const name of ['allowed_repos', 'denied_repos'] as const) {
      for (const { value: scope, offset } of value[name]?.value ?? []) {
        if (/^[\w.-]+(?:\/[\w.-]+)?$/.test(scope)) continue;
        warn(
          offset,
          `config_updater.maps.*.${name}`,
          `${code(scope)} is neither an organization nor organization/repository.`,
        );
      }
    }
  }
}

type Matched = {
  readonly plugin: string;
  readonly label: string;
  readonly is: 'wanted' | 'forbidden';
  readonly back: boolean;
};

/** What a plugin puts on is worth something once a query asks for it; `back`: where the plugin is on, a query must. */
const MATCHED: readonly Matched[] = [
  { plugin: 'lgtm', label: 'lgtm', is: 'wanted', back: true },
  { plugin: 'approve', label: 'approved', is: 'wanted', back: true },
  { plugin: 'hold', label: 'do-not-merge/hold', is: 'forbidden', back: true },
  { plugin: 'wip', label: 'do-not-merge/work-in-progress', is: 'forbidden', back: true },
  { plugin: 'verify-owners', label: 'do-not-merge/invalid-owners-file', is: 'forbidden', back: true },
  { plugin: 'release-note', label: 'do-not-merge/release-note-label-needed', is: 'forbidden', back: true },
  { plugin: 'cherry-pick-unapproved', label: 'do-not-merge/cherry-pick-not-approved', is: 'forbidden', back: true },
  { plugin: 'blockade', label: 'do-not-merge/blocked-paths', is: 'forbidden', back: true },
  { plugin: 'bugzilla', label: 'bugzilla/invalid-bug', is: 'forbidden', back: true },
  // What conflicts is never merged anyway.
  { plugin: 'needs-rebase', label: 'needs-rebase', is: 'forbidden', back: false },
];

/** Both files: queries that ask for what no plugin says, and plugins that say what no query asks for. */
export function lintTide(config: ConfigFile, enabled: Enablement, source: Source, plugins: Source): void {
  const queries = config.tide?.value.queries?.value ?? [];
  for (const { value: query } of queries) {
    for (const matched of MATCHED) askedWithoutPlugin(query, matched, enabled, source);
    needsOkToTest(query, source);
  }
  for (const { scope, plugins: names } of enabled.entries) {
    const here = queries.filter(({ value }) => covers(value, scope));
    if (here.length === 0) continue;
    for (const matched of MATCHED) {
      const name = names.find(({ value }) => value === matched.plugin);
      if (name === undefined || !matched.back) continue;
      const silent = here.find(({ value }) => labelIn(value, matched) === undefined);
      if (silent === undefined) continue;
      const line = source.at(silent.offset).line;
      const said = `${code(matched.plugin)} is on for ${code(scope)}, and the query in line ${line} of ${source.file} does not ask that ${code(matched.label)} is ${matched.is === 'wanted' ? 'on' : 'off'}.`;
      plugins.found('warning', name.offset, `plugins: ${matched.plugin}`, said);
    }
  }
  for (const { key: scope, offset } of config.presubmits?.value ?? []) {
    if (enabled.somewhereIn(scope, 'trigger')) continue;
    source.found(
      'warning',
      offset,
      'presubmits',
      `${code(scope)} has jobs, and ${code('trigger')} is off, so nothing starts them.`,
    );
  }
}

function askedWithoutPlugin(query: Query, matched: Matched, enabled: Enablement, source: Source): void {
  const label = labelIn(query, matched);
  if (label === undefined) return;
  const scopes = [...(query.orgs?.value ?? []), ...(query.repos?.value ?? [])].map(({ value }) => value);
  const off = scopes.filter((scope) => !enabled.somewhereIn(scope, matched.plugin));
  if (off.length === 0) return;
  const where =
    off.length > 5 ? `${off.slice(0, 5).map(code).join(', ')} and ${off.length - 5} more` : listed(off.map(code));
  const key = matched.is === 'wanted' ? 'tide.queries[].labels' : 'tide.queries[].missingLabels';
  source.found(
    'warning',
    label.offset,
    key,
    `${code(matched.plugin)} is off for ${where}, so nothing there puts ${code(matched.label)} on.`,
  );
}

function labelIn(query: Query, { label, is }: Matched): At<string> | undefined {
  const labels = is === 'wanted' ? query.labels : query.missingLabels;
  return labels?.value.find(({ value }) => value.toLowerCase() === label);
}

function needsOkToTest(query: Query, source: Source): void {
  const lgtm = query.labels?.value.some(({ value }) => value === 'lgtm') === true;
  const forbidden = query.missingLabels?.value.find(({ value }) => value === 'needs-ok-to-test');
  if (!lgtm || forbidden === undefined) return;
  const said = `${code('needs-ok-to-test')} need not be forbidden where ${code('lgtm')} is wanted: an lgtm starts the jobs.`;
  source.found('warning', forbidden.offset, 'tide.queries[].missingLabels', said);
}

/** Whether the query asks about pull requests of the repository, or of any of the organization. */
export function covers(query: Query, scope: Scope): boolean {
  const named = (list: Query['repos']): boolean => list?.value.some(({ value }) => value === scope) === true;
  if (isOrganization(scope)) return query.orgs?.value.some(({ value }) => value === scope) === true;
  if (named(query.repos)) return true;
  const organization = organizationOf(scope);
  return query.orgs?.value.some(({ value }) => value === organization) === true && !named(query.excludedRepos);
}
