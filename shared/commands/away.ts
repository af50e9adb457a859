import {
  anyOf,
  approver,
  away,
  back,
  code,
  collaborator,
  DATES_IN_WORDS,
  dayInWords,
  defineCommand,
  flag,
  member,
  momentIn,
  refuse,
  reply,
  reviewer,
  text,
  untilMisspelt,
} from '../language/index.ts';

/** An absence that is longer is for OWNERS to show. */
const MAX_DAYS = 366;
const DAY_MS = 24 * 3_600_000;

export const awayCommand = defineCommand({
  name: 'away',
  summary: 'Say that you are away: you are not asked for reviews, and others are suggested first.',
  family: 'people',
  aliases: { back: 'away cancel' },
  args: { cancel: flag('you are back'), until: text('until when, and why') },
  examples: ['/away until 2026-12-24', '/away until monday on leave', '/away', '/back'],
  answered: 'From when to when you are away, and where.',
  // Whoever else is asked by nobody; and what all of an account share is not for strangers to fill.
  allow: anyOf(collaborator, member, reviewer, approver),
  needs: [],
  decide({ args, actor, at, subject }) {
    if (args.cancel) return [back(actor.login)];
    const [, written] = /^until(?:\s+(.*))?$/is.exec(args.until) ?? [];
    const misspelt = untilMisspelt(args.until, at);
    if (misspelt !== undefined) return [refuse(`Until then? Write ${code(`/away until ${misspelt}`)}.`)];
    const asWritten = args.until === '' || written !== undefined ? undefined : momentIn(args.until, at);
    if (asWritten !== undefined) return [refuse(`Until then? Write ${code(`/away until ${args.until}`)}.`)];
    const where = `in all repositories of ${code(subject.owner)}`;
    const others = 'Bowsprit asks and suggests others';
    if (!/^until\b/i.test(args.until)) {
      return [
        away(actor.login, undefined, args.until),
        reply(`You are away ${where}: ${others} until you comment ${code('/back')}.`),
      ];
    }
    const until = momentIn(written ?? '', at);
    if (until === undefined) return [refuse(`${code('until')} needs a date. Write ${DATES_IN_WORDS} after it.`)];
    const ahead = Date.parse(until.at) - Date.parse(at);
    const day = dayInWords(until.at);
    if (ahead <= 0) return [refuse(`${code(day)} has begun already. Write a later date.`)];
    if (ahead > MAX_DAYS * DAY_MS) return [refuse(`${code(day)} is more than a year away. Write an earlier date.`)];
    return [
      away(actor.login, until.at, until.rest),
      reply(`You are away until ${day} ${where}: ${others}. ${code('/back')} ends it sooner.`),
    ];
  },
});
