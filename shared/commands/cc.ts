import { anyone, code, defineCommand, people, refuse, reply, requestReview, whoIsAway } from '../language/index.ts';

export const cc = defineCommand({
  name: 'cc',
  summary: 'Ask people or teams, or yourself, for a review.',
  family: 'people',
  aliases: {},
  args: { people: people('whom to ask; nobody named means yourself', { teams: true }) },
  examples: ['/cc', '/cc @ada @acme/docs'],
  answered: 'Who of them is away, and until when.',
  allow: anyone,
  plugin: 'assign',
  needs: ['pull', 'absences'],
  decide({ args, actor, author, pull, absences }) {
    if (pull.state === 'merged') return [refuse('This pull request is merged already; there is nothing to review.')];
    const asked = args.people.length === 0 ? [actor.login] : args.people;
    const others = asked.filter((login) => login.toLowerCase() !== author.login.toLowerCase());
    const own = `${code(author.login)} wrote this pull request and cannot review it.`;
    if (others.length === 0) return [refuse(`${own} Name somebody else.`)];
    // Whoever is away is asked all the same: somebody named them.
    const told = [others.length < asked.length ? own : '', whoIsAway(others, absences)].filter((each) => each !== '');
    return [requestReview(others), ...(told.length === 0 ? [] : [reply(told.join(' '))])];
  },
});
