import { expect, test } from 'vitest';
import { undone } from '../../shared/language/index.ts';
import { actionsFor, given, verdictsFor } from '../support/given.ts';

test('what was done is taken back', () => {
  expect(actionsFor('/undo')).toEqual([undone('01A')]);
});

test.each([
  [{ undoable: { is: 'nothing' } } as const, 'No command of yours did anything here that is not taken back already.'],
  [
    { undoable: { is: 'not', text: '/retitle x', because: 'It is merged.' } } as const,
    '`/retitle x` is not taken back. It is merged.',
  ],
  [{ commands: ['label', 'undo'] }, '`/undo` stands in a comment of its own, so that it is clear what was last.'],
])('%j: %s', (facts, reason) => {
  expect(verdictsFor('/undo', given(facts))).toMatchObject([{ outcome: 'refused', reason }]);
});
