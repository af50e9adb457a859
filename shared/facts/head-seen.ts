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
 * Which of the heads was one when the text was written. Of what happened in its second nothing tells the order: how many
 * comments there were is counted when a forge gets to telling it, and whoever deletes one changes that. Only what a pull request
 * was opened with comes before any comment.
 */
function placeAt({ headSha, heads, written }: Looking): number | Sight {
  const moment = Date.parse(written);
  const then = heads.filter((head) => Date.parse(head.at) === moment && !isOpening(head));
  const before = heads.filter(
    (head) => Date.parse(head.at) < moment || (Date.parse(head.at) === moment && isOpening(head)),
  );
  const next = heads.find((head) => !then.includes(head) && !before.includes(head));
  const seen = before.at(-1);
  const around = [seen?.headSha, ...then.map((head) => head.headSha)];
  if (around.every((sha) => sha !== headSha)) return 'moved';
  if (then.length > 0) return 'same-moment';
  return next?.before === undefined || next.before === headSha ? before.length - 1 : 'moved';
}

function isOpening({ before, comments }: HeadSeen): boolean {
  return before === undefined && comments === 0;
}
