/**
 * Bad weather on demand: what a forge does to its clients on its worse days, per route, by chance and by count.
 * `before` means that nothing has happened yet when the client is failed, `after` that everything has.
 */
import * as z from 'zod/mini';
import { diceFrom } from '../dice.ts';
import type { Caller } from './box.ts';

const faultSchema = z.strictObject({
  /** An operation such as `PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge`; `*` stands for anything. */
  route: z.string(),
  kind: z.enum([
    'delay',
    'error-before',
    'error-after',
    'secondary-limit',
    'too-many',
    'hang-before',
    'hang-after',
    'reset-before',
    'reset-after',
    'stale',
  ]),
  /** Delay in milliseconds. */
  ms: z.optional(z.int().check(z.nonnegative())),
  /** Status of error-before (500 when absent) and error-after (502 when absent). */
  status: z.optional(z.int().check(z.gte(400), z.lte(599))),
  /** Seconds for the `retry-after` header of secondary-limit and too-many; no header when absent. */
  retryAfter: z.optional(z.int().check(z.nonnegative())),
  /** Who is struck: everybody when absent. */
  callers: z.optional(z.array(z.enum(['user', 'app', 'installation', 'nobody']))),
  /** From 0 to 1; always when absent. */
  probability: z.optional(z.number().check(z.gte(0), z.lte(1))),
  /** How often it may strike; without end when absent. */
  count: z.optional(z.int().check(z.nonnegative())),
});

export type Fault = z.infer<typeof faultSchema>;

export interface Struck {
  readonly delayMs: number;
  /** The fault that decides the answer, when one struck. */
  readonly fault: Fault | undefined;
}

export interface Faults {
  /** Replaces all faults; `seed` makes the dice start over. Throws on a fault that is not one. */
  set(faults: readonly Fault[], seed?: number): void;
  add(fault: Fault): void;
  clear(): void;
  list(): readonly (Fault & { readonly struck: number })[];
  /** Rolls the dice for one request: all delays that hit add up, of the others the first one wins. */
  strike(operation: string, caller: Caller['is']): Struck;
}

export const faultsRequestSchema = z.strictObject({ faults: z.array(faultSchema), seed: z.optional(z.int()) });

const fits = (pattern: string, operation: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === operation;
  if (!operation.startsWith(first)) return false;
  let from = first.length;
  for (const [index, part] of rest.entries()) {
    const at = index === rest.length - 1 && part !== '' ? operation.lastIndexOf(part) : operation.indexOf(part, from);
    if (at < from) return false;
    from = at + part.length;
  }
  return rest.at(-1) === '' || from === operation.length;
};

export function faultsWith(initialSeed: number): Faults {
  let dice = diceFrom(initialSeed);
  let rules: { fault: Fault; struck: number }[] = [];
  return {
    set(faults, seed) {
      rules = faults.map((fault) => ({ fault: faultSchema.parse(fault), struck: 0 }));
      if (seed !== undefined) dice = diceFrom(seed);
    },
    add(fault) {
      rules.push({ fault: faultSchema.parse(fault), struck: 0 });
    },
    clear() {
      rules = [];
    },
    list: () => rules.map(({ fault, struck }) => ({ ...fault, struck })),
    strike(operation, caller) {
      let delayMs = 0;
      let decisive: Fault | undefined;
      for (const rule of rules) {
        const { route, kind, ms = 0, callers, probability = 1, count = Infinity } = rule.fault;
        if (rule.struck >= count || !fits(route, operation)) continue;
        if (callers !== undefined && !callers.includes(caller)) continue;
        if (kind !== 'delay' && decisive !== undefined) continue;
        if (probability < 1 && dice() >= probability) continue;
        rule.struck += 1;
        if (kind === 'delay') delayMs += ms;
        else decisive = rule.fault;
      }
      return { delayMs, fault: decisive };
    },
  };
}
