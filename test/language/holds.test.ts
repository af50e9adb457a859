import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdInWords, kindOfHold, saidOfHold, type Hold, type SaidOfHold } from '../../shared/language/index.ts';

/** A Wednesday. */
const AT = '2026-11-25T10:00:00Z';
const said = (text: string): SaidOfHold => saidOfHold(text, { at: AT, owner: 'Acme' });
const until = (at: string, reason = ''): SaidOfHold => ({ until: { is: 'date', at: `${at}:00.000Z` }, reason });

test.each<[text: string, means: SaidOfHold]>([
  ['', { reason: '' }],
  ['the docs are missing', { reason: 'the docs are missing' }],
  ['until 2026-12-01', until('2026-12-01T00:00')],
  ['UNTIL 2026-12-01', until('2026-12-01T00:00')],
  ['until 2026-12-01: the launch', until('2026-12-01T00:00', 'the launch')],
  ['until 2026-12-01 - the launch', until('2026-12-01T00:00', 'the launch')],
  ['until 2026-12-01T10:00Z', until('2026-12-01T10:00')],
  ['until 2026-12-01t10:00z', until('2026-12-01T10:00')],
  ['until 2026-12-01 10:00', until('2026-12-01T10:00')],
  ['until 2026-12-01 9:30 UTC the launch', until('2026-12-01T09:30', 'the launch')],
  ['until 2026-12-01T10:00+02:00', until('2026-12-01T08:00')],
  ['until 2026-12-01T10:00-05:30 x', until('2026-12-01T15:30', 'x')],
  ['until in 2 weeks', until('2026-12-09T00:00')],
  ['until 2026-12-01, 12 people agree', until('2026-12-01T00:00', '12 people agree')],
  ['until tomorrow', until('2026-11-26T00:00')],
  ['until Friday', until('2026-11-27T00:00')],
  ['until friday 15:00', until('2026-11-27T15:00')],
  ['until fri.', until('2026-11-27T00:00', '')],
  ['until tuesday the release is out', until('2026-12-01T00:00', 'the release is out')],
  ['until wednesday', until('2026-12-02T00:00')],
  ['until #12 merged', { until: { is: 'merged', pull: 12 }, reason: '' }],
  ['until #12 is merged: it renames the field', { until: { is: 'merged', pull: 12 }, reason: 'it renames the field' }],
  ['until check perf', { until: { is: 'check', check: 'perf' }, reason: '' }],
  ['until check:perf: it is slow', { until: { is: 'check', check: 'perf' }, reason: 'it is slow' }],
  ['until check ci:unit', { until: { is: 'check', check: 'ci:unit' }, reason: '' }],
  ['until check "build (linux, x64)" x', { until: { is: 'check', check: 'build (linux, x64)' }, reason: 'x' }],
  ['until check `ci/unit`', { until: { is: 'check', check: 'ci/unit' }, reason: '' }],
  ['for @acme/security', { team: 'acme/security', reason: '' }],
  ['for @security: waiting for a CVE id', { team: 'acme/security', reason: 'waiting for a CVE id' }],
  ['for @Other/Team.', { team: 'other/team', reason: '' }],
  ['for the release', { reason: 'for the release' }],
  ['until the docs are merged', { reason: 'until the docs are merged', vague: true }],
  ['until #12 is green', { reason: 'until #12 is green', vague: true }],
  ['until 2026-13-01', { reason: 'until 2026-13-01', vague: true }],
  ['until 2026-02-30', { reason: 'until 2026-02-30', vague: true }],
  ['until 2026-12-01 99:00', { reason: 'until 2026-12-01 99:00', vague: true }],
  ['until 2026-12-01T99:00Z', { reason: 'until 2026-12-01T99:00Z', vague: true }],
  ['until 2026-12-01Tomorrow', { reason: 'until 2026-12-01Tomorrow', vague: true }],
  ['until next friday', { reason: 'until next friday', vague: true }],
  ['until checks are green', { reason: 'until checks are green', vague: true }],
  ['until', { reason: 'until' }],
  ['untilfriday', { reason: 'untilfriday' }],
])('%j', (text, means) => {
  expect(said(text)).toEqual(means);
});

test.each<[text: string, problem: string]>([
  ['until 2026-11-24', '2026-11-24 is past already, so nothing would be held. Give a later day, or none.'],
  ['until 2026-11-25', '2026-11-25 is past already, so nothing would be held. Give a later day, or none.'],
  [
    'until acme/other#12 merged',
    'Only a pull request of this repository can be waited for, and `acme/other#12` is of another. Say it in a reason: `/hold waits for …`.',
  ],
])('%j cannot be meant', (text, problem) => {
  expect(said(text).problem).toBe(problem);
});

test('whatever is written holds, and a day is one to come or refused', () => {
  const words = fc.constantFrom(
    'until',
    'for',
    'friday',
    '#1',
    'merged',
    'check',
    '@a/b',
    '2026-12-01',
    '10:00',
    't',
    ':',
  );
  const written = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(words, fc.string()), { maxLength: 6 }).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(
      written,
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
      (text, now) => {
        const { until: end, team, problem, reason } = saidOfHold(text, { at: now.toISOString(), owner: 'acme' });
        expect(end?.is !== 'date' || problem !== undefined || Date.parse(end.at) > now.getTime()).toBe(true);
        expect(team ?? 'a/b').toMatch(/^[^/\s]+\/[^/\s]+$/);
        expect(text.trimEnd().endsWith(reason.trimEnd()) || problem !== undefined).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

const one: Hold = { by: 'linus', reason: '', at: AT };

test.each<[hold: Hold, words: string, kind: string]>([
  [one, '`linus`', 'plain'],
  [{ ...one, reason: 'no @docs' }, '`linus` (`no @docs`)', 'plain'],
  [{ ...one, until: { is: 'date', at: '2026-12-01T10:00:00.000Z' } }, '`linus` until 2026-12-01 10:00 UTC', 'date'],
  [{ ...one, until: { is: 'merged', pull: 5 }, reason: 'x' }, '`linus` until #5 is merged (`x`)', '#5 merged'],
  [{ ...one, until: { is: 'check', check: 'perf' } }, '`linus` until the check `perf` is green', 'check perf'],
  [{ ...one, team: 'acme/security' }, '`linus` for `acme/security`', 'for acme/security'],
  [{ ...one, by: '(unknown)' }, 'somebody of whom no record tells', 'plain'],
])('%j in words', (hold, words, kind) => {
  expect(holdInWords(hold)).toBe(words);
  expect(kindOfHold(hold)).toBe(kind);
});
