import { expect, test } from 'vitest';
import { releaseNote } from '../../shared/automations/release-note.ts';
import { addLabel, noNotice, notice, removeLabel, type Action } from '../../shared/language/index.ts';
import { decided, pullOf, settingsOf, type All } from '../support/given.ts';

const NEEDED = 'do-not-merge/release-note-label-needed';
const fenced = (text: string): string => `\`\`\`release-note\n${text}\n\`\`\``;
const missing = (why: string): Action => notice('release-note', expect.stringContaining(why));

type Row = readonly [title: string, facts: Partial<All>, actions: readonly Action[]];

test.each<Row>([
  ['a note', { pull: pullOf({ description: fenced('It works.') }) }, [addLabel('release-note')]],
  [
    'another note takes the label of before off, and what was said',
    {
      pull: pullOf({ description: fenced('Action required: x') }),
      labels: new Set([NEEDED, 'Release-Note']),
      notices: new Set(['release-note']),
    },
    [
      addLabel('release-note-action-required'),
      removeLabel('Release-Note'),
      removeLabel(NEEDED),
      noNotice('release-note'),
    ],
  ],
  ['NONE', { pull: pullOf({ description: fenced('NONE') }) }, [addLabel('release-note-none')]],
  ['what is labeled so', { pull: pullOf({ description: fenced('NONE') }), labels: new Set(['release-note-none']) }, []],
  ['no note', {}, [addLabel(NEEDED), missing('**A release note is missing.** @ada: write it')]],
  ['no note, and one is not needed by the label', { labels: new Set(['release-note-none']) }, []],
  [
    'no note, and somebody who may said that there is none, before another one was written and taken out again',
    { releaseNote: { waived: true }, labels: new Set(['release-note']) },
    [addLabel('release-note-none'), removeLabel('release-note')],
  ],
  [
    'what deprecates something',
    { labels: new Set(['kind/deprecation', 'release-note-none']), releaseNote: { waived: true } },
    [addLabel(NEEDED), removeLabel('release-note-none'), missing('What deprecates something (`kind/deprecation`)')],
  ],
  ['no note, and merged', { pull: pullOf({ state: 'merged' }) }, []],
  [
    'picked from what has notes',
    {
      releaseNote: { waived: false, parentsWithout: [] },
      labels: new Set([NEEDED]),
      notices: new Set(['release-note']),
    },
    [removeLabel(NEEDED), noNotice('release-note')],
  ],
  [
    'picked from what has none',
    { releaseNote: { waived: false, parentsWithout: [2, 4] } },
    [addLabel(NEEDED), missing('It was picked from #2 and #4, without one as well.')],
  ],
])('%s', (_, facts, actions) => {
  expect(decided(releaseNote, facts)).toEqual(actions);
});

test('the guidelines are linked where the settings have them', () => {
  const settings = settingsOf('releaseNote', { guidelinesUrl: 'https://docs.example/notes' });
  expect(decided(releaseNote, { settings })).toContainEqual(missing('[guidelines](https://docs.example/notes)'));
});
