/** What is so where nobody set anything: every declared key's own default. */
import { sections, type Settings } from './declared.ts';

// The type is made of the same declarations that this walks through.
function defaultsOf(): Settings {
  const all: unknown = Object.fromEntries(
    Object.entries(sections).map(([name, { keys }]) => [
      name,
      Object.fromEntries(Object.entries(keys).map(([key, { byDefault }]) => [key, byDefault])),
    ]),
  );
  return asSettings(all);
}

/** Whether the values are those of all declared keys; each value was held to its own shape when it was read. */
function isSettings(values: unknown): values is Settings {
  if (typeof values !== 'object' || values === null) return false;
  const found = new Map<string, unknown>(Object.entries(values));
  return Object.entries(sections).every(([name, { keys }]) => {
    const section = found.get(name);
    return typeof section === 'object' && section !== null && Object.keys(keys).every((key) => key in section);
  });
}

/** @throws TypeError where a declared key is missing: a mistake of ours. */
export function asSettings(values: unknown): Settings {
  if (!isSettings(values)) throw new TypeError('a declared setting has no value');
  return values;
}

export const defaultSettings: Settings = defaultsOf();
