/** docs/security.md names a test for each threat; this sees that they are there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTATIONS } from '../../bench/mutate/mutations.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const ROW =
  /^\| (\d+) +\| (.+?) +\| (.+?) +\| \[\w+\]\(\.\.\/(test\/threats\/[a-z-]+\.test\.ts)\): `(.+?)` +\| (.+?) +\|$/gm;

const rows = [...text.matchAll(ROW)].map(([, number = '', , , file = '', name = '', how = '']) => ({
  number: Number(number),
  file,
  name,
  how,
}));

test('there is a row for each threat', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
});

test('each row names a test of its number that is there', () => {
  const lost = rows.filter(({ number, file, name }) => {
    const source = readFileSync(join(ROOT, file), 'utf8');
    const quoted = [`'${name}'`, `"${name}"`].some((each) => source.includes(each));
    return !quoted || !name.startsWith(`threat ${number}: `);
  });
  expect(lost).toEqual([]);
});

test('each row says what npm run mutate switches off, and in that test', () => {
  const edits = Map.groupBy(MUTATIONS, ({ threat }) => threat);
  expect(rows.map(({ number, how }) => [number, how])).toEqual(
    rows.map(({ number }) => [number, (edits.get(number) ?? []).map(({ off }) => off).join('; ')]),
  );
  expect(MUTATIONS.filter(({ threat, test: of }) => rows[threat - 1]?.file !== of)).toEqual([]);
});

test('each of these edits still fits the source', () => {
  const lost = MUTATIONS.filter(({ file, from }) => readFileSync(join(ROOT, file), 'utf8').split(from).length !== 2);
  expect(lost).toEqual([]);
});

test('no contact is made up', () => {
  const policy = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
  expect(policy).toContain("the repository's private vulnerability reporting");
  expect(policy).not.toMatch(/@|mailto:|https?:/);
});
