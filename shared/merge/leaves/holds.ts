/** Nobody holds it: one leaf for each hold. */
import { code, leaf, needsEach, type Gate, type Hold } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { settingRule } from '../rule.ts';

const ID = 'holds';
const NAME = 'not held';

export function holdsGate(facts: GateFacts): Gate {
  const [first, ...others] = facts.holds.map((hold) => holdLeaf(hold, facts));
  if (first !== undefined) return needsEach(ID, NAME, [first, ...others]);
  return leaf({ id: ID, name: NAME, passed: true, fact: 'Nobody holds it.', next: '', rule: ruleOf(facts) });
}

function holdLeaf({ by, reason, at }: Hold, facts: GateFacts): Gate {
  const why = reason === '' ? '' : ` (${code(reason)})`;
  return leaf({
    id: `${ID}/${by}`,
    name: NAME,
    passed: false,
    fact: `It is held by ${code(by)}${why}.`,
    next: `${code(by)}, or an approver, comments ${code('/hold cancel')}.`,
    rule: ruleOf(facts),
    evidence: [{ by, at }],
  });
}

function ruleOf(facts: GateFacts): ReturnType<typeof settingRule> {
  return settingRule('hold.lifted_by', facts);
}
