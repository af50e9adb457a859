import { expect, test } from 'vitest';
import { releaseNoteNone } from '../../shared/commands/release-note-none.ts';
import { addLabel, noNotice, permits, removeLabel, waive, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, pullOf, stranger, verdictsFor, type All } from '../support/given.ts';

const NEEDED = 'do-not-merge/release-note-label-needed';
const waived = waive('release-note', 'Grace');
const fenced = (text: string): string => `\`\`\`release-note\n${text}\n\`\`\``;

test.each<[title: string, facts: Partial<All>, actions: readonly Action[]]>([
  [
    'where one is asked for',
    { labels: new Set([NEEDED]), notices: new Set(['release-note']) },
    [waived, addLabel('release-note-none'), removeLabel(NEEDED), noNotice('release-note')],
  ],
  ['where it is so', { labels: new Set(['release-note-none']) }, [waived]],
  [
    'where the description says so',
    { pull: pullOf({ description: fenced('none') }) },
    [waived, addLabel('release-note-none')],
  ],
])('%s', (_, facts, actions) => {
  expect(actionsFor('/release-note-none', given(facts))).toEqual(actions);
});

test.each<[why: string, facts: Partial<All>]>([
  ['The description holds a release note.', { pull: pullOf({ description: fenced('It works.') }) }],
  ['What deprecates something', { labels: new Set(['kind/deprecation']) }],
])('%s', (why, facts) => {
  expect(verdictsFor('/release-note-none', given(facts))).toMatchObject([
    { outcome: 'refused', reason: expect.stringContaining(why) },
  ]);
});

test('it is for the author and for members', () => {
  expect(permits(releaseNoteNone.allow, stranger)).toBe(false);
  expect(permits(releaseNoteNone.allow, { ...stranger, author: true })).toBe(true);
  expect(permits(releaseNoteNone.allow, { ...stranger, member: true })).toBe(true);
});
