/** Which branches something is said about. */
export { branch, isNamed, isOnBranch, type Branches } from '../language/index.ts';
