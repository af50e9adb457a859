import { claLabels, claSettings, defineAutomation } from '../language/index.ts';

export const cla = defineAutomation({
  name: 'cla',
  summary: 'Labels a pull request by what a check says of contributors’ agreements.',
  onRequest: true,
  on: ['checks-passed', 'reopened', 'found'],
  after: [],
  plugin: 'cla',
  settings: claSettings,
  needs: ['pull', 'labels'],
  decide: ({ pull, labels, settings }) => (pull.state === 'open' ? claLabels(pull.checks, labels, settings.cla) : []),
});
