import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_OWNERS_FILES,
  ownedBy,
  ownersOptions,
  type OwnersMemory,
  type OwnershipSources,
} from '../shared/ownership.ts';
import { approvalState, basisOf, mayApproveAny, type OwnersIndex } from '../shared/owners/index.ts';
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

/** A path in `depth` folders that no other `id` has. */
const deep = (id: number, depth: number): string =>
  `${Array.from({ length: depth }, (_, level) => `d${id}_${level}`).join('/')}/f`;
const deepPaths = (count: number, depth: number): readonly string[] =>
  Array.from({ length: count }, (_, id) => deep(id, depth));

describe('a change in very many folders', () => {
  const inner = `${deep(0, 1).replace('/f', '')}/OWNERS`;
  const stateOf = async (texts: Texts, paths: readonly string[], approvals: readonly string[]) => {
    const { index, rung } = await ownedBy(COMMIT, paths, OPTIONS, sourcesOf(texts));
    const files = paths.map((path) => ({ path }));
    const state = approvalState({
      index,
      files,
      filesComplete: true,
      approvals: new Set(approvals),
      author: 'author',
      selfApproval: false,
      pull: 1,
    });
    return { rung, state, index, files };
  };

  test('is read as far as the limit goes, at most 400 files between two memories', async () => {
    const sources = sourcesOf({ OWNERS });
    const sizes: number[] = [];
    const keep: OwnersMemory['keep'] = async (commit, index, oids) => {
      sizes.push(oids.size);
      await sources.memory.keep(commit, index, oids);
    };
    const paths = deepPaths(49, 60);
    await ownedBy(COMMIT, paths, OPTIONS, { ...sources, memory: { ...sources.memory, keep } });
    expect(sources.asked).toHaveLength(49 * 60 + 2);
    expect(sizes).toEqual([400, 400, 400, 400, 400, 400, 400, 142]);
  });

  test('goes on where it was interrupted', async () => {
    const memory = memoryOf();
    const failing = sourcesOf({ OWNERS }, memory);
    const paths = deepPaths(49, 60);
    const filesAt: OwnershipSources['filesAt'] = async (commit, wanted) => {
      if (failing.asked.length >= 1_200) throw new Error('enough for now');
      return failing.filesAt(commit, wanted);
    };
    await expect(ownedBy(COMMIT, paths, OPTIONS, { ...failing, filesAt })).rejects.toThrow('enough for now');
    const next = sourcesOf({ OWNERS }, memory);
    await ownedBy(COMMIT, paths, OPTIONS, next);
    expect(next.asked).toHaveLength(49 * 60 + 2 - 1_200);
  });

  test('beyond the limit asks for the root alone, and approvers of the root decide', async () => {
    const texts = { OWNERS, [inner]: 'approvers: [ola]\n' };
    const paths = deepPaths(120, 60);
    expect(paths.length * 60).toBeGreaterThan(MAX_OWNERS_FILES);
    const sources = sourcesOf(texts);
    await ownedBy(COMMIT, paths, OPTIONS, sources);
    expect(sources.asked).toEqual(['OWNERS_ALIASES', 'OWNERS']);

    const { rung, state, index, files } = await stateOf(texts, paths, ['ola']);
    expect(rung).toBe('owners');
    expect(state).toMatchObject({ approved: false, suggested: ['ada'], reasons: [{ is: 'too-many-folders' }] });
    expect(mayApproveAny(index, files, 'ola')).toBe(false);
    expect(mayApproveAny(index, files, 'ada')).toBe(true);
    expect(basisOf(index, files, 'ada')).toEqual({ path: 'OWNERS' });
    expect((await stateOf(texts, paths, ['ada'])).state.approved).toBe(true);
  });

  test.each<[what: string, texts: Texts, rung: string, approver: string, other: string]>([
    ['CODEOWNERS', { CODEOWNERS: '* @ada\n/d0_0/ @ola' }, 'codeowners', 'ada', 'ola'],
    ['roles', {}, 'roles', 'mai', 'ola'],
  ])('beyond the limit needs the root on the rung of %s as well', async (_what, texts, rung, approver, other) => {
    const paths = deepPaths(60, 60).map((path) => path.replace(/^d\d+_0/, 'd0_0'));
    expect(await stateOf(texts, paths, [other])).toMatchObject({
      rung,
      state: { approved: false, reasons: [{ is: 'too-many-folders' }] },
    });
    expect((await stateOf(texts, paths, [approver, other])).state.approved).toBe(true);
  });

  test('answers the same, cold or warm', async () => {
    const texts = { 'd0_0/OWNERS': OWNERS };
    const memory = memoryOf();
    const warm = await ownedBy(COMMIT, [deep(0, 60)], OPTIONS, sourcesOf(texts, memory));
    expect(warm.rung).toBe('owners');
    const paths = deepPaths(120, 60);
    expect((await ownedBy(COMMIT, paths, OPTIONS, sourcesOf(texts, memory))).rung).toBe('roles');
    expect((await ownedBy(COMMIT, paths, OPTIONS, sourcesOf(texts))).rung).toBe('roles');
  });

  test('vendored folders are not counted, since none of them is read', async () => {
    const sources = sourcesOf({ OWNERS });
    const paths = deepPaths(70, 60).map((path) => `vendor/there/here/${path}`);
    const { index } = await ownedBy(COMMIT, paths, OPTIONS, sources);
    expect(index).not.toHaveProperty('bounded');
    expect(sources.asked).toEqual(['OWNERS_ALIASES', 'OWNERS', 'vendor/OWNERS', 'vendor/there/OWNERS']);
  });
});
