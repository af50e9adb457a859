import { expect, test } from 'vitest';
import { actionsFor, given, pullOf } from '../support/given.ts';

test.each<[comment: string, is: readonly string[]]>([
  ['/verify-owners', ['look-anew']],
  ['/Verify-Owners', ['look-anew']],
  ['/verify-owners please', ['refuse']],
])('%s', (comment, is) => {
  expect(actionsFor(comment).map((action) => action.is)).toEqual(is);
});

test('what is over is not looked at', () => {
  const over = given({ pull: pullOf({ state: 'closed' }) });
  expect(actionsFor('/verify-owners', over)).toMatchObject([
    { is: 'refuse', reason: expect.stringContaining('closed') },
  ]);
});
