/** One fault run from the first delivery to the verdict. */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { diceFrom } from '../../local/dice.ts';
import type { Fault } from '../../local/github/faults.ts';
import { runClock } from '../stage/clock.ts';
import { FAIR, stageFor, type Weather } from '../stage/stage.ts';
import { deliveriesOf } from './deliveries.ts';
import { breachesIn, type Breach } from './verdict.ts';
import { worldOf } from './world.ts';

export type FaultRunOptions = {
  /** Comments; that each pull request was opened, and what Bowsprit's deeds make the forge tell, comes on top. */
  readonly deliveries: number;
  readonly seed: number;
  /** Workers at once. */
  readonly workers: number;
  /** Without any fault: what the run costs by itself. */
  readonly calm: boolean;
  /** File that takes what the functions log. */
  readonly log: string | undefined;
  /** After which a run that does not settle is given up. */
  readonly patienceSeconds: number;
};

export type FaultRun = {
  /** What must be zero. */
  readonly figures: Readonly<Record<Figure, number>>;
  /** The fault model was there: how often what struck. */
  readonly struck: { readonly forge: number; readonly tables: number; readonly killed: number; readonly slept: number };
  readonly breaches: readonly Breach[];
  /** The same in words. */
  readonly lines: readonly string[];
  readonly clean: boolean;
};

type Figure = Breach['is'] | 'dead letters' | 'unsettled';

const FIGURES: Readonly<Record<Figure, string>> = {
  record: 'answered 2xx without exactly one record per invocation',
  missing: 'effects missing',
  doubled: 'effects doubled',
  'dead letters': 'dead letters',
  order: 'order violated inside a pull request',
  unsettled: 'messages still in the queue when the run was given up',
};

/** The fault model: shares of all requests of the App, or of all steps. */
const FORGE: readonly Fault[] = [
  { route: '*', kind: 'error-before', status: 500, probability: 0.06 },
  { route: '*', kind: 'error-after', status: 502, probability: 0.04 },
  { route: '*', kind: 'secondary-limit', retryAfter: 5, probability: 0.039 },
  // Without `retry-after`, which means a minute at least.
  { route: '*', kind: 'secondary-limit', probability: 0.001 },
  { route: '*', kind: 'hang-before', probability: 0.03 },
  { route: '*', kind: 'hang-after', probability: 0.03 },
];
const TWICE = 0.05;
const AGAIN = 0.01;
const SKEW_MS = 5 * 60_000;
/** Of eight clocks, one is ahead and one is behind. */
const skewMs = (index: number): number => ({ 1: SKEW_MS, 5: -SKEW_MS })[index % 8] ?? 0;
const STORM: Omit<Weather, 'dice'> = {
  tables: { throttled: 0.08, cutAfter: 0.02 },
  queue: { throttled: 0.01, cutAfter: 0.01 },
  doorFails: 0.01,
  // Before and after each of about 20 requests: together as often as 0.2 % at seven points.
  kill: 0.000_4,
  sleep: 0.000_1,
  skewMs,
};

const DOORS = 2;
/** Messages that wait to be taken: more would only make everything late. */
const MAX_WAITING = 300;
const POSTS_AT_ONCE = 6;
const LOOK_MS = 250;
/** So often in a row nothing may be left. */
const CALM_LOOKS = 3;
const SAY_MS = 10_000;
const MAX_NAMED = 40;

export async function faultRun(options: FaultRunOptions, say: (line: string) => void): Promise<FaultRun> {
  const { seed, calm } = options;
  const dice = diceFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-faults-'));
  const clock = runClock(join(folder, 'clock'));
  say(`preparing ${options.deliveries} deliveries ...`);
  const world = await worldOf(options.deliveries, seed, clock.now);
  const { github, places } = world;
  const timers: NodeJS.Timeout[] = [];
  const weather: Weather = calm ? FAIR : { ...STORM, dice };
  const stage = await stageFor({
    github,
    clock,
    seed,
    workers: options.workers,
    doors: DOORS,
    weather,
    log: options.log,
  });
  try {
    const { workers, doors } = stage;
    const queue = { full: false, over: false };
    timers.push(
      setInterval(() => {
        void stage.waiting().then(({ visible }) => {
          queue.full = visible > MAX_WAITING;
        });
      }, LOOK_MS),
    );
    const callers: Fault['callers'] = ['app', 'installation'];
    if (!calm)
      github.faults.set(
        FORGE.map((fault) => ({ ...fault, callers })),
        seed,
      );
    github.clearRequests();
    const started = performance.now();
    const leaptBefore = clock.leapt();
    const sending = deliveriesOf({
      places,
      doorUrl: stage.doorUrl,
      dice,
      twice: calm ? 0 : TWICE,
      concurrency: POSTS_AT_ONCE,
      async room() {
        // oxlint-disable-next-line no-await-in-loop
        while (queue.full && !queue.over) await pause(LOOK_MS);
      },
    });
    world.listen((where, webhook) => sending.add(where, webhook));
    timers.push(
      setInterval(() => {
        const { accepted, posts } = sending.tally();
        const took = seconds(performance.now() - started);
        say(`${took} s: ${accepted} of ${posts} posts taken, ${workers.tally().invocations} invocations`);
      }, SAY_MS),
    );

    const settled = async (): Promise<void> => {
      for (let looks = 0; looks < CALM_LOOKS;) {
        /* oxlint-disable no-await-in-loop */
        await sending.done();
        await github.idle();
        const { visible, hidden } = await stage.waiting();
        looks = visible + hidden === 0 ? looks + 1 : 0;
        await pause(LOOK_MS);
        /* oxlint-enable no-await-in-loop */
      }
    };
    const played = async (): Promise<void> => {
      await settled();
      // Long after the end, what was delivered comes once more.
      sending.again(calm ? 0 : AGAIN);
      await settled();
    };
    const patience = Promise.withResolvers<void>();
    timers.push(setTimeout(patience.resolve, options.patienceSeconds * 1_000));
    await Promise.race([played(), stage.broken, patience.promise]);
    const took = performance.now() - started;

    queue.over = true;
    const leapt = clock.leapt() - leaptBefore;
    github.faults.clear();
    const cloud = await stage.calmed();
    const { visible, hidden } = await stage.waiting();
    const breaches = await breachesIn(world, stage.audit, sending.comments);
    const of = (is: Breach['is']): number => breaches.filter((each) => each.is === is).length;
    const figures = {
      record: of('record'),
      missing: of('missing'),
      doubled: of('doubled'),
      'dead letters': await stage.deadLetters(),
      order: of('order'),
      unsettled: visible + hidden,
    };
    const { killed, slept, timedOut, invocations, steps } = workers.tally();
    const requests = github.requests().filter(({ callerIs }) => callerIs !== 'user');
    const failed = requests.filter(({ fault }) => fault !== undefined);
    const after = failed.filter(({ fault }) => fault === 'error-after' || fault === 'hang-after');
    const unique = places.reduce((sum, { webhooks }) => sum + webhooks.length, 0);
    const { posts, refused } = sending.tally();
    const { user, system } = process.cpuUsage();
    const killedAt = [...steps.keys()].filter((each) => each.startsWith('SIGKILL'));
    return {
      figures,
      struck: { forge: failed.length, tables: cloud.tables.struck, killed, slept },
      breaches,
      clean: Object.values(figures).every((count) => count === 0),
      lines: [
        `${unique} unique deliveries over ${places.length} pull requests, seed ${seed}: ${seconds(took)} s with ${options.workers} workers, and ${seconds(leapt)} s leapt over in which all only waited`,
        `door: ${posts} posts, ${refused} not taken and sent again, ${doors.tally().killed} of its processes killed`,
        `forge: ${requests.length} requests, ${failed.length} failed, ${after.length} of them after they were carried out`,
        `DynamoDB: ${cloud.tables.requests} requests, ${cloud.tables.struck} failed; SQS: ${cloud.queue.struck} sends failed`,
        `workers: ${invocations} invocations; ${killed} processes killed, at ${killedAt.length} different steps; ${slept} slept past their lease; ${timedOut} took too long`,
        `CPU: ${((user + system) / 1e6).toFixed(0)} s for the forge and its deliveries, ${cloud.cpuSeconds.toFixed(0)} s for queue and tables, ${(workers.tally().cpuSeconds + doors.tally().cpuSeconds).toFixed(0)} s for the functions; load of the machine ${(loadavg()[0] ?? 0).toFixed(1)}`,
        '',
        ...Object.entries(FIGURES).map(
          ([figure, what]) => `${String(Reflect.get(figures, figure)).padStart(6)}  ${what}`,
        ),
        ...breaches.slice(0, MAX_NAMED).map(({ is, pull, what }) => `        ${is}: ${pull}: ${what}`),
        ...(breaches.length > MAX_NAMED ? [`        ... and ${breaches.length - MAX_NAMED} more`] : []),
      ],
    };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    await stage.close();
    await world.close();
    clock.close();
    rmSync(folder, { recursive: true });
  }
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
