import {
  addLabel,
  approveWorkflows,
  cancelJob,
  code,
  CONFLICTING,
  defineAutomation,
  doubt,
  isOfOtherBase,
  isOver,
  isSelected,
  isVouchedFor,
  knownFromNow,
  labelOn,
  mention,
  NEEDS_OK_TO_TEST,
  notice,
  OK_TO_TEST,
  quietNotice,
  removeLabel,
  selectionOf,
  startActions,
  unvouch,
  vouchedInWords,
  vouchFor,
  type Action,
  type FactTypes,
  type Given,
  type JobsHere,
  type PushTrust,
  type RunKept,
} from '../language/index.ts';
import { pipelineSettings, triggers, triggerSettings, type PipelineSettings } from '../pipelines/job-settings.ts';

type Seen = Given &
  Pick<FactTypes, 'pull' | 'labels' | 'runs' | 'vouching' | 'votes' | 'labelSight'> & {
    readonly settings: PipelineSettings;
    readonly answers: { readonly jobs?: JobsHere | undefined; readonly push?: PushTrust | undefined };
  };

/** Events with which jobs start by themselves, where they may. */
const STARTERS = ['opened', 'synchronized', 'reopened', 'draft-changed', 'retargeted'] as const;
const STARTING: ReadonlySet<string> = new Set(STARTERS);

export const trigger = defineAutomation({
  name: 'trigger',
  summary:
    'Starts jobs for new commits of people who are trusted, has those of others wait for `/ok-to-test`, and stops what runs for nothing.',
  on: [...STARTERS, 'labeled', 'unlabeled', 'closed'],
  labels: ['lgtm', OK_TO_TEST],
  after: ['vote'],
  plugin: 'trigger',
  settings: { pipelines: pipelineSettings, trigger: triggerSettings },
  when: triggers,
  needs: ['pull', 'labels', 'runs', 'vouching', 'votes', 'labelSight'],
  asks: ({ event }) => ({ jobs: { words: [], workflows: 'none' }, push: event === 'synchronized' }),
  decide(seen) {
    const { event, pull, subject, runs, label } = seen;
    const going = runs.filter(({ state }) => !isOver(state));
    if (event === 'closed' || pull.state !== 'open' || (event === 'draft-changed' && pull.draft)) {
      return going.map(stopped);
    }
    const outdated = going.filter(({ headSha }) => headSha !== pull.headSha).map(stopped);
    if (event === 'unlabeled') return label === undefined || isNamed(label, OK_TO_TEST) ? takenOff(seen, going) : [];
    // What was put on before it went elsewhere was about what it ran against then; the event of that tells.
    if (seen.labelSight.sight === 'retargeted') return outdated;
    if (event === 'labeled' && label !== undefined && isNamed(label, OK_TO_TEST)) return putOn(seen);
    // An event of an older head: the one of the newer says who pushed it.
    if (subject.headSha !== undefined && subject.headSha !== pull.headSha) return outdated;
    if (STARTING.has(event)) return [...outdated, ...judged(seen)];
    return reviewed(seen) ? started(seen, 'missing') : [];
  },
});

function isNamed(label: string, name: string): boolean {
  return label.toLowerCase() === name;
}

function stopped(run: RunKept): Action {
  return cancelJob(run);
}

/** Somebody who may label says so by hand, about the head that they saw. */
function putOn(seen: Seen): readonly Action[] {
  const { actor, subject, pull, labels, labelSight } = seen;
  const headSha = subject.headSha ?? pull.headSha;
  const needed = labelOn(labels, NEEDS_OK_TO_TEST);
  if (headSha !== pull.headSha) return labelSight.before === 'seen' ? [vouchFor(actor.login, headSha)] : [];
  if (labelSight.sight !== 'seen') return [...unsaid(seen), ...knownFromNow(headSha, labelSight)];
  return [
    vouchFor(actor.login, headSha),
    ...(needed === undefined ? [] : [removeLabel(needed)]),
    quietNotice(OK_TO_TEST, vouchedInWords(actor.login, headSha)),
    ...started(seen, 'missing'),
    ...(seen.settings.trigger.workflows ? [approveWorkflows(headSha)] : []),
  ];
}

/** Nobody knows whether they saw it: the event may tell of a head that is younger than the label. */
function unsaid({ labels, pull }: Seen): readonly Action[] {
  const on = labelOn(labels, OK_TO_TEST);
  if (on === undefined) return [];
  const head = code(pull.headSha.slice(0, 7));
  const why = `Nothing tells whether ${head} was the head already when ${code(OK_TO_TEST)} was put on, so that was taken off again. Look at it and label again.`;
  return [removeLabel(on), notice(OK_TO_TEST, why)];
}

/** By hand: nobody vouches for it any more. */
function takenOff(
  { vouching, pull, labels, answers: { jobs: here } }: Seen,
  going: readonly RunKept[],
): readonly Action[] {
  if (vouching.vouch === undefined || here === undefined || labelOn(labels, OK_TO_TEST) !== undefined) return [];
  if (here.trust.author) return [unvouch()];
  const needed = labelOn(labels, NEEDS_OK_TO_TEST);
  return [
    unvouch(),
    ...(needed === undefined ? [addLabel(NEEDS_OK_TO_TEST)] : []),
    ...going.filter(({ headSha }) => headSha === pull.headSha).map(stopped),
  ];
}

/** Somebody whose word counts looked at the head: jobs run for it once, and no later commit is trusted for it. */
function reviewed({
  event,
  label,
  labelSight,
  commands = [],
  pull,
  votes,
  runs,
  answers: { jobs: here },
}: Seen): boolean {
  if (here === undefined || here.trust.trusted) return false;
  const byHand = event === 'labeled' && label !== undefined && isNamed(label, 'lgtm') && labelSight.sight === 'seen';
  const byWord =
    commands.includes('lgtm') && votes.some(({ vote, headSha }) => vote === 'lgtm' && headSha === pull.headSha);
  const ran = runs.some((run) => run.headSha === pull.headSha && !isOfOtherBase(run, pull.baseRef));
  return (byHand || byWord) && !ran;
}

/** What a new head means: for trust, for the labels that show it, and for jobs. */
function judged(seen: Seen): readonly Action[] {
  const {
    actor,
    at,
    event,
    pull,
    labels,
    vouching: { vouch, doubted },
    settings,
    answers,
  } = seen;
  const { jobs: here, push } = answers;
  if (here === undefined) return [];
  const { headSha } = pull;
  const carried = vouch !== undefined && push !== undefined && push.risky !== 'all' && push.risky.length === 0;
  const doubtful = push?.pusherTrusted === false && here.trust.author && !carried;
  // What was said before it went elsewhere was about what it ran against then, even if it is heard only now.
  const ended =
    event === 'retargeted' &&
    settings.trigger.trust !== 'sticky' &&
    vouch !== undefined &&
    !(Date.parse(vouch.at ?? '') > Date.parse(at));
  const vouched = ended ? here.trust.author && !doubted.includes(pull.headSha) : carried || here.trust.trusted;
  const [granted, needed] = [labelOn(labels, OK_TO_TEST), labelOn(labels, NEEDS_OK_TO_TEST)];
  // Somebody's word for this commit, or for all of it; that its author is trusted says nothing of who pushed.
  const given =
    (!ended && isVouchedFor(vouch, pull)) ||
    (settings.trigger.trust === 'sticky' && (vouch !== undefined || granted !== undefined));
  const isTrusted = vouched && (given || !doubtful);
  const kept = [
    ...(ended ? [unvouch()] : []),
    ...(carried ? [vouchFor(vouch.by, headSha, vouch.first)] : []),
    ...(doubtful ? [doubt(headSha, actor.login)] : []),
  ];
  if (isTrusted) {
    // What waits on the forge itself was vouched for, not trusted by itself.
    const waits = settings.trigger.workflows && !here.trust.author;
    return [
      ...kept,
      ...(needed === undefined ? [] : [removeLabel(needed)]),
      ...(waits ? [approveWorkflows(headSha)] : []),
      ...started(seen, 'all'),
    ];
  }
  // It may have been started by a word that was said of the branch before.
  const going = ended ? seen.runs.filter((run) => run.headSha === headSha && !isOver(run.state)) : [];
  return [
    ...kept,
    ...going.map(stopped),
    ...(granted === undefined ? [] : [removeLabel(granted)]),
    ...(needed === undefined && !settings.trigger.ignoreOkToTest ? [addLabel(NEEDS_OK_TO_TEST)] : []),
    notice(OK_TO_TEST, gateInWords(seen, push)),
  ];
}

/** Jobs that start by themselves; `missing`: those that have not run for the head. */
function started({ event, pull, answers: { jobs: here } }: Seen, which: 'all' | 'missing'): readonly Action[] {
  if (here === undefined) return [];
  const wanted = here.jobs.filter(
    (job) => isSelected(job, 'all') && (job.state === undefined || (which === 'all' && job.open === undefined)),
  );
  // Who opens and closes it again and again, or moves its base, asks for the same as who comments.
  const { start } = selectionOf(wanted, here.cap, true);
  if (start.length === 0) return [];
  if (pull.draft) {
    return event === 'opened'
      ? [notice('tests', `Jobs do not start by themselves for a draft; ${code('/test all')} starts them.`)]
      : [];
  }
  if (pull.mergeable === 'conflicting') return [notice('tests', CONFLICTING)];
  return startActions(start, here);
}

const HOW_LONG = {
  once: 'It holds for this commit, into this branch: after a push it is asked for again.',
  'until-risky-change': 'It holds until a push changes what decides how jobs run, or it goes into another branch.',
  sticky: 'It holds for later pushes as well.',
} as const;

function gateInWords({ author, pull, settings: { trigger: set } }: Seen, push: PushTrust | undefined): string {
  const short = code(pull.headSha.slice(0, 7));
  const join = set.joinOrgUrl === '' ? '' : ` [How to become a member](${set.joinOrgUrl}).`;
  const hello = `${mention(author.login)}: thank you.`;
  if (set.ignoreOkToTest) {
    return `${hello} Jobs run here when somebody who is trusted starts them with ${code('/test all')}, or by their names.${join}`;
  }
  const risky =
    push === undefined || push.risky === 'all' || push.risky.length === 0
      ? ''
      : ` Since the last one, ${push.risky.slice(0, 3).map(code).join(', ')} changed.`;
  return `${hello} Jobs wait: somebody who is trusted here has to look at ${short} first, and comment ${code('/ok-to-test')}. ${HOW_LONG[set.trust]}${risky}${join}`;
}
