/** Its results belong to the base as it is now, where the settings ask for it. */
import { code, leaf, listed, type Batch, type Gate } from '../../language/index.ts';
import { coveredBy, failedThere, goesAlone, mergedBefore, MEND, namedChecks, testedAs } from '../batch.ts';
import type { GateFacts } from '../facts.ts';
import { settingRule } from '../rule.ts';
import { UP_TO_DATE } from './ids.ts';

export { UP_TO_DATE };

export function upToDateLeaf(facts: GateFacts): Gate {
  const { behind, pull, settings, batch } = facts;
  const base = code(pull.baseRef);
  const before = mergedBefore(facts);
  const covered = behind === true ? coveredBy(facts) : undefined;
  const passed = behind === undefined || covered !== undefined || (!behind && before.length === 0);
  const [fact, next] =
    behind === undefined
      ? [
          pull.queue === undefined
            ? `It need not have what ${base} has.`
            : `The merge queue tests it together with what ${base} has.`,
          '',
        ]
      : passed
        ? [covered === undefined ? `It has all that ${base} has.` : `It was tested with all that ${base} has.`, '']
        : batch === undefined
          ? [`${base} moved since.${notInBatches(facts)}`, BROUGHT]
          : awaited(batch, facts);
  return leaf({
    id: UP_TO_DATE,
    name: 'up to date',
    passed,
    fact,
    next: next === '' ? BROUGHT : next,
    rule:
      pull.strict === true && !settings.merge.upToDate
        ? { says: `the forge asks for it on ${base}` }
        : settingRule(batch === undefined ? 'merge.up_to_date' : 'merge.batch', facts),
  });
}

const BROUGHT = 'Wait: Bowsprit merges the base into it once nothing else is missing and it is its turn.';
const MERGED = 'Wait: it is merged when its tests are green and it is its turn.';

function notInBatches({ pull, settings }: GateFacts): string {
  return settings.merge.batch > 0 && pull.strict === true
    ? ' No batches are made: the forge merges here only what is up to date itself.'
    : '';
}

function awaited({ place, members, apart }: Batch, facts: GateFacts): readonly [fact: string, next: string] {
  const base = code(facts.pull.baseRef);
  const failed = failedThere(facts);
  if (failed !== undefined) return [failed, MEND];
  const alone = goesAlone(facts);
  if (alone !== undefined) return [`${base} moved since. ${alone}`, BROUGHT];
  if (place !== undefined) {
    const where = `It is tested on top of ${listed([base, ...place.after.map((number) => `#${number}`)])}`;
    const tested = testedAs(place, facts);
    switch (tested.is) {
      case 'unknown':
        return [
          `${where}, and the forge did not list all checks of that.`,
          'Wait: it is looked at again by the clock.',
        ];
      case 'pending':
        return [`${where}: ${namedChecks(tested.checks)} did not end yet.`, MERGED];
      case 'red':
        return [
          `${where}: ${namedChecks(tested.checks)} failed, and whose fault that is shows when those are merged.`,
          MERGED,
        ];
      case 'green':
        return [`${where}, and its tests are green.`, 'Wait: it is merged after those.'];
    }
  }
  const there = listed(members.map((number) => `#${number}`));
  if (members.length === 0)
    return [`${base} moved since.`, 'Wait: Bowsprit tests it together with the base once nothing else is missing.'];
  if (apart)
    return [
      `It conflicts with ${there}, or builds on ${members.length === 1 ? 'it' : 'them'}: that is tested and merged first.`,
      'Wait: it is looked at when they are merged.',
    ];
  return [
    `${there} ${members.length === 1 ? 'is' : 'are'} tested and merged first.`,
    'Wait: Bowsprit tests it on top of those once nothing else is missing and there is room.',
  ];
}
