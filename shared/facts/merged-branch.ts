/** What became of the branch that a pull request came from. */
import type { MergedBranch } from '../language/index.ts';
import { compilePattern } from '../owners/index.ts';
import type { Read } from '../providers/provider.ts';

/** @param preserved names, or patterns that any part of a name may fit. */
export async function mergedBranchOf(
  name: string | undefined,
  preserved: readonly string[],
  read: Pick<Read, 'branchUse'>,
): Promise<MergedBranch | undefined> {
  if (name === undefined) return undefined;
  if (preserved.some((each) => isPreserved(name, each))) {
    // Whatever else is so of it, it stays: the forge need not be asked.
    return { name, tip: undefined, lasting: false, usedBy: [], preserved: true };
  }
  return { ...(await read.branchUse(name)), preserved: false };
}

function isPreserved(name: string, each: string): boolean {
  if (each === name) return true;
  const pattern = compilePattern(each);
  return typeof pattern !== 'string' && pattern.matches(name);
}
