import { expect, test } from 'vitest';
import { linkIssue } from '../../shared/commands/link-issue.ts';
import { describe as says, permits, type Action, type IssueSeen, type Standing } from '../../shared/language/index.ts';
import { actionsFor, given, parsedFrom, stranger, subjectOf, verdictsFor } from '../support/given.ts';

const issue: IssueSeen = { kind: 'issue', labels: [] };
const description = { text: 'A change.', digest: 'd' };
const around = given();
const facts = given({
  description,
  answers: {
    ...around.answers,
    issues: new Map([
      ['acme/widgets#5', issue],
      ['acme/widgets#6', { kind: 'pull', labels: [] }],
      ['foo/bar#7', issue],
    ]),
  },
});
const changed = (links: string): Action => says(`A change.\n\n${links}`, description);

test.each<[comment: string, actions: readonly Action[]]>([
  ['/link-issue 5', [changed('Fixes #5')]],
  ['/LINK-ISSUE #5, foo/bar#7 ', [changed('Fixes #5, fixes foo/bar#7')]],
  ['see /link-issue 5', []],
  [
    '/link-issue 5 abc',
    [
      changed('Fixes #5'),
      { is: 'reply', text: '`abc` names no issue: write `#12`, `acme/widgets#12` or its address.' },
    ],
  ],
  ['/link-issue #6', [{ is: 'refuse', reason: '`#6` is a pull request; only issues are linked.' }]],
  ['/link-issue foo/bar#8', [{ is: 'refuse', reason: '`foo/bar#8` cannot be seen here, or is not there.' }]],
])('%s', (comment, actions) => {
  expect(actionsFor(comment, facts)).toEqual(actions);
});

test('what is linked already changes nothing', () => {
  expect(actionsFor('/link-issue 5', { ...facts, description: { text: 'Fixes #5', digest: 'd' } })).toEqual([]);
});

test('more than twenty are not looked up', () => {
  const many = Array.from({ length: 21 }, (_, index) => index + 1).join(',');
  expect(verdictsFor(`/link-issue ${many}`, facts)[0]?.reason).toBe('At most 20 issues are linked at once.');
  const [line] = parsedFrom(`/link-issue ${many}`);
  const args = line?.is === 'invocation' ? line.args : {};
  const asked = linkIssue.asks?.({ ...facts, args: { issues: args['issues'] === undefined ? [] : [many] } });
  expect(asked?.issues).toHaveLength(20);
});

test('it is for pull requests', () => {
  expect(linkIssue.needs).toContain('pull');
  expect(subjectOf().kind).toBe('pull');
});

test.each<[who: string, standing: Standing, may: boolean]>([
  ['a stranger', stranger, false],
  ['the author', { ...stranger, author: true }, true],
  ['who may triage', { ...stranger, role: 'triage' }, true],
  ['a member of the organization', { ...stranger, member: true }, true],
])('%s: %j', (_, standing, may) => {
  expect(permits(linkIssue.allow, standing)).toBe(may);
});
