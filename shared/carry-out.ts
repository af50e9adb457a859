/**
 * The one order in which everything happens: parse, read facts, verdict, store the decision, apply, record. Killed
 * anywhere, the next attempt finishes the same decision.
 */
import { createHash } from 'node:crypto';
import type { AuditRecord, RecordDraft } from './audit-record.ts';
import { pullOf, repositoryOf, type Delivery, type Target } from './delivery.ts';
import { reasonOf, Refusal, Retryable } from './errors.ts';
import {
  code,
  isAnswer,
  isRecorded,
  pullsOnly,
  wakenBy,
  type Action,
  type ActionName,
  type ActionResult,
  type AnyAutomation,
  type AnySweep,
  type CatalogueEntry,
  type ForgeAction,
  type Settings,
} from './language/index.ts';
import { log } from './log.ts';
import type { OwnersOptions } from './owners/index.ts';
import type { OwnersMemory } from './ownership.ts';
import { invocationsIn, settled, type Grammar, type Settled } from './parse.ts';
import type { Connection, Provider } from './providers/provider.ts';
import { withRecords } from './pull-state.ts';
import { readingFor, type Basis, type Reading } from './reading.ts';
import type { Audit, Cache, Claim, Seen, States, StoredDecision } from './store/stores.ts';
import {
  commandVerdict,
  flagsOf,
  headMoved,
  misplaced,
  misused,
  nearMiss,
  notPermitted,
  refusal,
  ruleVerdict,
  superseded,
  type Verdict,
} from './verdict.ts';

export type Services = {
  readonly provider: (id: Delivery['provider']) => Provider;
  readonly audit: Audit;
  readonly seen: Seen;
  readonly cache: Cache;
  readonly states: States;
  readonly owners: (repository: string, ref: string, options: OwnersOptions) => OwnersMemory;
  /** A push that touched no owners' file: what is known of `before` holds for `after`. */
  readonly carryOwners: (repository: string, ref: string, before: string, after: string) => Promise<void>;
  /** Tells other processes of a finished invocation; at least once, named by the record's id. */
  readonly publish: (record: AuditRecord) => Promise<void>;
  /** Puts a delivery of our own making on the queue, so that it waits its turn in its pull request's group. */
  readonly send: (delivery: Delivery) => Promise<void>;
  readonly settings: Settings;
  readonly grammar: Grammar;
  readonly automations: readonly AnyAutomation[];
  readonly sweeps: readonly AnySweep[];
  readonly catalogue: readonly CatalogueEntry[];
  readonly now: () => Date;
  /** A ULID: names records and the owner of a lease. */
  readonly newId: () => string;
};

/** Characters of a living comment that the record keeps; the comment itself shows the rest. */
const MAX_KEPT_TEXT = 1_000;
const BUDGET_SECONDS = 3_600;

/**
 * @throws Retryable when the weather, or another worker, is in the way; anything else is ours to mend. In both cases
 * the delivery must be kept.
 */
export async function carryOut(delivery: Delivery, services: Services): Promise<void> {
  const { target } = delivery;
  if (delivery.push !== undefined) return pushed(delivery, delivery.push, services);
  if (target === undefined) return spread(delivery, services);
  const work = workOf(delivery, services);
  if (work.commands.length === 0 && !work.automations.some((rule) => wakes(rule, delivery, new Set()))) return;
  await claimed(delivery, services, async (claim, owner) => {
    await finishAll(delivery, target, { work, claim, owner, services });
  });
}

/**
 * The delivery was tried as often as the queue allows: what is not in the audit trail yet ends as `failed`, and the
 * author of a command is told.
 */
export async function giveUp(delivery: Delivery, services: Services): Promise<void> {
  const { target } = delivery;
  if (target === undefined) return;
  const work = workOf(delivery, services);
  await claimed(delivery, services, async ({ decisions }) => {
    const pull = pullOf(delivery, target.number);
    const state = await services.states.read(pull);
    const since = Math.min(state.sequence, ...decisions.map((each) => each.since.sequence));
    const recorded = await services.audit.after(pull, since);
    const terminal = new Set(recorded.filter((each) => each.delivery === delivery.id).map(({ position }) => position));
    const drafts = [...failedDrafts(delivery, work, decisions, services)].filter(
      ({ position }) => !terminal.has(position),
    );
    for (const draft of drafts) {
      const stored = decisions.find(({ position }) => position === draft.position);
      // One after the other: each is the next link of the same chain.
      // oxlint-disable-next-line no-await-in-loop
      const { record } = await services.audit.append(
        draft,
        stored?.since ?? { sequence: state.sequence, hash: state.hash },
      );
      // oxlint-disable-next-line no-await-in-loop
      await services.publish(record);
    }
    if (drafts.length > 0 && work.commands.length > 0) await tellOfFailure(delivery, drafts, services);
  });
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
  const { text, provider, repository, id } = delivery;
  if (text === undefined) return `delivery#${provider}#${id}`;
  const digest = createHash('sha256')
    .update(JSON.stringify([delivery.event, text.at, text.lines]))
    .digest('hex');
  return `text#${provider}#${repository.id}#${text.kind}#${text.id}#${digest}`;
}

type Work = {
  readonly commands: readonly Settled[];
  readonly automations: readonly (AnyAutomation | AnySweep)[];
};

function workOf(delivery: Delivery, { grammar, automations, sweeps }: Services): Work {
  const commands = delivery.text === undefined ? [] : settled(invocationsIn(delivery.text.lines, grammar));
  if (delivery.event === 'swept') {
    return { commands, automations: sweeps.filter(({ name }) => name === delivery.sweep) };
  }
  return { commands, automations };
}

function wakes(rule: AnyAutomation | AnySweep, delivery: Delivery, acted: ReadonlySet<ActionName>): boolean {
  if (rule.is === 'sweep') return true;
  const { event: name, label, target } = delivery;
  const kind = target?.kind ?? 'pull';
  if (wakenBy(rule, { name, kind, label })) return true;
  return (kind === 'pull' || !pullsOnly(rule)) && rule.after.some((action) => acted.has(action));
}

type Turns = {
  readonly work: Work;
  readonly claim: Extract<Claim, { readonly is: 'mine' }>;
  readonly owner: string;
  readonly services: Services;
};

/** What the author of a comment is told about one of its lines. */
type Told = { readonly text: string; readonly outcome: AuditRecord['outcome']; readonly sentences: readonly string[] };

async function finishAll(delivery: Delivery, target: Target, turns: Turns): Promise<void> {
  const { work, claim, owner, services } = turns;
  const pull = pullOf(delivery, target.number);
  const state = await services.states.read(pull);
  const connection = await services.provider(delivery.provider).connect(delivery, {
    notices: () => reading.state().notices,
    resumed: claim.attempt > 1,
  });
  const reading = readingFor({
    delivery,
    read: connection.read,
    cache: services.cache,
    owners: services.owners,
    settings: services.settings,
    catalogue: services.catalogue,
    state,
    commands: work.commands.flatMap((line) => (line.is === 'near-miss' ? [] : [line.command.name])),
  });
  const recorded = await alreadyRecorded(pull, delivery, claim, services.audit);
  const context: Context = { delivery, pull, connection, reading, claim, owner, services, recorded };

  const told: Told[] = [];
  const acted = new Set<ActionName>();
  for (const [position, line] of work.commands.entries()) {
    // In order: what one line does is so for the next.
    // oxlint-disable-next-line no-await-in-loop
    const record = await turn(context, position, () => decidedLine(line, context));
    if (record === undefined) continue;
    noteActs(record, acted);
    told.push(toldOf(record));
  }
  for (const [index, rule] of work.automations.entries()) {
    if (!wakes(rule, delivery, acted)) continue;
    // oxlint-disable-next-line no-await-in-loop
    const record = await turn(context, work.commands.length + index, () => decidedRule(rule, context));
    if (record !== undefined) noteActs(record, acted);
  }
  if (told.length > 0) await answered(told, context);
  if (reading.state().sequence !== state.sequence) await services.states.write(pull, reading.state());
}

type Context = {
  readonly delivery: Delivery;
  readonly pull: string;
  readonly connection: Connection;
  readonly reading: Reading;
  readonly claim: Extract<Claim, { readonly is: 'mine' }>;
  readonly owner: string;
  readonly services: Services;
  /** What earlier attempts brought to its end, by position. */
  readonly recorded: ReadonlyMap<number, AuditRecord>;
};

type Decided = {
  readonly command: string;
  readonly text: string;
  readonly verdict: Verdict;
  readonly basis: Basis;
};

async function alreadyRecorded(
  pull: string,
  delivery: Delivery,
  { decisions }: Context['claim'],
  audit: Audit,
): Promise<ReadonlyMap<number, AuditRecord>> {
  if (decisions.length === 0) return new Map();
  const since = Math.min(...decisions.map((each) => each.since.sequence));
  const records = await audit.after(pull, since);
  return new Map(
    records.filter((record) => record.delivery === delivery.id).map((record) => [record.position, record]),
  );
}

/** One invocation from decision to record. Undefined where an automation found nothing to change. */
async function turn(
  context: Context,
  position: number,
  decide: () => Promise<Decided | undefined>,
): Promise<AuditRecord | undefined> {
  const { claim, recorded, services, reading } = context;
  const finished = recorded.get(position);
  if (finished !== undefined) {
    // It may have ended just before it could be told.
    await services.publish(finished);
    return finished;
  }
  const stored = claim.decisions.find((each) => each.position === position);
  const decision = stored ?? (await newDecision(context, position, decide));
  if (decision === undefined) return undefined;

  const { results, follow } = await applied(decision.actions, context);
  const outcome = results.some(({ result }) => result === 'refused') ? 'refused' : decision.draft.outcome;
  const why = results.flatMap(({ result, note }) => (result === 'refused' && note !== undefined ? [note] : []));
  const draft: RecordDraft = {
    ...decision.draft,
    outcome,
    reason: why.length > 0 ? why.join(' ') : decision.draft.reason,
    actions: [...decision.actions, ...follow].map((action, index) => keptOf(action, results[index])),
  };
  const { record, between } = await services.audit.append(draft, decision.since);
  const state = reading.state();
  reading.absorb(
    withRecords(
      state,
      [...between, record].filter(({ sequence }) => sequence > state.sequence),
    ),
  );
  await services.publish(record);
  const { delivery, pull } = context;
  log.info('invocation finished', { delivery: delivery.id, pull, command: record.command, outcome: record.outcome });
  return record;
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
    actions: decided.verdict.actions,
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
  if (line.is === 'near-miss') {
    const verdict = nearMiss(line.written, line.nearest);
    return { command: 'unknown', text, verdict, basis: { rule: 'no such command' } };
  }
  const command = line.command.name;
  if (line.is === 'misused') return { command, text, verdict: misused(line.problem), basis: { rule: 'usage' } };
  if (line.is === 'superseded') {
    return { command, text, verdict: superseded(line.by), basis: { rule: 'the last line wins' } };
  }
  return { command, text, ...(await decidedCommand(line, context)) };
}

async function decidedCommand(
  line: Extract<Settled, { readonly is: 'invocation' }>,
  context: Context,
): Promise<Pick<Decided, 'verdict' | 'basis'>> {
  const { reading } = context;
  const first = await attempted(line, reading);
  // Nobody is refused because of something remembered: it is asked for again.
  if (first.verdict.outcome === 'done' || !reading.forgetCached()) return first;
  return attempted(line, reading);
}

async function attempted(
  { command, args }: Extract<Settled, { readonly is: 'invocation' }>,
  reading: Reading,
): Promise<Pick<Decided, 'verdict' | 'basis'>> {
  const out = misplaced(command, reading.given.subject.kind);
  if (out !== undefined) return { verdict: out, basis: { rule: 'pull requests only' } };
  const flags = flagsOf(args);
  const { permitted, standing, basis, couldBe } = await reading.permission(command.allow, flags);
  if (!permitted) return { verdict: notPermitted(command, flags, standing, couldBe), basis };
  if (command.needs.includes('head') && !flags.has('cancel')) {
    const head = await reading.headSeen();
    if (!head.seen)
      return { verdict: headMoved(command, head.sha), basis: { ...basis, rule: 'a verdict names a commit' } };
  }
  const verdict = await refusedIfRefused(async () => commandVerdict(command, args, await reading.seen(command.needs)));
  return { verdict, basis };
}

async function decidedRule(rule: AnyAutomation | AnySweep, { reading }: Context): Promise<Decided | undefined> {
  const seen = await reading.seen(rule.needs);
  const verdict = ruleVerdict(rule, seen);
  if (verdict.actions.length === 0) return undefined;
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

type Applied = { readonly results: readonly ActionResult[]; readonly follow: readonly Action[] };

/** All or, from the first that the forge refuses, none: what is only recorded then does not count either. */
async function applied(actions: readonly Action[], context: Context): Promise<Applied> {
  const results: ActionResult[] = [];
  for (const action of actions) {
    // In order: a label before the comment that tells of it.
    // oxlint-disable-next-line no-await-in-loop
    const result = await performed(action, context);
    results.push(result);
    context.reading.learn(action, result);
    if (result.result !== 'refused') continue;
    const follow: readonly Action[] = action.is === 'merge' ? [whyNotMerged(result)] : [];
    const more: ActionResult[] = [];
    for (const next of follow) {
      // oxlint-disable-next-line no-await-in-loop
      more.push(await performed(next, context));
    }
    return { results: [...withoutRecorded(results, actions), ...more], follow };
  }
  return { results, follow: [] };
}

function withoutRecorded(results: readonly ActionResult[], actions: readonly Action[]): readonly ActionResult[] {
  return actions.map((action, index) => {
    const result = results[index];
    if (result === undefined) return { result: 'superseded' };
    return isRecorded(action) ? { result: 'superseded' } : result;
  });
}

function whyNotMerged({ note }: ActionResult): Action {
  const why = note ?? 'The forge would not merge.';
  return {
    is: 'notice',
    subject: 'merge',
    text: `**Not merged.** ${why} Bowsprit tries again when something changes.`,
    quiet: false,
  };
}

// A method, because each entry takes one kind of action and is only ever given that kind.
type Perform = { perform(action: ForgeAction): Promise<ActionResult> }['perform'];

async function performed(action: Action, context: Context): Promise<ActionResult> {
  const { connection, services, delivery } = context;
  if (isRecorded(action)) return { result: 'recorded' };
  if (isAnswer(action)) return { result: 'done' };
  const perform: Perform | undefined = connection.apply[action.is];
  if (perform === undefined) {
    const { name } = services.provider(delivery.provider);
    return { result: 'refused', note: `${name} cannot do that (${action.is}).` };
  }
  if (action.is === 'notice' && saysSo(action, context)) return { result: 'unchanged' };
  if (action.is === 'notice' && !(await withinBudget(context))) {
    return { result: 'superseded', note: 'The output budget of this hour is spent.' };
  }
  try {
    return await perform(action);
  } catch (error) {
    if (error instanceof Refusal) return { result: 'refused', note: error.message };
    throw error;
  }
}

type Notice = Extract<Action, { readonly is: 'notice' }>;

/** The living comment was made to say the same: what people did to it since is theirs to do. */
function saysSo({ subject, text }: Notice, { reading }: Context): boolean {
  return reading.state().said[subject] === digestOf(text);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function keptOf(action: Action, result: ActionResult | undefined): AuditRecord['actions'][number] {
  const { result: what, note, ref } = result ?? { result: 'superseded' };
  const shortened = 'text' in action ? { ...action, text: action.text.slice(0, MAX_KEPT_TEXT) } : action;
  return {
    ...shortened,
    ...(action.is === 'notice' ? { digest: digestOf(action.text) } : {}),
    result: what,
    ...(note === undefined ? {} : { note }),
    ...(ref === undefined ? {} : { ref }),
  };
}

const EFFECTIVE: ReadonlySet<string> = new Set(['done', 'recorded']);

function noteActs(record: AuditRecord, acted: Set<ActionName>): void {
  for (const { is, result } of record.actions) {
    const name = ACTION_NAMES.find((each) => each === is);
    if (name !== undefined && EFFECTIVE.has(result)) acted.add(name);
  }
}

const ACTION_NAMES: readonly ActionName[] = [
  'add-label',
  'remove-label',
  'assign',
  'unassign',
  'request-review',
  'unrequest-review',
  'close',
  'reopen',
  'retitle',
  'notice',
  'merge',
  'vote',
  'withdraw',
  'withdraw-all',
  'hold',
  'lift-holds',
  'observe-head',
  'carry-votes',
];

function toldOf(record: AuditRecord): Told {
  const replies = record.actions.flatMap((action) => {
    const said = action['text'];
    return action.is === 'reply' && typeof said === 'string' ? [said] : [];
  });
  const notes = record.actions.flatMap(({ is, note, result }) =>
    note !== undefined && is !== 'notice' && result !== 'refused' && result !== 'superseded' ? [note] : [],
  );
  const refused = record.outcome === 'refused' ? [record.reason] : [];
  return { text: record.text, outcome: record.outcome, sentences: [...refused, ...replies, ...notes] };
}

/** One reaction, and one reply where there is something to say (law 12). */
async function answered(told: readonly Told[], context: Context): Promise<void> {
  const { connection, claim } = context;
  const speaking = told.filter(({ sentences }) => sentences.length > 0);
  if (speaking.length > 0 && (await withinBudget(context))) {
    const text = speaking
      .map(({ text: line, sentences }) =>
        told.length > 1 ? `${code(line)}: ${sentences.join(' ')}` : sentences.join(' '),
      )
      .join('\n\n');
    await connection.answering.reply(text, { sought: claim.attempt > 1 });
  }
  await connection.answering.react(told.some(({ outcome }) => outcome !== 'done') ? 'refused' : 'done');
}

async function withinBudget({ services, pull }: Context): Promise<boolean> {
  const { cache, settings } = services;
  return (await cache.count(`budget#${pull}`, BUDGET_SECONDS)) <= settings.budget.commentsPerHour;
}

async function pushed(delivery: Delivery, push: NonNullable<Delivery['push']>, services: Services): Promise<void> {
  if (push.ownersMayHaveChanged) return;
  const ref = push.ref.replace(/^refs\/heads\//, '');
  await services.carryOwners(repositoryOf(delivery), ref, push.before, push.after);
}

/** What concerns a commit concerns the pull requests it heads; each gets a delivery of its own, in its own turn. */
async function spread(delivery: Delivery, services: Services): Promise<void> {
  const { checks } = delivery;
  if (checks === undefined) return;
  const connection = await services
    .provider(delivery.provider)
    .connect(delivery, { notices: () => ({}), resumed: false });
  const targets = await connection.read.pullsAt(checks.sha);
  const wanted = targets.filter(({ labels }) => services.sweeps.some(({ finds }) => fits(finds, labels)));
  await Promise.all(
    wanted.map((target) => services.send({ ...delivery, id: `${delivery.id}/${target.number}`, target })),
  );
}

/** Whether a sweep would look at a pull request with these labels. */
export function fits({ labels, without }: AnySweep['finds'], on: readonly string[]): boolean {
  const has = new Set(on.map((label) => label.toLowerCase()));
  return labels.every((label) => has.has(label)) && !without.some((label) => has.has(label));
}

function* failedDrafts(
  delivery: Delivery,
  { commands, automations }: Work,
  decisions: readonly StoredDecision[],
  services: Services,
): Generator<RecordDraft> {
  const reason = 'Given up after repeated failures; nothing more will be tried.';
  for (const [position, line] of commands.entries()) {
    const command = line.is === 'near-miss' ? 'unknown' : line.command.name;
    yield { ...draftFor(delivery, position, services), command, text: line.text, reason };
  }
  for (const { draft, position, actions } of decisions) {
    if (position < commands.length) continue;
    yield {
      ...draft,
      outcome: 'failed',
      reason,
      actions: actions.map((action) => ({ ...keptOf(action, undefined), result: 'failed' })),
    };
  }
  const [first] = automations.filter((rule) => wakes(rule, delivery, new Set()));
  if (commands.length > 0 || decisions.length > 0 || first === undefined) return;
  yield { ...draftFor(delivery, 0, services), command: `${first.is}:${first.name}`, reason };
}

async function tellOfFailure(delivery: Delivery, drafts: readonly RecordDraft[], services: Services): Promise<void> {
  const lines = drafts.flatMap(({ text }) => (text === '' ? [] : [code(text)]));
  const connection = await services
    .provider(delivery.provider)
    .connect(delivery, { notices: () => ({}), resumed: true });
  await connection.answering.reply(
    `Not done, after repeated failures: ${lines.join(', ')}. Nothing more will be tried for this comment, so comment it again.`,
    { sought: true },
  );
  await connection.answering.react('refused');
}
