import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  needsOne,
  quorumOf,
  stillNeeded,
  teamsOfGroups,
  type Lgtm,
  type LgtmSettings,
} from '../../shared/language/index.ts';
import { ada, voteOf } from '../support/given.ts';

type Wanted = Pick<LgtmSettings, 'required' | 'groups'>;
const wanted = (required: number, ...groups: LgtmSettings['groups']): Wanted => ({ required, groups });
const where = { baseRef: 'main', author: ada };
const by = (login: string, id = '', ...teams: readonly string[]): Lgtm => ({ ...voteOf(login, { id }), teams });
const TEAM = 'acme/security';

test.each<[what: string, settings: Wanted, lgtms: readonly Lgtm[], needed: string]>([
  ['nobody said it', wanted(1), [], '1 more lgtm'],
  ['one of one', wanted(1), [by('grace')], ''],
  ['one of three', wanted(3), [by('grace')], '2 more lgtms'],
  ['two of two', wanted(2), [by('grace'), by('linus')], ''],
  ['the same account twice', wanted(2), [by('grace', '2'), by('grace-2', '2')], '1 more lgtm'],
  ['the author', wanted(1), [by('ada', '1')], '1 more lgtm'],
  ['the author under another name', wanted(1), [by('ada-2', '1')], '1 more lgtm'],
  ['somebody who is asked for', wanted(1, { allOf: ['Grace'] }), [by('grace')], ''],
  ['somebody else', wanted(1, { allOf: ['grace'] }), [by('linus')], '1 more lgtm of `grace`'],
  ['each of several', wanted(1, { allOf: ['grace', 'linus'] }), [by('linus')], '1 more lgtm of `grace`'],
  ['a team, nobody of it', wanted(1, { allOf: [TEAM] }), [by('linus')], '1 more lgtm of a member of `acme/security`'],
  ['a team, one of it', wanted(1, { allOf: ['Acme/Security'] }), [by('linus', '', TEAM)], ''],
  [
    'a team of which two',
    wanted(1, { allOf: [TEAM, 'grace'], count: 2 }),
    [by('linus', '', TEAM), by('grace')],
    '1 more lgtm of a member of `acme/security`',
  ],
  ['any of several', wanted(1, { anyOf: ['grace', TEAM] }), [by('linus', '', TEAM)], ''],
  [
    'two of several',
    wanted(1, { anyOf: ['grace', TEAM], count: 2 }),
    [by('grace')],
    '1 more lgtm of `grace` or a member of `acme/security`',
  ],
  ['on another branch', wanted(1, { allOf: ['grace'], branches: ['release-*'] }), [by('linus')], ''],
  ['on this branch', wanted(1, { allOf: ['grace'], branches: ['ma*'] }), [by('linus')], '1 more lgtm of `grace`'],
  ['but for this branch', wanted(1, { allOf: ['grace'], exceptBranches: ['main'] }), [by('linus')], ''],
  ['several things at once', wanted(2, { allOf: ['grace'] }), [], '2 more lgtms and 1 more lgtm of `grace`'],
])('%s', (_, settings, lgtms, needed) => {
  const quorum = quorumOf(lgtms, settings, where);
  expect(stillNeeded(quorum)).toBe(needed);
  expect(quorum.met).toBe(needed === '');
});

test('one is enough where nothing is set, and teams are known once', () => {
  expect(needsOne(wanted(1))).toBe(true);
  expect(needsOne(wanted(2))).toBe(false);
  expect(needsOne(wanted(1, { allOf: ['grace'] }))).toBe(false);
  expect(teamsOfGroups(wanted(1, { allOf: ['grace', TEAM] }, { anyOf: ['Acme/Security', 'acme/docs'] }))).toEqual([
    TEAM,
    'acme/docs',
  ]);
});

test('one lgtm more never takes the quorum away, and the author never makes it', () => {
  const name = fc.constantFrom('grace', 'linus', 'alan', TEAM, 'acme/docs');
  const names = fc.uniqueArray(name, { maxLength: 3 });
  const group = fc.record({ allOf: names, anyOf: names, count: fc.integer({ min: 1, max: 3 }) });
  const settings = fc.record({ required: fc.integer({ min: 1, max: 4 }), groups: fc.array(group, { maxLength: 3 }) });
  const lgtm = fc
    .record({
      login: fc.constantFrom('grace', 'linus', 'alan', 'joan', 'ada'),
      teams: fc.subarray([TEAM, 'acme/docs']),
    })
    .map(({ login, teams }) => by(login, login === 'ada' ? '1' : `id of ${login}`, ...teams));
  fc.assert(
    fc.property(settings, fc.array(lgtm), lgtm, (of, lgtms, more) => {
      const before = quorumOf(lgtms, of, where).met;
      const after = quorumOf([...lgtms, ...(lgtms.some((each) => each.id === more.id) ? [] : [more])], of, where).met;
      expect(!before || after).toBe(true);
      expect(
        quorumOf(
          lgtms.filter((each) => each.id !== '1'),
          of,
          where,
        ).met,
      ).toBe(before);
    }),
    { numRuns: 2_000 },
  );
});
