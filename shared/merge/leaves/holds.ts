/** Nobody holds it: one leaf for each hold. */
import { code, holdInWords, kindOfHold, leaf, listed, needsEach, type Gate, type Hold } from '../../language/index.ts';
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
  const { by, at, until, team } = hold;
  const kind = kindOfHold(hold);
  const who = [
    code(by),
    ...(team === undefined ? [] : [`a member of ${code(team)}`]),
    'an approver who is not the author',
  ];
  const itself = until === undefined ? '' : 'It ends by itself; before that, ';
  return leaf({
    id: kind === 'plain' ? `${ID}/${by}` : `${ID}/${by}/${kind}`,
    name: NAME,
    passed: false,
    fact: `It is held by ${holdInWords(hold)}.`,
    next: `${itself}${listed(who, 'or')} comments ${code('/hold cancel')}.`,
    rule: ruleOf(facts),
    evidence: [{ by, at }],
  });
}

function ruleOf(facts: GateFacts): ReturnType<typeof settingRule> {
  return settingRule('hold.lifted_by', facts);
}
