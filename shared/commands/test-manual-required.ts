import { defineCommand, runAgain, starters } from '../language/index.ts';

export const testManualRequired = defineCommand({
  name: 'test-manual-required',
  summary: 'Start all required jobs that start only when asked for.',
  family: 'tests',
  aliases: {},
  args: {},
  examples: ['/test-manual-required'],
  answered: 'What was meant and is not started, and why. What starts is told by its status.',
  allow: starters,
  plugin: 'trigger',
  needs: ['head', 'pull'],
  asks: () => ({ jobs: { words: [], workflows: 'none' } }),
  decide: (seen) => runAgain(seen, 'manual-required'),
});
