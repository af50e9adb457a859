/**
 * What the rules would do on one pull request under other settings or owners. The engine itself decides, on paper: it reads
 * what is there, and whatever it would write, do or say ends in a list here.
 */
import { createHash } from 'node:crypto';
import { chained, type AuditRecord } from './audit-record.ts';
import { carryOut, fits, type Services } from './carry-out.ts';
import { pullOf, type Delivery, type Line, type Person, type ProviderId } from './delivery.ts';
import {
  ENGINES,
  wakenBy,
  type ActionResult,
  type Approval,
  type EngineId,
  type Gate,
  type GateLeaf,
} from './language/index.ts';
import type { OwnersMemory } from './ownership.ts';
import type { Engine } from './pipelines/engine.ts';
import type { Apply, Connection, FileAtCommit, Looked, Provider, Read } from './providers/provider.ts';
import { readingFor, type Reading } from './reading.ts';
import { rulesHere, type Rules, type RulesHere } from './rules-here.ts';
import { ledgerIn } from './ledger.ts';
import { settingsReader, type SettingsHere } from './settings-here.ts';
import type { FileInForce, SettingsBook } from './settings/index.ts';
import { overlaidOn } from './store/overlay.ts';
import type { AuditTrail } from './store/audit.ts';
import { ownersCacheIn } from './store/owners-cache.ts';
import { statesIn } from './store/states.ts';
import type { Audit, Cache } from './store/stores.ts';

export type SimulationSources = {
  readonly provider: Pick<Provider, 'id' | 'name' | 'can'>;
  readonly looked: Looked;
  readonly audit: Pick<AuditTrail, 'after' | 'query'>;
  readonly cache: Pick<Cache, 'get' | 'getBytes'>;
  readonly rules: Rules;
  readonly now: Date;
};

/** Under which it is decided. */
export type Conditions = {
  readonly book: SettingsBook;
  /** Files of owners instead of those on the base branch. */
  readonly owners?: ((paths: readonly string[]) => Promise<ReadonlyMap<string, FileAtCommit>>) | undefined;
};

export type Comment = { readonly by: Person; readonly lines: readonly Line[]; readonly cut: boolean };

/** What a rule would do; `nothing`: it would find nothing to change. */
export type Deed = Pick<AuditRecord, 'outcome' | 'reason' | 'actions'> | 'nothing' | 'does not run here';
/** `name`: of the rule, or the line of the comment. */
export type Deeds = readonly { readonly name: string; readonly deed: Deed }[];

export type Outlook = SettingsHere & {
  readonly headSha: string;
  readonly baseRef: string;
  /** Of all automations that a push wakes, here or elsewhere. */
  readonly pushed: Deeds;
  /** Of the sweeps that would find it. */
  readonly swept: Deeds;
  /** Of each line and of what follows from it; empty without a comment. */
  readonly commented: Deeds;
  readonly gate: Gate;
  readonly approval: Approval;
};

/** Both see the same pull request: what one has read the other does not read again. */
export async function simulated(
  sources: SimulationSources,
  conditions: { readonly today: Conditions; readonly proposed: Conditions },
  comment?: Comment,
): Promise<{ readonly today: Outlook; readonly proposed: Outlook }> {
  const shared = { ...sources, looked: { ...sources.looked, read: remembered(sources.looked.read) } };
  const today = await outlookUnder(conditions.today, shared, comment);
  return { today, proposed: await outlookUnder(conditions.proposed, shared, comment) };
}

/** Files that stand for those of the organization and the repository, whatever theirs are. */
export function withFiles(
  book: SettingsBook,
  files: { readonly organization?: string | undefined; readonly repository?: string | undefined },
): SettingsBook {
  const organization = fileOf(files.organization);
  const repository = fileOf(files.repository);
  return {
    ...book,
    inForce: (where, there) =>
      book.inForce(where, {
        organization: organization ?? there.organization,
        repository: repository ?? there.repository,
      }),
  };
}

function fileOf(text: string | undefined): FileInForce | undefined {
  if (text === undefined) return undefined;
  return { text, oid: createHash('sha256').update(text).digest('hex'), commit: '' };
}

/** Where a pull request stands, and what is open to somebody. */
export type Stand = {
  readonly headSha: string;
  readonly baseRef: string;
  readonly gate: Gate;
  /** Of all commands, for the person asked about; empty where nobody is. */
  readonly permits: readonly GateLeaf[];
};

/** As `/why` and `/why not me` see it, for whoever would write that now. */
export async function standUnder(conditions: Conditions, sources: SimulationSources, person?: Person): Promise<Stand> {
  const { looked, now } = sources;
  const read = readUnder(conditions, remembered(looked.read));
  const pushed = await pushOf(sources);
  const asking = person === undefined ? pushed : commentOf(pushed, { by: person, lines: [], cut: false }, now);
  const { reading } = await readingUnder(asking, read, conditions, sources);
  const seen = await reading.seen(['pull', 'gate'], { permits: person !== undefined });
  const { pull, gate } = seen;
  if (pull === undefined || gate === undefined) throw new TypeError(NOT_GIVEN);
  return { headSha: pull.headSha, baseRef: pull.baseRef, gate, permits: seen.answers.permits };
}

const NOT_GIVEN = 'a fact that was asked for was not given';

async function readingUnder(
  delivery: Delivery,
  read: Read,
  conditions: Conditions,
  sources: SimulationSources,
): Promise<{ readonly here: SettingsHere; readonly running: RulesHere; readonly reading: Reading }> {
  const { services } = onPaper(delivery, read, conditions, sources);
  const { cache, settings: book } = services;
  const reader = settingsReader({ delivery, read: async () => read, cache, book });
  const known = await reader.now();
  const here = (await reader.changed()) ?? known;
  const running = rulesHere(here.inForce, sources.rules);
  const reading = readingFor({
    delivery,
    read,
    cache,
    owners: services.owners,
    inForce: here.inForce,
    files: here.files,
    book,
    grammar: running.grammar,
    catalogue: running.catalogue,
    state: await services.states.read(pullOf(delivery, sources.looked.target.number)),
    commands: [],
    ledger: services.ledger,
    now: services.now,
  });
  return { here, running, reading };
}

async function outlookUnder(
  conditions: Conditions,
  sources: SimulationSources,
  comment: Comment | undefined,
): Promise<Outlook> {
  const { looked, rules } = sources;
  const read = readUnder(conditions, looked.read);
  const { headSha, baseRef, labels } = await read.pull();
  const pushed = await pushOf(sources);
  const paper = onPaper(pushed, read, conditions, sources);
  const { here, running, reading } = await readingUnder(pushed, read, conditions, sources);
  const { settings } = here.inForce;
  const { automations, sweeps } = running;
  const { pull, approval, gate } = await reading.seen(['pull', 'approval', 'gate']);
  if (pull === undefined || approval === undefined || gate === undefined) throw new TypeError(NOT_GIVEN);

  const wakened = rules.automations.filter((rule) =>
    wakenBy(rule, { name: pushed.event, kind: 'pull', label: undefined }, settings),
  );
  const finding = pull.state === 'open' ? rules.sweeps.filter(({ finds }) => fits(finds, labels)) : [];
  const afterPush = await recordsOf(pushed, paper);
  const afterSweeps: AuditRecord[] = [];
  for (const { name } of finding) {
    const delivery: Delivery = { ...withoutPush(pushed), event: 'swept', sweep: name, sender: NOBODY };
    // oxlint-disable-next-line no-await-in-loop
    afterSweeps.push(...(await recordsOf(delivery, onPaper(delivery, read, conditions, sources))));
  }
  const said = comment === undefined ? undefined : commentOf(pushed, comment, sources.now);
  return {
    ...here,
    headSha,
    baseRef,
    pushed: deedsOf(wakened, automations, afterPush),
    swept: deedsOf(finding, sweeps, afterSweeps),
    commented: said === undefined ? [] : (await recordsOf(said, onPaper(said, read, conditions, sources))).map(deedIn),
    gate,
    approval,
  };
}

type Named = { readonly is: 'automation' | 'sweep'; readonly name: string };

/** Rules that were woken by what another did are told as well. */
function deedsOf(woken: readonly Named[], running: readonly Named[], records: readonly AuditRecord[]): Deeds {
  const done = records.map(deedIn);
  const rest = woken.filter(({ name }) => done.every((each) => each.name !== name));
  const runs = (name: string): boolean => running.some((each) => each.name === name);
  return [
    ...done,
    ...rest.map(({ name }): Deeds[number] => ({ name, deed: runs(name) ? 'nothing' : 'does not run here' })),
  ];
}

function deedIn({ command, text, outcome, reason, actions }: AuditRecord): Deeds[number] {
  return { name: text === '' ? command.replace(/^\w+:/, '') : text, deed: { outcome, reason, actions } };
}

/** The head was pushed, and nothing that was said to it before is about another. */
async function pushOf({ provider, looked, audit, cache, now }: SimulationSources): Promise<Delivery> {
  const { installation, repository, target, read } = looked;
  const { headSha, baseRef } = await read.pull();
  const place = { provider: provider.id, repository };
  const { votes } = await statesIn({ audit, cache: overlaidOn(cache) }).read(pullOf(place, target.number));
  const standing = votes.filter((vote) => vote.headSha === headSha).map(({ at }) => Date.parse(at));
  return {
    version: 1,
    id: 'simulation',
    provider: provider.id,
    installation,
    repository,
    event: 'synchronized',
    sender: target.author,
    at: new Date(Math.min(now.getTime(), ...standing)).toISOString(),
    receivedAt: now.toISOString(),
    target: { ...target, headSha, baseRef },
    headMoved: { before: headSha, after: headSha },
  };
}

/** Who acts when the clock does. */
const NOBODY: Person = { login: 'bowsprit', id: '0', bot: true };

function withoutPush(pushed: Delivery): Delivery {
  const { headMoved: _, ...rest } = pushed;
  return rest;
}

function commentOf(pushed: Delivery, { by, lines, cut }: Comment, now: Date): Delivery {
  const at = now.toISOString();
  return {
    ...withoutPush(pushed),
    event: 'comment-created',
    sender: by,
    at,
    text: {
      kind: 'comment',
      id: '0',
      url: '',
      at,
      lines: [...lines],
      cut,
      // Whoever comments now sees the head that there is.
      ...(pushed.target?.headSha === undefined ? {} : { headSha: pushed.target.headSha }),
    },
  };
}

type Paper = { readonly services: Services; readonly written: readonly AuditRecord[] };

async function recordsOf(delivery: Delivery, { services, written }: Paper): Promise<readonly AuditRecord[]> {
  await carryOut(delivery, services);
  return written;
}

/** Services for one delivery, of which nothing is left. */
function onPaper(
  delivery: Delivery,
  read: Read,
  { book, owners }: Conditions,
  { provider, looked, audit, cache: below, rules, now }: SimulationSources,
): Paper {
  const written: AuditRecord[] = [];
  const paper: Audit = {
    async append(draft, since) {
      const record = chained(draft, written.at(-1) ?? since);
      written.push(record);
      return { record, between: [] };
    },
    after: async (pull, sequence) => [
      ...(await audit.after(pull, sequence)),
      ...written.filter((record) => record.sequence > sequence),
    ],
  };
  const cache = overlaidOn(below);
  const remembering = ownersCacheIn(cache);
  const connection = (notices: () => Readonly<Record<string, string>>): Connection => ({
    read,
    apply: applied(looked.target.labels, notices),
    answering: { react: async () => undefined, reply: async () => undefined },
    calls: () => 0,
    quota: () => undefined,
  });
  let ids = 0;
  const onlyThis = (id: ProviderId): Provider => {
    if (id !== delivery.provider) throw new Error(`no provider for ${id}`);
    return {
      ...provider,
      connect: async (_, { notices }) => connection(notices),
      look: async () => looked,
      find: async () => [],
      findOld: async () => [],
      deliveryLog: undefined,
    };
  };
  const services: Services = {
    provider: onlyThis,
    audit: paper,
    seen: {
      claim: async () => ({ is: 'mine', attempt: 1, decisions: [], finished: 0 }),
      decide: async () => undefined,
      progress: async () => undefined,
      check: () => undefined,
      finish: async () => undefined,
      release: async () => undefined,
      abandoned: async () => false,
    },
    cache,
    states: statesIn({ audit: paper, cache }),
    ledger: { ...ledgerIn({ audit, cache, now: () => now }), note: async () => undefined },
    // What is remembered of the base is about its own files.
    owners: owners === undefined ? (...of) => remembering.memory(...of) : () => NO_MEMORY,
    carryOwners: async () => undefined,
    publish: async () => undefined,
    put: async () => undefined,
    send: async () => undefined,
    engines: new Map(ENGINES.map((id) => [id, onPaperToo(id)])),
    // On paper nobody elsewhere is asked.
    fun: async () => ({ is: 'away' }),
    settings: book,
    ...rules,
    now: () => now,
    newId: () => {
      ids += 1;
      return `simulation-${ids}`;
    },
  };
  return { services, written };
}

const NO_MEMORY: OwnersMemory = { find: async () => undefined, keep: async () => undefined };

/** Starts nothing, and says that it did. */
function onPaperToo(id: EngineId): Engine {
  return {
    id,
    name: id,
    start: async () => ({ id: 'simulation', state: 'queued' }),
    find: async () => undefined,
    cancel: async () => 'cancelled',
    state: async () => undefined,
  };
}

const done = async (): Promise<ActionResult> => ({ result: 'done' });

/** As the forge would take it, were all of it allowed; what is so already is left as it is. */
function applied(labels: readonly string[], notices: () => Readonly<Record<string, string>>): Apply {
  const on = new Set(labels.map((label) => label.toLowerCase()));
  const putOn = (all: readonly string[]): ActionResult => {
    const missing = all.map((label) => label.toLowerCase()).filter((label) => !on.has(label));
    for (const label of missing) on.add(label);
    return { result: missing.length === 0 ? 'unchanged' : 'done' };
  };
  return {
    'add-label': async ({ label }) => putOn([label]),
    'add-labels': async ({ labels: all }) => putOn(all),
    'remove-label': async ({ label }) => ({ result: on.delete(label.toLowerCase()) ? 'done' : 'unchanged' }),
    notice: async ({ subject, quiet }) => {
      const stands = notices()[subject];
      if (quiet && stands === undefined) return { result: 'unchanged' };
      return { result: 'done', ref: stands ?? 'simulation' };
    },
    assign: done,
    unassign: done,
    'request-review': done,
    'unrequest-review': done,
    close: done,
    reopen: done,
    retitle: done,
    'set-milestone': done,
    'set-status': done,
    report: done,
    merge: done,
    'rerun-workflow': done,
    'approve-workflows': done,
  };
}

function readUnder({ owners }: Conditions, read: Read): Read {
  if (owners === undefined) return read;
  return {
    ...read,
    // Owners are read at the base, and nothing else is.
    async filesAt(commit, paths) {
      const { baseSha } = await read.pull();
      return commit === baseSha ? owners(paths) : read.filesAt(commit, paths);
    },
  };
}

/** Asks the same thing once. */
function remembered(read: Read): Read {
  return {
    pull: once(() => read.pull()),
    labels: once(() => read.labels()),
    description: once(() => read.description()),
    text: once(() => read.text()),
    otherPulls: once((person) => read.otherPulls(person)),
    issueAt: once((named) => read.issueAt(named)),
    happened: once(() => read.happened()),
    milestones: once(() => read.milestones()),
    defaultBranch: once(() => read.defaultBranch()),
    repositoryLabels: once(() => read.repositoryLabels()),
    changedFiles: once(() => read.changedFiles()),
    role: once((person) => read.role(person)),
    member: once((person) => read.member(person)),
    inTeam: once((person, team) => read.inTeam(person, team)),
    personNamed: once((login) => read.personNamed(login)),
    stateOf: once((pull) => read.stateOf(pull)),
    teamMembers: once((team) => read.teamMembers(team)),
    filesAt: once((commit, paths) => read.filesAt(commit, paths)),
    settings: once(() => read.settings()),
    organizationSettings: once(() => read.organizationSettings()),
    earlierSettings: once((of, commit, wanted) => read.earlierSettings(of, commit, wanted)),
    ownersRepositories: once(() => read.ownersRepositories()),
    treeAt: once((commit) => read.treeAt(commit)),
    trust: once((login) => read.trust(login)),
    commits: once(() => read.commits()),
    branch: once((ref) => read.branch(ref)),
    forcedPushes: once(() => read.forcedPushes()),
    headSince: once(() => read.headSince()),
    branchUse: (name) => read.branchUse(name),
    labelChanges: once(() => read.labelChanges()),
    changeAt: once((baseRef, head) => read.changeAt(baseRef, head)),
    standing: once((base, head) => read.standing(base, head)),
    checksAt: once((sha) => read.checksAt(sha)),
    openIssues: once((label) => read.openIssues(label)),
    openPulls: once(() => read.openPulls()),
    workflows: once((sha) => read.workflows(sha)),
    headNow: async () => (await read.pull()).headSha,
    reviewsWaiting: once(() => read.reviewsWaiting()),
    limitedAmong: (logins) => read.limitedAmong(logins),
    pullsAt: once((sha) => read.pullsAt(sha)),
    pullsOnto: once((baseRef, after) => read.pullsOnto(baseRef, after)),
  };
}

function once<Asked extends readonly unknown[], Answer>(
  ask: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...asked) => {
    const key = JSON.stringify(asked);
    const answer = answers.get(key) ?? ask(...asked);
    answers.set(key, answer);
    return answer;
  };
}
