import { expect, test } from 'vitest';
import { retitleCommand } from '../../shared/commands/retitle.ts';
import { permits, retitle, type Standing } from '../../shared/language/index.ts';
import { actionsFor, given, settingsOf, stranger, subjectOf, verdictsFor } from '../support/given.ts';

const accepted = [
  'foobar',
  'Fix the parser',
  'fixing #1',
  'bugfix #7',
  'Close the door on 12 bugs',
  'See #12',
  'docs: 👩‍💻 welcome',
  'a'.repeat(256),
];
test.each(accepted)('%s is taken', (title) => {
  expect(actionsFor(`/retitle ${title}`)).toEqual([retitle(title)]);
});

test.each([
  ['Fixes #9999', 'must not close an issue'],
  ['closes: acme/widgets-x#1', 'must not close an issue'],
  ['Resolve  https://github.com/acme/widgets/issues/1', 'must not close an issue'],
  ['fixed GH-12', 'must not close an issue'],
  ['a\u202Eb', 'cannot be seen'],
  ['a\u200Bb', 'cannot be seen'],
  ['a\u0007b', 'cannot be seen'],
  ['a'.repeat(257), '257 characters'],
])('%j is refused: %s', (title, why) => {
  const [verdict] = verdictsFor(`/retitle ${title}`);
  expect(verdict?.outcome).toBe('refused');
  expect(verdict?.reason).toContain(why);
});

test.each([
  [{}, 'It is closed; reopen it first.'],
  [{ kind: 'issue' }, 'It is closed; reopen it first.'],
  [{ merged: true }, 'It is merged; nothing more can be decided here.'],
] as const)('only while it is open: closed, %j', (more, why) => {
  const [verdict] = verdictsFor('/retitle x', given({ subject: subjectOf({ state: 'closed', ...more }) }));
  expect(verdict).toMatchObject({ outcome: 'refused', reason: why });
});

test.each(['closed', 'merged'] as const)('what is %s as well, where the settings say so', (state) => {
  const subject = subjectOf({ state: 'closed', merged: state === 'merged' });
  const settings = settingsOf('retitle', { allowClosedIssues: true });
  expect(actionsFor('/retitle x', given({ subject, settings }))).toEqual([retitle('x')]);
});

test.each<[who: string, standing: Standing, may: boolean]>([
  ['a stranger', stranger, false],
  ['the author', { ...stranger, author: true }, true],
  ['a collaborator', { ...stranger, role: 'triage' }, true],
  ['a member of the organization', { ...stranger, member: true }, true],
])('%s retitles: %j', (_, standing, may) => {
  expect(permits(retitleCommand.allow, standing)).toBe(may);
});
