import { describe, expect, test } from 'vitest';
import { carryOut, giveUp } from '../shared/carry-out.ts';
import type { Delivery } from '../shared/delivery.ts';
import { Retryable } from '../shared/errors.ts';
import { APPROVER, REVIEWER, STRANGER, type Pull } from './support/acting.ts';
import { givenEngine, LEASE_SECONDS } from './support/by-hand.ts';
import { deathAt, fused } from './support/crash.ts';
import { outcomeOf } from './support/outcome.ts';

const engine = givenEngine();

async function opened(): Promise<Pull> {
  const { workplace, workOff } = engine();
  const pull = await (await workplace()).open();
  await workOff();
  return pull;
}

async function commented(pull: Pull, by: string, body: string): Promise<Delivery> {
  await pull.comment(by, body);
  const [delivery] = await engine().arrived();
  if (delivery === undefined) throw new Error('nothing has arrived');
  return delivery;
}

function outcome(pull: Pull, delivery: Delivery): Promise<Readonly<Record<string, unknown>>> {
  return outcomeOf(engine(), pull, delivery.text === undefined ? [] : [delivery.text.id]);
}

describe('a delivery that comes again', () => {
  test.each<[what: string, again: (delivery: Delivery) => Delivery, days: number]>([
    ['at once', (delivery) => delivery, 0],
    ['by redelivery after three days', (delivery) => ({ ...delivery, receivedAt: new Date().toISOString() }), 3],
    ['by redelivery after a month', (delivery) => delivery, 30],
    ['by a second hook, under another id', (delivery) => ({ ...delivery, id: `${delivery.id}-of-another-hook` }), 0],
  ])('%s does nothing', async (_, again, days) => {
    const { services, pass } = engine();
    const pull = await opened();
    const delivery = await commented(pull, STRANGER, '/hold\n/approve');
    await carryOut(delivery, services);
    const once = await outcome(pull, delivery);
    pass(days * 24 * 3_600);
    await carryOut(again(delivery), services);
    expect(await outcome(pull, delivery)).toEqual(once);
  });

  test('by a second hook, after the first was cut off, goes on where that was', async () => {
    const { services, pass, records } = engine();
    const pull = await opened();
    const delivery = await commented(pull, STRANGER, '/hold\n/approve');
    const other = { ...delivery, id: `${delivery.id}-of-another-hook` };
    // Between the record of the first line and that of the second.
    const death = deathAt(9);
    await expect(carryOut(delivery, fused(services, death))).rejects.toBeInstanceOf(Error);
    pass(LEASE_SECONDS + 1);
    await carryOut(other, services);
    await carryOut(delivery, services);
    const said = (await records(pull)).filter(({ text }) => text !== '');
    expect(said.map(({ text, outcome: how }) => [text, how])).toEqual([
      ['/hold', 'done'],
      ['/approve', 'refused'],
    ]);
    const replies = (await pull.words()).filter((words) => words.startsWith(`@${STRANGER}`));
    expect(replies.length).toBe(1);
  });
});

describe('two workers with the same delivery', () => {
  test('at once: one acts and the other comes later', async () => {
    const { services, servicesAt } = engine();
    const pull = await opened();
    const delivery = await commented(pull, STRANGER, '/hold\n/approve');
    const results = await Promise.allSettled([carryOut(delivery, services), carryOut(delivery, servicesAt({}))]);
    const late = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(late).toHaveLength(1);
    expect(late[0]).toBeInstanceOf(Retryable);
    expect(late[0]).toMatchObject({ retryAfter: LEASE_SECONDS });
    const once = await outcome(pull, delivery);
    await carryOut(delivery, services);
    expect(await outcome(pull, delivery)).toEqual(once);
  });
});

describe('out of order', () => {
  test('/hold and /unhold leave it held, and the one that came too early is told', async () => {
    const { arrived, finish } = engine();
    const pull = await opened();
    await pull.comment(STRANGER, '/hold');
    const lifted = await pull.comment(STRANGER, '/unhold');
    for (const delivery of (await arrived()).toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      await finish(delivery);
    }
    expect(await pull.labels()).toContain('do-not-merge/hold');
    expect(await pull.reactions(lifted)).toEqual(['confused']);
  });

  test('/lgtm and /lgtm cancel of the same person leave the word that was written last', async () => {
    const { arrived, finish, services } = engine();
    const pull = await opened();
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(REVIEWER, '/lgtm cancel');
    for (const delivery of (await arrived()).toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      await finish(delivery);
    }
    const { votes } = await services.states.read(pull.name);
    expect(votes).toEqual([]);
    expect(await pull.labels()).not.toContain('lgtm');
  });
});

describe('given up', () => {
  test('ends the same wherever whoever gives up was killed', { timeout: 120_000 }, async () => {
    const { services, pass } = engine();
    const given = async (): Promise<{ readonly pull: Pull; readonly delivery: Delivery }> => {
      const pull = await opened();
      const delivery = await commented(pull, STRANGER, '/hold\n/approve');
      // Somebody had begun: the label is on, and no record says so yet.
      await expect(carryOut(delivery, fused(services, deathAt(4)))).rejects.toBeInstanceOf(Error);
      pass(LEASE_SECONDS + 1);
      return { pull, delivery };
    };
    const untroubled = await given();
    await giveUp(untroubled.delivery, services);
    const expected = await outcome(untroubled.pull, untroubled.delivery);
    expect(expected).toMatchObject({ reactions: [['confused']], holds: [], complete: true });
    expect((await untroubled.pull.words()).at(-1)).toMatchInlineSnapshot(
      `"@zoe-example: Not done, after repeated failures: \`/hold\`, \`/approve\`. Nothing more will be tried for this comment, so comment it again."`,
    );

    for (let n = 1, last = ''; last !== 'seen.finish'; n += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const troubled = await given();
      const death = deathAt(n);
      // oxlint-disable-next-line no-await-in-loop
      await expect(giveUp(troubled.delivery, fused(services, death))).rejects.toBeInstanceOf(Error);
      last = death.blown() ?? '';
      pass(LEASE_SECONDS + 1);
      // oxlint-disable-next-line no-await-in-loop
      await giveUp(troubled.delivery, services);
      // oxlint-disable-next-line no-await-in-loop
      expect({ last, ...(await outcome(troubled.pull, troubled.delivery)) }).toEqual({ last, ...expected });
    }
  });

  test('by two ids of the same text, it has one record a line', async () => {
    const { services, pass, records } = engine();
    const pull = await opened();
    const delivery = await commented(pull, STRANGER, '/hold\n/approve');
    await expect(carryOut(delivery, fused(services, deathAt(9)))).rejects.toBeInstanceOf(Error);
    pass(LEASE_SECONDS + 1);
    await giveUp({ ...delivery, id: `${delivery.id}-of-another-hook` }, services);
    await giveUp(delivery, services);
    const said = (await records(pull)).filter(({ text }) => text !== '');
    expect(said.map(({ text }) => text)).toEqual(['/hold', '/approve']);
  });

  test('before anything could be read, an event ends with a record of each rule and one comment', async () => {
    const { services, arrived, records } = engine();
    const pull = await opened();
    pull.push({ 'src/turn.ts': 'export const turn = 0;\n' });
    const delivery = (await arrived()).find(({ event }) => event === 'synchronized');
    if (delivery === undefined) throw new Error('nothing has arrived');
    await giveUp(delivery, services);
    await giveUp(delivery, services);
    const failed = (await records(pull)).filter(({ outcome: how }) => how === 'failed');
    expect(failed.map(({ command }) => command)).toEqual([
      'automation:head',
      'automation:lgtm-after-push',
      'automation:override-ends',
      'automation:size',
      'automation:owners-label',
      'automation:needs-rebase',
      'automation:blockade',
      'automation:settings-check',
      'automation:verify-owners',
      'automation:approval',
      'automation:merge',
    ]);
    expect((await pull.words()).filter((words) => words.startsWith('**Not finished.**'))).toMatchInlineSnapshot(`
      [
        "**Not finished.** After repeated failures nothing more is tried for an event (\`synchronized\`): \`head\`, \`lgtm-after-push\`, \`override-ends\`, \`size\`, \`owners-label\`, \`needs-rebase\`, \`blockade\`, \`settings-check\`, \`verify-owners\`, \`approval\`, \`merge\`. They run again when something else changes.",
      ]
    `);
  });
});

test('what cannot be found out is neither granted nor refused', async () => {
  const { services, github, records } = engine();
  const pull = await opened();
  const delivery = await commented(pull, APPROVER, '/lgtm\n/retitle Turn forth');
  // The one lookup that would tell fails, in every way a forge has.
  for (const kind of ['error-before', 'secondary-limit', 'too-many', 'reset-before'] as const) {
    const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
    github.faults.set([{ route, kind, callers: ['installation'] }]);
    // oxlint-disable-next-line no-await-in-loop
    await expect(carryOut(delivery, services)).rejects.toBeInstanceOf(Retryable);
  }
  github.faults.clear();
  expect((await records(pull)).filter(({ text }) => text !== '')).toEqual([]);
  expect(await pull.labels()).toEqual(['size/XS']);
  await carryOut(delivery, services);
  expect((await records(pull)).filter(({ text }) => text !== '').map(({ outcome: how }) => how)).toEqual([
    'done',
    'done',
  ]);
});

test('/undo takes back what its author did last, step by step, and by the right of the opposite command', async () => {
  const { workplace, workOff, records } = engine();
  const place = await workplace({ labels: ['kind/bug', 'kind/cleanup'] });
  const pull = await place.open();
  await workOff();
  const say = async (by: string, body: string): Promise<string> => {
    await pull.comment(by, body);
    await workOff();
    const last = (await records(pull)).findLast(({ text }) => text === body);
    return `${last?.outcome ?? 'nothing'}: ${last?.reason ?? ''}`;
  };
  await say(REVIEWER, '/kind bug');
  await say(REVIEWER, '/retitle Better');
  await say(REVIEWER, '/kind cleanup');
  expect(await say(STRANGER, '/undo')).toContain('refused: No command of yours did anything here');
  expect(await say(REVIEWER, '/undo')).toBe('done: Taken back: /kind cleanup.');
  expect(await pull.labels()).toContain('kind/bug');
  expect(await pull.labels()).not.toContain('kind/cleanup');
  expect(await say(REVIEWER, '/undo')).toBe('done: Taken back: /retitle Better.');
  await say(APPROVER, '/remove-kind bug');
  expect(await say(REVIEWER, '/undo')).toContain('refused: `/kind bug` is not taken back. It was changed since, by');
  expect((await records(pull)).findLast(({ command }) => command === 'undo')?.basis.rule).not.toBe('');
});
