/** A forge is three verbs: receive at the door, read facts, apply actions. One entry per fact and action, or it does not compile. */
import type { Delivery, Person, ProviderId, Repository, Target } from '../delivery.ts';
import type {
  ActionResult,
  Blocker,
  Check,
  Commits,
  ForgeAction,
  IssueName,
  IssueSeen,
  MergedBranch,
  Milestone,
  PullFact,
  ReviewFact,
  Role,
  WorkflowHere,
} from '../language/index.ts';
import type { ChangedFileFact } from '../language/index.ts';
import type { Engine } from '../pipelines/engine.ts';
import type { Quota } from '../quota.ts';

/** What arrives at the door; header names are lower-case. */
export type RawRequest = {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decoded as UTF-8. Bytes that are no UTF-8 were replaced by others, and so fit no signature. */
  readonly body: string;
  /** When it arrived; ISO 8601. */
  readonly receivedAt: string;
};

export type Received =
  /** Something a rule may want. */
  | { readonly is: 'delivery'; readonly delivery: Delivery }
  /** Nothing that could ever matter; `reason` is a fixed sentence. */
  | { readonly is: 'ignored'; readonly id: string; readonly reason: string };

export type DoorKnowledge = {
  /** One or two; a signature by either is valid. */
  readonly secrets: readonly string[];
  /** The App's id and the id or login of its own bot user, as far as the deployment knows them. */
  readonly appId: string | undefined;
  /** Bots whose comments count as commands; lower-case logins. */
  readonly bots: readonly string[];
  /** The deployment's settings have somebody told of deleted branches, which are of no concern to pull requests. */
  readonly deletions?: boolean | undefined;
  readonly maxBodyBytes: number;
};

/** @throws Rejected with 400, 401, 413 or 415. Verifies the raw bytes before anything else. */
export type Receive = (request: RawRequest, knowledge: DoorKnowledge) => Promise<Received>;

/** Where a delivery belongs on the forge. */
export type Place = {
  readonly repository: Repository;
  readonly installation: string;
  readonly kind: 'pull' | 'issue';
  readonly number: number;
};

/** A blob at a commit: its id and text, or why it cannot be had as text (too large, binary, a link, a submodule). */
export type FileAtCommit =
  | { readonly is: 'text'; readonly oid: string; readonly text: string }
  | { readonly is: 'unreadable'; readonly oid: string; readonly problem: string }
  | { readonly is: 'absent' };

/** What changes in one file, as digests: each is the same only where the thing is. */
export type FileChange = {
  /** Path, content and mode at the merge base. */
  readonly from: string;
  /** Content and mode at the head. */
  readonly to: string;
  /** The lines that differ with the lines around them, wherever they stand, and the modes. */
  readonly lines: string;
  /** Where it was moved from. */
  readonly previous?: string;
};

export type Change = {
  /** By path at the head. */
  readonly files: ReadonlyMap<string, FileChange>;
  /** Whether these are all. */
  readonly complete: boolean;
};

/** Where a repository keeps its settings, and an organization those for all of its repositories. */
export const SETTINGS_PATH = '.github/bowsprit.yaml';
export const ORGANIZATION_REPOSITORY = '.github';
export const ORGANIZATION_PATH = 'bowsprit.yaml';

/** A settings file as it is at a commit. */
export type SettingsAt = {
  /** The branch it was read from; empty for the default branch where its name is not known. */
  readonly ref: string;
  readonly commit: string;
  readonly file: FileAtCommit;
};

export type LabelChange = {
  readonly label: string;
  readonly on: boolean;
  readonly by: Person;
  /** ISO 8601, by the forge's clock. */
  readonly at: string;
};

/** Something that somebody did on a pull request or issue. `spoke`: a comment or a review; `acted`: anything else that shows them at it. */
export type Happening = {
  readonly is: 'spoke' | 'acted' | 'labeled' | 'unlabeled';
  readonly by: Person;
  /** ISO 8601, by the forge's clock. */
  readonly at: string;
  /** Whether they belong to the project, as the forge says beside what they wrote. */
  readonly insider: boolean;
  readonly label?: string | undefined;
};

/** Of one repository: open ones with any of these labels and none of those, that nothing changed since. */
export type OldOnes = {
  readonly kind: 'pull' | 'issue';
  readonly labels: readonly string[];
  readonly without: readonly string[];
  /** ISO 8601; left out: whenever something changed. */
  readonly before?: string | undefined;
  readonly most: number;
  /** Of several parts of the list, the one whose turn it is: so that those which stay as they are hide no others. */
  readonly turn: number;
};

export type PullNow = PullFact & {
  /** The commit at the end of the base branch now: where OWNERS are read. */
  readonly baseSha: string;
  readonly labels: readonly string[];
  readonly changedFiles: number;
  /** The newest hundred, oldest first, with when they were given by the forge's clock; ISO 8601. */
  readonly reviews: readonly (ReviewFact & { readonly at: string })[];
  /** When it was last given another base branch, where the forge tells; ISO 8601. */
  readonly retargetedAt?: string;
  /** Its last pushes by force, where the forge tells them with the rest. */
  readonly forced?: ForcedPushes;
  /** When anything last changed, by the forge's clock; empty where it does not tell. ISO 8601. */
  readonly updatedAt: string;
  readonly public: boolean;
  /** Whose review is asked for and has not come: logins, and teams as `org/team`, as far as they can be seen. */
  readonly requested: readonly string[];
};

/** A push that left commits behind: which they were is unknown where the forge does not tell, or has them no more. */
export type ForcedPush = {
  /** By the forge's clock; ISO 8601. */
  readonly at: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
};

/** Oldest first, the last few. */
export type ForcedPushes = { readonly pushes: readonly ForcedPush[]; readonly more: boolean };

/** `at`: by the forge's clock; ISO 8601. */
export type HeadSince = { readonly headSha: string; readonly at: string };

/** A run of a workflow of the forge's own. */
export type Workflow = Omit<WorkflowHere, 'required'>;

/** The commits of a pull request, of the head they lead to. */
export type CommitsNow = Commits & { readonly headSha: string };

export type PullsOnto = {
  readonly pulls: readonly { readonly target: Target; readonly mergeable: PullFact['mergeable'] }[];
  /** Undefined where these were the last. */
  readonly after: string | undefined;
};
export type BranchUse = Omit<MergedBranch, 'preserved'>;

/** How a commit stands to the end of a branch. */
export type Compared = {
  readonly base: { readonly sha: string; readonly tree: string };
  /** Whether the end of the branch has what the commit has not. */
  readonly behind: boolean;
  /** How many commits it has that the branch has not. */
  readonly ahead: number;
  /** Where it left the branch. */
  readonly mergeBase: string;
};

/**
 * Facts as one forge gives them. Each is asked at most once per delivery by the engine, which also caches; an adapter
 * may answer several from one request. "Could not find out" is thrown as Retryable, never answered.
 */
export type Read = {
  pull(): Promise<PullNow>;
  labels(): Promise<readonly string[]>;
  /** Of the pull request or issue, as it is written. */
  description(): Promise<string>;
  /**
   * The text that came with the delivery; undefined where there was none, or it is gone.
   * @throws Refusal where it was edited since
   */
  text(): Promise<string | undefined>;
  /** Whether the repository has other pull requests of theirs; undefined where that cannot be asked. */
  otherPulls(person: Person): Promise<boolean | undefined>;
  /** Of this repository or another; undefined where there is none to be seen. */
  issueAt(named: IssueName): Promise<IssueSeen | undefined>;
  /** Open milestones of the repository; as many as are looked at. */
  milestones(): Promise<readonly Milestone[]>;
  defaultBranch(): Promise<string>;
  /** All labels defined in the repository. */
  repositoryLabels(): Promise<readonly string[]>;
  changedFiles(): Promise<{ readonly files: readonly ChangedFileFact[]; readonly complete: boolean }>;
  /** By numeric id as well as login: a login that now belongs to somebody else has no role. */
  role(person: Person): Promise<{ readonly role: Role; readonly public: boolean }>;
  member(person: Person): Promise<boolean>;
  /** @throws Refusal where there is no such team to be seen: nobody is in it, and nobody is known not to be. */
  inTeam(person: Person, team: string): Promise<boolean>;
  /** Undefined where nobody is called so. */
  personNamed(login: string): Promise<Person | undefined>;
  /** Another pull request of the repository; undefined where there is none of that number. */
  stateOf(pull: number): Promise<PullFact['state'] | undefined>;
  /** Lower-case logins. */
  teamMembers(team: string): Promise<readonly string[]>;
  /** Files at a commit, as many as asked for, by few requests. */
  filesAt(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, FileAtCommit>>;
  /** The repository's settings: at the end of the base branch for a pull request, of the default branch otherwise. */
  settings(): Promise<SettingsAt>;
  /** The organization's; undefined where it has no repository for them on which we are installed. */
  organizationSettings(): Promise<SettingsAt | undefined>;
  /** Of the versions of a settings file that its branch had before `commit`, the newest that fits; not for ever back. */
  earlierSettings(
    of: 'repository' | 'organization',
    commit: string,
    fits: (version: SettingsAt) => boolean,
  ): Promise<SettingsAt | undefined>;
  /** Repositories of the same owner on which we are installed, with their settings; as many as are looked at. */
  ownersRepositories(): Promise<{
    readonly repositories: readonly { readonly name: string; readonly settings: SettingsAt }[];
    readonly complete: boolean;
  }>;
  /** Paths of all files at a commit, as far as the forge lists them. */
  treeAt(commit: string): Promise<{ readonly paths: readonly string[]; readonly complete: boolean }>;
  /** Whether a login is a collaborator or a member here, somebody else, or nobody's. @throws Refusal where that may not be asked. */
  trust(login: string): Promise<'trusted' | 'stranger' | 'nobody'>;
  /** The commits between base and head, as many as the forge lists. */
  commits(): Promise<CommitsNow>;
  /** The commit at the end of a branch. */
  branch(ref: string): Promise<string>;
  /** A branch of this repository, and who uses it, by one request; a list that is not whole names the pull request 0. */
  branchUse(name: string): Promise<BranchUse>;
  /** When the head was moved to a commit that does not build on it. */
  forcedPushes(): Promise<ForcedPushes>;
  /** Since when the head branch ends where it does, by the forge's record of pushes; undefined where it shows none. */
  headSince(): Promise<HeadSince | undefined>;
  /** What happened on it, in any order; as much as is looked at. */
  happened(): Promise<{ readonly happened: readonly Happening[]; readonly complete: boolean }>;
  /** Who put labels on and took them off, oldest first. */
  labelChanges(): Promise<readonly LabelChange[]>;
  /** What changes between the merge base and `head`. */
  changeAt(baseRef: string, head: string): Promise<Change>;
  /** How this commit stands to the end of a branch, or to another commit. */
  standing(base: string, head: string): Promise<Compared>;
  /** What checks say of a commit that need not be the head. */
  checksAt(sha: string): Promise<{ readonly checks: readonly Check[]; readonly complete: boolean }>;
  /** Open issues with this label; pull requests are none. */
  openIssues(label: string): Promise<readonly Blocker[]>;
  /** Open pull requests of the repository, newest first; as many as are looked at. */
  openPulls(): Promise<readonly Target[]>;
  /** Of the newest hundred other open pull requests, how many wait for a review of each; lower-case logins. */
  reviewsWaiting(): Promise<ReadonlyMap<string, number>>;
  /** Who of these says on the forge that they have little time; logins, lower case. */
  limitedAmong(logins: readonly string[]): Promise<ReadonlySet<string>>;
  /** The last run of each workflow of the forge for a commit. @throws Refusal where they may not be seen. */
  workflows(sha: string): Promise<readonly Workflow[]>;
  /** The commit at the head now, asked anew each time. */
  headNow(): Promise<string>;
  /** Open pull requests whose head is this commit. */
  pullsAt(sha: string): Promise<readonly Target[]>;
  /** Open pull requests into this branch, newest first, a page for each question; `after` as the page before gave it. */
  pullsOnto(baseRef: string, after: string | undefined): Promise<PullsOnto>;
};

/** One entry per action the forge can perform; what is missing is refused as "not on <forge>". */
export type Apply = {
  readonly [Name in ForgeAction['is']]?: (action: Extract<ForgeAction, { readonly is: Name }>) => Promise<ActionResult>;
};

/** Answering the author of a comment: one reaction, one reply edited in place. */
export type Answering = {
  react(how: 'done' | 'refused' | 'looking'): Promise<void>;
  /** Creates the reply or edits the one with the marker. `sought`: it may stand already, so look before creating. */
  reply(text: string, options: { readonly sought: boolean }): Promise<void>;
};

/** Commits that are made to be tested, on branches of our own. */
export type Batches = {
  /** The branch ends with a merge of `head` onto `onto`; `taken`: it ends with something that is not of our making. */
  made(wanted: {
    readonly branch: string;
    readonly number: number;
    readonly baseRef: string;
    readonly onto: string;
    readonly head: string;
  }): Promise<
    | { readonly is: 'made'; readonly sha: string; readonly tree: string }
    | { readonly is: 'conflict' }
    | { readonly is: 'taken' }
  >;
  /** There is no such branch, unless it ends with something else. */
  removed(branch: string, sha: string): Promise<void>;
  /** Of those for this base there are none of our making but these, each with the commit that it ends with. */
  tidied(baseRef: string, living: ReadonlyMap<string, string>): Promise<void>;
};

export type Connection = {
  readonly read: Read;
  readonly apply: Apply;
  readonly answering: Answering;
  /** What the forge itself runs jobs with; undefined where it has nothing of the kind. */
  readonly engine?: Engine | undefined;
  /** Undefined where the forge makes no commits for us. */
  readonly batches?: Batches | undefined;
  /** Requests made so far, for the bench. */
  readonly calls: () => number;
  /** What the forge last said is left for this installation; undefined where it has not said so yet. */
  readonly quota: () => Quota | undefined;
};

export type ApplyContext = {
  /** Ids of living comments by subject, as remembered. */
  readonly notices: () => Readonly<Record<string, string>>;
  /** Whether an earlier attempt may have done part of it: look before creating. */
  readonly resumed: boolean;
  /**
   * Asked before each request, and after one that may have arrived late: throws where a worker that was held up must leave the
   * rest to another.
   */
  readonly mayGoOn?: () => void;
};

/** One attempt of the forge to deliver a webhook. */
export type Attempt = {
  readonly id: string;
  /** The delivery id, which all attempts of one delivery share. */
  readonly delivery: string;
  /** ISO 8601, by the forge's clock. */
  readonly at: string;
  readonly taken: boolean;
  /** HTTP status of the answer, or what the forge puts in its place where none came. */
  readonly status: number;
};

/** What the forge keeps of the webhooks it sent, so that what nobody took can be had again. */
export type DeliveryLog = {
  /** Newest first, a page for each request; the whole log where the reader does not stop. */
  attempts(which: 'all' | 'failed'): AsyncGenerator<readonly Attempt[]>;
  /** Asks for another attempt of the delivery; false where the forge no longer keeps it. */
  again(attempt: string): Promise<boolean>;
  /**
   * What was sent, translated as at the door; undefined where the forge no longer keeps it. Whoever asks as the App itself
   * needs no signature.
   * @throws Rejected where the body is not what the event promises.
   */
  received(
    attempt: string,
    how: Pick<DoorKnowledge, 'bots' | 'deletions'> & Pick<RawRequest, 'receivedAt'>,
  ): Promise<Received | undefined>;
};

export type Provider = {
  readonly id: ProviderId;
  /** Name for people: GitHub. */
  readonly name: string;
  /** Actions it can perform, for the help page. */
  readonly can: ReadonlySet<ForgeAction['is']>;
  connect(delivery: Delivery, context: ApplyContext): Promise<Connection>;
  /**
   * A pull request by its name, for whoever only looks: with what can be read of it, by a token that changes nothing.
   * @throws Refusal where there is none, or we are not installed there.
   */
  look(where: Pick<Repository, 'owner' | 'name'>, number: number): Promise<Looked>;
  /** Open pull requests with these labels over all installations, for sweeps. `since`: changed at or after it; ISO 8601. */
  find(labels: readonly string[], without: readonly string[], since?: string): Promise<readonly Found[]>;
  /** The oldest of these, a bounded number. */
  findOld(where: Pick<Found, 'installation' | 'repository'>, sought: OldOnes): Promise<readonly Found[]>;
  /** Undefined where the forge keeps none that can be asked. */
  readonly deliveryLog: DeliveryLog | undefined;
};

export type Found = { readonly installation: string; readonly repository: Repository; readonly target: Target };

export type Looked = Found & {
  readonly read: Read;
  /** @throws Refusal where nobody is called so. */
  person(login: string): Promise<Person>;
};
