/** From what people call a commit (branch, tag, id, `HEAD`, `refs/…`) to the commit. */
import { type GitObject, isSha, peeled } from './git.ts';
import { objectsOf, type Repository, type State } from './state.ts';

const MIN_SHORT_SHA = 4;

/** The object a name stands for, which may be an annotated tag or a tree. */
export function objectNamed(state: State, repository: Repository, name: string): string | undefined {
  const objects = objectsOf(state, repository);
  const { refs, defaultBranch } = repository;
  if (name === 'HEAD') return refs.get(`refs/heads/${defaultBranch}`);
  const found =
    refs.get(name) ?? refs.get(`refs/${name}`) ?? refs.get(`refs/heads/${name}`) ?? refs.get(`refs/tags/${name}`);
  if (found !== undefined) return found;
  if (isSha(name)) return objects.has(name) ? name : undefined;
  if (!/^[0-9a-f]+$/.test(name) || name.length < MIN_SHORT_SHA) return undefined;
  const fitting = [...objects.keys()].filter((sha) => sha.startsWith(name));
  return fitting.length === 1 ? fitting[0] : undefined;
}

export function commitNamed(state: State, repository: Repository, name: string): string | undefined {
  const sha = objectNamed(state, repository, name);
  return sha === undefined ? undefined : peeled(objectsOf(state, repository), sha);
}

export const typeAt = (state: State, repository: Repository, sha: string): GitObject['type'] | undefined =>
  objectsOf(state, repository).get(sha)?.type;

/** By what git refuses a ref's name: https://git-scm.com/docs/git-check-ref-format */
export const isRefName = (name: string): boolean =>
  // Control characters, blanks and the seven signs that git's own syntax uses.
  // oxlint-disable-next-line no-control-regex
  !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|^\/|\.$|\.lock(?:\/|$)|(?:^|\/)\./.test(name) &&
  name !== '@' &&
  name !== '';
