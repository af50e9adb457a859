/** Its branch is not frozen: one leaf for each freeze. */
import { code, freezeInWords, freezesOn, leaf, needsEach, type Freeze, type Gate } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { BUILT_IN } from '../rule.ts';

const ID = 'freezes';
const NAME = 'not frozen';

export function freezesGate({ freezes, pull, labels }: GateFacts): Gate {
  const [first, ...others] = freezesOn(freezes, pull.baseRef, labels).map(freezeLeaf);
  if (first !== undefined) return needsEach(ID, NAME, [first, ...others]);
  return leaf({
    id: ID,
    name: NAME,
    passed: true,
    fact: `${code(pull.baseRef)} is not frozen.`,
    next: '',
    rule: BUILT_IN,
  });
}

function freezeLeaf(freeze: Freeze): Gate {
  const { branch, until, except, by, at, delivery } = freeze;
  const lift = `whoever maintains the repository comments ${code(`/unfreeze ${branch}`)}`;
  const pass = except.length === 0 ? '' : `, or somebody puts ${except.map(code).join(' or ')} on`;
  return leaf({
    id: `${ID}/${branch}`,
    name: NAME,
    passed: false,
    fact: `Nothing is merged into ${freezeInWords(freeze, by)}.`,
    next: `${until === undefined ? '' : 'Wait until it is over, or '}${until === undefined ? lift.replace('w', 'W') : lift}${pass}.`,
    rule: { says: code(`/freeze ${branch}`) },
    evidence: [{ by, at, delivery }],
  });
}
