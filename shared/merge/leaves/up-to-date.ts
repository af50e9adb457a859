/** Its results belong to the base as it is now, where the settings ask for it. */
import { code, leaf, type Gate } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { settingRule } from '../rule.ts';

export const UP_TO_DATE = 'up-to-date';

export function upToDateLeaf(facts: GateFacts): Gate {
  const { behind, pull, settings } = facts;
  const base = code(pull.baseRef);
  return leaf({
    id: UP_TO_DATE,
    name: 'up to date',
    passed: behind !== true,
    fact:
      behind === undefined
        ? pull.queue === undefined
          ? `It need not have what ${base} has.`
          : `The merge queue tests it together with what ${base} has.`
        : behind
          ? `${base} moved since.`
          : `It has all that ${base} has.`,
    next: 'Wait: Bowsprit merges the base into it once nothing else is missing and it is its turn.',
    rule:
      pull.strict === true && !settings.merge.upToDate
        ? { says: `the forge asks for it on ${base}` }
        : settingRule('merge.up_to_date', facts),
  });
}
