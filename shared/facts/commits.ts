/** The commits of a pull request as far as they are about the head that everything else is about. */
import { Retryable } from '../errors.ts';
import type { Commits } from '../language/index.ts';
import type { CommitsNow } from '../providers/provider.ts';

export async function commitsAt(headSha: string, ask: () => Promise<CommitsNow>): Promise<Commits> {
  const { headSha: of, list, count } = await ask();
  if (of !== headSha) throw new Retryable('the pull request moved while its commits were read');
  return { list, count };
}
