/**
 * Paths as people write them: from the root of the repository, `*` and `?` inside a folder's or file's name, `**` over
 * folders. What names a folder takes in all below it. Never a regular expression: matching takes time in proportion to
 * the lengths, however the stars stand.
 */

/** Patterns on one line, or kept with one vote. */
export const MAX_GLOBS = 20;
/** Characters of one of them. */
export const MAX_GLOB_CHARS = 256;

export type Glob = (path: string) => boolean;

/** Whether any of the patterns matches, compiled once. */
export function globsOf(patterns: readonly string[]): Glob {
  const globs = patterns.map(matcherOf);
  return (path) => {
    let segments: readonly string[] | undefined;
    const split = (): readonly string[] => (segments ??= path.split('/'));
    return globs.some((matches) => matches(path, split));
  };
}

export function globOf(pattern: string): Glob {
  return globsOf([pattern]);
}

/** Names of the folders and of the file are asked for where the beginning of the path does not decide already. */
type Matcher = (path: string, split: () => readonly string[]) => boolean;

function matcherOf(pattern: string): Matcher {
  const wanted = segmentsOf(pattern);
  if (!/[*?\\]/.test(pattern)) {
    const plain = wanted.join('/');
    if (plain === '') return () => true;
    const below = `${plain}/`;
    return (path) => path.startsWith(below) || (path === plain && !pattern.endsWith('/'));
  }
  const folderOnly = pattern.endsWith('/');
  const special = wanted.findIndex((segment) => /[*?\\]/.test(segment));
  const beginning = wanted
    .slice(0, special)
    .map((segment) => `${segment}/`)
    .join('');
  return (path, split) => path.startsWith(beginning) && isMatch(wanted, split(), folderOnly);
}

/** The pattern that matches this path and, where it is a folder's, what is below it. */
export function quotedGlob(path: string): string {
  return path.replaceAll(/[*?\\]/g, String.raw`\$&`);
}

/** The fewest folders and files, as patterns, that hold all of `some` and nothing else of `all`; in their order. */
export function fewestGlobs(some: ReadonlySet<string>, all: Iterable<string>): readonly string[] {
  const others = new Set<string>();
  for (const path of all) if (!some.has(path)) for (const folder of foldersOf(path)) others.add(folder);
  const places = [...some].map((path) => {
    const folder = foldersOf(path).find((each) => !others.has(each));
    return folder === undefined ? quotedGlob(path) : folder === '' ? '**' : `${quotedGlob(folder)}/`;
  });
  return [...new Set(places)].toSorted();
}

/** From the root, which is '', to the folder it lies in. */
function foldersOf(path: string): readonly string[] {
  const segments = path.split('/').slice(0, -1);
  return ['', ...segments.map((_, index) => segments.slice(0, index + 1).join('/'))];
}

function segmentsOf(pattern: string): readonly string[] {
  return pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** A pattern that is used up before the path was named a folder, unless `**` says what may be below. */
function isMatch(wanted: readonly string[], segments: readonly string[], folderOnly: boolean): boolean {
  let [at, next] = [0, 0];
  // Where to go on after the last `**`: one folder more belongs to it. An earlier one need not be tried again.
  let [again, from] = [-1, 0];
  while (next < segments.length) {
    if (at === wanted.length) return true;
    const segment = wanted[at];
    if (segment === '**') {
      if (at === wanted.length - 1) return true;
      [again, from] = [at + 1, next];
      at = again;
    } else if (segment !== undefined && isNameMatch(segment, segments[next] ?? '')) {
      [at, next] = [at + 1, next + 1];
    } else if (again >= 0) {
      from += 1;
      [at, next] = [again, from];
    } else {
      return false;
    }
  }
  return at === wanted.length && !folderOnly;
}

/** `*` for any characters, `?` for one, a backslash before one that stands for itself. */
function isNameMatch(wanted: string, name: string): boolean {
  let [at, next] = [0, 0];
  let [again, from] = [-1, 0];
  while (next < name.length) {
    const sign = wanted[at];
    const escaped = sign === '\\' && at + 1 < wanted.length;
    if (sign === '*') {
      [again, from] = [at + 1, next];
      at = again;
    } else if (sign !== undefined && (sign === '?' || (escaped ? wanted[at + 1] : sign) === name[next])) {
      [at, next] = [at + (escaped ? 2 : 1), next + 1];
    } else if (again >= 0) {
      from += 1;
      [at, next] = [again, from];
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
