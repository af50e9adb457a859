import {
  addLabel,
  anyOf,
  author,
  code,
  defineCommand,
  DEPRECATION,
  isNoNote,
  labelOn,
  member,
  noNotice,
  NOTE_LABELS,
  NOTE_NONE,
  refuse,
  releaseNoteIn,
  removeLabel,
  role,
  waive,
} from '../language/index.ts';

export const releaseNoteNone = defineCommand({
  name: 'release-note-none',
  summary: 'Say that nobody who uses this will notice it, so no release note is needed.',
  family: 'labels',
  aliases: {},
  args: {},
  examples: ['/release-note-none'],
  allow: anyOf(author, member, role('triage')),
  plugin: 'release-note',
  needs: ['pull', 'labels', 'notices'],
  decide({ actor, pull, labels, notices }) {
    const note = releaseNoteIn(pull.description)?.text ?? '';
    if (note !== '' && !isNoNote(note)) {
      return [
        refuse(`The description holds a release note. Take it out there, or write ${code('NONE')} in its place.`),
      ];
    }
    if (labelOn(labels, DEPRECATION) !== undefined) {
      return [refuse(`What deprecates something (${code(DEPRECATION)}) needs a release note.`)];
    }
    const others = NOTE_LABELS.filter((each) => each !== NOTE_NONE).flatMap((each) => labelOn(labels, each) ?? []);
    return [
      waive('release-note', actor.login),
      ...(labelOn(labels, NOTE_NONE) === undefined ? [addLabel(NOTE_NONE)] : []),
      ...others.map(removeLabel),
      ...(notices.has('release-note') ? [noNotice('release-note')] : []),
    ];
  },
});
