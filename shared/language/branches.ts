/** Which branches something is said about: their names, of which one may end in `*`. */
import { textLike, type Shape } from './settings.ts';

export const branch: Shape<string> = textLike(/^[^\p{C}\s]{1,255}$/u, 'the name of a branch, maybe with * at its end');

export type Branches = {
  readonly branches?: readonly string[] | undefined;
  readonly exceptBranches?: readonly string[] | undefined;
};

export function isOnBranch({ branches, exceptBranches }: Branches, baseRef: string): boolean {
  const named = (each: string): boolean => isNamed(each, baseRef);
  return (branches === undefined || branches.some(named)) && exceptBranches?.some(named) !== true;
}

/** Whether a name, or the beginning of names before a `*`, is that of the branch. */
export function isNamed(name: string, baseRef: string): boolean {
  return name.endsWith('*') ? baseRef.startsWith(name.slice(0, -1)) : name === baseRef;
}
