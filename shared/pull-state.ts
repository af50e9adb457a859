/**
 * Votes, holds and the heads seen on a pull request: nothing but the sum of its audit records, so that losing a cached
 * copy costs a read and never a decision.
 */
import type { AuditRecord } from './audit-record.ts';
import {
  ENGINES,
  isHeldSince,
  JOB_STATES,
  kindOfHold,
  MAX_GLOBS,
  VOTE_KINDS,
  type Arming,
  type Override,
  BATCH_ENDS,
  type Batching,
  type HeadContext,
  type Hold,
  type PickRequest,
  QUEUE_REMOVALS,
  type Queueing,
  type RefusedMerge,
  type RequiredWord,
  type RunKept,
  type Vote,
  type VoteKind,
  type Vouching,
} from './language/index.ts';
import { withCancelled, withResult, withStart } from './pipelines/runs.ts';
import { carried, withoutVote, withVote } from './standing-votes.ts';
import * as z from 'zod/mini';

export type HeadSeen = HeadContext & {
  readonly headSha: string;
  /** Since when it is the head; ISO 8601. */
  readonly at: string;
};

export type PullState = {
  /** The last record that is summed up here. */
  readonly sequence: number;
  readonly hash: string;
  readonly votes: readonly Vote[];
  readonly holds: readonly Hold[];
  /** Checks that need not be green, each for one head. */
  readonly overrides: readonly Override[];
  /** Whose word somebody asked for. */
  readonly required: readonly RequiredWord[];
  /** When votes of each kind were last taken back; ISO 8601. What was written before and comes later does not count. */
  readonly takenBack: readonly TakenBack[];
  /** Who took an approval back and has not given one since: the author among them does not count as approving. */
  readonly declined: readonly string[];
  /** Who took an approval back for some paths alone, and has not approved all since. */
  readonly declinedPaths: readonly { readonly by: string; readonly paths: readonly string[] }[];
  /** Whether its reviewers were chosen, or its author said whom to ask. */
  readonly reviewersChosen: boolean;
  /** Where it stands with the batch of its base. */
  readonly batching?: Batching | undefined;
  /** Where it stands with the forge's merge queue. */
  readonly queued?: Queueing | undefined;
  /** Where it stands with the forge's auto-merge. */
  readonly arming?: Arming | undefined;
  /** That the forge would not merge its head. */
  readonly refusedMerge?: RefusedMerge | undefined;
  /** Heads in the order in which they became it; the last few. */
  readonly heads: readonly HeadSeen[];
  /** Branches it is to be picked onto once it is merged. */
  readonly picks: readonly PickRequest[];
  /** What came of those that were picked, a sentence for each branch; the last few. */
  readonly picked: readonly { readonly target: string; readonly note: string }[];
  /** Jobs that were started for it, and what came of them; the last few. */
  readonly runs: readonly RunKept[];
  /** Whether somebody lets jobs run for it. */
  readonly vouching: Vouching;
  /** What somebody who may said that it needs none of. */
  readonly waived: readonly string[];
  /** Ids of living comments by subject. */
  readonly notices: Readonly<Record<string, string>>;
  /** A digest of what each of them says, and each check of ours. */
  readonly said: Readonly<Record<string, string>>;
};

/** `by`: lower-case login; '': everybody's. */
type TakenBack = { readonly vote: VoteKind; readonly by: string; readonly at: string };

/** Heads kept: enough for a comment that arrives late to be held against the head of its time. */
const MAX_HEADS = 20;
/** Checks overridden, at heads that were left as well. */
const MAX_OVERRIDES = 200;
/** Branches that one pull request is picked onto. */
const MAX_PICKS = 50;

export const NO_STATE: PullState = {
  sequence: 0,
  hash: '0'.repeat(64),
  votes: [],
  holds: [],
  overrides: [],
  required: [],
  takenBack: [],
  declined: [],
  declinedPaths: [],
  reviewersChosen: false,
  heads: [],
  picks: [],
  picked: [],
  runs: [],
  vouching: { doubted: [] },
  waived: [],
  notices: {},
  said: {},
};

export const holdUntil = z.union([
  z.strictObject({ is: z.literal('date'), at: z.string() }),
  z.strictObject({ is: z.literal('merged'), pull: z.number() }),
  z.strictObject({ is: z.literal('check'), check: z.string() }),
]);

const keptAction = z.union([
  z.object({
    is: z.literal('vote'),
    vote: z.enum(VOTE_KINDS),
    by: z.string(),
    headSha: z.string(),
    review: z.optional(z.string()),
    paths: z.optional(z.array(z.string())),
    noIssue: z.optional(z.boolean()),
    baseRef: z.optional(z.string()),
    at: z.optional(z.string()),
  }),
  z.object({
    is: z.literal('withdraw'),
    vote: z.enum(VOTE_KINDS),
    by: z.string(),
    review: z.optional(z.string()),
    paths: z.optional(z.array(z.string())),
    at: z.optional(z.string()),
  }),
  z.object({ is: z.literal('withdraw-all'), vote: z.enum(VOTE_KINDS), at: z.optional(z.string()) }),
  z.object({
    is: z.literal('hold'),
    by: z.string(),
    reason: z.string(),
    until: z.optional(holdUntil),
    team: z.optional(z.string()),
    at: z.optional(z.string()),
  }),
  z.object({
    is: z.literal('lift-holds'),
    by: z.optional(z.string()),
    kind: z.optional(z.string()),
    at: z.optional(z.string()),
  }),
  z.object({
    is: z.literal('override'),
    check: z.string(),
    by: z.string(),
    headSha: z.string(),
    baseRef: z.string(),
    baseSha: z.string(),
    sticky: z.boolean(),
    reason: z.string(),
    from: z.array(z.enum(['status', 'run'])),
  }),
  z.object({ is: z.literal('drop-override'), check: z.string() }),
  z.object({ is: z.literal('require'), who: z.string(), by: z.string(), id: z.optional(z.string()) }),
  z.object({ is: z.literal('unrequire'), who: z.string(), by: z.optional(z.string()) }),
  z.object({ is: z.literal('waive'), what: z.literal('release-note'), by: z.string() }),
  z.object({
    is: z.literal('join-batch'),
    headSha: z.string(),
    result: z.string(),
    note: z.optional(z.string()),
    ref: z.optional(z.string()),
    baseRef: z.optional(z.string()),
  }),
  z.object({
    is: z.literal('leave-batch'),
    why: z.enum(BATCH_ENDS),
    headSha: z.string(),
    said: z.optional(z.string()),
  }),
  z.object({ is: z.literal('merge') }),
  z.object({ is: z.literal('enqueue'), headSha: z.string() }),
  z.object({ is: z.literal('dequeue') }),
  z.object({ is: z.literal('join-queue'), headSha: z.string() }),
  z.object({ is: z.literal('leave-queue'), why: z.enum(QUEUE_REMOVALS), by: z.string() }),
  z.object({ is: z.literal('arm-merge'), headSha: z.string() }),
  z.object({ is: z.literal('disarm-merge'), headSha: z.string() }),
  z.object({ is: z.literal('note-armed'), headSha: z.string() }),
  z.object({ is: z.literal('note-disarmed'), byHand: z.boolean(), by: z.string() }),
  z.object({ is: z.literal('look-anew') }),
  z.object({
    is: z.literal('pick-later'),
    target: z.string(),
    by: z.string(),
    label: z.optional(z.literal(true)),
  }),
  z.object({ is: z.literal('pick-never'), target: z.optional(z.string()), label: z.optional(z.literal(true)) }),
  z.object({ is: z.literal('cherry-pick'), target: z.string(), note: z.optional(z.string()) }),
  z.object({
    is: z.literal('observe-head'),
    headSha: z.string(),
    at: z.string(),
    comments: z.optional(z.number()),
    before: z.optional(z.string()),
  }),
  z.object({
    is: z.literal('carry-votes'),
    from: z.string(),
    to: z.string(),
    altered: z.union([z.literal('all'), z.array(z.string())]),
    at: z.optional(z.string()),
    sticky: z.optional(z.boolean()),
  }),
  z.object({
    is: z.literal('start-job'),
    job: z.string(),
    context: z.string(),
    engine: z.enum(ENGINES),
    target: z.string(),
    headSha: z.string(),
    baseRef: z.optional(z.string()),
    rerun: z.string(),
    optional: z.boolean(),
    key: z.optional(z.string()),
    ref: z.optional(z.string()),
    url: z.optional(z.string()),
    note: z.optional(z.string()),
    result: z.string(),
  }),
  z.object({ is: z.literal('cancel-job'), key: z.string() }),
  z.object({
    is: z.literal('vouch'),
    by: z.string(),
    headSha: z.string(),
    first: z.optional(z.string()),
    baseRef: z.optional(z.string()),
    at: z.optional(z.string()),
  }),
  z.object({ is: z.literal('unvouch') }),
  z.object({ is: z.literal('doubt'), headSha: z.string(), by: z.string() }),
  z.object({
    is: z.literal('note-run'),
    key: z.string(),
    engine: z.enum(ENGINES),
    run: z.string(),
    state: z.enum(JOB_STATES),
    url: z.optional(z.string()),
    summary: z.optional(z.string()),
  }),
  z.object({ is: z.literal('notice'), subject: z.string(), ref: z.string(), digest: z.optional(z.string()) }),
  z.object({ is: z.literal('no-notice'), subject: z.string() }),
  z.object({ is: z.literal('report'), check: z.string(), digest: z.string() }),
]);
type KeptAction = z.infer<typeof keptAction>;

/** Who did it and when: what an action takes from the record it stands in. */
type Frame = Pick<AuditRecord, 'at' | 'delivery' | 'actor'>;

/** Whatever came of it, it is not to be done again by itself. */
const PICKED: ReadonlySet<string> = new Set(['done', 'unchanged', 'refused']);

/** What was not started is an error of the job. */
const STARTED: ReadonlySet<string> = new Set(['done', 'unchanged', 'refused']);

/** Done on the forge, and known from then on. */
const QUEUEING: ReadonlySet<string> = new Set([
  'enqueue',
  'dequeue',
  'arm-merge',
  'disarm-merge',
  'look-anew',
  'leave-batch',
  'merge',
]);
/** What could not be begun is not begun again by itself. */
const JOINED: ReadonlySet<string> = new Set(['done', 'unchanged', 'refused']);

/** The state after `record`, which must be the next of the chain. */
export function withRecord(state: PullState, record: AuditRecord): PullState {
  const after = record.actions.reduce<PullState>((soFar, action) => {
    const kept = keptAction.safeParse(action);
    const counts =
      action.result === 'recorded' ||
      (action.is === 'notice' && action.result === 'done') ||
      (action.is === 'no-notice' && (action.result === 'done' || action.result === 'unchanged')) ||
      (action.is === 'report' && (action.result === 'done' || action.result === 'unchanged')) ||
      (action.is === 'cherry-pick' && PICKED.has(action.result)) ||
      (action.is === 'start-job' && STARTED.has(action.result)) ||
      (action.is === 'cancel-job' && action.result === 'done') ||
      (action.is === 'join-batch' && JOINED.has(action.result)) ||
      (QUEUEING.has(action.is) && (action.result === 'done' || action.result === 'unchanged'));
    if (!kept.success || !counts) return soFar;
    const queued = queuedAfter(soFar.queued, kept.data, record);
    const arming = armingAfter(soFar.arming, kept.data);
    const next = withAction(soFar, kept.data, record);
    const batching = batchingAfter(soFar.batching, kept.data);
    const isSame = queued === next.queued && arming === next.arming && batching === next.batching;
    return isSame ? next : { ...next, queued, arming, batching };
  }, state);
  const reviewersChosen = after.reviewersChosen || choosesReviewers(record);
  const refusedMerge = refusedAfter(after.refusedMerge, record);
  return {
    ...after,
    ...(refusedMerge === after.refusedMerge ? {} : { refusedMerge }),
    reviewersChosen,
    sequence: record.sequence,
    hash: record.hash,
  };
}

/** A line of the description that names reviewers speaks for all of it, even where nobody could be asked. */
function choosesReviewers({ command, source, outcome, basis, actions }: AuditRecord): boolean {
  if (command === 'cc' || command === 'uncc') return source.kind === 'description' && basis.rule !== 'usage';
  return (
    (command === 'automation:blunderbuss' || command === 'automation:blunderbuss-status' || command === 'auto-cc') &&
    outcome === 'done' &&
    actions.some(({ is }) => is === 'request-review')
  );
}

export function withRecords(state: PullState, records: readonly AuditRecord[]): PullState {
  return records.reduce(withRecord, state);
}

function withAction(state: PullState, action: KeptAction, { at, delivery, actor }: Frame): PullState {
  switch (action.is) {
    case 'vote': {
      const { vote, by, headSha, review, baseRef, paths, noIssue, at: written = at } = action;
      const login = by.toLowerCase();
      if (isTakenBack(state, { vote, by: login, at: written })) return state;
      const id = actor.login.toLowerCase() === login ? actor.id : '';
      const common = { vote, by: login, id, headSha, baseRef, at: written, delivery, stale: [], review };
      const given: Vote = {
        ...common,
        ...(paths === undefined ? {} : { paths }),
        ...(noIssue === true ? { noIssue } : {}),
      };
      const votes = withVote(state.votes, given);
      return vote === 'approve' && paths === undefined ? { ...approving(state, login), votes } : { ...state, votes };
    }
    case 'withdraw': {
      const login = action.by.toLowerCase();
      const votes = withoutVote(state.votes, { ...action, by: login });
      const declines = action.vote === 'approve' && action.review === undefined;
      const after = declines ? declining(state, login, action.paths) : state;
      // A review that was dismissed says nothing of others.
      return { ...(action.review === undefined ? takingBack(after, { ...action, by: login }) : after), votes };
    }
    case 'withdraw-all': {
      const votes = state.votes.filter(({ vote }) => vote !== action.vote);
      return { ...takingBack(state, { ...action, by: '' }), votes };
    }
    case 'hold': {
      const { reason, until, team, at: written = at } = action;
      const by = action.by.toLowerCase();
      const id = actor.login.toLowerCase() === by ? actor.id : undefined;
      const set: Hold = { by, id, reason, at: written, until, team };
      const others = state.holds.filter((each) => !isSetBy(each, by, actor) || kindOfHold(each) !== kindOfHold(set));
      return { ...state, holds: [...others, set] };
    }
    case 'lift-holds': {
      const by = action.by?.toLowerCase();
      const goes = (each: Hold): boolean =>
        (by === undefined || isSetBy(each, by, actor)) &&
        (action.kind === undefined || kindOfHold(each) === action.kind) &&
        (action.at === undefined || !isHeldSince(each, action.at));
      return { ...state, holds: state.holds.filter((each) => !goes(each)) };
    }
    case 'pick-later':
    case 'pick-never':
    case 'cherry-pick':
      return { ...state, ...withPick(state, action) };
    case 'require': {
      const { who, by, id } = action;
      const askedBy = by.toLowerCase();
      // Somebody else asks for it as well: who asked first does not take that back.
      if (state.required.some((each) => each.who === who && isAskedBy(each, askedBy, actor))) return state;
      const askedById = actor.login.toLowerCase() === askedBy ? actor.id : undefined;
      return { ...state, required: [...state.required, { who, id, askedBy, askedById, at }] };
    }
    case 'unrequire': {
      const by = action.by?.toLowerCase();
      const goes = (each: RequiredWord): boolean =>
        each.who === action.who && (by === undefined || isAskedBy(each, by, actor));
      return { ...state, required: state.required.filter((each) => !goes(each)) };
    }
    case 'waive':
      return { ...state, waived: [...new Set([...state.waived, action.what])] };
    case 'observe-head': {
      const { is: _, ...seen } = action;
      // Whoever pushes the same commit again has not been told that a check was wrong about it.
      const overrides = state.overrides.map((each) =>
        each.headSha === seen.headSha || Date.parse(each.at) > Date.parse(seen.at)
          ? each
          : { ...each, left: true as const },
      );
      return { ...state, overrides, heads: withHead(state.heads, seen).slice(-MAX_HEADS) };
    }
    case 'override': {
      const { is: _, ...said } = action;
      const others = state.overrides.filter(({ check, headSha }) => check !== said.check || headSha !== said.headSha);
      return { ...state, overrides: [...others, { ...said, by: said.by.toLowerCase(), at }].slice(-MAX_OVERRIDES) };
    }
    case 'drop-override': {
      const now = state.heads.at(-1)?.headSha;
      const others = state.overrides.filter(
        ({ check, headSha, left }) => check !== action.check || (left === true && headSha !== now),
      );
      return { ...state, overrides: others };
    }
    case 'join-batch':
    case 'leave-batch':
    case 'merge':
    case 'enqueue':
    case 'dequeue':
    case 'join-queue':
    case 'leave-queue':
    case 'arm-merge':
    case 'disarm-merge':
    case 'note-armed':
    case 'note-disarmed':
    case 'look-anew':
      return state;
    case 'carry-votes':
      return { ...state, votes: state.votes.flatMap((each) => carried(each, action)) };
    case 'no-notice':
      return {
        ...state,
        notices: without(state.notices, action.subject),
        said: without(state.said, action.subject),
      };
    case 'start-job':
      return { ...state, runs: withStart(state.runs, action, { by: actor.login, at }) };
    case 'cancel-job':
      return { ...state, runs: withCancelled(state.runs, action.key) };
    case 'vouch': {
      const { by, headSha, first = headSha, baseRef, at: said } = action;
      const where = { ...(baseRef === undefined ? {} : { baseRef }), ...(said === undefined ? {} : { at: said }) };
      return { ...state, vouching: { ...state.vouching, vouch: { by: by.toLowerCase(), headSha, first, ...where } } };
    }
    case 'unvouch': {
      const { vouch: _, ...rest } = state.vouching;
      return { ...state, vouching: rest };
    }
    case 'doubt': {
      const others = state.vouching.doubted.filter((each) => each !== action.headSha);
      return { ...state, vouching: { ...state.vouching, doubted: [...others, action.headSha].slice(-MAX_HEADS) } };
    }
    case 'note-run':
      return { ...state, runs: withResult(state.runs, action) };
    case 'report':
      return { ...state, said: { ...state.said, [checkSubject(action.check)]: action.digest } };
    default:
      return {
        ...state,
        notices: { ...state.notices, [action.subject]: action.ref },
        said: { ...state.said, [action.subject]: action.digest ?? '' },
      };
  }
}

function without(map: Readonly<Record<string, string>>, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).filter(([each]) => each !== key));
}

/** Whether a vote was written before it was taken back. */
export function isTakenBack(
  { takenBack }: Pick<PullState, 'takenBack'>,
  { vote, by, at }: { readonly vote: VoteKind; readonly by: string; readonly at: string },
): boolean {
  return takenBack.some(
    (each) => each.vote === vote && (each.by === by || each.by === '') && Date.parse(each.at) > Date.parse(at),
  );
}

/** Records of which nobody knows when they were written tell nothing of what comes late. */
function takingBack(
  state: PullState,
  { vote, by, at }: Omit<TakenBack, 'at'> & { readonly at?: string | undefined },
): PullState {
  if (
    at === undefined ||
    isTakenBack({ takenBack: state.takenBack.filter((each) => each.by === by) }, { vote, by, at })
  ) {
    return state;
  }
  const others = state.takenBack.filter((each) => each.vote !== vote || each.by !== by);
  return { ...state, takenBack: [...others, { vote, by, at }] };
}

/**
 * What was taken out stays out until a person says so anew, or, where a person did not take it out, until another head is
 * there.
 */
function queuedAfter(before: Queueing | undefined, action: KeptAction, { at }: Frame): Queueing | undefined {
  switch (action.is) {
    case 'enqueue':
      return { is: 'waiting', by: 'us', headSha: action.headSha };
    case 'join-queue':
      return { is: 'waiting', by: 'person', headSha: action.headSha };
    case 'dequeue':
      return undefined;
    case 'leave-queue':
      return before?.is === 'waiting' ? { is: 'removed', why: action.why, by: action.by, at } : before;
    case 'vote':
    case 'lift-holds':
    case 'look-anew':
      return before?.is === 'removed' ? undefined : before;
    case 'observe-head':
      if (before?.is === 'waiting') return before.headSha === action.headSha ? before : undefined;
      return before?.why === 'person' ? before : undefined;
    default:
      return before;
  }
}

/** Whatever took it out, a push or somebody's word puts it in again; a head that moved is for its next look to take out. */
function batchingAfter(before: Batching | undefined, action: KeptAction): Batching | undefined {
  switch (action.is) {
    case 'join-batch':
      return action.result === 'refused'
        ? { is: 'left', why: 'timeout', headSha: action.headSha, said: action.note ?? '' }
        : { is: 'in', sha: action.ref, baseRef: action.baseRef };
    case 'leave-batch': {
      const { why, headSha, said = '' } = action;
      return why === 'checks' || why === 'timeout' ? { is: 'left', why, headSha, said } : undefined;
    }
    case 'merge':
      return undefined;
    case 'vote':
    case 'lift-holds':
    case 'look-anew':
      return before?.is === 'left' ? undefined : before;
    case 'observe-head':
      return before?.is === 'left' && before.headSha !== action.headSha ? undefined : before;
    default:
      return before;
  }
}

/** A push turns it off only where GitHub says so; what somebody turned off stays off until somebody says so anew. */
function armingAfter(before: Arming | undefined, action: KeptAction): Arming | undefined {
  switch (action.is) {
    case 'arm-merge':
      return { is: 'on', by: 'us', headSha: action.headSha };
    case 'disarm-merge':
      return { is: 'ended', headSha: action.headSha };
    case 'note-armed': {
      const again = before?.is === 'ended' && before.headSha === action.headSha;
      return { is: 'on', by: 'other', headSha: action.headSha, ...(again ? { again } : {}) };
    }
    case 'note-disarmed':
      return action.byHand && before?.is === 'on' && before.by === 'us' ? { is: 'declined', by: action.by } : undefined;
    case 'vote':
    case 'lift-holds':
    case 'look-anew':
      return before?.is === 'declined' ? undefined : before;
    default:
      return before;
  }
}

/** Of the last try alone. */
function refusedAfter(before: RefusedMerge | undefined, { actions }: AuditRecord): RefusedMerge | undefined {
  const tried = actions.findLast(({ is }) => is === 'merge');
  if (tried === undefined) return before;
  const { result, headSha, note = '' } = tried;
  return result === 'refused' && typeof headSha === 'string' ? { headSha, note } : undefined;
}

/** Whoever approves all takes nothing back any more. */
function approving(state: PullState, login: string): PullState {
  return {
    ...state,
    declined: state.declined.filter((each) => each !== login),
    declinedPaths: state.declinedPaths.filter(({ by }) => by !== login),
  };
}

/** What is taken back piece by piece is, after so many pieces, taken back as a whole. */
function declining(state: PullState, login: string, paths: readonly string[] | undefined): PullState {
  const before = state.declinedPaths.find(({ by }) => by === login)?.paths ?? [];
  const others = state.declinedPaths.filter(({ by }) => by !== login);
  const all = [...new Set([...before, ...(paths ?? [])])];
  if (paths === undefined || all.length > 2 * MAX_GLOBS) {
    return { ...state, declined: [...new Set([...state.declined, login])], declinedPaths: others };
  }
  return { ...state, declinedPaths: [...others, { by: login, paths: all }] };
}

/** A login that was given up and taken by somebody else neither replaces nor lifts what was set under it before. */
function isSetBy(hold: Hold, by: string, actor: Frame['actor']): boolean {
  return hold.by === by && isOf(hold.id, by, actor);
}

function isAskedBy({ askedBy, askedById }: RequiredWord, by: string, actor: Frame['actor']): boolean {
  return askedBy === by && isOf(askedById, by, actor);
}

function isOf(id: string | undefined, login: string, actor: Frame['actor']): boolean {
  return actor.login.toLowerCase() !== login || id === undefined || id === actor.id;
}

/** Under which it is kept what a check says, beside the living comments: no subject of those has a blank. */
export function checkSubject(check: string): string {
  return `check ${check}`;
}

/**
 * In its place by time, since deliveries of two pushes may come in either order. A head stays one as long as nothing says
 * that it was another one in between, and began when it was told of first.
 */
function withHead(heads: readonly HeadSeen[], seen: HeadSeen): readonly HeadSeen[] {
  const place = heads.findLastIndex((each) => !isLater(each, seen)) + 1;
  const [earlier, later] = [heads[place - 1], heads[place]];
  if (earlier !== undefined && isSameHead(earlier, seen)) return heads;
  const rest = heads.slice(later !== undefined && isSameHead(seen, later) ? place + 1 : place);
  return [...heads.slice(0, place), seen, ...rest];
}

function isSameHead(earlier: HeadSeen, later: HeadSeen): boolean {
  if (earlier.headSha !== later.headSha) return false;
  return later.before === undefined || (earlier.at === later.at && earlier.before === later.before);
}

function isLater(one: HeadSeen, other: HeadSeen): boolean {
  const apart = Date.parse(one.at) - Date.parse(other.at);
  return apart > 0 || (apart === 0 && (one.comments ?? 0) > (other.comments ?? Number.POSITIVE_INFINITY));
}

type PickAction = Extract<KeptAction, { is: 'pick-later' | 'pick-never' | 'cherry-pick' }>;

/** The same branch asked for again stays the request of whoever asked first. */
function withPick({ picks, picked }: PullState, action: PickAction): Pick<PullState, 'picks' | 'picked'> {
  switch (action.is) {
    case 'pick-later': {
      const { is: _, ...request } = action;
      const known = picks.some(({ target }) => target === action.target);
      return { picks: known ? picks : [...picks, request].slice(0, MAX_PICKS), picked };
    }
    case 'pick-never': {
      const goes = ({ target, label }: PickRequest): boolean =>
        (action.target === undefined || action.target === target) && (action.label === undefined || label === true);
      return { picks: picks.filter((each) => !goes(each)), picked };
    }
    default: {
      const { target, note = '' } = action;
      const others = picked.filter((each) => each.target !== target);
      return {
        picks: picks.filter((each) => each.target !== target),
        picked: [...others, { target, note }].slice(-MAX_PICKS),
      };
    }
  }
}
