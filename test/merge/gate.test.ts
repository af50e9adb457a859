import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeAutomation } from '../../shared/automations/merge.ts';
import {
  dequeue,
  enqueue,
  joinQueue,
  leaveQueue,
  lookAgain,
  merge,
  missingIn,
  notice,
  updateBranch,
  type Action,
  type Approval,
  type Check,
  type Freeze,
  type MergeQueue,
  type PullFact,
  type Queueing,
} from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import { mergeSweep } from '../../shared/sweeps/merge.ts';
import {
  ada,
  approved,
  BEFORE,
  decided,
  given,
  HEAD,
  pullOf,
  settingsOf,
  unapproved,
  voteOf,
  type All,
} from '../support/given.ts';

const ready: All = given({
  labels: new Set(['lgtm', 'approved', 'kind/bug']),
  lgtms: [voteOf('linus')],
  approval: approved,
});
const check = (name: string, state: Check['state'], required = false): Check => ({ name, state, required });
const checked = (state: Check['state']): Partial<PullFact> => ({ checks: [check('unit', state, true)] });

const frozen = (branch: string, except: readonly string[] = []): Freeze => ({
  branch,
  except,
  reason: '',
  by: 'ada',
  at: '2026-03-01T12:00:00Z',
  said: 'github:acme/widgets#1',
  delivery: 'd',
});

/** Where lgtm is all that a query asks for: fewer things block. */
const ownersNotAsked: Partial<All> = { settings: settingsOf('merge', { queries: [{ labels: ['lgtm'] }] }) };

/** One thing each that keeps a pull request from being merged, and the leaf that says so. */
const blockers: readonly (readonly [leaf: string, facts: Partial<All>])[] = [
  ['open', { pull: pullOf({ state: 'closed' }) }],
  ['open', { pull: pullOf({ state: 'merged' }) }],
  ['draft', { pull: pullOf({ draft: true }) }],
  ['lgtm', { labels: new Set(['approved']) }],
  ['lgtm', { lgtms: [] }],
  ['lgtm', { lgtms: [voteOf('linus', { headSha: BEFORE })] }],
  ['lgtm', { lgtms: [voteOf('linus', { vote: 'approve' })] }],
  ['lgtm', { lgtms: [voteOf(ada.login)] }],
  ['lgtm', { settings: settingsOf('lgtm', { required: 2 }) }],
  ['lgtms/0/grace', { settings: settingsOf('lgtm', { groups: [{ allOf: ['grace'] }] }) }],
  ['lgtms/0/acme/security', { settings: settingsOf('lgtm', { groups: [{ allOf: ['acme/security', 'linus'] }] }) }],
  ['required/linus', { requiredSaid: [{ who: 'linus', askedBy: 'grace', at: '2026-03-01T12:00:00Z', said: false }] }],
  ['approved-label', { labels: new Set(['lgtm']) }],
  ['owners/docs', { approval: unapproved }],
  ['owners/issue', { approval: { ...approved, approved: false, issue: { found: undefined, waivedBy: [] } } }],
  ['holds/grace', { holds: [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] }],
  ['freezes/ma*', { freezes: [frozen('ma*'), frozen('dev')] }],
  [
    'blockers/7',
    {
      blockers: [
        { number: 7, title: 'branch:main is broken' },
        { number: 8, title: 'branch:dev' },
      ],
    },
  ],
  ['blocking-labels/do-not-merge/hold', { labels: new Set(['lgtm', 'approved', 'do-not-merge/hold']) }],
  ['blocking-labels/do-not-merge/anything', { labels: new Set(['lgtm', 'approved', 'Do-Not-Merge/Anything']) }],
  ['conflict', { labels: new Set(['lgtm', 'approved', 'needs-rebase']) }],

  ['checks', { pull: pullOf({ checksComplete: false }) }],
  ['checks/unit', { pull: pullOf({ checks: [check('unit', 'failure')] }) }],
  ['checks/unit', { pull: pullOf({ checks: [check('unit', 'pending')] }) }],
  ['checks/b', { pull: pullOf({ checks: [check('a', 'success', true), check('b', 'pending', true)] }) }],
  ['up-to-date', { behind: true, turn: 'taken' }],
  ['merging', { settings: settingsOf('merge', { enabled: false }) }],
  ['method', { pull: pullOf({ methods: [] }) }],
];

test.each<[of: Partial<Approval['groups'][number]>, fact: string, next: string]>([
  [
    { quota: { given: 0, needed: 2 } },
    '2 files: no approval, 0 of 2 approvals.',
    '2 of `grace` and `linus` comment `/approve`.',
  ],
  [
    { quota: { given: 1, needed: 2 }, approvedBy: ['ada'] },
    '2 files: approved by `ada` so far, 1 of 2 approvals.',
    'One of `grace` or `linus` comments `/approve`.',
  ],
  [
    { quota: { given: 1, needed: 3 }, approvedBy: ['ada'], canApprove: ['grace'] },
    '2 files: approved by `ada` so far, 1 of 3 approvals.',
    '`grace` comments `/approve`.',
  ],
])('where more than one has to approve: %j', (of, fact, next) => {
  const groups = unapproved.groups.map((group) => ({ ...group, ...of }));
  const [found] = missingIn(gateOf({ ...ready, approval: { ...unapproved, groups } }));
  expect(found).toMatchObject({ id: 'owners/docs', fact, next });
});

/** Blocks as well, but by settings that ask for less: with them something else may be let through. */
const ofPower: (typeof blockers)[number] = [
  'owners/docs',
  { ...ownersNotAsked, approval: { ...unapproved, ofPower: true } },
];

test.each([...blockers, ofPower])('%s: %j blocks, alone', (name, facts) => {
  const gate = gateOf({ ...ready, ...facts });
  expect(gate.passed).toBe(false);
  const missing = missingIn(gate);
  expect(missing.map(({ id }) => id)).toEqual([name]);
  expect(missing.every(({ fact }) => fact !== '')).toBe(true);
  expect(decided(mergeAutomation, { ...ready, ...facts })).toEqual([]);
  expect(decided(mergeSweep, { ...ready, ...facts })).toEqual([]);
});

describe('nothing blocks', () => {
  test.each<[what: string, facts: Partial<All>]>([
    ['there are no checks', {}],
    [
      'who was asked for agreed',
      { requiredSaid: [{ who: 'linus', askedBy: 'grace', at: '2026-03-01T12:00:00Z', said: true }] },
    ],
    ['its branch is frozen except for its label', { freezes: [frozen('main', ['kind/bug'])] }],
    ['an issue is named where one is asked for', { approval: { ...approved, issue: { found: '#7', waivedBy: [] } } }],
    ['none is needed', { approval: { ...approved, issue: { found: undefined, waivedBy: ['grace'] } } }],
    [
      'as many as are needed said lgtm',
      {
        lgtms: [voteOf('linus'), { ...voteOf('grace'), teams: ['acme/security'] }],
        settings: settingsOf('lgtm', { required: 2, groups: [{ allOf: ['acme/security'] }] }),
      },
    ],
    ['labels are spelled otherwise', { labels: new Set(['LGTM', 'Approved']) }],
    ['the forge does not know yet whether it conflicts', { pull: pullOf({ mergeable: 'unknown' }) }],
    ['all checks are green', { pull: pullOf({ checks: [check('a', 'success'), check('b', 'success')] }) }],
    [
      'all required checks are green',
      { pull: pullOf({ checks: [check('a', 'success', true), check('b', 'failure'), check('c', 'pending')] }) },
    ],
  ])('%s', (_, facts) => {
    expect(missingIn(gateOf({ ...ready, ...facts }))).toEqual([]);
    expect(decided(mergeAutomation, { ...ready, ...facts })).toEqual([merge(HEAD, 'merge')]);
    expect(decided(mergeSweep, { ...ready, ...facts })).toEqual([merge(HEAD, 'merge')]);
  });

  test.each([
    ['squash', ['merge', 'squash'], 'squash'],
    ['squash', ['rebase', 'merge'], 'rebase'],
    ['merge', ['squash'], 'squash'],
  ] as const)('set to %s where %j are allowed: by %s', (method, methods, by) => {
    const facts = { ...ready, pull: pullOf({ methods }), settings: settingsOf('merge', { method }) };
    expect(decided(mergeAutomation, facts)).toEqual([merge(HEAD, by)]);
  });
});

test('whatever is merged has everything, whichever facts come together', () => {
  fc.assert(
    // Of two that say the same thing the last one counts, and it blocks.
    fc.property(fc.shuffledSubarray([...blockers]), (some) => {
      const facts = some.reduce<All>((soFar, [, more]) => ({ ...soFar, ...more }), ready);
      expect(gateOf(facts).passed).toBe(some.length === 0);
    }),
  );
});

test('a conflict is said where it is all that is left', () => {
  const conflicting = { pull: pullOf({ mergeable: 'conflicting' }) };
  expect(gateOf({ ...ready, ...conflicting }).passed).toBe(false);
  expect(decided(mergeAutomation, { ...ready, ...conflicting })).toMatchObject([
    {
      is: 'notice',
      subject: 'merge',
      text: expect.stringContaining(
        'It conflicts with `main`. It is ready otherwise. The author rebases it, or merges `main` into it, and pushes.',
      ),
    },
  ]);
  expect(decided(mergeAutomation, { ...ready, ...conflicting, lgtms: [] })).toEqual([]);
});

describe('where its base moved', () => {
  const behind: Partial<All> = { behind: true };
  test.each<[what: string, facts: Partial<All>, actions: readonly unknown[]]>([
    ['it is brought up to date', {}, [updateBranch(HEAD)]],
    ['so is it when its turn has begun', { turn: 'mine' }, [updateBranch(HEAD)]],
    ['not before it could be merged', { lgtms: [] }, []],
    ['not while another has its turn', { turn: 'taken' }, []],
    ['it waits for its checks', { turn: 'mine', pull: pullOf({ checks: [check('a', 'pending')] }) }, []],
    [
      'with red ones it gives its turn away',
      { turn: 'mine', pull: pullOf({ checks: [check('a', 'failure')] }) },
      [lookAgain(['main'], ['turn'])],
    ],
    ['so it does with anything else', { turn: 'mine', lgtms: [] }, [lookAgain(['main'], ['turn'])]],
    ['not while its votes follow it', { turn: 'moving', lgtms: [] }, []],
  ])('%s', (_, facts, actions) => {
    expect(decided(mergeAutomation, { ...ready, ...behind, ...facts })).toEqual(actions);
  });
});

describe('where the forge has a merge queue, it is fed and nothing is merged past it', () => {
  const OUT: MergeQueue = { place: undefined };
  const IN: MergeQueue = { place: { position: 2, state: 'testing' } };
  const ours: Queueing = { is: 'waiting', by: 'us', headSha: HEAD };
  const somebodys: Queueing = { is: 'waiting', by: 'person', headSha: HEAD };
  const removed: Queueing = { is: 'removed', why: 'checks', by: 'github-merge-queue[bot]', at: '2026-03-01T12:00:00Z' };
  const held: Partial<All> = { holds: [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] };
  const unread: Partial<PullFact> = { checksComplete: false };

  test.each<
    [what: string, queue: MergeQueue, facts: Partial<All>, pull: Partial<PullFact>, actions: readonly Action[]]
  >([
    ['ready: it is put there', OUT, {}, {}, [enqueue(HEAD)]],
    [
      'ready, and behind its base: the queue tests it on top of it',
      OUT,
      { behind: undefined },
      { strict: true },
      [enqueue(HEAD)],
    ],
    ['labels that ask for two ways: the queue has its own', OUT, {}, { methods: [] }, [enqueue(HEAD)]],
    ['held: it is not', OUT, held, {}, []],
    ['a check is red: it is not', OUT, {}, checked('failure'), []],
    ['in it already: nothing is done', IN, { queueing: ours }, {}, []],
    ['in it, and held: it is taken out', IN, { queueing: ours, ...held }, {}, [dequeue()]],
    ['in it, and no lgtm any more', IN, { queueing: ours, lgtms: [] }, {}, [dequeue()]],
    ['in it, and no approval any more', IN, { queueing: ours, approval: unapproved }, {}, [dequeue()]],
    ['in it, and frozen', IN, { queueing: ours, freezes: [frozen('main')] }, {}, [dequeue()]],
    ['in it, and a check is red', IN, { queueing: ours }, checked('failure'), [dequeue()]],
    ['in it, and a check runs again', IN, { queueing: ours }, checked('pending'), []],
    ['in it, and its checks cannot be read', IN, { queueing: ours }, unread, []],
    ['put there by hand without an lgtm: a person decides', IN, { queueing: somebodys, lgtms: [] }, {}, []],
    ['put there by hand, and held', IN, { queueing: somebodys, ...held }, {}, [dequeue()]],
    ['in it as nobody told, and held', IN, held, {}, [dequeue()]],
    ['in it as nobody told: it is known from then on', IN, {}, {}, [joinQueue(HEAD)]],
    ['in it, and taken out a moment ago: an old view', IN, { queueing: removed }, {}, []],
    ['in it again, as the clock finds', IN, { queueing: removed, event: 'swept' }, {}, [joinQueue(HEAD)]],
    ['taken out by the forge: it waits', OUT, { queueing: removed }, {}, []],
    ['just put there: what became of it is told by an event', OUT, { queueing: ours }, {}, []],
    [
      'put there with another head: a push is told of by an event',
      OUT,
      { queueing: { ...ours, headSha: BEFORE }, event: 'swept' },
      {},
      [],
    ],
  ])('%s', (_, queue, facts, pull, actions) => {
    expect(decided(mergeAutomation, { ...ready, ...facts, pull: pullOf({ queue, ...pull }) })).toEqual(actions);
  });

  test('what became of it was not told: the clock finds that it left, and says so', () => {
    const facts = { ...ready, queueing: ours, pull: pullOf({ queue: OUT }), event: 'swept' };
    const [left, told] = decided(mergeSweep, facts);
    expect(left).toEqual(leaveQueue('unknown', ''));
    expect(told).toEqual(notice('merge', expect.stringContaining('/refresh')));
  });

  test.each<[queue: MergeQueue, queueing: Queueing | undefined, passed: boolean, fact: string]>([
    [IN, ours, true, 'It is number 2 in the merge queue of `main`, and it is tested there.'],
    [OUT, undefined, false, 'It is not in the merge queue of `main`.'],
    [OUT, ours, false, 'It was put in the merge queue of `main`, and the forge does not show it there.'],
    [OUT, removed, false, 'It was taken out of the merge queue: its checks failed there.'],
    [OUT, { ...removed, why: 'person', by: 'grace' }, false, '`grace` took it out of the merge queue.'],
  ])('%j %j: its leaf', (queue, queueing, passed, fact) => {
    const gate = gateOf({ ...ready, queueing, pull: pullOf({ queue }) });
    expect(gate.passed).toBe(passed);
    const missing = missingIn(gate);
    expect(missing.map(({ id }) => id)).toEqual(passed ? [] : ['queue']);
    expect(missing.every(({ next }) => next !== '')).toBe(true);
    expect(JSON.stringify(gate)).toContain(fact);
  });
});
