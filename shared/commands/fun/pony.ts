import { anyone, code, defineCommand, funAnswer, text } from '../../language/index.ts';

export const pony = defineCommand({
  name: 'pony',
  summary: 'See a pony.',
  family: 'fun',
  aliases: {},
  args: { name: text('what it is called') },
  examples: ['/pony', '/pony Twilight Sparkle'],
  answered: 'A picture of at most 5 MB; up to five in a comment.',
  allow: anyone,
  plugin: 'pony',
  onRequest: true,
  needs: [],
  asks: ({ args }) => ({ fun: { kind: 'pony', about: args.name } }),
  decide: ({ args, answers }) => [funAnswer(answers.fun, 'pony', args.name === '' ? '' : code(args.name))],
});
