/** What a hold waits for, as people write it behind `/hold`, and in words again. */
import { dayInWords, momentIn } from './dates.ts';
import type { Hold, HoldUntil } from './facts.ts';
import { code, listed } from './text.ts';

/** No login: who put a label on of which no record tells. */
export const UNKNOWN_HOLDER = '(unknown)';
/** Stands for the label of which no record tells. */
export const UNKNOWN_HOLD: Hold = { by: UNKNOWN_HOLDER, reason: '', at: '' };

export type SaidOfHold = {
  readonly reason: string;
  readonly until?: HoldUntil;
  /** `org/team`, lower case. */
  readonly team?: string;
  /** It begins as if it said when the hold ends, and says nothing of the kind. */
  readonly vague?: true;
  /** Why it cannot be meant. */
  readonly problem?: string;
};

/** @param at when it was written; ISO 8601 @param owner of the repository: `@docs` is a team of it */
export function saidOfHold(text: string, { at, owner }: { readonly at: string; readonly owner: string }): SaidOfHold {
  const [, word = '', rest = ''] = /^(until|for)\s+(.*)$/isu.exec(text) ?? [];
  if (word.toLowerCase() === 'for') return forTeam(rest, owner) ?? { reason: text };
  if (word === '') return { reason: text };
  return untilMerged(rest) ?? untilCheck(rest) ?? untilDate(rest, at) ?? { reason: text, vague: true };
}

function forTeam(rest: string, owner: string): SaidOfHold | undefined {
  const [, org = owner, team, more = ''] =
    /^@(?:([a-z0-9][a-z0-9-]{0,99})\/)?([a-z0-9_][\w.-]{0,99}?)(?:(?=[\s:;,]|\.\s)(.*)|\.?)$/isu.exec(rest) ?? [];
  return team === undefined ? undefined : { team: `${org}/${team}`.toLowerCase(), reason: reasonIn(more) };
}

const MERGED = /^([\w.-]+\/[\w.-]+)?#(\d{1,10})\s+(?:is\s+|gets\s+|has\s+)?merged\b(.*)$/isu;

function untilMerged(rest: string): SaidOfHold | undefined {
  const [, elsewhere, number, more = ''] = MERGED.exec(rest) ?? [];
  if (number === undefined) return undefined;
  const until = { is: 'merged', pull: Number(number) } as const;
  if (elsewhere === undefined) return { until, reason: reasonIn(more) };
  const only = `Only a pull request of this repository can be waited for, and ${code(`${elsewhere}#${number}`)} is of another.`;
  return { until, reason: '', problem: `${only} Say it in a reason: ${code('/hold waits for …')}.` };
}

function untilCheck(rest: string): SaidOfHold | undefined {
  // Names of checks have blanks: those are written in quotes or as code.
  const [, quoted, ticked, bare, more = ''] =
    /^check(?:\s*:\s*|\s+)(?:"([^"\p{C}]{1,200})"|`([^`\p{C}]{1,200})`|([^\s"`\p{C}]{1,200}?)(?=[:;,]?(?:\s|$)))(.*)$/isu.exec(
      rest,
    ) ?? [];
  const check = quoted ?? ticked ?? bare;
  return check === undefined ? undefined : { until: { is: 'check', check }, reason: reasonIn(more) };
}

function untilDate(rest: string, now: string): SaidOfHold | undefined {
  const moment = momentIn(rest, now);
  if (moment === undefined) return undefined;
  const said = { until: { is: 'date', at: moment.at }, reason: reasonIn(moment.rest) } as const;
  if (Date.parse(moment.at) > Date.parse(now)) return said;
  return {
    ...said,
    problem: `${dayInWords(moment.at)} is past already, so nothing would be held. Give a later day, or none.`,
  };
}

function reasonIn(rest: string): string {
  return rest.replace(/^[\s:;,.\u2013\u2014-]+/u, '');
}

/** What one person holds it for: of each kind somebody has one. */
export function kindOfHold({ until, team }: Pick<Hold, 'until' | 'team'>): string {
  if (team !== undefined) return `for ${team}`;
  if (until === undefined) return 'plain';
  switch (until.is) {
    case 'date':
      return 'date';
    case 'merged':
      return `#${until.pull} merged`;
    default:
      return `check ${until.check}`;
  }
}

/** `until #5 is merged`; empty for a hold that waits for nothing but its holder. */
export function waitsFor({ until, team }: Pick<Hold, 'until' | 'team'>): string {
  if (team !== undefined) return `for ${code(team)}`;
  if (until === undefined) return '';
  switch (until.is) {
    case 'date':
      return `until ${dayInWords(until.at)}`;
    case 'merged':
      return `until #${until.pull} is merged`;
    default:
      return `until the check ${code(until.check)} is green`;
  }
}

/** Who, for what, and why: `` `linus` until #5 is merged (`docs are missing`) ``. */
export function holdInWords(hold: Hold): string {
  const who = hold.by === UNKNOWN_HOLDER ? 'somebody of whom no record tells' : code(hold.by);
  const waits = waitsFor(hold);
  return `${who}${waits === '' ? '' : ` ${waits}`}${hold.reason === '' ? '' : ` (${code(hold.reason)})`}`;
}

/** As the tree of gates says it, and whoever refuses to lift it. */
export function heldInWords(hold: Hold, still: 'still' | '' = ''): string {
  return `It is ${still}${still === '' ? '' : ' '}held by ${holdInWords(hold)}.`;
}

/** The next step: "`ada` or an approver who is not the author comments `/hold cancel`." */
export function whoLifts({ by, until, team }: Hold): string {
  if (by === UNKNOWN_HOLDER) return `An approver who is not the author comments ${code('/hold cancel')}.`;
  const itself = until === undefined ? '' : 'It ends by itself; before that, ';
  const members = team === undefined ? [] : [`a member of ${code(team)}`];
  const who = [code(by), ...members, 'an approver who is not the author'];
  return `${itself}${listed(who, 'or')} comments ${code('/hold cancel')}.`;
}

/** Whether both are one account; a login alone counts where the account is not known. */
export function isPersonOf(
  one: { readonly login: string; readonly id: string },
  other: { readonly login: string; readonly id: string },
): boolean {
  if (one.id !== '' && other.id !== '') return one.id === other.id;
  return one.login.toLowerCase() === other.login.toLowerCase();
}

/** Whether it was set after `at`, so that what was said then was said of another. */
export function isHeldSince(hold: Pick<Hold, 'at'>, at: string): boolean {
  return Date.parse(hold.at) > Date.parse(at);
}

/** Whether somebody set it; a login alone is not enough where the account is known. */
export function isOwnHold({ by, id }: Hold, person: { readonly login: string; readonly id: string }): boolean {
  return by === person.login.toLowerCase() && (id === undefined || id === person.id);
}
