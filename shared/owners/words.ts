/** What each approval is about, asked side by side of each changed file. */
import { globsOf } from '../language/globs.ts';

/** One approval of one person. */
export type Word = {
  /** Paths of changed files that became other ones since. */
  readonly stale: readonly string[];
  /** Patterns of what it is about; left out: all. */
  readonly paths?: readonly string[] | undefined;
  /** Patterns of what it was taken back for. */
  readonly except?: readonly string[] | undefined;
  /** For which commit it was given. */
  readonly commit?: string | undefined;
};

export type Words = {
  /** Those whose approval says nothing of this side of this file; always in the same order. */
  readonly silentAbout: (file: string, side: string) => ReadonlySet<string>;
  /** Of them, those who approved it as it was before. */
  readonly outdatedAbout: (file: string, side: string) => readonly string[];
  /** Those whose approval says nothing of what is not known. */
  readonly silentAboutTheRest: () => ReadonlySet<string>;
  /** Adds to `commits` those for which `login` approved it. */
  readonly commitsFor: (login: string, file: string, side: string, commits: Set<string>) => void;
};

type Read = {
  readonly isAbout: (side: string) => boolean;
  readonly stale: ReadonlySet<string>;
  readonly commit: string | undefined;
  /** Whether it is about everything, whatever that is. */
  readonly whole: boolean;
};

const NOBODY: ReadonlySet<string> = new Set();

export function wordsOf(approvals: ReadonlySet<string>, given: (login: string) => readonly Word[]): Words {
  const all = new Map([...approvals].map((login) => [login, given(login).map(readWord)]));
  const limited = [...all].filter(([, words]) => !words.some(({ whole }) => whole));
  const silent = (file: string, side: string): readonly string[] =>
    limited.flatMap(([login, words]) => (words.some((word) => speaks(word, file, side)) ? [] : [login]));
  return {
    silentAbout: (file, side) => (limited.length === 0 ? NOBODY : new Set(silent(file, side))),
    outdatedAbout: (file, side) =>
      limited.flatMap(([login, words]) => (words.some((word) => isOutdated(word, file, side)) ? [login] : [])),
    silentAboutTheRest: () => new Set(limited.map(([login]) => login)),
    commitsFor(login, file, side, commits) {
      for (const word of all.get(login) ?? []) {
        if (word.commit !== undefined && !commits.has(word.commit) && speaks(word, file, side))
          commits.add(word.commit);
      }
    },
  };
}

function readWord({ stale, paths, except = [], commit }: Word): Read {
  const [within, without] = [paths === undefined ? undefined : globsOf(paths), globsOf(except)];
  const whole = paths === undefined && except.length === 0;
  const known = new Map<string, boolean>();
  return {
    isAbout(side) {
      if (whole) return true;
      let is = known.get(side);
      if (is === undefined) known.set(side, (is = within?.(side) !== false && !without(side)));
      return is;
    },
    stale: new Set(stale),
    commit,
    whole: whole && stale.length === 0,
  };
}

function speaks({ isAbout, stale }: Read, file: string, side: string): boolean {
  return !stale.has(file) && isAbout(side);
}

function isOutdated({ isAbout, stale }: Read, file: string, side: string): boolean {
  return stale.has(file) && isAbout(side);
}
