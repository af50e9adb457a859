import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pagesFor, withTables } from '../../local/docs.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the generated pages are as the definitions say: npm run docs', async () => {
  const pages = await pagesFor(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  expect(pages.map(({ path }) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))).toEqual(pages);
});

test('only what is between the markers is replaced', () => {
  const text = '# X\n\n<!-- commands -->\nold\n<!-- /commands -->\n\nthe rest\n';
  expect(withTables(text, { commands: '| a |' })).toBe(
    '# X\n\n<!-- commands -->\n\n| a |\n\n<!-- /commands -->\n\nthe rest\n',
  );
});

test('markers that are missing are added at the end', () => {
  expect(withTables('# X\n', { settings: '| a |' })).toBe(
    '# X\n\n## Settings\n\n<!-- settings -->\n\n| a |\n\n<!-- /settings -->\n',
  );
});
