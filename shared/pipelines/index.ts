/** Every engine that stands for itself; what the forge runs comes with the connection to it. */
import type { Engines } from './engine.ts';

export function enginesBy(): Engines {
  return new Map();
}
