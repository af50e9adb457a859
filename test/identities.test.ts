import { expect, test } from 'vitest';
import { identitiesIn, type Identities } from '../shared/identities.ts';
import { cacheIn } from '../shared/store/cache.ts';
import { givenTables } from './store/here.ts';

const here = givenTables();
const DAY = 24 * 3_600_000;
const START = Date.parse('2026-03-01T12:00:00Z');

function asked(days = 0, provider = 'github'): Identities {
  const { documents, emulators } = here();
  const now = new Date(START + days * DAY);
  return identitiesIn(cacheIn({ documents, table: emulators.cacheTable, now: () => now }), provider, now.toISOString());
}

test('the first account under a login keeps it, in any case', async () => {
  expect(await asked().isTheirs({ login: 'ada', id: '1' })).toBe(true);
  expect(await asked().isTheirs({ login: 'Ada', id: '1' })).toBe(true);
  expect(await asked().isTheirs({ login: 'aDA', id: '2' })).toBe(false);
  expect(await asked(1).isTheirs({ login: 'ada', id: '2' })).toBe(false);
});

test('who is known by the login alone is nobody', async () => {
  expect(await asked().isTheirs({ login: 'nameless', id: '' })).toBe(false);
  expect(await asked().isTheirs({ login: 'nameless', id: '1' })).toBe(true);
});

test('each forge has its own logins', async () => {
  expect(await asked(0, 'github').isTheirs({ login: 'bob', id: '1' })).toBe(true);
  expect(await asked(0, 'gitlab').isTheirs({ login: 'bob', id: '2' })).toBe(true);
});

test('is forgotten 400 days after the last use', async () => {
  expect(await asked(0).isTheirs({ login: 'cleo', id: '1' })).toBe(true);
  expect(await asked(300).isTheirs({ login: 'cleo', id: '1' })).toBe(true);
  expect(await asked(699).isTheirs({ login: 'cleo', id: '2' })).toBe(false);
  expect(await asked(701).isTheirs({ login: 'cleo', id: '2' })).toBe(true);
});

test('of many at once one is the first', async () => {
  const ids = Array.from({ length: 8 }, (_, index) => String(index));
  const answers = await Promise.all(ids.map((id) => asked().isTheirs({ login: 'dora', id })));
  expect(answers.filter(Boolean)).toHaveLength(1);
});
