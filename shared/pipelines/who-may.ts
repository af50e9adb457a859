/** Which repositories may start what: the deployment says so beside each thing that can be started. */
import { Refusal } from '../errors.ts';
import { code, isNamed } from '../language/index.ts';
import type { JobRequest } from './engine.ts';

/** @throws Refusal where it is kept for others. */
export function checkRepository(
  { repositories }: { readonly repositories?: readonly string[] | undefined },
  { repository: { owner, name }, target }: Pick<JobRequest, 'repository' | 'target'>,
): void {
  const full = `${owner}/${name}`.toLowerCase();
  if (repositories === undefined || repositories.some((each) => isNamed(each.toLowerCase(), full))) return;
  throw new Refusal(`${code(target)} is not open to this repository: the deployment's settings name others.`);
}
