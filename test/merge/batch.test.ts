import { describe, expect, test } from 'vitest';
import { mergeAutomation } from '../../shared/automations/merge.ts';
import { batchFrom, isWhatWasTested, standingPlaces, type KeptPlace } from '../../shared/facts/batch.ts';
import {
  batchBranch,
  batchOn,
  joinBatch,
  leaveBatch,
  leavesOf,
  makingBranch,
  merge,
  mergeAsTested,
  missingIn,
  updateBranch,
  type Batch,
  type BatchPlace,
  type Check,
} from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import { UP_TO_DATE } from '../../shared/merge/leaves/up-to-date.ts';
import { approved, BEFORE, decided, given, HEAD, pullOf, settingsOf, voteOf, type All } from '../support/given.ts';

const SHA = 'c'.repeat(40);
const build = (state: Check['state'], name = 'build'): Check => ({ name, state, required: false });
const place: BatchPlace = {
  sha: SHA,
  after: [],
  next: true,
  overdue: false,
  checks: [build('success')],
  checksComplete: true,
};
const inBatch = (more: Partial<BatchPlace> = {}): Partial<All> => ({
  batch: { members: [...(more.after ?? []), 12], place: { ...place, ...more }, apart: false },
  batching: { is: 'in' },
});
const outside = (members: readonly number[] = [], more: Partial<Batch> = {}): Partial<All> => ({
  batch: { members, place: undefined, apart: false, ...more },
});

/** Ready but for what its base has. */
function behind(more: Partial<All> = {}, setting: Partial<All['settings']['merge']> = {}): All {
  return given({
    pull: pullOf({ checks: [build('success')] }),
    labels: new Set(['lgtm', 'approved']),
    votes: [voteOf('linus')],
    approval: approved,
    behind: true,
    settings: settingsOf('merge', { upToDate: true, batch: 3, requiredChecks: [{ name: 'build' }], ...setting }),
    ...more,
  });
}
const acts = (facts: All) =>
  decided(mergeAutomation, facts).map((action) => ('why' in action ? `${action.is} ${action.why}` : action.is));
const waived: Check = { ...build('success', 'slow'), override: { by: 'grace', reason: '', until: 'the next push' } };
const leafOf = (facts: All) => leavesOf(gateOf(facts)).find(({ id }) => id === UP_TO_DATE);
const at = (tree: string) => ({ sha: `commit ${tree}`, tree });
const numbers = (all: readonly KeptPlace[]) => all.map(({ number }) => number);
const awaitingReviews = pullOf({ checks: [build('success')], reviewsRequired: true });
const ofRelease = { batching: { is: 'in', sha: SHA, baseRef: 'release' } } as const;
const unasked = (): Promise<never> => Promise.reject(new Error('nobody should have asked'));
const rebased = { method: 'rebase' } as const;
const held = { holds: [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] };
const heldBack = { labels: new Set(['lgtm']) };

test('what is covered is merged at its head, and the merge says by which commit', () => {
  expect(decided(mergeAutomation, behind(inBatch()))).toEqual([mergeAsTested(HEAD, 'merge', undefined, SHA)]);
  expect(decided(mergeAutomation, behind({ ...inBatch(), behind: false }))).toEqual([merge(HEAD, 'merge')]);
  expect(decided(mergeAutomation, behind(outside()))).toEqual([joinBatch(HEAD, 3, 'main')]);
  expect(decided(mergeAutomation, behind({ batch: undefined }))).toEqual([updateBranch(HEAD)]);
});

test('whoever goes into another base gives up the place that it had in the batch of the one before', () => {
  expect(decided(mergeAutomation, behind({ ...outside(), ...ofRelease }))).toEqual([
    leaveBatch('ended', HEAD, { baseRef: 'release' }),
    joinBatch(HEAD, 3, 'main'),
  ]);
});

test.each<[what: string, facts: All, does: readonly string[]]>([
  ['room, behind others', behind(outside([7, 8])), ['join-batch']],
  ['no room', behind(outside([7, 8, 9])), []],
  ['it cannot be put on top of them', behind(outside([7], { apart: true })), []],
  ['somebody goes alone', behind({ ...outside(), turn: 'taken' }), []],
  ['up to date, and nobody before it', behind({ ...outside(), behind: false }), ['merge']],
  ['up to date, and others are tested', behind({ ...outside([7]), behind: false }), ['join-batch']],
  ['its checks run', behind({ ...outside(), pull: pullOf({ checks: [build('pending')] }) }), []],
  ['held', behind({ ...outside(), ...held }), []],

  ['to be rebased', behind(outside(), rebased), ['update-branch']],
  ['no check is required', behind(outside(), { requiredChecks: [] }), ['update-branch']],
  ['the forge refused it', behind({ ...outside(), refusedMerge: { headSha: HEAD, note: '' } }), ['update-branch']],
  [
    'the forge refused it before a push',
    behind({ ...outside(), refusedMerge: { headSha: BEFORE, note: '' } }),
    ['join-batch'],
  ],
  ['the forge waits for reviews', behind({ ...outside(), pull: awaitingReviews }), ['update-branch']],
  ['up to date, to be rebased, others are tested', behind({ ...outside([7]), behind: false }, rebased), ['merge']],

  ['its tests run', behind(inBatch({ checks: [build('pending')] })), []],
  ['its tests have not begun', behind(inBatch({ checks: [] })), []],
  ['another check reported first', behind(inBatch({ checks: [build('success', 'lint')] })), []],
  [
    'a red one counts as green for this head',
    behind(
      {
        ...inBatch({ checks: [build('success'), build('failure', 'slow')] }),
        pull: pullOf({ checks: [build('success'), waived] }),
      },
      { allChecks: true },
    ),
    ['merge'],
  ],
  [
    'another is red there',
    behind(inBatch({ checks: [build('success'), build('failure', 'slow')] }), { allChecks: true }),
    ['leave-batch checks', 'notice'],
  ],
  ['not all checks are listed', behind(inBatch({ checksComplete: false })), []],
  ['green, not its turn', behind(inBatch({ next: false, after: [7] })), []],
  ['red, not its turn', behind(inBatch({ next: false, after: [7], checks: [build('failure')] })), []],
  ['red', behind(inBatch({ checks: [build('failure')] })), ['leave-batch checks', 'notice']],
  ['red, but up to date by now', behind({ ...inBatch({ checks: [build('failure')] }), behind: false }), ['merge']],
  ['overdue', behind(inBatch({ overdue: true, checks: [] })), ['leave-batch timeout', 'notice']],
  ['overdue, not its turn', behind(inBatch({ overdue: true, next: false, checks: [] })), []],
  ['overdue and green', behind(inBatch({ overdue: true })), ['merge']],
  ['held since', behind({ ...inBatch(), ...held }), ['leave-batch not-ready']],
  ['an approval taken back since', behind({ ...inBatch(), ...heldBack }), ['leave-batch not-ready']],
  [
    'its own check is red since',
    behind({ ...inBatch(), pull: pullOf({ checks: [build('failure')] }) }),
    ['leave-batch not-ready'],
  ],
  ['its own check runs again', behind({ ...inBatch(), pull: pullOf({ checks: [build('pending')] }) }), []],
  ['to be rebased since', behind(inBatch(), rebased), ['leave-batch ended']],
  ['batches are off since', behind({ batch: undefined, batching: { is: 'in' } }), ['leave-batch ended']],
  ['the forge waits for reviews since', behind({ ...inBatch(), pull: awaitingReviews }), ['leave-batch ended']],
  ['it goes into another base since', behind({ ...outside([7]), ...ofRelease }), ['leave-batch ended', 'join-batch']],
  [
    'it goes into another base since, and is held',
    behind({ ...outside([7]), ...ofRelease, ...held }),
    ['leave-batch ended'],
  ],
  [
    'pushed to since, and the checks of that run',
    behind({
      ...outside([7], { outdated: true }),
      batching: { is: 'in' },
      pull: pullOf({ checks: [build('pending')] }),
    }),
    ['leave-batch not-ready'],
  ],
  [
    'pushed to since, and ready again',
    behind({ ...outside([7], { outdated: true }), batching: { is: 'in' } }),
    ['join-batch'],
  ],
  [
    'pushed to since, up to date and first',
    behind({ ...outside([], { outdated: true }), batching: { is: 'in' }, behind: false }),
    ['merge'],
  ],
  [
    'pushed to since, and it conflicts with those before it',
    behind({ ...outside([7], { outdated: true, apart: true }), batching: { is: 'in' } }),
    ['leave-batch not-ready'],
  ],
  [
    'pushed to since, and to be rebased',
    behind({ ...outside([7], { outdated: true }), batching: { is: 'in' } }, rebased),
    ['leave-batch not-ready'],
  ],
  ['its place was lost', behind({ ...outside([7]), batching: { is: 'in' } }), ['join-batch']],
  [
    'its place was lost, and it is held',
    behind({ ...outside([7]), batching: { is: 'in' }, ...held }),
    ['leave-batch not-ready'],
  ],

  ['it failed there', behind({ ...outside(), batching: { is: 'left', why: 'checks', headSha: HEAD, said: 'x' } }), []],
  [
    'it failed there before a push',
    behind({ ...outside(), batching: { is: 'left', why: 'checks', headSha: BEFORE, said: 'x' } }),
    ['join-batch'],
  ],
  [
    'it never ended there',
    behind({ ...outside(), batching: { is: 'left', why: 'timeout', headSha: HEAD, said: 'x' } }),
    ['update-branch'],
  ],
])('%s', (_, facts, does) => {
  expect(acts(facts)).toEqual(does);
});

describe('what is told', () => {
  test.each<[what: string, facts: All, fact: string]>([
    ['covered', behind(inBatch()), 'It was tested with all that `main` has.'],
    [
      'running',
      behind(inBatch({ after: [7, 8], next: false, checks: [] })),
      'It is tested on top of `main`, #7 and #8: `build` did not end yet.',
    ],
    [
      'red',
      behind(inBatch({ after: [7], next: false, checks: [build('failure')] })),
      'It is tested on top of `main` and #7: `build` failed, and whose fault that is shows when those are merged.',
    ],
    [
      'green',
      behind(inBatch({ after: [7], next: false })),
      'It is tested on top of `main` and #7, and its tests are green.',
    ],
    [
      'alone',
      behind(outside(), { requiredChecks: [] }),
      '`main` moved since. No check is required here, so a batch would prove nothing.',
    ],
    ['full', behind(outside([7, 8, 9])), '#7, #8 and #9 are tested and merged first.'],
    [
      'apart',
      behind(outside([7], { apart: true })),
      'It conflicts with #7, or builds on it: that is tested and merged first.',
    ],
    [
      'strict',
      behind({ batch: undefined, pull: pullOf({ checks: [build('success')], strict: true }) }),
      '`main` moved since. No batches are made: the forge merges here only what is up to date itself.',
    ],
    [
      'failed',
      behind({ ...outside(), batching: { is: 'left', why: 'checks', headSha: HEAD, said: 'It failed.' } }),
      'It failed.',
    ],
  ])('%s', (_, facts, fact) => {
    expect(leafOf(facts)?.fact).toBe(fact);
    const open = missingIn(gateOf(facts));
    expect(open.every(({ next }) => next !== '')).toBe(true);
  });

  test('what failed is named, and linked where there is more to see', () => {
    const url = 'https://ci.example/1';
    const [, told] = decided(mergeAutomation, behind(inBatch({ checks: [{ ...build('failure'), url }] })));
    expect(told).toMatchObject({
      is: 'notice',
      subject: 'merge',
      text: expect.stringContaining(`Tested together with what \`main\` has, [\`build\`](${url}) failed.`),
    });
  });
});

describe('what the cache holds, against the end of the branch', () => {
  const NOW = new Date('2026-03-01T12:00:00Z');
  const kept = (number: number, onto: string, tree: string, more: Partial<KeptPlace> = {}): KeptPlace => ({
    number,
    headSha: HEAD,
    sha: `commit ${tree}`,
    tree,
    onto: at(onto),
    mergeBase: 'm',
    ahead: 1,
    at: '2026-03-01T11:30:00Z',
    ...more,
  });
  const places = [kept(7, 'B', 'B7'), kept(8, 'B7', 'B78'), kept(12, 'B78', 'B78C')];

  test.each([
    ['nothing merged yet', 'B', [7, 8, 12]],
    ['the first is merged', 'B7', [8, 12]],
    ['the first two are', 'B78', [12]],
    ['all are', 'B78C', []],
    ['something else came', 'X', []],
  ])('%s', (_, tree, standing) => {
    expect(numbers(standingPlaces({ places }, at(tree), NOW))).toEqual(standing);
  });

  test("what stands for two hours is nobody's any more, nor what is built on it", () => {
    const old = [kept(7, 'B', 'B7'), kept(8, 'B7', 'B78', { at: '2026-03-01T09:59:00Z' }), kept(12, 'B78', 'B78C')];
    expect(numbers(standingPlaces({ places: old }, at('B'), NOW))).toEqual([7]);
  });

  const compared = { base: at('B78'), behind: true, ahead: 1, mergeBase: 'm' };
  test.each([
    ['the same files and the same commits', compared, true],
    ['other files', { ...compared, base: at('B7') }, false],
    // Pushed and taken back: the files are the same, and the head builds on what was taken back.
    ['a commit that the base had meanwhile', { ...compared, ahead: 0 }, false],
    ['another commit from which both come', { ...compared, mergeBase: 'n' }, false],
  ])('%s', (_, standing, is) => {
    expect(isWhatWasTested(kept(12, 'B78', 'B78C'), standing)).toBe(is);
  });

  const from = (more: Partial<KeptPlace> & { readonly own?: string } = {}, base = 'B7') =>
    batchFrom(
      {
        version: '1',
        places: [...places.slice(0, 2), kept(12, 'B78', 'B78C', more)],
        apart: [`${HEAD} onto commit B78C`],
      },
      {
        standing: { ...compared, base: at(base) },
        own: { number: 12, headSha: more.own ?? HEAD },
        now: NOW,
        checksAt: async (sha) => ({ checks: [build('success', sha)], complete: true }),
      },
    );

  test('its own place, with the checks of its commit', async () => {
    expect(await from()).toEqual({
      members: [8, 12],
      apart: false,
      place: {
        sha: 'commit B78C',
        after: [8],
        next: false,
        overdue: false,
        checks: [build('success', 'commit B78C')],
        checksComplete: true,
      },
    });
    expect((await from({}, 'B78')).place).toMatchObject({ after: [], next: true });
    expect((await from({ at: '2026-03-01T10:59:00Z' })).place?.overdue).toBe(true);
  });

  test('a place of another head is none, and nobody waits for it', async () => {
    expect(await from({ headSha: BEFORE })).toEqual({ members: [8], place: undefined, apart: false, outdated: true });
  });

  test('nothing kept is no batch', async () => {
    expect(
      await batchFrom(undefined, {
        standing: compared,
        own: { number: 12, headSha: HEAD },
        now: NOW,
        checksAt: unasked,
      }),
    ).toEqual({
      members: [],
      place: undefined,
      apart: false,
    });
  });
});

test.each([
  [batchBranch('release/1.2', 12), { ref: 'release/1.2', number: 12 }],
  [makingBranch('main', 7), { ref: 'main', number: 7 }],
  ['bowsprit/batch/main', undefined],
  ['bowsprit/batch/12', undefined],
  ['bowsprit/batch/main/0', undefined],
  ['bowsprit/batch/main/12/x', undefined],
  ['main', undefined],
  ['x/bowsprit/batch/main/12', undefined],
])('%s is of %j', (branch, of) => {
  expect(batchOn(branch)).toEqual(of);
});
