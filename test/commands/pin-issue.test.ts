import { expect, test } from 'vitest';
import { pinIssueCommand } from '../../shared/commands/pin-issue.ts';
import { permits, pinIssue, unpinIssue } from '../../shared/language/index.ts';
import { misplaced } from '../../shared/verdict.ts';
import { actionsFor, given, ownerStanding, stranger, subjectOf } from '../support/given.ts';

const onIssue = given({ subject: subjectOf({ kind: 'issue' }) });

test.each([
  ['/pin-issue', [pinIssue()]],
  ['/PIN-ISSUE \r', [pinIssue()]],
  ['/unpin-issue', [unpinIssue()]],
  ['/remove-pin-issue', [unpinIssue()]],
  ['/unpin-issue\n/pin-issue', [pinIssue()]],
])('%j', (comment, actions) => {
  expect(actionsFor(comment, onIssue)).toEqual(actions);
});

test('it is for issues, and for who owns the root', () => {
  expect(misplaced(pinIssueCommand, 'issue')).toBeUndefined();
  expect(misplaced(pinIssueCommand, 'pull')?.reason).toBe('`/pin-issue` is for issues; this is a pull request.');
  expect(permits(pinIssueCommand.allow, stranger)).toBe(false);
  expect(permits(pinIssueCommand.allow, ownerStanding)).toBe(true);
});
