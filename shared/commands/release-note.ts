import { anyone, code, defineCommand, reply } from '../language/index.ts';

export const releaseNoteCommand = defineCommand({
  name: 'release-note',
  summary: 'Explain how a release note is written.',
  family: 'labels',
  aliases: { 'release-note-action-required': 'release-note' },
  args: {},
  examples: ['/release-note'],
  answered: 'How a release note is written.',
  allow: anyone,
  plugin: 'release-note',
  needs: ['pull'],
  decide: () => [
    reply(
      `Release notes are written into the description, between a line ${code('```release-note')} and a line ${code('```')}. ` +
        `With the words ${code('action required')} in it the label says so; ${code('NONE')} says that there is none.`,
    ),
  ],
});
