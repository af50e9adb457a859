/** A forge that answers nothing: for what must not ask, or asks only what a test answers itself. */
import type { Read } from '../../shared/providers/provider.ts';

export const unasked = (): Promise<never> => Promise.reject(new Error('nobody should have asked'));

export const readNothing: Read = {
  pull: unasked,
  headNow: unasked,
  labels: unasked,
  repositoryLabels: unasked,
  changedFiles: unasked,
  role: unasked,
  member: unasked,
  inTeam: unasked,
  personNamed: unasked,
  stateOf: unasked,
  teamMembers: unasked,
  filesAt: unasked,
  settings: unasked,
  organizationSettings: unasked,
  earlierSettings: unasked,
  ownersRepositories: unasked,
  treeAt: unasked,
  trust: unasked,
  commits: unasked,
  branch: unasked,
  lastForcedAt: unasked,
  branchUse: unasked,
  labelChanges: unasked,
  changeAt: unasked,
  isBehind: unasked,
  openIssues: unasked,
  openPulls: unasked,
  reviewsWaiting: unasked,
  pullsAt: unasked,
  pullsOnto: unasked,
};
