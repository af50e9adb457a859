/** When something ends, as people write it: `2026-12-24`, `2026-12-24T18:00`, `friday 18:00`, `tomorrow`, `in 2 weeks`. UTC, as a forge's clock. */

export type Moment = {
  /** ISO 8601, UTC: of a day, its beginning. */
  readonly at: string;
  /** What follows the date, trimmed. */
  readonly rest: string;
};

/** How a date may be written, to go on after "write …". */
export const DATES_IN_WORDS = '`2026-12-24`, `2026-12-24T18:00`, `friday`, `tomorrow` or `in 2 weeks`';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_MS = 24 * 3_600_000;
const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['hour', 3_600_000],
  ['day', DAY_MS],
  ['week', 7 * DAY_MS],
]);
/** More of any unit than anybody means. */
const MAX_COUNT = 1_000;

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:t(\d{2}):(\d{2})(?::(\d{2}))?(z|[+-]\d{2}:\d{2})?)?(?![\w+-]|:\S)/i;
/** Behind a day. */
const TIME = /^[ \t]+(?:at[ \t]+)?(\d{1,2}):(\d{2})(?:[ \t]*(?:z|utc|gmt))?(?![\w+-]|:\S)/i;
const WEEKDAY = /^(sun|mon|tue|wed|thu|fri|sat)(day|sday|nesday|rsday|urday)?\b/i;
const AHEAD = /^in[ \t]+(\d{1,4}|an?|one)[ \t]+(hour|day|week|month)s?\b/i;
const NAMED = /^(today|tomorrow)\b/i;

/** What follows a word that is meant as `until`, where a moment does; undefined where nobody meant that. */
export function untilMisspelt(text: string, now: string): string | undefined {
  const [, rest = ''] = /^(?:untill|unti|untl|unitl|untli|utnil|'?till?)\s+(.*)$/is.exec(text.trim()) ?? [];
  return momentIn(rest, now) === undefined ? undefined : rest.trim();
}

/**
 * The moment that the beginning of a text names; undefined where it names none.
 * @param now ISO 8601
 */
export function momentIn(text: string, now: string): Moment | undefined {
  const trimmed = text.trim();
  for (const read of [isoIn, weekdayIn, aheadIn, namedIn]) {
    const day = read(trimmed, new Date(now));
    if (day === undefined) continue;
    const found = atTime(day, trimmed);
    if (found === undefined) return undefined;
    const rest = trimmed.slice(found.chars).replace(/^[\s,.;:]+/, '');
    return { at: new Date(found.time).toISOString(), rest };
  }
  return undefined;
}

/** Undefined where the day has no such time: it was meant otherwise. */
function atTime({ time, chars }: NonNullable<Found>, text: string): Found {
  const [whole, hour, minute] = TIME.exec(text.slice(chars)) ?? [];
  if (whole === undefined || time % DAY_MS !== 0) return { time, chars };
  const [hours, minutes] = [Number(hour), Number(minute)];
  if (hours > 23 || minutes > 59) return undefined;
  return { time: time + (hours * 60 + minutes) * 60_000, chars: chars + whole.length };
}

type Found = { readonly time: number; readonly chars: number } | undefined;

function isoIn(text: string, _now: Date): Found {
  const [whole, year, month, day, hour = '00', minute = '00', second = '00', zone = 'Z'] = ISO.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  // A day that no month has would roll over into the next one.
  const begins = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(begins) || new Date(begins).toISOString().slice(0, date.length) !== date) return undefined;
  const time = Date.parse(`${date}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  return Number.isNaN(time) ? undefined : { time, chars: whole.length };
}

/** The next one; never today. */
function weekdayIn(text: string, now: Date): Found {
  const [whole = ''] = WEEKDAY.exec(text) ?? [];
  const name = whole.toLowerCase();
  const day = WEEKDAYS.findIndex((each) => each === name || each.slice(0, 3) === name);
  if (whole === '' || day < 0) return undefined;
  const ahead = (day - now.getUTCDay() + 7) % 7;
  return { time: dayOf(now, ahead === 0 ? 7 : ahead), chars: whole.length };
}

function aheadIn(text: string, now: Date): Found {
  const [whole, written = '', unit = ''] = AHEAD.exec(text) ?? [];
  const count = /^\d/.test(written) ? Number(written) : 1;
  if (whole === undefined || count > MAX_COUNT) return undefined;
  const chars = whole.length;
  if (unit.toLowerCase() === 'month') return { time: dayOf(monthsAhead(now, count), 0), chars };
  const ms = UNITS_MS.get(unit.toLowerCase()) ?? 0;
  return { time: ms < DAY_MS ? now.getTime() + count * ms : dayOf(now, (count * ms) / DAY_MS), chars };
}

function namedIn(text: string, now: Date): Found {
  const [whole] = NAMED.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { time: dayOf(now, whole.toLowerCase() === 'today' ? 0 : 1), chars: whole.length };
}

/** The same day of a later month, or its last one. */
function monthsAhead(now: Date, count: number): Date {
  const day = now.getUTCDate();
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + count + 1, 0)).getUTCDate();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + count, Math.min(day, last)));
}

function dayOf(now: Date, ahead: number): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + ahead);
}

const MIDNIGHT = 'T00:00:00.000Z';

/** `2026-12-24`, with its time where it is not the beginning of the day. */
export function dayInWords(at: string): string {
  const iso = new Date(at).toISOString();
  return iso.endsWith(MIDNIGHT) ? iso.slice(0, -MIDNIGHT.length) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
