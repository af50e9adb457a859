import { afterAll, beforeAll, expect, test } from 'vitest';
import { performed } from '../contract.ts';
import { type Forge, type GitHubScene, openForge } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

const at = (scene: GitHubScene): string | undefined => scene.repository.refs.get('refs/heads/old');
const NO_GRAPHQL = { route: 'POST /graphql', kind: 'error-before', status: 404 } as const;

test.each(['GraphQL', 'REST'] as const)('a branch is deleted at the commit that was named alone, by %s', async (by) => {
  const scene = forge.scene();
  scene.repository.refs.set('refs/heads/old', scene.base());
  if (by === 'REST') forge.github.faults.add(NO_GRAPHQL);
  try {
    const { apply } = await scene.connect();
    const gone = (headSha: string) => performed(apply, { is: 'delete-branch', branch: 'old', headSha });
    expect((await gone(scene.head())).result).toBe('refused');
    expect(at(scene)).toBe(scene.base());
    expect((await gone(scene.base())).result).toBe('done');
    expect(at(scene)).toBeUndefined();
    expect((await gone(scene.base())).result).toBe('unchanged');
  } finally {
    forge.github.faults.clear();
  }
});

test.each(['GraphQL', 'REST'] as const)('who uses a branch is told by %s', async (by) => {
  const scene = forge.scene();
  const usedBy = [scene.pull.number];
  if (by === 'REST') forge.github.faults.add(NO_GRAPHQL);
  try {
    const { read } = await scene.connect();
    const branch = 'feature';
    expect(await read.branchUse(branch)).toEqual({ name: branch, tip: scene.head(), lasting: false, usedBy });
    expect(await read.branchUse(scene.baseRef)).toMatchObject({ tip: scene.base(), lasting: true, usedBy });
    expect(await read.branchUse('nowhere')).toEqual({ name: 'nowhere', tip: undefined, lasting: false, usedBy: [] });
  } finally {
    forge.github.faults.clear();
  }
});
