/** Rules that most repositories do not use cost nothing where they do not run. */
import { expect, test } from 'vitest';
import { automations } from '../shared/automations/index.ts';
import { isOneAwake, noteAwake } from '../shared/waking.ts';

const sleepers = automations.filter(({ sleeps }) => sleeps === true);
const where = { provider: 'github', repository: { id: '1', owner: 'Acme', name: 'widgets' } } as const;

function memory() {
  const kept = new Map<string, unknown>();
  let writes = 0;
  return {
    writes: () => writes,
    cache: {
      get: async (key: string) => kept.get(key),
      put: async (key: string, value: unknown) => {
        writes += 1;
        kept.set(key, value);
      },
    },
  };
}

test('what nobody knows wakes them; where it is known, those that run', async () => {
  const [first, ...others] = sleepers;
  if (first === undefined) throw new Error('there is none');
  const { cache, writes } = memory();
  expect(await isOneAwake(sleepers, where, cache)).toBe(true);
  expect(await isOneAwake([], where, cache)).toBe(false);
  await noteAwake([], where, cache);
  expect(await isOneAwake(sleepers, where, cache)).toBe(false);
  await noteAwake([first], where, cache);
  await noteAwake([first], where, cache);
  expect(writes()).toBe(2);
  expect(await isOneAwake([first], where, cache)).toBe(true);
  expect(await isOneAwake(others, where, cache)).toBe(false);
});

test('only rules that can be switched off by settings sleep', () => {
  for (const rule of sleepers) {
    const switched = 'when' in rule || rule.onRequest === true;
    expect([rule.name, rule.essential, switched]).toEqual([rule.name, undefined, true]);
  }
});
