import { anyone, assign, defineCommand, people } from '../language/index.ts';

export const assignCommand = defineCommand({
  name: 'assign',
  summary: 'Assign people, or yourself.',
  aliases: {},
  args: { people: people('whom to assign; nobody named means yourself') },
  examples: ['/assign', '/assign @ada @grace'],
  allow: anyone,
  plugin: 'assign',
  needs: [],
  decide: ({ args, actor }) => [assign(args.people.length === 0 ? [actor.login] : args.people)],
});
