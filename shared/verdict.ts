/** From a rule and what it may know to actions, or to a refusal that says which rule, who could, and what next. Pure. */
import {
  code,
  inForce,
  inWords,
  knownFromNow,
  listed,
  permits,
  pullsOnly,
  refuse,
  waitsFor,
  type Action,
  type AnyAutomation,
  type AnyCommand,
  type AnySeen,
  type AnySweep,
  type Requirement,
  type Sight,
  type Standing,
  type Unknown,
} from './language/index.ts';

export type Outcome = 'done' | 'refused';
export type Verdict = { readonly outcome: Outcome; readonly reason: string; readonly actions: readonly Action[] };

export type ParsedArgs = Readonly<Record<string, boolean | string | readonly string[]>>;

/** People named in a refusal. */
const MAX_NAMED = 5;

export function flagsOf(args: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set(Object.keys(args).filter((name) => args[name] === true));
}

/** May they? Asks for no more than decides it. */
export function permission(
  { allow }: Pick<AnyCommand, 'allow'>,
  flags: ReadonlySet<string>,
  standing: Standing,
): boolean | Unknown {
  return permits(allow, standing, flags);
}

export function commandVerdict(command: AnyCommand, args: ParsedArgs, seen: AnySeen): Verdict {
  return ofActions(command.decide({ ...seen, args }));
}

export function ruleVerdict(rule: AnyAutomation | AnySweep, seen: AnySeen): Verdict {
  return ofActions(rule.decide(seen));
}

function ofActions(actions: readonly Action[]): Verdict {
  const refusals = actions.flatMap((action) => (action.is === 'refuse' ? [action.reason] : []));
  if (refusals.length > 0) {
    return { outcome: 'refused', reason: refusals.join(' '), actions: refusals.map((reason) => refuse(reason)) };
  }
  return { outcome: 'done', reason: whatIsDone(actions), actions };
}

/** Why a command does nothing here, where it is for the other kind; undefined where it may go on. */
export function misplaced(command: AnyCommand, kind: 'pull' | 'issue'): Verdict | undefined {
  const name = code(`/${command.name}`);
  if (kind === 'issue' && pullsOnly(command)) return refusal(`${name} is for pull requests; this is an issue.`);
  if (kind === 'pull' && command.issuesOnly === true) return refusal(`${name} is for issues; this is a pull request.`);
  return undefined;
}

/** What takes longer from being written to being looked at was missed in between. */
const LATE_MS = 10 * 60_000;

/**
 * The head is not the one its author could see, or nobody can say whether it is (law 9). `told`: a delivery has told of it
 * before. `written` and `now`, ISO 8601: whoever was missed is told so. `inThread`: about a line, where every answer names the same commit.
 */
export function headNotSeen(
  command: AnyCommand,
  { sha, sight }: { readonly sha: string; readonly sight: Sight },
  {
    written,
    now,
    told,
    inThread,
  }: { readonly written: string; readonly now: string; readonly told: boolean; readonly inThread?: boolean },
): Verdict {
  const name = code(`/${command.name}`);
  const head = code(sha.slice(0, 7));
  const where =
    inThread === true ? ', outside of this thread: what is said in it is about the commit that it began with' : '';
  const { actions, ...refused } = refusal(
    sight === 'retargeted'
      ? `This goes into another branch since ${name} was written, so it may be about another change. Look at what it would put there now and comment ${name} again.`
      : sight === 'same-moment'
        ? `${head} was pushed at the moment ${name} was written, so it may be about another change. Look at it and comment ${name} again.`
        : sight === 'unknown'
          ? `Nothing tells whether ${head} was the head already when ${name} was written, so it may be about another change. Look at it and comment ${name} again.`
          : `${meanwhile(name, written, now)}, so it may be about another change. The head is now ${head}: look at it and comment ${name} again${where}.`,
  );
  const since = Date.parse(now) > Date.parse(written) ? now : written;
  return { ...refused, actions: [...actions, ...knownFromNow(sha, { sight, told, now: since })] };
}

function meanwhile(name: string, written: string, now: string): string {
  const late = Date.parse(now) - Date.parse(written) > LATE_MS;
  return late
    ? `${name} came late: it was written at ${clockTime(written, now)} and arrived at ${clockTime(now, now)} (UTC). Meanwhile new commits were pushed`
    : `New commits were pushed before ${name} could be applied`;
}

/** It comes after a word of the same person, or of the author, that was written later. */
export function takenBackSince({ name }: AnyCommand): Verdict {
  const written = code(`/${name}`);
  return refusal(`${written} came late: it was taken back since it was written. To say it again, comment ${written}.`);
}

/** `10:04`, with its day where that is another one. */
function clockTime(at: string, now: string): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const today = new Date(now).toISOString().startsWith(day);
  return `${today ? '' : `${day} `}${time.slice(0, 5)}`;
}

/** `written`: the name on the line, with its slash. `where`: the place in the settings that says who may. */
type Whom = { readonly couldBe: readonly string[]; readonly written: string; readonly where?: string | undefined };

export function notPermitted(command: AnyCommand, flags: ReadonlySet<string>, standing: Standing, whom: Whom): Verdict {
  const { fact, next } = whyNot(command, flags, standing, whom);
  return refusal(`${fact} ${next}`);
}

/** The refusal in two parts: which rule, and who could. */
export function whyNot(
  command: AnyCommand,
  flags: ReadonlySet<string>,
  standing: Standing,
  { couldBe, written, where }: Whom,
): { readonly fact: string; readonly next: string } {
  const need = inForce(command.allow, flags);
  const own = `/${command.name}`;
  const spelled = code(written.toLowerCase() === own ? `${own}${flags.has('cancel') ? ' cancel' : ''}` : written);
  const named = couldBe.slice(0, MAX_NAMED).map(code);
  const what =
    standing.author && forbidsAuthor(need)
      ? `Nobody can ${spelled} a pull request of their own.`
      : `${spelled} is not open to you.`;
  const set = where === undefined ? '' : ` (${where})`;
  return {
    fact: `${what} It is for ${inWords(need, standing.ownership?.rung)}${set}.`,
    next: named.length > 0 ? `${listed(named, 'or')} can.` : 'Ask somebody who may to comment it.',
  };
}

function forbidsAuthor(need: Requirement): boolean {
  if (need.is === 'all') return need.of.some(forbidsAuthor);
  return need.is === 'not' && need.of.is === 'author';
}

/** A line that means a command and is written wrongly. */
export function misused(problem: string): Verdict {
  return refusal(problem);
}

export function nearMiss(written: string, nearest: string): Verdict {
  return refusal(`${code(`/${written}`)} is not a command. Did you mean ${code(`/${nearest}`)}?`);
}

/** Nothing is done of a text of which not all is looked at: what was left out could take it back. */
export function tooMany(): Verdict {
  return refusal('This text holds more than 100 command lines; nothing of it was done. Write fewer.');
}

export function superseded(byLine: number): Verdict {
  return { outcome: 'done', reason: `Line ${byLine} of the same comment decides.`, actions: [] };
}

export function refusal(reason: string): Verdict {
  return { outcome: 'refused', reason, actions: [refuse(reason)] };
}

/** The sentence of the audit record. */
function whatIsDone(actions: readonly Action[]): string {
  const parts = actions.map(inSentence).filter((part) => part !== '');
  return parts.length === 0
    ? 'There was nothing to change.'
    : `${listed(parts).replace(/^./, (first) => first.toUpperCase())}.`;
}

/** The audit trail is no Markdown. */
function plainly(words: string): string {
  return words === '' ? '' : ` ${words.replaceAll('`', '')}`;
}

function inSentence(action: Action): string {
  switch (action.is) {
    case 'add-label':
      return `label ${action.label} on`;
    case 'add-labels':
      return `labels ${listed(action.labels)} on`;
    case 'remove-label':
      return `label ${action.label} off`;
    case 'assign':
      return `assigned ${listed(action.logins)}`;
    case 'unassign':
      return `unassigned ${listed(action.logins)}`;
    case 'request-review':
      return `review requested from ${listed(action.reviewers)}`;
    case 'unrequest-review':
      return `review no longer requested from ${listed(action.reviewers)}`;
    case 'close':
      return `closed as ${action.reason}`;
    case 'reopen':
      return 'reopened';
    case 'retitle':
      return `title set to ${JSON.stringify(action.title)}`;
    case 'set-milestone':
      return action.milestone === undefined
        ? 'out of its milestone'
        : `in the milestone ${JSON.stringify(action.milestone.title)}`;
    case 'notice':
      return `notice about ${action.subject} brought up to date`;
    case 'no-notice':
      return `notice about ${action.subject} taken away`;
    case 'describe':
      return 'description changed';
    case 'pin-issue':
      return 'pinned';
    case 'unpin-issue':
      return 'no longer pinned';
    case 'transfer-issue':
      return `moved to ${action.repository}`;
    case 'merge':
      return `merged at ${action.headSha.slice(0, 7)} by ${action.method}`;
    case 'cherry-pick':
      return `picked onto ${action.target} for ${action.by}`;
    case 'pick-later':
      return `to be picked onto ${action.target} once it is merged, for ${action.by}`;
    case 'pick-never':
      return `not to be picked onto ${action.target ?? 'any branch'}`;
    case 'delete-branch':
      return `branch ${action.branch} deleted, if it ended at ${action.headSha.slice(0, 7)}`;
    case 'vote':
      return `${action.vote} by ${action.by} for ${action.headSha.slice(0, 7)}`;
    case 'withdraw':
      return `${action.vote} by ${action.by} withdrawn`;
    case 'withdraw-all':
      return `every ${action.vote} withdrawn`;
    case 'hold':
      return `held by ${action.by}${plainly(waitsFor(action))}${action.reason === '' ? '' : ` (${action.reason})`}`;
    case 'require':
      return `the word of ${action.who} asked for`;
    case 'unrequire':
      return `the word of ${action.who} not needed any more`;
    case 'undone':
      return 'what was asked for before taken back';
    case 'waive':
      return `no ${action.what} needed, says ${action.by}`;
    case 'lift-holds': {
      const whose = action.by === undefined ? '' : ` by ${action.by}`;
      return `no longer held${whose}${action.because === undefined ? '' : `, because ${action.because}`}`;
    }
    case 'enqueue':
      return `put in the merge queue at ${action.headSha.slice(0, 7)}`;
    case 'dequeue':
      return 'taken out of the merge queue';
    case 'join-queue':
      return 'put in the merge queue by somebody';
    case 'leave-queue':
      return `left the merge queue (${action.why})`;
    case 'arm-merge':
      return `the forge's auto-merge on at ${action.headSha.slice(0, 7)}, by ${action.method}`;
    case 'disarm-merge':
      return "the forge's auto-merge off";
    case 'note-armed':
      return "the forge's auto-merge turned on by somebody";
    case 'note-disarmed':
      return `the forge's auto-merge turned off${action.byHand ? ` by ${action.by}` : ''}`;
    case 'update-branch':
      return `base merged into ${action.headSha.slice(0, 7)}`;
    case 'override':
      return `${action.check} overridden by ${action.by} at ${action.headSha.slice(0, 7)}${action.sticky ? `, also when ${action.baseRef} moves` : ''}${action.reason === '' ? '' : ` (${action.reason})`}`;
    case 'drop-override':
      return `${action.check} overridden no more`;
    case 'freeze':
      return `${action.branch} frozen`;
    case 'unfreeze':
      return `${action.branch} no longer frozen`;
    case 'look-again':
      return 'pull requests looked at again';
    case 'away':
      return `${action.by} away${action.until === undefined ? '' : ` until ${action.until}`}`;
    case 'back':
      return `${action.by} back`;
    case 'observe-head':
      return `head seen at ${action.headSha.slice(0, 7)}`;
    case 'carry-votes':
      return action.altered === 'all'
        ? `votes for ${action.from.slice(0, 7)} end`
        : `votes for ${action.from.slice(0, 7)} stand for ${action.to.slice(0, 7)}, except about ${action.altered.length} altered files`;
    case 'set-status':
      return `status ${action.context} set to ${action.state} on ${action.headSha.slice(0, 7)}`;
    case 'start-job':
      return `${action.job} started at ${action.headSha.slice(0, 7)}`;
    case 'cancel-job':
      return `${action.job} at ${action.headSha.slice(0, 7)} cancelled`;
    case 'rerun-workflow':
      return `workflow ${action.name} run again at ${action.headSha.slice(0, 7)}`;
    case 'approve-workflows':
      return `waiting workflows let run at ${action.headSha.slice(0, 7)}`;
    case 'vouch':
      return `${action.by} vouches for ${action.headSha.slice(0, 7)}`;
    case 'unvouch':
      return 'nobody vouches for it any more';
    case 'doubt':
      return `${action.headSha.slice(0, 7)} pushed by ${action.by}, who is not trusted`;
    case 'note-run':
      return `run ${action.run} is ${action.state}`;
    case 'report':
      return `check ${action.check} reported as ${action.conclusion}`;
    case 'reply':
      return 'answered';
    default:
      return '';
  }
}
