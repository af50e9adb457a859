import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carryOut } from '../shared/carry-out.ts';
import type { Delivery } from '../shared/delivery.ts';
import { fullNameOf, type Repository, type Ruleset } from '../local/github/state.ts';
import { APPROVER, AUTHOR, OWNED, REVIEWER, type Pull, type Workplace } from './support/acting.ts';
import { givenEngine, LEASE_SECONDS } from './support/by-hand.ts';
import { outcomeOf } from './support/outcome.ts';
import { deathAfter, fused, fusedForge, Killed, sleepAt, type Fuse, type FusedForge } from './support/crash.ts';

const engine = givenEngine();
let forge: FusedForge | undefined;
let place: Workplace | undefined;
/** Where the forge itself merges: by its auto-merge, or by a queue. */
let waiting: Workplace | undefined;
let queueing: Workplace | undefined;

beforeAll(async () => {
  forge = await fusedForge(engine().github.url);
  place = await engine().workplace({ labels: ['kind/bug'] });
  const feed = { ...OWNED, '.github/bowsprit.yaml': 'merge: { auto_merge: feed }\n' };
  waiting = await engine().workplace({ files: feed });
  rulesOf(waiting, [CHECKED]);
  queueing = await engine().workplace();
  rulesOf(queueing, [CHECKED, { type: 'merge_queue' }]);
});
afterAll(() => forge?.close());

const CHECKED = { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'build' }] } };

function repositoryOf({ fullName }: Pick<Workplace, 'fullName'>): Repository {
  const { state } = engine().github;
  const found = [...state.repositories.values()].find((each) => fullName === fullNameOf(state, each));
  if (found === undefined) throw new Error('it was made');
  return found;
}

function rulesOf(at: Workplace, rules: Ruleset['rules']): void {
  const repository = repositoryOf(at);
  const createdAt = engine().github.box.now().toISOString();
  repository.settings.allowAutoMerge = true;
  repository.rulesets.set(1, {
    id: 1,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    bypassActors: [],
    conditions: null,
    rules: [...rules],
    createdAt,
    updatedAt: createdAt,
  });
}

async function agreedTo(pull: Pull): Promise<void> {
  await pull.comment(REVIEWER, '/lgtm');
  await engine().workOff();
  await pull.comment(APPROVER, '/approve');
}

type Scenario = {
  readonly at?: () => Workplace | undefined;
  /** Only the last steps are its own; those before are another scenario's. */
  readonly last?: number;
  /** What the forge tells of it. */
  readonly deeds?: readonly string[];
  /** What is so before. */
  readonly before: (pull: Pull) => Promise<unknown>;
  /** What the killed worker has to carry out. */
  readonly act: (pull: Pull) => Promise<unknown>;
};

/** From the decision about merging on. */
const OF_THE_FORGE = 9;

const SCENARIOS: readonly (readonly [name: string, scenario: Scenario])[] = [
  [
    'a hold with its reason',
    { before: async () => undefined, act: (pull) => pull.comment(APPROVER, '/hold until the docs are in') },
  ],
  ['a refused command', { before: async () => undefined, act: (pull) => pull.comment(AUTHOR, '/lgtm') }],
  [
    'the approval that leads to the merge',
    { before: (pull) => pull.comment(REVIEWER, '/lgtm'), act: (pull) => pull.comment(APPROVER, '/approve') },
  ],
  [
    'several lines, one of them a long answer',
    { before: async () => undefined, act: (pull) => pull.comment(REVIEWER, '/kind bug\n/help\n/lgtn\n/unhold') },
  ],
  [
    'a label put on by hand',
    { before: (pull) => pull.comment(REVIEWER, '/lgtm'), act: (pull) => pull.label(APPROVER, 'approved') },
  ],
  [
    'settings that are broken, told on their lines',
    {
      async before(pull) {
        pull.push({ '.github/bowsprit.yaml': 'merge: [' });
        await pull.change(AUTHOR, { state: 'closed' });
      },
      act: (pull) => pull.change(AUTHOR, { state: 'open' }),
    },
  ],
  [
    'the approval after which the forge is to merge by itself',
    {
      at: () => waiting,
      last: OF_THE_FORGE,
      deeds: ['auto_merge_enabled'],
      before: (pull) => pull.comment(REVIEWER, '/lgtm'),
      act: (pull) => pull.comment(APPROVER, '/approve'),
    },
  ],
  [
    'the hold that takes that back',
    {
      at: () => waiting,
      last: OF_THE_FORGE,
      deeds: ['auto_merge_disabled'],
      before: agreedTo,
      act: (pull) => pull.comment(REVIEWER, '/hold'),
    },
  ],
  [
    'the approval that puts it in the merge queue',
    {
      at: () => queueing,
      last: OF_THE_FORGE,
      deeds: ['added_to_merge_queue'],
      async before(pull) {
        await queueing?.status(pull.head(), 'build', 'success');
        await pull.comment(REVIEWER, '/lgtm');
      },
      act: (pull) => pull.comment(APPROVER, '/approve'),
    },
  ],
];

/** Longer than anything but owners is cached. */
const CACHED_SECONDS = 3_601;

type Given = { readonly pull: Pull; readonly delivery: Delivery };

let opened = 0;

async function given({ at = () => place, before, act }: Scenario): Promise<Given> {
  const { arrived, workOff, pass } = engine();
  const here = at();
  if (here === undefined) throw new Error('nothing has been set up');
  // What is cached for minutes is asked for in every run: all of them have the same steps.
  pass(CACHED_SECONDS);
  opened += 1;
  // What waits for the forge together does not conflict.
  const pull = await here.open(here === place ? {} : { files: { [`change-${opened}.txt`]: 'new\n' } });
  // That it was opened is another story.
  await arrived();
  await before(pull);
  await workOff();
  await act(pull);
  const [delivery, ...more] = await arrived();
  if (delivery === undefined || more.length > 0) throw new Error('one delivery was expected');
  return { pull, delivery };
}

/** Carries the delivery out by a worker of its own, whose every step passes the fuse. */
function attempt(delivery: Delivery, fuse: Fuse): Promise<void> {
  if (forge === undefined) throw new Error('nothing has been set up');
  forge.use(fuse);
  return carryOut(delivery, fused(engine().servicesAt({ github: forge.url }), fuse));
}

function outcome({ pull, delivery }: Given): Promise<Readonly<Record<string, unknown>>> {
  const comments = delivery.text === undefined ? [] : [delivery.text.id];
  return outcomeOf(engine(), pull, comments, (id) => id === delivery.id);
}

/** Many runs; each takes a fraction of a second. */
const TIME_LIMIT_MS = 180_000;

describe.each(SCENARIOS)('%s', (_, scenario) => {
  test('ends the same wherever the worker was killed', { timeout: TIME_LIMIT_MS }, async () => {
    const untroubled = await given(scenario);
    const whole = deathAfter(Infinity);
    await attempt(untroubled.delivery, whole);
    const expected = await outcome(untroubled);
    expect(expected).toMatchObject({ deeds: expect.arrayContaining([...(scenario.deeds ?? [])]) });

    const killed: string[] = [];
    for (let n = Math.max(0, whole.changes() - (scenario.last ?? Infinity)); killed.at(-1) !== 'seen.finish'; n += 1) {
      // One after the other: they share a forge.
      // oxlint-disable-next-line no-await-in-loop
      const troubled = await given(scenario);
      const death = deathAfter(n);
      // oxlint-disable-next-line no-await-in-loop
      const error = await attempt(troubled.delivery, death).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(Error);
      const where = death.blown() ?? '';
      killed.push(where);
      engine().pass(LEASE_SECONDS + 1);
      // oxlint-disable-next-line no-await-in-loop
      await attempt(troubled.delivery, deathAfter(Infinity));
      // oxlint-disable-next-line no-await-in-loop
      expect({ where, ...(await outcome(troubled)) }).toEqual({ where, ...expected });
    }
    expect(killed).toContain('audit.append');
  });
});

const COMMENTING = /^POST .*\/issues\/\d+\/comments$/;

/** Another worker finishes while the first one sleeps; where it slept, and what it did when it woke. */
async function oversleep(
  { delivery }: Given,
  n: number,
  when: 'before' | 'after',
): Promise<{ where: string; error: unknown }> {
  const sleep = sleepAt(n, when);
  const sleeper = attempt(delivery, sleep).catch((cause: unknown) => cause);
  const where = await Promise.race([sleep.asleep, sleeper.then(() => undefined)]);
  if (where === undefined) throw new Error(`it took fewer than ${n} steps`);
  engine().pass(LEASE_SECONDS + 1);
  await attempt(delivery, deathAfter(Infinity));
  sleep.wake();
  return { where, error: await sleeper };
}

/** One that ends at once, and the longest. */
describe.each(SCENARIOS.filter((_, index) => index === 0 || index === 2))('%s', (_, scenario) => {
  test('ends the same whenever a worker wakes after its lease', { timeout: TIME_LIMIT_MS }, async () => {
    const untroubled = await given(scenario);
    await attempt(untroubled.delivery, deathAfter(Infinity));
    const expected = await outcome(untroubled);

    for (let n = 2, last = ''; last !== 'seen.finish'; n += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const troubled = await given(scenario);
      // oxlint-disable-next-line no-await-in-loop
      const { where, error } = await oversleep(troubled, n, 'before');
      last = where;
      // A request that is on its way is out of reach: a function's time ends before its lease, so there is none.
      if (COMMENTING.test(where)) continue;
      // oxlint-disable-next-line no-await-in-loop
      expect({ where, ...(await outcome(troubled)) }).toEqual({ where, ...expected });
      expect(error).toBeInstanceOf(Error);
    }
  });

  test('ends the same though the answer to a step reached it after its lease', { timeout: TIME_LIMIT_MS }, async () => {
    const untroubled = await given(scenario);
    await attempt(untroubled.delivery, deathAfter(Infinity));
    const expected = await outcome(untroubled);

    for (let n = 1, last = ''; last !== 'seen.finish'; n += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const troubled = await given(scenario);
      // oxlint-disable-next-line no-await-in-loop
      const { where } = await oversleep(troubled, n, 'after');
      last = where;
      // oxlint-disable-next-line no-await-in-loop
      expect({ where, ...(await outcome(troubled)) }).toEqual({ where, ...expected });
    }
  });
});

test('the sign that it is looked at goes, though the next worker finds it is not late', async () => {
  const { pull, delivery } = await given({
    before: async () => undefined,
    act: (at) => at.comment(APPROVER, '/hold until the docs are in'),
  });
  // Late enough for the sign.
  engine().pass(6);
  let shown = false;
  let blown: string | undefined;
  await attempt(delivery, {
    async point(what) {
      if (!shown) return;
      blown = what;
      throw new Killed(what);
    },
    async passed(what) {
      shown ||= what.endsWith('/reactions');
    },
    blown: () => blown,
  }).catch(() => undefined);
  const comment = delivery.text?.id ?? '';
  expect(await pull.reactions(comment)).toEqual(['eyes']);

  engine().pass(LEASE_SECONDS + 1);
  const { now, ...services } = engine().servicesAt({});
  await carryOut(delivery, { ...services, now: () => new Date(now().getTime() - 300_000) });
  expect(await pull.reactions(comment)).toEqual(['+1']);
});

/** Dies at the first step after a decision was stored. */
function deathOnceDecided(): Fuse {
  let [decided, dead] = [false, false];
  return {
    async point(what) {
      dead ||= decided;
      if (dead) throw new Killed(what);
    },
    async passed(what) {
      decided ||= what === 'seen.decide';
    },
    blown: () => undefined,
  };
}

test.each<[what: string, settings: string]>([
  ['the command is known no more', 'rules: { only: [lgtm] }\n'],
  ['the command is switched off', 'rules: { disabled: [hold] }\n'],
  ['the command is for others', 'allow: { hold: { role: admin } }\n'],
])('what was decided is brought to its end, though meanwhile %s', async (_, settings) => {
  const { workplace, arrived, workOff, pass } = engine();
  const own = await workplace();
  const pull = await own.open();
  await arrived();
  await pull.comment(APPROVER, '/hold until the docs are in');
  const [delivery] = await arrived();
  if (delivery === undefined) throw new Error('one delivery was expected');
  await expect(attempt(delivery, deathOnceDecided())).rejects.toBeInstanceOf(Error);
  own.commit('main', { '.github/bowsprit.yaml': settings }, APPROVER);
  await workOff();
  pass(LEASE_SECONDS + 1);
  await attempt(delivery, deathAfter(Infinity));
  expect(await pull.labels()).toContain('do-not-merge/hold');
  // What the push of the settings led to is there as well.
  const records = (await engine().records(pull)).filter(({ text }) => text !== '');
  expect(records.map(({ command, outcome: ended }) => `${command} ${ended}`)).toEqual(['hold done']);
});
