/** Configuration that does nothing: a section whose plugin is off where it speaks of, and a plugin without its section. */
import { code, listed } from '../../language/index.ts';
import { isOrganization, organizationOf, type Enablement, type Scope } from './enabled.ts';
import type { Source } from './finding.ts';
import type { PluginsFile } from './plugins-file.ts';
import type { At, Entry } from './shape.ts';

/** A part of the file, and the organizations and repositories it speaks of; none of them: all. */
type Part = { readonly key: string; readonly offset: number; readonly scopes: readonly Scope[] | 'all' };

/** Who reads which section; any of them makes it live. */
const READERS: Readonly<Record<keyof PluginsFile, readonly string[]>> = {
  plugins: [],
  external_plugins: [],
  owners: ['approve', 'lgtm', 'blunderbuss', 'rifle', 'owners-label', 'verify-owners', 'issue-management', 'override'],
  approve: ['approve'],
  lgtm: ['lgtm'],
  // Whom it trusts is what these ask as well.
  triggers: ['trigger', 'retitle', 'welcome', 'dco'],
  blockades: ['blockade'],
  blunderbuss: ['blunderbuss'],
  rifle: ['rifle'],
  override: ['override'],
  branch_cleaner: ['branchcleaner'],
  cat: ['cat'],
  goose: ['goose'],
  cherry_pick_approved: ['cherry-pick-approved'],
  cherry_pick_unapproved: ['cherry-pick-unapproved'],
  config_updater: ['config-updater'],
  dco: ['dco'],
  golint: ['golint'],
  heart: ['heart'],
  help: ['help'],
  invalid_commit_msg: ['invalidcommitmsg'],
  jira: ['jira'],
  label: ['label'],
  milestone_applier: ['milestoneapplier'],
  project_config: ['project'],
  project_manager: ['project-manager'],
  release_note: ['release-note'],
  repo_milestone: ['milestone', 'milestonestatus'],
  require_matching_label: ['require-matching-label'],
  retitle: ['retitle'],
  sigmention: ['sigmention'],
  size: ['size'],
  slack: ['slackevents'],
  welcome: ['welcome'],
  bugzilla: ['bugzilla'],
};

type SectionName = keyof PluginsFile;

export function readersOf(section: string): readonly string[] {
  return isSection(section) ? READERS[section] : [];
}

export function deadIn(file: PluginsFile, enabled: Enablement, source: Source): void {
  for (const [section, plugins] of entriesOf(READERS)) {
    if (plugins.length === 0) continue;
    for (const part of partsOf(section, file)) deadPart(part, plugins, enabled, source);
  }
  withoutSection(file, enabled, source);
}

function entriesOf(readers: typeof READERS): readonly (readonly [SectionName, readonly string[]])[] {
  return Object.entries(readers).flatMap(([name, plugins]) => (isSection(name) ? [[name, plugins]] : []));
}

function isSection(name: string): name is SectionName {
  return Object.hasOwn(READERS, name);
}

/** Names told in one sentence. */
const MAX_NAMED = 5;

function deadPart(
  { key, offset, scopes }: Part,
  plugins: readonly string[],
  enabled: Enablement,
  source: Source,
): void {
  const names = listed(plugins.map(code), 'or');
  if (scopes === 'all') {
    if (plugins.some((plugin) => enabled.anywhere(plugin))) return;
    source.found('dead', offset, key, `${names} is on nowhere, so this does nothing.`);
    return;
  }
  const off = scopes.filter((scope) => !plugins.some((plugin) => enabled.somewhereIn(scope, plugin)));
  if (off.length === 0) return;
  const where = off.length === scopes.length && scopes.length > 1 ? 'any of these: ' : '';
  source.found('dead', offset, key, `${names} is not on for ${where}${named(off)}, so this does nothing there.`);
}

function named(scopes: readonly Scope[]): string {
  const shown = scopes.slice(0, MAX_NAMED).map(code);
  return scopes.length > shown.length ? `${shown.join(', ')} and ${scopes.length - shown.length} more` : listed(shown);
}

function partsOf(section: SectionName, file: PluginsFile): readonly Part[] {
  switch (section) {
    case 'plugins':
    case 'external_plugins':
      return [];
    case 'approve':
    case 'lgtm':
    case 'triggers':
    case 'blockades':
    case 'welcome':
    case 'invalid_commit_msg':
      return (file[section]?.value ?? []).map(({ offset, value }) => listPart(section, offset, value.repos));
    case 'require_matching_label':
    case 'cherry_pick_approved':
      return (file[section]?.value ?? []).map(({ offset, value: { org, repo } }) => ({
        key: section,
        offset,
        scopes: [scopeOf(org?.value ?? '', repo?.value ?? '')],
      }));
    case 'branch_cleaner':
      return mapParts('branch_cleaner.preserved_branches', file.branch_cleaner?.value.preserved_branches);
    case 'dco':
    case 'milestone_applier':
    case 'repo_milestone':
      return mapParts(section, file[section]);
    case 'label':
      return [
        ...(file.label?.value.additional_labels === undefined ? [] : [wholePart('label', file.label)]),
        ...mapParts('label.restricted_labels', file.label?.value.restricted_labels),
      ];
    case 'project_manager':
      return mapParts('project_manager.orgsRepos', file.project_manager?.value.orgsRepos);
    case 'project_config':
      return mapParts('project_config.project_org_configs', file.project_config?.value.project_org_configs);
    case 'owners':
      return [
        ...scopeParts('owners.mdyamlrepos', file.owners?.value.mdyamlrepos),
        ...scopeParts('owners.skip_collaborators', file.owners?.value.skip_collaborators),
        ...mapParts('owners.filenames', file.owners?.value.filenames),
      ];
    case 'slack':
      return [
        ...(file.slack?.value.mentionchannels === undefined ? [] : [wholePart('slack.mentionchannels', file.slack)]),
        ...(file.slack?.value.mergewarnings?.value ?? []).map(({ offset, value }) =>
          listPart('slack.mergewarnings', offset, value.repos),
        ),
      ];
    default: {
      const found = file[section];
      return found === undefined ? [] : [wholePart(section, found)];
    }
  }
}

function wholePart(key: string, { offset }: { readonly offset: number }): Part {
  return { key, offset, scopes: 'all' };
}

function listPart(key: string, offset: number, repos: At<readonly At<string>[]> | undefined): Part {
  return { key, offset, scopes: (repos?.value ?? []).map(({ value }) => value) };
}

/** A part for each key; `*` and nothing are everybody. */
function mapParts(key: string, map: At<readonly Entry<unknown>[]> | undefined): readonly Part[] {
  return (map?.value ?? []).map(({ key: scope, offset }) => ({
    key,
    offset,
    scopes: scope === '' || scope === '*' ? 'all' : [scope],
  }));
}

function scopeParts(key: string, scopes: At<readonly At<string>[]> | undefined): readonly Part[] {
  return (scopes?.value ?? []).map(({ value, offset }) => ({ key, offset, scopes: [value] }));
}

export function scopeOf(organization: string, repository: string): Scope {
  return repository === '' ? organization : `${organization}/${repository}`;
}

/** Where a plugin does nothing without an entry that speaks of the repository: which do, or whether any is there at all. */
type Needed = { readonly key: string; readonly scopes: readonly Scope[] | boolean };

function entriesFor(file: PluginsFile): ReadonlyMap<string, Needed> {
  const scopes = (section: SectionName): readonly Scope[] =>
    partsOf(section, file).flatMap((part) => (part.scopes === 'all' ? [] : part.scopes));
  const all = (section: SectionName): boolean => partsOf(section, file).some((part) => part.scopes === 'all');
  const heart = file.heart?.value;
  const milestones: Needed = { key: 'repo_milestone', scopes: all('repo_milestone') || scopes('repo_milestone') };
  return new Map<string, Needed>([
    ['require-matching-label', { key: 'require_matching_label', scopes: scopes('require_matching_label') }],
    ['blockade', { key: 'blockades', scopes: scopes('blockades') }],
    ['cherry-pick-approved', { key: 'cherry_pick_approved', scopes: scopes('cherry_pick_approved') }],
    ['milestoneapplier', { key: 'milestone_applier', scopes: scopes('milestone_applier') }],
    ['project', { key: 'project_config', scopes: scopes('project_config') }],
    ['project-manager', { key: 'project_manager', scopes: scopes('project_manager') }],
    ['milestone', milestones],
    ['milestonestatus', milestones],
    ['slackevents', { key: 'slack', scopes: all('slack') || scopes('slack') }],
    ['heart', { key: 'heart', scopes: (heart?.adorees?.value.length ?? 0) > 0 && heart?.commentregexp !== undefined }],
  ]);
}

/** What is wired to one repository in Prow itself, or speaks to something that is no more. */
export const GONE: ReadonlyMap<string, string> = new Map([
  ['golint', 'golint is archived upstream; a linter belongs into a check of the forge.'],
  ['project', 'Projects (classic) are no more, and with them what this plugin speaks to.'],
  ['project-manager', 'Projects (classic) are no more, and with them what this plugin speaks to.'],
]);
const ONLY: ReadonlyMap<string, Scope> = new Map([['testfreeze', 'kubernetes/kubernetes']]);

function withoutSection(file: PluginsFile, enabled: Enablement, source: Source): void {
  const needed = entriesFor(file);
  for (const { scope, plugins } of enabled.entries) {
    for (const { value: plugin, offset } of plugins) {
      const key = `plugins: ${plugin}`;
      const gone = GONE.get(plugin);
      if (gone !== undefined) source.found('dead', offset, key, gone);
      const only = ONLY.get(plugin);
      if (only !== undefined && scope !== only && scope !== organizationOf(only)) {
        source.found('dead', offset, key, `${code(plugin)} does something in ${code(only)} alone.`);
      }
      const need = needed.get(plugin);
      if (need === undefined || gone !== undefined || speaksOf(scope, need.scopes)) continue;
      const said = `${code(plugin)} is on for ${code(scope)}, and ${code(need.key)} says nothing about it, so it does nothing.`;
      source.found('dead', offset, key, said);
    }
  }
}

function speaksOf(scope: Scope, scopes: readonly Scope[] | boolean): boolean {
  if (typeof scopes === 'boolean') return scopes;
  return scopes.some(
    (each) =>
      each === scope || each === organizationOf(scope) || (isOrganization(scope) && organizationOf(each) === scope),
  );
}
