/**
 * A worker that dies after any request by which a batch is made, merged or given up changes the forge, wherever in that: once
 * another took over, each pull request is merged once or not at all, what is said is so, and no branch stays behind.
 */
import * as z from 'zod/mini';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { carryOut, type Services } from '../shared/carry-out.ts';
import { fullNameOf, type Repository } from '../local/github/state.ts';
import { APPROVER, OWNED, type Pull, type Workplace } from './support/acting.ts';
import { givenEngine, LEASE_SECONDS } from './support/by-hand.ts';
import { changesForge, deathAfter, fused, fusedForge, type Fuse, type FusedForge } from './support/crash.ts';

const engine = givenEngine({ validate: 'off', anchored: false });
let forge: FusedForge | undefined;
let place: Workplace | undefined;
let services: Services | undefined;

const SETTINGS = `
rules: { only: [merge, batch] }
merge: { up_to_date: true, batch: 2, required_checks: [{ name: build }], queries: [{ labels: [ready] }] }
`;

beforeAll(async () => {
  forge = await fusedForge(engine().github.url);
  services = engine().servicesAt({ github: forge.url });
  place = await engine().workplace({ files: { ...OWNED, '.github/bowsprit.yaml': SETTINGS }, labels: ['ready'] });
});
afterAll(() => forge?.close());

function here(): { readonly at: Workplace; readonly repository: Repository } {
  const { state } = engine().github;
  const repository = [...state.repositories.values()].find((each) => fullNameOf(state, each) === place?.fullName);
  if (place === undefined || repository === undefined) throw new Error('it was made');
  return { at: place, repository };
}

/** Carries out what arrives, and what comes of that; where the worker dies, another one goes on. */
async function drive(fuse: Fuse): Promise<void> {
  const { arrived, pass, finish } = engine();
  if (forge === undefined || services === undefined) throw new Error('nothing has been set up');
  forge.use(fuse);
  const worker = fused(services, fuse);
  for (let all = await arrived(); all.length > 0; all = await arrived()) {
    for (const delivery of all) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        await (fuse.blown() === undefined ? carryOut(delivery, worker) : finish(delivery));
      } catch {
        pass(LEASE_SECONDS + 1);
        // oxlint-disable-next-line no-await-in-loop
        await finish(delivery);
      }
    }
  }
}

const branchOf = ({ number }: Pull): string => `refs/heads/bowsprit/batch/main/${number}`;
const commits = z.array(z.object({ commit: z.object({ message: z.string() }) }));

/** Two that are ready and behind; what their tests say; and what is so in the end. */
async function story(second: 'success' | 'failure', fuse: Fuse): Promise<Readonly<Record<string, unknown>>> {
  const { at, repository } = here();
  const { arrived, records } = engine();
  const round = repository.issues.size;
  const pulls: Pull[] = [];
  for (const name of ['a', 'b']) {
    // oxlint-disable-next-line no-await-in-loop
    const pull = await at.open({ title: `${round} ${name}`, files: { [`src/${round}-${name}.ts`]: `${name}\n` } });
    // oxlint-disable-next-line no-await-in-loop
    await at.status(pull.head(), 'build', 'success');
    pulls.push(pull);
  }
  at.commit('main', { 'NOTES.md': `${round}\n` }, APPROVER);
  // What comes of that is another story.
  await arrived();
  for (const pull of pulls) {
    // oxlint-disable-next-line no-await-in-loop
    await pull.label(APPROVER, 'ready');
    // oxlint-disable-next-line no-await-in-loop
    await drive(fuse);
  }
  const made = pulls.map((pull) => repository.refs.get(branchOf(pull)) ?? '');
  for (const [index, state] of ([second, 'success'] as const).entries()) {
    // oxlint-disable-next-line no-await-in-loop
    await at.status(made[1 - index] ?? '', 'build', state);
    // oxlint-disable-next-line no-await-in-loop
    await drive(fuse);
  }
  const log = commits.parse(await at.ask(APPROVER, 'GET /commits?per_page=10'));
  const seen = await Promise.all(
    pulls.map(async (pull) => ({
      merged: await pull.merged(),
      landed: log.filter(({ commit }) => commit.message.includes(`#${pull.number} `)).length,
      words: await pull.words(),
      acts: (await records(pull)).flatMap(({ actions }) =>
        actions.flatMap(({ is, result }) =>
          /batch$|^merge$/.test(is) && result !== 'unchanged' ? [`${is} ${result}`] : [],
        ),
      ),
    })),
  );
  for (const pull of pulls) {
    // oxlint-disable-next-line no-await-in-loop
    if (!(await pull.merged())) await pull.change(APPROVER, { state: 'closed' });
  }
  await arrived();
  const left = [...repository.refs.keys()].filter((ref) => ref.startsWith('refs/heads/bowsprit/'));
  return JSON.parse(
    JSON.stringify({ seen, left }).replaceAll(new RegExp(`#${pulls[0]?.number ?? 0}\\b`, 'g'), '#first'),
  );
}

/** Many stories; each takes a fraction of a second. */
const TIME_LIMIT_MS = 180_000;

/** What follows of the last tests; what comes before is the same in both. */
const OF_THE_LAST = 4;

test.each<[second: 'success' | 'failure', last: number]>([
  ['failure', Infinity],
  ['success', OF_THE_LAST],
])(
  'the second is tested with %s: all ends the same wherever the worker died',
  { timeout: TIME_LIMIT_MS },
  async (second, last) => {
    const whole = deathAfter(Infinity, changesForge);
    const expected = await story(second, whole);
    expect(expected).toMatchObject({
      left: [],
      seen: [
        { merged: true, landed: 1, acts: ['join-batch done', 'merge done'] },
        second === 'success'
          ? { merged: true, landed: 1, acts: ['join-batch done', 'merge done'] }
          : { merged: false, landed: 0, acts: ['join-batch done', 'leave-batch done'] },
      ],
    });
    const first = Math.max(1, whole.changes() - last);
    let dead = 0;
    for (let n = first, blown: string | undefined = 'begun'; blown !== undefined; n += 1) {
      const death = deathAfter(n, changesForge);
      // One after the other: they share a branch.
      // oxlint-disable-next-line no-await-in-loop
      const seen = await story(second, death);
      blown = death.blown();
      const where = `after ${n} of ${whole.changes()}, before ${blown ?? 'nothing'}`;
      expect({ where, ...seen }).toEqual({ where, ...expected });
      if (blown !== undefined) dead += 1;
    }
    // What is asked of the forge twice, or once more than needed, is not always as often.
    expect(dead).toBeGreaterThanOrEqual(Math.min(last, whole.changes()) - 2);
  },
);
