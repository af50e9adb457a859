import { expect, test } from 'vitest';
import { activityOf } from '../../shared/facts/activity.ts';
import type { Happening } from '../../shared/providers/provider.ts';

const ada = { login: 'ada', id: '1', bot: false };
const grace = { login: 'grace', id: '2', bot: false };
const robot = { login: 'robot[bot]', id: '9', bot: true };

const on = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T12:00:00.000Z`;
const spoke = (by: Happening['by'], day: number, insider = by === grace): Happening => ({
  is: 'spoke',
  by,
  at: on(day),
  insider,
});
const acted = (by: Happening['by'], day: number): Happening => ({ is: 'acted', by, at: on(day), insider: false });
const labeled = (day: number, label: string, is: 'labeled' | 'unlabeled' = 'labeled'): Happening => ({
  is,
  by: robot,
  at: on(day),
  insider: false,
  label,
});

test.each<
  [
    what: string,
    happened: readonly Happening[],
    pushed: number | undefined,
    owed: number | undefined,
    human: number | undefined,
  ]
>([
  ['nothing', [], undefined, undefined, undefined],
  ['nobody of the project has looked', [spoke(grace, 2, false)], undefined, undefined, 2],
  ['somebody asked', [spoke(grace, 2)], undefined, 2, 2],
  ['and again: since the first time', [spoke(grace, 5), spoke(grace, 2)], undefined, 2, 5],
  ['the author answered', [spoke(grace, 2), spoke(ada, 3)], undefined, undefined, 3],
  ['the author answered, and was asked again', [spoke(grace, 2), spoke(ada, 3), spoke(grace, 4)], undefined, 4, 4],
  ['the author did something', [spoke(grace, 2), acted(ada, 3)], undefined, undefined, 3],
  ['the author pushed', [spoke(grace, 2)], 3, undefined, 3],
  ['the author had pushed before', [spoke(grace, 4)], 3, 4, 4],
  ['a bot asks for nothing', [spoke(robot, 2, true)], undefined, undefined, undefined],
  ['what others do is no question', [acted(grace, 2)], undefined, undefined, 2],
])('%s', (_, happened, pushed, owed, human) => {
  const found = activityOf({ happened, complete: true }, ada, pushed === undefined ? undefined : on(pushed));
  expect([found.owedSince, found.lastHuman]).toEqual(
    [owed, human].map((day) => (day === undefined ? undefined : on(day))),
  );
});

test('labels that are on since when, however often they were taken off', () => {
  const happened = [
    labeled(6, 'Lifecycle/Stale'),
    labeled(2, 'lifecycle/stale'),
    labeled(4, 'lifecycle/stale', 'unlabeled'),
    labeled(3, 'x'),
    labeled(5, 'x', 'unlabeled'),
  ];
  const { labeledAt, complete } = activityOf({ happened, complete: false }, ada, undefined);
  expect([...labeledAt]).toEqual([['lifecycle/stale', on(6)]]);
  expect(complete).toBe(false);
});
