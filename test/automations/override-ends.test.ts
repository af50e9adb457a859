import { expect, test } from 'vitest';
import { overrideEnds } from '../../shared/automations/override-ends.ts';
import { dropOverride, report, setStatus } from '../../shared/language/index.ts';
import { decided, HEAD } from '../support/given.ts';

const ended = {
  check: 'unit',
  by: 'grace',
  headSha: HEAD,
  baseRef: 'main',
  baseSha: 'c'.repeat(40),
  sticky: false,
  reason: '',
  from: ['status', 'run'],
  at: '2026-03-01T12:00:00Z',
  because: 'main moved',
  green: false,
} as const;

test('what has ended is shown so', () => {
  expect(decided(overrideEnds, { overridesEnded: [ended] })).toEqual([
    dropOverride('unit', 'grace'),
    setStatus({
      context: 'unit',
      headSha: HEAD,
      state: 'failure',
      description: 'Override by grace ended: main moved',
    }),
    report({
      check: 'unit',
      headSha: HEAD,
      conclusion: 'failure',
      title: 'Override by grace ended: main moved',
      text: 'Override by grace ended: main moved.',
      annotations: [],
    }),
  ]);
});

test('nothing turns red where the check has been run again and is green', () => {
  expect(decided(overrideEnds, { overridesEnded: [{ ...ended, from: ['run'], green: true }] })).toMatchObject([
    dropOverride('unit', 'grace'),
    { is: 'report', conclusion: 'neutral', title: 'Override by grace ended: main moved' },
  ]);
  expect(decided(overrideEnds, { overridesEnded: [{ ...ended, from: [], green: true }] })).toEqual([
    dropOverride('unit', 'grace'),
  ]);
});

test('nothing else is done', () => {
  expect(decided(overrideEnds)).toEqual([]);
});
