/** What engines say of their runs: each goes to its pull request, in its turn there. */
import { createHash } from 'node:crypto';
import type { Services } from '../carry-out.ts';
import { pullOf, repositoryNamed, type Delivery, type Person } from '../delivery.ts';
import { Refusal } from '../errors.ts';
import type { JobResult } from '../language/index.ts';
import { log } from '../log.ts';
import { pullOfKey } from './starting.ts';

/** Who acts when a job ends. */
const RUNNER: Person = { login: 'bowsprit', id: '0', bot: true };

/** A run, and the pull request it was started for: `BOWSPRIT_PULL`, as the job was told. */
export type Reported = JobResult & { readonly pull: string };

/**
 * Takes it to the queue; what is told twice is queued under one id. Whoever calls it has made sure who speaks.
 * @returns whether there is such a pull request.
 */
export async function resultArrived(
  { pull, ...job }: Reported,
  { provider, send, now }: Pick<Services, 'provider' | 'send' | 'now'>,
): Promise<boolean> {
  const number = pullOfKey(job.key);
  const [name = '', named = ''] = pull.split('#');
  const where = repositoryNamed(name);
  if (number === undefined || typeof where === 'string' || named !== String(number)) return false;
  try {
    const { installation, repository, target } = await provider(where.provider).look(where, number);
    const of = { provider: where.provider, installation, repository };
    const at = now().toISOString();
    await send(deliveryOf(job, { ...of, version: 1, sender: RUNNER, at, receivedAt: at, target }));
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.warn('result of no pull request', { pull, engine: job.engine, run: job.run, reason: error.message });
    return false;
  }
}

type About = Omit<Delivery, 'id' | 'event' | 'job'>;

/** Named by what it says, so that saying it again is the same delivery. */
export function deliveryOf(job: JobResult, about: About): Delivery {
  const digest = createHash('sha256').update(JSON.stringify([job.key, job.engine, job.run, job.state]));
  const number = about.target?.number ?? 0;
  return {
    ...about,
    id: `job:${pullOf(about, number)}:${digest.digest('hex').slice(0, 32)}`,
    event: 'job-result',
    job: { ...job },
  };
}
