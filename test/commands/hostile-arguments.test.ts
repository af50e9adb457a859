/** Arguments that mean something to a shell, a file system or a client are words like any other, or none (figures §6, row 17). */
import { describe, expect, test } from 'vitest';
import { actionsFor, given, wholeGrammar } from '../support/given.ts';

const ARGUMENTS: readonly (readonly [what: string, argument: string])[] = [
  ['a path upwards', '../../etc/passwd'],
  ['a path from the root', '/etc/passwd'],
  ['an option', '--exec=x'],
  ['a short option', '-rf'],
  ['a NUL', 'a\u0000b'],
  ['text turned round', 'a\u202eb'],
  ['10 kB', 'x'.repeat(10_000)],
  ['an address of metadata', 'http://169.254.169.254/latest/meta-data'],
  ['a command of a shell', '$(id)'],
];
/** What people write freely: shown to people, and nothing is looked up by it. */
const FREE = new Set(['retitle', 'away', 'hold']);

describe.each(ARGUMENTS)('%s', (_, argument) => {
  test.each([...wholeGrammar.spellings].filter(([, { command }]) => !FREE.has(command.name)).map(([name]) => name))(
    '/%s does nothing with it but answer',
    (name) => {
      const done = actionsFor(`/${name} ${argument}`, given(), wholeGrammar).filter(
        ({ is }) => is !== 'refuse' && is !== 'reply',
      );
      expect(JSON.stringify(done)).not.toContain(JSON.stringify(argument).slice(1, -1));
    },
  );

  test('is told in few words', () => {
    const told = actionsFor(`/label ${argument}`).flatMap((action) => (action.is === 'refuse' ? action.reason : []));
    expect(told.join('').length).toBeGreaterThan(0);
    expect(told.join('').length).toBeLessThan(1_000);
  });
});
