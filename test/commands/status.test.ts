import { expect, test } from 'vitest';
import { status } from '../../shared/commands/status.ts';
import { addLabel, permits, refuse, removeLabel, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, parsedFrom, stranger } from '../support/given.ts';

const ONE = refuse('Say one of `approved-for-milestone`, `in-progress` or `in-review`.');

test.each<[comment: string, on: readonly string[], actions: readonly Action[]]>([
  ['/status approved-for-milestone', [], [addLabel('status/approved-for-milestone')]],
  ['/Status In-Progress', ['status/in-review'], [removeLabel('status/in-review'), addLabel('status/in-progress')]],
  ['/status in-review', ['status/in-review'], []],
  ['/remove-status in-review', ['status/in-review'], [removeLabel('status/in-review')]],
  ['/status cancel', ['Status/In-Review'], [removeLabel('Status/In-Review')]],
  ['/status in-review in-progress', [], [ONE]],
  ['/status ', [], [ONE]],
])('%j with %j', (comment, on, actions) => {
  expect(actionsFor(comment, given({ labels: new Set(on) }))).toEqual(actions);
});

test('what is no status is answered with those there are', () => {
  expect(parsedFrom('/status in-valid')).toMatchObject([{ is: 'misused' }]);
});

test.each([
  ['read', false],
  ['triage', true],
] as const)('where nothing says otherwise, whoever may %s says it: %j', (role, may) => {
  expect(permits(status.allow, { ...stranger, role })).toBe(may);
});
