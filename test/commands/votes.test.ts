/** lgtm and approve. */
import { expect, test } from 'vitest';
import {
  addLabel,
  code,
  permits,
  refuse,
  removeLabel,
  vote,
  withdraw,
  withdrawAll,
  type Action,
  type Standing,
} from '../../shared/language/index.ts';
import { approve } from '../../shared/commands/approve.ts';
import { lgtm } from '../../shared/commands/lgtm.ts';
import { actionsFor, ada, BEFORE, given, grace, HEAD, subjectOf, voteOf, type All } from '../support/given.ts';

const mine = voteOf('grace');
const other = voteOf('linus');
const off = removeLabel('lgtm');
const closed = subjectOf({ state: 'closed' });
const heldBy = (who: string): Action =>
  refuse(
    `The lgtm is of ${who}, for them or the author to take back. To keep the pull request from being merged, comment ${code('/hold')}.`,
  );

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/lgtm', {}, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['/lgtm no-issue', {}, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['/lgtm', { votes: [other] }, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['/lgtm cancel', { votes: [mine] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { votes: [mine, other] }, [withdraw('lgtm', 'Grace')]],
  ['/lgtm cancel', { votes: [other] }, [heldBy('`linus`')]],
  ['/lgtm cancel', { votes: [other, voteOf('alan')] }, [heldBy('`linus` and `alan`')]],
  ['/lgtm cancel', { votes: [] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { votes: [voteOf('linus', { vote: 'approve' })] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { votes: [voteOf('linus', { headSha: BEFORE })] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { actor: ada, votes: [mine, other] }, [withdrawAll('lgtm'), off]],
  ['/remove-lgtm', { votes: [mine] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm', { subject: closed }, [refuse('This pull request is closed; reopen it before `/lgtm`.')]],
  ['/approve', {}, [vote('approve', 'Grace', HEAD)]],
  ['/approve no-issue', {}, [vote('approve', 'Grace', HEAD)]],
  ['/approve cancel', {}, [withdraw('approve', 'Grace')]],
  ['/remove-approve', { actor: ada }, [withdraw('approve', 'ada')]],
  ['/approve', { subject: closed }, [refuse('This pull request is closed; reopen it before `/approve`.')]],
  ['/approve\n/approve cancel', {}, [withdraw('approve', 'Grace')]],
  ['/lgtm cancel\n/lgtm', {}, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['> /lgtm', {}, []],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

const nobody: Standing = {
  author: false,
  switches: new Set(),
  role: 'read',
  public: true,
  ownership: { rung: 'owners', approver: false, named: false },
  holder: false,
  abandoned: false,
  member: false,
};
const owner: Standing = { ...nobody, ownership: { rung: 'owners', approver: true, named: true } };
const CANCEL = new Set(['cancel']);

test.each([
  ['a stranger', nobody, false, false, false, false],
  ['somebody who can write', { ...nobody, role: 'write' } as const, true, true, false, false],
  ['an approver', owner, true, true, true, true],
  ['the author', { ...nobody, author: true }, false, true, false, true],
  ['the author, an approver', { ...owner, author: true }, false, true, true, true],
])('%s may lgtm, take it back, approve, take it back', (_, who, ...may) => {
  const asked = [
    permits(lgtm.allow, who),
    permits(lgtm.allow, who, CANCEL),
    permits(approve.allow, who),
    permits(approve.allow, who, CANCEL),
  ];
  expect(asked).toEqual(may);
});

test('the vote is by whoever acts, for the head they could see', () => {
  expect(actionsFor('/lgtm', given({ actor: grace, head: { sha: BEFORE } }))[0]).toEqual(vote('lgtm', 'Grace', BEFORE));
});
