import { expect, test } from 'vitest';
import {
  allOf,
  anyOf,
  anyone,
  approver,
  author,
  EVERYBODY_ELSE,
  member,
  not,
  reviewer,
  role,
  shiftBetween,
  type Requirement,
} from '../../shared/language/index.ts';

const team: Requirement = { is: 'team', team: 'acme/release' };
const REVIEWERS = 'reviewers (people who can write, or named in OWNERS)';
const APPROVERS = 'approvers of a changed file';
const TEAM = 'members of the team acme/release';

test.each<[what: string, was: Requirement, would: Requirement, gains: readonly string[], loses: readonly string[]]>([
  ['the same', reviewer, reviewer, [], []],
  ['one more', reviewer, anyOf(reviewer, team), [TEAM], []],
  ['one fewer', anyOf(reviewer, team), team, [], [REVIEWERS]],
  ['others', anyOf(author, approver), anyOf(team, approver), [TEAM], ['the author']],
  ['nested', anyOf(author, anyOf(approver, team)), anyOf(team, author, approver), [], []],
  ['everybody', reviewer, anyone, [EVERYBODY_ELSE], []],
  ['not everybody any more', anyone, approver, [], [EVERYBODY_ELSE]],
  ['a lower role', role('admin'), role('write'), ['people who may write'], []],
  ['a higher one', role('write'), role('admin'), [], ['people who may write']],
  [
    'with the same people left out',
    allOf(anyOf(reviewer, approver), not(author)),
    allOf(approver, not(author)),
    [],
    [REVIEWERS],
  ],
])('%s', (_, was, would, gains, loses) => {
  expect(shiftBetween(was, would)).toEqual({ gains, loses });
});

test.each<[what: string, was: Requirement, would: Requirement]>([
  ['others left out', allOf(reviewer, not(author)), reviewer],
  ['two things asked of the same people', allOf(reviewer, member), reviewer],
  ['nobody but some', not(author), reviewer],
])('cannot be told: %s', (_, was, would) => {
  expect(shiftBetween(was, would)).toBeUndefined();
  expect(shiftBetween(would, was)).toBeUndefined();
});

test('what would be lost is what would be gained the other way round', () => {
  const all = [anyone, reviewer, anyOf(author, approver), anyOf(team, role('write')), role('admin')];
  for (const one of all) {
    for (const other of all) {
      const [there, back] = [shiftBetween(one, other), shiftBetween(other, one)];
      expect([there?.gains, there?.loses]).toEqual([back?.loses, back?.gains]);
    }
  }
  expect(APPROVERS).toBe(shiftBetween(author, approver)?.gains[0]);
});
