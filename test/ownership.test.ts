import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownedBy, ownersOptions, type OwnersMemory, type OwnershipSources } from '../shared/ownership.ts';
import type { OwnersIndex } from '../shared/owners/index.ts';
import { defaultSettings } from '../shared/settings/defaults.ts';

type Texts = Readonly<Record<string, string>>;
type Asking = OwnershipSources & { readonly asked: string[] };

const OPTIONS = ownersOptions(defaultSettings);
const COMMIT = 'c0ffee';

function memoryOf(): OwnersMemory {
  const kept = new Map<string, OwnersIndex>();
  return { find: async (commit) => kept.get(commit), keep: async (commit, index) => void kept.set(commit, index) };
}

function sourcesOf(texts: Texts, memory = memoryOf()): Asking {
  const asked: string[] = [];
  return {
    asked,
    memory,
    async filesAt(_commit, paths) {
      asked.push(...paths);
      return new Map(
        paths.map((path) => {
          const text = texts[path];
          return [path, text === undefined ? { is: 'absent' } : { is: 'text', oid: path, text }];
        }),
      );
    },
    teamMembers: async () => [],
    maintainers: async () => new Set(['mai']),
  };
}

const OWNERS = 'approvers: [ada]\n';

test.each<[what: string, texts: Texts, paths: readonly string[], rung: string]>([
  ['OWNERS at the root', { OWNERS }, ['src/a.ts'], 'owners'],
  ['OWNERS above one of the paths', { 'docs/OWNERS': OWNERS }, ['src/a.ts', 'docs/g.md'], 'owners'],
  ['an empty OWNERS', { 'docs/OWNERS': '' }, ['docs/g.md'], 'owners'],
  ['OWNERS elsewhere', { 'docs/OWNERS': OWNERS }, ['src/a.ts'], 'roles'],
  ['OWNERS elsewhere and CODEOWNERS', { 'docs/OWNERS': OWNERS, CODEOWNERS: '* @ada' }, ['src/a.ts'], 'codeowners'],
])('%s decides on the same rung, cold or warm', async (_what, texts, paths, rung) => {
  const memory = memoryOf();
  expect(await ownedBy(COMMIT, paths, OPTIONS, sourcesOf(texts, memory))).toMatchObject({ rung });
  await ownedBy(COMMIT, ['docs/other/x', 'src/other/x'], OPTIONS, sourcesOf(texts, memory));
  expect(await ownedBy(COMMIT, paths, OPTIONS, sourcesOf(texts, memory))).toMatchObject({ rung });
});

test('what others asked before changes no rung', async () => {
  const folder = fc.constantFrom('', 'a/', 'a/b/', 'c/', 'c/d/');
  const paths = fc.array(
    folder.map((at) => `${at}x`),
    { minLength: 1, maxLength: 3 },
  );
  const texts = fc
    .uniqueArray(fc.constantFrom('OWNERS', 'a/OWNERS', 'a/b/OWNERS', 'c/d/OWNERS', 'CODEOWNERS'))
    .map((files) => Object.fromEntries(files.map((file) => [file, file === 'CODEOWNERS' ? '* @ada' : OWNERS])));
  await fc.assert(
    fc.asyncProperty(texts, paths, fc.array(paths, { maxLength: 3 }), async (tree, these, before) => {
      const cold = await ownedBy(COMMIT, these, OPTIONS, sourcesOf(tree));
      const memory = memoryOf();
      // One after the other, as deliveries come.
      // oxlint-disable-next-line no-await-in-loop
      for (const others of before) await ownedBy(COMMIT, others, OPTIONS, sourcesOf(tree, memory));
      expect((await ownedBy(COMMIT, these, OPTIONS, sourcesOf(tree, memory))).rung).toBe(cold.rung);
    }),
  );
});
