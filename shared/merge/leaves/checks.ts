/** Checks and commit statuses of the head: one leaf for each that counts. */
import { code, leaf, needsEach, type Check, type Gate, type GateRule } from '../../language/index.ts';
import { countingChecks } from '../checks.ts';
import type { GateFacts } from '../facts.ts';
import { settingRule } from '../rule.ts';

const ID = 'checks';
const NAME = 'checks are green';

export function checksGate(facts: GateFacts): Gate {
  const { pull, settings } = facts;
  if (!pull.checksComplete) {
    return leaf({
      id: ID,
      name: NAME,
      passed: false,
      fact: 'The forge did not list all checks.',
      next: 'Wait: it is looked at again by the clock.',
      rule: { says: 'a list that is not complete proves nothing' },
    });
  }
  const [first, ...others] = countingChecks(pull, settings.merge).map((check) => checkLeaf(check, facts));
  if (first !== undefined) return needsEach(ID, NAME, [first, ...others]);
  const rule = settingRule('merge.all_checks', facts);
  return leaf({ id: ID, name: NAME, passed: true, fact: 'No check counts here.', next: '', rule });
}

function checkLeaf({ name, state, required }: Check, facts: GateFacts): Gate {
  const there = facts.pull.checks.find((check) => check.name === name);
  return leaf({
    id: `${ID}/${name}`,
    name: NAME,
    passed: state === 'success',
    fact: there === undefined ? `${code(name)} has not reported.` : `${code(name)} is ${STATES[state]}.`,
    next:
      there === undefined
        ? `Whoever runs ${code(name)} starts it, or a maintainer takes it off the checks that the settings require.`
        : state === 'pending'
          ? `Wait for ${code(name)}.`
          : `The author mends what ${code(name)} found and pushes, or it is run again.`,
    rule: there?.required === true ? byBranch(facts) : settingRule(keyFor(name, required, facts), facts),
  });
}

const STATES = { success: 'green', pending: 'pending', failure: 'red' } as const satisfies Record<
  Check['state'],
  string
>;

function byBranch({ pull }: GateFacts): GateRule {
  return { says: `the forge requires it on ${code(pull.baseRef)}` };
}

/** The key that makes it count. */
function keyFor(name: string, required: boolean, { settings }: GateFacts): string {
  const { requiredChecks, checks } = settings.merge;
  if (required && requiredChecks.some((each) => each.name === name)) return 'merge.required_checks';
  return required || checks.some(({ ifPresent = [] }) => ifPresent.includes(name))
    ? 'merge.checks'
    : 'merge.all_checks';
}
