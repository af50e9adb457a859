/** Which plugins are on where: an organization's list, unless it leaves the repository out, and the repository's own. */
import type { PluginsFile } from './plugins-file.ts';
import type { At } from './shape.ts';

/** An organization, or `organization/repository`. */
export type Scope = string;
/** One of them, where a file names it. */
export type Placed = { readonly scope: Scope; readonly offset: number };
export type Entry = Placed & { readonly plugins: readonly At<string>[] };

export type Enablement = {
  /** In the order of the file. */
  readonly entries: readonly Entry[];
  readonly external: readonly Entry[];
  /** Repositories that their organization's entry leaves out, as `organization/repository`. */
  readonly excluded: readonly At<Scope>[];
  /** What runs there: built in and external; of an organization, in its repositories that have no entry. */
  readonly at: (scope: Scope) => ReadonlySet<string>;
  /** For a repository, whether it runs there; for an organization, whether it does in any repository of it. */
  readonly somewhereIn: (scope: Scope, plugin: string) => boolean;
  readonly anywhere: (plugin: string) => boolean;
};

export function enablementOf(file: PluginsFile): Enablement {
  const entries = (file.plugins?.value ?? []).map(({ key, offset, value }) => ({
    scope: key,
    offset,
    plugins: value.plugins,
  }));
  const external = (file.external_plugins?.value ?? []).map(({ key, offset, value }) => ({
    scope: key,
    offset,
    plugins: value.flatMap(({ value: { name } }) => name ?? []),
  }));
  const excluded = (file.plugins?.value ?? []).flatMap(({ key, value }) =>
    value.excluded
      .filter(({ value: name }) => isOrganization(key) && isOrganization(name))
      .map(({ value: name, offset }) => ({ value: `${key}/${name}`, offset })),
  );
  const built = byScope(entries);
  const outside = byScope(external);
  const left = new Set(excluded.map(({ value }) => value));
  const none: ReadonlySet<string> = new Set();
  const known = new Map<Scope, ReadonlySet<string>>();
  const at = (scope: Scope): ReadonlySet<string> => {
    const plugins = known.get(scope) ?? pluginsAt(scope);
    known.set(scope, plugins);
    return plugins;
  };
  const pluginsAt = (scope: Scope): ReadonlySet<string> => {
    const organization = organizationOf(scope);
    return new Set([
      ...(left.has(scope) ? none : (built.get(organization) ?? none)),
      ...(built.get(scope) ?? none),
      ...(outside.get(organization) ?? none),
      ...(outside.get(scope) ?? none),
    ]);
  };
  const scopes = [...new Set([...built.keys(), ...outside.keys()])];
  return {
    entries,
    external,
    excluded,
    at,
    somewhereIn: (scope, plugin) =>
      at(scope).has(plugin) ||
      (isOrganization(scope) && scopes.some((each) => organizationOf(each) === scope && at(each).has(plugin))),
    anywhere: (plugin) => scopes.some((scope) => at(scope).has(plugin)),
  };
}

function byScope(entries: readonly Entry[]): ReadonlyMap<Scope, ReadonlySet<string>> {
  return new Map(entries.map(({ scope, plugins }) => [scope, new Set(plugins.map(({ value }) => value))]));
}

export function organizationOf(scope: Scope): string {
  return scope.split('/')[0] ?? scope;
}

export function isOrganization(scope: Scope): boolean {
  return !scope.includes('/');
}

/** Names as GitHub has them and our settings take them. */
const SCOPE = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}(?:\/[A-Za-z0-9._-]{1,100})?$/;

export function isScope(name: string): boolean {
  return SCOPE.test(name);
}
