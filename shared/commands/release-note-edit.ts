import {
  anyOf,
  code,
  defineCommand,
  describe,
  member,
  refuse,
  releaseNoteIn,
  role,
  withReleaseNote,
} from '../language/index.ts';

export const releaseNoteEdit = defineCommand({
  name: 'release-note-edit',
  summary: 'Change the release note in the description to the one in this comment.',
  family: 'labels',
  aliases: {},
  args: {},
  examples: ['/release-note-edit'],
  allow: anyOf(member, role('triage')),
  plugin: 'release-note',
  needs: ['pull', 'description'],
  asks: () => ({ text: true }),
  decide({ answers, description }) {
    const written = releaseNoteIn(answers.text ?? '');
    if (written === undefined || written.text === '') {
      return [
        refuse(`The comment holds no release note. Write it between a line ${OPENING} and a line ${code('```')}.`),
      ];
    }
    const standing = releaseNoteIn(description.text);
    if (standing === undefined) {
      return [
        refuse(`The description holds no place for a release note: a line ${OPENING} and a line ${code('```')}.`),
      ];
    }
    return standing.text === written.text
      ? []
      : [describe(withReleaseNote(description.text, standing, written.text), description)];
  },
});

const OPENING = code('```release-note');
