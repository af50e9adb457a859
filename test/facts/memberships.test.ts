import { expect, test } from 'vitest';
import { Refusal, Retryable } from '../../shared/errors.ts';
import { membershipsIn } from '../../shared/facts/memberships.ts';

const inTeam =
  (asked: string[]) =>
  async (team: string): Promise<boolean> => {
    asked.push(team);
    if (team === 'hidden') throw new Refusal('Nobody sees it.');
    if (team === 'down') throw new Retryable('the forge is away');
    return team === 'mine';
  };

test.each<[teams: readonly string[], answer: boolean | string, asked: readonly string[]]>([
  [['others', 'mine', 'more'], true, ['others', 'mine']],
  [['others'], false, ['others']],
  [[], false, []],
  [['hidden', 'others'], 'Nobody sees it.', ['hidden', 'others']],
  [['hidden', 'mine'], true, ['hidden', 'mine']],
])('of %j: %j', async (teams, answer, expected) => {
  const asked: string[] = [];
  expect(await membershipsIn(new Map([['x', teams]]), inTeam(asked))).toEqual(new Map([['x', answer]]));
  expect(asked).toEqual(expected);
});

test('what the weather keeps from being found out is asked again', async () => {
  await expect(membershipsIn(new Map([['x', ['down', 'mine']]]), inTeam([]))).rejects.toThrow(Retryable);
});
