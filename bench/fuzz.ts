/**
 * `npm run bench -- fuzz`: the door under 100,000 requests made from GitHub's own webhook schemas, from recorded deliveries
 * and from nothing at all; what an unsigned body costs; and whether the time of a refusal tells where a signature differs.
 */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import github from '../local/github/schema/github.json' with { type: 'json' };
import { MAX_BODY_BYTES } from '../shared/config.ts';
import { parseDelivery } from '../shared/delivery.ts';
import { answer, type Door, type HttpRequest } from '../shared/door.ts';
import { messageOf } from '../shared/queue.ts';
import { RECEIVERS } from '../shared/providers/receivers.ts';
import { webhookSecrets } from '../shared/secrets.ts';
import type { Row } from './door.ts';

const ROOT = join(import.meta.dirname, '..');
const SECRET = 'a-secret-for-the-bench';
const REQUESTS = 100_000;
const SEED = 20_261_128;
/** Bodies that each stand for many: making one from a schema takes far longer than changing it. */
const SEEDLINGS = 2_000;
const MAX_DEPTH = 14;
const MEGABYTE = 1_000_000;
const BIG_BODIES = 30;
const TIMED = 100_000;
/** Above it two groups of timings are said to differ: https://eprint.iacr.org/2016/1123 */
const MAX_T = 4.5;
const FLAT_BYTES = 8 * MEGABYTE;

type Dice = () => number;

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function diceFrom(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function oneOf<T>(dice: Dice, of: readonly T[]): T | undefined {
  return of[Math.floor(dice() * of.length)];
}

const NASTY: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e21,
  1e-7,
  true,
  [],
  {},
  [[[[]]]],
  '/lgtm',
  '/approve\n/hold\n/label kind/bug',
  '> /approve\n```\n/approve\n```',
  '<!--\n/approve\n-->\n/hold cancel',
  '/аpprove \u202e\u200b',
  '\u0000\uFFFF\uD800',
  '💡'.repeat(400),
  `/retitle ${'x'.repeat(3_000)}`,
  '/hold\n'.repeat(500),
  '`'.repeat(5_000),
  '{"level":"error"}\n{"level":"error"}',
  '../../../etc/passwd',
  '__proto__',
  { __proto__: null, constructor: 1, toString: 2 },
  '2026-13-45T99:99:99Z',
  'f'.repeat(40),
];

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemasIn = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const definitions: ReadonlyMap<string, unknown> = new Map(Object.entries(github.$defs));

/** Something that fits the schema, for the most part. */
function made(schema: Schema, dice: Dice, depth = 0): unknown {
  const { $ref, allOf, anyOf, type, properties, items, required } = schema;
  if (typeof $ref === 'string') {
    const named = definitions.get($ref.slice('github#/$defs/'.length));
    return isSchema(named) && depth < MAX_DEPTH ? made(named, dice, depth + 1) : null;
  }
  if (Array.isArray(schema['enum'])) return oneOf(dice, schema['enum']);
  if (Array.isArray(anyOf)) return made(oneOf(dice, schemasIn(anyOf)) ?? {}, dice, depth + 1);
  if (Array.isArray(allOf)) {
    return Object.assign({}, ...schemasIn(allOf).map((each) => Object(made(each, dice, depth + 1))));
  }
  const kind = Array.isArray(type) ? oneOf(dice, type) : (type ?? (isSchema(properties) ? 'object' : 'string'));
  switch (kind) {
    case 'object': {
      const needed = new Set(Array.isArray(required) ? required : []);
      const entries = Object.entries(isSchema(properties) ? properties : {});
      const kept = entries.filter(([name]) => needed.has(name) || dice() < 0.3);
      return Object.fromEntries(kept.map(([name, each]) => [name, made(isSchema(each) ? each : {}, dice, depth + 1)]));
    }
    case 'array': {
      const length = Math.floor(dice() * 3);
      return Array.from({ length }, () => made(isSchema(items) ? items : {}, dice, depth + 1));
    }
    case 'integer':
    case 'number':
      return Math.floor(dice() * 1_000_000);
    case 'boolean':
      return dice() < 0.5;
    case 'null':
      return null;
    default:
      return schema['format'] === 'date-time' ? '2026-11-28T10:00:00Z' : (oneOf(dice, TEXTS) ?? '');
  }
}

const TEXTS = ['ada-example', 'refs/heads/main', 'f'.repeat(40), '/lgtm', 'https://github.example/x', 'main', 'bug'];

type Seedling = { readonly event: string; readonly payload: unknown };

type Seedlings = { readonly recorded: readonly Seedling[]; readonly grown: readonly Seedling[] };

function seedlings(dice: Dice, count: number): Seedlings {
  const recorded = readdirSync(join(ROOT, 'test/fixtures/github')).map((file): Seedling => {
    const { event, payload } = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/github', file), 'utf8'));
    return { event, payload };
  });
  const webhooks = Object.entries(github.webhooks);
  const grown = Array.from({ length: count }, (): Seedling => {
    const [name, schema] = oneOf(dice, webhooks) ?? ['ping', {}];
    const events = EVENTS.filter((event) => name.replaceAll('-', '_').startsWith(event));
    const event = events.toSorted((one, other) => other.length - one.length)[0] ?? name.replaceAll('-', '_');
    return { event, payload: made(schema, dice) };
  });
  return { recorded, grown };
}

const EVENTS = [
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'check_suite',
  'check_run',
  'status',
  'ping',
];

/** A copy with something else at one place in it, chosen on the way down. */
function changed(value: unknown, dice: Dice): unknown {
  if (typeof value !== 'object' || value === null || dice() < 0.08) return oneOf(dice, NASTY);
  if (Array.isArray(value)) {
    const at = Math.floor(dice() * value.length);
    return value.map((each, index) => (index === at ? changed(each, dice) : each));
  }
  const entries = Object.entries(value);
  const at = Math.floor(dice() * entries.length);
  return Object.fromEntries(entries.map(([key, each], index) => [key, index === at ? changed(each, dice) : each]));
}

function bytes(dice: Dice): string {
  const kinds: readonly (() => string)[] = [
    () => String.fromCharCode(...Array.from({ length: 1 + Math.floor(dice() * 400) }, () => dice() * 65_536)),
    () => '['.repeat(Math.floor(dice() * 60_000)),
    () => '{"a":'.repeat(Math.floor(dice() * 30_000)),
    () => `{"action":"created","action":"${'x'.repeat(dice() * 9_000)}"}`,
    () => JSON.stringify({ installation: { id: 1 }, __proto__: { a: 1 } }).replace('1', '1e999'),
    () => '',
  ];
  return oneOf(dice, kinds)?.() ?? '';
}

type Sent = { readonly request: HttpRequest; readonly signed: boolean };

function requestFrom({ recorded, grown }: Seedlings, dice: Dice): Sent {
  const { event, payload } = oneOf(dice, dice() < 0.6 ? recorded : grown) ?? { event: 'ping', payload: {} };
  const kind = dice();
  let body: string;
  if (kind < 0.12) body = bytes(dice);
  else {
    let shape = payload;
    for (let changes = Math.floor(dice() * 3); changes > 0; changes -= 1) shape = changed(shape, dice);
    body = JSON.stringify(shape) ?? 'null';
    if (kind < 0.17) body = body.slice(0, Math.floor(dice() * body.length));
  }
  const right = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const roll = dice();
  const wrong = oneOf(dice, [
    undefined,
    '',
    right.slice(0, 20),
    `${right},${right}`,
    right.replace(/.$/, 'x'),
    'sha1=0',
  ]);
  const signature = roll < 0.75 ? right : roll < 0.85 ? `sha256=${'0'.repeat(64)}` : wrong;
  const headers: Record<string, string> = {
    'content-type': dice() < 0.97 ? 'application/json' : 'text/plain',
    'x-github-event': dice() < 0.9 ? event : String(oneOf(dice, [...EVENTS, '__proto__', 'constructor', '', 'x y'])),
    'x-github-delivery': dice() < 0.97 ? `fuzz-${Math.floor(dice() * 1e9)}` : '\u0000 x',
    ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
    ...(dice() < 0.5 ? { 'x-github-hook-installation-target-type': 'integration' } : {}),
  };
  const base64 = dice() < 0.2;
  const request = {
    rawPath: '/webhooks/github',
    headers,
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
    requestContext: { http: { method: 'POST' } },
  };
  // What is no UTF-8 once it is sent fits no signature.
  return { request, signed: signature === right && body !== '' && (!base64 || body.isWellFormed()) };
}

const doorInto = (send: Door['send']): Door => ({
  forges: {
    github: {
      receive: RECEIVERS.github,
      secrets: webhookSecrets({ is: 'value', value: `${SECRET},another-secret-for-the-bench` }),
      knowledge: { appId: '4711', bots: [], maxBodyBytes: MAX_BODY_BYTES },
    },
  },
  send,
  now: () => new Date(),
});

export type Fuzzed = {
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly queued: number;
  /** What was wrong, a sentence each; none where the door held. */
  readonly problems: readonly string[];
  /** By how much the heap grew from a tenth of the requests to the end. */
  readonly grownBytes: number;
};

const ANSWERS: ReadonlySet<number> = new Set([202, 400, 401, 413, 415]);
const MAX_PROBLEMS = 20;

export async function fuzzDoor({
  requests,
  seed,
}: {
  readonly requests: number;
  readonly seed: number;
}): Promise<Fuzzed> {
  const dice = diceFrom(seed);
  const all = seedlings(dice, Math.min(SEEDLINGS, requests));
  const problems: string[] = [];
  const statuses: Record<string, number> = {};
  let queued = 0;
  let logged = '';
  const complain = (index: number, what: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(`request ${index}: ${what}`);
  };
  const door = doorInto(async (delivery) => {
    queued += 1;
    // As the queue takes it, so the worker must be able to read it.
    if (parseDelivery(messageOf(delivery)).id !== delivery.id) throw new Error('another delivery');
  });
  let before = 0;
  const restore = intercepted((line) => {
    logged = line;
  });
  try {
    for (let index = 0; index < requests; index += 1) {
      if (index === Math.floor(requests / 10)) before = heap();
      const { request, signed } = requestFrom(all, dice);
      try {
        // One at a time: what is wrong must be told of the right one.
        // oxlint-disable-next-line no-await-in-loop
        const { statusCode } = await answer(request, door);
        statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
        if (!ANSWERS.has(statusCode)) complain(index, `answered ${statusCode}`);
        if (!signed && statusCode === 202) complain(index, 'taken without a signature');
        if (!/^\{"level":"(?:info|warn)"[^\n]*\}\n$/.test(logged)) complain(index, `logged ${logged.slice(0, 200)}`);
      } catch (error) {
        complain(index, `threw ${String(error)}`);
      }
    }
    return { statuses, queued, problems, grownBytes: heap() - before };
  } finally {
    restore();
  }
}

/** Lines that would be logged are looked at instead. */
function intercepted(look: (line: string) => void): () => void {
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    look(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    return true;
  };
  return () => {
    process.stdout.write = print;
  };
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

let collector: (() => void) | undefined;
function collect(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc');
  }
  collector?.();
}

const unsignedOf = (bytesLong: number, base64: boolean, signature: string | undefined): HttpRequest => {
  const body = `{"a":"${'x'.repeat(bytesLong - 8)}"}`;
  return {
    rawPath: '/webhooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': 'big',
      ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
    },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
    requestContext: { http: { method: 'POST' } },
  };
};

async function cpuMsOf(request: HttpRequest, door: Door): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < BIG_BODIES; count += 1) {
    const begun = process.cpuUsage();
    // Alone, so that it is all that is measured.
    // oxlint-disable-next-line no-await-in-loop
    const { statusCode } = await answer(request, door);
    const { user, system } = process.cpuUsage(begun);
    if (statusCode !== 401) throw new Error(`the door answered ${statusCode}`);
    times.push((user + system) / 1_000);
  }
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Welch's t between refusals of signatures that differ early and of such that differ late; taken in turns. */
async function timingT(door: Door, dice: Dice): Promise<number> {
  const body = '{"zen":"Keep it logically awesome."}';
  const digits = createHmac('sha256', SECRET).update(body).digest('hex');
  const signatures = Array.from({ length: 64 }, (_, at) => {
    const other = digits[at] === '0' ? '1' : '0';
    return Buffer.from(`sha256=${digits.slice(0, at)}${other}${digits.slice(at + 1)}`);
  });
  const early: number[] = [];
  const late: number[] = [];
  for (let count = 0; count < TIMED; count += 1) {
    const at = Math.floor(dice() * 64);
    // A string made anew each time, as of a header that came in: no one of them lies better in memory than another.
    const request = { ...unsignedOf(64, false, signatures[at]?.toString('latin1')), body };
    const begun = process.hrtime.bigint();
    // oxlint-disable-next-line no-await-in-loop
    await answer(request, door);
    (at < 32 ? early : late).push(Number(process.hrtime.bigint() - begun));
  }
  // What else the machine did falls on both; without the slowest tenth of each.
  return welch(withoutSlowest(early), withoutSlowest(late));
}

function withoutSlowest(times: readonly number[]): readonly number[] {
  return times.toSorted((one, other) => one - other).slice(0, Math.floor(times.length * 0.9));
}

function welch(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [meanOf(one), meanOf(other)];
  return Math.abs(a.mean - b.mean) / Math.sqrt(a.error + b.error);
}

function meanOf(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: variance / values.length };
}

type FuzzRow = Omit<Row, 'peer'>;

function row(what: string, ours: string, goal: string, met: boolean): FuzzRow {
  return { what: `door: ${what}`, ours, goal, met };
}

export async function benchFuzz(): Promise<readonly FuzzRow[]> {
  const begun = performance.now();
  const { statuses, queued, problems, grownBytes } = await fuzzDoor({ requests: REQUESTS, seed: SEED });
  const seconds = (performance.now() - begun) / 1_000;
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const restore = intercepted(() => undefined);
  try {
    const door = doorInto(async () => undefined);
    const wrong = `sha256=${'0'.repeat(64)}`;
    const [none, coded, forged] = [
      await cpuMsOf(unsignedOf(6 * MEGABYTE, false, undefined), door),
      await cpuMsOf(unsignedOf(6 * MEGABYTE, true, undefined), door),
      await cpuMsOf(unsignedOf(6 * MEGABYTE, false, wrong), door),
    ];
    const t = await timingT(door, diceFrom(SEED));
    const counts = Object.entries(statuses).map(([status, count]) => `${count} x ${status}`);
    return [
      row(
        `${REQUESTS} fuzzed requests (${seconds.toFixed(0)} s)`,
        `${counts.join(', ')}; ${queued} queued; ${problems.length} problems`,
        '0 crashes, 0 x 5xx',
        problems.length === 0,
      ),
      row(
        'heap grown over the last nine tenths',
        `${(grownBytes / MEGABYTE).toFixed(1)} MB`,
        `< ${FLAT_BYTES / MEGABYTE} MB`,
        grownBytes < FLAT_BYTES,
      ),
      row('6 MB without a signature, CPU ms', none.toFixed(2), '< 10', none < 10),
      row('6 MB without a signature, in base64, CPU ms', coded.toFixed(2), '< 10', coded < 10),
      row('6 MB with a wrong signature, two secrets, CPU ms', forged.toFixed(2), 'told', true),
      row(`t of ${TIMED} refusals, early against late difference`, t.toFixed(2), `< ${MAX_T}`, t < MAX_T),
    ];
  } finally {
    restore();
  }
}
