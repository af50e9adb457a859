import { expect, test } from 'vitest';
import { saidOf } from '../../shared/facts/required.ts';
import type { RequiredWord, Vote } from '../../shared/language/index.ts';
import { ada, voteOf } from '../support/given.ts';

const needs = (who: string, id?: string): RequiredWord => ({ who, id, askedBy: 'ada', at: '2026-03-01T12:00:00Z' });

const isInTeam = async ({ by }: Vote, team: string): Promise<boolean> =>
  ['linus', 'ada'].includes(by) && team === 'acme/docs';

test.each<[what: string, needed: RequiredWord, votes: readonly Vote[], said: boolean]>([
  ['nobody', needs('grace'), [], false],
  ['by name', needs('grace'), [voteOf('grace')], true],
  ['by account', needs('grace', '2'), [voteOf('grace-renamed', { id: '2' })], true],
  ['another account of that name', needs('grace', '2'), [voteOf('grace', { id: '77' })], false],
  ['an approval', needs('grace'), [voteOf('grace', { vote: 'approve' })], true],
  ['an approval of some paths alone', needs('grace'), [voteOf('grace', { vote: 'approve', paths: ['docs/'] })], false],
  ['one taken back in part', needs('grace'), [voteOf('grace', { vote: 'approve', except: ['docs/'] })], false],
  ['one of what changed since', needs('grace'), [voteOf('grace', { vote: 'approve', stale: ['docs/a.md'] })], false],
  ['the author, who is of the team', needs('acme/docs'), [voteOf('ada', { vote: 'approve', id: '1' })], false],
  ['somebody else', needs('grace'), [voteOf('linus')], false],
  ['somebody of the team', needs('acme/docs'), [voteOf('alan'), voteOf('linus')], true],
  ['nobody of the team', needs('acme/docs'), [voteOf('alan')], false],
])('%s', async (_, needed, votes, said) => {
  const found = await saidOf([needed], votes, { author: ada, isInTeam });
  expect(found).toEqual([{ ...needed, said }]);
});
