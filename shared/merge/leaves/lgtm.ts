/** Where the query asks for `lgtm`: the label, and a vote behind it for the commit that would be merged. */
import { code, leaf, LGTM, listed, type Gate } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { lowerCase } from '../queries.ts';
import { settingRule } from '../rule.ts';

export function lgtmGate(facts: GateFacts): Gate {
  const { pull, labels } = facts;
  const author = pull.author.login.toLowerCase();
  const votes = facts.lgtms.filter(
    ({ vote, headSha, by }) => vote === 'lgtm' && headSha === pull.headSha && by !== author,
  );
  const on = lowerCase(labels).has(LGTM);
  const head = code(pull.headSha.slice(0, 7));
  const said =
    votes.length === 0
      ? `Nobody said lgtm to ${head}`
      : `${listed(votes.map(({ by }) => code(by)))} said lgtm to ${head}`;
  return leaf({
    id: 'lgtm',
    name: 'lgtm for this head',
    passed: on && votes.length > 0,
    fact:
      on === votes.length > 0 ? `${said}.` : `${said}, ${on ? 'though' : 'but'} the label is ${on ? '' : 'not '}on.`,
    next: `A reviewer who is not ${code(pull.author.login)} comments ${code('/lgtm')}.`,
    rule: settingRule('merge.queries', facts),
    evidence: votes.map(({ by, at, delivery }) => ({ by, at, delivery })),
  });
}
