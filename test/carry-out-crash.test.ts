import * as z from 'zod/mini';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carryOut, type Services } from '../shared/carry-out.ts';
import type { Delivery } from '../shared/delivery.ts';
import { fullNameOf, type Repository, type Ruleset } from '../local/github/state.ts';
import { APPROVER, AUTHOR, OWNED, REVIEWER, type Pull, type Workplace } from './support/acting.ts';
import { givenEngine, LEASE_SECONDS } from './support/by-hand.ts';
import { outcomeOf } from './support/outcome.ts';
import { deathAfter, fused, fusedForge, Killed, sleepAt, type Fuse, type FusedForge } from './support/crash.ts';

// Asked for thousands of times: what is left out is held by other tests.
const engine = givenEngine({ validate: 'off', anchored: false });
/** One of them is killed or falls asleep, the other one takes over: neither knows what the other kept in memory. */
type Worker = { readonly forge: FusedForge; readonly services: Services };
const workers: Worker[] = [];
let place: Workplace | undefined;
/** One word suffices. */
let quick: Workplace | undefined;
/** Where the forge itself merges: by its auto-merge, or by a queue. */
let waiting: Workplace | undefined;
let queueing: Workplace | undefined;
/** With branches of releases. */
let released: Workplace | undefined;

const APPROVAL = 'queries: [{ labels: [approved] }]';

beforeAll(async () => {
  const { github, servicesAt, workplace } = engine();
  for (let made = 0; made < 2; made += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const forge = await fusedForge(github.url);
    workers.push({ forge, services: servicesAt({ github: forge.url }) });
  }
  const withSettings = (merge: string) =>
    workplace({ files: { ...OWNED, '.github/bowsprit.yaml': `merge: { ${merge} }\n` } });
  place = await workplace({ labels: ['kind/bug'] });
  quick = await withSettings(APPROVAL);
  waiting = await withSettings(`auto_merge: feed, ${APPROVAL}`);
  rulesOf(waiting, [CHECKED]);
  queueing = await withSettings(APPROVAL);
  rulesOf(queueing, [CHECKED, { type: 'merge_queue' }]);
  released = await workplace();
  for (const branch of ['release-1', 'release-2']) released.commit(branch, { 'NOTES.md': `# ${branch}\n` });
});
afterAll(() => {
  for (const { forge } of workers) forge.close();
});

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

type Scenario = {
  readonly at?: () => Workplace | undefined;
  /** Only the last steps are its own; those before are another scenario's. */
  readonly last?: number;
  /** Tried with workers that fall asleep, from these steps on: a dead one is one that is not woken. */
  readonly asleep?: { readonly before: number; readonly after: number };
  /** What the forge tells of it. */
  readonly deeds?: readonly string[];
  /** What is so before. */
  readonly before: (pull: Pull) => Promise<unknown>;
  /** What the killed worker has to carry out. */
  readonly act: (pull: Pull) => Promise<unknown>;
};

/** From the decision about merging on. */
const OF_THE_FORGE = 9;
/** From the first decision about them on. */
const OF_SETTINGS = 25;
/** From the decision to pick on. */
const OF_TWO_PICKS = 30;

const SCENARIOS: readonly (readonly [name: string, scenario: Scenario])[] = [
  [
    'a hold with its reason',
    {
      asleep: { before: 2, after: 1 },
      before: async () => undefined,
      act: (pull) => pull.comment(APPROVER, '/hold until the docs are in'),
    },
  ],
  ['a refused command', { before: async () => undefined, act: (pull) => pull.comment(AUTHOR, '/lgtm') }],
  [
    'the approval that leads to the merge',
    {
      // From the owners, and from the decision on.
      asleep: { before: 14, after: 8 },
      at: () => quick,
      before: async () => undefined,
      act: (pull) => pull.comment(APPROVER, '/approve'),
    },
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
      last: OF_SETTINGS,
      async before(pull) {
        pull.push({ '.github/bowsprit.yaml': 'merge: [' });
        await pull.change(AUTHOR, { state: 'closed' });
        // That it was pushed to and closed is another story.
        await engine().arrived();
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
      before: async () => undefined,
      act: (pull) => pull.comment(APPROVER, '/approve'),
    },
  ],
  [
    'the hold that takes that back',
    {
      at: () => waiting,
      last: OF_THE_FORGE,
      deeds: ['auto_merge_disabled'],
      before: (pull) => pull.comment(APPROVER, '/approve'),
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
        await engine().arrived();
      },
      act: (pull) => pull.comment(APPROVER, '/approve'),
    },
  ],
  [
    'a change that is picked onto two branches, and conflicts on one of them',
    {
      at: () => released,
      last: OF_TWO_PICKS,
      async before(pull) {
        released?.commit('release-2', { [`change-${opened}.txt`]: 'otherwise\n' });
        pull.push({ [`more-${opened}.txt`]: 'new\n' });
        await released?.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, { merge_method: 'squash' });
        await engine().arrived();
      },
      act: (pull) => pull.comment(REVIEWER, '/cherrypick release-1 release-2'),
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

/** Carries the delivery out by a worker whose every step passes the fuse. */
function attempt(delivery: Delivery, fuse: Fuse, by: 'first' | 'second' = 'first'): Promise<void> {
  const worker = workers[by === 'first' ? 0 : 1];
  if (worker === undefined) throw new Error('nothing has been set up');
  worker.forge.use(fuse);
  return carryOut(delivery, fused(worker.services, fuse));
}

async function outcome({ pull, delivery }: Given): Promise<Readonly<Record<string, unknown>>> {
  const comments = delivery.text === undefined ? [] : [delivery.text.id];
  const seen = await outcomeOf(engine(), pull, comments, (id) => id === delivery.id);
  return released !== undefined && pull.name.includes(`${released.fullName}#`) ? withPicks(seen, pull, released) : seen;
}

const picked = z.array(
  z.object({
    number: z.number(),
    title: z.string(),
    draft: z.boolean(),
    base: z.object({ ref: z.string() }),
    head: z.object({ ref: z.string() }),
    labels: z.array(z.object({ name: z.string() })),
    assignees: z.array(z.object({ login: z.string() })),
  }),
);

/** With what was made of it on other branches, and what was left behind, in words that are the same for every one. */
async function withPicks(seen: Readonly<Record<string, unknown>>, pull: Pull, at: Workplace): Promise<typeof seen> {
  const all = picked.parse(await at.ask(APPROVER, 'GET /pulls?state=all&sort=created&direction=desc&per_page=10'));
  const made = all
    .filter(({ head }) => head.ref.startsWith(`cherry-pick-${pull.number}-`))
    .toSorted((one, other) => one.number - other.number);
  const picks = await Promise.all(
    made.map(async ({ number, ...shown }) => {
      const chain = await engine().audit.after(pull.name.replace(/#\d+$/, `#${number}`), 0);
      return { ...shown, held: chain.flatMap(({ actions }) => actions.map(({ is, result }) => `${is} ${result}`)) };
    }),
  );
  const left = [...repositoryOf(at).refs.keys()].filter((ref) => ref.includes('picking-'));
  const { merge_commit_sha: sha } = await pull.pull();
  let text = JSON.stringify({ ...seen, picks, left }).replaceAll(sha ?? 'none', 'MERGED');
  for (const { number, base } of made) text = text.replaceAll(`#${number}`, `#${base.ref}`);
  return JSON.parse(text.replaceAll(new RegExp(`(?<=#|pick-|change-|more-)${pull.number}\\b`, 'g'), 'PULL'));
}

async function untroubledRun(scenario: Scenario) {
  // The first keeps for good what all others find: steps that are counted from the end do not have it.
  if (scenario.last !== undefined) await attempt((await given(scenario)).delivery, deathAfter(Infinity));
  const untroubled = await given(scenario);
  const whole = deathAfter(Infinity);
  await attempt(untroubled.delivery, whole);
  return { whole, expected: await outcome(untroubled) };
}

/** Many runs; each takes a fraction of a second. */
const TIME_LIMIT_MS = 180_000;

describe.each(SCENARIOS.filter(([, { asleep }]) => asleep === undefined))('%s', (_, scenario) => {
  test('ends the same wherever the worker was killed', { timeout: TIME_LIMIT_MS }, async () => {
    const { whole, expected } = await untroubledRun(scenario);
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
      await attempt(troubled.delivery, deathAfter(Infinity), 'second');
      // oxlint-disable-next-line no-await-in-loop
      expect({ where, ...(await outcome(troubled)) }).toEqual({ where, ...expected });
    }
    expect(killed).toContain('audit.append');
  });
});

/** Another worker finishes while the first one sleeps; where it slept, what was so then, and what it did when it woke. */
async function oversleep(
  troubled: Given,
  n: number,
  when: 'before' | 'after',
): Promise<{ where: string; asleep: unknown; error: unknown }> {
  const { delivery } = troubled;
  const sleep = sleepAt(n, when);
  const sleeper = attempt(delivery, sleep).catch((cause: unknown) => cause);
  const where = await Promise.race([sleep.asleep, sleeper.then(() => undefined)]);
  if (where === undefined) throw new Error(`it took fewer than ${n} steps`);
  engine().pass(LEASE_SECONDS + 1);
  await attempt(delivery, deathAfter(Infinity), 'second');
  const asleep = when === 'after' ? await outcome(troubled) : undefined;
  sleep.wake();
  return { where, asleep, error: await sleeper };
}

/** One that ends at once, and the longest. */
const SLEEPING = SCENARIOS.flatMap(([name, scenario]) =>
  scenario.asleep === undefined ? [] : [[name, scenario, scenario.asleep] as const],
);

describe.each(SLEEPING)('%s', (_, scenario, first) => {
  test('ends the same whenever a worker wakes after its lease', { timeout: TIME_LIMIT_MS }, async () => {
    const { expected } = await untroubledRun(scenario);

    for (let n = first.before, last = ''; last !== 'seen.finish'; n += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const troubled = await given(scenario);
      // oxlint-disable-next-line no-await-in-loop
      const { where, error } = await oversleep(troubled, n, 'before');
      last = where;
      // oxlint-disable-next-line no-await-in-loop
      expect({ where, ...(await outcome(troubled)) }).toEqual({ where, ...expected });
      expect(error).toBeInstanceOf(Error);
    }
  });

  test(
    'ends the same wherever the worker slept, and though it woke after that',
    { timeout: TIME_LIMIT_MS },
    async () => {
      const untroubled = await given(scenario);
      await attempt(untroubled.delivery, deathAfter(Infinity));
      const expected = await outcome(untroubled);

      for (let n = first.after, last = ''; last !== 'seen.finish'; n += 1) {
        // oxlint-disable-next-line no-await-in-loop
        const troubled = await given(scenario);
        // oxlint-disable-next-line no-await-in-loop
        const { where, asleep } = await oversleep(troubled, n, 'after');
        last = where;
        expect({ where, asleep }).toEqual({ where, asleep: expected });
        // oxlint-disable-next-line no-await-in-loop
        expect({ where, ...(await outcome(troubled)) }).toEqual({ where, ...expected });
      }
    },
  );
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

/** What is on its way when the worker falls asleep arrives when it wakes: nobody can keep it from that. */
describe.each<[when: 'before' | 'after']>([['before'], ['after']])('asleep %s the forge has it', (when) => {
  test.each<[what: string, line: string, on: string]>([
    ['the sign that it is looked at', '/hold until the docs are in', '/reactions'],
    ['the answer', '/help hold', '/comments'],
  ])('%s stands once, or not at all', async (_, line, on) => {
    const { pull, delivery } = await given({
      before: async () => undefined,
      act: (at) => at.comment(APPROVER, line),
    });
    // Late enough for the sign.
    engine().pass(6);
    const { promise: asleep, resolve: fallAsleep } = Promise.withResolvers<void>();
    const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
    let slept = false;
    const sleeping = (here: typeof when) => async (what: string) => {
      if (slept || here !== when || !what.startsWith('POST ') || !what.endsWith(on)) return;
      slept = true;
      fallAsleep();
      await woken;
    };
    const fuse: Fuse = { point: sleeping('before'), passed: sleeping('after'), blown: () => undefined };
    const sleeper = attempt(delivery, fuse).catch((cause: unknown) => cause);
    await asleep;
    engine().pass(LEASE_SECONDS + 1);
    await attempt(delivery, deathAfter(Infinity), 'second');
    wake();
    expect(await sleeper).toBeInstanceOf(Error);
    expect(await pull.reactions(delivery.text?.id ?? '')).toEqual(['+1']);
    const answers = (await pull.comments()).filter(({ body }) => body.includes(`reply comment/${delivery.text?.id}`));
    expect(answers).toHaveLength(1);
  });
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
