/** The settings in force as people read them: what differs from the built-in, and who set it. */
import { inWords as whoInWords, type Requirement, type Shape } from '../language/index.ts';
import { declaredKeys, builtInRequirement, type Settings } from './declared.ts';
import { defaultSettings } from './defaults.ts';
import { changedKeys, lockOn, valueIn, type InForce, type Origin } from './layers.ts';
import { inFile } from './schema.ts';

export type ListedSetting = {
  /** `hold.lifted_by` */
  readonly name: string;
  /** As a person would write it. */
  readonly value: string;
  readonly builtIn: string;
  readonly from: Origin | undefined;
  /** Who keeps later files from changing it. */
  readonly lockedBy: Origin | undefined;
};

/** More of one value is cut: it is there to be recognized. */
const MAX_VALUE_CHARS = 1_000;

/** Every setting whose value is not the built-in one, in the order of the declarations. */
export function settingsSet({ settings, origins, locks }: InForce): readonly ListedSetting[] {
  const changed = new Set(changedKeys(defaultSettings, settings));
  return declaredKeys
    .filter(({ name }) => changed.has(name))
    .map((declared) => {
      const { name, section, key, setting } = declared;
      const shown = (of: Settings): string => inOneLine(valueIn(of, section, key), setting.shape);
      return {
        name,
        value: shown(settings),
        builtIn: builtInRequirement(declared) ?? shown(defaultSettings),
        from: origins.get(name),
        lockedBy: lockOn(name, locks),
      };
    });
}

function inOneLine(value: unknown, shape: Shape): string {
  const text = shape.is === 'who' ? (isRequirement(value) ? whoInWords(value) : '') : written(inFile(shape, value));
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)}…` : text;
}

function written(value: unknown): string {
  if (Array.isArray(value) && value.length === 0) return 'none';
  if (Array.isArray(value)) return value.map(written).join(', ');
  if (value === undefined || value === '') return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands under a key of this shape came from the reader of settings, or is built in. */
function isRequirement(value: unknown): value is Requirement {
  return typeof value === 'object' && value !== null && 'is' in value;
}
