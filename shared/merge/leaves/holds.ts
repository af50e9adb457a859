/** Nobody holds it: one leaf for each hold. */
import { heldInWords, kindOfHold, leaf, needsEach, whoLifts, type Gate, type Hold } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { settingRule } from '../rule.ts';

const ID = 'holds';
const NAME = 'not held';

export function holdsGate(facts: GateFacts): Gate {
  const [first, ...others] = facts.holds.map((hold) => holdLeaf(hold, facts));
  if (first !== undefined) return needsEach(ID, NAME, [first, ...others]);
  return leaf({ id: ID, name: NAME, passed: true, fact: 'Nobody holds it.', next: '', rule: ruleOf(facts) });
}

function holdLeaf(hold: Hold, facts: GateFacts): Gate {
  const { by, at } = hold;
  const kind = kindOfHold(hold);
  return leaf({
    id: kind === 'plain' ? `${ID}/${by}` : `${ID}/${by}/${kind}`,
    name: NAME,
    passed: false,
    fact: heldInWords(hold),
    next: whoLifts(hold),
    rule: ruleOf(facts),
    evidence: [{ by, at }],
  });
}

function ruleOf(facts: GateFacts): ReturnType<typeof settingRule> {
  return settingRule('hold.lifted_by', facts);
}
