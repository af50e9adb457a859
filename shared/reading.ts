/**
 * What is so, for one delivery: each fact is fetched at most once and only when a rule names it, from the signed
 * delivery where that is exact, from the cache where that is allowed, from the forge otherwise.
 */
import type { AuditRecord } from './audit-record.ts';
import { branchOf, repositoryOf, type Delivery } from './delivery.ts';
import { digestOfText } from './digest.ts';
import { Refusal, Retryable } from './errors.ts';
import {
  ABANDONED_LABELS,
  anyOf,
  HOLD,
  endedBecause,
  inForce,
  NO_ANSWERS,
  overridesAt,
  issueIn,
  isGreenBeside,
  issueKey,
  labelOn,
  inWords,
  reaches,
  permits,
  quorumOf,
  teamsOfGroups,
  role as roleAtLeast,
  shownBy,
  trustIn,
  UNKNOWN_HOLD,
  withOverrides,
  type Absences,
  type Action,
  type Answers,
  type ActionResult,
  type AnySeen,
  type Approval,
  type CatalogueEntry,
  type ChangeSince,
  type FactName,
  type FactTypes,
  type Gate,
  type GateLeaf,
  type Given,
  type GroupsMentioned,
  type Hold,
  type JobsHere,
  type Lgtm,
  isOwnHold,
  type Person,
  type PullTrust,
  type PushTrust,
  type Questions,
  type Requirement,
  type Sight,
  type Role,
  type Rung,
  type Standing,
  type Unknown,
  type Vote,
  type VoteKind,
} from './language/index.ts';
import {
  approvalState,
  basisOf,
  mayApproveAny,
  mayReviewAny,
  reasonInWords,
  rootApproversOf,
  sidesFor,
  type ApprovalQuestion,
  type OwnersOptions,
  type Word,
} from './owners/index.ts';
import { branchMilestone } from './facts/milestones.ts';
import { activityOf } from './facts/activity.ts';
import { requiredLabelsOf } from './facts/required-labels.ts';
import { membershipsIn } from './facts/memberships.ts';
import { cherryPickRulesFor } from './facts/cherry-pick-rules.ts';
import { mergedBranchOf } from './facts/merged-branch.ts';
import { awaitedBy, liftableBy } from './facts/holds.ts';
import { sightOf, sightWithout } from './facts/head-seen.ts';
import { saidOf } from './facts/required.ts';
import { identitiesIn } from './identities.ts';
import { checksForBase, checksSince } from './facts/checks.ts';
import { commitsAt } from './facts/commits.ts';
import { ownersVerdictOf } from './facts/owners-verdict.ts';
import { jobsHere } from './facts/jobs.ts';
import { needsJobs } from './pipelines/job-settings.ts';
import { isTrustedHere, riskySince } from './facts/pull-trust.ts';
import { powerDiffOf, powerFilesAt } from './facts/power.ts';
import { signOffsOf } from './facts/sign-offs.ts';
import { skippableIn } from './facts/skippable.ts';
import { trustSparing } from './facts/trust.ts';
import { blockedPathsIn } from './facts/blocked-paths.ts';
import { blockersIn } from './facts/blockers.ts';
import { freezesIn } from './facts/freezes.ts';
import { funHere } from './facts/fun.ts';
import type { FindFun } from './fun/finding.ts';
import { ownersLabels } from './facts/owners-labels.ts';
import { absencesIn } from './facts/absences.ts';
import { groupsIn } from './facts/groups.ts';
import { isNewcomer } from './facts/newcomer.ts';
import { parentsWithoutNote } from './facts/release-notes.ts';
import { undoableIn } from './facts/undoable.ts';
import { reviewersToAsk } from './facts/reviewers.ts';
import { ABSENCES, FREEZES, type Ledger } from './ledger.ts';
import type { Grammar } from './parse.ts';
import { coverageFrom, gateFrom } from './facts/gate.ts';
import { permitsOf } from './facts/permits.ts';
import { labelsForMerging } from './merge/queries.ts';
import { ofPower, proposalOf } from './proposal.ts';
import { switchesIn, type FilesInForce, type InForce, type Origin, type SettingsBook } from './settings/index.ts';
import { brokenInFew, type BrokenFile } from './settings-here.ts';
import { ownedBy, ownersOptions, type Owned, type OwnersMemory } from './ownership.ts';
import type { Change, Compared, FileChange, PullNow, Read } from './providers/provider.ts';
import type { PullState } from './pull-state.ts';
import { batchOf } from './batching.ts';
import { batchFrom, type KeptBatch } from './facts/batch.ts';
import { turnOn } from './pool.ts';
import type { Cache } from './store/stores.ts';
import { waitsIn } from './waiting.ts';

export type Basis = {
  readonly rule: string;
  readonly file?: string;
  readonly line?: number;
  readonly path?: string;
  readonly commit?: string;
};

export type Permission = {
  readonly permitted: boolean;
  readonly standing: Standing;
  readonly basis: Basis;
  /** Who could have, as far as that is known without asking more. */
  readonly couldBe: readonly string[];
};

/** `since`: where nobody has told of it, since when it is the head by the forge's own record. */
export type HeadNow = { readonly sha: string; readonly sight: Sight; readonly since?: string };

export type Judged = { readonly headSha: string; readonly gate: Gate };

export type Reading = {
  readonly given: Given;
  /** @throws Refusal where the delivery has no such fact. */
  seen(needs: readonly FactName[], asks?: Questions): Promise<AnySeen>;
  /** `from`: where the settings say so, and under which key. */
  permission(
    need: Requirement,
    flags: ReadonlySet<string>,
    from?: Origin & { readonly key: string },
  ): Promise<Permission>;
  /** Whether the actor could see the commit that is the head now. */
  headSeen(): Promise<HeadNow>;
  /** The head as far as it is known without asking. */
  knownHead(): string;
  /** The tree of gates, where a rule has asked for it; of several the last. */
  judged(): Judged | undefined;
  state(): PullState;
  absorb(state: PullState): void;
  /** What we did is so from now on. */
  learn(action: Action, result: ActionResult): void;
  /**
   * Asks anew for what was remembered or may have changed since the delivery, so that nobody is refused because of it.
   * True where there was anything.
   */
  refreshed(): Promise<boolean>;
};

export type ReadingSources = {
  readonly delivery: Delivery;
  readonly read: Read;
  readonly cache: Cache;
  readonly owners: (repository: string, ref: string, options: OwnersOptions) => OwnersMemory;
  readonly inForce: InForce;
  /** The files of settings that are in force here, and what is made of others. */
  readonly files: FilesInForce;
  readonly book: SettingsBook;
  readonly grammar: Grammar;
  readonly catalogue: readonly CatalogueEntry[];
  readonly broken?: readonly BrokenFile[];
  readonly state: PullState;
  /** Canonical names of the commands in the delivery's text. */
  readonly commands: readonly string[];
  readonly ledger: Pick<Ledger, 'entries'>;
  /** All that is in the audit trail about it, oldest first. */
  readonly records?: () => Promise<readonly AuditRecord[]>;
  readonly now: () => Date;
  /** Left out where nobody is to be asked for fun, on paper for instance. */
  readonly fun?: FindFun;
};

/** Privileged verdicts rest on a role that was asked for at most this long ago: figures §4. */
const ROLE_SECONDS = 60;
const LABELS_SECONDS = 300;
const NOT_HERE = 'This delivery tells nothing of it.';
const TAKEN = 'the login belonged to another account before';

type NamedHere = {
  readonly rung: Rung;
  readonly approver: boolean;
  /** As approver or reviewer. */
  readonly named: boolean;
  /** Whether the login is named, but was another account's before. */
  readonly taken: boolean;
  /** Whether it is the root's own files that name the login as approver. */
  readonly root: boolean;
};

type Once<T> = { get(): Promise<T>; forget(): void; known(): boolean };

function once<T>(load: () => Promise<T>): Once<T> {
  let loaded: Promise<T> | undefined;
  return {
    get: () => (loaded ??= load()),
    forget() {
      loaded = undefined;
    },
    known: () => loaded !== undefined,
  };
}

export function readingFor(sources: ReadingSources): Reading {
  const { delivery, read, cache, grammar } = sources;
  const { settings } = sources.inForce;
  const { target } = delivery;
  if (target === undefined) throw new Error('a delivery that is about no pull request or issue has no facts');
  const repository = repositoryOf(delivery);
  let state = sources.state;
  /** What our own actions changed since the forge was asked. */
  const labelsSince = new Map<string, { readonly label: string; readonly on: boolean }>();
  /** By lower-case name, whether their review is asked for. */
  const requestedSince = new Map<string, boolean>();
  let pullSince: Partial<PullNow> = {};
  let describedSince: string | undefined;
  /** Statuses and checks that we set ourselves since the forge was asked. */
  const reported: Action[] = [];
  let subjectSince: Partial<Given['subject']> = {};
  let judged: Judged | undefined;
  let cachedUsed = false;
  let bypass = false;

  const given: Given = {
    actor: delivery.sender,
    author: target.author,
    subject: {
      kind: target.kind,
      number: target.number,
      owner: delivery.repository.owner,
      repository: delivery.repository.name,
      title: target.title,
      state: target.state,
      draft: target.draft,
      merged: target.merged,
      labels: target.labels,
      headSha: delivery.headMoved?.after ?? target.headSha,
      headMoved: delivery.headMoved,
    },
    event: delivery.event,
    label: delivery.label,
    removal: delivery.removal,
    job: delivery.job,
    at: delivery.text?.at ?? delivery.at,
    delivery: delivery.id,
    teams: delivery.text?.teams,
    commands: sources.commands,
  };

  const changedTo = ({ state: to, ...rest }: { readonly state?: PullNow['state']; readonly title?: string }): void => {
    pullSince = { ...pullSince, ...rest, ...(to === undefined ? {} : { state: to }) };
    const closed = to === undefined ? {} : { state: to === 'open' ? to : ('closed' as const), merged: to === 'merged' };
    subjectSince = { ...subjectSince, ...rest, ...closed };
  };

  const throughCache = async <T>(
    key: string,
    seconds: number,
    load: () => Promise<T>,
    fits: (value: unknown) => value is T,
  ): Promise<T> => {
    const kept = bypass ? undefined : await cache.get(key);
    if (fits(kept)) {
      cachedUsed = true;
      return kept;
    }
    const fresh = await load();
    await cache.put(key, fresh, seconds);
    return fresh;
  };

  let loadedHead: string | undefined;
  const pull = once<PullNow>(async () => {
    const now = await read.pull();
    loadedHead = now.headSha;
    return now;
  });
  /** Where the forge itself asks for what is up to date, it would refuse what was tested in a batch. */
  const areBatched = async (): Promise<boolean> => {
    const { strict, baseRef } = await pull.get();
    // What is started for one head is not started for what a batch makes of several.
    if (needsJobs(settings.pipelines, baseRef)) return false;
    return settings.merge.batch > 0 && settings.merge.upToDate && strict !== true;
  };
  /** Undefined where it need not be known. */
  const standingOnce = once(async (): Promise<readonly [KeptBatch | undefined, Compared | undefined]> => {
    const { baseRef, headSha, strict, queue, state: is } = await pull.get();
    // A queue tests it on top of all that is before it.
    if (queue !== undefined || (!settings.merge.upToDate && strict !== true)) return [undefined, undefined];
    // First what is kept, then the end of the branch: that moves along what is kept, and never back.
    const of = is === 'open' && (await areBatched()) ? await batchOf(branchOf(delivery, baseRef), cache) : undefined;
    return [of, await read.standing(baseRef, headSha)];
  });
  const changedFiles = once(() => read.changedFiles());
  /** Whether it was closed when the delivery came and is not now. */
  const isReopened = async (): Promise<boolean> => {
    if (target.kind === 'issue' || (subjectSince.state ?? target.state) === 'open') return false;
    const open = (await pull.get()).state === 'open';
    if (open) changedTo({ state: 'open' });
    return open;
  };
  const roleKey = (person: Person): string => `role#${repository}#${person.id}`;
  const roles = new Map<string, Once<{ readonly role: Role; readonly public: boolean }>>();
  const roleOf = (person: Person): Promise<{ readonly role: Role; readonly public: boolean }> => {
    let role = roles.get(person.id);
    if (role === undefined) {
      role = once(() => throughCache(roleKey(person), ROLE_SECONDS, () => read.role(person), isRole));
      roles.set(person.id, role);
    }
    return role.get();
  };
  const issueLabels = once(() => read.labels());
  const labelsKey = `labels#${repository}`;
  const repositoryLabels = once(() =>
    throughCache(labelsKey, LABELS_SECONDS, () => read.repositoryLabels(), isStrings),
  );

  const labels = async (): Promise<ReadonlySet<string>> => {
    const now = new Set(target.kind === 'pull' ? (await pull.get()).labels : await issueLabels.get());
    for (const { label, on } of labelsSince.values()) {
      for (const each of now) if (each.toLowerCase() === label.toLowerCase()) now.delete(each);
      if (on) now.add(label);
    }
    return now;
  };

  /** People whose power can matter now: who acts, who wrote it, whose vote stands. */
  const peopleHere = (): readonly Person[] => {
    const voters = state.votes.filter(({ id }) => id !== '').map(({ by, id }) => ({ login: by, id, bot: false }));
    const everybody = [delivery.sender, target.author, ...voters];
    return [...new Map(everybody.map((person) => [person.id, person])).values()].filter(({ bot }) => !bot);
  };
  const maintainers = async (): Promise<ReadonlySet<string>> => {
    const all = await Promise.all(peopleHere().map(async (person) => ({ person, has: await roleOf(person) })));
    return new Set(
      all.filter(({ has }) => reaches(has.role, 'maintain')).map(({ person }) => person.login.toLowerCase()),
    );
  };

  const options = ownersOptions(settings);
  const owned = once<Owned>(async () => {
    const onIssue = target.kind === 'issue';
    // On an issue only the root speaks: whether the repository has OWNERS at all.
    const { baseRef, baseSha } = onIssue ? { baseRef: 'HEAD', baseSha: 'HEAD' } : await pull.get();
    const paths = onIssue ? ['OWNERS'] : sidesOf((await changedFiles.get()).files);
    return ownedBy(baseSha, paths, options, {
      filesAt: (commit, wanted) => read.filesAt(commit, wanted),
      teamMembers: (team) => read.teamMembers(team),
      maintainers,
      memory: onIssue ? NO_MEMORY : sources.owners(repository, baseRef, options),
    });
  });

  const trust = trustSparing({ cache, repository, number: target.number, ask: (login) => read.trust(login) });
  const powerFiles = once(async () => {
    const [{ headSha, baseSha }, { files }] = await Promise.all([pull.get(), changedFiles.get()]);
    return powerFilesAt({ headSha, baseSha, files, options, read });
  });

  const filesHere = async (): Promise<
    readonly { readonly path: string; readonly previousPath?: string | undefined }[]
  > => (target.kind === 'issue' ? [{ path: 'OWNERS' }] : (await changedFiles.get()).files);

  const identities = identitiesIn(cache, delivery.provider, delivery.at);
  /** What files say of somebody, if the login they name is this account's and was nobody else's before. */
  const namedHere = async (person: Pick<Person, 'login' | 'id'>): Promise<NamedHere> => {
    const [{ index, rung }, files] = await Promise.all([owned.get(), filesHere()]);
    const approver = mayApproveAny(index, files, person.login);
    const named = mayReviewAny(index, files, person.login);
    const root = rung === 'owners' && rootApproversOf(index).has(person.login.toLowerCase());
    // Where nothing but roles counts, the forge has just spoken of the account itself.
    const theirs = (!named && !root) || rung === 'roles' || (await identities.isTheirs(person));
    return { rung, approver: approver && theirs, named: named && theirs, taken: !theirs, root: root && theirs };
  };

  const approval = async (): Promise<Approval> => {
    const [now, { files, complete }, { index, rung, commit }] = await Promise.all([
      pull.get(),
      changedFiles.get(),
      owned.get(),
    ]);
    const standing = state.votes.filter((each) => isAbout(each, now));
    const counting = standing.filter(
      ({ vote }) => vote === 'approve' || (vote === 'lgtm' && settings.approve.lgtmActsAsApprove),
    );
    // Of everybody who said something, so that it is known whose a login is before anything hangs on it.
    const people = [target.author, ...standing.map(({ by, id }) => ({ login: by, id }))];
    const names = await Promise.all(
      people.map(async (person) => ({ ...person, ...(await namedHere(person)), may: await maySay('approve', person) })),
    );
    const taken = new Set(names.flatMap((each) => (each.taken ? [each.login.toLowerCase()] : [])));
    const barred = new Set(names.flatMap((each) => (each.may ? [] : [each.login.toLowerCase()])));
    const author = target.author.login.toLowerCase();
    const selfApproval = settings.approve.selfApproval && !state.declined.includes(author);
    const saying = new Set([...counting.map(({ by }) => by), ...(selfApproval ? [author] : [])]);
    const question: ApprovalQuestion = {
      assignees: new Set(now.assignees),
      index,
      files,
      filesComplete: complete,
      approvals: new Set(counting.map(({ by }) => by).filter((by) => !taken.has(by) && !barred.has(by))),
      words: Map.groupBy(counting.map(wordOf), ({ by }) => by),
      author: target.author.login,
      selfApproval: selfApproval && !taken.has(author) && !barred.has(author),
      selfExcept: state.declinedPaths.find(({ by }) => by === author)?.paths,
      pull: target.number,
    };
    const asked = approvalState(question);
    // Who is away matters only where somebody has to be asked.
    const away = asked.suggested.length === 0 ? undefined : await absences();
    const { approved, groups, unapproved, suggested, reasons } =
      away === undefined || away.size === 0 ? asked : approvalState({ ...question, away: new Set(away.keys()) });
    const waivedBy = standing.filter(({ noIssue }) => noIssue === true).map(({ by }) => by);
    const approvers = new Set(names.flatMap((each) => (each.approver && each.may ? [each.login.toLowerCase()] : [])));
    const issue = settings.approve.issueRequired
      ? {
          found: issueIn(now.description, delivery.repository.owner),
          waivedBy: [...new Set(waivedBy)].filter((by) => approvers.has(by)),
        }
      : undefined;
    const assigned = new Set(now.assignees.map((each) => each.toLowerCase()));
    return {
      approved: approved && (issue === undefined || issue.found !== undefined || issue.waivedBy.length > 0),
      issue,
      groups,
      unapproved,
      suggested,
      away,
      assigned: suggested.filter((login) => assigned.has(login)),
      reasons: [
        // Where roles decide, whoever maintains the repository can approve: that nobody is named is no trouble.
        ...reasons
          .filter(({ is }) => is !== 'nobody' || rung === 'owners')
          .map((reason) => reasonInWords(reason, (text) => `\`${text.replaceAll('`', "'")}\``)),
        ...[...taken]
          .filter((login) => saying.has(login))
          .map((login) => `The approval of \`${login}\` does not count: ${TAKEN}.`),
      ],
      rung,
      commit,
      ofPower: !complete || ofPower(files, options),
    };
  };

  /** Power is asked for again: who lost it since gave a word that no longer counts. */
  const mayStillReview = async ({ by, id }: Vote): Promise<boolean> => {
    if (isSet('lgtm')) return maySay('lgtm', { login: by, id });
    if (!settings.owners.skipCollaborators && id !== '') {
      const { role } = await roleOf({ login: by, id, bot: false });
      if (reaches(role, 'write')) return true;
      const { rung } = await owned.get();
      if (rung === 'owners' && reaches(role, 'triage')) return true;
    }
    const { approver, named, rung } = await namedHere({ login: by, id });
    return approver || (rung === 'owners' && named);
  };

  const mayStillApprove = async ({ by, id }: Vote): Promise<boolean> =>
    isSet('approve') ? maySay('approve', { login: by, id }) : (await namedHere({ login: by, id })).approver;

  const lgtms = async (): Promise<readonly Lgtm[]> => {
    const now = await pull.get();
    const about = state.votes.filter((each) => each.vote === 'lgtm' && isAbout(each, now));
    const may = await Promise.all(about.map((each) => mayStillReview(each)));
    return Promise.all(about.filter((_, index) => may[index]).map(withTeams));
  };
  const teamsAsked = teamsOfGroups(settings.lgtm);
  const withTeams = async (vote: Vote): Promise<Lgtm> => {
    if (teamsAsked.length === 0) return vote;
    const person = { login: vote.by, id: vote.id, bot: false };
    const isIn = await Promise.all(teamsAsked.map((team) => isInTeam(person, team)));
    return { ...vote, teams: teamsAsked.filter((_, index) => isIn[index]) };
  };

  const quorum = async (which: NonNullable<Questions['quorum']>): Promise<Answers['quorum']> => {
    const now = await pull.get();
    const standing = await lgtms();
    const { sender: mine, id, at } = delivery;
    const own: Vote = {
      vote: 'lgtm',
      by: mine.login.toLowerCase(),
      id: mine.id,
      headSha: now.headSha,
      at,
      delivery: id,
      stale: [],
    };
    const said = which === 'with mine' ? [...standing, await withTeams(own)] : standing;
    const { state: is } = { ...now, ...pullSince };
    return { ...quorumOf(said, settings.lgtm, now), state: is, labels: await labels() };
  };

  const changeSince = async (): Promise<ChangeSince> => {
    const { headMoved } = delivery;
    if (headMoved === undefined) throw new Refusal(NOT_HERE);
    const { before, after } = headMoved;
    // Without a vote there is nothing to carry, so nothing to compare.
    if (!state.votes.some(({ headSha }) => headSha === before)) return { before, after, altered: 'all' };
    const { baseRef } = await pull.get();
    const [then, now] = await Promise.all([read.changeAt(baseRef, before), read.changeAt(baseRef, after)]);
    return { before, after, altered: alteredBetween(then, now) };
  };

  /** In the very second counts as since. */
  const retargetedSince = async (): Promise<boolean> => {
    const { retargetedAt } = await pull.get();
    return retargetedAt !== undefined && Date.parse(retargetedAt) >= Date.parse(given.at);
  };

  const headSeen = async (): Promise<HeadNow> => {
    const { headSha: sha, forced: known } = await pull.get();
    const { text, review } = delivery;
    if (await retargetedSince()) return { sha, sight: 'retargeted' };
    const named = review?.headSha ?? text?.headSha;
    if (named !== undefined) return { sha, sight: named === sha ? 'seen' : 'moved' };
    const { heads } = state;
    const { pushes: forced, more } = known ?? (await read.forcedPushes());
    const looking = { headSha: sha, written: given.at, comments: text?.comments, heads, forced, more };
    if (heads.length > 0) return { sha, sight: sightOf(looking) };
    if (sightWithout(looking, undefined) === 'seen') return { sha, sight: 'seen' };
    const since = await read.headSince();
    const sight = sightWithout(looking, since);
    return { sha, sight, ...(sight === 'seen' && since?.headSha === sha ? { since: since.at } : {}) };
  };

  /** Of a head that is none any more: what came after the label was put on says nothing of it. */
  const sightBefore = async (headSha: string): Promise<Sight> => {
    const { heads } = state;
    const { pushes, more } = (await pull.get()).forced ?? (await read.forcedPushes());
    const forced = pushes.filter((push) => Date.parse(push.at) <= Date.parse(given.at));
    const looking = { headSha, written: given.at, comments: undefined, heads, forced, more };
    return heads.length > 0 ? sightOf(looking) : 'unknown';
  };

  const absences = async (): Promise<Absences> =>
    absencesIn(await sources.ledger.entries(ABSENCES, repository), given.at);
  const reviewers = async (): Promise<FactTypes['reviewers']> =>
    reviewersToAsk({
      owned: () => owned.get(),
      files: filesHere,
      pull: { ...(await pull.get()), requested: await requestedNow() },
      number: target.number,
      author: target.author.login,
      asked: sources.commands.includes('auto-cc'),
      before: state.reviewersChosen,
      settings: settings.blunderbuss,
      absences,
      waiting: () => read.reviewsWaiting(),
      limited: (logins) => read.limitedAmong(logins),
    });
  /** With what we asked ourselves since. */
  const requestedNow = async (): Promise<readonly string[]> => {
    const asked = (await pull.get()).requested.filter((name) => requestedSince.get(name.toLowerCase()) !== false);
    return [...asked, ...[...requestedSince].filter(([, on]) => on).map(([name]) => name)];
  };

  const facts: { readonly [Name in FactName]: () => Promise<FactTypes[Name]> } = {
    head: async () => ({ sha: (await pull.get()).headSha }),
    retargetedSince,
    labelSight: async () => {
      const clock = sources.now();
      // By whichever clock is ahead.
      const now = clock.getTime() > Date.parse(given.at) ? clock.toISOString() : given.at;
      if (delivery.event !== 'labeled') return { sight: 'seen', told: true, now };
      const { sha, sight } = await headSeen();
      const told = state.heads.at(-1)?.headSha === sha;
      const { headSha } = given.subject;
      const before = headSha === undefined || headSha === sha ? undefined : await sightBefore(headSha);
      return { sight, told, now, ...(before === undefined ? {} : { before }) };
    },
    pull: async () => {
      const now = { ...(await pull.get()), ...pullSince };
      const checks = checksForBase(checksSince(now.checks, reported, now.headSha), state.runs, now);
      return { ...now, checks: withOverrides(checks, state.overrides, now) };
    },
    overrides: async () => (state.overrides.length === 0 ? [] : overridesAt(state.overrides, await pull.get())),
    overridesEnded: async () => {
      if (state.overrides.length === 0) return [];
      const now = await pull.get();
      return overridesAt(state.overrides, now).flatMap((each) => {
        const because = endedBecause(each, now);
        if (because === undefined) return [];
        const { checks } = now;
        return [{ ...each, because, from: shownBy(each, checks), green: isGreenBeside(each.check, checks) }];
      });
    },
    undoable: async () => {
      const known = { ...given.subject, ...subjectSince };
      const now = { title: known.title, state: known.state, merged: known.merged === true, labels, holds: state.holds };
      return undoableIn((await sources.records?.()) ?? [], delivery.sender, now);
    },
    releaseNote: async () => {
      const { description, baseRef } = { ...(await pull.get()), ...pullSince };
      const parentsWithout = await parentsWithoutNote(description, baseRef, delivery.repository, read);
      return { waived: state.waived.includes('release-note'), parentsWithout };
    },
    description: async () => {
      const text = describedSince ?? (await read.description());
      return { text, digest: digestOfText(text) };
    },
    labels,
    repositoryLabels: async () => new Set(await repositoryLabels.get()),
    changedFiles: () => changedFiles.get(),
    blockedPaths: async () => blockedPathsIn((await pull.get()).baseRef, settings, () => changedFiles.get()),
    skippable: async () => skippableIn(await facts.pull(), state.runs, settings),
    signOffs: async () =>
      signOffsOf(await facts.commits(), settings.dco, {
        member: (person) => read.member(person),
        collaborator: async (person) => reaches((await roleOf(person)).role, 'triage'),
      }),
    commits: async () => commitsAt((await pull.get()).headSha, () => read.commits()),
    ownersLabels: async () =>
      ownersLabels(await owned.get(), sidesOf(await filesHere()), settings, async () => repositoryLabels.get()),
    votes: async () => {
      const now = await pull.get();
      // During a push the votes for the head before are what is to be carried over.
      const from = delivery.headMoved?.before;
      return state.votes.filter(
        (each) => isAbout(each, now) || (from !== undefined && isAbout(each, { ...now, headSha: from })),
      );
    },
    votesForAnyHead: async () => state.votes,
    lgtms,
    holds: async () => state.holds,
    batch: async () => {
      const [of, standing] = await standingOnce.get();
      if (standing === undefined || !(await areBatched())) return undefined;
      const { headSha } = await pull.get();
      const own = { number: target.number, headSha };
      return batchFrom(of, { standing, own, now: sources.now(), checksAt: (sha) => read.checksAt(sha) });
    },
    batching: async () => state.batching,
    queueing: async () => state.queued,
    runs: async () => state.runs,
    arming: async () => state.arming,
    refusedMerge: async () => state.refusedMerge,
    vouching: async () => state.vouching,
    required: async () => state.required,
    requiredSaid: async () => {
      if (state.required.length === 0) return [];
      const now = await pull.get();
      const approvals = state.votes.filter((each) => each.vote === 'approve' && isAbout(each, now));
      const may = await Promise.all(approvals.map((each) => mayStillApprove(each)));
      const all = [...(await lgtms()), ...approvals.filter((_, index) => may[index])];
      return saidOf(state.required, all, {
        author: target.author,
        isInTeam: ({ by, id }, team) => isInTeam({ login: by, id, bot: false }, team),
      });
    },
    awaited: () =>
      awaitedBy(state.holds, {
        event: delivery.event,
        // Not of the event: when a check ended is for whoever reports it to say.
        now: sources.now(),
        checks: async () => {
          const { checks, checksComplete } = await facts.pull();
          return checksComplete ? checks : [];
        },
        stateOf: (number) => read.stateOf(number),
      }),
    behind: async () => {
      const [, standing] = await standingOnce.get();
      return standing?.behind;
    },
    turn: async () => {
      const { baseRef, headSha, strict, queue } = await pull.get();
      if (queue !== undefined || (!settings.merge.upToDate && strict !== true)) return 'free';
      const number = await turnOn(branchOf(delivery, baseRef), cache);
      if (number !== target.number) return number === undefined ? 'free' : 'taken';
      // Votes follow to the new head with the event that tells of it.
      return state.heads.at(-1)?.headSha === headSha ? 'mine' : 'moving';
    },
    freezes: async () => freezesIn(await sources.ledger.entries(FREEZES, repository), sources.now()),
    blockers: () =>
      blockersIn(
        repository,
        settings.merge.blockerLabel,
        (label) => read.openIssues(label),
        throughCache,
        (key, seconds) => cache.put(key, true, seconds),
      ),
    approval,
    approvable: async () => {
      const [{ index }, { files }] = await Promise.all([owned.get(), changedFiles.get()]);
      return sidesFor(index, files, delivery.sender.login);
    },
    changeSince,
    review: async () => {
      const { review } = delivery;
      if (review === undefined) throw new Refusal(NOT_HERE);
      // A delivery that was lost comes after what took it back.
      const now = (await pull.get()).reviews.find(({ id }) => id === review.id);
      return { ...review, dismissedSince: now?.verdict === 'dismissed' && review.verdict !== 'dismissed' };
    },
    actorOwns: async () => {
      const [may, { approver: owns, named, rung }] = await Promise.all([
        maySay('approve', delivery.sender),
        namedHere(delivery.sender),
      ]);
      const approver = owns && may;
      // Where the settings say who reviews, they alone do.
      if (isSet('lgtm')) return { approver, reviewer: await maySay('lgtm', delivery.sender) };
      if (rung === 'owners' && (named || settings.owners.skipCollaborators)) {
        return { approver, reviewer: named };
      }
      const { role } = await roleOf(delivery.sender);
      return { approver, reviewer: named || reaches(role, 'write') };
    },
    eventLabel: async () => {
      if (delivery.label === undefined) throw new Refusal(NOT_HERE);
      return { label: delivery.label };
    },
    role: async () => (await roleOf(delivery.sender)).role,
    labelsForMerging: async () => {
      const { on, off } = labelsForMerging(settings);
      const none: ReadonlySet<string> = new Set();
      if (target.kind === 'issue' || on.size + off.size === 0) return { on: none, off: none };
      if (reaches((await roleOf(delivery.sender)).role, 'triage')) return { on: none, off: none };
      // Where the settings say who labels, they alone do.
      const { allow } = settings;
      return { on: allow['label'] === undefined ? on : none, off: allow['remove-label'] === undefined ? off : none };
    },
    proposal: async () => {
      const [{ headSha }, files] = await Promise.all([pull.get(), changedFiles.get()]);
      const { book, files: now } = sources;
      const found = await proposalOf({
        where: delivery.repository,
        headSha,
        changedFiles: files,
        read,
        book,
        files: now,
      });
      const touched = (await powerFiles.get()).touched.length > 0;
      return touched ? { ...found, power: await powerDiffOf(await powerFiles.get(), options, read) } : found;
    },
    picks: async () => state.picks,
    actorPicks: async () => {
      const need = grammar.commands.find(({ name }) => name === CHERRYPICK)?.allow;
      return need !== undefined && (await meets(need, delivery.sender, NO_FLAGS)).permitted;
    },
    ownersVerdict: async () =>
      ownersVerdictOf(await powerFiles.get(), settings.owners, {
        filesAt: (commit, paths) => read.filesAt(commit, paths),
        trust,
      }),
    cherryPickRules: async () => {
      const { review, sender } = delivery;
      const by = review?.by ?? sender;
      const listed = settings.cherryPick.approvers.some((each) => sameLogin(each, by.login));
      const mayApprove = listed && (await identities.isTheirs(by));
      return { ...cherryPickRulesFor((await pull.get()).baseRef, settings.cherryPick), review, mayApprove };
    },
    activity: async () => activityOf(await read.happened(), target.author, state.heads.at(-1)?.at),
    requiredLabels: () =>
      requiredLabelsOf(delivery, settings.requiredLabels.rules, {
        baseRef: async () => (await pull.get()).baseRef,
        labels,
      }),
    milestones: () => read.milestones(),
    branchMilestone: () => branchMilestone(delivery, settings.milestoneApplier, read),
    mergedBranch: () => mergedBranchOf(delivery.mergedBranch, settings.branchCleaner.preservedBranches, read),
    absences,
    reviewers: async () => reviewers(),
    notices: async () => new Set(Object.keys(state.notices)),
    catalogue: async () => sources.catalogue,
    origins: async () => sources.inForce.origins,
    gate: async () => (target.kind === 'issue' ? undefined : gateFrom(facts, settings)),
    brokenSettings: async () => brokenInFew(sources.broken ?? []),
  };

  const fetched = async (name: FactName): Promise<Partial<FactTypes>> => ({ [name]: await facts[name]() });

  /** By somebody, or by a label of which no record tells. */
  const isHeld = (): boolean => state.holds.length > 0 || labelOn(new Set(target.labels), HOLD) !== undefined;

  const teamsOf = new Map<string, Once<boolean>>();
  /** A team that nobody can see is told of elsewhere; nobody is known to be in it. */
  const isInTeam = (person: Person, team: string): Promise<boolean> => {
    const key = `team#${repository}#${team.toLowerCase()}#${person.id}`;
    let found = teamsOf.get(key);
    if (found === undefined) {
      found = once(() => throughCache(key, ROLE_SECONDS, () => noIfRefused(read.inTeam(person, team)), isBoolean));
      teamsOf.set(key, found);
    }
    return found.get();
  };

  const memberOf = new Map<string, Once<boolean>>();
  /** @throws Refusal where nobody can see the team. */
  const isMemberOf = (person: Person, team: string): Promise<boolean> => {
    const key = `member#${repository}#${team.toLowerCase()}#${person.id}`;
    const found =
      memberOf.get(key) ?? once(() => throughCache(key, ROLE_SECONDS, () => read.inTeam(person, team), isBoolean));
    memberOf.set(key, found);
    return found.get();
  };

  const lookedUp = async (standing: Standing, unknown: Unknown, person: Person): Promise<Standing> => {
    switch (unknown.lookUp) {
      case 'role':
        return { ...standing, ...(await roleOf(person)) };
      case 'ownership': {
        const { rung, approver, named, root } = await namedHere(person);
        return { ...standing, ownership: { rung, approver, named: rung === 'owners' && named, root } };
      }
      case 'holder':
        return { ...standing, holder: isHeld() ? state.holds.some((each) => isOwnHold(each, person)) : true };
      case 'held-for': {
        const teams = new Set(state.holds.flatMap(({ team }) => team ?? []));
        const found = await Promise.all([...teams].map((team) => isInTeam(person, team)));
        return { ...standing, heldFor: found.includes(true) };
      }
      case 'abandoned': {
        const on = await labels();
        return { ...standing, abandoned: ABANDONED_LABELS.some((label) => labelOn(on, label) !== undefined) };
      }
      case 'trusted':
        return { ...standing, trusted: await isTrusted(person) };
      case 'vouched':
        return { ...standing, vouched: (await pullTrust()).trusted };
      case 'member':
        return { ...standing, member: await read.member(person) };
      default: {
        const teams = new Map(standing.teams);
        teams.set(unknown.team, await read.inTeam(person, unknown.team));
        return { ...standing, teams };
      }
    }
  };

  /** Whether somebody meets a requirement, asking for no more than decides it. */
  const meets = async (
    need: Requirement,
    person: Person,
    flags: ReadonlySet<string>,
    known?: Standing,
  ): Promise<{ readonly permitted: boolean; readonly standing: Standing }> => {
    let standing: Standing = known ?? {
      author: person.id !== '' && person.id === target.author.id,
      switches: switchesIn(settings),
      writersReview: !settings.owners.skipCollaborators,
    };
    let permitted = permits(need, standing, flags);
    while (typeof permitted !== 'boolean') {
      // One after the other on purpose: each answer may make the next question needless.
      // oxlint-disable-next-line no-await-in-loop
      standing = await lookedUp(standing, permitted, person);
      permitted = permits(need, standing, flags);
    }
    return { permitted, standing };
  };

  /** What people are here, as far as it was looked up for their votes. */
  const standings = new Map<string, Standing>();
  const isSet = (command: VoteKind): boolean => settings.allow[command] !== undefined;
  /** Whether the settings let somebody give such a vote; where they say nothing, OWNERS and roles do. */
  const maySay = async (command: VoteKind, person: Pick<Person, 'login' | 'id'>): Promise<boolean> => {
    const need = grammar.commands.find(({ name }) => name === command)?.allow;
    if (need === undefined || !isSet(command)) return true;
    const key = `${person.id}#${person.login.toLowerCase()}`;
    const { permitted, standing } = await meets(need, { ...person, bot: false }, NO_FLAGS, standings.get(key));
    // What our own actions change is asked anew.
    const { holder: _, abandoned: __, ...lasting } = standing;
    standings.set(key, lasting);
    return permitted;
  };

  const trusting = new Map<string, Promise<boolean>>();
  const member = (person: Person): Promise<boolean> => read.member(person);
  const isTrusted = (person: Person): Promise<boolean> => {
    const known = trusting.get(person.id) ?? isTrustedHere(person, settings, { roleOf, member });
    trusting.set(person.id, known);
    return known;
  };
  const pullTrust = async (): Promise<PullTrust> => {
    const { headSha, baseRef } = await pull.get();
    return trustIn({
      headSha,
      baseRef,
      author: target.author.login,
      authorTrusted: await isTrusted(target.author),
      vouching: state.vouching,
      labels: await labels(),
      mode: settings.trigger.trust,
    });
  };
  const jobsAsked = async (asked: NonNullable<Questions['jobs']>): Promise<JobsHere> =>
    jobsHere(asked, {
      settings,
      pull: await pull.get(),
      runs: state.runs,
      changedFiles: () => changedFiles.get(),
      workflows: (sha) => read.workflows(sha),
      trust: await pullTrust(),
    });
  const pushAsked = async (): Promise<PushTrust> => ({
    pusherTrusted: sameLogin(delivery.sender.login, target.author.login) || (await isTrusted(delivery.sender)),
    risky: await riskySince(delivery.headMoved, {
      vouch: state.vouching.vouch,
      baseRef: (await pull.get()).baseRef,
      trigger: settings.trigger,
      isPower: (paths) =>
        ofPower(
          paths.map((path) => ({ path, additions: 0, deletions: 0 })),
          options,
        ),
      altered: async (from, to) => {
        const { baseRef } = await pull.get();
        const [then, now] = await Promise.all([read.changeAt(baseRef, from), read.changeAt(baseRef, to)]);
        return alteredOrMoved(then, now);
      },
    }),
  });

  const liftable = (): Promise<readonly Hold[]> => {
    const { sender } = delivery;
    const switches = switchesIn(settings);
    return liftableBy(state.holds.length > 0 || !isHeld() ? state.holds : [UNKNOWN_HOLD], {
      person: sender,
      isAuthor: sender.id === target.author.id,
      anyone: switches.has('anyone-lifts-holds'),
      powerful: async () => (await meets(POWERFUL, sender, NO_FLAGS)).permitted,
      inTeam: (team) => isInTeam(sender, team),
    });
  };

  const permitsHere = (): Promise<readonly GateLeaf[]> =>
    permitsOf(grammar.commands, {
      kind: target.kind,
      catalogue: sources.catalogue,
      origins: sources.inForce.origins,
      ask: permission,
    });

  const groupsMentioned = (expression: string): Promise<GroupsMentioned | undefined> =>
    groupsIn(given.teams ?? [], expression, {
      labels,
      repositoryLabels: async () => new Set(await repositoryLabels.get()),
      member: () => read.member(delivery.sender),
    });

  const newcomer = (): Promise<boolean> =>
    isNewcomer({
      association: target.association,
      role: async () => (await roleOf(target.author)).role,
      member: () => read.member(target.author),
      otherPulls: () => read.otherPulls(target.author),
    });

  /** The one before that of this event, which took it off. */
  const labeledBy = async (label: string): Promise<Person | undefined> =>
    (await read.labelChanges()).findLast((each) => each.on && sameLogin(each.label, label))?.by;

  const everHeld = async (): Promise<boolean> =>
    ((await sources.records?.()) ?? []).some(({ actions }) =>
      actions.some(({ is, result }) => is === 'hold' && result === 'recorded'),
    );

  const fun = funHere({ find: sources.fun, cache, repository, perHour: settings.fun.perHour });

  const answered = async (asks: Questions): Promise<Answers> => {
    const { pulls = [], teams = [], issues = [] } = asks;
    const found = await Promise.all(issues.map(async (each) => [issueKey(each), await read.issueAt(each)] as const));
    const states = await Promise.all(pulls.map(async (number) => [number, await read.stateOf(number)] as const));
    const gate = asks.gate === true ? await facts.gate() : undefined;
    const headSha = asks.gate === true && target.kind === 'pull' ? (await pull.get()).headSha : undefined;
    if (gate !== undefined && headSha !== undefined) judged = { gate, headSha };
    const seen = await Promise.all(teams.map(async (team) => (await read.teamMembers(team)).length > 0));
    const named = await Promise.all(
      (asks.people ?? []).map(async (login) => {
        const person = await read.personNamed(login);
        if (person === undefined || person.bot) return [login, person, false] as const;
        return [login, person, (await meets(AGREEING, person, NO_FLAGS)).permitted] as const;
      }),
    );
    return {
      people: new Map(
        named.flatMap(([login, person, mayAgree]) => (person === undefined ? [] : [[login, { ...person, mayAgree }]])),
      ),
      groups: asks.groups === undefined ? undefined : await groupsMentioned(asks.groups),
      newcomer: asks.newcomer === true ? await newcomer() : undefined,
      fun: asks.fun === undefined ? undefined : await fun(asks.fun),
      text: asks.text === true ? await read.text() : undefined,
      issues: new Map(found.flatMap(([key, issue]) => (issue === undefined ? [] : [[key, issue]]))),
      liftable: asks.liftable === true ? await liftable() : [],
      ...(asks.checks === true ? checksIn(await facts.pull()) : checksIn(NO_ANSWERS)),
      pulls: new Map(states.flatMap(([number, is]) => (is === undefined ? [] : [[number, is]]))),
      waits: pulls.length > 0 ? await waitsIn(delivery, cache) : new Map(),
      ...(asks.labeledBy === undefined
        ? {}
        : { labeledBy: await labeledBy(asks.labeledBy), everHeld: await everHeld() }),
      teams: new Set(teams.filter((_, index) => seen[index])),
      gate,
      headSha,
      coverage: asks.coverage === true && target.kind === 'pull' ? await coverageFrom(facts, settings) : undefined,
      permits: asks.permits === true ? await permitsHere() : [],
      quorum: asks.quorum === undefined ? undefined : await quorum(asks.quorum),
      jobs: asks.jobs === undefined || target.kind === 'issue' ? undefined : await jobsAsked(asks.jobs),
      push: asks.push === true ? await pushAsked() : undefined,
      authorIn:
        asks.authorIn !== undefined &&
        state.votes.some(({ vote }) => vote === 'lgtm') &&
        (await isInTeam(target.author, asks.authorIn)),
      memberships: await membershipsIn(asks.memberships ?? new Map(), (team) => isMemberOf(delivery.sender, team)),
    };
  };

  const ownersToAsk = async (): Promise<readonly string[]> => {
    try {
      const { groups, suggested } = await approval();
      const people = [...suggested, ...groups.flatMap(({ canApprove }) => canApprove)];
      const { index } = await owned.get();
      return people.length === 0 ? [...rootApproversOf(index)] : people;
    } catch (error) {
      // Whom to ask is worth a look, but no reason to keep somebody waiting for a refusal.
      if (error instanceof Retryable) return [];
      throw error;
    }
  };

  const couldBe = async (need: Requirement, isSetSo: boolean): Promise<readonly string[]> => {
    if (target.kind === 'issue') return [];
    // Owners are whom to ask only where being one is enough.
    if (isSetSo && permits(need, OWNER_AND_NO_MORE) !== true) return [];
    const holders = mentions(need, 'holder') ? state.holds.map(({ by }) => by) : [];
    const people = [...holders, ...(await ownersToAsk())];
    const excluded = [delivery.sender.login, ...(mentions(need, 'not') ? [target.author.login] : [])];
    return [...new Set(people)].filter((login) => !excluded.some((each) => sameLogin(each, login)));
  };

  const basisFor = async (
    need: Requirement,
    standing: Standing,
    from: (Origin & { readonly key: string }) | undefined,
  ): Promise<Basis> => {
    const role = standing.role === undefined ? '' : ` (role on the forge: ${standing.role})`;
    const rule = `${inWords(need)}${role}`;
    if (from !== undefined) {
      const { key, file, line, commit } = from;
      return { rule: `${key}: ${rule}`, file, line, ...(commit === '' ? {} : { commit }) };
    }
    if (standing.ownership === undefined) return { rule };
    const [{ index, commit }, files] = await Promise.all([owned.get(), filesHere()]);
    if ((await namedHere(delivery.sender)).taken) return { rule: `${rule}; ${TAKEN}`, commit };
    const named = basisOf(index, files, delivery.sender.login);
    return { rule, ...(named === undefined ? {} : { file: named.path }), commit };
  };

  const permission: Reading['permission'] = async (need, flags, from) => {
    const { permitted, standing } = await meets(need, delivery.sender, flags);
    return {
      permitted,
      standing,
      basis: await basisFor(inForce(need, flags), standing, from),
      couldBe: permitted ? [] : await couldBe(inForce(need, flags), from !== undefined),
    };
  };

  return {
    given,
    headSeen,
    permission,
    async seen(needs, asks) {
      const parts = await Promise.all(needs.map((name) => fetched(name)));
      const answers = asks === undefined ? NO_ANSWERS : await answered(asks);
      return Object.assign({}, given, { settings, answers, subject: { ...given.subject, ...subjectSince } }, ...parts);
    },
    knownHead: () =>
      loadedHead ??
      delivery.headMoved?.after ??
      delivery.review?.headSha ??
      target.headSha ??
      state.heads.at(-1)?.headSha ??
      '',
    judged: () => judged,
    state: () => state,
    absorb(next) {
      state = next;
    },
    learn(action, { result }) {
      if (result !== 'done' && result !== 'unchanged') return;
      if (action.is === 'add-label' || action.is === 'remove-label') {
        labelsSince.set(action.label.toLowerCase(), { label: action.label, on: action.is === 'add-label' });
      }
      if (action.is === 'add-labels') {
        for (const label of action.labels) labelsSince.set(label.toLowerCase(), { label, on: true });
      }
      if (action.is === 'set-status' || action.is === 'report') reported.push(action);
      if (action.is === 'request-review' || action.is === 'unrequest-review') {
        for (const name of action.reviewers) requestedSince.set(name.toLowerCase(), action.is === 'request-review');
      }
      if (action.is === 'close') changedTo({ state: 'closed' });
      if (action.is === 'reopen') changedTo({ state: 'open' });
      if (action.is === 'retitle') changedTo({ title: action.title });
      if (action.is === 'set-milestone') pullSince = { ...pullSince, milestone: action.milestone?.title };
      if (action.is === 'describe') {
        describedSince = action.text;
        pullSince = { ...pullSince, description: action.text };
      }
      if (action.is === 'merge') changedTo({ state: 'merged' });
    },
    async refreshed() {
      const reopened = await isReopened();
      if (!cachedUsed) return reopened;
      cachedUsed = false;
      bypass = true;
      repositoryLabels.forget();
      // Who maintains the repository is among it.
      owned.forget();
      standings.clear();
      trusting.clear();
      for (const role of roles.values()) role.forget();
      teamsOf.clear();
      memberOf.clear();
      return true;
    },
  };
}

function checksIn({ checks, checksComplete }: Pick<Answers, 'checks' | 'checksComplete'>) {
  return { checks, checksComplete };
}

/** Whether a requirement, or one inside it, is of this kind. */
function mentions(need: Requirement, is: Requirement['is']): boolean {
  if (need.is === is) return true;
  return (need.is === 'any' || need.is === 'all') && need.of.some((each) => mentions(each, is));
}

/** The paths where two heads do not change the same. */
export function alteredBetween(then: Change, now: Change): ChangeSince['altered'] {
  if (!then.complete || !now.complete) return 'all';
  const paths = new Set([...then.files.keys(), ...now.files.keys()]);
  return [...paths].filter((path) => !isSameChange(then.files.get(path), now.files.get(path)));
}

/** With the paths that something was moved away from. */
export function alteredOrMoved(then: Change, now: Change): ChangeSince['altered'] {
  const altered = alteredBetween(then, now);
  if (altered === 'all') return altered;
  const from = altered.flatMap((path) => [then, now].flatMap(({ files }) => files.get(path)?.previous ?? []));
  return [...new Set([...altered, ...from])];
}

/** Lines alone are asked only where the base itself changed the file: they do not tell one place from another like it. */
function isSameChange(then: FileChange | undefined, now: FileChange | undefined): boolean {
  if (then === undefined || now === undefined) return false;
  return then.from === now.from ? then.to === now.to : then.lines === now.lines;
}

function sameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const AGREEING: Requirement = anyOf({ is: 'reviewer' }, { is: 'approver' });
const POWERFUL: Requirement = anyOf({ is: 'approver' }, roleAtLeast('maintain'));

async function noIfRefused(asked: Promise<boolean>): Promise<boolean> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** The command whose requirement says who may, whether it is typed or a label asks. */
const CHERRYPICK = 'cherrypick';
const NO_FLAGS: ReadonlySet<string> = new Set();
/** Somebody of whom nothing is known but that OWNERS name them. */
const OWNER_AND_NO_MORE: Standing = {
  author: false,
  switches: new Set(),
  writersReview: false,
  ownership: { rung: 'owners', approver: true, named: true },
};
const NO_MEMORY: OwnersMemory = { find: async () => undefined, keep: async () => undefined };

function sidesOf(
  files: readonly { readonly path: string; readonly previousPath?: string | undefined }[],
): readonly string[] {
  return files.flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath]));
}

/** Whether a vote is about this commit going into this branch. */
function isAbout(vote: Vote, { headSha, baseRef }: Pick<PullNow, 'headSha' | 'baseRef'>): boolean {
  return vote.headSha === headSha && (vote.baseRef === undefined || vote.baseRef === baseRef);
}

function wordOf({ by, stale, paths, except, first, headSha }: Vote): Word & { readonly by: string } {
  return { by, stale, paths, except, commit: first ?? headSha };
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isRole(value: unknown): value is { readonly role: Role; readonly public: boolean } {
  return typeof value === 'object' && value !== null && 'role' in value && 'public' in value;
}
