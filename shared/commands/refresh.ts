import { anyone, defineCommand, lookAnew, refuse, reply, whyOver } from '../language/index.ts';

export const refresh = defineCommand({
  name: 'refresh',
  summary: 'Have everything about this pull request read from the forge anew, and all that follows from it done.',
  family: 'help',
  aliases: {},
  args: {},
  examples: ['/refresh'],
  answered: 'That it is looked at anew; then, in the same comment, what was done.',
  allow: anyone,
  plugin: 'refresh',
  needs: ['pull'],
  decide({ pull, subject }) {
    const over = pull.state === 'open' ? undefined : whyOver({ state: 'closed', merged: pull.state === 'merged' });
    if (over !== undefined) return [refuse(over)];
    // Whether it is looked at is told by what does so.
    const moved = subject.headSha !== undefined && subject.headSha !== pull.headSha;
    return [lookAnew(), ...(moved ? [reply('The head is another one by now.')] : [])];
  },
});
