/** No issue keeps it from being merged: one leaf for each that does. */
import { code, leaf, needsEach, type Blocker, type Gate } from '../../language/index.ts';
import { blockersOf } from '../blockers.ts';
import type { GateFacts } from '../facts.ts';
import { settingRule } from '../rule.ts';

const ID = 'blockers';
const NAME = 'no blocking issue';
const KEY = 'merge.blocker_label';

export function blockersGate(facts: GateFacts): Gate {
  const { blockers, pull } = facts;
  const [first, ...others] = blockersOf(blockers, pull.baseRef).map((each) => blockerLeaf(each, facts));
  if (first !== undefined) return needsEach(ID, NAME, [first, ...others]);
  const fact = 'No issue keeps it from being merged.';
  return leaf({ id: ID, name: NAME, passed: true, fact, next: '', rule: settingRule(KEY, facts) });
}

function blockerLeaf({ number, title }: Blocker, facts: GateFacts): Gate {
  return leaf({
    id: `${ID}/${number}`,
    name: NAME,
    passed: false,
    fact: `Issue #${number} (${code(title)}) keeps everything from being merged into ${code(facts.pull.baseRef)}.`,
    next: `Whoever has issue #${number} closes it, or takes ${code(facts.settings.merge.blockerLabel)} off it.`,
    rule: settingRule(KEY, facts),
  });
}
