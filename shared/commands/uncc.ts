import { anyone, defineCommand, people, refuse, unrequestReview } from '../language/index.ts';

export const uncc = defineCommand({
  name: 'uncc',
  summary: 'No longer ask people or teams, or yourself, for a review.',
  family: 'people',
  aliases: { 'remove-cc': 'uncc' },
  args: { people: people('whom to ask no longer; nobody named means yourself', { teams: true }) },
  examples: ['/uncc', '/uncc @ada @acme/docs'],
  allow: anyone,
  plugin: 'assign',
  needs: ['pull'],
  decide({ args, actor, pull }) {
    if (pull.state === 'merged') return [refuse('This pull request is merged already; nobody is asked for a review.')];
    return [unrequestReview(args.people.length === 0 ? [actor.login] : args.people)];
  },
});
