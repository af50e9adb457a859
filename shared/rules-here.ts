/** Which rules run under certain settings, and who may use them: the commands with the requirement in force. */
import { type AnyAutomation, type AnyCommand, type AnySweep, type CatalogueEntry } from './language/index.ts';
import { catalogueOf } from './pages/catalogue.ts';
import { grammarOf, isOn, type Grammar } from './parse.ts';
import { nameOf, placeInWords, requirementUnder, type InForce, type Origin } from './settings/index.ts';

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
  const grammar = grammarOf(
    all.commands.map((command) => ({ ...command, allow: requirementUnder(command, settings) })),
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

export function allowKey(command: string): string {
  return nameOf('allow', command);
}
