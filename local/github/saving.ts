/** The state as JSON and back: maps and bytes are wrapped, everything else is plain already. */
import * as z from 'zod/mini';
import { freshState, type State } from './state.ts';

const MAP = '$box:map';
const BYTES = '$box:bytes';

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** `save` wrote it from a State: that the parts are there is checked, what is in them is not. */
const stateSchema = z.custom<State>((value) => {
  const parts = new Map<string, unknown>(isPlain(value) ? Object.entries(value) : []);
  return Object.entries(freshState()).every(([key, part]) =>
    part instanceof Map ? parts.get(key) instanceof Map : typeof parts.get(key) === typeof part,
  );
});

export function save(state: State): unknown {
  const plain = (value: unknown): unknown => {
    if (value instanceof Map) return { [MAP]: [...value].map(([key, each]) => [key, plain(each)]) };
    if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') };
    if (Array.isArray(value)) return value.map(plain);
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  };
  return plain(state);
}

function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (!isPlain(value)) return value;
  if (MAP in value && Array.isArray(value[MAP])) {
    const map = new Map<unknown, unknown>();
    for (const pair of value[MAP]) if (Array.isArray(pair)) map.set(pair[0], revived(pair[1]));
    return map;
  }
  if (BYTES in value) return Buffer.from(String(value[BYTES]), 'base64');
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revived(each)]));
}

/** Throws on what `save` did not make. */
export const restore = (saved: unknown): State => stateSchema.parse(revived(saved));
