import { anyOf, author, collaborator, defineCommand, reopen } from '../language/index.ts';

export const reopenCommand = defineCommand({
  name: 'reopen',
  summary: 'Open this pull request or issue again.',
  aliases: {},
  args: {},
  examples: ['/reopen'],
  allow: anyOf(author, collaborator),
  needs: [],
  decide: () => [reopen()],
});
