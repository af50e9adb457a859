/** The difference between two texts by lines, between two trees by files, and both as GitHub shows them. */
import { blobOf, changedEntries, type FileEntry, type Objects } from './git.ts';

/** https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits#diff-limits */
const MAX_PATCH_LINES = 20_000;
const MAX_PATCH_BYTES = 500_000;
/** Beyond so many differing lines the middle is taken as replaced: right, only not shortest. */
const MAX_EDITS = 2000;
const CONTEXT_LINES = 3;
/** Git looks for a zero byte in as many. */
const BINARY_PROBE_BYTES = 8000;
/** Git's defaults for `-M`: half alike, and not for more files than this on either side. */
const MIN_SIMILARITY = 0.5;
const MAX_RENAME_CANDIDATES = 1000;

/** `before.slice(from, to)` became `after.slice(start, end)`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** Lines with their line ends, so that a missing last one is a difference. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

export const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, BINARY_PROBE_BYTES).includes(0);

/** Myers' greedy algorithm on what is left between the common beginning and the common end. */
export function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let [lastBefore, lastAfter] = [before.length, after.length];
  while (lastBefore > first && lastAfter > first && before[lastBefore - 1] === after[lastAfter - 1]) {
    lastBefore -= 1;
    lastAfter -= 1;
  }
  const [rows, columns] = [lastBefore - first, lastAfter - first];
  if (rows === 0 && columns === 0) return [];
  if (rows === 0 || columns === 0) return [{ from: first, to: lastBefore, start: first, end: lastAfter }];

  const most = Math.min(rows + columns, MAX_EDITS);
  const trace: Int32Array[] = [];
  const width = 2 * most + 3;
  let furthest: Int32Array = new Int32Array(width);
  const middle = most + 1;
  let steps = -1;
  search: for (let d = 0; d <= most; d += 1) {
    trace.push(furthest.slice());
    for (let k = -d; k <= d; k += 2) {
      const [down, right] = [furthest[middle + k + 1] ?? 0, furthest[middle + k - 1] ?? 0];
      let x = k === -d || (k !== d && right < down) ? down : right + 1;
      let y = x - k;
      while (x < rows && y < columns && before[first + x] === after[first + y]) {
        x += 1;
        y += 1;
      }
      furthest[middle + k] = x;
      if (x >= rows && y >= columns) {
        steps = d;
        break search;
      }
    }
  }
  if (steps < 0) return [{ from: first, to: lastBefore, start: first, end: lastAfter }];

  const edits: Edit[] = [];
  let [x, y] = [rows, columns];
  for (let d = steps; d > 0; d -= 1) {
    furthest = trace[d] ?? furthest;
    const k = x - y;
    const [down, right] = [furthest[middle + k + 1] ?? 0, furthest[middle + k - 1] ?? 0];
    const inserted = k === -d || (k !== d && right < down);
    const previousK = inserted ? k + 1 : k - 1;
    const previousX = furthest[middle + previousK] ?? 0;
    const previousY = previousX - previousK;
    const [from, start] = [first + previousX, first + previousY];
    const edit = { from, to: inserted ? from : from + 1, start, end: inserted ? start + 1 : start };
    const next = edits.at(-1);
    // Walked backwards: an edit that ends where the next one begins is part of it.
    if (next !== undefined && next.from === edit.to && next.start === edit.end) {
      edits[edits.length - 1] = { from: edit.from, to: next.to, start: edit.start, end: next.end };
    } else edits.push(edit);
    [x, y] = [previousX, previousY];
  }
  return edits.toReversed();
}

export interface LineCounts {
  readonly additions: number;
  readonly deletions: number;
}

export const countsOf = (edits: readonly Edit[]): LineCounts => ({
  additions: edits.reduce((sum, { start, end }) => sum + end - start, 0),
  deletions: edits.reduce((sum, { from, to }) => sum + to - from, 0),
});

const marked = (mark: string, line: string): string =>
  line.endsWith('\n') ? `${mark}${line.slice(0, -1)}` : `${mark}${line}\n\\ No newline at end of file`;

/** Where a hunk begins on one side and how many lines it has there. */
const hunkSide = (start: number, count: number): string =>
  count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`;

/** Hunks of a unified diff, without the file's header and the last line end, as GitHub's `patch`. */
export function patchOf(before: readonly string[], after: readonly string[], edits: readonly Edit[]): string {
  const groups: Edit[][] = [];
  for (const edit of edits) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && edit.from - last.to <= 2 * CONTEXT_LINES) group.push(edit);
    else groups.push([edit]);
  }
  return groups
    .map((group) => {
      const [head, tail] = [group[0], group.at(-1)];
      if (head === undefined || tail === undefined) return '';
      const from = Math.max(0, head.from - CONTEXT_LINES);
      const start = head.start - (head.from - from);
      const to = Math.min(before.length, tail.to + CONTEXT_LINES);
      const end = tail.end + (to - tail.to);
      // Git names the last line above that begins like a definition.
      const above = before.slice(0, from).findLast((line) => /^[A-Za-z_$]/.test(line));
      const lines = [
        `@@ -${hunkSide(from, to - from)} +${hunkSide(start, end - start)} @@${above === undefined ? '' : ` ${above.trimEnd().slice(0, 80)}`}`,
      ];
      let at = from;
      for (const edit of group) {
        lines.push(...before.slice(at, edit.from).map((line) => marked(' ', line)));
        lines.push(...before.slice(edit.from, edit.to).map((line) => marked('-', line)));
        lines.push(...after.slice(edit.start, edit.end).map((line) => marked('+', line)));
        at = edit.to;
      }
      lines.push(...before.slice(at, to).map((line) => marked(' ', line)));
      return lines.join('\n');
    })
    .join('\n');
}

export interface FileChange {
  readonly path: string;
  /** Where a renamed file was before. */
  readonly previousPath: string | undefined;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
  readonly additions: number;
  readonly deletions: number;
  readonly binary: boolean;
  /** Undefined for a binary file, an oversized difference and where no line differs. */
  readonly patch: string | undefined;
}

const textAt = (objects: Objects, entry: FileEntry | undefined): string | undefined => {
  if (entry === undefined) return '';
  // A submodule's commit is not in the store: git shows a line that names it.
  if (entry.mode === '160000') return `Subproject commit ${entry.sha}\n`;
  const bytes = blobOf(objects, entry.sha)?.bytes ?? new Uint8Array();
  return isBinary(bytes) ? undefined : Buffer.from(bytes).toString('utf8');
};

type Lines = Omit<FileChange, 'path' | 'previousPath' | 'status' | 'before' | 'after'>;

function linesBetween(objects: Objects, was: FileEntry | undefined, is: FileEntry | undefined): Lines {
  if (was?.sha === is?.sha) return { additions: 0, deletions: 0, binary: false, patch: undefined };
  const [textBefore, textAfter] = [textAt(objects, was), textAt(objects, is)];
  if (textBefore === undefined || textAfter === undefined)
    return { additions: 0, deletions: 0, binary: true, patch: undefined };
  const [before, after] = [linesOf(textBefore), linesOf(textAfter)];
  const edits = editsBetween(before, after);
  const counts = countsOf(edits);
  const fits = counts.additions + counts.deletions <= MAX_PATCH_LINES;
  const patch = fits ? patchOf(before, after, edits) : undefined;
  const shown = patch !== undefined && patch !== '' && Buffer.byteLength(patch) <= MAX_PATCH_BYTES;
  return { ...counts, binary: false, patch: shown ? patch : undefined };
}

/** Bytes by line content, for how much of one file is found in another. */
function weighed(bytes: Uint8Array): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const line of linesOf(Buffer.from(bytes).toString('latin1')))
    lines.set(line, (lines.get(line) ?? 0) + line.length);
  return lines;
}

const sizeOf = (lines: ReadonlyMap<string, number>): number => [...lines.values()].reduce((sum, size) => sum + size, 0);

/** From 0 to 1: the part of the larger file that is found in the other. */
function similarity(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  const largest = Math.max(sizeOf(one), sizeOf(other));
  let shared = 0;
  for (const [line, size] of one) shared += Math.min(size, other.get(line) ?? 0);
  return largest === 0 ? 0 : shared / largest;
}

export interface Moved {
  readonly path: string;
  readonly entry: FileEntry;
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Which added files are which removed ones under a new name: added path to removed path. */
export function renamesAmong(
  objects: Objects,
  removed: readonly Moved[],
  added: readonly Moved[],
): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  const left = new Map(removed.map((each) => [each.path, each]));
  const pair = (to: string, from: string): void => {
    renames.set(to, from);
    left.delete(from);
  };
  for (const { path, entry } of added) {
    const twins = [...left.values()].filter((each) => each.entry.sha === entry.sha);
    const twin = twins.find((each) => fileName(each.path) === fileName(path)) ?? twins[0];
    if (twin !== undefined) pair(path, twin.path);
  }
  const open = added.filter(({ path, entry }) => !renames.has(path) && entry.mode !== '160000');
  if (left.size === 0 || left.size > MAX_RENAME_CANDIDATES || open.length > MAX_RENAME_CANDIDATES) return renames;
  const contents = new Map<string, ReadonlyMap<string, number>>();
  const contentOf = (sha: string): ReadonlyMap<string, number> => {
    const known = contents.get(sha) ?? weighed(blobOf(objects, sha)?.bytes ?? new Uint8Array());
    contents.set(sha, known);
    return known;
  };
  const scored = open.flatMap((to) =>
    [...left.values()].map((from) => ({
      to: to.path,
      from: from.path,
      score: similarity(contentOf(from.entry.sha), contentOf(to.entry.sha)),
      sameName: fileName(from.path) === fileName(to.path),
    })),
  );
  const best = scored
    .filter(({ score }) => score >= MIN_SIMILARITY)
    .toSorted((one, other) => other.score - one.score || Number(other.sameName) - Number(one.sameName));
  for (const { to, from } of best) if (!renames.has(to) && left.has(from)) pair(to, from);
  return renames;
}

const MAX_REMEMBERED = 200;
/** Trees never change, so neither does the difference between two of them. */
const remembered = new WeakMap<Objects, Map<string, readonly FileChange[]>>();

/** The files that differ between two trees, renames found, in order of their paths. */
export function filesBetween(
  objects: Objects,
  before: string | undefined,
  after: string | undefined,
): readonly FileChange[] {
  const known = remembered.get(objects) ?? new Map<string, readonly FileChange[]>();
  remembered.set(objects, known);
  const key = `${before} ${after}`;
  const made = known.get(key) ?? freshFilesBetween(objects, before, after);
  known.delete(key);
  known.set(key, made);
  const [oldest] = known.keys();
  if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
  return made;
}

function freshFilesBetween(objects: Objects, before: string | undefined, after: string | undefined): FileChange[] {
  const changes = changedEntries(objects, before, after);
  const removed: Moved[] = [];
  const added: Moved[] = [];
  for (const { path, before: was, after: is } of changes) {
    if (was !== undefined && is === undefined) removed.push({ path, entry: was });
    if (was === undefined && is !== undefined) added.push({ path, entry: is });
  }
  const renames = renamesAmong(objects, removed, added);
  const moved = new Set(renames.values());
  const entries = new Map(removed.map(({ path, entry }) => [path, entry]));
  return changes
    .filter(({ path, after: is }) => is !== undefined || !moved.has(path))
    .map(({ path, before: here, after: is }) => {
      const previousPath = renames.get(path);
      const was = previousPath === undefined ? here : entries.get(previousPath);
      const status =
        previousPath !== undefined
          ? 'renamed'
          : was === undefined
            ? 'added'
            : is === undefined
              ? 'removed'
              : was.sha === is.sha
                ? 'changed'
                : 'modified';
      return { path, previousPath, status, before: was, after: is, ...linesBetween(objects, was, is) };
    });
}

/** A whole unified diff, as `git diff` prints it and GitHub's `diff` media type sends it. */
export function unifiedDiff(files: readonly FileChange[]): string {
  return files
    .map(({ path, previousPath = path, status, before, after, patch, binary }) => {
      const [old, fresh] = [before?.sha.slice(0, 7) ?? '0000000', after?.sha.slice(0, 7) ?? '0000000'];
      const modes =
        status === 'added'
          ? [`new file mode ${after?.mode ?? '100644'}`]
          : status === 'removed'
            ? [`deleted file mode ${before?.mode ?? '100644'}`]
            : before?.mode === after?.mode
              ? []
              : [`old mode ${before?.mode ?? ''}`, `new mode ${after?.mode ?? ''}`];
      const renamed = status === 'renamed' ? [`rename from ${previousPath}`, `rename to ${path}`] : [];
      const index = old === fresh ? [] : [`index ${old}..${fresh}${modes.length === 0 ? ` ${after?.mode ?? ''}` : ''}`];
      const [from, to] = [
        status === 'added' ? '/dev/null' : `a/${previousPath}`,
        status === 'removed' ? '/dev/null' : `b/${path}`,
      ];
      const body = binary
        ? [`Binary files ${from} and ${to} differ`]
        : patch === undefined
          ? []
          : [`--- ${from}`, `+++ ${to}`, patch];
      return [`diff --git a/${previousPath} b/${path}`, ...modes, ...renamed, ...index, ...body].join('\n') + '\n';
    })
    .join('');
}
