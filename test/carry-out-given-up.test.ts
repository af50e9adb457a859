import { describe, expect, test } from 'vitest';
import { carryOut, giveUp, type Services } from '../shared/carry-out.ts';
import type { Delivery } from '../shared/delivery.ts';
import { Retryable } from '../shared/errors.ts';
import { REVIEWER, type Pull } from './support/acting.ts';
import { givenEngine } from './support/by-hand.ts';

const engine = givenEngine();

type Given = { readonly pull: Pull; readonly delivery: Delivery };

async function given(act: (pull: Pull) => Promise<unknown>): Promise<Given> {
  const { workplace, workOff, arrived } = engine();
  const place = await workplace({ labels: ['kind/bug'] });
  const pull = await place.open();
  await workOff();
  await act(pull);
  const [delivery] = await arrived();
  if (delivery === undefined) throw new Error('one delivery was expected');
  return { pull, delivery };
}

/** `0 hold failed` */
async function story({ pull, delivery }: Given): Promise<readonly string[]> {
  const ours = (await engine().records(pull)).filter(({ delivery: id }) => id === delivery.id);
  return ours.map(({ position, command, outcome }) => `${position} ${command} ${outcome}`);
}

const TWO_LINES = (pull: Pull): Promise<string> => pull.comment(REVIEWER, '/hold for the docs\n/kind bug');
const GONE = '999999';

describe('an installation that is gone', () => {
  test('ends the checks of a commit without a record', async () => {
    const { delivery } = await given(TWO_LINES);
    const { target: _, text: __, ...rest } = delivery;
    const checks = { sha: 'a'.repeat(40) };
    await carryOut(
      { ...rest, id: 'checks-of-nobody', event: 'checks-passed', installation: GONE, checks },
      engine().services,
    );
    expect(
      engine()
        .log()
        .some((line) => line.includes('checks-of-nobody') && line.includes('not installed')),
    ).toBe(true);
  });

  test('refuses each command, and records nothing else', async () => {
    const { services } = engine();
    const { pull, delivery } = await given(TWO_LINES);
    await carryOut({ ...delivery, installation: GONE }, services);
    expect(await story({ pull, delivery })).toEqual(['0 hold refused', '1 label refused']);
  });

  test('ends what no command asked for without a record', async () => {
    const { services } = engine();
    const { pull, delivery } = await given((opened) => opened.label(REVIEWER, 'kind/bug'));
    await carryOut({ ...delivery, event: 'synchronized', installation: GONE }, services);
    expect(await story({ pull, delivery })).toEqual([]);
    expect(
      engine()
        .log()
        .some((line) => line.includes(delivery.id) && line.includes('not installed')),
    ).toBe(true);
  });
});

async function broken(): Promise<never> {
  throw new Error('the table does not take it');
}

function withSeen(seen: Partial<Services['seen']>): Services {
  const { services } = engine();
  return { ...services, seen: { ...services.seen, ...seen } };
}

describe('a delivery is given up', () => {
  test.each<[what: string, seen: Partial<Services['seen']>]>([
    ['everything works again', {}],
    ['its key cannot be claimed', { claim: broken }],
    ['its decisions cannot be stored', { decide: broken }],
    ['its key cannot be finished', { finish: broken }],
  ])('with a failed record for each command where %s, though it comes twice', async (_, seen) => {
    const { pull, delivery } = await given(TWO_LINES);
    await giveUp(delivery, withSeen(seen));
    await giveUp(delivery, withSeen(seen));
    const commands = (await story({ pull, delivery })).filter((line) => !line.includes('automation'));
    expect(commands).toEqual(['0 hold failed', '1 label failed']);
    expect((await pull.words()).filter((words) => words.includes('Not done, after repeated failures'))).toHaveLength(1);
  });

  test('and what an attempt has recorded stays as it is, though its key cannot be claimed', async () => {
    const { services } = engine();
    const { pull, delivery } = await given(TWO_LINES);
    const stopped: Services = { ...services, publish: broken };
    await expect(carryOut(delivery, stopped)).rejects.toThrow('the table');
    await giveUp(delivery, withSeen({ claim: broken }));
    expect((await story({ pull, delivery })).slice(0, 2)).toEqual(['0 hold done', '1 label failed']);
  });

  test('later, where somebody else is at it', async () => {
    const { pull, delivery } = await given(TWO_LINES);
    await expect(giveUp(delivery, withSeen({ claim: async () => ({ is: 'busy', seconds: 7 }) }))).rejects.toThrow(
      Retryable,
    );
    expect(await story({ pull, delivery })).toEqual([]);
  });

  test('though nobody can be told', async () => {
    const { services } = engine();
    const { pull, delivery } = await given(TWO_LINES);
    const provider: Services['provider'] = (id) => ({ ...services.provider(id), connect: broken });
    await giveUp(delivery, { ...services, provider });
    expect((await story({ pull, delivery })).slice(0, 2)).toEqual(['0 hold failed', '1 label failed']);
  });
});
