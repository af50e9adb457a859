import { expect, test } from 'vitest';
import { describe as says, type Action } from '../../shared/language/index.ts';
import { actionsFor, given } from '../support/given.ts';

const description = { text: 'A change.\nFixes #1 #2 foo/bar#x', digest: 'd' };

test.each<[comment: string, actions: readonly Action[]]>([
  ['/unlink-issue 1', [says('A change.\nFixes #2, fixes foo/bar#x', description)]],
  ['/remove-link-issue #1 foo/bar#x', [says('A change.\nFixes #2', description)]],
  ['/link-issue cancel 1, 2, foo/bar#x', [says('A change.', description)]],
  ['/unlink-issue 3', []],
])('%s', (comment, actions) => {
  expect(actionsFor(comment, given({ description }))).toEqual(actions);
});
