import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { diceFrom } from '../../local/dice.ts';
import type { Fault } from '../../local/github/faults.ts';
import { stormyTables, type Gust, type StormyTables } from '../../local/weather.ts';
import type { Services } from '../../shared/carry-out.ts';
import { APPROVER, AUTHOR, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';
import { outcomeOf } from '../support/outcome.ts';

const engine = givenEngine();
/** Short, since a request that hangs is waited for. */
const PATIENCE_MS = 300;
let place: Workplace | undefined;
let tables: StormyTables | undefined;
let gust: () => Gust = () => undefined;

beforeAll(async () => {
  const { workplace, emulators } = engine();
  place = await workplace({ labels: ['kind/bug'] });
  tables = await stormyTables(emulators.dynamodbEndpoint, () => gust());
});
afterEach(() => {
  gust = () => undefined;
  engine().github.faults.clear();
});
afterAll(() => tables?.close());

/** A worker that has nothing in memory, as after a cold start. */
function worker(): Services {
  return engine().servicesAt(tables === undefined ? {} : { dynamodb: tables.endpoint }, PATIENCE_MS);
}

/** A story in which everything happens that has an effect; what it came to. */
async function played(): Promise<Readonly<Record<string, unknown>>> {
  const { arrived, finish, pass } = engine();
  if (place === undefined) throw new Error('nothing has been set up');
  const pull = await place.open({ body: '/kind bug' });
  const comments = await told(pull);
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const deliveries = await arrived();
    if (deliveries.length === 0) break;
    for (const delivery of deliveries) {
      // oxlint-disable-next-line no-await-in-loop
      await finish(delivery, worker());
    }
  }
  pass(60);
  engine().github.faults.clear();
  gust = () => undefined;
  const seen = await outcomeOf(engine(), pull, comments);
  // Whom to ask instead is only said where it can be found out at once.
  return JSON.parse(JSON.stringify(seen).replaceAll('Ask somebody who may to comment it.', '`ada-example` can.'));
}

async function told(pull: Pull): Promise<readonly string[]> {
  return [
    await pull.comment(REVIEWER, '/hold until it was tried'),
    await pull.comment(AUTHOR, '/lgtm'),
    await pull.comment(REVIEWER, '/lgtn\n/help approve'),
    await pull.comment(REVIEWER, '/lgtm'),
    await pull.comment(APPROVER, '/approve'),
    await pull.comment(REVIEWER, '/unhold'),
  ];
}

const EFFECTS = [
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
];
const KINDS: readonly Fault['kind'][] = [
  'error-before',
  'error-after',
  'secondary-limit',
  'too-many',
  'hang-before',
  'hang-after',
  'reset-before',
  'reset-after',
];

/** What hangs is waited for, and the SDK waits between its own attempts. */
const TIME_LIMIT_MS = 120_000;

/** Each effect fails the first two times it is asked for. */
const failing = (kind: Fault['kind']): readonly Fault[] =>
  EFFECTS.map((route) => ({ route, kind, count: 2, callers: ['installation'] }));

describe('each effect is there once, and each line has one record', () => {
  let calm: Readonly<Record<string, unknown>> = {};
  beforeAll(async () => {
    calm = await played();
  });

  test.each(KINDS)('though the forge answers every first attempt with %s', { timeout: TIME_LIMIT_MS }, async (kind) => {
    engine().github.faults.set(failing(kind));
    expect(await played()).toEqual(calm);
  });

  test.each([1])('though everything fails by dice (%i)', { timeout: TIME_LIMIT_MS }, async (seed) => {
    const dice = diceFrom(seed);
    gust = (): Gust => {
      const number = dice();
      if (number < 0.02) return 'throttled';
      if (number < 0.05) return 'cut after';
      return number < 0.06 ? 'broken' : undefined;
    };
    engine().github.faults.set(
      KINDS.map((kind) => ({ route: '*', kind, probability: 0.025, callers: ['installation', 'app'] })),
      seed,
    );
    engine().github.clearRequests();
    const before = tables?.struck() ?? 0;
    expect(await played()).toEqual(calm);
    const failed = engine()
      .github.requests()
      .filter(({ fault }) => fault !== undefined);
    // Otherwise it would be about nothing.
    expect(failed.length).toBeGreaterThan(3);
    expect(tables?.struck()).toBeGreaterThan(before);
  });

  test('though DynamoDB is away for a minute', { timeout: TIME_LIMIT_MS }, async () => {
    const { now } = engine().services;
    const until = now().getTime() + 60_000;
    gust = (): Gust => (now().getTime() < until ? 'broken' : undefined);
    expect(await played()).toEqual(calm);
  });
});
