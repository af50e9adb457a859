import { anyone, code, defineCommand, flag, funAnswer, text } from '../../language/index.ts';

export const cat = defineCommand({
  name: 'cat',
  summary: 'See a cat.',
  family: 'fun',
  aliases: { meow: 'cat', meowvie: 'cat gif' },
  args: { gif: flag('one that moves'), category: text('what it has to do with') },
  examples: ['/cat', '/meow boxes', '/meowvie'],
  answered: 'A picture of at most 5 MB; one in a comment.',
  allow: anyone,
  plugin: 'cat',
  onRequest: true,
  needs: [],
  asks: ({ args }) => ({ fun: { kind: 'cat', about: args.category, moving: args.gif } }),
  decide: ({ args, answers }) => [funAnswer(answers.fun, 'cat', args.category === '' ? '' : code(args.category))],
});
