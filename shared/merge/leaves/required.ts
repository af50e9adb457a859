/** Those whose word somebody asked for by name have given it: one leaf for each. */
import { code, leaf, needsAll, type Gate, type RequiredWord } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';

export function requiredGates({ requiredSaid }: GateFacts): readonly Gate[] {
  return requiredSaid.length === 0 ? [] : [needsAll('required', 'the words asked for', requiredSaid.map(leafOf))];
}

function leafOf({ who, askedBy, at, said = false }: RequiredWord): Gate {
  const whose = who.includes('/') ? `Somebody of ${code(who)}` : code(who);
  return leaf({
    id: `required/${who}`,
    name: `word of ${who}`,
    passed: said,
    fact: said ? `${whose} agreed.` : `${whose} has said neither lgtm nor approve to this head.`,
    next: `${whose} comments ${code('/lgtm')} or ${code('/approve')}; ${code(askedBy)} can take it back with ${code(`/unrequire @${who}`)}.`,
    rule: { says: `${code('/require')} of ${code(askedBy)}` },
    evidence: [{ by: askedBy, at }],
  });
}
