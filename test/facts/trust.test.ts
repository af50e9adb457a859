/** Law: what a stranger pushes does not use up what the forge may be asked. */
import { expect, test } from 'vitest';
import { trustSparing } from '../../shared/facts/trust.ts';
import { cacheIn } from '../../shared/store/cache.ts';
import { givenTables } from '../store/here.ts';

const here = givenTables();

const names = (prefix: string): readonly string[] => Array.from({ length: 110 }, (_, index) => `${prefix}-${index}`);

function asking(repository: string, now = new Date()) {
  const { documents, emulators } = here();
  let moment = now.getTime();
  const cache = cacheIn({ documents, table: emulators.cacheTable, now: () => new Date(moment) });
  const asked: string[] = [];
  return {
    asked,
    pass: (seconds: number): void => {
      moment += seconds * 1_000;
    },
    about: (number: number) =>
      trustSparing({
        cache,
        repository,
        number,
        ask: async (login) => {
          asked.push(login);
          return login.toLowerCase().startsWith('eve') ? 'stranger' : 'trusted';
        },
      }),
  };
}

test('who is in is remembered for an hour whatever the case, who is not is asked about each time', async () => {
  const { about, asked, pass } = asking('github:acme/remembered');
  const trust = about(1);
  expect([await trust('ada'), await trust('eve'), await trust('ADA'), await about(2)('Eve')]).toEqual([
    'trusted',
    'stranger',
    'trusted',
    'stranger',
  ]);
  expect(asked).toEqual(['ada', 'eve', 'Eve']);
  pass(3_601);
  await trust('ada');
  expect(asked).toEqual(['ada', 'eve', 'Eve', 'ada']);
});

test('one pull request is given a hundred look-ups in an hour, and all of them four hundred', async () => {
  const { about, asked, pass } = asking('github:acme/spent');
  const askedFor = async (number: number): Promise<number> => {
    const before = asked.length;
    for (const name of names(`eve-${number}`)) {
      // oxlint-disable-next-line no-await-in-loop
      await about(number)(name);
    }
    return asked.length - before;
  };
  expect(await askedFor(1)).toBe(100);
  expect(await about(1)('ada')).toBe('unchecked');
  expect(await about(2)('ada')).toBe('trusted');
  expect(await about(1)('ada')).toBe('trusted');
  expect([await askedFor(3), await askedFor(4), await askedFor(5), await askedFor(6)]).toEqual([100, 100, 99, 0]);
  pass(3_601);
  expect(await about(1)('lin')).toBe('trusted');
});
