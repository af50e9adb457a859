import { expect, test } from 'vitest';
import { releaseNoteEdit } from '../../shared/commands/release-note-edit.ts';
import { describe as says, permits } from '../../shared/language/index.ts';
import { actionsFor, given, stranger, verdictsFor } from '../support/given.ts';

const fenced = (text: string): string => `\`\`\`release-note\n${text}\n\`\`\``;
const facts = (text: string | undefined, description: string) =>
  given({ answers: { ...given().answers, text }, description: { text: description, digest: 'd' } });

test('the note in the comment takes the place of the one in the description', () => {
  const seen = facts(`/release-note-edit\n${fenced('New.')}`, `Hello.\n${fenced('Old.')}`);
  expect(actionsFor('/release-note-edit', seen)).toEqual([
    says('Hello.\n```release-note\r\nNew.\r\n```', { digest: 'd' }),
  ]);
  expect(actionsFor('/release-note-edit', facts(fenced('Old.'), fenced('Old.')))).toEqual([]);
});

test.each([
  ['/release-note-edit', fenced('Old.'), 'The comment holds no release note.'],
  [fenced(''), fenced('Old.'), 'The comment holds no release note.'],
  [undefined, fenced('Old.'), 'The comment holds no release note.'],
  [fenced('New.'), 'Hello.', 'The description holds no place'],
])('%j in a comment, with the description %j: %s', (text, description, why) => {
  expect(verdictsFor('/release-note-edit', facts(text, description))).toMatchObject([
    { outcome: 'refused', reason: expect.stringContaining(why) },
  ]);
});

test('it is for members', () => {
  expect(permits(releaseNoteEdit.allow, { ...stranger, author: true })).toBe(false);
  expect(permits(releaseNoteEdit.allow, { ...stranger, member: true })).toBe(true);
});
