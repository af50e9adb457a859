import { anyone, defineCommand, lookAnew, refuse, whyOver } from '../language/index.ts';

export const checkDco = defineCommand({
  name: 'check-dco',
  summary: 'Have the commits looked at again for whether they are signed off.',
  family: 'checks',
  aliases: {},
  args: {},
  examples: ['/check-dco'],
  answered: 'That it is looked at anew; what follows comes by itself.',
  allow: anyone,
  plugin: 'dco',
  needs: ['pull'],
  decide({ subject }) {
    const over = whyOver(subject);
    return [over === undefined ? lookAnew() : refuse(over)];
  },
});
