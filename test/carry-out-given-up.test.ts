import { describe, expect, test } from 'vitest';
import { carryOut } from '../shared/carry-out.ts';
import type { Delivery } from '../shared/delivery.ts';
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
