import { anyone, defineCommand, people, unassign } from '../language/index.ts';

export const unassignCommand = defineCommand({
  name: 'unassign',
  summary: 'Take people, or yourself, off the assignees.',
  family: 'people',
  aliases: { 'remove-assign': 'unassign' },
  args: { people: people('whom to unassign; nobody named means yourself') },
  examples: ['/unassign', '/unassign @ada'],
  allow: anyone,
  plugin: 'assign',
  needs: [],
  decide: ({ args, actor }) => [unassign(args.people.length === 0 ? [actor.login] : args.people)],
});
