import { describe, expect, test } from 'vitest';
import { away, back, refuse, reply, type Action } from '../../shared/language/index.ts';
import { actionsFor, given } from '../support/given.ts';

/** A Sunday. */
const facts = given({ at: '2026-03-01T13:00:00Z' });

const told = (day: string): Action =>
  reply(
    `You are away until ${day} in all repositories of \`acme\`: Bowsprit asks and suggests others. \`/back\` ends it sooner.`,
  );
const forNow = reply(
  'You are away in all repositories of `acme`: Bowsprit asks and suggests others until you comment `/back`.',
);
const noDate = refuse(
  '`until` needs a date. Write `2026-12-24`, `2026-12-24T18:00`, `friday`, `tomorrow` or `in 2 weeks` after it.',
);

describe('away', () => {
  test.each<[comment: string, actions: readonly Action[]]>([
    ['/away', [away('Grace', undefined, ''), forNow]],
    ['/away parental leave', [away('Grace', undefined, 'parental leave'), forNow]],
    ['/away until 2026-04-01', [away('Grace', '2026-04-01T00:00:00.000Z', ''), told('2026-04-01')]],
    ['/AWAY UNTIL Monday on leave', [away('Grace', '2026-03-02T00:00:00.000Z', 'on leave'), told('2026-03-02')]],
    ['/away until tomorrow', [away('Grace', '2026-03-02T00:00:00.000Z', ''), told('2026-03-02')]],
    ['/away until in 2 weeks', [away('Grace', '2026-03-15T00:00:00.000Z', ''), told('2026-03-15')]],
    ['/away until in 4 hours', [away('Grace', '2026-03-01T17:00:00.000Z', ''), told('2026-03-01 17:00 UTC')]],
    ['/away until', [noDate]],
    ['/away until soon', [noDate]],
    ['/away until next year', [noDate]],
    ['/away until 2026-02-28', [refuse('`2026-02-28` has begun already. Write a later date.')]],
    ['/away until today', [refuse('`2026-03-01` has begun already. Write a later date.')]],
    ['/away until 2028-01-01', [refuse('`2028-01-01` is more than a year away. Write an earlier date.')]],
    ['/away friday', [refuse('Until then? Write `/away until friday`.')]],
    ['/away untill Friday, maybe', [refuse('Until then? Write `/away until Friday, maybe`.')]],
    ['/away till friday', [refuse('Until then? Write `/away until friday`.')]],
    ['/away till I am well', [away('Grace', undefined, 'till I am well'), forNow]],
    ['/away untilled fields', [away('Grace', undefined, 'untilled fields'), forNow]],
    ['/back', [back('Grace')]],
    ['/away cancel', [back('Grace')]],
    ['/unaway', [back('Grace')]],
    // The last line wins.
    ['/away\n/back', [back('Grace')]],
    ['/back\n/away', [away('Grace', undefined, ''), forNow]],
  ])('%j', (comment, actions) => {
    expect(actionsFor(comment, facts)).toEqual(actions);
  });
});
