/**
 * The one order in which everything happens: parse, read facts, verdict, store the decision, apply, record. Killed
 * anywhere, the next attempt finishes the same decision.
 */
import { createHash } from 'node:crypto';
import { EMPTY_CHAIN, type AuditRecord, type RecordDraft } from './audit-record.ts';
import { noteAgeing } from './ageing.ts';
import { lookAgain, lookAtBase, lookNow, pushed } from './base-moves.ts';
import { branchOf, pullOf, repositoryOf, type Delivery, type Target } from './delivery.ts';
import { reasonOf, Refusal, Retryable } from './errors.ts';
import { watchedKey } from './facts/blockers.ts';
import type { FindFun } from './fun/finding.ts';
import { keepGate } from './gate-kept.ts';
import { keepGivenUp } from './given-up.ts';
import {
  code,
  freezesOn,
  isAnswer,
  isEngine,
  isJob,
  isRecorded,
  notice,
  observeHead,
  pullsOnly,
  quietNotice,
  VOTE_KINDS,
  wakenBy,
  type EngineAction,
  type Action,
  type ActionName,
  type ActionResult,
  type AnyAutomation,
  type FactName,
  type AnySweep,
  type AnyCommand,
  type ForgeAction,
} from './language/index.ts';
import { abandoned, batchOf, isTested, joined, left as leftBatch, takenOut, type Batching } from './batching.ts';
import { withinBudget } from './budget.ts';
import { subjectOf, type Publish, type Put, type Subject } from './publish.ts';
import type { Ledger } from './ledger.ts';
import { log } from './log.ts';
import { lookedAgain } from './looking-again.ts';
import { lookLater } from './looking-later.ts';
import { pauseAfter, pauses } from './merge-pauses.ts';
import { couldMerge } from './merge/queries.ts';
import type { OwnersOptions } from './owners/index.ts';
import type { OwnersMemory } from './ownership.ts';
import { alone, endTurn, takeTurn } from './pool.ts';
import { commandIn, settledIn, writtenName, type Settled } from './parse.ts';
import { heldPicks, noticeOfPicks, toldOfPicks } from './picking.ts';
import { resultTold } from './pipelines/arrived.ts';
import type { Engines } from './pipelines/engine.ts';
import { jobDone, keyOfStart } from './pipelines/starting.ts';
import { statusAfter } from './pipelines/statuses.ts';
import type { Connection, Provider, Read } from './providers/provider.ts';
import { checkSubject, isTakenBack, withRecords } from './pull-state.ts';
import { hourOf, isCosmetic, lowest, secondsUntilReset, sharedQuota, shareQuota, suffices } from './quota.ts';
import { noteQueued } from './queued-lately.ts';
import { readingFor, type Basis, type Reading } from './reading.ts';
import { asItIsNow, asksForRepair, presentOf, repair, targetNumbered } from './repairing.ts';
import { allowKey, DISABLED, requirementFrom, rulesHere, switchedOff, type RulesHere } from './rules-here.ts';
import { settingsReader, type SettingsHere, type SettingsReader } from './settings-here.ts';
import { placeInWords, type InForce, type SettingsBook } from './settings/index.ts';
import { lookAtStatusAfter } from './status-after.ts';
import type { Audit, Cache, Claim, Seen, States, StoredDecision } from './store/stores.ts';
import { closedFor, holdsUntil, noteHolds, waitsForCheck } from './waiting.ts';
import { isOneAwake, noteAwake } from './waking.ts';
import {
  commandVerdict,
  flagsOf,
  headNotSeen,
  misplaced,
  misused,
  nearMiss,
  notPermitted,
  refusal,
  ruleVerdict,
  superseded,
  takenBackSince,
  tooMany,
  type Verdict,
} from './verdict.ts';

export type Services = {
  readonly provider: (id: Delivery['provider']) => Provider;
  readonly audit: Audit;
  readonly seen: Seen;
  readonly cache: Cache;
  readonly states: States;
  /** What people decided about more than one pull request. */
  readonly ledger: Ledger;
  readonly owners: (repository: string, ref: string, options: OwnersOptions) => OwnersMemory;
  /** A push that touched no owners' file: what is known of `before` holds for `after`. */
  readonly carryOwners: (repository: string, ref: string, before: string, after: string) => Promise<void>;
  /** Tells other processes of a finished invocation; at least once, named by the record's id. */
  readonly publish: Publish;
  /** Tells them of what is no invocation; at least once. */
  readonly put: Put;
  /** Puts a delivery of our own making on the queue, so that it waits its turn in its pull request's group. */
  readonly send: (delivery: Delivery) => Promise<void>;
  /** What runs jobs, beside what the forge itself runs them with. */
  readonly engines: Engines;
  /** Jokes and pictures. */
  readonly fun: FindFun;
  readonly settings: SettingsBook;
  /** All there are; which of them run where is for the settings to say. */
  readonly commands: readonly AnyCommand[];
  readonly automations: readonly AnyAutomation[];
  readonly sweeps: readonly AnySweep[];
  readonly now: () => Date;
  /** A ULID: names records and the owner of a lease. */
  readonly newId: () => string;
};

/** Characters of a living comment that the record keeps; the comment itself shows the rest. */
const MAX_KEPT_TEXT = 1_000;

/**
 * @throws Retryable when the weather, or another worker, is in the way; anything else is ours to mend. In both cases
 * the delivery must be kept.
 */
export async function carryOut(delivery: Delivery, services: Services): Promise<void> {
  const { target } = delivery;
  if (delivery.push !== undefined) return pushed(delivery, delivery.push, services);
  if (delivery.base !== undefined) return lookAtBase(delivery, delivery.base, services);
  if (delivery.again?.due !== undefined) return lookNow(delivery, delivery.again.due, services);
  if (target === undefined && delivery.job !== undefined) return resultTold(delivery, delivery.job, services);
  if (target === undefined) return spread(delivery, services);
  if (asksForRepair(delivery)) return repair(delivery, target, services);
  if (delivery.event === 'closed') await closedFor(delivery, target, services);
  if (!(await concernsAnybody(delivery, services))) return;
  await claimed(delivery, services, async (claim, owner) => {
    await finishAll(delivery, target, { claim, owner, services });
  });
}

/** Whether there is a line that could be a command, or a rule that some setting could have woken. */
async function concernsAnybody(delivery: Delivery, { automations, sweeps, cache }: Services): Promise<boolean> {
  if (delivery.text !== undefined && delivery.text.lines.length > 0) return true;
  if (delivery.event === 'swept') return sweeps.some(({ name }) => name === delivery.sweep);
  const { event: name, label, target } = delivery;
  const kind = target?.kind ?? 'pull';
  const woken = automations.filter((rule) => {
    const any = rule.labelsBySettings === undefined ? label : undefined;
    return rule.name === delivery.dueFor || wakenBy(rule, { name, kind, label: any }, {});
  });
  if (woken.some(({ rests, sleeps }) => rests !== true && sleeps !== true)) return true;
  const sleepers = woken.filter(({ sleeps }) => sleeps === true);
  if (await isOneAwake(sleepers, delivery, cache)) return true;
  const resting = woken.length > sleepers.length;
  return resting && (await cache.get(watchedKey(repositoryOf(delivery)))) !== undefined;
}

/**
 * The delivery was tried as often as the queue allows: what is not in the audit trail yet ends as `failed`, and the
 * pull request is told.
 */
export async function giveUp(delivery: Delivery, services: Services): Promise<void> {
  const { target } = delivery;
  // The next run of the clock asks again.
  if (target === undefined || asksForRepair(delivery)) return;
  await keepGivenUp(delivery, services.cache);
  const work = await workToGiveUp(delivery, services);
  const end = async (key: Key | undefined): Promise<void> => {
    const failed = await endAs(GIVEN_UP, delivery, target, { work, services }, key);
    if (failed.length > 0) await tellOfFailure(delivery, work, failed, services);
  };
  try {
    await claimed(delivery, services, (claim, owner) => end({ claim, owner }));
  } catch (error) {
    if (error instanceof Retryable) throw error;
    // What is wrong with its key may be why it was given up: the audit trail alone tells as well what has ended.
    log.error('given up without its key', { delivery: delivery.id, reason: reasonOf(error) });
    await end(undefined);
  }
}

async function claimed(
  delivery: Delivery,
  { seen, newId }: Services,
  act: (claim: Extract<Claim, { readonly is: 'mine' }>, owner: string) => Promise<void>,
): Promise<void> {
  const key = keyOf(delivery);
  const owner = newId();
  const claim = await seen.claim(key, owner);
  if (claim.is === 'done') return;
  if (claim.is === 'busy') {
    throw new Retryable('another worker has this delivery', { retryAfter: claim.seconds });
  }
  try {
    await act(claim, owner);
    await seen.finish(key, owner);
  } catch (error) {
    // The lease would run out by itself; giving it back only saves the wait, so the error that matters is the first.
    await seen.release(key, owner).catch((cause: unknown) => {
      log.warn('lease not released', { delivery: delivery.id, reason: reasonOf(cause) });
    });
    throw error;
  }
}

/**
 * A redelivery repeats the delivery id; a second hook on the same repository tells of the same comment under another.
 * Both are the same text at the same time, so that is the key where there is a text.
 */
export function keyOf(delivery: Delivery): string {
  const { text, provider, repository, id, redrive } = delivery;
  if (text === undefined || redrive !== undefined) return `delivery#${provider}#${id}`;
  const digest = createHash('sha256')
    .update(JSON.stringify([delivery.event, text.at, text.lines]))
    .digest('hex');
  return `text#${provider}#${repository.id}#${text.kind}#${text.id}#${digest}`;
}

/** A place in a delivery, which is the same under all settings: of the lines that could be commands, then of all rules. */
type Placed<T> = { readonly position: number; readonly item: T };
type Work = {
  readonly inForce: InForce;
  readonly rules: RulesHere;
  readonly commands: readonly Placed<Settled>[];
  readonly automations: readonly Placed<AnyAutomation | AnySweep>[];
};

function workOf(delivery: Delivery, inForce: InForce, services: Services): Work {
  const rules = rulesHere(inForce, services);
  const lines = delivery.text?.lines ?? [];
  const commands = (delivery.text === undefined ? [] : settledIn(delivery.text, rules.grammar)).map((item) => ({
    position: lines.findIndex(({ number }) => number === item.line),
    item,
  }));
  const swept = delivery.event === 'swept';
  const [all, running]: readonly (readonly (AnyAutomation | AnySweep)[])[] = swept
    ? [[...services.sweeps, ...services.automations], ruledBySweep(delivery, rules)]
    : [services.automations, rules.automations];
  const automations = (running ?? []).map((item) => ({ position: lines.length + (all ?? []).indexOf(item), item }));
  return { inForce, rules, commands, automations };
}

/** What becomes ready without an event that says so is merged, or what has to come before that is started. */
function ruledBySweep({ sweep }: Delivery, { sweeps, automations }: RulesHere): readonly (AnyAutomation | AnySweep)[] {
  const besides = sweep === MERGING ? automations.filter(({ on }) => on.includes('swept')) : [];
  return [...sweeps.filter(({ name }) => name === sweep), ...besides];
}

const nobodyAsks = (): Promise<never> => Promise.reject(new Retryable('the forge is not asked'));

/** As far as the settings are known without asking the forge, which may be why it is given up. */
async function workToGiveUp(delivery: Delivery, services: Services): Promise<Work> {
  const reader = settingsReader({ delivery, read: nobodyAsks, cache: services.cache, book: services.settings });
  try {
    return workOf(delivery, (await reader.now()).inForce, services);
  } catch (error) {
    if (!(error instanceof Retryable)) throw error;
    return workOf(delivery, services.settings.general, services);
  }
}

/** Facts that are read from the pull request as it is now. */
const FROM_PULL: ReadonlySet<FactName> = new Set([
  'head',
  'pull',
  'labels',
  'changedFiles',
  'votes',
  'lgtms',
  'approval',
  'approvable',
  'changeSince',
  'actorOwns',
  'gate',
] satisfies FactName[]);

/** What will be read from the forge in any case is read first: with it come the settings as they are now. */
function readsPull({ commands, automations, inForce }: Work, delivery: Delivery): boolean {
  if (delivery.target?.kind !== 'pull') return false;
  const needs = [
    ...commands.flatMap(({ item }) => commandIn(item)?.needs ?? []),
    ...automations.flatMap(({ item }) => (wakes(item, delivery, nothingDone(), inForce) ? item.needs : [])),
  ];
  return needs.some((need) => FROM_PULL.has(need));
}

async function settledWork(
  delivery: Delivery,
  reader: SettingsReader,
  services: Services,
): Promise<Work & SettingsHere> {
  const known = await reader.now();
  const work = workOf(delivery, known.inForce, services);
  if (!readsPull(work, delivery)) return { ...known, ...work };
  const fresh = await reader.changed();
  return fresh === undefined ? { ...known, ...work } : { ...fresh, ...workOf(delivery, fresh.inForce, services) };
}

/** Whether this place in the delivery is to be looked at: of one that is sent round again, only what had failed. */
function isDue({ redrive }: Delivery, position: number): boolean {
  return redrive === undefined || redrive.positions.includes(position);
}

/** @param due whether the event itself may wake it; `queued`: whether it waits in the forge's merge queue, or for its auto-merge */
function wakes(
  rule: AnyAutomation | AnySweep,
  delivery: Delivery,
  acted: Acted,
  { settings }: InForce,
  { due = true, queued = false }: { readonly due?: boolean; readonly queued?: boolean } = {},
): boolean {
  if (rule.is === 'sweep') return due;
  const { event: name, label, target } = delivery;
  const kind = target?.kind ?? 'pull';
  if (due && (rule.name === delivery.dueFor || wakenBy(rule, { name, kind, label }, settings))) return true;
  if (kind === 'issue' && pullsOnly(rule)) return false;
  // What we label ourselves wakes nobody by its event.
  const labels = acted.labels.size === 0 ? [] : (rule.labelsBySettings?.(settings) ?? []);
  return (
    rule.after.some((action) => acted.names.has(action)) ||
    (queued && rule.afterQueued?.some((action) => acted.names.has(action)) === true) ||
    labels.some((each) => acted.labels.has(each.toLowerCase()))
  );
}

type Key = { readonly claim: Extract<Claim, { readonly is: 'mine' }>; readonly owner: string };
type Turns = Key & { readonly services: Services };

/** What the author of a comment is told about one of its lines. */
type Told = { readonly text: string; readonly outcome: AuditRecord['outcome']; readonly sentences: readonly string[] };

async function finishAll(delivery: Delivery, target: Target, turns: Turns): Promise<void> {
  const { claim, owner, services } = turns;
  const pull = pullOf(delivery, target.number);
  let connection: Connection;
  const reader = settingsReader({
    delivery,
    read: async () => connection.read,
    cache: services.cache,
    book: services.settings,
  });
  const [state, shared] = await Promise.all([
    services.states.read(pull),
    sharedQuota(services.cache, delivery),
    reader.ahead(),
  ]);
  if (ofTheClock(delivery) && !suffices(shared, 'sweep', services.now())) {
    // It comes again by the clock, or with the next push.
    log.warn('sweep left out to spare the forge', { delivery: delivery.id, pull });
    return;
  }
  if (delivery.sweep === MERGING && (await pauses(pull, state.sequence, services))) return;
  let work: Work & SettingsHere;
  try {
    connection = await services.provider(delivery.provider).connect(delivery, {
      notices: () => reading.state().notices,
      resumed: claim.attempt > 1 || delivery.redrive !== undefined,
      mayGoOn: () => services.seen.check(owner),
    });
    work = await settledWork(delivery, reader, services);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Neither to be read nor written any more: that is the end of it.
    log.warn('delivery left alone', { delivery: delivery.id, pull, reason: error.message });
    const known = await workToGiveUp(delivery, services);
    const ending: Ending = { outcome: 'refused', reason: error.message, rules: 'decided' };
    await endAs(ending, delivery, target, { work: known, services }, turns);
    return;
  }
  await noteAgeing(work.rules.sweeps, delivery, services);
  // Events on pull requests are looked at in any case.
  if (target.kind === 'issue' && delivery.text === undefined) {
    await noteAwake(work.rules.automations, delivery, services.cache);
  }
  const left = lowest(shared, connection.quota());
  if (work.commands.length > 0 && left !== undefined && !suffices(left, 'command', services.now())) {
    await queuedUntil(hourOf(left), delivery, connection, services);
    throw new Retryable("the forge's requests are used up", { retryAfter: secondsUntilReset(left, services.now()) });
  }
  const reading = readingFor({
    delivery,
    read: connection.read,
    cache: services.cache,
    owners: services.owners,
    inForce: work.inForce,
    files: work.files,
    book: services.settings,
    grammar: work.rules.grammar,
    catalogue: work.rules.catalogue,
    broken: work.broken,
    state,
    commands: work.commands.flatMap(({ item }) => commandIn(item)?.name ?? []),
    ledger: services.ledger,
    records: () => services.audit.after(pull, 0),
    now: services.now,
    fun: services.fun,
  });
  const recorded = await alreadyRecorded(pull, delivery, claim.decisions, services.audit);
  const look = lookingOnce(delivery, connection, claim.attempt > 1, services);
  const context: Context = { delivery, pull, connection, reading, claim, owner, services, work, recorded, look };

  const told: Told[] = [];
  const changed: string[] = [];
  const acted = nothingDone();
  const leftOver = leftOverFrom(claim.decisions, work);
  const count = delivery.text?.lines.length ?? 0;
  const ofLines = leftOver.filter(({ position }) => position < count);
  const ofRules = leftOver.filter(({ position }) => position >= count);
  for (const { position, item: line } of inOrder(work.commands, ofLines)) {
    if (!isDue(delivery, position)) continue;
    const decide = async (): Promise<Decided | undefined> =>
      line === undefined ? undefined : decidedLine(line, context);
    // In order: what one line does is so for the next.
    // oxlint-disable-next-line no-await-in-loop
    const ended = await turn(context, position, decide);
    if (ended === undefined) continue;
    noteActs(ended.record, acted);
    told.push(toldOf(ended));
  }
  for (const { position, item: rule } of inOrder(work.automations, ofRules)) {
    const due = isDue(delivery, position);
    const begun = due && claim.decisions.some((each) => each.position === position);
    const { queued: queueing, arming, batching } = reading.state();
    const queued = queueing?.is === 'waiting' || arming?.is === 'on' || batching?.is === 'in';
    if (!begun && (rule === undefined || !wakes(rule, delivery, acted, work.inForce, { due, queued }))) continue;
    const decide = async (): Promise<Decided | undefined> =>
      rule === undefined ? undefined : decidedRule(rule, context);
    if (rule !== undefined && !begun && isCosmetic(rule) && !suffices(left, 'cosmetic', services.now())) {
      log.warn('rule left out to spare the forge', { delivery: delivery.id, pull, rule: rule.name });
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop
    const ended = await turn(context, position, decide);
    if (ended === undefined) continue;
    noteActs(ended.record, acted);
    if (changes(ended.record))
      changed.push(`${code(rule?.name ?? ended.record.command)}: ${shownReason(ended.record)}`);
  }
  if (delivery.asker !== undefined) await tellAsker(changed, context);
  if (told.length > 0) await answered(told, context);
  else if (delivery.redrive !== undefined) await finishedAfterAll(context);
  const after = reading.state();
  // An attempt that was cut off may have left a hold that nobody noted.
  if (
    (holdsUntil(state.holds) || holdsUntil(after.holds)) &&
    (after.sequence !== state.sequence || claim.attempt > 1)
  ) {
    await noteHolds(delivery, target, after.holds, services);
  }
  if (after.sequence !== state.sequence) {
    const judged = reading.judged();
    if (judged !== undefined) await keepGate(pull, { at: services.now().toISOString(), ...judged }, services.cache);
    await services.states.write(pull, after);
  }
  await lookAtStatusAfter(delivery, acted.names, work.inForce.settings, services.send);
  await shareQuota(services.cache, delivery, connection.quota(), services.now());
}

/** Nobody waits for it. */
function ofTheClock({ event }: Delivery): boolean {
  return event === 'swept' || event === 'base-moved';
}

type LeftOver = { readonly position: number; readonly item?: undefined };

/** What an earlier attempt decided and the settings of now would not look at: what has begun is brought to its end. */
function leftOverFrom(decisions: readonly StoredDecision[], { commands, automations }: Work): readonly LeftOver[] {
  const here = new Set([...commands, ...automations].map(({ position }) => position));
  return decisions.filter(({ position }) => !here.has(position)).map(({ position }) => ({ position }));
}

function inOrder<T>(placed: readonly Placed<T>[], leftOver: readonly LeftOver[]): readonly (Placed<T> | LeftOver)[] {
  return [...placed, ...leftOver].toSorted((one, other) => one.position - other.position);
}

/** Longer than a window of any forge. */
const QUEUED_SECONDS = 2 * 3_600;
const queuedKey = (delivery: Delivery): string => `queued#${keyOf(delivery)}`;

/** Silence would look like a failure: the last few requests say when it goes on. */
async function queuedUntil(
  hour: string,
  delivery: Delivery,
  { answering }: Connection,
  services: Services,
): Promise<void> {
  if ((await services.cache.get(queuedKey(delivery))) !== undefined) return;
  const text = `Queued, ${hour}: what the forge lets Bowsprit ask in an hour is used up here. Nothing has to be repeated.`;
  await answering.reply(text, { sought: true });
  await services.cache.put(queuedKey(delivery), hour, QUEUED_SECONDS);
}

/** Whoever commented sees that it is looked at, where the answer takes longer than this (law 12). */
const LOOKING_MS = 5_000;

function lookingOnce(
  delivery: Delivery,
  { answering }: Connection,
  resumed: boolean,
  { now }: Services,
): () => Promise<void> {
  let looking = delivery.text === undefined;
  return async () => {
    if (looking) return;
    // The clock of an earlier attempt may have been another: what it showed is found by showing it again.
    if (!resumed && now().getTime() - Date.parse(delivery.receivedAt) <= LOOKING_MS) return;
    looking = true;
    await answering.react('looking');
  };
}

type Context = {
  readonly delivery: Delivery;
  readonly pull: string;
  readonly connection: Connection;
  readonly reading: Reading;
  readonly claim: Extract<Claim, { readonly is: 'mine' }>;
  readonly owner: string;
  readonly services: Services;
  readonly work: Work;
  readonly recorded: ReadonlyMap<number, AuditRecord>;
  /** Shows whoever commented that it is looked at, once and where it takes long. */
  readonly look: () => Promise<void>;
};

type Decided = {
  readonly command: string;
  readonly text: string;
  readonly verdict: Verdict;
  readonly basis: Basis;
};

/** What earlier attempts brought to its end, by position. */
async function alreadyRecorded(
  pull: string,
  delivery: Delivery,
  decisions: readonly StoredDecision[],
  audit: Audit,
): Promise<ReadonlyMap<number, AuditRecord>> {
  if (decisions.length === 0) return new Map();
  const since = Math.min(...decisions.map((each) => each.since.sequence));
  const records = await audit.after(pull, since);
  // Another delivery of the same text may have decided it.
  const ids = new Set([delivery.id, ...decisions.map(({ draft }) => draft.delivery)]);
  return byPosition(records, ids);
}

function byPosition(
  records: readonly AuditRecord[],
  deliveries: ReadonlySet<string>,
): ReadonlyMap<number, AuditRecord> {
  const ours = records.filter(({ delivery }) => deliveries.has(delivery));
  return new Map(ours.map((record) => [record.position, record]));
}

/** An invocation in the audit trail, which keeps only the beginning of a long text, and what was decided in full. */
type Ended = { readonly record: AuditRecord; readonly actions: readonly Action[] };

/** One invocation from decision to record. Undefined where an automation found nothing to change. */
async function turn(
  context: Context,
  position: number,
  decide: () => Promise<Decided | undefined>,
): Promise<Ended | undefined> {
  const { claim, recorded, services, reading } = context;
  const stored = claim.decisions.find((each) => each.position === position);
  const finished = recorded.get(position);
  if (finished !== undefined) {
    // It may have ended just before it could be told.
    await services.ledger.note(finished);
    await services.publish(finished, publishedWith(context));
    return { record: finished, actions: stored?.actions ?? [] };
  }
  const decision = stored ?? (await newDecision(context, position, decide));
  if (decision === undefined) return undefined;
  // Only who holds the lease gets here, and goes on to the answer that replaces it.
  await context.look();

  const outdated =
    (merges(decision.actions) && (await isOutdated(stored !== undefined, decide, context))) ||
    (stored !== undefined && joins(decision.actions) && !(await stillJoins(decide, context)));
  const { decided, followed } = outdated ? givenUp(decision.actions) : await applied(decision.actions, context);
  const refusals = decided.filter(({ result }) => result.result === 'refused');
  const unmerged = !outdated && decided.some(({ action, result }) => isMerging(action) && result.result === 'refused');
  if (unmerged && followed.length > 0 && followed.every(({ result }) => result.result === 'unchanged')) {
    // The forge says what it said before: there is nothing to tell, and nothing to record.
    const { sequence } = reading.state();
    await pauseAfter(context.pull, { since: sequence, sequence }, services);
    return undefined;
  }
  const why = refusals.flatMap(({ result: { note } }) => note ?? []);
  const overtaken = decided.flatMap(({ action, result: { result: came, note } }) =>
    came === 'superseded' && isMerging(action) ? (note ?? []) : [],
  );
  const draft: RecordDraft = {
    ...decision.draft,
    outcome: refusals.length > 0 ? 'refused' : decision.draft.outcome,
    reason: outdated
      ? joins(decision.actions)
        ? UNTESTED_SINCE
        : BLOCKED_SINCE
      : why.length > 0
        ? why.join(' ')
        : (overtaken[0] ?? decision.draft.reason),
    actions: [...decided, ...followed].map(({ action, result }) => keptOf(action, result)),
  };
  const { audit, newId } = services;
  for (const held of await heldPicks(decided, { delivery: context.delivery, draft: decision.draft, audit, newId })) {
    // oxlint-disable-next-line no-await-in-loop
    await services.publish(held, publishedWith(context));
  }
  const { record, between } = await services.audit.append(draft, decision.since);
  const state = reading.state();
  reading.absorb(
    withRecords(
      state,
      [...between, record].filter(({ sequence }) => sequence > state.sequence),
    ),
  );
  if (unmerged) {
    await pauseAfter(context.pull, { since: decision.since.sequence, sequence: reading.state().sequence }, services);
  }
  await services.ledger.note(record);
  await services.publish(record, publishedWith(context));
  const { delivery, pull } = context;
  const { command, outcome } = record;
  const LagMilliseconds = services.now().getTime() - Date.parse(delivery.receivedAt);
  const figures = { [FIGURES[outcome]]: 1, LagMilliseconds };
  log.info('invocation finished', { delivery: delivery.id, pull, command, outcome }, figures);
  return { record, actions: decision.actions };
}

const publishedWith = ({ delivery: { target } }: Context): Subject | undefined => target && subjectOf(target);

const FIGURES = { done: 'Done', refused: 'RefusedInvocations', failed: 'FailedInvocations' } as const;

/** The sweep that tries again what the forge refused. */
const MERGING = 'merge';
const BLOCKED_SINCE = 'Not merged: what had been decided could not be done at once, and something blocks it since.';
const UNTESTED_SINCE = 'Not tested: what had been decided could not be done at once, and something blocks it since.';

/** A merge, or what has to come before it. */
function isMerging(action: Action): boolean {
  return isMerge(action) || action.is === 'update-branch';
}

/** Or that the forge is to merge. */
function isMerge({ is }: Action): boolean {
  return is === 'merge' || is === 'enqueue' || is === 'arm-merge';
}

function merges(actions: readonly Action[]): boolean {
  return actions.some(isMerge);
}

/** A freeze holds from the moment that its comment is answered, whatever was decided before. */
async function isOutdated(
  resumed: boolean,
  decide: () => Promise<Decided | undefined>,
  context: Context,
): Promise<boolean> {
  if (resumed) return !(await stillMerges(decide, context));
  const { pull, labels, freezes = [] } = await context.reading.seen(['pull', 'labels', 'freezes']);
  return pull !== undefined && labels !== undefined && freezesOn(freezes, pull.baseRef, labels).length > 0;
}

/**
 * Of all decisions a merge alone is looked at again when it is resumed: a hold or a red check since then must count. What is
 * merged already is left to the forge to say.
 */
async function stillMerges(decide: () => Promise<Decided | undefined>, { reading }: Context): Promise<boolean> {
  const { pull } = await reading.seen(['pull']);
  // What the forge is to merge already is left to the rules of that: they may take it back.
  if (pull?.state === 'merged' || pull?.queue?.place !== undefined || pull?.autoMerge !== undefined) return true;
  const now = await decide();
  return now !== undefined && merges(now.verdict.actions);
}

function joins(actions: readonly Action[]): boolean {
  return actions.some(({ is }) => is === 'join-batch');
}

/** What joins a batch runs with the secrets of a push: a hold since then must count here as well. */
async function stillJoins(decide: () => Promise<Decided | undefined>, context: Context): Promise<boolean> {
  const actions = (await decide())?.verdict.actions ?? [];
  if (joins(actions) || merges(actions)) return true;
  const { pull, batch } = await context.reading.seen(['pull', 'batch']);
  if (batch?.place !== undefined && !actions.some(({ is }) => is === 'leave-batch')) return true;
  if (pull !== undefined) await abandoned(batchingOf(pull.baseRef, context));
  return false;
}

function givenUp(actions: readonly Action[]): Applied {
  return { decided: actions.map((action) => ({ action, result: { result: 'superseded' } })), followed: [] };
}

async function newDecision(
  context: Context,
  position: number,
  decide: () => Promise<Decided | undefined>,
): Promise<StoredDecision | undefined> {
  const { delivery, reading, services, owner } = context;
  const decided = await decide();
  if (decided === undefined) return undefined;
  const { sequence, hash } = reading.state();
  const decision: StoredDecision = {
    position,
    actions: await stamped(decided.verdict.actions, delivery, reading),
    since: { sequence, hash },
    draft: {
      ...draftFor(delivery, position, services),
      command: decided.command,
      text: decided.text,
      headSha: reading.given.subject.kind === 'pull' ? reading.knownHead() : '',
      outcome: decided.verdict.outcome,
      reason: decided.verdict.reason,
      basis: decided.basis,
    },
  };
  await services.seen.decide(keyOf(delivery), owner, decision);
  return decision;
}

/** A vote, and who vouches, say for which base; a start, what names it for good; what people give and take back, when it was written: it may arrive in another order. */
async function stamped(actions: readonly Action[], delivery: Delivery, reading: Reading): Promise<readonly Action[]> {
  const { pull } = actions.some(({ is }) => is === 'vote' || is === 'vouch') ? await reading.seen(['pull']) : {};
  const { at } = reading.given;
  const { title: titleBefore } = (await reading.seen([])).subject;
  const keyed = (start: Extract<Action, { readonly is: 'start-job' }>): string =>
    keyOfStart(keyOf(delivery), reading.given.subject.number, start);
  // What another line of the same comment has started is not stopped in order to be started: it is the same start.
  const starts = new Set(actions.flatMap((action) => (action.is === 'start-job' ? [keyed(action)] : [])));
  return actions.flatMap((action) => {
    switch (action.is) {
      case 'vote':
      case 'vouch':
        return { ...action, at, ...(pull === undefined ? {} : { baseRef: pull.baseRef }) };
      case 'start-job':
        return { ...action, key: keyed(action) };
      case 'cancel-job':
        return starts.has(action.key) ? [] : action;
      case 'withdraw':
      case 'withdraw-all':
      case 'hold':
      case 'freeze':
        return { ...action, at };
      case 'retitle':
        return { ...action, was: titleBefore };
      case 'lift-holds':
        return action.because === undefined ? { ...action, at } : action;
      default:
        return action;
    }
  });
}

function draftFor(delivery: Delivery, position: number, { now, newId }: Services): RecordDraft {
  const { sender, text, target } = delivery;
  return {
    id: newId(),
    at: now().toISOString(),
    pull: pullOf(delivery, target?.number ?? 0),
    delivery: delivery.id,
    position,
    actor: { login: sender.login, id: sender.id },
    source:
      text === undefined
        ? { kind: 'event', id: delivery.event, url: '' }
        : { kind: text.kind, id: text.id, url: text.url },
    command: '',
    text: '',
    headSha: '',
    outcome: 'failed',
    reason: '',
    basis: { rule: '' },
    actions: [],
  };
}

async function decidedLine(line: Settled, context: Context): Promise<Decided> {
  const { text } = line;
  if (line.is === 'too-many') {
    return { command: 'unknown', text, verdict: tooMany(), basis: { rule: 'lines of one text' } };
  }
  if (line.is === 'near-miss') {
    const verdict = nearMiss(line.written, line.nearest);
    return { command: 'unknown', text, verdict, basis: { rule: 'no such command' } };
  }
  const command = line.command.name;
  if (line.is === 'misused') return { command, text, verdict: misused(line.problem), basis: { rule: 'usage' } };
  if (line.is === 'superseded') {
    return { command, text, verdict: superseded(line.by), basis: { rule: 'the last line wins' } };
  }
  const decided = await decidedCommand(line, context);
  return { command, text, ...(command === UNDO ? await undoing(decided, context) : decided) };
}

/** What is taken back is taken back by the opposite commands, with all that those ask of whoever comments them. */
async function undoing(
  first: Pick<Decided, 'verdict' | 'basis'>,
  context: Context,
): Promise<Pick<Decided, 'verdict' | 'basis'>> {
  const { undoable } = await context.reading.seen(['undoable']);
  if (first.verdict.outcome !== 'done' || undoable?.is !== 'so') return first;
  const lines = undoable.lines.map((text, index) => ({ number: index + 1, text }));
  const actions: Action[] = [];
  let { basis } = first;
  for (const line of settledIn({ lines, cut: false }, context.work.rules.grammar)) {
    if (line.is !== 'invocation') return { verdict: refusal(CANNOT_BE_SAID), basis };
    // oxlint-disable-next-line no-await-in-loop
    const opposite = await decidedCommand(line, context);
    if (opposite.verdict.outcome !== 'done') return opposite;
    ({ basis } = opposite);
    actions.push(...opposite.verdict.actions);
  }
  const reason = `Taken back: ${undoable.text}.`;
  return { verdict: { outcome: 'done', reason, actions: [...actions, ...first.verdict.actions] }, basis };
}

const UNDO = 'undo';
const CANNOT_BE_SAID = 'The command that would take it back is not there any more, so it has to be changed by hand.';

async function decidedCommand(
  line: Extract<Settled, { readonly is: 'invocation' }>,
  context: Context,
): Promise<Pick<Decided, 'verdict' | 'basis'>> {
  try {
    const first = await attempted(line, context);
    // Nobody is refused because of something remembered: it is asked for again.
    if (first.verdict.outcome === 'done' || !(await context.reading.refreshed())) return first;
    return await attempted(line, context);
  } catch (error) {
    if (error instanceof Refusal) return { verdict: refusal(error.message), basis: { rule: 'what the forge says' } };
    throw error;
  }
}

async function attempted(
  { command, args, text }: Extract<Settled, { readonly is: 'invocation' }>,
  { delivery, reading, services, work }: Context,
): Promise<Pick<Decided, 'verdict' | 'basis'>> {
  const off = refusedIfOff(command, work.inForce);
  if (off !== undefined) return off;
  const out = misplaced(command, reading.given.subject.kind);
  if (out !== undefined) return { verdict: out, basis: { rule: 'pull requests only' } };
  const flags = flagsOf(args);
  const from = requirementFrom(command.name, work.inForce);
  const source = from === undefined ? undefined : { ...from, key: allowKey(command.name) };
  const { permitted, standing, basis, couldBe } = await reading.permission(command.allow, flags, source);
  if (!permitted) {
    const where = from === undefined ? undefined : placeInWords(from);
    return { verdict: notPermitted(command, flags, standing, { couldBe, written: writtenName(text), where }), basis };
  }
  if (!flags.has('cancel')) {
    const { actor, at } = reading.given;
    const kind = VOTE_KINDS.find((each) => each === command.name);
    if (kind !== undefined && isTakenBack(reading.state(), { vote: kind, by: actor.login.toLowerCase(), at })) {
      return { verdict: takenBackSince(command), basis: { ...basis, rule: 'the last word counts' } };
    }
  }
  const bound = command.needs.includes('head') && !flags.has('cancel');
  const head = bound ? await reading.headSeen() : undefined;
  if (head !== undefined && head.sight !== 'seen') {
    const { at: written } = reading.given;
    const told = reading.state().heads.at(-1)?.headSha === head.sha;
    const inThread = delivery.text?.kind === 'review-comment';
    const verdict = headNotSeen(command, head, { written, now: services.now().toISOString(), told, inThread });
    return { verdict, basis: { ...basis, rule: 'a verdict names a commit' } };
  }
  const verdict = await refusedIfRefused(async () => {
    const asks = command.asks?.({ ...reading.given, settings: work.inForce.settings, args });
    return commandVerdict(command, args, await reading.seen(command.needs, asks));
  });
  if (head?.since === undefined || verdict.outcome !== 'done') return { verdict, basis };
  // The next line need not ask for it again.
  return { verdict: { ...verdict, actions: [observeHead(head.sha, head.since), ...verdict.actions] }, basis };
}

function refusedIfOff({ name }: AnyCommand, inForce: InForce): Pick<Decided, 'verdict' | 'basis'> | undefined {
  const off = switchedOff(name, inForce);
  if (off === undefined) return undefined;
  const { sentence, from } = off;
  const basis = from === undefined ? {} : { file: from.file, line: from.line, commit: from.commit };
  return {
    verdict: refusal(`${sentence} ${code('/commands')} lists what is not.`),
    basis: { rule: DISABLED, ...basis },
  };
}

async function decidedRule(rule: AnyAutomation | AnySweep, context: Context): Promise<Decided | undefined> {
  const { reading } = context;
  const { settings } = context.work.inForce;
  if (rule.is === 'automation' && context.delivery.dueFor === undefined) {
    const seconds = rule.later?.({ ...reading.given, settings }) ?? 0;
    if (seconds > 0) {
      await lookLater(context.delivery, rule.name, seconds, context.services);
      return undefined;
    }
  }
  const verdict = await refusedIfRefused(async () => {
    const asks = rule.is === 'automation' ? rule.asks?.({ ...reading.given, settings }) : undefined;
    const seen = await reading.seen(rule.needs, asks);
    if (rule.is === 'automation' && rule.unsettled?.(seen) === true)
      await lookAgain(context.delivery, context.services);
    return ruleVerdict(rule, seen);
  });
  // To say again what stands already is to change nothing.
  if (verdict.actions.every((action) => saysSo(action, context))) return undefined;
  return { command: `${rule.is}:${rule.name}`, text: '', verdict, basis: { rule: rule.summary } };
}

async function refusedIfRefused(judge: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof Refusal) return refusal(error.message);
    throw error;
  }
}

type Done = { readonly action: Action; readonly result: ActionResult };
/** What was decided, and what followed from how the forge took it. */
type Applied = { readonly decided: readonly Done[]; readonly followed: readonly Done[] };

/** All or, from the first that the forge refuses, none: a vote does not count then, but what was taken back is. */
async function applied(actions: readonly Action[], context: Context): Promise<Applied> {
  const done: Done[] = [];
  const followed: Done[] = [];
  for (const action of actions) {
    // In order: a label before the comment that tells of it.
    // oxlint-disable-next-line no-await-in-loop
    const result = await performed(action, context);
    done.push({ action, result });
    context.reading.learn(action, result);
    if (LEFT_TO_FORGE.has(action.is) && result.result !== 'refused') {
      // oxlint-disable-next-line no-await-in-loop
      await noteQueued(context.delivery, context.services.cache);
    }
    const next =
      isMerging(action) || action.is === 'disarm-merge' || action.is === 'join-batch'
        ? toldOfMerge(action, result, context)
        : isJob(action)
          ? statusAfter(action, result)
          : undefined;
    // oxlint-disable-next-line no-await-in-loop
    if (next !== undefined) followed.push({ action: next, result: await performed(next, context) });
    // One branch that takes no cherry-pick does not stop the others, and no more does one job that cannot start.
    if (result.result === 'refused' && action.is !== 'cherry-pick' && !isJob(action)) {
      return { decided: withoutRecorded(actions, done), followed };
    }
  }
  // Whoever asked by a comment is answered.
  const told = context.delivery.text === undefined ? noticeOfPicks(done, context.reading.state()) : undefined;
  if (told !== undefined) followed.push({ action: told, result: await performed(told, context) });
  return { decided: done, followed };
}

/** From then on the forge may merge it by itself. */
const LEFT_TO_FORGE: ReadonlySet<ActionName> = new Set(['enqueue', 'join-queue', 'arm-merge', 'note-armed']);

/** What makes a merge less likely holds even where its label could not be changed. */
const RESTRICTING: ReadonlySet<ActionName> = new Set([
  'withdraw',
  'withdraw-all',
  'hold',
  'require',
  'observe-head',
  'carry-votes',
] satisfies ActionName[]);

function withoutRecorded(actions: readonly Action[], done: readonly Done[]): readonly Done[] {
  return actions.map((action, index): Done => {
    const result = done[index]?.result;
    if (RESTRICTING.has(action.is)) return { action, result: { result: 'recorded' } };
    return result === undefined || isRecorded(action)
      ? { action, result: { result: 'superseded' } }
      : { action, result };
  });
}

/** Why not, in a living comment; where it says so already, that it is merged now. */
function toldOfMerge({ is }: Action, { result, note }: ActionResult, { reading }: Context): Action | undefined {
  if (is === 'disarm-merge')
    return result === 'refused' ? notice('auto-merge', `${STILL_ON} ${note ?? ''}`) : undefined;
  if (is === 'join-batch')
    return result === 'refused' ? notice('merge', `**Goes without a batch.** ${note ?? ''} ${ALONE}`) : undefined;
  if (result === 'refused') {
    const why = note ?? 'The forge would not merge.';
    return notice(
      'merge',
      `**Not merged.** ${why} Bowsprit tries again when something changes, and with growing pauses.`,
    );
  }
  if (reading.state().notices['merge'] === undefined || is === 'update-branch') return undefined;
  return quietNotice('merge', is === 'merge' ? '**Merged.**' : is === 'arm-merge' ? ARMED : IN_QUEUE);
}

const ALONE = 'It is brought up to date and merged alone.';

const STILL_ON =
  '**The forge may merge this past Bowsprit:** auto-merge is on, and something is missing. Whoever may write turns it off by hand.';

const ARMED =
  '**The forge merges this** as soon as what it waits for itself is there. Should something else be missing by then, Bowsprit turns that off again.';

const IN_QUEUE =
  '**In the merge queue of the forge**, which merges it when its turn comes. Should it be taken out, it is told here.';

// A method, because each entry takes one kind of action and is only ever given that kind.
type Perform = { perform(action: ForgeAction): Promise<ActionResult> }['perform'];

async function performed(action: Action, context: Context): Promise<ActionResult> {
  const { connection, services, delivery } = context;
  if (isRecorded(action)) return { result: 'recorded' };
  if (isAnswer(action)) return { result: 'done' };
  if (action.is === 'look-anew') return lookedAnew(context);
  if (action.is === 'join-batch' || action.is === 'leave-batch') return batched(action, context);
  if (isJob(action)) {
    const { engines } = services;
    const resumed = context.claim.attempt > 1 || delivery.redrive !== undefined;
    return jobDone(action, { delivery, connection, engines, resumed, runs: context.reading.state().runs });
  }
  if (isEngine(action)) {
    const mayBeReady = (labels: readonly string[]): boolean => couldMerge(context.work.inForce.settings, labels);
    return lookedAgain(action, delivery, connection.read, mayBeReady, services);
  }
  const perform: Perform | undefined = connection.apply[action.is];
  if (perform === undefined) {
    const { name } = services.provider(delivery.provider);
    return { result: 'refused', note: `${name} cannot do that (${action.is}).` };
  }
  if (saysSo(action, context)) return { result: 'unchanged' };
  if (action.is === 'notice' && !(await hasBudget(context))) {
    return { result: 'superseded', note: 'The output budget of this hour is spent.' };
  }
  try {
    return await inPool(action, context, () => perform(action));
  } catch (error) {
    if (error instanceof Refusal) return { result: 'refused', note: error.message };
    throw error;
  }
}

/** Where results must belong to the end of the branch: one merge at a time, one update at a time. */
async function inPool(action: ForgeAction, context: Context, act: () => Promise<ActionResult>): Promise<ActionResult> {
  const {
    delivery,
    reading,
    work,
    services: { cache },
  } = context;
  const pooled = action.is === 'merge' || action.is === 'update-branch';
  const { pull } = pooled ? await reading.seen(['pull']) : {};
  const number = delivery.target?.number;
  if (pull === undefined || number === undefined) return act();
  if (!work.inForce.settings.merge.upToDate && pull.strict !== true) return act();
  const branch = branchOf(delivery, pull.baseRef);
  if (action.is === 'update-branch') {
    if (!(await takeTurn(branch, number, cache))) {
      return { result: 'superseded', note: 'Another pull request has its turn.' };
    }
    try {
      return await act();
    } catch (error) {
      // What cannot be brought up to date keeps nobody else waiting.
      if (error instanceof Refusal) await endTurn(branch, number, cache);
      throw error;
    }
  }
  const of = batchingOf(pull.baseRef, context);
  const areBatched = work.inForce.settings.merge.batch > 0;
  let lostOthers = false;
  const result = await alone(branch, cache, async (): Promise<ActionResult> => {
    const batch = action.is === 'merge' ? action.batch : undefined;
    if (pull.state !== 'merged' && !(await isTested(batch, pull.headSha, of))) {
      return { result: 'superseded', note: 'The base moved, so it has to be brought up to date.' };
    }
    const came = await act();
    // What the forge would not merge keeps nobody waiting who is tested on top of it.
    if (areBatched) lostOthers = (await takenOut(came.result === 'done' ? 'merged' : 'not-ready', of)).others;
    return came;
  });
  if (result.result === 'done') await endTurn(branch, number, cache);
  if (lostOthers) await of.lookAgain();
  return result;
}

async function batched(
  action: Extract<EngineAction, { readonly is: 'join-batch' | 'leave-batch' }>,
  context: Context,
): Promise<ActionResult> {
  const { pull } = await context.reading.seen(['pull']);
  if (pull === undefined) return { result: 'unchanged' };
  const of = batchingOf(action.baseRef ?? pull.baseRef, context);
  try {
    return await (action.is === 'join-batch' ? joined(action, of) : leftBatch(action, of));
  } catch (error) {
    if (error instanceof Refusal) return { result: 'refused', note: error.message };
    throw error;
  }
}

function batchingOf(baseRef: string, { delivery, connection, services, claim, work, reading }: Context): Batching {
  const { cache, now } = services;
  const { read, batches } = connection;
  const { batching } = reading.state();
  const mayBeReady = (labels: readonly string[]): boolean => couldMerge(work.inForce.settings, labels);
  return {
    delivery,
    number: delivery.target?.number ?? 0,
    baseRef,
    read,
    batches,
    cache,
    now,
    sha: batching?.is === 'in' ? batching.sha : undefined,
    resumed: claim.attempt > 1 || delivery.redrive !== undefined,
    lookAgain: () =>
      lookedAgain({ is: 'look-again', branches: [baseRef], forget: [] }, delivery, read, mayBeReady, services),
  };
}

/** Asked for so often in a minute, it would say nothing new. */
const ANEW_IN_A_MINUTE = 3;

async function lookedAnew({ delivery, pull, services, connection, claim }: Context): Promise<ActionResult> {
  const { cache, send } = services;
  // An attempt that was cut off has counted already.
  const asked = claim.attempt > 1 ? 0 : await cache.count(`anew#${pull}`, 60);
  if (asked > ANEW_IN_A_MINUTE) {
    return {
      result: 'refused',
      note: 'It was looked at anew just now; once more in a minute, if something is missing.',
    };
  }
  await send(asItIsNow(delivery, await connection.read.pull()));
  return { result: 'done', note: 'It is looked at anew; what follows from it comes by itself.' };
}

/** The living comment, or the check, was made to say the same: what people did to it since is theirs to do. */
function saysSo(action: Action, { reading }: Context): boolean {
  const digest = digestOf(action);
  if (digest === undefined) return false;
  const { said } = reading.state();
  if (action.is === 'report') return said[checkSubject(action.check)] === digest;
  return action.is === 'notice' && said[action.subject] === digest;
}

/** Of what is said in a place of its own; undefined for any other action. */
function digestOf(action: Action): string | undefined {
  if (action.is !== 'notice' && action.is !== 'report') return undefined;
  const { text } = action;
  const whole =
    action.is === 'notice'
      ? text
      : JSON.stringify([action.headSha, action.conclusion, action.title, text, action.annotations]);
  return createHash('sha256').update(whole).digest('hex');
}

function keptOf(action: Action, { result: what, note, ref, url }: ActionResult): AuditRecord['actions'][number] {
  const shortened = 'text' in action ? { ...action, text: action.text.slice(0, MAX_KEPT_TEXT) } : action;
  const digest = digestOf(action);
  return {
    ...shortened,
    ...(digest === undefined ? {} : { digest }),
    result: what,
    ...(note === undefined ? {} : { note }),
    ...(ref === undefined ? {} : { ref }),
    ...(url === undefined ? {} : { url }),
  };
}

const EFFECTIVE: ReadonlySet<string> = new Set(['done', 'recorded']);

/** What was done for a delivery so far; labels in lower case. */
type Acted = { readonly names: Set<ActionName>; readonly labels: Set<string> };

function nothingDone(): Acted {
  return { names: new Set(), labels: new Set() };
}

function noteActs(record: AuditRecord, acted: Acted): void {
  for (const { is, result, ...more } of record.actions) {
    const name = ACTION_NAMES.find((each) => each === is);
    if (name === undefined || !EFFECTIVE.has(result)) continue;
    acted.names.add(name);
    for (const label of labelsIn(more)) acted.labels.add(label.toLowerCase());
  }
}

function labelsIn({ label, labels }: Readonly<Record<string, unknown>>): readonly string[] {
  const named: readonly unknown[] = Array.isArray(labels) ? labels : [label];
  return named.filter((each) => typeof each === 'string');
}

const ACTION_NAMES: readonly ActionName[] = [
  'add-label',
  'add-labels',
  'remove-label',
  'assign',
  'unassign',
  'request-review',
  'unrequest-review',
  'close',
  'reopen',
  'retitle',
  'set-milestone',
  'notice',
  'no-notice',
  'describe',
  'pin-issue',
  'unpin-issue',
  'transfer-issue',
  'merge',
  'delete-branch',
  'update-branch',
  'enqueue',
  'dequeue',
  'join-queue',
  'leave-queue',
  'arm-merge',
  'disarm-merge',
  'note-armed',
  'note-disarmed',
  'cherry-pick',
  'set-status',
  'report',
  'vote',
  'withdraw',
  'withdraw-all',
  'hold',
  'lift-holds',
  'override',
  'drop-override',
  'freeze',
  'require',
  'unrequire',
  'waive',
  'undone',
  'unfreeze',
  'look-again',
  'away',
  'back',
  'pick-later',
  'pick-never',
  'observe-head',
  'carry-votes',
  'look-anew',
  'join-batch',
  'leave-batch',
  'start-job',
  'cancel-job',
  'note-run',
  'rerun-workflow',
  'approve-workflows',
  'vouch',
  'unvouch',
  'doubt',
];

function toldOf({ record, actions }: Ended): Told {
  const replies = actions.flatMap((action) => (action.is === 'reply' ? [action.text] : []));
  const notes = record.actions.flatMap(({ is, note, result }) =>
    note !== undefined && is !== 'notice' && result !== 'refused' && result !== 'superseded' ? [note] : [],
  );
  const picks = toldOfPicks(record);
  if (picks !== undefined) return { text: record.text, outcome: record.outcome, sentences: [...replies, picks] };
  const refused = record.outcome === 'refused' ? [record.reason] : [];
  return { text: record.text, outcome: record.outcome, sentences: [...refused, ...replies, ...notes] };
}

/** One reaction, and one reply where there is something to say (law 12). */
async function answered(told: readonly Told[], context: Context): Promise<void> {
  const { connection, claim, delivery, owner, services } = context;
  const again = delivery.redrive !== undefined;
  const speaking = (again ? told.map(sayingSo) : told).filter(({ sentences }) => sentences.length > 0);
  const queued = claim.attempt > 1 && (await services.cache.get(queuedKey(delivery))) !== undefined;
  if (queued && speaking.length === 0) {
    // What was said of waiting is over.
    await connection.answering.reply('Done, after waiting for the forge.', { sought: true });
  }
  if (speaking.length > 0 && (await hasBudget(context))) {
    const text = speaking
      .map(({ text: line, sentences }) => {
        const said = sentences.join(' ');
        return told.length > 1 && !namesLine(said, line) ? `${code(line)}: ${said}` : said;
      })
      .join('\n\n');
    // Who lost the lease meanwhile must not answer as well.
    await services.seen.progress(keyOf(delivery), owner, told.length);
    await connection.answering.reply(text, { sought: again || claim.attempt > 1 });
  }
  // An attempt that was cut off may have left its sign: looking again finds it, and the answer takes it away.
  if (claim.attempt > 1) await context.look();
  await connection.answering.react(told.some(({ outcome }) => outcome !== 'done') ? 'refused' : 'done');
}

/** What was done is told in plain words, with names in it that anybody may have given: a branch, a check. */
function shownReason({ outcome, reason }: AuditRecord): string {
  return outcome === 'done' ? code(reason.replaceAll('`', '')) : reason;
}

/** Whether anything is otherwise because of it. */
function changes({ actions }: AuditRecord): boolean {
  return actions.some(({ result }) => result === 'done' || result === 'recorded');
}

/** Of what was done for a look that somebody asked for; more stands in the audit trail. */
const MAX_CHANGES = 10;

async function tellAsker(changed: readonly string[], context: Context): Promise<void> {
  if (!(await hasBudget(context))) return;
  const more = changed.length > MAX_CHANGES ? [`- ${changed.length - MAX_CHANGES} more, in the audit trail`] : [];
  const list = [...changed.slice(0, MAX_CHANGES).map((each) => `- ${each}`), ...more].join('\n');
  const words =
    changed.length === 0
      ? 'It was looked at anew; everything was as it should be.'
      : `It was looked at anew, and this was done:\n\n${list}`;
  await context.connection.answering.reply(words, { sought: true });
}

/** What was said of an event's rules that failed is not left standing either. */
async function finishedAfterAll({ connection, delivery }: Context): Promise<void> {
  await connection.apply.notice?.({
    is: 'notice',
    subject: 'failure',
    text: `**Finished after all.** What had failed for an event (${code(delivery.event)}) was done again.`,
    quiet: true,
  });
}

/** What was said to have failed is not left standing. */
function sayingSo(told: Told): Told {
  return told.sentences.length > 0 ? told : { ...told, sentences: [`${code(told.text)} is done now.`] };
}

/** Whether the sentence begins with the command that the line begins with. */
function namesLine(sentence: string, line: string): boolean {
  const name = code(writtenName(line));
  return sentence.startsWith(name) || sentence.startsWith(`${name.slice(0, -1)} `);
}

function hasBudget({ services, pull, work }: Context): Promise<boolean> {
  return withinBudget(pull, services.cache, work.inForce.settings);
}

/** What concerns a commit concerns the pull requests it heads; each gets a delivery of its own, in its own turn. */
async function spread(delivery: Delivery, services: Services): Promise<void> {
  const { checks } = delivery;
  if (checks === undefined) return;
  const { sha, batch } = checks;
  const targets = await (batch === undefined
    ? headedBy(sha, delivery, services)
    : testedBy(sha, batch, delivery, services));
  const found = await Promise.all(targets.map((target) => isWanted(delivery, target, services)));
  const wanted = targets.filter((_, index) => found[index]);
  await Promise.all(
    wanted.map((target) => services.send({ ...delivery, id: `${delivery.id}/${target.number}`, target })),
  );
}

/** Whether what it carries lets it be merged: by the rules of most, or by those of its own repository. */
async function isWanted(delivery: Delivery, target: Target, services: Services): Promise<boolean> {
  if (services.sweeps.some(({ finds }) => fits(finds, target.labels))) return true;
  if (await waitsForCheck(delivery, target, services)) return true;
  const about = { ...delivery, target };
  const read = async (): Promise<Read> =>
    (await services.provider(delivery.provider).connect(about, { notices: () => ({}), resumed: false })).read;
  const reader = settingsReader({ delivery: about, read, cache: services.cache, book: services.settings });
  const { inForce } = await reader.now();
  const { merge, blunderbuss, ...rest } = inForce.settings;
  // What a check says of agreements is shown by a label, whatever else it lacks.
  if (rulesHere(inForce, services).automations.some(({ name }) => name === 'cla')) return true;
  const shown = merge.status !== 'off' || (blunderbuss.enabled && blunderbuss.waitForContext !== '');
  return shown || couldMerge({ merge, ...rest }, target.labels);
}

/** Only while it has its place there: afterwards nobody wants to know. */
async function testedBy(
  sha: string,
  { ref, number }: NonNullable<NonNullable<Delivery['checks']>['batch']>,
  delivery: Delivery,
  { cache, provider }: Services,
): Promise<readonly Target[]> {
  const kept = await batchOf(branchOf(delivery, ref), cache);
  if (kept?.places.some((each) => each.sha === sha && each.number === number) !== true) return [];
  return lookedUp(delivery, async () => {
    const about = { ...delivery, target: targetNumbered(number) };
    const connection = await provider(delivery.provider).connect(about, { notices: () => ({}), resumed: false });
    const now = await connection.read.pull();
    return now.state === 'open' ? [presentOf(about.target, now)] : [];
  });
}

function headedBy(sha: string, delivery: Delivery, { provider }: Services): Promise<readonly Target[]> {
  return lookedUp(delivery, async () => {
    const connection = await provider(delivery.provider).connect(delivery, { notices: () => ({}), resumed: false });
    return connection.read.pullsAt(sha);
  });
}

async function lookedUp(delivery: Delivery, look: () => Promise<readonly Target[]>): Promise<readonly Target[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nobody asked for anything, and nothing can be done here any more.
    log.warn('delivery left alone', { delivery: delivery.id, reason: error.message });
    return [];
  }
}

/** Whether a sweep would look at a pull request with these labels. */
export function fits(finds: AnySweep['finds'], on: readonly string[]): boolean {
  if (finds === undefined) return false;
  const { labels, without } = finds;
  const has = new Set(on.map((label) => label.toLowerCase()));
  return labels.every((label) => has.has(label)) && !without.some((label) => has.has(label));
}

const NOT_DONE: ActionResult = { result: 'superseded' };

type Ending = {
  readonly outcome: 'refused' | 'failed';
  readonly reason: string;
  /** Of which rules it is said: those that had decided something, or all that the event wakes. Commands always end. */
  readonly rules: 'decided' | 'woken';
};

const GIVEN_UP: Ending = {
  outcome: 'failed',
  reason: 'Given up after repeated failures; nothing more will be tried.',
  rules: 'woken',
};

/**
 * Without a key the whole chain is looked through for what has ended, before a record is written and while it is.
 * @returns all records of the delivery that say so, those of an earlier attempt among them.
 */
async function endAs(
  ending: Ending,
  delivery: Delivery,
  target: Target,
  { work, services }: { readonly work: Work; readonly services: Services },
  key: Key | undefined,
): Promise<readonly AuditRecord[]> {
  const { audit, seen, states } = services;
  const pull = pullOf(delivery, target.number);
  const decisions = key?.claim.decisions ?? [];
  const { sequence, hash } = key === undefined ? EMPTY_CHAIN : await states.read(pull);
  const recorded =
    key === undefined
      ? byPosition(await audit.after(pull, sequence), new Set([delivery.id]))
      : await alreadyRecorded(pull, delivery, decisions, audit);
  const ended = [...recorded.values()];
  for (const [position, command, text] of unfinished(delivery, work, ending, decisions, recorded)) {
    const stored = decisions.find((each) => each.position === position);
    const draft: RecordDraft = {
      ...(stored?.draft ?? { ...draftFor(delivery, position, services), command, text }),
      outcome: ending.outcome,
      reason: ending.reason,
      actions: (stored?.actions ?? []).map((action) => ({ ...keptOf(action, NOT_DONE), result: ending.outcome })),
    };
    const since = stored?.since ?? { sequence, hash };
    if (stored === undefined && key !== undefined) {
      // Stored first, as every decision: an attempt after this one finds the record again.
      // oxlint-disable-next-line no-await-in-loop
      await seen.decide(keyOf(delivery), key.owner, { position, draft, actions: [], since });
    }
    // One after the other: each is the next link of the same chain.
    // oxlint-disable-next-line no-await-in-loop
    const { record } = await audit.append(draft, since);
    ended.push(record);
  }
  for (const record of ended) {
    // oxlint-disable-next-line no-await-in-loop
    await services.publish(record, subjectOf(target));
  }
  return ended.filter(({ outcome }) => outcome === ending.outcome);
}

type Unfinished = readonly [position: number, command: string, text: string];

/** What has no record; rules that come before the last decision had decided on nothing. */
function* unfinished(
  delivery: Delivery,
  work: Work,
  { rules }: Ending,
  decisions: readonly StoredDecision[],
  recorded: ReadonlyMap<number, AuditRecord>,
): Generator<Unfinished> {
  const { commands, automations, inForce } = work;
  for (const { position } of leftOverFrom(decisions, work)) {
    const stored = decisions.find((each) => each.position === position);
    if (stored !== undefined && !recorded.has(position)) yield [position, stored.draft.command, stored.draft.text];
  }
  for (const { position, item: line } of commands) {
    if (recorded.has(position) || !isDue(delivery, position)) continue;
    yield [position, commandIn(line)?.name ?? 'unknown', line.text];
  }
  const acted = nothingDone();
  for (const record of recorded.values()) noteActs(record, acted);
  const lastDecided = Math.max(-1, ...decisions.map(({ position }) => position));
  for (const { position, item: rule } of automations) {
    const decided = decisions.some((each) => each.position === position);
    const due = isDue(delivery, position);
    const woken = rules === 'woken' && position > lastDecided && wakes(rule, delivery, acted, inForce, { due });
    if ((decided || woken) && !recorded.has(position)) yield [position, `${rule.is}:${rule.name}`, ''];
  }
}

async function tellOfFailure(
  delivery: Delivery,
  { commands }: Work,
  failed: readonly AuditRecord[],
  services: Services,
): Promise<void> {
  const lines = failed.flatMap(({ text }) => (text === '' ? [] : [code(text)]));
  const rules = failed.flatMap(({ command, text }) => (text === '' ? [code(command.replace(/^\w+:/, ''))] : []));
  try {
    const connection = await services
      .provider(delivery.provider)
      .connect(delivery, { notices: () => ({}), resumed: true });
    if (commands.length > 0) {
      await connection.answering.reply(
        lines.length > 0
          ? `Not done, after repeated failures: ${lines.join(', ')}. Nothing more will be tried for this comment, so comment it again.`
          : `What follows from it was not done, after repeated failures: ${rules.join(', ')}. Comment it again to have that tried again.`,
        { sought: true },
      );
      // An attempt may have left its sign: looking again finds it, and the answer takes it away.
      await connection.answering.react('looking');
      await connection.answering.react('refused');
    } else {
      await connection.apply.notice?.({
        is: 'notice',
        subject: 'failure',
        text: `**Not finished.** After repeated failures nothing more is tried for an event (${code(delivery.event)}): ${rules.join(', ')}. They run again when something else changes.`,
        quiet: false,
      });
    }
  } catch (error) {
    if (error instanceof Retryable) throw error;
    // Where nothing can be written, there is nobody to tell; the audit trail and the alarm say it.
    log.error('failure not told', { delivery: delivery.id, reason: reasonOf(error) });
  }
}
