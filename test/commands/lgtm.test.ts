import { expect, test } from 'vitest';
import { lgtm } from '../../shared/commands/lgtm.ts';
import {
  addLabel,
  code,
  NO_ANSWERS,
  permits,
  refuse,
  removeLabel,
  reply,
  vote,
  withdraw,
  withdrawAll,
  type Action,
  type Standing,
} from '../../shared/language/index.ts';
import {
  actionsFor,
  ada,
  BEFORE,
  given,
  HEAD,
  ownerStanding,
  stranger,
  subjectOf,
  parsedFrom,
  settingsOf,
  voteOf,
  type All,
} from '../support/given.ts';

const mine = voteOf('grace');
const other = voteOf('linus');
const off = removeLabel('lgtm');
const closed = subjectOf({ state: 'closed' });
const needing = (missing: string): Partial<All> => ({
  answers: {
    ...NO_ANSWERS,
    quorum: {
      met: missing === '',
      parts: [{ name: '2', met: missing === '', by: [], missing }],
      state: 'open',
      labels: new Set(),
    },
  },
});
const othersHave = (who: string): Action =>
  refuse(
    `The lgtm is of ${who}, for them or the author to take back. To keep the pull request from being merged, comment ${code('/hold')}.`,
  );

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/lgtm', {}, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['/lgtm', { head: { sha: BEFORE } }, [vote('lgtm', 'Grace', BEFORE), addLabel('lgtm')]],
  ['/lgtm no-issue', {}, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['/lgtm', { votes: [other] }, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  [
    '/lgtm',
    needing('1 more lgtm'),
    [vote('lgtm', 'Grace', HEAD), reply('It counts. The label `lgtm` goes on with 1 more lgtm.')],
  ],
  ['/lgtm', needing(''), [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['/lgtm cancel', { votes: [mine] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { votes: [mine, other] }, [withdraw('lgtm', 'Grace')]],
  ['/lgtm cancel', { votes: [other] }, [othersHave('`linus`')]],
  ['/lgtm cancel', { votes: [other, voteOf('alan')] }, [othersHave('`linus` and `alan`')]],
  ['/lgtm cancel', { votes: [] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { votes: [voteOf('linus', { vote: 'approve' })] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { votes: [voteOf('linus', { headSha: BEFORE })] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm cancel', { actor: ada, votes: [mine, other] }, [withdrawAll('lgtm'), off]],
  ['/remove-lgtm', { votes: [mine] }, [withdraw('lgtm', 'Grace'), off]],
  ['/lgtm', { subject: closed }, [refuse('It is closed; reopen it first.')]],
  ['/lgtm cancel', { subject: closed }, [refuse('It is closed; reopen it first.')]],
  ['/lgtm', { subject: { ...closed, merged: true } }, [refuse('It is merged; nothing more can be decided here.')]],
  ['/lgtm cancel\n/lgtm', {}, [vote('lgtm', 'Grace', HEAD), addLabel('lgtm')]],
  ['> /lgtm', {}, []],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

test.each<[who: string, standing: Standing, gives: boolean, takesBack: boolean]>([
  ['a stranger', stranger, false, false],
  ['somebody who can write', { ...stranger, role: 'write' }, true, true],
  [
    'somebody who can write, where OWNERS alone say',
    { ...stranger, role: 'write', writersReview: false },
    false,
    false,
  ],
  ['an approver', ownerStanding, true, true],
  ['the author', { ...stranger, author: true }, false, true],
  ['the author, an approver', { ...ownerStanding, author: true }, false, true],
])('%s gives it: %j, takes it back: %j', (_, standing, gives, takesBack) => {
  expect(permits(lgtm.allow, standing)).toBe(gives);
  expect(permits(lgtm.allow, standing, new Set(['cancel']))).toBe(takesBack);
});

test.each<[comment: string, required: number, asks: object]>([
  ['/lgtm', 1, {}],
  ['/lgtm', 2, { quorum: 'with mine' }],
  ['/lgtm cancel', 2, {}],
])('%j where %i are needed asks for no more than it needs', (comment, required, asks) => {
  const [line] = parsedFrom(comment);
  const settings = settingsOf('lgtm', { required });
  expect(line?.is === 'invocation' && line.command.asks?.({ ...given(), settings, args: line.args })).toEqual(asks);
});
