import { expect, test } from 'vitest';
import { MAX_STATUS_CHARS, setStatus, shortened } from '../../shared/language/index.ts';

test.each<[text: string, most: number, shown: string]>([
  ['Overridden by ada', 140, 'Overridden by ada'],
  ['exact', 5, 'exact'],
  ['too long', 5, 'too …'],
  ['two\r\nlines\u2028and\u0000 a \u202Eturn', 40, 'two lines and a turn'],
  ['ab\u{1F600}cd', 4, 'ab…'],
  ['  ', 5, ''],
])('%j in %i characters is %j', (text, most, shown) => {
  expect(shortened(text, most)).toBe(shown);
});

test('no status says more than a forge takes', () => {
  const of = { context: 'ci', headSha: 'a'.repeat(40), state: 'success' } as const;
  expect(setStatus({ ...of, description: 'x'.repeat(500) })).toMatchObject({
    description: `${'x'.repeat(MAX_STATUS_CHARS - 1)}…`,
  });
});
