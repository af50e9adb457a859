import { anyone, defineCommand, funAnswer } from '../../language/index.ts';

export const joke = defineCommand({
  name: 'joke',
  summary: 'Hear a joke.',
  family: 'fun',
  aliases: {},
  args: {},
  examples: ['/joke'],
  answered: 'The joke, as plain text; one in a comment.',
  allow: anyone,
  plugin: 'yuks',
  onRequest: true,
  needs: [],
  asks: () => ({ fun: { kind: 'joke', about: '' } }),
  decide: ({ answers }) => [funAnswer(answers.fun, 'joke')],
});
