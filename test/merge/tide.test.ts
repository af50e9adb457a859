import { describe, expect, test } from 'vitest';
import type { Check, PullFact } from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import { tideStatus } from '../../shared/merge/tide.ts';
import { approved, given, HEAD, pullOf, settingsOf, unapproved, voteOf, type All } from '../support/given.ts';

const ready: All = given({
  event: 'labeled',
  labels: new Set(['lgtm', 'approved']),
  lgtms: [voteOf('linus')],
  approval: approved,
});
const check = (name: string, state: Check['state'], required = true): Check => ({ name, state, required });
const on = (...labels: string[]): Partial<All> => ({ labels: new Set(labels) });
const agreed = (...labels: string[]): Partial<All> => on('lgtm', 'approved', ...labels);
const queries = (...all: All['settings']['merge']['queries'][number][]): Partial<All> => ({
  settings: settingsOf('merge', { queries: all }),
});
const said = (facts: Partial<All>, pull: Partial<PullFact> = {}): readonly [string, string] => {
  const all = { ...ready, ...facts, pull: pullOf(pull) };
  const { state, description } = tideStatus(gateOf(all), all);
  return [state, description];
};
const frozen = {
  branch: 'ma*',
  except: [],
  reason: '',
  by: 'ada',
  at: '2026-03-01T12:00:00Z',
  said: '',
  delivery: 'd',
};

test.each<[description: string, state: string, facts: Partial<All>, pull: Partial<PullFact>]>([
  ['In merge pool.', 'success', {}, {}],
  ['In merge pool (despite BLOCKED).', 'success', {}, { blocked: true }],
  [
    'In merge pool (despite BLOCKED).',
    'success',
    { refusedMerge: { headSha: HEAD, note: 'Not signed.' } },
    { blocked: true },
  ],
  ['In merge pool.', 'success', {}, { blocked: true, checks: [check('tide', 'pending')] }],
  ['Not mergeable. PR has a merge conflict.', 'error', {}, { mergeable: 'conflicting' }],
  [
    'Not mergeable. PR has conflicting merge method override labels',
    'error',
    { ...agreed('s', 'r'), settings: settingsOf('merge', { squashLabel: 's', rebaseLabel: 'r' }) },
    {},
  ],
  [
    'Not mergeable. Merge type "squash" disallowed by repo settings',
    'error',
    { ...agreed('s'), settings: settingsOf('merge', { squashLabel: 's' }) },
    { methods: ['merge'] },
  ],
  ['Not mergeable. Merging is blocked by issue 7.', 'error', { blockers: [{ number: 7, title: 'Broken' }] }, {}],
  [
    'Not mergeable. Merging is blocked by issues 3, 7.',
    'error',
    {
      blockers: [
        { number: 7, title: 'Broken' },
        { number: 3, title: 'branch:main' },
        { number: 4, title: 'branch:other' },
      ],
    },
    {},
  ],
  ['Not mergeable. Merging to branch main is forbidden.', 'pending', queries({ branches: ['dev'] }), {}],
  ['Not mergeable. Merging to branch main is forbidden.', 'pending', { freezes: [frozen] }, {}],
  ['Not mergeable. Must be by author bob.', 'pending', queries({ author: 'bob' }), {}],
  ['Not mergeable. Must be in milestone v1.', 'pending', queries({ milestone: 'v1' }), {}],
  ['Not mergeable. Needs lgtm label.', 'pending', on('approved'), {}],
  ['Not mergeable. Needs approved, lgtm labels.', 'pending', on(), {}],
  // A label that nobody's word is behind is none.
  ['Not mergeable. Needs lgtm label.', 'pending', { lgtms: [] }, {}],
  ['Not mergeable. Needs approved label.', 'pending', { approval: unapproved }, {}],
  ['Not mergeable. Needs a or b, c labels.', 'pending', queries({ labels: ['c', 'a,b'] }), {}],
  ['Not mergeable. Should not have x label.', 'pending', { ...on('x'), ...queries({ missingLabels: ['x', 'y'] }) }, {}],
  ['Not mergeable. Should not have do-not-merge/hold label.', 'pending', agreed('do-not-merge/hold'), {}],
  [
    'Not mergeable. Should not have do-not-merge/hold, needs-rebase labels.',
    'pending',
    agreed('needs-rebase', 'do-not-merge/hold'),
    {},
  ],
  ['Not mergeable. Job unit has not succeeded.', 'pending', {}, { checks: [check('unit', 'failure')] }],
  [
    'Not mergeable. Jobs e2e, unit have not succeeded.',
    'pending',
    {},
    { checks: [check('unit', 'failure'), check('e2e', 'pending')] },
  ],
  [
    'Not mergeable. PullRequest is missing sufficient approving GitHub review(s)',
    'pending',
    queries({ reviewApproved: true }),
    {},
  ],
  [
    'Not mergeable. Retesting: e2e unit',
    'pending',
    { turn: 'mine' },
    { checks: [check('unit', 'pending'), check('e2e', 'pending')] },
  ],
  [
    'Not mergeable. Retesting 9 jobs.',
    'pending',
    { turn: 'moving' },
    { checks: Array.from({ length: 9 }, (_, index) => check(`a/rather/long/name/${index}`, 'pending')) },
  ],
  // What Tide has no words for.
  ['Not mergeable. It is a draft.', 'pending', {}, { draft: true }],
  ['Not mergeable. main moved since.', 'pending', { behind: true }, {}],
])('%s', (description, state, facts, pull) => {
  expect(said(facts, pull)).toEqual([state, description]);
});

describe('the query that lacks least', () => {
  const red = { checks: [check('unit', 'failure')] };
  test.each<[what: string, description: string, facts: Partial<All>, pull: Partial<PullFact>]>([
    [
      'labels before a branch',
      'Not mergeable. Needs a, b labels.',
      queries({ branches: ['dev'] }, { labels: ['a', 'b'] }),
      {},
    ],
    [
      'a review before a milestone',
      'Not mergeable. PullRequest is missing',
      queries({ milestone: 'v1' }, { reviewApproved: true }),
      {},
    ],
    ['a milestone before an author', 'Not mergeable. Must be in', queries({ author: 'bob' }, { milestone: 'v1' }), {}],
    ['one label before two', 'Not mergeable. Needs c label.', queries({ labels: ['a', 'b'] }, { labels: ['c'] }), {}],
    ['of one query the first class alone', 'Not mergeable. Needs a label.', queries({ labels: ['a'] }), red],
    [
      'a long list is cut, and names one in any case',
      `Not mergeable. Needs ${'a'.repeat(60)} label.`,
      queries({ labels: ['a'.repeat(60), 'b'] }),
      {},
    ],
    [
      'a list of some fifty characters',
      'Not mergeable. Needs label-0000, label-0001, label-0002, label-0003, label-0004 labels.',
      queries({ labels: Array.from({ length: 9 }, (_, index) => `label-000${index}`) }),
      {},
    ],
  ])('%s', (_, description, facts, pull) => {
    expect(said(facts, pull)[1]).toContain(description);
  });

  test('or all of them, where the settings want that', () => {
    const all = { queries: [{ labels: ['a'] }, { milestone: 'v1' }, { branches: ['dev'] }], tideAllQueries: true };
    expect(said({ settings: settingsOf('merge', all) })[1]).toBe(
      'Not mergeable. Needs a label. OR Must be in milestone v1.',
    );
    const elsewhere = { queries: [{ branches: ['dev'] }], tideAllQueries: true };
    expect(said({ settings: settingsOf('merge', elsewhere) })[1]).toBe(
      'Not mergeable. No Tide query for branch main found.',
    );
  });
});
