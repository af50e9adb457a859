/** The first verb of each forge that can deliver; the door loads this and nothing else of a provider. */
import type { ProviderId } from '../delivery.ts';
import type { Receive } from './provider.ts';
import { receive as github } from './github/receive.ts';

export const RECEIVERS = { github } satisfies Partial<Record<ProviderId, Receive>>;
