import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayInWords, momentIn } from '../../shared/language/index.ts';

/** A Wednesday. */
const NOW = '2026-11-25T10:30:00Z';

describe('a moment at the beginning of a text', () => {
  test.each<[text: string, at: string, rest?: string]>([
    ['2026-12-24', '2026-12-24'],
    ['2026-12-24 skiing', '2026-12-24', 'skiing'],
    ['2026-12-24, skiing', '2026-12-24', 'skiing'],
    ['2026-12-24T18:00', '2026-12-24 18:00 UTC'],
    ['2026-12-24t18:00z', '2026-12-24 18:00 UTC'],
    ['2026-12-24T18:00:30+02:00 party', '2026-12-24 16:00 UTC', 'party'],
    ['2026-12-24 18:00 party', '2026-12-24 18:00 UTC', 'party'],
    ['friday 9:30 UTC', '2026-11-27 09:30 UTC'],
    ['tomorrow at 18:00: dentist', '2026-11-26 18:00 UTC', 'dentist'],
    ['friday 18 people', '2026-11-27', '18 people'],
    ['2026-11-01', '2026-11-01'],
    ['friday', '2026-11-27'],
    ['Fri', '2026-11-27'],
    ['FRIDAY on leave', '2026-11-27', 'on leave'],
    ['thurs', '', ''],
    ['Thursday', '2026-11-26'],
    ['saturday', '2026-11-28'],
    ['tuesday', '2026-12-01'],
    ['wednesday', '2026-12-02'],
    ['today', '2026-11-25'],
    ['tomorrow; dentist', '2026-11-26', 'dentist'],
    ['in 2 weeks', '2026-12-09'],
    ['in  2\tweeks', '2026-12-09'],
    ['in a week', '2026-12-02'],
    ['in one day', '2026-11-26'],
    ['in 3 days vacation', '2026-11-28', 'vacation'],
    ['in 4 hours', '2026-11-25 14:30 UTC'],
    ['in an hour', '2026-11-25 11:30 UTC'],
    ['in 3 months', '2027-02-25'],
  ])('%j is %s', (text, at, rest = '') => {
    const found = momentIn(text, NOW);
    expect(found === undefined ? '' : dayInWords(found.at)).toBe(at);
    expect(found?.rest ?? '').toBe(rest);
  });

  test.each([
    '',
    'soon',
    'next friday',
    'fridays',
    'freitag',
    'monnesday',
    '2026-02-30',
    '2026-13-01',
    '2026-12-24x',
    '2026-12-24T25:00',
    '2026-12-24T18',
    '26-12-24',
    'friday 25:00',
    'in weeks',
    'in 5000 weeks',
    'in 2 years',
    'todays',
    'until friday',
  ])('%j is none', (text) => {
    expect(momentIn(text, NOW)).toBe(undefined);
  });

  test('the last day of a shorter month stands for one it does not have', () => {
    expect(momentIn('in 1 month', '2027-01-31T23:00:00Z')?.at).toBe('2027-02-28T00:00:00.000Z');
  });

  const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });

  test('what is named by days from now lies ahead', () => {
    const ahead = fc.constantFrom('friday', 'tomorrow', 'in 1 hour', 'in 2 weeks', 'in a month');
    fc.assert(
      fc.property(ahead, moments, (text, now) => {
        expect(Date.parse(momentIn(text, now.toISOString())?.at ?? '')).toBeGreaterThan(now.getTime());
      }),
    );
  });

  test('any text is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), moments, (text, now) => {
        const { rest = '' } = momentIn(text, now.toISOString()) ?? {};
        expect(text.trim().endsWith(rest)).toBe(true);
      }),
    );
  });
});
