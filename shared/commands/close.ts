import {
  anyOf,
  author,
  close,
  code,
  collaborator,
  defineCommand,
  flag,
  refuse,
  whereAbandoned,
} from '../language/index.ts';

export const closeCommand = defineCommand({
  name: 'close',
  summary: 'Close this pull request or issue.',
  family: 'issues',
  aliases: {},
  args: { 'not-planned': flag('nothing will be done about the issue') },
  examples: ['/close', '/close not-planned'],
  allow: anyOf(author, collaborator, whereAbandoned),
  plugin: 'lifecycle',
  needs: [],
  decide({ args, subject }) {
    if (!args['not-planned']) return [close('completed')];
    if (subject.kind === 'issue') return [close('not-planned')];
    return [refuse(`Only issues are closed as not planned; comment ${code('/close')} to close this pull request.`)];
  },
});
