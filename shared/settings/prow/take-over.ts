/** From Prow's files to a deployment's settings of ours, and to a word on everything that has no place there. */
import { type Setting } from '../../language/index.ts';
import { building, type Building, type ProwDocument } from './built.ts';
import { checkConfig } from './check-config.ts';
import { checkPlugins, checkSpelling } from './check-plugins.ts';
import { CONFIG_KEYS, configFile, type ConfigFile } from './config-file.ts';
import { deadIn } from './dead.ts';
import {
  enablementOf,
  isOrganization,
  isScope,
  organizationOf,
  type Enablement,
  type Placed,
  type Scope,
} from './enabled.ts';
import { sourceOf, type Finding, type Source } from './finding.ts';
import { takenFrom, type Taken, type Untaken } from './keys.ts';
import { lintPlugins, lintTide } from './lint.ts';
import { putJobs } from './jobs.ts';
import { mergingOf, NO_MERGING, scopesIn, type Merging } from './merging.ts';
import { pluginsFile, type PluginsFile } from './plugins-file.ts';
import { GUARDS, putBlockades, putCommitChecks, putOverriding } from './guards.ts';
import { putBranchMilestones, putMilestones, putRequiredLabels, TRACKING } from './tracking.ts';
import type { At, Reading, SeenKeys, Shape } from './shape.ts';
import { tellOfKeys, tellOfPlugins } from './told.ts';
import { putWarnings, WARNINGS, WARNINGS_PLUGIN } from './warnings.ts';
import { contentOf, Unreadable, type Node } from './yaml.ts';

/** What we have: rules, with the plugin of Prow's that each stands for, and keys, with where Prow has the same. */
export type Ours = {
  readonly rules: readonly OurRule[];
  /** `name`: as in files, `hold.lifted_by`. */
  readonly keys: readonly { readonly name: string; readonly setting: Setting }[];
};
export type OurRule = {
  readonly name: string;
  /** One or several of Prow's, any of which switches it on. */
  readonly plugin?: string | readonly string[] | undefined;
  /** Runs only where it is named. */
  readonly onRequest?: boolean | undefined;
  /** Runs whatever the settings say. */
  readonly essential?: boolean | undefined;
};

export type ProwFile = { readonly path: string; readonly text: string };
export type ProwFiles = { readonly plugins?: ProwFile | undefined; readonly config?: ProwFile | undefined };

export type Imported = {
  /** undefined where the files have errors. */
  readonly document: ProwDocument | undefined;
  readonly findings: readonly Finding[];
};

/** Commands that are there for everybody, so that whoever asks learns what else is. */
const ALWAYS: readonly string[] = ['help', 'commands'];
/** What Tide does is no plugin of Prow's and a rule here. */
const MERGING = 'merge';
const TIDE = 'tide';
const ADDITIONAL = 'labels.additional';
/** Ours that are made of more than one place of Prow's. */
const READ_WHOLE: Readonly<Record<string, string>> = { ...GUARDS, ...TRACKING, ...WARNINGS };

export function takeOver(files: ProwFiles, ours: Ours): Imported {
  const plugins = opened(files.plugins, pluginsFile, {});
  const config = opened(files.config, configFile, {});
  const enabled = enablementOf(plugins?.content ?? {});
  const carried = new Set(
    ours.keys.flatMap(
      ({ name, setting: { prow } }) => prow?.at ?? (Object.hasOwn(READ_WHOLE, name) ? READ_WHOLE[name] : []) ?? [],
    ),
  );
  if (plugins !== undefined) {
    checkPlugins(plugins.content, enabled, plugins.source);
  }
  if (config !== undefined) checkConfig(config.content, config.source);
  const places = [
    ...(plugins === undefined ? [] : placesIn(enabled).map((each) => ({ ...each, source: plugins.source }))),
    ...(config === undefined ? [] : scopesIn(config.content).map((each) => ({ ...each, source: config.source }))),
  ];
  checkSpelling(places);
  // A switch stands for this one, and no rule.
  const standing = carried.has('slack.mergewarnings')
    ? [...ours.rules, { name: 'merge-warnings', plugin: WARNINGS_PLUGIN }]
    : ours.rules;
  const findings = (): readonly Finding[] => [plugins, config].flatMap((each) => each?.source.findings() ?? []);
  if (findings().some(({ kind }) => kind === 'error')) return { document: undefined, findings: findings() };

  const merging =
    config === undefined ? undefined : mergingOf(config.content, config.source, (key) => carried.has(key));
  const built = building((files.plugins ?? files.config)?.path ?? '');
  if (plugins !== undefined) putRules(built, ours, enabled, plugins.source, merging, config?.source);
  putMerging(built, merging, (config ?? plugins)?.source);
  if (config !== undefined) putDenied(built, config);
  // Where Prow's plugins are not told of, whatever starts its jobs does so still.
  if (config !== undefined && enabled.anywhere('trigger')) {
    putJobs(config.content, { built, source: config.source, pathTo });
  }
  const spelled = new Map(places.map(({ scope }) => [scope.toLowerCase(), scope]));
  if (plugins !== undefined) putGuards(built, ours, plugins);
  if (plugins !== undefined) putTracking(built, ours, enabled, spelled, plugins);
  putKeys(built, ours, spelled, plugins, config);

  if (plugins !== undefined) {
    lintPlugins(plugins.content, enabled, plugins.source);
    deadIn(plugins.content, enabled, plugins.source);
    tellOfPlugins(enabled, standing, plugins.source);
    tellOfKeys(plugins, carried, standing);
  }
  if (config !== undefined) {
    if (plugins !== undefined) lintTide(config.content, enabled, config.source, plugins.source);
    tellOfKeys(config, carried, ours.rules);
  }
  return { document: built.document(), findings: findings() };
}

export type Opened<T> = Reading & { readonly tree: Node; readonly content: T };

function opened<T>(file: ProwFile | undefined, shape: Shape<T>, empty: T): Opened<T> | undefined {
  if (file === undefined) return undefined;
  const source = sourceOf(file.path, file.text);
  const seen: SeenKeys = new Map();
  const reading = { source, seen, strange: new Set<string>() };
  try {
    const { content: tree, further } = contentOf(file.text);
    if (further !== undefined)
      source.found('warning', further, '', 'Only the first YAML document is read, in Prow as well.');
    return { ...reading, tree, content: shape(tree, '', reading)?.value ?? empty };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    source.found('error', error.offset, '', error.message);
    return { ...reading, tree: { is: 'map', offset: 0, pairs: [] }, content: empty };
  }
}

/** Every organization and repository that is told apart, where it first is. */
function placesIn({ entries, external, excluded }: Enablement): readonly Placed[] {
  const places = new Map<Scope, number>();
  const all = [...entries, ...external, ...excluded.map(({ value, offset }) => ({ scope: value, offset }))];
  for (const { scope, offset } of all) if (!places.has(scope)) places.set(scope, offset);
  return [...places].map(([scope, offset]) => ({ scope, offset }));
}

/** Of Prow's; what has none there belongs to all that have. */
export function pluginsFor({ plugin = [] }: OurRule): readonly string[] {
  return typeof plugin === 'string' ? [plugin] : plugin;
}

type AllMerging = ReturnType<typeof mergingOf>;

function putRules(
  built: Building,
  { rules, keys }: Ours,
  enabled: Enablement,
  source: Source,
  merging: AllMerging | undefined,
  config: Source | undefined,
): void {
  const merges = (scope: Scope): boolean => (merging?.at(scope).queries.length ?? 0) > 0;
  const on = (scope: Scope): readonly string[] => {
    const plugins = enabled.at(scope);
    if (plugins.size === 0 && !merges(scope)) return ALWAYS;
    const runs = (rule: OurRule): boolean => {
      if (rule.essential === true) return false;
      const own = pluginsFor(rule);
      if (own.length === 0) return rule.onRequest !== true && (rule.name !== MERGING || merges(scope));
      return own.some((plugin) => (plugin === TIDE ? merges(scope) : plugins.has(plugin)));
    };
    return [...new Set(rules.filter(runs).map(({ name }) => name))];
  };
  built.put(['rules', 'only'], ALWAYS, source, 0);
  // What has a switch of its own besides is on wherever its plugin is.
  if (enabled.anywhere('blunderbuss') || enabled.anywhere('rifle'))
    built.put(['blunderbuss', 'enabled'], true, source, 0);
  if (enabled.anywhere('trigger')) built.put(['trigger', 'enabled'], true, source, 0);
  // Where Prow's file names no further labels, `/label` there knows none.
  if (enabled.anywhere('label') && keys.some(({ name }) => name === ADDITIONAL)) {
    built.put(ADDITIONAL.split('.'), [], source, 0);
  }
  const named = new Set<Scope>();
  const put = (scope: Scope, from: Source, offset: number): void => {
    if (named.has(scope)) return;
    named.add(scope);
    const wider = isOrganization(scope) ? ALWAYS : on(organizationOf(scope));
    if (on(scope).join() !== wider.join()) built.put([...pathTo(scope), 'rules', 'only'], on(scope), from, offset);
  };
  for (const { scope, offset } of placesIn(enabled)) put(scope, source, offset);
  for (const { scope, offset } of merging?.scopes ?? []) put(scope, config ?? source, offset);
}

function pathTo(scope: Scope): readonly string[] {
  return [isOrganization(scope) ? 'organizations' : 'repositories', scope];
}

/** Where no query asks for it, Tide merges nothing. */
function putMerging(built: Building, merging: AllMerging | undefined, source: Source | undefined): void {
  if (source === undefined) return;
  built.put([MERGING, 'enabled'], false, source, 0);
  built.put([MERGING, 'queries'], [], source, 0);
  for (const { scope } of merging?.scopes ?? []) {
    const here = merging?.at(scope) ?? NO_MERGING;
    const wider = isOrganization(scope) ? NO_MERGING : (merging?.at(organizationOf(scope)) ?? NO_MERGING);
    putOne(built, [...pathTo(scope), MERGING], here, wider.queries.length > 0 ? wider : NO_MERGING, source);
  }
}

/** What differs from what holds there anyway. */
function putOne(built: Building, path: readonly string[], here: Merging, wider: Merging, source: Source): void {
  const put = (key: string, value: unknown, before: unknown, offset: number): void => {
    if (JSON.stringify(value) !== JSON.stringify(before)) built.put([...path, key], value, source, offset);
  };
  put('enabled', here.enabled.value, wider.enabled.value, here.enabled.offset);
  if (here.queries.length === 0) {
    put('queries', [], wider.queries, here.enabled.offset);
    return;
  }
  put('method', here.method.value, wider.method.value, here.method.offset);
  put('commit_title', here.commitTitle.value, wider.commitTitle.value, here.commitTitle.offset);
  put('commit_body', here.commitBody.value, wider.commitBody.value, here.commitBody.offset);
  for (const [key, list, before] of [
    ['methods', here.methods, wider.methods],
    ['queries', here.queries, wider.queries],
    ['required_checks', here.requiredChecks, wider.requiredChecks],
    ['optional_checks', here.optionalChecks, wider.optionalChecks],
    ['checks', here.checks, wider.checks],
  ] as const) {
    const values = list.map(({ value }) => value);
    const inherited = before.map(({ value }) => value);
    if (JSON.stringify(values) === JSON.stringify(inherited)) continue;
    put(key, values, inherited, list[0]?.offset ?? here.enabled.offset);
    for (const [index, { offset }] of list.entries()) built.place([...path, key, index], source, offset);
  }
  put('all_checks', here.allChecks.value, wider.allChecks.value, here.allChecks.offset);
}

/** In Prow the three lists that concern a repository add up; here a list takes the place of a wider one. */
function putDenied(built: Building, { content, source }: Opened<ConfigFile>): void {
  const denied = content.owners_dir_denylist?.value;
  const everywhere = denied?.default?.value ?? [];
  const put = (path: readonly string[], patterns: readonly At<string>[], offset: number): void => {
    const values = [...new Set(patterns.map(({ value }) => value))];
    built.put([...path, 'owners', 'denied'], values, source, patterns[0]?.offset ?? offset);
  };
  if (everywhere.length > 0) put([], everywhere, 0);
  const repos = denied?.repos?.value ?? [];
  for (const { key, offset, value } of repos) {
    if (!isScope(key)) continue;
    const wider = isOrganization(key) ? undefined : repos.find((each) => each.key === organizationOf(key));
    put(pathTo(key), [...everywhere, ...(wider?.value ?? []), ...value], offset);
  }
}

function putGuards(built: Building, { keys }: Ours, { content, source }: Opened<PluginsFile>): void {
  const has = (key: string): boolean => keys.some(({ name }) => name === key);
  if (has('blockade.paths')) putBlockades(content, { built, source, pathTo });
  if (has('allow.override')) putOverriding(content, { built, source, pathTo });
  if (has('commit_messages.fixups')) putCommitChecks(content, { built, source, pathTo });
}

function putTracking(
  built: Building,
  { keys }: Ours,
  enabled: Enablement,
  spelled: ReadonlyMap<string, Scope>,
  { content, source }: Opened<PluginsFile>,
): void {
  const has = (key: string): boolean => keys.some(({ name }) => name === key);
  const isPlace = (key: string): boolean => isScope(key) && (spelled.get(key.toLowerCase()) ?? key) === key;
  const put = { built, source, enabled, pathTo, isPlace };
  if (has('allow.milestone')) putMilestones(content, put);
  if (has('milestone_applier.branches')) putBranchMilestones(content, put);
  if (has('required_labels.rules')) putRequiredLabels(content, put);
  if (has('merge_warnings.enabled')) putWarnings(content, put);
}

function putKeys(
  built: Building,
  { keys }: Ours,
  spelled: Map<string, Scope>,
  plugins: Opened<unknown> | undefined,
  config: Opened<unknown> | undefined,
): void {
  for (const { name, setting } of keys) {
    const at = setting.prow?.at ?? '';
    const file = CONFIG_KEYS.includes(/^[\w-]*/.exec(at)?.[0] ?? '') ? config : plugins;
    if (file === undefined || at === '') continue;
    const all = takenFrom(file.tree, setting);
    for (const taken of all) {
      if ('problem' in taken) {
        file.source.found('unsupported', taken.node.offset, at, taken.problem);
        continue;
      }
      const { scope } = taken;
      // Spelled otherwise than where its plugins are on, it counts for nothing in Prow; that it is dead has been told.
      if (scope !== undefined && (!isScope(scope) || (spelled.get(scope.toLowerCase()) ?? scope) !== scope)) continue;
      if (scope !== undefined) spelled.set(scope.toLowerCase(), scope);
      const path = scope === undefined ? [] : pathTo(scope);
      const value = setting.prow?.addsUp === true ? withWider(taken, all) : taken.value;
      built.put([...path, ...name.split('.')], value, file.source, taken.node.offset);
    }
  }
}

/** Here a list takes the place of a wider one. */
function withWider({ scope, value }: Taken, all: readonly (Taken | Untaken)[]): unknown {
  if (scope === undefined || !Array.isArray(value)) return value;
  const scopes = isOrganization(scope) ? [undefined] : [undefined, organizationOf(scope)];
  const wider = scopes.flatMap((each) => {
    const found = all.find((other) => 'value' in other && other.scope === each);
    return found !== undefined && 'value' in found && Array.isArray(found.value) ? [found.value] : [];
  });
  return [...new Set([...wider.flat(), ...value])];
}
