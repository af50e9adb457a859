/**
 * Whatever people, checks and the clock do, wherever a worker dies, and in whatever order pull requests have their turns: what
 * comes to the base by Bowsprit's merges is a tree of files that was tested as it is; nothing held is merged, or run with what
 * the repository keeps secret; and in the end everything is merged, and no branch stays behind.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chained, EMPTY_CHAIN } from '../shared/audit-record.ts';
import { batch as batchAutomation } from '../shared/automations/batch.ts';
import { abandoned, batchOf, isTested, joined, left, takenOut, type Batching } from '../shared/batching.ts';
import type { Delivery } from '../shared/delivery.ts';
import { Retryable } from '../shared/errors.ts';
import { batchFrom } from '../shared/facts/batch.ts';
import { lookAnew, observeHead, type Action, type ActionResult, type MergeMethod } from '../shared/language/index.ts';
import { mergeWhenReady } from '../shared/merge/gate.ts';
import { alone, endTurn, takeTurn, turnOn } from '../shared/pool.ts';
import type { Batches, Compared } from '../shared/providers/provider.ts';
import { NO_STATE, withRecord, type PullState } from '../shared/pull-state.ts';
import type { Cache } from '../shared/store/stores.ts';
import { Killed } from './support/crash.ts';
import { approved, decided, given, pullOf, settingsOf, subjectOf, voteOf } from './support/given.ts';
import { draft } from './store/here.ts';

const MAIN = 'github:acme/widgets@main';
const SETTINGS = settingsOf('merge', { upToDate: true, batch: 3, requiredChecks: [{ name: 'build' }] });
const delivery: Delivery = {
  version: 1,
  id: 'd',
  provider: 'github',
  installation: '1',
  repository: { id: '1', owner: 'acme', name: 'widgets' },
  event: 'found',
  sender: { login: 'bowsprit', id: '0', bot: true },
  at: '2026-03-01T12:00:00Z',
  receivedAt: '2026-03-01T12:00:00Z',
};

type Files = Readonly<Record<string, number>>;
type Commit = { readonly files: Files; readonly parents: readonly string[] };
type Pull = {
  readonly number: number;
  readonly method: MergeMethod;
  head: string;
  held: boolean;
  merged: boolean;
  state: PullState;
  decided: readonly Action[];
  /** An attempt at that was cut off. */
  resumed: boolean;
};

/** As much of a forge as there is to a merge. */
function forgeWith(count: number) {
  const commits: Commit[] = [{ files: {}, parents: [] }];
  const builds = new Map<string, 'success' | 'failure'>();
  const branches = new Map<string, string>();
  let base = '0';
  const at = (sha: string): Commit => commits[Number(sha)] ?? { files: {}, parents: [] };
  const treeOf = (sha: string): string =>
    JSON.stringify(Object.entries(at(sha).files).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const put = (commit: Commit): string => String(commits.push(commit) - 1);
  const past = (sha: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [sha];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...at(next).parents);
    }
    return seen;
  };
  const compared = (one: string, other: string): Compared => {
    const [ours, theirs] = [past(one), past(other)];
    // The newest they share: commits are numbered after their parents.
    const shared = Math.max(...[...ours].filter((sha) => theirs.has(sha)).map(Number));
    return {
      base: { sha: one, tree: treeOf(one) },
      behind: [...ours].some((sha) => !theirs.has(sha)),
      ahead: [...theirs].filter((sha) => !ours.has(sha)).length,
      mergeBase: String(shared),
    };
  };
  /** Undefined where it conflicts. */
  const mergedFiles = (one: string, other: string): Files | undefined => {
    const from = at(compared(one, other).mergeBase).files;
    const [ours, theirs] = [at(one).files, at(other).files];
    const files: Record<string, number> = {};
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      if (ours[name] !== theirs[name] && ours[name] !== from[name] && theirs[name] !== from[name]) return undefined;
      const value = ours[name] === from[name] ? theirs[name] : ours[name];
      if (value !== undefined) files[name] = value;
    }
    return files;
  };
  const changed = (sha: string, name: string, value: number | undefined): string => {
    const { [name]: _, ...rest } = at(sha).files;
    return put({ files: value === undefined ? rest : { ...rest, [name]: value }, parents: [sha] });
  };
  const pulls = Array.from({ length: count }, (_, index): Pull => {
    // The third builds on the first and takes its change back, and the last conflicts with it.
    const onto = index === 2 ? changed('1', 'file 0', undefined) : '0';
    const head = changed(onto, `file ${index === count - 1 ? 0 : index}`, index + 1);
    const method = index % 2 === 0 ? 'squash' : 'merge';
    return {
      number: index + 1,
      method,
      head,
      held: false,
      merged: false,
      state: NO_STATE,
      decided: [],
      resumed: false,
    };
  });
  const batches: Batches = {
    async made({ branch, onto, head }) {
      const files = mergedFiles(onto, head);
      if (files === undefined) return { is: 'conflict' };
      const sha = put({ files, parents: [onto, head] });
      branches.set(branch, sha);
      return { is: 'made', sha, tree: treeOf(sha) };
    },
    async removed(branch, sha) {
      if (branches.get(branch) === sha) branches.delete(branch);
    },
    async tidied(baseRef, living) {
      expect(baseRef).toBe('main');
      for (const [branch, sha] of branches) if (living.get(branch) !== sha) branches.delete(branch);
    },
  };
  return {
    pulls,
    builds,
    branches,
    batches,
    compared,
    changed,
    put,
    at,
    mergedFiles,
    treeOf,
    base: () => base,
    moveTo(sha: string) {
      base = sha;
    },
  };
}

const unasked = (): Promise<never> => Promise.reject(new Error('nobody should have asked'));

type Done = readonly [action: Action, result: ActionResult];

function noted(done: readonly Done[], pull: Pull): void {
  const record = chained(
    { ...draft(), actions: done.map(([action, result]) => ({ ...action, ...result })) },
    EMPTY_CHAIN,
  );
  pull.state = withRecord(pull.state, record);
}

const RECORDED: ActionResult = { result: 'recorded' };
const OUTDATED: ActionResult = { result: 'superseded' };
const asks = (actions: readonly Action[], ...names: readonly Action['is'][]): boolean =>
  actions.some(({ is }) => names.includes(is));

const decidedBy = ({ head: headSha, state: { batching } }: Pull): readonly Action[] =>
  decided(batchAutomation, {
    event: 'closed',
    subject: subjectOf({ headSha, merged: true, state: 'closed' }),
    batching,
  });

function worldWith(count: number) {
  const forge = forgeWith(count);
  let now = Date.parse('2026-03-01T12:00:00Z');
  const kept = new Map<string, { readonly value: unknown; readonly version: string; readonly until: number }>();
  const standing = (key: string) => {
    const there = kept.get(key);
    return there !== undefined && there.until > now ? there : undefined;
  };
  /** How many more steps the worker takes towards the world before it dies. */
  let lives = Infinity;
  const stepped = (): void => {
    if (lives <= 0) throw new Killed('the worker');
    lives -= 1;
  };
  const cache: Cache = {
    async get(key) {
      stepped();
      return standing(key)?.value;
    },
    put: unasked,
    async swap(key, version, value, seconds) {
      stepped();
      if (standing(key)?.version !== version) return false;
      kept.set(key, { value, version: value.version, until: now + seconds * 1_000 });
      return true;
    },
    getBytes: unasked,
    putBytes: unasked,
    async remove(key) {
      stepped();
      kept.delete(key);
    },
    count: unasked,
  };
  const batches: Batches = {
    async made(wanted) {
      stepped();
      const [, number = ''] = /\/(\d+)$/.exec(wanted.branch) ?? [];
      if (forge.pulls[Number(number) - 1]?.held === true) exposed.push(wanted.branch);
      return forge.batches.made(wanted);
    },
    async removed(branch, sha) {
      stepped();
      await forge.batches.removed(branch, sha);
    },
    async tidied(baseRef, living) {
      stepped();
      await forge.batches.tidied(baseRef, living);
    },
  };
  /** What was made to be tested though it was held. */
  const exposed: string[] = [];
  /** Trees of files that were green. */
  const tested = new Set<string>();
  const merges: { readonly number: number; readonly tree: string; readonly batch: boolean; readonly fits: boolean }[] =
    [];

  const of = ({ number, resumed, state: { batching } }: Pull): Batching => ({
    delivery,
    number,
    baseRef: 'main',
    read: { standing: async (base, head) => forge.compared(base === 'main' ? forge.base() : base, head) },
    batches,
    cache,
    now: () => new Date(now),
    sha: batching?.is === 'in' ? batching.sha : undefined,
    resumed,
    lookAgain: async () => undefined,
  });
  const checksAt = async (sha: string) => {
    const state = forge.builds.get(sha);
    return { checks: state === undefined ? [] : [{ name: 'build', state, required: false }], complete: true };
  };

  async function lookedAt(pull: Pull) {
    const batch = await batchOf(MAIN, cache);
    const compared = forge.compared(forge.base(), pull.head);
    const own = { number: pull.number, headSha: pull.head };
    const turn = await turnOn(MAIN, cache);
    const { checks } = await checksAt(pull.head);
    return given({
      event: 'found',
      pull: pullOf({
        headSha: pull.head,
        state: pull.merged ? 'merged' : 'open',
        methods: [pull.method],
        checks,
        mergeable: forge.mergedFiles(forge.base(), pull.head) === undefined ? 'conflicting' : 'yes',
      }),
      labels: new Set(['lgtm', 'approved']),
      votes: [voteOf('linus', { headSha: pull.head })],
      approval: approved,
      holds: pull.held ? [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] : [],
      behind: compared.behind,
      batch: await batchFrom(batch, { standing: compared, own, now: new Date(now), checksAt }),
      batching: pull.state.batching,
      refusedMerge: pull.state.refusedMerge,
      turn: turn === undefined ? 'free' : turn === pull.number ? 'mine' : 'taken',
      settings: SETTINGS,
    });
  }

  async function decide(pull: Pull): Promise<void> {
    pull.decided = pull.merged ? [] : mergeWhenReady(await lookedAt(pull));
  }

  /** Of what had been decided when a worker died, whether it is still to be done; what the engine does. */
  async function isOutdated(actions: readonly Action[], pull: Pull): Promise<boolean> {
    if (!pull.resumed || !asks(actions, 'merge', 'join-batch')) return false;
    if (pull.merged) return asks(actions, 'join-batch');
    const facts = await lookedAt(pull);
    const anew = mergeWhenReady(facts);
    if (asks(anew, 'merge')) return false;
    if (asks(actions, 'merge')) return true;
    if (asks(anew, 'join-batch') || (facts.batch?.place !== undefined && !asks(anew, 'leave-batch'))) return false;
    await abandoned(of(pull));
    return true;
  }

  function land(pull: Pull): string | undefined {
    const files = forge.mergedFiles(forge.base(), pull.head);
    if (files === undefined || pull.merged) return undefined;
    const parents = pull.method === 'squash' ? [forge.base()] : [forge.base(), pull.head];
    const sha = forge.put({ files, parents });
    forge.moveTo(sha);
    pull.merged = true;
    return sha;
  }

  /** As the engine does it. */
  async function done(action: Action, pull: Pull): Promise<ActionResult> {
    switch (action.is) {
      case 'join-batch':
        return joined(action, of(pull));
      case 'leave-batch':
        return left(action, of(pull));
      case 'update-branch': {
        if (!(await takeTurn(MAIN, pull.number, cache))) return { result: 'superseded' };
        const files = forge.mergedFiles(pull.head, forge.base());
        if (files === undefined || pull.head !== action.headSha) return { result: 'unchanged' };
        pull.head = forge.put({ files, parents: [pull.head, forge.base()] });
        noted([[observeHead(pull.head, new Date(now).toISOString()), RECORDED]], pull);
        return { result: 'done' };
      }
      case 'merge': {
        const result = await alone(MAIN, cache, async (): Promise<ActionResult> => {
          // The answer to an earlier attempt may have been lost.
          const landed = pull.merged && pull.head === action.headSha;
          if (!landed && !(await isTested(action.batch, action.headSha, of(pull)))) return OUTDATED;
          stepped();
          if (landed) {
            await takenOut('merged', of(pull));
            return { result: 'done' };
          }
          const sha = pull.head === action.headSha ? land(pull) : undefined;
          if (sha === undefined) {
            await takenOut('not-ready', of(pull));
            return { result: 'refused', note: 'no' };
          }
          const tree = forge.treeOf(sha);
          merges.push({
            number: pull.number,
            tree,
            batch: action.batch !== undefined,
            fits: tested.has(tree) && !pull.held,
          });
          await takenOut('merged', of(pull));
          return { result: 'done' };
        });
        if (result.result === 'done') await endTurn(MAIN, pull.number, cache);
        return result;
      }
      case 'look-again':
        await endTurn(MAIN, pull.number, cache);
        return { result: 'done' };
      default:
        return { result: 'done' };
    }
  }

  async function perform(pull: Pull): Promise<void> {
    const results: Done[] = [];
    try {
      const outdated = await isOutdated(pull.decided, pull);
      for (const action of pull.decided) {
        now += 2_000;
        // oxlint-disable-next-line no-await-in-loop
        results.push([action, outdated ? OUTDATED : await done(action, pull)]);
      }
      stepped();
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof Retryable)) throw error;
      // Another worker goes on with it when whatever this one held has run out.
      lives = Infinity;
      now += 61_000;
      pull.resumed = pull.decided.length > 0;
      return;
    }
    noted(results, pull);
    pull.decided = [];
    pull.resumed = false;
  }

  function report(sha: string | undefined, state: 'success' | 'failure'): void {
    if (sha === undefined || forge.builds.has(sha)) return;
    forge.builds.set(sha, state);
    if (state === 'success') tested.add(forge.treeOf(sha));
  }

  return {
    forge,
    merges,
    exposed,
    die(steps: number) {
      lives = steps;
    },
    decide,
    perform,
    land,
    report,
    noted,
    pass(ms: number) {
      now += ms;
    },
    push(pull: Pull, value: number) {
      pull.head = forge.changed(pull.head, `own ${pull.number}`, value);
      noted([[observeHead(pull.head, new Date(now).toISOString()), RECORDED]], pull);
    },
    /** The event that tells of it. */
    async closed(pull: Pull): Promise<void> {
      await perform(pull);
      if (pull.merged) pull.decided = decidedBy(pull);
      await perform(pull);
    },
    lose: () => kept.clear(),
    again: (pull: Pull) => noted([[lookAnew(), { result: 'done' }]], pull),
  };
}

type World = ReturnType<typeof worldWith>;
const COUNT = 5;
/** More than a worker takes for anything here. */
const MAX_STEPS = 16;
const step = fc.tuple(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant('look' as const) },
    { weight: 6, arbitrary: fc.constantFrom('decide' as const, 'perform' as const) },
    { weight: 2, arbitrary: fc.constant('die' as const) },
    { weight: 4, arbitrary: fc.constant('green' as const) },
    { weight: 4, arbitrary: fc.constant('green head' as const) },
    { weight: 1, arbitrary: fc.constantFrom('red' as const, 'push' as const, 'hold' as const, 'unhold' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'push to base' as const,
        'push to base' as const,
        'by hand' as const,
        'lose' as const,
        'pass' as const,
      ),
    },
  ),
  fc.nat(COUNT - 1),
  fc.nat(MAX_STEPS),
);
type Step = readonly [what: string, index: number, steps: number];

async function did(world: World, [what, index, steps]: Step, value: number): Promise<void> {
  const { forge } = world;
  const pull = forge.pulls[index];
  if (pull === undefined) return;
  const tested = forge.branches.get(`bowsprit/batch/main/${pull.number}`);
  world.pass(2_000);
  switch (what) {
    case 'look':
      if (pull.decided.length === 0) await world.decide(pull);
      return world.perform(pull);
    case 'decide':
      return pull.decided.length === 0 ? world.decide(pull) : undefined;
    case 'perform':
      return world.perform(pull);
    case 'die':
      if (pull.decided.length === 0) await world.decide(pull);
      world.die(steps);
      await world.perform(pull);
      return world.die(Infinity);
    case 'green':
      return world.report(tested, 'success');
    case 'green head':
      return world.report(pull.head, 'success');
    case 'red':
      return world.report(tested ?? pull.head, 'failure');
    case 'push':
      return pull.merged ? undefined : world.push(pull, value);
    case 'hold':
    case 'unhold':
      // In its turn, as everything that is said on it; before another worker has resumed it, by a label.
      if (pull.decided.length === 0 || pull.resumed) pull.held = what === 'hold';
      return undefined;
    case 'push to base':
      return forge.moveTo(forge.changed(forge.base(), 'other', value));
    case 'by hand':
      world.land(pull);
      return world.closed(pull);
    case 'lose':
      return world.lose();
    default:
      return world.pass(3_000_000);
  }
}

/** Nobody holds anything and every check is green: whether what can be merged is merged. */
async function comesToAnEnd(world: World): Promise<readonly number[]> {
  const { forge } = world;
  let last = false;
  for (let round = 0; round < 50 && !last; round += 1) {
    // Whoever cannot be merged gives up its place when it is looked at.
    last = !forge.pulls.some((pull) => canBeMerged(pull, world) || pull.decided.length > 0);
    for (const pull of forge.pulls) {
      pull.held = false;
      if (pull.state.batching?.is === 'left') world.again(pull);
      if (forge.builds.get(pull.head) === 'failure') forge.builds.delete(pull.head);
      world.report(pull.head, 'success');
      for (const sha of forge.branches.values()) world.report(sha, 'success');
      // oxlint-disable-next-line no-await-in-loop
      await did(world, ['look', pull.number - 1, 0], 0);
      world.pass(300_000);
    }
  }
  return forge.pulls.filter((pull) => canBeMerged(pull, world)).map(({ number }) => number);
}

function canBeMerged({ merged, head }: Pull, { forge }: World): boolean {
  return !merged && forge.mergedFiles(forge.base(), head) !== undefined;
}

const RUNS = Number(process.env['BOWSPRIT_RUNS'] ?? 60);

test('what is merged was tested as it is, in any order of events, and in the end all is', async () => {
  let batched = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      const world = worldWith(COUNT);
      for (const [index, each] of steps.entries()) {
        // oxlint-disable-next-line no-await-in-loop
        await did(world, each, index + 100);
      }
      expect(await comesToAnEnd(world)).toEqual([]);
      expect(world.merges.filter(({ fits }) => !fits)).toEqual([]);
      expect(world.exposed).toEqual([]);
      batched += world.merges.filter(({ batch }) => batch).length;
      expect([...world.forge.branches.keys()]).toEqual([]);
    }),
    {
      // Somebody pushes to the base between what was decided and what is done.
      examples: [
        [
          [
            ['push to base', 0, 0],
            ['green head', 1, 0],
            ['look', 1, 0],
            ['green', 1, 0],
            ['decide', 1, 0],
            ['push to base', 0, 0],
            ['perform', 1, 0],
          ],
        ],
      ],
      numRuns: RUNS,
    },
  );
  // Otherwise it would be about nothing.
  expect(batched).toBeGreaterThan(RUNS);
});
