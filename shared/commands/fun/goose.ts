import { anyone, defineCommand, funAnswer } from '../../language/index.ts';

export const goose = defineCommand({
  name: 'goose',
  summary: 'See a goose.',
  family: 'fun',
  aliases: { honk: 'goose' },
  args: {},
  examples: ['/goose', '/honk'],
  answered: 'A picture of at most 5 MB, with the name of whoever took it; one in a comment.',
  allow: anyone,
  plugin: 'goose',
  onRequest: true,
  needs: [],
  asks: () => ({ fun: { kind: 'goose', about: '' } }),
  decide: ({ answers }) => [funAnswer(answers.fun, 'goose')],
});
