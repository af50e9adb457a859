/** Everything that the clock wakes: the sweeps over pull requests, and what makes up for deliveries that never arrived. */
import { AGEING, ageOld } from './ageing.ts';
import type { Services } from './carry-out.ts';
import type { AnySweep } from './language/index.ts';
import { askRuns, RUNS } from './pipelines/pending.ts';
import { RECOVERY, recover } from './recovery.ts';
import { REPAIR, repairSweep } from './repairing.ts';
import { findWaiting, HELD, WAITING, wakeWaiting } from './waiting.ts';
import { sweepOf } from './sweeping.ts';
import { sweeps } from './sweeps/index.ts';

/** `every`: minutes between two runs. */
export type Clock = Pick<AnySweep, 'name' | 'summary' | 'every'>;

/** With these sweeps: the settings may switch some off. */
export const clocksWith = (those: readonly Clock[]): readonly Clock[] => [
  RECOVERY,
  REPAIR,
  WAITING,
  HELD,
  RUNS,
  ...those,
];

export const clocks: readonly Clock[] = clocksWith(sweeps);

/** @returns how much there was to do. */
export function wake(name: string, services: Services): Promise<number> {
  if (name === RECOVERY.name) return recover(services);
  if (name === WAITING.name) return wakeWaiting(services);
  if (name === HELD.name) return findWaiting(services);
  if (name === RUNS.name) return askRuns(services);
  if (name === AGEING) return ageOld(services);
  return name === REPAIR.name ? repairSweep(services) : sweepOf(name, services);
}
