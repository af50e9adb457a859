/** The root of every mutation. */
import type { Call } from '../box.ts';
import { commentMutations } from './comment-mutations.ts';
import { gitMutations } from './git-mutations.ts';
import type { GraphNode } from './graph-node.ts';
import { issueMutations } from './issue-mutations.ts';
import { pullMutations } from './pull-mutations.ts';

export const mutationRoot = (call: Call): GraphNode => ({
  ...issueMutations(call),
  ...commentMutations(call),
  ...pullMutations(call),
  ...gitMutations(call),
});
