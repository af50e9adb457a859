/** What one comment starts, and what it lets start after it: until the pull request goes elsewhere. */
import { expect, test } from 'vitest';
import type { Person } from '../../shared/delivery.ts';
import { worldOf } from '../support/in-memory.ts';
import { engineInMemory } from '../support/jobs.ts';

const STRANGER: Person = { login: 'joan-example', id: '7', bot: false };
const MAINTAINER: Person = { login: 'grace-example', id: '8', bot: false };
const SETTINGS = `
rules: { only: [test, retest, ok-to-test, trigger, head, job-results] }
pipelines: { engine: https, jobs: [{ name: unit, always_run: true }, { name: lint, always_run: true }] }
`;

test.each([
  [['/ok-to-test', '/test all']],
  [['/ok-to-test', '/test unit lint', '/retest']],
  [['/test all', '/ok-to-test']],
])('%j', async (lines) => {
  const cancelled: string[] = [];
  const memory = engineInMemory();
  const engine = {
    ...memory,
    cancel: async ({ job }: { readonly job: string }) => {
      cancelled.push(job);
      return 'cancelled' as const;
    },
  };
  const mayWrite = ({ id }: Person): boolean => id === MAINTAINER.id;
  const world = worldOf({ author: STRANGER, settings: SETTINGS, mayWrite, engine, meanwhile: () => undefined });
  const delivered = async (): Promise<void> => {
    const next = world.waiting.shift();
    if (next === undefined) return;
    await world.deliver(next);
    await delivered();
  };
  await delivered();
  world.comment(MAINTAINER, lines.join('\n'));
  await delivered();
  expect({ started: memory.started.map(({ job }) => job).toSorted(), cancelled }).toEqual({
    started: ['lint', 'unit'],
    cancelled: [],
  });
});

test('whoever vouches lets its author start jobs, for the branch that it goes into', async () => {
  const engine = engineInMemory();
  const mayWrite = ({ id }: Person): boolean => id === MAINTAINER.id;
  const world = worldOf({ author: STRANGER, settings: SETTINGS, mayWrite, engine, meanwhile: () => undefined });
  const bases = async (): Promise<readonly string[]> => {
    for (let next = world.waiting.shift(); next !== undefined; next = world.waiting.shift()) {
      // oxlint-disable-next-line no-await-in-loop
      await world.deliver(next);
    }
    return engine.started.map(({ job, baseRef }) => `${job} ${baseRef}`);
  };
  await bases();
  world.comment(MAINTAINER, '/ok-to-test');
  const first = ['unit main', 'lint main'];
  expect(await bases()).toEqual(first);
  world.comment(STRANGER, '/test unit');
  expect(await bases()).toEqual([...first, 'unit main']);

  // Other jobs, with other means, may be those of the other branch.
  world.retarget(STRANGER, 'release-1');
  world.comment(STRANGER, '/test unit');
  expect(await bases()).toEqual([...first, 'unit main']);
  expect([...world.labels]).toEqual(['needs-ok-to-test']);
  world.comment(MAINTAINER, '/ok-to-test');
  expect(await bases()).toEqual([...first, 'unit main', 'unit release-1', 'lint release-1']);
});

test.each<[what: string, datesBases: boolean, starts: number]>([
  ['starts nothing', true, 0],
  // Its event tells, and stops what was started.
  ['goes on nowhere where the forge does not say since when it does', false, 2],
])('what was said before it went elsewhere, and is heard after, %s', async (_, datesBases, starts) => {
  const cancelled: string[] = [];
  const engine = {
    ...engineInMemory(),
    cancel: async ({ job }: { readonly job: string }) => {
      cancelled.push(job);
      return 'cancelled' as const;
    },
  };
  const mayWrite = ({ id }: Person): boolean => id === MAINTAINER.id;
  const world = worldOf({
    author: STRANGER,
    settings: SETTINGS,
    mayWrite,
    engine,
    datesBases,
    meanwhile: () => undefined,
  });
  world.comment(MAINTAINER, 'Looks harmless.\n/ok-to-test');
  world.retarget(STRANGER, 'release-1');
  world.comment(STRANGER, '/test unit');
  for (const delivery of world.waiting.splice(0)) {
    // oxlint-disable-next-line no-await-in-loop
    await world.deliver(delivery);
  }
  expect(cancelled.toSorted()).toEqual(engine.started.map(({ job }) => job).toSorted());
  expect(engine.started).toHaveLength(starts);
  expect([...world.labels]).toEqual(['needs-ok-to-test']);
});
