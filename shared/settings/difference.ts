/** What would be otherwise under other settings, in sentences for whoever reviews the change. */
import { commands } from '../commands/index.ts';
import {
  anyone,
  code,
  inWords,
  listed,
  not,
  shiftBetween,
  type CommandShift,
  type Requirement,
} from '../language/index.ts';
import { declaredKeys, requirementUnder, type DeclaredKey, type Settings } from './declared.ts';
import { changedKeys, type InForce } from './layers.ts';
import { inFile } from './schema.ts';

export function differencesBetween(before: InForce, after: InForce): readonly string[] {
  const changed = new Set(changedKeys(before.settings, after.settings));
  return [
    ...declaredKeys
      .filter(({ name }) => changed.has(name))
      .map((declared) => sentenceFor(declared, before.settings, after.settings)),
    ...locked(before, after, 'would be locked: later files could not change it'),
    ...locked(after, before, 'would no longer be locked'),
  ];
}

/** Who could use which commands that they cannot use now, and the other way round. */
export function commandShifts(before: InForce, after: InForce): readonly CommandShift[] {
  const changed = new Set(changedKeys(before.settings, after.settings));
  return declaredKeys
    .filter(({ name, setting }) => changed.has(name) && setting.shape.is === 'who')
    .flatMap(({ key }) => {
      const [was, would] = [needOf(key, before.settings), needOf(key, after.settings)];
      return waysOf(key, was, would).flatMap(([line, one, other]): CommandShift[] => {
        const shift = shiftBetween(one, other);
        return shift === undefined || shift.gains.length + shift.loses.length === 0 ? [] : [{ line, ...shift }];
      });
    });
}

const plain = (need: Requirement): Requirement => (need.is === 'with' ? need.otherwise : need);
const flagged = (need: Requirement): Requirement => (need.is === 'with' ? need.given : need);

/** The command itself, and with the flag for which it is for others. */
function waysOf(
  name: string,
  was: Requirement,
  would: Requirement,
): readonly (readonly [line: string, was: Requirement, would: Requirement])[] {
  const flag = was.is === 'with' ? was.flag : would.is === 'with' ? would.flag : undefined;
  if (flag === undefined) return [[`/${name}`, was, would]];
  return [
    [`/${name}`, plain(was), plain(would)],
    [`/${name} ${flag}`, flagged(was), flagged(would)],
  ];
}

function locked(before: InForce, after: InForce, what: string): readonly string[] {
  return [...after.locks.keys()].filter((name) => !before.locks.has(name)).map((name) => `${code(name)} ${what}.`);
}

function sentenceFor(declared: DeclaredKey, before: Settings, after: Settings): string {
  const { name, key, setting } = declared;
  const [was, would] = [valueOf(declared, before), valueOf(declared, after)];
  if (setting.shape.is === 'who') {
    const [wouldBe, is] = whoDiffers(needOf(key, after), needOf(key, before)).map((each) => inWords(each));
    return `${code(`/${key}`)} would be for ${wouldBe}; now it is for ${is}.`;
  }
  if (isWords(was) && isWords(would)) {
    const gained = would.filter((each) => !was.includes(each));
    const lost = was.filter((each) => !would.includes(each));
    const parts = [
      ...(gained.length === 0 ? [] : [`gain ${listed(gained.map(code))}`]),
      ...(lost.length === 0 ? [] : [`lose ${listed(lost.map(code))}`]),
    ];
    return `${code(name)} would ${parts.length === 0 ? 'be in another order' : parts.join(' and ')}.`;
  }
  return `${code(name)} would be ${shown(declared, would)}; now it is ${shown(declared, was)}.`;
}

function needOf(name: string, settings: Settings): Requirement {
  const command = commands.find((each) => each.name === name);
  return command === undefined ? not(anyone) : requirementUnder(command, settings);
}

/** Who may take a word back is left out where it stays as it is. */
function whoDiffers(one: Requirement, other: Requirement): readonly [Requirement, Requirement] {
  if (one.is !== 'with' || other.is !== 'with' || inWords(one.given) !== inWords(other.given)) return [one, other];
  return [one.otherwise, other.otherwise];
}

function valueOf({ section, key }: DeclaredKey, settings: Settings): unknown {
  const values: unknown = new Map<string, unknown>(Object.entries(settings)).get(section);
  return typeof values === 'object' && values !== null
    ? new Map<string, unknown>(Object.entries(values)).get(key)
    : undefined;
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** Longer values are looked up in the change itself. */
const MAX_SHOWN_CHARS = 300;

function shown({ setting }: DeclaredKey, value: unknown): string {
  const written = inFile(setting.shape, value);
  if (written === '' || (Array.isArray(written) && written.length === 0)) return 'empty';
  const text = typeof written === 'string' ? written : JSON.stringify(written);
  return code(text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text);
}
