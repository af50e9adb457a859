/** Where a line stands in the diff of a pull request: what a comment on it is anchored to. */
import { filesBetween } from '../diff.ts';
import { commitAt, mergeBase } from '../git.ts';
import { baseTip } from '../pulls.ts';
import { objectsOf, type PullRequest, type Repository, type ReviewComment, type State } from '../state.ts';

export interface Spot {
  readonly path: string;
  readonly side: 'LEFT' | 'RIGHT';
  readonly line: number | undefined;
  readonly startLine: number | undefined;
  readonly startSide: 'LEFT' | 'RIGHT' | undefined;
  /** The older way to name a line: how far below the first `@@` it stands in the file's diff. */
  readonly position: number | undefined;
  readonly subject: 'line' | 'file';
}

export type Place = Pick<
  ReviewComment,
  | 'diffHunk' | 'side' | 'startSide' | 'line' | 'startLine' | 'originalLine' | 'originalStartLine' | 'position'
  | 'originalPosition' | 'subjectType'
>; // prettier-ignore

export interface DiffLine {
  readonly position: number;
  readonly left: number | undefined;
  readonly right: number | undefined;
  /** The hunk down to this line. */
  readonly hunk: string;
}

/** The lines of a patch with their numbers on both sides. */
export function* linesOfPatch(patch: string): Generator<DiffLine> {
  let [left, right] = [0, 0];
  let hunk: string[] = [];
  for (const [position, text] of patch.split('\n').entries()) {
    const [, from, to] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text) ?? [];
    if (from !== undefined && to !== undefined) {
      [left, right] = [Number(from), Number(to)];
      hunk = [text];
      continue;
    }
    hunk.push(text);
    const shown = { position, hunk: hunk.join('\n') };
    if (text.startsWith('-')) yield { ...shown, left: left++, right: undefined };
    else if (text.startsWith('+')) yield { ...shown, left: undefined, right: right++ };
    else if (text.startsWith(' ')) yield { ...shown, left: left++, right: right++ };
  }
}

/** What of the spot is not part of the diff. */
export interface Outside {
  readonly outside: 'path' | 'line' | 'position' | 'start_line';
}

/** Where the spot is in the diff between the base and `head`. */
export function placeIn(
  state: State,
  repository: Repository,
  issue: PullRequest,
  head: string,
  spot: Spot,
): Place | Outside {
  const objects = objectsOf(state, repository);
  const base = mergeBase(objects, issue.pull.merged ? issue.pull.base.sha : baseTip(repository, issue), head);
  const before = base === undefined ? undefined : commitAt(objects, base).tree;
  const file = filesBetween(objects, before, commitAt(objects, head).tree).find(({ path }) => path === spot.path);
  if (file === undefined) return { outside: 'path' };
  if (spot.subject === 'file') {
    return {
      diffHunk: '',
      side: 'RIGHT',
      startSide: null,
      line: null,
      startLine: null,
      originalLine: null,
      originalStartLine: null,
      position: null,
      originalPosition: 1,
      subjectType: 'file',
    };
  }
  const lines = [...linesOfPatch(file.patch ?? '')];
  const numbered = (line: number, side: 'LEFT' | 'RIGHT'): DiffLine | undefined =>
    lines.find((each) => (side === 'LEFT' ? each.left : each.right) === line);
  const { line, position } = spot;
  const at = line === undefined ? lines.find((each) => each.position === position) : numbered(line, spot.side);
  if (at === undefined) return { outside: line === undefined ? 'position' : 'line' };
  const side = line === undefined && at.right === undefined ? 'LEFT' : spot.side;
  const shownLine = (side === 'LEFT' ? at.left : at.right) ?? null;
  const startSide = spot.startLine === undefined ? null : (spot.startSide ?? side);
  if (spot.startLine !== undefined && (startSide === null || numbered(spot.startLine, startSide) === undefined))
    return { outside: 'start_line' };
  return {
    diffHunk: at.hunk,
    side,
    startSide,
    line: shownLine,
    startLine: spot.startLine ?? null,
    originalLine: shownLine,
    originalStartLine: spot.startLine ?? null,
    position: at.position,
    originalPosition: at.position,
    subjectType: 'line',
  };
}
