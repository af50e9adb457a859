import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Delivery } from '../shared/delivery.ts';
import { REPAIR, repairSweep } from '../shared/repairing.ts';
import { APPROVER, AUTHOR, DOCS_APPROVER, REVIEWER, STRANGER, type Pull } from './support/acting.ts';
import { givenEngine } from './support/by-hand.ts';

const engine = givenEngine();
const LGTM = 'lgtm';
const APPROVED = 'approved';
const HOLD = 'do-not-merge/hold';
/** A few here; as many as somebody has the time for with REPAIR_RUNS, and others with REPAIR_SEED. */
const { REPAIR_RUNS = '8', REPAIR_SEED = '42' } = process.env;
const PEOPLE = [APPROVER, REVIEWER, AUTHOR, STRANGER, DOCS_APPROVER];

/** What is on it and what counts for it, as far as anybody asks. */
async function shownOf(pull: Pull): Promise<object> {
  const { services } = engine();
  const state = await services.states.read(pull.name);
  const { merged, base } = await pull.pull();
  const counting = state.votes.filter(
    ({ headSha, baseRef = base.ref }) => headSha === pull.head() && baseRef === base.ref,
  );
  return {
    labels: await pull.labels(),
    held: state.holds.length > 0,
    votes: [...new Set(counting.map(({ vote }) => vote))].toSorted(),
    merged,
  };
}

async function repaired(): Promise<void> {
  const { services, workOff, pass } = engine();
  await workOff();
  await repairSweep(services);
  await workOff();
  pass(REPAIR.every * 60);
}

/** What happens to a pull request; undefined where it cannot. */
type Act = { readonly what: string; readonly happens: (pull: Pull) => Promise<unknown> };

const act = (what: string, happens: Act['happens']): Act => ({ what, happens });
const push = (file: string, text = 'pushed\n'): Act =>
  act(`a push to ${file}`, async (pull) => pull.push({ [file]: text }));

describe('an event that was lost is made up for', () => {
  test.each<[what: string, before: readonly Act[], lost: Act, then: object]>([
    ['a push', [act('', (pull) => pull.comment(REVIEWER, '/lgtm'))], push('src/turn.ts'), { votes: [], labels: [] }],
    ['an approving review', [], act('', (pull) => pull.review(APPROVER, 'APPROVE')), { votes: ['approve'] }],
    [
      'a review that asks for changes',
      [act('', (pull) => pull.review(APPROVER, 'APPROVE'))],
      act('', (pull) => pull.review(APPROVER, 'REQUEST_CHANGES', 'No.')),
      { votes: [] },
    ],
    ['a label put on by hand', [], act('', (pull) => pull.label(REVIEWER, LGTM)), { votes: ['lgtm'] }],
    ['one put on by somebody who may not', [], act('', (pull) => pull.label(AUTHOR, LGTM)), { votes: [], labels: [] }],
    ['a hold by its label', [], act('', (pull) => pull.label(AUTHOR, HOLD)), { held: true }],
    [
      'a hold lifted by its label',
      [act('', (pull) => pull.comment(AUTHOR, '/hold'))],
      act('', (pull) => pull.unlabel(APPROVER, HOLD)),
      { held: false },
    ],
    [
      'a title',
      [],
      act('', (pull) => pull.change(AUTHOR, { title: 'WIP: later' })),
      { labels: ['do-not-merge/work-in-progress'] },
    ],
  ])('%s', async (_, before, lost, then) => {
    const { workplace, workOff, arrived, records } = engine();
    const pull = await (await workplace()).open();
    await workOff();
    for (const { happens } of before) {
      // oxlint-disable-next-line no-await-in-loop
      await happens(pull);
      // oxlint-disable-next-line no-await-in-loop
      await workOff();
    }
    await lost.happens(pull);
    await arrived();
    const told = (await records(pull)).length;
    await repaired();
    const shown = await shownOf(pull);
    const labels = (await pull.labels()).filter((label) => !label.startsWith('size/'));
    expect({ ...shown, labels }).toMatchObject(then);
    const made = (await records(pull)).slice(told);
    expect(made.filter(({ delivery }) => !delivery.startsWith('repair:'))).toEqual([]);
    expect(made.length).toBeGreaterThan(0);
    // What is as it should be is left alone.
    await repaired();
    expect((await records(pull)).length).toBe(told + made.length);
  });
});

test('what the forge is to merge by itself is taken back by what comes after, though nobody was told', async () => {
  const { github, workplace, workOff, arrived } = engine();
  const place = await workplace();
  const repository = [...github.state.repositories.values()].find(({ name }) => place.fullName.endsWith(`/${name}`));
  if (repository === undefined) throw new Error('it was made');
  const createdAt = github.box.now().toISOString();
  const checks = { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'build' }] };
  repository.settings.allowAutoMerge = true;
  repository.rulesets.set(1, {
    id: 1,
    name: 'checks',
    target: 'branch',
    enforcement: 'active',
    bypassActors: [],
    conditions: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    createdAt,
    updatedAt: createdAt,
    rules: [{ type: 'required_status_checks', parameters: checks }],
  });
  const pull = await place.open();
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  const armed = (): boolean => Boolean(repository.issues.get(pull.number)?.pull?.autoMerge);
  const { node_id: id } = z
    .object({ node_id: z.string() })
    .parse(await place.ask(APPROVER, `GET /pulls/${pull.number}`));
  const query = `mutation { enablePullRequestAutoMerge(input: { pullRequestId: "${id}" }) { clientMutationId } }`;
  await fetch(`${github.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${github.tokens[APPROVER] ?? ''}`, 'user-agent': 'test' },
    body: JSON.stringify({ query }),
  });
  await arrived();
  await repaired();
  // All that is missing is what the forge itself waits for.
  expect(armed()).toBe(true);
  await pull.comment(AUTHOR, '/hold');
  await workOff();
  expect(armed()).toBe(false);
});

const REVIEWING = PEOPLE.filter((each) => each !== AUTHOR);

/** Where it does nothing on the forge, the forge tells of nothing. */
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc
    .tuple(fc.constantFrom('src/turn.ts', 'docs/guide.md'), fc.integer({ min: 0, max: 999 }))
    .map(([file, text]) => push(file, `export const turn = ${text};\n`)),
  fc
    .tuple(fc.constantFrom(...REVIEWING), fc.constantFrom('APPROVE' as const, 'REQUEST_CHANGES' as const))
    .map(([by, verdict]) => act(`${verdict} by ${by}`, (pull) => pull.review(by, verdict, 'Read.'))),
  fc.tuple(fc.constantFrom(...PEOPLE), fc.constantFrom(LGTM, APPROVED, HOLD), fc.boolean()).map(([by, label, on]) =>
    act(`${label} ${on ? 'on' : 'off'} by ${by}`, async (pull) => {
      if (on) await pull.label(by, label);
      else if ((await pull.labels()).includes(label)) await pull.unlabel(by, label);
    }),
  ),
  fc.constantFrom('WIP: turn', 'Turn').map((title) => act(`title ${title}`, (pull) => pull.change(AUTHOR, { title }))),
);
/** What is said meanwhile is about another change, so these are told as they happen, or not at all. */
const retargets = fc
  .constantFrom('main', 'release')
  .map((base) => act(`retargeted to ${base}`, (pull) => pull.retarget(AUTHOR, base)));
const commands: fc.Arbitrary<Act> = fc
  .tuple(fc.constantFrom(...PEOPLE), fc.constantFrom('/lgtm', '/approve', '/hold', '/hold cancel', '/lgtm cancel'))
  .map(([by, line]) => act(`${line} by ${by}`, (pull) => pull.comment(by, line)));

describe('with whatever was lost', () => {
  test('a pull request is in the end what it is with all of it told', { timeout: 600_000 }, async () => {
    const told = fc.array(fc.oneof(acts, commands), { maxLength: 3 });
    const some = { minLength: 1, maxLength: 4 };
    const burst = fc.record({
      all: fc.array(fc.record({ each: acts, lost: fc.boolean() }), some),
      atOnce: fc.constant(true),
    });
    const oneByOne = fc.record({
      all: fc.array(fc.record({ each: fc.oneof(acts, retargets), lost: fc.boolean() }), some),
      atOnce: fc.constant(false),
    });
    await fc.assert(fc.asyncProperty(told, fc.oneof(burst, oneByOne), endsAlike), {
      numRuns: Number(REPAIR_RUNS),
      seed: Number(REPAIR_SEED),
    });
  });
});

type Happening = {
  readonly all: readonly { readonly each: Act; readonly lost: boolean }[];
  /** So that what is carried out finds what came after. */
  readonly atOnce: boolean;
};

/** What comes before is carried out as it comes; then of one pull request not all is told that happens. */
async function endsAlike(before: readonly Act[], { all, atOnce }: Happening): Promise<void> {
  const { workplace, workOff, arrived, finish } = engine();
  const shown: object[] = [];
  for (const losing of [false, true]) {
    // oxlint-disable-next-line no-await-in-loop
    const place = await workplace({
      collaborators: {
        [APPROVER]: 'maintain',
        [REVIEWER]: 'write',
        [AUTHOR]: 'write',
        [STRANGER]: 'triage',
        [DOCS_APPROVER]: 'triage',
      },
    });
    place.commit('release', { 'NEWS.md': 'none\n' });
    // oxlint-disable-next-line no-await-in-loop
    const pull = await place.open();
    // oxlint-disable-next-line no-await-in-loop
    await workOff();
    for (const { happens } of before) {
      // oxlint-disable-next-line no-await-in-loop
      await happens(pull);
      // oxlint-disable-next-line no-await-in-loop
      await workOff();
    }
    const kept: Delivery[] = [];
    for (const { each, lost } of all) {
      // oxlint-disable-next-line no-await-in-loop
      if (!(await pull.merged())) await each.happens(pull);
      // oxlint-disable-next-line no-await-in-loop
      const deliveries = await arrived();
      if (!(losing && lost)) kept.push(...deliveries);
      if (atOnce) continue;
      for (const delivery of kept.splice(0)) {
        // oxlint-disable-next-line no-await-in-loop
        await finish(delivery);
      }
      // oxlint-disable-next-line no-await-in-loop
      await workOff();
    }
    for (const delivery of kept) {
      // oxlint-disable-next-line no-await-in-loop
      await finish(delivery);
    }
    // oxlint-disable-next-line no-await-in-loop
    await repaired();
    // oxlint-disable-next-line no-await-in-loop
    shown.push(await shownOf(pull));
  }
  const [whole, mended] = shown;
  expect(mended).toEqual(whole);
}
