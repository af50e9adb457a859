/** Merge, squash and rebase on git's objects: new trees and commits, or the paths that conflict. */
import { editsBetween, isBinary, linesOf, type Edit, renamesAmong } from './diff.ts';
import {
  blobOf,
  changedEntries,
  type Commit,
  commitAt,
  edited,
  type EntryChange,
  type FileEntry,
  history,
  mergeBase,
  type Objects,
  put,
  putText,
  type Signature,
} from './git.ts';

export type Merged =
  | { readonly conflicts: readonly string[]; readonly tree?: undefined }
  | { readonly tree: string; readonly conflicts?: undefined };

/** Three texts to one; undefined where both sides changed the same or neighboring lines in different ways. */
export function mergedText(base: string, ours: string, theirs: string): string | undefined {
  const [old, one, other] = [linesOf(base), linesOf(ours), linesOf(theirs)];
  const [mine, yours] = [editsBetween(old, one), editsBetween(old, other)];
  const merged: string[] = [];
  let at = 0;
  let [i, j] = [0, 0];
  const take = (edit: Edit, from: readonly string[]): void => {
    merged.push(...old.slice(at, edit.from), ...from.slice(edit.start, edit.end));
    at = edit.to;
  };
  for (;;) {
    const [left, right] = [mine[i], yours[j]];
    if (left === undefined && right === undefined) break;
    if (right === undefined || (left !== undefined && left.to < right.from)) {
      if (left !== undefined) take(left, one);
      i += 1;
    } else if (left === undefined || right.to < left.from) {
      take(right, other);
      j += 1;
    } else {
      const alike =
        left.from === right.from &&
        left.to === right.to &&
        one.slice(left.start, left.end).join('') === other.slice(right.start, right.end).join('');
      if (!alike) return undefined;
      take(left, one);
      i += 1;
      j += 1;
    }
  }
  return [...merged, ...old.slice(at)].join('');
}

type Changes = ReadonlyMap<string, EntryChange>;

const byPath = (changes: readonly EntryChange[]): Map<string, EntryChange> =>
  new Map(changes.map((each) => [each.path, each]));

/** Old paths to new ones, of files that a side moved. */
function movesIn(objects: Objects, changes: Changes): ReadonlyMap<string, string> {
  const moved = (side: 'before' | 'after') =>
    [...changes.values()].flatMap((change) => {
      const [entry, other] = [change[side], change[side === 'before' ? 'after' : 'before']];
      return entry !== undefined && other === undefined ? [{ path: change.path, entry }] : [];
    });
  return new Map([...renamesAmong(objects, moved('before'), moved('after'))].map(([to, from]) => [from, to]));
}

const alike = (one: FileEntry | undefined, other: FileEntry | undefined): boolean =>
  one?.sha === other?.sha && one?.mode === other?.mode;

/** Both sides' changes to a base tree in one tree. A file that one side moved and the other edited is edited where it went. */
export function mergedTree(objects: Objects, base: string | undefined, ours: string, theirs: string): Merged {
  if (ours === theirs || base === theirs) return { tree: ours };
  if (base === ours) return { tree: theirs };
  const mine = byPath(changedEntries(objects, base, ours));
  const yours = byPath(changedEntries(objects, base, theirs));
  const [myMoves, yourMoves] = [movesIn(objects, mine), movesIn(objects, yours)];
  const changes = new Map<string, FileEntry | null>();
  const conflicts: string[] = [];
  const settled = new Set<string>();

  const contentAt = (entry: FileEntry): string | undefined => {
    const bytes = entry.mode === '160000' ? undefined : blobOf(objects, entry.sha)?.bytes;
    return bytes === undefined || isBinary(bytes) ? undefined : Buffer.from(bytes).toString('utf8');
  };
  const settle = (
    path: string,
    was: FileEntry | undefined,
    one: FileEntry | undefined,
    other: FileEntry | undefined,
  ): void => {
    if (alike(one, other) || alike(other, was)) changes.set(path, one ?? null);
    else if (alike(one, was)) changes.set(path, other ?? null);
    else {
      const texts = [was, one, other].map((each) => (each === undefined ? undefined : contentAt(each)));
      const [old, left, right] = texts;
      const text =
        old === undefined || left === undefined || right === undefined ? undefined : mergedText(old, left, right);
      if (text === undefined || one === undefined || other === undefined) conflicts.push(path);
      else changes.set(path, { mode: one.mode === was?.mode ? other.mode : one.mode, sha: putText(objects, text) });
    }
  };
  const follow = (moves: ReadonlyMap<string, string>, moving: Changes, staying: Changes, mineMoved: boolean): void => {
    for (const [from, to] of moves) {
      const edit = staying.get(from);
      const target = moving.get(to)?.after;
      if (edit?.after === undefined || edit.before === undefined || target === undefined || staying.has(to)) continue;
      settle(to, edit.before, mineMoved ? target : edit.after, mineMoved ? edit.after : target);
      changes.set(from, null);
      settled.add(from).add(to);
    }
  };
  follow(myMoves, mine, yours, true);
  follow(yourMoves, yours, mine, false);

  for (const [path, change] of yours) {
    if (settled.has(path)) continue;
    const own = mine.get(path);
    if (own === undefined) changes.set(path, change.after ?? null);
    else settle(path, change.before, own.after, change.after);
  }
  // A file on one side where the other has a folder.
  const kept = [...mine.values(), ...yours.values()].filter(({ after }) => after !== undefined).map(({ path }) => path);
  const files = new Set(kept);
  for (const path of kept) {
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      const above = path.slice(0, slash);
      if (files.has(above)) conflicts.push(above);
    }
  }
  return conflicts.length > 0
    ? { conflicts: [...new Set(conflicts)].toSorted() }
    : { tree: edited(objects, ours, changes) };
}

/** The tree of a merge of two commits. */
export function mergeOf(objects: Objects, ours: string, theirs: string): Merged {
  const base = mergeBase(objects, ours, theirs);
  const baseTree = base === undefined ? undefined : commitAt(objects, base).tree;
  return mergedTree(objects, baseTree, commitAt(objects, ours).tree, commitAt(objects, theirs).tree);
}

/** The commits of `head` that `base` does not have, oldest first. */
export const commitsBetween = (objects: Objects, base: string, head: string): string[] =>
  history(objects, head, base).toReversed();

export type Rebased =
  | { readonly conflicts: readonly string[]; readonly sha?: undefined }
  | { readonly sha: string; readonly conflicts?: undefined };

/** Puts what `head` has on top of `base`, commit by commit; merges are left out, and so is what changes nothing. */
export function rebased(objects: Objects, base: string, head: string, committer: Signature): Rebased {
  let tip = base;
  for (const sha of commitsBetween(objects, base, head)) {
    const commit: Commit = commitAt(objects, sha);
    const [parent, ...more] = commit.parents;
    if (more.length > 0) continue;
    const before = parent === undefined ? undefined : commitAt(objects, parent).tree;
    const onto = commitAt(objects, tip).tree;
    const merged = mergedTree(objects, before, onto, commit.tree);
    if (merged.tree === undefined) return { conflicts: merged.conflicts };
    if (merged.tree !== onto) tip = put(objects, { ...commit, tree: merged.tree, parents: [tip], committer });
  }
  return { sha: tip };
}
