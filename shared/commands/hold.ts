import {
  addLabel,
  allOf,
  anyOf,
  anyone,
  approver,
  author,
  code,
  DATES_IN_WORDS,
  defineCommand,
  flag,
  heldFor,
  heldInWords,
  hold,
  HOLD,
  holder,
  holdInWords,
  holdSettings,
  isHeldSince,
  isOwnHold,
  kindOfHold,
  labelOn,
  liftHold,
  liftHolds,
  listed,
  not,
  refuse,
  removeLabel,
  reply,
  role,
  saidOfHold,
  text,
  UNKNOWN_HOLD,
  UNKNOWN_HOLDER,
  waitsFor,
  whereSet,
  whoLifts,
  whyOver,
  withFlag,
  type Action,
  type Answers,
  type Given,
  type Hold,
  type Questions,
  type SaidOfHold,
} from '../language/index.ts';

/** Whoever did not set a hold lifts it only where the change is somebody else's. */
const lifters = anyOf(
  holder,
  whereSet('anyone-lifts-holds'),
  allOf(anyOf(approver, role('maintain'), heldFor), not(author)),
);

type Line = Given & { readonly args: { readonly cancel: boolean; readonly reason: string } };
type Seen = Line & { readonly holds: readonly Hold[]; readonly answers: Answers };

export const holdCommand = defineCommand({
  name: 'hold',
  summary: 'Keep this pull request from being merged.',
  family: 'merging',
  aliases: {},
  args: {
    cancel: flag('let it be merged again'),
    reason: text(
      'what it waits for: `until 2026-12-01`, `until friday`, `until #12 merged`, `until check perf`, `for @org/team`, or any words',
    ),
  },
  examples: ['/hold', '/hold until friday', '/hold until #7 merged', '/hold cancel', '/unhold'],
  answered:
    'What it waits for and who lifts it, where a hold ends by itself or is for a team; what stands, where others hold it too.',
  allow: withFlag('cancel', lifters, anyone),
  plugin: 'hold',
  settings: { hold: holdSettings },
  needs: ['holds'],
  asks: ({ args, ...given }) => (args.cancel ? { liftable: true } : asked(saidIn({ args, ...given }))),
  decide(seen) {
    const over = whyOver(seen.subject);
    if (over !== undefined) return [refuse(over)];
    return seen.args.cancel ? lifted(seen) : held(seen);
  },
});

function saidIn({ args, at, subject }: Line): SaidOfHold {
  return saidOfHold(args.reason, { at, owner: subject.owner });
}

function asked({ until, team, problem }: SaidOfHold): Questions {
  if (problem !== undefined) return {};
  if (team !== undefined) return { teams: [team] };
  if (until?.is === 'merged') return { pulls: [until.pull] };
  return until?.is === 'check' ? { checks: true } : {};
}

function held(seen: Seen): readonly Action[] {
  const { args, actor, subject, holds, answers } = seen;
  const said = saidIn(seen);
  const wrong = said.problem ?? needless(said, seen);
  if (wrong !== undefined) return [refuse(wrong)];
  const there = said.team === undefined || answers.teams.has(said.team);
  const { reason, until, team } = there ? said : { reason: args.reason, until: undefined, team: undefined };
  const own = { until, team };
  const set = holds.filter((each) => isOwnHold(each, actor) && kindOfHold(each) !== kindOfHold(own));
  if (kindOfHold(own) !== PLAIN && set.length >= MAX_OF_ONE) return [refuse(TOO_MANY)];
  const rest = holds.filter((each) => !(isOwnHold(each, actor) && kindOfHold(each) === kindOfHold(own)));
  const told = [
    ...(until === undefined && team === undefined ? [] : [`It is held ${waitsFor(own)}${endsHow(own, seen)}`]),
    ...(there ? [] : [NO_TEAM(said.team ?? '')]),
    ...(said.vague === true ? [VAGUE] : []),
    ...circleInWords(until, seen),
  ];
  const others = rest.length === 0 ? [] : [`It is held by ${inFew(rest)} as well.`];
  const labeled = labelOn(new Set(subject.labels), HOLD) !== undefined;
  return [
    ...(labeled && holds.length === 0 ? [hold(UNKNOWN_HOLDER, 'the label was on already')] : []),
    hold(actor.login, reason, own),
    addLabel(HOLD),
    ...(told.length === 0 ? [] : [reply([...told, ...others].join(' '))]),
  ];
}

/** Holds that one person has at a time beside the plain one, each until something else. */
const MAX_OF_ONE = 10;
const PLAIN = kindOfHold({});
const TOO_MANY = `You hold it for ${MAX_OF_ONE} reasons already; ${code('/hold')} alone holds it until you lift that.`;
/** Holds named in one answer. */
const MAX_NAMED = 10;
const VAGUE = `It is held, and nothing lifts that by itself: a day is written as ${DATES_IN_WORDS}, anything else is a reason.`;
/** What Bowsprit itself says of merging. */
const MERGE_STATUS = 'bowsprit/merge';
const NO_TEAM = (team: string): string =>
  `It is held as by any ${code('/hold')}: no team ${code(team)} with members is to be seen.`;

/** Why waiting for that would hold nothing, or for ever. */
function needless({ until }: SaidOfHold, { subject, answers }: Seen): string | undefined {
  if (until?.is === 'merged') {
    const pull = `#${until.pull}`;
    if (until.pull === subject.number) return `${pull} is this pull request, which would wait for itself.`;
    const state = answers.pulls.get(until.pull);
    if (state === undefined) return `There is no pull request ${pull} here.`;
    if (state === 'merged') return `${pull} is merged already, so nothing would be held.`;
    if (state === 'closed') return `${pull} is closed and was not merged, so nothing would lift the hold.`;
  }
  if (until?.is === 'check') {
    if (until.check === MERGE_STATUS) {
      return `${code(MERGE_STATUS)} is green once nothing holds this, so it would wait for itself.`;
    }
    const named = answers.checks.filter(({ name }) => name === until.check);
    if (named.length > 0 && named.every(({ state }) => state === 'success')) {
      return `The check ${code(until.check)} is green already, so nothing would be held.`;
    }
  }
  return undefined;
}

/** Each waits for the next, and the last for this one: nothing but a person ends that. */
function circleInWords(until: Hold['until'], { subject, answers }: Seen): readonly string[] {
  if (until?.is !== 'merged') return [];
  const way = wayBetween(until.pull, subject.number, answers.waits);
  if (way === undefined) return [];
  const steps = way.slice(1).map((next, index) => `#${way[index]} until #${next} is merged`);
  return [
    `And ${listed(steps)}: they wait for each other, and none is merged before somebody lifts one of these holds by ${code('/hold cancel')}.`,
  ];
}

/** Undefined where none leads there; both ends are named. */
function wayBetween(
  from: number,
  to: number,
  waits: Answers['waits'],
  seen: ReadonlySet<number> = new Set(),
): readonly number[] | undefined {
  if (from === to) return [to];
  for (const next of seen.has(from) ? [] : (waits.get(from) ?? [])) {
    const rest = wayBetween(next, to, waits, new Set([...seen, from]));
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

function endsHow({ until, team }: Pick<Hold, 'until' | 'team'>, { answers }: Seen): string {
  if (team !== undefined) return ', whose members lift it, as do you, approvers and maintainers.';
  if (until?.is !== 'check') return until?.is === 'date' ? '; at most ten minutes later that is lifted.' : '.';
  return answers.checks.some(({ name }) => name === until.check)
    ? '.'
    : '. No check of that name has reported at the head yet.';
}

function inFew(holds: readonly Hold[]): string {
  const more = holds.length > MAX_NAMED ? [`${holds.length - MAX_NAMED} more`] : [];
  return listed([...holds.slice(0, MAX_NAMED).map(holdInWords), ...more]);
}

function lifted({ actor, holds, subject, at, answers: { liftable } }: Seen): readonly Action[] {
  const labeled = labelOn(new Set(subject.labels), HOLD) !== undefined;
  // A thumbs up would be wrong where the hold is still on its way: deliveries may come in any order.
  if (holds.length === 0 && !labeled) return [refuse('Nothing holds this pull request.')];
  if (holds.length === 0) return liftable.length > 0 ? [liftHolds(), removeLabel(HOLD)] : [refuse(NOBODY_KNOWN)];
  const own = holds.filter((each) => isOwnHold(each, actor));
  const since = holds.filter((each) => isHeldSince(each, at));
  // Who holds it too takes back the own hold first: being one of the holders gives no power over the others.
  const going = (own.length > 0 ? own : liftable).filter((each) => !since.includes(each));
  const rest = holds.filter((each) => !going.includes(each));
  if (rest.length === 0) return [liftHolds(), removeLabel(HOLD)];
  const [shown, more] = [rest.slice(0, MAX_NAMED), rest.length - MAX_NAMED];
  const others = more > 0 ? [`And by ${more} more.`] : [];
  if (going.length === 0 && since.length === rest.length) {
    return [refuse([...shown.map((each) => heldInWords(each, 'still')), ...others, SINCE].join(' '))];
  }
  const still = [...shown.map((each) => `${heldInWords(each, 'still')} ${whoLifts(each)}`), ...others].join(' ');
  if (going.length === 0) return [refuse(`That is not for you to lift. ${still}`)];
  return [...going.map((each) => liftHold(each)), reply(still)];
}

const SINCE = `That was said after this was written; to lift it, comment ${code('/hold cancel')}.`;
const NOBODY_KNOWN = `Who put the label on is not known, so it is not for you to lift. ${whoLifts(UNKNOWN_HOLD)}`;
