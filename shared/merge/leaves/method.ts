/** Bowsprit merges here, and there is a way to. */
import { code, leaf, type Gate } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { wayOf } from '../method.ts';
import { settingRule } from '../rule.ts';

export function mergingLeaf(facts: GateFacts): Gate {
  const { enabled } = facts.settings.merge;
  return leaf({
    id: 'merging',
    name: 'merging is on',
    passed: enabled,
    fact: enabled ? 'Bowsprit merges here.' : 'Bowsprit does not merge here.',
    next: `A maintainer merges it by hand, or sets ${code('merge.enabled')}.`,
    rule: settingRule('merge.enabled', facts),
  });
}

export function wayLeaf(facts: GateFacts): Gate {
  if (facts.pull.queue !== undefined) {
    return leaf({
      id: 'method',
      name: 'a way to merge',
      passed: true,
      fact: `The merge queue of ${code(facts.pull.baseRef)} has its own.`,
      next: '',
      rule: { says: 'the forge' },
    });
  }
  const way = wayOf(facts.pull, facts.labels, facts.settings);
  return leaf({
    id: 'method',
    name: 'a way to merge',
    passed: way.is === 'way',
    fact: way.is === 'way' ? `It is merged by ${code(way.method)}: ${way.because}.` : way.problem,
    next: way.is === 'way' ? '' : way.next,
    rule: facts.pull.methods.length === 0 ? { says: 'the forge' } : settingRule('merge.method', facts),
  });
}
