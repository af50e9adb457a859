/** A result that came by itself: from here on it is like one that was asked for. */
import type { Services } from '../carry-out.ts';
import { repositoryOf, type Delivery } from '../delivery.ts';
import { isOver, type JobResult } from '../language/index.ts';
import { forgetRun } from './pending.ts';
import { resultArrived } from './results.ts';
import { pullOfKey } from './starting.ts';

export async function resultTold(delivery: Delivery, job: JobResult, services: Services): Promise<void> {
  await resultArrived({ ...job, pull: `${repositoryOf(delivery)}#${pullOfKey(job.key) ?? 0}` }, services);
  if (isOver(job.state)) await forgetRun(job.key, services);
}
