/**
 * The tree of gates as it was last asked for, by `/why` or for the check: for the page, which cannot ask the forge. Lost, it
 * is shown again after the next time.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { Gate } from './language/index.ts';
import { log } from './log.ts';
import type { Cache } from './store/stores.ts';

/** As long as the sum of its records. */
const KEPT_SECONDS = 30 * 24 * 3_600;
/** Of the JSON: some hundred owners' files, each with who could approve. */
const MAX_BYTES = 128 * 1024;
/** What may be read of the cache by whoever shows the page. */
export const GATE_KEYS = ['gate#'] as const;

export type KeptGate = {
  /** When it was so; ISO 8601. */
  readonly at: string;
  readonly headSha: string;
  readonly gate: Gate;
};

const text = z.string();
const optionalText = z.optional(text);
const leafShape = z.object({
  is: z.literal('leaf'),
  id: text,
  name: text,
  passed: z.boolean(),
  fact: text,
  next: text,
  rule: z.object({ says: text, file: optionalText, line: z.optional(z.number()), commit: optionalText }),
  evidence: z.array(z.object({ by: text, at: text, delivery: optionalText })),
});
const gateShape: z.ZodMiniType<Gate> = z.lazy(() =>
  z.union([
    leafShape,
    z.object({
      is: z.enum(['all', 'any']),
      id: text,
      name: text,
      passed: z.boolean(),
      of: z.array(gateShape),
      notes: z.array(text),
    }),
  ]),
);
const keptShape = z.object({ at: text, headSha: text, gate: gateShape });

const keyOf = (pull: string): string => `${GATE_KEYS[0]}${pull}`;

export async function keepGate(pull: string, kept: KeptGate, cache: Pick<Cache, 'putBytes'>): Promise<void> {
  const json = Buffer.from(JSON.stringify(kept));
  if (json.byteLength > MAX_BYTES) log.warn('tree of gates too large to be kept', { pull, bytes: json.byteLength });
  else await cache.putBytes(keyOf(pull), gzipSync(json), KEPT_SECONDS);
}

export async function keptGate(pull: string, cache: Pick<Cache, 'getBytes'>): Promise<KeptGate | undefined> {
  const bytes = await cache.getBytes(keyOf(pull));
  if (bytes === undefined) return undefined;
  const parsed = keptShape.safeParse(jsonIn(bytes));
  return parsed.success ? parsed.data : undefined;
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8'));
  } catch {
    // As if it had been lost.
    return undefined;
  }
}
