import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import {
  approvalState,
  basisOf,
  compileOwners,
  decodeIndex,
  encodeIndex,
  ownersOf,
  rootApproversOf,
  type OwnersFile,
} from '../../shared/owners/index.ts';
import { treeOf } from '../support/owners-tree.ts';

const fixture = new URL('../fixtures/owners/kubernetes-2019.json', import.meta.url);
const { files } = z
  .object({ files: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(fixture, 'utf8')));
const index = compileOwners(treeOf(files));
const known = [...index.folders.values()].filter((file): file is OwnersFile => file?.is === 'owners');

test('every file is readable, and all of it means something', () => {
  expect(index.aliases?.is).toBe('aliases');
  expect(known).toHaveLength([...index.folders].length);
  expect(known.flatMap(({ remarks }) => remarks)).toEqual([]);
  // The deny list keeps one of them out; OWNERS_ALIASES is no OWNERS.
  expect(index.folders.size).toBe(Object.keys(files).length - 2);
});

const root = 'bgrant0607 brendandburns dchen1107 jbeda monopole lavalamp smarterclayton thockin wojtek-t liggitt';

test.each<[path: string, owner: string, nearest: string, labels: string]>([
  ['README.md', '', root, ''],
  ['cmd/new/main.go', '', root, ''],
  ['cmd/new/BUILD', '', `${root} ixdy`, ''],
  ['pkg/new/main.go', 'pkg', 'brendandburns dchen1107 lavalamp smarterclayton thockin', ''],
  ['pkg/controller/x.go', 'pkg/controller', 'deads2k derekwaynecarr mikedanese janetkuo', 'sig/apps'],
  ['pkg/controller/volume/a/b.go', 'pkg/controller/volume', 'childsb jsafrane saad-ali msau42', 'sig/apps'],
  [
    'pkg/controller/garbagecollector/x.go',
    'pkg/controller/garbagecollector',
    'caesarxuchao lavalamp deads2k',
    'sig/api-machinery sig/apps',
  ],
  ['vendor/k8s.io/api/types.go', 'vendor', 'apelisse bentheelder cblecker dims thockin sttts soltysh', ''],
])('%s', (path, owner, nearest, labels) => {
  const owners = ownersOf(index, path);
  expect(owners.approvers.owner).toBe(owner);
  expect(owners.approvers.layers[0]).toEqual(nearest.split(' '));
  expect(owners.labels).toEqual(labels === '' ? [] : labels.split(' '));
});

test('an API belongs to its own approvers and to nobody above', () => {
  const { approvers, labels } = ownersOf(index, 'staging/src/k8s.io/api/core/v1/types.go');
  expect(approvers).toMatchObject({
    owner: 'staging/src/k8s.io/api',
    layers: [['erictune', 'lavalamp', 'smarterclayton', 'thockin', 'liggitt']],
  });
  expect(labels).toEqual(['kind/api-change']);
  expect(basisOf(index, [{ path: 'staging/src/k8s.io/api/core/v1/types.go' }], 'monopole')).toBeUndefined();
});

test('the root decides about what concerns the whole tree', () => {
  expect([...rootApproversOf(index)]).toEqual(root.split(' '));
  expect(ownersOf(index, 'go.mod').requiredReviewers).toEqual(['kubernetes/dep-approvers']);
});

test('a change across folders needs one of each, and one of the root for all', () => {
  const question = {
    index,
    files: [
      { path: 'pkg/controller/volume/x.go' },
      { path: 'pkg/controller/job/y.go' },
      { path: 'api/openapi-spec/swagger.json' },
    ],
    filesComplete: true,
    author: 'author-example',
    selfApproval: true,
    pull: 1,
  };
  const state = approvalState({ ...question, approvals: new Set(['msau42']) });
  expect(state.groups.map(({ directory, missing }) => [directory, missing])).toEqual([
    ['api', true],
    ['pkg/controller/job', true],
    ['pkg/controller/volume', false],
  ]);
  expect(approvalState({ ...question, approvals: new Set(['msau42', ...state.suggested]) }).approved).toBe(true);
  expect(approvalState({ ...question, approvals: new Set(['liggitt']) }).approved).toBe(true);
});

test('it is stored and comes back as it was', () => {
  expect(decodeIndex(encodeIndex(index))).toEqual(index);
});
