/**
 * Whether the author of a text could see the commit that is the head now (law 9). Forges tell time by seconds, and what tells
 * of a push may be late or lost: where the head could have been another one, nobody is taken to have seen it.
 */
import type { Sight } from '../language/index.ts';
import type { ForcedPush, HeadSince } from '../providers/provider.ts';
import type { HeadSeen } from '../pull-state.ts';

export type Looking = {
  readonly headSha: string;
  /** ISO 8601. */
  readonly written: string;
  /** How many comments there were with this one, where the forge tells. */
  readonly comments: number | undefined;
  /** As deliveries told of them. */
  readonly heads: readonly HeadSeen[];
  /** Pushes by force, oldest first; the last few. */
  readonly forced: readonly ForcedPush[];
  /** There may have been more of them before. */
  readonly more: boolean;
};

/** Where deliveries have told of heads: nothing but a push by force leads away from one and back. */
export function sightOf(looking: Looking): Sight {
  const at = placeAt(looking);
  if (typeof at !== 'number') return at;
  const entry = looking.heads[at];
  if (entry?.headSha !== looking.headSha) return 'moved';
  if (cameByForce(looking)) return 'seen';
  const since = Date.parse(entry.at);
  const first = looking.forced[0];
  if (looking.more && first !== undefined && Date.parse(first.at) >= since) return 'unknown';
  const told = looking.heads.slice(at);
  const untold = looking.forced.filter((push) => {
    if (Date.parse(push.at) < since) return false;
    const place = told.findIndex((head) => tellsOf(head, push));
    if (place !== -1) told.splice(place, 1);
    return place === -1;
  });
  return untold.length === 0 ? 'seen' : 'unknown';
}

/** Where none has: `since`, by the forge's own record of pushes. */
export function sightWithout(looking: Looking, since: HeadSince | undefined): Sight {
  if (cameByForce(looking)) return 'seen';
  if (since?.headSha !== looking.headSha) return 'unknown';
  const apart = Date.parse(since.at) - Date.parse(looking.written);
  if (apart > 0) return 'moved';
  if (apart === 0) return 'same-moment';
  // A record that lags behind does not have the last push yet.
  return looking.forced.some(({ at }) => Date.parse(at) > Date.parse(since.at)) ? 'unknown' : 'seen';
}

/** The last push by force led to it before the text was written: it has been the head ever since. */
function cameByForce({ forced, headSha, written }: Looking): boolean {
  const last = forced.at(-1);
  return last?.after === headSha && Date.parse(last.at) < Date.parse(written);
}

function tellsOf(head: HeadSeen, { at, before, after }: ForcedPush): boolean {
  if (after === undefined) return Date.parse(head.at) === Date.parse(at);
  return head.headSha === after && (before === undefined || head.before === before);
}

/**
 * Which of the heads was one when the text was written: within a second, the number of comments says which came first, and what
 * a pull request was opened with comes before any. None where nothing does, or where a push of that time has not been told of.
 */
function placeAt({ headSha, heads, written, comments }: Looking): number | Sight {
  const moment = Date.parse(written);
  let place: number | undefined;
  for (const [index, head] of heads.entries()) {
    const apart = Date.parse(head.at) - moment;
    const seen = place === undefined ? undefined : heads[place]?.headSha;
    const within = apart === 0 && !isOpening(head);
    if (within && (head.comments === undefined || comments === undefined)) {
      return [seen, ...heads.slice(index).map((each) => each.headSha)].includes(headSha) ? 'same-moment' : 'moved';
    }
    if (apart > 0 || (within && (head.comments ?? 0) >= (comments ?? 0))) {
      return (head.before === undefined || head.before === seen) && place !== undefined ? place : 'moved';
    }
    place = index;
  }
  return place ?? 'moved';
}

function isOpening({ before, comments }: HeadSeen): boolean {
  return before === undefined && comments === 0;
}
