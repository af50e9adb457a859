import { describe, expect, test } from 'vitest';
import { isNoNote, notedParents, noteLabel, releaseNoteIn, withReleaseNote } from '../../shared/language/index.ts';

const fenced = (text: string, name = 'release-note'): string => `\`\`\`${name}\n${text}\n\`\`\``;

test.each<[description: string, note: string | undefined]>([
  [`Hello.\n\n${fenced('It works.')}\n`, 'It works.'],
  [fenced('It works.').replaceAll('\n', '\r\n'), 'It works.'],
  [fenced(''), ''],
  [fenced('NONE'), 'NONE'],
  [`**Release note**:\n${fenced('First', '')}`, 'First'],
  [`**Release note**: <!-- say\nsomething -->\n${fenced('NONE', '')}`, 'NONE'],
  [`**Does it have a Release note**:\n\n${fenced('Yes')}`, 'Yes'],
  // Prow keeps the s.
  [fenced('It works.', 'release-notes'), 'It works.'],
  [fenced('x', 'release-note-ish'), undefined],
  [`~~~release-note\nx\n~~~`, undefined],
  ['```release-note\nnever closed', undefined],
  [fenced('code', 'js'), undefined],
  ['**Release note**: see elsewhere', undefined],
  [`${fenced('one')}\n${fenced('two')}`, 'one'],
  ['', undefined],
])('%j holds %j', (description, note) => {
  expect(releaseNoteIn(description)?.text).toBe(note);
});

test.each(['```release-note', '**Release note**:', '**Release note**: <!--'])('many of %j hold none', (part) => {
  expect(releaseNoteIn(part.repeat(4_000))?.text ?? '').not.toContain('x');
});

test.each([
  ['NONE', true],
  ['none', true],
  ['`NONE`', true],
  ['"No".', true],
  ['n/a', false],
  ['none of it', false],
  ['Nothing', false],
])('%j says that there is none: %s', (text, is) => {
  expect(isNoNote(text)).toBe(is);
});

const NEEDED = 'do-not-merge/release-note-label-needed';
test.each<[note: string, deprecates: boolean, waived: boolean, label: string]>([
  ['', true, false, NEEDED],
  ['', true, true, NEEDED],
  ['', false, true, 'release-note-none'],
  ['', false, false, NEEDED],
  ['NONE', true, false, NEEDED],
  ['No', false, false, 'release-note-none'],
  ['Action required: change your settings', false, false, 'release-note-action-required'],
  ['action required', true, false, 'release-note-action-required'],
  ['It works.', false, true, 'release-note'],
  ['It works.', true, false, 'release-note'],
  ['n/a', false, false, 'release-note'],
])('%j, deprecating: %s, waived: %s: %s', (note, deprecates, waived, label) => {
  expect(noteLabel(note, deprecates, waived)).toBe(label);
});

test('another note takes the place of the first', () => {
  const description = `Before\n${fenced('old')}\nAfter ${fenced('second')}`;
  const note = releaseNoteIn(description);
  const after = note === undefined ? '' : withReleaseNote(description, note, ' new ');
  expect(after).toBe(`Before\n\`\`\`release-note\r\nnew\r\n\`\`\`\nAfter ${fenced('second')}`);
});

describe('what it was picked from', () => {
  test.each<[description: string, parents: readonly number[]]>([
    ['Cherry pick of #2 on release-1.30.\nCherry pick of #4 on release-1.30.', [2, 4]],
    ['cherry-pick of #2 onto `v1`\ncherry-pick of #2 onto `v2`', [2]],
    ['See cherry pick of #2 on x.', []],
    ['Cherry pick of acme/x#2 on y.', []],
  ])('%j: %j', (description, parents) => {
    expect(notedParents(description)).toEqual(parents);
  });
});
