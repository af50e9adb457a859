import { expect, test } from 'vitest';
import { lgtmWithoutVote } from '../../shared/automations/lgtm-without-vote.ts';
import { removeLabel } from '../../shared/language/index.ts';
import { BEFORE, decided, pullOf, voteOf, type All } from '../support/given.ts';

const lgtm = { labels: new Set(['LGTM', 'kind/bug']) };

test.each<[what: string, facts: Partial<All>]>([
  ['the label is off', {}],
  ['somebody’s lgtm is about this head and base', { ...lgtm, votes: [voteOf('linus')] }],
  ['it is closed', { ...lgtm, pull: pullOf({ state: 'closed' }) }],
])('nothing is to be done when %s', (_, facts) => {
  expect(decided(lgtmWithoutVote, { event: 'retargeted', ...facts })).toEqual([]);
});

test.each<[what: string, facts: Partial<All>]>([
  ['nobody’s lgtm is left', lgtm],
  ['the only lgtm is about another head', { ...lgtm, votes: [voteOf('linus', { headSha: BEFORE })] }],
  ['there is only an approval', { ...lgtm, votes: [voteOf('linus', { vote: 'approve' })] }],
])('the label goes, and it is said why, when %s', (_, facts) => {
  const actions = decided(lgtmWithoutVote, { event: 'reopened', ...facts });
  expect(actions[0]).toEqual(removeLabel('LGTM'));
  expect(actions[1]).toMatchObject({
    is: 'notice',
    subject: 'lgtm',
    text: 'LGTM label has been removed: what was reviewed is another change. It would now put `aaaaaaa` into `main`.',
  });
});
