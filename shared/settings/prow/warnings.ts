/** What Prow's plugins.yaml says of pushes that somebody is told of: of a repository its own entry, or that of its organization. */
import { channelName, code, login, pushedBranch, type Shape } from '../../language/index.ts';
import { isOrganization, organizationOf, type Scope } from './enabled.ts';
import type { PluginsFile } from './plugins-file.ts';
import type { At } from './shape.ts';
import type { Put } from './tracking.ts';

export const WARNINGS_PLUGIN = 'slackevents';
const AT = 'slack.mergewarnings';
/** Ours, and what is read of Prow's where we have it. */
export const WARNINGS: Readonly<Record<string, string>> = { 'merge_warnings.enabled': AT };

/** Entries that a list of ours takes. */
const MOST = 100;

type Texts = At<readonly At<string>[]> | undefined;

export function putWarnings({ slack }: PluginsFile, put: Put): void {
  const { built, source, enabled, pathTo, isPlace } = put;
  const entries = slack?.value.mergewarnings?.value ?? [];
  const entryFor = (scope: Scope): (typeof entries)[number] | undefined =>
    entries.find(({ value }) => value.repos?.value.some((each) => each.value === scope) === true);
  const isOn = (scope: Scope): boolean => enabled.at(scope).has(WARNINGS_PLUGIN);
  const fitting = (texts: Texts, shape: Shape): readonly string[] => {
    const all = texts?.value ?? [];
    for (const { value, offset } of all.filter((text) => !fits(text, shape))) {
      source.found('unsupported', offset, AT, `${code(value)} is not ${shape.is === 'text' ? shape.what : 'text'}.`);
    }
    const fit = all.filter((text) => fits(text, shape));
    return fit.slice(0, MOST).map(({ value }) => value);
  };
  const named = entries.flatMap(({ value }) => (value.repos?.value ?? []).map(({ value: scope }) => scope));
  const places = new Set([
    ...named,
    ...enabled.entries.map(({ scope }) => scope),
    ...enabled.excluded.map(({ value }) => value),
  ]);
  const taken = new Map<Scope, object>();
  const valuesAt = (scope: Scope): object | undefined => {
    const entry = entryFor(scope);
    if (entry === undefined) return undefined;
    const known = taken.get(scope);
    if (known !== undefined) return known;
    const { channels, exempt_users: users, exempt_branches: branches } = entry.value;
    const values = {
      enabled: true,
      channels: fitting(channels, channelName),
      exempt_users: fitting(users, login),
      exempt_branches: (branches?.value ?? []).flatMap(({ key, value, offset }) =>
        fitting({ value: [{ value: key, offset }], offset }, pushedBranch).map((branch) => ({
          branch,
          users: fitting({ value, offset }, login),
        })),
      ),
    };
    taken.set(scope, values);
    return values;
  };
  const putAt = (scope: Scope, values: object, offset: number): void => {
    for (const [key, value] of Object.entries(values)) {
      built.put([...pathTo(scope), 'merge_warnings', key], value, source, offset);
    }
  };

  for (const scope of places) {
    if (!isPlace(scope)) continue;
    const wider = isOrganization(scope) ? undefined : organizationOf(scope);
    const inherits = wider !== undefined && entryFor(wider) !== undefined && isOn(wider);
    const own = valuesAt(scope);
    const values = own ?? (wider === undefined ? undefined : valuesAt(wider));
    const offset = (entryFor(scope) ?? (wider === undefined ? undefined : entryFor(wider)))?.offset ?? 0;
    if (values !== undefined && isOn(scope)) {
      if (own !== undefined || !inherits) putAt(scope, values, offset);
    } else if (inherits) putAt(scope, { enabled: false }, offset);
  }
}

function fits({ value }: At<string>, shape: Shape): boolean {
  return shape.is === 'text' && shape.fits.test(value);
}
