/** A pull request to decide about: every fact a rule may ask for, each of which a test may replace. */
import { commands } from '../../shared/commands/index.ts';
import {
  needsAll,
  NO_ANSWERS,
  type Action,
  type Answers,
  type AnyAutomation,
  type AnySweep,
  type Approval,
  type CatalogueEntry,
  type FactTypes,
  type Given,
  type Person,
  type PullFact,
  type Standing,
  type Vote,
} from '../../shared/language/index.ts';
import { jobOf, jobsOf } from './jobs-here.ts';
import { catalogueOf } from '../../shared/pages/catalogue.ts';
import { grammarOf, invocationsIn, settled, type Grammar } from '../../shared/parse.ts';
import { defaultSettings, type Settings } from '../../shared/settings/index.ts';
import { commandVerdict, misused, nearMiss, superseded, type Verdict } from '../../shared/verdict.ts';

export const ada: Person = { login: 'ada', id: '1', bot: false };
export const grace: Person = { login: 'Grace', id: '2', bot: false };
export const linus: Person = { login: 'linus', id: '3', bot: false };
export const robot: Person = { login: 'robot[bot]', id: '9', bot: true };

export const HEAD = 'aaaaaaa1111111111111111111111111111111aa';
export const BEFORE = 'bbbbbbb2222222222222222222222222222222bb';

export const grammar: Grammar = grammarOf(commands, defaultSettings);
/** With what is there only where the settings name it. */
export const wholeGrammar: Grammar = grammarOf(commands, {
  ...defaultSettings,
  rules: { ...defaultSettings.rules, enabled: commands.flatMap(({ name, onRequest }) => (onRequest ? [name] : [])) },
});
export const catalogue: readonly CatalogueEntry[] = catalogueOf(grammar);

/** Somebody about whom all is known, and who may nothing. */
export const stranger: Standing = {
  author: false,
  switches: new Set(),
  role: 'read',
  public: true,
  ownership: { rung: 'owners', approver: false, named: false },
  holder: false,
  heldFor: false,
  abandoned: false,
  member: false,
};
export const ownerStanding: Standing = { ...stranger, ownership: { rung: 'owners', approver: true, named: true } };

/** All that a rule could see. */
export type All = Given & FactTypes & { readonly settings: Settings; readonly answers: Answers };

const pull: PullFact = {
  headSha: HEAD,
  baseRef: 'main',
  title: 'docs: explain holds',
  draft: false,
  state: 'open',
  author: ada,
  mergeable: 'yes',
  methods: ['merge', 'squash', 'rebase'],
  checks: [],
  checksComplete: true,
  reviewApproved: false,
  assignees: [],
  description: '',
  baseFilesUrl: 'https://forge.example/acme/widgets/blob/main/',
};

export const unapproved: Approval = {
  approved: false,
  groups: [
    {
      directory: 'docs',
      ownersFile: 'docs/OWNERS',
      files: 2,
      approvedBy: [],
      approvedAt: [],
      again: [],
      missing: true,
      partial: false,
      canApprove: ['grace', 'linus'],
    },
  ],
  unapproved: ['docs/a.md', 'docs/b.md'],
  suggested: ['grace'],
  assigned: [],
  reasons: [],
  rung: 'owners',
  commit: 'c'.repeat(40),
  ofPower: false,
};

export const approved: Approval = {
  ...unapproved,
  approved: true,
  groups: unapproved.groups.map((group) => ({ ...group, approvedBy: ['grace'], missing: false, canApprove: [] })),
  unapproved: [],
  suggested: [],
};

export function voteOf(by: string, more: Partial<Vote> = {}): Vote {
  return {
    vote: 'lgtm',
    by,
    id: '',
    headSha: HEAD,
    at: '2026-03-01T12:00:00Z',
    delivery: 'd-earlier',
    stale: [],
    ...more,
  };
}

/** Facts on the made-up pull request acme/widgets#12 that ada opened; Grace acts. */
export function given(more: Partial<All> = {}): All {
  return {
    actor: grace,
    author: ada,
    subject: subjectOf(),
    event: 'comment-created',
    at: '2026-03-01T13:00:00Z',
    delivery: 'd-now',
    head: { sha: HEAD },
    retargetedSince: false,
    labelSight: { sight: 'seen', told: true, now: '2026-03-01T13:00:00Z' },
    pull,
    description: { text: '', digest: 'digest of nothing' },
    releaseNote: { waived: false },
    undoable: { is: 'so', record: '01A', text: '/kind bug', lines: ['/remove-label kind/bug'] },
    labels: new Set(),
    repositoryLabels: new Set(['kind/bug', 'kind/cleanup', 'area/api', 'area/docs', 'good first issue']),
    changedFiles: { files: [{ path: 'docs/a.md', additions: 3, deletions: 1 }], complete: true },
    ownersLabels: [],
    blockedPaths: [],
    commits: { list: [], count: 0 },
    votes: [],
    votesForAnyHead: more.votes ?? [],
    lgtms: more.votes ?? [],
    holds: [],
    overrides: [],
    overridesEnded: [],
    signOffs: { unsigned: [], unseen: 0 },
    skippable: [],
    awaited: [],
    required: [],
    requiredSaid: [],
    batch: undefined,
    batching: undefined,
    queueing: undefined,
    arming: undefined,
    refusedMerge: undefined,
    freezes: [],
    blockers: [],
    behind: undefined,
    turn: 'free',
    approval: unapproved,
    approvable: [
      { path: 'docs/a.md', mine: true, nearest: true },
      { path: 'src/a.ts', mine: true, nearest: false },
      { path: 'lib/b.ts', mine: false, nearest: false },
    ],
    changeSince: { before: BEFORE, after: HEAD, altered: [] },
    review: { id: 'r1', verdict: 'approved', headSha: HEAD, by: grace },
    actorOwns: { approver: true, reviewer: true },
    eventLabel: { label: 'lgtm' },
    milestones: [
      { number: 1, title: 'v1.0' },
      { number: 2, title: 'v1.1' },
    ],
    branchMilestone: undefined,
    activity: { labeledAt: new Map(), complete: true },
    requiredLabels: [{ missing: 'needs-kind', found: false, looked: true }],
    mergedBranch: undefined,
    picks: [],
    runs: [],
    vouching: { doubted: [] },
    actorPicks: true,
    cherryPickRules: { guarded: false, approvable: false, review: undefined, mayApprove: false },
    proposal: { files: [], mistakes: [], changes: [] },
    ownersVerdict: { problems: [], newcomers: [], unchecked: 0, unseen: 0 },
    notices: new Set(),
    absences: new Map(),
    reviewers: { rung: 'owners', engaged: [], chosen: ['linus'], required: [], away: [] },
    role: 'write',
    labelsForMerging: { on: new Set(), off: new Set() },
    settings: defaultSettings,
    // Who may lift is worked out elsewhere; here everybody may lift all.
    answers: {
      ...NO_ANSWERS,
      people: new Map([['grace', { ...linus, login: 'grace', id: '22', mayAgree: true }]]),
      teams: new Set(['acme/docs']),
      gate: needsAll('merge', 'ready to be merged', []),
      jobs: jobsOf([jobOf('unit'), jobOf('lint', { named: true }), jobOf('slow', { when: 'manual' })]),
      text: '```release-note\nA note.\n```',
      fun: { is: 'joke', text: 'Why?' },
      liftable: more.holds ?? [],
      pulls: new Map([[7, 'open']]),
      issues: new Map([
        ['acme/widgets#7', { kind: 'issue', labels: [] }],
        ['acme/widgets#12', { kind: 'issue', labels: [] }],
        ['acme/other#3', { kind: 'issue', labels: [] }],
      ]),
    },
    catalogue,
    brokenSettings: [],
    origins: new Map(),
    gate: needsAll('merge', 'ready to be merged', []),
    ...more,
  };
}

export const defaultDco = defaultSettings.dco;

export function subjectOf(more: Partial<Given['subject']> = {}): Given['subject'] {
  return {
    kind: 'pull',
    number: 12,
    owner: 'acme',
    repository: 'widgets',
    title: 'docs: explain holds',
    state: 'open',
    draft: false,
    labels: [],
    headSha: HEAD,
    ...more,
  };
}

export function pullOf(more: Partial<PullFact> = {}): PullFact {
  return { ...pull, ...more };
}

export function settingsOf<Group extends keyof Settings>(group: Group, more: Partial<Settings[Group]>): Settings {
  return { ...defaultSettings, [group]: { ...defaultSettings[group], ...more } };
}

/** The lines of a body, as if all of it were plain text. */
export function linesOf(body: string): { readonly number: number; readonly text: string }[] {
  return body.split('\n').map((text, index) => ({ number: index + 1, text }));
}

export function parsedFrom(body: string, by: Grammar = grammar): ReturnType<typeof settled> {
  return settled(invocationsIn(linesOf(body), by));
}

/** What the commands of a comment decide, in order; permission is not asked. */
export function verdictsFor(comment: string, facts: All = given(), by: Grammar = grammar): readonly Verdict[] {
  return parsedFrom(comment, by).map((line) => {
    switch (line.is) {
      case 'invocation':
        return commandVerdict(line.command, line.args, facts);
      case 'superseded':
        return superseded(line.by);
      case 'near-miss':
        return nearMiss(line.written, line.nearest);
      default:
        return misused(line.problem);
    }
  });
}

export function actionsFor(comment: string, facts: All = given(), by: Grammar = grammar): readonly Action[] {
  return verdictsFor(comment, facts, by).flatMap(({ actions }) => actions);
}

export function decided(rule: AnyAutomation | AnySweep, facts: Partial<All> = {}): readonly Action[] {
  return rule.decide(given(facts));
}
