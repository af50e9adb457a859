/** From a verified GitHub payload to a Delivery, or to the fixed sentence that says why nothing could come of it. */
import { addedLines, candidateLines } from '../../comment-lines.ts';
import type { Delivery, Person, Repository, Target, Text } from '../../delivery.ts';
import { digestOfText } from '../../digest.ts';
import { Rejected } from '../../errors.ts';
import { BATCH_BRANCHES, batchOn, MAKING_BRANCHES } from '../../language/batches.ts';
import { issueIn } from '../../language/issues.ts';
import { PUSH_KINDS } from '../../language/merge-warnings.ts';
import { releaseNoteIn } from '../../language/release-note.ts';
import { shownUrl } from '../../language/text.ts';
import { withoutSecrets } from '../../log.ts';
import { MISFIT, type Of, type Shape } from '../../shape.ts';
import type { DoorKnowledge } from '../provider.ts';
import {
  checkRun,
  checkSuite,
  envelope,
  issueComment,
  issues,
  pullRequest,
  push,
  review,
  reviewComment,
  status,
  workflowRun,
  type CheckedPulls,
  type Issue,
  type Pull,
  type Push,
  type User,
} from './payloads.ts';
import { removalFrom } from './queue-removals.ts';

export const NOT_THE_PROMISED_BODY = 'the body is not what the event promises';

const IGNORED = {
  ping: 'a ping',
  event: 'no rule listens to this event',
  action: 'no rule listens to this action',
  noApp: 'not the delivery of an App',
  noLine: 'no line could be a command',
  ours: 'Bowsprit did it itself',
  bot: 'the bot is not on the list of those that are listened to',
  tag: 'not a push to a branch',
  deleted: 'the branch was deleted',
  picking: 'a cherry-pick in the making',
  batch: 'made to be tested',
  queue: 'of the merge queue, which tells what comes of it otherwise',
  unfinished: 'the check has not finished',
  merging: 'it tells of merging, and is no condition of it',
  noCommit: 'the review names no commit',
  notStarted: 'Bowsprit did not start the workflow',
} as const;

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push: what exceeds it is left out of the payload. */
const MAX_PUSHED_COMMITS = 2_048;
/** The same page: "a maximum of 3000 changed files will be reported per commit". */
const MAX_CHANGED_FILES = 3_000;
/** What may name owners: OWNERS, OWNERS_ALIASES, CODEOWNERS, front matter of Markdown, and our own settings. */
const OWNERS_PATHS = ['.md', 'bowsprit.yaml', 'bowsprit.yml'];
const SETTINGS_PATH = /(?:^|\/)bowsprit\.ya?ml$/i;
/** Whoever deleted the account: https://docs.github.com/en/account-and-profile/reference/personal-account-reference */
const GHOST: Person = { login: 'ghost', id: '0', bot: false };
/** A commit heads few pull requests; where a payload names more, the worker asks. */
const MAX_CHECKED_PULLS = 100;

type Envelope = Of<typeof envelope>;

/** Who did it and where, beside the payload of the event itself. */
type Setting = {
  readonly action: string;
  readonly repository: Repository;
  readonly sender: Person;
  readonly receivedAt: string;
  readonly knowledge: Pick<DoorKnowledge, 'appId' | 'bots' | 'deletions'>;
};

type Happened = Omit<Delivery, 'version' | 'id' | 'provider' | 'installation' | 'repository' | 'sender' | 'receivedAt'>;
type Ignored = (typeof IGNORED)[keyof typeof IGNORED];
type Translated = Happened | Ignored;

type Listener = {
  /** Undefined: the event has none. */
  readonly actions: ReadonlySet<string> | undefined;
  /** @throws Rejected with 400 when the body is not what the event promises. */
  readonly read: (body: unknown) => (setting: Setting) => Translated;
};

function listener<T>(
  actions: readonly string[] | undefined,
  shape: Shape<T>,
  from: (payload: T, setting: Setting) => Translated,
): Listener {
  return {
    actions: actions === undefined ? undefined : new Set(actions),
    read: (body) => {
      const payload = promised(shape, body);
      return (setting) => from(payload, setting);
    },
  };
}

/** A Map, so that no name of an event finds anything else. */
const LISTENERS: ReadonlyMap<string, Listener> = new Map([
  ['issue_comment', listener(['created', 'edited'], issueComment, fromIssueComment)],
  ['issues', listener(['opened', 'edited', 'closed', 'reopened', 'labeled', 'unlabeled'], issues, fromIssue)],
  [
    'pull_request',
    listener(
      [
        'opened',
        'edited',
        'closed',
        'reopened',
        'synchronize',
        'labeled',
        'unlabeled',
        'ready_for_review',
        'converted_to_draft',
        'enqueued',
        'dequeued',
        'auto_merge_enabled',
        'auto_merge_disabled',
      ],
      pullRequest,
      fromPull,
    ),
  ],
  ['pull_request_review', listener(['submitted', 'edited', 'dismissed'], review, fromReview)],
  ['pull_request_review_comment', listener(['created', 'edited'], reviewComment, fromReviewComment)],
  ['push', listener(undefined, push, fromPush)],
  ['check_suite', listener(['completed'], checkSuite, fromCheckSuite)],
  ['check_run', listener(['completed'], checkRun, fromCheckRun)],
  ['status', listener(undefined, status, fromStatus)],
  ['workflow_run', listener(['in_progress', 'completed'], workflowRun, fromWorkflowRun)],
]);

/** @throws Rejected with 400 when the body is not what the event promises. */
export function translate(
  body: unknown,
  about: { readonly event: string; readonly id: string; readonly receivedAt: string },
  knowledge: Pick<DoorKnowledge, 'appId' | 'bots' | 'deletions'>,
): Delivery | Ignored {
  const { event, id, receivedAt } = about;
  if (event === 'ping') return IGNORED.ping;
  const { action, installation, repository: where, sender: user } = promised(envelope, body);
  const listening = LISTENERS.get(event);
  if (listening === undefined) return IGNORED.event;
  if (listening.actions !== undefined) {
    if (action === undefined) throw new Rejected(400, NOT_THE_PROMISED_BODY);
    if (!listening.actions.has(action)) return IGNORED.action;
  }
  const happening = listening.read(body);
  const repository = repositoryIn(where);
  if (repository === undefined) throw new Rejected(400, NOT_THE_PROMISED_BODY);
  // The webhook of a repository or an organization sends the same, without one.
  if (!installation) return IGNORED.noApp;
  const sender = personIn(user);
  const happened = happening({ action: action ?? '', repository, sender, receivedAt, knowledge });
  if (typeof happened === 'string') return happened;
  return {
    version: 1,
    id,
    provider: 'github',
    installation: String(installation.id),
    repository,
    sender,
    receivedAt,
    ...happened,
  };
}

function promised<T>(shape: Shape<T>, body: unknown): T {
  const taken = shape(body);
  if (taken === MISFIT) throw new Rejected(400, NOT_THE_PROMISED_BODY);
  return taken;
}

function fromIssueComment(
  { issue, comment, changes }: Of<typeof issueComment>,
  { action, sender, knowledge }: Setting,
): Translated {
  if (isOurs(comment.performed_via_github_app, knowledge)) return IGNORED.ours;
  if (!isHeard(sender, knowledge)) return IGNORED.bot;
  const target = targetOfIssue(issue);
  const said = { kind: 'comment', id: String(comment.id), url: comment.html_url } as const;
  return action === 'edited'
    ? commented(
        'comment-edited',
        target,
        { ...said, at: comment.updated_at },
        addedTo(changes?.body?.from ?? comment.body, comment.body),
      )
    : commented(
        'comment-created',
        target,
        { ...said, at: comment.created_at, ...counted(issue), ...naming(comment.body) },
        writtenIn(comment.body),
      );
}

function fromReviewComment(
  { pull_request: pull, comment, changes }: Of<typeof reviewComment>,
  { action, sender, repository, knowledge }: Setting,
): Translated {
  if (isOurs(comment.performed_via_github_app, knowledge)) return IGNORED.ours;
  if (!isHeard(sender, knowledge)) return IGNORED.bot;
  const target = targetOfPull(pull, repository);
  const said = {
    kind: 'review-comment',
    id: String(comment.id),
    url: comment.html_url,
    headSha: comment.original_commit_id ?? comment.commit_id,
  } as const;
  return action === 'edited'
    ? commented(
        'comment-edited',
        target,
        { ...said, at: comment.updated_at },
        addedTo(changes?.body?.from ?? comment.body, comment.body),
      )
    : commented(
        'comment-created',
        target,
        { ...said, at: comment.created_at, ...naming(comment.body) },
        writtenIn(comment.body),
      );
}

function fromReview(
  { pull_request: pull, review: given, changes }: Of<typeof review>,
  { action, sender, repository, knowledge }: Setting,
): Translated {
  const target = targetOfPull(pull, repository);
  const verdict = verdictIn(given.state);
  const { commit_id: headSha } = given;
  if (!headSha) return IGNORED.noCommit;
  const by = personIn(given.user);
  const about = { id: String(given.id), headSha, by };
  // Whoever takes a consent away, it is gone.
  if (action === 'dismissed') {
    return { event: 'review-dismissed', at: pull.updated_at, target, review: { ...about, verdict: 'dismissed' } };
  }
  if (!isHeard(sender, knowledge)) return IGNORED.bot;
  const said = { kind: 'review', id: about.id, url: given.html_url, headSha } as const;
  if (action === 'edited') {
    const written = addedTo(changes?.body?.from ?? given.body ?? '', given.body ?? '');
    return commented('comment-edited', target, { ...said, at: given.updated_at ?? pull.updated_at }, written);
  }
  const at = given.submitted_at ?? pull.updated_at;
  const text = spoken({ ...said, at, ...naming(given.body ?? '') }, writtenIn(given.body ?? ''));
  if (verdict === 'commented' && text === undefined) return IGNORED.noLine;
  return { event: 'review-submitted', at, target, review: { ...about, verdict }, ...withText(text) };
}

function fromPull(
  { pull_request: pull, label, reason, before, after, changes }: Of<typeof pullRequest>,
  setting: Setting,
): Translated {
  const { action, sender, repository, knowledge } = setting;
  const target = targetOfPull(pull, repository);
  const said = { kind: 'description', id: String(pull.id), url: pull.html_url } as const;
  const at = pull.updated_at;
  const heard = isHeard(sender, knowledge);
  switch (action) {
    case 'opened': {
      const written = heard ? writtenIn(pull.body ?? '') : NOTHING;
      const named = heard ? naming(pull.body ?? '') : {};
      const text = spoken({ ...said, at: pull.created_at, headSha: pull.head.sha, ...named }, written);
      const known = { ...target, ...associated(pull) };
      return { event: 'opened', at: pull.created_at, target: known, ...withText(text) };
    }
    case 'synchronize':
      if (before === undefined || after === undefined) throw new Rejected(400, NOT_THE_PROMISED_BODY);
      return { event: 'synchronized', at, target, headMoved: { before, after, ...counted(pull) } };
    case 'edited': {
      const text = heard ? spoken({ ...said, at }, addedToDescription(changes, pull)) : undefined;
      // GitHub itself retargets, in the name of whoever merged the pull request below.
      if (changes?.base !== undefined) return { event: 'retargeted', at, target, ...withText(text) };
      return heard
        ? edited(
            target,
            at,
            changes,
            text,
            namesAnother(changes, pull, repository.owner) || notesAnother(changes, pull),
          )
        : IGNORED.bot;
    }
  }
  // Whoever merges, a bot or Bowsprit itself, it is merged: no loop can come of what happens once.
  if (action === 'closed' && (heard || pull.merged === true)) {
    return { event: 'closed', at: pull.closed_at ?? at, target, merged: pull.merged === true, ...branchOf(pull) };
  }
  // The queue's own bot says so.
  if (action === 'dequeued') {
    const removal = removalFrom(reason ?? '');
    return removal === 'merged' ? IGNORED.queue : { event: 'dequeued', at, target, removal };
  }
  // Whoever turns it, a bot as well: from then on the forge merges by itself, or does not.
  if (action === 'auto_merge_enabled') return { event: 'auto-merge-on', at, target };
  if (action === 'auto_merge_disabled') {
    return { event: 'auto-merge-off', at, target, removal: BY_FORGE.test(reason ?? '') ? 'unknown' : 'person' };
  }
  if (!heard) return IGNORED.bot;
  switch (action) {
    case 'enqueued':
      return { event: 'enqueued', at, target };
    case 'ready_for_review':
    case 'converted_to_draft':
      return { event: 'draft-changed', at, target };
    default:
      return changed(action, at, target, label);
  }
}

/** What GitHub says where it turned auto-merge off by itself; where it says anything else, somebody did, and stays heard. */
const BY_FORGE = /head branch|base branch|closed|draft|failed|conflict|violation|not allowed/i;

function fromIssue({ issue, label, changes }: Of<typeof issues>, { action, sender, knowledge }: Setting): Translated {
  const target = targetOfIssue(issue);
  const said = { kind: 'description', id: String(issue.id), url: issue.html_url } as const;
  const at = issue.updated_at;
  const heard = isHeard(sender, knowledge);
  if (action === 'opened') {
    const written = heard ? writtenIn(issue.body ?? '') : NOTHING;
    const named = heard ? naming(issue.body ?? '') : {};
    const text = spoken({ ...said, at: issue.created_at, ...named }, written);
    return { event: 'opened', at: issue.created_at, target, ...withText(text) };
  }
  if (!heard) return IGNORED.bot;
  switch (action) {
    case 'edited':
      return edited(target, at, changes, spoken({ ...said, at }, addedToDescription(changes, issue)));
    case 'closed':
      return { event: 'closed', at: issue.closed_at ?? at, target };
    default:
      return changed(action, at, target, label);
  }
}

/** What pull requests and issues have in common. */
function changed(action: string, at: string, target: Target, label: { readonly name: string } | undefined): Translated {
  if (action === 'reopened') return { event: 'reopened', at, target };
  if (label === undefined) throw new Rejected(400, NOT_THE_PROMISED_BODY);
  return { event: action === 'labeled' ? 'labeled' : 'unlabeled', at, target, label: label.name };
}

const counted = ({ comments }: Pick<Issue, 'comments'>): { readonly comments?: number } =>
  comments === undefined ? {} : { comments };

type DescriptionChanges = Of<typeof issues>['changes'];
/** The lines of a text that could be commands. */
type CommandLines = ReturnType<typeof candidateLines>;
type Said = Omit<Text, 'lines' | 'cut' | 'digest'>;
/** Its lines, and all of it. */
type Written = CommandLines & { readonly body: string };

const NOTHING: Written = { lines: [], cut: false, body: '' };
const writtenIn = (body: string): Written => ({ ...candidateLines(body), body });
const addedTo = (before: string, body: string): Written => ({ ...addedLines(before, body), body });

function addedToDescription(changes: DescriptionChanges, { body }: Pick<Issue, 'body'>): Written {
  return changes?.body === undefined ? NOTHING : addedTo(changes.body.from ?? '', body ?? '');
}

/** Whether a pull request is about another issue since, as far as its description says so: an approval may hang on it. */
function namesAnother(changes: DescriptionChanges, { body }: Pick<Issue, 'body'>, owner: string): boolean {
  return changes?.body !== undefined && issueIn(changes.body.from ?? '', owner) !== issueIn(body ?? '', owner);
}

function edited(
  target: Target,
  at: string,
  changes: DescriptionChanges,
  text: Text | undefined,
  matters = false,
): Translated {
  if (changes?.title === undefined && text === undefined && !matters) return IGNORED.noLine;
  return { event: 'edited', at, target, ...withText(text) };
}

function commented(
  event: 'comment-created' | 'comment-edited',
  target: Target,
  said: Said,
  written: Written,
): Translated {
  const text = spoken(said, written);
  return text === undefined ? IGNORED.noLine : { event, at: text.at, target, text };
}

/** In code nobody is spoken to. */
const CODE = /`+[^`]*`+/g;
/** Not inside of a word or an address. */
const TEAM = /(?<![\w@/.`-])@([A-Za-z0-9][A-Za-z0-9-]{0,38}\/[\w.-]{1,100})/g;
/** More are no mention but a list. */
const MAX_TEAMS = 20;

function naming(body: string): Pick<Text, 'teams'> {
  if (!body.includes('@')) return {};
  const teams = new Set<string>();
  for (const [, team = ''] of body.replaceAll(CODE, '``').matchAll(TEAM)) {
    if (teams.size < MAX_TEAMS) teams.add(team.replace(/\.+$/, ''));
  }
  return teams.size === 0 ? {} : { teams: [...teams] };
}

/** Whether what it says of a release is something else since. */
function notesAnother(changes: DescriptionChanges, { body }: Pick<Issue, 'body'>): boolean {
  return (
    changes?.body !== undefined && releaseNoteIn(changes.body.from ?? '')?.text !== releaseNoteIn(body ?? '')?.text
  );
}

/**
 * A text without a line that could be a command is none. A secret in one goes no further: cut into arguments, it would not be
 * known for one any more.
 */
function spoken(said: Said, { lines, cut, body }: Written): Text | undefined {
  if (lines.length === 0 && !cut && said.teams === undefined) return undefined;
  const kept = lines.map((line) => ({ ...line, text: withoutSecrets(line.text) }));
  return { ...said, lines: kept, cut, ...(kept.length === 0 ? {} : { digest: digestOfText(body) }) };
}

const withText = (text: Text | undefined): { readonly text?: Text } => (text === undefined ? {} : { text });

/** Branches of cherry-picks, where a bot pushes to them: nobody builds on what is made there step by step. */
const PICKING = /^refs\/heads\/(?:picking|cherry-pick)-\d+-to-/;

/** Branches of commits that exist to be tested: their checks tell what comes of it. */
const FOR_TESTS = [BATCH_BRANCHES, MAKING_BRANCHES];

/** Branches on which GitHub tests what waits in a merge queue: no pull request goes into them, or comes from them. */
const QUEUED = 'gh-readonly-queue/';

function fromPush(pushed: Push, { receivedAt, sender, knowledge }: Setting): Translated {
  const { ref, before, after, deleted, repository } = pushed;
  if (!ref.startsWith('refs/heads/')) return IGNORED.tag;
  if (deleted && (sender.bot || knowledge.deletions !== true)) return IGNORED.deleted;
  if (sender.bot && PICKING.test(ref)) return IGNORED.picking;
  if (sender.bot && FOR_TESTS.some((each) => ref.startsWith(`refs/heads/${each}`))) return IGNORED.batch;
  if (ref.startsWith(`refs/heads/${QUEUED}`)) return IGNORED.queue;
  const { pushed_at: seconds } = repository;
  return {
    event: 'pushed',
    at: timeIn(seconds) ?? receivedAt,
    push: { ref, before, after, ...whatMayHaveChanged(pushed), ...byHand(pushed, sender) },
  };
}

/** Bots do what people told them to, and Bowsprit is one. */
function byHand(pushed: Push, { login, bot }: Person): Pick<NonNullable<Delivery['push']>, 'byHand'> {
  if (bot) return {};
  const { created, deleted, forced, commits, compare, pusher } = pushed;
  const [kind = 'plain'] = PUSH_KINDS.filter((each) => ({ created, deleted, forced, plain: true })[each]);
  return {
    byHand: {
      kind,
      pusher: pusher?.name ?? login,
      commits: commits.length,
      ...(commits.length >= MAX_PUSHED_COMMITS ? { andMore: true } : {}),
      compare: shownUrl(compare ?? '') ?? '',
    },
  };
}

/** Undefined for what is no time at all: a number may be beyond all of them. */
function timeIn(seconds: unknown): string | undefined {
  const at = typeof seconds === 'number' ? new Date(seconds * 1_000) : undefined;
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/**
 * A forced push drops commits that no payload lists, and a new branch has no known past. Everything else is known from
 * the paths, as long as GitHub lists all of them.
 */
function whatMayHaveChanged(
  pushed: Push,
): Pick<NonNullable<Delivery['push']>, 'ownersMayHaveChanged' | 'markdownAlone' | 'settingsChanged'> {
  const paths = pathsOf(pushed);
  const owners = paths?.filter(mayNameOwners) ?? [];
  return {
    ownersMayHaveChanged: paths === undefined || owners.length > 0,
    ...(owners.length > 0 && owners.every(isMarkdown) ? { markdownAlone: true } : {}),
    ...(owners.some((path) => SETTINGS_PATH.test(path)) ? { settingsChanged: true } : {}),
  };
}

/** Undefined where these may not be all. */
function pathsOf({ created, forced, commits, after }: Push): readonly string[] | undefined {
  if (created || forced || commits.length === 0 || commits.length >= MAX_PUSHED_COMMITS) return undefined;
  if (commits.at(-1)?.id !== after) return undefined;
  const all: string[] = [];
  for (const { added, modified, removed } of commits) {
    if (added === undefined || modified === undefined || removed === undefined) return undefined;
    const listed = [...added, ...modified, ...removed];
    // Without any, the commit is empty, or GitHub did not say.
    if (listed.length === 0 || listed.length >= MAX_CHANGED_FILES) return undefined;
    all.push(...listed);
  }
  return all;
}

function isMarkdown(path: string): boolean {
  return path.toLowerCase().endsWith('.md');
}

function mayNameOwners(path: string): boolean {
  const name = path.toLowerCase();
  // Settings may call the files otherwise, with this word in the name.
  return name.slice(name.lastIndexOf('/') + 1).includes('owners') || OWNERS_PATHS.some((end) => name.endsWith(end));
}

function fromCheckSuite({ check_suite: suite }: Of<typeof checkSuite>, setting: Setting): Translated {
  if (isOurs(suite.app, setting.knowledge)) return IGNORED.ours;
  if (!suite.conclusion) return IGNORED.unfinished;
  if (suite.head_branch?.startsWith(QUEUED) === true) return IGNORED.queue;
  return checked(suite.head_sha, suite.updated_at, suite.pull_requests, suite.head_branch, setting);
}

function fromCheckRun({ check_run: run }: Of<typeof checkRun>, setting: Setting): Translated {
  if (isOurs(run.app, setting.knowledge)) return IGNORED.ours;
  if (!run.conclusion) return IGNORED.unfinished;
  const at = run.completed_at ?? setting.receivedAt;
  return checked(run.head_sha, at, run.pull_requests, run.check_suite?.head_branch, setting);
}

/** The commit status of Tide's, or of ours in its place: what it says follows from all else. */
const TELLS_OF_MERGING = 'tide';

function fromStatus(
  { sha, context, state, updated_at: at, branches }: Of<typeof status>,
  setting: Setting,
): Translated {
  if (context === TELLS_OF_MERGING) return IGNORED.merging;
  if (state === 'pending') return IGNORED.unfinished;
  // Those of what is built on it have it as well.
  const ending = branches?.find(({ name, commit }) => commit.sha === sha && batchOn(name) !== undefined);
  return checked(sha, at, [], ending?.name, setting);
}

/** In the name of a run: what `run-name` made of the key that Bowsprit gave. */
const KEY = /(?<![\w-])pr[1-9]\d{0,9}-[0-9a-f]{32}(?![\w-])/;

/** Of a run that was started by hand: whoever names any other may call it what they like. */
function fromWorkflowRun({ workflow_run: run }: Of<typeof workflowRun>, { action }: Setting): Translated {
  const key = run.event === 'workflow_dispatch' ? KEY.exec(run.display_title ?? '')?.[0] : undefined;
  if (key === undefined) return IGNORED.notStarted;
  const state = action === 'in_progress' ? 'running' : (RUN_STATES.get(run.conclusion ?? '') ?? 'failure');
  const job = { key, engine: 'github-actions', run: String(run.id), state, url: run.html_url } as const;
  return { event: 'job-result', at: run.updated_at, job };
}

/** https://docs.github.com/en/rest/checks/runs: of a conclusion. */
const RUN_STATES: ReadonlyMap<string, NonNullable<Delivery['job']>['state']> = new Map([
  ['success', 'success'],
  ['neutral', 'success'],
  ['skipped', 'success'],
  ['cancelled', 'cancelled'],
  ['stale', 'cancelled'],
  ['startup_failure', 'error'],
  ['action_required', 'queued'],
]);

/** Payloads about commits of forks name no pull requests; those of other repositories are not ours to touch. */
function checked(
  sha: string,
  at: string,
  listed: CheckedPulls,
  branch: string | null | undefined,
  { repository }: Setting,
): Translated {
  const batch = batchOn(branch ?? '');
  if (batch !== undefined) return { event: 'checks-passed', at, checks: { sha, batch } };
  const here = listed.filter(({ base }) => String(base.repo.id) === repository.id).map(({ number }) => number);
  const pulls = [...new Set(here)].toSorted((one, other) => one - other);
  const known = pulls.length > 0 && pulls.length <= MAX_CHECKED_PULLS;
  return { event: 'checks-passed', at, checks: { sha, ...(known ? { pulls } : {}) } };
}

const personIn = (user: User | null | undefined): Person =>
  user ? { login: user.login, id: String(user.id), bot: user.type === 'Bot' || user.login.endsWith('[bot]') } : GHOST;

function repositoryIn(where: Envelope['repository']): Repository | undefined {
  return where ? { id: String(where.id), owner: where.owner.login, name: where.name } : undefined;
}

/** What bots write is not a command, and what they do wakes no rule: otherwise two of them could go on for ever. */
function isHeard({ bot, login }: Person, { bots }: Setting['knowledge']): boolean {
  const name = login.toLowerCase();
  return !bot || bots.includes(name) || bots.includes(name.replace(/\[bot\]$/, ''));
}

function isOurs(app: { readonly id: number } | null | undefined, { appId }: Setting['knowledge']): boolean {
  return app !== null && app !== undefined && String(app.id) === appId;
}

function verdictIn(state: string): 'approved' | 'changes-requested' | 'commented' | 'dismissed' {
  switch (state.toLowerCase()) {
    case 'approved':
      return 'approved';
    case 'changes_requested':
      return 'changes-requested';
    case 'commented':
      return 'commented';
    case 'dismissed':
      return 'dismissed';
    default:
      throw new Rejected(400, NOT_THE_PROMISED_BODY);
  }
}

function targetOfIssue(issue: Issue): Target {
  return {
    kind: issue.pull_request ? 'pull' : 'issue',
    ...common(issue),
    ...(issue.draft === undefined ? {} : { draft: issue.draft }),
    ...mergedSince(issue.pull_request?.merged_at),
  };
}

/** @throws Rejected with 400 when the pull request belongs to another repository than the delivery. */
function targetOfPull(pull: Pull, repository: Repository): Target {
  if (String(pull.base.repo.id) !== repository.id) throw new Rejected(400, NOT_THE_PROMISED_BODY);
  return {
    kind: 'pull',
    ...common(pull),
    headSha: pull.head.sha,
    baseRef: pull.base.ref,
    ...(pull.draft === undefined ? {} : { draft: pull.draft }),
    ...mergedSince(pull.merged_at),
  };
}

/** https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
const ASSOCIATIONS: ReadonlyMap<string | undefined, Target['association']> = new Map([
  ['OWNER', 'insider'],
  ['MEMBER', 'insider'],
  ['COLLABORATOR', 'insider'],
  ['CONTRIBUTOR', 'contributor'],
  ['FIRST_TIMER', 'newcomer'],
  ['FIRST_TIME_CONTRIBUTOR', 'newcomer'],
]);

function associated({ author_association: named }: Pull): Pick<Target, 'association'> {
  const association = ASSOCIATIONS.get(named);
  return association === undefined ? {} : { association };
}

function branchOf({ merged, head, base }: Pull): Pick<Delivery, 'mergedBranch'> {
  const here = merged === true && head.repo?.id === base.repo.id && head.ref !== undefined;
  return here ? { mergedBranch: head.ref } : {};
}

function mergedSince(at: string | null | undefined): Pick<Target, 'merged'> {
  return typeof at === 'string' ? { merged: true } : {};
}

function common(of: Issue | Pull): Omit<Target, 'kind'> {
  return {
    number: of.number,
    author: personIn(of.user),
    state: of.state,
    title: of.title,
    labels: of.labels.map(({ name }) => name),
    locked: of.locked ?? false,
  };
}
