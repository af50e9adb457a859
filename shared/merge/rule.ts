/** Whose rule a leaf is: of the settings with its place, of the forge, or of Bowsprit itself. */
import { code, type FactTypes, type GateRule } from '../language/index.ts';

/** `key` as files spell it. */
export function settingRule(key: string, { origins }: Pick<FactTypes, 'origins'>): GateRule {
  const place = origins.get(key);
  if (place === undefined) return { says: `${code(key)} as it is built in` };
  const { file, line, commit } = place;
  return { says: code(key), file, line, ...(commit === '' ? {} : { commit }) };
}

export const BUILT_IN: GateRule = { says: 'built in' };
