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
};

export const FREEZES = { name: 'freezes', commands: ['freeze', 'unfreeze'], of: 'repository' } as const satisfies Topic;
export const ABSENCES = { name: 'absences', commands: ['away', 'back'], of: 'owner' } as const satisfies Topic;
const TOPICS: readonly Topic[] = [FREEZES, ABSENCES];

/** Nothing that is said lasts longer than this: older records are not looked for. */
export const MAX_DAYS = 400;
/** So many of the newest entries are kept. */
const MAX_ENTRIES = 300;
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
    const from = new Date(now().getTime() - MAX_DAYS * 24 * 3_600_000);
    const found: Entry[] = [];
    for (const command of topic.commands) {
      let count = 0;
      // One index after the other: few people freeze, and rarely.
      // oxlint-disable-next-line no-await-in-loop
      for await (const record of audit.query({ command, outcome: 'done', from, first: 'newest' })) {
        if (scopeOf(topic, repositoryIn(record.pull)) !== scope) continue;
        found.push(entryOf(record));
        count += 1;
        if (count >= MAX_ENTRIES) break;
      }
    }
    return inOrder(found);
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
        await noted(topic, scope, entryOf(record));
      }
    },
  };

  async function noted(topic: Topic, scope: string, added: Entry): Promise<void> {
    const key = keyOf(topic, scope);
    for (let races = 0; races < MAX_RACES; races += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const there = await known(key);
      if (there?.entries.some(({ id }) => id === added.id) === true) return;
      // The index tells of a record a moment after it was written.
      // oxlint-disable-next-line no-await-in-loop
      const before = there?.entries ?? (await rebuilt(topic, scope));
      const entries = inOrder([...before.filter(({ id }) => id !== added.id), added]);
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

function entryOf({ id, at, pull, delivery, actor, source, command, actions }: AuditRecord): Entry {
  return { id, at, pull, delivery, actor, source, command, actions };
}

/** Their ids are in the order of time. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((one, other) => (one.id < other.id ? -1 : 1)).slice(-MAX_ENTRIES);
}
