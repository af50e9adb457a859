import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDelivery } from '../../../shared/delivery.ts';
import { Rejected } from '../../../shared/errors.ts';
import { messageOf } from '../../../shared/queue.ts';
import { receive } from '../../../shared/providers/github/receive.ts';
import { allRecorded, knowledge, signature, signed, type Payload } from '../../support/github-deliveries.ts';

const SQS_BYTES = 1_048_576;
const all = allRecorded();
const events = [...new Set(all.map(({ event }) => event)), 'star', 'constructor', '__proto__'];

/** Paths to everything inside a payload. */
function pathsIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

/** A copy with something else at the path. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? replaced(each, rest, by) : each));
  if (typeof value !== 'object' || value === null) return by;
  return { ...value, [key]: replaced(Object.getOwnPropertyDescriptor(value, key)?.value, rest, by) };
}

const strange = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    0,
    -1,
    1e21,
    true,
    [],
    {},
    '/lgtm',
    '\u0000',
    '\uFFFF',
    '\uD800',
    '💡'.repeat(300),
  ),
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc
    .array(fc.constantFrom('/lgtm', '/hold \u0000\uD800', '```', '> /x', '<!--', '\t'), { maxLength: 300 })
    .map((lines) => lines.join('\n')),
);

/** Recorded payloads with a few places changed at random, under any event's name. */
const mutated = fc
  .record({ recorded: fc.constantFrom(...all), changes: fc.array(fc.tuple(fc.nat(), strange), { maxLength: 4 }) })
  .map(({ recorded, changes }) => {
    let payload: unknown = recorded.payload;
    for (const [pick, by] of changes) {
      const paths = pathsIn(payload);
      payload = replaced(payload, paths[pick % paths.length] ?? [], by);
    }
    return { event: recorded.event, body: JSON.stringify(payload) ?? 'null' };
  });

const bodies = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 1, arbitrary: fc.record({ event: fc.constantFrom(...events), body: fc.json() }) },
  {
    weight: 1,
    arbitrary: fc.record({ event: fc.constantFrom(...events), body: fc.string({ unit: 'binary', minLength: 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ event: fc.constantFrom(...events), recorded: fc.constantFrom(...all) })
      .map(({ event, recorded }) => ({
        event,
        body: JSON.stringify(recorded.payload),
      })),
  },
);

const anything = fc.oneof(fc.constant(undefined), fc.string({ unit: 'binary', maxLength: 120 }));

async function outcome(request: Parameters<typeof receive>[0]) {
  try {
    return await receive(request, knowledge);
  } catch (error) {
    if (error instanceof Rejected) return { is: 'rejected', status: error.status } as const;
    throw error;
  }
}

describe('the door', () => {
  test('takes or refuses any signed body, and what it takes fits the queue', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async ({ event, body }) => {
        const result = await outcome(signed(body, { 'x-github-event': event }));
        const status = result.is === 'rejected' ? result.status : 202;
        expect([202, 400]).toContain(status);
        const delivery = result.is === 'delivery' ? result.delivery : undefined;
        const message = delivery === undefined ? '' : messageOf(delivery);
        expect(message === '' ? undefined : parseDelivery(message)).toEqual(delivery);
        expect(Buffer.byteLength(message)).toBeLessThan(SQS_BYTES);
      }),
      { numRuns: 4_000 },
    );
  });

  test('refuses any unsigned body', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, anything, anything, async ({ event, body }, given, contentType) => {
        fc.pre(given !== signature(body));
        const headers = { 'x-github-event': event, 'x-hub-signature-256': given };
        const { is, ...rest } = await outcome(
          signed(body, contentType === undefined ? headers : { ...headers, 'content-type': contentType }),
        );
        expect(is).toBe('rejected');
        expect(contentType === undefined ? [401] : [401, 415]).toContain('status' in rest ? rest.status : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('refuses a body when one byte of it is another', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), async ({ event, body }, place, by) => {
        const bytes = Buffer.from(body);
        const forged = Uint8Array.from(bytes, (byte, index) => (index === place % bytes.length ? byte ^ by : byte));
        const headers = { 'x-github-event': event, 'x-hub-signature-256': signature(bytes) };
        const result = await outcome(signed(forged, headers));
        expect(result).toEqual({ is: 'rejected', status: 401 });
      }),
      { numRuns: 1_000 },
    );
  });

  test('reads nothing but its own properties', async () => {
    const payload: Payload = JSON.parse(
      '{"__proto__":{"action":"created"},"constructor":{},"sender":{"__proto__":{"login":"x"}}}',
    );
    expect(await outcome(signed(JSON.stringify(payload)))).toEqual({ is: 'rejected', status: 400 });
  });
});
