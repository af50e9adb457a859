/** Which rules run under certain settings, and who may use them: the commands with the requirement in force. */
import {
  anyOf,
  whereSwitched,
  type AnyAutomation,
  type AnyCommand,
  type AnySweep,
  type CatalogueEntry,
  type Requirement,
  type SettingSwitch,
} from './language/index.ts';
import { catalogueOf } from './pages/catalogue.ts';
import { grammarOf, isOn, type Grammar } from './parse.ts';
import { nameOf, placeInWords, type InForce, type Origin, type Settings } from './settings/index.ts';

export type Rules = {
  readonly commands: readonly AnyCommand[];
  readonly automations: readonly AnyAutomation[];
  readonly sweeps: readonly AnySweep[];
};

export type RulesHere = {
  readonly grammar: Grammar;
  readonly automations: readonly AnyAutomation[];
  readonly sweeps: readonly AnySweep[];
  readonly catalogue: readonly CatalogueEntry[];
};

const kept = new WeakMap<InForce, RulesHere>();

export function rulesHere(inForce: InForce, all: Rules): RulesHere {
  const known = kept.get(inForce);
  if (known !== undefined) return known;
  const { settings } = inForce;
  const switches = switchesIn(settings);
  const grammar = grammarOf(
    all.commands.map((command) => {
      const set = withRequirement(command, settings.allow[command.name]);
      return switches.size === 0 ? set : { ...set, allow: whereSwitched(set.allow, switches) };
    }),
    settings,
  );
  const runs = ({ name, essential }: { readonly name: string; readonly essential?: true }): boolean =>
    essential === true || isOn(name, settings) === 'on';
  const entries = catalogueOf(grammar).filter(({ name }) => isOn(name, settings) === 'on');
  const here: RulesHere = {
    grammar,
    automations: all.automations.filter(runs),
    sweeps: all.sweeps.filter(runs),
    catalogue: entries.map((entry) => {
      const from = inForce.origins.get(allowKey(entry.name));
      return from === undefined ? entry : { ...entry, whoFrom: placeInWords(from) };
    }),
  };
  kept.set(inForce, here);
  return here;
}

/** Where the settings say who may use a command; undefined where nobody changed it. */
export function requirementFrom(command: string, { origins }: InForce): Origin | undefined {
  return origins.get(allowKey(command));
}

/** Settings that open commands to everybody, where they are on. */
export function switchesIn({ hold }: Settings): ReadonlySet<SettingSwitch> {
  return new Set(hold.liftedBy === 'anyone' ? ['anyone-lifts-holds'] : []);
}

export function allowKey(command: string): string {
  return nameOf('allow', command);
}

/**
 * A setting says who gives a word. Whoever may give it may take it back as well, besides those who may in any case;
 * but lifting a hold takes back what somebody else said, and stays as it is.
 */
export function withRequirement(command: AnyCommand, set: Requirement | undefined): AnyCommand {
  if (set === undefined) return command;
  const { allow } = command;
  if (allow.is !== 'with') return { ...command, allow: set };
  const given = concernsOthers(allow.given) ? allow.given : anyOf(allow.given, set);
  return { ...command, allow: { ...allow, given, otherwise: set } };
}

function concernsOthers(need: Requirement): boolean {
  if (need.is === 'any' || need.is === 'all') return need.of.some(concernsOthers);
  return need.is === 'holder';
}
