/** What a branch asks for before something is picked into it. */
import type { CherryPickRules } from '../language/index.ts';
import { compilePattern } from '../owners/index.ts';

type Patterns = { readonly branches: string; readonly approvedBranches: string };

export function cherryPickRulesFor(
  baseRef: string,
  { branches, approvedBranches }: Patterns,
): Pick<CherryPickRules, 'guarded' | 'approvable'> {
  return { guarded: fits(baseRef, branches), approvable: fits(baseRef, approvedBranches) };
}

/** Settings hold no expression that does not compile; an imported one that does not names no branch. */
function fits(branch: string, source: string): boolean {
  const pattern = compilePattern(source);
  return typeof pattern !== 'string' && pattern.matches(branch);
}
