/** All sweeps. */
import type { AnySweep } from '../language/index.ts';
import { mergeSweep } from './merge.ts';

export const sweeps: readonly AnySweep[] = [mergeSweep];
