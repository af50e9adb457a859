/**
 * The engine over one made-up pull request that lives in memory: real rules, real decisions, nothing on a wire. For laws that
 * need thousands of orders.
 */
import { chained, type AuditRecord } from '../../shared/audit-record.ts';
import { automations } from '../../shared/automations/index.ts';
import { carryOut, type Services } from '../../shared/carry-out.ts';
import { commands } from '../../shared/commands/index.ts';
import type { Delivery, Person, Target } from '../../shared/delivery.ts';
import { Retryable } from '../../shared/errors.ts';
import { ledgerIn } from '../../shared/ledger.ts';
import type { FindFun } from '../../shared/fun/finding.ts';
import type { Engine } from '../../shared/pipelines/engine.ts';
import type { Apply, Connection, PullNow, Read } from '../../shared/providers/provider.ts';
import { settingsBook } from '../../shared/settings/book.ts';
import { overlaidOn } from '../../shared/store/overlay.ts';
import { statesIn } from '../../shared/store/states.ts';
import type { Audit, Seen, StoredDecision } from '../../shared/store/stores.ts';
import { pullOf } from './given.ts';
import { readNothing, unasked } from './reading-nothing.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
export const REPOSITORY = { id: '1', owner: 'acme', name: 'widgets' };
const NUMBER = 12;

export type World = {
  readonly head: () => string;
  /** The branch it goes into. */
  readonly base: () => string;
  /** A new head; told of by a delivery that waits. */
  readonly push: (by: Person) => string;
  /** It goes into another branch; told of by a delivery that waits. */
  readonly retarget: (by: Person, baseRef: string) => void;
  /** Somebody comments; told of by a delivery that waits. */
  readonly comment: (by: Person, text: string) => void;
  /** What has happened and nobody has been told of, in its order. */
  readonly waiting: Delivery[];
  /** As a worker does: what the weather stops is tried again. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
  readonly records: () => readonly AuditRecord[];
  readonly labels: ReadonlySet<string>;
};

export type WorldOptions = {
  readonly author: Person;
  /** Of the repository. */
  readonly settings: string;
  readonly mayWrite: (person: Person) => boolean;
  readonly engine: Engine;
  /** Whether the forge tells when it was given another branch; left out, it does. */
  readonly datesBases?: boolean;
  /** Left out: it is away. */
  readonly fun?: FindFun;
  /** Comes after the pull request was read, and before anything is done. */
  readonly meanwhile: (world: World) => void;
};

const shaOf = (push: number): string => String(push).padStart(40, 'a');

// oxlint-disable-next-line require-yield
async function* nothing(): AsyncGenerator<AuditRecord> {
  return;
}

export function worldOf({
  author,
  settings,
  mayWrite,
  engine,
  datesBases = true,
  fun,
  meanwhile,
}: WorldOptions): World {
  let ticks = 0;
  let comments = 0;
  let pushes = 0;
  let baseRef = 'main';
  let retargetedAt: string | undefined;
  let pushedAt = new Date(START).toISOString();
  let changed = START;
  let ids = 0;
  const labels = new Set<string>();
  const records: AuditRecord[] = [];
  const waiting: Delivery[] = [];
  const keys = new Map<string, { attempt: number; done: boolean; decisions: StoredDecision[] }>();
  // Several things happen in one second, as on a forge that tells time by seconds.
  const tick = (): string => {
    ticks += 1;
    changed = START + Math.floor(ticks / 2) * 1_000;
    return new Date(changed).toISOString();
  };
  const target = (): Target => ({
    kind: 'pull',
    number: NUMBER,
    author,
    state: 'open',
    title: 'A change',
    labels: [...labels],
    locked: false,
  });
  const told = (event: Delivery['event'], sender: Person, more: Partial<Delivery>): void => {
    ids += 1;
    const at = tick();
    waiting.push({
      version: 1,
      id: `d-${ids}`,
      provider: 'github',
      installation: '5',
      repository: REPOSITORY,
      event,
      sender,
      at,
      receivedAt: at,
      target: target(),
      ...more,
    });
  };

  const read: Read = {
    ...readNothing,
    async pull() {
      const now: PullNow = {
        ...pullOf({ author, headSha: shaOf(pushes), baseRef }),
        baseSha: 'c'.repeat(40),
        labels: [...labels],
        changedFiles: 1,
        reviews: [],
        forced: { pushes: [], more: false },
        ...(retargetedAt === undefined || !datesBases ? {} : { retargetedAt }),
        updatedAt: new Date(changed).toISOString(),
        public: true,
        requested: [],
      };
      meanwhile(world);
      return now;
    },
    headNow: async () => shaOf(pushes),
    labels: async () => [...labels],
    changedFiles: async () => ({ files: [{ path: 'src/a.ts', additions: 1, deletions: 0 }], complete: true }),
    changeAt: async () => ({ files: new Map(), complete: false }),
    role: async (person) => ({ role: mayWrite(person) ? 'write' : 'read', public: true }),
    filesAt: async (_, paths) => new Map(paths.map((path) => [path, { is: 'absent' }])),
    member: async () => false,
    headSince: async () => ({ headSha: shaOf(pushes), at: pushedAt }),
    workflows: async () => [],
    settings: async () => ({ ref: 'main', commit: 'c', file: { is: 'text', oid: 's', text: settings } }),
    organizationSettings: async () => undefined,
  };
  const apply: Apply = {
    'add-label': async ({ label }) => ({ result: labels.size < labels.add(label).size ? 'done' : 'unchanged' }),
    'remove-label': async ({ label }) => ({ result: labels.delete(label) ? 'done' : 'unchanged' }),
    notice: async ({ subject }) => ({ result: 'done', ref: subject }),
    'set-status': async () => ({ result: 'done' }),
    'approve-workflows': async () => ({ result: 'unchanged' }),
  };
  /** Reads once in a delivery, as every provider does. */
  const connection = (): Connection => {
    let pull: Promise<PullNow> | undefined;
    return {
      read: { ...read, pull: () => (pull ??= read.pull()) },
      apply,
      answering: { react: async () => undefined, reply: async () => undefined },
      calls: () => 0,
      quota: () => undefined,
    };
  };
  const audit: Audit = {
    async append(draft) {
      const known = records.find(
        ({ delivery, position }) => delivery === draft.delivery && position === draft.position,
      );
      if (known !== undefined) return { record: known, between: [] };
      const record = chained(draft, records.at(-1) ?? { sequence: 0, hash: '0'.repeat(64) });
      records.push(record);
      return { record, between: [] };
    },
    after: async (_, sequence) => records.filter((record) => record.sequence > sequence),
  };
  const entryOf = (key: string) => {
    const known = keys.get(key) ?? { attempt: 0, done: false, decisions: [] };
    keys.set(key, known);
    return known;
  };
  const seen: Seen = {
    async claim(key) {
      const known = entryOf(key);
      if (known.done) return { is: 'done' };
      known.attempt += 1;
      return { is: 'mine', attempt: known.attempt, decisions: [...known.decisions], finished: 0 };
    },
    async decide(key, _, decision) {
      entryOf(key).decisions.push(decision);
    },
    progress: async () => undefined,
    check: () => undefined,
    async finish(key) {
      entryOf(key).done = true;
    },
    release: async () => undefined,
    abandoned: async () => false,
  };
  const cache = overlaidOn({ get: async () => undefined, getBytes: async () => undefined });
  const now = (): Date => new Date(changed);
  const services: Services = {
    provider: () => ({
      id: 'github',
      name: 'GitHub',
      can: new Set(),
      connect: async () => connection(),
      look: unasked,
      find: async () => [],
      findOld: unasked,
      deliveryLog: undefined,
    }),
    audit,
    seen,
    cache,
    states: statesIn({ audit, cache }),
    ledger: ledgerIn({ audit: { query: nothing }, cache, now }),
    owners: () => ({ find: async () => undefined, keep: async () => undefined }),
    carryOwners: async () => undefined,
    publish: async () => undefined,
    put: async () => undefined,
    send: async () => undefined,
    engines: new Map([[engine.id, engine]]),
    fun: fun ?? (async () => ({ is: 'away' })),
    settings: settingsBook([]),
    commands,
    automations,
    sweeps: [],
    now,
    newId: () => `id-${(ids += 1)}`,
  };

  const world: World = {
    head: () => shaOf(pushes),
    base: () => baseRef,
    push(by) {
      const before = shaOf(pushes);
      pushes += 1;
      // Told of in the moment that comes.
      pushedAt = new Date(START + Math.floor((ticks + 1) / 2) * 1_000).toISOString();
      told('synchronized', by, {
        target: { ...target(), headSha: shaOf(pushes), baseRef },
        headMoved: { before, after: shaOf(pushes), comments },
      });
      return shaOf(pushes);
    },
    retarget(by, to) {
      baseRef = to;
      told('retargeted', by, { target: { ...target(), headSha: shaOf(pushes), baseRef } });
      retargetedAt = waiting.at(-1)?.at;
    },
    comment(by, text) {
      comments += 1;
      const id = String(comments);
      const lines = text.split('\n').map((line, index) => ({ number: index + 1, text: line }));
      told('comment-created', by, {
        text: { kind: 'comment', id, url: '', at: '', lines, cut: false, comments },
      });
      const last = waiting.at(-1);
      if (last?.text !== undefined) waiting[waiting.length - 1] = { ...last, text: { ...last.text, at: last.at } };
    },
    waiting,
    async deliver(delivery) {
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        try {
          // oxlint-disable-next-line no-await-in-loop
          await carryOut(delivery, services);
          return;
        } catch (error) {
          if (!(error instanceof Retryable)) throw error;
        }
      }
    },
    records: () => records,
    labels,
  };
  told('opened', author, { target: { ...target(), headSha: shaOf(0), baseRef: 'main', draft: false } });
  return world;
}
