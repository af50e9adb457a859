import { expect, test } from 'vitest';
import { lgtmAfterPush } from '../../shared/automations/lgtm-after-push.ts';
import {
  carryVotes,
  NO_ANSWERS,
  removeLabel,
  requestReview,
  type Action,
  type Answers,
} from '../../shared/language/index.ts';
import { BEFORE, decided, given, HEAD, settingsOf, voteOf, type All } from '../support/given.ts';

const since = (altered: readonly string[] | 'all'): Partial<All> => ({
  event: 'synchronized',
  changeSince: { before: BEFORE, after: HEAD, altered },
});
const removed = (where: string): Action => ({
  is: 'notice',
  subject: 'lgtm',
  quiet: false,
  text: `New changes are detected. LGTM label has been removed.\n\n\`aaaaaaa\` differs from \`bbbbbbb\`${where}.`,
});
const STICKY: Answers = { ...NO_ANSWERS, authorIn: true };
const PUSHED = given({}).at;
const before = voteOf('linus', { headSha: BEFORE });

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['nothing is on', since('all'), []],
  [
    'the change is another one',
    { ...since(['a']), votes: [before], labels: new Set(['lgtm']) },
    [carryVotes(BEFORE, HEAD, ['a'], PUSHED), removeLabel('lgtm'), removed(' in 1 file')],
  ],
  [
    'the change cannot be compared',
    { ...since('all'), votes: [before], labels: new Set(['lgtm']) },
    [carryVotes(BEFORE, HEAD, 'all', PUSHED), removeLabel('lgtm'), removed('')],
  ],
  [
    'the change is the same: a rebase, a merge of the base, another message',
    { ...since([]), votes: [before], labels: new Set(['lgtm']) },
    [carryVotes(BEFORE, HEAD, [], PUSHED)],
  ],
  [
    'only an approval was given',
    { ...since(['a', 'b']), votes: [voteOf('linus', { vote: 'approve', headSha: BEFORE })], labels: new Set() },
    [carryVotes(BEFORE, HEAD, ['a', 'b'], PUSHED)],
  ],
  ['the label is on without a vote', { ...since([]), labels: new Set(['LGTM']) }, [removeLabel('lgtm'), removed('')]],
  [
    'somebody said lgtm to the new head',
    { ...since(['a']), votes: [voteOf('linus', { at: '2026-03-01T13:30:00Z' })], labels: new Set(['lgtm']) },
    [],
  ],
  [
    'somebody’s lgtm was written before this head was pushed, and counted for it',
    {
      ...since(['a']),
      votes: [voteOf('linus', { at: '2000-01-01T00:00:00Z' })],
      labels: new Set(['lgtm']),
    },
    [carryVotes(BEFORE, HEAD, ['a'], PUSHED), removeLabel('lgtm'), removed(' in 1 file')],
  ],
  [
    'the author is in the sticky team',
    { ...since(['a']), votes: [before], labels: new Set(['lgtm']), answers: STICKY },
    [carryVotes(BEFORE, HEAD, ['a'], PUSHED, true)],
  ],
  [
    'the author is in it, and the change cannot be compared',
    { ...since('all'), votes: [before], labels: new Set(['lgtm']), answers: STICKY },
    [carryVotes(BEFORE, HEAD, 'all', PUSHED, true)],
  ],
  [
    'the author is in it, but nobody’s lgtm was for the head before',
    { ...since(['a']), labels: new Set(['lgtm']), answers: STICKY },
    [removeLabel('lgtm'), removed(' in 1 file')],
  ],
  [
    'those whose lgtm fell are asked again',
    {
      ...since(['a']),
      votes: [before, voteOf('grace', { headSha: BEFORE }), voteOf('alan', { headSha: BEFORE, vote: 'approve' })],
      labels: new Set(['lgtm']),
      settings: settingsOf('lgtm', { rerequestReview: true }),
    },
    [
      carryVotes(BEFORE, HEAD, ['a'], PUSHED),
      removeLabel('lgtm'),
      removed(' in 1 file'),
      requestReview(['linus', 'grace']),
    ],
  ],
  [
    'nobody is asked again where nobody’s fell',
    { ...since(['a']), labels: new Set(['lgtm']), settings: settingsOf('lgtm', { rerequestReview: true }) },
    [removeLabel('lgtm'), removed(' in 1 file')],
  ],
  ['the label is off already', { ...since(['a']), votes: [before] }, [carryVotes(BEFORE, HEAD, ['a'], PUSHED)]],
])('%s', (_, facts, actions) => {
  expect(decided(lgtmAfterPush, facts)).toEqual(actions);
});

test('the notice mentions nobody', () => {
  const actions = decided(lgtmAfterPush, { ...since(['@everyone']), votes: [before], labels: new Set(['lgtm']) });
  expect(JSON.stringify(actions.filter(({ is }) => is === 'notice'))).not.toContain('@');
});

test('whether the author is in a team is asked only where one is set', () => {
  expect(lgtmAfterPush.asks?.(given())).toEqual({});
  const settings = settingsOf('lgtm', { stickyTeam: 'release-managers' });
  expect(lgtmAfterPush.asks?.({ ...given(), settings })).toEqual({ authorIn: 'release-managers' });
});
