import {
  anyOf,
  approver,
  author,
  code,
  defineCommand,
  listed,
  people,
  refuse,
  reply,
  reviewer,
  unrequire,
  whyOver,
} from '../language/index.ts';

export const unrequireCommand = defineCommand({
  name: 'unrequire',
  summary: 'Have it wait for somebody’s word no more.',
  family: 'review',
  aliases: { 'remove-require': 'unrequire' },
  args: { people: people('whose word is not needed; nobody named means all that you asked for', { teams: true }) },
  examples: ['/unrequire @grace', '/unrequire', '/require cancel @grace'],
  answered: 'Whose word it still needs, of those named.',
  allow: anyOf(author, reviewer, approver),
  needs: ['required', 'actorOwns'],
  decide({ args, actor, author: by, subject, required, actorOwns }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    const own = required.filter(({ askedBy, askedById }) =>
      askedById === undefined ? askedBy === actor.login.toLowerCase() : askedById === actor.id,
    );
    // Whoever did not ask for it takes it back only where the change is somebody else's.
    const may = actorOwns.approver && actor.id !== by.id ? required : own;
    const named = args.people.length === 0 ? own : required.filter(({ who }) => args.people.includes(who));
    if (named.length === 0) return [refuse('Nobody’s word is needed that this could be about.')];
    const [going, rest] = [named.filter((each) => may.includes(each)), named.filter((each) => !may.includes(each))];
    const still = rest.map(({ who, askedBy }) => `${code(who)}, for which ${code(askedBy)} asked`);
    const left = `It still needs the word of ${listed(still)}: they, or an approver who is not the author, take that back.`;
    if (going.length === 0) return [refuse(left)];
    return [...going.map(({ who, askedBy }) => unrequire(who, askedBy)), ...(rest.length === 0 ? [] : [reply(left)])];
  },
});
