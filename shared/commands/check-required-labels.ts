import { anyone, defineCommand, labelsRequired, refuse, whyOver } from '../language/index.ts';

export const checkRequiredLabels = defineCommand({
  name: 'check-required-labels',
  summary: 'Have it looked at again whether a label is missing.',
  family: 'labels',
  aliases: {},
  args: {},
  examples: ['/check-required-labels'],
  allow: anyone,
  plugin: 'require-matching-label',
  needs: ['requiredLabels', 'notices'],
  decide(seen) {
    const over = whyOver(seen.subject);
    if (over !== undefined) return [refuse(over)];
    return labelsRequired({ ...seen, requiredLabels: seen.requiredLabels.map((each) => ({ ...each, looked: true })) });
  },
});
