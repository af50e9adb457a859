import {
  addLabel,
  code,
  defineAutomation,
  DEPRECATION,
  labelOn,
  listed,
  mention,
  noNotice,
  NOTE_LABELS,
  NOTE_NEEDED,
  NOTE_NONE,
  noteLabel,
  notice,
  releaseNoteIn,
  removeLabel,
  section,
  setting,
  webAddress,
  type Action,
} from '../language/index.ts';

/** Of the living comment. */
const SUBJECT = 'release-note';

export const releaseNote = defineAutomation({
  name: 'release-note',
  summary: 'Asks for a release note in the description, and labels the pull request by it.',
  onRequest: true,
  on: ['opened', 'edited', 'draft-changed', 'labeled', 'unlabeled', 'reopened', 'retargeted', 'found'],
  labels: [...NOTE_LABELS, DEPRECATION],
  after: ['describe'],
  plugin: 'release-note',
  settings: {
    releaseNote: section({
      guidelinesUrl: setting(webAddress, '', 'Where it is written how a release note is to be written.', {
        prow: { at: 'release_note.guidelines_url' },
      }),
    }),
  },
  needs: ['pull', 'labels', 'notices', 'releaseNote'],
  decide({ pull, labels, notices, author, releaseNote: known, settings }) {
    const deprecates = labelOn(labels, DEPRECATION) !== undefined;
    const waived = known.waived || labelOn(labels, NOTE_NONE) !== undefined;
    const label = noteLabel(releaseNoteIn(pull.description)?.text ?? '', deprecates, waived);
    const over = notices.has(SUBJECT) ? [noNotice(SUBJECT)] : [];
    if (label !== NOTE_NEEDED) return [...labeled(label, labels), ...over];
    if (pull.state === 'merged') return [];
    if (known.parentsWithout?.length === 0) {
      const on = labelOn(labels, NOTE_NEEDED);
      return [...(on === undefined ? [] : [removeLabel(on)]), ...over];
    }
    const lacking = (known.parentsWithout ?? []).map((number) => `#${number}`);
    const { guidelinesUrl: url } = settings.releaseNote;
    const how = url === '' ? '' : ` How to write one is told in the [guidelines](${url}).`;
    const why = deprecates
      ? `**A release note is missing.** What deprecates something (${code(DEPRECATION)}) needs one.`
      : lacking.length > 0
        ? `**A release note is missing.** It was picked from ${listed(lacking)}, without one as well.`
        : '**A release note is missing.**';
    const none = deprecates ? '' : ` If nobody who uses this will notice it, comment ${code('/release-note-none')}.`;
    return [...labeled(label, labels), notice(SUBJECT, `${why} ${mention(author.login)}: ${WRITE_ONE}${none}${how}`)];
  },
});

const WRITE_ONE = `write it into the description, between a line ${code('```release-note')} and a line ${code('```')}.`;

function labeled(label: string, labels: ReadonlySet<string>): readonly Action[] {
  const others = NOTE_LABELS.filter((each) => each !== label).flatMap((each) => labelOn(labels, each) ?? []);
  return [...(labelOn(labels, label) === undefined ? [addLabel(label)] : []), ...others.map(removeLabel)];
}
