/** Every key there is: those that the rules declare, those of the engine, and for each command who may use it. */
import { automations, type AutomationsSections } from '../automations/index.ts';
import { budgetSettings } from '../budget.ts';
import { customSettings } from '../custom-commands.ts';
import { commands, type CommandsSections } from '../commands/index.ts';
import {
  anyOf,
  inWords,
  mergeWarningSettings,
  section,
  setting,
  spelledInFiles,
  whereSwitched,
  who,
  type AnyCommand,
  type Requirement,
  type Section,
  type Sections,
  type Setting,
  type SettingsIn,
  type SettingSwitch,
} from '../language/index.ts';
import { funSettings } from '../fun/settings.ts';
import { ownersSettings } from '../ownership.ts';
import { grammarSettings } from '../parse.ts';
import { pipelineSettings, triggerSettings } from '../pipelines/job-settings.ts';
import { engineSettings } from '../pipelines/settings.ts';
import { sweeps, type SweepsSections } from '../sweeps/index.ts';

const ENGINE = {
  ...grammarSettings,
  ...ownersSettings,
  ...budgetSettings,
  ...mergeWarningSettings,
  pipelines: pipelineSettings,
  trigger: triggerSettings,
  ...engineSettings,
  ...funSettings,
  ...customSettings,
};

type Both<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
type Declared = Both<CommandsSections | AutomationsSections | SweepsSections> & typeof ENGINE;

/** Values as the rules and the engine read them. `allow`: what the settings say instead of a command's own requirement. */
export type Settings = SettingsIn<Declared> & { readonly allow: Readonly<Record<string, Requirement | undefined>> };

const allow = section(
  Object.fromEntries(
    commands.map(({ name }) => [name, setting<Requirement | undefined>(who, undefined, `Who may use \`/${name}\`.`)]),
  ),
);

/** `name`: as in files, `hold.lifted_by`. */
export type DeclaredKey = {
  readonly name: string;
  readonly section: string;
  readonly key: string;
  readonly setting: Setting;
};

/** Sections of one name are one section, whoever declares which of its keys. */
export const sections: Sections = merged([
  ...commands.map(({ settings }) => settings),
  ...automations.map(({ settings }) => settings),
  ...sweeps.map(({ settings }) => settings),
  ENGINE,
  { allow },
]);

function merged(all: readonly (Sections | undefined)[]): Sections {
  const together = new Map<string, Section>();
  for (const [name, { keys, sound }] of all.flatMap((each) => Object.entries(each ?? {}))) {
    const before = together.get(name);
    for (const [key, declared] of Object.entries(keys)) {
      // The same value where several rules read it; two that differ would be two meanings of one word.
      const other = before?.keys[key];
      if (other !== undefined && other !== declared) throw new Error(`the setting ${name}.${key} is declared twice`);
    }
    const check = sound ?? before?.sound;
    const both = { ...before?.keys, ...keys };
    together.set(name, check === undefined ? { keys: both } : { keys: both, sound: check });
  }
  return Object.fromEntries(together);
}

export const declaredKeys: readonly DeclaredKey[] = Object.entries(sections).flatMap(([name, { keys }]) =>
  Object.entries(keys).map(([key, declared]) => ({
    name: nameOf(name, key),
    section: name,
    key,
    setting: declared,
  })),
);

/** Who may use a command where the settings do not say, in words; undefined for any other key. */
export function builtInRequirement({ section: of, key }: Pick<DeclaredKey, 'section' | 'key'>): string | undefined {
  const command = of === 'allow' ? commands.find(({ name }) => name === key) : undefined;
  return command === undefined ? undefined : inWords(command.allow);
}

/**
 * Who may use a command under these settings. They say who gives a word. Whoever may give it may take it back as well,
 * besides those who may in any case; but lifting a hold takes back what somebody else said, and stays as it is.
 */
export function requirementUnder({ name, allow: builtIn }: AnyCommand, settings: Settings): Requirement {
  const set = settings.allow[name];
  const switches = switchesIn(settings);
  const need = set === undefined ? builtIn : givenBy(set, builtIn);
  return switches.size === 0 ? need : whereSwitched(need, switches);
}

function givenBy(set: Requirement, builtIn: Requirement): Requirement {
  if (builtIn.is !== 'with') return set;
  const given = concernsOthers(builtIn.given) ? builtIn.given : anyOf(builtIn.given, set);
  return { ...builtIn, given, otherwise: set };
}

function concernsOthers(need: Requirement): boolean {
  if (need.is === 'any' || need.is === 'all') return need.of.some(concernsOthers);
  return need.is === 'holder';
}

/** Settings that open commands to everybody, where they are on. */
export function switchesIn({ hold }: Settings): ReadonlySet<SettingSwitch> {
  return new Set(hold.liftedBy === 'anyone' ? ['anyone-lifts-holds'] : []);
}

export function nameOf(sectionName: string, key: string): string {
  return `${spelledInFiles(sectionName)}.${spelledInFiles(key)}`;
}

/** What can be locked: whole groups, and single keys. */
export const lockable: readonly string[] = [
  ...new Set([...Object.keys(sections).map(spelledInFiles), ...declaredKeys.map(({ name }) => name)]),
];

/** Names of all rules there are, for `rules.only` and `rules.disabled`. */
export const ruleNames: readonly string[] = [
  ...new Set([...commands, ...automations, ...sweeps].map(({ name }) => name)),
];
