/** The tree against a model that only says yes or no. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { leavesOf, missingIn, type Approval, type Check, type Gate } from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import {
  ada,
  approved,
  BEFORE,
  given,
  HEAD,
  pullOf,
  settingsOf,
  unapproved,
  voteOf,
  type All,
} from '../support/given.ts';

const LABELS = ['lgtm', 'approved', 'qa', 'Fast', 'do-not-merge/hold', 'do-not-merge/x', 'needs-rebase'] as const;
const WANTED = ['lgtm', 'approved', 'qa', 'fast', 'qa,fast', 'lgtm,qa', 'approved,fast'] as const;
/** Mostly what lets it be merged, so that both answers are frequent. */
const mostly = <T>(good: T, any: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 6 }, { arbitrary: any, weight: 1 });
const rare = (most: number): fc.Arbitrary<boolean> => fc.integer({ min: 0, max: most }).map((drawn) => drawn === 0);

const query = fc.record(
  {
    labels: fc.subarray([...WANTED]),
    missingLabels: fc.subarray(['qa', 'wip']),
    branches: fc.subarray(['main', 'release-*'], { minLength: 1 }),
    author: fc.constantFrom('ada', 'linus'),
    milestone: fc.constantFrom('v1', 'v2'),
    reviewApproved: fc.boolean(),
  },
  { requiredKeys: [] },
);
const checks = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('unit', 'lint', 'bench'),
    state: fc.constantFrom<Check['state'][]>('success', 'success', 'success', 'pending', 'failure'),
    required: fc.boolean(),
  }),
  { selector: ({ name }) => name },
);

const facts: fc.Arbitrary<All> = fc
  .record({
    state: mostly<'open' | 'closed'>('open', fc.constant('closed')),
    labels: mostly<readonly string[]>(['lgtm', 'approved', 'qa', 'Fast'], fc.subarray([...LABELS])),
    draft: rare(5),
    mergeable: mostly<'yes' | 'unknown' | 'conflicting'>('yes', fc.constantFrom('unknown', 'conflicting')),
    checksComplete: rare(8).map((not) => !not),
    checks: mostly([], checks),
    queries: mostly([{ labels: ['lgtm', 'approved'] }], fc.array(query, { maxLength: 3 })),
    voters: mostly(['linus'], fc.subarray(['linus', 'grace', ada.login])),
    voteFor: fc.constantFrom(HEAD, HEAD, BEFORE),
    held: rare(5),
    owners: mostly(true, fc.boolean()),
    ofPower: fc.boolean(),
    enabled: rare(8).map((not) => !not),
    methods: fc.subarray(['merge' as const, 'squash' as const, 'rebase' as const]),
    reviewApproved: fc.boolean(),
    milestone: fc.option(fc.constantFrom('v1', 'V2'), { nil: undefined }),
  })
  .map((drawn) => {
    const { state, draft, mergeable, checksComplete, methods, reviewApproved, milestone } = drawn;
    const approval: Approval = { ...(drawn.owners ? approved : unapproved), ofPower: drawn.ofPower };
    return given({
      pull: pullOf({
        state,
        draft,
        mergeable,
        checks: drawn.checks,
        checksComplete,
        methods,
        reviewApproved,
        ...(milestone === undefined ? {} : { milestone }),
      }),
      labels: new Set(drawn.labels),
      lgtms: drawn.voters.map((by) => voteOf(by, { headSha: drawn.voteFor })),
      holds: drawn.held ? [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] : [],
      approval,
      settings: settingsOf('merge', { enabled: drawn.enabled, queries: drawn.queries }),
    });
  });

/** Yes or no, with none of the code that says why. */
function mayMerge({ pull, labels, lgtms, holds, approval, settings }: All): boolean {
  const on = new Set([...labels].map((label) => label.toLowerCase()));
  const says = (name: string): boolean => {
    if (name === 'lgtm')
      return on.has(name) && lgtms.some(({ by, headSha }) => by !== 'ada' && headSha === pull.headSha);
    return on.has(name) && (name !== 'approved' || approval.approved);
  };
  const required = pull.checks.filter((each) => each.required);
  const counting = required.length > 0 ? required : pull.checks;
  const fits = (one: All['settings']['merge']['queries'][number]): boolean =>
    (one.labels ?? []).every((each) => each.split(',').some(says)) &&
    (one.missingLabels ?? []).every((each) => !on.has(each)) &&
    (one.branches === undefined || one.branches.includes('main')) &&
    (one.author ?? 'ada') === 'ada' &&
    (one.milestone === undefined || one.milestone === pull.milestone?.toLowerCase()) &&
    (one.reviewApproved !== true || pull.reviewApproved);
  return (
    pull.state === 'open' &&
    !pull.draft &&
    holds.length === 0 &&
    ![...on].some((label) => label.startsWith('do-not-merge/') || label === 'needs-rebase') &&
    pull.mergeable !== 'conflicting' &&
    pull.checksComplete &&
    counting.every(({ state }) => state === 'success') &&
    settings.merge.enabled &&
    pull.methods.length > 0 &&
    (!approval.ofPower || approval.approved) &&
    settings.merge.queries.some(fits)
  );
}

function everyLeaf(gate: Gate): readonly Gate[] {
  return gate.is === 'leaf' ? [gate] : [gate, ...gate.of.flatMap(everyLeaf)];
}

test('the tree passes where the model says yes, and what is open says what to do and by whose rule', () => {
  fc.assert(
    fc.property(facts, (all) => {
      const gate = gateOf(all);
      expect(gate.passed).toBe(mayMerge(all));
      const missing = missingIn(gate);
      expect(missing.length > 0).toBe(!gate.passed);
      for (const each of everyLeaf(gate)) {
        expect(
          each.is === 'leaf' ? [each.fact !== '', (each.next !== '') === !each.passed, each.rule.says !== ''] : [],
        ).toEqual(each.is === 'leaf' ? [true, true, true] : []);
      }
      expect(leavesOf(gate).filter(({ passed }) => !passed)).toEqual(missing);
    }),
    { numRuns: 3_000 },
  );
});

test('siblings have ids of their own', () => {
  fc.assert(
    fc.property(facts, (all) => {
      const twice = everyLeaf(gateOf(all)).flatMap((gate) => {
        const ids = gate.is === 'leaf' ? [] : gate.of.map(({ id }) => id);
        return ids.filter((id, index) => ids.indexOf(id) !== index);
      });
      expect(twice).toEqual([]);
    }),
  );
});

test('the model itself says yes often enough, and no as well', () => {
  const said = fc.sample(facts, { numRuns: 3_000, seed: 1 }).map(mayMerge);
  expect(said.filter(Boolean).length).toBeGreaterThan(300);
  expect(said.filter((yes) => !yes).length).toBeGreaterThan(300);
});
