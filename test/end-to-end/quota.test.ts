import { afterEach, expect, test } from 'vitest';
import { carryOut } from '../../shared/carry-out.ts';
import type { Delivery } from '../../shared/delivery.ts';
import { Retryable } from '../../shared/errors.ts';
import { OWNER } from '../../local/made-up.ts';
import { APPROVER, AUTHOR, REVIEWER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const LIMIT = 10_000;
const WINDOW_SECONDS = 3_600;

afterEach(() => {
  engine().github.limits.set('core', 1_000_000);
  engine().pass(WINDOW_SECONDS + 1);
});

/** Of the installation's requests in this window, so many are left, and one worker has been told. */
async function lowered(remaining: number): Promise<Pull> {
  const { github, workplace, workOff, arrived, finish, servicesAt, pass } = engine();
  // A window begins anew.
  pass(WINDOW_SECONDS + 1);
  const place = await workplace({ labels: ['kind/bug'] });
  const pull = await place.open();
  await workOff();
  github.limits.set('core', LIMIT);
  const installationId = github.app.installationId(OWNER);
  const caller = { is: 'installation', appId: 1, installationId, account: OWNER, login: '', token: '', permissions: {}, repositoryIds: null } as const; // prettier-ignore
  const { remaining: now } = github.limits.state(caller, 'core');
  github.limits.charge(caller, 'core', now - remaining);
  await pull.comment(APPROVER, '/hold until it was tried');
  for (const delivery of await arrived()) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery, servicesAt({}));
  }
  return pull;
}

async function told(pull: Pull, by: string, line: string): Promise<Delivery> {
  await pull.comment(by, line);
  const [delivery] = await engine().arrived();
  if (delivery === undefined) throw new Error('nothing arrived');
  return delivery;
}

const attempt = (delivery: Delivery): Promise<unknown> =>
  carryOut(delivery, engine().servicesAt({})).then(
    () => 'done',
    (error: unknown) => error,
  );

test('what another worker used up is known here, and who waits is told until when', async () => {
  const pull = await lowered(LIMIT / 50);
  const delivery = await told(pull, REVIEWER, '/label kind/bug');

  const error = await attempt(delivery);
  expect(error).toBeInstanceOf(Retryable);
  expect(error instanceof Retryable ? error.retryAfter : 0).toBeGreaterThan(WINDOW_SECONDS - 300);
  const waiting = (await pull.words()).filter((word) => word.includes('Queued'));
  expect(waiting).toEqual([
    expect.stringMatching(/^@grace-example: Queued, \d\d:\d\d UTC: .* Nothing has to be repeated\.$/),
  ]);
  expect(await pull.labels()).not.toContain('kind/bug');
  await attempt(delivery);
  expect((await pull.words()).filter((word) => word.includes('Queued'))).toEqual(waiting);

  engine().pass(WINDOW_SECONDS + 61);
  expect(await attempt(delivery)).toBe('done');
  expect(await pull.labels()).toContain('kind/bug');
  expect((await pull.words()).filter((word) => word.includes('@grace-example'))).toEqual([
    '@grace-example: Done, after waiting for the forge.',
  ]);
});

test('an answer takes the place of the word that it has to wait', async () => {
  const pull = await lowered(LIMIT / 50);
  const delivery = await told(pull, AUTHOR, '/lgtm');
  await attempt(delivery);
  engine().pass(WINDOW_SECONDS + 61);
  expect(await attempt(delivery)).toBe('done');
  expect((await pull.words()).filter((word) => word.includes('@ben-example'))).toEqual([
    expect.stringContaining('`/lgtm`'),
  ]);
});

test('people go on where what the clock wakes stops', async () => {
  const pull = await lowered(LIMIT / 20);
  const delivery = await told(pull, REVIEWER, '/label kind/bug');
  const { text: _, ...rest } = delivery;
  engine().github.clearRequests();
  const woken: readonly Delivery[] = [
    { ...rest, id: 'sweep:merge:1', event: 'swept', sweep: 'merge' },
    { ...rest, id: 'repair:1', event: 'found', sweep: 'repair' },
  ];
  for (const each of woken) {
    // oxlint-disable-next-line no-await-in-loop
    expect([each.id, await attempt(each)]).toEqual([each.id, 'done']);
  }
  const asked = engine()
    .github.requests()
    .filter(({ callerIs }) => callerIs === 'installation');
  expect(asked).toEqual([]);
  expect(await engine().arrived()).toEqual([]);
  expect(await attempt(delivery)).toBe('done');
  expect(await pull.labels()).toContain('kind/bug');
  // Who asks for a look is a person.
  await attempt(await told(pull, APPROVER, '/refresh'));
  const [look] = await engine().arrived();
  if (look === undefined) throw new Error('nothing is looked at');
  expect(await attempt(look)).toBe('done');
  expect((await pull.words()).at(-1)).toContain('It was looked at anew');
});

test('what only looks nice stops before that', async () => {
  const pull = await lowered((LIMIT * 15) / 100);
  const before = await pull.labels();
  pull.push({
    'src/turn.ts': Array.from({ length: 300 }, (_, line) => `export const turn${line} = ${line};\n`).join(''),
  });
  for (const delivery of await engine().arrived()) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await attempt(delivery)).toBe('done');
  }
  expect(await pull.labels()).toEqual(before);
  expect(before).toContain('size/XS');
});
