import {
  anyOf,
  approver,
  author,
  code,
  defineCommand,
  isPersonOf,
  people,
  refuse,
  requestReview,
  requireWord,
  reviewer,
  whyOver,
  type Answers,
  type Person,
} from '../language/index.ts';

export const requireCommand = defineCommand({
  name: 'require',
  summary: 'Have it wait for the word of certain people: an lgtm or an approval of each.',
  family: 'review',
  aliases: {},
  args: { people: people('whose word is needed; of a team, anybody’s in it', { teams: true }) },
  examples: ['/require @grace', '/require @grace @acme/docs'],
  allow: anyOf(author, reviewer, approver),
  needs: ['required'],
  // Each name costs the forge a few questions, and the author may be anybody.
  asks: ({ args: { people: named } }) =>
    named.length > MAX_AT_ONCE
      ? {}
      : {
          people: named.filter((name) => !name.includes('/')),
          teams: named.filter((name) => name.includes('/')),
        },
  decide({ args, actor, author: by, subject, answers }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    if (args.people.length === 0)
      return [refuse(`Name those whose word is needed: ${code('/require @login @org/team')}.`)];
    if (args.people.length > MAX_AT_ONCE) return [refuse(`At most ${MAX_AT_ONCE} are asked for at once.`)];
    const wrong = args.people.flatMap((name) => problemOf(name, by, answers) ?? []);
    if (wrong.length > 0) return [refuse(wrong.join(' '))];
    const all = args.people.map((name) => requireWord(name, actor.login, answers.people.get(name)?.id));
    // Last: whom the forge does not ask for a review is needed all the same.
    return [...all, requestReview(args.people)];
  },
});

const MAX_AT_ONCE = 10;

function problemOf(name: string, by: Person, { people: known, teams }: Answers): string | undefined {
  if (name.includes('/')) {
    return teams.has(name) ? undefined : `No team ${code(name)} with members is to be seen.`;
  }
  const person = known.get(name);
  if (person === undefined) return `Nobody is called ${code(name)}.`;
  if (isPersonOf(by, person)) return `${code(name)} wrote this pull request.`;
  if (person.bot) return `${code(name)} is a bot.`;
  return person.mayAgree
    ? undefined
    : `${code(name)} may say neither lgtm nor approve here, so it would wait for ever.`;
}
