/** What makes Prow refuse plugins.yaml at its start: a file it would not run is not run here. */
import { code, listed } from '../../language/index.ts';
import type { Source } from './finding.ts';
import {
  isOrganization,
  isScope,
  organizationOf,
  type Enablement,
  type Entry,
  type Placed,
  type Scope,
} from './enabled.ts';
import { patternMatches } from './patterns.ts';
import type { PluginsFile } from './plugins-file.ts';
import type { At } from './shape.ts';

/** Each of these finds its own kind of mistake. */
export function checkPlugins(file: PluginsFile, enabled: Enablement, source: Source): void {
  const wrong = (offset: number, key: string, problem: string): void => {
    source.found('error', offset, key, problem);
  };
  checkExcluded(file, wrong);
  checkTwice(enabled.entries, new Set(enabled.excluded.map(({ value }) => value)), 'plugins', wrong);
  checkTwice(enabled.external, new Set(), 'external_plugins', wrong);
  checkReviewers(file, enabled, wrong);
  checkConfigUpdater(file, wrong);
  checkSize(file, wrong);
  checkRequiredLabels(file, wrong);
  checkProjects(file, wrong);
  for (const key of ['approve', 'welcome', 'invalid_commit_msg'] as const) {
    checkRepeated(key, file[key]?.value.map(({ value }) => value.repos?.value ?? []) ?? [], wrong);
  }
  checkCommitMessages(file, wrong);
  checkExternal(file, wrong);
}

type Wrong = (offset: number, key: string, problem: string) => void;

/** Prow tells names apart by the case of their letters, the forge does not: two spellings would be two rules for one. */
export function checkSpelling(places: readonly (Placed & { readonly source: Source })[]): void {
  const spelled = new Map<string, Scope>();
  for (const { scope, offset, source } of places) {
    const before = spelled.get(scope.toLowerCase());
    if (before !== undefined && before !== scope) {
      source.found(
        'error',
        offset,
        '',
        `${code(scope)} and ${code(before)} are the same to the forge; spell both alike.`,
      );
    }
    spelled.set(scope.toLowerCase(), scope);
    if (isScope(scope)) continue;
    source.found('error', offset, '', `${code(scope)} is neither an organization nor organization/repository.`);
  }
}

function checkExcluded(file: PluginsFile, wrong: Wrong): void {
  for (const { key: scope, value } of file.plugins?.value ?? []) {
    for (const { value: name, offset } of value.excluded) {
      if (!/^[\w.-]+$/.test(name))
        wrong(offset, 'plugins.*.excluded_repos', `${code(name)} must be the bare name of a repository.`);
      else if (!isOrganization(scope)) {
        wrong(
          offset,
          'plugins.*.excluded_repos',
          `${code(scope)} is a repository; only an organization leaves out some.`,
        );
      }
    }
  }
}

function checkTwice(entries: readonly Entry[], excluded: ReadonlySet<string>, key: string, wrong: Wrong): void {
  const organizations = new Map(
    entries.map(({ scope, plugins }) => [scope, new Set(plugins.map(({ value }) => value))]),
  );
  for (const { scope, plugins } of entries) {
    if (isOrganization(scope) || excluded.has(scope)) continue;
    const above = organizations.get(organizationOf(scope));
    for (const { value, offset } of plugins) {
      if (above?.has(value) !== true) continue;
      const said = `${code(value)} is on for ${code(scope)} and for all of ${code(organizationOf(scope))}; name it once.`;
      wrong(offset, key, said);
    }
  }
}

function checkReviewers(file: PluginsFile, enabled: Enablement, wrong: Wrong): void {
  for (const { scope, offset } of enabled.entries) {
    const on = enabled.at(scope);
    if (!on.has('blunderbuss') || !on.has('rifle')) continue;
    wrong(offset, 'plugins', `Both ${code('blunderbuss')} and ${code('rifle')} are on for ${code(scope)}; choose one.`);
  }
  for (const key of ['blunderbuss', 'rifle'] as const) {
    const count = file[key]?.value.request_count;
    if (count === undefined || count.value >= 1) continue;
    wrong(count.offset, `${key}.request_count`, `${code(`${key}.request_count`)} must be at least 1.`);
  }
}

/** Partitions of one file that Prow can tell apart. */
const MAX_PARTITIONS = 256;

function checkConfigUpdater(file: PluginsFile, wrong: Wrong): void {
  const updater = file.config_updater?.value;
  const groups = new Map((updater?.cluster_groups?.value ?? []).map(({ key, value }) => [key, value]));
  const fed = new Map<string, string>();
  for (const { key: glob, offset, value } of updater?.maps?.value ?? []) {
    const at = 'config_updater.maps';
    const partitions = value.partitioned_names;
    if (value.name !== undefined && partitions !== undefined) {
      wrong(
        partitions.offset,
        at,
        `${code(glob)} has both ${code('name')} and ${code('partitioned_names')}; choose one.`,
      );
    }
    if (partitions !== undefined && partitions.value.length > MAX_PARTITIONS) {
      wrong(partitions.offset, at, `${code(glob)} has more than ${MAX_PARTITIONS} partitions.`);
    }
    if (value.clusters !== undefined && value.cluster_groups !== undefined) {
      wrong(
        value.cluster_groups.offset,
        at,
        `${code(glob)} has both ${code('clusters')} and ${code('cluster_groups')}; choose one.`,
      );
    }
    const places: string[] = [];
    for (const { value: name, offset: here } of value.cluster_groups?.value ?? []) {
      const group = groups.get(name);
      if (group === undefined)
        wrong(here, at, `There is no cluster group ${code(name)} in ${code('config_updater.cluster_groups')}.`);
      for (const { value: cluster } of group?.clusters?.value ?? []) {
        for (const { value: namespace } of group?.namespaces?.value ?? []) places.push(`${cluster}/${namespace}`);
      }
    }
    for (const { key: cluster, value: namespaces } of value.clusters?.value ?? []) {
      for (const { value: namespace } of namespaces) places.push(`${cluster}/${namespace}`);
    }
    if (value.clusters === undefined && value.cluster_groups === undefined) {
      places.push(`default/${value.namespace?.value ?? ''}`);
      for (const { value: namespace } of value.additional_namespaces?.value ?? []) places.push(`default/${namespace}`);
    }
    const key = value.key?.value ?? (/[*?[{]/.test(glob) ? undefined : glob.slice(glob.lastIndexOf('/') + 1));
    if (key === undefined) continue;
    for (const place of places) {
      const target = JSON.stringify([place, value.name?.value ?? '', key]);
      const before = fed.get(target);
      if (before !== undefined) {
        wrong(
          offset,
          at,
          `${code(glob)} and ${code(before)} both feed the key ${code(key)} of ${code(value.name?.value ?? '')}.`,
        );
      }
      fed.set(target, glob);
    }
  }
}

function checkSize(file: PluginsFile, wrong: Wrong): void {
  const size = file.size?.value;
  if (size === undefined) return;
  const steps = (['s', 'm', 'l', 'xl', 'xxl'] as const).map((name) => ({ name, at: size[name] }));
  for (const [index, { name, at }] of steps.entries()) {
    const next = steps[index + 1];
    if (next === undefined || (at?.value ?? 0) <= (next.at?.value ?? 0)) continue;
    // As Prow reads them, before any default: what is left out is 0.
    const left = next.at === undefined ? `, which is left out and so 0 to Prow; set all five` : '';
    wrong(
      at?.offset ?? 0,
      `size.${name}`,
      `${code(`size.${name}`)} must be at most ${code(`size.${next.name}`)}${left}.`,
    );
  }
}

function checkRequiredLabels(file: PluginsFile, wrong: Wrong): void {
  for (const { value, offset } of file.require_matching_label?.value ?? []) {
    const at = 'require_matching_label';
    const missing = (['org', 'regexp', 'missing_label'] as const).filter((name) => (value[name]?.value ?? '') === '');
    if (missing.length > 0) wrong(offset, at, `The entry lacks ${listed(missing.map(code))}.`);
    if (value.repo?.value.includes('/') === true) {
      wrong(value.repo.offset, at, `${code('repo')} must be the bare name of a repository.`);
    }
    if (value.prs?.value !== true && value.issues?.value !== true) {
      wrong(offset, at, `The entry is for nothing: set ${code('prs')} or ${code('issues')} to true.`);
    }
    if (value.branch !== undefined && value.branch.value !== '' && value.prs?.value !== true) {
      wrong(value.branch.offset, at, `${code('branch')} goes with ${code('prs: true')} alone; issues have none.`);
    }
    const [regexp, label] = [value.regexp, value.missing_label];
    if (
      regexp !== undefined &&
      label !== undefined &&
      label.value !== '' &&
      patternMatches(regexp.value, label.value) === true
    ) {
      wrong(
        label.offset,
        at,
        `${code(regexp.value)} matches ${code(label.value)} itself, so it would never be missing.`,
      );
    }
  }
}

function checkProjects(file: PluginsFile, wrong: Wrong): void {
  const at = 'project_manager';
  for (const { key: scope, offset, value } of file.project_manager?.value.orgsRepos?.value ?? []) {
    const projects = value.projects?.value ?? [];
    if (projects.length === 0) wrong(offset, at, `${code(scope)} has no ${code('projects')}.`);
    for (const { key: project, offset: here, value: below } of projects) {
      const columns = below.columns?.value ?? [];
      if (columns.length === 0) wrong(here, at, `${code(project)} has no ${code('columns')}.`);
      const known = new Set<string>();
      for (const { value: column, offset: place } of columns) {
        if (column.id === undefined && (column.name?.value ?? '') === '')
          wrong(place, at, `A column of ${code(project)} has neither ${code('id')} nor ${code('name')}.`);
        if ((column.labels?.value.length ?? 0) === 0)
          wrong(place, at, `A column of ${code(project)} has no ${code('labels')}.`);
        if ((column.org?.value ?? '') === '') wrong(place, at, `A column of ${code(project)} has no ${code('org')}.`);
        const labels = JSON.stringify((column.labels?.value ?? []).map((label) => label.value).toSorted());
        if (known.has(labels)) wrong(place, at, `Two columns of ${code(project)} have the same labels.`);
        known.add(labels);
      }
    }
  }
}

function checkRepeated(key: string, entries: readonly (readonly At<string>[])[], wrong: Wrong): void {
  const known = new Set<string>();
  for (const { value: scope, offset } of entries.flat()) {
    if (known.has(scope)) wrong(offset, `${key}[].repos`, `${code(scope)} stands in two entries of ${code(key)}.`);
    known.add(scope);
  }
}

const COMMIT_CHECKS = ['fixupPrefix', 'issueClosingKeywords'];

function checkCommitMessages(file: PluginsFile, wrong: Wrong): void {
  for (const { value } of file.invalid_commit_msg?.value ?? []) {
    const at = 'invalid_commit_msg';
    for (const { value: scope, offset } of value.repos?.value ?? []) {
      if (scope.trim() === '') wrong(offset, `${at}[].repos`, 'A repository is named by nothing but blanks.');
    }
    for (const { value: check, offset } of value.checks?.value ?? []) {
      const name = check.name?.value ?? '';
      if (name === '') wrong(offset, `${at}[].checks`, `A check has no ${code('name')}.`);
      else if (!COMMIT_CHECKS.includes(name)) {
        wrong(
          check.name?.offset ?? offset,
          `${at}[].checks`,
          `There is no check ${code(name)}, only ${listed(COMMIT_CHECKS.map(code))}.`,
        );
      }
    }
  }
}

function checkExternal(file: PluginsFile, wrong: Wrong): void {
  for (const { key: scope, value } of file.external_plugins?.value ?? []) {
    for (const { value: plugin, offset } of value) {
      if ((plugin.name?.value ?? '') === '')
        wrong(offset, 'external_plugins', `A plugin of ${code(scope)} has no ${code('name')}.`);
    }
  }
}
