import { anyOf, author, collaborator, defineCommand, refuse, reopen } from '../language/index.ts';

export const reopenCommand = defineCommand({
  name: 'reopen',
  summary: 'Open this pull request or issue again.',
  family: 'issues',
  aliases: {},
  args: {},
  examples: ['/reopen'],
  allow: anyOf(author, collaborator),
  plugin: 'lifecycle',
  needs: [],
  decide: ({ subject }) => [
    subject.merged === true
      ? refuse('It is merged and cannot be reopened; open another pull request instead.')
      : reopen(),
  ],
});
