import { expect, test } from 'vitest';
import { addLabel, refuse, removeLabel, type Action } from '../../shared/language/index.ts';
import { actionsFor, given } from '../support/given.ts';

const ONE = refuse('Say one of `alpha`, `beta` or `stable`.');

test.each<[comment: string, on: readonly string[], actions: readonly Action[]]>([
  ['/stage alpha', [], [addLabel('stage/alpha')]],
  [
    '/Stage BETA',
    ['stage/alpha', 'stage/stable'],
    [removeLabel('stage/alpha'), removeLabel('stage/stable'), addLabel('stage/beta')],
  ],
  ['/stage stable', ['Stage/Stable'], []],
  ['/remove-stage alpha', ['stage/alpha'], [removeLabel('stage/alpha')]],
  ['/remove-stage alpha', ['stage/beta'], []],
  ['/stage cancel', ['stage/beta'], [removeLabel('stage/beta')]],
  [
    '/stage alpha\n/remove-stage beta',
    ['stage/beta'],
    [removeLabel('stage/beta'), addLabel('stage/alpha'), removeLabel('stage/beta')],
  ],
  ['/stage alpha beta', [], [ONE]],
  ['/stage', [], [ONE]],
])('%j with %j', (comment, on, actions) => {
  expect(actionsFor(comment, given({ labels: new Set(on) }))).toEqual(actions);
});
