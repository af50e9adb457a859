/** What the gate looks at: each rule that asks the gate names these facts. */
import type { FactName, FactTypes } from '../language/index.ts';
import type { MergeSettings } from './settings.ts';

export const GATE_NEEDS = [
  'pull',
  'labels',
  'votes',
  'lgtms',
  'holds',
  'requiredSaid',
  'freezes',
  'blockers',
  'behind',
  'batch',
  'batching',
  'queueing',
  'arming',
  'refusedMerge',
  'approval',
  'origins',
] as const satisfies readonly FactName[];

export type GateFacts = Pick<FactTypes, (typeof GATE_NEEDS)[number]> & { readonly settings: MergeSettings };
