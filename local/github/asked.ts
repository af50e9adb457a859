/** The repository somebody asks for; a box that makes repositories on demand makes it now. */
import type { Box } from './box.ts';
import { accountNamed, type Repository, repositoryNamed } from './state.ts';

/** What GitHub takes as the name of a repository. */
const NAME = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

export function repositoryAsked(box: Box, owner: string, name: string): Repository | undefined {
  const { state, onDemand } = box;
  const found = repositoryNamed(state, owner, name);
  if (found !== undefined || onDemand === undefined || !NAME.test(name)) return found;
  const account = accountNamed(state, owner);
  if (account === undefined) return undefined;
  onDemand(account.login, name);
  return repositoryNamed(state, owner, name);
}
