/** What a rule may know. It names what it needs and sees nothing else; the engine fetches each fact at most once. */
import type { Absences } from './absence.ts';
import type { Role, Rung } from './allow.ts';
import type { Arming, AutoMerge, RefusedMerge } from './auto-merge.ts';
import type { Batch, Batching } from './batches.ts';
import type { Freeze } from './freezes.ts';
import type { FunAsked, FunFound } from './fun.ts';
import type { Gate, GateLeaf } from './gate.ts';
import type { JobsHere } from './job-selection.ts';
import type { JobResult, RunKept } from './jobs.ts';
import type { MergeQueue, Queueing, QueueRemoval } from './merge-queue.ts';
import type { Override, Overriding } from './overrides.ts';
import type { Quorum } from './quorum.ts';
import type { SignOffs } from './sign-offs.ts';
import type { Vouching } from './vouching.ts';

export type Person = { readonly login: string; readonly id: string; readonly bot: boolean };

/** `cherry-pick`: a release manager's consent to this change on this branch. */
export const VOTE_KINDS = ['lgtm', 'approve', 'cherry-pick'] as const;
export type VoteKind = (typeof VOTE_KINDS)[number];

/** Somebody's word, for as long as it stands; bound to the commit it was given for. */
export type Vote = {
  readonly vote: VoteKind;
  /** Lower-case login. */
  readonly by: string;
  /** The forge's id of that person; empty where only the login is known. */
  readonly id: string;
  readonly headSha: string;
  /** The branch it would go into; undefined where that was not known. */
  readonly baseRef?: string | undefined;
  /** When it was written, by the forge's clock; ISO 8601. */
  readonly at: string;
  /** The delivery that brought it. */
  readonly delivery: string;
  /** Changed files whose change is another one since: the vote no longer speaks for them. */
  readonly stale: readonly string[];
  /** Patterns as written ({@link globsOf}): an approval of these paths alone. Left out: of all that its giver owns. */
  readonly paths?: readonly string[] | undefined;
  /** Patterns that were taken back from it since. */
  readonly except?: readonly string[] | undefined;
  /** An approval that says besides: no issue is needed. */
  readonly noIssue?: boolean | undefined;
  /** The commit it was given for, where a push has carried it on. */
  readonly first?: string | undefined;
  /** The review that gave it, where one did: its dismissal takes the vote back. */
  readonly review?: string | undefined;
};

/** What lifts a hold by itself. */
export type HoldUntil =
  /** ISO 8601. */
  | { readonly is: 'date'; readonly at: string }
  /** Another pull request of the repository. */
  | { readonly is: 'merged'; readonly pull: number }
  /** Green at whatever is the head then. */
  | { readonly is: 'check'; readonly check: string };

/** With those of the teams asked for in which its voter is; lower case. */
export type Lgtm = Vote & { readonly teams?: readonly string[] | undefined };

export type Hold = {
  /** Lower-case login. */
  readonly by: string;
  /** The forge's id of that person; undefined where only the login is known. */
  readonly id?: string | undefined;
  readonly reason: string;
  readonly at: string;
  readonly until?: HoldUntil | undefined;
  /** Whose members lift it as well: `org/team`, lower case. */
  readonly team?: string | undefined;
};

/** Somebody's word that it waits for, because somebody asked for it by name. */
export type RequiredWord = {
  /** Lower-case login, or `org/team`. */
  readonly who: string;
  /** The forge's id of that person. */
  readonly id?: string | undefined;
  /** Lower-case login. */
  readonly askedBy: string;
  readonly askedById?: string | undefined;
  readonly at: string;
  /** Whether it was given; undefined where nobody looked. */
  readonly said?: boolean;
};

/** What has become of that which a hold waits for. */
export type Awaited = {
  readonly hold: Hold;
  /** `in vain`: it will not come of itself any more. */
  readonly is: 'here' | 'in vain';
  /** Goes on after "because": `#5 is merged`. */
  readonly because: string;
};

/** What a line, or the settings, make it necessary to know besides the facts; see `asks` of a rule. */
export type Questions = {
  /** Which holds the actor may lift. */
  readonly liftable?: boolean;
  /** Checks at the head. */
  readonly checks?: boolean;
  /** Other pull requests of the repository. */
  readonly pulls?: readonly number[];
  /** `org/team` */
  readonly teams?: readonly string[];
  /** Who put this label on last before it was taken off. */
  readonly labeledBy?: string;
  readonly gate?: boolean;
  readonly coverage?: boolean;
  /** Which commands are open to the actor. */
  readonly permits?: boolean;
  /** How many lgtms there are and are needed; `with mine`: were the actor to say it now. */
  readonly quorum?: 'as it is' | 'with mine';
  /** Logins, lower case. */
  readonly people?: readonly string[];
  /** The whole text in which the line stands. */
  readonly text?: boolean;
  readonly issues?: readonly IssueName[];
  /** Whether its author is new here. */
  readonly newcomer?: boolean;
  /** What the text says of groups, by this expression. */
  readonly groups?: string;
  /** A team that the author may be in; asked only where there is an lgtm. */
  readonly authorIn?: string;
  /** Jobs: with the words that a line names some by, and whether the workflows of the forge matter besides. */
  readonly jobs?: { readonly words: readonly string[]; readonly workflows: 'all' | 'if-named' | 'none' };
  /** For `synchronized`: whether the actor is trusted, and what somebody vouched for still holds. */
  readonly push?: boolean;
  /** By any name, teams in one of which the actor may be. */
  readonly memberships?: ReadonlyMap<string, readonly string[]>;
  /** Something of no use, from a service elsewhere. */
  readonly fun?: FunAsked;
};

/** What a push does to trust. */
export type PushTrust = {
  readonly pusherTrusted: boolean;
  /** Changed since, though it decides how jobs run: what somebody vouched for holds no more. `all`: nobody knows. */
  readonly risky: readonly string[] | 'all';
};

/** To what was asked; empty where nothing was. */
export type Answers = {
  /** {@link UNKNOWN_HOLD} among them where the label is on and nobody is known to hold. */
  readonly liftable: readonly Hold[];
  readonly checks: readonly Check[];
  /** Whether these are all. */
  readonly checksComplete: boolean;
  /** Those that there are. */
  readonly pulls: ReadonlyMap<number, PullFact['state']>;
  /** Where some were asked for: which pull requests of the repository are held until which others are merged. */
  readonly waits: ReadonlyMap<number, readonly number[]>;
  /** Those that can be seen and have members. */
  readonly teams: ReadonlySet<string>;
  /** What it needs to be merged, at which head; undefined for an issue. */
  readonly gate?: Gate | undefined;
  readonly headSha?: string | undefined;
  /** Whether the owners of every changed file agree, whoever asks for it; undefined for an issue. */
  readonly coverage?: Gate | undefined;
  /** By their names: `hold`, and `hold cancel` where that is for others. */
  readonly permits: readonly GateLeaf[];
  readonly quorum?: (Quorum & { readonly state: PullFact['state']; readonly labels: ReadonlySet<string> }) | undefined;
  /** What could not be found out is no. */
  readonly authorIn: boolean;
  readonly jobs?: JobsHere | undefined;
  readonly push?: PushTrust | undefined;
  /** Undefined where it is gone. */
  readonly text?: string | undefined;
  readonly newcomer?: boolean | undefined;
  readonly fun?: FunFound | undefined;
  readonly groups?: GroupsMentioned | undefined;
  /** Those that can be seen, by {@link issueKey}. */
  readonly issues: ReadonlyMap<string, IssueSeen>;
  /** Undefined where the forge does not tell. */
  readonly labeledBy?: Person | undefined;
  /** With `labeledBy`: whether any record tells of a hold, however long ago. */
  readonly everHeld?: boolean;
  /** Those that there are, by the names asked for. */
  readonly people: ReadonlyMap<string, Person & { readonly mayAgree: boolean }>;
  /** By the name asked for; a sentence where it could not be found out. */
  readonly memberships: ReadonlyMap<string, boolean | string>;
};
/** `acme/widgets#12`, whatever the case in which it was written. */
export function issueKey({ owner, repository, number }: IssueName): string {
  return `${owner}/${repository}#${number}`.toLowerCase();
}

export const NO_ANSWERS: Answers = {
  liftable: [],
  checks: [],
  checksComplete: true,
  pulls: new Map(),
  waits: new Map(),
  teams: new Set(),
  permits: [],
  authorIn: false,
  issues: new Map(),
  people: new Map(),
  memberships: new Map(),
};
/** What people said and did on it, as far as it matters for how old it is; moments in ISO 8601. */
export type Activity = {
  /** The first word of somebody of the project that its author has not answered. */
  readonly owedSince?: string | undefined;
  /** Of anybody who is no bot. */
  readonly lastHuman?: string | undefined;
  /** When labels that are on were put on, in lower case. */
  readonly labeledAt: ReadonlyMap<string, string>;
  /** Whether all of it could be seen. */
  readonly complete: boolean;
};

/** Of labels of which one has to be on: whether one is. */
export type RequiredLabel = {
  /** What goes on where none is. */
  readonly missing: string;
  readonly comment?: string | undefined;
  readonly found: boolean;
  /** The label that says so, as it is spelled where it is on. */
  readonly on?: string | undefined;
  /** Whether the event, or what followed from it, is about it. */
  readonly looked: boolean;
};

/** Of the repository, by its number there. */
export type Milestone = { readonly number: number; readonly title: string };

export type Blocker = { readonly number: number; readonly title: string };

export type Check = {
  readonly name: string;
  readonly state: 'success' | 'pending' | 'failure';
  /** Whether the branch requires it. */
  readonly required: boolean;
  readonly url?: string | undefined;
  /** What reported it, a commit status or a check run; left out where nobody has yet. */
  readonly from?: 'status' | 'run' | undefined;
  /** What it says of itself; left out where nothing. */
  readonly description?: string | undefined;
  /** Of a check run: the forge's id of it, and the name of the App that it belongs to. */
  readonly id?: string | undefined;
  readonly app?: string | undefined;
  /** Somebody said that it need not be green: then `state` says what counts. */
  readonly override?: Overriding | undefined;
};

export type PullFact = {
  readonly headSha: string;
  readonly baseRef: string;
  readonly title: string;
  readonly draft: boolean;
  readonly state: 'open' | 'closed' | 'merged';
  readonly author: Person;
  readonly mergeable: 'yes' | 'conflicting' | 'unknown';
  readonly methods: readonly MergeMethod[];
  /** Checks and commit statuses of the head; a required one that has not reported is here as pending. */
  readonly checks: readonly Check[];
  /** Whether `checks` are all of them. */
  readonly checksComplete: boolean;
  /** Title of the milestone it is in. */
  readonly milestone?: string | undefined;
  /** Whether the forge itself, by its own rules, counts it as approved by reviews. */
  readonly reviewApproved: boolean;
  /** Logins; whoever is assigned was asked already. */
  readonly assignees: readonly string[];
  readonly description: string;
  /** The commit at the end of the base branch, where that is known. */
  readonly baseSha?: string;
  /** Where the files of the base branch are shown: the path of one follows. */
  readonly baseFilesUrl: string;
  /** Where its base branch has a merge queue of the forge's own. */
  readonly queue?: MergeQueue | undefined;
  /** The forge's own auto-merge, where it is on. */
  readonly autoMerge?: AutoMerge | undefined;
  readonly autoMergeAllowed?: boolean | undefined;
  /** Whether rules of the forge's own keep it from being merged; those who may pass them are shown so too. */
  readonly blocked?: boolean | undefined;
  /** Whether the forge waits for reviews. */
  readonly reviewsRequired?: boolean | undefined;
  /** Whether the forge merges only what has all that its base has. */
  readonly strict?: boolean | undefined;
};

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type ChangedFileFact = {
  readonly path: string;
  readonly previousPath?: string | undefined;
  readonly additions: number;
  readonly deletions: number;
};

/** `digest`: of the text, by which a change to it is held against what was read. */
export type Description = { readonly text: string; readonly digest: string };

export type IssueName = { readonly owner: string; readonly repository: string; readonly number: number };
/** Pull requests are issues too. */
export type IssueSeen = { readonly kind: 'pull' | 'issue'; readonly labels: readonly string[] };

/** What somebody had done here last and has not taken back, and how it would be taken back. */
export type Undoable =
  | { readonly is: 'nothing' }
  /** `because`: a sentence that says why not, and what to do instead. */
  | { readonly is: 'not'; readonly text: string; readonly because: string }
  /** `lines`: commands of the same person that have the opposite effect. */
  | { readonly is: 'so'; readonly record: string; readonly text: string; readonly lines: readonly string[] };

/** What a missing release note is judged by, besides the description. */
export type NoteFacts = {
  /** Somebody who may said that there is nothing to say. */
  readonly waived: boolean;
  /** Into another branch than the default one, those it was picked from that have no note either; undefined: picked from none. */
  readonly parentsWithout?: readonly number[] | undefined;
};

/** Teams whom a text speaks to, where an expression fits them. */
export type GroupsMentioned = {
  readonly mentions: readonly { readonly team: string; readonly group: string; readonly kind: string | undefined }[];
  readonly repositoryLabels: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  /** Whether whoever wrote it is a member of the organization. */
  readonly member: boolean;
};

export type ChangedFiles = {
  readonly files: readonly ChangedFileFact[];
  /** False where the forge stopped listing. */
  readonly complete: boolean;
};

/** Whether the owners of every changed file agree; plain values, worked out from OWNERS, CODEOWNERS or roles. */
export type Approval = {
  /** The owners agree, and an issue is named where one is asked for. */
  readonly approved: boolean;
  /** Where an issue is asked for: the one that the description names, and who says that none is needed. */
  readonly issue?: { readonly found: string | undefined; readonly waivedBy: readonly string[] } | undefined;
  readonly groups: readonly {
    /** '' for the root. */
    readonly directory: string;
    readonly ownersFile: string;
    readonly files: number;
    readonly approvedBy: readonly string[];
    /** For which commits, where that is known. */
    readonly approvedAt: readonly (readonly [login: string, commit: string])[];
    /** Who approved what is missing, as it was before it changed. */
    readonly again: readonly string[];
    readonly missing: boolean;
    readonly partial: boolean;
    /** Where more than one has to approve a file: how many have, of how many, where most are missing. */
    readonly quota?: { readonly given: number; readonly needed: number };
    readonly canApprove: readonly string[];
  }[];
  readonly unapproved: readonly string[];
  readonly suggested: readonly string[];
  /** Who is away; left out where nobody is needed. */
  readonly away?: Absences | undefined;
  /** Those of them who are assigned already. */
  readonly assigned: readonly string[];
  /** Sentences: what made the answer stricter, or leaves nobody to ask. */
  readonly reasons: readonly string[];
  /** `owners`, `codeowners` or `roles`. */
  readonly rung: 'owners' | 'codeowners' | 'roles';
  /** The base commit the owners were read at. */
  readonly commit: string;
  /** Whether settings or owners' files change, or may: those who hold the power today decide about that. */
  readonly ofPower: boolean;
};

/** One side of a changed file that needs an approver, as it looks to the actor. */
export type SideFact = {
  readonly path: string;
  /** Whether they may approve it. */
  readonly mine: boolean;
  /** Whether the nearest owners that there are name them. */
  readonly nearest: boolean;
};

/** How the change differs from the one at an earlier head, file by file. */
export type ChangeSince = {
  readonly before: string;
  readonly after: string;
  /** Changed files whose change is another one; `all` where it could not be compared. */
  readonly altered: readonly string[] | 'all';
};

export type ReviewFact = {
  readonly id: string;
  readonly verdict: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
  readonly headSha: string;
  readonly by: Person;
  /** It was given, and somebody dismissed it since. */
  readonly dismissedSince?: boolean;
};

/** Who could approve how many files of the base branch more, or fewer, than now. */
export type PowerShift = {
  /** A login, a team as CODEOWNERS name it, or `maintainers`: whoever maintains the repository. */
  readonly who: string;
  readonly files: number;
  /** The folder that all of them are in; '' for the root. */
  readonly folder: string;
};

export type PowerDiff = {
  readonly gains: readonly PowerShift[];
  readonly losses: readonly PowerShift[];
  /** Whether all files of the base branch were counted. */
  readonly complete: boolean;
};

/** Files of owners at the head, held to what is asked of them beyond that they can be read. */
export type OwnersVerdict = {
  /** `advice`: nothing is blocked because of it. */
  readonly problems: readonly { readonly path: string; readonly problem: string; readonly advice?: true }[];
  /** Whom they name and did not name before, of whom not all is well. */
  readonly newcomers: readonly {
    readonly login: string;
    readonly paths: readonly string[];
    /** Neither a collaborator nor a member; no account at all; or the forge may not be asked. */
    readonly is: 'stranger' | 'nobody' | 'unknown';
  }[];
  /** More newcomers than are looked up at once, or within an hour. */
  readonly unchecked: number;
  /** More files of owners than are looked at. */
  readonly unseen: number;
};

/** Who could use a command, as it is typed, and cannot now; and who could no more. In words. */
export type CommandShift = {
  readonly line: string;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
};

/** What a pull request would change about who may what, were it merged. */
export type Proposal = {
  /** Files of settings and owners that it touches. */
  readonly files: readonly string[];
  /** `breaks`: the file would not take effect. */
  readonly mistakes: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly problem: string;
    readonly breaks: boolean;
  }[];
  /** Sentences: what would be otherwise than now. */
  readonly changes: readonly string[];
  /** Where settings change: what it means for who may use which command, as far as that can be told. */
  readonly commands?: readonly CommandShift[] | undefined;
  /** Where files of owners change: what it means for who approves. */
  readonly power?: PowerDiff | undefined;
  /** For settings of an organization: how many of its repositories they would change something for. */
  readonly affected?:
    | {
        readonly names: readonly string[];
        readonly count: number;
        /** False where there are more repositories than were looked at. */
        readonly complete: boolean;
      }
    | undefined;
};

/** The branch of this repository that a merged pull request came from. */
export type MergedBranch = {
  readonly name: string;
  /** The commit at its end now; undefined where it is gone. */
  readonly tip: string | undefined;
  /** The default branch, or one whose protection forbids to delete it. */
  readonly lasting: boolean;
  /** Open pull requests that come from it or go into it. */
  readonly usedBy: readonly number[];
  /** Whether the settings keep it. */
  readonly preserved: boolean;
};

/** Somebody asked for the pull request to be picked onto a branch, once it is merged. */
export type PickRequest = {
  readonly target: string;
  /** Login. */
  readonly by: string;
  /** A label asks for it. */
  readonly label?: true | undefined;
};

/** What a branch asks for before something is picked into it. */
/** Whether somebody could see the commit that is the head now. */
export type Sight =
  | 'seen'
  /** Another one was the head. */
  | 'moved'
  /** It was pushed in the very second. */
  | 'same-moment'
  /** It goes into another branch since. */
  | 'retargeted'
  /** Nothing tells. */
  | 'unknown';

export type CherryPickRules = {
  /** Whether it takes only what was approved for it. */
  readonly guarded: boolean;
  /** Whether reviews of the listed approvers approve for it. */
  readonly approvable: boolean;
  /** For review events. */
  readonly review: ReviewFact | undefined;
  /** Whether whoever reviewed it, or put a label on, is among the listed approvers: the login is theirs, and was nobody else's. */
  readonly mayApprove: boolean;
};

/** Changed files that the settings protect, with why; none where nothing is in the way. */
export type BlockedPaths = readonly {
  readonly explanation: string;
  readonly paths: readonly string[];
  /** Whether the forge did not list all changed files, so that these may not be all. */
  readonly more: boolean;
}[];

/** What a pull request would bring into its base. */
export type Commits = {
  /** Oldest first. */
  readonly list: readonly {
    readonly sha: string;
    readonly parents: number;
    readonly message: string;
    /** `person`: whose account it is, where it is somebody's. */
    readonly author?: { readonly email: string; readonly person?: Person | undefined } | undefined;
  }[];
  /** How many there are, listed or not. */
  readonly count: number;
};

export type FactTypes = {
  /** The head, and that the actor could see it: a command that needs it is answered, not applied, when the head moved. */
  readonly head: { readonly sha: string };
  /** Of whoever reviewed it: whether it goes into another branch since. */
  readonly retargetedSince: boolean;
  /**
   * Of whoever puts a label on: whether that can be about the head, and whether a delivery has told of that one. `now`: from
   * when on it is known to be the head in any case; what was said between the label and then may be about another.
   * `before`: whether it can be about the head that the event tells of, where another one is by now.
   */
  readonly labelSight: {
    readonly sight: Sight;
    readonly told: boolean;
    readonly now: string;
    readonly before?: Sight | undefined;
  };
  readonly pull: PullFact;
  /** Of the pull request or issue, as it is now. */
  readonly description: Description;
  readonly releaseNote: NoteFacts;
  readonly undoable: Undoable;
  /** On the pull request or issue now. */
  readonly labels: ReadonlySet<string>;
  /** Open ones of the repository. */
  readonly milestones: readonly Milestone[];
  /** Where the settings give its base branch one: that it belongs into now, or the title where there is none called so. */
  readonly branchMilestone: Milestone | string | undefined;
  readonly activity: Activity;
  /** Those that are asked for here; none where the event is about none of them. */
  readonly requiredLabels: readonly RequiredLabel[];
  /** Defined in the repository; case as defined. */
  readonly repositoryLabels: ReadonlySet<string>;
  readonly changedFiles: ChangedFiles;
  /** Labels that OWNERS name for the changed files and that may be put on, as the repository spells them. */
  readonly ownersLabels: readonly string[];
  readonly blockedPaths: BlockedPaths;
  readonly commits: Commits;
  readonly signOffs: SignOffs;
  /** Checks of the head that failed and need not be green. */
  readonly skippable: readonly Check[];
  readonly votes: readonly Vote[];
  /** Votes for any head: what somebody takes back is taken back for good. */
  readonly votesForAnyHead: readonly Vote[];
  /** Of the votes for this head and base, the lgtm of people who may still give one. */
  readonly lgtms: readonly Lgtm[];
  readonly holds: readonly Hold[];
  /** Of holds that wait for something: those for which it has come, or cannot come. */
  readonly awaited: readonly Awaited[];
  /** Of checks of this head. */
  readonly overrides: readonly Override[];
  /**
   * Those of them that count no more, and why, as the rest of a sentence; `from`: where the forge shows them still; `green`:
   * whether the check has been run again and is.
   */
  readonly overridesEnded: readonly (Override & { readonly because: string; readonly green: boolean })[];
  /** Whose word somebody asked for; whether it was given is for `requiredSaid`. */
  readonly required: readonly RequiredWord[];
  readonly requiredSaid: readonly RequiredWord[];
  /** Of branches of the repository, those that hold now. */
  readonly freezes: readonly Freeze[];
  /** Open issues of the repository that keep pull requests from being merged, where the settings say that issues may. */
  readonly blockers: readonly Blocker[];
  /** Whether its base has what it has not, where the settings ask for that; else undefined. */
  readonly behind: boolean | undefined;
  /** Who is tested together into its base, where the settings ask for batches; else undefined. */
  readonly batch: Batch | undefined;
  /** What the records say of the batch that it is or was in. */
  readonly batching: Batching | undefined;
  /** What the records say of the forge's merge queue; undefined where nothing. */
  readonly queueing: Queueing | undefined;
  /** What the records say of the forge's auto-merge. */
  readonly arming: Arming | undefined;
  /** That the forge would not merge it, the last time it was tried. */
  readonly refusedMerge: RefusedMerge | undefined;
  /** Whose turn it is on its branch to be brought up to date, where the settings ask for that. `moving`: its own, just done. */
  readonly turn: 'mine' | 'moving' | 'taken' | 'free';
  /** Approval as the votes stand. */
  readonly approval: Approval;
  /** New and old paths of the changed files, and which of them the actor may approve. */
  readonly approvable: readonly SideFact[];
  /** For `synchronized`: what the push did to the change. */
  readonly changeSince: ChangeSince;
  /** For review events. */
  readonly review: ReviewFact;
  /** Whether the actor may approve at least one changed file, and may review. */
  readonly actorOwns: { readonly approver: boolean; readonly reviewer: boolean };
  /** For `labeled` and `unlabeled`: which. */
  readonly eventLabel: { readonly label: string };
  readonly role: Role;
  /** Who is away, in all that belongs to the same owner. */
  readonly absences: Absences;
  /** Whom to ask for a review; logins in lower case. */
  readonly reviewers: {
    /** What names them. */
    readonly rung: Rung;
    /** Who was asked already, or has reviewed; teams as `org/team`. */
    readonly engaged: readonly string[];
    readonly chosen: readonly string[];
    /** Asked whatever the count. */
    readonly required: readonly string[];
    /** Who would have been among those to choose from. */
    readonly away: readonly string[];
  };
  /** Labels that let this pull request be merged by being on, or by being off, and that the actor may not change; lower case. */
  readonly labelsForMerging: { readonly on: ReadonlySet<string>; readonly off: ReadonlySet<string> };
  /** For `closed` by merging; undefined where it came from another repository. */
  readonly mergedBranch: MergedBranch | undefined;
  readonly cherryPickRules: CherryPickRules;
  /** Branches it is to be picked onto once it is merged, and has not been yet. */
  readonly picks: readonly PickRequest[];
  /** Jobs that were started for it, whatever the commit. */
  readonly runs: readonly RunKept[];
  readonly vouching: Vouching;
  /** Whether the actor may ask for cherry-picks. */
  readonly actorPicks: boolean;
  /** For a pull request that touches settings or owners: what it would change. */
  readonly proposal: Proposal;
  readonly ownersVerdict: OwnersVerdict;
  /** Subjects of the living comments that stand. */
  readonly notices: ReadonlySet<string>;
  /** All commands, for `/commands`. */
  readonly catalogue: readonly CatalogueEntry[];
  /** Where the settings in force are written, by the key as files spell it; what is not here is built in. */
  readonly origins: ReadonlyMap<string, SettingPlace>;
  /** What it needs to be merged, and what of it is missing; undefined for an issue. */
  readonly gate: Gate | undefined;
  /** Settings files that do not count as they are. */
  readonly brokenSettings: readonly BrokenSettings[];
};
export type FactName = keyof FactTypes;

/** Facts that only a pull request has: a command that needs one is refused on issues. */
export const PULL_FACTS: readonly FactName[] = [
  'head',
  'pull',
  'changedFiles',
  'releaseNote',
  'ownersLabels',
  'blockedPaths',
  'commits',
  'signOffs',
  'skippable',
  'votes',
  'votesForAnyHead',
  'lgtms',
  'holds',
  'batch',
  'batching',
  'queueing',
  'arming',
  'refusedMerge',
  'overrides',
  'overridesEnded',
  'awaited',
  'required',
  'requiredSaid',
  'approval',
  'approvable',
  'changeSince',
  'review',
  'actorOwns',
  'reviewers',
  'proposal',
  'ownersVerdict',
  'mergedBranch',
  'branchMilestone',
  'cherryPickRules',
  'picks',
  'actorPicks',
  'runs',
  'vouching',
];

export type CatalogueEntry = {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly who: string;
  /** Where the settings say who: file, line, commit; undefined where nobody changed it. */
  readonly whoFrom?: string | undefined;
  /** That it is switched off here, and where, as a sentence; undefined where it is not. */
  readonly off?: string | undefined;
  readonly examples: readonly string[];
  readonly aliases: readonly string[];
  readonly pullsOnly: boolean;
  readonly issuesOnly: boolean;
  /** It is there only where the settings name it. */
  readonly onRequest?: true | undefined;
};

/** `commit` is empty for files that lie in no repository. */
export type SettingPlace = { readonly file: string; readonly line: number; readonly commit: string };

export type BrokenSettings = {
  readonly whose: 'organization' | 'repository';
  readonly file: string;
  readonly commit: string;
  /** The first mistake: its line, and a sentence. */
  readonly line: number;
  readonly problem: string;
  /** The commit of the version that counts; undefined where none was ever good. */
  readonly instead: string | undefined;
};

/** What every rule knows, because the signed delivery says so. */
export type Given = {
  readonly actor: Person;
  readonly author: Person;
  readonly subject: {
    readonly kind: 'pull' | 'issue';
    readonly number: number;
    readonly owner: string;
    readonly repository: string;
    readonly title: string;
    readonly state: 'open' | 'closed';
    readonly draft: boolean | undefined;
    /** Where it is closed: because it was merged. */
    readonly merged?: boolean | undefined;
    /** On it when the event happened. */
    readonly labels: readonly string[];
    /** The head when the event happened, where the delivery tells it. */
    readonly headSha?: string | undefined;
    /** What was so when a push moved the head, where the delivery tells it. */
    readonly headMoved?: { readonly before: string; readonly comments?: number | undefined } | undefined;
  };
  /** The event that woke the rule. */
  readonly event: string;
  /** Which label was put on or taken off, where that is the event. */
  readonly label?: string | undefined;
  /** For `dequeued`: why it left the merge queue. For `auto-merge-off`: `person` where somebody meant it. */
  readonly removal?: QueueRemoval | undefined;
  /** For `job-result`. */
  readonly job?: JobResult | undefined;
  /** When it happened by the forge's clock; ISO 8601. */
  readonly at: string;
  readonly delivery: string;
  /** Teams that the text names, `org/team`, as written. */
  readonly teams?: readonly string[] | undefined;
  /** Canonical names of the commands in the text that came with the event: they go before a review's own verdict. */
  readonly commands?: readonly string[];
};

/** Why nothing more is decided about it; undefined while it is open. */
export function whyOver({ state, merged }: Pick<Given['subject'], 'state' | 'merged'>): string | undefined {
  if (state === 'open') return undefined;
  return merged === true ? 'It is merged; nothing more can be decided here.' : 'It is closed; reopen it first.';
}
