import { describe, expect, test } from 'vitest';
import { cherryPickUnapproved } from '../../shared/automations/cherry-pick-unapproved.ts';
import { cherryPickRulesFor } from '../../shared/facts/cherry-pick-rules.ts';
import { type Action, addLabel, PICK_APPROVED, PICK_NOT_APPROVED, removeLabel } from '../../shared/language/index.ts';
import {
  ada,
  type All,
  BEFORE,
  decided,
  grace,
  pullOf,
  robot,
  settingsOf,
  subjectOf,
  voteOf,
} from '../support/given.ts';

const guarded = { guarded: true, approvable: true, review: undefined, mayApprove: false };
const pull = pullOf({ baseRef: 'release-1' });
const consent = voteOf('grace', { vote: 'cherry-pick' });

/** What it does, in short; notices by their beginning. */
const done = (facts: Partial<All>): readonly string[] =>
  decided(cherryPickUnapproved, { pull, cherryPickRules: guarded, event: 'opened', ...facts }).map(inShort);

function inShort(action: Action): string {
  switch (action.is) {
    case 'add-label':
      return `+${action.label}`;
    case 'remove-label':
      return `-${action.label}`;
    case 'notice':
      return `${action.quiet ? 'quiet' : 'says'}: ${action.text.split(/[.:]/)[0] ?? ''}`;
    case 'vote':
      return `${action.vote} by ${action.by}`;
    default:
      return action.is;
  }
}

const ASKS = ['+do-not-merge/cherry-pick-not-approved', 'says: **Not to be merged yet'];
const [YES, NO] = [new Set([PICK_APPROVED]), new Set([PICK_NOT_APPROVED])];
const BOTH = new Set([PICK_APPROVED, PICK_NOT_APPROVED]);
const APPROVED = 'quiet: The cherry-pick of `aaaaaaa` into `release-1` is approved';

test.each<[title: string, facts: Partial<All>, does: readonly string[]]>([
  ['opened without an approval', {}, ASKS],
  ['opened with the label', { labels: YES }, [APPROVED]],
  [
    'reopened with both labels',
    { event: 'reopened', labels: BOTH },
    ['-do-not-merge/cherry-pick-not-approved', APPROVED],
  ],
  ['blocked already', { event: 'reopened', labels: NO }, ['says: **Not to be merged yet']],
  ['the block taken off by hand, without an approval', { event: 'unlabeled', label: PICK_NOT_APPROVED }, ASKS],
  [
    'approved by hand',
    { event: 'labeled', label: 'Cherry-Pick-Approved', labels: BOTH },
    ['cherry-pick by Grace', '-do-not-merge/cherry-pick-not-approved', APPROVED],
  ],
  [
    'approved by hand, of a commit that is not the head any more',
    { event: 'labeled', label: PICK_APPROVED, labels: BOTH, subject: subjectOf({ headSha: BEFORE }) },
    ['-cherry-pick-approved', 'says: `cherry-pick-approved` was taken off again'],
  ],
  [
    'approved by hand, where no delivery told of the head',
    {
      event: 'labeled',
      label: PICK_APPROVED,
      labels: BOTH,
      labelSight: { sight: 'unknown', told: false, now: '2026-03-01T13:00:00Z' },
    },
    ['-cherry-pick-approved', 'says: `cherry-pick-approved` was taken off again', 'observe-head'],
  ],
  [
    'labeled by a bot',
    { event: 'labeled', label: PICK_APPROVED, labels: BOTH, actor: robot },
    ['-do-not-merge/cherry-pick-not-approved', APPROVED],
  ],
  ['the approval taken away', { event: 'unlabeled', label: PICK_APPROVED }, ASKS],
  ['a push after the approval', { event: 'synchronized', labels: YES }, ['-cherry-pick-approved', ...ASKS]],
  ['a push that left the change as it was', { event: 'synchronized', labels: YES, votes: [consent] }, [APPROVED]],
  [
    'retargeted to another branch of releases',
    { event: 'retargeted', labels: YES },
    ['-cherry-pick-approved', ...ASKS],
  ],
  [
    'looked at again, when what was approved is another head',
    { event: 'found', labels: YES, votesForAnyHead: [{ ...consent, headSha: BEFORE }] },
    ['-cherry-pick-approved', ...ASKS],
  ],
  // Put on before Bowsprit was there.
  ['looked at again, with a label of which nothing is known', { event: 'found', labels: YES }, [APPROVED]],
  ['retargeted to a branch of releases', { event: 'retargeted' }, ASKS],
  [
    'retargeted to a branch that takes everything',
    { event: 'retargeted', labels: BOTH, cherryPickRules: { ...guarded, guarded: false } },
    [
      '-cherry-pick-approved',
      '-do-not-merge/cherry-pick-not-approved',
      'quiet: `release-1` takes changes without the approval of a cherry-pick',
    ],
  ],
  ['opened onto such a branch', { labels: BOTH, cherryPickRules: { ...guarded, guarded: false } }, []],
  ['closed', { event: 'labeled', pull: { ...pull, state: 'closed' } }, []],
])('%s', (_, facts, does) => {
  expect(done(facts)).toEqual(does);
});

const words = (all: Partial<All>): string =>
  decided(cherryPickUnapproved, { pull, cherryPickRules: guarded, event: 'opened', ...all }).flatMap((each) =>
    each.is === 'notice' ? [each.text] : [],
  )[0] ?? '';

describe('where approvers are listed', () => {
  const settings = settingsOf('cherryPick', { approvers: ['ada', 'Linus'] });
  const labeled: Partial<All> = { event: 'labeled', label: PICK_APPROVED, labels: YES, settings };

  test('nobody else approves by hand', () => {
    expect(done({ ...labeled, actor: grace })).toEqual([
      '-cherry-pick-approved',
      '+do-not-merge/cherry-pick-not-approved',
      'says: `cherry-pick-approved` was taken off again',
    ]);
    expect(done({ ...labeled, actor: ada, cherryPickRules: { ...guarded, mayApprove: true } })).toEqual([
      'cherry-pick by ada',
      APPROVED,
    ]);
  });

  test('they are asked, and nobody is where the settings have words of their own', () => {
    expect(words({ settings })).toBe(
      '**Not to be merged yet.** `release-1` takes only changes whose cherry-pick is approved, and nobody approved this one for it. @ada or @Linus: please look at it, and approve it by a review on the forge where it should go there.',
    );
    expect(words({})).toContain('Whoever decides about releases puts the label `cherry-pick-approved` on.');
    expect(words({ settings: settingsOf('cherryPick', { comment: 'Ask the release team.' }) })).toBe(
      'Ask the release team.',
    );
  });
});

test.each([
  ['release-1.2', '^release-.*$', true],
  ['my-release-1', '^release-.*$', false],
  // Not held to the ends, as in Prow.
  ['my-release-1', 'release', true],
  ['main', '(', false],
])('%s by %s: %s', (branch, branches, guards) => {
  expect(cherryPickRulesFor(branch, { branches, approvedBranches: '^x$' })).toEqual({
    guarded: guards,
    approvable: false,
  });
});

test('labels are written as other tools read them', () => {
  expect([addLabel(PICK_NOT_APPROVED), removeLabel(PICK_APPROVED)]).toEqual([
    { is: 'add-label', label: 'do-not-merge/cherry-pick-not-approved' },
    { is: 'remove-label', label: 'cherry-pick-approved' },
  ]);
});
