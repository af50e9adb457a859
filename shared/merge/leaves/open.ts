/** Open, and meant to be merged. */
import { leaf, type Gate } from '../../language/index.ts';
import type { GateFacts } from '../facts.ts';
import { BUILT_IN } from '../rule.ts';

export function openLeaf({ pull: { state } }: GateFacts): Gate {
  return leaf({
    id: 'open',
    name: 'open',
    passed: state === 'open',
    fact: `It is ${state}.`,
    // What is merged needs nothing more.
    next: state === 'merged' ? '' : 'The author or a collaborator comments `/reopen`.',
    rule: BUILT_IN,
  });
}

export function draftLeaf({ pull: { draft } }: GateFacts): Gate {
  return leaf({
    id: 'draft',
    name: 'not a draft',
    passed: !draft,
    fact: draft ? 'It is a draft.' : 'It is ready for review.',
    next: 'The author marks it as ready for review.',
    rule: BUILT_IN,
  });
}
