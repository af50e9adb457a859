import { anyone, defineCommand, funAnswer } from '../../language/index.ts';

export const dog = defineCommand({
  name: 'dog',
  summary: 'See a dog.',
  family: 'fun',
  aliases: { woof: 'dog', bark: 'dog' },
  args: {},
  examples: ['/dog', '/woof'],
  answered: 'A picture of at most 5 MB; one in a comment.',
  allow: anyone,
  plugin: 'dog',
  onRequest: true,
  needs: [],
  asks: () => ({ fun: { kind: 'dog', about: '' } }),
  decide: ({ answers }) => [funAnswer(answers.fun, 'dog')],
});
