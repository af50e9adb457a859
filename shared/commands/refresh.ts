import { anyone, defineCommand, lookAnew, refuse, reply, whyOver } from '../language/index.ts';

export const refresh = defineCommand({
  name: 'refresh',
  summary: 'Have everything about this pull request read from the forge anew, and all that follows from it done.',
  aliases: {},
  args: {},
  examples: ['/refresh'],
  allow: anyone,
  plugin: 'refresh',
  needs: ['pull'],
  decide({ pull, subject }) {
    const over = pull.state === 'open' ? undefined : whyOver({ state: 'closed', merged: pull.state === 'merged' });
    if (over !== undefined) return [refuse(over)];
    const before =
      subject.headSha === undefined || subject.headSha === pull.headSha ? '' : ' The head is another one by now.';
    return [lookAnew(), reply(`It is looked at anew; what follows from it comes by itself.${before}`)];
  },
});
