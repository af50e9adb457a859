import { expect, test } from 'vitest';
import { closeCommand } from '../../shared/commands/close.ts';
import { close, permits, refuse, reopen, type Action, type Standing } from '../../shared/language/index.ts';
import { actionsFor, given, stranger, subjectOf, type All } from '../support/given.ts';

const issue = { subject: subjectOf({ kind: 'issue' }) };

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/close', {}, [close('completed')]],
  ['/close', issue, [close('completed')]],
  ['/close not-planned', issue, [close('not-planned')]],
  ['/close  NOT-PLANNED', issue, [close('not-planned')]],
  [
    '/close not-planned',
    {},
    [refuse('Only issues are closed as not planned; comment `/close` to close this pull request.')],
  ],
  ['/close foo', {}, [refuse('`/close` takes nothing but `not-planned` or `duplicate #7`, and `foo` is too much.')]],
  ['/close', { subject: subjectOf({ kind: 'issue', state: 'closed' }) }, []],
  ['/close not-planned', { subject: subjectOf({ state: 'closed' }) }, []],
  ['/close duplicate #7', issue, [close('duplicate')]],
  ['/close 7 Duplicate', issue, [close('duplicate')]],
  ['/close duplicate', issue, [refuse('Say of which: `/close duplicate #7`.')]],
  ['/close duplicate #12', issue, [refuse('`#12` is this issue.')]],
  ['/close duplicate #8', issue, [refuse('There is no `#8` here.')]],
  ['/close duplicate other/repo#7', issue, [refuse('Say of which: `/close duplicate #7`.')]],
  [
    '/close duplicate #7',
    {},
    [refuse('Only issues are closed as duplicates; comment `/close` to close this pull request.')],
  ],
  ['/close duplicate #7 not-planned', issue, [refuse('Say either `not-planned` or `duplicate`.')]],
  ['/close\n/reopen', {}, [close('completed'), reopen()]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

test.each<[who: string, standing: Standing, may: boolean]>([
  ['a stranger', stranger, false],
  ['the author', { ...stranger, author: true }, true],
  ['a collaborator', { ...stranger, role: 'triage' }, true],
  ['whoever reads a private repository', { ...stranger, public: false }, true],
  ['a member of the organization', { ...stranger, member: true }, false],
  ['anyone, once it is stale or rotten', { ...stranger, abandoned: true }, true],
])('%s closes: %j', (_, standing, may) => {
  expect(permits(closeCommand.allow, standing)).toBe(may);
});
