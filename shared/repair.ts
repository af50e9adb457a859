/**
 * What a pull request shows and no event has told of: worked out from what the forge shows now and from the audit trail
 * alone. What is missing is told again, as the event it would have been, so that the rules which events wake decide about
 * it: one set of rules, whichever way it comes to know. Pure.
 */
import type { AuditRecord } from './audit-record.ts';
import type { EventName, Person } from './delivery.ts';
import { isWorkInProgress } from './automations/wip.ts';
import { APPROVED, HOLD, labelOn, LGTM, WORK_IN_PROGRESS, type Vote } from './language/index.ts';
import type { LabelChange, PullNow } from './providers/provider.ts';
import type { PullState } from './pull-state.ts';

export type Present = {
  readonly pull: PullNow;
  readonly state: PullState;
  /** All of the pull request, oldest first. */
  readonly records: readonly AuditRecord[];
  /** Whether the owners of every changed file agree, as the votes stand. */
  readonly approved: boolean;
};

/** An event that was missed; whoever did it is the actor, the clock where nobody is known. */
export type Missed = {
  readonly event: Extract<
    EventName,
    | 'opened'
    | 'synchronized'
    | 'draft-changed'
    | 'review-submitted'
    | 'review-dismissed'
    | 'labeled'
    | 'unlabeled'
    | 'enqueued'
    | 'auto-merge-on'
  >;
  readonly by: Person | undefined;
  /** ISO 8601, by the forge's clock. */
  readonly at: string;
  /** The head when it happened; empty where that cannot be known. */
  readonly headSha: string;
  readonly before?: string;
  readonly review?: PullNow['reviews'][number];
  readonly label?: string;
};

/** Labels that stand for somebody's word, and the one that stands for the state of the pull request. */
const SPEAKING = [LGTM, APPROVED, HOLD];
const TELLING = [...SPEAKING, WORK_IN_PROGRESS];

/** Which of these labels are not what they should be by the trail, and by title and draft. */
export function disagreeing({ pull, state, approved }: Present): readonly string[] {
  const on = new Set(pull.labels);
  const stands: Readonly<Record<string, boolean>> = {
    [LGTM]: state.votes.some((each) => each.vote === 'lgtm' && isForHead(each, pull)),
    [APPROVED]: approved,
    [HOLD]: state.holds.length > 0,
    [WORK_IN_PROGRESS]: isWorkInProgress(pull),
  };
  return TELLING.filter((label) => (labelOn(on, label) !== undefined) !== stands[label]);
}

/**
 * In the order in which the rules take them best: what the head is, then what was said, then what labels say.
 * @param changes of labels, oldest first; asked for only where one disagrees
 */
export function missedIn(present: Present, changes: readonly LabelChange[]): readonly Missed[] {
  if (present.pull.state !== 'open') return [];
  return [...headIn(present), ...reviewsIn(present), ...labelsIn(present, changes), ...mergingIn(present)];
}

function headIn({ pull, state }: Present): readonly Missed[] {
  const { headSha, updatedAt: at } = pull;
  const last = state.heads.at(-1);
  if (last === undefined) return [{ event: 'opened', by: undefined, at, headSha }];
  // Votes that no push carried over or ended, though the head was told of in another way.
  const left = state.votes.findLast((each) => each.headSha !== headSha && isForBase(each, pull))?.headSha;
  const before = left ?? (last.headSha === headSha ? undefined : last.headSha);
  if (before === undefined) return [];
  // Who has given their word for this head saw it: it was pushed by then. Otherwise all that is known is when anything last
  // changed, and whatever was said before that is not taken to be about it.
  const seen = state.votes.filter((each) => isForHead(each, pull)).map((each) => each.at);
  const since = last.headSha === headSha ? last.at : [at, ...seen].toSorted(byTime)[0];
  return [{ event: 'synchronized', by: undefined, at: since ?? at, headSha, before }];
}

function reviewsIn({ pull, state, records }: Present): readonly Missed[] {
  const { headSha } = pull;
  const counted = new Set(
    records.flatMap(({ actions }) => actions.flatMap(({ is, review }) => (is === 'vote' ? [String(review)] : []))),
  );
  const verdicts = pull.reviews.filter(({ verdict, by }) => verdict !== 'commented' && !by.bot);
  const latest = new Map(verdicts.map((review) => [review.by.id, review]));
  const dismissed = verdicts.filter(
    ({ id, verdict }) => verdict === 'dismissed' && state.votes.some((each) => each.review === id),
  );
  const missed = [...latest.values()].filter(({ id, verdict, by, at, headSha: about }) => {
    const login = by.login.toLowerCase();
    // What was said since by a command goes before it.
    if (verdict === 'approved') return about === headSha && !counted.has(id) && !hasSpokenSince(by, at, records);
    const given = state.votes.filter((each) => each.by === login);
    return verdict === 'changes-requested' && given.some((each) => Date.parse(each.at) < Date.parse(at));
  });
  return [
    ...dismissed.map(
      (review) => ({ event: 'review-dismissed', by: undefined, at: review.at, headSha, review }) as const,
    ),
    ...missed.map((review) => ({ event: 'review-submitted', by: review.by, at: review.at, headSha, review }) as const),
  ];
}

function hasSpokenSince({ id }: Person, at: string, records: readonly AuditRecord[]): boolean {
  return records.some(
    (each) =>
      each.actor.id === id &&
      (each.command === 'lgtm' || each.command === 'approve') &&
      Date.parse(each.at) > Date.parse(at),
  );
}

/** Only the last word on a label counts, and only where a person had it and the label is still so. */
function labelsIn(present: Present, changes: readonly LabelChange[]): readonly Missed[] {
  const { pull, state } = present;
  const on = new Set(pull.labels);
  const head = state.heads.at(-1);
  return disagreeing(present).flatMap((label) => {
    const last = changes.findLast((each) => each.label.toLowerCase() === label);
    if (label === WORK_IN_PROGRESS) return last === undefined || last.by.bot ? [redrawn(pull)] : [];
    if (last === undefined || last.by.bot || last.on !== (labelOn(on, label) !== undefined)) return [];
    const known = head?.headSha === pull.headSha && Date.parse(head.at) <= Date.parse(last.at);
    const { by, at } = last;
    return [{ event: last.on ? 'labeled' : 'unlabeled', by, at, headSha: known ? pull.headSha : '', label } as const];
  });
}

/**
 * That the forge is to merge it by itself: whatever comes to block it wakes the rule that takes this back only where it is known.
 * That the forge is not to any more needs no telling: the rule sees it when it looks.
 */
function mergingIn({ pull, state }: Present): readonly Missed[] {
  const { headSha, updatedAt: at } = pull;
  const told = (event: 'enqueued' | 'auto-merge-on'): Missed => ({ event, by: undefined, at, headSha });
  return [
    ...(pull.queue?.place !== undefined && state.queued?.is !== 'waiting' ? [told('enqueued')] : []),
    ...(pull.autoMerge !== undefined && state.arming?.is !== 'on' ? [told('auto-merge-on')] : []),
  ];
}

/** Nobody has put the label on or taken it off by hand, so a change of title or draft was not told. */
function redrawn({ headSha, updatedAt: at }: PullNow): Missed {
  return { event: 'draft-changed', by: undefined, at, headSha };
}

function byTime(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other);
}

function isForHead(vote: Vote, pull: PullNow): boolean {
  return vote.headSha === pull.headSha && isForBase(vote, pull);
}

function isForBase({ baseRef }: Vote, pull: PullNow): boolean {
  return baseRef === undefined || baseRef === pull.baseRef;
}
