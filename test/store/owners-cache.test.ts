import { expect, test } from 'vitest';
import {
  compileOwners,
  extendOwners,
  unknownFilesOf,
  type Blob,
  type OwnersFile,
  type OwnersIndex,
  type OwnersOptions,
  type Unreadable,
} from '../../shared/owners/index.ts';
import { cacheIn } from '../../shared/store/cache.ts';
import { ownersCacheIn, type OwnersCache } from '../../shared/store/owners-cache.ts';
import { givenTables } from './here.ts';

const here = givenTables();
const REPOSITORY = 'github:acme/widgets';

/** Another process: nothing in memory, the same table. */
function newProcess(now: () => Date = () => new Date('2026-11-25T10:00:00Z')): OwnersCache {
  const { documents, emulators } = here();
  return ownersCacheIn(cacheIn({ documents, table: emulators.cacheTable, now }));
}

let refs = 0;
function freshRef(): string {
  refs += 1;
  return `branch-${refs}`;
}

type Known = { readonly index: OwnersIndex; readonly oids: ReadonlyMap<string, string | null> };
type Files = readonly (readonly [path: string, approver: string | null])[];

function blobs(files: Files): ReadonlyMap<string, Blob<OwnersFile | Unreadable>> {
  return new Map(
    files.map(([path, approver]) => [
      path,
      approver === null ? null : { oid: `oid-of-${approver}`, text: `approvers: [${approver}]\n` },
    ]),
  );
}

function oidsOf(files: Files): ReadonlyMap<string, string | null> {
  return new Map(files.map(([path, approver]) => [path, approver === null ? null : `oid-of-${approver}`]));
}

function known(files: Files, options: OwnersOptions = {}): Known {
  const index = compileOwners({ files: blobs(files), aliases: null, complete: false, options });
  return { index, oids: oidsOf(files) };
}

test('what was kept for a commit is found again by another process, and for no other commit', async () => {
  const ref = freshRef();
  const { index, oids } = known([
    ['OWNERS', 'ada'],
    ['docs/OWNERS', null],
  ]);
  const memory = newProcess().memory(REPOSITORY, ref, {});
  expect(await memory.find('c1')).toBeUndefined();
  await memory.keep('c1', index, oids);
  expect(await memory.find('c1')).toEqual(index);
  const other = newProcess().memory(REPOSITORY, ref, {});
  expect(await other.find('c1')).toEqual(index);
  expect(await other.find('c2')).toBeUndefined();
  expect(await newProcess().memory(REPOSITORY, freshRef(), {}).find('c1')).toBeUndefined();
  expect(await newProcess().memory('github:acme/gadgets', ref, {}).find('c1')).toBeUndefined();
});

test('an index grows by what another pull request touches', async () => {
  const ref = freshRef();
  const first = known([['OWNERS', 'ada']]);
  await newProcess().memory(REPOSITORY, ref, {}).keep('c1', first.index, first.oids);
  const memory = newProcess().memory(REPOSITORY, ref, {});
  const found = await memory.find('c1');
  expect(found).toEqual(first.index);
  const more: Files = [['docs/OWNERS', 'grace']];
  const grown = extendOwners(first.index, blobs(more));
  await memory.keep('c1', grown, oidsOf(more));
  const after = await newProcess().memory(REPOSITORY, ref, {}).find('c1');
  expect(after).toEqual(grown);
  expect(after && unknownFilesOf(after, ['docs/guide.md'])).toEqual([]);
});

test('other options are another index', async () => {
  const ref = freshRef();
  const plain = known([['OWNERS', 'ada']]);
  const denied = known([['OWNERS', 'ada']], { denied: ['^docs'] });
  await newProcess().memory(REPOSITORY, ref, {}).keep('c1', plain.index, plain.oids);
  const other = newProcess().memory(REPOSITORY, ref, { denied: ['^docs'] });
  expect(await other.find('c1')).toBeUndefined();
  await other.keep('c1', denied.index, denied.oids);
  expect(await newProcess().memory(REPOSITORY, ref, {}).find('c1')).toEqual(plain.index);
  expect(
    await newProcess()
      .memory(REPOSITORY, ref, { denied: ['^docs'] })
      .find('c1'),
  ).toEqual(denied.index);
});

test('a push that touched no owners’ file carries the index forward, for all options', async () => {
  const ref = freshRef();
  const { index, oids } = known([['OWNERS', 'ada']]);
  await newProcess().memory(REPOSITORY, ref, {}).keep('c1', index, oids);
  await newProcess().carryForward(REPOSITORY, ref, 'c1', 'c2');
  await newProcess().carryForward(REPOSITORY, ref, 'c1', 'c2');
  const memory = newProcess().memory(REPOSITORY, ref, {});
  expect(await memory.find('c2')).toEqual(index);
  // A delivery on its way may still ask for the base before.
  expect(await memory.find('c1')).toEqual(index);
});

test('a push from a commit that is not known carries nothing', async () => {
  const ref = freshRef();
  const { index, oids } = known([['OWNERS', 'ada']]);
  await newProcess().memory(REPOSITORY, ref, {}).keep('c1', index, oids);
  await newProcess().carryForward(REPOSITORY, ref, 'c0', 'c2');
  await newProcess().carryForward(REPOSITORY, freshRef(), 'c1', 'c2');
  expect(await newProcess().memory(REPOSITORY, ref, {}).find('c2')).toBeUndefined();
});

test('a branch remembers its latest commits only', async () => {
  const ref = freshRef();
  const { index, oids } = known([['OWNERS', 'ada']]);
  const cache = newProcess();
  await cache.memory(REPOSITORY, ref, {}).keep('c1', index, oids);
  for (const number of [2, 3, 4, 5]) {
    // Pushes of one branch come in order.
    // oxlint-disable-next-line no-await-in-loop
    await cache.carryForward(REPOSITORY, ref, `c${number - 1}`, `c${number}`);
  }
  const memory = cache.memory(REPOSITORY, ref, {});
  expect(await memory.find('c5')).toEqual(index);
  expect(await memory.find('c2')).toEqual(index);
  expect(await memory.find('c1')).toBeUndefined();
});

test('two processes that keep and carry at once lose nothing', async () => {
  const ref = freshRef();
  const one = known([['OWNERS', 'ada']]);
  const two = known([['OWNERS', 'grace']]);
  await newProcess().memory(REPOSITORY, ref, {}).keep('c1', one.index, one.oids);
  await Promise.all([
    newProcess().memory(REPOSITORY, ref, {}).keep('c9', two.index, two.oids),
    newProcess().carryForward(REPOSITORY, ref, 'c1', 'c2'),
  ]);
  const memory = newProcess().memory(REPOSITORY, ref, {});
  expect(await memory.find('c2')).toEqual(one.index);
  expect(await memory.find('c9')).toEqual(two.index);
});

test('an index that has expired is a miss', async () => {
  const ref = freshRef();
  const { index, oids } = known([['OWNERS', 'ada']]);
  await newProcess().memory(REPOSITORY, ref, {}).keep('c1', index, oids);
  const later = newProcess(() => new Date('2027-06-01T10:00:00Z'));
  expect(await later.memory(REPOSITORY, ref, {}).find('c1')).toBeUndefined();
});
