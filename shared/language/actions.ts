/** What shall be so. An action names an end, never a step: done twice, it changes nothing. */
import type { BatchEnd } from './batches.ts';
import type { Description, Hold, HoldUntil, MergeMethod, Milestone, VoteKind } from './facts.ts';
import type { Freezing } from './freezes.ts';
import { kindOfHold } from './holds.ts';
import type { EngineId, JobResult, JobStart } from './jobs.ts';
import type { QueueRemoval } from './merge-queue.ts';
import type { Override } from './overrides.ts';
import { shortened } from './text.ts';

/** What every forge shows of a status: GitHub takes no more, https://docs.github.com/en/rest/commits/statuses */
export const MAX_STATUS_CHARS = 140;

export type ForgeAction =
  | { readonly is: 'add-label'; readonly label: string }
  /** Several at once, for what costs a request each otherwise. */
  | { readonly is: 'add-labels'; readonly labels: readonly string[] }
  | { readonly is: 'remove-label'; readonly label: string }
  | { readonly is: 'assign'; readonly logins: readonly string[] }
  | { readonly is: 'unassign'; readonly logins: readonly string[] }
  /** Logins, and teams as `org/team`. */
  | { readonly is: 'request-review'; readonly reviewers: readonly string[] }
  | { readonly is: 'unrequest-review'; readonly reviewers: readonly string[] }
  | { readonly is: 'close'; readonly reason: CloseReason }
  | { readonly is: 'reopen' }
  /** `was`: what the engine adds, for whoever takes it back. */
  | { readonly is: 'retitle'; readonly title: string; readonly was?: string }
  /** It is in this milestone of the repository; left out, in none. */
  | { readonly is: 'set-milestone'; readonly milestone?: Milestone }
  /** The one living comment about a subject says this. `quiet`: only where it stands already. */
  | { readonly is: 'notice'; readonly subject: string; readonly text: string; readonly quiet: boolean }
  /** There is no living comment about it. */
  | { readonly is: 'no-notice'; readonly subject: string }
  /** The description says this. `was`: the digest of what was read; nothing is done where it says something else by now. */
  | { readonly is: 'describe'; readonly text: string; readonly was: string }
  /** It is among the pinned issues of the repository; it is not. */
  | { readonly is: 'pin-issue' }
  | { readonly is: 'unpin-issue' }
  /** The issue is in another repository of the same owner. */
  | { readonly is: 'transfer-issue'; readonly repository: string }
  | ({
      readonly is: 'merge';
      readonly headSha: string;
      readonly method: MergeMethod;
      /** The commit in which it was tested together with what the base has, where its own head does not have that. */
      readonly batch?: string;
    } & CommitMessage)
  /** It is in the merge queue of its base branch, with this head. */
  | { readonly is: 'enqueue'; readonly headSha: string }
  /** It is in no merge queue. */
  | { readonly is: 'dequeue' }
  /** The forge merges it by itself once its own conditions are met, in this way, and only this head. */
  | ({ readonly is: 'arm-merge'; readonly headSha: string; readonly method: MergeMethod } & CommitMessage)
  /** It does not. `headSha`: the head at which that was decided. */
  | { readonly is: 'disarm-merge'; readonly headSha: string }
  /** There is a pull request of this merged one onto the branch, asked for by somebody, with these labels. */
  | { readonly is: 'cherry-pick'; readonly target: string; readonly by: string; readonly labels: readonly string[] }
  /** The branch is gone, if it ended at this commit. */
  | { readonly is: 'delete-branch'; readonly branch: string; readonly headSha: string }
  /** The head has all that its base has, by a merge of the base on top of this commit. */
  | { readonly is: 'update-branch'; readonly headSha: string }
  /** The commit status of this context on the commit is this. */
  | ({ readonly is: 'set-status' } & StatusOf)
  /** The run of a workflow for this commit has been attempted once more than that often, at least what failed of it. */
  | {
      readonly is: 'rerun-workflow';
      readonly run: string;
      readonly name: string;
      readonly headSha: string;
      readonly attempt: number;
      readonly only: 'failed' | 'all';
    }
  /** No run of a workflow for this commit waits any more until somebody lets it run. */
  | { readonly is: 'approve-workflows'; readonly headSha: string }
  /** The check of this name on the commit says this, line by line. */
  | {
      readonly is: 'report';
      readonly check: string;
      readonly headSha: string;
      /** `pending`: there is none yet. */
      readonly conclusion: 'success' | 'failure' | 'neutral' | 'pending';
      readonly title: string;
      /** Markdown. */
      readonly text: string;
      readonly annotations: readonly Annotation[];
    };

/** What an issue is closed as; a pull request is just closed. */
export type CloseReason = 'completed' | 'not-planned' | 'duplicate';

/** What the merge commit says, as templates over the pull request: see `filledIn`. What is left out the forge words. */
export type CommitMessage = { readonly title?: string; readonly body?: string };

/** What a commit status says, on one commit. */
export type StatusOf = {
  readonly context: string;
  readonly headSha: string;
  readonly state: 'success' | 'failure' | 'error' | 'pending';
  /** Plain text: see {@link shortened}. */
  readonly description: string;
  /** Where more is to be seen; http or https. */
  readonly url?: string;
};

/** A remark on a line of a changed file. */
export type Annotation = {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly level: 'failure' | 'warning';
  /** A sentence. */
  readonly message: string;
};

/** What else was so when a commit became the head, where the forge tells it. */
export type HeadContext = {
  /** How many comments there were. */
  readonly comments?: number | undefined;
  /** Which commit it was until then; empty where nobody knows. */
  readonly before?: string | undefined;
};

/** What only Bowsprit keeps: done by being recorded. */
export type RecordedAction =
  | {
      readonly is: 'vote';
      readonly vote: VoteKind;
      readonly by: string;
      readonly headSha: string;
      readonly review?: string;
      /** Of an approval: for what these patterns match alone. */
      readonly paths?: readonly string[];
      /** Of an approval: no issue is needed. */
      readonly noIssue?: boolean;
      /** The engine adds the base branch, and when it was written. */
      readonly baseRef?: string;
      readonly at?: string;
    }
  /** `review`: only the vote that this review gave. `paths`: only for what these patterns match. */
  | {
      readonly is: 'withdraw';
      readonly vote: VoteKind;
      readonly by: string;
      readonly review?: string;
      readonly paths?: readonly string[];
      /** The engine adds when it was written, here and below. */
      readonly at?: string;
    }
  | { readonly is: 'withdraw-all'; readonly vote: VoteKind; readonly at?: string }
  | {
      readonly is: 'hold';
      readonly by: string;
      readonly reason: string;
      readonly until?: HoldUntil;
      readonly team?: string;
      readonly at?: string;
    }
  /** `by`: only those of that person, everybody's where it is left out; `kind`: only that one of theirs. */
  | {
      readonly is: 'lift-holds';
      readonly by?: string;
      readonly kind?: string;
      readonly because?: string;
      /** What was held later stays so. */
      readonly at?: string;
    }
  /** The check need not be green at this head; `from`: what is set on the forge because of it. */
  | ({ readonly is: 'override' } & Omit<Override, 'at'>)
  /** It has to be, again. */
  | { readonly is: 'drop-override'; readonly check: string; readonly by: string }
  /** Nothing is merged into these branches: see `freezesOn`. */
  | ({ readonly is: 'freeze'; readonly at?: string } & Freezing)
  /** `branch`: as it was frozen. */
  | { readonly is: 'unfreeze'; readonly branch: string }
  /** `until`: ISO 8601; left out: until they say that they are back. */
  | { readonly is: 'away'; readonly by: string; readonly until?: string; readonly reason: string }
  | { readonly is: 'back'; readonly by: string }
  /** To be picked onto the branch once it is merged; `label`: because a label says so. */
  | { readonly is: 'pick-later'; readonly target: string; readonly by: string; readonly label?: true }
  /** Not to be picked after all; onto no branch where none is named. `label`: only what a label asked for. */
  | { readonly is: 'pick-never'; readonly target?: string; readonly label?: true }
  | { readonly is: 'require'; readonly who: string; readonly by: string; readonly id?: string }
  /** `by`: who asked; left out: whoever did. */
  | { readonly is: 'unrequire'; readonly who: string; readonly by?: string }
  /** What this record of theirs tells of was taken back; by its id. */
  | { readonly is: 'undone'; readonly record: string }
  /** Somebody who may said that it needs none. */
  | { readonly is: 'waive'; readonly what: 'release-note'; readonly by: string }
  /** Somebody put it in the merge queue. */
  | { readonly is: 'join-queue'; readonly headSha: string }
  /** The forge, or somebody, took it out. */
  | { readonly is: 'leave-queue'; readonly why: QueueRemoval; readonly by: string }
  /** Somebody else than Bowsprit turned the forge's auto-merge on. */
  | { readonly is: 'note-armed'; readonly headSha: string }
  /** It was turned off; `byHand`: by somebody who meant it. */
  | { readonly is: 'note-disarmed'; readonly byHand: boolean; readonly by: string }
  /** `at`: when the forge says it became the head; ISO 8601. */
  | ({ readonly is: 'observe-head'; readonly headSha: string; readonly at: string } & HeadContext)
  /** Votes for `from` speak for `to` as well, except about `altered`; an lgtm with anything altered is withdrawn. */
  | {
      readonly is: 'carry-votes';
      readonly from: string;
      readonly to: string;
      readonly altered: readonly string[] | 'all';
      /** When `to` became the head: what was written before was not about it; ISO 8601. */
      readonly at?: string;
      /** An lgtm stays all the same. */
      readonly sticky?: boolean;
    }
  /** Somebody lets jobs run for this commit; `first`: for which one they said so, where a push has carried it on. */
  | {
      readonly is: 'vouch';
      readonly by: string;
      readonly headSha: string;
      readonly first?: string;
      /** The engine adds into which branch it would go, and when that was said. */
      readonly baseRef?: string;
      readonly at?: string;
    }
  /** Nobody vouches for it any more. */
  | { readonly is: 'unvouch' }
  /** Somebody pushed this commit who is not trusted. */
  | { readonly is: 'doubt'; readonly headSha: string; readonly by: string }
  /** What came of a job that was started. */
  | ({ readonly is: 'note-run' } & JobResult);

/** What Bowsprit does itself, neither on the forge nor by recording it. Repeated, it changes nothing. */
export type EngineAction =
  /** Pull requests that could be merged are looked at again, as if something had happened to them. */
  | {
      readonly is: 'look-again';
      /** Into these branches, of which one may end in `*`; into all. */
      readonly branches: readonly string[] | 'all';
      /** What of the repository is remembered no longer. */
      readonly forget: readonly ('blockers' | 'turn')[];
      /** Only in a repository in which something was put in a merge queue lately. */
      readonly whereQueued?: true;
    }
  /** Everything that follows from what is so on this pull request is looked at anew, in its turn. */
  | { readonly is: 'look-anew' }
  /** It is tested on top of its base and of all who are in the batch of that before it. */
  | { readonly is: 'join-batch'; readonly headSha: string; readonly most: number; readonly baseRef: string }
  /** It is in no batch, and nobody is tested on top of it. `said`: what failed there, as a sentence; `baseRef`: of another base than its own. */
  | {
      readonly is: 'leave-batch';
      readonly why: BatchEnd;
      readonly headSha: string;
      readonly said?: string;
      readonly baseRef?: string;
    };

/** What an engine does: see `pipelines/engine.ts`. */
export type JobAction =
  /** The job runs, or has run, for this commit; where the head is another one by then, nothing is started. */
  | ({
      readonly is: 'start-job';
      /** The engine adds what names this start for good. */
      readonly key?: string;
    } & JobStart)
  /** The run does not go on. */
  | {
      readonly is: 'cancel-job';
      readonly job: string;
      readonly engine: EngineId;
      readonly target: string;
      readonly headSha: string;
      readonly key: string;
      readonly run: string;
      /** The status that waits for it; left out where another start says what it shows. */
      readonly context?: string;
      /** The line that starts it again. */
      readonly rerun?: string;
    };

export type AnswerAction =
  /** A sentence in the one reply to the comment. */
  | { readonly is: 'reply'; readonly text: string }
  /** The command does nothing, and the actor is told why and what to do instead. */
  | { readonly is: 'refuse'; readonly reason: string };

type CancelJob = Extract<JobAction, { readonly is: 'cancel-job' }>;

export type Action = ForgeAction | RecordedAction | EngineAction | JobAction | AnswerAction;
export type ActionName = Action['is'];

export const addLabel = (label: string): Action => ({ is: 'add-label', label });
export const addLabels = (labels: readonly string[]): Action => ({ is: 'add-labels', labels });
export const removeLabel = (label: string): Action => ({ is: 'remove-label', label });
export const assign = (logins: readonly string[]): Action => ({ is: 'assign', logins });
export const unassign = (logins: readonly string[]): Action => ({ is: 'unassign', logins });
export const requestReview = (reviewers: readonly string[]): Action => ({ is: 'request-review', reviewers });
export const unrequestReview = (reviewers: readonly string[]): Action => ({ is: 'unrequest-review', reviewers });
export const close = (reason: CloseReason): Action => ({ is: 'close', reason });
export const reopen = (): Action => ({ is: 'reopen' });
export const retitle = (title: string): Action => ({ is: 'retitle', title });
export const setMilestone = (milestone?: Milestone): Action => ({
  is: 'set-milestone',
  ...(milestone === undefined ? {} : { milestone }),
});
/** Creates the living comment about `subject`, or edits it where it stands. */
export const notice = (subject: string, text: string): Action => ({ is: 'notice', subject, text, quiet: false });
/** Edits the living comment where it stands and creates none: nobody must act. */
export const quietNotice = (subject: string, text: string): Action => ({ is: 'notice', subject, text, quiet: true });
/** For what nobody needs to read any more; where it is to be seen later what was said, {@link quietNotice} edits it instead. */
export const noNotice = (subject: string): Action => ({ is: 'no-notice', subject });
export const describe = (text: string, { digest }: Pick<Description, 'digest'>): Action => ({
  is: 'describe',
  text,
  was: digest,
});
export const pinIssue = (): Action => ({ is: 'pin-issue' });
export const unpinIssue = (): Action => ({ is: 'unpin-issue' });
export const transferIssue = (repository: string): Action => ({ is: 'transfer-issue', repository });
export const undone = (record: string): Action => ({ is: 'undone', record });
export const waive = (what: 'release-note', by: string): Action => ({ is: 'waive', what, by });
export const merge = (headSha: string, method: MergeMethod, message: CommitMessage = {}): Action => ({
  is: 'merge',
  headSha,
  method,
  ...message,
});
export const mergeAsTested = (
  headSha: string,
  method: MergeMethod,
  message: CommitMessage | undefined,
  batch: string,
): Action => ({ is: 'merge', headSha, method, ...message, batch });
export const joinBatch = (headSha: string, most: number, baseRef: string): Action => ({
  is: 'join-batch',
  headSha,
  most,
  baseRef,
});
export const leaveBatch = (
  why: BatchEnd,
  headSha: string,
  { said, baseRef }: { readonly said?: string | undefined; readonly baseRef?: string | undefined } = {},
): Action => ({
  is: 'leave-batch',
  why,
  headSha,
  ...(said === undefined ? {} : { said }),
  ...(baseRef === undefined ? {} : { baseRef }),
});
export const enqueue = (headSha: string): Action => ({ is: 'enqueue', headSha });
export const dequeue = (): Action => ({ is: 'dequeue' });
export const joinQueue = (headSha: string): Action => ({ is: 'join-queue', headSha });
export const leaveQueue = (why: QueueRemoval, by: string): Action => ({ is: 'leave-queue', why, by });
export const armMerge = (headSha: string, method: MergeMethod, message: CommitMessage = {}): Action => ({
  is: 'arm-merge',
  headSha,
  method,
  ...message,
});
export const disarmMerge = (headSha: string): Action => ({ is: 'disarm-merge', headSha });
export const noteArmed = (headSha: string): Action => ({ is: 'note-armed', headSha });
export const noteDisarmed = (byHand: boolean, by: string): Action => ({ is: 'note-disarmed', byHand, by });
export const cherryPick = (target: string, by: string, labels: readonly string[]): Action => ({
  is: 'cherry-pick',
  target,
  by,
  labels,
});
export const pickLater = (target: string, by: string, from?: 'label'): Action => ({
  is: 'pick-later',
  target,
  by,
  ...(from === undefined ? {} : { label: true }),
});
export const pickNever = (target?: string, from?: 'label'): Action => ({
  is: 'pick-never',
  ...(target === undefined ? {} : { target }),
  ...(from === undefined ? {} : { label: true }),
});
export const deleteBranch = (branch: string, headSha: string): Action => ({ is: 'delete-branch', branch, headSha });
export const updateBranch = (headSha: string): Action => ({ is: 'update-branch', headSha });
export const vote = (kind: VoteKind, by: string, headSha: string, review?: string): Action => ({
  is: 'vote',
  vote: kind,
  by,
  headSha,
  ...(review === undefined ? {} : { review }),
});
export const withdraw = (kind: VoteKind, by: string, review?: string): Action => ({
  is: 'withdraw',
  vote: kind,
  by,
  ...(review === undefined ? {} : { review }),
});
/** Consent to what the patterns match, or to all that its giver owns where there are none. */
export const consent = (
  by: string,
  headSha: string,
  { paths, noIssue = false }: { readonly paths?: readonly string[] | undefined; readonly noIssue?: boolean } = {},
): Action => ({
  is: 'vote',
  vote: 'approve',
  by,
  headSha,
  ...(paths === undefined ? {} : { paths }),
  ...(noIssue ? { noIssue } : {}),
});
export const withdrawConsent = (by: string, paths?: readonly string[]): Action => ({
  is: 'withdraw',
  vote: 'approve',
  by,
  ...(paths === undefined ? {} : { paths }),
});
export const withdrawAll = (kind: VoteKind): Action => ({ is: 'withdraw-all', vote: kind });
export const hold = (by: string, reason: string, { until, team }: Pick<Hold, 'until' | 'team'> = {}): Action => ({
  is: 'hold',
  by,
  reason,
  ...(until === undefined ? {} : { until }),
  ...(team === undefined ? {} : { team }),
});
export const liftHolds = (by?: string): Action => ({ is: 'lift-holds', ...(by === undefined ? {} : { by }) });
/** `because`: what lifted it, where nobody did. */
export const liftHold = (one: Hold, because?: string): Action => ({
  is: 'lift-holds',
  by: one.by,
  kind: kindOfHold(one),
  ...(because === undefined ? {} : { because }),
});
export const override = (what: Omit<Override, 'at'>): Action => ({ is: 'override', ...what });
export const dropOverride = (check: string, by: string): Action => ({ is: 'drop-override', check, by });
export const freeze = (what: Freezing): Action => ({ is: 'freeze', ...what });
export const unfreeze = (branch: string): Action => ({ is: 'unfreeze', branch });
export const away = (by: string, until: string | undefined, reason: string): Action => ({
  is: 'away',
  by,
  ...(until === undefined ? {} : { until }),
  reason,
});
export const back = (by: string): Action => ({ is: 'back', by });
export const requireWord = (who: string, by: string, id?: string): Action => ({
  is: 'require',
  who,
  by,
  ...(id === undefined ? {} : { id }),
});
export const unrequire = (who: string, by?: string): Action => ({
  is: 'unrequire',
  who,
  ...(by === undefined ? {} : { by }),
});
export const observeHead = (headSha: string, at: string, { comments, before }: HeadContext = {}): Action => ({
  is: 'observe-head',
  headSha,
  at,
  ...(comments === undefined ? {} : { comments }),
  ...(before === undefined ? {} : { before }),
});
export const carryVotes = (
  from: string,
  to: string,
  altered: readonly string[] | 'all',
  at?: string,
  sticky = false,
): Action => ({
  is: 'carry-votes',
  from,
  to,
  altered,
  ...(at === undefined ? {} : { at }),
  ...(sticky ? { sticky } : {}),
});
export const report = (of: Omit<Extract<ForgeAction, { readonly is: 'report' }>, 'is'>): Action => ({
  is: 'report',
  ...of,
});
/** What is too long for a description is cut where it ends; whoever words it puts first what matters. */
export const setStatus = ({ description, url, ...of }: StatusOf): Action => ({
  is: 'set-status',
  ...of,
  description: shortened(description, MAX_STATUS_CHARS),
  ...(url === undefined ? {} : { url }),
});
export const lookAgain = (
  branches: readonly string[] | 'all',
  forget: Extract<EngineAction, { readonly is: 'look-again' }>['forget'] = [],
): Action => ({ is: 'look-again', branches, forget });
/** What waits in a merge queue of these branches. */
export const lookAtQueued = (branches: readonly string[]): Action => ({
  is: 'look-again',
  branches,
  forget: [],
  whereQueued: true,
});
export const startJob = (what: JobStart): Action => ({ is: 'start-job', ...what });
export const cancelJob = (of: Omit<CancelJob, 'is'>): Action => {
  const { job, engine, target, headSha, key, run, context, rerun } = of;
  return {
    is: 'cancel-job',
    job,
    engine,
    target,
    headSha,
    key,
    run,
    ...(context === undefined ? {} : { context }),
    ...(rerun === undefined ? {} : { rerun }),
  };
};
export const vouchFor = (by: string, headSha: string, first?: string): Action => ({
  is: 'vouch',
  by,
  headSha,
  ...(first === undefined ? {} : { first }),
});
export const unvouch = (): Action => ({ is: 'unvouch' });
export const doubt = (headSha: string, by: string): Action => ({ is: 'doubt', headSha, by });
export const rerunWorkflow = (of: Omit<Extract<ForgeAction, { readonly is: 'rerun-workflow' }>, 'is'>): Action => ({
  is: 'rerun-workflow',
  ...of,
});
export const approveWorkflows = (headSha: string): Action => ({ is: 'approve-workflows', headSha });
export const noteRun = (result: JobResult): Action => ({ is: 'note-run', ...result });
export const lookAnew = (): Action => ({ is: 'look-anew' });
export const reply = (text: string): Action => ({ is: 'reply', text });
export const refuse = (reason: string): Action => ({ is: 'refuse', reason });

const RECORDED: ReadonlySet<ActionName> = new Set([
  'vote',
  'withdraw',
  'withdraw-all',
  'hold',
  'lift-holds',
  'require',
  'unrequire',
  'waive',
  'undone',
  'join-queue',
  'leave-queue',
  'note-armed',
  'note-disarmed',
  'override',
  'drop-override',
  'freeze',
  'unfreeze',
  'away',
  'back',
  'pick-later',
  'pick-never',
  'observe-head',
  'carry-votes',
  'note-run',
  'vouch',
  'unvouch',
  'doubt',
] satisfies RecordedAction['is'][]);

export function isRecorded(action: Action): action is RecordedAction {
  return RECORDED.has(action.is);
}

const ENGINE: ReadonlySet<ActionName> = new Set([
  'look-again',
  'look-anew',
  'join-batch',
  'leave-batch',
] satisfies EngineAction['is'][]);

export function isEngine(action: Action): action is EngineAction {
  return ENGINE.has(action.is);
}

export function isJob(action: Action): action is JobAction {
  return action.is === 'start-job' || action.is === 'cancel-job';
}

export function isAnswer(action: Action): action is AnswerAction {
  return action.is === 'reply' || action.is === 'refuse';
}

/** What came of an action. `refused`: the forge would not, for the reason given; nothing was changed. */
export type ActionResult = {
  readonly result: 'done' | 'unchanged' | 'recorded' | 'refused' | 'superseded';
  /** A sentence for people: who could not be assigned, why the forge would not merge. */
  readonly note?: string | undefined;
  /** The forge's id of what was made: a comment, a merge commit. */
  readonly ref?: string | undefined;
  /** Where people see it; http or https. */
  readonly url?: string | undefined;
  /** What was made is a pull request of its own, and held for this reason. */
  readonly held?: string | undefined;
};
