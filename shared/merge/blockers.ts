/** Issues that keep pull requests from being merged: into the branches that their titles name, or into any. */
import type { Blocker } from '../language/index.ts';

/** Prow's spelling: any case, blanks or quotes before the name, several of them. */
const BRANCH = /\bbranch:[\s"'`]*([\w#][\w./#+@-]{0,254})/gi;

/** The branches that a title names; none of them: it is about all. */
export function branchesIn(title: string): readonly string[] {
  return [...title.matchAll(BRANCH)].flatMap(([, name = '']) => name.replace(/[./-]+$/, '') || []);
}

export function blockersOf(blockers: readonly Blocker[], baseRef: string): readonly Blocker[] {
  return blockers.filter(({ title }) => {
    const named = branchesIn(title);
    return named.length === 0 || named.includes(baseRef);
  });
}
