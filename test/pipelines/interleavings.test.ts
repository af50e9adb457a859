/**
 * Threat 25: whatever the order in which people push, retarget, comment and deliveries come, nothing is started for a commit
 * that nobody who is trusted has looked at, nor for a branch that it did not go into then. `BOWSPRIT_RUNS=1000` looks at so many orders.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Person } from '../../shared/delivery.ts';
import { Retryable } from '../../shared/errors.ts';
import type { Engine, JobRequest } from '../../shared/pipelines/engine.ts';
import { worldOf, type World } from '../support/in-memory.ts';

const STRANGER: Person = { login: 'joan-example', id: '7', bot: false };
const MAINTAINER: Person = { login: 'grace-example', id: '8', bot: false };
const SETTINGS = `
rules: { only: [test, retest, ok-to-test, trigger, head, job-results] }
pipelines: { engine: https, retests: 0, jobs: [{ name: unit, always_run: true }, { name: lint, always_run: true }] }
`;

type Act =
  | 'push'
  | 'retarget'
  | '/ok-to-test'
  | '/ok-to-test cancel'
  | 'maintainer tests'
  | 'stranger tests'
  | 'stranger retests'
  | 'deliver';

const act = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Act>('push') },
  { weight: 1, arbitrary: fc.constant<Act>('retarget') },
  { weight: 4, arbitrary: fc.constant<Act>('/ok-to-test') },
  { weight: 1, arbitrary: fc.constant<Act>('/ok-to-test cancel') },
  { weight: 1, arbitrary: fc.constant<Act>('maintainer tests') },
  { weight: 3, arbitrary: fc.constantFrom<Act>('stranger tests', 'stranger retests') },
  { weight: 6, arbitrary: fc.constant<Act>('deliver') },
);

type Start = { readonly sha: string; readonly base: string; readonly head: string; readonly key: string };

/** Where the answer to a start is lost, it is not made twice. */
function engineOf(heads: () => string, started: Start[], fails: () => boolean): Engine {
  const known = new Map<string, string>();
  return {
    id: 'https',
    name: 'an endpoint',
    async start({ key, headSha, baseRef }: JobRequest) {
      started.push({ sha: headSha, base: baseRef, head: heads(), key });
      known.set(key, String(started.length));
      if (fails()) throw new Retryable('the answer was lost');
      return { id: String(started.length), state: 'queued' };
    },
    async find({ key }) {
      const id = known.get(key);
      return id === undefined ? undefined : { id, state: 'queued' };
    },
    cancel: async () => 'cancelled',
    state: async () => undefined,
  };
}

const RUNS = Number(process.env['BOWSPRIT_RUNS'] ?? 60);

test(
  'nothing is started for a commit that nobody who is trusted looked at',
  { timeout: 60_000 + RUNS * 100 },
  async () => {
    let starts = 0;
    let overtaken = 0;
    const steps = fc.array(fc.tuple(act, fc.nat(5)), { minLength: 3, maxLength: 14 });
    const dice = fc.array(fc.nat(9), { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, dice, async (all, thrown) => {
        const looked = new Set<string>();
        const started: Start[] = [];
        let at = 0;
        const throwing = (): number => thrown[(at += 1) % thrown.length] ?? 0;
        let going: World | undefined;
        const engine = engineOf(
          () => going?.head() ?? '',
          started,
          () => throwing() === 0,
        );
        const world = worldOf({
          author: STRANGER,
          settings: SETTINGS,
          mayWrite: ({ id }) => id === MAINTAINER.id,
          engine,
          // Right after it was read what the head is.
          meanwhile(here) {
            if (throwing() !== 0) return;
            overtaken += 1;
            here.push(STRANGER);
          },
        });
        going = world;
        const delivered = async (which: number): Promise<void> => {
          const [delivery] = world.waiting.splice(which % Math.max(1, world.waiting.length), 1);
          if (delivery !== undefined) await world.deliver(delivery);
        };
        // Until a forge has told of any head, it says by the second alone what came first.
        await delivered(0);
        for (const [what, which] of all) {
          if (what === 'push') world.push(STRANGER);
          else if (what === 'retarget') world.retarget(STRANGER, world.base() === 'main' ? 'release-1' : 'main');
          else if (what === 'stranger tests') world.comment(STRANGER, '/test all');
          else if (what === 'stranger retests') world.comment(STRANGER, '/retest');
          else if (what === 'deliver') {
            // oxlint-disable-next-line no-await-in-loop
            await delivered(which);
          } else {
            if (what !== '/ok-to-test cancel') looked.add(`${world.head()} into ${world.base()}`);
            world.comment(MAINTAINER, what === 'maintainer tests' ? '/test unit' : what);
          }
        }
        for (let rest = 0; rest < 12 && world.waiting.length > 0; rest += 1) {
          // oxlint-disable-next-line no-await-in-loop
          await delivered(throwing());
        }
        starts += started.length;
        for (const { sha, base, head } of started)
          expect({ looked: looked.has(`${sha} into ${base}`), head }).toEqual({ looked: true, head: sha });
        // Each start has a key of its own: none was made twice.
        expect(new Set(started.map(({ key }) => key)).size).toBe(started.length);
      }),
      { numRuns: RUNS, seed: 20_261_128 },
    );
    // Otherwise it would be about nothing.
    expect(starts).toBeGreaterThan(RUNS / 5);
    expect(overtaken).toBeGreaterThan(RUNS / 5);
  },
);
