/**
 * Which value is in force and who set it: built-in < Prow's files < the deployment's < the organization's < the
 * repository's. Later wins, unless an earlier file locks the key.
 */
import { code, spelledInFiles } from '../language/index.ts';
import { declaredKeys, sections, type Settings } from './declared.ts';
import { asSettings, defaultSettings } from './defaults.ts';
import type { Mistake, PlaceInFile, SettingsDocument, Values, Written } from './read.ts';

export type LayerName = 'prow' | 'deployment' | 'organization' | 'repository';

/** A file that counts; `commit` is empty for files that lie in no repository. */
export type Layer = {
  readonly layer: LayerName;
  readonly document: SettingsDocument;
  readonly commit: string;
};

/** Where a value comes from. */
export type Origin = {
  readonly layer: LayerName;
  readonly file: string;
  readonly line: number;
  readonly commit: string;
};

type Ignored = Mistake & { readonly layer: LayerName };

export type InForce = {
  readonly settings: Settings;
  /** By the key's name, `hold.lifted_by`; what is not here is built in. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Whose word later files cannot change, by the name of a key or group. */
  readonly locks: ReadonlyMap<string, Origin>;
  /** What is written and does not count, file by file and line by line. */
  readonly ignored: readonly Ignored[];
};

/** @param where undefined: for no repository in particular */
export function inForceAt(
  layers: readonly Layer[],
  where: { readonly owner: string; readonly name: string } | undefined,
): InForce {
  const values = new Map<string, Written['value']>();
  const origins = new Map<string, Origin>();
  const locks = new Map<string, Origin>();
  const ignored: Ignored[] = [];

  for (const { layer, document, commit } of layers) {
    const { path } = document;
    const parts = partsFor(document, layer, where);
    const inVain: Ignored[] = [];
    const origin = ({ line, file = path }: PlaceInFile): Origin => ({ layer, file, line, commit });
    for (const part of parts) {
      const before = { values: new Map(values), origins: new Map(origins) };
      for (const [name, { value, place }] of part.values) {
        const lock = lockOn(name, locks);
        if (lock !== undefined) {
          inVain.push({
            layer,
            path,
            ...place,
            problem: `${code(name)} is locked by ${inWords(lock)} and stays as it is.`,
          });
          continue;
        }
        values.set(name, value);
        origins.set(name, origin(place));
      }
      for (const [section, problem] of unsoundIn(values)) {
        const own = [...part.values].filter(([name]) => name.startsWith(`${section}.`));
        const [first] = own;
        if (first !== undefined) inVain.push({ layer, path, ...first[1].place, problem });
        for (const [name] of own) {
          restore(values, before.values, name);
          restore(origins, before.origins, name);
        }
      }
    }
    ignored.push(...inVain.toSorted((one, other) => one.line - other.line || one.column - other.column));
    for (const part of parts) {
      for (const [name, place] of part.locked) if (!locks.has(name)) locks.set(name, origin(place));
    }
  }
  return { settings: settingsOf(values), origins, locks, ignored };
}

function restore<T>(now: Map<string, T>, before: ReadonlyMap<string, T>, name: string): void {
  const value = before.get(name);
  if (value === undefined) now.delete(name);
  else now.set(name, value);
}

/** From the general to the particular. */
function partsFor(
  { organizations, repositories, values, locked }: SettingsDocument,
  layer: LayerName,
  where: { readonly owner: string; readonly name: string } | undefined,
): readonly Values[] {
  const own = { values, locked };
  if (where === undefined) return [own];
  const [owner, name] = [where.owner.toLowerCase(), where.name.toLowerCase()];
  const single = layer === 'organization' ? name : `${owner}/${name}`;
  return [own, organizations.get(owner), repositories.get(single)].filter((part) => part !== undefined);
}

/** Who locked a key, or the group it belongs to. */
export function lockOn(name: string, locks: ReadonlyMap<string, Origin>): Origin | undefined {
  return locks.get(name) ?? locks.get(name.slice(0, name.indexOf('.')));
}

/** Groups whose values do not fit each other, as files spell them. */
function unsoundIn(values: ReadonlyMap<string, unknown>): readonly (readonly [section: string, problem: string])[] {
  return Object.entries(sections).flatMap(([name, { keys, sound }]) => {
    if (sound === undefined) return [];
    const here = Object.fromEntries(Object.keys(keys).map((key) => [key, valueOf(name, key, values)]));
    const problem = sound(here);
    return problem === undefined ? [] : [[spelledInFiles(name), problem] as const];
  });
}

function valueOf(section: string, key: string, values: ReadonlyMap<string, unknown>): unknown {
  const name = `${spelledInFiles(section)}.${spelledInFiles(key)}`;
  return values.has(name) ? values.get(name) : sections[section]?.keys[key]?.byDefault;
}

function settingsOf(values: ReadonlyMap<string, unknown>): Settings {
  if (values.size === 0) return defaultSettings;
  return asSettings(
    Object.fromEntries(
      Object.entries(sections).map(([section, { keys }]) => [
        section,
        Object.fromEntries(Object.keys(keys).map((key) => [key, valueOf(section, key, values)])),
      ]),
    ),
  );
}

const LAYER_WORDS: Readonly<Record<LayerName, string>> = {
  prow: "Prow's files",
  deployment: 'the deployment',
  organization: 'the organization',
  repository: 'the repository',
};

/** "the organization (`bowsprit.yaml` line 3 at `abc1234`)" */
export function inWords({ layer, file, line, commit }: Origin): string {
  return `${LAYER_WORDS[layer]} (${placeInWords({ file, line, commit })})`;
}

/** "`bowsprit.yaml` line 3 at `abc1234`" */
export function placeInWords({ file, line, commit }: Pick<Origin, 'file' | 'line' | 'commit'>): string {
  return `${code(file)} line ${line}${commit === '' ? '' : ` at ${code(commit.slice(0, 7))}`}`;
}

/** Keys that differ between two ways of setting, in the order of the declarations. */
export function changedKeys(before: Settings, after: Settings): readonly string[] {
  return declaredKeys
    .filter(
      ({ section, key }) =>
        JSON.stringify(valueIn(before, section, key)) !== JSON.stringify(valueIn(after, section, key)),
    )
    .map(({ name }) => name);
}

export function valueIn(settings: Settings, section: string, key: string): unknown {
  return new Map(Object.entries(new Map<string, object>(Object.entries(settings)).get(section) ?? {})).get(key);
}
