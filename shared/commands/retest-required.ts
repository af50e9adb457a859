import { defineCommand, runAgain, starters } from '../language/index.ts';

export const retestRequired = defineCommand({
  name: 'retest-required',
  summary: 'As `/retest`, but without jobs that may fail.',
  family: 'tests',
  aliases: {},
  args: {},
  examples: ['/retest-required'],
  answered: 'What was meant and is not started, and why. What starts is told by its status.',
  allow: starters,
  plugin: 'trigger',
  needs: ['head', 'pull'],
  asks: () => ({ jobs: { words: [], workflows: 'all' } }),
  decide: (seen) => runAgain(seen, 'retest-required'),
});
