import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepGate, keptGate, type KeptGate } from '../shared/gate-kept.ts';
import { leaf, needsAll, needsAny, type Gate } from '../shared/language/index.ts';

const memory = (): Parameters<typeof keepGate>[2] & Parameters<typeof keptGate>[1] => {
  const kept = new Map<string, Uint8Array>();
  return {
    async putBytes(key, bytes) {
      kept.set(key, bytes);
    },
    getBytes: async (key) => kept.get(key),
  };
};

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const leaves = fc
  .record({
    id: text,
    name: text,
    passed: fc.boolean(),
    fact: text,
    next: text,
    rule: fc.record({ says: text, file: text, line: fc.nat(), commit: text }, { requiredKeys: ['says'] }),
    evidence: fc.array(fc.record({ by: text, at: text, delivery: text }, { requiredKeys: ['by', 'at'] }), {
      maxLength: 3,
    }),
  })
  .map(leaf);
const { gate: gates } = fc.letrec<{ gate: Gate; of: Gate[] }>((tie) => ({
  of: fc.array(tie('gate'), { maxLength: 4 }),
  gate: fc.oneof(
    { maxDepth: 4 },
    leaves,
    fc
      .tuple(fc.boolean(), text, text, tie('of'), fc.array(text, { maxLength: 2 }))
      .map(([all, ...rest]) => (all ? needsAll(...rest) : needsAny(...rest))),
  ),
}));

test('what is kept is given back, whatever tree it is', async () => {
  await fc.assert(
    fc.asyncProperty(gates, async (gate) => {
      const cache = memory();
      const kept: KeptGate = { at: '2026-03-01T12:00:00.000Z', headSha: 'a'.repeat(40), gate };
      await keepGate('github:acme/widgets#1', kept, cache);
      expect(await keptGate('github:acme/widgets#1', cache)).toEqual(kept);
      expect(await keptGate('github:acme/widgets#2', cache)).toBeUndefined();
    }),
  );
});

test.each([
  ['no zip', Buffer.from('{}')],
  ['nothing', new Uint8Array()],
])('%s is as if it had been lost', async (_, bytes) => {
  expect(await keptGate('github:acme/widgets#1', { getBytes: async () => bytes })).toBeUndefined();
});

test('a tree that is too large is not kept', async () => {
  const fact = 'x'.repeat(129 * 1024);
  const gate = leaf({ id: 'a', name: 'a', passed: false, fact, next: '', rule: { says: '' } });
  const cache = memory();
  await keepGate('github:acme/widgets#1', { at: '', headSha: '', gate }, cache);
  expect(await keptGate('github:acme/widgets#1', cache)).toBeUndefined();
});
