import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pagesFor, withTables } from '../../local/docs.ts';
import { commands } from '../../shared/commands/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const generated = pagesFor(readFileSync(join(ROOT, 'README.md'), 'utf8'));

test('the generated pages are as the definitions say: npm run docs', async () => {
  const pages = await generated;
  expect(pages.map(({ path }) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))).toEqual(pages);
});

test('there is a page for each family that has a command, and no other', async () => {
  const families = new Set(commands.map(({ family }) => `${family}.md`));
  expect(readdirSync(join(ROOT, 'docs/commands')).toSorted()).toEqual([...families].toSorted());
  const [index] = (await generated).filter(({ path }) => path === 'docs/commands.md');
  for (const { name, family } of commands) expect(index?.text).toContain(`(commands/${family}.md#${name})`);
});

test.each(commands.map((command) => [command.name, command] as const))('/%s says what it answers', (name, command) => {
  const folder = ['shared/commands', 'shared/commands/fun'].find((each) => existsSync(join(ROOT, each, `${name}.ts`)));
  const text = readFileSync(join(ROOT, folder ?? '', `${name}.ts`), 'utf8');
  expect(command.answered !== undefined || !/\b(?:reply|funAnswer)\(/.test(text)).toBe(true);
  expect(command.answered ?? 'Nothing.').toMatch(/^[A-Z].*\.$/);
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
