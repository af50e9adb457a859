import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editsBetween, filesBetween, linesOf, patchOf, unifiedDiff } from '../../../local/github/diff.ts';
import {
  changedEntries,
  changesOf,
  edited,
  entryAt,
  type FileEntry,
  history,
  mergeBase,
  type Objects,
  put,
  putText,
  walk,
} from '../../../local/github/git.ts';
import { mergedText, mergedTree, mergeOf, rebased } from '../../../local/github/merging.ts';

const ADA = { name: 'Ada', email: 'ada@example.com', date: '2026-01-02T03:04:05Z' };

type Texts = Readonly<Record<string, string>>;

const entriesOf = (objects: Objects, files: Texts): Map<string, FileEntry> =>
  new Map(Object.entries(files).map(([path, text]) => [path, { mode: '100644', sha: putText(objects, text) }]));

const treeFrom = (objects: Objects, files: Texts): string => edited(objects, undefined, entriesOf(objects, files));

function textsIn(objects: Objects, tree: string): Texts {
  const texts: Record<string, string> = {};
  for (const { path, sha } of walk(objects, tree)) {
    const object = objects.get(sha);
    if (object?.type === 'blob') texts[path] = Buffer.from(object.bytes).toString('utf8');
  }
  return texts;
}

let minutes = 0;
function commit(objects: Objects, files: Texts, ...parents: string[]): string {
  minutes += 1;
  const date = new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
  const by = { ...ADA, date };
  const tree = treeFrom(objects, files);
  return put(objects, { type: 'commit', tree, parents, author: by, committer: by, message: `commit ${minutes}` });
}

describe('ids', () => {
  test('are those that git gives', () => {
    const objects: Objects = new Map();
    expect(putText(objects, '')).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
    expect(put(objects, { type: 'tree', entries: [] })).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
    const changes = entriesOf(objects, { 'a/x': 'hello\n', 'a.b/y': 'y\n', ü: 'é\n' });
    changes.set('run', { mode: '100755', sha: putText(objects, '#!/bin/sh\n') });
    changes.set('link', { mode: '120000', sha: putText(objects, 'a/x') });
    const tree = edited(objects, undefined, changes);
    expect(tree).toBe('9b16359753c5db8a5894beeae91da67d14d3d9f6');
    expect(entryAt(objects, tree, 'a')?.sha).toBe('e31a96220fbfbe7601ecc086a36b96dc27a8867e');
    expect(entryAt(objects, tree, 'a.b')?.sha).toBe('5a6245fda7dc0036e8bf9e166994416e59d90720');
    const message = 'First\n\nBody\n';
    const first = put(objects, { type: 'commit', tree, parents: [], author: ADA, committer: ADA, message });
    expect(first).toBe('dad3e519cd36aa8e6e39ae2ef6d33eeed8529eaa');
    const tag = { type: 'tag', object: first, objectType: 'commit', tag: 'v1', tagger: ADA, message: 'One\n' } as const;
    expect(put(objects, tag)).toBe('e6a423a68ad2e9c0095fbdbe4406c3af73018485');
  });

  test('do not depend on the order of changes, and taking back is undoing', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c.d', 'e'), { minLength: 1, maxLength: 3 })
      .map((all) => all.join('/'));
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.string())), fc.array(fc.tuple(path, fc.string())), (first, second) => {
        const objects: Objects = new Map();
        const base = treeFrom(objects, Object.fromEntries(first.map(([each, text]) => [`1/${each}/f`, text])));
        const fresh = entriesOf(objects, Object.fromEntries(second.map(([each, text]) => [`2/${each}/f`, text])));
        const forward = edited(objects, base, fresh);
        expect(edited(objects, base, new Map([...fresh].toReversed()))).toBe(forward);
        expect(edited(objects, forward, new Map([...fresh.keys()].map((each) => [each, null])))).toBe(base);
      }),
    );
  });

  test('a file may take the place of a folder', () => {
    const objects: Objects = new Map();
    const folder = treeFrom(objects, { 'a/b': '1', 'a/c': '2' });
    const file = edited(objects, folder, new Map([['a', { mode: '100644', sha: putText(objects, '3') }]]));
    expect(textsIn(objects, file)).toEqual({ a: '3' });
    expect(textsIn(objects, edited(objects, file, entriesOf(objects, { 'a/d': '4' })))).toEqual({ 'a/d': '4' });
  });
});

describe('history', () => {
  test('newest first, no commit before one that descends from it', () => {
    const objects: Objects = new Map();
    const root = commit(objects, { a: '0' });
    const left = commit(objects, { a: '1' }, root);
    const right = commit(objects, { a: '0', b: '1' }, root);
    const merge = commit(objects, { a: '1', b: '1' }, left, right);
    expect(history(objects, merge)).toEqual([merge, right, left, root]);
    expect(history(objects, merge, left)).toEqual([merge, right]);
    expect(mergeBase(objects, left, right)).toBe(root);
    expect(mergeBase(objects, merge, right)).toBe(right);
    expect(mergeBase(objects, root, commit(objects, { z: '' }))).toBeUndefined();
  });

  test('of a path: what made it as it is', () => {
    const objects: Objects = new Map();
    const root = commit(objects, { 'd/a': '0' });
    const other = commit(objects, { 'd/a': '0', b: '1' }, root);
    const left = commit(objects, { 'd/a': '1' }, root);
    const dropped = commit(objects, { 'd/a': '2', b: '1' }, other);
    const merge = commit(objects, { 'd/a': '1', b: '1' }, left, dropped);
    const both = commit(objects, { 'd/a': '3', b: '1' }, left, dropped);
    const gone = commit(objects, { b: '1' }, merge);
    const of = (tip: string, path: string): ReadonlySet<string> => changesOf(objects, tip, path);
    expect(of(merge, 'd/a')).toEqual(new Set([left, root]));
    expect(of(both, 'd/a')).toEqual(new Set([both, left, dropped, root]));
    expect(of(gone, 'd')).toEqual(new Set([gone, left, root]));
    expect(of(gone, 'b')).toEqual(new Set([other]));
    expect(of(gone, 'nothing')).toEqual(new Set());
  });

  test('of a criss-cross one of the best common ancestors', () => {
    const objects: Objects = new Map();
    const root = commit(objects, { a: '0' });
    const [left, right] = [commit(objects, { a: '1' }, root), commit(objects, { b: '1' }, root)];
    const [one, other] = [commit(objects, { c: '1' }, left, right), commit(objects, { d: '1' }, right, left)];
    expect([left, right]).toContain(mergeBase(objects, one, other));
  });
});

describe('differences', () => {
  const line = fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n');
  const text = fc
    .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', 'end'))
    .map(([all, end]) => all.join('') + end);

  test('applied to the one text, they give the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const [old, fresh] = [linesOf(before), linesOf(after)];
        let at = 0;
        const made: string[] = [];
        for (const { from, to, start, end } of editsBetween(old, fresh)) {
          made.push(...old.slice(at, from), ...fresh.slice(start, end));
          at = to;
        }
        expect([...made, ...old.slice(at)].join('')).toBe(after);
      }),
    );
  });

  test.each<[title: string, before: string, after: string, patch: string]>([
    ['one line in the middle', 'a\nb\nc\n', 'a\nB\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c'],
    ['a new file', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b'],
    ['a file that is gone', 'a\n', '', '@@ -1 +0,0 @@\n-a'],
    ['a last line without its end', 'a', 'a\n', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a'],
    [
      'two places far apart',
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n',
      'x\n2\n3\n4\n5\n6\n7\n8\n9\ny\n',
      '@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-0\n+y',
    ],
  ])('%s', (_title, before, after, patch) => {
    const [old, fresh] = [linesOf(before), linesOf(after)];
    expect(patchOf(old, fresh, editsBetween(old, fresh))).toBe(patch);
  });

  test('between trees: added, removed, modified, renamed, renamed and edited', () => {
    const objects: Objects = new Map();
    const long = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    const before = treeFrom(objects, {
      gone: 'x\n',
      kept: 'k\n',
      edit: 'a\nb\n',
      'old/name': 'moved\n',
      'old/long': long,
    });
    const after = treeFrom(objects, {
      kept: 'k\n',
      edit: 'a\nB\n',
      fresh: 'f\n',
      'new/name': 'moved\n',
      'new/long': `${long}more\n`,
    });
    const shown = filesBetween(objects, before, after).map(({ path, previousPath, status, additions, deletions }) =>
      [status, path, previousPath, additions, deletions].join(' '),
    );
    expect(shown).toEqual([
      'modified edit  1 1',
      'added fresh  1 0',
      'removed gone  0 1',
      'renamed new/long old/long 1 0',
      'renamed new/name old/name 0 0',
    ]);
    expect(unifiedDiff(filesBetween(objects, before, after))).toContain('rename from old/long\nrename to new/long\n');
  });

  test('a binary file and an oversized one have no patch', () => {
    const objects: Objects = new Map();
    const before = treeFrom(objects, {});
    const after = treeFrom(objects, { binary: 'a\0b', large: 'x\n'.repeat(20_001) });
    const [binary, large] = filesBetween(objects, before, after);
    expect(binary).toMatchObject({ binary: true, patch: undefined, additions: 0 });
    expect(large).toMatchObject({ binary: false, patch: undefined, additions: 20_001 });
  });

  test('equal folders are not looked into', () => {
    const objects: Objects = new Map();
    const before = treeFrom(objects, { 'same/a': '1', 'other/b': '2' });
    const same = entryAt(objects, before, 'same');
    const after = edited(objects, before, entriesOf(objects, { 'other/b': '3' }));
    if (same !== undefined) objects.delete(same.sha);
    expect(changedEntries(objects, before, after).map(({ path }) => path)).toEqual(['other/b']);
  });
});

describe('merging', () => {
  test.each<[title: string, base: string, ours: string, theirs: string, merged: string | undefined]>([
    ['far apart', '1\n2\n3\n4\n5\n', 'x\n2\n3\n4\n5\n', '1\n2\n3\n4\ny\n', 'x\n2\n3\n4\ny\n'],
    ['the same on both sides', '1\n2\n', '1\nx\n', '1\nx\n', '1\nx\n'],
    ['the same line in two ways', '1\n2\n3\n', '1\nx\n3\n', '1\ny\n3\n', undefined],
    ['neighboring lines', '1\n2\n3\n4\n', '1\nx\n3\n4\n', '1\n2\ny\n4\n', undefined],
    ['one side only', '1\n', '1\n2\n', '1\n', '1\n2\n'],
  ])('texts: %s', (_title, base, ours, theirs, merged) => {
    expect(mergedText(base, ours, theirs)).toBe(merged);
    expect(mergedText(base, theirs, ours)).toBe(merged);
  });

  const merge = (base: Texts, ours: Texts, theirs: Texts) => {
    const objects: Objects = new Map();
    const [from, one, other] = [base, ours, theirs].map((files) => treeFrom(objects, files));
    const merged = mergedTree(objects, from, one ?? '', other ?? '');
    return merged.tree === undefined ? merged.conflicts : textsIn(objects, merged.tree);
  };

  test.each<[title: string, base: Texts, ours: Texts, theirs: Texts, merged: Texts | readonly string[]]>([
    ['different files', { a: '1' }, { a: '2' }, { a: '1', b: '3' }, { a: '2', b: '3' }],
    ['both delete', { a: '1', b: '1' }, { b: '1' }, { b: '1' }, { b: '1' }],
    ['delete against edit', { a: '1' }, {}, { a: '2' }, ['a']],
    ['both add differently', {}, { a: '1' }, { a: '2' }, ['a']],
    ['a file where the other has a folder', {}, { a: '1' }, { 'a/b': '2' }, ['a']],
    ['move against edit', { a: 'x\ny\nz\nw\n' }, { b: 'x\ny\nz\nw\n' }, { a: 'x\ny\nz\nW\n' }, { b: 'x\ny\nz\nW\n' }],
  ])('trees: %s', (_title, base, ours, theirs, merged) => {
    expect(merge(base, ours, theirs)).toEqual(merged);
  });

  test('rebase puts each commit on top and leaves out what is there already', () => {
    const objects: Objects = new Map();
    const root = commit(objects, { a: '1' });
    const base = commit(objects, { a: '1', b: '1' }, root);
    const first = commit(objects, { a: '1', b: '1' }, root);
    const head = commit(objects, { a: '1', b: '1', c: '1' }, first);
    const { sha } = rebased(objects, base, head, ADA);
    expect(history(objects, sha ?? '', base)).toHaveLength(1);
    const tip = objects.get(sha ?? '');
    expect(tip?.type === 'commit' && textsIn(objects, tip.tree)).toEqual({ a: '1', b: '1', c: '1' });
  });

  test('a merge that conflicts names the files', () => {
    const objects: Objects = new Map();
    const root = commit(objects, { a: '1\n', b: '1' });
    const [left, right] = [commit(objects, { a: '2\n', b: '1' }, root), commit(objects, { a: '3\n', b: '2' }, root)];
    expect(mergeOf(objects, left, right).conflicts).toEqual(['a']);
    expect(rebased(objects, left, right, ADA).conflicts).toEqual(['a']);
  });
});
