/** What of Prow's files has nothing here that does the same: each plugin and each key once, with the reason. */
import { code, listed } from '../../language/index.ts';
import { GONE, readersOf } from './dead.ts';
import { isOrganization, type Enablement, type Entry } from './enabled.ts';
import type { Source } from './finding.ts';
import { EXTERNAL_PLUGINS, PLUGINS } from './lint.ts';
import { reasonOfKey, reasonOfPlugin } from './reasons.ts';
import type { Reading } from './shape.ts';
import { pluginsFor, type OurRule } from './take-over.ts';

export function tellOfPlugins(enabled: Enablement, rules: readonly OurRule[], source: Source): void {
  const standsFor = new Set(rules.flatMap(pluginsFor));
  for (const [plugin, uses] of usesIn(enabled.entries)) {
    const key = `plugins: ${plugin}`;
    // Told already: as unknown, or as gone.
    if (standsFor.has(plugin) || !PLUGINS.includes(plugin) || GONE.has(plugin)) continue;
    source.found('unsupported', uses.offset, key, `${reasonOfPlugin(plugin)} ${whereOn(uses)}`);
  }
  for (const [plugin, uses] of usesIn(enabled.external)) {
    if (standsFor.has(plugin)) continue;
    const reason = EXTERNAL_PLUGINS.includes(plugin)
      ? `${reasonOfPlugin(plugin)} Its in-cluster endpoint is not called.`
      : 'Bowsprit passes no deliveries on; register it at the forge with a webhook of its own.';
    source.found('unsupported', uses.offset, `external_plugins: ${plugin}`, `${reason} ${whereOn(uses)}`);
  }
}

type Uses = { readonly offset: number; readonly organizations: number; readonly repositories: number };

function usesIn(entries: readonly Entry[]): ReadonlyMap<string, Uses> {
  const all = new Map<string, Uses>();
  for (const { scope, plugins } of entries) {
    for (const { value, offset } of plugins) {
      const before = all.get(value) ?? { offset, organizations: 0, repositories: 0 };
      const organization = isOrganization(scope) ? 1 : 0;
      all.set(value, {
        offset: before.offset,
        organizations: before.organizations + organization,
        repositories: before.repositories + 1 - organization,
      });
    }
  }
  return all;
}

function whereOn({ organizations, repositories }: Uses): string {
  const parts = [
    ...(organizations === 0 ? [] : [`${organizations} organization${organizations === 1 ? '' : 's'}`]),
    ...(repositories === 0 ? [] : [`${repositories} ${repositories === 1 ? 'repository' : 'repositories'}`]),
  ];
  return `It is on for ${listed(parts)}.`;
}

/** Keys that no declaration names and that the import reads all the same. */
const READ: readonly string[] = [
  'plugins',
  'owners_dir_denylist.default',
  'owners_dir_denylist.repos',
  'external_plugins.*[].name',
  'tide.queries',
  'tide.merge_method',
  'tide.context_options.required-contexts',
  'tide.context_options.optional-contexts',
  'tide.context_options.skip-unknown-contexts',
  'tide.context_options.optional-regex-contexts',
  'tide.merge_commit_template',
  // These tell themselves where they have an effect.
  'tide.squash_label',
  'tide.rebase_label',
  'tide.merge_label',
  'tide.blocker_label',
  ...['name', 'context', 'always_run', 'run_if_changed', 'skip_if_only_changed', 'optional', 'skip_report'].map(
    (name) => `presubmits.*[].${name}`,
  ),
  ...['branches', 'skip_branches', 'run_before_merge'].map((name) => `presubmits.*[].${name}`),
];
const READ_ANYWHERE =
  /^(?:branch-protection\.(?:.*\.)?required_status_checks\.contexts|tide\.context_options\.orgs\.(?:.*\.)?(?:required|optional|skip-unknown|optional-regex|required-if-present)-contexts)$/;
/** They say where an entry counts, and are read with it. */
const SCOPES = /\.(?:repos|orgs|branches|org|repo)$/;

export function tellOfKeys(
  { source, seen, strange }: Reading,
  carried: ReadonlySet<string>,
  rules: readonly OurRule[],
): void {
  const read = [...READ, ...carried];
  const told = new Set<string>();
  for (const [path, offset] of seen) {
    if (strange.has(path)) continue;
    if (read.some((each) => isPartOf(path, each) || isPartOf(each, path)) || READ_ANYWHERE.test(path)) continue;
    if (SCOPES.test(path) && read.some((each) => isPartOf(each, path.replace(SCOPES, '')))) continue;
    if (SCOPES.test(path) && /^(?:tide|branch-protection)\./.test(path)) continue;
    // What stands in it is told, each for itself or together.
    if ([...seen.keys()].some((each) => each !== path && isPartOf(each, path))) continue;
    const known = reasonOfKey(path);
    const key = known?.key ?? shortestUnread(path, read);
    if (told.has(key)) continue;
    told.add(key);
    const { kind, reason } = known ?? byReaders(key, rules);
    source.found(kind, seen.get(key) ?? offset, key, reason);
  }
}

function isPartOf(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[]`);
}

/** `label.restricted_labels` where `label` is read in part, `cat` where none of it is. */
function shortestUnread(path: string, read: readonly string[]): string {
  const parts = path.split('.');
  for (let length = 1; length < parts.length; length += 1) {
    const prefix = parts.slice(0, length).join('.').replace(/\[\]$/, '');
    if (!read.some((each) => isPartOf(each, prefix))) return prefix;
  }
  return path;
}

function byReaders(
  key: string,
  rules: readonly OurRule[],
): { readonly kind: 'unsupported' | 'ignored'; readonly reason: string } {
  const readers = readersOf(/^[\w-]*/.exec(key)?.[0] ?? '');
  if (readers.length === 0) return { kind: 'ignored', reason: 'It is of no concern to pull requests.' };
  const missing = readers.find((plugin) => !rules.some((rule) => pluginsFor(rule).includes(plugin)));
  if (missing !== undefined) return { kind: 'unsupported', reason: reasonOfPlugin(missing) };
  return {
    kind: 'unsupported',
    reason: `What does the same as ${listed(readers.map(code), 'or')} here has no such setting.`,
  };
}
