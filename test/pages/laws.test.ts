/** docs/laws.md names tests for each law; this sees that they are there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const laws = readFileSync(join(ROOT, 'docs/laws.md'), 'utf8')
  .split(/^(?=\d+\. \*\*)/m)
  .slice(1);
const NAMED = /^ +- \[[\w./-]+\]\(\.\.\/(test\/[\w./-]+\.test\.ts)\): `(.+)`$/gm;

test('there are fifteen, in order', () => {
  expect(laws.map((law) => Number(law.split('.')[0]))).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
});

test.each(laws)('%s', (law) => {
  const named = [...law.matchAll(NAMED)].map(([, file = '', name = '']) => ({ file, name }));
  expect(named).toHaveLength(law.match(/^ +- /gm)?.length ?? 0);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ file, name }) => !readFileSync(join(ROOT, file), 'utf8').includes(`'${name}'`))).toEqual([]);
});
