/** Which rules run under certain settings, and who may use them: the commands with the requirement in force. */
import { code, type AnyAutomation, type AnyCommand, type AnySweep, type CatalogueEntry } from './language/index.ts';
import { customCommandsIn } from './custom-commands.ts';
import { catalogueOf } from './pages/catalogue.ts';
import { grammarOf, isOn, runsUnder, type Grammar } from './parse.ts';
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

type Switchable = { readonly name: string; readonly essential?: true; readonly onRequest?: true };

const kept = new WeakMap<InForce, RulesHere>();

export function rulesHere(inForce: InForce, all: Rules): RulesHere {
  const known = kept.get(inForce);
  if (known !== undefined) return known;
  const { settings } = inForce;
  const grammar = grammarOf(
    [...all.commands, ...ownCommands(all.commands, settings)].map((command) => ({
      ...command,
      allow: requirementUnder(command, settings),
    })),
    settings,
  );
  const runs = (rule: Switchable): boolean => rule.essential === true || runsUnder(rule, settings);
  const here: RulesHere = {
    grammar,
    automations: all.automations.filter((rule) => runs(rule) && rule.when?.(settings) !== false),
    sweeps: all.sweeps.filter(runs),
    catalogue: catalogueOf(grammar).map((entry) => {
      const [from, off] = [inForce.origins.get(allowKey(entry.name)), switchedOff(entry.name, inForce)];
      return {
        ...entry,
        ...(from === undefined ? {} : { whoFrom: placeInWords(from) }),
        ...(off === undefined ? {} : { off: off.sentence }),
      };
    }),
  };
  kept.set(inForce, here);
  return here;
}

/** Those that settings declare; what has a meaning already, a family of labels for instance, keeps it. */
function ownCommands(builtIn: readonly AnyCommand[], settings: InForce['settings']): readonly AnyCommand[] {
  const declared = customCommandsIn(settings);
  if (declared.length === 0) return declared;
  const { spellings } = grammarOf(builtIn, settings);
  return declared.filter(({ name }) => !spellings.has(name));
}

/** Where the settings say who may use a command; undefined where nobody changed it. */
export function requirementFrom(command: string, { origins }: InForce): Origin | undefined {
  return origins.get(allowKey(command));
}

export const DISABLED = nameOf('rules', 'disabled');

/** That a command is switched off, and where the settings say so; undefined where it is not. */
export function switchedOff(
  command: string,
  { settings, origins }: InForce,
): { readonly sentence: string; readonly from: Origin | undefined } | undefined {
  if (isOn(command, settings) !== 'off') return undefined;
  const from = origins.get(DISABLED);
  const where = from === undefined ? '' : ` (${code(DISABLED)}, ${placeInWords(from)})`;
  return { sentence: `${code(`/${command}`)} is switched off here${where}.`, from };
}

export function allowKey(command: string): string {
  return nameOf('allow', command);
}
