import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Attempt } from '../shared/providers/provider.ts';
import {
  attemptsSince,
  NOTHING_MISSED,
  RECOVERY,
  RECOVERY_PULL,
  recordOf,
  recover,
  stepsFor,
  withAttempts,
  withResult,
  type Gap,
  type RecoveryState,
} from '../shared/recovery.ts';
import { AUTHOR, OWNER, REVIEWER, STRANGER, type Pull } from './support/acting.ts';
import { givenEngine } from './support/by-hand.ts';

const MINUTES = 60;
const LISTED = '/app/hook/deliveries';

describe('what nobody took', () => {
  const engine = givenEngine();
  afterEach(() => engine().shut(undefined));

  /** One run of the clock, and what it brings worked off. */
  async function swept(): Promise<number> {
    const { services, github, workOff, pass } = engine();
    const open = await recover(services);
    await github.idle();
    await workOff();
    pass(RECOVERY.every * MINUTES);
    return open;
  }

  /** As many runs as it takes. */
  async function recovered(): Promise<void> {
    for (let run = 0; run < 20; run += 1) {
      // oxlint-disable-next-line no-await-in-loop
      if ((await swept()) === 0) return;
    }
    throw new Error('not recovered after twenty runs');
  }

  async function opened(): Promise<Pull> {
    const { workplace, workOff } = engine();
    const pull = await (await workplace()).open();
    await workOff();
    return pull;
  }

  const asked = (): readonly string[] =>
    engine()
      .github.requests()
      // A clock that was moved makes the first token of the App one that has expired.
      .filter(({ path, status }) => path.startsWith(LISTED) && status !== 401)
      .map(({ method }) => method);

  async function lastGap(): Promise<Readonly<Record<string, unknown>>> {
    const { audit } = engine();
    const { sound, sentence } = await audit.verify(RECOVERY_PULL);
    if (!sound) throw new Error(sentence);
    const [kept] = (await audit.after(RECOVERY_PULL, 0)).at(-1)?.actions ?? [];
    return Object.fromEntries(Object.entries(kept ?? {}).filter(([name]) => !['is', 'from', 'to'].includes(name)));
  }

  test.each<[what: string, status: number]>([
    ['because the door was away', 0],
    ['because the queue was away', 503],
    ['because there was too much', 429],
    ['because the secret was another one', 401],
  ])('%s is delivered again and done', async (_, status) => {
    const { shut, github, records } = engine();
    const pull = await opened();
    await recovered();
    shut(status);
    await pull.comment(STRANGER, '/hold');
    await github.idle();
    shut(undefined);
    await recovered();
    expect(await pull.labels()).toContain('do-not-merge/hold');
    expect((await records(pull)).filter(({ command }) => command === 'hold').map(({ outcome }) => outcome)).toEqual([
      'done',
    ]);
    expect(await lastGap()).toEqual({ result: 'done', missed: 1, recovered: 1, fetched: 0, parked: 0, lost: 0 });
  });

  test('because it was too large is fetched, since it would be refused again', async () => {
    const { shut, github } = engine();
    const pull = await opened();
    await recovered();
    shut(413);
    await pull.comment(STRANGER, '/hold');
    await github.idle();
    await recovered();
    expect(await pull.labels()).toContain('do-not-merge/hold');
    expect(await lastGap()).toEqual({ result: 'done', missed: 1, recovered: 1, fetched: 1, parked: 0, lost: 0 });
    expect(github.deliveries().filter(({ redelivery, statusCode }) => redelivery && statusCode === 413)).toEqual([]);
  });

  test('is fetched where the door does not come back', async () => {
    const { shut, github } = engine();
    const pull = await opened();
    await recovered();
    shut(503);
    await pull.comment(STRANGER, '/hold');
    await github.idle();
    await recovered();
    expect(await pull.labels()).toContain('do-not-merge/hold');
    // Nothing of what our own label caused is left behind either.
    shut(undefined);
    await recovered();
  });

  test('in a long outage is not asked for all at once while the door is still away, and then in order', async () => {
    const { shut, github, records } = engine();
    const pull = await opened();
    await recovered();
    shut(503);
    const written = Array.from({ length: 9 }, (_, count) => (count % 2 === 0 ? `/hold ${count}` : '/hold cancel'));
    for (const line of written) {
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(STRANGER, line);
    }
    await github.idle();
    github.clearRequests();
    await swept();
    expect(asked().filter((method) => method === 'POST')).toHaveLength(5);
    shut(undefined);
    await recovered();
    const holds = (await records(pull)).filter(({ text }) => text.startsWith('/hold'));
    expect(holds.map(({ text }) => text)).toEqual(written);
    expect(await lastGap()).toMatchObject({ result: 'done', missed: 9, recovered: 9 });
  });

  test('late and privileged is answered where the head moved since, and says when it was written', async () => {
    const { shut, github, pass } = engine();
    const pull = await opened();
    await recovered();
    shut(503);
    const id = await pull.comment(REVIEWER, '/lgtm');
    await github.idle();
    pull.push({ 'src/other.ts': 'export const other = 1;\n' });
    await github.idle();
    shut(undefined);
    pass(60 * MINUTES);
    await recovered();
    expect(await pull.labels()).not.toContain('lgtm');
    expect(await pull.reactions(id)).toEqual(['confused']);
    const [told] = (await pull.words()).filter((each) => each.includes('/lgtm'));
    expect(told).toMatch(
      /`\/lgtm` came late: it was written at (?:\S+ )?\d\d:\d\d and arrived at \d\d:\d\d \(UTC\)\. Meanwhile new commits were pushed.*comment `\/lgtm` again\.$/,
    );
  });

  test('and cannot be read is parked, counted and named', async () => {
    const { shut, github, audit } = engine();
    await opened();
    await recovered();
    shut(413);
    github.box.emit({
      event: 'issue_comment',
      action: 'created',
      repository: null,
      account: OWNER,
      sender: AUTHOR,
      payload: {},
    });
    await github.idle();
    const [sent] = github.deliveries();
    await recovered();
    expect(await lastGap()).toMatchObject({ result: 'failed', missed: 1, parked: 1, parkedDeliveries: [sent?.guid] });
    expect((await audit.after(RECOVERY_PULL, 0)).at(-1)).toMatchObject({
      outcome: 'failed',
      command: 'sweep:recovery',
    });
  });

  test('costs one request a run while all is well, however much was delivered', async () => {
    const { github, workOff } = engine();
    const pull = await opened();
    await recovered();
    for (let count = 0; count < 120; count += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(STRANGER, 'No command.');
    }
    await workOff();
    github.clearRequests();
    for (let run = 0; run < 60 / RECOVERY.every; run += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await swept();
    }
    expect(asked()).toEqual(Array.from({ length: 12 }, () => 'GET'));
  });

  test('for longer than the forge keeps its list is said to be unknown', async () => {
    const { pass } = engine();
    await recovered();
    pass(5 * 24 * 60 * MINUTES);
    await recovered();
    expect(await lastGap()).toMatchObject({ result: 'failed', missed: 0, unlisted: { from: expect.any(String) } });
  });
});

type Sent = { readonly after: number; readonly takes: number; readonly status: number };

/** A forge of which nothing but the log is there: an attempt is listed when it ends. */
function logOf(attempts: readonly (Attempt & { readonly ends: number })[], now: number, which: 'all' | 'failed') {
  const listed = attempts
    .filter(({ ends }) => ends <= now)
    .filter(({ status }) => which === 'all' || (status >= 400 && status < 600))
    .toReversed();
  return async function* (): AsyncGenerator<readonly Attempt[]> {
    for (let start = 0; start < listed.length; start += 3) yield listed.slice(start, start + 3);
  };
}

async function endsWell(all: readonly Sent[], answered: Iterator<number>, skew: number): Promise<void> {
  const start = Date.parse('2026-11-25T10:00:00Z');
  const attempts: (Attempt & { readonly ends: number })[] = [];
  const tried = (delivery: string, at: number, takes: number, status: number): void => {
    const when = new Date(at).toISOString();
    const id = String(attempts.length + 1);
    attempts.push({ id, delivery, at: when, taken: status === 202, status, ends: at + takes * 1_000 });
  };
  let at = start;
  const coming = all.map(({ after, takes, status }, index) => {
    at += after * 1_000;
    return { at, takes, status, delivery: `d${index}` };
  });
  let state: RecoveryState = NOTHING_MISSED;
  const fetched = new Set<string>();
  const gaps: Gap[] = [];
  for (let run = 0; run < 400; run += 1) {
    const forge = start + run * RECOVERY.every * 60_000;
    const ours = new Date(forge + skew * 1_000);
    while (coming[0] !== undefined && coming[0].at <= forge) {
      const next = coming.shift();
      if (next !== undefined) tried(next.delivery, next.at, next.takes, next.status);
    }
    // oxlint-disable-next-line no-await-in-loop
    const read = await attemptsSince(state, { attempts: (which) => logOf(attempts, forge, which)() });
    state = withAttempts(state, read, ours);
    for (const step of stepsFor(state, ours)) {
      const { delivery } = step.missed;
      if (step.how === 'fetched') fetched.add(delivery);
      else tried(delivery, forge, 1, answered.next().value ?? 202);
      state = withResult(state, step, step.how === 'fetched' ? 'fetched' : 'asked', ours);
    }
    const { gap, ...rest } = state;
    if (state.open.length === 0 && gap !== undefined) {
      gaps.push(gap);
      state = rest;
    }
    if (coming.length === 0 && state.open.length === 0 && forge - at > 3_600_000) break;
  }
  const failing = new Set(attempts.flatMap(({ delivery, taken }) => (taken ? [] : [delivery])));
  const taken = new Set(attempts.flatMap((each) => (each.taken ? [each.delivery] : [])));
  expect([...failing].filter((delivery) => !taken.has(delivery) && !fetched.has(delivery))).toEqual([]);
  expect(state.open).toEqual([]);
  expect(gaps.filter(({ missed, again, fetched: had }) => missed !== again + had)).toEqual([]);
  expect(gaps.reduce((sum, { missed }) => sum + missed, 0)).toBeGreaterThanOrEqual(failing.size);
}

describe('whatever fails, and however often', () => {
  const sent = fc.record({
    after: fc.integer({ min: 0, max: 400 }),
    takes: fc.integer({ min: 0, max: 30 }),
    status: fc.constantFrom(202, 202, 502, 503, 429, 401, 413),
  });
  const answers = fc.infiniteStream(fc.constantFrom(202, 202, 502, 503, 400));

  test('all of it ends: delivered, fetched, parked or lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { maxLength: 40 }), answers, fc.integer({ min: -240, max: 240 }), endsWell),
      { numRuns: 200 },
    );
  });
});

test('a gap is one record, in words', () => {
  const { reason, outcome, delivery } = recordOf(
    {
      first: '42',
      from: '2026-11-25T10:04:00Z',
      to: '2026-11-25T12:31:00Z',
      missed: 31,
      again: 27,
      fetched: 2,
      parked: ['a'],
      lost: ['b'],
    },
    { id: '01', at: '2026-11-25T12:40:00Z' },
  );
  expect({ reason, outcome, delivery }).toEqual({
    reason:
      'From 2026-11-25T10:04:00Z to 2026-11-25T12:31:00Z nobody took 31 deliveries: 29 recovered, 1 parked, 1 lost.',
    outcome: 'failed',
    delivery: 'recovery:42',
  });
});
