import { expect, test } from 'vitest';
import { requireCommand } from '../../shared/commands/require.ts';
import { unrequireCommand } from '../../shared/commands/unrequire.ts';
import { permits, type Standing } from '../../shared/language/index.ts';
import { ownerStanding, stranger } from '../support/given.ts';

// What they decide is in require.test.ts: they are two halves of one thing.
test.each<[who: string, standing: Standing, may: boolean]>([
  ['a stranger', stranger, false],
  ['the author', { ...stranger, author: true }, true],
  ['somebody who can write', { ...stranger, role: 'write' }, true],
  ['an approver', ownerStanding, true],
])('%s asks for a word, and takes that back: %j', (_, standing, may) => {
  expect(permits(requireCommand.allow, standing)).toBe(may);
  expect(permits(unrequireCommand.allow, standing)).toBe(may);
});
