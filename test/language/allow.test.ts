import { expect, test } from 'vitest';
import {
  allOf,
  anyOf,
  anyone,
  approver,
  author,
  inWords,
  member,
  not,
  reviewer,
  role,
  rootApprover,
  team,
  type Requirement,
} from '../../shared/language/index.ts';

test.each<[need: Requirement, words: string]>([
  [anyone, 'anyone'],
  [anyOf(role('admin'), rootApprover), 'people who may administer or approvers of the root OWNERS'],
  [team('acme/release'), 'members of the team acme/release'],
  [anyOf(author, role('admin')), 'the author or people who may administer'],
  [allOf(member, not(author)), 'members of the organization, but not the author'],
  [not(author), 'anyone, but not the author'],
  [allOf(not(author), not(team('bots'))), 'anyone, but not the author, but not members of the team bots'],
  [anyOf(team('a'), not(author)), 'members of the team a or anyone, but not the author'],
  // A list with commas would be read as a list of which one suffices.
  [allOf(approver, role('admin')), 'both approvers of a changed file and people who may administer'],
  [
    allOf(member, role('write'), team('a'), not(author)),
    'all at once: members of the organization and people who may write and members of the team a, but not the author',
  ],
  [
    allOf(anyOf(author, member), role('write')),
    'both (the author or members of the organization) and people who may write',
  ],
  [allOf(anyOf(reviewer), not(author)), 'reviewers (people who can write, or named in OWNERS), but not the author'],
])('%j: %s', (need, words) => {
  expect(inWords(need)).toBe(words);
});
