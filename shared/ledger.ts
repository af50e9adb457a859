/**
 * What people decided that is about more than one pull request: who is away, which branches are frozen. The audit trail
 * is where it stands; the cache holds the last of it, so that asking costs one read.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { auditRecord, type AuditRecord } from './audit-record.ts';
import { Retryable } from './errors.ts';
import type { AuditTrail } from './store/audit.ts';
import type { Cache } from './store/stores.ts';

export type Topic = {
  readonly name: string;
  /** Canonical names of the commands that decide about it. */
  readonly commands: readonly string[];
  /** Whether it holds for the repository it was said in, or for everything of the same owner. */
  readonly of: 'repository' | 'owner';
  /** What is said, by the name of the action, and the field that says of what: of each the last word counts. */
  readonly says: Readonly<Record<string, string>>;
  /** Which of these takes back what stood. */
  readonly ends: string;
  /** Nothing that is said lasts longer: older records are not looked for. Undefined: it lasts until it is taken back. */
  readonly days?: number;
};

export const FREEZES = {
  name: 'freezes',
  commands: ['freeze', 'unfreeze'],
  of: 'repository',
  says: { freeze: 'branch', unfreeze: 'branch' },
  ends: 'unfreeze',
} as const satisfies Topic;
export const ABSENCES = {
  name: 'absences',
  commands: ['away', 'back'],
  of: 'owner',
  says: { away: 'by', back: 'by' },
  ends: 'back',
  days: 400,
} as const satisfies Topic;
const TOPICS: readonly Topic[] = [FREEZES, ABSENCES];

/** Words about so many branches, or people, are kept: the newest, and rather what stands than what was taken back. */
const MAX_ENTRIES = 300;
/** Below what one item holds. */
const MAX_BYTES = 300_000;
/** Why somebody said so is shown no longer than this; the audit trail has all of it. */
const MAX_REASON_CHARS = 200;
const KEPT_SECONDS = 7 * 24 * 3_600;
/** Somebody else's entry was written each time; so many in a row are not met in practice. */
const MAX_RACES = 20;

const entry = z.pick(auditRecord, {
  id: true,
  at: true,
  pull: true,
  delivery: true,
  actor: true,
  source: true,
  command: true,
  actions: true,
});
/** Of a record that is `done`: who said what where, and what was recorded of it. */
export type Entry = z.infer<typeof entry>;
const kept = z.object({ version: z.string(), entries: z.array(entry) });
type Kept = z.infer<typeof kept>;

export type Ledger = {
  /**
   * Oldest first. @param where `github:acme/widgets`
   * @throws Retryable where it could not be found out.
   */
  entries(topic: Topic, where: string): Promise<readonly Entry[]>;
  /**
   * Has to be called before anybody is told that it is done, and may be called again.
   * @throws Retryable where it could not be kept.
   */
  note(record: AuditRecord): Promise<void>;
};

export function ledgerIn({
  audit,
  cache,
  now,
}: {
  readonly audit: Pick<AuditTrail, 'query'>;
  readonly cache: Cache;
  readonly now: () => Date;
}): Ledger {
  async function known(key: string): Promise<Kept | undefined> {
    const parsed = kept.safeParse(await cache.get(key));
    return parsed.success ? parsed.data : undefined;
  }

  async function rebuilt(topic: Topic, scope: string): Promise<readonly Entry[]> {
    const since = topic.days === undefined ? {} : { from: new Date(now().getTime() - topic.days * 24 * 3_600_000) };
    const found: Entry[] = [];
    for (const command of topic.commands) {
      const about = new Set<string>();
      let count = 0;
      // One index after the other: few people freeze, and rarely.
      // oxlint-disable-next-line no-await-in-loop
      for await (const record of audit.query({ command, outcome: 'done', ...since, first: 'newest' })) {
        if (scopeOf(topic, repositoryIn(record.pull)) !== scope) continue;
        const made = entryOf(topic, record);
        const fresh = subjectsOf(topic, made).filter((each) => !about.has(each));
        if (fresh.length === 0) continue;
        found.push(made);
        for (const each of fresh) about.add(each);
        if (stands(topic, made)) count += 1;
        if (count >= MAX_ENTRIES) break;
      }
    }
    return lastWords(topic, found);
  }

  return {
    async entries(topic, where) {
      const scope = scopeOf(topic, where);
      const key = keyOf(topic, scope);
      const there = await known(key);
      if (there !== undefined) return there.entries;
      const entries = await rebuilt(topic, scope);
      // Where somebody noted something meanwhile, that is the newer one.
      const first = await cache.swap(key, undefined, { version: randomUUID(), entries }, KEPT_SECONDS);
      return first ? entries : ((await known(key))?.entries ?? entries);
    },

    async note(record) {
      if (record.outcome !== 'done') return;
      for (const topic of TOPICS.filter(({ commands }) => commands.includes(record.command))) {
        const scope = scopeOf(topic, repositoryIn(record.pull));
        // oxlint-disable-next-line no-await-in-loop
        await noted(topic, scope, entryOf(topic, record));
      }
    },
  };

  async function noted(topic: Topic, scope: string, added: Entry): Promise<void> {
    const key = keyOf(topic, scope);
    for (let races = 0; races < MAX_RACES; races += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const there = await known(key);
      if (there?.entries.some(({ id }) => id === added.id) === true) return;
      if (added.actions.length === 0) return;
      // The index tells of a record a moment after it was written.
      // oxlint-disable-next-line no-await-in-loop
      const before = there?.entries ?? (await rebuilt(topic, scope));
      const entries = lastWords(topic, [...before.filter(({ id }) => id !== added.id), added]);
      const value = { version: randomUUID(), entries };
      // oxlint-disable-next-line no-await-in-loop
      if (await cache.swap(key, there?.version, value, KEPT_SECONDS)) return;
    }
    throw new Retryable('too many writers of one list');
  }
}

function keyOf({ name }: Topic, scope: string): string {
  return `ledger#${name}#${scope}`;
}

/** `github:acme/widgets` of `github:acme/widgets#12` */
function repositoryIn(pull: string): string {
  return pull.slice(0, pull.lastIndexOf('#'));
}

function scopeOf({ of }: Topic, repository: string): string {
  return of === 'repository'
    ? repository.toLowerCase()
    : repository.slice(0, repository.lastIndexOf('/')).toLowerCase();
}

/** Only what the topic is about: a list that was asked for says nothing, however often. */
function entryOf(topic: Topic, { id, at, pull, delivery, actor, source, command, actions }: AuditRecord): Entry {
  const said = actions.filter((action) => action.result === 'recorded' && subjectOf(topic, action) !== undefined);
  return { id, at, pull, delivery, actor, source, command, actions: said.map(shortened) };
}

function shortened(action: Entry['actions'][number]): Entry['actions'][number] {
  const { reason } = action;
  return typeof reason === 'string' ? { ...action, reason: reason.slice(0, MAX_REASON_CHARS).toWellFormed() } : action;
}

function subjectOf({ says, of }: Topic, action: Entry['actions'][number]): string | undefined {
  const field = says[action.is];
  const value: unknown = field === undefined ? undefined : action[field];
  if (typeof value !== 'string') return undefined;
  // Names of branches have capitals; those of people do not.
  return of === 'owner' ? value.toLowerCase() : value;
}

function subjectsOf(topic: Topic, { actions }: Entry): readonly string[] {
  return actions.flatMap((action) => subjectOf(topic, action) ?? []);
}

function stands({ ends }: Topic, { actions }: Entry): boolean {
  return actions.some(({ is }) => is !== ends);
}

/** Of each branch, or person, the last word, oldest first: nobody's is pushed out by how often others speak. */
function lastWords(topic: Topic, entries: readonly Entry[]): readonly Entry[] {
  const about = new Set<string>();
  // Their ids are in the order of time.
  const newest = entries.toSorted((one, other) => (one.id > other.id ? -1 : 1));
  const last = newest.filter((each) => {
    const fresh = subjectsOf(topic, each).filter((subject) => !about.has(subject));
    for (const subject of fresh) about.add(subject);
    return fresh.length > 0;
  });
  const fitting = new Set<Entry>();
  let bytes = 0;
  for (const each of last.toSorted((one, other) => Number(stands(topic, other)) - Number(stands(topic, one)))) {
    bytes += Buffer.byteLength(JSON.stringify(each));
    if (fitting.size >= MAX_ENTRIES || bytes > MAX_BYTES) break;
    fitting.add(each);
  }
  return last.filter((each) => fitting.has(each)).toReversed();
}
