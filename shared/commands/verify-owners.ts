import { anyone, defineCommand, lookAnew, refuse, whyOver } from '../language/index.ts';

export const verifyOwnersCommand = defineCommand({
  name: 'verify-owners',
  summary: 'Have the OWNERS, OWNERS_ALIASES and CODEOWNERS of this pull request looked at again.',
  family: 'review',
  aliases: {},
  args: {},
  examples: ['/verify-owners'],
  allow: anyone,
  plugin: 'verify-owners',
  needs: ['pull'],
  decide({ pull }) {
    const over = pull.state === 'open' ? undefined : whyOver({ state: 'closed', merged: pull.state === 'merged' });
    return [over === undefined ? lookAnew() : refuse(over)];
  },
});
