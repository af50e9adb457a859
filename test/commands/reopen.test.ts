import { expect, test } from 'vitest';
import { reopenCommand } from '../../shared/commands/reopen.ts';
import { permits, refuse, reopen, type Standing } from '../../shared/language/index.ts';
import { actionsFor, given, stranger, subjectOf } from '../support/given.ts';

test.each(['open', 'closed'] as const)('what is %s shall be open', (state) => {
  expect(actionsFor('/reopen', given({ subject: subjectOf({ state }) }))).toEqual([reopen()]);
});

test('what is merged stays so', () => {
  const subject = subjectOf({ state: 'closed', merged: true });
  expect(actionsFor('/reopen', given({ subject }))).toEqual([
    refuse('It is merged and cannot be reopened; open another pull request instead.'),
  ]);
});

test.each<[who: string, standing: Standing, may: boolean]>([
  ['a stranger', stranger, false],
  ['the author', { ...stranger, author: true }, true],
  ['a collaborator', { ...stranger, role: 'triage' }, true],
  ['anyone, though it is stale', { ...stranger, abandoned: true }, false],
])('%s reopens: %j', (_, standing, may) => {
  expect(permits(reopenCommand.allow, standing)).toBe(may);
});
