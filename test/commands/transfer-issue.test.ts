import { expect, test } from 'vitest';
import { transferIssueCommand } from '../../shared/commands/transfer-issue.ts';
import { permits, transferIssue } from '../../shared/language/index.ts';
import { actionsFor, given, stranger, subjectOf, verdictsFor } from '../support/given.ts';

const onIssue = given({ subject: subjectOf({ kind: 'issue' }) });

test.each([
  ['/transfer gadgets', 'gadgets'],
  ['/transfer-issue test-infra \r', 'test-infra'],
  ['Move it, please.\n/transfer-issue test-infra\nThanks', 'test-infra'],
  ['/transfer Acme/gadgets', 'gadgets'],
  ['/transfer .github', '.github'],
])('%j', (comment, repository) => {
  expect(actionsFor(comment, onIssue)).toEqual([transferIssue(repository)]);
});

test.each([
  ['/transfer other/gadgets', 'Issues are moved inside `acme` only.'],
  ['/transfer widgets', 'It is in that repository already.'],
  ['/transfer ..', '`..` is not the name of a repository.'],
  ['/transfer', 'needs more'],
  ['/transfer a b', 'at most 1 word'],
])('%j is refused', (comment, why) => {
  expect(verdictsFor(comment, onIssue)).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining(why) }]);
});

test('two of them in one comment do nothing', () => {
  const twice = { ...onIssue, commands: ['transfer-issue', 'transfer-issue'] };
  for (const { outcome, reason } of verdictsFor('/transfer-issue a\n/transfer b', twice)) {
    expect([outcome, reason]).toEqual(['refused', expect.stringContaining('only be moved to one repository')]);
  }
});

test('it is for members of the organization', () => {
  expect(permits(transferIssueCommand.allow, stranger)).toBe(false);
  expect(permits(transferIssueCommand.allow, { ...stranger, member: true })).toBe(true);
});
