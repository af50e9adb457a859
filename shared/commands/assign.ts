import { anyone, assign, defineCommand, people, reply, whoIsAway } from '../language/index.ts';

export const assignCommand = defineCommand({
  name: 'assign',
  summary: 'Assign people, or yourself.',
  family: 'people',
  aliases: {},
  args: { people: people('whom to assign; nobody named means yourself') },
  examples: ['/assign', '/assign @ada @grace'],
  answered: 'Who of them is away, and until when.',
  allow: anyone,
  plugin: 'assign',
  needs: ['absences'],
  decide({ args, actor, absences }) {
    const whom = args.people.length === 0 ? [actor.login] : args.people;
    const away = whoIsAway(whom, absences);
    return [assign(whom), ...(away === '' ? [] : [reply(away)])];
  },
});
