/** All sweeps. */
import type { AnySweep } from '../language/index.ts';
import { ageing } from './ageing.ts';
import { mergeSweep } from './merge.ts';

const all = [mergeSweep, ageing] as const;

export const sweeps: readonly AnySweep[] = all;
/** The keys they declare, as a type. */
export type SweepsSections = NonNullable<(typeof all)[number]['settings']>;
