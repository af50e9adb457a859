import { expect, test } from 'vitest';
import { lookAnew } from '../../shared/language/index.ts';
import { actionsFor, given, pullOf, subjectOf } from '../support/given.ts';

test.each<[comment: string, is: readonly string[]]>([
  ['/refresh', ['look-anew']],
  ['/REFRESH', ['look-anew']],
  ['/refresh now', ['refuse']],
  ['> /refresh', []],
])('%s', (comment, is) => {
  expect(actionsFor(comment).map((action) => action.is)).toEqual(is);
});

test('what is over is not looked at', () => {
  expect(actionsFor('/refresh', given({ pull: pullOf({ state: 'merged' }) }))).toMatchObject([{ is: 'refuse' }]);
  expect(actionsFor('/refresh')[0]).toEqual(lookAnew());
});

test('that the head is another one is told', () => {
  const [, said] = actionsFor('/refresh', given({ subject: subjectOf({ headSha: 'c'.repeat(40) }) }));
  expect(said).toMatchObject({ text: expect.stringContaining('The head is another one by now.') });
});
