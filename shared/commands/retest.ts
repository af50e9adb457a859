import { code, defineCommand, listed, refuse, runAgain, starters, words } from '../language/index.ts';

export const retest = defineCommand({
  name: 'retest',
  summary: 'Start again what has failed for the commit at the head, and what it needs and has never run.',
  family: 'tests',
  aliases: {},
  args: { jobs: words('nothing', { required: false }) },
  examples: ['/retest'],
  answered: 'What was meant and is not started, and why. What starts is told by its status.',
  allow: starters,
  plugin: 'trigger',
  needs: ['head', 'pull'],
  asks: () => ({ jobs: { words: [], workflows: 'all' } }),
  decide({ args, ...seen }) {
    if (args.jobs.length > 0) {
      return [
        refuse(
          `${code('/retest')} takes no names, and nothing was done: ${code(`/test ${args.jobs.join(' ')}`)} starts ${listed(args.jobs.map(code))}.`,
        ),
      ];
    }
    return runAgain(seen, 'retest');
  },
});
