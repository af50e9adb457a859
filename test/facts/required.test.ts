import { expect, test } from 'vitest';
import { saidOf } from '../../shared/facts/required.ts';
import type { RequiredWord, Vote } from '../../shared/language/index.ts';
import { voteOf } from '../support/given.ts';

const needs = (who: string, id?: string): RequiredWord => ({ who, id, askedBy: 'ada', at: '2026-03-01T12:00:00Z' });

test.each<[what: string, needed: RequiredWord, votes: readonly Vote[], said: boolean]>([
  ['nobody', needs('grace'), [], false],
  ['by name', needs('grace'), [voteOf('grace')], true],
  ['by account', needs('grace', '2'), [voteOf('grace-renamed', { id: '2' })], true],
  ['another account of that name', needs('grace', '2'), [voteOf('grace', { id: '77' })], false],
  ['an approval', needs('grace'), [voteOf('grace', { vote: 'approve' })], true],
  ['somebody else', needs('grace'), [voteOf('linus')], false],
  ['somebody of the team', needs('acme/docs'), [voteOf('alan'), voteOf('linus')], true],
  ['nobody of the team', needs('acme/docs'), [voteOf('alan')], false],
])('%s', async (_, needed, votes, said) => {
  const found = await saidOf([needed], votes, async ({ by }, team) => by === 'linus' && team === 'acme/docs');
  expect(found).toEqual([{ ...needed, said }]);
});
