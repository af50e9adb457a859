/** Where the query asks for `lgtm`: the label, and the votes behind it for the commit that would be merged. */
import {
  code,
  leaf,
  LGTM,
  listed,
  needsAll,
  quorumOf,
  stillNeeded,
  type Gate,
  type Lgtm,
} from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { lowerCase } from '../queries.ts';
import { settingRule } from '../rule.ts';

export function lgtmGate(facts: GateFacts): Gate {
  const { pull, labels, settings } = facts;
  const said = facts.lgtms.filter(({ vote, headSha }) => vote === 'lgtm' && headSha === pull.headSha);
  const { parts } = quorumOf(said, settings.lgtm, pull);
  const [first, ...groups] = parts;
  const on = lowerCase(labels).has(LGTM);
  const votes = first?.by ?? [];
  const enough = first?.met === true;
  const needed = stillNeeded({ met: false, parts: first === undefined ? [] : [first] });
  const more = enough || votes.length === 0 ? '' : `; it needs ${needed}`;
  const label = leaf({
    id: 'lgtm',
    name: 'lgtm for this head',
    passed: on && enough,
    fact:
      on === enough
        ? `${saidBy(votes, facts)}${more}.`
        : `${saidBy(votes, facts)}${more}, ${on ? 'though' : 'but'} the label is ${on ? '' : 'not '}on.`,
    next: `A reviewer who is not ${code(pull.author.login)} comments ${code('/lgtm')}.`,
    rule: settingRule(settings.lgtm.required > 1 ? 'lgtm.required' : 'merge.queries', facts),
    evidence: votes.map(evidenceOf),
  });
  if (groups.length === 0) return label;
  return needsAll('lgtms', 'the lgtms it needs', [
    label,
    ...groups.map(({ name, met, by, missing }, index) =>
      leaf({
        id: `lgtms/${index}/${name}`,
        name: `lgtm of ${name}`,
        passed: met,
        fact: `${saidBy(by, facts)}${met ? '' : `; it needs ${missing}`}.`,
        next: `They comment ${code('/lgtm')}.`,
        rule: settingRule('lgtm.groups', facts),
        evidence: by.map(evidenceOf),
      }),
    ),
  ]);
}

function saidBy(votes: readonly Lgtm[], { pull }: GateFacts): string {
  const head = code(pull.headSha.slice(0, 7));
  return votes.length === 0
    ? `Nobody said lgtm to ${head}`
    : `${listed(votes.map(({ by }) => code(by)))} said lgtm to ${head}`;
}

function evidenceOf({ by, at, delivery }: Lgtm): {
  readonly by: string;
  readonly at: string;
  readonly delivery: string;
} {
  return { by, at, delivery };
}
