import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chained, EMPTY_CHAIN, type AuditRecord, type RecordedAction } from '../shared/audit-record.ts';
import {
  armMerge,
  carryVotes,
  disarmMerge,
  merge,
  noteArmed,
  noteDisarmed,
  dequeue,
  dropOverride,
  enqueue,
  joinBatch,
  joinQueue,
  leaveBatch,
  leaveQueue,
  lookAnew,
  consent,
  hold,
  liftHold,
  liftHolds,
  noNotice,
  notice,
  observeHead,
  override,
  requireWord,
  unrequire,
  vote,
  withdraw,
  withdrawAll,
  withdrawConsent,
  type Action,
  type Hold,
  type Override,
} from '../shared/language/index.ts';
import { NO_STATE, withRecords, type PullState } from '../shared/pull-state.ts';
import { draft } from './store/here.ts';

const [A, B, C] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
const AT = '2026-11-25T10:00:00.000Z';

/** A chain of records, one action each, as the engine records them. */
function chainOf(actions: readonly RecordedAction[]): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const [index, action] of actions.entries()) {
    const by = typeof action['by'] === 'string' ? action['by'] : 'ada';
    const kept = draft({
      position: index,
      at: AT,
      actor: { login: by, id: `id of ${by.toLowerCase()}` },
      actions: [action],
    });
    records.push(chained(kept, records.at(-1) ?? EMPTY_CHAIN));
  }
  return records;
}

const NOTICES: ReadonlySet<string> = new Set(['notice', 'no-notice']);

function after(...actions: readonly Action[]): PullState {
  return withRecords(
    NO_STATE,
    chainOf(actions.map((action) => ({ ...action, result: NOTICES.has(action.is) ? 'done' : 'recorded' }))),
  );
}

const stateOf = (...actions: readonly RecordedAction[]): PullState => withRecords(NO_STATE, chainOf(actions));

const votesAfter = (...actions: readonly Action[]): readonly string[] =>
  after(...actions).votes.map(
    ({ vote: kind, by, headSha, stale }) =>
      `${kind} by ${by} for ${headSha[0]}${stale.length === 0 ? '' : ` but ${stale.join(' ')}`}`,
  );

const done = (action: Action): RecordedAction => ({ ...action, result: 'done' });
const recorded = (action: Action): RecordedAction => ({ ...action, result: 'recorded' });
const votesOf = (...said: readonly (readonly [action: Action, at: string])[]) =>
  withRecords(NO_STATE, chainOf(said.map(([action, at]) => ({ ...recorded(action), at })))).votes;
const madeBy = (id: string, action: RecordedAction) =>
  draft({ at: AT, actor: { login: 'ada', id }, actions: [action] });
const reasons = (...records: readonly AuditRecord[]) =>
  withRecords(NO_STATE, records).holds.map(({ reason }) => reason);
const day = (number: number) => ({ until: { is: 'date', at: `2026-12-0${number}T00:00:00.000Z` } }) as const;
const merged = (pull: number) => ({ until: { is: 'merged', pull } }) as const;
const dated = (by: string): Hold => ({ by, reason: '', at: AT, ...day(9) });

const heads = ({ heads: seen }: PullState): string => seen.map(({ headSha }) => headSha[0]).join('');

describe('votes', () => {
  test.each<[what: string, actions: readonly Action[], votes: readonly string[]]>([
    [
      'one of each kind',
      [vote('lgtm', 'ada', A), vote('approve', 'ada', A)],
      ['lgtm by ada for a', 'approve by ada for a'],
    ],
    ['the last of a person counts', [vote('lgtm', 'ada', A), vote('lgtm', 'Ada', B)], ['lgtm by ada for b']],
    [
      'each person has their own',
      [vote('lgtm', 'ada', A), vote('lgtm', 'bob', A)],
      ['lgtm by ada for a', 'lgtm by bob for a'],
    ],
    ['taken back, in any case', [vote('lgtm', 'Ada', A), withdraw('lgtm', 'aDA')], []],
    ['the other kind stays', [vote('approve', 'ada', A), withdraw('lgtm', 'ada')], ['approve by ada for a']],
    ['all of a kind', [vote('lgtm', 'ada', A), vote('lgtm', 'bob', A), withdrawAll('lgtm')], []],
    ['by the review that gave it', [vote('approve', 'ada', A, '7'), withdraw('approve', 'ada', '7')], []],
    [
      'not by another review',
      [vote('approve', 'ada', A, '7'), withdraw('approve', 'ada', '8')],
      ['approve by ada for a'],
    ],
  ])('%s', (_, actions, votes) => {
    expect(votesAfter(...actions)).toEqual(votes);
  });

  test('know the person’s id where that person gave them', () => {
    expect(after(vote('lgtm', 'Ada', A)).votes).toMatchObject([{ by: 'ada', id: 'id of ada', at: AT }]);
  });
});

const partsAfter = (...actions: readonly Action[]): readonly string[] =>
  after(...actions).votes.map(({ by, paths = ['all'], except = [], stale, review, noIssue }) =>
    [
      `${by}: ${paths.join(' ')}`,
      ...(except.length === 0 ? [] : [`without ${except.join(' ')}`]),
      ...(stale.length === 0 ? [] : [`but ${stale.join(' ')}`]),
      ...(review === undefined ? [] : [`by review ${review}`]),
      ...(noIssue === true ? ['without an issue'] : []),
    ].join(', '),
  );
const part = (by: string, ...paths: readonly string[]): Action => consent(by, A, { paths });

describe('approvals of some paths', () => {
  test.each<[what: string, actions: readonly Action[], votes: readonly string[]]>([
    ['stand beside each other', [part('ada', 'a'), part('Ada', 'b')], ['ada: a', 'ada: b']],
    ['replace what they take in', [part('ada', 'a'), part('ada', 'b', 'a')], ['ada: b a']],
    ['do not replace the approval of all', [consent('ada', A), part('ada', 'a')], ['ada: all', 'ada: a']],
    ['give way to the approval of all', [part('ada', 'a'), consent('ada', A)], ['ada: all']],
    ['are of one person', [part('ada', 'a'), consent('bob', A)], ['ada: a', 'bob: all']],
    ['taken back alone', [part('ada', 'a'), part('ada', 'b'), withdrawConsent('ADA', ['a'])], ['ada: b, without a']],
    ['taken back in part', [part('ada', 'a', 'b'), withdrawConsent('ada', ['b'])], ['ada: a b, without b']],
    ['taken back altogether', [part('ada', 'a'), consent('ada', A), withdrawConsent('ada')], []],
    [
      'given again',
      [consent('ada', A), withdrawConsent('ada', ['a']), part('ada', 'a')],
      ['ada: all, without a', 'ada: a'],
    ],
    ['carried by a push', [part('ada', 'a'), carryVotes(A, B, ['a/x'])], ['ada: a, but a/x']],
    [
      'beside that of a review',
      [vote('approve', 'ada', A, '7'), part('ada', 'a')],
      ['ada: all, by review 7', 'ada: a'],
    ],
  ])('%s', (_, actions, votes) => {
    expect(partsAfter(...actions)).toEqual(votes);
  });

  test('are kept up to a number, and what is taken back piece by piece is in the end taken back', () => {
    const pieces = Array.from({ length: 50 }, (_, index) => `p${index}`);
    expect(partsAfter(...pieces.map((each) => part('ada', each)))).toEqual(
      pieces.slice(-20).map((each) => `ada: ${each}`),
    );
    const back = pieces.map((each) => withdrawConsent('ada', [each]));
    expect(partsAfter(consent('ada', A), ...back.slice(0, 40))).toHaveLength(1);
    expect(partsAfter(consent('ada', A), ...back)).toEqual([]);
    expect(after(...back.slice(0, 40))).toMatchObject({ declined: [], declinedPaths: [{ by: 'ada' }] });
    expect(after(...back)).toMatchObject({ declined: ['ada'] });
  });

  test.each<[what: string, actions: readonly Action[], declined: readonly string[], paths: readonly string[]]>([
    ['takes nothing else back', [withdrawConsent('Ada', ['a'])], [], ['a']],
    ['adds up', [withdrawConsent('ada', ['a']), withdrawConsent('ada', ['b', 'a'])], [], ['a', 'b']],
    ['ends with all of it', [withdrawConsent('ada', ['a']), withdrawConsent('ada')], ['ada'], []],
    ['ends with an approval of all', [withdrawConsent('ada', ['a']), consent('ada', A)], [], []],
    ['outlasts an approval of some', [withdrawConsent('ada', ['a']), part('ada', 'a')], [], ['a']],
    ['all of it outlasts an approval of some', [withdrawConsent('ada'), part('ada', 'a')], ['ada'], []],
  ])('taken back for some paths %s', (_, actions, declined, paths) => {
    const state = after(...actions);
    expect([state.declined, state.declinedPaths.flatMap((each) => each.paths)]).toEqual([declined, paths]);
  });
});

const review = (id: string): Action => vote('approve', 'ada', A, id);
const dismissed = (id: string): Action => withdraw('approve', 'ada', id);

describe('approvals by reviews', () => {
  test.each<[what: string, actions: readonly Action[], votes: readonly string[]]>([
    ['dismissing one leaves what was commented', [consent('ada', A), review('7'), dismissed('7')], ['ada: all']],
    ['dismissing one leaves the other', [review('7'), review('8'), dismissed('8')], ['ada: all, by review 7']],
    ['a comment after it stands for itself', [review('7'), consent('ada', A), dismissed('7')], ['ada: all']],
  ])('%s', (_, actions, votes) => {
    expect(partsAfter(...actions)).toEqual(votes);
  });
});

describe('that no issue is needed', () => {
  const waived = consent('ada', A, { noIssue: true });
  test.each<[what: string, actions: readonly Action[], votes: readonly string[]]>([
    ['stays with a later approval', [waived, consent('ada', A)], ['ada: all, without an issue']],
    ['is of that person alone', [waived, consent('bob', A)], ['ada: all, without an issue', 'bob: all']],
    ['goes with the approval', [waived, withdrawConsent('ada'), consent('ada', A)], ['ada: all']],
  ])('%s', (_, actions, votes) => {
    expect(partsAfter(...actions)).toEqual(votes);
  });
});

describe('a push carries', () => {
  const given = [vote('lgtm', 'ada', A), vote('approve', 'ada', A)];
  test.each<[what: string, push: Action, votes: readonly string[]]>([
    ['both where the change is the same', carryVotes(A, B, []), ['lgtm by ada for b', 'approve by ada for b']],
    ['an approval, except for what is another change', carryVotes(A, B, ['x']), ['approve by ada for b but x']],
    ['nothing where it could not be compared', carryVotes(A, B, 'all'), []],
    [
      'an lgtm that sticks',
      carryVotes(A, B, ['x'], AT, true),
      ['lgtm by ada for b but x', 'approve by ada for b but x'],
    ],
    ['an lgtm that sticks, whatever it was', carryVotes(A, B, 'all', AT, true), ['lgtm by ada for b']],
    ['nothing from a head that nobody voted for', carryVotes(C, B, []), []],
  ])('%s', (_, push, votes) => {
    expect(votesAfter(...given, push)).toEqual(votes);
  });

  test('what is stale, further', () => {
    expect(votesAfter(vote('approve', 'ada', A), carryVotes(A, B, ['x']), carryVotes(B, C, ['y', 'x']))).toEqual([
      'approve by ada for c but x y',
    ]);
  });

  test('the commit it was given for first', () => {
    const { votes } = after(consent('ada', A), carryVotes(A, B, []), carryVotes(B, C, []));
    expect(votes).toMatchObject([{ headSha: C, first: A }]);
  });

  test('no vote over a push that it was not told of', () => {
    expect(votesAfter(vote('lgtm', 'ada', A), carryVotes(B, C, []), carryVotes(A, B, []))).toEqual([]);
  });

  test('and a vote given for the new head meanwhile stays', () => {
    expect(votesAfter(vote('lgtm', 'ada', B), carryVotes(A, B, 'all'))).toEqual(['lgtm by ada for b']);
  });
});

describe('an approval taken back', () => {
  test.each<[what: string, actions: readonly Action[], declined: readonly string[]]>([
    ['is remembered', [withdraw('approve', 'Ada')], ['ada']],
    ['once', [withdraw('approve', 'ada'), withdraw('approve', 'ADA')], ['ada']],
    ['until it is given again', [withdraw('approve', 'ada'), vote('approve', 'ada', A)], []],
    ['is none where only a review was dismissed', [withdraw('approve', 'ada', '7')], []],
    ['is not an lgtm taken back', [withdraw('lgtm', 'ada')], []],
  ])('%s', (_, actions, declined) => {
    expect(after(...actions).declined).toEqual(declined);
  });
});

test('a living comment that was taken away is remembered no longer', () => {
  const said = { ...notice('welcome', 'Hello.'), result: 'done', ref: '7', digest: 'd' } as const;
  const other = { ...notice('merge', 'Not merged.'), result: 'done', ref: '8', digest: 'e' } as const;
  const gone = { ...noNotice('welcome'), result: 'done' } as const;
  expect(stateOf(said, other, gone)).toMatchObject({ notices: { merge: '8' }, said: { merge: 'e' } });
  expect(stateOf(said, { ...gone, result: 'unchanged' }).notices).toEqual({});
  expect(stateOf(said, { ...gone, result: 'refused' }).notices).toEqual({ welcome: '7' });
  expect(stateOf(said, gone, { ...said, ref: '9' }).notices).toEqual({ welcome: '9' });
});

test('whose word is needed is kept until none of those needs it who asked', () => {
  const { required } = after(
    requireWord('grace', 'ada', '2'),
    requireWord('grace', 'bob', '2'),
    requireWord('acme/docs', 'bob'),
  );
  expect(required).toMatchObject([
    { who: 'grace', id: '2', askedBy: 'ada', askedById: 'id of ada' },
    { who: 'grace', id: '2', askedBy: 'bob', askedById: 'id of bob' },
    { who: 'acme/docs', askedBy: 'bob' },
  ]);
  const twice = [requireWord('grace', 'ada', '2'), requireWord('grace', 'Bob', '2'), requireWord('grace', 'ada', '2')];
  expect(after(...twice, unrequire('grace', 'Ada')).required).toMatchObject([{ askedBy: 'bob' }]);
  expect(after(...twice, unrequire('grace')).required).toEqual([]);
});

test('a vote that was written before it was taken back does not count, whenever it comes', () => {
  const [early, late] = ['2026-11-25T09:00:00Z', '2026-11-25T09:05:00Z'];
  const given = [vote('lgtm', 'ada', A), early] as const;
  expect(votesOf([withdraw('lgtm', 'Ada'), late], given)).toEqual([]);
  expect(votesOf([withdrawAll('lgtm'), late], given)).toEqual([]);
  expect(votesOf([withdraw('lgtm', 'ada'), early], given)).toHaveLength(1);
  expect(votesOf([withdraw('lgtm', 'bob'), late], given)).toHaveLength(1);
  expect(votesOf([withdraw('approve', 'ada'), late], given)).toHaveLength(1);
  // An earlier word that comes later takes nothing from the last.
  expect(votesOf([withdrawAll('lgtm'), late], [withdrawAll('lgtm'), early], given)).toEqual([]);
});

describe('overrides', () => {
  const of = (check: string, more: Partial<Override> = {}): Action =>
    override({
      check,
      by: 'Ada',
      headSha: A,
      baseRef: 'main',
      baseSha: B,
      sticky: false,
      reason: '',
      from: ['status'],
      ...more,
    });
  test.each<[what: string, actions: readonly Action[], overridden: readonly string[]]>([
    ['each of its own', [of('unit'), of('lint')], ['unit by ada', 'lint by ada']],
    ['the last word on a check', [of('unit'), of('unit', { by: 'bob' })], ['unit by bob']],
    ['taken back', [of('unit'), of('lint'), dropOverride('unit', 'bob')], ['lint by ada']],
    ['left by a push', [of('unit'), observeHead(C, '2026-11-25T10:00:01Z')], ['unit by ada, left']],
    ['not by what tells of the same head', [of('unit'), observeHead(A, '2026-11-25T10:00:01Z')], ['unit by ada']],
    [
      'not by a push before it that is told of late',
      [of('unit'), observeHead(C, '2026-11-25T09:00:00Z')],
      ['unit by ada'],
    ],
    [
      'nor alive again when the head comes back',
      [of('unit'), observeHead(C, '2026-11-25T10:00:01Z'), observeHead(A, '2026-11-25T10:00:02Z')],
      ['unit by ada, left'],
    ],
    [
      'one a head, of which that of the head now is taken back',
      [
        of('unit'),
        observeHead(C, '2026-11-25T10:00:01Z'),
        of('unit', { by: 'bob', headSha: C }),
        dropOverride('unit', 'bob'),
      ],
      ['unit by ada, left'],
    ],
    [
      'also one that was left',
      [
        of('unit'),
        observeHead(C, '2026-11-25T10:00:01Z'),
        observeHead(A, '2026-11-25T10:00:02Z'),
        dropOverride('unit', 'bob'),
      ],
      [],
    ],
  ])('%s', (_, actions, overridden) => {
    const all = after(...actions).overrides;
    expect(all.map(({ check, by, left }) => `${check} by ${by}${left === true ? ', left' : ''}`)).toEqual(overridden);
  });
});

describe('holds', () => {
  test.each<[what: string, actions: readonly Action[], holds: readonly string[]]>([
    ['one a person, with the last reason', [hold('ada', 'x'), hold('Ada', 'y')], ['ada: y']],
    ['of several', [hold('ada', 'x'), hold('bob', 'y')], ['ada: x', 'bob: y']],
    ['lifted all at once', [hold('ada', 'x'), hold('bob', 'y'), liftHolds()], []],
    ['lifted by one for themselves', [hold('ada', 'x'), hold('bob', 'y'), liftHolds('ADA')], ['bob: y']],
    ['one of each kind', [hold('ada', 'x'), hold('ada', 'y', day(1)), hold('ada', 'z', day(2))], ['ada: x', 'ada: z']],
    ['two for two merges', [hold('ada', 'x', merged(1)), hold('ada', 'y', merged(2))], ['ada: x', 'ada: y']],
    [
      'one of theirs lifted',
      [hold('ada', 'x'), hold('bob', 'w', day(1)), hold('ada', 'y', day(1)), liftHold(dated('ADA'))],
      ['ada: x', 'bob: w'],
    ],
    [
      'all of theirs lifted',
      [hold('ada', 'x'), hold('ada', 'y', day(1)), hold('bob', 'z'), liftHolds('ada')],
      ['bob: z'],
    ],
  ])('%s', (_, actions, holds) => {
    expect(after(...actions).holds.map(({ by, reason }) => `${by}: ${reason}`)).toEqual(holds);
  });

  test('of a login that somebody else took since are not theirs', () => {
    const set = chained(madeBy('1', recorded(hold('ada', 'x'))), EMPTY_CHAIN);
    const again = chained(madeBy('2', recorded(hold('ada', 'y'))), set);
    const lift = chained(madeBy('2', recorded(liftHolds('ada'))), again);
    expect(reasons(set, again)).toEqual(['x', 'y']);
    expect(reasons(set, again, lift)).toEqual(['x']);
  });

  test('tell what they wait for', () => {
    expect(after(hold('ada', 'x', { team: 'acme/security' }), hold('ada', '', merged(3))).holds).toMatchObject([
      { by: 'ada', reason: 'x', team: 'acme/security' },
      { by: 'ada', until: { is: 'merged', pull: 3 } },
    ]);
  });
});

const clock = (seconds: number): string => `2026-11-25T10:00:${String(seconds).padStart(2, '0')}Z`;

describe('heads', () => {
  test.each<[what: string, actions: readonly Action[], seen: string]>([
    ['in their order', [observeHead(A, clock(0)), observeHead(B, clock(5))], 'ab'],
    ['whatever the order in which they were told', [observeHead(B, clock(5)), observeHead(A, clock(0))], 'ab'],
    ['each once in a row', [observeHead(A, clock(0)), observeHead(A, clock(5))], 'a'],
    ['since the earliest that was told', [observeHead(A, clock(5)), observeHead(A, clock(0))], 'a'],
    ['again where it came back', [observeHead(A, clock(0)), observeHead(B, clock(5)), observeHead(A, clock(9))], 'aba'],
    [
      'again where a push from another one is told',
      [observeHead(A, clock(0)), observeHead(A, clock(9), { before: B })],
      'aa',
    ],
    [
      'and that other one between, told at last',
      [observeHead(A, clock(0)), observeHead(A, clock(9), { before: B }), observeHead(B, clock(5), { before: A })],
      'aba',
    ],
    [
      'once for a push told twice',
      [observeHead(B, clock(5), { before: A }), observeHead(B, clock(5), { before: A })],
      'b',
    ],
    [
      'of one second, by the comments there were',
      [observeHead(B, clock(5), { comments: 3 }), observeHead(A, clock(5), { comments: 2 })],
      'ab',
    ],
    ['of one second, as told where nothing says more', [observeHead(B, clock(5)), observeHead(A, clock(5))], 'ba'],
  ])('%s', (_, actions, seen) => {
    expect(heads(after(...actions))).toBe(seen);
  });

  test('since the earliest moment', () => {
    expect(after(observeHead(A, clock(5)), observeHead(A, clock(0), { comments: 0 })).heads).toEqual([
      { headSha: A, at: clock(0), comments: 0 },
    ]);
  });

  test('the last twenty', () => {
    const many = Array.from({ length: 30 }, (_, place) => observeHead(String(place), clock(place)));
    expect(after(...many).heads.map(({ headSha }) => headSha)).toEqual(
      many.slice(10).map((_, place) => String(place + 10)),
    );
  });
});

const login = fc.constantFrom('ada', 'grace', 'Edsger');
const sha = fc.constantFrom(A, B, C);
const kind = fc.constantFrom('lgtm' as const, 'approve' as const);
const second = fc.integer({ min: 0, max: 9 }).map((at) => `2026-11-25T10:00:0${at}Z`);
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(kind, login, sha).map(([which, by, head]) => vote(which, by, head)),
  fc.tuple(kind, login).map(([which, by]) => withdraw(which, by)),
  kind.map((which) => withdrawAll(which)),
  fc.tuple(login, fc.string()).map(([by, why]) => hold(by, why)),
  fc.option(login, { nil: undefined }).map((by) => liftHolds(by)),
  fc
    .tuple(sha, second, fc.option(fc.nat(3), { nil: undefined }), fc.option(sha, { nil: undefined }))
    .map(([head, at, comments, before]) => observeHead(head, at, { comments, before })),
  fc
    .tuple(sha, sha, fc.oneof(fc.constant('all' as const), fc.subarray(['x', 'y'])))
    .map(([from, to, altered]) => carryVotes(from, to, altered)),
  fc.constant(notice('approval', 'text')),
);
const anyResult = fc.constantFrom<RecordedAction['result']>('recorded', 'done', 'refused', 'superseded', 'failed');
const anyChain = fc
  .array(fc.tuple(anyAction, anyResult), { maxLength: 30 })
  .map((all) =>
    chainOf(all.map(([action, result]) => ({ ...action, result, ...(action.is === 'notice' ? { ref: '1' } : {}) }))),
  );

describe('for any records', () => {
  test('a sum kept half-way, and read back, goes on to the same', () => {
    fc.assert(
      fc.property(anyChain, fc.nat(30), (records, cut) => {
        const kept: PullState = JSON.parse(JSON.stringify(withRecords(NO_STATE, records.slice(0, cut))));
        expect(withRecords(kept, records.slice(cut))).toEqual(withRecords(NO_STATE, records));
      }),
    );
  });

  test('what was not recorded counts for nothing', () => {
    fc.assert(
      fc.property(anyChain, (records) => {
        const counting = records.flatMap(({ actions }) => actions.filter(({ result }) => result === 'recorded'));
        const { votes, holds, heads: seen, declined } = withRecords(NO_STATE, records);
        const only = withRecords(NO_STATE, chainOf(counting));
        expect([votes, holds, seen, declined].map((each) => each.length)).toEqual(
          [only.votes, only.holds, only.heads, only.declined].map((each) => each.length),
        );
      }),
    );
  });

  test('nobody has two votes of a kind, nor two holds, and heads stand in the order of time', () => {
    fc.assert(
      fc.property(anyChain, (records) => {
        const { votes, holds, heads: seen } = withRecords(NO_STATE, records);
        const keys = [...votes.map(({ vote: which, by }) => `${which} ${by}`), ...holds.map(({ by }) => `hold ${by}`)];
        expect(new Set(keys).size).toBe(keys.length);
        expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).toSorted());
        const repeated = seen.filter(
          ({ headSha, before }, place) => seen[place - 1]?.headSha === headSha && before === undefined,
        );
        expect(repeated).toEqual([]);
      }),
    );
  });

  test('a vote stands for the head it was given for, or for one whose change is the same', () => {
    fc.assert(
      fc.property(anyChain, (records) => {
        const { votes } = withRecords(NO_STATE, records);
        const given = new Set(
          records.flatMap(({ actions }) =>
            actions.flatMap((action) => (action.is === 'vote' ? [String(action['headSha'])] : [])),
          ),
        );
        const reached = new Set(given);
        for (const { actions } of records) {
          for (const action of actions) {
            const { is, from, to, altered } = action;
            if (is === 'carry-votes' && altered !== 'all' && reached.has(String(from))) reached.add(String(to));
          }
        }
        expect(votes.every(({ headSha }) => reached.has(headSha))).toBe(true);
      }),
    );
  });
});

describe('whether reviewers were chosen', () => {
  const ASKED = { is: 'request-review', reviewers: ['ada'], result: 'done' } as const;
  const NOTHING: readonly RecordedAction[] = [];
  test.each([
    ['by the rule', { command: 'automation:blunderbuss', actions: [ASKED] }, true],
    ['by the command', { command: 'auto-cc', actions: [ASKED] }, true],
    ['not where nobody was', { command: 'auto-cc', actions: NOTHING }, false],
    ['not where the forge refused', { command: 'automation:blunderbuss', outcome: 'refused', actions: [ASKED] }, false],
    ['by /cc in the description', { command: 'cc', source: 'description', actions: [ASKED] }, true],
    ['by /uncc in the description', { command: 'uncc', source: 'description', actions: NOTHING }, true],
    [
      'by a /cc there that could not be',
      { command: 'cc', source: 'description', outcome: 'refused', actions: NOTHING },
      true,
    ],
    [
      'not by one that is written wrongly',
      { command: 'cc', source: 'description', rule: 'usage', actions: NOTHING },
      false,
    ],
    ['not by /cc in a comment', { command: 'cc', source: 'comment', actions: [ASKED] }, false],
  ] as const)('%s', (_, { actions, command, ...more }, chosen) => {
    const {
      source = 'event',
      outcome = 'done',
      rule = 'anyone',
    } = { source: undefined, outcome: undefined, rule: undefined, ...more };
    const record = draft({
      command,
      outcome,
      actions: [...actions],
      source: { kind: source, id: '1', url: '' },
      basis: { rule },
    });
    expect(withRecords(NO_STATE, [chained(record, EMPTY_CHAIN)]).reviewersChosen).toBe(chosen);
  });
});

describe('the merge queue of the forge', () => {
  const ours = { is: 'waiting', by: 'us', headSha: A };
  const out = (why: 'checks' | 'person') => ({ is: 'removed', why, by: 'grace', at: AT });

  test.each<[what: string, actions: readonly RecordedAction[], queued: unknown]>([
    ['nothing was done', [], undefined],
    ['put there', [done(enqueue(A))], ours],
    ['there already', [{ ...enqueue(A), result: 'unchanged' }], ours],
    ['not taken by the forge', [{ ...enqueue(A), result: 'refused' }], undefined],
    ['put there by somebody', [recorded(joinQueue(A))], { ...ours, by: 'person' }],
    ['taken out again', [done(enqueue(A)), done(dequeue())], undefined],
    ['removed by the forge', [done(enqueue(A)), recorded(leaveQueue('checks', 'grace'))], out('checks')],
    ['removed as nobody had put it there', [recorded(leaveQueue('checks', 'grace'))], undefined],
    ['another head', [done(enqueue(A)), recorded(observeHead(B, AT))], undefined],
    ['the same head told of again', [done(enqueue(A)), recorded(observeHead(A, AT))], ours],
    [
      'removed, then mended by a push',
      [done(enqueue(A)), recorded(leaveQueue('checks', 'grace')), recorded(observeHead(B, AT))],
      undefined,
    ],
    [
      'removed by a person, whose wish no push changes',
      [done(enqueue(A)), recorded(leaveQueue('person', 'grace')), recorded(observeHead(B, AT))],
      out('person'),
    ],
    ...[recorded(vote('lgtm', 'ada', A)), recorded(liftHolds()), done(lookAnew())].map(
      (word): [string, RecordedAction[], unknown] => [
        `removed by a person, then ${word.is}`,
        [done(enqueue(A)), recorded(leaveQueue('person', 'grace')), word],
        undefined,
      ],
    ),
    [
      'removed, then a hold: no word for it',
      [done(enqueue(A)), recorded(leaveQueue('checks', 'grace')), recorded(hold('ada', ''))],
      out('checks'),
    ],
  ])('%s', (_, actions, queued) => {
    expect(withRecords(NO_STATE, chainOf(actions)).queued).toEqual(queued);
  });
});

describe('the batch of its base', () => {
  const join: RecordedAction = { ...done(joinBatch(A, 3, 'main')), ref: B };
  const failed = done(leaveBatch('checks', A, { said: 'It failed.' }));
  const left = { is: 'left', why: 'checks', headSha: A, said: 'It failed.' };

  test.each<[what: string, actions: readonly RecordedAction[], batching: unknown]>([
    ['tested there', [join], { is: 'in', sha: B, baseRef: 'main' }],
    ['no room', [{ ...joinBatch(A, 3, 'main'), result: 'superseded' }], undefined],
    [
      'not to be begun',
      [{ ...joinBatch(A, 3, 'main'), result: 'refused', note: 'No.' }],
      { is: 'left', why: 'timeout', headSha: A, said: 'No.' },
    ],
    ['failed there', [join, failed], left],
    [
      'never ended there',
      [join, done(leaveBatch('timeout', A, { said: 'Late.' }))],
      { ...left, why: 'timeout', said: 'Late.' },
    ],
    ['not ready any more', [join, done(leaveBatch('not-ready', A))], undefined],
    ['merged', [join, done(merge(A, 'merge'))], undefined],
    [
      'not merged by the forge',
      [join, { ...merge(A, 'merge'), result: 'refused' }],
      { is: 'in', sha: B, baseRef: 'main' },
    ],
    // Its place is still to be taken away.
    ['pushed to while it is there', [join, recorded(observeHead(B, AT))], { is: 'in', sha: B, baseRef: 'main' }],
    ['pushed to since', [join, failed, recorded(observeHead(B, AT))], undefined],
    ['the same head told of again', [join, failed, recorded(observeHead(A, AT))], left],
    ...[recorded(vote('lgtm', 'ada', A)), recorded(liftHolds()), done(lookAnew())].map(
      (word): [string, RecordedAction[], unknown] => [`failed there, then ${word.is}`, [join, failed, word], undefined],
    ),
  ])('%s', (_, actions, batching) => {
    expect(withRecords(NO_STATE, chainOf(actions)).batching).toEqual(batching);
  });
});

describe('the auto-merge of the forge', () => {
  const ours = { is: 'on', by: 'us', headSha: A };
  test.each<[what: string, actions: readonly RecordedAction[], arming: unknown]>([
    ['turned on', [done(armMerge(A, 'merge'))], ours],
    ['on already', [{ ...armMerge(A, 'merge'), result: 'unchanged' }], ours],
    ['not taken by the forge', [{ ...armMerge(A, 'merge'), result: 'refused' }], undefined],
    ['turned on by somebody', [recorded(noteArmed(A))], { ...ours, by: 'other' }],
    ['turned off', [done(armMerge(A, 'merge')), done(disarmMerge(A))], { is: 'ended', headSha: A }],
    [
      'turned off, and on again by somebody',
      [done(disarmMerge(A)), recorded(noteArmed(A))],
      { ...ours, by: 'other', again: true },
    ],
    ['the same at another head', [done(disarmMerge(A)), recorded(noteArmed(B))], { is: 'on', by: 'other', headSha: B }],
    [
      'turned off by somebody',
      [done(armMerge(A, 'merge')), recorded(noteDisarmed(true, 'grace'))],
      { is: 'declined', by: 'grace' },
    ],
    ['turned off by the forge', [done(armMerge(A, 'merge')), recorded(noteDisarmed(false, 'grace'))], undefined],
    ['turned on and off by somebody', [recorded(noteArmed(A)), recorded(noteDisarmed(true, 'grace'))], undefined],
    ['a push keeps it on', [done(armMerge(A, 'merge')), recorded(observeHead(B, AT))], ours],
    ...[recorded(vote('lgtm', 'ada', A)), recorded(liftHolds()), done(lookAnew())].map(
      (word): [string, RecordedAction[], unknown] => [
        `turned off by somebody, then ${word.is}`,
        [done(armMerge(A, 'merge')), recorded(noteDisarmed(true, 'grace')), word],
        undefined,
      ],
    ),
  ])('%s', (_, actions, arming) => {
    expect(withRecords(NO_STATE, chainOf(actions)).arming).toEqual(arming);
  });
});

test.each<[what: string, actions: readonly RecordedAction[], refused: unknown]>([
  ['never tried', [], undefined],
  ['refused', [{ ...merge(A, 'merge'), result: 'refused', note: 'Not signed.' }], { headSha: A, note: 'Not signed.' }],
  ['refused, then merged', [{ ...merge(A, 'merge'), result: 'refused' }, done(merge(A, 'merge'))], undefined],
])('a merge that was %s', (_, actions, refused) => {
  expect(withRecords(NO_STATE, chainOf(actions)).refusedMerge).toEqual(refused);
});
