/** Those whose word somebody asked for by name have given it: one leaf for each of them. */
import { code, leaf, listed, needsAll, type Gate, type RequiredWord } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';

export function requiredGates({ requiredSaid }: GateFacts): readonly Gate[] {
  const words = [...Map.groupBy(requiredSaid, ({ who }) => who)];
  return words.length === 0 ? [] : [needsAll('required', 'the words asked for', words.map(leafOf))];
}

function leafOf([who, asked]: readonly [who: string, asked: readonly RequiredWord[]]): Gate {
  const whose = who.includes('/') ? `Somebody of ${code(who)}` : code(who);
  const said = asked.every((each) => each.said === true);
  const askers = listed(asked.map(({ askedBy }) => code(askedBy)));
  return leaf({
    id: `required/${who}`,
    name: `word of ${who}`,
    passed: said,
    fact: said ? `${whose} agreed.` : `${whose} has said neither lgtm nor approve to all of this head.`,
    next: `${whose} comments ${code('/lgtm')} or ${code('/approve')}; ${askers} can take it back with ${code(`/unrequire @${who}`)}.`,
    rule: { says: `${code('/require')} of ${askers}` },
    evidence: asked.map(({ askedBy, at }) => ({ by: askedBy, at })),
  });
}
